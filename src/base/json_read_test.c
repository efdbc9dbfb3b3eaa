#include "base/json_read.h"

#include "kit/test.h"

#include <string.h>

static ac_rc parse_n(const char *p, size_t n, unsigned depth, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_json *json = NULL;
    ac_rc rc = ac_json_parse((ac_sv) { p, n }, depth, a, &json, err);
    CHECK((rc == AC_OK) == (json != NULL)); /* out is untouched on failure */
    return rc;
}

static ac_rc parse(const char *z) { return parse_n(z, strlen(z), 64, NULL); }

/* After JSONTestSuite (Nicolas Seriot): y_ must be accepted, n_ must be refused. */
AC_TEST(json_read, what_must_be_accepted)
{
    static const char *const good[] = {
        "[]", "{}", "[[]   ]", "[\"\"]", "[\"a\"]", "[false]", "[null, 1, \"1\", {}]", "[null]", "[1\n]", " [1]",
        "[1,null,null,null,2]", "[2] ", "[123e65]", "[0e+1]", "[0e1]", "[ 4]", "[-0.000000000000000000000000001]",
        "[20e1]", "[-0]", "[-123]", "[-1]", "[1E22]", "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[1e-2]",
        "[1e+2]", "[123]", "[123.456789]", "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
        "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", "{\"a\":[]}", "{\n\"a\": \"b\"\n}",
        "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]", "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\\u0000\"]", "[\"\\\"\"]", "[\"a/*b*/c/*d//e\"]", "[\"\\\\a\"]",
        "[\"\\u0012\"]", "[\"\\uFFFF\"]", "[\"asd\"]", "[ \"asd\"]", "[\"new\\u00A0line\"]", "[\"\xF4\x8F\xBF\xBF\"]",
        "[\"\xEF\xBF\xBF\"]", "[\"\\u0000\"]", "[\"\\u002c\"]", "[\"\xCF\x80\"]", "[\"asd \"]", "\" \"",
        "[\"\\uD834\\uDd1e\"]", "[\"\\u0821\"]", "[\"\\u0123\"]", "[\"\xE2\x80\xA8\"]", "[\"\xE2\x80\xA9\"]",
        "[\"\\u0061\\u30af\\u30EA\\u30b9\"]", "[\"new\\u000Aline\"]", "[\"\x7F\"]", "[\"\\uA66D\"]", "[\"\\u005C\"]",
        "[\"\xE2\x8D\x82\xE3\x88\xB4\xE2\x8D\x82\"]", "[\"\\uDBFF\\uDFFE\"]", "[\"\\u200B\"]", "[\"\\uFDD0\"]",
        "[\"\\u0022\"]", "[\"a\177a\"]", "false", "42", "-0.1", "null", "\"asd\"", "true", "\"\"", "[\"a\"]\n",
        "[true]", " [] ", "\t\r\n 1 \t\r\n",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(parse(good[i]) == AC_OK);
}

AC_TEST(json_read, what_must_be_refused)
{
    static const char *const bad[] = {
        "", " ", "[1 true]", "[a\xE5]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]",
        "[\"x\"", "[x", "[3[4]]", "[\xFF]", "[1:2]", "[,]", "[-]", "[   , \"\"]", "[\"a\",\n4\n,1,", "[1,]", "[1,\n1\n,1",
        "[\"a\x0B\"\\f]", "[*]", "[\"\"", "[1,", "[{}", "[fals]", "[nul]", "[tru]", "[++1234]", "[+1]", "[+Inf]", "[-01]",
        "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]", "[0.3e]", "[0.e1]", "[0E+]", "[0E]",
        "[0e+]", "[0e]", "[1.0e+]", "[1.0e-]", "[1.0e]", "[1 000.0]", "[1eE2]", "[2.e+3]", "[2.e-3]", "[2.e3]", "[9.e+]",
        "[1+2]", "[0x1]", "[0x42]", "[Infinity]", "[0e+-1]", "[-123.123foo]", "[123\xE5]", "[1e1\xE5]", "[0\xE5]",
        "[-Infinity]", "[-foo]", "[- 1]", "[-012]", "[-.123]", "[-1x]", "[1ea]", "[1.]", "[.123]", "[1.2a-3]",
        "[1.8011670033376514H-308]", "[012]", "[\"x\", truth]", "{[: \"x\"}\n", "{\"x\", null}", "{\"x\"::\"b\"}",
        "{\"a\":\"a\" 123}", "{key: 'value'}", "{\"\xB9\":\"0\",}", "{\"a\" b}", "{:\"b\"}", "{\"a\" \"b\"}", "{\"a\":",
        "{\"a\"", "{1:1}", "{9999E9999:1}", "{null:null,null:null}", "{\"id\":0,,,,,}", "{'a':0}", "{\"id\":0,}",
        "{\"a\":\"b\"}/**/", "{\"a\":\"b\"}/**//", "{\"a\":\"b\"}//", "{\"a\":\"b\"}/", "{\"a\":\"b\",,\"c\":\"d\"}",
        "{a: \"b\"}", "{\"a\":\"a", "{ \"foo\" : \"bar\", \"a\" }", "{\"a\":\"b\"}#", "[\"\\uD800\\\"]",
        "[\"\\uD800\\u\"]", "[\"\\uD800\\u1\"]", "[\"\\uD800\\u1x\"]", "[\xC3\xA9]", "[\"\\\x7F\"]", "[\"\\x00\"]",
        "[\"\\\\\\\"]", "[\"\\\t\"]", "[\"\\\xF0\x9F\x8C\x80\"]", "[\"\\\"]", "[\"\\u00A\"]", "[\"\\uD834\\uDd\"]",
        "[\"\\uD800\\uD800\\x\"]", "[\"\\u\xE5\"]", "[\"\\a\"]", "[\"\\uqqqq\"]", "[\"\\\xE5\"]", "[\\u0020\"asd\"]",
        "[\\n]", "\"", "['single quote']", "abc", "[\"\\", "[\"new\nline\"]", "[\"\t\"]", "\"\\UA66D\"", "\"\"x",
        "<.>", "[<null>]", "[1]x", "[1]]", "[True]", "1]", "{\"x\": true,", "[][]", "]", "{}}", "{\"\":", "{\"a\":/*c*/\"b\"}",
        "{\"a\": true} \"x\"", "['", "[", "[,", "[{", "[\"a", "{", "{]", "{,", "{[", "{\"a", "{'a'", "[\"\\{[\"\\{[\"\\{[\"\\{",
        "\xC3\xA9", "*", "{\"a\":\"b\"}#{}", "[\xE2\x81\xA0]", "[\\u000A\"\"]", "[\"asd]", "aaa\xC3\xA5", "[\x0C]",
        "\xE2\x81\xA0", "\xEF\xBB\xBF[]", "[\"\xFF\"]", "[\"\xC0\xAF\"]", "[\"\xED\xA0\x80\"]", "[\"\xF4\xBF\xBF\xBF\"]",
        "[\"\x81\"]", "[\"\xE6\x97\xA5\xD1\x88\xFA\"]", "[\"\\uDADA\"]", "[\"\\uD888\\u1234\"]", "[\"\\uDd1e\\uD834\"]",
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[1 ,", "tru", "truefalse", "nullx", "--1", "1e", "\0131",
    };
    ac_err err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err = (ac_err) { 0 };
        CHECK(parse_n(bad[i], strlen(bad[i]), 64, &err) == AC_EINPUT);
        CHECK(strstr(err.text, "byte"));
    }
    CHECK(parse_n("[\0]", 3, 8, NULL) == AC_EINPUT);
    CHECK(parse_n("\"a\0b\"", 5, 8, NULL) == AC_EINPUT);
    CHECK(parse_n("[\"\\\0\"]", 6, 8, NULL) == AC_EINPUT);
    CHECK(parse_n("1\0", 2, 8, NULL) == AC_EINPUT);
    CHECK(parse_n("\xEF\xBB\xBF{}", 5, 8, NULL) == AC_EINPUT);
}

AC_TEST(json_read, every_cut_of_a_document_is_refused)
{
    static const char whole[] = "{\"a\":[1.5e-3,true,null,{\"b\\n\":\"\\ud83d\\ude39\xC3\xB1\"}],\"c\":\"\"}";
    for (size_t n = 0; n < sizeof whole - 1; n++)
        CHECK(parse_n(whole, n, 8, NULL) == AC_EINPUT);
    CHECK(parse_n(whole, sizeof whole - 1, 8, NULL) == AC_OK);
}

AC_TEST(json_read, values_are_what_was_written)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    ac_json *json = NULL;
    ac_sv in = AC_SV("{\"n\":1.50,\"e\":-1E+2,\"s\":\"\\u00f1\\ud83d\\ude39\\/\\b\\f\\n\\r\\t\\\"\\\\x\",\"l\":[1,2],"
                     "\"t\":true,\"f\":false,\"z\":null,\"big\":1e999,\"plain\":\"\xC3\xB1\"}");
    CHECK(ac_json_parse(in, 4, a, &json, NULL) == AC_OK);
    CHECK(json->n == 9 && json->type == AC_JSON_OBJECT && json->at == 0);
    CHECK(ac_sv_eq(ac_json_get(json, "n")->text, AC_SV("1.50"))); /* precision is kept */
    CHECK(ac_json_number(json, "n", 0) == 1.5 && ac_json_number(json, "e", 0) == -100);
    CHECK(ac_json_number(json, "big", 7) == 7 && ac_json_number(json, "s", 7) == 7 && ac_json_number(json, "no", 7) == 7);
    CHECK(ac_sv_eq(ac_json_text(json, "s"), AC_SV("\xC3\xB1\xF0\x9F\x98\xB9/\b\f\n\r\t\"\\x")));
    CHECK(ac_sv_eq(ac_json_text(json, "plain"), AC_SV("\xC3\xB1")));
    CHECK(ac_json_text(json, "n").n == 0 && ac_json_text(NULL, "n").n == 0);
    const ac_json *list = ac_json_get(json, "l");
    CHECK(list->n == 2 && list->first->next && !list->first->next->next && in.p[list->first->next->at] == '2');
    CHECK(!ac_json_get(list, "n") && !ac_json_get(NULL, "n") && !ac_json_get(json, "N"));
    CHECK(ac_json_get(json, "t")->type == AC_JSON_TRUE && ac_json_get(json, "f")->type == AC_JSON_FALSE);
    CHECK(ac_json_get(json, "z")->type == AC_JSON_NULL);
}

AC_TEST(json_read, escaped_nul_is_a_character)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 12);
    ac_json *json = NULL;
    CHECK(ac_json_parse(AC_SV("\"a\\u0000b\""), 1, a, &json, NULL) == AC_OK);
    CHECK(json->text.n == 3 && memcmp(json->text.p, "a\0b", 3) == 0);
}

AC_TEST(json_read, depth_is_a_limit_and_no_stack)
{
    enum { N = 100000 };
    static char deep[2 * N];
    memset(deep, '[', N);
    memset(deep + N, ']', N);
    CHECK(parse_n(deep, 2 * N, 64, NULL) == AC_ELIMIT);
    CHECK(parse_n(deep, 2 * N, N, NULL) == AC_OK);
    CHECK(parse_n(deep, 2 * N, N - 1, NULL) == AC_ELIMIT);
    CHECK(parse_n(deep, N, N, NULL) == AC_EINPUT);
    CHECK(parse_n("[1]", 3, 0, NULL) == AC_ELIMIT && parse_n("1", 1, 0, NULL) == AC_OK);
}

static size_t add_member(char *out, size_t at, unsigned k)
{
    out[at] = at ? ',' : '{';
    out[++at] = '"';
    at++;
    for (unsigned i = 0; i < 6; i++, k /= 10)
        out[at++] = (char)('0' + k % 10);
    memcpy(out + at, "\":1", 3);
    return at + 3;
}

AC_TEST(json_read, very_wide_objects_are_read_and_searched_for_duplicates)
{
    enum { N = 200000 };
    static char wide[N * 11 + 64];
    size_t n = 0;
    for (unsigned k = 0; k < N; k++)
        n = add_member(wide, n, k);
    wide[n] = '}';
    CHECK(parse_n(wide, n + 1, 4, NULL) == AC_OK);
    for (unsigned k = 0; k < N; k += 33333) {
        size_t more = add_member(wide, n, k);
        wide[more] = '}';
        CHECK(parse_n(wide, more + 1, 4, NULL) == AC_EINPUT);
    }
}

AC_TEST(json_read, duplicates_are_found_at_every_width)
{
    for (unsigned width = 1; width < 70; width++)
        for (unsigned again = 0; again < width; again += 7) {
            char in[1024];
            size_t n = 0;
            for (unsigned k = 0; k < width; k++)
                n = add_member(in, n, k);
            in[n] = '}';
            CHECK(parse_n(in, n + 1, 4, NULL) == AC_OK);
            n = add_member(in, n, again);
            in[n] = '}';
            CHECK(parse_n(in, n + 1, 4, NULL) == AC_EINPUT);
        }
}

AC_TEST(json_read, a_small_arena_is_reported)
{
    const ac_sv in = AC_SV("{\"a\":[1,{\"b\":\"\\n\"}],\"c\":[[[[1]]]]}");
    for (size_t size = 1; size < 4096; size += 16) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(size);
        ac_json *json = NULL;
        ac_rc rc = ac_json_parse(in, 16, a, &json, NULL);
        CHECK(rc == AC_OK || rc == AC_ELIMIT);
    }
}

AC_TEST(json_read, every_allocation_may_fail)
{
    int failed = 0;
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        ac_json *json = NULL;
        if (!a)
            continue;
        ac_rc rc = ac_json_parse(AC_SV("{\"a\":[1,{\"b\":\"\\n\"}],\"c\":[[[[1]]]]}"), 16, a, &json, NULL);
        CHECK(rc == AC_OK || rc == AC_ELIMIT);
        failed += rc == AC_ELIMIT;
    }
    CHECK(failed > 0);
}

/* One escape early in a long text must not make the copy quadratic. */
AC_TEST(json_read, many_escapes_stay_linear)
{
    enum { N = 4000000 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 28);
    char *in = ac_mem_alloc(N + 2);
    ac_json *json = NULL;
    CHECK(a && in);
    if (!a || !in)
        return;
    in[0] = '"';
    for (size_t i = 0; i < N / 2; i++)
        memcpy(in + 1 + 2 * i, "\\n", 2);
    in[N + 1] = '"';
    CHECK(ac_json_parse((ac_sv) { in, N + 2 }, 1, a, &json, NULL) == AC_OK && json->text.n == N / 2);
    ac_mem_free(in);
}
