#include "nlp/entity/quantity.h"

#include "kit/step_note.h"
#include "kit/test.h"
#include "nlp/entity/mark.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    const char *text, *words;
    double low, high;
    const char *unit;
    ac_comparator cmp;
} row;

static bool close_to(double a, double b) { return fabs(a - b) <= 1e-9 * (1 + fabs(b)); }

static void check_rows(const row *rows, size_t n, ac_lang lang)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, lang);
        bool ok = false;
        for (uint32_t t = 0; t < k.note.tokens.n && !ok; t++) {
            ac_quantity q;
            uint32_t end;
            ac_span span;
            ok = ac_quantity_at(&k.note, t, &q, &end, &span) && ac_sv_eq(kit_text(&k, span), ac_sv_z(rows[i].words)) &&
                 close_to(q.low, rows[i].low) && close_to(q.high, rows[i].high) && ac_sv_eq(q.unit, ac_sv_z(rows[i].unit)) &&
                 q.cmp == (uint8_t)rows[i].cmp;
        }
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(quantity, english)
{
    static const row rows[] = {
        { "1,200 mL", "1,200 mL", 1200, 1200, "mL", 0 },
        { "12,300/mm3", "12,300/mm3", 12300, 12300, "/uL", 0 },
        { "1,200.5", "1,200.5", 1200.5, 1200.5, "", 0 },
        { "3.5 mg", "3.5 mg", 3.5, 3.5, "mg", 0 },
        { ".5 mg", ".5 mg", 0.5, 0.5, "mg", 0 },
        { "10mg", "10mg", 10, 10, "mg", 0 },
        { "20-mg dose", "20-mg", 20, 20, "mg", 0 },
        { "5-10 mg", "5-10 mg", 5, 10, "mg", 0 },
        { "5 to 10 mg", "5 to 10 mg", 5, 10, "mg", 0 },
        { "5 mg - 10 mg", "5 mg - 10 mg", 5, 10, "mg", 0 },
        { "1/2 tab", "1/2 tab", 0.5, 0.5, "{tbl}", 0 },
        { "1 1/2 tablets", "1 1/2 tablets", 1.5, 1.5, "{tbl}", 0 },
        { "1½ tablets", "1½ tablets", 1.5, 1.5, "{tbl}", 0 },
        { "½ tablet", "½ tablet", 0.5, 0.5, "{tbl}", 0 },
        { "two puffs", "two puffs", 2, 2, "{puff}", 0 },
        { "twenty-five units", "twenty-five units", 25, 25, "U", 0 },
        { "120/80 mmHg", "120/80 mmHg", 120, 80, "mm[Hg]", 0 },
        { ">100 mg/dL", ">100 mg/dL", 100, 100, "mg/dL", AC_CMP_GT },
        { "less than 5 U/L", "less than 5 U/L", 5, 5, "U/L", AC_CMP_LT },
        { "about 3 cm", "about 3 cm", 3, 3, "cm", AC_CMP_ABOUT },
        { "at least 2 L", "at least 2 L", 2, 2, "L", AC_CMP_GE },
        { "<=4 mg", "<=4 mg", 4, 4, "mg", AC_CMP_LE },
        { "7.5 x10^9/L", "7.5 x10^9/L", 7.5, 7.5, "10*9/L", 0 },
        { "7.5 x 10^3/uL", "7.5 x 10^3/uL", 7.5, 7.5, "10*3/uL", 0 },
        { "7.5 K/uL", "7.5 K/uL", 7.5, 7.5, "10*3/uL", 0 },
        { "98.6 F", "98.6 F", 98.6, 98.6, "[degF]", 0 },
        { "38.5°C", "38.5°C", 38.5, 38.5, "Cel", 0 },
        { "3 mg/kg/day", "3 mg/kg/day", 3, 3, "mg/kg/d", 0 },
        { "250 mg/5 mL", "250 mg/5 mL", 250, 250, "mg/(5.mL)", 0 },
        { "score -2.5", "-2.5", -2.5, -2.5, "", 0 },
        { "95%", "95%", 95, 95, "%", 0 },
        { "50 µg", "50 µg", 50, 50, "ug", 0 },
        { "65 in.", "65 in", 65, 65, "[in_i]", 0 },
        { "5 in the morning", "5", 5, 5, "", 0 },
        { "1.2 ml/min/1.73 m2", "1.2 ml/min/1.73 m2", 1.2, 1.2, "mL/min/{1.73_m2}", 0 },
        { "24.2 kg/m²", "24.2 kg/m²", 24.2, 24.2, "kg/m2", 0 },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_EN);
}

AC_TEST(quantity, spanish)
{
    static const row rows[] = {
        { "1.200,5 ml", "1.200,5 ml", 1200.5, 1200.5, "mL", 0 },
        { "1.200 mg", "1.200 mg", 1200, 1200, "mg", 0 },
        { "13.990 leucocitos", "13.990", 13990, 13990, "", 0 },
        { "150.000/mm3", "150.000/mm3", 150000, 150000, "/uL", 0 },
        { "4.500.000/mm3", "4.500.000/mm3", 4500000, 4500000, "/uL", 0 },
        { "3,5 g", "3,5 g", 3.5, 3.5, "g", 0 },
        { "1.16 ng/ml", "1.16 ng/ml", 1.16, 1.16, "ng/mL", 0 },
        { "0,125 mg", "0,125 mg", 0.125, 0.125, "mg", 0 },
        { "densidad 1.020", "1.020", 1.02, 1.02, "", 0 },
        { "4 hematíes/ campo", "4 hematíes/ campo", 4, 4, "/[HPF]", 0 },
        { "5/campo", "5/campo", 5, 5, "/[HPF]", 0 },
        { "38,5 ºC", "38,5 ºC", 38.5, 38.5, "Cel", 0 },
        { "treinta y dos comprimidos", "treinta y dos comprimidos", 32, 32, "{tbl}", 0 },
        { "media pastilla", "media pastilla", 0.5, 0.5, "{tbl}", 0 },
        { "un comprimido", "un comprimido", 1, 1, "{tbl}", 0 },
        { "menos de 5 mg/dl", "menos de 5 mg/dl", 5, 5, "mg/dL", AC_CMP_LT },
        { "100 UI/kg", "100 UI/kg", 100, 100, "[IU]/kg", 0 },
        { "60 lpm", "60 lpm", 60, 60, "/min", 0 },
        { "20 mm/h", "20 mm/h", 20, 20, "mm/h", 0 },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_ES);
}

/* A factor of a thousand, or half a name, is worse than nothing. */
AC_TEST(quantity, refuses_what_reads_two_ways)
{
    static const struct {
        const char *text;
        ac_lang lang;
    } none[] = { { "3,5", AC_LANG_EN }, { "COVID-19", AC_LANG_EN }, { "2nd", AC_LANG_EN }, { "1,200 mg", AC_LANG_ES },
                 { "1.234", AC_LANG_ES }, { "3.500 x10^3/uL", AC_LANG_ES }, { "1.2.3", AC_LANG_EN }, { "a", AC_LANG_EN },
                 { "12,34,56", AC_LANG_EN }, { "1234567890123456789", AC_LANG_EN }, { "", AC_LANG_EN } };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(none[i].text, none[i].lang);
        ac_measured m;
        CHECK(!ac_measured_at(&k.note, 0, &m));
    }
    AC_AUTO(kit_note) k = kit_note_of("from 5 to 10 mg", AC_LANG_EN); /* a change, not a range */
    ac_measured m;
    CHECK(ac_measured_at(&k.note, 1, &m) && m.q.high == m.q.low);
}

AC_TEST(quantity, conversions)
{
    static const struct {
        double value;
        const char *from, *to;
        double out; /* NAN: not possible */
    } rows[] = {
        { 1, "g/L", "mg/dL", 100 }, { 98.6, "[degF]", "Cel", 37 },  { 37, "Cel", "[degF]", 98.6 }, { 12300, "/uL", "10*3/uL", 12.3 },
        { 7.5, "10*9/L", "10*3/uL", 7.5 }, { 154, "[lb_av]", "kg", 69.85322498 }, { 65, "[in_i]", "cm", 165.1 },
        { 1, "mmol/L", "mg/dL", NAN }, { 1, "ug/(24.h)", "ug/d", 1 }, { 1, "mg/dL{x}", "mg/dL", NAN }, { 2, "m2", "cm2", 20000 },
        { 1, "foo", "bar", NAN },  { 1, "kPa", "mm[Hg]", 7.500637554 }, { 1, "", "mg", NAN }, { 5, "U/L", "[IU]/L", NAN },
        { 1, "10*x", "1", NAN }, { 1, "10*99", "1", NAN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double v = NAN;
        bool ok = ac_unit_convert(rows[i].value, ac_sv_z(rows[i].from), ac_sv_z(rows[i].to), &v);
        CHECK(isnan(rows[i].out) ? !ok : ok && fabs(v - rows[i].out) < 1e-4);
    }
    uint32_t glucose = ac_concept_find(AC_SV("glucose"));
    CHECK(glucose != AC_NONE);
    ac_reference r = ac_concept_reference(glucose, AC_SEX_UNKNOWN);
    double v = 0;
    CHECK(ac_quantity_to_reference(10, AC_SV("mmol/L"), &r, &v) && fabs(v - 180.16) < 0.1);
    CHECK(!ac_quantity_to_reference(10, AC_SV("cm"), &r, &v) && !ac_quantity_to_reference(10, AC_SV(""), &r, &v));
}
