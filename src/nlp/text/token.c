#include "nlp/text/token.h"

#include <utf8proc.h>

static ac_char_class latin1_class(int32_t cp)
{
    if (cp == 0xB2 || cp == 0xB3 || cp == 0xB9)
        return AC_CHAR_RAISED;
    if (cp == 0xAA || cp == 0xB5 || cp == 0xBA) /* feminine and masculine ordinal, micro */
        return AC_CHAR_LETTER;
    if (cp < 0xC0 || cp == 0xD7 || cp == 0xF7)
        return cp == 0xA0 ? AC_CHAR_SPACE : AC_CHAR_PUNCT;
    return cp < 0xDF ? AC_CHAR_UPPER : AC_CHAR_LETTER;
}

static ac_char_class unicode_class(int32_t cp)
{
    if (cp < 0x100)
        return latin1_class(cp);
    if (cp == 0x2070 || (cp >= 0x2074 && cp <= 0x2089))
        return AC_CHAR_RAISED;
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT: return AC_CHAR_UPPER;
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL: return AC_CHAR_LETTER;
    case UTF8PROC_CATEGORY_ZS: return AC_CHAR_SPACE;
    default: return AC_CHAR_PUNCT;
    }
}

static ac_char_class wide_char_at(ac_sv s, size_t at, size_t *len)
{
    utf8proc_int32_t cp;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, (utf8proc_ssize_t)(s.n - at), &cp);
    *len = n > 0 ? (size_t)n : 1;
    return n > 0 ? unicode_class(cp) : AC_CHAR_PUNCT;
}

#define TIMES_8(x)  x, x, x, x, x, x, x, x
#define TIMES_26(x) TIMES_8(x), TIMES_8(x), TIMES_8(x), x, x
static const uint8_t ascii_classes[128] = { /* ac_char_class; the rest is AC_CHAR_PUNCT, which is 0 */
    ['\t'] = AC_CHAR_SPACE, AC_CHAR_SPACE, AC_CHAR_SPACE, AC_CHAR_SPACE, AC_CHAR_SPACE, [' '] = AC_CHAR_SPACE,
    ['0'] = TIMES_8(AC_CHAR_DIGIT), AC_CHAR_DIGIT, AC_CHAR_DIGIT, ['A'] = TIMES_26(AC_CHAR_UPPER), ['a'] = TIMES_26(AC_CHAR_LETTER),
};

static inline ac_char_class char_at(ac_sv s, size_t at, size_t *len)
{
    unsigned char c = (unsigned char)s.p[at];
    *len = 1;
    return c < 0x80 ? (ac_char_class)ascii_classes[c] : wide_char_at(s, at, len);
}

ac_char_class ac_char_at(ac_sv s, size_t at, size_t *len) { return char_at(s, at, len); }

static bool is_letter(ac_char_class k) { return k == AC_CHAR_LETTER || k == AC_CHAR_UPPER; }

/* An apostrophe, straight or typographic, at i: its length, else 0. */
static size_t apostrophe(ac_sv s, size_t i)
{
    if (i < s.n && s.p[i] == '\'')
        return 1;
    return i + 2 < s.n && s.p[i] == '\xE2' && s.p[i + 1] == '\x80' && s.p[i + 2] == '\x99' ? 3 : 0;
}

typedef struct {
    size_t letters, uppers;
    bool first_upper, digit, wide;
} word_facts;

static uint8_t word_shape(const word_facts *w)
{
    unsigned shape = w->first_upper ? AC_SHAPE_INITIAL_UPPER : 0;
    if (w->letters >= 2 && w->uppers == w->letters)
        shape |= AC_SHAPE_ALL_UPPER;
    else if (w->uppers > w->first_upper)
        shape |= AC_SHAPE_MIXED;
    return (uint8_t)(shape | (w->digit ? AC_SHAPE_HAS_DIGIT : 0) | (w->wide ? AC_SHAPE_NON_ASCII : 0));
}

/* Letters, digits after the first letter, and apostrophes between letters. */
static size_t word_end(ac_sv s, size_t i, uint8_t *shape)
{
    word_facts w = { 0 };
    size_t begin = i, len;
    for (; i < s.n; i += len) {
        size_t small = i;
        while (i < s.n && ac_is_lower(s.p[i])) /* nearly all of nearly all words */
            i++;
        w.letters += i - small;
        if (i == s.n)
            break;
        ac_char_class k = char_at(s, i, &len);
        if (is_letter(k)) {
            w.first_upper |= i == begin && k == AC_CHAR_UPPER;
            w.letters++;
            w.uppers += k == AC_CHAR_UPPER;
        } else if (k == AC_CHAR_DIGIT || k == AC_CHAR_RAISED) {
            w.digit = true;
        } else {
            size_t mark = apostrophe(s, i), next;
            if (!mark || i + mark >= s.n || !is_letter(char_at(s, i + mark, &next)))
                break;
            len = mark;
        }
        w.wide |= len > 1;
    }
    *shape = word_shape(&w);
    return i;
}

/* Digits, and . or , between digits. */
static size_t number_end(ac_sv s, size_t i)
{
    while (i < s.n && (ac_is_digit(s.p[i]) ||
                       ((s.p[i] == '.' || s.p[i] == ',') && i + 1 < s.n && ac_is_digit(s.p[i + 1]))))
        i++;
    return i;
}

static ac_rc add_token(ac_note *note, ac_token token, ac_err *err)
{
    ac_token *t = ac_vec_push(&note->tokens, note->arena);
    if (!t)
        return ac_fail(err, AC_ELIMIT, "no room for token %zu", note->tokens.n);
    *t = token;
    return AC_OK;
}

static ac_rc index_blocks(ac_note *note, ac_err *err)
{
    ac_tokens *t = &note->tokens;
    size_t blocks = note->text.n / AC_TOKEN_BLOCK + 1;
    uint32_t first = 0;
    t->near = ac_arena_alloc(note->arena, blocks * sizeof t->near[0]);
    if (!t->near)
        return ac_fail(err, AC_ELIMIT, "no room for %zu blocks of tokens", blocks);
    for (size_t i = 0; i < blocks; i++) {
        while (first < t->n && t->at[first].end <= i * AC_TOKEN_BLOCK)
            first++;
        t->near[i] = first;
    }
    return AC_OK;
}

/* Room for most texts at once; the array grows where that was too little. */
static ac_rc reserve(ac_note *note, ac_err *err)
{
    enum { BYTES_PER_TOKEN = 4, TOKENS_MIN = 8 };
    ac_tokens *t = &note->tokens;
    size_t cap = note->text.n / BYTES_PER_TOKEN + TOKENS_MIN;
    t->at = ac_arena_alloc(note->arena, cap * sizeof t->at[0]);
    if (!t->at)
        return ac_fail(err, AC_ELIMIT, "no room for %zu tokens", cap);
    t->cap = cap;
    return AC_OK;
}

ac_rc ac_step_tokens(ac_note *note, ac_err *err)
{
    ac_sv s = note->text;
    AC_TRY(err, reserve(note, err));
    unsigned before = AC_SHAPE_LINE_START | AC_SHAPE_SPACE_BEFORE;
    for (size_t i = 0, len; i < s.n; i += len) {
        ac_char_class k = char_at(s, i, &len);
        if (k == AC_CHAR_SPACE) {
            before |= AC_SHAPE_SPACE_BEFORE | (s.p[i] == '\n' ? AC_SHAPE_LINE_START : 0u);
            continue;
        }
        uint8_t shape = len > 1 ? AC_SHAPE_NON_ASCII : 0;
        ac_token_kind kind = is_letter(k) ? AC_TOKEN_WORD : k == AC_CHAR_DIGIT ? AC_TOKEN_NUMBER : AC_TOKEN_PUNCT;
        if (kind == AC_TOKEN_WORD)
            len = word_end(s, i, &shape) - i;
        else if (kind == AC_TOKEN_NUMBER) {
            len = number_end(s, i) - i;
            shape = AC_SHAPE_HAS_DIGIT;
        }
        AC_TRY(err, add_token(note, (ac_token) { (uint32_t)i, (uint32_t)(i + len), (uint8_t)kind, (uint8_t)(shape | before) }, err));
        before = 0;
    }
    return index_blocks(note, err);
}
