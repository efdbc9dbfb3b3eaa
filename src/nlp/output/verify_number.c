#include "base/search.h"
#include "nlp/entity/quantity.h"
#include "nlp/output/verify_judge.h"

#include <math.h>
#include <string.h>

static bool same_number(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)); }

static bool number_in_evidence(const ac_judge *j, double value)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            double v;
            uint32_t end;
            if (ac_number_at(j->note, i, &v, &end) && same_number(v, value))
                return true;
        }
    }
    return false;
}

static size_t first_time(const ac_times *times, uint32_t at)
{
    return AC_COUNT_BEFORE(i, times->n, times->at[i].span.end <= at);
}

/* A date that the engine worked out ("3 days ago") is written in parts: year, month, day; a length of time in figures. */
static bool part_of_date(const ac_judge *j, double value)
{
    const ac_times *times = &j->note->times;
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_span s = j->evidence->at[k];
        for (size_t i = first_time(times, s.begin); i < times->n && times->at[i].span.begin < s.end; i++) {
            ac_date d = times->at[i].date;
            if (times->at[i].kind != AC_TIME_DATE && same_number(value, fabs(times->at[i].amount)))
                return true; /* "x48 hours", "a fortnight" */
            if (d.year && (same_number(value, d.year) || same_number(value, d.month) || same_number(value, d.day)))
                return true;
        }
    }
    return false;
}

/* "mmol" of "mmol/L" */
static bool unit_begins(ac_sv unit, ac_sv with) { return ac_sv_starts(unit, with) && unit.n > with.n && unit.p[with.n] == '/'; }

/* "x48 hours": what the engine read as an amount of something that the evidence names, inside the evidence. */
static bool amount_read(const ac_judge *j, double value, const ac_sv *ucum, bool begins)
{
    enum { ATTRS = 24 };
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            const ac_attrs *attrs = &j->note->entities.at[i].attrs;
            for (size_t a = 0; a < attrs->n && a < ATTRS; a++) {
                const ac_quantity *q = &attrs->at[a].quantity;
                if (!q->has || (!same_number(q->low, value) && !same_number(q->high, value)))
                    continue;
                for (size_t e = 0; e < j->evidence->n; e++)
                    if (ac_span_contains(j->evidence->at[e], attrs->at[a].span) && (!ucum || ac_sv_eq(q->unit, *ucum) || (begins && unit_begins(q->unit, *ucum))))
                        return true;
            }
        }
    }
    return false;
}

bool ac_judge_number(const ac_judge *j, ac_sv number)
{
    double v;
    char buf[32];
    if (number.n >= sizeof buf)
        return false;
    memcpy(buf, number.p, number.n);
    for (size_t i = 0; i < number.n; i++)
        if (buf[i] == ',')
            buf[i] = '.';
    return ac_sv_to_double((ac_sv) { buf, number.n }, &v) && (number_in_evidence(j, v) || part_of_date(j, v) || amount_read(j, v, NULL, false));
}

bool ac_judge_unit(const ac_judge *j, ac_sv number, ac_sv ucum)
{
    double v;
    if (!ac_sv_to_double(number, &v))
        return false;
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            ac_quantity q;
            uint32_t end;
            ac_span where;
            if (ac_quantity_at(j->note, i, &q, &end, &where) && (!q.unit.n || ac_sv_eq(q.unit, ucum)) &&
                (same_number(q.low, v) || same_number(q.high, v)))
                return true;
        }
    }
    return amount_read(j, v, &ucum, false);
}

bool ac_judge_unit_begins(const ac_judge *j, ac_sv number, ac_sv ucum)
{
    double v;
    return ac_sv_to_double(number, &v) && amount_read(j, v, &ucum, true);
}
