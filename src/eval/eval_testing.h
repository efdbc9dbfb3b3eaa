/** Test kit of the scorers: a session without a corpus. */
#ifndef AC_EVAL_EVAL_TESTING_H
#define AC_EVAL_EVAL_TESTING_H

#include "eval/session.h"

#include <math.h>

typedef struct {
    ac_arena *arena, *scratch;
    ac_sb buffer, buffer2;
    ac_eval_options opt;
    ac_eval_report report;
    ac_eval e;
} kit_eval;

/* errors: how many of each group to keep */
static inline void kit_eval_init(kit_eval *k, size_t errors)
{
    *k = (kit_eval) { .arena = ac_arena_new((size_t)1 << 26), .scratch = ac_arena_new((size_t)1 << 26),
                      .buffer = AC_SB(1 << 20), .buffer2 = AC_SB(1 << 20), .opt = { .path = "", .errors = errors } };
    k->e = (ac_eval) { .opt = &k->opt, .arena = k->arena, .scratch = k->scratch, .buffer = &k->buffer,
                       .buffer2 = &k->buffer2, .report = &k->report, .corpus = AC_SV("test") };
}

static inline void kit_eval_cleanup(kit_eval *k)
{
    ac_sb_cleanup(&k->buffer);
    ac_sb_cleanup(&k->buffer2);
    ac_arena_free(k->arena);
    ac_arena_free(k->scratch);
}

static inline bool kit_near(double a, double b) { return fabs(a - b) < 0.0005; }

static inline bool kit_count(ac_count c, uint64_t tp, uint64_t fp, uint64_t fn)
{
    return c.tp == tp && c.fp == fp && c.fn == fn;
}

/* The row with these names, or one that nothing equals. */
static inline ac_eval_row kit_row(const ac_eval_report *r, const char *corpus, const char *measure, const char *type)
{
    for (size_t i = 0; i < r->rows.n; i++)
        if (ac_sv_eq(r->rows.at[i].corpus, ac_sv_z(corpus)) && ac_sv_eq(r->rows.at[i].measure, ac_sv_z(measure)) &&
            ac_sv_eq(r->rows.at[i].type, ac_sv_z(type)))
            return r->rows.at[i];
    return (ac_eval_row) { .count = { UINT64_MAX, UINT64_MAX, UINT64_MAX }, .value = -1, .n = UINT64_MAX };
}

#endif
