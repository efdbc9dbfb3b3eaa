#include "nlp/entity/sig.h"

#include "kit/step_note.h"
#include "kit/test.h"

#include <stdio.h>

/* The attribute of that kind whose words are these. */
static const ac_attr *attr(const kit_note *k, uint32_t e, ac_attr_kind kind, const char *words)
{
    const ac_entity *x = &k->note.entities.at[e];
    for (size_t i = 0; i < x->attrs.n; i++)
        if (x->attrs.at[i].kind == (uint8_t)kind && ac_sv_eq(kit_text(k, x->attrs.at[i].span), ac_sv_z(words)))
            return &x->attrs.at[i];
    printf("# no %s\n", words);
    return NULL;
}

static bool has(const kit_note *k, uint32_t e, ac_attr_kind kind) { return ac_entity_attr(&k->note.entities.at[e], kind); }

AC_TEST(sig, a_full_prescription)
{
    AC_AUTO(kit_note) k = kit_note_of("metformin 500 mg 1 tab PO BID with meals x 10 days, lisinopril 10mg daily", AC_LANG_EN);
    uint32_t a = kit_entity(&k, "metformin", AC_KIND_MEDICATION, NULL), b = kit_entity(&k, "lisinopril", AC_KIND_MEDICATION, NULL);
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    CHECK(attr(&k, a, AC_ATTR_STRENGTH, "500 mg") && attr(&k, a, AC_ATTR_DOSE, "1 tab") && attr(&k, a, AC_ATTR_FORM, "tab"));
    const ac_attr *route = attr(&k, a, AC_ATTR_ROUTE, "PO"), *often = ac_entity_attr(&k.note.entities.at[a], AC_ATTR_FREQUENCY);
    CHECK(route && ac_sv_eq(route->norm, AC_SV("oral")));
    CHECK(often && often->timing.count == 2 && often->timing.unit == 'd' && ac_sv_eq(often->timing.when, AC_SV("C")));
    const ac_attr *days = attr(&k, a, AC_ATTR_DURATION, "10 days");
    CHECK(days && days->quantity.low == 10 && ac_sv_eq(days->quantity.unit, AC_SV("d")));
    CHECK(attr(&k, b, AC_ATTR_DOSE, "10mg") && attr(&k, b, AC_ATTR_FREQUENCY, "daily") && !has(&k, b, AC_ATTR_ROUTE));
}

AC_TEST(sig, words_before_the_name)
{
    AC_AUTO(kit_note) k = kit_note_of("given 2 g IV ceftriaxone and oral metronidazole with 20 mg of enalapril", AC_LANG_EN);
    uint32_t a = kit_entity(&k, "ceftriaxone", AC_KIND_MEDICATION, NULL), b = kit_entity(&k, "metronidazole", AC_KIND_MEDICATION, NULL);
    uint32_t c = kit_entity(&k, "enalapril", AC_KIND_MEDICATION, NULL);
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    CHECK(attr(&k, a, AC_ATTR_DOSE, "2 g") && attr(&k, a, AC_ATTR_ROUTE, "IV") && k.note.entities.at[a].attrs.n == 2);
    CHECK(attr(&k, b, AC_ATTR_ROUTE, "oral") && !has(&k, b, AC_ATTR_DOSE));
    CHECK(attr(&k, c, AC_ATTR_DOSE, "20 mg"));
}

AC_TEST(sig, an_amount_of_something_else_is_no_dose)
{
    AC_AUTO(kit_note) k = kit_note_of("Furosemide 80 mg BID, net negative 6 L. Metoprolol 25 mg in the morning and 50 mg at night.", AC_LANG_EN);
    uint32_t a = kit_entity(&k, "Furosemide", AC_KIND_MEDICATION, NULL), b = kit_entity(&k, "Metoprolol", AC_KIND_MEDICATION, NULL);
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    CHECK(attr(&k, a, AC_ATTR_DOSE, "80 mg") && k.note.entities.at[a].attrs.n == 2); /* and BID */
    CHECK(attr(&k, b, AC_ATTR_DOSE, "25 mg") && attr(&k, b, AC_ATTR_DOSE, "50 mg"));
}

AC_TEST(sig, spanish_forms)
{
    AC_AUTO(kit_note) k = kit_note_of("Se inicia paracetamol 1 g cada 8 horas vía oral durante 5 días, enalapril 20 mg 1-0-1, omeprazol "
                                      "20 mg 1 comp/24h, salbutamol 2 puff c/6h si precisa, prednisona 30 mg en pauta descendente",
                                      AC_LANG_ES);
    uint32_t a = kit_entity(&k, "paracetamol", AC_KIND_MEDICATION, NULL), b = kit_entity(&k, "enalapril", AC_KIND_MEDICATION, NULL);
    uint32_t c = kit_entity(&k, "omeprazol", AC_KIND_MEDICATION, NULL), d = kit_entity(&k, "salbutamol", AC_KIND_MEDICATION, NULL);
    uint32_t e = kit_entity(&k, "prednisona", AC_KIND_MEDICATION, NULL);
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    CHECK(attr(&k, a, AC_ATTR_DOSE, "1 g") && attr(&k, a, AC_ATTR_ROUTE, "vía oral") && attr(&k, a, AC_ATTR_DURATION, "5 días"));
    const ac_attr *t = attr(&k, a, AC_ATTR_FREQUENCY, "cada 8 horas");
    CHECK(t && t->timing.period == 8 && t->timing.unit == 'h' && has(&k, a, AC_ATTR_STATUS));
    t = attr(&k, b, AC_ATTR_FREQUENCY, "1-0-1");
    CHECK(t && t->timing.count == 2 && ac_sv_eq(t->timing.when, AC_SV("CM CV")));
    t = attr(&k, c, AC_ATTR_FREQUENCY, "/24h");
    CHECK(t && t->timing.period == 24 && attr(&k, c, AC_ATTR_STRENGTH, "20 mg"));
    t = attr(&k, d, AC_ATTR_FREQUENCY, "c/6h si precisa");
    CHECK(t && t->timing.as_needed);
    CHECK(attr(&k, e, AC_ATTR_STATUS, "en pauta descendente"));
}

AC_TEST(sig, status_is_shared_by_a_list)
{
    AC_AUTO(kit_note) k = kit_note_of("She was started on vancomycin, cefepime and metronidazole; warfarin was discontinued", AC_LANG_EN);
    uint32_t e[4] = { kit_entity(&k, "vancomycin", AC_KIND_MEDICATION, NULL), kit_entity(&k, "cefepime", AC_KIND_MEDICATION, NULL),
                      kit_entity(&k, "metronidazole", AC_KIND_MEDICATION, NULL), kit_entity(&k, "warfarin", AC_KIND_MEDICATION, NULL) };
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    for (int i = 0; i < 4; i++) {
        const ac_attr *s = ac_entity_attr(&k.note.entities.at[e[i]], AC_ATTR_STATUS);
        CHECK(s && ac_sv_eq(s->norm, i < 3 ? AC_SV("started") : AC_SV("stopped")));
    }
}

AC_TEST(sig, does_not_take_the_words_of_others)
{
    AC_AUTO(kit_note) k = kit_note_of("aspirin; glucose 169 mg/dL, age 45 years, aspirin daily on 05/10/2023, 3 children 5 days", AC_LANG_EN);
    uint32_t a = kit_entity(&k, "aspirin", AC_KIND_MEDICATION, NULL), b = kit_entity(&k, "aspirin", AC_KIND_MEDICATION, NULL);
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    CHECK(k.note.entities.at[a].attrs.n == 0);
    CHECK(k.note.entities.at[b].attrs.n == 1 && attr(&k, b, AC_ATTR_FREQUENCY, "daily"));
}

AC_TEST(sig, bare_numbers_pairs_and_brands)
{
    AC_AUTO(kit_note) k = kit_note_of("HCTZ 25 daily, Augmentin 875/125 bid, lidocaine 1% cream, metformin (Glucophage) 850 mg", AC_LANG_EN);
    uint32_t a = kit_entity(&k, "HCTZ", AC_KIND_MEDICATION, NULL), b = kit_entity(&k, "Augmentin", AC_KIND_MEDICATION, NULL);
    uint32_t c = kit_entity(&k, "lidocaine", AC_KIND_MEDICATION, NULL), d = kit_entity(&k, "metformin", AC_KIND_MEDICATION, "metformin");
    uint32_t e = kit_entity(&k, "Glucophage", AC_KIND_MEDICATION, "metformin");
    CHECK(ac_step_sig(&k.note, NULL) == AC_OK);
    CHECK(attr(&k, a, AC_ATTR_DOSE, "25") && attr(&k, b, AC_ATTR_DOSE, "875/125"));
    CHECK(attr(&k, c, AC_ATTR_STRENGTH, "1%") && attr(&k, c, AC_ATTR_FORM, "cream"));
    CHECK(attr(&k, d, AC_ATTR_DOSE, "850 mg") && attr(&k, e, AC_ATTR_DOSE, "850 mg"));
}

AC_TEST(sig, timings)
{
    static const struct {
        const char *text;
        ac_lang lang;
        double count, period, max;
        char unit;
        const char *when;
        bool prn;
    } rows[] = {
        { "q8h", AC_LANG_EN, 1, 8, 0, 'h', "", false },           { "q4-6h prn", AC_LANG_EN, 1, 4, 6, 'h', "", true },
        { "every 6 to 8 hours", AC_LANG_EN, 1, 6, 8, 'h', "", false }, { "q5h", AC_LANG_EN, 1, 5, 0, 'h', "", false },
        { "3 times a day", AC_LANG_EN, 3, 1, 0, 'd', "", false }, { "4 times daily", AC_LANG_EN, 4, 1, 0, 'd', "", false },
        { "t.i.d.", AC_LANG_EN, 3, 1, 0, 'd', "", false },        { "every other day", AC_LANG_EN, 1, 2, 0, 'd', "", false },
        { "nightly", AC_LANG_EN, 1, 1, 0, 'd', "HS", false },     { "daily in the morning", AC_LANG_EN, 1, 1, 0, 'd', "MORN", false },
        { "bid, prn", AC_LANG_EN, 2, 1, 0, 'd', "", true },       { "as needed", AC_LANG_EN, 0, 0, 0, 0, "", true },
        { "once", AC_LANG_EN, 1, 0, 0, 'd', "", false },          { "with meals", AC_LANG_EN, 0, 0, 0, 0, "C", false },
        { "cada 12 horas", AC_LANG_ES, 1, 12, 0, 'h', "", false }, { "c/8h", AC_LANG_ES, 1, 8, 0, 'h', "", false },
        { "2 veces al día", AC_LANG_ES, 2, 1, 0, 'd', "", false }, { "3 veces a la semana", AC_LANG_ES, 3, 1, 0, 'w', "", false },
        { "1-1-1", AC_LANG_ES, 3, 1, 0, 'd', "CM CD CV", false }, { "0-0-1", AC_LANG_ES, 1, 1, 0, 'd', "CV", false },
        { "1-0-0-1", AC_LANG_ES, 2, 1, 0, 'd', "", false },       { "al acostarse", AC_LANG_ES, 1, 1, 0, 'd', "HS", false },
        { "1 al día", AC_LANG_ES, 1, 1, 0, 'd', "", false },      { "/8h", AC_LANG_ES, 1, 8, 0, 'h', "", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, rows[i].lang);
        ac_timing t = { 0 };
        uint32_t end = 0;
        bool ok = ac_timing_at(&k.note, 0, &t, &end) && t.count == rows[i].count && t.period == rows[i].period &&
                  t.period_max == rows[i].max && t.unit == rows[i].unit && ac_sv_eq(t.when, ac_sv_z(rows[i].when)) &&
                  t.as_needed == rows[i].prn;
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
    static const char *const none[] = { "0-0-0", "1-0-1-0-1", "555-1-1", "every", "qualm", "q0h", "3 times", "a man" };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(none[i], AC_LANG_EN);
        ac_timing t;
        uint32_t end;
        CHECK(!ac_timing_at(&k.note, 0, &t, &end));
    }
}

AC_TEST(sig, support_for_ambiguous_names)
{
    static const struct {
        const char *text;
        bool yes;
    } rows[] = { { "XX 325 mg", true },  { "XX: 325 mg", true }, { "oral XX", true }, { "XX daily", true }, { "XX of 9.2 mg/dL", false },
                 { "20 mg of XX", true }, { "the XX was low", false }, { "XX", false } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, AC_LANG_EN);
        const char *at = strstr(rows[i].text, "XX");
        uint32_t from = (uint32_t)(at - rows[i].text);
        CHECK(ac_sig_supports(&k.note, (ac_span) { from, from + 2 }) == rows[i].yes);
    }
}

AC_TEST(sig, small_arena_is_an_error_not_a_crash)
{
    static char text[4000];
    for (size_t i = 0; i + 20 < sizeof text; i += 20)
        memcpy(text + i, "aspirin 81 mg daily ", 20);
    kit_note k;
    CHECK(kit_note_init(&k, ac_sv_z(text), AC_LANG_EN, (ac_date) { 0 }, 1 << 20));
    for (int i = 0; i < 100; i++)
        CHECK(kit_entity(&k, "aspirin", AC_KIND_MEDICATION, NULL) != AC_NONE);
    while (ac_arena_alloc(k.arena, 64))
        ;
    CHECK(ac_step_sig(&k.note, NULL) == AC_ELIMIT);
    kit_note_cleanup(&k);
}
