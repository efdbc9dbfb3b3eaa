#include "nlp/output/timeline.h"

#include "nlp/time/calendar.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/render.h"
#include "nlp/time/time.h"

#include <stdlib.h>

/* An event needs something that happens: a body part or a habit has no date of its own. */
static bool happens(const ac_entity *e)
{
    const uint32_t kinds = 1u << AC_KIND_PROBLEM | 1u << AC_KIND_SYMPTOM | 1u << AC_KIND_MEDICATION |
                           1u << AC_KIND_LAB | 1u << AC_KIND_VITAL | 1u << AC_KIND_PROCEDURE | 1u << AC_KIND_DEVICE;
    const uint32_t said = 1u << AC_PRESENT | 1u << AC_HISTORICAL | 1u << AC_PLANNED;
    return kinds & (1u << e->kind) && said & (1u << e->assertion) && e->fact != AC_NONE && !e->in_header;
}

/* When something began and, for what lasted until the note, when it ended. */
static bool dated(const ac_note *note, const ac_time_expr *t, ac_date *date, ac_date *end)
{
    *end = (ac_date) { 0, 0, 0 };
    if (t->kind == AC_TIME_DATE || t->kind == AC_TIME_RELATIVE) {
        *date = t->date;
    } else if (t->kind == AC_TIME_DURATION && note->note_date.year && t->amount > 0) {
        *date = t->date.year ? t->date : ac_date_move(note->note_date, -t->amount, t->unit);
        *end = note->note_date;
    } else {
        return false;
    }
    return date->year != 0;
}

/* The time that an attribute of the entity names. */
static const ac_time_expr *told_time(const ac_note *note, const ac_entity *e)
{
    static const ac_attr_kind kinds[] = { AC_ATTR_DATE, AC_ATTR_ONSET, AC_ATTR_DURATION };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const ac_attr *a = ac_entity_attr(e, kinds[k]);
        /* a medication's duration is how long to take it, not since when */
        if (!a || a->span.begin >= a->span.end || (kinds[k] == AC_ATTR_DURATION && e->kind == AC_KIND_MEDICATION))
            continue;
        const ac_time_expr *t = ac_time_at(note, a->span);
        if (t)
            return t;
    }
    return NULL;
}

static uint32_t distance(const ac_entity *e, const ac_time_expr *t)
{
    return e->span.end <= t->span.begin ? t->span.begin - e->span.end : e->span.begin >= t->span.end ? e->span.begin - t->span.end : 0;
}

/* The only calendar or relative time of each sentence; NULL where there is none or more than one. */
static const ac_time_expr **only_times(const ac_note *note)
{
    const ac_time_expr **only = ac_arena_alloc(note->arena, (note->sentences.n + 1) * sizeof *only);
    uint32_t s = 0, last = AC_NONE;
    for (size_t i = 0; only && i < note->times.n; i++) {
        const ac_time_expr *t = &note->times.at[i];
        if (t->kind != AC_TIME_DATE && t->kind != AC_TIME_RELATIVE)
            continue;
        while (s < note->sentences.n && note->sentences.at[s].span.end <= t->span.begin)
            s++;
        if (s == note->sentences.n)
            break;
        only[s] = last == s ? NULL : t;
        last = s;
    }
    return only;
}

/* Which mention each time belongs to: the nearest of those that name it by an attribute; index plus one, or 0. */
static uint32_t *owners(const ac_note *note)
{
    uint32_t *owner = ac_arena_alloc(note->arena, (note->times.n + 1) * sizeof *owner);
    for (uint32_t i = 0; owner && i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        const ac_time_expr *t = happens(e) ? told_time(note, e) : NULL;
        uint32_t *slot = t ? &owner[t - note->times.at] : NULL;
        if (slot && (!*slot || distance(e, t) < distance(&note->entities.at[*slot - 1], t)))
            *slot = i + 1;
    }
    return owner;
}

typedef struct {
    const ac_time_expr **only;
    const uint32_t *owner;
} clock;

/* "Hypertension, infarction in 2015": a date is that of the disease beside it alone; complaints may share theirs. Without
 * an attribute, procedures and results take the one date of their sentence when nothing else has it; a disease may only be
 * mentioned there. */
static const ac_time_expr *time_of(const ac_note *note, uint32_t entity, const clock *c)
{
    const ac_entity *e = &note->entities.at[entity];
    const ac_time_expr *t = told_time(note, e);
    if (t)
        return e->kind == AC_KIND_PROBLEM && t->kind != AC_TIME_DURATION && c->owner[t - note->times.at] != entity + 1 ? NULL : t;
    bool result = e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL;
    if ((!result && e->kind != AC_KIND_PROCEDURE) || e->sentence >= note->sentences.n)
        return NULL;
    t = c->only[e->sentence];
    return t && (result || !c->owner[t - note->times.at]) ? t : NULL;
}

static ac_rc add(ac_draft *d, const ac_entity *e, const ac_time_expr *t, ac_event when, ac_timeline *out, ac_err *err)
{
    if (e->assertion == AC_PLANNED)
        ac_draft_say(d, AC_SAY_PLANNED);
    ac_draft_entity(d, e);
    /* Everything that is cited already is in the words: a date that the grammar of the fact told is not told twice. */
    bool shown = d->undated && t->kind == AC_TIME_DATE;
    for (size_t i = 0; i < d->evidence.n && !shown; i++)
        shown = ac_span_overlaps(d->evidence.at[i], t->span);
    if (shown) {
        ac_draft_cite(d, t->span);
    } else {
        ac_draft_add(d, AC_SV(" ("));
        ac_draft_quote(d, t->span);
        ac_draft_add(d, AC_SV(")"));
    }
    ac_event *slot = ac_vec_push(out, d->note->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for events");
    *slot = when;
    AC_TRY(err, ac_draft_end(d, false, &slot->item, err));
    slot->item.fact = e->fact;
    return AC_OK;
}

static int by_date(const void *a, const void *b)
{
    const ac_event *x = a, *y = b;
    int c = ac_date_cmp(x->date, y->date);
    if (c)
        return c;
    uint32_t p = x->item.evidence.at[0].begin, q = y->item.evidence.at[0].begin;
    return (p > q) - (p < q);
}

static ac_rc make(const ac_note *note, bool undated, ac_timeline *out, ac_err *err)
{
    AC_AUTO(ac_draft) d = AC_DRAFT(note);
    d.undated = undated;
    *out = (ac_timeline) { 0 };
    const clock c = { only_times(note), owners(note) };
    uint32_t *told =
        ac_arena_alloc(note->arena, (note->facts.n + 1) * sizeof *told); /* per fact: the last day told, plus one */
    if (!c.only || !c.owner || !told)
        return ac_fail(err, AC_ELIMIT, "no room for events");
    for (uint32_t i = 0; i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (!happens(e) || ac_entity_asked(note, e))
            continue;
        const ac_time_expr *t = time_of(note, i, &c);
        ac_event when = { .kind = e->kind };
        if (!t || !dated(note, t, &when.date, &when.end))
            continue;
        uint32_t day = (uint32_t)ac_date_days(when.date) + 1;
        if (told[e->fact] == day) /* the same thing on the same day again */
            continue;
        told[e->fact] = day;
        AC_TRY(err, add(&d, e, t, when, out, err));
    }
    if (out->n > 1)
        qsort(out->at, out->n, sizeof out->at[0], by_date);
    return AC_OK;
}

ac_rc ac_timeline_make(const ac_note *note, ac_timeline *out, ac_err *err) { return make(note, true, out, err); }

ac_rc ac_chronology_make(const ac_note *note, ac_items *out, ac_err *err)
{
    ac_timeline t;
    AC_TRY(err, make(note, false, &t, err));
    for (size_t i = 0; i < t.n; i++) {
        ac_item *slot = ac_vec_push(out, note->arena);
        if (!slot)
            return ac_fail(err, AC_ELIMIT, "no room for a chronology");
        *slot = t.at[i].item;
    }
    return AC_OK;
}
