#include "nlp/entity/entity.h"

#include "core/given.h"
#include "nlp/text/fold.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/entity/mark.h"
#include "nlp/entity/measure.h"
#include "nlp/entity/quantity.h"
#include "nlp/text/section.h"
#include "nlp/entity/sig.h"
#include "nlp/entity/vocabulary_hit.h"

#include <string.h>

enum { HITS_MAX = 24, PLAIN_SCORE = 1, SUPPORT_SCORE = 100, REJECT = -1, DECOY_BACK = 5, LIST_GAP = 6, LIST_SCORE = 5, UNIT_GAP = 16,
       VITALS_GAP = 24 };

#define IN(type) (1ull << (type))

static const uint64_t MED_SECTIONS = IN(AC_SECTION_MEDICATIONS) | IN(AC_SECTION_DISCHARGE_MEDICATIONS) |
                                     IN(AC_SECTION_ALLERGIES) | IN(AC_SECTION_IMMUNISATIONS);
static const uint64_t DX_SECTIONS = IN(AC_SECTION_PMH) | IN(AC_SECTION_ASSESSMENT) | IN(AC_SECTION_DIAGNOSIS) |
                                    IN(AC_SECTION_PROBLEMS) | IN(AC_SECTION_IMPRESSION) | IN(AC_SECTION_FAMILY) |
                                    IN(AC_SECTION_ASSESSMENT_PLAN);
static const uint64_t SYMPTOM_SECTIONS = IN(AC_SECTION_CHIEF_COMPLAINT) | IN(AC_SECTION_HPI) | IN(AC_SECTION_ROS) |
                                         IN(AC_SECTION_EXAM) | IN(AC_SECTION_REASON);
static const uint64_t PROCEDURE_SECTIONS = IN(AC_SECTION_PSH) | IN(AC_SECTION_PROCEDURES) | IN(AC_SECTION_OPERATIVE) |
                                           IN(AC_SECTION_IMAGING);
static const uint64_t BODY_SECTIONS = IN(AC_SECTION_EXAM) | IN(AC_SECTION_IMAGING) | IN(AC_SECTION_OPERATIVE) |
                                      IN(AC_SECTION_PATHOLOGY) | IN(AC_SECTION_ROS) | IN(AC_SECTION_PROCEDURES);

/* Which meaning wins when context says nothing, and the sections that speak for a meaning. Labs and vitals
 * are supported by a value beside them, medications also by a dose, route or frequency. */
static const struct {
    int base;
    bool by_value, by_sig;
    uint64_t sections;
} kinds[AC_KIND_COUNT] = {
    [AC_KIND_PROBLEM] = { 20, false, false, DX_SECTIONS },
    [AC_KIND_PROCEDURE] = { 19, false, false, PROCEDURE_SECTIONS },
    [AC_KIND_SYMPTOM] = { 18, false, false, SYMPTOM_SECTIONS },
    [AC_KIND_LAB] = { 15, true, false, 0 },
    [AC_KIND_MEDICATION] = { 16, false, true, MED_SECTIONS },
    [AC_KIND_VITAL] = { 17, true, false, 0 },
    [AC_KIND_DEVICE] = { 14, false, false, PROCEDURE_SECTIONS },
    [AC_KIND_ALLERGY] = { 13, false, false, IN(AC_SECTION_ALLERGIES) },
    [AC_KIND_SOCIAL] = { 12, false, false, IN(AC_SECTION_SOCIAL) },
    [AC_KIND_ANATOMY] = { 11, false, false, BODY_SECTIONS },
    [AC_KIND_FAMILY] = { 0, false, false, 0 },
};

static bool supported(const ac_note *note, ac_kind kind, ac_span span)
{
    uint16_t section = ac_note_section_type_at(note, span.begin);
    if (kinds[kind].sections & IN(section))
        return true;
    if (kinds[kind].by_value)
        return ac_measure_supports(note, span);
    return kinds[kind].by_sig && ac_sig_supports(note, span);
}

/* The last entity is of this kind and only "," or "and" lies between: "alfacalcidol, iron and calcium". */
static bool continues_list(const ac_note *note, ac_kind kind, ac_span span)
{
    if (note->entities.n == 0)
        return false;
    const ac_entity *last = &note->entities.at[note->entities.n - 1];
    if (last->kind != kind || span.begin < last->span.end || span.begin - last->span.end > LIST_GAP)
        return false;
    ac_sv gap = ac_sv_sub(note->text, last->span.end, span.begin);
    return memchr(gap.p, ',', gap.n) || ac_sv_eq_nocase(gap, AC_SV(" and ")) || ac_sv_eq_nocase(gap, AC_SV(" y ")) ||
           ac_sv_eq_nocase(gap, AC_SV(" e "));
}

/* The last entity is a vital sign and nothing but its value lies between: "RR 16 O2 97%". */
static bool continues_vitals(const ac_note *note, ac_span span)
{
    if (note->entities.n == 0)
        return false;
    const ac_entity *last = &note->entities.at[note->entities.n - 1];
    ac_measured m = { .end = 0 };
    if (last->kind != AC_KIND_VITAL || span.begin < last->span.end || span.begin - last->span.end > VITALS_GAP)
        return false;
    uint32_t at = ac_note_token_at(note, last->span.end), end = ac_note_token_at(note, span.begin);
    bool measured = false;
    for (; at < end; at = m.end ? m.end : at + 1) {
        m.end = 0;
        if (ac_measured_at(note, at, &m))
            measured = true;
        else if (!ac_token_kind_is(note, at, AC_TOKEN_PUNCT))
            return false;
    }
    return at == end && measured;
}

/* A vital sign that is also something to give or a side counts behind another: "HR 88, O2 97%", "P 80 R 16", but not
 * "O2 100%" or "R 5/5". */
static bool needs_vitals(const ac_note *note, const ac_term_hit *hit, ac_span span)
{
    if (ac_mark_at(note, ac_note_token_at(note, span.begin), AC_SIG_LATERALITY))
        return true;
    ac_sv surface = ac_span_text(note->text, span);
    for (const ac_term *t = hit->terms; t; t = ac_term_next(ac_terms_lexicon(), t, surface, note->lang))
        if (ac_concept_kind(t->row) == AC_KIND_MEDICATION)
            return true;
    return false;
}

static int score(const ac_note *note, const ac_term_hit *hit, const ac_term *term, ac_span span, bool rivals)
{
    ac_kind kind = ac_concept_kind(term->row);
    bool ambiguous = term->flags & AC_TERM_AMBIGUOUS;
    if (!ambiguous && !rivals)
        return PLAIN_SCORE;
    if (rivals && kinds[kind].by_value && !ac_measure_plausible(note, span, term->row))
        return REJECT; /* "P 80": a pulse and no phosphate */
    if (ambiguous && kind == AC_KIND_VITAL && needs_vitals(note, hit, span) &&
        (!continues_vitals(note, span) || !ac_measure_plausible(note, span, term->row)))
        return REJECT;
    if (supported(note, kind, span))
        return SUPPORT_SCORE + kinds[kind].base;
    bool listed = continues_list(note, kind, span);
    if (ambiguous)
        return listed && !kinds[kind].by_value ? SUPPORT_SCORE : REJECT;
    return kinds[kind].base + (listed ? LIST_SCORE : 0);
}

/* The best meaning of a hit, or AC_NONE when none is believable. */
static uint32_t choose(const ac_note *note, const ac_term_hit *hit, ac_span span)
{
    const ac_terms *lex = ac_terms_lexicon();
    ac_sv surface = ac_span_text(note->text, span);
    bool rivals = ac_term_next(lex, hit->terms, surface, note->lang) != NULL;
    uint32_t best = AC_NONE;
    int best_score = REJECT;
    for (const ac_term *t = hit->terms; t; t = ac_term_next(lex, t, surface, note->lang)) {
        int s = score(note, hit, t, span, rivals);
        if (s > best_score) {
            best_score = s;
            best = t->row;
        }
    }
    return best;
}

/* PHI that is a name, a place or an identifier is no clinical entity ("Rose", "Lancaster"). */
static bool is_identifier(const ac_phi_item *p)
{
    return p->type != AC_PHI_AGE && p->type != AC_PHI_SEX && p->type != AC_PHI_DATE && p->type != AC_PHI_PROFESSION &&
           p->type != AC_PHI_OTHER;
}

bool ac_hidden_by_phi(const ac_note *note, size_t *next, ac_span span)
{
    while (*next < note->phi.n && note->phi.at[*next].span.end <= span.begin)
        (*next)++;
    for (size_t i = *next; i < note->phi.n && note->phi.at[i].span.begin < span.end; i++)
        if (is_identifier(&note->phi.at[i]))
            return true;
    return false;
}

/* Inside words that only look like it: "ST depression", "stroke volume", "body mass" (data/sig/decoys.tsv). */
static bool is_decoy(const ac_note *note, ac_span span)
{
    if (!note->marks.first)
        return false;
    uint32_t first = ac_note_token_at(note, span.begin);
    for (uint32_t back = 0; back <= DECOY_BACK && back <= first; back++) {
        const ac_mark *m = ac_mark_at(note, first - back, AC_SIG_DECOY);
        if (!m || m->token_end <= first)
            continue;
        uint32_t end = note->tokens.at[m->token_end - 1].end;
        if (end > span.end || (back && end == span.end))
            return true;
    }
    return false;
}

static bool in_header(const ac_note *note, ac_span span, uint32_t sentence)
{
    if (sentence == AC_NONE)
        return false;
    const ac_sentence *s = &note->sentences.at[sentence];
    return s->section < note->sections.n && ac_span_contains(note->sections.at[s->section].header, span);
}

ac_rc ac_entity_add(ac_note *note, ac_entity found, ac_err *err)
{
    ac_entity *e = ac_vec_push(&note->entities, note->arena);
    if (!e)
        return ac_fail(err, AC_ELIMIT, "no room for entities");
    found.sentence = ac_note_sentence_at(note, found.span.begin);
    found.in_header = in_header(note, found.span, found.sentence);
    found.assertion = AC_PRESENT;
    found.fact = AC_NONE;
    *e = found;
    return AC_OK;
}

static ac_rc add(ac_note *note, ac_span span, uint8_t kind, uint32_t concept, ac_err *err)
{
    return ac_entity_add(note, (ac_entity) { .span = span, .kind = kind, .concept = concept, .method = AC_METHOD_LEXICON, .confidence = 0.9f }, err);
}

/* "breaths per minute" of "respiratory rate of 24 breaths per minute" is its unit and no second measurement. */
static bool is_unit_of_last(const ac_note *note, uint32_t concept, ac_span span)
{
    if (note->entities.n == 0 || ac_concept_kind(concept) != AC_KIND_VITAL)
        return false;
    const ac_entity *last = &note->entities.at[note->entities.n - 1];
    if (last->concept != concept || span.begin < last->span.end || span.begin - last->span.end > UNIT_GAP)
        return false;
    for (uint32_t i = last->span.end; i < span.begin; i++)
        if (ac_is_digit(note->text.p[i]))
            return true;
    return false;
}

/* Of the kinds that a vocabulary gives a term, the one that its place speaks for. */
static ac_kind kind_by_place(const ac_note *note, ac_vocab_kinds of, ac_span span)
{
    ac_kind best = AC_KIND_COUNT;
    int best_score = REJECT;
    for (unsigned kind = 0; kind < AC_KIND_COUNT; kind++) {
        if (!((of.plain | of.in_need) >> kind & 1))
            continue;
        bool backed = supported(note, (ac_kind)kind, span) || continues_list(note, (ac_kind)kind, span);
        int s = kinds[kind].base + (backed ? SUPPORT_SCORE : 0);
        if ((backed || of.plain >> kind & 1) && s > best_score) {
            best_score = s;
            best = (ac_kind)kind;
        }
    }
    return best;
}

/* The longest term of the lexicon, with the codes of vocabularies that have it too. False when no meaning is believable. */
static ac_rc take_ours(ac_note *note, const ac_term_hit *hit, const ac_vocab_hits *also, ac_span span, bool *taken, ac_err *err)
{
    uint32_t concept = choose(note, hit, span);
    *taken = concept != AC_NONE;
    if (!*taken || is_unit_of_last(note, concept, span))
        return AC_OK;
    ac_concept_fetch(concept); /* the outputs will ask */
    AC_TRY(err, add(note, span, (uint8_t)ac_concept_kind(concept), concept, err));
    return also->n && also->at[also->n - 1].end == hit->end ? ac_vocab_hits_code(note, also, &note->entities.at[note->entities.n - 1], err) : AC_OK;
}

static ac_rc take_theirs(ac_note *note, const ac_vocab_hits *hits, ac_span span, bool *taken, ac_err *err)
{
    ac_kind kind = kind_by_place(note, ac_vocab_hits_kinds(note, hits), span);
    *taken = kind < AC_KIND_COUNT;
    if (!*taken)
        return AC_OK;
    AC_TRY(err, add(note, span, (uint8_t)kind, AC_NONE, err));
    return ac_vocab_hits_code(note, hits, &note->entities.at[note->entities.n - 1], err);
}

/* Tries the terms that start at folded byte at, the longest first. Returns where to go on. A term that both the lexicon and a
 * vocabulary know is the lexicon's, also when its context speaks against it: the vocabulary has not looked at the context. */
static ac_rc recognise(ac_note *note, ac_vocab_scanned *scanned, uint32_t *at, size_t *phi, ac_err *err)
{
    ac_term_hit hits[HITS_MAX];
    ac_vocab_hits theirs;
    size_t n = ac_terms_all(ac_terms_lexicon(), &note->folded, note->text, *at, note->lang, hits, HITS_MAX);
    ac_vocab_hits_at(note, scanned, *at, &theirs);
    while (n || theirs.n) {
        uint32_t our_end = n ? hits[n - 1].end : 0, their_end = theirs.n ? theirs.at[theirs.n - 1].end : 0;
        uint32_t end = our_end > their_end ? our_end : their_end;
        ac_span span = ac_fold_span(&note->folded, note->text, *at, end);
        bool taken = false;
        if (!ac_hidden_by_phi(note, phi, span) && !is_decoy(note, span))
            AC_TRY(err, our_end == end ? take_ours(note, &hits[n - 1], &theirs, span, &taken, err)
                                       : take_theirs(note, &theirs, span, &taken, err));
        if (taken) {
            *at = end;
            return AC_OK;
        }
        n -= our_end == end;
        if (their_end == end)
            ac_vocab_hits_drop(&theirs);
    }
    (*at)++;
    return AC_OK;
}

/* What a recogniser needs on its way through the note. */
typedef struct {
    ac_vocab_scanned *scanned;
    size_t phi;
} reading;

static ac_rc recognise_in(ac_note *note, reading *s, uint32_t begin, uint32_t end, ac_err *err)
{
    const ac_folded *f = &note->folded;
    for (uint32_t at = begin; at < end;) {
        if (f->words[at] && f->text.p[at] != ' ')
            AC_TRY(err, recognise(note, s->scanned, &at, &s->phi, err));
        else
            at++;
    }
    return AC_OK;
}

/* What the source gave in its structure is not found a second time in its words. */
ac_rc ac_step_entities(ac_note *note, ac_err *err)
{
    reading s = { 0 };
    uint32_t from = 0;
    AC_TRY(err, ac_vocab_hits_scan(note, &s.scanned, err));
    for (size_t i = 0; note->given && i < note->given->closed.n; i++) {
        ac_span closed = note->given->closed.at[i];
        AC_TRY(err, recognise_in(note, &s, from, ac_fold_at(&note->folded, closed.begin), err));
        from = ac_fold_at(&note->folded, closed.end);
    }
    return recognise_in(note, &s, from, (uint32_t)note->folded.text.n, err);
}

ac_place ac_place_of(const ac_note *note, uint32_t entity)
{
    const ac_entity *e = &note->entities.at[entity];
    ac_place p = { .entity = entity };
    p.begin = ac_note_token_at(note, e->span.begin);
    p.end = ac_note_token_at(note, e->span.end);
    p.end += p.end < note->tokens.n && note->tokens.at[p.end].begin < e->span.end;
    bool known = e->sentence < note->sentences.n;
    p.from = known ? note->sentences.at[e->sentence].token_begin : p.begin;
    p.to = known ? note->sentences.at[e->sentence].token_end : p.end;
    p.from = p.from > p.begin ? p.begin : p.from;
    p.to = p.to < p.end ? p.end : p.to;
    return p;
}
