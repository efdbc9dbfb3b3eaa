#include "nlp/guideline/guideline_profile.h"

#include "base/search.h"
#include "nlp/entity/fact.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/lexicon/pack.h"
#include "nlp/output/render.h"
#include "nlp/time/time.h"

#include <stdlib.h>

enum { NAMES_MAX = 8 };
enum { EVER = AC_KIND_COUNT }; /* the kind of problems that are or were */

static bool add(ac_profile *p, ac_kind kind, ac_sv prefix, ac_sv name, uint32_t fact)
{
    ac_profile_row *row = ac_vec_push(p, p->note->arena);
    if (row)
        *row = (ac_profile_row) { ac_pack_name_hash(prefix, name), kind, fact };
    return row;
}

static bool add_concept(ac_profile *p, ac_kind kind, uint32_t concept, uint32_t fact)
{
    ac_sv classes[NAMES_MAX];
    size_t n = ac_concept_classes(concept, classes, NAMES_MAX);
    bool ok = add(p, kind, AC_SV(""), ac_concept_id(concept), fact);
    for (size_t i = 0; i < n && i < NAMES_MAX && ok; i++)
        ok = add(p, kind, AC_SV("class="), classes[i], fact);
    return ok;
}

/* "Episode in 2016 treated with fluoxetine": a drug without a dose beside something past and its date is no treatment of
 * today. */
static bool tells_of_past(const ac_note *note, const ac_entity *e)
{
    enum { AROUND = 12 };
    if (e->sentence >= note->sentences.n || ac_entity_attr(e, AC_ATTR_DOSE) || ac_entity_attr(e, AC_ATTR_FREQUENCY))
        return false;
    const ac_sentence *s = &note->sentences.at[e->sentence];
    size_t at = (size_t)(e - note->entities.at), first = at > AROUND ? at - AROUND : 0, t = ac_time_after(note, s->span.begin);
    bool dated = t < note->times.n && note->times.at[t].span.begin < s->span.end && note->times.at[t].kind == AC_TIME_DATE;
    for (size_t i = first; dated && i < at; i++)
        if (note->entities.at[i].sentence == e->sentence && note->entities.at[i].assertion == AC_HISTORICAL)
            return true;
    return false;
}

/* Drops for the eye or the ear and what is laid on the skin do nothing elsewhere that a rule could mean. */
static bool is_local(const ac_entity *e)
{
    static const ac_sv local[] = { { "ophthalmic", 10 }, { "otic", 4 }, { "topical", 7 }, { "local drops", 11 } };
    const ac_attr *of[] = { ac_entity_attr(e, AC_ATTR_ROUTE), ac_entity_attr(e, AC_ATTR_FORM) };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; of[k] && i < sizeof local / sizeof local[0]; i++)
            if (ac_sv_eq(of[k]->norm, local[i]))
                return true;
    return false;
}

static bool counts(const ac_note *note, const ac_fact *f)
{
    if (f->concept == AC_NONE)
        return false;
    switch (f->kind) {
    case AC_KIND_MEDICATION:
        return (f->assertion == AC_PRESENT || f->assertion == AC_PLANNED) && !f->stopped &&
               !is_local(ac_fact_best(note, f)) && !tells_of_past(note, ac_fact_best(note, f));
    case AC_KIND_ALLERGY:
        return f->assertion == AC_PRESENT || f->assertion == AC_HISTORICAL;
    case AC_KIND_PROBLEM:
        return f->assertion == AC_PRESENT ||
               (f->assertion == AC_HISTORICAL && (ac_concept_flags(f->concept) & AC_CONCEPT_CHRONIC));
    default:
        return f->assertion == AC_PRESENT;
    }
}

/* A problem that is or was. */
static bool is_or_was(const ac_fact *f)
{
    return f->kind == AC_KIND_PROBLEM && f->concept != AC_NONE &&
           (f->assertion == AC_PRESENT || f->assertion == AC_HISTORICAL);
}

static bool comes_before(const ac_profile_row *x, uint64_t name, uint32_t kind)
{
    return x->name < name || (x->name == name && x->kind < kind);
}

static int by_name(const void *a, const void *b)
{
    const ac_profile_row *x = a, *y = b;
    if (x->name != y->name || x->kind != y->kind)
        return comes_before(x, y->name, y->kind) ? -1 : 1;
    return (x->fact > y->fact) - (x->fact < y->fact);
}

ac_rc ac_profile_make(const ac_note *note, ac_profile *out, ac_err *err)
{
    ac_profile p = { .note = note };
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        uint32_t parts[NAMES_MAX];
        bool ok = !is_or_was(f) || add(&p, (ac_kind)EVER, AC_SV(""), ac_concept_id(f->concept), i);
        if (ok && !counts(note, f))
            continue;
        ok = ok && add_concept(&p, (ac_kind)f->kind, f->concept, i);
        size_t n = ac_concept_ingredients(f->concept, parts, NAMES_MAX);
        for (size_t k = 0; k < n && k < NAMES_MAX && ok; k++)
            ok = add_concept(&p, (ac_kind)f->kind, parts[k], i);
        if (!ok)
            return ac_fail(err, AC_ELIMIT, "no room for the profile");
    }
    if (p.n)
        qsort(p.at, p.n, sizeof p.at[0], by_name);
    *out = p;
    return AC_OK;
}

size_t ac_profile_find(const ac_profile *p, ac_kind kind, bool ever, ac_sv name, size_t *begin)
{
    uint64_t hash = ac_pack_name_hash(AC_SV(""), name);
    uint32_t asked = ever ? EVER : (uint32_t)kind;
    *begin = AC_COUNT_BEFORE(i, p->n, comes_before(&p->at[i], hash, asked));
    return AC_COUNT_BEFORE(i, p->n, comes_before(&p->at[i], hash, asked + 1));
}
