#include "base/latin.h"

#include "kit/test.h"

AC_TEST(latin, every_byte_has_its_character_or_none)
{
    size_t none_1252 = 0, none_9 = 0;
    for (unsigned c = 0; c < 256; c++) {
        const int32_t a = ac_latin_1252((unsigned char)c), b = ac_latin_9((unsigned char)c);
        none_1252 += a < 0;
        none_9 += b < 0;
        if (c < 0x80)
            CHECK(a == (int32_t)c && b == (int32_t)c);
    }
    CHECK(none_1252 == 5 && none_9 == 32);
    CHECK(ac_latin_1252(0x80) == 0x20AC && ac_latin_1252(0x81) == -1 && ac_latin_1252(0x9F) == 0x178 && ac_latin_1252(0xF1) == 0xF1);
    CHECK(ac_latin_9(0xA4) == 0x20AC && ac_latin_9(0xBE) == 0x178 && ac_latin_9(0xF1) == 0xF1 && ac_latin_9(0x85) == -1);
}
