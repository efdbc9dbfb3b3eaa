/* The measures, against values counted by hand. */
#include "eval/eval_testing.h"
#include "eval/rouge.h"
#include "eval/spans.h"

#include "kit/test.h"

AC_TEST(eval_metric, f_is_the_weighted_mean_of_precision_and_recall)
{
    ac_count c = { .tp = 6, .fp = 2, .fn = 4 };
    CHECK(kit_near(ac_precision(c), 0.75) && kit_near(ac_recall(c), 0.6));
    CHECK(kit_near(ac_f_beta(c, 1), 2.0 / 3)); /* 2 * 6 / (2 * 6 + 2 + 4) */
    CHECK(kit_near(ac_f_beta(c, 2), 0.625));   /* 5 * 6 / (5 * 6 + 4 * 4 + 2) */
    CHECK(ac_f_beta((ac_count) { 0 }, 1) == 0 && ac_precision((ac_count) { .fn = 3 }) == 0);
}

AC_TEST(eval_metric, shares_of_nothing_are_nothing)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    CHECK(ac_eval_share(&k.e, "share", 3, 4, NULL) == AC_OK && ac_eval_share(&k.e, "none", 0, 0, NULL) == AC_OK);
    CHECK(kit_near(kit_row(&k.report, "test", "share", "").value, 0.75));
    CHECK(kit_row(&k.report, "test", "none", "").value == 0);
}

/* ---- spans ------------------------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t begin, end, type;
} given;

static void fill(kit_eval *k, ac_typed_list *list, const given *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        CHECK(ac_typed_add(k->arena, list, ac_span_of(from[i].begin, from[i].end), from[i].type, NULL) == AC_OK);
}

static void open_text(kit_eval *k, ac_eval_doc *d)
{
    CHECK(ac_eval_open(&k->e, AC_SV("d"), AC_SV("The quick brown fox jumps over the lazy dog and over the old fence."),
                       NULL, d, NULL) == AC_OK);
    CHECK(ac_eval_prepare(d, NULL) == AC_OK);
}

AC_TEST(eval_spans, exact_overlapping_typed_and_untyped)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 10);
    ac_eval_doc d;
    ac_span_score s = { 0 };
    ac_typed_list gold = { 0 }, found = { 0 };
    open_text(&k, &d);
    CHECK(ac_span_type(&s, AC_SV("A")) == 0 && ac_span_type(&s, AC_SV("B")) == 1 && ac_span_type(&s, AC_SV("A")) == 0);
    fill(&k, &gold, (given[]) { { 30, 40, 0 }, { 10, 20, 1 }, { 0, 5, 0 } }, 3);
    fill(&k, &found, (given[]) { { 0, 5, 0 }, { 12, 18, 1 }, { 30, 40, 1 }, { 50, 60, 0 } }, 4);
    CHECK(ac_spans_compare(&k.e, &d, &s, &gold, &found, NULL) == AC_OK);
    CHECK(kit_count(s.types[0].exact, 1, 1, 1) && kit_count(s.types[1].exact, 0, 2, 1));
    CHECK(kit_count(s.types[0].overlap, 1, 1, 1) && kit_count(s.types[1].overlap, 1, 1, 0));
    CHECK(kit_count(s.any_exact, 2, 2, 1) && kit_count(s.any_overlap, 3, 1, 0));
    CHECK(ac_eval_errors_close(&k.e, NULL) == AC_OK && k.report.errors.n == 3 && k.report.totals.n == 3);
    static const uint8_t groups[] = { AC_EVAL_SPURIOUS, AC_EVAL_BOUNDARY, AC_EVAL_TYPE };
    for (size_t i = 0; i < 3 && i < k.report.errors.n; i++)
        CHECK(k.report.errors.at[i].group == groups[i] && k.report.errors.at[i].times == 1);
    if (k.report.errors.n != 3)
        return;
    const ac_eval_error *cut = &k.report.errors.at[1], *type = &k.report.errors.at[2];
    CHECK(ac_sv_eq(cut->words, AC_SV("brown fox ")) && ac_sv_eq(cut->found_words, AC_SV("own fo")));
    CHECK(cut->mark.begin == 10 && cut->mark.end == 20 && type->found_words.n == 0); /* the same words, another type */
}

AC_TEST(eval_spans, one_gold_span_pairs_with_one_found_span)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_eval_doc d;
    ac_span_score s = { 0 };
    ac_typed_list gold = { 0 }, found = { 0 };
    open_text(&k, &d);
    (void)ac_span_type(&s, AC_SV("A"));
    fill(&k, &gold, (given[]) { { 0, 10, 0 }, { 20, 20, 0 } }, 2); /* an empty span is none */
    fill(&k, &found, (given[]) { { 0, 4, 0 }, { 5, 10, 0 } }, 2);
    CHECK(ac_spans_compare(&k.e, &d, &s, &gold, &found, NULL) == AC_OK);
    CHECK(kit_count(s.types[0].exact, 0, 2, 1) && kit_count(s.types[0].overlap, 1, 1, 0));
    CHECK(k.report.errors.n == 0);
}

AC_TEST(eval_spans, gold_against_itself_is_perfect)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 5);
    ac_eval_doc d;
    ac_span_score s = { 0 };
    ac_typed_list gold = { 0 }, found = { 0 };
    static const given both[] = { { 0, 9, 0 }, { 4, 9, 1 }, { 4, 9, 0 }, { 20, 25, 1 }, { 20, 25, 1 } };
    open_text(&k, &d);
    (void)ac_span_type(&s, AC_SV("A"));
    (void)ac_span_type(&s, AC_SV("B"));
    fill(&k, &gold, both, 5);
    fill(&k, &found, both, 5);
    CHECK(ac_spans_compare(&k.e, &d, &s, &gold, &found, NULL) == AC_OK && ac_spans_report(&k.e, &s, NULL) == AC_OK);
    CHECK(k.report.rows.n == 8);
    for (size_t i = 0; i < k.report.rows.n; i++)
        CHECK(k.report.rows.at[i].value == 1 && k.report.rows.at[i].count.fn == 0);
    CHECK(ac_eval_errors_close(&k.e, NULL) == AC_OK && k.report.errors.n == 0);
}

AC_TEST(eval_spans, equal_errors_are_counted_and_the_most_frequent_kept)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 1);
    ac_eval_doc d;
    open_text(&k, &d);
    for (int i = 0; i < 3; i++)
        CHECK(ac_eval_error_add(&k.e, &d, AC_EVAL_MISSED, ac_span_of(4, 9), AC_SV("A"), AC_SV(""), NULL) == AC_OK);
    CHECK(ac_eval_error_add(&k.e, &d, AC_EVAL_MISSED, ac_span_of(10, 15), AC_SV("A"), AC_SV(""), NULL) == AC_OK);
    CHECK(ac_eval_error_add(&k.e, &d, AC_EVAL_TYPE, ac_span_of(10, 15), AC_SV("A"), AC_SV("B"), NULL) == AC_OK);
    CHECK(ac_eval_errors_close(&k.e, NULL) == AC_OK && k.report.errors.n == 2 && k.report.totals.n == 2);
    if (k.report.errors.n != 2 || k.report.totals.n != 2)
        return;
    CHECK(k.report.totals.at[0].errors == 4 && k.report.totals.at[0].kinds == 2 && k.report.totals.at[1].errors == 1);
    const ac_eval_error *x = &k.report.errors.at[0];
    CHECK(x->times == 3 && ac_sv_eq(x->words, AC_SV("quick")) && ac_sv_starts(x->sentence, AC_SV("The quick")));
}

AC_TEST(eval_spans, errors_that_are_only_counted_have_no_words)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 5);
    ac_eval_doc d;
    open_text(&k, &d);
    k.e.counts_only = true;
    CHECK(ac_eval_error_add(&k.e, &d, AC_EVAL_MISSED, ac_span_of(4, 9), AC_SV("A"), AC_SV(""), NULL) == AC_OK);
    CHECK(ac_eval_error_add(&k.e, &d, AC_EVAL_MISSED, ac_span_of(10, 15), AC_SV("A"), AC_SV(""), NULL) == AC_OK);
    CHECK(ac_eval_errors_close(&k.e, NULL) == AC_OK && k.report.errors.n == 1 && !k.e.counts_only);
    const ac_eval_error *x = k.report.errors.at;
    CHECK(x->times == 2 && !x->words.n && !x->sentence.n && !x->document.n && ac_sv_eq(x->gold, AC_SV("A")));
}

AC_TEST(eval_spans, covered_counts_letters_and_digits)
{
    uint8_t flags[32] = { 0 };
    ac_sv text = AC_SV("A-1 Ñu–2!"); /* the dash and the sign are none */
    for (size_t i = 0; i < 4; i++)
        flags[i] = 1;
    CHECK(kit_count(ac_eval_covered(text, ac_span_of(0, text.n), flags), 2, 0, 3));
    CHECK(kit_count(ac_eval_covered(text, ac_span_of(4, 4), flags), 0, 0, 0));
}

/* ---- ROUGE ------------------------------------------------------------------------------------------------------- */

static ac_rouge rouge(kit_eval *k, const char *reference, const char *candidate)
{
    ac_rouge r = { -1, -1, -1 };
    CHECK(ac_rouge_score(ac_sv_z(reference), ac_sv_z(candidate), k->scratch, &r, NULL) == AC_OK);
    return r;
}

AC_TEST(eval_rouge, values_by_hand)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_rouge r = rouge(&k, "the cat sat on the mat", "the cat on the mat");
    CHECK(kit_near(r.one, 10.0 / 11) && kit_near(r.two, 6.0 / 9) && kit_near(r.lsum, 10.0 / 11));
    r = rouge(&k, "a b c\nd e", "a c\nb e d"); /* union of the lines' common subsequences: a b c, and one of d e */
    CHECK(kit_near(r.one, 1) && kit_near(r.lsum, 0.8));
    r = rouge(&k, "a a", "a"); /* a word counts as often as both have it */
    CHECK(kit_near(r.one, 2.0 / 3) && kit_near(r.lsum, 2.0 / 3) && r.two == 0);
}

AC_TEST(eval_rouge, itself_is_perfect_and_nothing_is_nothing)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_rouge r = rouge(&k, "Potassium 5.1 mg/dL (high).\nRecheck it.", "potassium: 5,1 MG-DL high\n\nrecheck IT");
    CHECK(kit_near(r.one, 1) && kit_near(r.two, 1) && kit_near(r.lsum, 1));
    r = rouge(&k, "anything", "");
    CHECK(r.one == 0 && r.two == 0 && r.lsum == 0);
    r = rouge(&k, "", "");
    CHECK(r.one == 0 && r.two == 0 && r.lsum == 0);
}
