#include "eval/spans.h"

#include <stdlib.h>

typedef struct {
    const ac_typed_list *gold, *found;
    uint32_t *pair_of_gold, *pair_of_found; /* index + 1; 0: none */
} pairing;

uint32_t ac_span_type(ac_span_score *s, ac_sv name)
{
    for (size_t i = 0; i < s->n_types; i++)
        if (ac_sv_eq(s->types[i].name, name))
            return (uint32_t)i;
    if (s->n_types == AC_SPAN_TYPES)
        return AC_SPAN_TYPES;
    s->types[s->n_types].name = name;
    return (uint32_t)s->n_types++;
}

ac_rc ac_typed_add(ac_arena *arena, ac_typed_list *list, ac_span span, uint32_t type, ac_err *err)
{
    if (span.begin >= span.end || type >= AC_SPAN_TYPES)
        return AC_OK;
    ac_typed *t = ac_vec_push(list, arena);
    if (!t)
        return ac_fail(err, AC_ELIMIT, "no room for a span");
    *t = (ac_typed) { span, type };
    return AC_OK;
}

static int by_place(const void *a, const void *b)
{
    const ac_typed *x = a, *y = b;
    if (x->span.begin != y->span.begin)
        return x->span.begin < y->span.begin ? -1 : 1;
    if (x->span.end != y->span.end)
        return x->span.end < y->span.end ? -1 : 1;
    return (x->type > y->type) - (x->type < y->type);
}

static bool fits(const ac_typed *g, const ac_typed *f, bool typed, bool exact)
{
    if (typed && g->type != f->type)
        return false;
    if (exact)
        return g->span.begin == f->span.begin && g->span.end == f->span.end;
    return ac_span_overlaps(g->span, f->span);
}

void ac_typed_sort(ac_typed_list *list)
{
    if (list->n)
        qsort(list->at, list->n, sizeof list->at[0], by_place);
}

/* Pair what is still single. */
static void pair(pairing *p, bool typed, bool exact)
{
    size_t low = 0;
    for (size_t i = 0; i < p->gold->n; i++) {
        const ac_typed *g = &p->gold->at[i];
        while (low < p->found->n && p->found->at[low].span.end <= g->span.begin)
            low++;
        for (size_t k = low; !p->pair_of_gold[i] && k < p->found->n && p->found->at[k].span.begin < g->span.end; k++)
            if (!p->pair_of_found[k] && fits(g, &p->found->at[k], typed, exact)) {
                p->pair_of_gold[i] = (uint32_t)k + 1;
                p->pair_of_found[k] = (uint32_t)i + 1;
            }
    }
}

static void tally(const pairing *p, ac_span_score *s, bool exact)
{
    for (size_t i = 0; i < p->gold->n; i++) {
        ac_count *c = exact ? &s->types[p->gold->at[i].type].exact : &s->types[p->gold->at[i].type].overlap;
        c->tp += p->pair_of_gold[i] != 0;
        c->fn += p->pair_of_gold[i] == 0;
    }
    for (size_t i = 0; i < p->found->n; i++) {
        ac_count *c = exact ? &s->types[p->found->at[i].type].exact : &s->types[p->found->at[i].type].overlap;
        c->fp += p->pair_of_found[i] == 0;
    }
}

static void tally_any(const pairing *p, ac_count *c)
{
    for (size_t i = 0; i < p->gold->n; i++) {
        c->tp += p->pair_of_gold[i] != 0;
        c->fn += p->pair_of_gold[i] == 0;
    }
    for (size_t i = 0; i < p->found->n; i++)
        c->fp += p->pair_of_found[i] == 0;
}

static ac_rc pairing_new(ac_eval *e, const ac_typed_list *gold, const ac_typed_list *found, pairing *out, ac_err *err)
{
    uint32_t *g = ac_arena_alloc(e->scratch, (gold->n + 1) * sizeof *g);
    uint32_t *f = ac_arena_alloc(e->scratch, (found->n + 1) * sizeof *f);
    if (!g || !f)
        return ac_fail(err, AC_ELIMIT, "no room to compare spans");
    *out = (pairing) { gold, found, g, f };
    return AC_OK;
}

/* typed: paired with the type, equal or overlapping. Whoever is single there can only have a partner of another type. */
static ac_rc note_errors(ac_eval *e, const ac_eval_doc *d, const ac_span_score *s, const pairing *typed,
                         const pairing *any, ac_err *err)
{
    for (size_t i = 0; i < typed->gold->n; i++) {
        const ac_typed *g = &typed->gold->at[i], *f = NULL;
        ac_eval_group group = AC_EVAL_MISSED;
        if (typed->pair_of_gold[i]) {
            f = &typed->found->at[typed->pair_of_gold[i] - 1];
            group = AC_EVAL_BOUNDARY;
            if (fits(g, f, true, true))
                continue;
        } else if (any->pair_of_gold[i]) {
            f = &any->found->at[any->pair_of_gold[i] - 1];
            group = AC_EVAL_TYPE;
        }
        ac_eval_slip slip = { .gold_span = g->span, .gold = s->types[g->type].name };
        if (f) {
            slip.found_span = f->span;
            slip.found = s->types[f->type].name;
        }
        AC_TRY(err, ac_eval_slip_add(e, d, group, &slip, err));
    }
    for (size_t i = 0; i < typed->found->n; i++) {
        const ac_typed *f = &typed->found->at[i];
        if (!typed->pair_of_found[i] && !any->pair_of_found[i])
            AC_TRY(err, ac_eval_error_add(e, d, AC_EVAL_SPURIOUS, f->span, AC_SV(""), s->types[f->type].name, err));
    }
    return AC_OK;
}

ac_rc ac_spans_compare(ac_eval *e, const ac_eval_doc *d, ac_span_score *s, ac_typed_list *gold, ac_typed_list *found,
                       ac_err *err)
{
    pairing typed, any;
    ac_typed_sort(gold);
    ac_typed_sort(found);
    AC_TRY(err, pairing_new(e, gold, found, &typed, err));
    pair(&typed, true, true);
    tally(&typed, s, true);
    pair(&typed, true, false);
    tally(&typed, s, false);
    AC_TRY(err, pairing_new(e, gold, found, &any, err));
    pair(&any, false, true);
    tally_any(&any, &s->any_exact);
    pair(&any, false, false);
    tally_any(&any, &s->any_overlap);
    return note_errors(e, d, s, &typed, &any, err);
}

ac_rc ac_spans_report(ac_eval *e, const ac_span_score *s, ac_err *err)
{
    ac_count exact = { 0 }, overlap = { 0 };
    for (size_t i = 0; i < s->n_types; i++) {
        ac_count_add(&exact, s->types[i].exact);
        ac_count_add(&overlap, s->types[i].overlap);
    }
    AC_TRY(err, ac_eval_count(e, "exact", AC_SV(""), exact, err));
    AC_TRY(err, ac_eval_count(e, "overlap", AC_SV(""), overlap, err));
    AC_TRY(err, ac_eval_count(e, "exact-untyped", AC_SV(""), s->any_exact, err));
    AC_TRY(err, ac_eval_count(e, "overlap-untyped", AC_SV(""), s->any_overlap, err));
    for (size_t i = 0; i < s->n_types; i++)
        AC_TRY(err, ac_eval_count(e, "exact", s->types[i].name, s->types[i].exact, err));
    for (size_t i = 0; i < s->n_types; i++)
        AC_TRY(err, ac_eval_count(e, "overlap", s->types[i].name, s->types[i].overlap, err));
    return AC_OK;
}
