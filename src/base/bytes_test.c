#include "base/bytes.h"
#include "base/str.h"

#include "kit/test.h"

AC_TEST(bytes, every_byte_is_judged_for_itself_whatever_stands_beside_it)
{
    static const char others[] = { '\0', 'A', 'z', '\x7F', '\x80', '\xFF' };
    for (size_t k = 0; k < sizeof others; k++)
        for (int c = 0; c < 256; c++) {
            char eight[8];
            memset(eight, others[k], sizeof eight);
            eight[3] = (char)c;
            uint64_t w = ac_bytes_eight(eight), small = ac_bytes_lower(w);
            CHECK((ac_bytes_between(w, 'A', 'Z') >> 31 & 1) == ac_is_upper((char)c));
            CHECK((ac_bytes_between(w, '0', '9') >> 31 & 1) == ac_is_digit((char)c));
            CHECK((char)(small >> 24) == ac_lower((char)c) && (char)small == ac_lower(others[k]) && (char)(small >> 56) == ac_lower(others[k]));
        }
}

AC_TEST(bytes, few_bytes_are_the_first_of_eight)
{
    static const char text[] = "abcdefgh";
    for (size_t n = 0; n < 8; n++)
        CHECK(ac_bytes_few(text, n) == (ac_bytes_eight(text) & ((UINT64_C(1) << 8 * n) - 1)));
    CHECK(ac_bytes_before(0) == 8 && ac_bytes_before(UINT64_C(0x80)) == 0 && ac_bytes_before(UINT64_C(0x8000000000000000)) == 7);
}
