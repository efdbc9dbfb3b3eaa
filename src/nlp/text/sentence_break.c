/* Full stops, question and exclamation marks: which of them end a sentence. */
#include "nlp/text/sentence_break.h"

#include "nlp/text/abbreviation.h"
#include "nlp/text/token.h"

enum { WORD_MAX = 24, CLOSERS_MAX = 4, SENTENCE_WORD = 4, GLUED_LETTERS = 2 };

typedef enum { NEXT_NONE, NEXT_UPPER, NEXT_LOWER, NEXT_DIGIT, NEXT_OTHER } next_kind;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static char at_or_0(ac_sv s, size_t i) { return i < s.n ? s.p[i] : '\0'; }

static size_t skip_space(ac_sv s, size_t i)
{
    while (i < s.n && ac_is_space(s.p[i]))
        i++;
    return i;
}

static next_kind kind_at(ac_sv s, size_t i)
{
    size_t len;
    if (i >= s.n)
        return NEXT_NONE;
    switch (ac_char_at(s, i, &len)) {
    case AC_CHAR_UPPER: return NEXT_UPPER;
    case AC_CHAR_LETTER: return NEXT_LOWER;
    case AC_CHAR_DIGIT: return NEXT_DIGIT;
    default: return NEXT_OTHER;
    }
}

/* Past the closing brackets and quotes at i. */
static size_t closers_end(ac_sv s, size_t i)
{
    static const ac_sv closers[] = { { ")", 1 }, { "\"", 1 }, { "'", 1 }, { "]", 1 }, { "\xE2\x80\x9D", 3 }, { "\xE2\x80\x99", 3 },
                                     { "\xC2\xBB", 2 } };
    for (size_t n = 0, k = 0; n < CLOSERS_MAX && k < sizeof closers / sizeof closers[0];) {
        if (ac_sv_starts(ac_sv_sub(s, i, s.n), closers[k])) {
            i += closers[k].n;
            n++;
            k = 0;
        } else {
            k++;
        }
    }
    return i;
}

static bool in_word(char c) { return ac_is_alnum(c) || c == '.' || c == '\'' || (unsigned char)c >= 0x80; }

/* The word that ends before i; it may hold full stops ("p.o"). */
static ac_sv word_before(const ac_stretch *x, size_t i)
{
    ac_sv s = x->text;
    size_t begin = i;
    while (begin > x->begin && i - begin < WORD_MAX && in_word(s.p[begin - 1]))
        begin--;
    while (begin < i && s.p[begin] == '.')
        begin++;
    return ac_sv_sub(s, begin, i);
}

static ac_sv word_after(ac_sv s, size_t i)
{
    size_t end = i;
    while (end < s.n && end < i + WORD_MAX && (ac_is_alpha(s.p[end]) || (unsigned char)s.p[end] >= 0x80))
        end++;
    return ac_sv_sub(s, i, end);
}

/* "J", "J.R", "U.S": single capitals with stops between them. */
static bool is_initials(ac_sv w)
{
    if (w.n % 2 == 0)
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (i % 2 ? w.p[i] != '.' : !ac_is_upper(w.p[i]))
            return false;
    return w.n > 0;
}

static bool is_letters(ac_sv w)
{
    for (size_t i = 0; i < w.n; i++)
        if (!ac_is_alpha(w.p[i]) && (unsigned char)w.p[i] < 0x80)
            return false;
    return w.n > 0;
}

/* "J. Smith" goes on; "vitamin C. She", "in the U.S. The", "saw Dr. X.  Again" (two blanks) do not. */
static bool initials_end(const ac_stretch *x, ac_sv initials, size_t next)
{
    ac_sv after = word_after(x->text, next);
    ac_abbr word = ac_abbreviation(after, x->lang);
    bool two_blanks = next >= 2 && x->text.p[next - 1] == ' ' && x->text.p[next - 2] == ' ';
    if (two_blanks || word == AC_ABBR_STARTER || (word == AC_ABBR_NUMBER && at_or_0(x->text, next + after.n) == ' '))
        return true;
    size_t begin = (size_t)(initials.p - x->text.p);
    while (begin > x->begin && is_blank(x->text.p[begin - 1]))
        begin--;
    bool spelt = begin >= x->begin + 2 && ac_is_upper(x->text.p[begin - 1]) && is_blank(x->text.p[begin - 2]); /* "H P V." */
    return initials.n == 1 && (spelt || ac_abbreviation(word_before(x, begin), x->lang) == AC_ABBR_CLASS);
}

static bool is_amount(char c) { return ac_is_digit(c) || c == '\xBA' || c == '\xB0'; } /* or the last byte of a degree sign */

/* What the word before the stop is. Units are no abbreviations of names: "10 cc/d.", "5 L.". */
static ac_abbr judge(const ac_stretch *x, ac_sv word, bool *initials)
{
    size_t begin = (size_t)(word.p - x->text.p);
    char before = begin > x->begin ? x->text.p[begin - 1] : ' ';
    char earlier = begin > x->begin + 1 ? x->text.p[begin - 2] : ' ';
    *initials = is_initials(word) && before != '/' && !(word.n == 1 && is_blank(before) && is_amount(earlier));
    ac_abbr abbr = before == '/' ? AC_ABBR_NONE : ac_abbreviation(word, x->lang);
    if (abbr == AC_ABBR_TITLE && word.n == 1) /* "D. Xavier" but "vitamina D. Mejora": decided like initials */
        return ac_is_lower(word.p[0]) ? AC_ABBR_UNIT : AC_ABBR_NONE;
    return abbr;
}

/* A small letter follows: people write so after real sentences too, when the word before is a plain one. */
static bool ends_before_small(const ac_stretch *x, ac_sv word, size_t at)
{
    char before = at > x->begin ? x->text.p[at - 1] : '.';
    if (before == ')' || before == ']' || before == '%' || before == '"' || is_blank(before))
        return true;
    bool acronym = word.n > GLUED_LETTERS && ac_is_upper(word.p[0]) && ac_is_upper(word.p[1]) && ac_is_upper(word.p[2]);
    return (word.n >= SENTENCE_WORD && is_letters(word)) || acronym || ac_is_digit(before);
}

/* The full stop at is followed by white space, and then by the character at next. */
static bool stop_ends(const ac_stretch *x, size_t at, size_t next)
{
    ac_sv s = x->text;
    bool apart = at > x->begin && is_blank(s.p[at - 1]); /* "dr . smith" of tokenised transcripts */
    ac_sv word = word_before(x, at - apart);
    next_kind follows = kind_at(s, next);
    bool initials;
    ac_abbr abbr = judge(x, word, &initials);
    if (at > x->begin && s.p[at - 1] == '.') /* the end of "..." */
        return follows != NEXT_LOWER && follows != NEXT_NONE;
    if (abbr == AC_ABBR_TITLE)
        return false;
    if (apart)
        return true;
    if (abbr == AC_ABBR_NUMBER && (follows == NEXT_DIGIT || at_or_0(s, next) == '#'))
        return false;
    if (follows == NEXT_UPPER && initials)
        return initials_end(x, word, next);
    if (abbr == AC_ABBR_UNIT || initials)
        return follows == NEXT_UPPER;
    return follows != NEXT_LOWER || x->dialogue || ends_before_small(x, word, at); /* transcripts often have no capitals */
}

static bool is_abbreviation(const ac_stretch *x, size_t at)
{
    ac_sv word = word_before(x, at);
    ac_abbr abbr = ac_abbreviation(word, x->lang);
    return abbr == AC_ABBR_TITLE || abbr == AC_ABBR_UNIT || is_initials(word);
}

/* "tonsils.,NECK": the comma stands for a line end when a new statement follows. */
static bool comma_ends(const ac_stretch *x, size_t at, size_t comma)
{
    size_t next = skip_space(x->text, comma + 1);
    next_kind follows = kind_at(x->text, next);
    if (follows == NEXT_NONE)
        return true;
    if (follows != NEXT_UPPER && follows != NEXT_DIGIT)
        return false;
    return next == comma + 1 ? true : !is_abbreviation(x, at);
}

/* "tomorrow.The patient": a blank was forgotten. Web and mail addresses are not sentences. */
static bool glued_word(const ac_stretch *x, size_t at)
{
    ac_sv s = x->text;
    if (at < x->begin + GLUED_LETTERS || !ac_is_lower(s.p[at - 1]) || !ac_is_lower(s.p[at - 2]))
        return false;
    if (kind_at(s, at + 1) != NEXT_UPPER || kind_at(s, at + 2 + ((unsigned char)s.p[at + 1] >= 0x80)) != NEXT_LOWER)
        return false;
    char after = at_or_0(s, at + 1 + word_after(s, at + 1).n);
    return after != '.' && after != '@' && after != '/' && ac_abbreviation(word_before(x, at), x->lang) != AC_ABBR_TITLE;
}

static size_t question_end(const ac_stretch *x, size_t at)
{
    ac_sv s = x->text;
    char before = at > x->begin ? s.p[at - 1] : ' ', next = at_or_0(s, at + 1);
    if (next == '?' || next == '!' || next == '.')
        return 0;
    size_t end = closers_end(s, at + 1);
    bool asked = in_word(before) || before == '?' || before == '!' || before == ')' || before == '"' || before == '%' ||
                 before == ']';
    if (end >= s.n)
        return end;
    if (!asked && !(x->dialogue && is_blank(before))) /* "Imp: ? CVA" */
        return 0;
    if (s.p[end] == ',')
        return comma_ends(x, at, end) ? end : 0;
    return ac_is_space(s.p[end]) ? end : 0;
}

size_t ac_stop_end(const ac_stretch *x, size_t at)
{
    ac_sv s = x->text;
    if (s.p[at] != '.')
        return question_end(x, at);
    char next = at_or_0(s, at + 1);
    if (next == '.' || (ac_is_digit(next) && at > x->begin && ac_is_digit(s.p[at - 1])))
        return 0;
    size_t end = closers_end(s, at + 1);
    if (end >= s.n)
        return s.n;
    if (s.p[end] == ',')
        return comma_ends(x, at, end) ? end : 0;
    if (!ac_is_space(s.p[end]))
        return glued_word(x, at) ? at + 1 : 0;
    return stop_ends(x, at, skip_space(s, end)) ? end : 0;
}
