#include "nlp/context/context_scan.h"

#include "nlp/entity/mark.h"
#include "nlp/text/fold.h"
#include "nlp/text/section.h"
#include "nlp/text/sentence_break.h"
#include "nlp/lexicon/terms.h"

#include <string.h>

enum { SPOKEN_LIMIT = 24 }; /* tokens; speech runs on without the marks that end a scope */

#define CUE_ASSERTION(id, name, assertion, direction) assertion,
#define CUE_DIRECTION(id, name, assertion, direction) direction,
static const uint8_t assertions[] = { AC_CUE_LIST(CUE_ASSERTION) };
static const char directions[] = { AC_CUE_LIST(CUE_DIRECTION) };

ac_assertion ac_cue_assertion(ac_cue cue) { return (ac_assertion)assertions[cue]; }
char ac_cue_direction(ac_cue cue) { return directions[cue]; }

typedef struct {
    const ac_note *note;
    ac_arena *arena;
    uint16_t *marks;
    ac_cue_hits *hits;
    uint32_t fold;       /* folded position of the token at work */
    uint32_t entity;     /* the first entity that ends after the token at work */
    uint16_t section;    /* type of the sentence's section */
} scanner;

static ac_sv token_text(const ac_note *note, uint32_t t)
{
    return ac_sv_sub(note->text, note->tokens.at[t].begin, note->tokens.at[t].end);
}

/* ---- marks ----------------------------------------------------------------------------------------------------- */

/* A full stop inside a sentence ends a scope when what follows looks like a new beginning ("fever.Lungs clear"). */
static uint16_t full_stop(const ac_note *note, uint32_t t, uint32_t end)
{
    if (t + 1 >= end)
        return AC_MARK_STOP;
    uint8_t next = note->tokens.at[t + 1].shape;
    return (next & (AC_SHAPE_INITIAL_UPPER | AC_SHAPE_LINE_START)) ? AC_MARK_STOP : 0;
}

static uint16_t punctuation(const ac_note *note, uint32_t t, uint32_t end)
{
    switch (token_text(note, t).p[0]) {
    case ',':
        return AC_MARK_COMMA;
    case ';':
    case '?':
    case '!':
        return AC_MARK_STOP;
    case ':':
        return AC_MARK_COLON;
    case '(':
    case '[':
        return AC_MARK_OPEN;
    case ')':
    case ']':
        return AC_MARK_CLOSE;
    case '.':
        return full_stop(note, t, end);
    case '-':
    case '=':
        return note->tokens.at[t].shape & AC_SHAPE_SPACE_BEFORE ? AC_MARK_DASH : 0;
    default:
        return 0;
    }
}

uint16_t ac_mark_conjunction(ac_sv w)
{
    static const struct {
        ac_sv word;
        uint16_t mark;
    } words[] = { { AC_SV("and"), AC_MARK_AND }, { AC_SV("or"), AC_MARK_OR }, { AC_SV("nor"), AC_MARK_OR },
                  { AC_SV("y"), AC_MARK_AND },   { AC_SV("e"), AC_MARK_AND }, { AC_SV("o"), AC_MARK_OR },
                  { AC_SV("u"), AC_MARK_OR },    { AC_SV("ni"), AC_MARK_OR }, { AC_SV("etc"), AC_MARK_OR } };
    if (w.n > 3)
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i].word.n == w.n && ac_sv_eq_nocase(words[i].word, w))
            return words[i].mark;
    return 0;
}

static void mark_token(scanner *sc, uint32_t t, uint32_t end)
{
    const ac_note *note = sc->note;
    uint8_t kind = note->tokens.at[t].kind;
    if (kind == AC_TOKEN_PUNCT)
        sc->marks[t] |= punctuation(note, t, end);
    else if (kind == AC_TOKEN_WORD)
        sc->marks[t] |= ac_mark_conjunction(token_text(note, t));
}

/* ---- hits ------------------------------------------------------------------------------------------------------ */

static bool in_plan(uint16_t section)
{
    return section == AC_SECTION_PLAN || section == AC_SECTION_ASSESSMENT_PLAN || section == AC_SECTION_FOLLOW_UP ||
           section == AC_SECTION_INSTRUCTIONS || section == AC_SECTION_DISCHARGE;
}

/* A cue that is only a part of a term ("absent" in "absent bowel sounds") says nothing of its own. */
static const ac_entity *entity_around(scanner *sc, ac_span cue)
{
    const ac_entities *e = &sc->note->entities;
    while (sc->entity < e->n && e->at[sc->entity].span.end <= cue.begin)
        sc->entity++;
    if (sc->entity == e->n)
        return NULL;
    ac_span in = e->at[sc->entity].span;
    return ac_span_contains(in, cue) && ac_span_len(in) > ac_span_len(cue) ? &e->at[sc->entity] : NULL;
}

/* Where a cue ends that runs into a term: "no prior history of myocardial infarction" with the term "history of myocardial
 * infarction" has the cue "no prior". A cue that holds the whole term is left as it is. */
static uint32_t cue_end(scanner *sc, ac_span cue)
{
    const ac_entities *e = &sc->note->entities;
    while (sc->entity < e->n && e->at[sc->entity].span.end <= cue.begin)
        sc->entity++;
    for (size_t i = sc->entity; i < e->n && e->at[i].span.begin < cue.end; i++)
        if (e->at[i].span.begin > cue.begin && e->at[i].span.end > cue.end)
            return e->at[i].span.begin;
    return cue.end;
}

/* "Denies tobacco, alcohol or drugs": the first is a term with its denial in it, which the others share. */
static bool opens_habits(const ac_entity *around, ac_span cue)
{
    return around->kind == AC_KIND_SOCIAL && around->span.begin == cue.begin;
}

static void mark_span(scanner *sc, uint32_t begin, uint32_t end, uint16_t mark)
{
    for (uint32_t t = begin; t < end; t++)
        sc->marks[t] |= mark;
}

/* Terminations, verbs and the like need no hit, only marks. */
static bool only_marks(scanner *sc, ac_cue kind, uint32_t begin, uint32_t end)
{
    static const uint16_t mark_of[AC_CUE_COUNT] = {
        [AC_CUE_TERMINATE] = AC_MARK_TERM,
        [AC_CUE_TERMINATE_ALL] = AC_MARK_TERM | AC_MARK_TERM_ALL,
        [AC_CUE_ASSERT] = AC_MARK_TERM | AC_MARK_ASSERT,
        [AC_CUE_VERB] = AC_MARK_VERB,
        [AC_CUE_SEEN] = AC_MARK_SEEN,
        [AC_CUE_CHANGE] = AC_MARK_CHANGE,
        [AC_CUE_MEANS] = AC_MARK_MEANS,
    };
    mark_span(sc, begin, end, mark_of[kind]);
    return mark_of[kind] || kind == AC_CUE_PSEUDO;
}

static ac_rc push_hit(scanner *sc, ac_cue_hit hit, ac_err *err)
{
    ac_cue_hit *slot = ac_vec_push(sc->hits, sc->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for %zu cues", sc->hits->n + 1);
    *slot = hit;
    ac_cue_reach(slot);
    if (sc->note->dialogue && slot->limit > SPOKEN_LIMIT)
        slot->limit = SPOKEN_LIMIT;
    return AC_OK;
}

/* Folding makes "sí" (yes) of "si" (if); only the second is a condition. */
static bool is_spanish_yes(ac_sv surface)
{
    return surface.n > 2 && ac_lower(surface.p[0]) == 's' && (unsigned char)surface.p[1] == 0xC3;
}

static bool is_pseudo(const ac_term_hit *th, ac_sv surface, ac_lang lang)
{
    for (const ac_term *m = th->terms; m; m = ac_term_next(ac_terms_context(), m, surface, lang))
        if (m->value == AC_CUE_PSEUDO)
            return true;
    return false;
}

static ac_rc push_meanings(scanner *sc, const ac_term_hit *th, ac_cue_hit proto, ac_err *err)
{
    const ac_terms *terms = ac_terms_context();
    const ac_entity *around = entity_around(sc, proto.cue);
    proto.habits_only = around && opens_habits(around, proto.cue);
    ac_sv surface = ac_span_text(sc->note->text, proto.cue);
    bool pseudo = is_pseudo(th, surface, sc->note->lang);
    for (const ac_term *m = th->terms; m; m = ac_term_next(terms, m, surface, sc->note->lang)) {
        ac_assertion says = ac_cue_assertion((ac_cue)m->value);
        if (around && m->value != AC_CUE_ALLERGIC_SIGN && !(proto.habits_only && m->value == AC_CUE_ABSENT_PRE))
            continue;
        proto.weak = pseudo || (m->flags & AC_TERM_AMBIGUOUS);
        if ((proto.weak && says == AC_PLANNED && !in_plan(sc->section)) ||
            (says == AC_HYPOTHETICAL && is_spanish_yes(surface)))
            continue;
        if (only_marks(sc, (ac_cue)m->value, proto.token_begin, proto.token_end))
            continue;
        proto.kind = (uint8_t)m->value;
        proto.row = m->row;
        AC_TRY(err, push_hit(sc, proto, err));
    }
    return AC_OK;
}

/* The token after the last one that begins before byte end. */
static uint32_t token_after(const ac_note *note, uint32_t t, uint32_t limit, uint32_t end)
{
    while (t < limit && note->tokens.at[t].begin < end)
        t++;
    return t;
}

/* "- for fever", "?pneumonia", "CHF?": cues that folding cannot keep. */
static ac_rc symbol(scanner *sc, const ac_sentence *s, uint32_t sentence, uint32_t t, ac_err *err)
{
    const ac_note *note = sc->note;
    const ac_token *tok = note->tokens.at;
    char c = token_text(note, t).p[0];
    bool more = t + 1 < s->token_end;
    ac_cue_hit hit = { .cue = { tok[t].begin, tok[t].end }, .token_begin = t, .token_end = t + 1, .sentence = sentence,
                       .next = AC_NONE, .row = AC_NONE, .kind = AC_CUE_COUNT };
    if (c == '-' && more && ac_sv_eq_nocase(token_text(note, t + 1), AC_SV("for"))) {
        hit.cue.end = tok[t + 1].end;
        hit.token_end = t + 2;
        hit.kind = AC_CUE_ABSENT_PRE;
    } else if (c == '+')
        sc->marks[t] |= AC_MARK_TERM;
    else if (c == '?' && !note->dialogue)
        hit.kind = more && tok[t + 1].kind != AC_TOKEN_PUNCT && !(tok[t + 1].shape & AC_SHAPE_SPACE_BEFORE)
                       ? AC_CUE_POSSIBLE_PRE : AC_CUE_POSSIBLE_POST;
    return hit.kind == AC_CUE_COUNT ? AC_OK : push_hit(sc, hit, err);
}

/* The longest term that begins with token t. Folding drops some marks, a dash for one; no term begins with those. */
static bool term_at(scanner *sc, uint32_t t, ac_term_hit *out)
{
    const ac_note *note = sc->note;
    const ac_folded *f = &note->folded;
    sc->fold = ac_token_fold(note, t);
    return sc->fold < f->text.n && f->src[sc->fold] == note->tokens.at[t].begin &&
           ac_terms_longest(ac_terms_context(), f, note->text, sc->fold, note->lang, out);
}

/* "I quit" that runs into the term "quit smoking" leaves "I", which denies nothing; "no prior" still does. */
static bool still_a_denial(const scanner *sc, const ac_term_hit *cue, uint32_t until)
{
    enum { HITS = 8 };
    const ac_folded *f = &sc->note->folded;
    ac_term_hit hits[HITS];
    uint32_t end = ac_fold_at(f, until);
    uint8_t kind = (uint8_t)cue->terms->value;
    if (kind != AC_CUE_ABSENT_PRE && kind != AC_CUE_ANSWER_NO) /* "family history of stroke" leaves "family" */
        return true;
    return ac_terms_all(ac_terms_context(), f, sc->note->text, sc->fold, sc->note->lang, hits, HITS) && hits[0].end <= end;
}

static ac_rc scan_sentence(scanner *sc, uint32_t index, ac_err *err)
{
    const ac_note *note = sc->note;
    const ac_sentence *s = &note->sentences.at[index];
    sc->section = s->section < note->sections.n ? note->sections.at[s->section].type : 0;
    for (uint32_t t = s->token_begin; t < s->token_end; t++)
        mark_token(sc, t, s->token_end);
    for (uint32_t t = s->token_begin; t < s->token_end;) {
        ac_term_hit th;
        if (!term_at(sc, t, &th)) {
            if (note->tokens.at[t].kind == AC_TOKEN_PUNCT)
                AC_TRY(err, symbol(sc, s, index, t, err));
            t++;
            continue;
        }
        ac_span cue = ac_fold_span(&note->folded, note->text, th.begin, th.end);
        uint32_t until = cue_end(sc, cue);
        if (until < cue.end && !still_a_denial(sc, &th, until)) {
            t++;
            continue;
        }
        uint32_t end = token_after(note, t + 1, s->token_end, until);
        if (until < cue.end && end > t)
            cue.end = note->tokens.at[end - 1].end;
        if (sc->marks[t] & (AC_MARK_COMMA | AC_MARK_AND | AC_MARK_OR))
            end = t + 1; /* ", probable": the comma ends what came before, its next word is still to be read */
        ac_cue_hit hit = { .cue = cue, .token_begin = t, .token_end = end, .sentence = index, .next = AC_NONE };
        AC_TRY(err, push_meanings(sc, &th, hit, err));
        t = end;
    }
    return AC_OK;
}

static void link_kinds(ac_cue_hits *hits)
{
    memset(hits->first, 0xFF, sizeof hits->first); /* AC_NONE */
    for (size_t i = hits->n; i-- > 0;) {
        hits->at[i].next = hits->first[hits->at[i].kind];
        hits->first[hits->at[i].kind] = (uint32_t)i;
    }
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

/* "PAST MEDICAL HISTORY:" speaks through its section. */
static bool in_heading(const ac_note *note, const ac_sentence *s)
{
    return s->section < note->sections.n && s->span.end <= note->sections.at[s->section].header.end;
}

/* Sentence i is an item of the list that the sentence before led in, or an earlier item of it, with no empty line between
 * items: the token behind its mark, else AC_NONE. */
static uint32_t next_item(const ac_note *note, uint32_t i, bool first)
{
    const ac_sentence *s = &note->sentences.at[i], *before = &note->sentences.at[i - 1];
    int64_t number;
    int lines = 0;
    for (uint32_t b = before->span.end; b < s->span.begin; b++)
        lines += note->text.p[b] == '\n';
    size_t mark = ac_list_mark(note->text, s->span.begin, &number);
    if (!mark || s->section != before->section || s->turn != before->turn || (!first && lines > 1))
        return AC_NONE;
    uint32_t t = s->token_begin;
    while (t < s->token_end && note->tokens.at[t].begin < s->span.begin + mark)
        t++;
    return t;
}

/* "Denies the following:\n- fever\n- cough": the cue of the first line governs each item. */
static ac_rc carry(scanner *sc, const ac_cue_sentence *work, ac_cue_hit *led, bool *leading, ac_err *err)
{
    uint32_t item = led->kind == AC_CUE_COUNT ? AC_NONE : next_item(sc->note, work->sentence, *leading);
    *leading = false;
    if (item == AC_NONE) {
        led->kind = AC_CUE_COUNT;
        return AC_OK;
    }
    led->token_begin = led->token_end = item;
    led->sentence = work->sentence;
    led->carried = true;
    ac_cue_hit *slot = ac_vec_push(sc->hits, sc->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for %zu cues", sc->hits->n + 1);
    *slot = *led;
    return AC_OK;
}

ac_rc ac_cue_scan(const ac_note *note, ac_arena *arena, ac_cue_hits *out, ac_err *err)
{
    scanner sc = { .note = note, .arena = arena, .hits = out };
    sc.marks = ac_arena_alloc(arena, (note->tokens.n + 1) * sizeof *sc.marks);
    if (!sc.marks)
        return ac_fail(err, AC_ELIMIT, "no room to mark %zu tokens", note->tokens.n);
    out->marks = sc.marks;
    ac_cue_hit led = { .kind = AC_CUE_COUNT }; /* the cue of a list that goes on */
    bool leading = false;
    for (uint32_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        ac_cue_sentence work = { .note = note, .marks = sc.marks, .hits = out, .first_hit = out->n, .sentence = i,
                                 .begin = s->token_begin, .end = s->token_end };
        AC_TRY(err, carry(&sc, &work, &led, &leading, err));
        AC_TRY(err, scan_sentence(&sc, i, err));
        ac_cue_settle(&work);
        ac_cue_scopes_of(&work);
        leading = !in_heading(note, s) && ac_cue_leads_in(&work, &led);
    }
    link_kinds(out);
    return AC_OK;
}

static bool says(const ac_note *note, const ac_term_hit *hit, ac_assertion a)
{
    ac_sv surface = ac_term_surface(hit, &note->folded, note->text);
    for (const ac_term *m = hit->terms; m; m = ac_term_next(ac_terms_context(), m, surface, note->lang))
        if (m->value != AC_CUE_PSEUDO && ac_cue_assertion((ac_cue)m->value) == a)
            return true;
    return false;
}

/* "ausencia de", "compatible con": the preposition belongs to it. A short marker is such a word itself: "no", "sin". */
static ac_span with_preposition(const ac_note *note, ac_span marker, ac_span cue)
{
    enum { SHORT = 3 };
    uint32_t next = ac_note_token_at(note, marker.end);
    if (ac_span_len(marker) <= SHORT || next >= note->tokens.n || note->tokens.at[next].kind != AC_TOKEN_WORD ||
        token_text(note, next).n > SHORT || note->tokens.at[next].end > cue.end)
        return marker;
    return ac_span_of(marker.begin, note->tokens.at[next].end);
}

/* The shortest beginning of the cue that says the same. */
static ac_span marker_of(const ac_note *note, const ac_cue_hit *h)
{
    enum { HITS = 8 };
    const ac_folded *f = &note->folded;
    const ac_assertion a = ac_cue_assertion((ac_cue)h->kind);
    ac_term_hit hits[HITS];
    size_t n = ac_terms_all(ac_terms_context(), f, note->text, ac_fold_at(f, h->cue.begin), note->lang, hits, HITS);
    for (size_t i = 0; i < n; i++) {
        ac_span span = ac_fold_span(f, note->text, hits[i].begin, hits[i].end);
        if (ac_span_contains(h->cue, span) && says(note, &hits[i], a))
            return with_preposition(note, span, h->cue);
    }
    return h->cue;
}

ac_rc ac_context_cues(const ac_note *note, ac_arena *arena, ac_cue_scopes *out, ac_err *err)
{
    ac_cue_hits hits = { 0 };
    AC_TRY(err, ac_cue_scan(note, arena, &hits, err));
    for (size_t i = 0; i < hits.n; i++) {
        const ac_cue_hit *h = &hits.at[i];
        if (ac_cue_direction((ac_cue)h->kind) == '?' || ac_cue_direction((ac_cue)h->kind) == '!' ||
            h->carried)
            continue;
        ac_cue_scope *slot = ac_vec_push(out, arena);
        if (!slot)
            return ac_fail(err, AC_ELIMIT, "no room for %zu cues", out->n + 1);
        *slot = (ac_cue_scope) { h->cue, h->scope, marker_of(note, h), h->kind };
    }
    return AC_OK;
}
