#include "net/url.h"
#include "kit/test.h"

static ac_arena *arena_of(size_t n) { return ac_arena_new(n); }

AC_TEST(url, paths)
{
    static const struct {
        const char *raw, *path; /* NULL: refused */
    } cases[] = {
        { "/", "/" }, { "/v1/jobs", "/v1/jobs" }, { "/chat/", "/chat/" }, { "/a%20b", "/a b" }, { "/%c3%b1", "/ñ" }, { "/a.b/..c/...", "/a.b/..c/..." },
        { "/a+b", "/a+b" }, { "/%25", "/%" }, { "", NULL }, { "a", NULL }, { "//", NULL }, { "//host/x", NULL }, { "/a//b", NULL }, { "/.", NULL },
        { "/..", NULL }, { "/a/../b", NULL }, { "/a/./b", NULL }, { "/%2e%2e/x", NULL }, { "/a/.%2E", NULL }, { "/a%2fb", NULL }, { "/a%2Fb", NULL },
        { "/a%5cb", NULL }, { "/a\\b", NULL }, { "/%00", NULL }, { "/a%0d%0ab", NULL }, { "/%7f", NULL }, { "/%", NULL }, { "/%4", NULL }, { "/%zz", NULL },
        { "/%ff", NULL }, { "/%c3", NULL }, { "/%c0%af", NULL }, { "/%ed%a0%80", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = arena_of(1 << 16);
        ac_sv path = AC_SV("untouched");
        ac_rc rc = ac_url_path(ac_sv_z(cases[i].raw), a, &path, NULL);
        CHECK(rc == (cases[i].path ? AC_OK : AC_EINPUT));
        CHECK(ac_sv_eq(path, cases[i].path ? ac_sv_z(cases[i].path) : AC_SV("untouched")));
    }
}

AC_TEST(url, queries)
{
    AC_AUTO_PTR(ac_arena) a = arena_of(1 << 16);
    ac_url_params p;
    CHECK(ac_url_query(AC_SV(""), 4, a, &p, NULL) == AC_OK && !p.n);
    CHECK(ac_url_query(AC_SV("a=1&&b&c=x+y%26z=&code=http://x|1"), 4, a, &p, NULL) == AC_OK && p.n == 4);
    CHECK(ac_sv_eq(p.at[0].name, AC_SV("a")) && ac_sv_eq(p.at[0].value, AC_SV("1")));
    CHECK(ac_sv_eq(p.at[1].name, AC_SV("b")) && !p.at[1].value.n);
    CHECK(ac_sv_eq(p.at[2].value, AC_SV("x y&z=")) && ac_sv_eq(p.at[3].value, AC_SV("http://x|1")));
    CHECK(ac_url_query(AC_SV("a&b&c"), 2, a, &p, NULL) == AC_ELIMIT);
    CHECK(ac_url_query(AC_SV("a=%00"), 2, a, &p, NULL) == AC_EINPUT && ac_url_query(AC_SV("a=%f"), 2, a, &p, NULL) == AC_EINPUT);
}

AC_TEST(url, without_memory)
{
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_arena) a = arena_of(1 << 16);
        ac_url_params p = { 0 };
        if (a) {
            ac_rc rc = ac_url_query(AC_SV("a=1&b=2"), 4, a, &p, NULL);
            CHECK(rc == AC_OK || rc == AC_ELIMIT);
        }
    }
}
