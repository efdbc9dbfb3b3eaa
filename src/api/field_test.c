#include "api/field.h"

#include "base/str.h"
#include "kit/test.h"

enum { DEPTH = 16, ARENA = 4 << 20 };

static const ac_field inner_fields[] = {
    { "code", AC_FIELD_WORD, true, 0, 0, "red green", NULL, "" },
    { "note", AC_FIELD_TEXT, false, 1, 3, NULL, NULL, "" },
    { 0 },
};
static const ac_schema inner = { "Inner", inner_fields };
static const ac_field outer_fields[] = {
    { "text", AC_FIELD_TEXT, true, 1, 5, NULL, NULL, "" },
    { "id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "date", AC_FIELD_DATE, false, 0, 0, NULL, NULL, "" },
    { "number", AC_FIELD_NUMBER, false, 0, 9, NULL, NULL, "" },
    { "flag", AC_FIELD_BOOL, false, 0, 0, NULL, NULL, "" },
    { "words", AC_FIELD_WORDS, false, 0, 2, "red green", NULL, "" },
    { "ids", AC_FIELD_IDS, false, 0, 2, NULL, NULL, "" },
    { "one", AC_FIELD_OBJECT, false, 0, 0, NULL, &inner, "" },
    { "many", AC_FIELD_LIST, false, 1, 2, NULL, &inner, "" },
    { "any", AC_FIELD_ANY, false, 0, 0, NULL, NULL, "" },
    { "at", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { 0 },
};
static const ac_schema outer = { "Outer", outer_fields };

static ac_rc checked(const char *json, const char *where)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_err err = { 0 };
    ac_json *j;
    ac_sv at = { 0 };
    if (ac_json_parse(ac_sv_z(json), DEPTH, arena, &j, &err) != AC_OK)
        return AC_EIO; /* the test itself is wrong */
    const ac_rc rc = ac_schema_check(&outer, j, &at, &err);
    CHECK(ac_sv_eq(at, ac_sv_z(where)));
    CHECK((rc == AC_OK) == !err.text[0]);
    return rc;
}

#define UUID "01a200d6-0e7c-7bb0-9e9a-c27c13843459"

AC_TEST(field, what_is_right)
{
    CHECK(checked("{\"text\":\"a\"}", "") == AC_OK);
    CHECK(checked("{\"text\":\"a\",\"id\":\"" UUID
                  "\",\"date\":\"2024-02-29\",\"at\":\"2024-02-29T12:00:00+01:00\",\"number\":9,\"flag\":false,"
                  "\"words\":[\"red\"],\"ids\":[\"" UUID "\"],\"one\":{\"code\":\"red\"},"
                  "\"many\":[{\"code\":\"green\",\"note\":\"abc\"}],\"any\":[{\"x\":[1,null]}]}",
                  "") == AC_OK);
    /* null says: not given */
    CHECK(checked("{\"text\":\"a\",\"id\":null,\"date\":null,\"number\":null,\"flag\":null,\"words\":null,\"ids\":null,"
                  "\"one\":null,\"many\":null,\"any\":null}",
                  "") == AC_OK);
}

AC_TEST(field, what_is_missing_or_unknown)
{
    CHECK(checked("{}", "text") == AC_EINPUT);
    CHECK(checked("{\"text\":null}", "text") == AC_EINPUT);
    CHECK(checked("[]", "") == AC_EINPUT && checked("null", "") == AC_EINPUT && checked("\"text\"", "") == AC_EINPUT);
    /* a name that is not ours is not repeated */
    CHECK(checked("{\"text\":\"a\",\"John Smith\":1}", "") == AC_EINPUT);
    CHECK(checked("{\"text\":\"a\",\"one\":{}}", "code") == AC_EINPUT);
    CHECK(checked("{\"text\":\"a\",\"one\":{\"code\":\"red\",\"x\":1}}", "") == AC_EINPUT);
    CHECK(checked("{\"text\":\"a\",\"many\":[{\"code\":\"red\"},{\"note\":\"a\"}]}", "code") == AC_EINPUT);
}

AC_TEST(field, what_is_of_another_type)
{
    static const struct {
        const char *json, *where;
    } wrong[] = {
        { "{\"text\":1}", "text" },
        { "{\"text\":\"a\",\"id\":\"1\"}", "id" },
        { "{\"text\":\"a\",\"id\":\"" UUID "0\"}", "id" },
        { "{\"text\":\"a\",\"date\":\"2023-02-29\"}", "date" },
        { "{\"text\":\"a\",\"number\":\"1\"}", "number" },
        { "{\"text\":\"a\",\"number\":1.5}", "number" },
        { "{\"text\":\"a\",\"number\":-1}", "number" },
        { "{\"text\":\"a\",\"number\":10}", "number" },
        { "{\"text\":\"a\",\"number\":99999999999999999999}", "number" },
        { "{\"text\":\"a\",\"flag\":\"true\"}", "flag" },
        { "{\"text\":\"a\",\"flag\":0}", "flag" },
        { "{\"text\":\"a\",\"words\":\"red\"}", "words" },
        { "{\"text\":\"a\",\"words\":[\"blue\"]}", "words" },
        { "{\"text\":\"a\",\"words\":[[\"red\"]]}", "words" }, /* a list in a list */
        { "{\"text\":\"a\",\"words\":[null]}", "words" },
        { "{\"text\":\"a\",\"ids\":[1]}", "ids" },
        { "{\"text\":\"a\",\"ids\":[\"x\"]}", "ids" },
        { "{\"text\":\"a\",\"one\":[]}", "one" },
        { "{\"text\":\"a\",\"one\":{\"code\":\"blue\"}}", "code" },
        { "{\"text\":\"a\",\"many\":{}}", "many" },
        { "{\"text\":\"a\",\"many\":[\"red\"]}", "many" },
        { "{\"text\":\"a\",\"many\":[[{\"code\":\"red\"}]]}", "many" },
        { "{\"text\":\"a\",\"many\":[null]}", "many" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(checked(wrong[i].json, wrong[i].where) == AC_EINPUT);
}

AC_TEST(field, what_is_too_long_or_too_short)
{
    CHECK(checked("{\"text\":\"\"}", "text") == AC_EINPUT);
    CHECK(checked("{\"text\":\"abcde\"}", "") == AC_OK && checked("{\"text\":\"abcdef\"}", "text") == AC_ELIMIT);
    CHECK(checked("{\"text\":\"\\u00e1\\u00e1\\u00e1\"}", "text") == AC_ELIMIT); /* bytes, not characters */
    CHECK(checked("{\"text\":\"a\",\"words\":[\"red\",\"red\",\"red\"]}", "words") == AC_ELIMIT);
    CHECK(checked("{\"text\":\"a\",\"ids\":[\"" UUID "\",\"" UUID "\",\"" UUID "\"]}", "ids") == AC_ELIMIT);
    CHECK(checked("{\"text\":\"a\",\"many\":[{\"code\":\"red\"},{\"code\":\"red\"},{\"code\":\"red\"}]}", "many") ==
          AC_ELIMIT);
    CHECK(checked("{\"text\":\"a\",\"many\":[]}", "many") == AC_EINPUT); /* at least one */
    CHECK(checked("{\"text\":\"a\",\"many\":[{\"code\":\"red\",\"note\":\"abcd\"}]}", "note") == AC_ELIMIT);
}

AC_TEST(field, deep_values_go_where_any_value_may_be)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 10);
    ac_sb_add(&b, AC_SV("{\"text\":\"a\",\"any\":"));
    for (int i = 0; i < DEPTH - 1; i++)
        ac_sb_add_char(&b, '[');
    for (int i = 0; i < DEPTH - 1; i++)
        ac_sb_add_char(&b, ']');
    ac_sb_add_char(&b, '}');
    ac_sb_add_char(&b, '\0');
    CHECK(checked(b.p, "") == AC_OK);
}

AC_TEST(field, texts_of_a_query)
{
    ac_err err = { 0 };
    const ac_field *f = outer_fields;
    CHECK(ac_field_check_text(&f[0], AC_SV("abc"), &err) == AC_OK &&
          ac_field_check_text(&f[0], AC_SV("abcdef"), &err) == AC_ELIMIT);
    CHECK(ac_field_check_text(&f[1], AC_SV(UUID), &err) == AC_OK &&
          ac_field_check_text(&f[1], AC_SV(""), &err) == AC_EINPUT);
    CHECK(ac_field_check_text(&f[3], AC_SV("7"), &err) == AC_OK &&
          ac_field_check_text(&f[3], AC_SV("7 "), &err) == AC_EINPUT &&
          ac_field_check_text(&f[3], AC_SV(""), &err) == AC_EINPUT);
    CHECK(ac_field_check_text(&f[4], AC_SV("true"), &err) == AC_OK &&
          ac_field_check_text(&f[4], AC_SV("1"), &err) == AC_EINPUT);
    CHECK(ac_field_check_text(&f[5], AC_SV("red,green"), &err) == AC_OK &&
          ac_field_check_text(&f[5], AC_SV("red,,green"), &err) == AC_EINPUT &&
          ac_field_check_text(&f[5], AC_SV("red green"), &err) == AC_EINPUT);
    CHECK(ac_field_check_text(&f[7], AC_SV("{}"), &err) == AC_EINTERNAL); /* objects are not for queries */
    CHECK(ac_field_check_text(&f[10], AC_SV("2026-05-10T12:00:00Z"), &err) == AC_OK &&
          ac_field_check_text(&f[10], AC_SV("2026-05-10"), &err) == AC_EINPUT);
}
