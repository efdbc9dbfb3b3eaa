/* Collecting rows and errors. */
#include "eval/session.h"

#include <stdlib.h>

enum { SENTENCE_MAX = 240, AROUND = 80, ERRORS_MAX = 200000 };

static ac_rc add_row(ac_eval *e, const char *measure, ac_sv type, ac_eval_row row, ac_err *err)
{
    ac_eval_row *r = ac_vec_push(&e->report->rows, e->arena);
    row.corpus = e->corpus;
    row.measure = ac_arena_copy(e->arena, ac_sv_z(measure));
    row.type = ac_arena_copy(e->arena, type);
    if (!r || !row.measure.p || !row.type.p)
        return ac_fail(err, AC_ELIMIT, "no room for a score");
    *r = row;
    return AC_OK;
}

ac_rc ac_eval_count(ac_eval *e, const char *measure, ac_sv type, ac_count count, ac_err *err)
{
    ac_eval_row row = { .counted = true, .count = count, .value = ac_f_beta(count, 1), .n = count.tp + count.fn };
    return add_row(e, measure, type, row, err);
}

ac_rc ac_eval_value(ac_eval *e, const char *measure, ac_sv type, double value, uint64_t n, ac_err *err)
{
    return add_row(e, measure, type, (ac_eval_row) { .value = value, .n = n }, err);
}

ac_rc ac_eval_part(ac_eval *e, const char *measure, ac_sv type, uint64_t part, uint64_t n, ac_err *err)
{
    ac_eval_row row = { .share = true, .count = { .tp = part }, .value = n ? (double)part / (double)n : 0, .n = n };
    return add_row(e, measure, type, row, err);
}

ac_rc ac_eval_share(ac_eval *e, const char *measure, uint64_t part, uint64_t n, ac_err *err)
{
    return ac_eval_part(e, measure, AC_SV(""), part, n, err);
}

/* ---- errors ------------------------------------------------------------------------------------------------------ */

static bool continues(ac_sv s, size_t i) { return i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80; }

/* The sentence around the span, or as much of it as a reader needs. The span stands in it, cut where it is too long. */
static ac_span sentence_around(const ac_note *note, ac_span span)
{
    uint32_t i = ac_note_sentence_at(note, span.begin);
    ac_span s = i == AC_NONE ? ac_span_of(0, note->text.n) : note->sentences.at[i].span;
    s.begin = s.begin < span.begin ? s.begin : span.begin;
    s.end = s.end > span.end ? s.end : span.end;
    if (s.end - s.begin > SENTENCE_MAX) {
        s.begin = span.begin > s.begin + AROUND ? span.begin - AROUND : s.begin;
        s.end = s.end > span.end + AROUND ? span.end + AROUND : s.end;
    }
    if (s.end - s.begin > 4 * SENTENCE_MAX)
        s.end = s.begin + 4 * SENTENCE_MAX;
    while (continues(note->text, s.begin))
        s.begin++;
    while (continues(note->text, s.end))
        s.end++;
    return s;
}

/* The words, as the reader of the report sees them. */
static bool quote(ac_eval *e, const ac_eval_doc *d, const ac_eval_slip *slip, ac_eval_error *x)
{
    ac_span words = ac_span_len(slip->gold_span) ? slip->gold_span : slip->found_span, s = sentence_around(&d->note, words);
    ac_sv other = ac_span_len(slip->gold_span) ? ac_span_text(d->note.text, slip->found_span) : AC_SV("");
    x->document = ac_arena_copy(e->arena, d->id);
    x->words = ac_arena_copy(e->arena, ac_span_text(d->note.text, words));
    x->found_words = ac_sv_eq(other, x->words) ? AC_SV("") : ac_arena_copy(e->arena, other);
    x->sentence = ac_arena_copy(e->arena, ac_span_text(d->note.text, s));
    x->mark = ac_span_of(words.begin - s.begin, (words.end < s.end ? words.end : s.end) - s.begin);
    return x->document.p && x->words.p && x->found_words.p && x->sentence.p;
}

ac_rc ac_eval_slip_add(ac_eval *e, const ac_eval_doc *d, ac_eval_group group, const ac_eval_slip *slip, ac_err *err)
{
    if (!e->opt->errors)
        return AC_OK;
    e->n_errors[group]++;
    if (e->errors.n >= ERRORS_MAX)
        return AC_OK;
    ac_eval_error *x = ac_vec_push(&e->errors, e->arena);
    if (!x)
        return ac_fail(err, AC_ELIMIT, "no room for an error example");
    *x = (ac_eval_error) { .corpus = e->corpus,
                           .gold = slip->gold,
                           .found = slip->found,
                           .group = (uint8_t)group,
                           .times = e->errors.n }; /* for now: its place, so that the first one is kept */
    if (!e->counts_only && !quote(e, d, slip, x))
        return ac_fail(err, AC_ELIMIT, "no room for an error example");
    return AC_OK;
}

ac_rc ac_eval_error_add(ac_eval *e, const ac_eval_doc *d, ac_eval_group group, ac_span span, ac_sv gold, ac_sv found,
                        ac_err *err)
{
    return ac_eval_slip_add(e, d, group, &(ac_eval_slip) { .gold_span = span, .gold = gold, .found = found }, err);
}

static int same_error(const ac_eval_error *x, const ac_eval_error *y)
{
    int c = x->group - y->group;
    if (c == 0)
        c = ac_sv_cmp(x->gold, y->gold);
    if (c == 0)
        c = ac_sv_cmp(x->found, y->found);
    return c ? c : ac_sv_cmp(x->words, y->words);
}

static int by_kind(const void *a, const void *b)
{
    const ac_eval_error *x = a, *y = b;
    int c = same_error(x, y);
    return c ? c : (x->times > y->times) - (x->times < y->times);
}

static int by_times(const void *a, const void *b)
{
    const ac_eval_error *x = a, *y = b;
    if (x->group != y->group)
        return x->group - y->group;
    if (x->times != y->times)
        return x->times > y->times ? -1 : 1;
    return same_error(x, y);
}

/* Equal errors become one; returns how many different ones there are. */
static size_t join_equal(ac_eval_errors *errors)
{
    ac_eval_error *at = errors->at;
    size_t kinds = 0;
    qsort(at, errors->n, sizeof *at, by_kind);
    for (size_t i = 0; i < errors->n; i++) {
        if (kinds && same_error(&at[kinds - 1], &at[i]) == 0) {
            at[kinds - 1].times++;
            continue;
        }
        at[kinds] = at[i];
        at[kinds++].times = 1;
    }
    qsort(at, kinds, sizeof *at, by_times);
    return kinds;
}

static ac_rc add_totals(ac_eval *e, const uint64_t kinds[AC_EVAL_GROUPS], ac_err *err)
{
    for (unsigned g = 0; g < AC_EVAL_GROUPS; g++) {
        ac_eval_total *t = e->n_errors[g] ? ac_vec_push(&e->report->totals, e->arena) : NULL;
        if (!t && e->n_errors[g])
            return ac_fail(err, AC_ELIMIT, "no room for the number of errors");
        if (t)
            *t = (ac_eval_total) { e->corpus, (uint8_t)g, e->n_errors[g], kinds[g] };
        e->n_errors[g] = 0;
    }
    return AC_OK;
}

ac_rc ac_eval_errors_close(ac_eval *e, ac_err *err)
{
    uint64_t kinds[AC_EVAL_GROUPS] = { 0 };
    size_t n = e->errors.n ? join_equal(&e->errors) : 0;
    for (size_t i = 0; i < n; i++) {
        if (kinds[e->errors.at[i].group]++ >= e->opt->errors)
            continue;
        ac_eval_error *x = ac_vec_push(&e->report->errors, e->arena);
        if (!x)
            return ac_fail(err, AC_ELIMIT, "no room for an error example");
        *x = e->errors.at[i];
    }
    e->errors = (ac_eval_errors) { 0 };
    e->counts_only = false;
    return add_totals(e, kinds, err);
}
