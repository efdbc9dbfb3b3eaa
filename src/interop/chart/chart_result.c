/* Observations: laboratory results, vital signs, habits, answers. */
#include "interop/chart/chart_make.h"

enum { LONG_STRING = 120 };

/* Whether somebody smokes or drinks comes as a survey as often as a habit: LOINC 72166-2, 74013-4, 11331-6, 11366-2, 63640-7. */
static ac_chart_section section_of(const ac_rec_observation *o)
{
    if (ac_chart_any(o->code, "72166-2 74013-4 11331-6 11366-2 63640-7"))
        return AC_CHART_SOCIAL;
    for (size_t i = 0; i < o->category.n; i++) {
        const ac_rec_concept *c = &o->category.at[i];
        if (ac_chart_any(c, "vital-signs"))
            return AC_CHART_VITALS;
        if (ac_chart_any(c, "social-history"))
            return AC_CHART_SOCIAL;
        if (ac_chart_any(c, "imaging"))
            return AC_CHART_IMAGING;
    }
    return AC_CHART_RESULTS;
}

/* What an Observation and its components share. */
typedef struct {
    const ac_rec_concept *code;
    const ac_rec_quantity *quantity;
    const ac_rec_concept *concept;
    ac_sv string;
    uint8_t boolean;
    ac_sv integer;
    const ac_rec_range *range;
    const ac_rec_ratio *ratio;
    ac_sv time, date_time;
    const ac_rec_concept *absent_reason, *interpretation;
    const ac_rec_reference_range *reference;
} measured;

#define MEASURED(o)                                                                                                    \
    { .code = (o)->code, .quantity = (o)->quantity, .concept = (o)->concept, .string = (o)->string,                    \
      .boolean = (o)->boolean, .integer = (o)->integer, .range = (o)->range, .ratio = (o)->ratio, .time = (o)->time,   \
      .date_time = (o)->date_time, .absent_reason = (o)->absent_reason,                                                \
      .interpretation = (o)->interpretation.n ? (o)->interpretation.at : NULL,                                         \
      .reference = (o)->reference_range.n ? (o)->reference_range.at : NULL }

static bool has_value(const measured *v)
{
    return (v->quantity && v->quantity->value.n) || v->concept || v->string.n || v->boolean || v->integer.n || v->range || v->ratio ||
           v->time.n || v->date_time.n;
}

static ac_span ratio(ac_chart_maker *m, const ac_rec_ratio *r)
{
    ac_quantity part;
    size_t begin = m->text.n;
    (void)ac_chart_quantity(m, r->numerator, &part);
    ac_sb_add_char(&m->text, ':');
    (void)ac_chart_quantity(m, r->denominator, &part);
    return ac_span_of(begin, m->text.n);
}

static ac_span range(ac_chart_maker *m, const ac_rec_range *r, ac_quantity *out)
{
    ac_quantity high;
    size_t begin = m->text.n;
    (void)ac_chart_quantity(m, r->low, out);
    ac_sb_add(&m->text, AC_SV(" - "));
    (void)ac_chart_quantity(m, r->high, &high);
    bool both = out->has && high.has && ac_sv_eq(out->unit, high.unit) && high.low > out->low;
    out->has = both;
    out->high = high.low;
    return ac_span_of(begin, m->text.n);
}

/* The value in words or as a number; the span of what was written. */
static ac_span value(ac_chart_maker *m, const measured *v, ac_quantity *out)
{
    ac_span span;
    double number;
    *out = (ac_quantity) { 0 };
    if (v->quantity && v->quantity->value.n)
        return ac_chart_quantity(m, v->quantity, out);
    if (v->range)
        return range(m, v->range, out);
    if (v->ratio)
        return ratio(m, v->ratio);
    if (v->concept)
        span = ac_chart_words_of(m, ac_chart_name(v->concept));
    else if (v->boolean)
        span = ac_chart_say_it(m, v->boolean == AC_REC_TRUE ? AC_SAY_YES : AC_SAY_NO);
    else if (v->integer.n) {
        span = ac_chart_words_of(m, v->integer);
        if (ac_chart_number(v->integer, &number))
            *out = (ac_quantity) { .has = true, .low = number, .high = number };
    } else if (v->string.n)
        span = ac_chart_words_of(m, v->string);
    else
        span = v->date_time.n ? ac_chart_date(m, v->date_time, NULL) : ac_chart_words_of(m, v->time);
    if (!out->has && span.end > span.begin)
        out->words = ac_arena_copy(m->arena, ac_sv_sub(ac_sb_view(&m->text), span.begin, span.end));
    return span;
}

/* ---- flags and ranges ---- */

static void flag(ac_chart_maker *m, const ac_rec_concept *c)
{
    static const struct {
        const char *codes, *norm;
    } rows[] = { { "H HU", "high" }, { "L LU", "low" }, { "HH", "critical-high" }, { "LL", "critical-low" }, { "A", "abnormal" }, { "AA", "critical" } };
    ac_sv name = ac_chart_name(c);
    if (!name.n)
        return;
    ac_sb_add(&m->text, AC_SV(", "));
    ac_span span = ac_chart_words_of(m, name);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_chart_any(c, rows[i].codes))
            ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_FLAG, .span = span, .norm = ac_sv_z(rows[i].norm) });
}

static void reference(ac_chart_maker *m, const ac_rec_reference_range *r)
{
    ac_quantity q = { 0 };
    ac_span span = { 0, 0 };
    if (!r || (!r->text.n && !r->low && !r->high))
        return;
    ac_sb_add(&m->text, AC_SV(" ("));
    (void)ac_chart_say_it(m, AC_SAY_RANGE);
    ac_sb_add_char(&m->text, ' ');
    if (r->low && r->high)
        span = range(m, &(ac_rec_range) { .low = r->low, .high = r->high }, &q);
    else if (r->text.n)
        (void)ac_chart_words_of(m, r->text);
    else {
        ac_sb_add(&m->text, r->low ? AC_SV(">= ") : AC_SV("<= "));
        (void)ac_chart_quantity(m, r->low ? r->low : r->high, &q);
        q.has = false;
    }
    ac_sb_add_char(&m->text, ')');
    if (q.has)
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_RANGE, .span = span, .quantity = q });
}

/* ---- lines ---- */

/* Who smokes is told by the answer and its code, not by the question. */
static bool habit(ac_chart_maker *m, const measured *v)
{
    if (!v->concept || !ac_chart_name(v->concept).n)
        return false;
    (void)ac_chart_words_of(m, ac_chart_name(v->code));
    ac_sb_add(&m->text, AC_SV(": "));
    return ac_chart_fact(m, v->concept, AC_KIND_SOCIAL, AC_PRESENT);
}

static void measure(ac_chart_maker *m, const measured *v, ac_kind kind)
{
    ac_quantity q;
    if (kind == AC_KIND_SOCIAL && habit(m, v))
        return;
    if (!has_value(v)) {
        (void)ac_chart_words_of(m, ac_chart_name(v->code));
        ac_sb_add(&m->text, AC_SV(": "));
        (void)ac_chart_say_it(m, AC_SAY_NO_VALUE);
        ac_sb_add(&m->text, v->absent_reason ? AC_SV(", ") : AC_SV(""));
        (void)ac_chart_words_of(m, ac_chart_name(v->absent_reason));
        return;
    }
    if (!ac_chart_fact(m, v->code, kind, AC_PRESENT))
        return;
    ac_sb_add(&m->text, AC_SV(": "));
    ac_span span = value(m, v, &q);
    ac_chart_running(m)->value = q;
    ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_VALUE, .span = span, .norm = q.words, .quantity = q });
    flag(m, v->interpretation);
    reference(m, v->reference);
}

/* 120/80: both numbers are one blood pressure, as everybody writes it. */
static bool pressure(ac_chart_maker *m, const ac_rec_observation *o, ac_kind kind)
{
    const ac_rec_component *high = NULL, *low = NULL;
    double systolic, diastolic;
    for (size_t i = 0; i < o->component.n; i++) {
        high = ac_chart_any(o->component.at[i].code, "8480-6") ? &o->component.at[i] : high;
        low = ac_chart_any(o->component.at[i].code, "8462-4") ? &o->component.at[i] : low;
    }
    if (o->component.n != 2 || !high || !low || !high->quantity || !low->quantity || has_value(&(measured) MEASURED(o)) ||
        !ac_sv_eq(high->quantity->code, low->quantity->code) || !ac_chart_number(high->quantity->value, &systolic) ||
        !ac_chart_number(low->quantity->value, &diastolic) || !ac_chart_fact(m, o->code, kind, AC_PRESENT))
        return false;
    ac_sb_add(&m->text, AC_SV(": "));
    size_t begin = m->text.n;
    ac_quantity q;
    (void)ac_chart_words_of(m, high->quantity->value);
    ac_sb_add_char(&m->text, '/');
    (void)ac_chart_quantity(m, low->quantity, &q);
    q = (ac_quantity) { .has = true, .low = systolic, .high = systolic, .low2 = diastolic, .pair = true, .unit = q.unit };
    ac_chart_running(m)->value = q;
    ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_VALUE, .span = ac_span_of(begin, m->text.n), .quantity = q });
    return true;
}

static void date(ac_chart_maker *m, const ac_rec_observation *o, bool fact)
{
    ac_sv when = o->effective_period ? o->effective_period->start : o->effective_date.n ? o->effective_date : o->issued;
    ac_chart_dated(m, ", ", when, fact ? AC_ATTR_DATE : AC_ATTR_COUNT);
}

bool ac_chart_write_result(ac_chart_maker *m, const ac_rec_entry *e, ac_chart_section s)
{
    if (e->kind != AC_REC_observation || section_of(e->as.observation) != s)
        return false;
    const ac_rec_observation *o = e->as.observation;
    ac_kind kind = s == AC_CHART_VITALS ? AC_KIND_VITAL : s == AC_CHART_SOCIAL ? AC_KIND_SOCIAL : AC_KIND_LAB;
    const measured own = MEASURED(o);
    size_t facts = m->chart->given.entities.n;
    if (own.string.n > LONG_STRING && !own.quantity) /* a report in a result's clothes */
        return true;
    if (pressure(m, o, kind)) {
        date(m, o, true);
        return true;
    }
    if (has_value(&own) || !o->component.n) {
        if (!has_value(&own) && o->has_member.n)
            return true; /* a heading over others */
        measure(m, &own, kind);
        date(m, o, m->chart->given.entities.n > facts);
    }
    for (size_t i = 0; i < o->component.n; i++) {
        const measured part = MEASURED(&o->component.at[i]);
        ac_chart_end(m);
        ac_chart_begin(m, m->entry);
        facts = m->chart->given.entities.n;
        measure(m, &part, kind);
        date(m, o, m->chart->given.entities.n > facts);
    }
    return true;
}
