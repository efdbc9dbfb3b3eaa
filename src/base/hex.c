#include "base/hex.h"

char *ac_hex_put(char *out, const void *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[b[i] >> 4];
        *out++ = digits[b[i] & 15];
    }
    return out;
}

static int digit(char c) { return ac_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

bool ac_hex_read(ac_sv s, void *out)
{
    unsigned char *b = out;
    for (size_t i = 0; i < s.n / 2; i++) {
        const int high = digit(s.p[2 * i]), low = digit(s.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        b[i] = (unsigned char)(high << 4 | low);
    }
    return s.n % 2 == 0;
}
