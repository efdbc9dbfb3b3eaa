/* Dates moved by one offset and written as they were; ages over 89. */
#include "nlp/time/calendar.h"
#include "nlp/deid/deid_internal.h"

enum { RUNS_MAX = 4, MIDDLE_DAY = 15, MIDDLE_MONTH = 7, LEAP_BASE = 2000 };

/* A number of the text, and what it says. */
typedef struct {
    size_t begin, end;
    int value;
    char part; /* 'y' 'm' 'd', 0 unknown */
} run;

typedef struct {
    run at[RUNS_MAX];
    size_t n;
    size_t month_begin, month_end; /* the name of the month; empty when none */
    bool short_month;
} parts;

/* The month's name in the text, whole or cut to three or four letters. */
static bool read_month(const ac_note *note, ac_sv word, unsigned month, bool *is_short)
{
    ac_sv name = ac_deid_list(note, AC_SV("surrogate month"), month - 1, NULL);
    *is_short = word.n < name.n;
    return month && word.n >= 3 && word.n <= name.n && ac_sv_eq_nocase(word, ac_sv_sub(name, 0, word.n)) &&
           (word.n == name.n || word.n <= 4);
}

static bool read_parts(const ac_note *note, ac_sv t, ac_date date, parts *p)
{
    *p = (parts) { .n = 0 };
    for (size_t i = 0; i < t.n;) {
        size_t b = i;
        while (i < t.n && ac_is_digit(t.p[i]))
            i++;
        if (i > b) {
            int64_t v;
            if (p->n == RUNS_MAX || i - b > 4 || !ac_sv_to_i64(ac_sv_sub(t, b, i), &v))
                return false;
            p->at[p->n++] = (run) { b, i, (int)v, 0 };
            continue;
        }
        while (i < t.n && (ac_is_alpha(t.p[i]) || (unsigned char)t.p[i] >= 0x80))
            i++;
        if (i > b && p->month_end == 0 && read_month(note, ac_sv_sub(t, b, i), date.month, &p->short_month)) {
            p->month_begin = b;
            p->month_end = i;
        }
        i += i == b;
    }
    return true;
}

static bool says(run r, char part, ac_date d)
{
    if (part == 'y')
        return d.year && (r.value == d.year || (r.end - r.begin == 2 && r.value == d.year % 100));
    return r.end - r.begin <= 2 && r.value == (part == 'm' ? d.month : d.day) && r.value > 0;
}

/* Give the numbers their parts in one of the orders in which dates are written. */
static bool assign(parts *p, ac_date d, ac_lang lang)
{
    static const char *const english[] = { "mdy", "ymd", "dmy", "md", "my", "dm", "ym", "y" };
    static const char *const spanish[] = { "dmy", "ymd", "mdy", "dm", "my", "md", "ym", "y" };
    static const char *const named[] = { "dy", "yd", "d", "y" };
    const char *const *orders = p->month_end ? named : lang == AC_LANG_ES ? spanish : english;
    for (size_t k = 0; k < (p->month_end ? 4u : 8u); k++) {
        size_t n = 0;
        while (orders[k][n] && n < p->n && says(p->at[n], orders[k][n], d))
            n++;
        bool day_said = false;
        for (size_t i = 0; orders[k][i]; i++)
            day_said = day_said || orders[k][i] == 'd';
        if (orders[k][n] || n != p->n || day_said != (d.day != 0))
            continue;
        for (size_t i = 0; i < n; i++)
            p->at[i].part = orders[k][i];
        return true;
    }
    return p->n == 0 && p->month_end;
}

static ac_date moved(const ac_deid *d, ac_date date)
{
    ac_date from = date;
    if (!from.year)
        from.year = d->note->note_date.year ? d->note->note_date.year : LEAP_BASE;
    if (!from.month)
        from.month = MIDDLE_MONTH;
    if (!from.day)
        from.day = MIDDLE_DAY;
    return ac_date_of_days(ac_date_days(from) + d->day_offset);
}

static void add_padded(ac_sb *out, int v, size_t width)
{
    if (width == 2 && v < 10)
        ac_sb_add_char(out, '0');
    ac_sb_add_u64(out, (uint64_t)v);
}

static ac_sv ordinal_of(int day)
{
    static const ac_sv ends[] = { { "th", 2 }, { "st", 2 }, { "nd", 2 }, { "rd", 2 } };
    return day / 10 != 1 && day % 10 <= 3 ? ends[day % 10] : ends[0];
}

static bool is_ordinal(ac_sv s)
{
    return ac_sv_eq_nocase(s, AC_SV("st")) || ac_sv_eq_nocase(s, AC_SV("nd")) || ac_sv_eq_nocase(s, AC_SV("rd")) ||
           ac_sv_eq_nocase(s, AC_SV("th"));
}

/* Month names keep their length (whole or three letters) and the case of their first letter. */
static void add_month(ac_sb *out, const ac_note *note, unsigned month, ac_sv was, bool is_short)
{
    ac_sv name = ac_deid_list(note, AC_SV("surrogate month"), month - 1, NULL);
    if (is_short)
        name = ac_sv_sub(name, 0, 3);
    for (size_t i = 0; i < name.n; i++) {
        bool upper = ac_is_upper(was.p[i == 0 ? 0 : was.n > 1 ? 1 : 0]);
        ac_sb_add_char(out, upper ? ac_upper(name.p[i]) : ac_lower(name.p[i]));
    }
}

static size_t add_number(ac_sb *out, ac_sv t, run r, ac_date to)
{
    size_t width = r.end - r.begin;
    if (r.part == 'y')
        add_padded(out, width == 2 ? to.year % 100 : to.year, width);
    else
        add_padded(out, r.part == 'm' ? to.month : to.day, width);
    if (r.part == 'd' && is_ordinal(ac_sv_sub(t, r.end, r.end + 2))) {
        ac_sb_add(out, ordinal_of(to.day));
        return r.end + 2;
    }
    return r.end;
}

ac_sv ac_deid_shifted_date(const ac_deid *d, const ac_phi_item *item)
{
    const ac_sv none = { "", 0 };
    ac_sv t = ac_span_text(d->note->text, item->span);
    parts p;
    if (!read_parts(d->note, t, item->date, &p) || !assign(&p, item->date, d->note->lang))
        return none;
    ac_date to = moved(d, item->date);
    if (!to.year)
        return none;
    AC_AUTO(ac_sb) out = AC_SB(t.n + 64);
    for (size_t i = 0, k = 0; i < t.n;) {
        if (p.month_end && i == p.month_begin) {
            add_month(&out, d->note, to.month, ac_sv_sub(t, p.month_begin, p.month_end), p.short_month);
            i = p.month_end;
        } else if (k < p.n && i == p.at[k].begin)
            i = add_number(&out, t, p.at[k++], to);
        else
            ac_sb_add_char(&out, t.p[i++]);
    }
    if (ac_sb_done(&out, NULL) != AC_OK)
        return (ac_sv) { NULL, 0 };
    return ac_sv_eq(ac_sb_view(&out), t) ? none : ac_arena_copy(d->note->arena, ac_sb_view(&out));
}

ac_sv ac_deid_top_age(const ac_deid *d, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(d->note->text, item->span);
    size_t b = 0, e;
    while (b < t.n && !ac_is_digit(t.p[b]))
        b++;
    for (e = b; e < t.n && ac_is_digit(t.p[e]);)
        e++;
    if (b == t.n) /* in words */
        return AC_SV("90+");
    for (size_t i = e; i < t.n; i++)
        if (ac_is_digit(t.p[i])) /* "91 years and 3 months" */
            return AC_SV("90+");
    ac_sb out = AC_SB(t.n + 16);
    ac_sb_add(&out, ac_sv_sub(t, 0, b));
    ac_sb_add(&out, AC_SV("90+"));
    ac_sb_add(&out, ac_sv_sub(t, e, t.n));
    bool ok = ac_sb_done(&out, NULL) == AC_OK;
    ac_sv copy = ok ? ac_arena_copy(d->note->arena, ac_sb_view(&out)) : (ac_sv) { NULL, 0 };
    ac_sb_cleanup(&out);
    return copy;
}
