/* Frequencies as FHIR Timing. */
#include "nlp/entity/mark.h"
#include "nlp/entity/quantity.h"

enum { SCHEME_MAX = 4, PERIOD_MAX = 99 };

static bool eat(ac_sv *s, char c)
{
    if (!s->n || s->p[0] != c)
        return false;
    *s = ac_sv_sub(*s, 1, s->n);
    return true;
}

/* A cell of data/sig/frequency.tsv: "1/4-6h AC HS". */
static bool timing_of_cell(ac_sv cell, ac_timing *t)
{
    *t = (ac_timing) { .has = true };
    if (!ac_cell_number(&cell, &t->count) || !eat(&cell, '/') || !ac_cell_number(&cell, &t->period))
        return false;
    if (cell.n && cell.p[0] == '-') {
        cell = ac_sv_sub(cell, 1, cell.n);
        if (!ac_cell_number(&cell, &t->period_max))
            return false;
    }
    if (!cell.n)
        return false;
    t->unit = cell.p[0];
    t->when = ac_sv_trim(ac_sv_sub(cell, 1, cell.n));
    return true;
}

static char period_unit(const ac_mark *m)
{
    ac_sv norm = ac_mark_norm(m);
    return norm.n ? norm.p[0] : 0;
}

/* "1-0-1", "1-1-1-1": morning, noon, evening (, night). */
static bool scheme_at(const ac_note *note, uint32_t token, ac_timing *t, uint32_t *end)
{
    static const ac_sv when[] = { { "", 0 }, { "CM", 2 }, { "CD", 2 }, { "CM CD", 5 }, { "CV", 2 }, { "CM CV", 5 },
                                  { "CD CV", 5 }, { "CM CD CV", 8 } };
    unsigned slots = 0, n = 0;
    uint32_t at = token;
    int count = 0;
    bool ended = false;
    if (token && ac_token_joined(note, token))
        return false;
    while (n < SCHEME_MAX && !ended) {
        ac_sv s = ac_token_text(note, at);
        if (s.n != 1 || s.p[0] < '0' || s.p[0] > '4')
            return false;
        slots |= (unsigned)(s.p[0] != '0') << n;
        count += s.p[0] != '0';
        ended = !ac_token_is_dash(note, at + 1) || !ac_token_joined(note, at + 1) || !ac_token_joined(note, at + 2);
        at += ended ? 1 : 2;
        n++;
    }
    if (n < 3 || !count || !ended)
        return false;
    *t = (ac_timing) { .has = true, .count = count, .period = 1, .unit = 'd' };
    if (n == 3)
        t->when = when[slots];
    *end = at;
    return true;
}

/* [number [- number]] period, from at on; a missing number is one. */
static bool period_at(const ac_note *note, uint32_t at, ac_timing *t, uint32_t *end)
{
    double low = 1, high = 0;
    uint32_t next;
    if (ac_number_at(note, at, &low, &next)) {
        const ac_mark *to = ac_mark_at(note, next, AC_SIG_TO);
        at = next;
        if (to || ac_token_is_dash(note, next)) {
            uint32_t after = to ? to->token_end : next + 1;
            if (ac_number_at(note, after, &high, &after))
                at = after;
        }
    }
    at += ac_token_is_dash(note, at);
    const ac_mark *m = ac_mark_at(note, at, AC_SIG_PERIOD);
    if (!m || low <= 0 || low > PERIOD_MAX || (high > 0 && high <= low))
        return false;
    *t = (ac_timing) { .has = true, .count = 1, .period = low, .period_max = high, .unit = period_unit(m) };
    *end = m->token_end;
    return true;
}

/* "q8h", "q12hr", "q5min" written as one word. */
static bool glued_every(const ac_note *note, uint32_t token, ac_timing *t, uint32_t *end)
{
    ac_sv s = ac_token_text(note, token);
    size_t i = 1;
    int64_t n;
    if (s.n < 3 || s.n > 7 || ac_lower(s.p[0]) != 'q')
        return false;
    while (i < s.n && ac_is_digit(s.p[i]))
        i++;
    ac_sv unit = ac_sv_sub(s, i, s.n);
    if (i == 1 || !ac_sv_to_i64(ac_sv_sub(s, 1, i), &n) || n < 1 || n > PERIOD_MAX)
        return false;
    static const struct {
        const char *word;
        char unit;
    } units[] = { { "h", 'h' }, { "hr", 'h' }, { "hrs", 'h' }, { "d", 'd' }, { "day", 'd' }, { "days", 'd' },
                  { "w", 'w' }, { "wk", 'w' }, { "wks", 'w' }, { "min", 'i' }, { "m", 'i' }, { "mo", 'o' } };
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++)
        if (ac_sv_eq_nocase(unit, ac_sv_z(units[k].word))) {
            *t = (ac_timing) { .has = true, .count = 1, .period = (double)n, .unit = units[k].unit };
            *end = token + 1;
            return true;
        }
    return false;
}

/* "every 8 hours", "q 4-6 h", "c/8h", "cada día", "/12h" */
static bool every_at(const ac_note *note, uint32_t token, ac_timing *t, uint32_t *end)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_EVERY);
    if (m) {
        uint32_t at = m->token_end;
        at += ac_token_is(note, at, '/') || ac_token_is(note, at, '.');
        return period_at(note, at, t, end);
    }
    return ac_token_is(note, token, '/') && ac_token_kind_is(note, token + 1, AC_TOKEN_NUMBER) &&
           period_at(note, token + 1, t, end) && (t->unit == 'h' || t->unit == 'd');
}

/* "per day", "al día", "/día": the count stands before. */
static bool per_at(const ac_note *note, uint32_t token, ac_timing *t, uint32_t *end)
{
    const ac_mark *per = ac_mark_at(note, token, AC_SIG_PER);
    if (!per && !ac_token_is(note, token, '/'))
        return false;
    const ac_mark *m = ac_mark_at(note, per ? per->token_end : token + 1, AC_SIG_PERIOD);
    if (!m || m->ambiguous)
        return false;
    *t = (ac_timing) { .has = true, .count = 1, .period = 1, .unit = period_unit(m) };
    *end = m->token_end;
    return true;
}

/* "3 times a day", "2 veces al día", "4 times daily", "2 al día" */
static bool counted_at(const ac_note *note, uint32_t token, ac_timing *t, uint32_t *end)
{
    double n;
    uint32_t at;
    if (!ac_number_at(note, token, &n, &at) || n < 1 || n > 24)
        return false;
    const ac_mark *times = ac_mark_at(note, at, AC_SIG_TIMES);
    if (times) {
        at = times->token_end;
        const ac_mark *f = ac_mark_at(note, at, AC_SIG_FREQUENCY);
        if (f && timing_of_cell(ac_mark_norm(f), t) && t->count == 1 && t->period == 1) {
            t->count = n;
            *end = f->token_end;
            return true;
        }
    }
    if (!per_at(note, at, t, end))
        return false;
    t->count = n;
    return true;
}

/* What may follow: when in the day, and as needed. */
static void add_rest(const ac_note *note, ac_timing *t, uint32_t *end)
{
    for (int k = 0; k < 2; k++) {
        uint32_t at = *end + (ac_token_is(note, *end, ',') || ac_token_is(note, *end, '.'));
        const ac_mark *when = t->when.n ? NULL : ac_mark_at(note, at, AC_SIG_WHEN);
        const ac_mark *prn = ac_mark_at(note, at, AC_SIG_AS_NEEDED);
        if (when && !when->ambiguous) {
            t->when = ac_mark_norm(when);
            *end = when->token_end;
        } else if (prn) {
            t->as_needed = true;
            *end = prn->token_end - ac_sv_eq(ac_mark_norm(prn), AC_SV("for")); /* "as needed for" */
        } else
            break;
    }
}

static bool once_a_day(ac_sv when)
{
    static const ac_sv points[] = { { "HS", 2 }, { "MORN", 4 }, { "EVE", 3 }, { "NIGHT", 5 }, { "NOON", 4 }, { "AFT", 3 } };
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        if (ac_sv_eq(points[i], when))
            return true;
    return false;
}

bool ac_timing_at(const ac_note *note, uint32_t token, ac_timing *out, uint32_t *token_end)
{
    ac_timing t = { .has = true };
    uint32_t end = token;
    const ac_mark *f = ac_mark_at(note, token, AC_SIG_FREQUENCY), *when = ac_mark_at(note, token, AC_SIG_WHEN);
    if (scheme_at(note, token, &t, &end) || glued_every(note, token, &t, &end) || counted_at(note, token, &t, &end))
        ;
    else if (f && timing_of_cell(ac_mark_norm(f), &t))
        end = f->token_end;
    else if (every_at(note, token, &t, &end))
        ;
    else if (when && !when->ambiguous) {
        t = (ac_timing) { .has = true, .when = ac_mark_norm(when) };
        if (once_a_day(t.when)) {
            t.count = t.period = 1;
            t.unit = 'd';
        }
        end = when->token_end;
    } else if (ac_mark_at(note, token, AC_SIG_AS_NEEDED))
        t = (ac_timing) { .has = true };
    else
        return false;
    add_rest(note, &t, &end);
    if (end == token)
        return false;
    *out = t;
    *token_end = end;
    return true;
}
