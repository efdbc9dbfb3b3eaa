#include "interop/ccda/ccda_make.h"

/* The units of time that UCUM and FHIR write the same way. */
static bool is_time_unit(ac_sv unit)
{
    static const ac_ccda_pair units[] = { { "s", "" }, { "min", "" }, { "h", "" }, { "d", "" }, { "wk", "" }, { "mo", "" }, { "a", "" }, { NULL, NULL } };
    for (size_t i = 0; units[i].from; i++)
        if (ac_sv_eq(unit, ac_sv_z(units[i].from)))
            return true;
    return false;
}

static void lose(ac_ccda_maker *m, ac_sv what)
{
    ac_ccda_skip(m, AC_SV("effectiveTime"), what);
    m->out.record.coverage.members_unknown++;
}

static ac_rec_repeat *repeat_of(ac_ccda_maker *m, ac_rec_timing **t)
{
    if (!*t)
        *t = AC_CCDA_NEW(m, timing);
    if (!(*t)->repeat)
        (*t)->repeat = AC_CCDA_NEW(m, repeat);
    return (*t)->repeat;
}

/* PIVL_TS: once every period; the ends of a period that varies. */
static void periodic(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_timing **t)
{
    const ac_tree_node *period = ac_tree_child(n, AC_SV("period"));
    const ac_tree_node *low = ac_tree_child(period, AC_SV("low")), *high = ac_tree_child(period, AC_SV("high"));
    const ac_tree_node *first = low ? low : period;
    ac_sv value = ac_ccda_number(m, ac_ccda_attr(first, "value")), unit = ac_ccda_attr(first, "unit");
    if (ac_tree_child(n, AC_SV("phase")) && !ac_ccda_is_null(ac_tree_child(n, AC_SV("phase"))))
        lose(m, AC_SV("PIVL_TS phase"));
    if (!value.n || !is_time_unit(unit) || (*t && (*t)->repeat && (*t)->repeat->period.n)) {
        if (period && !ac_ccda_is_null(period))
            lose(m, AC_SV("PIVL_TS"));
        return;
    }
    ac_rec_repeat *r = repeat_of(m, t);
    r->frequency = AC_SV("1");
    r->period = value;
    r->period_unit = unit;
    if (ac_sv_eq(ac_ccda_attr(high, "unit"), unit))
        r->period_max = ac_ccda_number(m, ac_ccda_attr(high, "value"));
}

/* EIVL_TS: tied to a meal or to sleep. The codes are those of v3 TimingEvent that FHIR has, too. */
static void event(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_timing **t)
{
    static const ac_ccda_pair events[] = { { "HS", "HS" },   { "WAKE", "WAKE" }, { "C", "C" },     { "CM", "CM" },   { "CD", "CD" },
                                           { "CV", "CV" },   { "AC", "AC" },     { "ACM", "ACM" }, { "ACD", "ACD" }, { "ACV", "ACV" },
                                           { "PC", "PC" },   { "PCM", "PCM" },   { "PCD", "PCD" }, { "PCV", "PCV" }, { NULL, NULL } };
    ac_sv when = ac_ccda_translate(events, ac_ccda_attr(ac_tree_child(n, AC_SV("event")), "code"));
    if (!ac_ccda_is_null(ac_tree_child(n, AC_SV("offset"))))
        lose(m, AC_SV("EIVL_TS offset"));
    if (when.n)
        ac_ccda_push_text(m, &repeat_of(m, t)->when, when);
    else
        lose(m, AC_SV("EIVL_TS"));
}

static void read_time(ac_ccda_maker *m, const ac_tree_node *n, ac_ccda_times *out)
{
    ac_sv type = ac_ccda_xsi_type(n);
    if (ac_ccda_is_null(n))
        return;
    if (ac_sv_eq(type, AC_SV("PIVL_TS")) || ac_tree_child(n, AC_SV("period"))) {
        periodic(m, n, &out->timing);
    } else if (ac_sv_eq(type, AC_SV("EIVL_TS")) || ac_tree_child(n, AC_SV("event"))) {
        event(m, n, &out->timing);
    } else if (out->period || out->date.n) {
        lose(m, AC_SV("a second time"));
    } else {
        ac_ccda_when(m, n, &out->date, &out->period);
        ac_rec_quantity *width = ac_ccda_quantity(m, ac_tree_child(n, AC_SV("width")));
        if (width && !out->period && is_time_unit(width->unit))
            repeat_of(m, &out->timing)->bounds_duration = width;
        else if (width && !out->period)
            lose(m, AC_SV("width"));
    }
}

ac_ccda_times ac_ccda_timing(ac_ccda_maker *m, const ac_tree_node *s)
{
    ac_ccda_times out = { 0 };
    AC_CCDA_EACH(n, s, "effectiveTime")
    {
        read_time(m, n, &out);
        AC_CCDA_EACH(part, n, "comp") /* SXPR_TS: several at once */
            read_time(m, part, &out);
    }
    return out;
}
