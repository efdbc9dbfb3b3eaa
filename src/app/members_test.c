#include "app/members.h"

#include "kit/test.h"

static bool keeps(ac_sv object, ac_sv names, ac_sv expected)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    return ac_members_keep_lines(object, names, arena, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), expected);
}

AC_TEST(members, are_kept_as_they_were_written)
{
    const ac_sv all = AC_SV("{\"a\":1.50,\"b\":{\"x\":[1,2,\"},,\"]},\"c\":\"t,}\"}");
    CHECK(keeps(all, AC_SV("a"), AC_SV("{\"a\":1.50}\n")));
    CHECK(keeps(all, AC_SV("c,b"), AC_SV("{\"b\":{\"x\":[1,2,\"},,\"]},\"c\":\"t,}\"}\n")));
    CHECK(keeps(all, AC_SV("d"), AC_SV("{}\n")) && keeps(AC_SV("{}"), AC_SV("a"), AC_SV("{}\n")));
    CHECK(keeps(AC_SV("{\"a\":1}\n\n{\"b\":2}\n"), AC_SV("a,b"), AC_SV("{\"a\":1}\n{\"b\":2}\n")));
}

AC_TEST(members, a_value_is_as_it_was_written)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    const ac_sv all = AC_SV("{ \"a\" : 1.50 ,\n \"b\": {\"x\":[1,2,\"},,\"]}\n, \"c\":\"t,}\" }");
    ac_sv got;
    CHECK(ac_members_value(all, AC_SV("a"), arena, &got, NULL) == AC_OK && ac_sv_eq(got, AC_SV("1.50")));
    CHECK(ac_members_value(all, AC_SV("b"), arena, &got, NULL) == AC_OK &&
          ac_sv_eq(got, AC_SV("{\"x\":[1,2,\"},,\"]}")));
    CHECK(ac_members_value(all, AC_SV("c"), arena, &got, NULL) == AC_OK && ac_sv_eq(got, AC_SV("\"t,}\"")));
    CHECK(ac_members_value(all, AC_SV("d"), arena, &got, NULL) == AC_OK && !got.n);
    CHECK(ac_members_value(AC_SV("[]"), AC_SV("d"), arena, &got, NULL) == AC_EINPUT);
}

AC_TEST(members, of_what_is_no_object_are_refused)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    CHECK(ac_members_keep(AC_SV("[1]"), AC_SV("a"), arena, &out, NULL) == AC_EINPUT);
    CHECK(ac_members_keep(AC_SV("{\"a\":"), AC_SV("a"), arena, &out, NULL) == AC_EINPUT);
}
