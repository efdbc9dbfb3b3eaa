#include "nlp/entity/fact.h"

#include "kit/note.h"
#include "kit/test.h"

#include <stdio.h>

AC_TEST(fact, mentions_of_one_thing_are_one_fact)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "He has hypertension. His high blood pressure is treated with lisinopril. "
                                "Lisinopril 10 mg daily by mouth continues. No fever.", AC_LANG_EN);
    const ac_entity *first = ac_test_entity(&n, "lisinopril"), *second = ac_test_entity(&n, "Lisinopril");
    CHECK(first && second && first->fact == second->fact && first->fact != AC_NONE);
    if (!first || !n.entities.at)
        return;
    const ac_fact *f = &n.facts.at[first->fact];
    CHECK(f->n == 2 && ac_fact_best(&n, f) == second); /* the one with the dose */
    const ac_entity *h1 = ac_test_entity(&n, "hypertension"), *h2 = ac_test_entity(&n, "high blood pressure");
    CHECK(h1 && h2 && h1->fact == h2->fact);
    for (size_t i = 0; i < n.facts.n; i++)
        for (size_t k = 0; k < n.facts.at[i].n; k++)
            CHECK(n.entities.at[n.facts.at[i].entities[k]].fact == i);
}

AC_TEST(fact, denial_and_different_values_stay_apart)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Creatinine 1.2 mg/dL on admission. Creatinine 2.4 mg/dL today. No cough. Cough since Monday.", AC_LANG_EN);
    size_t creatinine = 0, cough = 0;
    for (size_t i = 0; i < n.facts.n; i++) {
        ac_sv t = ac_span_text(n.text, ac_fact_best(&n, &n.facts.at[i])->span);
        creatinine += ac_sv_eq_nocase(t, AC_SV("creatinine"));
        cough += ac_sv_eq_nocase(t, AC_SV("cough"));
    }
    CHECK(creatinine == 2 && cough == 2);
}

AC_TEST(fact, a_reaction_belongs_to_its_allergy)
{
    static const struct {
        const char *text, *reaction;
        ac_lang lang;
    } of_allergy[] = { { "Allergies: Penicillin (rash).", "rash", AC_LANG_EN },
                       { "He is allergic to sulfa - hives.", "hives", AC_LANG_EN },
                       { "Sulfa gives me hives.", "hives", AC_LANG_EN },
                       { "Alergia a penicilina (exantema).", "exantema", AC_LANG_ES } };
    for (size_t i = 0; i < sizeof of_allergy / sizeof of_allergy[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, of_allergy[i].text, of_allergy[i].lang);
        const ac_entity *e = ac_test_entity(&n, of_allergy[i].reaction);
        CHECK(e && e->fact == AC_NONE);
        CHECK(n.facts.n == 1 && n.facts.at[0].kind == AC_KIND_ALLERGY);
    }
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Allergic to penicillin (rash). Presents with a rash.", AC_LANG_EN);
    CHECK(n.facts.n == 2);
}

AC_TEST(fact, what_is_said_last_of_a_medication_holds)
{
    static const struct {
        ac_lang lang;
        const char *text, *drug, *status; /* "" none */
    } rows[] = {
        { AC_LANG_EN, "Medications:\nIbuprofen 400 mg PO q8h\nPlan: Stop ibuprofen.", "Ibuprofen", "stopped" },
        { AC_LANG_EN, "Medications:\nMetformin 1000 mg PO BID\nPlan: Hold metformin before contrast.", "Metformin", "on-hold" },
        { AC_LANG_EN, "Medications:\nLisinopril 10 mg daily\nPlan: Discontinue lisinopril.", "Lisinopril", "stopped" },
        { AC_LANG_EN, "Stop aspirin today. Restart aspirin tomorrow.", "aspirin", "active" },
        { AC_LANG_EN, "Medications: atorvastatin 40 mg daily.", "atorvastatin", "" },
        { AC_LANG_ES, "Tratamiento habitual: ibuprofeno 600 mg cada 8 horas.\nPlan: suspender ibuprofeno.", "ibuprofeno", "stopped" },
        { AC_LANG_ES, "Tratamiento habitual: metformina 850 mg cada 12 horas.\nPlan: continuar metformina.", "metformina", "active" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].drug);
        CHECK(e && e->fact < n.facts.n);
        const ac_attr *status = ac_fact_status(&n, &n.facts.at[e->fact]);
        bool ok = ac_sv_eq(status ? status->norm : AC_SV(""), ac_sv_z(rows[i].status));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(fact, the_dosage_that_holds_now_is_told)
{
    static const struct {
        ac_lang lang;
        const char *text, *drug, *dose;
    } rows[] = {
        { AC_LANG_EN, "HOSPITAL COURSE: Furosemide 40 mg IV BID by mouth.\nDISCHARGE MEDICATIONS:\nFurosemide 20 mg daily", "Furosemide", "20 mg" },
        { AC_LANG_EN, "MEDICATIONS: Lisinopril 10 mg daily by mouth.\nPLAN: Increase lisinopril to 20 mg.", "Lisinopril", "20 mg" },
        { AC_LANG_EN, "MEDICATIONS: Lisinopril 10 mg daily.\nPLAN: Continue lisinopril.", "Lisinopril", "10 mg" },
        { AC_LANG_EN, "HPI: Took metoprolol 25 mg by mouth twice daily.\nMEDICATIONS: Metoprolol 50 mg.", "Metoprolol", "50 mg" },
        { AC_LANG_ES, "EVOLUCI\xC3\x93N: Furosemida 40 mg IV cada 12 horas.\nTRATAMIENTO AL ALTA:\nFurosemida 20 mg cada 24 horas.", "Furosemida", "20 mg" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].drug);
        CHECK(e && e->fact < n.facts.n);
        const ac_attr *dose = ac_entity_attr(ac_fact_best(&n, &n.facts.at[e->fact]), AC_ATTR_DOSE);
        bool ok = dose && ac_sv_eq(ac_span_text(n.text, dose->span), ac_sv_z(rows[i].dose));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(fact, a_medication_that_is_held_is_one_fact)
{
    static const struct {
        ac_lang lang;
        const char *text, *drug, *status; /* of its only fact; "" taken */
    } rows[] = {
        { AC_LANG_EN, "MEDICATIONS: Lisinopril 10 mg daily.\nHOSPITAL COURSE: Lisinopril held for AKI.", "Lisinopril", "on-hold" },
        { AC_LANG_EN, "Metoprolol was stopped.", "Metoprolol", "stopped" },
        { AC_LANG_EN, "HOSPITAL COURSE: Lisinopril was held.\nDISCHARGE MEDICATIONS:\nLisinopril 10 mg daily", "Lisinopril", "" },
        { AC_LANG_ES, "TRATAMIENTO HABITUAL: Enalapril 10 mg.\nEVOLUCI\xC3\x93N: Se suspende enalapril por fracaso renal.", "Enalapril", "stopped" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        size_t facts = 0;
        for (size_t k = 0; k < n.facts.n; k++)
            facts += n.facts.at[k].kind == AC_KIND_MEDICATION && n.facts.at[k].assertion == AC_PRESENT;
        const ac_entity *e = ac_test_entity(&n, rows[i].drug);
        const ac_attr *status = e && e->fact < n.facts.n ? ac_fact_status(&n, &n.facts.at[e->fact]) : NULL;
        bool ok = facts == 1 && e && ac_sv_eq(status ? status->norm : AC_SV(""), ac_sv_z(rows[i].status));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "She takes aspirin 81 mg. He does not take aspirin.", AC_LANG_EN);
    CHECK(n.facts.n == 2); /* a denial is another fact */
}

AC_TEST(fact, the_pain_is_the_pain_spoken_of)
{
    static const struct {
        ac_lang lang;
        const char *text;
        size_t facts;
    } rows[] = {
        { AC_LANG_EN, "She has chest pain since noon. The pain is worse on exertion.", 1 },
        { AC_LANG_EN, "She has chest pain. Pain in the knee for years.", 2 },
        { AC_LANG_EN, "No chest pain. The pain began in May.", 2 },
        { AC_LANG_EN, "A right renal mass was seen. This mass is new.", 1 },
        { AC_LANG_ES, "Refiere dolor torácico desde ayer. El dolor empeora al caminar.", 1 },
        { AC_LANG_ES, "Refiere dolor torácico. Dolor de rodilla desde hace años.", 2 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        if (n.facts.n != rows[i].facts)
            printf("# %zu facts: %s\n", n.facts.n, rows[i].text);
        CHECK(n.facts.n == rows[i].facts);
    }
}
