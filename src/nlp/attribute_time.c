/* Which of the sentence's times tells since when, how long or on which day. */
#include "nlp/attribute_parse.h"

#include "nlp/calendar.h"
#include "nlp/time.h"

enum { REACH_TOKENS = 12, BETWEEN_ENTITIES = 6, ISO_SIZE = 11 };

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

/* A medication, a test or a procedure between the two has the better claim to the time. */
static bool owner_between(const ac_note *note, uint32_t entity, ac_span time, bool after)
{
    for (uint32_t k = 1; k <= BETWEEN_ENTITIES; k++) {
        uint32_t i = after ? entity + k : entity - k;
        if (i >= note->entities.n)
            return false;
        const ac_entity *e = &note->entities.at[i];
        if (after ? e->span.begin >= time.begin : e->span.end <= time.end)
            return false;
        if (e->kind == AC_KIND_MEDICATION || e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL || e->kind == AC_KIND_PROCEDURE)
            return true;
    }
    return true;
}

/* "took ibuprofen for 3 days, pain persists": the time is the medication's. */
static bool owned_before(const ac_note *note, uint32_t entity, ac_span time)
{
    for (uint32_t i = entity, k = 0; i > 0 && k < BETWEEN_ENTITIES; i--, k++) {
        const ac_entity *e = &note->entities.at[i - 1];
        if (e->span.end > time.begin)
            continue;
        return time.begin - e->span.end < 24 && (e->kind == AC_KIND_MEDICATION || e->kind == AC_KIND_PROCEDURE ||
                                                 e->kind == AC_KIND_PROBLEM || e->kind == AC_KIND_SYMPTOM) &&
               e->sentence == note->entities.at[entity].sentence;
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
        if (w->t->unit == 0 || w->t->amount > 0)
            return AC_ATTR_COUNT;
        return procedure ? AC_ATTR_DATE : AC_ATTR_ONSET;
    case AC_TIME_DATE:
        if (since)
            return procedure ? AC_ATTR_DATE : AC_ATTR_ONSET;
        return procedure || ac_mark_before(note, w->begin, AC_SIG_DATE_PRE) ? AC_ATTR_DATE : AC_ATTR_COUNT;
    default: return AC_ATTR_COUNT;
    }
}

static ac_rc add_time(ac_note *note, uint32_t entity, ac_attr_kind kind, const ac_time_expr *t, ac_err *err)
{
    ac_attr a = { .kind = (uint8_t)kind, .span = t->span, .entity = AC_NONE };
    char iso[ISO_SIZE];
    if (kind == AC_ATTR_DURATION)
        a.quantity = (ac_quantity) { .has = true, .low = t->amount, .high = t->amount, .unit = ac_period_ucum(t->unit) };
    else if (t->date.year || t->date.month) {
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
            owner_between(note, p->entity, w.t->span, true))
            break;
        ac_attr_kind kind = meaning(note, (ac_kind)e->kind, &w);
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
        owner_between(note, p->entity, w.t->span, false))
        return AC_OK;
    bool course = ac_mark_at(note, w.end, AC_SIG_COURSE);
    if (!course && owned_before(note, p->entity, w.t->span))
        return AC_OK;
    ac_attr_kind kind = meaning(note, (ac_kind)e->kind, &w);
    return kind == AC_ATTR_COUNT ? AC_OK : add_time(note, p->entity, kind, w.t, err);
}

ac_rc ac_attribute_times(ac_note *note, const ac_place *p, ac_err *err)
{
    size_t had = note->entities.at[p->entity].attrs.n;
    AC_TRY(err, look_after(note, p, err));
    return note->entities.at[p->entity].attrs.n > had ? AC_OK : look_before(note, p, err);
}
