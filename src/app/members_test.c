#include "app/members.h"

#include "kit/test.h"

static ac_rc keep_all(ac_sv lines, ac_sv names, ac_sb *out, ac_err *err)
{
    ac_members_filter f = ac_members_filter_of(names);
    AC_TRY(err, ac_members_pass(&f, lines, out, err));
    return ac_members_end(&f, err);
}

/* However the bytes come. */
static bool keeps(ac_sv object, ac_sv names, ac_sv expected)
{
    for (size_t step = 1; step <= object.n; step++) {
        AC_AUTO(ac_sb) out = AC_SB(1 << 16);
        ac_members_filter f = ac_members_filter_of(names);
        for (size_t i = 0; i < object.n; i += step)
            if (ac_members_pass(&f, ac_sv_sub(object, i, i + step), &out, NULL) != AC_OK)
                return false;
        if (ac_members_end(&f, NULL) != AC_OK || !ac_sv_eq(ac_sb_view(&out), expected))
            return false;
    }
    return true;
}

AC_TEST(members, are_kept_as_they_were_written)
{
    const ac_sv all = AC_SV("{\"a\":1.50,\"b\":{\"x\":[1,2,\"},,\"]},\"c\":\"t,}\"}");
    CHECK(keeps(all, AC_SV("a"), AC_SV("{\"a\":1.50}\n")));
    CHECK(keeps(all, AC_SV("c,b"), AC_SV("{\"b\":{\"x\":[1,2,\"},,\"]},\"c\":\"t,}\"}\n")));
    CHECK(keeps(all, AC_SV("d"), AC_SV("{}\n")) && keeps(AC_SV("{}"), AC_SV("a"), AC_SV("{}\n")));
    CHECK(keeps(AC_SV("{\"a\":\"\\\\\",\"b\":\"\\\"}\",\"a\":[{}]}"), AC_SV("a"),
                AC_SV("{\"a\":\"\\\\\",\"a\":[{}]}\n")));
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
    static const char *const bad[] = { "[1]",       "{\"a\":",    "{\"a\"", "{a:1}", "{\"a\" 1}",
                                       "{\"a\":1]", "{\"a\":\"}", "1",      "}",     "{,}" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AC_AUTO(ac_sb) out = AC_SB(1 << 16);
        CHECK(keep_all(ac_sv_z(bad[i]), AC_SV("a"), &out, NULL) == AC_EINPUT);
    }
}

AC_TEST(members, fill_no_more_than_there_is_room)
{
    AC_AUTO(ac_sb) out = AC_SB(8);
    CHECK(keep_all(AC_SV("{\"a\":\"0123456789\"}"), AC_SV("a"), &out, NULL) == AC_ELIMIT);
}
