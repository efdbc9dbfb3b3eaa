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

/* The sentence around the span, or as much of it as a reader needs. */
static ac_sv sentence_around(const ac_note *note, ac_span span)
{
    uint32_t i = ac_note_sentence_at(note, span.begin);
    ac_span s = i == AC_NONE ? ac_span_of(0, note->text.n) : note->sentences.at[i].span;
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
    return ac_span_text(note->text, s);
}

ac_rc ac_eval_error_add(ac_eval *e, const ac_eval_doc *d, ac_eval_group group, ac_span span, ac_sv gold, ac_sv found,
                        ac_err *err)
{
    if (!e->opt->errors || e->errors.n >= ERRORS_MAX)
        return AC_OK;
    ac_eval_error *x = ac_vec_push(&e->errors, e->arena);
    if (!x)
        return ac_fail(err, AC_ELIMIT, "no room for an error example");
    *x = (ac_eval_error) { .corpus = e->corpus,
                           .document = ac_arena_copy(e->arena, d->id),
                           .gold = gold,
                           .found = found,
                           .words = ac_arena_copy(e->arena, ac_span_text(d->note.text, span)),
                           .sentence = ac_arena_copy(e->arena, sentence_around(&d->note, span)),
                           .group = (uint8_t)group,
                           .times = e->errors.n }; /* for now: its place, so that the first one is kept */
    if (!x->document.p || !x->words.p || !x->sentence.p)
        return ac_fail(err, AC_ELIMIT, "no room for an error example");
    return AC_OK;
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

ac_rc ac_eval_errors_close(ac_eval *e, ac_err *err)
{
    ac_eval_error *at = e->errors.at;
    size_t kinds = 0, kept[AC_EVAL_GROUPS] = { 0 };
    if (!e->errors.n)
        return AC_OK;
    qsort(at, e->errors.n, sizeof *at, by_kind);
    for (size_t i = 0; i < e->errors.n; i++) {
        if (kinds && same_error(&at[kinds - 1], &at[i]) == 0) {
            at[kinds - 1].times++;
            continue;
        }
        at[kinds] = at[i];
        at[kinds++].times = 1;
    }
    qsort(at, kinds, sizeof *at, by_times);
    for (size_t i = 0; i < kinds; i++) {
        if (kept[at[i].group]++ >= e->opt->errors)
            continue;
        ac_eval_error *x = ac_vec_push(&e->report->errors, e->arena);
        if (!x)
            return ac_fail(err, AC_ELIMIT, "no room for an error example");
        *x = at[i];
    }
    e->errors = (ac_eval_errors) { 0 };
    return AC_OK;
}
