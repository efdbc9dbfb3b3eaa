#include "app/instant.h"

#include "app/batch.h"
#include "nlp/time/calendar.h"

enum { DATE = 10, CLOCK = 19, ZONE = 6, HOUR_S = 3600, MINUTE_S = 60, DAY_S = 24 * HOUR_S, MS = 1000 };

static bool pair(ac_sv s, size_t at, int64_t max, int64_t *out)
{
    const ac_sv digits = ac_sv_sub(s, at, at + 2);
    if (digits.n != 2 || !ac_is_digit(digits.p[0]) || !ac_is_digit(digits.p[1]))
        return false;
    *out = (digits.p[0] - '0') * 10 + (digits.p[1] - '0');
    return *out <= max;
}

/* "Z" or "+02:00": how many seconds it is ahead of UTC. */
static bool read_zone(ac_sv s, int64_t *seconds)
{
    int64_t h, m;
    *seconds = 0;
    if (s.n == 1)
        return s.p[0] == 'Z' || s.p[0] == 'z';
    if (s.n != ZONE || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !pair(s, 1, 23, &h) || !pair(s, 4, 59, &m))
        return false;
    *seconds = (h * HOUR_S + m * MINUTE_S) * (s.p[0] == '-' ? -1 : 1);
    return true;
}

/* ".123": *n bytes of it. */
static bool read_fraction(ac_sv s, size_t *n, int64_t *ms)
{
    int64_t unit = MS / 10;
    *n = 0;
    *ms = 0;
    if (!s.n || s.p[0] != '.')
        return true;
    for (*n = 1; *n < s.n && ac_is_digit(s.p[*n]); ++*n) {
        *ms += (s.p[*n] - '0') * unit;
        unit /= 10;
    }
    return *n > 1;
}

bool ac_instant_read(ac_sv s, int64_t *ms)
{
    ac_date date;
    int64_t h, m, sec, ahead, fraction;
    size_t n;
    if (s.n <= CLOCK || !ac_date_read(ac_sv_sub(s, 0, DATE), &date) || (s.p[10] != 'T' && s.p[10] != 't') ||
        s.p[13] != ':' || s.p[16] != ':')
        return false;
    if (!pair(s, 11, 23, &h) || !pair(s, 14, 59, &m) || !pair(s, 17, 59, &sec))
        return false;
    if (!read_fraction(ac_sv_sub(s, CLOCK, s.n), &n, &fraction) || !read_zone(ac_sv_sub(s, CLOCK + n, s.n), &ahead))
        return false;
    const int64_t at = ((int64_t)ac_date_days(date) * DAY_S + h * HOUR_S + m * MINUTE_S + sec - ahead) * MS + fraction;
    if (at < 0)
        return false;
    *ms = at;
    return true;
}
