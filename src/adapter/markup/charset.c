#include "adapter/markup/charset.h"

#include "base/latin.h"

static const struct {
    const char *name;
    charset set;
} names[] = {
    { "utf-8", CHARSET_UTF8 }, { "utf8", CHARSET_UTF8 }, { "utf-16", CHARSET_UTF16LE }, { "utf-16le", CHARSET_UTF16LE },
    { "utf-16be", CHARSET_UTF16BE }, { "iso-8859-1", CHARSET_1252 }, { "iso8859-1", CHARSET_1252 }, { "latin1", CHARSET_1252 },
    { "latin-1", CHARSET_1252 }, { "us-ascii", CHARSET_1252 }, { "ascii", CHARSET_1252 }, { "windows-1252", CHARSET_1252 },
    { "cp1252", CHARSET_1252 }, { "x-cp1252", CHARSET_1252 }, { "windows-1250", CHARSET_1250 }, { "cp1250", CHARSET_1250 },
    { "windows-1251", CHARSET_1251 }, { "cp1251", CHARSET_1251 }, { "windows-1253", CHARSET_1253 },
    { "windows-1254", CHARSET_1254 }, { "iso-8859-9", CHARSET_1254 }, { "windows-1257", CHARSET_1257 },
    { "iso-8859-2", CHARSET_8859_2 }, { "latin2", CHARSET_8859_2 }, { "iso-8859-15", CHARSET_8859_15 },
    { "latin-9", CHARSET_8859_15 }, { "macintosh", CHARSET_MAC }, { "ibm437", CHARSET_437 }, { "cp437", CHARSET_437 },
    { "ibm850", CHARSET_850 }, { "cp850", CHARSET_850 }, { "ibm852", CHARSET_852 },
};

static const struct {
    int64_t page;
    charset set;
} pages[] = {
    { 437, CHARSET_437 }, { 850, CHARSET_850 }, { 852, CHARSET_852 }, { 858, CHARSET_858 }, { 1250, CHARSET_1250 },
    { 1251, CHARSET_1251 }, { 1252, CHARSET_1252 }, { 1253, CHARSET_1253 }, { 1254, CHARSET_1254 }, { 1257, CHARSET_1257 },
    { 819, CHARSET_1252 }, { 28591, CHARSET_1252 }, { 28592, CHARSET_8859_2 }, { 28605, CHARSET_8859_15 },
    { 10000, CHARSET_MAC }, { 65001, CHARSET_UTF8 }, { 874, CHARSET_UNREAD }, { 1255, CHARSET_UNREAD }, { 1256, CHARSET_UNREAD },
    { 1258, CHARSET_UNREAD }, { 932, CHARSET_UNREAD_PAIRS }, { 936, CHARSET_UNREAD_PAIRS }, { 949, CHARSET_UNREAD_PAIRS },
    { 950, CHARSET_UNREAD_PAIRS }, { 1361, CHARSET_UNREAD_PAIRS },
};

charset charset_named(ac_sv name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ac_sv_eq_nocase(name, ac_sv_z(names[i].name)))
            return names[i].set;
    return CHARSET_UNKNOWN;
}

charset charset_codepage(int64_t page)
{
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (pages[i].page == page)
            return pages[i].set;
    return CHARSET_UNKNOWN;
}

charset charset_marked(ac_sv bytes, size_t *bom)
{
    static const struct {
        ac_sv mark;
        charset set;
    } marks[] = { { { "\xEF\xBB\xBF", 3 }, CHARSET_UTF8 }, { { "\xFF\xFE", 2 }, CHARSET_UTF16LE },
                  { { "\xFE\xFF", 2 }, CHARSET_UTF16BE } };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (ac_sv_starts(bytes, marks[i].mark)) {
            *bom = marks[i].mark.n;
            return marks[i].set;
        }
    *bom = 0;
    return CHARSET_UNKNOWN;
}

uint32_t charset_char(charset set, unsigned char byte)
{
    if (byte < 0x80 || set >= CHARSET_TABLES)
        return byte;
    if (set == CHARSET_1252 || set == CHARSET_8859_15) {
        const int32_t c = set == CHARSET_1252 ? ac_latin_1252(byte) : ac_latin_9(byte);
        return c < 0 ? 0xFFFD : (uint32_t)c;
    }
    const uint32_t c = charset_upper[set][byte - 0x80];
    return c ? c : 0xFFFD;
}

void charset_put(ac_sb *out, uint32_t c)
{
    char utf8[4];
    ac_sb_add(out, (ac_sv) { utf8, ac_utf8_put(c ? c : 0xFFFD, utf8) });
}

static void decode_utf8(ac_sv s, ac_sb *out)
{
    for (size_t i = 0, good = 0; i <= s.n;) {
        size_t n = i < s.n ? ac_utf8_length((ac_sv) { s.p + i, s.n - i }) : 0;
        if (n) {
            i += n;
            continue;
        }
        ac_sb_add(out, ac_sv_sub(s, good, i));
        if (i < s.n)
            charset_put(out, 0);
        good = ++i;
    }
}

static void decode_utf16(bool big, ac_sv s, ac_sb *out)
{
    uint32_t high = 0;
    for (size_t i = 0; i + 1 < s.n; i += 2) {
        unsigned char a = (unsigned char)s.p[i], b = (unsigned char)s.p[i + 1];
        uint32_t c = big ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
        bool low = c >= 0xDC00 && c <= 0xDFFF;
        if (high && low)
            c = 0x10000 + ((high - 0xD800) << 10) + (c - 0xDC00);
        else if (high)
            charset_put(out, 0);
        high = !low && c >= 0xD800 && c <= 0xDBFF ? c : 0;
        if (!high)
            charset_put(out, c);
    }
    if (high || s.n % 2)
        charset_put(out, 0);
}

void charset_decode(charset set, ac_sv bytes, ac_sb *out)
{
    if (set == CHARSET_UTF16LE || set == CHARSET_UTF16BE)
        decode_utf16(set == CHARSET_UTF16BE, bytes, out);
    else if (set >= CHARSET_TABLES)
        decode_utf8(bytes, out);
    else
        for (size_t i = 0; i < bytes.n; i++)
            charset_put(out, charset_char(set, (unsigned char)bytes.p[i]));
}
