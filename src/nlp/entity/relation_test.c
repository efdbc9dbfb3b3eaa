#include "nlp/entity/relation.h"

#include "kit/step_note.h"
#include "kit/note.h"
#include "kit/test.h"
#include "nlp/entity/sig.h"

#include <stdio.h>

/* text, medication or allergen, finding, linked? */
typedef struct {
    const char *text, *from, *to;
    ac_kind kind;
    bool linked;
} row;

static uint32_t by_order(kit_note *k, const row *r, uint32_t *to)
{
    bool swapped = strstr(r->text, r->to) < strstr(r->text, r->from);
    if (swapped)
        *to = kit_entity(k, r->to, AC_KIND_SYMPTOM, NULL);
    uint32_t from = kit_entity(k, r->from, r->kind, NULL);
    if (!swapped)
        *to = kit_entity(k, r->to, AC_KIND_SYMPTOM, NULL);
    return from;
}

static void check_rows(const row *rows, size_t n, ac_lang lang, ac_attr_kind kind)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, lang);
        uint32_t to = AC_NONE, from = by_order(&k, &rows[i], &to);
        CHECK(ac_step_sig(&k.note, NULL) == AC_OK && ac_step_relations(&k.note, NULL) == AC_OK);
        const ac_attr *a = ac_entity_attr(&k.note.entities.at[from], kind);
        bool ok = rows[i].linked ? a && a->entity == to : !a;
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(relation, indications)
{
    static const row en[] = {
        { "albuterol 2 puffs q6h prn for wheezing", "albuterol", "wheezing", AC_KIND_MEDICATION, true },
        { "Tylenol 650 mg as needed for pain", "Tylenol", "pain", AC_KIND_MEDICATION, true },
        { "Tylenol prn pain", "Tylenol", "pain", AC_KIND_MEDICATION, true },
        { "lisinopril for 3 days, cough", "lisinopril", "cough", AC_KIND_MEDICATION, false },
        { "hypertension treated with lisinopril", "lisinopril", "hypertension", AC_KIND_MEDICATION, true },
        { "hypertension on 10 mg of lisinopril", "lisinopril", "hypertension", AC_KIND_MEDICATION, true },
        { "hypertension, later seen on lisinopril", "lisinopril", "hypertension", AC_KIND_MEDICATION, false },
        { "stopped lisinopril because of cough", "lisinopril", "cough", AC_KIND_MEDICATION, false },
        { "was on metformin but she stopped it because of pain", "metformin", "pain", AC_KIND_MEDICATION, false },
        { "lisinopril and cough", "lisinopril", "cough", AC_KIND_MEDICATION, false },
    };
    static const row es[] = {
        { "Ibuprofeno 600 mg si dolor", "Ibuprofeno", "dolor", AC_KIND_MEDICATION, true },
        { "se suspende enalapril por tos", "enalapril", "tos", AC_KIND_MEDICATION, false },
        { "tramadol 50 mg por dolor", "tramadol", "dolor", AC_KIND_MEDICATION, true },
        { "hipertensión en tratamiento con enalapril", "enalapril", "hipertensión", AC_KIND_MEDICATION, true },
    };
    check_rows(en, sizeof en / sizeof en[0], AC_LANG_EN, AC_ATTR_INDICATION);
    check_rows(es, sizeof es / sizeof es[0], AC_LANG_ES, AC_ATTR_INDICATION);
}

AC_TEST(relation, reactions)
{
    static const row rows[] = {
        { "penicillin (rash)", "penicillin", "rash", AC_KIND_ALLERGY, true },
        { "penicillin - rash", "penicillin", "rash", AC_KIND_ALLERGY, true },
        { "penicillin causes rash", "penicillin", "rash", AC_KIND_ALLERGY, true },
        { "penicillin, rash", "penicillin", "rash", AC_KIND_ALLERGY, false },
        { "penicillin; he had (rash)", "penicillin", "rash", AC_KIND_ALLERGY, false },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_EN, AC_ATTR_REACTION);
}

AC_TEST(relation, a_list_of_reasons)
{
    AC_AUTO(kit_note) k = kit_note_of("metoprolol 25 mg for hypertension and angina", AC_LANG_EN);
    uint32_t m = kit_entity(&k, "metoprolol", AC_KIND_MEDICATION, NULL);
    kit_entity(&k, "hypertension", AC_KIND_PROBLEM, NULL);
    uint32_t last = kit_entity(&k, "angina", AC_KIND_PROBLEM, NULL);
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK && ac_step_relations(&k.note, NULL) == AC_OK);
    ac_relations all = { 0 };
    CHECK(ac_note_relations(&k.note, k.arena, &all, NULL) == AC_OK && all.n == 3);
    CHECK(all.at[0].type == AC_ATTR_DOSE && all.at[0].from == m && all.at[0].to == AC_NONE);
    CHECK(all.at[2].type == AC_ATTR_INDICATION && all.at[2].to == last && all.at[2].attr->entity == last);
    while (ac_arena_alloc(k.arena, 16))
        ;
    ac_relations none = { 0 };
    CHECK(ac_note_relations(&k.note, k.arena, &none, NULL) == AC_ELIMIT && none.n == 0);
}

AC_TEST(relation, the_treatment_of_what_is_over_is_over)
{
    static const struct {
        ac_lang lang;
        const char *text, *drug;
        ac_assertion assertion;
    } rows[] = {
        { AC_LANG_EN, "Past medical history: pneumonia in 2016 treated with levofloxacin.", "levofloxacin", AC_HISTORICAL },
        { AC_LANG_EN, "Past medical history: hypertension in 2016 treated with lisinopril.", "lisinopril", AC_PRESENT },
        { AC_LANG_ES, "Antecedentes de episodio depresivo en 2016 tratado con fluoxetina.", "fluoxetina", AC_HISTORICAL },
        { AC_LANG_ES, "Neumonía tratada con levofloxacino.", "levofloxacino", AC_PRESENT },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].drug);
        if (!e || e->assertion != rows[i].assertion)
            printf("# %s\n", rows[i].text);
        CHECK(e && e->assertion == rows[i].assertion);
    }
}
