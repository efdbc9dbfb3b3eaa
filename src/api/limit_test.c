#include "api/limit.h"

#include "kit/test.h"

AC_TEST(limit, a_burst_then_a_steady_rate)
{
    AC_AUTO_PTR(ac_limit) l = NULL;
    CHECK(ac_limit_new(&(ac_limit_options) { 60, 60, 5 }, &l, NULL) == AC_OK); /* one a second */
    int64_t now = 1000000;
    for (int i = 0; i < 5; i++)
        CHECK(ac_limit_take(l, 7, now).allowed);
    const ac_limit_answer no = ac_limit_take(l, 7, now);
    CHECK(!no.allowed && no.wait_s >= 1 && no.wait_s <= 2 && no.left == 0 && no.limit == 60);
    CHECK(ac_limit_take(l, 8, now).allowed); /* another one's are his own */
    CHECK(ac_limit_take(l, 7, now + 1100).allowed && !ac_limit_take(l, 7, now + 1100).allowed);
    int allowed = 0;
    for (int i = 0; i < 100; i++)
        allowed += ac_limit_take(l, 7, now + 3600 * 1000).allowed; /* idle time does not add up beyond the burst */
    CHECK(allowed == 5);
}

AC_TEST(limit, none_and_many)
{
    AC_AUTO_PTR(ac_limit) none = NULL;
    AC_AUTO_PTR(ac_limit) l = NULL;
    CHECK(ac_limit_new(&(ac_limit_options) { 0, 60, 5 }, &none, NULL) == AC_OK &&
          ac_limit_new(&(ac_limit_options) { 10, 60, 2 }, &l, NULL) == AC_OK);
    for (int i = 0; i < 1000; i++)
        CHECK(ac_limit_take(none, 1, 1).allowed);
    for (uint64_t who = 1; who < 100000; who++) /* more addresses than places: nobody is refused his first */
        CHECK(ac_limit_take(l, who * 2654435761u, 5000).allowed);
}
