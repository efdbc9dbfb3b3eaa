#include "base/latin.h"

#include <stddef.h>

int32_t ac_latin_1252(unsigned char c)
{
    static const uint16_t high[32] = { /* 0 stands for the five bytes without a character */
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
    };
    if (c < 0x80 || c >= 0xA0)
        return c;
    return high[c - 0x80] ? high[c - 0x80] : -1;
}

int32_t ac_latin_9(unsigned char c)
{
    static const struct {
        unsigned char at;
        uint16_t cp;
    } rows[] = { { 0xA4, 0x20AC }, { 0xA6, 0x160 }, { 0xA8, 0x161 }, { 0xB4, 0x17D },
                 { 0xB8, 0x17E },  { 0xBC, 0x152 }, { 0xBD, 0x153 }, { 0xBE, 0x178 } }; /* all else is ISO 8859-1 */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].at == c)
            return rows[i].cp;
    return c >= 0xA0 || c < 0x80 ? (int32_t)c : -1;
}
