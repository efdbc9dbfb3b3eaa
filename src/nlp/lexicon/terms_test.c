#include "nlp/lexicon/terms.h"

#include "kit/test.h"
#include "nlp/text/fold.h"
#include "nlp/lexicon/lexicon.h"

#include <math.h>

static bool longest(ac_arena *a, const char *text, ac_lang lang, ac_sv *surface, ac_term_hit *hit)
{
    ac_folded f = { 0 };
    ac_sv t = ac_sv_z(text);
    CHECK(ac_fold(t, a, &f, NULL) == AC_OK);
    if (!ac_terms_longest(ac_terms_lexicon(), &f, t, 0, lang, hit))
        return false;
    *surface = ac_span_text(t, ac_fold_span(&f, t, hit->begin, hit->end));
    return true;
}

AC_TEST(terms, the_longest_term_wins_in_any_spelling)
{
    static const struct {
        const char *text;
        ac_lang lang;
        const char *surface, *id;
    } rows[] = {
        { "Type 2 Diabetes Mellitus with", AC_LANG_EN, "Type 2 Diabetes Mellitus", NULL },
        { "insuficiencia card\xC3\xAD" "aca congestiva", AC_LANG_ES, "insuficiencia card\xC3\xAD" "aca congestiva", NULL },
        { "METFORMIN 500", AC_LANG_EN, "METFORMIN", "metformin" },
        { "metformina 500", AC_LANG_ES, "metformina", "metformin" },
        { "hemoglobin: 9", AC_LANG_EN, "hemoglobin", NULL },
        { "pneumonias and", AC_LANG_EN, "pneumonias", NULL },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv surface = { 0 };
        ac_term_hit hit;
        CHECK(longest(a, rows[i].text, rows[i].lang, &surface, &hit));
        CHECK(ac_sv_eq(surface, ac_sv_z(rows[i].surface)));
        CHECK(!rows[i].id || ac_sv_eq(ac_concept_id(hit.terms->row), ac_sv_z(rows[i].id)));
    }
}

AC_TEST(terms, words_are_whole_and_languages_apart)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_sv surface;
    ac_term_hit hit;
    CHECK(!longest(a, "metforminoid", AC_LANG_EN, &surface, &hit));
    CHECK(!longest(a, "metformina", AC_LANG_EN, &surface, &hit));
    CHECK(!longest(a, "xyzzy", AC_LANG_EN, &surface, &hit));
    CHECK(!longest(a, "", AC_LANG_EN, &surface, &hit));
}

AC_TEST(terms, whole_strings_are_found_too)
{
    CHECK(ac_terms_find(ac_terms_lexicon(), AC_SV("metformin"), AC_LANG_EN) != NULL);
    CHECK(ac_terms_find(ac_terms_lexicon(), AC_SV("metformi"), AC_LANG_EN) == NULL);
    CHECK(ac_terms_find(ac_terms_lexicon(), AC_SV(""), AC_LANG_EN) == NULL);
    CHECK(ac_terms_cell(ac_terms_sections(), UINT32_MAX, 0).n == 0);
    CHECK(ac_terms_rows(ac_terms_sections()) > 0 && ac_terms_cell(ac_terms_sections(), 0, 99).n == 0);
}

AC_TEST(lexicon, concepts_carry_codes_names_and_ranges)
{
    uint32_t metformin = ac_concept_find(AC_SV("metformin"));
    ac_sv code;
    CHECK(metformin != AC_NONE && ac_concept_kind(metformin) == AC_KIND_MEDICATION);
    CHECK(ac_concept_code(metformin, AC_ATC, &code) && ac_sv_eq(code, AC_SV("A10BA02")));
    CHECK(ac_concept_code(metformin, AC_RXNORM, &code) && ac_sv_eq(code, AC_SV("6809")));
    CHECK(!ac_concept_code(metformin, AC_LOINC, &code));
    CHECK(ac_concept_in_class(metformin, AC_SV("biguanide")) && !ac_concept_in_class(metformin, AC_SV("statin")));
    CHECK(ac_sv_eq(ac_concept_name(metformin, AC_LANG_ES), AC_SV("metformina")));
    uint32_t potassium = ac_concept_find(AC_SV("potassium-lab"));
    CHECK(potassium != AC_NONE && ac_concept_kind(potassium) == AC_KIND_LAB);
    ac_reference r = ac_concept_reference(potassium, AC_SEX_UNKNOWN);
    CHECK(r.low > 3 && r.high < 6 && ac_sv_eq(r.unit, AC_SV("mmol/L")));
    CHECK(isnan(ac_concept_reference(metformin, AC_SEX_MALE).low));
    CHECK(ac_concept_find(AC_SV("no-such-concept")) == AC_NONE);
}

AC_TEST(lexicon, is_sorted_and_every_reference_in_it_holds)
{
    size_t n = ac_lexicon_size();
    CHECK(n > 8000);
    for (uint32_t i = 0; i < n; i++) {
        CHECK(i == 0 || ac_sv_cmp(ac_concept_id(i - 1), ac_concept_id(i)) < 0);
        CHECK(ac_concept_name(i, AC_LANG_EN).n > 0 && ac_concept_kind(i) < AC_KIND_COUNT);
        uint32_t parts[8];
        size_t k = ac_concept_ingredients(i, parts, 8);
        for (size_t p = 0; p < k && p < 8; p++)
            CHECK(parts[p] < n && ac_concept_kind(parts[p]) == AC_KIND_MEDICATION);
        ac_code codes[16];
        CHECK(ac_concept_codes(i, codes, 16) <= 16);
    }
}

AC_TEST(terms, the_index_of_a_text_refuses_nothing_that_a_look_up_finds)
{
    static const char text[] = "The patient is a 62-year-old woman with type 2 diabetes mellitus, no chest pain, on metformin 500 mg b.i.d.; "
                               "paciente con insuficiencia card\xC3\xAD" "aca, niega fiebre; PLAN: follow up in 2 weeks at St. Mary's.";
    const ac_sv sv = { text, sizeof text - 1 };
    const ac_terms *const sets[] = { ac_terms_sig(), ac_terms_context(), ac_terms_phi(), ac_terms_outputs(), ac_terms_sections(),
                                     ac_terms_lexicon(), ac_terms_names(), ac_terms_units() };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_folded plain = { 0 }, indexed = { 0 };
    size_t hits = 0, refused = 0;
    CHECK(ac_fold(sv, a, &plain, NULL) == AC_OK && ac_fold(sv, a, &indexed, NULL) == AC_OK);
    CHECK(!plain.starts && ac_terms_index(&indexed, sv, a, NULL) == AC_OK && indexed.starts);
    for (uint32_t at = 0; at < plain.text.n; at++)
        for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++)
            for (ac_lang lang = AC_LANG_EN; lang <= AC_LANG_ES; lang++) {
                ac_term_hit x = { 0 }, y = { 0 };
                bool found = ac_terms_longest(sets[k], &plain, sv, at, lang, &x);
                CHECK(ac_terms_longest(sets[k], &indexed, sv, at, lang, &y) == found && x.end == y.end && x.terms == y.terms);
                hits += found;
                refused += plain.words && plain.words[at] && indexed.starts && !indexed.starts[at];
            }
    CHECK(hits > 20 && refused > 0);
}

AC_TEST(terms, an_index_without_room_is_an_error)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20), *tiny = ac_arena_new(8);
    ac_folded f = { 0 };
    CHECK(ac_fold(AC_SV("type 2 diabetes"), a, &f, NULL) == AC_OK);
    CHECK(ac_terms_index(&f, AC_SV("type 2 diabetes"), tiny, NULL) == AC_ELIMIT && !f.starts);
}
