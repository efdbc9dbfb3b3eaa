#include "base/json_write.h"

#include "base/json_read.h"
#include "kit/test.h"

#include <math.h>
#include <stdio.h>

static void everything(ac_jw *j)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "text", AC_SV("a \"b\" \\ / \n\t\r\b\f\x01 \xC3\xB1 \xF0\x9F\x98\x80"));
    ac_jw_ku64(j, "big", UINT64_MAX);
    ac_jw_key(j, AC_SV("small"));
    ac_jw_i64(j, INT64_MIN);
    ac_jw_kdouble(j, "d", 0.1);
    ac_jw_kbool(j, "t", true);
    ac_jw_kobject(j, "empty");
    ac_jw_end_object(j);
    ac_jw_karray(j, "list");
    ac_jw_null(j);
    ac_jw_bool(j, false);
    ac_jw_raw(j, AC_SV("1.50"));
    ac_jw_array(j);
    ac_jw_end_array(j);
    ac_jw_end_array(j);
    ac_jw_end_object(j);
}

AC_TEST(json_write, one_line)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    ac_jw j = ac_jw_to(&b, 0);
    everything(&j);
    CHECK(ac_sv_eq(ac_sb_view(&b),
                   AC_SV("{\"text\":\"a \\\"b\\\" \\\\ / \\n\\t\\r\\b\\f\\u0001 \xC3\xB1 \xF0\x9F\x98\x80\","
                         "\"big\":18446744073709551615,\"small\":-9223372036854775808,\"d\":0.1,\"t\":true,"
                         "\"empty\":{},\"list\":[null,false,1.50,[]]}")));
}

AC_TEST(json_write, indented)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    ac_jw j = ac_jw_to(&b, 2);
    ac_jw_object(&j);
    ac_jw_kbool(&j, "a", true);
    ac_jw_karray(&j, "b");
    ac_jw_u64(&j, 1);
    ac_jw_u64(&j, 2);
    ac_jw_end_array(&j);
    ac_jw_karray(&j, "c");
    ac_jw_end_array(&j);
    ac_jw_end_object(&j);
    CHECK(ac_sv_eq(ac_sb_view(&b), AC_SV("{\n  \"a\": true,\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": []\n}")));
}

AC_TEST(json_write, what_no_number_is_becomes_null)
{
    AC_AUTO(ac_sb) b = AC_SB(64);
    ac_jw j = ac_jw_to(&b, 0);
    ac_jw_array(&j);
    ac_jw_double(&j, NAN);
    ac_jw_double(&j, INFINITY);
    ac_jw_double(&j, 1e300);
    ac_jw_end_array(&j);
    CHECK(ac_sv_eq(ac_sb_view(&b), AC_SV("[null,null,1e+300]")));
}

AC_TEST(json_write, bytes_that_are_not_utf8_are_replaced_one_by_one)
{
    static const struct {
        ac_sv in, out;
    } rows[] = {
        { { "a\xFF", 2 }, { "\"a\xEF\xBF\xBD\"", 6 } },
        { { "\xC3", 1 }, { "\"\xEF\xBF\xBD\"", 5 } },
        { { "\xC0\x80", 2 }, { "\"\xEF\xBF\xBD\xEF\xBF\xBD\"", 8 } },
        { { "\xED\xA0\x80z", 4 }, { "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"", 12 } },
        { { "\xF4\x8F\xBF\xBF", 4 }, { "\"\xF4\x8F\xBF\xBF\"", 6 } },
        { { "\xE2\x82", 2 }, { "\"\xEF\xBF\xBD\xEF\xBF\xBD\"", 8 } },
        { { "\xF0\x9F\x98 ", 4 }, { "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \"", 12 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(ac_sb) b = AC_SB(64);
        ac_jw j = ac_jw_to(&b, 0);
        ac_jw_string(&j, rows[i].in);
        CHECK(ac_sv_eq(ac_sb_view(&b), rows[i].out));
    }
}

AC_TEST(json_write, every_byte_pair_is_read_back)
{
    for (unsigned v = 0; v < 65536; v++) {
        char in[2] = { (char)(v >> 8), (char)v };
        AC_AUTO(ac_sb) b = AC_SB(64);
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(4096);
        ac_jw j = ac_jw_to(&b, 0);
        ac_json *json = NULL;
        ac_jw_string(&j, (ac_sv) { in, 2 });
        CHECK(ac_json_parse(ac_sb_view(&b), 1, a, &json, NULL) == AC_OK && json->type == AC_JSON_STRING);
    }
}

AC_TEST(json_write, a_full_builder_and_no_memory_are_reported)
{
    AC_AUTO(ac_sb) b = AC_SB(20);
    ac_jw j = ac_jw_to(&b, 0);
    everything(&j);
    CHECK(ac_sb_done(&b, NULL) == AC_ELIMIT);
    int failed = 0;
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) c = AC_SB(4096);
        ac_jw w = ac_jw_to(&c, 1);
        everything(&w);
        ac_rc rc = ac_sb_done(&c, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        failed += rc == AC_ENOMEM;
    }
    CHECK(failed > 0);
}

/* The short way for numbers with few decimals must write what printf writes. */
AC_TEST(json_write, numbers_are_written_as_printf_would)
{
    static const double odd[] = { 0.0001, 0.0005, 1.0005, 0.1 + 0.2, 1e9, 999999999.999, 1e-7, 1.0 / 3, 123456789.0123, -1.5, -7 };
    char want[40];
    for (unsigned k = 0; k < 200000 + sizeof odd / sizeof odd[0]; k++) {
        double v = k < 200000 ? (double)k * 37 / 1000 : odd[k - 200000];
        AC_AUTO(ac_sb) b = AC_SB(64);
        ac_sb_add_double(&b, v);
        (void)snprintf(want, sizeof want, "%.15g", v);
        CHECK(ac_sv_eq(ac_sb_view(&b), ac_sv_z(want)));
    }
}
