#include "nlp/entity/attribute.h"

#include "kit/step_note.h"
#include "kit/test.h"

#include <stdio.h>

typedef struct {
    const char *text, *name;
    ac_kind kind;
    ac_attr_kind attr;
    const char *words, *norm; /* words NULL: the attribute must be missing */
} row;

static void check_rows(const row *rows, size_t n, ac_lang lang, const char *anatomy)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, lang);
        const char *site = anatomy ? strstr(rows[i].text, anatomy) : NULL;
        bool first = site && site < strstr(rows[i].text, rows[i].name);
        if (first)
            kit_entity(&k, anatomy, AC_KIND_ANATOMY, NULL);
        uint32_t at = kit_entity(&k, rows[i].name, rows[i].kind, NULL);
        if (site && !first)
            kit_entity(&k, anatomy, AC_KIND_ANATOMY, NULL);
        CHECK(at != AC_NONE && ac_step_attributes(&k.note, NULL) == AC_OK);
        const ac_attr *a = ac_entity_attr(&k.note.entities.at[at], rows[i].attr);
        bool ok = !rows[i].words ? !a : a && ac_sv_eq(kit_text(&k, a->span), ac_sv_z(rows[i].words)) &&
                                            ac_sv_eq(a->norm, ac_sv_z(rows[i].norm));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(attribute, english)
{
    static const row rows[] = {
        { "severe left-sided chest pain", "chest pain", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "severe", "severe" },
        { "severe left-sided chest pain", "chest pain", AC_KIND_SYMPTOM, AC_ATTR_LATERALITY, "left-sided", "left" },
        { "severe crushing chest pain", "chest pain", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "severe", "severe" },
        { "severe, chest pain", "chest pain", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, NULL, "" },
        { "pain in the right knee", "pain", AC_KIND_SYMPTOM, AC_ATTR_LATERALITY, "right", "right" },
        { "pain in the right knee", "pain", AC_KIND_SYMPTOM, AC_ATTR_SITE, "knee", "" },
        { "right knee swelling", "swelling", AC_KIND_SYMPTOM, AC_ATTR_LATERALITY, "right", "right" },
        { "right knee swelling", "swelling", AC_KIND_SYMPTOM, AC_ATTR_SITE, "knee", "" },
        { "left hip pain", "left hip pain", AC_KIND_SYMPTOM, AC_ATTR_LATERALITY, "left", "left" },
        { "murmur grade 2/6", "murmur", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "grade 2/6", "grade 2/6" },
        { "stage IIIB cancer", "cancer", AC_KIND_PROBLEM, AC_ATTR_SEVERITY, "stage IIIB", "stage IIIB" },
        { "pain 8/10", "pain", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "8/10", "8/10" },
        { "pain is severe", "pain", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "severe", "severe" },
        { "cough for a week, dry, mild in intensity", "cough", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "mild in intensity", "mild" },
        { "cough for a week, of moderate severity", "cough", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "moderate severity", "moderate" },
        { "cough for a week, mild", "cough", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, NULL, "" },
        { "cough; moderate severity of the rest", "cough", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, NULL, "" },
        { "chest pain for 3 days", "chest pain", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "3 days", "3 days" },
        { "2-week history of cough", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "2-week", "2 weeks" },
        { "5-day history of cough", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "5-day", "5 days" },
        { "cough x 5 days", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "5 days", "5 days" },
        { "cough x5 days", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "x5 days", "5 days" },
        { "cough for a week", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "a week", "1 week" },
        { "cough for 4 to 6 weeks", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "4 to 6 weeks", "" },
        { "cough since Monday", "cough", AC_KIND_SYMPTOM, AC_ATTR_ONSET, "Monday", "2023-05-15" },
        { "appendectomy 1998, cholecystectomy 2004", "appendectomy", AC_KIND_PROCEDURE, AC_ATTR_DATE, "1998", "1998" },
        { "appendectomy 1998, cholecystectomy 2004", "cholecystectomy", AC_KIND_PROCEDURE, AC_ATTR_DATE, "2004", "2004" },
        { "1998: appendectomy", "appendectomy", AC_KIND_PROCEDURE, AC_ATTR_DATE, "1998", "1998" },
        { "chest pain radiating to the left arm 2 hours ago", "chest pain", AC_KIND_SYMPTOM, AC_ATTR_ONSET, "2 hours ago",
          "2023-05-20" },
        { "MI (2015)", "MI", AC_KIND_PROBLEM, AC_ATTR_DATE, "2015", "2015" },
        { "cancer 2000 mL", "cancer", AC_KIND_PROBLEM, AC_ATTR_DATE, NULL, "" },
        { "headache since yesterday", "headache", AC_KIND_SYMPTOM, AC_ATTR_ONSET, "yesterday", "2023-05-19" },
        { "diabetes since 2005", "diabetes", AC_KIND_PROBLEM, AC_ATTR_ONSET, "2005", "2005" },
        { "stroke in 2010", "stroke", AC_KIND_PROBLEM, AC_ATTR_DATE, "2010", "2010" },
        { "appendectomy on 05/10/2010", "appendectomy", AC_KIND_PROCEDURE, AC_ATTR_DATE, "05/10/2010", "2010-05-10" },
        { "appendectomy 2 weeks ago", "appendectomy", AC_KIND_PROCEDURE, AC_ATTR_DATE, "2 weeks ago", "2023-05-06" },
        { "cough. He worked for 3 days", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, NULL, "" },
        { "cough; away for 3 days", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, NULL, "" },
        { "cough in a 45-year-old", "cough", AC_KIND_SYMPTOM, AC_ATTR_DURATION, NULL, "" },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_EN, "knee");
}

/* Whose time it is: the words of two entities, the kind of the attribute and what each of them has. */
AC_TEST(attribute, times_of_a_list)
{
    static const struct {
        const char *text, *names[2];
        ac_kind kind;
        const char *concepts[2];
        ac_attr_kind attr;
        bool has[2];
    } lists[] = {
        { "hypertension, MI in 2015", { "hypertension", "MI" }, AC_KIND_PROBLEM, { NULL, NULL }, AC_ATTR_DATE, { false, true } },
        { "MI in 2015, gout", { "MI", "gout" }, AC_KIND_PROBLEM, { NULL, NULL }, AC_ATTR_DATE, { true, false } },
        { "In 2015 he had MI, gout", { "MI", "gout" }, AC_KIND_PROBLEM, { NULL, NULL }, AC_ATTR_DATE, { true, false } },
        { "cough and fever for 3 days", { "cough", "fever" }, AC_KIND_SYMPTOM, { NULL, NULL }, AC_ATTR_DURATION, { true, true } },
        { "3-day history of cough and fever", { "cough", "fever" }, AC_KIND_SYMPTOM, { NULL, NULL }, AC_ATTR_DURATION,
          { true, true } },
        { "gout, who came to the ward today, and rash four days ago", { "gout", "rash" }, AC_KIND_PROBLEM,
          { "gout", NULL }, AC_ATTR_ONSET, { false, true } },
        { "hypertension and cough for 3 days", { "hypertension", "cough" }, AC_KIND_PROBLEM, { "hypertension", NULL },
          AC_ATTR_DURATION, { false, true } },
        { "appendectomy in 1998 and cholecystectomy", { "appendectomy", "cholecystectomy" }, AC_KIND_PROCEDURE, { NULL, NULL },
          AC_ATTR_DATE, { true, false } },
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(lists[i].text, AC_LANG_EN);
        for (int e = 0; e < 2; e++)
            CHECK(kit_entity(&k, lists[i].names[e], lists[i].kind, lists[i].concepts[e]) == (uint32_t)e);
        CHECK(ac_step_attributes(&k.note, NULL) == AC_OK);
        for (int e = 0; e < 2; e++) {
            bool ok = (ac_entity_attr(&k.note.entities.at[e], lists[i].attr) != NULL) == lists[i].has[e];
            if (!ok)
                printf("# %s: %s\n", lists[i].text, lists[i].names[e]);
            CHECK(ok);
        }
    }
}

AC_TEST(attribute, spanish)
{
    static const row rows[] = {
        { "tos desde hace 3 días, severidad moderada", "tos", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "severidad moderada", "moderate" },
        { "tos de tres días, seca, de intensidad leve", "tos", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "de intensidad leve", "mild" },
        { "dolor intenso en rodilla derecha", "dolor", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "intenso", "severe" },
        { "dolor intenso en rodilla derecha", "dolor", AC_KIND_SYMPTOM, AC_ATTR_LATERALITY, "derecha", "right" },
        { "dolor intenso en rodilla derecha", "dolor", AC_KIND_SYMPTOM, AC_ATTR_SITE, "rodilla", "" },
        { "insuficiencia mitral leve", "insuficiencia mitral", AC_KIND_PROBLEM, AC_ATTR_SEVERITY, "leve", "mild" },
        { "soplo grado II/VI", "soplo", AC_KIND_SYMPTOM, AC_ATTR_SEVERITY, "grado II/VI", "grade II/VI" },
        { "fiebre desde hace 3 días", "fiebre", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "3 días", "3 días" },
        { "fiebre de 2 semanas de evolución", "fiebre", AC_KIND_SYMPTOM, AC_ATTR_DURATION, "2 semanas", "2 semanas" },
        { "hace 3 días comenzó con fiebre", "fiebre", AC_KIND_SYMPTOM, AC_ATTR_ONSET, "hace 3 días", "2023-05-17" },
        { "dolor y edema derecho", "dolor", AC_KIND_SYMPTOM, AC_ATTR_LATERALITY, NULL, "" },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_ES, "rodilla");
}

AC_TEST(attribute, a_time_belongs_to_its_medication)
{
    AC_AUTO(kit_note) k = kit_note_of("took ibuprofen for 3 days, pain persists; pain treated with aspirin for 5 days", AC_LANG_EN);
    kit_entity(&k, "ibuprofen", AC_KIND_MEDICATION, NULL);
    uint32_t a = kit_entity(&k, "pain", AC_KIND_SYMPTOM, NULL), b = kit_entity(&k, "pain", AC_KIND_SYMPTOM, NULL);
    kit_entity(&k, "aspirin", AC_KIND_MEDICATION, NULL);
    CHECK(ac_step_attributes(&k.note, NULL) == AC_OK);
    CHECK(k.note.entities.at[a].attrs.n == 0 && k.note.entities.at[b].attrs.n == 0);
}
