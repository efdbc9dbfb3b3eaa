#include "nlp/entity/given.h"

#include "nlp/entity/entity.h"
#include "nlp/entity/given_drug.h"
#include "nlp/entity/measure_parse.h"
#include "nlp/lexicon/lexicon.h"

#include <string.h>

enum { CODES_MAX = 16, NO_SYSTEM = AC_CODE_SYSTEM_COUNT };

/* Kinds that share their codes: a Condition may be a disease or a complaint, an Observation a test or a vital sign, what somebody is
 * allergic to is also a drug. */
typedef enum { GROUP_FINDING, GROUP_MEASURE, GROUP_ALLERGEN, GROUP_DRUG, GROUP_OTHER } group;

static group group_of(uint8_t kind)
{
    switch (kind) {
    case AC_KIND_PROBLEM:
    case AC_KIND_SYMPTOM: return GROUP_FINDING;
    case AC_KIND_LAB:
    case AC_KIND_VITAL: return GROUP_MEASURE;
    case AC_KIND_ALLERGY: return GROUP_ALLERGEN;
    case AC_KIND_MEDICATION: return GROUP_DRUG;
    default: return (group)(GROUP_OTHER + kind);
    }
}

/* ---- from codes to concepts: the codes of the document in a table, then one walk over the lexicon ------------------------------- */

typedef struct {
    ac_sv code;
    uint8_t system, group;
    bool many;        /* several concepts have it: it names none of them */
    uint32_t concept; /* or AC_NONE */
} link;

typedef struct {
    link *at;
    size_t mask;
} links;

static link *slot_of(const links *l, uint8_t system, group g, ac_sv code)
{
    uint64_t h = 14695981039346656037u ^ system ^ (uint64_t)g << 8;
    for (size_t i = 0; i < code.n; i++)
        h = (h ^ (unsigned char)code.p[i]) * 1099511628211u;
    size_t i = (h ^ h >> 32) & l->mask;
    while (l->at[i].code.p && !(l->at[i].system == system && l->at[i].group == g && ac_sv_eq(l->at[i].code, code)))
        i = (i + 1) & l->mask;
    return &l->at[i];
}

static uint8_t system_of(const ac_entity_code *c)
{
    for (unsigned i = 0; i < AC_CODE_SYSTEM_COUNT; i++)
        if (ac_sv_eq(c->uri, ac_code_system_uri((ac_code_system)i)))
            return (uint8_t)i;
    return NO_SYSTEM;
}

static bool collect(const ac_given *g, ac_arena *arena, links *out)
{
    size_t n = 0;
    for (size_t i = 0; i < g->entities.n; i++)
        n += g->entities.at[i].n_codes;
    for (out->mask = 15; out->mask < 2 * n;)
        out->mask = 2 * out->mask + 1;
    out->at = ac_arena_alloc(arena, (out->mask + 1) * sizeof *out->at);
    for (size_t i = 0; out->at && i < g->entities.n; i++)
        for (uint32_t k = 0; k < g->entities.at[i].n_codes; k++) {
            const ac_entity_code *c = &g->entities.at[i].codes[k];
            uint8_t system = system_of(c);
            if (system == NO_SYSTEM || !c->code.n)
                continue;
            group in = group_of(g->entities.at[i].kind);
            *slot_of(out, system, in, c->code) = (link) { .code = c->code, .system = system, .group = (uint8_t)in, .concept = AC_NONE };
        }
    return out->at;
}

static void offer(const links *l, group g, ac_code code, uint32_t concept)
{
    link *slot = slot_of(l, (uint8_t)code.system, g, code.code);
    if (!slot->code.p)
        return;
    slot->many = slot->many || slot->concept != AC_NONE;
    slot->concept = concept;
}

static void walk_lexicon(const links *l)
{
    ac_code codes[CODES_MAX];
    for (uint32_t i = 0; i < ac_lexicon_size(); i++) {
        size_t n = ac_concept_codes(i, codes, CODES_MAX);
        group g = group_of((uint8_t)ac_concept_kind(i));
        for (size_t k = 0; k < n && k < CODES_MAX; k++) {
            offer(l, g, codes[k], i);
            if (g == GROUP_DRUG)
                offer(l, GROUP_ALLERGEN, codes[k], i);
        }
    }
}

static uint32_t concept_of(const links *l, const ac_given_entity *e)
{
    for (uint32_t k = 0; k < e->n_codes; k++) {
        uint8_t system = system_of(&e->codes[k]);
        const link *slot = system == NO_SYSTEM ? NULL : slot_of(l, system, group_of(e->kind), e->codes[k].code);
        if (slot && slot->code.p && slot->concept != AC_NONE && !slot->many)
            return slot->concept;
    }
    return AC_NONE;
}

/* ---- entities ------------------------------------------------------------------------------------------------------------------- */

/* As for a result in the text: by the range beside it, else by the lexicon's. */
static ac_sv flag_of(const ac_note *note, const ac_entity *e)
{
    const ac_attr *range = ac_entity_attr(e, AC_ATTR_RANGE);
    if (!e->value.has || ac_entity_attr(e, AC_ATTR_FLAG) || (e->concept == AC_NONE && !range))
        return AC_SV("");
    ac_test_place p = { 0 };
    ac_test_value v = { .has_number = true, .m.q = e->value, .range = range };
    if (range)
        v.range_m.q = range->quantity;
    if (e->concept != AC_NONE)
        p.ref = ac_concept_reference(e->concept, (ac_sex)note->patient.sex);
    return ac_test_flag(&p, &v);
}

static ac_rc make(ac_note *note, const links *l, uint32_t index, ac_entity *out, ac_err *err)
{
    const ac_given_entity *g = &note->given->entities.at[index];
    ac_entity e = { .span = g->span, .kind = g->kind, .assertion = g->assertion, .cue = g->cue, .method = AC_METHOD_SOURCE, .fact = AC_NONE,
                    .concept = concept_of(l, g), .sentence = ac_note_sentence_at(note, g->span.begin), .value = g->value,
                    .confidence = 1, .codes = g->codes, .n_codes = g->n_codes, .given = index + 1 };
    if (e.concept == AC_NONE && (e.kind == AC_KIND_MEDICATION || e.kind == AC_KIND_ALLERGY))
        e.concept = ac_given_drug(note, g->span, e.kind == AC_KIND_ALLERGY);
    if (e.concept != AC_NONE && group_of(e.kind) != GROUP_ALLERGEN)
        e.kind = (uint8_t)ac_concept_kind(e.concept);
    for (size_t i = 0; i < g->attrs.n; i++)
        if (!ac_entity_add_attr(note->arena, &e, g->attrs.at[i]))
            return ac_fail(err, AC_ELIMIT, "no room for given facts");
    const ac_attr *value = ac_entity_attr(&e, AC_ATTR_VALUE);
    ac_sv flag = flag_of(note, &e);
    if (value && flag.n && !ac_entity_add_attr(note->arena, &e, (ac_attr) { .kind = AC_ATTR_FLAG, .span = value->span, .norm = flag, .entity = AC_NONE }))
        return ac_fail(err, AC_ELIMIT, "no room for given facts");
    *out = e;
    return AC_OK;
}

/* The words of a given entity lie in the text, whoever made it. */
static bool sound(const ac_note *note, ac_span s) { return s.begin < s.end && s.end <= note->text.n; }

/* Relations are indices of entities: those that were there move back. */
static void renumber(ac_entities *all, const uint32_t *moved, size_t n_old)
{
    for (size_t i = 0; i < all->n; i++)
        for (size_t k = 0; !all->at[i].given && k < all->at[i].attrs.n; k++) {
            uint32_t *to = &all->at[i].attrs.at[k].entity;
            *to = *to < n_old ? moved[*to] : *to;
        }
}

ac_rc ac_step_given(ac_note *note, ac_err *err)
{
    links l;
    const ac_entities old = note->entities;
    if (!note->given || !note->given->entities.n)
        return AC_OK;
    size_t n = note->given->entities.n, i = 0;
    ac_entities all = { .at = ac_arena_alloc(note->arena, (old.n + n) * sizeof *all.at), .cap = old.n + n };
    uint32_t *moved = ac_arena_alloc(note->arena, (old.n + 1) * sizeof *moved);
    if (!all.at || !moved || !collect(note->given, note->arena, &l))
        return ac_fail(err, AC_ELIMIT, "no room for given facts");
    walk_lexicon(&l);
    for (uint32_t k = 0; k <= n; k++) {
        uint32_t until = k < n ? note->given->entities.at[k].span.begin : UINT32_MAX;
        for (; i < old.n && old.at[i].span.begin < until; i++) {
            moved[i] = (uint32_t)all.n;
            all.at[all.n++] = old.at[i];
        }
        if (k < n && sound(note, note->given->entities.at[k].span))
            AC_TRY(err, make(note, &l, k, &all.at[all.n++], err));
    }
    renumber(&all, moved, old.n);
    note->entities = all;
    return AC_OK;
}
