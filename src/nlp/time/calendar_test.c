#include "nlp/time/calendar.h"

#include "kit/test.h"

#include <math.h>

static ac_date ymd(int y, unsigned m, unsigned d) { return (ac_date) { (int16_t)y, (uint8_t)m, (uint8_t)d }; }

static bool same(ac_date a, ac_date b) { return a.year == b.year && a.month == b.month && a.day == b.day; }

AC_TEST(calendar, leap_years)
{
    CHECK(ac_month_days(2000, 2) == 29 && ac_month_days(1900, 2) == 28 && ac_month_days(2024, 2) == 29);
    CHECK(ac_month_days(2023, 2) == 28 && ac_month_days(2023, 0) == 0 && ac_month_days(2023, 13) == 0);
    CHECK(ac_date_valid(ymd(2024, 2, 29)) && !ac_date_valid(ymd(2023, 2, 29)) && !ac_date_valid(ymd(2023, 4, 31)));
    CHECK(ac_date_valid(ymd(2023, 0, 0)) && !ac_date_valid(ymd(2023, 0, 4)) && !ac_date_valid(ymd(0, 1, 1)));
    CHECK(ac_date_full(ymd(2023, 1, 1)) && !ac_date_full(ymd(2023, 1, 0)));
}

AC_TEST(calendar, every_day_of_four_centuries_comes_back)
{
    int bad = 0;
    for (int32_t d = ac_date_days(ymd(1799, 1, 1)); d <= ac_date_days(ymd(2201, 1, 1)); d++)
        bad += !ac_date_full(ac_date_of_days(d)) || ac_date_days(ac_date_of_days(d)) != d;
    CHECK(bad == 0);
    CHECK(ac_date_days(ymd(1970, 1, 1)) == 0 && ac_date_days(ymd(2000, 3, 1)) == 11017);
    CHECK(ac_date_of_days(INT32_MAX).year == 0 && ac_date_of_days(INT32_MIN).year == 0);
}

AC_TEST(calendar, moving_keeps_the_exactness_of_the_unit)
{
    CHECK(same(ac_date_move(ymd(2024, 3, 1), -1, 'd'), ymd(2024, 2, 29)));
    CHECK(same(ac_date_move(ymd(2023, 3, 1), -1, 'd'), ymd(2023, 2, 28)));
    CHECK(same(ac_date_move(ymd(2023, 5, 20), -2, 'w'), ymd(2023, 5, 6)));
    CHECK(same(ac_date_move(ymd(2023, 1, 31), -1, 'o'), ymd(2022, 12, 0)));
    CHECK(same(ac_date_move(ymd(2023, 5, 20), -10, 'a'), ymd(2013, 0, 0)));
    CHECK(same(ac_date_move(ymd(2023, 5, 20), 36, 'h'), ymd(2023, 5, 22)));
    CHECK(ac_date_move(ymd(2023, 0, 0), -1, 'o').year == 0 && ac_date_move(ymd(2023, 5, 0), -1, 'd').year == 0);
    CHECK(ac_date_move(ymd(2023, 5, 1), NAN, 'd').year == 0 && ac_date_move(ymd(2023, 5, 1), 1e300, 'a').year == 0);
    CHECK(ac_date_move(ymd(2023, 5, 1), -3000, 'a').year == 0 && ac_date_move(ymd(2023, 5, 1), -3000000, 'o').year == 0);
    CHECK(ac_date_cmp(ymd(2023, 5, 1), ymd(2023, 5, 2)) < 0 && ac_date_cmp(ymd(2023, 0, 0), ymd(2023, 1, 1)) == 0);
}

AC_TEST(calendar, iso)
{
    char b[11];
    CHECK(ac_sv_eq((ac_sv) { b, ac_date_iso(ymd(2023, 5, 1), b) }, AC_SV("2023-05-01")));
    CHECK(ac_sv_eq((ac_sv) { b, ac_date_iso(ymd(2023, 5, 0), b) }, AC_SV("2023-05")));
    CHECK(ac_sv_eq((ac_sv) { b, ac_date_iso(ymd(2023, 0, 0), b) }, AC_SV("2023")));
    CHECK(ac_sv_eq((ac_sv) { b, ac_date_iso(ymd(0, 5, 1), b) }, AC_SV("--05-01")));
}
