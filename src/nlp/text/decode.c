#include "nlp/text/decode.h"

#include <string.h>

enum {
    DETECT_MAX = 4096,      /* bytes looked at for UTF-16 without a mark */
    ASCII_SHARE = 3,        /* one in three units must have a zero half */
    OTHER_SHARE = 64,       /* and almost none the other half */
    NEVER_NFC_EXPANDS = 0xCC /* lead bytes below this one are letters before U+0300, which are NFC already */
};

/* Formats whose first bytes look like text but which are not. */
static const ac_sv magics[] = {
    { "%PDF-", 5 },      { "PK\x03\x04", 4 }, { "\x89PNG", 4 },        { "\xFF\xD8\xFF", 3 }, { "GIF8", 4 },
    { "\x1F\x8B\x08", 3 }, { "\x7F" "ELF", 4 }, { "\xD0\xCF\x11\xE0", 4 }, { "II*\0", 4 },      { "MM\0*", 4 },
};

const char *ac_encoding_name(ac_encoding e)
{
    static const char *const names[] = { "utf-8", "utf-16le", "utf-16be", "windows-1252", "binary" };
    return names[e];
}

static bool continues(ac_sv s, size_t i) { return i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80; }

/* The second byte decides about overlong forms, surrogates and numbers past U+10FFFF (Unicode 15, table 3-7). */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xE0: return second >= 0xA0;
    case 0xED: return second < 0xA0;
    case 0xF0: return second >= 0x90;
    case 0xF4: return second < 0x90;
    default: return true;
    }
}

int32_t ac_decode_utf8(ac_sv s, size_t *len)
{
    unsigned char c = (unsigned char)s.p[0];
    *len = 1;
    if (c < 0x80)
        return c;
    size_t need = c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (!need || !continues(s, 1) || !second_fits(c, (unsigned char)s.p[1]))
        return AC_CP_INVALID;
    int32_t cp = c & (0x7F >> need);
    for (; *len < need; ++*len) {
        if (!continues(s, *len))
            return AC_CP_INVALID;
        cp = cp << 6 | ((unsigned char)s.p[*len] & 0x3F);
    }
    return cp;
}

static int32_t unit_at(ac_sv s, size_t i, bool big_endian)
{
    unsigned char a = (unsigned char)s.p[i], b = (unsigned char)s.p[i + 1];
    return big_endian ? a << 8 | b : b << 8 | a;
}

int32_t ac_decode_utf16(ac_sv s, bool big_endian, size_t *len)
{
    *len = s.n < 2 ? 1 : 2;
    if (s.n < 2)
        return AC_CP_INVALID;
    int32_t u = unit_at(s, 0, big_endian);
    if (u < 0xD800 || u > 0xDFFF)
        return u;
    int32_t low = u < 0xDC00 && s.n >= 4 ? unit_at(s, 2, big_endian) : 0;
    if (low < 0xDC00 || low > 0xDFFF)
        return AC_CP_INVALID;
    *len = 4;
    return 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
}

/* UTF-16 without a mark: western text has a zero byte in (almost) every unit, always on the same side. */
static bool looks_utf16(ac_sv s, ac_encoding *out)
{
    size_t n = s.n < DETECT_MAX ? s.n & ~(size_t)1 : DETECT_MAX, zeros[2] = { 0, 0 };
    for (size_t i = 0; i < n; i++)
        zeros[i & 1] += s.p[i] == 0;
    size_t units = n / 2;
    if (units < 2)
        return false;
    *out = zeros[1] > zeros[0] ? AC_ENC_UTF16LE : AC_ENC_UTF16BE;
    size_t most = zeros[*out == AC_ENC_UTF16LE], least = zeros[*out != AC_ENC_UTF16LE];
    return most >= units / ASCII_SHARE + 1 && least <= units / OTHER_SHARE;
}

static bool looks_binary(ac_sv s)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (ac_sv_starts(s, magics[i]))
            return true;
    return s.n >= 132 && memcmp(s.p + 128, "DICM", 4) == 0;
}

/* UTF-8 when all of it is, or when good sequences outnumber the bad ones: a damaged UTF-8 file, not a Latin-1 one. */
static ac_decode_plan plan_bytes(ac_sv s, size_t bom)
{
    size_t good = 0, bad = 0, room = s.n, high = 0, len;
    for (size_t i = bom; i < s.n; i += len) {
        len = 1;
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80)
            continue;
        bool ok = ac_decode_utf8(ac_sv_sub(s, i, s.n), &len) != AC_CP_INVALID;
        good += ok;
        bad += !ok;
        high += len;
        room += !ok || c >= NEVER_NFC_EXPANDS ? 2 * len + 1 : 0; /* U+FFFD is three bytes; NFC at most triples */
    }
    if (bad == 0 || bom || good > bad)
        return (ac_decode_plan) { AC_ENC_UTF8, bom, room };
    return (ac_decode_plan) { AC_ENC_CP1252, 0, s.n + 2 * high };
}

ac_decode_plan ac_decode_detect(ac_sv s)
{
    ac_encoding wide;
    if (ac_sv_starts(s, AC_SV("\xEF\xBB\xBF")))
        return plan_bytes(s, 3);
    if (ac_sv_starts(s, AC_SV("\xFF\xFE")))
        return (ac_decode_plan) { AC_ENC_UTF16LE, 2, s.n * 3 };
    if (ac_sv_starts(s, AC_SV("\xFE\xFF")))
        return (ac_decode_plan) { AC_ENC_UTF16BE, 2, s.n * 3 };
    if (looks_binary(s))
        return (ac_decode_plan) { AC_ENC_BINARY, 0, 0 };
    if (looks_utf16(s, &wide))
        return (ac_decode_plan) { wide, 0, s.n * 3 };
    return plan_bytes(s, 0);
}
