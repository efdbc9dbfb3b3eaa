/* Which of the sentence's times tells since when, how long or on which day. */
#include "nlp/entity/attribute_parse.h"

#include "nlp/time/calendar.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/entity/quantity.h"
#include "nlp/time/time.h"
#include "nlp/time/time_parse.h"

enum { REACH_TOKENS = 12, REACH_DATE = 4, BETWEEN_ENTITIES = 6, ISO_SIZE = 11, NEAR_BYTES = 24, CLAUSE_BYTES = 80 };

typedef struct {
    const ac_time_expr *t;
    uint32_t begin, end; /* tokens */
} placed;

static placed place(const ac_note *note, const ac_time_expr *t)
{
    return (placed) { t, ac_note_token_at(note, t->span.begin), ac_note_token_at(note, t->span.end) };
}

static bool clause_between(const ac_note *note, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (ac_token_is(note, i, ';') || ac_token_is(note, i, '.'))
            return true;
    return false;
}

static bool chronic(const ac_entity *e)
{
    return e->concept != AC_NONE && (ac_concept_flags(e->concept) & AC_CONCEPT_CHRONIC);
}

/* Something between the two has the better claim to the time. Complaints of one illness share how long it lasts ("cough
 * and fever for 3 days"); a date belongs to the nearest of a list ("hypertension, MI in 2015"). */
static bool owns(const ac_entity *between, const ac_entity *e, bool shared)
{
    switch (between->kind) {
    case AC_KIND_MEDICATION:
    case AC_KIND_LAB:
    case AC_KIND_VITAL:
    case AC_KIND_PROCEDURE:
    case AC_KIND_DEVICE: return true;
    case AC_KIND_PROBLEM:
    case AC_KIND_SYMPTOM: return !shared || chronic(between) || chronic(e);
    default: return false;
    }
}

static bool owner_between(const ac_note *note, uint32_t entity, const placed *w, bool after)
{
    ac_span time = w->t->span;
    bool shared = w->t->kind != AC_TIME_DATE || ac_mark_before(note, w->begin, AC_SIG_SINCE);
    for (uint32_t k = 1; k <= BETWEEN_ENTITIES; k++) {
        uint32_t i = after ? entity + k : entity - k;
        if (i >= note->entities.n)
            return false;
        const ac_entity *e = &note->entities.at[i];
        if (after ? e->span.begin >= time.begin : e->span.end <= time.end)
            return false;
        if (owns(e, &note->entities.at[entity], shared))
            return true;
    }
    return true;
}

/* No comma between, or hardly anything. */
static bool same_clause(const ac_note *note, uint32_t from, uint32_t to)
{
    if (to - from < NEAR_BYTES)
        return true;
    for (uint32_t i = from; i < to; i++)
        if (i - from > CLAUSE_BYTES || note->text.p[i] == ',')
            return false;
    return true;
}

/* "took ibuprofen for 3 days, pain persists": the time is the medication's. */
static bool owned_before(const ac_note *note, uint32_t entity, ac_span time)
{
    for (uint32_t i = entity, k = 0; i > 0 && k < BETWEEN_ENTITIES; i--, k++) {
        const ac_entity *e = &note->entities.at[i - 1];
        if (e->span.end > time.begin)
            continue;
        return same_clause(note, e->span.end, time.begin) && e->sentence == note->entities.at[entity].sentence &&
               e->kind != AC_KIND_LAB && owns(e, e, false);
    }
    return false;
}

static bool duration_cued(const ac_note *note, const placed *w)
{
    return ac_mark_before(note, w->begin, AC_SIG_DURATION_PRE) || ac_mark_at(note, w->end, AC_SIG_COURSE) ||
           ac_lower(note->text.p[w->t->span.begin]) == 'x';
}

/* What the time says about an entity of this kind; AC_ATTR_COUNT when nothing. */
static ac_attr_kind meaning(const ac_note *note, ac_kind kind, const placed *w)
{
    bool since = ac_mark_before(note, w->begin, AC_SIG_SINCE);
    bool procedure = kind == AC_KIND_PROCEDURE;
    switch (w->t->kind) {
    case AC_TIME_DURATION: return !procedure && duration_cued(note, w) ? AC_ATTR_DURATION : AC_ATTR_COUNT;
    case AC_TIME_RELATIVE:
        if ((w->t->unit == 0 && !since) || w->t->amount > 0)
            return AC_ATTR_COUNT;
        return procedure ? AC_ATTR_DATE : AC_ATTR_ONSET;
    case AC_TIME_DATE:
        if (since)
            return procedure ? AC_ATTR_DATE : AC_ATTR_ONSET;
        return procedure || ac_mark_before(note, w->begin, AC_SIG_DATE_PRE) ? AC_ATTR_DATE : AC_ATTR_COUNT;
    default: return AC_ATTR_COUNT;
    }
}

/* "MI (2015)", "appendectomy 10/2015" */
static bool beside(const ac_note *note, uint32_t end, const placed *w)
{
    return w->t->kind == AC_TIME_DATE && (w->begin == end || (w->begin == end + 1 && ac_token_is(note, end, '(')));
}

/* "5 days" of "5-day" and "x5 days", as one says it after "for"; empty for ranges, which keep their words. */
static ac_sv duration_norm(const ac_note *note, const ac_time_expr *t)
{
    static const struct {
        char unit;
        const char *words[2][2];
    } names[] = { { 'h', { { "hour", "hours" }, { "hora", "horas" } } }, { 'i', { { "minute", "minutes" }, { "minuto", "minutos" } } },
                  { 's', { { "second", "seconds" }, { "segundo", "segundos" } } }, { 'd', { { "day", "days" }, { "día", "días" } } },
                  { 'w', { { "week", "weeks" }, { "semana", "semanas" } } }, { 'o', { { "month", "months" }, { "mes", "meses" } } },
                  { 'a', { { "year", "years" }, { "año", "años" } } } };
    uint32_t token = ac_note_token_at(note, t->span.begin);
    double n = t->amount;
    unsigned numbers = 0;
    for (; token < note->tokens.n && note->tokens.at[token].begin < t->span.end; token++)
        numbers += note->tokens.at[token].kind == AC_TOKEN_NUMBER || ac_mark_at(note, token, AC_SIG_NUMBER);
    if (numbers > 1 || n < 1 || n > 1000 || n != (double)(int)n)
        return AC_SV("");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].unit == t->unit)
            return ac_arena_printf(note->arena, "%d %s", (int)n, names[i].words[note->lang == AC_LANG_ES][n != 1]);
    return AC_SV("");
}

static ac_rc add_time(ac_note *note, uint32_t entity, ac_attr_kind kind, const ac_time_expr *t, ac_err *err)
{
    ac_attr a = { .kind = (uint8_t)kind, .span = t->span, .entity = AC_NONE };
    char iso[ISO_SIZE];
    if (kind == AC_ATTR_DURATION) {
        a.quantity = (ac_quantity) { .has = true, .low = t->amount, .high = t->amount, .unit = ac_period_ucum(t->unit) };
        a.norm = duration_norm(note, t);
        if (!a.norm.p)
            return ac_fail(err, AC_ELIMIT, "no room for a duration");
    } else if (t->date.year || t->date.month) {
        a.norm = ac_arena_copy(note->arena, (ac_sv) { iso, ac_date_iso(t->date, iso) });
        if (!a.norm.p)
            return ac_fail(err, AC_ELIMIT, "no room for a date");
    }
    return ac_attribute_add(note, entity, a, err);
}

static ac_rc look_after(ac_note *note, const ac_place *p, ac_err *err)
{
    const ac_entity *e = &note->entities.at[p->entity];
    for (size_t i = ac_time_after(note, e->span.end), n = 0; i < note->times.n && n < 3; i++, n++) {
        placed w = place(note, &note->times.at[i]);
        if (w.begin < p->end)
            continue;
        if (w.end > p->to || w.begin - p->end > REACH_TOKENS || clause_between(note, p->end, w.begin) ||
            owner_between(note, p->entity, &w, true))
            break;
        bool point = w.t->kind == AC_TIME_DATE || w.t->kind == AC_TIME_RELATIVE;
        bool far = w.begin - p->end > (chronic(e) || w.t->kind == AC_TIME_DATE ? REACH_DATE : REACH_TOKENS);
        if (point && e->kind != AC_KIND_PROCEDURE && far && !ac_mark_before(note, w.begin, AC_SIG_SINCE))
            continue; /* "diagnosed in 2006 with CLL, which was treated with ... in 2008" */
        ac_attr_kind kind = beside(note, p->end, &w) ? AC_ATTR_DATE : meaning(note, (ac_kind)e->kind, &w);
        if (kind != AC_ATTR_COUNT)
            AC_TRY(err, add_time(note, p->entity, kind, w.t, err));
    }
    return AC_OK;
}

static ac_rc look_before(ac_note *note, const ac_place *p, ac_err *err)
{
    const ac_entity *e = &note->entities.at[p->entity];
    size_t i = ac_time_after(note, e->span.begin);
    if (i == 0)
        return AC_OK;
    placed w = place(note, &note->times.at[i - 1]);
    if (w.begin < p->from || w.end > p->begin || p->begin - w.end > REACH_TOKENS || clause_between(note, w.end, p->begin) ||
        owner_between(note, p->entity, &w, false))
        return AC_OK;
    bool course = ac_mark_at(note, w.end, AC_SIG_COURSE);
    if (!course && owned_before(note, p->entity, w.t->span))
        return AC_OK;
    ac_attr_kind kind = meaning(note, (ac_kind)e->kind, &w);
    return kind == AC_ATTR_COUNT ? AC_OK : add_time(note, p->entity, kind, w.t, err);
}

/* ---- a year of a list, without a word that announces it: "appendectomy 1998, cholecystectomy 2004" ---------------- */

static bool ends_item(const ac_note *note, uint32_t token, const ac_place *p)
{
    static const char ends[] = ",;.)";
    for (const char *c = ends; *c; c++)
        if (ac_token_is(note, token, *c))
            return true;
    return token >= p->to || !ac_token_same_line(note, token);
}

static bool is_year(const ac_note *note, uint32_t token, int *year)
{
    ac_measured m;
    int now = note->note_date.year ? note->note_date.year : 2040;
    return ac_time_year(note, token, year) && *year >= 1900 && *year <= now + 2 &&
           !(ac_measured_at(note, token, &m) && m.end != token + 1) &&
           !ac_time_at(note, ac_tokens_span(note, token, token + 1));
}

static bool is_joint(const ac_note *note, uint32_t token)
{
    return ac_token_is(note, token, ':') || ac_token_is_dash(note, token);
}

static uint32_t listed_year(const ac_note *note, const ac_place *p, int *year)
{
    uint32_t at = p->end + (is_joint(note, p->end) || ac_token_is(note, p->end, ','));
    if (at < p->to && is_year(note, at, year) && ends_item(note, at + 1, p))
        return at;
    at = p->begin > p->from && is_joint(note, p->begin - 1) ? p->begin - 1 : p->begin;
    if (at <= p->from || !is_year(note, at - 1, year))
        return AC_NONE;
    at--;
    bool first = at == p->from || ac_token_is(note, at - 1, ',') || ac_token_is(note, at - 1, ';');
    return first || (note->tokens.at[at].shape & AC_SHAPE_LINE_START) ? at : AC_NONE;
}

ac_rc ac_attribute_times(ac_note *note, const ac_place *p, ac_err *err)
{
    size_t had = note->entities.at[p->entity].attrs.n;
    int year;
    AC_TRY(err, look_after(note, p, err));
    uint32_t at = note->entities.at[p->entity].kind != AC_KIND_SYMPTOM ? listed_year(note, p, &year) : AC_NONE;
    if (at != AC_NONE && note->entities.at[p->entity].attrs.n == had) {
        ac_time_expr t = { .span = ac_tokens_span(note, at, at + 1), .kind = AC_TIME_DATE, .date = { (int16_t)year, 0, 0 } };
        return add_time(note, p->entity, AC_ATTR_DATE, &t, err);
    }
    return note->entities.at[p->entity].attrs.n > had ? AC_OK : look_before(note, p, err);
}
