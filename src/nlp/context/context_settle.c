/* Cues read again in the light of their neighbours, before they get their scopes. */
#include "nlp/context/context_scan.h"

#include "base/search.h"

enum { ITEM_TOKENS = 8, ANSWER_FROM = 3, INFORMANT_GAP = 3, SIGN_GAP = 6, AUXILIARIES = 3 };

static uint16_t mark_at(const ac_cue_sentence *s, uint32_t t) { return t < s->end ? s->marks[t] : AC_MARK_STOP; }

static bool starts_item(const ac_cue_sentence *s, uint32_t t) { return t == s->begin || ac_mark_breaks(s->marks[t - 1]); }

static bool ends_item(const ac_cue_sentence *s, uint32_t t)
{
    if (mark_at(s, t) & (AC_MARK_COMMA | AC_MARK_STOP | AC_MARK_CLOSE | AC_MARK_OPEN))
        return true;
    return s->note->text.p[s->note->tokens.at[t].begin] == '.'; /* of an abbreviation, or the end of a fragment */
}

static bool is_finding(const ac_entity *e)
{
    return e->kind == AC_KIND_PROBLEM || e->kind == AC_KIND_SYMPTOM;
}

/* A finding stands behind the cue in the same list item. */
static bool finding_after(const ac_cue_sentence *s, const ac_cue_hit *h, size_t entity)
{
    const ac_entities *e = &s->note->entities;
    while (entity < e->n && e->at[entity].span.begin < h->cue.end)
        entity++;
    if (entity >= e->n || !is_finding(&e->at[entity]))
        return false;
    for (uint32_t t = h->token_end, n = 0; t < s->end && n < ITEM_TOKENS && !ac_mark_breaks(s->marks[t]); t++, n++)
        if (s->note->tokens.at[t].begin >= e->at[entity].span.begin)
            return true;
    return false;
}

/* A finding stands before the cue in the same list item, and nothing joins it to what follows: "MI ruled out" against "ruled out MI". */
static bool finding_before(const ac_cue_sentence *s, const ac_cue_hit *h)
{
    const ac_entities *e = &s->note->entities;
    uint32_t from = h->token_begin;
    for (uint32_t k = 0; k < ITEM_TOKENS && !starts_item(s, from); k++)
        from--;
    uint32_t begin = s->note->tokens.at[from].begin;
    size_t first = AC_COUNT_BEFORE(i, e->n, e->at[i].span.begin < begin); /* entity in the item */
    while (first + 1 < e->n && e->at[first + 1].span.end <= h->cue.begin)
        first++;
    if (first >= e->n || e->at[first].span.end > h->cue.begin)
        return false;
    for (uint32_t t = ac_note_token_at(s->note, e->at[first].span.end); t < h->token_begin; t++)
        if (s->marks[t] & (AC_MARK_AND | AC_MARK_OR))
            return false; /* "bilirubin and probable stone" */
    const uint32_t means = 1u << AC_KIND_PROCEDURE | 1u << AC_KIND_LAB | 1u << AC_KIND_VITAL | 1u << AC_KIND_ANATOMY;
    bool is_means = means >> e->at[first].kind & 1u; /* "CT ruled out PE", "cuello: no se palpan adenopatías" */
    return !is_means || !finding_after(s, h, first);
}

static bool mirrors(const ac_cue_hit *a, const ac_cue_hit *b)
{
    char opposite = ac_cue_direction((ac_cue)a->kind) == '>' ? '<' : '>';
    return a->token_begin == b->token_begin && ac_cue_direction((ac_cue)b->kind) == opposite &&
           ac_cue_assertion((ac_cue)a->kind) == ac_cue_assertion((ac_cue)b->kind);
}

/* The other half of a word that can stand before or after what it says ("resolved", "descartado"). */
static bool has_mirror(const ac_cue_sentence *s, size_t i)
{
    const ac_cue_hit *at = s->hits->at;
    for (size_t k = i; k-- > s->first_hit && at[k].token_begin == at[i].token_begin;)
        if (mirrors(&at[i], &at[k]))
            return true;
    for (size_t k = i + 1; k < s->hits->n && at[k].token_begin == at[i].token_begin; k++)
        if (mirrors(&at[i], &at[k]))
            return true;
    return false;
}

/* Of such a word one half is meant here: it looks back at a finding, or when nothing stands after it. */
static bool wrong_side(const ac_cue_sentence *s, size_t i)
{
    const ac_cue_hit *h = &s->hits->at[i];
    char d = ac_cue_direction((ac_cue)h->kind);
    if (h->weak && ac_cue_assertion((ac_cue)h->kind) == AC_POSSIBLE)
        return false; /* "cyst versus tumour" doubts both */
    if ((d != '>' && d != '<') || !has_mirror(s, i))
        return false;
    bool back = ends_item(s, h->token_end) || finding_before(s, h);
    return back != (d == '<');
}

/* ---- relatives who speak ---------------------------------------------------------------------------------------- */

static bool near_informant(const ac_cue_sentence *s, size_t i)
{
    const ac_cue_hits *hits = s->hits;
    const ac_cue_hit *h = &hits->at[i];
    for (size_t k = i; k-- > s->first_hit && hits->at[k].token_end + INFORMANT_GAP > h->token_begin;)
        if (hits->at[k].kind == AC_CUE_INFORMANT_PRE && hits->at[k].token_end + 1 >= h->token_begin)
            return true;
    for (size_t k = i + 1; k < hits->n && hits->at[k].token_begin < h->token_end + INFORMANT_GAP; k++)
        if (hits->at[k].kind == AC_CUE_INFORMANT_POST && hits->at[k].token_begin <= h->token_end + 1)
            return true;
    return false;
}

/* ---- answers ---------------------------------------------------------------------------------------------------- */

static bool follows_question(const ac_cue_sentence *s)
{
    if (s->sentence == 0)
        return false;
    const ac_span before = s->note->sentences.at[s->sentence - 1].span;
    return before.end > before.begin && s->note->text.p[before.end - 1] == '?';
}

/* "No." answers when it opens a sentence of a transcript or follows a question; elsewhere it is an ordinary "no". */
static bool is_answer(const ac_cue_sentence *s, const ac_cue_hit *h)
{
    return h->token_begin < s->begin + ANSWER_FROM && (s->note->dialogue || follows_question(s));
}

static bool begins_with_no(const ac_cue_sentence *s, const ac_cue_hit *h)
{
    const ac_token *t = &s->note->tokens.at[h->token_begin];
    return ac_sv_eq_nocase(ac_sv_sub(s->note->text, t->begin, t->end), AC_SV("no"));
}

/* Turns an answer that answers nothing back into the word it is. False: drop it. */
static bool unanswer(const ac_cue_sentence *s, ac_cue_hit *h)
{
    if (h->kind != AC_CUE_ANSWER_NO || h->weak || !begins_with_no(s, h))
        return false;
    h->kind = AC_CUE_ABSENT_PRE;
    h->token_end = h->token_begin + 1;
    h->cue.end = s->note->tokens.at[h->token_begin].end;
    h->row = AC_NONE;
    ac_cue_reach(h);
    if (s->note->lang == AC_LANG_ES)
        h->reach = AC_REACH_SERIES;
    return true;
}

/* "No. 5": a number, not a denial. */
static bool is_numero(const ac_cue_sentence *s, const ac_cue_hit *h)
{
    uint32_t dot = h->token_begin + 1;
    const ac_token *t = s->note->tokens.at;
    return h->kind == AC_CUE_ABSENT_PRE && dot + 1 < s->end && s->note->text.p[t[dot].begin] == '.' &&
           t[dot + 1].kind == AC_TOKEN_NUMBER && begins_with_no(s, h);
}

/* "HTA no, DM no", "Fever: none": a denial with nothing after it looks back. */
static void look_back(const ac_cue_sentence *s, ac_cue_hit *h)
{
    if (h->kind != AC_CUE_ABSENT_PRE || starts_item(s, h->token_begin) || !ends_item(s, h->token_end))
        return;
    h->kind = AC_CUE_ABSENT_POST;
    h->row = AC_NONE;
    ac_cue_reach(h);
}

/* ---- two denials ------------------------------------------------------------------------------------------------ */

static const ac_cue_hit *denial_before(const ac_cue_sentence *s, size_t n, const ac_cue_hit *h, uint32_t gap)
{
    if (n == s->first_hit || ac_cue_assertion((ac_cue)h->kind) != AC_ABSENT)
        return NULL;
    const ac_cue_hit *p = &s->hits->at[n - 1];
    return p->kind == AC_CUE_ABSENT_PRE && p->token_end <= h->token_begin && h->token_begin <= p->token_end + gap ? p : NULL;
}

/* A denial governs the list item in which h stands. */
static bool denied_item(const ac_cue_sentence *s, size_t n, const ac_cue_hit *h)
{
    if (n == s->first_hit || s->hits->at[n - 1].kind != AC_CUE_ABSENT_PRE)
        return false;
    const ac_cue_hit *p = &s->hits->at[n - 1];
    if (p->token_end > h->token_begin || h->token_begin - p->token_end > ITEM_TOKENS)
        return false;
    for (uint32_t t = p->token_end; t < h->token_begin; t++)
        if (s->marks[t] & (AC_MARK_COMMA | AC_MARK_STOP | AC_MARK_AND | AC_MARK_OR | AC_MARK_TERM | AC_MARK_OPEN | AC_MARK_COLON))
            return false;
    return true;
}

/* "No findings suggestive of bleeding" denies the bleeding; "no claros signos" only doubts. */
static bool doubts_nothing(const ac_cue_sentence *s, size_t n, const ac_cue_hit *h)
{
    if (h->after_denial)
        return !denied_item(s, n, h);
    return h->kind == AC_CUE_POSSIBLE_PRE && denied_item(s, n, h);
}

/* "cannot be stopped", "has not yet been ruled out" */
static bool only_auxiliaries(const ac_cue_sentence *s, uint32_t from, uint32_t to)
{
    static const ac_sv words[] = { AC_SV("be"),  AC_SV("been"), AC_SV("have"), AC_SV("has"), AC_SV("yet"),
                                   AC_SV("ser"), AC_SV("sido"), AC_SV("se"),   AC_SV("ha"),  AC_SV("han") };
    for (uint32_t t = from; t < to; t++) {
        const ac_token *k = &s->note->tokens.at[t];
        bool known = false;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            known = known || ac_sv_eq_nocase(ac_sv_sub(s->note->text, k->begin, k->end), words[i]);
        if (!known)
            return false;
    }
    return true;
}

/* "no cede", "has not resolved": what is not over is still there; the "no" denies only that word. "No ... ninguna"
 *  is one denial in Spanish. */
static bool denied_twice(const ac_cue_sentence *s, size_t n, const ac_cue_hit *h)
{
    if (h->weak && denial_before(s, n, h, ITEM_TOKENS))
        return true;
    const ac_cue_hit *p = denial_before(s, n, h, AUXILIARIES);
    if (!p || !only_auxiliaries(s, p->token_end, h->token_begin) || p->row == h->row || begins_with_no(s, h))
        return false;
    s->hits->at[n - 1].limit = (uint8_t)(h->token_end - p->token_end);
    return true;
}

/* ---- what a drug provokes ---------------------------------------------------------------------------------------- */

/* "Sulfa gives me hives": tells an allergy, unless it is denied. */
static bool shows_allergy(const ac_cue_sentence *s, size_t i, size_t n)
{
    const ac_cue_hits *hits = s->hits;
    const ac_cue_hit *h = &hits->at[i];
    if (n > s->first_hit && hits->at[n - 1].kind == AC_CUE_ABSENT_PRE && hits->at[n - 1].token_end + 1 >= h->token_begin)
        return false;
    for (size_t k = i + 1; k < hits->n && hits->at[k].token_begin < h->token_end + SIGN_GAP; k++)
        if (hits->at[k].kind == AC_CUE_ALLERGIC_SIGN)
            return true;
    return false;
}

/* "Hives whenever I take sulfa" */
static bool after_sign(const ac_cue_sentence *s, size_t i, ac_cue_hit *h)
{
    for (size_t k = i; k-- > s->first_hit && s->hits->at[k].token_end + SIGN_GAP > h->token_begin;)
        if (s->hits->at[k].kind == AC_CUE_ALLERGIC_SIGN && s->hits->at[k].token_end <= h->token_begin) {
            h->kind = AC_CUE_ALLERGY_PRE;
            h->row = AC_NONE;
            ac_cue_reach(h);
            return true;
        }
    return false;
}

/* "You don't have any pain?" asks, "You don't have diabetes." tells: of such words one meaning is kept. */
static bool asks_denying(const ac_cue_sentence *s, size_t i, const ac_cue_hit *h)
{
    const ac_cue_hit *at = s->hits->at;
    uint8_t other = h->kind == AC_CUE_QUESTION ? AC_CUE_ABSENT_PRE : AC_CUE_QUESTION;
    bool both = false;
    for (size_t k = i; k-- > s->first_hit && at[k].token_begin == h->token_begin;)
        both |= at[k].kind == other && !at[k].weak;
    for (size_t k = i + 1; k < s->hits->n && at[k].token_begin == h->token_begin; k++)
        both |= at[k].kind == other && !at[k].weak;
    const ac_span said = s->note->sentences.at[s->sentence].span;
    bool tells = said.end > said.begin && s->note->text.p[said.end - 1] == '.';
    return s->note->dialogue && both && !h->weak && tells == (h->kind == AC_CUE_QUESTION);
}

static bool keep(const ac_cue_sentence *s, size_t i, ac_cue_hit *h, bool alone)
{
    switch (h->kind) {
    case AC_CUE_ALLERGIC_SIGN:
        return false;
    case AC_CUE_PROVOKED_BY:
        return after_sign(s, i, h);
    case AC_CUE_ANSWER_UNSURE:
        return is_answer(s, h);
    case AC_CUE_FAMILY:
        return !near_informant(s, i);
    case AC_CUE_ANSWER_YES:
    case AC_CUE_ANSWER_NO:
        return is_answer(s, h) || (alone && unanswer(s, h));
    case AC_CUE_QUESTION:
        return s->note->dialogue && h->token_begin < s->begin + ANSWER_FROM && !asks_denying(s, i, h);
    case AC_CUE_QUESTION_TAG:
        return s->note->dialogue && h->token_end + 1 >= s->end; /* before the question mark */
    case AC_CUE_ABSENT_PRE:
        if (h->token_begin < s->begin + ANSWER_FROM && asks_denying(s, i, h))
            return false;
        return !is_numero(s, h) && !wrong_side(s, i);
    default:
        return !is_numero(s, h) && !wrong_side(s, i);
    }
}

static bool listed_twice(const ac_cue_sentence *s, size_t n, const ac_cue_hit *h)
{
    return n > s->first_hit && s->hits->at[n - 1].token_begin == h->token_begin && s->hits->at[n - 1].kind == h->kind;
}

void ac_cue_settle(ac_cue_sentence *s)
{
    ac_cue_hits *hits = s->hits;
    size_t n = s->first_hit;
    uint32_t last = AC_NONE; /* token of the hit before, as scanned */
    for (size_t i = s->first_hit; i < hits->n; i++) {
        ac_cue_hit h = hits->at[i];
        bool alone = h.token_begin != last && (i + 1 == hits->n || hits->at[i + 1].token_begin != h.token_begin);
        last = h.token_begin;
        if (!keep(s, i, &h, alone) || listed_twice(s, n, &h) || denied_twice(s, n, &h) || doubts_nothing(s, n, &h))
            continue;
        look_back(s, &h);
        h.allergic = h.kind == AC_CUE_PROVOKES && shows_allergy(s, i, n);
        hits->at[n++] = h;
    }
    hits->n = n;
}
