#include "base/str.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SB_FIRST = 32, NUMBER_MAX = 64 };

bool ac_same_nocase(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ac_lower(a[i]) != ac_lower(b[i]))
            return false;
    return true;
}

bool ac_sv_one_of(ac_sv s, const char *const *words)
{
    for (; *words; words++) {
        size_t i = 0;
        while (i < s.n && (*words)[i] && ac_lower(s.p[i]) == ac_lower((*words)[i]))
            i++;
        if (i == s.n && !(*words)[i])
            return true;
    }
    return false;
}

bool ac_sv_starts(ac_sv s, ac_sv prefix) { return s.n >= prefix.n && ac_sv_eq((ac_sv) { s.p, prefix.n }, prefix); }

bool ac_sv_ends(ac_sv s, ac_sv suffix)
{
    return s.n >= suffix.n && ac_sv_eq(ac_sv_sub(s, s.n - suffix.n, s.n), suffix);
}

int ac_sv_cmp(ac_sv a, ac_sv b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

ac_sv ac_sv_trim(ac_sv s)
{
    while (s.n && ac_is_space(s.p[0]))
        s = (ac_sv) { s.p + 1, s.n - 1 };
    while (s.n && ac_is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

ac_sv ac_sv_z(const char *z) { return (ac_sv) { z, z ? strlen(z) : 0 }; }

bool ac_sv_split(ac_sv *rest, char sep, ac_sv *part)
{
    if (!rest->p)
        return false;
    const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    size_t n = at ? (size_t)(at - rest->p) : rest->n;
    *part = (ac_sv) { rest->p, n };
    *rest = at ? (ac_sv) { at + 1, rest->n - n - 1 } : (ac_sv) { NULL, 0 };
    return true;
}

bool ac_sv_to_i64(ac_sv s, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    size_t i = s.n && (minus || s.p[0] == '+');
    uint64_t v = 0, max = (uint64_t)INT64_MAX + minus;
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (!ac_is_digit(s.p[i]))
            return false;
        uint64_t d = (uint64_t)(s.p[i] - '0');
        if (v > (max - d) / 10)
            return false;
        v = v * 10 + d;
    }
    *out = minus ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

/* Digits, with a point among them or without: the number and the power of ten are exact, so their quotient is rounded once, as strtod
 * rounds (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990). */
static bool plain_decimal(ac_sv s, double *out)
{
    enum { EXACT_DIGITS = 15 };
    static const double powers[EXACT_DIGITS + 1] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    uint64_t digits = 0;
    size_t point = s.n;
    if (s.n > EXACT_DIGITS)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (ac_is_digit(s.p[i]))
            digits = digits * 10 + (uint64_t)(s.p[i] - '0');
        else if (s.p[i] == '.' && point == s.n && s.n > 1)
            point = i;
        else
            return false;
    }
    *out = point == s.n ? (double)digits : (double)digits / powers[s.n - point - 1];
    return s.n > 0;
}

bool ac_sv_to_double(ac_sv s, double *out)
{
    char z[NUMBER_MAX];
    if (plain_decimal(s, out)) /* nearly all of them */
        return true;
    if (s.n == 0 || s.n >= sizeof z || !(ac_is_digit(s.p[s.n - 1]) || s.p[s.n - 1] == '.'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_digit(s.p[i]) && !memchr("+-.eE", s.p[i], 5))
            return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    char *end;
    double v = strtod(z, &end);
    if (end != z + s.n || v - v != 0.0)
        return false;
    *out = v;
    return true;
}

size_t ac_utf8_length(ac_sv s)
{
    static const struct {
        unsigned char lo, hi, lo2, hi2, len;
    } rows[] = { { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 }, { 0xE1, 0xEC, 0x80, 0xBF, 3 },
                 { 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
                 { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 } };
    const unsigned char *p = (const unsigned char *)s.p;
    if (s.n == 0 || p[0] < 0x80)
        return s.n ? 1 : 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (p[0] < rows[i].lo || p[0] > rows[i].hi)
            continue;
        if (s.n < rows[i].len || p[1] < rows[i].lo2 || p[1] > rows[i].hi2)
            return 0;
        for (size_t k = 2; k < rows[i].len; k++)
            if ((p[k] & 0xC0) != 0x80)
                return 0;
        return rows[i].len;
    }
    return 0;
}

bool ac_utf8_is(ac_sv s)
{
    for (size_t n; s.n; s = ac_sv_sub(s, n, s.n))
        if (!(n = ac_utf8_length(s)))
            return false;
    return true;
}

size_t ac_utf8_put(uint32_t c, char out[4])
{
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    const size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

static ac_rc reserve(ac_sb *b, size_t extra)
{
    if (extra > b->max - b->n)
        return AC_ELIMIT;
    size_t need = b->n + extra;
    if (need <= b->cap)
        return AC_OK;
    size_t cap = b->cap ? b->cap : SB_FIRST;
    while (cap < need)
        cap *= 2;
    cap = cap < b->max ? cap : b->max; /* who finds room within cap need not ask for max */
    char *p = ac_mem_grow(b->p, cap);
    if (!p)
        return AC_ENOMEM;
    b->p = p;
    b->cap = cap;
    return AC_OK;
}

char *ac_sb_more(ac_sb *b, size_t n)
{
    if (b->rc == AC_OK)
        b->rc = reserve(b, n);
    if (b->rc != AC_OK)
        return NULL;
    b->n += n;
    return b->p + b->n - n;
}

void ac_sb_add(ac_sb *b, ac_sv s)
{
    char *room = s.n ? ac_sb_room(b, s.n) : NULL;
    if (room)
        memcpy(room, s.p, s.n);
}

void ac_sb_add_char(ac_sb *b, char c)
{
    if (b->rc == AC_OK && b->n < b->cap)
        b->p[b->n++] = c;
    else
        ac_sb_add(b, (ac_sv) { &c, 1 });
}

size_t ac_decimal_digits(uint64_t v)
{
    size_t n = 1u + (v > 9) + (v > 99) + (v > 999) + (v > 9999); /* nearly all numbers, without a branch */
    for (uint64_t rest = v / 100000; rest; rest /= 10)
        n++;
    return n;
}

void ac_sb_add_u64(ac_sb *b, uint64_t v)
{
    size_t n = ac_decimal_digits(v);
    char *room = ac_sb_room(b, n);
    if (!room)
        return;
    do
        room[--n] = (char)('0' + v % 10);
    while (v /= 10);
}

/* Numbers of at most four decimals, which is nearly all of them: what printf would write, ten times as fast. */
static bool add_short(ac_sb *b, double v)
{
    enum { SCALE = 10000 };
    if (!(v > 0 && v < 1e10))
        return false;
    uint64_t k = (uint64_t)(v * SCALE + 0.5);
    if ((double)k / SCALE != v)
        return false;
    ac_sb_add_u64(b, k / SCALE);
    const unsigned rest = (unsigned)(k % SCALE);
    const char decimals[] = { '.', (char)('0' + rest / 1000), (char)('0' + rest / 100 % 10), (char)('0' + rest / 10 % 10),
                              (char)('0' + rest % 10) };
    ac_sb_add(b, (ac_sv) { decimals, !rest ? 0 : rest % 10 ? 5 : rest % 100 ? 4 : rest % 1000 ? 3 : 2 });
    return true;
}

void ac_sb_add_double(ac_sb *b, double v)
{
    if (add_short(b, v))
        return;
    char tmp[40];
    int n = snprintf(tmp, sizeof tmp, "%.15g", v);
    ac_sb_add(b, (ac_sv) { tmp, (size_t)n });
}

void ac_sb_addf(ac_sb *b, const char *fmt, ...)
{
    char tmp[512];
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(tmp, sizeof tmp, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof tmp) {
        ac_sb_add(b, (ac_sv) { tmp, (size_t)n });
    } else if (n >= 0 && b->rc == AC_OK && (b->rc = reserve(b, (size_t)n + 1)) == AC_OK) {
        (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void ac_sb_clear(ac_sb *b)
{
    b->n = 0;
    b->rc = AC_OK;
}

ac_sv ac_sb_view(const ac_sb *b) { return (ac_sv) { b->p, b->n }; }

ac_rc ac_sb_done(const ac_sb *b, ac_err *err)
{
    if (b->rc == AC_OK)
        return AC_OK;
    return ac_fail(err, b->rc, "text builder stopped at %zu of %zu bytes", b->n, b->max);
}

void ac_sb_cleanup(ac_sb *b)
{
    ac_mem_free(b->p);
    *b = (ac_sb) { .max = b->max };
}
