#include "nlp/context/box.h"
#include "nlp/context/context_rules.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/text/section.h"
#include "nlp/lexicon/terms.h"

enum {
    FINDINGS = AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM) | AC_KIND_BIT(AC_KIND_ALLERGY) |
               AC_KIND_BIT(AC_KIND_SOCIAL) | AC_KIND_BIT(AC_KIND_DEVICE) | AC_KIND_BIT(AC_KIND_FAMILY),
    ACTIONS = AC_KIND_BIT(AC_KIND_PROCEDURE) | AC_KIND_BIT(AC_KIND_MEDICATION),
    TESTS = AC_KIND_BIT(AC_KIND_LAB) | AC_KIND_BIT(AC_KIND_VITAL),
    ILL = AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM),
    DOUBTED = FINDINGS & ~AC_KIND_BIT(AC_KIND_DEVICE), /* a "possibly infected stent" is there */
    HERITABLE = FINDINGS | ACTIONS,
};

/* When several cues hold one mention the first row wins; kinds says which entities a cue can speak about.
 *  - absent before everything: "no family history of gout" must never read as gout in the family (the relative is kept
 *    as an attribute), and a denied possibility is a denial;
 *  - family before possible: "mother had possible lupus" is not the patient's lupus;
 *  - possible before hypothetical and conditional: somebody thinks it is there;
 *  - historical after them: "if history of asthma" is no history;
 *  - planned last, and only for what can be planned: "MRI for back pain" plans no pain.
 *  A negative result denies a finding but not that the test was done. A place is never denied: "no heart murmur". */
static const struct {
    ac_cue kind;
    uint32_t kinds;
} precedence[] = {
    { AC_CUE_ABSENT_PRE, FINDINGS | ACTIONS | TESTS },
    { AC_CUE_ABSENT_POST, FINDINGS | ACTIONS },
    { AC_CUE_NEGATIVE_POST, FINDINGS },
    { AC_CUE_FAMILY, HERITABLE },
    { AC_CUE_POSSIBLE_PRE, DOUBTED },
    { AC_CUE_POSSIBLE_POST, DOUBTED },
    { AC_CUE_HYPOTHETICAL_PRE, FINDINGS | ACTIONS | TESTS },
    { AC_CUE_HYPOTHETICAL_POST, ILL },
    { AC_CUE_TARGET_PRE, TESTS },
    { AC_CUE_TARGET_POST, TESTS },
    { AC_CUE_CONDITIONAL_PRE, ILL | TESTS },
    { AC_CUE_CONDITIONAL_POST, ILL },
    { AC_CUE_HISTORICAL_PRE, FINDINGS | ACTIONS },
    { AC_CUE_HISTORICAL_POST, FINDINGS | ACTIONS },
    { AC_CUE_PLANNED_PRE, ACTIONS | TESTS | AC_KIND_BIT(AC_KIND_DEVICE) },
    { AC_CUE_PLANNED_POST, ACTIONS | TESTS | AC_KIND_BIT(AC_KIND_DEVICE) },
};

const ac_cue_hit *ac_cue_holding(ac_cue_sweep *sweep, ac_cue kind, const ac_entity *e)
{
    uint32_t *at = &sweep->at[kind];
    while (*at != AC_NONE && sweep->hits->at[*at].scope.end <= e->span.begin)
        *at = sweep->hits->at[*at].next;
    if (*at == AC_NONE)
        return NULL;
    const ac_cue_hit *h = &sweep->hits->at[*at];
    return h->scope.begin <= e->span.begin ? h : NULL;
}

/* ---- relatives --------------------------------------------------------------------------------------------------- */

static ac_rc add_relative(ac_note *note, const ac_cue_hit *family, ac_entity *e, ac_err *err)
{
    ac_sv norm = ac_terms_cell(ac_terms_context(), family->row, 1);
    if (norm.n == 0)
        return AC_OK;
    ac_attr attr = { .kind = AC_ATTR_RELATIVE, .span = family->cue, .norm = norm, .entity = AC_NONE };
    return ac_entity_add_attr(note->arena, e, attr) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for a relative");
}

/* A mother says "my son has a cough" about the patient: in a transcript children are not the family. */
static bool may_be_patient(const ac_note *note, const ac_cue_hit *family)
{
    ac_sv norm = ac_terms_cell(ac_terms_context(), family->row, 1);
    return note->dialogue && (ac_sv_eq(norm, AC_SV("son")) || ac_sv_eq(norm, AC_SV("daughter")));
}

/* ---- one entity -------------------------------------------------------------------------------------------------- */

/* "MRI" in "no MRI evidence of ..." was done; a cue must not deny the test that it quotes. */
static bool speaks_of(const ac_note *note, ac_cue_sweep *sweep, const ac_cue_hit *h, const ac_entity *e)
{
    if (!h || ac_span_overlaps(h->cue, e->span) || (h->habits_only && e->kind != AC_KIND_SOCIAL))
        return false;
    if (ac_cue_assertion((ac_cue)h->kind) == AC_ABSENT && ac_context_was_done(note, sweep, h, e))
        return false;
    if (ac_cue_assertion((ac_cue)h->kind) == AC_PLANNED && e->value.has)
        return false; /* "noted to have a pulse of 80" */
    if (h->kind == AC_CUE_HISTORICAL_PRE && ac_context_goes_on(note, e))
        return false;
    if (h->kind == AC_CUE_FAMILY && e->kind == AC_KIND_SOCIAL && e->span.begin < h->cue.begin)
        return false; /* "is divorced and has two sons" */
    /* "worried about cancer" names no cancer, "worried about her knee pain" does name the pain */
    return !(h->weak && h->kind == AC_CUE_HYPOTHETICAL_PRE && e->kind == AC_KIND_SYMPTOM);
}

static ac_rc decide(ac_note *note, ac_cue_sweep *sweep, ac_entity *e, ac_err *err)
{
    const ac_cue_hit *winner = NULL, *family = NULL;
    for (size_t i = 0; i < sizeof precedence / sizeof precedence[0]; i++) {
        if (!(precedence[i].kinds & AC_KIND_BIT(e->kind)))
            continue;
        const ac_cue_hit *h = ac_cue_holding(sweep, precedence[i].kind, e);
        if (!speaks_of(note, sweep, h, e) || (h->kind == AC_CUE_FAMILY && may_be_patient(note, h)))
            continue;
        if (h->kind == AC_CUE_FAMILY)
            family = h;
        if (!winner)
            winner = h;
    }
    if (winner) {
        e->assertion = (uint8_t)ac_cue_assertion((ac_cue)winner->kind);
        e->cue = winner->cue;
    } else
        ac_context_by_section(note, e);
    return family ? add_relative(note, family, e, err) : AC_OK;
}

/* One mention; *fact is false when it is none at all. "No known drug allergies" is a finding of its own; its "no" denies
 * nothing. */
static ac_rc settle_one(ac_note *note, ac_cue_sweep *sweep, size_t i, ac_entity *e, bool *fact, ac_err *err)
{
    *fact = true;
    if (e->in_header)
        return AC_OK;
    if (e->concept != AC_NONE && e->concept == sweep->none_known) {
        *fact = ac_context_none_known(note, sweep, e, i + 1 < note->entities.n ? &note->entities.at[i + 1] : NULL);
        return AC_OK;
    }
    *fact = ac_context_allergy(note, sweep, e);
    bool denied = ac_span_contains(sweep->denied, e->span) && e->kind == AC_KIND_ALLERGY;
    return *fact && !denied ? decide(note, sweep, e, err) : AC_OK;
}

/* What was dropped leaves no gap: attributes that name an entity by its index follow it. */
static void renumber(ac_note *note, uint32_t n, const uint32_t *kept)
{
    for (size_t i = 0; i < n; i++) {
        ac_attrs *attrs = &note->entities.at[i].attrs;
        for (size_t k = 0; k < attrs->n; k++)
            if (attrs->at[k].entity < note->entities.n)
                attrs->at[k].entity = kept[attrs->at[k].entity];
    }
    note->entities.n = n;
}

ac_rc ac_step_context(ac_note *note, ac_err *err)
{
    ac_cue_hits hits = { 0 };
    AC_TRY(err, ac_cue_scan(note, note->arena, &hits, err));
    ac_cue_sweep sweep = { .hits = &hits,
                           .word = { hits.first[AC_CUE_ALLERGY_PRE], hits.first[AC_CUE_ALLERGY_POST],
                                     hits.first[AC_CUE_PROVOKES] } };
    for (size_t k = 0; k < AC_CUE_COUNT; k++)
        sweep.at[k] = hits.first[k];
    sweep.none_known = ac_concept_find(AC_SV("no-known-allergies"));
    uint32_t n = 0, *kept = ac_arena_alloc(note->arena, (note->entities.n + 1) * sizeof *kept);
    if (!kept)
        return ac_fail(err, AC_ELIMIT, "no room for context");
    const bool boxes = ac_boxes_are_there(note->text);
    for (size_t i = 0; i < note->entities.n; i++) {
        ac_entity e = note->entities.at[i];
        sweep.done = false;
        kept[i] = AC_NONE;
        bool fact;
        if (boxes && ac_box_is_unticked(note->text, e.span))
            continue;
        AC_TRY(err, settle_one(note, &sweep, i, &e, &fact, err));
        if (!fact)
            continue;
        sweep.before_done = sweep.done;
        sweep.before = &note->entities.at[n];
        kept[i] = n;
        note->entities.at[n++] = e;
    }
    if (n < note->entities.n)
        renumber(note, n, kept);
    return ac_context_answers(note, &hits, err);
}
