#include "nlp/guideline/guideline.h"

#include "kit/note.h"
#include "kit/test.h"

#include <stdio.h>

static bool found(const ac_findings *f, const char *rule)
{
    for (size_t i = 0; i < f->n; i++)
        if (ac_sv_eq(f->at[i].rule, ac_sv_z(rule)))
            return true;
    return false;
}

AC_TEST(guideline, every_rule_names_things_that_exist)
{
    size_t rules = 0;
    for (size_t i = 0; i < ac_guideline_rules(); i++) {
        ac_guideline_rule r = ac_guideline_rule_at(i);
        ac_sv where = { "", 0 };
        if (r.conditions.n == 0)
            continue;
        rules++;
        CHECK(r.id.n && r.citation.n && r.text[AC_LANG_EN].n && r.text[AC_LANG_ES].n);
        CHECK(ac_sv_eq(r.severity, AC_SV("critical")) || ac_sv_eq(r.severity, AC_SV("warning")) || ac_sv_eq(r.severity, AC_SV("info")));
        bool valid = ac_guideline_rule_valid(i, &where);
        CHECK(valid);
        if (!valid)
            fprintf(stderr, "# rule %.*s: %.*s\n", (int)r.id.n, r.id.p, (int)where.n, where.p);
    }
    CHECK(rules >= 60);
}

AC_TEST(guideline, findings_in_notes)
{
    static const struct {
        const char *text;
        ac_lang lang;
        const char *rule;
        bool met;
    } rows[] = {
        { "ALLERGIES: Penicillin.\nPLAN: Start amoxicillin 500 mg three times daily.", AC_LANG_EN, "allergy-penicillin", true },
        { "ALLERGIES: No known drug allergies.\nPLAN: Start amoxicillin 500 mg three times daily.", AC_LANG_EN, "allergy-penicillin", false },
        { "MEDICATIONS: Warfarin 5 mg daily. Ibuprofen 400 mg as needed.", AC_LANG_EN, "warfarin-nsaid", true },
        { "MEDICATIONS: Warfarin 5 mg daily. No ibuprofen.", AC_LANG_EN, "warfarin-nsaid", false },
        { "MEDICATIONS: Metformin 1000 mg twice daily.\nLABS: eGFR 25 mL/min/1.73m2.", AC_LANG_EN, "metformin-egfr30", true },
        { "MEDICATIONS: Metformin 1000 mg twice daily.\nLABS: eGFR 75 mL/min/1.73m2.", AC_LANG_EN, "metformin-egfr30", false },
        { "LABS: Potassium 6.4 mmol/L.", AC_LANG_EN, "potassium-high", true },
        { "LABS: Potassium 4.4 mmol/L.", AC_LANG_EN, "potassium-high", false },
        { "VITALS: BP 192/110 mmHg.", AC_LANG_EN, "bp-crisis", true },
        { "Tratamiento: sertralina 50 mg al d\xC3\xAD" "a y linezolid 600 mg cada 12 horas.", AC_LANG_ES, "ssri-maoi", true },
        { "MEDICATIONS: Atorvastatin 40 mg daily. Simvastatin 20 mg daily.", AC_LANG_EN, "duplicate-statin", true },
        { "MEDICATIONS: Atorvastatin 40 mg daily. Atorvastatin at night.", AC_LANG_EN, "duplicate-statin", false },
        { "This is an 82-year-old woman. MEDICATIONS: Lorazepam 1 mg at bedtime.", AC_LANG_EN, "beers-benzodiazepine", true },
        { "VITALS: BP 118/74.", AC_LANG_EN, "bp-low", false }, /* the lower number is not a systolic pressure */
        { "VITALS: BP 84/50.", AC_LANG_EN, "bp-low", true },
        { "MEDICATIONS: Enalapril 20 mg daily.\nPLAN: Stop enalapril. Start losartan 50 mg daily.", AC_LANG_EN, "raas-dual", false },
        { "MEDICATIONS: Enalapril 20 mg daily. Losartan 50 mg daily.", AC_LANG_EN, "raas-dual", true },
        { "PAST MEDICAL HISTORY: Myocardial infarction in 2015.\nMEDICATIONS: Aspirin 81 mg daily.", AC_LANG_EN, "statin-ascvd", true },
        { "PAST MEDICAL HISTORY: Possible stroke.\nMEDICATIONS: Aspirin 81 mg daily.", AC_LANG_EN, "statin-ascvd", false },
        { "ALLERGIES: Penicillin.\nPLAN: Start cefazolin 2 g IV.", AC_LANG_EN, "allergy-penicillin-cephalosporin", true },
        { "ALLERGIES: Penicillin.\nPLAN: Start ciprofloxacin 500 mg.", AC_LANG_EN, "allergy-penicillin-cephalosporin", false },
        { "LABS: HbA1c 9.8 %.", AC_LANG_EN, "hba1c-diagnostic", true },
        { "Type 2 diabetes. LABS: HbA1c 9.8 %.", AC_LANG_EN, "hba1c-diagnostic", false },
        { "MEDICATIONS: Metformin 500 mg daily.\nLABS: eGFR 40 mL/min/1.73m2.", AC_LANG_EN, "metformin-egfr45", true },
        { "MEDICATIONS: Metformin 500 mg daily.\nLABS: eGFR 25 mL/min/1.73m2.", AC_LANG_EN, "metformin-egfr45", false },
        { "This is a 42-year-old woman. MEDICATIONS: Lorazepam 1 mg at bedtime.", AC_LANG_EN, "beers-benzodiazepine", false },
        { "This is a 10-year-old boy. MEDICATIONS: Ciprofloxacin ear drops.", AC_LANG_EN, "fluoroquinolone-child", false },
        { "This is a 10-year-old boy. MEDICATIONS: Ciprofloxacin 250 mg PO.", AC_LANG_EN, "fluoroquinolone-child", true },
        { "This is a 2-year-old boy. VITALS: BP 85/50.", AC_LANG_EN, "bp-low", false },
        { "VITALS: BP 85/50.", AC_LANG_EN, "bp-low", true },
        { "COPD. VITALS: SpO2 89%.", AC_LANG_EN, "spo2-low", false },
        { "COPD. VITALS: SpO2 86%.", AC_LANG_EN, "spo2-low-copd", true },
        { "VITALS: SpO2 89%.", AC_LANG_EN, "spo2-low", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        ac_findings f = { 0 };
        CHECK(ac_guidelines_check(&n, &f, NULL) == AC_OK);
        CHECK(found(&f, rows[i].rule) == rows[i].met);
        if (found(&f, rows[i].rule) != rows[i].met)
            fprintf(stderr, "# row %zu: %s\n", i, rows[i].rule);
        for (size_t k = 0; k < f.n; k++) {
            CHECK(f.at[k].item.evidence.n > 0 && f.at[k].item.text.n > 0);
            for (size_t e = 0; e < f.at[k].item.evidence.n; e++)
                CHECK(f.at[k].item.evidence.at[e].end <= n.text.n);
        }
    }
}
