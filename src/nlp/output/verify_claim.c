/* What a statement tells of something that the note negates, supposes, plans or says of a relative: it must say so too. */
#include "nlp/entity/fact.h"
#include "nlp/entity/sig.h"
#include "nlp/text/fold.h"
#include "nlp/output/phrase.h"
#include "nlp/output/verify_judge.h"

#include <string.h>

#define BIT(k) (1u << AC_PHRASE_##k)

enum {
    AFTER = 8,            /* words after a finding in which "negative", "was ruled out" may still follow */
    HULL_MAX = 240,       /* bytes from the cue to the finding that are compared as a whole */
    NEIGHBOURS = 8,       /* mentions around a reaction among which its allergen is */
    NEAR = 2,             /* words between a negation and what it turns round */
    WORK_MAX = 1 << 24,   /* bytes that are searched for one statement; a statement that needs more is refused */
};

/* The words that hedge, by assertion. */
static const uint32_t hedges[AC_ASSERTION_COUNT] = {
    [AC_POSSIBLE] = BIT(HEDGE_POSSIBLE) | BIT(NEGATION), /* "unlikely", "cannot be excluded", "no clear" */
    [AC_CONDITIONAL] = BIT(HEDGE_IF),
    [AC_HYPOTHETICAL] = BIT(HEDGE_IF) | BIT(HEDGE_POSSIBLE) | BIT(HEDGE_PLANNED),
    [AC_FAMILY] = BIT(HEDGE_FAMILY),
    [AC_PLANNED] = BIT(HEDGE_PLANNED) | BIT(HEDGE_IF),
};

typedef struct {
    ac_judge *j;
    uint32_t *negated;  /* per token of the statement: the last negation before it in its sentence plus one, or 0 */
    bool *said;         /* per folded byte: part of something that the evidence says is present */
    uint32_t hedged;    /* kinds of phrases in the statement */
    size_t work;
} court;

static ac_sv folded_of(const ac_note *note, ac_span s)
{
    uint32_t begin = ac_fold_at(&note->folded, s.begin), end = ac_fold_at(&note->folded, s.end);
    return ac_sv_trim(ac_sv_sub(note->folded.text, begin, end));
}

/* The next place of words in the statement from byte at on; SIZE_MAX when there is none. */
static size_t find(court *c, ac_sv words, size_t at)
{
    ac_sv in = c->j->item.folded.text;
    while (words.n && at + words.n <= in.n && c->work < WORK_MAX) {
        const char *hit = memmem(in.p + at, in.n - at, words.p, words.n);
        size_t place = hit ? (size_t)(hit - in.p) : in.n;
        c->work += place - at + words.n;
        if (!hit)
            break;
        if (ac_fold_word_starts(in, (uint32_t)place) && ac_fold_word_ends(in, (uint32_t)(place + words.n)))
            return place;
        at = place + 1;
    }
    return SIZE_MAX;
}

static uint32_t token_at(const court *c, size_t folded)
{
    return ac_note_token_at(&c->j->item, c->j->item.folded.src[folded]);
}

/* A full stop that ends a sentence; "Dr. Obi" has none. */
static bool stops(const ac_note *n, size_t t)
{
    char p = n->text.p[n->tokens.at[t].begin];
    if (n->tokens.at[t].kind != AC_TOKEN_PUNCT || (p != '.' && p != '!' && p != '?'))
        return false;
    return t == 0 || n->tokens.at[t - 1].end - n->tokens.at[t - 1].begin > 3;
}

static ac_rc read_statement(court *c, ac_err *err)
{
    const ac_note *n = &c->j->item;
    c->negated = ac_arena_alloc(c->j->arena, (n->tokens.n + 1) * sizeof c->negated[0]);
    if (!c->negated)
        return ac_fail(err, AC_ELIMIT, "no room to verify a statement");
    uint32_t last = 0;
    for (uint32_t t = 0; t < n->tokens.n; t++) {
        c->negated[t] = last;
        uint32_t bits = ac_phrases_in(n, t, t + 1, UINT32_MAX);
        c->hedged |= bits;
        last = stops(n, t) ? 0 : bits & BIT(NEGATION) ? t + 1 : last;
    }
    return AC_OK;
}

static bool negated_after(const court *c, uint32_t token)
{
    const ac_note *n = &c->j->item;
    for (uint32_t t = token; t < n->tokens.n && t < token + AFTER && !stops(n, t); t++)
        if (ac_phrases_in(n, t, t + 1, BIT(NEGATION_AFTER)))
            return true;
    return false;
}

/* The note's own words from the cue to the finding stand in the statement. */
static bool quoted_with_cue(court *c, const ac_entity *e)
{
    if (e->cue.begin >= e->cue.end)
        return false;
    ac_span hull = ac_span_of(e->cue.begin < e->span.begin ? e->cue.begin : e->span.begin,
                              e->cue.end > e->span.end ? e->cue.end : e->span.end);
    return ac_span_len(hull) <= HULL_MAX && find(c, folded_of(c->j->note, hull), 0) != SIZE_MAX;
}

/* "pain" inside "chest pain", which the evidence says is there. */
static ac_rc within_something_said(court *c, size_t begin, size_t end, bool *out, ac_err *err)
{
    const ac_judge *j = c->j;
    if (!c->said) {
        c->said = ac_arena_alloc(j->arena, j->item.folded.text.n + 1);
        if (!c->said)
            return ac_fail(err, AC_ELIMIT, "no room to verify a statement");
        for (size_t k = 0; k < j->evidence->n; k++) {
            ac_range r = ac_judge_entities(j, k);
            for (uint32_t i = r.at; i < r.end; i++) {
                const ac_entity *e = &j->note->entities.at[i];
                ac_sv words = folded_of(j->note, e->span);
                size_t place = e->assertion == AC_PRESENT ? find(c, words, 0) : SIZE_MAX;
                if (place != SIZE_MAX)
                    memset(c->said + place, true, words.n);
            }
        }
    }
    *out = c->said[begin] && c->said[end - 1] && ((begin && c->said[begin - 1]) || c->said[end]);
    return AC_OK;
}

/* "stopped her birth control": a cue that is no bare "no" stands before what it takes away. */
static bool cue_before(court *c, const ac_entity *e, size_t begin)
{
    enum { TELLING = 5 };
    ac_sv cue = folded_of(c->j->note, e->cue);
    size_t place = cue.n >= TELLING ? find(c, cue, 0) : SIZE_MAX;
    return place != SIZE_MAX && place < begin;
}

/* "Stopped or on hold: lisinopril" of "lisinopril was held". */
static bool told_as_stopped(const court *c, const ac_entity *e, size_t begin)
{
    const ac_note *n = &c->j->item;
    uint32_t end = token_at(c, begin);
    ac_term_hit hit;
    if (e->kind != AC_KIND_MEDICATION || !ac_medication_stopped(e))
        return false;
    for (uint32_t t = 0; t < end; t++) {
        uint32_t at = ac_fold_at(&n->folded, n->tokens.at[t].begin);
        if (ac_terms_longest(ac_terms_sig(), &n->folded, n->text, at, n->lang, &hit) && hit.terms->value == AC_SIG_STATUS &&
            ac_status_stopped(ac_terms_cell(ac_terms_sig(), hit.terms->row, 0)))
            return true;
    }
    return false;
}

static bool qualifies(court *c, const ac_entity *e, size_t begin, size_t end)
{
    if (e->assertion == AC_ABSENT)
        return c->negated[token_at(c, begin)] || negated_after(c, token_at(c, end - 1) + 1) || cue_before(c, e, begin) ||
               told_as_stopped(c, e, begin);
    return c->hedged & hedges[e->assertion] || find(c, folded_of(c->j->note, e->cue), 0) != SIZE_MAX;
}

/* Every place where the statement names it. */
static ac_rc told_rightly(court *c, const ac_entity *e, bool *right, ac_err *err)
{
    ac_sv words = folded_of(c->j->note, e->span);
    *right = true;
    for (size_t at = find(c, words, 0); at != SIZE_MAX && *right; at = find(c, words, at + words.n)) {
        if (qualifies(c, e, at, at + words.n))
            continue;
        AC_TRY(err, within_something_said(c, at, at + words.n, right, err));
    }
    *right = *right || quoted_with_cue(c, e);
    return AC_OK;
}

/* A relative's disease may be told with the relative instead of a cue. */
static bool names_relative(court *c, const ac_entity *e)
{
    const ac_attr *a = e->assertion == AC_FAMILY ? ac_entity_attr(e, AC_ATTR_RELATIVE) : NULL;
    return a && find(c, folded_of(c->j->note, a->span), 0) != SIZE_MAX;
}

/* "Penicillin (rash)": what an allergen does is told with the allergen. */
static bool names_allergen(court *c, uint32_t entity)
{
    const ac_entities *all = &c->j->note->entities;
    for (uint32_t i = entity > NEIGHBOURS ? entity - NEIGHBOURS : 0; i < all->n && i < entity + NEIGHBOURS; i++) {
        const ac_entity *e = &all->at[i];
        for (size_t k = 0; e->kind == AC_KIND_ALLERGY && k < e->attrs.n && k < NEIGHBOURS; k++)
            if (e->attrs.at[k].kind == AC_ATTR_REACTION && e->attrs.at[k].entity == entity)
                return find(c, folded_of(c->j->note, e->span), 0) != SIZE_MAX;
    }
    return false;
}

static bool to_judge(const court *c, const ac_entity *e, ac_span span)
{
    const ac_judge *j = c->j;
    bool qualified = e->assertion == AC_ABSENT || hedges[e->assertion];
    return qualified && !(j->implied & 1u << e->assertion) && ac_span_contains(span, e->span) &&
           e->kind != AC_KIND_ANATOMY && !e->in_header && !ac_judge_says(j, e->concept, AC_PRESENT) &&
           !ac_judge_says(j, e->concept, AC_HISTORICAL);
}

static ac_rc judge_qualified(court *c, ac_verdict *out, ac_err *err)
{
    const ac_judge *j = c->j;
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_entities(j, k);
        for (uint32_t i = r.at; i < r.end && *out == AC_VERIFIED; i++) {
            const ac_entity *e = &j->note->entities.at[i];
            bool right;
            if (!to_judge(c, e, j->evidence->at[k]))
                continue;
            AC_TRY(err, told_rightly(c, e, &right, err));
            if (c->work >= WORK_MAX || (!right && !names_relative(c, e) && !names_allergen(c, i)))
                *out = e->assertion == AC_ABSENT ? AC_VERIFY_NEGATION : AC_VERIFY_HEDGE;
        }
    }
    return AC_OK;
}

/* "No pain" from "pain, no fever": a negation right before something that is there, where the note has none. */
static bool turned_round(const court *c, uint32_t token)
{
    const ac_judge *j = c->j;
    uint32_t neg = c->negated[token]; /* the token after the negation */
    if (!neg || token - neg > NEAR)
        return false;
    for (uint32_t t = neg; t <= token; t++) {
        if (j->item.tokens.at[t].kind == AC_TOKEN_PUNCT)
            return false;
        uint64_t a = ac_hash_word(ac_judge_word(&j->item, t - 1)), b = ac_hash_word(ac_judge_word(&j->item, t));
        if (!ac_word_set_has(j->words, ac_hash_pair(a, b)))
            return true;
    }
    return false;
}

static void judge_present(court *c, ac_verdict *out)
{
    const ac_judge *j = c->j;
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_entities(j, k);
        for (uint32_t i = r.at; i < r.end && *out == AC_VERIFIED; i++) {
            const ac_entity *e = &j->note->entities.at[i];
            if (e->assertion != AC_PRESENT || ac_judge_says(j, e->concept, AC_ABSENT))
                continue;
            size_t place = find(c, folded_of(j->note, e->span), 0);
            if (c->work >= WORK_MAX || (place != SIZE_MAX && turned_round(c, token_at(c, place))))
                *out = AC_VERIFY_NEGATION;
        }
    }
}

/* The evidence word for word, with the cues of all that it mentions. */
static bool whole_quote(const ac_judge *j)
{
    return !j->altered && !j->cue_elsewhere && j->item.tokens.n >= j->evidence_tokens;
}

ac_rc ac_judge_claims(ac_judge *j, ac_verdict *out, ac_err *err)
{
    court c = { .j = j };
    if (whole_quote(j) || (!j->qualified && !j->altered))
        return AC_OK;
    AC_TRY(err, ac_judge_fold(j, err));
    AC_TRY(err, read_statement(&c, err));
    if (j->qualified)
        AC_TRY(err, judge_qualified(&c, out, err));
    if (j->altered && c.hedged & BIT(NEGATION) && !ac_judge_contracts(j))
        judge_present(&c, out);
    return AC_OK;
}
