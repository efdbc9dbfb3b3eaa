#include "base/base64.h"

#include "kit/test.h"

AC_TEST(base64, what_is_written_is_read_again)
{
    static const struct {
        ac_sv bytes, text;
    } rows[] = { { { "", 0 }, { "", 0 } }, { { "f", 1 }, { "Zg==", 4 } }, { { "fo", 2 }, { "Zm8=", 4 } }, { { "foo", 3 }, { "Zm9v", 4 } },
                 { { "foob", 4 }, { "Zm9vYg==", 8 } }, { { "\xFF\xFE\0\x01", 4 }, { "//4AAQ==", 8 } }, { { "\xFB\xEF\xBE", 3 }, { "++++", 4 } } };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv back;
        CHECK(ac_sv_eq(ac_base64_write(a, rows[i].bytes), rows[i].text));
        CHECK(ac_base64_read(a, rows[i].text, &back) == AC_OK && ac_sv_eq(back, rows[i].bytes));
    }
    char all[256];
    ac_sv back;
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    for (size_t n = 0; n <= sizeof all; n++)
        CHECK(ac_base64_read(a, ac_base64_write(a, (ac_sv) { all, n }), &back) == AC_OK && ac_sv_eq(back, (ac_sv) { all, n }));
}

AC_TEST(base64, lines_and_missing_padding_are_read_all_else_is_refused)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    static const ac_sv good[] = { { " Zm\r\n9v\n", 8 }, { "Zm9vYg", 6 }, { "Zm9vYg= =\n", 10 } };
    static const ac_sv bad[] = { { "Z", 1 }, { "Zm9v=", 5 }, { "Zg=", 3 }, { "Zg===", 5 }, { "Zg==Zg==", 8 }, { "Zm-_", 4 }, { "Zm9v!", 5 }, { "====", 4 }, { "Zm\0v", 4 } };
    ac_sv out;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(ac_base64_read(a, good[i], &out) == AC_OK && ac_sv_starts(out, AC_SV("foo")));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(ac_base64_read(a, bad[i], &out) == AC_EINPUT && out.n == 0);
}

AC_TEST(base64, a_full_arena_is_told)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64);
    static char bytes[200];
    ac_sv out;
    memset(bytes, 'A', sizeof bytes);
    CHECK(!ac_base64_write(a, (ac_sv) { bytes, sizeof bytes }).p);
    CHECK(ac_base64_read(a, (ac_sv) { bytes, sizeof bytes }, &out) == AC_ELIMIT && out.n == 0);
}

AC_TEST(base64, url_form_has_one_text_for_the_same_bytes)
{
    static const struct {
        ac_sv text, bytes;
    } good[] = { { { "", 0 }, { "", 0 } },         { { "Zg", 2 }, { "f", 1 } },     { { "Zm8", 3 }, { "fo", 2 } },
                 { { "Zm9v", 4 }, { "foo", 3 } },  { { "Zm9vYg", 6 }, { "foob", 4 } },
                 { { "__4AAQ", 6 }, { "\xFF\xFE\0\x01", 4 } }, { { "----", 4 }, { "\xFB\xEF\xBE", 3 } } };
    static const ac_sv bad[] = { { "Z", 1 },     { "Zm9vY", 5 },  { "Zg==", 4 },   { "Zm8=", 4 }, { "Zh", 2 },    { "Zm9", 3 },
                                 { "Zm 9v", 5 }, { "Zm9v\n", 5 }, { "//4AAQ", 6 }, { "++++", 4 }, { "Zm\0v", 4 }, { "Zm\xC3\xB6", 4 } };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_sv out;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(ac_base64url_read(a, good[i].text, &out) == AC_OK && ac_sv_eq(out, good[i].bytes));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(ac_base64url_read(a, bad[i], &out) == AC_EINPUT && out.n == 0);
    AC_AUTO_PTR(ac_arena) small = ac_arena_new(8);
    CHECK(ac_base64url_read(small, AC_SV("Zm9vZm9vZm9vZm9vZm9v"), &out) == AC_ELIMIT && out.n == 0);
}
