#include "adapter/markup/xlsx_format.h"

enum {
    DAYS_MAX = 2958465,         /* 9999-12-31 */
    DAYS_1904 = 1462,           /* from the beginning of one calendar to that of the other */
    FALSE_LEAP_DAY = 60,        /* 1900-02-29, which Excel believes in */
    DAY_SECONDS = 24 * 60 * 60,
};

xlsx_format xlsx_builtin_format(int64_t id)
{
    if (id == 9 || id == 10)
        return XLSX_PERCENT;
    if (id == 22)
        return XLSX_DATE_TIME;
    if (id >= 14 && id <= 17)
        return XLSX_DATE;
    return (id >= 18 && id <= 21) || id == 45 || id == 47 ? XLSX_TIME : XLSX_NUMBER;
}

/* The letters of the first section of a code that are not written as they stand; false when it is of elapsed time ("[h]:mm"). */
static bool letters_of(ac_sv code, bool seen[128])
{
    for (size_t i = 0; i < code.n && code.p[i] != ';'; i++) {
        char c = ac_lower(code.p[i]), end = c == '"' ? '"' : c == '[' ? ']' : '\0';
        if (c == '\\' || c == '_' || c == '*') {
            i++;
        } else if (end) {
            if (c == '[' && i + 1 < code.n && strchr("hms", ac_lower(code.p[i + 1])))
                return false;
            const char *close = memchr(code.p + i + 1, end, code.n - i - 1);
            i = close ? (size_t)(close - code.p) : code.n;
        } else if ((unsigned char)c < 128) {
            seen[(unsigned char)c] = true;
        }
    }
    return true;
}

xlsx_format xlsx_format_of(ac_sv code)
{
    bool seen[128] = { false };
    if (ac_sv_eq_nocase(code, AC_SV("general")) || !letters_of(code, seen))
        return XLSX_NUMBER;
    bool time = seen['h'] || seen['s'];
    bool date = seen['y'] || seen['d'] || (seen['m'] && !time);
    if (date)
        return time ? XLSX_DATE_TIME : XLSX_DATE;
    return time ? XLSX_TIME : seen['%'] ? XLSX_PERCENT : XLSX_NUMBER;
}

/* Day 0 is 1899-12-30. Howard Hinnant's algorithm, http://howardhinnant.github.io/date_algorithms.html (civil_from_days) */
static void add_date(ac_sb *out, int64_t day)
{
    int64_t z = day - 25569 + 719468, era = z / 146097, of_era = z % 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    ac_sb_addf(out, "%04d-%02d-%02d", (int)(year_of_era + era * 400 + (month <= 2)), (int)month,
               (int)(of_year - (153 * month_from_march + 2) / 5 + 1));
}

static void add_time(ac_sb *out, int64_t second)
{
    ac_sb_addf(out, "%02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
    if (second % 60)
        ac_sb_addf(out, ":%02d", (int)(second % 60));
}

void xlsx_show(ac_sb *out, ac_sv stored, xlsx_format format, bool from_1904)
{
    double v;
    if (!ac_sv_to_double(stored, &v)) {
        ac_sb_add(out, stored);
        return;
    }
    if (format == XLSX_PERCENT) {
        ac_sb_add_double(out, v * 100);
        ac_sb_add_char(out, '%');
        return;
    }
    bool dated = format == XLSX_DATE || format == XLSX_DATE_TIME;
    if (format == XLSX_NUMBER || v < 0 || v > DAYS_MAX || (dated && !from_1904 && v < 1) || (format == XLSX_TIME && v >= 1)) {
        ac_sb_add_double(out, v);
        return;
    }
    int64_t day = (int64_t)v, second = (int64_t)((v - (double)day) * DAY_SECONDS + 0.5);
    if (second == DAY_SECONDS) {
        second = 0;
        day++;
    }
    if (from_1904)
        day += DAYS_1904;
    else if (day <= FALSE_LEAP_DAY)
        day++;
    if (dated)
        add_date(out, day);
    if (format == XLSX_DATE_TIME)
        ac_sb_add_char(out, ' ');
    if (format != XLSX_DATE)
        add_time(out, second);
}
