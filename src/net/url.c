#include "net/url.h"

static int hex_of(char c)
{
    if (ac_is_digit(c))
        return c - '0';
    c = ac_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

/* One character off s at *i: false when it is no good. */
static bool next_char(ac_sv s, size_t *i, bool plus, char *out)
{
    char c = s.p[(*i)++];
    if (c == '%') {
        const int high = s.n - *i >= 2 ? hex_of(s.p[*i]) : -1, low = high >= 0 ? hex_of(s.p[*i + 1]) : -1;
        if (low < 0)
            return false;
        c = (char)(high * 16 + low);
        *i += 2;
    } else if (c == '+' && plus) {
        c = ' ';
    }
    *out = c;
    return !is_control(c);
}

ac_rc ac_url_decode(ac_sv s, bool plus, ac_arena *arena, ac_sv *out, ac_err *err)
{
    char *to = ac_arena_alloc(arena, s.n + 1);
    size_t n = 0;
    if (!to)
        return ac_fail(err, AC_ELIMIT, "no room for a part of the address");
    for (size_t i = 0; i < s.n; n++)
        if (!next_char(s, &i, plus, &to[n]))
            return ac_fail(err, AC_EINPUT, "a percent-escape that is broken or of a control character");
    if (!ac_utf8_is((ac_sv) { to, n }))
        return ac_fail(err, AC_EINPUT, "the address is not UTF-8");
    *out = (ac_sv) { to, n };
    return AC_OK;
}

/* Nothing that one program reads as a name and another as a way to somewhere else. */
static bool is_plain_segment(ac_sv s, bool last) { return (s.n || last) && !ac_sv_eq(s, AC_SV(".")) && !ac_sv_eq(s, AC_SV("..")); }

static size_t count(ac_sv s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

ac_rc ac_url_path(ac_sv raw, ac_arena *arena, ac_sv *out, ac_err *err)
{
    ac_sv path, rest, part;
    if (!raw.n || raw.p[0] != '/')
        return ac_fail(err, AC_EINPUT, "the path does not begin with /");
    AC_TRY(err, ac_url_decode(raw, false, arena, &path, err));
    if (count(path, '/') != count(raw, '/') || count(path, '\\'))
        return ac_fail(err, AC_EINPUT, "an escaped / or a \\ in the path");
    rest = ac_sv_sub(path, 1, path.n);
    for (size_t left = count(path, '/'); left; left--) {
        if (!ac_sv_split(&rest, '/', &part))
            part = AC_SV("");
        if (!is_plain_segment(part, left == 1))
            return ac_fail(err, AC_EINPUT, "an empty or dot segment in the path");
    }
    *out = path;
    return AC_OK;
}

ac_rc ac_url_query(ac_sv raw, size_t max, ac_arena *arena, ac_url_params *out, ac_err *err)
{
    ac_url_params found = { 0 };
    ac_sv rest = raw, pair;
    while (rest.n && ac_sv_split(&rest, '&', &pair)) {
        if (!pair.n)
            continue;
        ac_url_param *p = found.n < max ? ac_vec_push(&found, arena) : NULL;
        if (!p)
            return ac_fail(err, AC_ELIMIT, "too many parameters");
        const char *equals = memchr(pair.p, '=', pair.n);
        const size_t n = equals ? (size_t)(equals - pair.p) : pair.n;
        AC_TRY(err, ac_url_decode(ac_sv_sub(pair, 0, n), true, arena, &p->name, err));
        AC_TRY(err, ac_url_decode(ac_sv_sub(pair, n + 1, pair.n), true, arena, &p->value, err));
    }
    *out = found;
    return AC_OK;
}
