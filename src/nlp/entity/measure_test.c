#include "nlp/entity/measure.h"

#include "kit/note.h"
#include "kit/step_note.h"
#include "kit/test.h"

#include <stdio.h>

/* text, the name of the test, its concept, the words of its value ("" none), the number, its flag ("" none) */
typedef struct {
    const char *text, *name, *concept, *words;
    double low;
    const char *flag;
} row;

static ac_sv words_of(const kit_note *k, const ac_entity *e, ac_attr_kind kind)
{
    const ac_attr *a = ac_entity_attr(e, kind);
    return a ? kit_text(k, a->span) : AC_SV("");
}

static void check_rows(const row *rows, size_t n, ac_lang lang, ac_kind kind)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, lang);
        uint32_t at = kit_entity(&k, rows[i].name, kind, rows[i].concept);
        CHECK(at != AC_NONE && ac_step_measures(&k.note, NULL) == AC_OK);
        const ac_entity *e = &k.note.entities.at[at];
        const ac_attr *flag = ac_entity_attr(e, AC_ATTR_FLAG);
        bool ok = ac_sv_eq(words_of(&k, e, AC_ATTR_VALUE), ac_sv_z(rows[i].words)) && e->value.low == rows[i].low &&
                  ac_sv_eq(flag ? flag->norm : AC_SV(""), ac_sv_z(rows[i].flag));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(measure, labs)
{
    static const row rows[] = {
        { "WBC 12.3", "WBC", "wbc-count", "12.3", 12.3, "high" },
        { "WBC was 12,300", "WBC", "wbc-count", "12,300", 12300, "" }, /* in what unit, nobody said */
        { "Hgb of 9.8", "Hgb", "hemoglobin", "9.8", 9.8, "low" },
        { "sodium was low at 128", "sodium", "sodium", "128", 128, "low" },
        { "glucose 10 mmol/L", "glucose", "glucose", "10 mmol/L", 10, "high" },
        { "glucose (fasting): 90 mg/dL", "glucose", "glucose", "90 mg/dL", 90, "" },
        { "potassium 4.0 (H)", "potassium", "potassium-lab", "4.0", 4, "high" },
        { "potassium 4.6 (5.0-6.0)", "potassium", "potassium-lab", "4.6", 4.6, "low" },
        { "sodium 140 135-145 mmol/L", "sodium", "sodium", "140", 140, "" },
        { "potassium <1.0", "potassium", "potassium-lab", "<1.0", 1, "critical-low" },
        { "D-dimer negative", "D-dimer", "d-dimer", "negative", 0, "" },
        { "positive D-dimer", "D-dimer", "d-dimer", "positive", 0, "" },
        { "elevated troponin", "troponin", "troponin", "", 0, "high" },
        { "creatinine on 05/10/2023", "creatinine", "creatinine", "", 0, "" },
        { "creatinine, aspirin 81 mg", "creatinine", "creatinine", "", 0, "" },
        { "creatinine for 3 days", "creatinine", "creatinine", "", 0, "" },
        { "creatinine in a 45-year-old", "creatinine", "creatinine", "", 0, "" },
        { "creatinine 500 mg daily", "creatinine", "creatinine", "", 0, "" },
        { "hemoglobin decreased from 12 to 8.5 g/dL", "hemoglobin", "hemoglobin", "8.5 g/dL", 8.5, "low" },
        { "creatinine rose from 1.0 to 3.2 mg/dL", "creatinine", "creatinine", "3.2 mg/dL", 3.2, "high" },
        { "12,000 leukocytes", "leukocytes", "wbc-count", "12,000", 12000, "" },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_EN, AC_KIND_LAB);
}

AC_TEST(measure, the_specimen_decides_which_test_it_is)
{
    static const struct {
        const char *text, *name, *concept, *becomes; /* becomes NULL: no concept */
        ac_lang lang;
    } rows[] = {
        { "CSF analysis revealed protein, glucose 2.2 mmol/L", "glucose", "glucose", "csf-glucose", AC_LANG_EN },
        { "Lumbar puncture: WBC 92", "WBC", "wbc-count", "csf-wbc", AC_LANG_EN },
        { "Urinalysis: glucose 500 mg/dL", "glucose", "glucose", "urine-glucose", AC_LANG_EN },
        { "potassium 20 mmol/L in the urine", "potassium", "potassium-lab", "urine-potassium", AC_LANG_EN },
        { "Pleural fluid LDH 900 U/L", "LDH", "ldh", NULL, AC_LANG_EN },
        { "CSF was clear, serum glucose 40 mg/dL", "glucose", "glucose", "glucose", AC_LANG_EN },
        { "glucose 300 mg/dL", "glucose", "glucose", "glucose", AC_LANG_EN },
        { "LCR: glucosa 40 mg/dl", "glucosa", "glucose", "csf-glucose", AC_LANG_ES },
        { "sodio en orina 20 mmol/L", "sodio", "sodium", "urine-sodium", AC_LANG_ES },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, rows[i].lang);
        CHECK(kit_entity(&k, rows[i].name, AC_KIND_LAB, rows[i].concept) == 0 && ac_step_measures(&k.note, NULL) == AC_OK);
        const ac_entity *e = &k.note.entities.at[0];
        bool ok = rows[i].becomes ? e->concept != AC_NONE && ac_sv_eq(ac_concept_id(e->concept), ac_sv_z(rows[i].becomes))
                                  : e->concept == AC_NONE && !ac_entity_attr(e, AC_ATTR_FLAG);
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok && e->value.has);
    }
}

AC_TEST(measure, a_code_fits_the_property_of_its_unit)
{
    static const struct {
        const char *unit, *concept;
        bool fits;
    } rows[] = { { "mg/dL", "glucose", true },        { "mmol/L", "glucose", false },        { "g/L", "glucose", true },
                 { "meq/L", "sodium", true },         { "mmol/L", "sodium", true },          { "umol/L", "creatinine", false },
                 { "mL/min", "egfr", false },         { "mL/min", "creatinine-clearance", true },
                 { "", "glucose", true },             { "[degF]", "body-temperature", true } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_entity e = { .kind = AC_KIND_LAB, .concept = ac_concept_find(ac_sv_z(rows[i].concept)) };
        e.value = (ac_quantity) { .has = true, .low = 5, .high = 5, .unit = ac_sv_z(rows[i].unit) };
        bool ok = ac_measure_code_fits(&e, AC_LOINC) == rows[i].fits && ac_measure_code_fits(&e, AC_SNOMED);
        if (!ok)
            printf("# %s in %s\n", rows[i].concept, rows[i].unit);
        CHECK(ok);
    }
}

/* Rows of laboratory reports: number, unit, flag and range, in whatever order. */
AC_TEST(measure, tables)
{
    static const struct {
        const char *text, *name, *concept;
        ac_lang lang;
        double low;
        const char *unit, *flag, *range;
    } rows[] = {
        { "Sodium 128 L mmol/L 135-145", "Sodium", "sodium", AC_LANG_EN, 128, "mmol/L", "low", "135-145" },
        { "Sodium\t150\tH\tmmol/L\t135-145", "Sodium", "sodium", AC_LANG_EN, 150, "mmol/L", "high", "135-145" },
        { "Hemoglobin    9.8    g/dL    L    13.5-17.5", "Hemoglobin", "hemoglobin", AC_LANG_EN, 9.8, "g/dL", "low", "13.5-17.5" },
        { "Glucose 300 (H) mg/dL 70-99", "Glucose", "glucose", AC_LANG_EN, 300, "mg/dL", "high", "70-99" },
        { "| ALT | 88 | U/L | 7-56 | H |", "ALT", "alt", AC_LANG_EN, 88, "U/L", "high", "7-56" },
        { "HDL  35 mg/dL  > 40  L", "HDL", "hdl", AC_LANG_EN, 35, "mg/dL", "low", "> 40" },
        { "Sodium 128 L", "Sodium", "sodium", AC_LANG_EN, 128, "", "low", "" },
        { "Potassium 5.0 H mmol/L 3.5-5.1", "Potassium", "potassium-lab", AC_LANG_EN, 5, "mmol/L", "high", "3.5-5.1" },
        { "Creatinine 1.2 > 1.0 > 0.9", "Creatinine", "creatinine", AC_LANG_EN, 1.2, "", "", "" },
        { "Glucose 10", "Glucose", "glucose", AC_LANG_EN, 10, "", "", "" }, /* mmol/L or very low: nobody said */
        { "Hemoglobin 5.7", "Hemoglobin", "hemoglobin", AC_LANG_EN, 5.7, "", "critical-low", "" },
        { "Hemoglobin 98", "Hemoglobin", "hemoglobin", AC_LANG_EN, 98, "", "", "" },
        { "Glucose 5 mmol/L", "Glucose", "glucose", AC_LANG_EN, 5, "mmol/L", "", "" },
        { "Potasio\t5,9 *\tmmol/L\t3,5 - 5,1", "Potasio", "potassium-lab", AC_LANG_ES, 5.9, "mmol/L", "high", "3,5 - 5,1" },
        { "Glucosa 300 H mg/dl (70-110)", "Glucosa", "glucose", AC_LANG_ES, 300, "mg/dL", "high", "70-110" },
        { "Urea 15 mg/dL Bajo", "Urea", "urea", AC_LANG_ES, 15, "mg/dL", "low", "" },
        { "Sodio 128 mmol/L VN: 135-145", "Sodio", "sodium", AC_LANG_ES, 128, "mmol/L", "low", "135-145" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, rows[i].lang);
        CHECK(kit_entity(&k, rows[i].name, AC_KIND_LAB, rows[i].concept) == 0 && ac_step_measures(&k.note, NULL) == AC_OK);
        const ac_entity *e = &k.note.entities.at[0];
        const ac_attr *flag = ac_entity_attr(e, AC_ATTR_FLAG);
        bool ok = e->value.low == rows[i].low && ac_sv_eq(e->value.unit, ac_sv_z(rows[i].unit)) &&
                  ac_sv_eq(flag ? flag->norm : AC_SV(""), ac_sv_z(rows[i].flag)) &&
                  ac_sv_eq(words_of(&k, e, AC_ATTR_RANGE), ac_sv_z(rows[i].range));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(measure, vitals)
{
    static const row rows[] = {
        { "BP: 185/95", "BP", "blood-pressure", "185/95", 185, "critical-high" },
        { "BP 150/50", "BP", "blood-pressure", "150/50", 150, "abnormal" },
        { "120/80 mmHg blood pressure", "blood pressure", "blood-pressure", "120/80 mmHg", 120, "" },
        { "T 38.5", "T", "body-temperature", "38.5", 38.5, "high" },
        { "temperature 101.5 degrees", "temperature", "body-temperature", "101.5 degrees", 101.5, "high" },
        { "T 98.6", "T", "body-temperature", "98.6", 98.6, "" },
        { "SpO2 85% on RA", "SpO2", "spo2", "85%", 85, "critical-low" },
        { "pulse on 5/10 was 80", "pulse", "heart-rate", "80", 80, "" },
        { "BP 80/120", "BP", "blood-pressure", "", 0, "" },
        { "weight 154 lbs", "weight", "weight", "154 lbs", 154, "" },
        { "weight 5 tablets", "weight", "weight", "", 0, "" },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_EN, AC_KIND_VITAL);
}

AC_TEST(measure, spanish)
{
    static const row rows[] = {
        { "glucemia de 169 mg/dl", "glucemia", "glucose", "169 mg/dl", 169, "high" },
        { "leucocitos 13.990/mm3", "leucocitos", "wbc-count", "13.990/mm3", 13990, "high" },
        { "13.990 leucocitos/mm3", "leucocitos", "wbc-count", "13.990 leucocitos/mm3", 13990, "high" },
        { "8.700 leucocitos", "leucocitos", "wbc-count", "8.700", 8700, "" },
        { "creatinina 1,4 mg/dl (VN: 0,5-1,1)", "creatinina", "creatinine", "1,4 mg/dl", 1.4, "high" },
        { "sodio normal", "sodio", "sodium", "normal", 0, "" },
        { "hemoglobina elevada", "hemoglobina", "hemoglobin", "", 0, "high" },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_ES, AC_KIND_LAB);
}

/* Each number belongs to one test. */
AC_TEST(measure, lists)
{
    AC_AUTO(kit_note) k = kit_note_of("Na 140, K 4.0, Cl 100; sodium and potassium were 135 and 5. Hb/Hct 12/36. HBV, HCV and HIV negative", AC_LANG_EN);
    static const char *const names[] = { "Na", "K", "Cl", "sodium", "potassium", "Hb", "Hct", "HBV", "HCV", "HIV" };
    static const double values[] = { 140, 4, 100, 0, 0, 12, 36, 0, 0, 0 };
    for (size_t i = 0; i < 10; i++)
        CHECK(kit_entity(&k, names[i], AC_KIND_LAB, NULL) == i);
    CHECK(ac_step_measures(&k.note, NULL) == AC_OK);
    for (size_t i = 0; i < 10; i++)
        CHECK(k.note.entities.at[i].value.low == values[i]);
    for (size_t i = 7; i < 10; i++)
        CHECK(ac_sv_eq(k.note.entities.at[i].value.words, AC_SV("negative")));
}

AC_TEST(measure, sex_decides_the_range)
{
    for (int female = 0; female < 2; female++) {
        AC_AUTO(kit_note) k = kit_note_of("Hgb 12.9 g/dL", AC_LANG_EN);
        uint32_t e = kit_entity(&k, "Hgb", AC_KIND_LAB, "hemoglobin");
        k.note.patient.sex = female ? AC_SEX_FEMALE : AC_SEX_MALE;
        CHECK(ac_step_measures(&k.note, NULL) == AC_OK);
        CHECK((ac_entity_attr(&k.note.entities.at[e], AC_ATTR_FLAG) != NULL) == !female);
    }
}

AC_TEST(measure, support_for_ambiguous_names)
{
    static const struct {
        const char *text;
        bool yes;
    } rows[] = { { "K 4.0", true },      { "K: 4.0 mmol/L", true }, { "K was 4.0", true }, { "XK daily", false },  { "K 20 mg", false },
                 { "vitamin K", false }, { "K negative", true },    { "95% K", true },     { "K on 5/10/2023", false }, { "K 2 tablets", false } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, AC_LANG_EN);
        uint32_t at = (uint32_t)(strchr(rows[i].text, 'K') - rows[i].text);
        bool got = ac_measure_supports(&k.note, (ac_span) { at, at + 1 });
        if (got != rows[i].yes)
            printf("# %s\n", rows[i].text);
        CHECK(got == rows[i].yes);
    }
}

AC_TEST(measure, units_that_stand_apart_or_are_short)
{
    static const struct {
        const char *text, *surface, *unit;
        double low;
        ac_lang lang;
    } rows[] = {
        { "Sodium   128   L   mmol/L   135-145", "Sodium", "mmol/L", 128, AC_LANG_EN },
        { "T 38.1 C, P 88", "T", "Cel", 38.1, AC_LANG_EN },
        { "Temp 100.4 F.", "Temp", "[degF]", 100.4, AC_LANG_EN },
        { "T 37.2 HR 88 BP 120/70", "T", "", 37.2, AC_LANG_EN }, /* no 37.2 hours */
        { "T 37.2 HR 88 BP 120/70 RR 16 O2 97% RA", "O2", "%", 97, AC_LANG_EN },
        { "FG 72 ml/min, estable.", "FG", "mL/min", 72, AC_LANG_ES },
        { "The eGFR was 45 mL/min.", "eGFR", "mL/min", 45, AC_LANG_EN },
        { "Tª 37,2 FC 88 TA 120/70 FR 16 O2 97% basal", "TA", "", 120, AC_LANG_ES }, /* no 70 French */
        { "Tª 37,2 FC 88 TA 120/70 FR 16 O2 97% basal", "O2", "%", 97, AC_LANG_ES },
        { "White count was normal at 7.2", "White count", "", 7.2, AC_LANG_EN },
        { "40 pack-year smoking history", "pack-year smoking history", "{pack-years}", 40, AC_LANG_EN },
        { "Smoked 20 pack-years", "pack-years", "{pack-years}", 20, AC_LANG_EN },
        { "Exfumador, 30 paquetes-año.", "paquetes-año", "{pack-years}", 30, AC_LANG_ES },
        { "Sodio   128   L   mmol/L   135-145", "Sodio", "mmol/L", 128, AC_LANG_ES },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].surface);
        bool ok = e && e->value.has && e->value.low == rows[i].low && ac_sv_eq(e->value.unit, ac_sv_z(rows[i].unit));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(measure, a_full_stop_is_no_part_of_a_unit_and_a_numbered_day_none_of_a_dose)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "BP 120/80 mmHg. Rituximab 375 mg/m2 day 1.", AC_LANG_EN);
    const ac_entity *bp = ac_test_entity(&n, "BP"), *drug = ac_test_entity(&n, "Rituximab");
    const ac_attr *value = bp ? ac_entity_attr(bp, AC_ATTR_VALUE) : NULL, *dose = drug ? ac_entity_attr(drug, AC_ATTR_DOSE) : NULL;
    CHECK(value && ac_sv_eq(ac_span_text(n.text, value->span), AC_SV("120/80 mmHg")));
    CHECK(dose && ac_sv_eq(dose->quantity.unit, AC_SV("mg/m2")));
    n = ac_test_note(a, "Rituximab 375mg/m2 día 1. Vancomicina 40 mg/kg/día.", AC_LANG_ES);
    drug = ac_test_entity(&n, "Rituximab");
    dose = drug ? ac_entity_attr(drug, AC_ATTR_DOSE) : NULL;
    CHECK(dose && ac_sv_eq(dose->quantity.unit, AC_SV("mg/m2")));
    drug = ac_test_entity(&n, "Vancomicina");
    dose = drug ? ac_entity_attr(drug, AC_ATTR_DOSE) : NULL;
    CHECK(dose && ac_sv_eq(dose->quantity.unit, AC_SV("mg/kg/d")));
}

AC_TEST(measure, the_value_it_is_compared_with)
{
    static const struct {
        const char *text, *name, *words, *norm; /* words "": none */
        double low;
        ac_lang lang;
    } rows[] = {
        { "Cr peaked at 2.1 (baseline 1.6), improved.", "Cr", "baseline 1.6", "baseline", 1.6, AC_LANG_EN },
        { "Creatinine is 2.1 mg/dL, baseline of 1.6 mg/dL.", "Creatinine", "baseline of 1.6 mg/dL", "baseline", 1.6, AC_LANG_EN },
        { "Hgb 8.5 up from 7.9 yesterday.", "Hgb", "up from 7.9", "previous", 7.9, AC_LANG_EN },
        { "Hgb 8.5 from 3 days ago.", "Hgb", "", "", 0, AC_LANG_EN },
        { "Potassium 3.1, prior to 2 doses.", "Potassium", "", "", 0, AC_LANG_EN },
        { "Sodium 131 (baseline), aspirin 81 mg.", "Sodium", "", "", 0, AC_LANG_EN },
        { "Creatinina 2,1 mg/dl (basal 1,6).", "Creatinina", "basal 1,6", "baseline", 1.6, AC_LANG_ES },
        { "Hemoglobina de 9 g/dl, previa de 12 g/dl.", "Hemoglobina", "previa de 12 g/dl", "previous", 12, AC_LANG_ES },
        { "Hemoglobina 9 (previa al ingreso).", "Hemoglobina", "", "", 0, AC_LANG_ES },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].name);
        const ac_attr *b = e ? ac_entity_attr(e, AC_ATTR_BASELINE) : NULL;
        bool ok = e && e->value.has && (*rows[i].words != 0) == (b != NULL);
        ok = ok && (!b || (ac_sv_eq(ac_span_text(n.text, b->span), ac_sv_z(rows[i].words)) && b->quantity.low == rows[i].low &&
                           ac_sv_eq(b->norm, ac_sv_z(rows[i].norm))));
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}
