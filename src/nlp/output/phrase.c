#include "nlp/output/phrase.h"

#include "nlp/entity/mark.h"
#include "nlp/text/fold.h"

enum { HITS = 8 }; /* the terms of data/outputs that start with one another: never more */

static const ac_term *wanted_meaning(const ac_note *note, const ac_term_hit *hit, uint32_t wanted)
{
    ac_sv surface = ac_term_surface(hit, &note->folded, note->text);
    for (const ac_term *t = hit->terms; t; t = ac_term_next(ac_terms_outputs(), t, surface, note->lang))
        if (wanted & (1u << t->value))
            return t;
    return NULL;
}

bool ac_phrase_at(const ac_note *note, uint32_t token, uint32_t wanted, ac_phrase *out)
{
    ac_term_hit hits[HITS];
    if (token >= note->tokens.n || note->tokens.at[token].kind != AC_TOKEN_WORD ||
        (note->phrases && !(note->phrases[token] & wanted)))
        return false;
    size_t n =
        ac_terms_all(ac_terms_outputs(), &note->folded, note->text, ac_token_fold(note, token), note->lang, hits, HITS);
    while (n--) {
        const ac_term *t = wanted_meaning(note, &hits[n], wanted);
        if (!t)
            continue;
        *out = (ac_phrase) { (ac_phrase_kind)t->value, t->row, ac_token_behind(note, token, hits[n].end) };
        return true;
    }
    return false;
}

/* All that starts at token, in one walk. */
static uint32_t bits_at(const ac_note *note, uint32_t token)
{
    ac_term_hit hits[HITS];
    uint32_t bits = 0;
    size_t n =
        ac_terms_all(ac_terms_outputs(), &note->folded, note->text, ac_token_fold(note, token), note->lang, hits, HITS);
    while (n--) {
        ac_sv surface = ac_term_surface(&hits[n], &note->folded, note->text);
        for (const ac_term *t = hits[n].terms; t; t = ac_term_next(ac_terms_outputs(), t, surface, note->lang))
            bits |= 1u << t->value;
    }
    return bits;
}

ac_rc ac_step_phrases(ac_note *note, ac_err *err)
{
    note->phrases = ac_arena_alloc(note->arena, (note->tokens.n + 1) * sizeof note->phrases[0]);
    if (!note->phrases)
        return ac_fail(err, AC_ELIMIT, "no room for the phrases of %zu tokens", note->tokens.n);
    for (uint32_t t = 0; t < note->tokens.n; t++)
        if (note->tokens.at[t].kind == AC_TOKEN_WORD)
            note->phrases[t] = bits_at(note, t);
    return AC_OK;
}

uint32_t ac_phrases_in(const ac_note *note, uint32_t begin, uint32_t end, uint32_t wanted)
{
    uint32_t bits = 0;
    for (uint32_t t = begin; t < end && t < note->tokens.n; t++)
        if (note->tokens.at[t].kind == AC_TOKEN_WORD)
            bits |= note->phrases ? note->phrases[t] : bits_at(note, t);
    return bits & wanted;
}

ac_sv ac_phrase_cell(uint32_t row) { return ac_terms_cell(ac_terms_outputs(), row, 0); }

bool ac_phrase_lists(ac_phrase_kind kind, ac_sv id)
{
    char folded[64];
    if (!id.n || id.n > sizeof folded)
        return false;
    for (size_t i = 0; i < id.n; i++)
        folded[i] = id.p[i] == '-' ? ' ' : id.p[i];
    const ac_sv words = { folded, id.n };
    for (const ac_term *t = ac_terms_find(ac_terms_outputs(), words, AC_LANG_EN); t;
         t = ac_term_next(ac_terms_outputs(), t, words, AC_LANG_EN))
        if (t->value == kind)
            return true;
    return false;
}
