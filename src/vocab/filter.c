#include "vocab/filter.h"

#include "nlp/lexicon/vocabulary_words.h"
#include "nlp/text/fold.h"

enum { LETTERS_MIN = 3, ABBREVIATION_MAX = 5, HITS_MAX = 8, TAIL_WORDS = 6 };

typedef struct {
    size_t words, letters;
} shape;

static shape shape_of(const ac_folded *f)
{
    const ac_sv folded = f->text;
    shape s = { 0, 0 };
    for (uint32_t at = 0; at < folded.n;) {
        uint32_t n = f->words[at] & AC_FOLD_WORD_MAX;
        s.words += ac_fold_is_word_byte(folded.p[at]);
        for (uint32_t i = at; i < at + n; i++)
            s.letters += ac_fold_is_word_byte(folded.p[i]) && !ac_is_digit(folded.p[i]) && ((unsigned char)folded.p[i] & 0xC0) != 0x80;
        at += n;
    }
    return s;
}

static bool has(const ac_terms *t, const ac_term *m, ac_sv surface, ac_lang lang, ac_release_word key)
{
    for (; m; m = ac_term_next(t, m, surface, lang))
        if (m->value == key)
            return true;
    return false;
}

static bool is_word_of(ac_sv folded, ac_release_word key)
{
    const ac_terms *t = ac_terms_vocabulary();
    for (unsigned lang = 0; lang < AC_LANG_COUNT; lang++)
        if (has(t, ac_terms_find(t, folded, (ac_lang)lang), folded, (ac_lang)lang, key))
            return true;
    return false;
}

static bool is_number(ac_sv word)
{
    for (size_t i = 0; i < word.n; i++)
        if (!ac_is_digit(word.p[i]))
            return false;
    return word.n > 0;
}

/* "Ranitidine 150": a strength, which is read by itself where a note says it. */
static bool ends_in_number(ac_sv folded)
{
    size_t at = folded.n;
    while (at && folded.p[at - 1] != ' ')
        at--;
    return at && is_number(ac_sv_sub(folded, at, folded.n));
}

/* Some line of rules.tsv begins the term, and the term goes on. */
static bool starts_by_rule(ac_sv written, const ac_folded *f)
{
    const ac_terms *t = ac_terms_vocabulary();
    for (unsigned lang = 0; lang < AC_LANG_COUNT; lang++) {
        ac_term_hit hits[HITS_MAX];
        size_t n = ac_terms_all(t, f, written, 0, (ac_lang)lang, hits, HITS_MAX);
        for (size_t i = 0; i < n; i++)
            if (hits[i].end < f->text.n && has(t, hits[i].terms, (ac_sv) { "", 0 }, (ac_lang)lang, AC_RELEASE_STARTS))
                return true;
    }
    return false;
}

static bool ends_by_rule(ac_sv folded)
{
    const ac_terms *t = ac_terms_vocabulary();
    size_t words = 0;
    for (size_t at = folded.n; at-- > 1 && words < TAIL_WORDS;) {
        if (folded.p[at - 1] != ' ')
            continue;
        ac_sv tail = ac_sv_sub(folded, at, folded.n);
        words++;
        for (unsigned lang = 0; lang < AC_LANG_COUNT; lang++)
            if (has(t, ac_terms_find(t, tail, (ac_lang)lang), tail, (ac_lang)lang, AC_RELEASE_ENDS))
                return true;
    }
    return false;
}

bool ac_vocab_term_counts(ac_sv written, const ac_folded *f, uint8_t kind, ac_left *why)
{
    const ac_sv folded = f->text;
    if (folded.n > AC_TERM_BYTES_MAX || memchr(folded.p, '\n', folded.n)) {
        *why = AC_LEFT_LONG;
        return false;
    }
    shape s = shape_of(f);
    bool counts = false;
    if (!s.letters || !ac_fold_is_word_byte(folded.p[0]))
        *why = AC_LEFT_NUMBER;
    else if (s.letters < LETTERS_MIN)
        *why = AC_LEFT_SHORT;
    else if (s.words > AC_TERM_WORDS_MAX)
        *why = AC_LEFT_LONG;
    else if (s.words == 1 && is_word_of(folded, AC_RELEASE_COMMON))
        *why = AC_LEFT_COMMON;
    else if (starts_by_rule(written, f) || ends_by_rule(folded) || (kind == AC_KIND_MEDICATION && ends_in_number(folded)))
        *why = AC_LEFT_RULE;
    else
        counts = true;
    return counts;
}

bool ac_vocab_term_is_everyday(const ac_folded *f)
{
    for (uint32_t at = 0; at < f->text.n; at += f->words[at] & AC_FOLD_WORD_MAX) {
        ac_sv word = ac_sv_sub(f->text, at, at + (f->words[at] & AC_FOLD_WORD_MAX));
        if (ac_fold_is_word_byte(word.p[0]) && word.n > 2 && !is_number(word) && !is_word_of(word, AC_RELEASE_EVERYDAY) &&
            !is_word_of(word, AC_RELEASE_COMMON))
            return false;
    }
    return true;
}

bool ac_vocab_term_is_capitals(ac_sv written)
{
    size_t letters = 0;
    for (size_t i = 0; i < written.n; i++) {
        if (ac_is_lower(written.p[i]) || ac_is_space(written.p[i]) || (unsigned char)written.p[i] >= 0x80)
            return false;
        letters += ac_is_upper(written.p[i]);
    }
    return letters > 0 && letters <= ABBREVIATION_MAX;
}
