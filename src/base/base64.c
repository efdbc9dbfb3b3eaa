#include "base/base64.h"

ac_sv ac_base64_write(ac_arena *arena, ac_sv s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t n = (s.n + 2) / 3 * 4;
    char *out = ac_arena_alloc(arena, n ? n : 1);
    for (size_t i = 0, at = 0; out && i < s.n; i += 3, at += 4) {
        const size_t left = s.n - i;
        uint32_t v = (uint32_t)(unsigned char)s.p[i] << 16;
        v |= left > 1 ? (uint32_t)(unsigned char)s.p[i + 1] << 8 : 0;
        v |= left > 2 ? (uint32_t)(unsigned char)s.p[i + 2] : 0;
        for (unsigned k = 0; k < 4; k++)
            out[at + k] = k <= left ? digits[v >> (18 - 6 * k) & 63] : '=';
    }
    return (ac_sv) { out, out ? n : 0 };
}

static int value_of(char c)
{
    if (ac_is_upper(c))
        return c - 'A';
    if (ac_is_lower(c))
        return c - 'a' + 26;
    if (ac_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The end of the text, after its last digit: as much padding as its digits ask for, or none. */
static bool is_end(ac_sv rest, size_t digits)
{
    size_t padding = 0;
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] != '=' && !ac_is_space(rest.p[i]))
            return false;
        padding += rest.p[i] == '=';
    }
    return digits % 4 != 1 && (padding == 0 || (padding <= 2 && (digits + padding) % 4 == 0));
}

ac_rc ac_base64_read(ac_arena *arena, ac_sv text, ac_sv *out)
{
    char *bytes = ac_arena_alloc(arena, text.n / 4 * 3 + 3);
    uint32_t bits = 0;
    size_t n = 0, digits = 0, i = 0;
    *out = (ac_sv) { "", 0 };
    if (!bytes)
        return AC_ELIMIT;
    for (; i < text.n && text.p[i] != '='; i++) {
        if (ac_is_space(text.p[i]))
            continue;
        const int v = value_of(text.p[i]);
        if (v < 0)
            return AC_EINPUT;
        bits = (bits << 6 | (uint32_t)v) & 0xFFFFFF;
        if (++digits % 4 != 1)
            bytes[n++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)) & 0xFF);
    }
    if (!is_end(ac_sv_sub(text, i, text.n), digits))
        return AC_EINPUT;
    *out = (ac_sv) { bytes, n };
    return AC_OK;
}

static int url_value_of(char c)
{
    if (c == '-' || c == '_')
        return c == '-' ? 62 : 63;
    return c == '+' || c == '/' ? -1 : value_of(c);
}

ac_rc ac_base64url_read(ac_arena *arena, ac_sv text, ac_sv *out)
{
    uint32_t bits = 0;
    size_t n = 0;
    *out = (ac_sv) { "", 0 };
    char *bytes = ac_arena_alloc(arena, text.n / 4 * 3 + 3);
    if (!bytes)
        return AC_ELIMIT;
    for (size_t i = 0; i < text.n; i++) {
        const int v = url_value_of(text.p[i]);
        if (v < 0)
            return AC_EINPUT;
        bits = (bits << 6 | (uint32_t)v) & 0xFFFFFF;
        if (i % 4)
            bytes[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xFF);
    }
    const uint32_t left = text.n % 4 == 2   ? 0xF
                          : text.n % 4 == 3 ? 0x3
                                            : 0; /* bits of the last digit that say nothing */
    if (text.n % 4 == 1 || bits & left)
        return AC_EINPUT;
    *out = (ac_sv) { bytes, n };
    return AC_OK;
}
