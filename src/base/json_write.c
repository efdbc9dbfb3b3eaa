#include "base/json_write.h"

#include <stdio.h>
#include <string.h>

static void newline(ac_jw *j)
{
    if (!j->indent)
        return;
    ac_sb_add_char(j->out, '\n');
    for (unsigned i = 0; i < j->depth * (unsigned)j->indent; i++)
        ac_sb_add_char(j->out, ' ');
}

/* What stands between the last value and this one. */
static void before(ac_jw *j)
{
    if (j->key) {
        j->key = false;
        return;
    }
    if (j->comma)
        ac_sb_add_char(j->out, ',');
    if (j->depth)
        newline(j);
    j->comma = true;
}

static void open(ac_jw *j, char c)
{
    before(j);
    ac_sb_add_char(j->out, c);
    j->depth++;
    j->comma = false;
}

static void close(ac_jw *j, char c)
{
    bool empty = !j->comma;
    j->depth--;
    if (!empty)
        newline(j);
    ac_sb_add_char(j->out, c);
    j->comma = true;
}

void ac_jw_object(ac_jw *j) { open(j, '{'); }
void ac_jw_end_object(ac_jw *j) { close(j, '}'); }
void ac_jw_array(ac_jw *j) { open(j, '['); }
void ac_jw_end_array(ac_jw *j) { close(j, ']'); }

static void escape(ac_sb *out, unsigned char c)
{
    static const char named[][2] = { { '"', '"' }, { '\\', '\\' }, { '\n', 'n' }, { '\t', 't' },
                                     { '\r', 'r' }, { '\b', 'b' }, { '\f', 'f' } };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if ((char)c == named[i][0]) {
            ac_sb_add_char(out, '\\');
            ac_sb_add_char(out, named[i][1]);
            return;
        }
    ac_sb_addf(out, "\\u%04x", c);
}

static bool is_plain(unsigned char c) /* without branches: no branch here can be foreseen */
{
    return ((c - 0x20u < 0x60u) & (c != '"') & (c != '\\')) != 0;
}

/* The same for eight bytes at once (S. Anderson, Bit Twiddling Hacks: a byte less than n): is_plain of all of them. */
static bool are_plain(uint64_t w)
{
    const uint64_t ones = UINT64_MAX / 0xFF, high = ones << 7;
    uint64_t quote = w ^ ones * '"', back = w ^ ones * '\\';
    return !((w | ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) | ((back - ones) & ~back)) & high);
}

static uint64_t eight_bytes(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

static uint64_t four_bytes(const char *p)
{
    uint32_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* Nearly all strings: nothing to escape, nothing beyond ASCII. */
static size_t plain_length(ac_sv s)
{
    size_t n = 0;
    while (s.n - n >= 8 && are_plain(eight_bytes(s.p + n)))
        n += 8;
    /* the last bytes, some of them once more */
    if (s.n >= 8 ? s.n - n < 8 && are_plain(eight_bytes(s.p + s.n - 8))
                 : s.n >= 4 && are_plain(four_bytes(s.p) | four_bytes(s.p + s.n - 4) << 32))
        return s.n;
    while (n < s.n && is_plain((unsigned char)s.p[n]))
        n++;
    return n;
}

static void quoted(ac_sb *out, ac_sv s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t from = 0, i = plain_length(s);
    if (i == s.n) {
        char *room = ac_sb_room(out, s.n + 2);
        if (!room)
            return;
        room[0] = room[s.n + 1] = '"';
        memcpy(room + 1, s.p ? s.p : "", s.n);
        return;
    }
    ac_sb_add_char(out, '"');
    while (i < s.n) {
        if (is_plain(p[i])) {
            i += 1 + plain_length(ac_sv_sub(s, i + 1, s.n));
            continue;
        }
        size_t len = p[i] < 0x80 ? 0 : ac_utf8_length(ac_sv_sub(s, i, s.n));
        if (len) {
            i += len;
            continue;
        }
        ac_sb_add(out, ac_sv_sub(s, from, i));
        if (p[i] < 0x80)
            escape(out, p[i]);
        else
            ac_sb_add(out, AC_SV("\xEF\xBF\xBD"));
        from = ++i;
    }
    ac_sb_add(out, ac_sv_sub(s, from, s.n));
    ac_sb_add_char(out, '"');
}

/* memcpy, without a call for what most values are: few bytes, in two pieces that may overlap. */
static inline void copy(char *to, const char *from, size_t n)
{
    uint64_t first8, last8;
    uint32_t first4, last4;
    if (n > 2 * sizeof first8 || n < sizeof first4) {
        memcpy(to, from ? from : "", n);
    } else if (n >= sizeof first8) {
        memcpy(&first8, from, sizeof first8);
        memcpy(&last8, from + n - sizeof last8, sizeof last8);
        memcpy(to, &first8, sizeof first8);
        memcpy(to + n - sizeof last8, &last8, sizeof last8);
    } else {
        memcpy(&first4, from, sizeof first4);
        memcpy(&last4, from + n - sizeof last4, sizeof last4);
        memcpy(to, &first4, sizeof first4);
        memcpy(to + n - sizeof last4, &last4, sizeof last4);
    }
}

/* A value on one line: comma and quotation marks in one piece. */
static void put_plain(ac_jw *j, ac_sv s, bool comma)
{
    char *room = ac_sb_room(j->out, s.n + 2 + comma);
    j->comma = true;
    j->key = false;
    if (!room)
        return;
    if (comma)
        *room++ = ',';
    *room++ = '"';
    copy(room, s.p, s.n);
    room[s.n] = '"';
}

void ac_jw_key_indented(ac_jw *j, ac_sv key)
{
    before(j);
    quoted(j->out, key);
    ac_sb_add(j->out, AC_SV(": "));
    j->key = true;
}

void ac_jw_string(ac_jw *j, ac_sv s)
{
    if (!j->indent && plain_length(s) == s.n) {
        put_plain(j, s, j->comma && !j->key);
        return;
    }
    before(j);
    quoted(j->out, s);
}

void ac_jw_u64(ac_jw *j, uint64_t v)
{
    before(j);
    ac_sb_add_u64(j->out, v);
}

void ac_jw_i64(ac_jw *j, int64_t v)
{
    before(j);
    if (v < 0)
        ac_sb_add_char(j->out, '-');
    ac_sb_add_u64(j->out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

void ac_jw_double(ac_jw *j, double v)
{
    before(j);
    if (v - v != 0.0) /* NAN or infinite */
        ac_sb_add(j->out, AC_SV("null"));
    else
        ac_sb_add_double(j->out, v);
}

void ac_jw_bool(ac_jw *j, bool v)
{
    before(j);
    ac_sb_add(j->out, v ? AC_SV("true") : AC_SV("false"));
}

void ac_jw_null(ac_jw *j)
{
    before(j);
    ac_sb_add(j->out, AC_SV("null"));
}

void ac_jw_raw(ac_jw *j, ac_sv json)
{
    before(j);
    ac_sb_add(j->out, json);
}
