/* The words that a statement has and its evidence has not, and numbers that moved to another unit. */
#include "nlp/text/fold.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/output/verify_judge.h"

static ac_sv folded_word(const ac_judge *j, size_t token)
{
    const ac_folded *f = &j->item.folded;
    const uint32_t begin = j->item.marks.fold[token];
    uint32_t end = begin;
    while (end < f->text.n && f->src[end] < j->item.tokens.at[token].end)
        end++;
    return ac_sv_trim(ac_sv_sub(f->text, begin, end));
}

static bool unit_of(ac_sv folded, ac_lang lang, ac_sv *ucum)
{
    const ac_terms *units = ac_terms_units();
    const ac_term *t = folded.n ? ac_terms_find(units, folded, lang) : NULL;
    if (t)
        *ucum = ac_terms_cell(units, t->row, 0);
    return t;
}

/* "History of stroke" from "stroke": the term goes on with words of the evidence. */
static bool goes_on_in_evidence(const ac_judge *j, size_t token, uint32_t folded_end)
{
    for (size_t t = token + 1; t < j->item.tokens.n && j->item.marks.fold[t] < folded_end; t++)
        if (ac_word_set_has(j->words, ac_hash_word(ac_judge_word(&j->item, t))))
            return true;
    return false;
}

/* "allergic", "alérgica": the adjective is no term of the lexicon. */
static bool says_allergic(const ac_judge *j, ac_range r)
{
    const ac_folded *f = &j->note->folded;
    for (uint32_t t = r.at; f->text.p && t < r.end; t++) {
        ac_sv w = ac_sv_sub(f->text, ac_fold_at(f, j->note->tokens.at[t].begin), f->text.n);
        if (ac_sv_starts(w, AC_SV("allergi")) || ac_sv_starts(w, AC_SV("alergi")))
            return true;
    }
    return false;
}

/* "allergy" is a word for any allergen that the evidence names, and for being allergic. */
static bool is_allergy_told(const ac_judge *j, uint32_t concept)
{
    if (concept != ac_concept_find(AC_SV("allergic-reaction")))
        return false;
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++)
            if (j->note->entities.at[i].kind == AC_KIND_ALLERGY)
                return true;
        if (says_allergic(j, ac_judge_tokens(j, k)))
            return true;
    }
    return false;
}

/* The term of the lexicon that begins with this word names a drug, or nothing but diseases and complaints, and the
 * evidence names it by no word at all. A word that is also something else is left alone. */
static ac_verdict judge_term(const ac_judge *j, size_t token)
{
    const ac_terms *lexicon = ac_terms_lexicon();
    const ac_folded *f = &j->item.folded;
    ac_term_hit hit;
    if (!ac_terms_longest(lexicon, f, j->item.text, j->item.marks.fold[token], j->item.lang, &hit))
        return AC_VERIFIED;
    bool drug = false, state = false;
    ac_sv surface = ac_term_surface(&hit, f, j->item.text);
    for (const ac_term *t = hit.terms; t; t = ac_term_next(lexicon, t, surface, j->item.lang)) {
        ac_kind kind = ac_concept_kind(t->row);
        if (ac_judge_mentions(j, t->row) || t->flags & AC_TERM_AMBIGUOUS || is_allergy_told(j, t->row))
            return AC_VERIFIED;
        if (kind != AC_KIND_MEDICATION && kind != AC_KIND_PROBLEM && kind != AC_KIND_SYMPTOM)
            return AC_VERIFIED;
        drug = drug || kind == AC_KIND_MEDICATION;
        state = state || kind != AC_KIND_MEDICATION;
    }
    if (drug)
        return state ? AC_VERIFIED : AC_VERIFY_DRUG;
    return goes_on_in_evidence(j, token, hit.end) ? AC_VERIFIED : AC_VERIFY_FINDING;
}

bool ac_judge_contracts(const ac_judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            ac_sv w = ac_judge_word(j->note, i);
            if (ac_sv_ends(w, AC_SV("n't")) || ac_sv_ends(w, AC_SV("n\xE2\x80\x99t")))
                return true;
        }
    }
    return false;
}

/* "Denies", "without" for the speaker's own "no", "never", "nothing". */
static bool evidence_denies(const ac_judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_tokens(j, k);
        if (ac_phrases_in(j->note, r.at, r.end, ac_phrase_bit(AC_PHRASE_NEGATION)))
            return true;
    }
    return false;
}

static ac_verdict judge_foreign(const ac_judge *j, size_t token)
{
    const ac_token *t = &j->item.tokens.at[token];
    ac_sv w = ac_judge_word(&j->item, token), folded = folded_word(j, token), ucum;
    ac_phrase p;
    if (t->kind == AC_TOKEN_NUMBER)
        return ac_judge_number(j, w) ? AC_VERIFIED : AC_VERIFY_NUMBER;
    if (t->kind != AC_TOKEN_WORD || !folded.n)
        return AC_VERIFIED;
    if (ac_phrase_at(&j->item, (uint32_t)token, ac_phrase_bit(AC_PHRASE_SIDE), &p))
        return AC_VERIFY_SIDE;
    if (ac_phrase_at(&j->item, (uint32_t)token, ac_phrase_bit(AC_PHRASE_NEGATION), &p))
        return ac_judge_negates(j) || ac_judge_contracts(j) || evidence_denies(j) ? AC_VERIFIED : AC_VERIFY_NEGATION;
    if (token && j->item.tokens.at[token - 1].kind == AC_TOKEN_NUMBER && unit_of(folded, j->item.lang, &ucum))
        return ac_judge_unit(j, ac_judge_word(&j->item, token - 1), ucum) ? AC_VERIFIED : AC_VERIFY_UNIT;
    return judge_term(j, token);
}

/* Both words are in the evidence, but not side by side: 20 mg of one thing and 500 ml of another do not make 20 ml. */
static bool pair_supported(const ac_judge *j, size_t token, uint64_t before, uint64_t here)
{
    ac_sv w = ac_judge_word(&j->item, token), ucum;
    if (ac_word_set_has(j->words, ac_hash_pair(before, here)) || j->item.tokens.at[token].kind != AC_TOKEN_WORD)
        return true;
    char buf[16];
    if (w.n >= sizeof buf)
        return true;
    for (size_t i = 0; i < w.n; i++)
        buf[i] = ac_lower(w.p[i]);
    if (!unit_of((ac_sv) { buf, w.n }, j->item.lang, &ucum) || ac_judge_unit(j, ac_judge_word(&j->item, token - 1), ucum))
        return true;
    bool goes_on = token + 1 < j->item.tokens.n && ac_sv_eq(ac_judge_word(&j->item, token + 1), AC_SV("/"));
    return goes_on && ac_judge_unit_begins(j, ac_judge_word(&j->item, token - 1), ucum);
}

ac_rc ac_judge_words(ac_judge *j, ac_verdict *out, ac_err *err)
{
    uint64_t number = 0, before = 0; /* hashes of the token before: when it is a number; whatever it is */
    size_t end = j->item.tokens.n;
    if (end && j->item.tokens.at[end - 1].kind == AC_TOKEN_PUNCT)
        end--; /* the full stop may be ours */
    for (size_t i = 0; i < j->item.tokens.n && *out == AC_VERIFIED; i++) {
        ac_sv w = ac_judge_word(&j->item, i);
        uint64_t h = ac_hash_word(w);
        if (!ac_word_set_has(j->words, h) && j->item.tokens.at[i].kind != AC_TOKEN_PUNCT) {
            AC_TRY(err, ac_judge_fold(j, err));
            *out = judge_foreign(j, i);
        } else if (number && !pair_supported(j, i, number, h)) {
            *out = AC_VERIFY_UNIT;
        }
        j->altered = j->altered || (i && i < end && !ac_word_set_has(j->words, ac_hash_pair(before, h)));
        before = h;
        number = j->item.tokens.at[i].kind == AC_TOKEN_NUMBER ? h : 0;
    }
    return AC_OK;
}
