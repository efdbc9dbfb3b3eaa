#include "net/http_field.h"
#include "kit/test.h"

AC_TEST(http_field, lists)
{
    ac_sv rest = AC_SV(" a, ,b ,\tc,"), one;
    size_t n = 0;
    while (ac_field_next(&rest, &one))
        n += one.n == 1 && one.p[0] == "abc"[n];
    CHECK(n == 3);
    CHECK(ac_field_has(AC_SV("keep-alive, Upgrade"), "upgrade") && !ac_field_has(AC_SV("upgraded"), "upgrade") && !ac_field_has(AC_SV(""), "upgrade"));
}

AC_TEST(http_field, accepted_codings)
{
    static const char *const yes[] = { "gzip", "GZIP", "br, gzip", "gzip;q=1", "gzip; q=0.001", "deflate, gzip ;q=1.0, *;q=0.5" };
    static const char *const no[] = { "", "br", "gzip;q=0", "gzip;q=0.000", "gzip;q=", "gzip;x=1", "xgzip", "*", "gzip;q=0, gzip" };
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        CHECK(ac_field_accepts(ac_sv_z(yes[i]), "gzip"));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        CHECK(!ac_field_accepts(ac_sv_z(no[i]), "gzip"));
}

AC_TEST(http_field, entity_tags)
{
    static const char *const yes[] = { "\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", " * " };
    static const char *const no[] = { "", "a", "\"b\"", "\"a", "w/\"a\"", "\"aa\"", "**" };
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        CHECK(ac_field_matches(ac_sv_z(yes[i]), AC_SV("a")));
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        CHECK(!ac_field_matches(ac_sv_z(no[i]), AC_SV("a")));
}

AC_TEST(http_field, parameters)
{
    static const struct {
        const char *value, *found; /* NULL: none */
    } cases[] = {
        { "form-data; name=a", "a" }, { "form-data; name=\"a b\"", "a b" }, { "x;NAME=a;other=\"q;name=z\"", "a" }, { "x; other=\";name=z\"; name=\"\"", "" },
        { "x; name=\"a\\\"b\\\\c\"", "a\"b\\c" }, { "x; name=a;", "a" }, { "x", NULL }, { "", NULL }, { "x; name", NULL }, { "x; name=", NULL }, { "x; name=\"a", NULL },
        { "x; name=\"a\\", NULL }, { "x; name=a; name=b", NULL }, { "x; =a; name=b", NULL }, { "x; name=a b", NULL }, { "x; name=\"too long for it\"", NULL },
        { "x; other=\"much too long for the buffer\"; name=a", "a" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[8];
        ac_sv got = ac_field_param(ac_sv_z(cases[i].value), "name", buf, sizeof buf);
        CHECK(!got.p == !cases[i].found && (!got.p || ac_sv_eq(got, ac_sv_z(cases[i].found))));
    }
}

AC_TEST(http_field, cookies)
{
    ac_sv cookies = AC_SV("a=1; session=x=y; xsession=2; empty=");
    CHECK(ac_sv_eq(ac_field_cookie(cookies, AC_SV("session")), AC_SV("x=y")) && ac_sv_eq(ac_field_cookie(cookies, AC_SV("xsession")), AC_SV("2")));
    CHECK(!ac_field_cookie(cookies, AC_SV("sess")).p && !ac_field_cookie(AC_SV("session"), AC_SV("session")).p);
    CHECK(ac_field_cookie(cookies, AC_SV("empty")).p && !ac_field_cookie(cookies, AC_SV("empty")).n);
}

AC_TEST(http_field, dates_and_statuses)
{
    char buf[AC_FIELD_DATE];
    CHECK(ac_sv_eq(ac_field_date(784111777, buf), AC_SV("Sun, 06 Nov 1994 08:49:37 GMT")));
    CHECK(ac_sv_eq(ac_field_date(951782400, buf), AC_SV("Tue, 29 Feb 2000 00:00:00 GMT")));
    CHECK(strcmp(ac_status_text(413), "Content Too Large") == 0 && strcmp(ac_status_code(413), "content_too_large") == 0);
    CHECK(strcmp(ac_status_text(299), "OK") == 0 && strcmp(ac_status_text(599), "Error") == 0 && strcmp(ac_status_code(599), "error") == 0);
}
