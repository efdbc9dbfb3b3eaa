#include "base/str.h"

#include "kit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

AC_TEST(str, builder_stops_at_its_limit)
{
    AC_AUTO(ac_sb) b = AC_SB(4);
    ac_sb_add(&b, AC_SV("123"));
    ac_sb_add(&b, AC_SV("45"));
    CHECK(ac_sb_done(&b, NULL) == AC_ELIMIT);
    CHECK(ac_sv_eq(ac_sb_view(&b), AC_SV("123")));
    ac_sb_clear(&b);
    ac_sb_add(&b, AC_SV("4567"));
    CHECK(ac_sb_done(&b, NULL) == AC_OK && b.n == 4);
}

AC_TEST(str, every_allocation_may_fail)
{
    int seen_failures = 0;
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) b = AC_SB(4096);
        for (int k = 0; k < 40; k++)
            ac_sb_add(&b, AC_SV("0123456789"));
        ac_rc rc = ac_sb_done(&b, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        seen_failures += rc == AC_ENOMEM;
    }
    CHECK(seen_failures == 5); /* 32, 64, 128, 256, 512 */
}

AC_TEST(str, long_formats_and_numbers)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    char wide[700];
    memset(wide, 'x', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    ac_sb_addf(&b, "%s|", wide);
    CHECK(b.n == sizeof wide);
    ac_sb_clear(&b);
    ac_sb_add_u64(&b, UINT64_MAX);
    ac_sb_add_char(&b, ' ');
    ac_sb_add_double(&b, 0.1);
    ac_sb_add_char(&b, ' ');
    ac_sb_add_double(&b, 1e21);
    CHECK(ac_sv_eq(ac_sb_view(&b), AC_SV("18446744073709551615 0.1 1e+21")));
}

AC_TEST(str, doubles_are_written_as_printf_writes_them)
{
    static const double odd[] = { 0,    -0.0,       1e-4,  1e-5,    0.00015, 0.30000000000000004, 1.0 / 3, 1e10, 9999999999.9999, 12345.67891,
                                  -2.5, 98765432.1, 1e-310, 0.99995, 1e15,    123456789012345678.0 };
    AC_AUTO(ac_sb) b = AC_SB(64);
    char want[64];
    int wrong = 0;
    for (unsigned i = 0; i < 60000; i++) {
        double v = i < sizeof odd / sizeof odd[0] ? odd[i] : i % 3 == 0 ? i / 1000.0 : i % 3 == 1 ? i * 0.0001 : i / 7.0;
        ac_sb_clear(&b);
        ac_sb_add_double(&b, v);
        (void)snprintf(want, sizeof want, "%.15g", v);
        wrong += !ac_sv_eq(ac_sb_view(&b), ac_sv_z(want));
    }
    CHECK(wrong == 0);
}

AC_TEST(str, integers_are_whole_and_in_range)
{
    static const struct {
        const char *in;
        bool ok;
        int64_t out;
    } rows[] = { { "0", true, 0 },     { "-9223372036854775808", true, INT64_MIN },
                 { "+7", true, 7 },    { "9223372036854775807", true, INT64_MAX },
                 { "", false, 0 },     { "9223372036854775808", false, 0 },
                 { "-", false, 0 },    { "1.5", false, 0 },
                 { " 1", false, 0 },   { "99999999999999999999", false, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t v = 0;
        CHECK(ac_sv_to_i64(ac_sv_z(rows[i].in), &v) == rows[i].ok);
        CHECK(!rows[i].ok || v == rows[i].out);
    }
}

AC_TEST(str, doubles_take_no_locale_no_names)
{
    double v = 0;
    CHECK(ac_sv_to_double(AC_SV("12.5"), &v) && v == 12.5);
    CHECK(ac_sv_to_double(AC_SV("-1e3"), &v) && v == -1000);
    CHECK(ac_sv_to_double(AC_SV("5."), &v) && v == 5 && ac_sv_to_double(AC_SV(".25"), &v) && v == 0.25);
    CHECK(!ac_sv_to_double(AC_SV("."), &v) && !ac_sv_to_double(AC_SV(".."), &v));
    for (unsigned i = 0; i < 200000; i++) { /* as strtod reads it, to the last bit */
        char z[24];
        unsigned whole = i * 2654435761u >> (i & 15), part = i * 40503u & 0xFFFFu;
        int n = snprintf(z, sizeof z, i & 1 ? "%u.%u" : "%u.%04u", whole, part);
        CHECK(ac_sv_to_double((ac_sv) { z, (size_t)n }, &v) && v == strtod(z, NULL));
    }
    CHECK(!ac_sv_to_double(AC_SV("nan"), &v) && !ac_sv_to_double(AC_SV("inf"), &v));
    CHECK(!ac_sv_to_double(AC_SV(""), &v) && !ac_sv_to_double(AC_SV("1,5"), &v) && !ac_sv_to_double(AC_SV("0x10"), &v));
    CHECK(!ac_sv_to_double(AC_SV("1e999"), &v) && !ac_sv_to_double(AC_SV("1.2.3"), &v));
}

AC_TEST(str, views)
{
    ac_sv rest = AC_SV("a,,b"), part;
    CHECK(ac_sv_split(&rest, ',', &part) && ac_sv_eq(part, AC_SV("a")));
    CHECK(ac_sv_split(&rest, ',', &part) && part.n == 0);
    CHECK(ac_sv_split(&rest, ',', &part) && ac_sv_eq(part, AC_SV("b")));
    CHECK(!ac_sv_split(&rest, ',', &part));
    CHECK(ac_sv_eq(ac_sv_trim(AC_SV(" \t x y\n")), AC_SV("x y")) && ac_sv_trim(AC_SV("  ")).n == 0);
    CHECK(ac_sv_eq(ac_sv_sub(AC_SV("abc"), 1, 99), AC_SV("bc")) && ac_sv_sub(AC_SV("abc"), 5, 1).n == 0);
    CHECK(ac_sv_starts(AC_SV("abc"), AC_SV("ab")) && !ac_sv_starts(AC_SV("a"), AC_SV("ab")));
    CHECK(ac_sv_ends(AC_SV("abc"), AC_SV("bc")) && !ac_sv_ends(AC_SV("c"), AC_SV("bc")));
    CHECK(ac_sv_cmp(AC_SV("a"), AC_SV("b")) < 0 && ac_sv_cmp(AC_SV("ab"), AC_SV("a")) > 0 && ac_sv_cmp(AC_SV(""), AC_SV("")) == 0);
    CHECK(ac_sv_eq_nocase(AC_SV("MRN"), AC_SV("mrn")) && !ac_sv_eq_nocase(AC_SV("MRN"), AC_SV("mr")));
    CHECK(ac_sv_z(NULL).n == 0);
}

AC_TEST(str, characters_as_utf8)
{
    static const struct {
        uint32_t c;
        ac_sv text;
    } rows[] = { { 0, { "\0", 1 } }, { 'a', { "a", 1 } }, { 0x7F, { "\x7F", 1 } }, { 0x80, { "\xC2\x80", 2 } }, { 0xF1, { "\u00F1", 2 } },
                 { 0x7FF, { "\xDF\xBF", 2 } }, { 0x800, { "\xE0\xA0\x80", 3 } }, { 0x20AC, { "\u20AC", 3 } }, { 0xFFFF, { "\xEF\xBF\xBF", 3 } },
                 { 0x1F600, { "\U0001F600", 4 } }, { 0x10FFFF, { "\xF4\x8F\xBF\xBF", 4 } },
                 { 0xD800, { "\uFFFD", 3 } }, { 0xDFFF, { "\uFFFD", 3 } }, { 0x110000, { "\uFFFD", 3 } }, { UINT32_MAX, { "\uFFFD", 3 } } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[4];
        CHECK(ac_sv_eq((ac_sv) { out, ac_utf8_put(rows[i].c, out) }, rows[i].text));
    }
}

AC_TEST(str, utf8_as_a_whole)
{
    CHECK(ac_utf8_is(AC_SV("")) && ac_utf8_is(AC_SV("se\u00F1ora \u20AC")));
    CHECK(!ac_utf8_is(AC_SV("a\xC3")) && !ac_utf8_is(AC_SV("\xFF" "b")) && !ac_utf8_is(AC_SV("\xC0\x80")));
}
