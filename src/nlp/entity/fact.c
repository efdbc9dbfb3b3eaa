#include "nlp/entity/fact.h"

#include "nlp/entity/concept_map.h"
#include "nlp/entity/mark.h"
#include "nlp/entity/sig.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/text/section.h"
#include "nlp/text/fold.h"

#include <string.h>

static uint64_t mix(uint64_t h, uint64_t v) /* splitmix64's finaliser */
{
    h ^= v + 0x9E3779B97F4A7C15u + (h << 6) + (h >> 2);
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

static uint64_t bits(double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    return u;
}

/* What has no concept is known by the first code that a vocabulary gave it, else by its words. */
static ac_sv own_name(const ac_note *note, const ac_entity *e)
{
    if (e->n_codes)
        return e->codes[0].code;
    return ac_sv_sub(note->folded.text, ac_fold_at(&note->folded, e->span.begin), ac_fold_at(&note->folded, e->span.end));
}

static bool is_result(const ac_entity *e) { return e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL; }

bool ac_status_stopped(ac_sv norm)
{
    static const ac_sv over[] = { { "stopped", 7 }, { "on-hold", 7 }, { "completed", 9 }, { "not-taken", 9 } };
    for (size_t i = 0; i < sizeof over / sizeof over[0]; i++)
        if (ac_sv_eq(norm, over[i]))
            return true;
    return false;
}

bool ac_medication_stopped(const ac_entity *e)
{
    const ac_attr *status = ac_entity_attr(e, AC_ATTR_STATUS);
    return status && ac_status_stopped(status->norm);
}

/* "increased to 20 mg" */
static bool changes_dose(const ac_entity *e)
{
    const ac_attr *status = ac_entity_attr(e, AC_ATTR_STATUS);
    return status && (ac_sv_eq(status->norm, AC_SV("increased")) || ac_sv_eq(status->norm, AC_SV("decreased")));
}

/* "Lisinopril held for AKI" denies that it is taken now and names no second drug that is absent. */
static uint8_t assertion_of(const ac_entity *e)
{
    bool held = e->kind == AC_KIND_MEDICATION && e->assertion == AC_ABSENT && e->concept != AC_NONE && ac_medication_stopped(e);
    return held ? AC_PRESENT : e->assertion;
}

static uint64_t key_of(const ac_note *note, const ac_entity *e)
{
    uint64_t h = mix(e->kind, assertion_of(e));
    h = mix(h, e->concept);
    if (e->concept == AC_NONE) {
        ac_sv w = own_name(note, e);
        for (size_t i = 0; i < w.n; i++)
            h = mix(h, (unsigned char)w.p[i]);
    }
    if (is_result(e))
        h = mix(mix(mix(h, bits(e->value.low)), bits(e->value.high)), bits(e->value.low2));
    return h;
}

static bool same(const ac_note *note, const ac_entity *a, const ac_entity *b)
{
    if (a->kind != b->kind || assertion_of(a) != assertion_of(b) || a->concept != b->concept)
        return false;
    if (is_result(a) && (bits(a->value.low) != bits(b->value.low) || bits(a->value.high) != bits(b->value.high) ||
                         bits(a->value.low2) != bits(b->value.low2)))
        return false;
    return a->concept != AC_NONE || ac_sv_eq(own_name(note, a), own_name(note, b));
}

static int detail(const ac_entity *e)
{
    return (int)e->attrs.n * 4 + (e->value.has || e->value.words.n ? 8 : 0) + (ac_span_len(e->span) > 4);
}

/* How much the dose of a mention holds now; the order of the levels is that of ac_fact_best. */
typedef enum { NOT_TAKEN, NO_DOSE, TOLD, LISTED, CHANGED, DISCHARGED } currency;
enum { LEVEL = 1000 };

static currency currency_of(const ac_note *note, const ac_entity *e)
{
    if (ac_medication_stopped(e))
        return NOT_TAKEN;
    if (!ac_entity_attr(e, AC_ATTR_DOSE) && !ac_entity_attr(e, AC_ATTR_STRENGTH))
        return NO_DOSE;
    switch (ac_note_section_type_at(note, e->span.begin)) {
    case AC_SECTION_DISCHARGE_MEDICATIONS: return DISCHARGED;
    case AC_SECTION_PLAN:
    case AC_SECTION_ASSESSMENT_PLAN:
    case AC_SECTION_INSTRUCTIONS:
    case AC_SECTION_DISCHARGE:
    case AC_SECTION_FOLLOW_UP: return CHANGED;
    case AC_SECTION_MEDICATIONS: return LISTED;
    default: return changes_dose(e) ? CHANGED : TOLD;
    }
}

static int worth(const ac_note *note, const ac_entity *e)
{
    int n = detail(e);
    return e->kind == AC_KIND_MEDICATION ? (int)currency_of(note, e) * LEVEL + (n < LEVEL ? n : LEVEL - 1) : n;
}

static bool makes_fact(const ac_entity *e) { return !e->in_header && e->kind != AC_KIND_ANATOMY; }

typedef struct {
    uint32_t *slots; /* fact index + 1 */
    size_t mask;
} table;

static uint32_t *slot_for(const ac_note *note, const table *t, const ac_entity *e)
{
    for (size_t i = (size_t)key_of(note, e) & t->mask;; i = (i + 1) & t->mask) {
        uint32_t f = t->slots[i];
        if (!f || same(note, ac_fact_best(note, &note->facts.at[f - 1]), e))
            return &t->slots[i];
    }
}

enum { MENTIONED_BACK = 12 };

/* "the pain", "esta masa" */
static bool is_definite(const ac_note *note, const ac_entity *e)
{
    uint32_t at = ac_note_token_at(note, e->span.begin);
    return at > 0 && ac_mark_at(note, at - 1, AC_SIG_DEFINITE);
}

/* The head of a noun phrase: its end in English, its beginning in Spanish. */
static bool is_head(const ac_note *note, const ac_entity *general, const ac_entity *specific)
{
    ac_sv head = own_name(note, general), whole = own_name(note, specific);
    if (whole.n <= head.n + 1 || memchr(head.p, ' ', head.n))
        return false;
    if (note->lang == AC_LANG_ES)
        return ac_sv_starts(whole, head) && whole.p[head.n] == ' ';
    return ac_sv_ends(whole, head) && whole.p[whole.n - head.n - 1] == ' ';
}

/* The fact that "the pain" speaks of once more, or AC_NONE. */
static uint32_t spoken_of(const ac_note *note, uint32_t entity)
{
    const ac_entity *e = &note->entities.at[entity];
    if ((e->kind != AC_KIND_SYMPTOM && e->kind != AC_KIND_PROBLEM) || !note->marks.first || !is_definite(note, e))
        return AC_NONE;
    for (uint32_t back = 1; back <= MENTIONED_BACK && back <= entity; back++) {
        const ac_entity *before = &note->entities.at[entity - back];
        if (before->fact != AC_NONE && before->assertion == e->assertion &&
            (before->kind == AC_KIND_SYMPTOM || before->kind == AC_KIND_PROBLEM) && is_head(note, e, before))
            return before->fact;
    }
    return AC_NONE;
}

static ac_rc assign(ac_note *note, const table *t, uint32_t i, ac_err *err)
{
    ac_entity *e = &note->entities.at[i];
    uint32_t again = spoken_of(note, i);
    if (again != AC_NONE) {
        e->fact = again;
        note->facts.at[again].n++;
        return AC_OK;
    }
    uint32_t *slot = slot_for(note, t, e);
    if (!*slot) {
        ac_fact *f = ac_vec_push(&note->facts, note->arena);
        if (!f)
            return ac_fail(err, AC_ELIMIT, "no room for facts");
        *f = (ac_fact) { .kind = e->kind, .assertion = assertion_of(e), .concept = e->concept, .best = i, .status = AC_NONE };
        *slot = (uint32_t)note->facts.n;
    }
    ac_fact *f = &note->facts.at[*slot - 1];
    f->n++;
    if (worth(note, e) > worth(note, &note->entities.at[f->best]))
        f->best = i;
    e->fact = *slot - 1;
    return AC_OK;
}

static ac_rc list_mentions(ac_note *note, ac_err *err)
{
    for (size_t i = 0; i < note->facts.n; i++) {
        ac_fact *f = &note->facts.at[i];
        f->entities = ac_arena_alloc(note->arena, f->n * sizeof f->entities[0]);
        if (!f->entities)
            return ac_fail(err, AC_ELIMIT, "no room for mentions");
        f->n = 0;
    }
    for (uint32_t i = 0; i < note->entities.n; i++) {
        uint32_t at = note->entities.at[i].fact;
        if (at != AC_NONE)
            note->facts.at[at].entities[note->facts.at[at].n++] = i;
    }
    return AC_OK;
}

/* A reaction belongs to its allergy: "penicillin (rash)" is no rash of its own. */
static bool *reactions_of(const ac_note *note)
{
    bool *is = ac_arena_alloc(note->arena, (note->entities.n + 1) * sizeof *is);
    for (size_t i = 0; is && i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        for (size_t k = 0; e->kind == AC_KIND_ALLERGY && k < e->attrs.n; k++) {
            uint32_t to = e->attrs.at[k].entity;
            if (e->attrs.at[k].kind == AC_ATTR_REACTION && to < note->entities.n)
                is[to] = note->entities.at[to].assertion == AC_CONDITIONAL;
        }
    }
    return is;
}

/* A list of what to take from now on says that it is taken. */
static bool says_taken_or_not(const ac_note *note, const ac_entity *e)
{
    return ac_entity_attr(e, AC_ATTR_STATUS) ||
           (e->assertion == AC_PRESENT && ac_note_section_type_at(note, e->span.begin) == AC_SECTION_DISCHARGE_MEDICATIONS);
}

static bool is_known_drug(const ac_fact *f) { return f->kind == AC_KIND_MEDICATION && f->concept != AC_NONE; }

static void mark_stopped(ac_note *note, ac_concept_map *stopped)
{
    ac_concept_map_clear(stopped);
    for (size_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        if (is_known_drug(f) && f->status < note->entities.n)
            *ac_concept_value(stopped, f->concept) = ac_medication_stopped(&note->entities.at[f->status]);
    }
    for (size_t i = 0; i < note->facts.n; i++) {
        ac_fact *f = &note->facts.at[i];
        f->stopped = is_known_drug(f) && ac_concept_look_up(stopped, f->concept);
    }
}

/* "Ibuprofen 400 mg ... Stop ibuprofen": what is said last holds for all that was said of it. */
static ac_rc last_statuses(ac_note *note, ac_err *err)
{
    ac_concept_map last = ac_concept_map_new(note->arena, note->entities.n); /* entity + 1 */
    if (!last.at)
        return ac_fail(err, AC_ELIMIT, "no room for facts");
    for (uint32_t i = 0; i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (e->kind == AC_KIND_MEDICATION && e->concept != AC_NONE && says_taken_or_not(note, e))
            *ac_concept_value(&last, e->concept) = i + 1;
    }
    for (size_t i = 0; i < note->facts.n; i++) {
        ac_fact *f = &note->facts.at[i];
        if (is_known_drug(f) && ac_concept_look_up(&last, f->concept))
            f->status = ac_concept_look_up(&last, f->concept) - 1;
    }
    mark_stopped(note, &last);
    return AC_OK;
}

const ac_attr *ac_fact_status(const ac_note *note, const ac_fact *f)
{
    const ac_entity *said = f->status < note->entities.n ? &note->entities.at[f->status] : ac_fact_best(note, f);
    return ac_entity_attr(said, AC_ATTR_STATUS);
}

ac_rc ac_step_facts(ac_note *note, ac_err *err)
{
    table t = { .mask = 15 };
    while (t.mask < note->entities.n * 2)
        t.mask = t.mask * 2 + 1;
    t.slots = ac_arena_alloc(note->arena, (t.mask + 1) * sizeof t.slots[0]);
    const bool *reaction = reactions_of(note);
    if (!t.slots || !reaction)
        return ac_fail(err, AC_ELIMIT, "no room for facts");
    for (uint32_t i = 0; i < note->entities.n; i++) {
        note->entities.at[i].fact = AC_NONE;
        if (makes_fact(&note->entities.at[i]) && !reaction[i])
            AC_TRY(err, assign(note, &t, i, err));
    }
    AC_TRY(err, last_statuses(note, err));
    return list_mentions(note, err);
}
