#include "interop/ccda/ccda_make.h"

/* Digits [at, at + 2) as a number; the caller has checked that they are digits. */
static unsigned two(ac_sv s, size_t at) { return (unsigned)(s.p[at] - '0') * 10u + (unsigned)(s.p[at + 1] - '0'); }

static bool digits(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_digit(s.p[i]))
            return false;
    return true;
}

typedef struct {
    ac_sv number;   /* YYYY[MM[DD[HH[MM[SS]]]]] */
    ac_sv fraction; /* ".123"; empty when none */
    ac_sv zone;     /* "+0500", "Z"; empty when none */
} time_parts;

static bool split_time(ac_sv ts, time_parts *out)
{
    size_t n = 0, end;
    while (n < ts.n && ac_is_digit(ts.p[n]))
        n++;
    out->number = ac_sv_sub(ts, 0, n);
    for (end = n; end < ts.n && (ts.p[end] == '.' || ac_is_digit(ts.p[end])); end++)
        continue;
    out->fraction = ac_sv_sub(ts, n, end);
    out->zone = ac_sv_sub(ts, end, ts.n);
    if (n < 4 || n > 14 || n % 2 || (out->fraction.n && (n != 14 || out->fraction.n < 2 || !digits(ac_sv_sub(out->fraction, 1, out->fraction.n)))))
        return false;
    if (ac_sv_eq(out->zone, AC_SV("Z")) || !out->zone.n)
        return true;
    ac_sv hours = ac_sv_sub(out->zone, 1, out->zone.n);
    return (out->zone.p[0] == '+' || out->zone.p[0] == '-') && (hours.n == 2 || hours.n == 4) && digits(hours) &&
           two(hours, 0) <= 14 && (hours.n == 2 || two(hours, 2) < 60);
}

static bool is_day(ac_sv n)
{
    static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    unsigned year = two(n, 0) * 100 + two(n, 2), month = n.n >= 6 ? two(n, 4) : 1, day = n.n >= 8 ? two(n, 6) : 1;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && (month != 2 || day < 29 || leap);
}

/* To the day; what lies beyond it was checked. */
static void add_day(ac_sb *b, ac_sv n)
{
    ac_sb_add(b, ac_sv_sub(n, 0, 4));
    for (size_t at = 4; at < n.n && at < 8; at += 2) {
        ac_sb_add_char(b, '-');
        ac_sb_add(b, ac_sv_sub(n, at, at + 2));
    }
}

static void add_clock(ac_sb *b, const time_parts *t)
{
    ac_sb_add_char(b, 'T');
    ac_sb_add(b, ac_sv_sub(t->number, 8, 10));
    ac_sb_add_char(b, ':');
    ac_sb_add(b, ac_sv_sub(t->number, 10, 12));
    ac_sb_add_char(b, ':'); /* FHIR has no time of day without seconds; it lets them be 00 */
    ac_sb_add(b, t->number.n == 14 ? ac_sv_sub(t->number, 12, 14) : AC_SV("00"));
    ac_sb_add(b, t->fraction);
    if (ac_sv_eq(t->zone, AC_SV("Z"))) {
        ac_sb_add(b, t->zone);
        return;
    }
    ac_sb_add(b, ac_sv_sub(t->zone, 0, 3));
    ac_sb_add_char(b, ':');
    ac_sb_add(b, t->zone.n == 5 ? ac_sv_sub(t->zone, 3, 5) : AC_SV("00"));
}

ac_sv ac_ccda_time(ac_ccda_maker *m, ac_sv ts)
{
    time_parts t;
    AC_AUTO(ac_sb) b = AC_SB(64);
    if (!ts.n)
        return AC_SV("");
    if (!split_time(ts, &t) || !is_day(t.number) || (t.number.n >= 10 && two(t.number, 8) > 23) ||
        (t.number.n >= 12 && two(t.number, 10) > 59) || (t.number.n >= 14 && two(t.number, 12) > 59)) {
        ac_ccda_skip(m, AC_SV("TS"), AC_SV("no time"));
        m->out.record.coverage.members_unknown++;
        return AC_SV("");
    }
    add_day(&b, t.number);
    if (t.number.n >= 12 && t.zone.n) {
        add_clock(&b, &t);
    } else if (t.number.n > 8) {
        ac_ccda_skip(m, AC_SV("TS"), t.zone.n ? AC_SV("hour without minutes") : AC_SV("time of day without zone"));
        m->out.record.coverage.members_unknown++;
    }
    return ac_ccda_copy(m, &b);
}

ac_sv ac_ccda_time_of(ac_ccda_maker *m, const ac_tree_node *n)
{
    static const char *const within[] = { "low", "center", "high" };
    ac_sv at = ac_ccda_time(m, ac_ccda_attr(n, "value"));
    for (size_t i = 0; n && !at.n && i < 3; i++)
        at = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(n, ac_sv_z(within[i])), "value"));
    return at;
}

ac_sv ac_ccda_instant(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_sv ts = ac_ccda_attr(n, "value");
    time_parts t;
    if (!split_time(ts, &t) || t.number.n != 14 || !t.zone.n)
        return AC_SV("");
    return ac_ccda_time(m, ts);
}

ac_rec_period *ac_ccda_period(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_sv start = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(n, AC_SV("low")), "value"));
    ac_sv end = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(n, AC_SV("high")), "value"));
    if (!start.n && !end.n)
        return NULL;
    /* FHIR refuses a period that ends before it starts. Of times of one precision and zone the order is that of their bytes. */
    bool same_kind = start.n && start.n == end.n && (start.n <= 10 || ac_sv_eq(ac_sv_sub(start, 19, start.n), ac_sv_sub(end, 19, end.n)));
    if (same_kind && ac_sv_cmp(start, end) > 0) {
        ac_ccda_skip(m, AC_SV("IVL_TS"), AC_SV("high before low"));
        m->out.record.coverage.members_unknown++;
        end = AC_SV("");
    }
    ac_rec_period *p = AC_CCDA_NEW(m, period);
    p->start = start;
    p->end = end;
    return p;
}

void ac_ccda_when(ac_ccda_maker *m, const ac_tree_node *n, ac_sv *date, ac_rec_period **period)
{
    *date = ac_ccda_time(m, ac_ccda_attr(n, "value"));
    if (!date->n)
        *date = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(n, AC_SV("center")), "value"));
    *period = date->n ? NULL : ac_ccda_period(m, n);
}
