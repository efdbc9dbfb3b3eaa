/* NUBes: cues of negation and uncertainty, and what happens to the entities in their scopes. */
#include "eval/brat.h"
#include "eval/spans.h"
#include "nlp/context/context.h"

#include <stdlib.h>

typedef struct {
    ac_span_score cues;
    ac_count by_marker[AC_SPAN_TYPES];     /* recall of each of the corpus's marker types */
    ac_span_score markers;                 /* their names */
    ac_count negated, uncertain;           /* entities called absent; called possible */
    uint64_t uncertain_called_negated, mismatches;
} nubes;

enum { IN_NEGATION = 1, IN_UNCERTAINTY = 2 };

/* 0: no cue */
static uint8_t polarity_of(ac_sv type)
{
    if (!ac_sv_ends(type, AC_SV("Marker")))
        return 0;
    if (ac_sv_starts(type, AC_SV("Neg")))
        return IN_NEGATION;
    return ac_sv_starts(type, AC_SV("Uncert")) ? IN_UNCERTAINTY : 0;
}

static bool is_entity(ac_sv type)
{
    static const char *const names[] = { "DISO", "PROC", "SUBS", "BODY" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ac_sv_eq(type, ac_sv_z(names[i])))
            return true;
    return false;
}

/* For each mark, the scopes that it is: Scope links lead from a cue to its scope, DiscScope links to each part of one in
 * several parts. */
static uint8_t *scopes_of(const ac_brat *b, ac_arena *arena)
{
    uint8_t *in = ac_arena_alloc(arena, b->marks.n + 1);
    for (size_t i = 0; in && i < b->links.n; i++)
        if (ac_sv_eq(b->links.at[i].type, AC_SV("Scope")) || ac_sv_eq(b->links.at[i].type, AC_SV("DiscScope")))
            in[b->links.at[i].to] |= polarity_of(b->marks.at[b->links.at[i].from].type);
    return in;
}

static int by_begin(const void *a, const void *b)
{
    const ac_brat_mark *const *x = a, *const *y = b;
    return ((*x)->span.begin > (*y)->span.begin) - ((*x)->span.begin < (*y)->span.begin);
}

/* Entities get the scopes of the marks that contain them. Marks nest a few deep, so that looking back while scopes are
 * open stays short. */
static bool spread(const ac_brat *b, uint8_t *in, ac_arena *arena)
{
    const ac_brat_mark **order = ac_arena_alloc(arena, (b->marks.n + 1) * sizeof *order);
    size_t low = 0;
    if (!order)
        return false;
    for (size_t i = 0; i < b->marks.n; i++)
        order[i] = &b->marks.at[i];
    qsort(order, b->marks.n, sizeof *order, by_begin);
    for (size_t i = 0; i < b->marks.n; i++) {
        while (low < i && order[low]->span.end <= order[i]->span.begin)
            low++;
        for (size_t k = low; k < b->marks.n && order[k]->span.begin <= order[i]->span.begin; k++)
            if (!is_entity(order[k]->type) && ac_span_contains(order[k]->span, order[i]->span))
                in[order[i] - b->marks.at] |= in[order[k] - b->marks.at];
    }
    return true;
}

static ac_rc score_cues(ac_eval *e, const ac_eval_doc *d, const ac_brat *b, nubes *n, ac_err *err)
{
    ac_cue_scopes cues = { 0 };
    ac_typed_list gold = { 0 }, found = { 0 };
    uint32_t negation = ac_span_type(&n->cues, AC_SV("negation"));
    uint32_t uncertainty = ac_span_type(&n->cues, AC_SV("uncertainty"));
    AC_TRY(err, ac_context_cues(&d->note, e->scratch, &cues, err));
    for (size_t i = 0; i < cues.n; i++) {
        ac_assertion a = ac_cue_assertion((ac_cue)cues.at[i].kind);
        if (a == AC_ABSENT || a == AC_POSSIBLE)
            AC_TRY(err, ac_typed_add(e->scratch, &found, cues.at[i].marker, a == AC_ABSENT ? negation : uncertainty, err));
    }
    for (size_t i = 0; i < b->marks.n; i++) {
        const ac_brat_mark *m = &b->marks.at[i];
        uint8_t p = polarity_of(m->type);
        if (!p)
            continue;
        AC_TRY(err, ac_typed_add(e->scratch, &gold, m->span, p == IN_NEGATION ? negation : uncertainty, err));
        uint32_t t = ac_span_type(&n->markers, ac_arena_copy(e->arena, m->type));
        bool hit = false;
        for (size_t k = 0; k < found.n && !hit; k++)
            hit = ac_span_overlaps(found.at[k].span, m->span);
        if (t < AC_SPAN_TYPES)
            ac_count_decision(&n->by_marker[t], true, hit);
    }
    return ac_spans_compare(e, d, &n->cues, &gold, &found, err);
}

static ac_rc score_entities(ac_eval *e, ac_eval_doc *d, const ac_brat *b, const uint8_t *in, nubes *n, ac_err *err)
{
    for (size_t i = 0; i < b->marks.n; i++)
        if (is_entity(b->marks.at[i].type))
            AC_TRY(err, ac_eval_inject(d, b->marks.at[i].span, err));
    AC_TRY(err, ac_eval_judge(d, err));
    for (size_t i = 0; i < b->marks.n; i++) {
        const ac_brat_mark *m = &b->marks.at[i];
        if (!is_entity(m->type) || !in[i])
            continue;
        ac_assertion a = ac_eval_assertion(d, m->span);
        bool negated = in[i] & IN_NEGATION, uncertain = in[i] == IN_UNCERTAINTY;
        ac_sv is = a < AC_ASSERTION_COUNT ? ac_assertion_name(a) : AC_SV("not judged");
        ac_count_decision(&n->negated, negated, a == AC_ABSENT);
        ac_count_decision(&n->uncertain, uncertain, a == AC_POSSIBLE);
        n->uncertain_called_negated += uncertain && a == AC_ABSENT;
        if (negated != (a == AC_ABSENT))
            AC_TRY(err, ac_eval_error_add(e, d, AC_EVAL_TYPE, m->span, negated ? AC_SV("entity negated")
                                                                              : AC_SV("entity uncertain"), is, err));
    }
    return AC_OK;
}

static ac_rc report_nubes(ac_eval *e, const nubes *n, ac_err *err)
{
    uint64_t uncertain = n->uncertain.tp + n->uncertain.fn;
    AC_TRY(err, ac_eval_count(e, "cue-exact", AC_SV("negation"), n->cues.types[0].exact, err));
    AC_TRY(err, ac_eval_count(e, "cue-exact", AC_SV("uncertainty"), n->cues.types[1].exact, err));
    AC_TRY(err, ac_eval_count(e, "cue-overlap", AC_SV("negation"), n->cues.types[0].overlap, err));
    AC_TRY(err, ac_eval_count(e, "cue-overlap", AC_SV("uncertainty"), n->cues.types[1].overlap, err));
    AC_TRY(err, ac_eval_count(e, "entity", AC_SV("negated"), n->negated, err));
    AC_TRY(err, ac_eval_count(e, "entity", AC_SV("uncertain"), n->uncertain, err));
    AC_TRY(err, ac_eval_share(e, "negated-called-negated", n->negated.tp, n->negated.tp + n->negated.fn, err));
    AC_TRY(err, ac_eval_share(e, "uncertain-called-negated", n->uncertain_called_negated, uncertain, err));
    for (size_t i = 0; i < n->markers.n_types; i++)
        AC_TRY(err, ac_eval_part(e, "cue-recall", n->markers.types[i].name, n->by_marker[i].tp,
                                 n->by_marker[i].tp + n->by_marker[i].fn, err));
    return AC_OK;
}

ac_rc ac_score_nubes(ac_eval *e, ac_err *err)
{
    static const ac_lang spanish = AC_LANG_ES;
    nubes n = { 0 };
    ac_eval_doc d;
    ac_brat b;
    bool done;
    for (size_t i = 0;;) {
        AC_TRY(err, ac_brat_next(e, &i, &spanish, &d, &b, &done, err));
        if (done)
            return report_nubes(e, &n, err);
        AC_TRY(err, ac_eval_prepare(&d, err));
        uint8_t *in = scopes_of(&b, e->scratch);
        if (!in || !spread(&b, in, e->scratch))
            return ac_fail(err, AC_ELIMIT, "no room for scopes");
        AC_TRY(err, score_cues(e, &d, &b, &n, err));
        AC_TRY(err, score_entities(e, &d, &b, in, &n, err));
    }
}
