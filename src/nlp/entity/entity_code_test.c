#include "kit/note.h"
#include "kit/test.h"
#include "nlp/lexicon/lexicon.h"

#include <stdio.h>

static ac_sv icd_of(const ac_entity *e)
{
    ac_code codes[8];
    size_t n = e->concept == AC_NONE ? 0 : ac_concept_codes_of(e->concept, (ac_assertion)e->assertion, codes, 8);
    for (size_t i = 0; i < n; i++)
        if (codes[i].system == AC_ICD10CM)
            return codes[i].code;
    return AC_SV("");
}

static const struct {
    ac_lang lang;
    const char *text, *icd;
} specific[] = {
    { AC_LANG_EN, "pulmonary artery hypertension", "I27.21" },
    { AC_LANG_EN, "pulmonary venous hypertension", "" },
    { AC_LANG_EN, "portal hypertension", "K76.6" },
    { AC_LANG_EN, "portopulmonary hypertension", "" },
    { AC_LANG_EN, "ocular hypertension", "H40.059" },
    { AC_LANG_EN, "intracranial hypertension", "G93.2" },
    { AC_LANG_EN, "gestational hypertension", "O13.9" },
    { AC_LANG_EN, "hypertension in pregnancy", "O16.9" },
    { AC_LANG_EN, "chronic hypertension in pregnancy", "O10.919" },
    { AC_LANG_EN, "renovascular hypertension", "I15.0" },
    { AC_LANG_EN, "venous hypertension", "" },
    { AC_LANG_EN, "neonatal hypertension", "P29.2" },
    { AC_LANG_EN, "intra-abdominal hypertension", "" },
    { AC_LANG_EN, "right ventricular hypertension", "" },
    { AC_LANG_EN, "hypertensive retinopathy", "H35.039" },
    { AC_LANG_EN, "hypertensive lower esophageal sphincter", "" },
    { AC_LANG_EN, "postpartum hypertension", "O16.5" },
    { AC_LANG_EN, "gestational diabetes", "O24.419" },
    { AC_LANG_EN, "diabetes insipidus", "E23.2" },
    { AC_LANG_EN, "neonatal diabetes", "P70.2" },
    { AC_LANG_EN, "steroid-induced diabetes", "E09.9" },
    { AC_LANG_EN, "prediabetes", "R73.03" },
    { AC_LANG_EN, "juvenile arthritis", "M08.90" },
    { AC_LANG_EN, "septic arthritis", "M00.9" },
    { AC_LANG_EN, "viral arthritis", "" },
    { AC_LANG_EN, "tuberculous arthritis", "A18.02" },
    { AC_LANG_EN, "bacterial meningitis", "G00.9" },
    { AC_LANG_EN, "viral meningitis", "A87.9" },
    { AC_LANG_EN, "carcinomatous meningitis", "C79.32" },
    { AC_LANG_EN, "neonatal pneumonia", "" },
    { AC_LANG_EN, "neonatal hepatitis", "P59.29" },
    { AC_LANG_EN, "drug-induced hepatitis", "K71.6" },
    { AC_LANG_EN, "viral hepatitis", "B19.9" },
    { AC_LANG_EN, "hepatitis B", "B19.10" },
    { AC_LANG_EN, "chronic hepatitis C", "B18.2" },
    { AC_LANG_EN, "anemia of prematurity", "P61.2" },
    { AC_LANG_EN, "interstitial pneumonia", "J84.9" },
    { AC_LANG_EN, "fungal pneumonia", "" },
    { AC_LANG_EN, "pneumocystis pneumonia", "B59" },
    { AC_LANG_EN, "septic embolism", "I76" },
    { AC_LANG_EN, "pseudomembranous colitis", "A04.72" },
    { AC_LANG_EN, "heat stroke", "T67.0" },
    { AC_LANG_EN, "adenocarcinoma", "" },
    { AC_LANG_EN, "adenocarcinoma of the lung", "C34.90" },
    { AC_LANG_EN, "fracture of the femur", "S72.9" },
    { AC_LANG_EN, "squamous cell carcinoma", "" },
    { AC_LANG_EN, "gestational thrombocytopenia", "" },
    { AC_LANG_EN, "cardiac asthma", "I50.1" },
    { AC_LANG_EN, "neonatal jaundice", "P59.9" },
    { AC_LANG_ES, "hipertensión de la arteria pulmonar", "I27.21" },
    { AC_LANG_ES, "hipertensión venosa pulmonar", "" },
    { AC_LANG_ES, "hipertensión portal", "K76.6" },
    { AC_LANG_ES, "hipertensión ocular", "H40.059" },
    { AC_LANG_ES, "hipertensión intracraneal", "G93.2" },
    { AC_LANG_ES, "hipertensión arterial en el embarazo", "O16.9" },
    { AC_LANG_ES, "HTA gestacional", "O13.9" },
    { AC_LANG_ES, "HTA crónica y embarazo", "O10.919" },
    { AC_LANG_ES, "HTA pulmonar", "I27.20" },
    { AC_LANG_ES, "hipertensión intraabdominal", "" },
    { AC_LANG_ES, "hipertensión neonatal", "P29.2" },
    { AC_LANG_ES, "hipertensión posparto", "O16.5" },
    { AC_LANG_ES, "esfínter esofágico hipertensivo", "" },
    { AC_LANG_ES, "diabetes gestacional", "O24.419" },
    { AC_LANG_ES, "diabetes insípida", "E23.2" },
    { AC_LANG_ES, "diabetes neonatal", "P70.2" },
    { AC_LANG_ES, "diabetes MODY", "E13.9" },
    { AC_LANG_ES, "diabetes LADA", "E13.9" },
    { AC_LANG_ES, "artritis juvenil", "M08.90" },
    { AC_LANG_ES, "artritis séptica", "M00.9" },
    { AC_LANG_ES, "artritis vírica", "" },
    { AC_LANG_ES, "artritis microcristalina", "M11.9" },
    { AC_LANG_ES, "meningitis vírica", "A87.9" },
    { AC_LANG_ES, "meningitis bacteriana", "G00.9" },
    { AC_LANG_ES, "meningitis carcinomatosa", "C79.32" },
    { AC_LANG_ES, "neumonía neonatal", "" },
    { AC_LANG_ES, "hepatitis neonatal", "P59.29" },
    { AC_LANG_ES, "hepatitis farmacológica", "K71.6" },
    { AC_LANG_ES, "hepatitis B", "B19.10" },
    { AC_LANG_ES, "hepatitis C", "B19.20" },
    { AC_LANG_ES, "anemia del prematuro", "P61.2" },
    { AC_LANG_ES, "neumonía intersticial", "J84.9" },
    { AC_LANG_ES, "neumonía fúngica", "" },
    { AC_LANG_ES, "neumonía por Pneumocystis", "B59" },
    { AC_LANG_ES, "neumonía por COVID-19", "J12.82" },
    { AC_LANG_ES, "colitis pseudomembranosa", "A04.72" },
    { AC_LANG_ES, "embolia séptica", "I76" },
    { AC_LANG_ES, "golpe de calor", "T67.0" },
    { AC_LANG_ES, "carcinoma escamoso", "" },
    { AC_LANG_ES, "carcinoma in situ", "" },
    { AC_LANG_ES, "trombocitopenia gestacional", "" },
    { AC_LANG_ES, "hernia cerebral", "G93.5" },
};

/* A longer name is one problem with its own code, or with none: never the code of a shorter name inside it. */
AC_TEST(entity_code, specific_forms_do_not_get_the_code_of_the_general_one)
{
    for (size_t i = 0; i < sizeof specific / sizeof specific[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        AC_AUTO(ac_sb) text = AC_SB(256);
        ac_sb_addf(&text, specific[i].lang == AC_LANG_EN ? "Diagnosis: %s.\n" : "Diagn\xC3\xB3stico: %s.\n", specific[i].text);
        ac_sb_add_char(&text, '\0');
        ac_note n = ac_test_note(a, text.p, specific[i].lang);
        const ac_entity *e = ac_test_entity(&n, specific[i].text);
        bool ok = n.entities.n == 1 && e && e->kind == AC_KIND_PROBLEM && ac_sv_eq(icd_of(e), ac_sv_z(specific[i].icd));
        if (!ok)
            printf("# %s\n", specific[i].text);
        CHECK(ok);
    }
}

/* What is over has no code of an acute event. */
AC_TEST(entity_code, what_is_over_has_the_code_of_its_history)
{
    static const struct {
        ac_lang lang;
        const char *text, *surface, *icd;
    } rows[] = {
        { AC_LANG_EN, "Past medical history: myocardial infarction in 2012.", "myocardial infarction", "I25.2" },
        { AC_LANG_EN, "History of sepsis in 2015.", "sepsis", "Z86.19" },
        { AC_LANG_EN, "Past medical history: acute pancreatitis in 2010.", "acute pancreatitis", "" },
        { AC_LANG_EN, "Assessment: acute myocardial infarction.", "acute myocardial infarction", "I21.9" },
        { AC_LANG_EN, "Past medical history: hypertension since 2010.", "hypertension", "I10" },
        { AC_LANG_ES, "Antecedentes personales: infarto agudo de miocardio en 2012.", "infarto agudo de miocardio", "I25.2" },
        { AC_LANG_ES, "Antecedentes personales: ictus isquémico en 2012.", "ictus isquémico", "Z86.73" },
        { AC_LANG_ES, "Antecedentes personales: apendicitis aguda en 1998.", "apendicitis aguda", "" },
        { AC_LANG_ES, "Juicio clínico: infarto agudo de miocardio.", "infarto agudo de miocardio", "I21.9" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].surface);
        bool ok = e && ac_sv_eq(icd_of(e), ac_sv_z(rows[i].icd));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(entity_code, codes_that_do_not_fit_the_room_given_are_left_out)
{
    ac_code one[1], two[4];
    uint32_t mi = ac_concept_find(AC_SV("myocardial-infarction"));
    CHECK(ac_concept_codes_of(mi, AC_HISTORICAL, one, 1) == 1 && ac_sv_eq(one[0].code, AC_SV("I25.2")));
    CHECK(ac_concept_codes_of(mi, AC_HISTORICAL, one, 0) == 0);
    CHECK(ac_concept_codes_of(mi, AC_HISTORICAL, two, 4) == 2 && two[0].system == AC_SNOMED);
    CHECK(ac_concept_codes_of(mi, AC_PRESENT, two, 4) == 2 && ac_sv_eq(two[0].code, AC_SV("I21.9")));
}
