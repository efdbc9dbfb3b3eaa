#include "base/hex.h"

#include "kit/test.h"

AC_TEST(hex, goes_there_and_back)
{
    const unsigned char bytes[] = { 0x00, 0x0f, 0xa5, 0xff };
    unsigned char back[4] = { 0 };
    char text[8];
    CHECK(ac_hex_put(text, bytes, sizeof bytes) == text + sizeof text && memcmp(text, "000fa5ff", sizeof text) == 0);
    CHECK(ac_hex_read((ac_sv) { text, sizeof text }, back) && memcmp(bytes, back, sizeof bytes) == 0);
}

AC_TEST(hex, anything_else_is_refused)
{
    unsigned char back[4];
    CHECK(!ac_hex_read(AC_SV("0"), back) && !ac_hex_read(AC_SV("0g"), back) && !ac_hex_read(AC_SV("A0"), back) &&
          !ac_hex_read(AC_SV("0x00"), back));
    CHECK(ac_hex_read(AC_SV(""), back));
}
