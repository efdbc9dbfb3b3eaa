/* Dates, times and numbers. */
#include "interop/hl7/hl7_make.h"

typedef struct {
    unsigned n;                        /* digits before fraction and zone: how exact it is */
    unsigned year, month, day, hour, minute, second;
    ac_sv fraction;                    /* ".25", or empty */
    char zone[8];                      /* "+01:00", "Z" or "" */
} moment;

static bool number(ac_sv s, size_t from, size_t n, unsigned *out)
{
    *out = 0;
    for (size_t i = from; i < from + n; i++) {
        if (i >= s.n || !ac_is_digit(s.p[i]))
            return false;
        *out = *out * 10 + (unsigned)(s.p[i] - '0');
    }
    return true;
}

/* "+0100", "-05:30", "Z" */
static bool zone_of(ac_sv s, char out[8])
{
    unsigned h, mi;
    bool colon = s.n == 6 && s.p[3] == ':';
    if (s.n == 0 || ac_sv_eq(s, AC_SV("Z"))) {
        memcpy(out, "Z", s.n ? 2 : 0);
        return true;
    }
    if ((s.p[0] != '+' && s.p[0] != '-') || (s.n != 5 && !colon) || !number(s, 1, 2, &h) || !number(s, colon ? 4 : 3, 2, &mi) ||
        h > 14 || mi > 59 || (h == 14 && mi))
        return false;
    const char text[8] = { s.p[0], s.p[1], s.p[2], ':', s.p[s.n - 2], s.p[s.n - 1], '\0', '\0' };
    memcpy(out, text, sizeof text);
    return true;
}

static bool exists(const moment *t)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (t->year % 4 == 0 && t->year % 100 != 0) || t->year % 400 == 0;
    if (t->year == 0 || (t->n > 4 && (t->month < 1 || t->month > 12)))
        return false;
    if (t->n > 6 && (t->day < 1 || t->day > days[t->month - 1] + (unsigned)(leap && t->month == 2)))
        return false;
    return t->hour < 24 && t->minute < 60 && t->second < 60;
}

/* YYYY[MM[DD[HH[MM[SS[.S...]]]]]][+/-ZZZZ] */
static bool moment_of(ac_sv s, moment *t)
{
    *t = (moment) { 0 };
    s = ac_sv_trim(s);
    while (t->n < s.n && t->n < 14 && ac_is_digit(s.p[t->n]))
        t->n++;
    unsigned *const parts[] = { &t->month, &t->day, &t->hour, &t->minute, &t->second };
    if (t->n < 4 || t->n % 2 || !number(s, 0, 4, &t->year))
        return false;
    for (unsigned i = 0; i < 5 && 4 + 2 * i < t->n; i++)
        (void)number(s, 4 + 2 * (size_t)i, 2, parts[i]);
    size_t at = t->n;
    if (at < s.n && s.p[at] == '.') {
        for (at++; at < s.n && ac_is_digit(s.p[at]);)
            at++;
        if (at == t->n + 1 || t->n != 14)
            return false;
        t->fraction = ac_sv_sub(s, t->n, at);
    }
    return zone_of(ac_sv_sub(s, at, s.n), t->zone) && exists(t);
}

static ac_sv date_text(ac_hl7_maker *m, const moment *t)
{
    ac_sv out = t->n == 4   ? ac_arena_printf(m->f.arena, "%04u", t->year)
                : t->n == 6 ? ac_arena_printf(m->f.arena, "%04u-%02u", t->year, t->month)
                            : ac_arena_printf(m->f.arena, "%04u-%02u-%02u", t->year, t->month, t->day);
    m->f.full |= !out.p;
    return out.p ? out : AC_SV("");
}

ac_sv ac_hl7_time_text(ac_hl7_maker *m, ac_sv raw, bool *whole)
{
    moment t;
    *whole = false;
    if (!moment_of(raw, &t) || m->f.full)
        return AC_SV("");
    ac_sv zone = t.zone[0] ? ac_sv_z(t.zone) : m->zone;
    *whole = t.n <= 8 || zone.n;
    if (t.n <= 8 || !zone.n) /* FHIR has no time without a zone */
        return date_text(m, &t);
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    ac_sb_addf(&b, "%04u-%02u-%02uT%02u:%02u:%02u", t.year, t.month, t.day, t.hour, t.minute, t.second);
    ac_sb_add(&b, t.fraction);
    ac_sb_add(&b, zone);
    return ac_fhir_string(&m->f, &b);
}

bool ac_hl7_to_date_time(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    bool whole;
    (void)arg;
    ac_sv text = ac_hl7_time_text(m, ac_hl7_raw(v, 1), &whole);
    if (!whole)
        ac_hl7_unread(v, 1);
    *(ac_sv *)out = text;
    return text.n > 0;
}

bool ac_hl7_to_date(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    moment t;
    (void)arg;
    if (!moment_of(ac_hl7_raw(v, 1), &t) || m->f.full) {
        ac_hl7_unread(v, 1);
        return false;
    }
    if (t.hour || t.minute || t.second) /* midnight is how systems fill up a date */
        ac_hl7_unread(v, 1);
    *(ac_sv *)out = date_text(m, &t);
    return true;
}

bool ac_hl7_to_instant(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    bool whole;
    (void)arg;
    ac_sv text = ac_hl7_time_text(m, ac_hl7_raw(v, 1), &whole);
    if (!ac_fhir_is_instant(text)) {
        ac_hl7_unread(v, 1);
        return false;
    }
    *(ac_sv *)out = text;
    return true;
}

/* A DR, its parts being components or subcomponents. */
bool ac_hl7_to_period(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_period *p = out;
    bool whole[2];
    (void)arg;
    p->start = ac_hl7_time_text(m, ac_hl7_raw(v, 1), &whole[0]);
    p->end = ac_hl7_time_text(m, ac_hl7_raw(v, 2), &whole[1]);
    return p->start.n || p->end.n;
}

ac_rec_period *ac_hl7_begin_end(ac_hl7_maker *m, unsigned from, unsigned to)
{
    ac_rec_period *p = AC_FHIR_NEW(&m->f, period);
    bool some = ac_hl7_has(m, from) && ac_hl7_to_date_time(m, ac_hl7_field(m, from), NULL, &p->start);
    some |= ac_hl7_has(m, to) && ac_hl7_to_date_time(m, ac_hl7_field(m, to), NULL, &p->end);
    return some ? p : NULL;
}

/* An instant that is so many minutes later; empty when either is none. */
ac_sv ac_hl7_later(ac_hl7_maker *m, ac_sv instant, ac_sv minutes)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t n;
    unsigned y, mo, d, h, mi;
    bool ok = ac_fhir_is_instant(instant) && ac_sv_to_i64(minutes, &n) && n > 0 && n < 60 * 24 * 28 && number(instant, 0, 4, &y) &&
              number(instant, 5, 2, &mo) && number(instant, 8, 2, &d) && number(instant, 11, 2, &h) && number(instant, 14, 2, &mi);
    if (!ok || mo < 1 || mo > 12)
        return AC_SV("");
    unsigned all = h * 60 + mi + (unsigned)n;
    d += all / (24 * 60);
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    unsigned last = days[mo - 1] + (unsigned)(leap && mo == 2);
    mo += d > last;
    d -= d > last ? last : 0;
    y += mo > 12;
    mo = mo > 12 ? 1 : mo;
    AC_AUTO(ac_sb) b = AC_SB(1 << 16);
    ac_sb_addf(&b, "%04u-%02u-%02uT%02u:%02u", y, mo, d, all / 60 % 24, all % 60);
    ac_sb_add(&b, ac_sv_sub(instant, 16, instant.n));
    return ac_fhir_string(&m->f, &b);
}

/* ---- numbers ---- */

ac_sv ac_hl7_decimal(ac_hl7_maker *m, ac_sv raw)
{
    ac_sv s = ac_sv_trim(raw);
    bool minus = s.n && s.p[0] == '-';
    size_t i = s.n && (minus || s.p[0] == '+'), begin = i, dot;
    while (i < s.n && ac_is_digit(s.p[i]))
        i++;
    dot = i;
    if (i < s.n && s.p[i] == '.')
        for (i++; i < s.n && ac_is_digit(s.p[i]);)
            i++;
    size_t digits = (dot - begin) + (i > dot ? i - dot - 1 : 0);
    if (i != s.n || !digits || s.n > 40)
        return AC_SV("");
    while (begin + 1 < dot && s.p[begin] == '0')
        begin++;
    AC_AUTO(ac_sb) b = AC_SB(64);
    if (minus)
        ac_sb_add_char(&b, '-');
    if (begin == dot)
        ac_sb_add_char(&b, '0');
    ac_sb_add(&b, ac_sv_sub(s, begin, i > dot + 1 ? i : dot));
    return ac_fhir_string(&m->f, &b);
}

bool ac_hl7_to_number(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    (void)arg;
    ac_sv n = ac_hl7_decimal(m, ac_hl7_raw(v, 1));
    *(ac_sv *)out = n;
    if (!n.n)
        ac_hl7_unread(v, 1);
    return n.n > 0;
}

bool ac_hl7_to_whole(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_sv n = { 0 };
    int64_t value;
    if (ac_hl7_to_number(m, v, arg, &n) && ac_sv_to_i64(n, &value) && value > 0 && value < INT32_MAX) {
        *(ac_sv *)out = n;
        return true;
    }
    ac_hl7_unread(v, 1);
    return false;
}

/* Is that a UCUM code by its form: printable, without blanks. */
static bool unit_like(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n > 0;
}

ac_rec_quantity *ac_hl7_amount(ac_hl7_maker *m, ac_sv raw, ac_hl7_value unit)
{
    ac_sv n = ac_hl7_decimal(m, raw);
    if (!n.n)
        return NULL;
    ac_rec_quantity *q = AC_FHIR_NEW(&m->f, quantity);
    ac_sv code = ac_hl7_string(m, unit, 1), text = ac_hl7_string(m, unit, 2);
    bool ucum = ac_sv_eq(ac_hl7_system_of(ac_sv_trim(ac_hl7_raw(unit, 3))).uri, AC_SV(AC_FHIR_UCUM));
    *q = (ac_rec_quantity) { .value = n, .unit = text.n ? text : code };
    if (ucum && unit_like(code)) {
        q->system = AC_SV(AC_FHIR_UCUM);
        q->code = code;
    }
    return q;
}

/* CQ: quantity ^ units, the units being subcomponents */
bool ac_hl7_to_quantity(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    (void)arg;
    ac_rec_quantity *q = ac_hl7_amount(m, ac_hl7_raw(v, 1), ac_hl7_sub(m, v, 2));
    if (!q)
        ac_hl7_unread(v, 1);
    else
        *(ac_rec_quantity *)out = *q;
    return q != NULL;
}
