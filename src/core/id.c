#include "core/id.h"

enum { VERSION = 7, MS_BYTES = 6, NIBBLE = 4 };

ac_id ac_id_make(int64_t now_ms, const unsigned char random[AC_ID_RANDOM])
{
    ac_id id;
    uint64_t ms = now_ms > 0 ? (uint64_t)now_ms : 0;
    for (int i = MS_BYTES - 1; i >= 0; i--, ms >>= 8)
        id.b[i] = (unsigned char)ms;
    memcpy(id.b + MS_BYTES, random, AC_ID_RANDOM);
    id.b[6] = (unsigned char)((id.b[6] & 0x0f) | VERSION << NIBBLE);
    id.b[8] = (unsigned char)((id.b[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    return id;
}

int64_t ac_id_ms(ac_id id)
{
    uint64_t ms = 0;
    for (int i = 0; i < MS_BYTES; i++)
        ms = ms << 8 | id.b[i];
    return (int64_t)ms;
}

static bool hyphen_at(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

void ac_id_format(ac_id id, char out[AC_ID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0, k = 0; i < AC_ID_TEXT; i++) {
        if (hyphen_at(i)) {
            out[i] = '-';
            continue;
        }
        out[i] = digits[k & 1 ? id.b[k / 2] & 0x0f : id.b[k / 2] >> NIBBLE];
        k++;
    }
}

static int digit(char c)
{
    c = ac_lower(c);
    if (ac_is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool ac_id_parse(ac_sv text, ac_id *out)
{
    ac_id id = { { 0 } };
    if (text.n != AC_ID_TEXT)
        return false;
    for (size_t i = 0, k = 0; i < AC_ID_TEXT; i++) {
        if (hyphen_at(i)) {
            if (text.p[i] != '-')
                return false;
            continue;
        }
        int d = digit(text.p[i]);
        if (d < 0)
            return false;
        id.b[k / 2] = (unsigned char)(k & 1 ? id.b[k / 2] | d : d << NIBBLE);
        k++;
    }
    *out = id;
    return true;
}
