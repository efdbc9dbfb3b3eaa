/* Line ends: which of them end a sentence. */
#include "nlp/text/sentence_break.h"

#include "nlp/text/abbreviation.h"
#include "nlp/text/token.h"

#include <string.h>

enum {
    WRAP_MIN = 40, WRAP_MAX = 160, /* code points: outside, lines are not wrapped */
    LONG_LINE = 56,                /* code points: a line so long may have been wrapped, whatever the others are like */
    CAPITALS_SHARE = 4,            /* at most one small beginning for so many capital ones */
    WRAP_LINES = 3,                /* full lines that make the case */
    WRAP_SHARE = 3,                /* and one in so many of those that another line follows */
    KEY_MAX = 40, KEY_WORDS = 5,   /* "Key words: value" */
    WORD_MAX = 32,
    MARK_DIGITS = 3,
};

/* A line that ends in one of these goes on. */
static const char dangling[] = " a an the of and or with to for in on at by from was is were are be been has had have no not his her "
                               "their as that which than el la los las un una de del al y o e con sin por para en su sus se que "
                               "como es fue ha desde hasta entre sobre tras ";

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static size_t skip_blanks(ac_sv s, size_t i)
{
    while (i < s.n && is_blank(s.p[i]))
        i++;
    return i;
}

static size_t char_count(ac_sv s, size_t begin, size_t end)
{
    size_t n = 0;
    for (size_t i = begin; i < end; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static size_t first_word(ac_sv s, size_t i)
{
    size_t end = i;
    while (end < s.n && end < i + WORD_MAX && !ac_is_space(s.p[end]))
        end++;
    return char_count(s, i, end);
}

static size_t line_end(ac_sv s, size_t i)
{
    const char *p = i < s.n ? memchr(s.p + i, '\n', s.n - i) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

/* Text wrapped at a fixed width: the first word of the next line did not fit any more, line after line. */
size_t ac_wrap_width(ac_sv s)
{
    size_t widest = 0, pairs = 0, full = 0;
    for (size_t i = 0, end; i < s.n; i = end + 1) {
        end = line_end(s, i);
        size_t width = char_count(s, i, end);
        widest = width > widest ? width : widest;
    }
    if (widest < WRAP_MIN || widest > WRAP_MAX)
        return 0;
    for (size_t i = 0, end; i < s.n; i = end + 1) {
        end = line_end(s, i);
        if (end + 1 >= s.n || end == i || ac_is_space(s.p[end + 1]))
            continue;
        pairs++;
        full += char_count(s, i, end) + 1 + first_word(s, end + 1) > widest;
    }
    return full >= WRAP_LINES && full * WRAP_SHARE >= pairs ? widest : 0;
}

bool ac_begins_with_capitals(ac_sv s)
{
    size_t capital = 0, small = 0;
    char before = '\n'; /* the last character of the line before */
    for (size_t i = 0, end, len; i < s.n; i = end + 1) {
        end = line_end(s, i);
        size_t from = skip_blanks(s, i), last = end;
        while (last > from && is_blank(s.p[last - 1]))
            last--;
        ac_char_class first = from < last ? ac_char_at(s, from, &len) : AC_CHAR_SPACE;
        if (before == '\n' || before == '.' || before == ':' || before == '?' || before == '!') {
            capital += first == AC_CHAR_UPPER;
            small += first == AC_CHAR_LETTER;
        }
        before = last > from ? s.p[last - 1] : '\n';
    }
    return capital && small * CAPITALS_SHARE <= capital;
}

static size_t bullet(ac_sv s, size_t i)
{
    static const ac_sv bullets[] = { { "\xE2\x80\xA2", 3 }, { "\xC2\xB7", 2 }, { "\xE2\x97\x8F", 3 }, { "\xE2\x80\x93", 3 },
                                     { "\xE2\x96\xAA", 3 }, { "\xEF\x82\xB7", 3 } };
    char c = i < s.n ? s.p[i] : '\0';
    if (c == '-' || c == '*' || c == '+' || c == '>' || c == '#')
        return i + 1 < s.n && (is_blank(s.p[i + 1]) || ac_is_alpha(s.p[i + 1])) ? 1 : 0;
    for (size_t k = 0; k < sizeof bullets / sizeof bullets[0]; k++)
        if (ac_sv_starts(ac_sv_sub(s, i, s.n), bullets[k]))
            return bullets[k].n;
    return 0;
}

size_t ac_list_mark(ac_sv s, size_t i, int64_t *number)
{
    size_t end = i;
    *number = 0;
    for (; end < s.n && end < i + MARK_DIGITS && ac_is_digit(s.p[end]); end++)
        *number = *number * 10 + (s.p[end] - '0');
    if (end == i) {
        size_t len = bullet(s, i);
        return len ? skip_blanks(s, i + len) - i : 0;
    }
    bool marked = end < s.n && (s.p[end] == '.' || s.p[end] == ')' || s.p[end] == '#');
    end += marked && s.p[end] == '.' && end + 1 < s.n && s.p[end + 1] == '-'; /* "1.- Aspirina" */
    if (!marked || end + 1 >= s.n || ac_is_digit(s.p[end + 1])) {
        *number = 0;
        return 0;
    }
    return skip_blanks(s, end + 1) - i;
}

size_t ac_letter_mark(ac_sv s, size_t i)
{
    if (i + 3 >= s.n || !ac_is_alpha(s.p[i]) || (s.p[i + 1] != '.' && s.p[i + 1] != ')') || !is_blank(s.p[i + 2]))
        return 0;
    size_t end = skip_blanks(s, i + 2), len;
    return end < s.n && ac_char_at(s, end, &len) == AC_CHAR_UPPER ? end - i : 0;
}

bool ac_list_goes_on(const ac_stretch *x, size_t i)
{
    ac_sv s = x->text;
    int64_t number;
    if (x->letter && s.p[i] == x->letter && i > x->begin && s.p[i - 1] == ',')
        return ac_letter_mark(s, i);
    if (i <= x->begin + 1 || s.p[i] < '1' || s.p[i] > '9' || !is_blank(s.p[i - 1]))
        return false;
    size_t len = ac_list_mark(s, i, &number), wide;
    bool first = number == 1 && (s.p[i - 2] == ':' || s.p[i - 2] == ';'); /* "Take: 1. Aspirin" */
    if ((!first && (!x->list || number != x->list)) || !len || i + len >= s.n || !is_blank(s.p[i + len - 1]) ||
        ac_char_at(s, i + len, &wide) == AC_CHAR_SPACE || ac_char_at(s, i + len, &wide) == AC_CHAR_DIGIT)
        return false;
    size_t end = i - 1, begin;
    for (begin = end; begin > x->begin && end - begin < WORD_MAX && !ac_is_space(s.p[begin - 1]); begin--)
        ;
    ac_abbr before = ac_abbreviation(ac_sv_sub(s, begin, end), x->lang); /* "grade 2. The" is no list */
    return before != AC_ABBR_CLASS && before != AC_ABBR_NUMBER;
}

/* "Blood type: A", "Fecha de ingreso: 3/4": a few words from a capital to a colon. */
static bool is_keyed(ac_sv s, size_t i)
{
    size_t words = 1, len, end = i;
    if (i >= s.n || ac_char_at(s, i, &len) != AC_CHAR_UPPER)
        return false;
    for (; end < s.n && end < i + KEY_MAX && s.p[end] != ':'; end++) {
        char c = s.p[end];
        if (c == '\n' || c == '.' || c == ',' || c == ';' || c == '?')
            return false;
        words += is_blank(c) && !is_blank(s.p[end - 1]);
    }
    return end < s.n && s.p[end] == ':' && words <= KEY_WORDS && end + 1 < s.n && ac_is_space(s.p[end + 1]);
}

static bool dangles(ac_sv s, size_t line, size_t end)
{
    char word[WORD_MAX + 2] = " ";
    size_t begin = end;
    while (begin > line && end - begin < WORD_MAX && ac_is_alpha(s.p[begin - 1]))
        begin--;
    size_t n = end - begin;
    if (n == 0 || n >= WORD_MAX)
        return end > line && s.p[end - 1] == ',';
    for (size_t k = 0; k < n; k++)
        word[k + 1] = ac_lower(s.p[begin + k]);
    word[n + 1] = ' ';
    return memmem(dangling, sizeof dangling - 1, word, n + 2);
}

/* Code points from the start of the line, which may lie before its stretch: "PLAN: ...", "[doctor] ...". */
static size_t line_width(ac_sv s, size_t line, size_t at)
{
    size_t begin = line;
    while (begin > 0 && s.p[begin - 1] != '\n' && line - begin < WRAP_MAX)
        begin--;
    return char_count(s, begin, at);
}

/* A line that ends in the middle of a sentence and is long enough to have been wrapped there. */
static bool breaks_off(const ac_stretch *x, char last, size_t width, size_t next)
{
    bool inside = ac_is_alnum(last) || last == ',' || last == '%' || (unsigned char)last >= 0x80;
    if (!inside || x->form || !(x->capitals || x->dialogue))
        return false;
    return width + 1 + first_word(x->text, next) > (x->dialogue ? WRAP_MIN : LONG_LINE);
}

bool ac_line_goes_on(const ac_stretch *x, size_t line, size_t sentence, size_t at)
{
    ac_sv s = x->text;
    size_t next = skip_blanks(s, at + 1), end = at, len;
    int64_t number;
    while (end > line && is_blank(s.p[end - 1]))
        end--;
    if (next >= s.n || s.p[next] == '\n' || end == line || ac_list_mark(s, next, &number) || is_keyed(s, next))
        return false;
    char last = s.p[end - 1];
    if (last == ':' || last == '?' || last == '!')
        return false;
    bool upper = ac_char_at(s, next, &len) == AC_CHAR_UPPER, lower = ac_char_at(s, next, &len) == AC_CHAR_LETTER;
    size_t width = line_width(s, line, at);
    bool full = x->wrap && width + 1 + first_word(s, next) > x->wrap;
    if (full)
        return !(upper && line == sentence && is_keyed(s, line));
    return lower && last != '.' && (dangles(s, line, end) || breaks_off(x, last, width, next));
}
