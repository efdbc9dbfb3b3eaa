#include "nlp/text/fold.h"

#include "base/search.h"

#include <string.h>
#include <utf8proc.h>

enum { DECOMPOSED_MAX = 20, LIST_MARK_SCAN = 5, DENIABLE_MAX = 8 };

#define TIMES_8(x)  x, x, x, x, x, x, x, x
#define TIMES_26(x) TIMES_8(x), TIMES_8(x), TIMES_8(x), x, x
#define TIMES_64(x) TIMES_8(x), TIMES_8(x), TIMES_8(x), TIMES_8(x), TIMES_8(x), TIMES_8(x), TIMES_8(x), TIMES_8(x)
const uint8_t ac_fold_bytes[256] = {
    ['\''] = 2, ['0'] = TIMES_8(3), 3, 3, ['A'] = TIMES_26(3), ['a'] = TIMES_26(3), [0x80] = TIMES_64(1), TIMES_64(1),
};

enum { GROWS_LEAST = 4, GROWS_BY = 2, CONTRACTED = 3 }; /* "dont", the shortest contraction, becomes "do not" */

/* ---- words ------------------------------------------------------------------------------------------------------- */

static const uint32_t HASH_START = 0x811C9DC5u;

static uint32_t hash_byte(uint32_t hash, char c) { return (hash ^ (unsigned char)c) * 0x01000193u; } /* FNV-1a */

/* What ac_fold_word says of n bytes; the high bits are spread, for the low ones of FNV are weak. */
static uint32_t word_of(uint32_t hash, size_t n)
{
    hash = (hash ^ hash >> 15) * 0x2C1B3C6Du;
    return (hash & ~UINT32_C(0xFF)) | (uint32_t)(n < AC_FOLD_WORD_MAX ? n : AC_FOLD_WORD_MAX);
}

uint32_t ac_fold_word(ac_sv folded, uint32_t at)
{
    uint32_t hash = HASH_START, begin = at;
    bool word = ac_fold_is_word_byte(folded.p[at]);
    do
        hash = hash_byte(hash, folded.p[at++]);
    while (word && at < folded.n && ac_fold_is_word_byte(folded.p[at]));
    return word_of(hash, at - begin);
}

typedef struct {
    ac_sv in;
    char *out;
    uint32_t *src, *words; /* of the bytes put; see ac_folded */
    size_t n;
} folder;

static void put(folder *f, char c, size_t from)
{
    f->out[f->n] = c;
    f->words[f->n] = word_of(hash_byte(HASH_START, c), 1);
    f->src[f->n++] = (uint32_t)from;
}

/* The words of what was folded from byte begin on, and of the one that it goes on with; before some of it was dropped, it ended at
 * reach. */
static void put_words(folder *f, size_t begin, size_t reach)
{
    const ac_sv folded = { f->out, f->n };
    begin = begin < f->n ? begin : f->n;
    while (begin > 0 && ac_fold_is_word_byte(f->out[begin - 1]))
        begin--;
    reach = reach > f->n ? reach : f->n;
    memset(f->words + begin, 0, (reach - begin) * sizeof *f->words);
    for (uint32_t at = (uint32_t)begin, n; at < f->n; at += n) {
        f->words[at] = ac_fold_word(folded, at);
        n = f->words[at] & AC_FOLD_WORD_MAX;
        while (n >= AC_FOLD_WORD_MAX && !ac_fold_word_ends(folded, at + n))
            n++;
    }
}

/* A blank swallows blanks around it; a line break ('\n') swallows them too and is never swallowed. */
static void put_blank(folder *f, char blank, size_t from)
{
    if (f->n == 0)
        return;
    char last = f->out[f->n - 1];
    if (last == ' ' && blank == '\n')
        f->n--;
    if (last == '\n' || (last == ' ' && blank == ' '))
        return;
    put(f, blank, from);
}

/* "1." "2)" "-" "*" "•" at the start of a line: the next item of a list. */
static bool list_mark_at(ac_sv s, size_t i)
{
    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '*'))
        return i + 1 < s.n && s.p[i + 1] == ' ';
    if (i + 2 < s.n && memcmp(s.p + i, "\xE2\x80\xA2", 3) == 0)
        return true;
    size_t digits = i;
    while (digits < s.n && digits < i + LIST_MARK_SCAN && ac_is_digit(s.p[digits]))
        digits++;
    return digits > i && digits < s.n && (s.p[digits] == '.' || s.p[digits] == ')') &&
           (digits + 1 == s.n || !ac_is_digit(s.p[digits + 1]));
}

/* ---- contractions ----------------------------------------------------------------------------------------------- */

/* English words that "n't" is said with. "don't", "do n't", "don t" and "dont" all become "do not" (and "can't" "cannot"), so
 * that no denial is lost to spelling and the word lists need say it once. */
static const char deniable[] = " are ca could did do does had has have is might must need should was were wo would ";

/* The folded text ends in a word of the list above, skip bytes before its end. */
static bool deniable_before(const folder *f, size_t skip)
{
    char word[DENIABLE_MAX + 2] = " ";
    size_t end = f->n - skip, begin = end;
    while (begin > 0 && end - begin <= DENIABLE_MAX && ac_fold_is_word_byte(f->out[begin - 1]))
        begin--;
    if (begin == end || end - begin >= DENIABLE_MAX)
        return false;
    memcpy(word + 1, f->out + begin, end - begin);
    word[end - begin + 1] = ' ';
    return memmem(deniable, sizeof deniable - 1, word, end - begin + 2);
}

static bool is_letter_at(ac_sv s, size_t i, char lower) { return i < s.n && ac_lower(s.p[i]) == lower; }

/* An apostrophe and a final t at i. */
static bool apostrophe_t(ac_sv s, size_t i)
{
    size_t mark = i >= s.n ? 0 : s.p[i] == '\'' ? 1 : ac_sv_starts(ac_sv_sub(s, i, s.n), AC_SV("\xE2\x80\x99")) ? 3 : 0;
    return mark && is_letter_at(s, i + mark, 't') && (i + mark + 1 == s.n || !ac_fold_is_word_byte(s.p[i + mark + 1]));
}

/* A word that begins with c cannot be the end of a contraction. */
static bool is_no_end(char c)
{
    char next = c | 0x20; /* an apostrophe has the bit already; the typographic one begins with E2 */
    return next != 'n' && next != 't' && next != '\'' && next != '\xE2';
}

/* The white space before i splits a contraction: nothing stands for it, or an apostrophe; ' ' when it does not. */
static char joint(const folder *f, size_t i)
{
    ac_sv s = f->in;
    if (i >= s.n || is_no_end(s.p[i]))
        return ' ';
    bool after_n = f->n > 1 && f->out[f->n - 1] == 'n';
    if (f->n == 0)
        return ' ';
    if (is_letter_at(s, i, 'n') &&
        (apostrophe_t(s, i + 1) || (i + 1 < s.n && ac_is_space(s.p[i + 1]) && apostrophe_t(s, i + 2))))
        return deniable_before(f, 0) ? '\0' : ' ';
    if (after_n && apostrophe_t(s, i))
        return deniable_before(f, 1) ? '\0' : ' ';
    bool single = after_n && is_letter_at(s, i, 't') && i + 1 < s.n && s.p[i + 1] == ' ';
    return single && deniable_before(f, 1) ? '\'' : ' ';
}

/* "cant" and "wont" are words of their own. */
static bool is_real_word(const folder *f)
{
    char before = f->out[f->n - 3];
    return before == 'a' || (before == 'o' && f->out[f->n - 4] == 'w');
}

/* The contraction that the folded text ends in, spelt out. */
static void mend_contraction(folder *f)
{
    if (f->n < 4 || f->out[f->n - 1] != 't')
        return;
    bool marked = f->out[f->n - 2] == '\'';
    size_t tail = marked ? 3 : 2;
    if (f->out[f->n - tail] != 'n' || f->n <= tail || !deniable_before(f, tail) || (!marked && is_real_word(f)))
        return;
    uint32_t t = f->src[f->n - 1], n = f->src[f->n - tail];
    f->n -= tail;
    if (f->out[f->n - 1] == 'a') /* "ca n't" */
        put(f, 'n', n);
    else
        put(f, ' ', n);
    put(f, 'n', n);
    put(f, 'o', n);
    put(f, 't', t);
}

/* ---- white space ------------------------------------------------------------------------------------------------- */

/* White space from i on: one blank, or '\n' for a blank line or before a list item. Returns the next byte. */
static size_t fold_space(folder *f, size_t i)
{
    size_t begin = i, newlines = 0;
    for (; i < f->in.n && ac_is_space(f->in.p[i]); i++)
        newlines += f->in.p[i] == '\n';
    char join = newlines ? ' ' : joint(f, i);
    if (join == '\'')
        put(f, '\'', begin);
    else if (join)
        put_blank(f, newlines > 1 || (newlines && list_mark_at(f->in, i)) ? '\n' : ' ', begin);
    return i;
}

/* ASCII that is no letter, digit or apostrophe. */
static size_t fold_other(folder *f, size_t i)
{
    char c = f->in.p[i];
    if (c == ' ' && f->n && ac_fold_is_word_byte(f->out[f->n - 1]) && i + 1 < f->in.n &&
        ac_fold_is_word_byte(f->in.p[i + 1]) && is_no_end(f->in.p[i + 1])) {
        put(f, ' ', i); /* between words: nearly all white space */
        return i + 1;
    }
    if (ac_is_space(c))
        return fold_space(f, i);
    if (c == '-' || c == '/')
        put_blank(f, ' ', i);
    else
        put(f, c, i);
    return i + 1;
}

/* Letters that have no decomposition but are written without their stroke by most people. */
static const struct {
    int32_t from;
    char to[3];
} strokes[] = { { 0xF8, "o" }, { 0x142, "l" }, { 0x111, "d" }, { 0x131, "i" }, { 0xE6, "ae" }, { 0x153, "oe" } };

static void put_code_point(folder *f, int32_t cp, size_t from)
{
    for (size_t k = 0; k < sizeof strokes / sizeof strokes[0]; k++)
        if (strokes[k].from == cp) {
            for (const char *p = strokes[k].to; *p; p++)
                put(f, *p, from);
            return;
        }
    utf8proc_uint8_t buf[4];
    utf8proc_ssize_t n = utf8proc_encode_char(cp, buf);
    if (n == 1 && ac_is_space((char)buf[0])) {
        put_blank(f, ' ', from);
        return;
    }
    for (utf8proc_ssize_t k = 0; k < n; k++)
        put(f, (char)buf[k], from);
}

static size_t fold_unicode(folder *f, size_t i)
{
    utf8proc_int32_t cp, out[DECOMPOSED_MAX];
    utf8proc_ssize_t len =
        utf8proc_iterate((const utf8proc_uint8_t *)f->in.p + i, (utf8proc_ssize_t)(f->in.n - i), &cp);
    if (len <= 0) { /* not UTF-8: the caller promised better; keep the byte so that nothing is lost */
        put(f, f->in.p[i], i);
        return i + 1;
    }
    if (cp == 0xD1 || cp == 0xF1) { /* Spanish writes a letter of its own: ano and año are different words */
        put(f, '\xC3', i);
        put(f, '\xB1', i);
    } else if (cp == 0x2018 || cp == 0x2019 || cp == 0x02BC)
        put(f, '\'', i);
    else if (cp >= 0x2010 && cp <= 0x2015)
        put_blank(f, ' ', i);
    else {
        int boundary = 0;
        const utf8proc_option_t opt = UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK;
        utf8proc_ssize_t n = utf8proc_decompose_char(cp, out, DECOMPOSED_MAX, opt, &boundary);
        for (utf8proc_ssize_t k = 0; k < n && k < DECOMPOSED_MAX; k++)
            put_code_point(f, out[k], i);
    }
    return i + (size_t)len;
}

/* "Crohn's disease" and "Crohn disease" are one: drop 's once the word has ended. */
static void drop_possessive(folder *f)
{
    if (f->n < 3 || f->out[f->n - 1] != 's' || f->out[f->n - 2] != '\'' || !ac_fold_is_word_byte(f->out[f->n - 3]))
        return;
    f->n -= 2;
}

static bool is_ascii_word(char c) { return ac_fold_bytes[(unsigned char)c] & 2; }

/* A run of letters, digits and apostrophes. */
static size_t fold_word(folder *f, size_t i)
{
    const ac_sv in = f->in;
    size_t begin = f->n;
    if (begin && ac_fold_bytes[(unsigned char)f->out[begin - 1]]) /* the end of a contraction: it may change what stands before */
        begin -= begin < CONTRACTED ? begin : CONTRACTED;
    while (i < in.n && ac_fold_bytes[(unsigned char)in.p[i]]) {
        size_t n = f->n;
        for (; i < in.n && is_ascii_word(in.p[i]); i++, n++) {
            f->out[n] = in.p[i] | 0x20; /* capitals become small; digits and the apostrophe have this bit */
            f->src[n] = (uint32_t)i;
        }
        f->n = n;
        if (i < in.n && (unsigned char)in.p[i] >= 0x80)
            i = fold_unicode(f, i);
    }
    size_t reach = f->n;
    drop_possessive(f);
    mend_contraction(f);
    put_words(f, begin, reach);
    return i;
}

/* Nearly all words: ASCII letters and digits between other bytes, with its hash in the same pass. 0 when the word is another. */
static size_t fold_plain_word(folder *f, size_t i)
{
    const ac_sv in = f->in;
    size_t n = f->n;
    uint32_t hash = HASH_START;
    if (n && ac_fold_bytes[(unsigned char)f->out[n - 1]]) /* it joins what stands before */
        return 0;
    for (; i < in.n && ac_fold_bytes[(unsigned char)in.p[i]] == 3; i++, n++) {
        char c = in.p[i] | 0x20;
        f->out[n] = c;
        f->src[n] = (uint32_t)i;
        hash = hash_byte(hash, c);
    }
    bool contraction = n > f->n + 1 && f->out[n - 1] == 't' && f->out[n - 2] == 'n';
    if (n == f->n || contraction || (i < in.n && ac_fold_bytes[(unsigned char)in.p[i]]))
        return 0; /* an apostrophe or a letter beyond ASCII as well */
    f->words[f->n] = word_of(hash, n - f->n);
    f->n = n;
    return i;
}

static size_t fold_at(folder *f, size_t i)
{
    if (!ac_fold_bytes[(unsigned char)f->in.p[i]])
        return fold_other(f, i);
    size_t end = fold_plain_word(f, i);
    return end ? end : fold_word(f, i);
}

/* Room: NFKD with case folding makes at most 18 code points of one; a bound on the whole is measured, not guessed. */
static size_t folded_bound(ac_sv text)
{
    size_t n = text.n + text.n / GROWS_LEAST * GROWS_BY + 1;
    for (size_t i = 0; i < text.n; i++) {
        uint64_t eight;
        if (text.n - i >= sizeof eight) {
            memcpy(&eight, text.p + i, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                i += sizeof eight - 1;
                continue;
            }
        }
        unsigned char c = (unsigned char)text.p[i];
        n += (c >= 0xC0) * 6u + (c >= 0xE0) * 48u;
    }
    return n;
}

ac_rc ac_fold(ac_sv text, ac_arena *arena, ac_folded *out, ac_err *err)
{
    if (text.n >= UINT32_MAX)
        return ac_fail(err, AC_ELIMIT, "text of %zu bytes is too long to fold", text.n);
    size_t room = folded_bound(text);
    folder f = { .in = text, .out = ac_arena_alloc(arena, room) };
    f.src = f.out ? ac_arena_alloc(arena, room * sizeof *f.src) : NULL;
    f.words = f.src ? ac_arena_alloc(arena, room * sizeof *f.words) : NULL;
    if (!f.words)
        return ac_fail(err, AC_ELIMIT, "no room to fold %zu bytes", text.n);
    for (size_t i = 0; i < text.n;)
        i = fold_at(&f, i);
    while (f.n && (f.out[f.n - 1] == ' ' || f.out[f.n - 1] == '\n'))
        f.n--;
    f.src[f.n] = (uint32_t)text.n;
    f.words[f.n] = 0;
    *out = (ac_folded) { .text = { f.out, f.n }, .src = f.src, .words = f.words };
    return AC_OK;
}

static uint32_t char_length(ac_sv text, uint32_t at)
{
    uint32_t n = 1;
    while (at + n < text.n && ((unsigned char)text.p[at + n] & 0xC0) == 0x80)
        n++;
    return n;
}

ac_span ac_fold_span(const ac_folded *f, ac_sv text, uint32_t begin, uint32_t end)
{
    if (begin >= end)
        return (ac_span) { f->src[begin], f->src[begin] };
    uint32_t last = f->src[end - 1];
    return (ac_span) { f->src[begin], last + char_length(text, last) };
}

uint32_t ac_fold_at(const ac_folded *f, uint32_t at)
{
    return (uint32_t)AC_COUNT_BEFORE(i, f->text.n, f->src[i] < at);
}

bool ac_fold_word_starts(ac_sv folded, uint32_t at)
{
    return at < folded.n && (at == 0 || !ac_fold_is_word_byte(folded.p[at - 1]) || !ac_fold_is_word_byte(folded.p[at]));
}

