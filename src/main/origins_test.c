#include "main/origins.h"

#include "kit/test.h"

AC_TEST(origins, what_a_browser_would_say)
{
    CHECK(ac_origins_check("https://console.example.org", NULL) == AC_OK);
    CHECK(ac_origins_check("http://localhost:5173, https://a.example,http://[::1]:8081", NULL) == AC_OK);
    static const char *const bad[] = { "",
                                       "*",
                                       "null",
                                       "console.example.org",
                                       "https://",
                                       "https://a.example/",
                                       "https://A.example",
                                       "ftp://a.example",
                                       "https://a.example:443",
                                       "http://a.example:80",
                                       "https://a.example,*",
                                       "https://u@a.example",
                                       "https://*.example" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(ac_origins_check(bad[i], NULL) == AC_EINPUT);
}

AC_TEST(origins, only_those_of_the_list)
{
    static const char list[] = "https://a.example, http://localhost:5173";
    CHECK(ac_origins_have(list, AC_SV("https://a.example")) && ac_origins_have(list, AC_SV("http://localhost:5173")));
    CHECK(!ac_origins_have(list, AC_SV("http://a.example")) && !ac_origins_have(list, AC_SV("https://a.example:8443")));
    CHECK(!ac_origins_have(list, AC_SV("https://b.a.example")) && !ac_origins_have(list, AC_SV("null")) &&
          !ac_origins_have(list, AC_SV("")));
}
