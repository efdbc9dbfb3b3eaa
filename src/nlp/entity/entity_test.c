#include "nlp/entity/entity.h"

#include "kit/note.h"
#include "kit/test.h"
#include "nlp/lexicon/lexicon.h"

#include <stdio.h>

static bool is(const ac_note *n, const char *surface, ac_kind kind)
{
    const ac_entity *e = ac_test_entity(n, surface);
    return e && e->kind == kind && ac_concept_kind(e->concept) == kind;
}

AC_TEST(entity, kinds_in_english)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "ASSESSMENT:\nType 2 diabetes mellitus and chest pain. Started on metformin 500 mg twice daily.\n"
                                "Hemoglobin A1c 8.2 %. Chest x-ray was normal.\n", AC_LANG_EN);
    CHECK(is(&n, "Type 2 diabetes mellitus", AC_KIND_PROBLEM) && is(&n, "chest pain", AC_KIND_SYMPTOM));
    CHECK(is(&n, "metformin", AC_KIND_MEDICATION) && is(&n, "Hemoglobin A1c", AC_KIND_LAB));
    CHECK(is(&n, "Chest x-ray", AC_KIND_PROCEDURE));
}

AC_TEST(entity, kinds_in_spanish)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Diagn\xC3\xB3stico: insuficiencia card\xC3\xAD" "aca. Tratamiento con enalapril 20 mg cada 12 horas. "
                                "Refiere disnea. Creatinina 1,2 mg/dl.", AC_LANG_ES);
    CHECK(is(&n, "insuficiencia card\xC3\xAD" "aca", AC_KIND_PROBLEM) && is(&n, "enalapril", AC_KIND_MEDICATION));
    CHECK(is(&n, "disnea", AC_KIND_SYMPTOM) && is(&n, "Creatinina", AC_KIND_LAB));
}

AC_TEST(entity, a_word_with_two_meanings_is_settled_by_what_stands_beside_it)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Labs: K 3.1, Na 140. Calcium 9.1 mg/dL.", AC_LANG_EN);
    CHECK(is(&n, "K", AC_KIND_LAB) && is(&n, "Na", AC_KIND_LAB) && is(&n, "Calcium", AC_KIND_LAB));
    n = ac_test_note(a, "The patient is OK. Vitamin K was discussed, and a plan was made.", AC_LANG_EN);
    CHECK(!ac_test_entity(&n, "K"));
}

AC_TEST(entity, spans_are_ordered_and_inside)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Fever, cough and fever. Crohn's disease. No rash; HIV negative. BP 120/80.", AC_LANG_EN);
    CHECK(n.entities.n >= 5);
    for (size_t i = 0; i < n.entities.n; i++) {
        ac_span s = n.entities.at[i].span;
        CHECK(s.begin < s.end && s.end <= n.text.n && (i == 0 || n.entities.at[i - 1].span.end <= s.begin));
    }
    CHECK(ac_test_entity(&n, "Crohn's disease") != NULL);
}

AC_TEST(entity, an_empty_note_and_a_full_arena)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = ac_test_note(a, "", AC_LANG_EN);
    CHECK(n.entities.n == 0 && n.facts.n == 0);
}

/* Words and abbreviations with several meanings: the surface and its concept; "" where it must be no entity at all. */
typedef struct {
    const char *text, *surface, *concept;
} meaning;

static void check_meanings(const meaning *rows, size_t n, ac_lang lang)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note note = ac_test_note(a, rows[i].text, lang);
        const ac_entity *e = ac_test_entity(&note, rows[i].surface);
        bool ok = *rows[i].concept ? e && ac_sv_eq(ac_concept_id(e->concept), ac_sv_z(rows[i].concept)) : !e;
        if (!ok)
            printf("# %s [%s]\n", rows[i].text, rows[i].surface);
        CHECK(ok);
    }
}

static const meaning english_meanings[] = {
    { "ECG showed ST depression in V4-V6.", "ST depression", "st-depression" },
    { "ECG showed ST-segment depression of 2 mm.", "depression", "" },
    { "Depression of the ST segments in II and III.", "Depression", "" },
    { "Stress test with 2 mm depression in leads V4 to V6.", "depression", "" },
    { "EKG: ST elevation in II, III and aVF.", "ST elevation", "st-elevation" },
    { "Bone marrow depression after chemotherapy.", "depression", "" },
    { "There was depression of the tibial plateau.", "depression", "" },
    { "CNS depression from sedatives.", "depression", "" },
    { "Mildly depressed ejection fraction of 40%.", "depressed", "" },
    { "Mildly depressed ejection fraction of 40%.", "ejection fraction", "lvef" },
    { "History of depression.", "depression", "depression" },
    { "He has depressed mood and anhedonia.", "depressed mood", "depressed-mood" },
    { "Respiratory depression after opioids.", "depression", "" },
    { "The extremities were cold to touch.", "cold", "" },
    { "Apply cold packs to the knee.", "cold", "" },
    { "Cold intolerance was noted.", "Cold intolerance", "cold-intolerance" },
    { "Discharged home in stable condition.", "Discharged", "" },
    { "Discharge planning was started.", "Discharge", "" },
    { "Vaginal discharge for 3 days.", "Vaginal discharge", "vaginal-discharge" },
    { "Body mass index 32.", "mass", "" },
    { "Body mass index 32.", "Body mass index", "bmi" },
    { "Muscle mass was reduced.", "mass", "" },
    { "Mass effect on the ventricle.", "Mass", "" },
    { "A 3 cm mass in the left breast.", "mass", "mass" },
    { "MI in 2015.", "MI", "myocardial-infarction" },
    { "Echo showed trace MI and TR.", "MI", "" },
    { "The patient was seen by PT today.", "PT", "" },
    { "PT 12.5, INR 1.1.", "PT", "prothrombin-time" },
    { "SpO2 95% on RA.", "RA", "" },
    { "Past medical history:\nRA\nHypertension", "RA", "rheumatoid-arthritis" },
    { "MS: alert and oriented.", "MS", "" },
    { "Relapsing-remitting MS on interferon.", "Relapsing-remitting MS", "multiple-sclerosis" },
    { "PE: lungs clear.", "PE", "" },
    { "PE tubes placed in both ears.", "PE", "" },
    { "Acute PE in both lower lobes.", "Acute PE", "pulmonary-embolism" },
    { "Ca 9.2, Mg 2.0.", "Ca", "calcium-lab" },
    { "Breast CA diagnosed in 2010.", "Breast CA", "breast-cancer" },
    { "CA-125 was 35 U/mL.", "CA-125", "ca125" },
    { "Use AS directed.", "AS", "" },
    { "Severe AS with a valve area of 0.8 cm2.", "Severe AS", "severe-aortic-stenosis" },
    { "Robitussin DM as needed.", "DM", "" },
    { "DM type 2.", "DM type 2", "type-2-diabetes" },
    { "Seen in the ED yesterday.", "ED", "" },
    { "OD 20/40, OS 20/20.", "OD", "" },
    { "Levothyroxine 50 mcg OD.", "OD", "" },
    { "Neck supple, no LAD.", "LAD", "" },
    { "80% stenosis of the LAD.", "LAD", "lad" },
    { "CP angle blunting.", "CP", "" },
    { "CVA tenderness on the left.", "CVA tenderness", "costovertebral-angle-tenderness" },
    { "History of CVA.", "CVA", "stroke" },
    { "T 98.6 P 80 R 16.", "P", "heart-rate" },
    { "P 80, BP 120/80.", "P", "heart-rate" },
    { "BP 120/70 mmHg, RR 16, O2 97% on room air.", "O2", "spo2" },
    { "Placed on O2 100% by mask.", "O2", "" },
    { "T 98.6, P 80, R 16.", "R", "respiratory-rate" },
    { "BP R 120/80, L 130/85.", "R", "" },
    { "P 80. Strength R 5/5, L 4/5.", "R", "" },
    { "HR 120, RR 30, O2 40% by mask.", "O2", "" },
    { "T wave inversion.", "T", "" },
    { "Free T4 1.2.", "Free T4", "free-t4" },
    { "Stroke volume 60 mL.", "Stroke", "" },
    { "Admitted to the stroke unit.", "stroke", "" },
    { "Heat stroke in the summer.", "Heat stroke", "heat-stroke" },
    { "Electric shock at work.", "shock", "" },
    { "Lungs CTA bilaterally.", "CTA", "" },
    { "A repeat CT was normal.", "CT", "ct-scan" },
    { "Seen by CT surgery.", "CT", "" },
    { "Iron deficiency anemia on iron.", "iron", "iron" },
    { "Vitamin K was given.", "K", "" },
    { "Treated with prednisone, iron and vitamin D.", "iron", "iron" },
    { "Ferritin, iron and B12 were sent.", "iron", "iron-lab" },
    { "Bilateral hearing aids.", "AIDS", "" },
    { "BILATERAL HEARING AIDS IN PLACE.", "AIDS", "" },
    { "Return to clinic, RTC in 3 months.", "RTC", "" },
    { "TAKE 1 TAB DAILY.", "TAB", "" },
    { "HE HIT HIS HEAD.", "HIT", "" },
    { "Metformin XR 500 mg.", "XR", "" },
    { "AROM and PROM within normal limits.", "PROM", "" },
    { "Weight bearing as tolerated.", "Weight", "" },
    { "Respiratory rate of 24 breaths per minute.", "breaths per minute", "" },
    { "Smokes 1 PPD.", "PPD", "" },
    { "LMA was placed.", "LMA", "laryngeal-mask" },
    { "Ms. Smith was seen.", "Ms", "" },
    { "Take as needed.", "as", "" },
    { "SI joint pain.", "SI", "" },
    { "Blood lead level 12.", "lead", "" },
};

AC_TEST(entity, ambiguous_english)
{
    check_meanings(english_meanings, sizeof english_meanings / sizeof english_meanings[0], AC_LANG_EN);
}

AC_TEST(entity, ambiguous_spanish)
{
    static const meaning rows[] = {
        { "ECG con descenso del ST en V4-V6.", "descenso del ST", "st-depression" },
        { "ECG: depresión del ST de 2 mm.", "depresión", "" },
        { "Depresión medular por quimioterapia.", "Depresión", "" },
        { "Depresión en tratamiento con sertralina.", "Depresión", "depression" },
        { "Ánimo bajo.", "Ánimo bajo", "depressed-mood" },
        { "Elevación del ST en cara inferior.", "Elevación del ST", "st-elevation" },
        { "Índice de masa corporal 32.", "masa", "" },
        { "Masa en mama izquierda de 3 cm.", "Masa", "mass" },
        { "Pérdida de masa muscular.", "masa", "" },
        { "Se da de alta.", "alta", "" },
        { "PCR 12 mg/L.", "PCR", "crp" },
        { "PCR positiva para SARS-CoV-2.", "PCR", "" },
        { "Diagnóstico por PCR en LCR.", "PCR", "" },
        { "Sufrió PCR extrahospitalaria.", "PCR", "" },
        { "TA 120/80, FC 80, FR 16, T 36,5.", "FR", "respiratory-rate" },
        { "TC craneal normal.", "TC craneal", "ct-head" },
        { "FA 120 U/L.", "FA", "alp" },
        { "FA paroxística.", "FA paroxística", "paroxysmal-atrial-fibrillation" },
        { "Ca de mama en 2010.", "Ca de mama", "breast-cancer" },
        { "Ca 9,2.", "Ca", "calcium-lab" },
        { "IC a cardiología.", "IC", "" },
        { "ICC clase III.", "ICC", "heart-failure" },
        { "Caída desde su altura.", "altura", "" },
        { "Código ictus activado.", "ictus", "" },
        { "EF: abdomen blando.", "EF", "" },
        { "Ojo: OD 0,8, OI 1,0.", "OD", "" },
        { "Gotas nasales.", "Gotas", "" },
    { "Tratamiento con alfacalcidol, hierro y levotiroxina.", "hierro", "iron" },
    { "Soplo sistólico IV/VI.", "VI", "" },
    { "MALA TOLERANCIA ORAL.", "MALA", "" },
    { "MVC sin ruidos sobreañadidos.", "MVC", "clear-lungs" },
        { "Hierro 30 µg/dL.", "Hierro", "iron-lab" },
        { "IAM en 2015.", "IAM", "myocardial-infarction" },
        { "Mal estado general.", "Mal", "" },
    };
    check_meanings(rows, sizeof rows / sizeof rows[0], AC_LANG_ES);
}
