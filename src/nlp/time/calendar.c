#include "nlp/time/calendar.h"

#include <math.h>

enum { YEAR_MAX = 9999, DAYS_PER_ERA = 146097, EPOCH_SHIFT = 719468 };

static bool leap(int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }

unsigned ac_month_days(int year, unsigned month)
{
    static const uint8_t days[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (month > 12)
        return 0;
    return month == 2 && leap(year) ? 29 : days[month];
}

bool ac_date_valid(ac_date d)
{
    if (d.year < 1 || d.year > YEAR_MAX || d.month > 12 || (d.month == 0 && d.day))
        return false;
    return d.day <= ac_month_days(d.year, d.month);
}

bool ac_date_full(ac_date d) { return ac_date_valid(d) && d.day; }

/* Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that leap days come last. */
int32_t ac_date_days(ac_date d)
{
    int m = d.month ? d.month : 1, day = d.day ? d.day : 1, y = d.year - (m <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int of_era = y - era * 400;
    int of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * DAYS_PER_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT;
}

ac_date ac_date_of_days(int32_t days)
{
    if (days < -EPOCH_SHIFT || days > 2932896) /* 0000-03-01 and 9999-12-31 */
        return (ac_date) { 0 };
    int z = days + EPOCH_SHIFT, era = z / DAYS_PER_ERA, doe = z - era * DAYS_PER_ERA;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;
    int year = yoe + era * 400 + (month <= 2);
    if (year < 1)
        return (ac_date) { 0 };
    return (ac_date) { (int16_t)year, (uint8_t)month, (uint8_t)(doy - (153 * mp + 2) / 5 + 1) };
}

static ac_date move_months(ac_date d, double months)
{
    double at = d.year * 12.0 + d.month - 1 + months;
    if (at < 12 || at >= (YEAR_MAX + 1) * 12.0)
        return (ac_date) { 0 };
    int whole = (int)at;
    return (ac_date) { (int16_t)(whole / 12), (uint8_t)(whole % 12 + 1), 0 };
}

ac_date ac_date_move(ac_date d, double amount, char unit)
{
    const ac_date none = { 0 };
    if (!ac_date_valid(d) || !isfinite(amount) || fabs(amount) > 4e6)
        return none;
    if (unit == 'a') {
        double year = d.year + (amount < 0 ? ceil(amount) : floor(amount));
        return year < 1 || year > YEAR_MAX ? none : (ac_date) { (int16_t)year, 0, 0 };
    }
    if (unit == 'o')
        return d.month ? move_months(d, floor(amount + 0.5)) : none;
    if (!d.day)
        return none;
    double days = unit == 'd' ? amount : unit == 'w' ? amount * 7 : unit == 'h' ? amount / 24 : unit == 'i' ? amount / 1440 : 0;
    return ac_date_of_days(ac_date_days(d) + (int32_t)floor(days + 0.5));
}

int ac_date_cmp(ac_date a, ac_date b)
{
    int32_t x = ac_date_days(a), y = ac_date_days(b);
    return (x > y) - (x < y);
}

static size_t put(char *buf, size_t n, unsigned v, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; v /= 10)
        buf[n + i] = (char)('0' + v % 10);
    return n + digits;
}

size_t ac_date_iso(ac_date d, char buf[11])
{
    size_t n = 0;
    if (d.year > 0)
        n = put(buf, 0, (unsigned)d.year, 4);
    else
        buf[n++] = '-';
    if (d.month) {
        buf[n++] = '-';
        n = put(buf, n, d.month, 2);
    }
    if (d.month && d.day) {
        buf[n++] = '-';
        n = put(buf, n, d.day, 2);
    }
    return n;
}
