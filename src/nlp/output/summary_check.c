#include "nlp/output/summary_check.h"

#include "nlp/lexicon/lexicon.h"
#include "nlp/entity/mark.h"
#include "nlp/output/phrase.h"
#include "nlp/text/section.h"
#include "nlp/output/soap_statement.h"
#include "nlp/time/time.h"

/* ---- contradictions ---------------------------------------------------------------------------------------------- */

/* In the maps of the checks stand the first facts of each concept: index into note.facts plus one. */

/* A mention that says something of its own here and now: no template line, no question. */
static bool firm(const ac_note *note, const ac_entity *e)
{
    uint16_t type = ac_note_section_type_at(note, e->span.begin);
    return type != AC_SECTION_ROS && type != AC_SECTION_FAMILY && !ac_entity_asked(note, e) && !e->in_header;
}

/* "no fever today" after "fever three days ago" is a course, not a contradiction. */
static bool timed(const ac_note *note, const ac_entity *e)
{
    if (e->sentence >= note->sentences.n)
        return true;
    const ac_span s = note->sentences.at[e->sentence].span;
    for (size_t i = ac_time_after(note, s.begin); i < note->times.n && note->times.at[i].span.begin < s.end; i++)
        if (note->times.at[i].kind != AC_TIME_AGE)
            return true;
    return false;
}

static const ac_entity *firm_mention(const ac_note *note, const ac_fact *f)
{
    for (size_t i = 0; i < f->n && i < 8; i++) {
        const ac_entity *e = &note->entities.at[f->entities[i]];
        if (firm(note, e) && !timed(note, e))
            return e;
    }
    return NULL;
}

static ac_rc pair(ac_draft *d, ac_say intro, ac_span a, ac_span b, ac_items *out, ac_err *err)
{
    ac_draft_say(d, intro);
    ac_draft_quote(d, a);
    if (!ac_sv_eq_nocase(ac_span_text(d->note->text, a), ac_span_text(d->note->text, b))) {
        ac_draft_add(d, AC_SV("; "));
        ac_draft_quote(d, b);
    } else {
        ac_draft_cite(d, b);
    }
    return ac_draft_push(d, true, out, AC_NONE, err);
}

/* Acute diseases and complaints come and go, and are here and not there: only what lasts can contradict itself. */
static bool lasts(const ac_fact *f)
{
    return f->kind == AC_KIND_PROBLEM && ac_fact_flags(f) & (AC_CONCEPT_CHRONIC | AC_CONCEPT_CANCER);
}

/* A disease said to be there and not to be there. */
static ac_rc present_and_absent(ac_draft *d, ac_concept_map *present, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        if (f->concept != AC_NONE && f->assertion == AC_PRESENT && lasts(f))
            *ac_concept_value(present, f->concept) = i + 1;
    }
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        uint32_t there = f->concept != AC_NONE ? ac_concept_look_up(present, f->concept) : 0;
        if (f->assertion != AC_ABSENT || !there || note->facts.at[there - 1].kind != f->kind)
            continue;
        const ac_entity *no = firm_mention(note, f), *yes = firm_mention(note, &note->facts.at[there - 1]);
        if (!no || !yes || no->sentence == yes->sentence)
            continue;
        ac_draft_cite(d, no->cue);
        AC_TRY(err, pair(d, AC_SAY_BOTH, ac_entity_name(note, yes), ac_entity_name(note, no), out, err));
    }
    return AC_OK;
}

static ac_rc drug_and_allergy(ac_draft *d, ac_concept_map *allergy, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        if (f->kind == AC_KIND_ALLERGY && f->concept != AC_NONE && f->assertion == AC_PRESENT)
            *ac_concept_value(allergy, f->concept) = i + 1;
    }
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        if (f->kind != AC_KIND_MEDICATION || f->concept == AC_NONE ||
            (f->assertion != AC_PRESENT && f->assertion != AC_PLANNED))
            continue;
        const ac_entity *drug = ac_fact_entity(note, i);
        uint32_t parts[8] = { f->concept };
        size_t n = ac_concept_ingredients(f->concept, parts + 1, 7);
        for (size_t k = 0; k <= n && k < 8; k++) {
            uint32_t hit = ac_concept_look_up(allergy, parts[k]);
            if (!hit || ac_medication_stopped(drug) || ac_draft_stopped(d, f) || ac_entity_asked(note, drug))
                continue;
            AC_TRY(err, pair(d, AC_SAY_ALLERGY_AND_DRUG, drug->span, ac_fact_entity(note, hit - 1)->span, out, err));
            break;
        }
    }
    return AC_OK;
}

static char side_of(const ac_entity *e)
{
    ac_sv side = ac_attr_norm(e, AC_ATTR_LATERALITY);
    return ac_sv_eq(side, AC_SV("left")) ? 'l' : ac_sv_eq(side, AC_SV("right")) ? 'r' : '\0';
}

/* One disease, told on the left and on the right, and never as both-sided or old. A pain may well be on both sides. */
static ac_rc two_sides(ac_draft *d, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        bool one_place = f->kind == AC_KIND_PROBLEM && f->concept != AC_NONE && f->assertion == AC_PRESENT;
        const ac_entity *left = NULL, *right = NULL;
        bool both = false;
        for (size_t k = 0; one_place && k < f->n; k++) {
            const ac_entity *e = &note->entities.at[f->entities[k]];
            char side = side_of(e);
            both = both || ac_sv_eq(ac_attr_norm(e, AC_ATTR_LATERALITY), AC_SV("bilateral"));
            left = side == 'l' && !left ? e : left;
            right = side == 'r' && !right ? e : right;
        }
        if (!left || !right || both || left->sentence == right->sentence)
            continue;
        const ac_entity *a = left->span.begin < right->span.begin ? left : right, *b = a == left ? right : left;
        ac_draft_cite(d, ac_entity_attr(a, AC_ATTR_LATERALITY)->span);
        ac_draft_cite(d, ac_entity_attr(b, AC_ATTR_LATERALITY)->span);
        AC_TRY(err, pair(d, AC_SAY_SIDES, ac_entity_name(note, a), ac_entity_name(note, b), out, err));
    }
    return AC_OK;
}

/* "45-year-old woman", "mujer de 45 años": the age is the patient's, not a relative's. */
static bool age_of_patient(const ac_draft *d, const ac_phi_item *p)
{
    const ac_note *note = d->note;
    uint32_t from = ac_note_token_at(note, p->span.begin), end = ac_note_token_at(note, p->span.end);
    uint32_t lo = from > 3 ? from - 3 : 0;
    uint16_t type = ac_note_section_type_at(note, p->span.begin);
    uint32_t s = ac_note_sentence_at(note, p->span.begin);
    if (type == AC_SECTION_FAMILY || s == AC_NONE)
        return false;
    const ac_sentence *in = &note->sentences.at[s];
    lo = lo < in->token_begin ? in->token_begin : lo;
    uint32_t hi = end + 2 < in->token_end ? end + 2 : in->token_end;
    bool spanish = note->lang == AC_LANG_ES;
    return ac_phrases_in(d->note, spanish ? lo : end, spanish ? from : hi, ac_phrase_bit(AC_PHRASE_PERSON)) != 0;
}

static ac_rc two_ages(ac_draft *d, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    const ac_phi_item *first = NULL;
    for (size_t i = 0; i < note->phi.n; i++) {
        const ac_phi_item *p = &note->phi.at[i];
        if (p->type != AC_PHI_AGE || p->number < 1 || !age_of_patient(d, p))
            continue;
        if (!first)
            first = p;
        else if (p->number - first->number > 1 || first->number - p->number > 1)
            return pair(d, AC_SAY_AGES, first->span, p->span, out, err);
    }
    return AC_OK;
}

/* The only calendar day that the sentence names; a sentence with many times names none. */
static const ac_time_expr *only_day(const ac_note *note, uint32_t sentence)
{
    enum { TIMES = 16 };
    const ac_time_expr *day = NULL;
    if (sentence >= note->sentences.n)
        return NULL;
    const ac_span s = note->sentences.at[sentence].span;
    size_t first = ac_time_after(note, s.begin);
    for (size_t i = first; i < note->times.n && note->times.at[i].span.begin < s.end; i++) {
        const ac_time_expr *t = &note->times.at[i];
        bool dated = t->kind == AC_TIME_DATE || t->kind == AC_TIME_RELATIVE;
        if (i - first >= TIMES || (dated && day))
            return NULL;
        day = dated ? t : day;
    }
    return day;
}

static const ac_time_expr *date_of(const ac_note *note, const ac_entity *e)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_DATE);
    const ac_time_expr *t = a ? ac_time_at(note, a->span) : only_day(note, e->sentence);
    return t && t->date.day ? t : NULL;
}

static ac_rc two_values(ac_draft *d, ac_concept_map *last, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        const ac_entity *e = ac_fact_entity(note, i);
        if (f->kind != AC_KIND_LAB || f->concept == AC_NONE || f->assertion != AC_PRESENT || !e->value.has)
            continue;
        uint32_t *newest = ac_concept_value(last, f->concept), before = *newest;
        *newest = i + 1;
        const ac_entity *o = before ? ac_fact_entity(note, before - 1) : NULL;
        const ac_time_expr *t = date_of(note, e), *u = o ? date_of(note, o) : NULL;
        if (!t || !u || t->date.year != u->date.year || t->date.month != u->date.month || t->date.day != u->date.day ||
            !ac_sv_eq(e->value.unit, o->value.unit))
            continue;
        ac_draft_say(d, AC_SAY_VALUES);
        ac_draft_entity(d, o);
        ac_draft_add(d, AC_SV("; "));
        ac_draft_entity(d, e);
        ac_draft_cite(d, t->span);
        ac_draft_cite(d, u->span);
        AC_TRY(err, ac_draft_push(d, true, out, AC_NONE, err));
    }
    return AC_OK;
}

ac_rc ac_summary_contradictions(ac_draft *d, ac_items *out, ac_err *err)
{
    ac_concept_map firsts = ac_concept_map_new(d->note->arena, d->note->facts.n); /* one serves all checks */
    if (!firsts.at)
        return ac_fail(err, AC_ELIMIT, "no room for contradictions");
    AC_TRY(err, drug_and_allergy(d, &firsts, out, err));
    AC_TRY(err, two_ages(d, out, err));
    AC_TRY(err, two_sides(d, out, err));
    ac_concept_map_clear(&firsts);
    AC_TRY(err, two_values(d, &firsts, out, err));
    ac_concept_map_clear(&firsts);
    return present_and_absent(d, &firsts, out, err);
}

/* ---- questions --------------------------------------------------------------------------------------------------- */

static ac_rc pending(ac_draft *d, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (size_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        if (!ac_phrases_in(d->note, s->token_begin, s->token_end, ac_phrase_bit(AC_PHRASE_PENDING)))
            continue;
        AC_TRY(err, ac_soap_statement(d, s, out, err));
    }
    return AC_OK;
}

/* A possible disease that the note neither confirms nor rules out. */
static ac_rc unconfirmed(ac_draft *d, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    ac_seen settled = ac_seen_new(note);
    if (!settled.in.at)
        return ac_fail(err, AC_ELIMIT, "no room for questions");
    for (size_t i = 0; i < note->facts.n; i++)
        if (note->facts.at[i].assertion == AC_PRESENT || note->facts.at[i].assertion == AC_ABSENT)
            (void)ac_seen_first(&settled, note->facts.at[i].concept);
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        const ac_entity *e = ac_fact_entity(note, i);
        if (f->kind != AC_KIND_PROBLEM || f->assertion != AC_POSSIBLE || !ac_seen_first(&settled, f->concept) ||
            ac_entity_asked(note, e))
            continue;
        ac_draft_say(d, AC_SAY_UNCONFIRMED);
        ac_draft_entity(d, e);
        AC_TRY(err, ac_draft_push(d, true, out, i, err));
    }
    return AC_OK;
}

static bool has_dose(const ac_entity *e)
{
    return ac_entity_attr(e, AC_ATTR_DOSE) || ac_entity_attr(e, AC_ATTR_STRENGTH);
}

/* In a note that gives doses, a drug of the medication list without one. */
static ac_rc doses(ac_draft *d, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    bool others = false;
    for (uint32_t i = 0; i < note->facts.n && !others; i++)
        others = note->facts.at[i].kind == AC_KIND_MEDICATION && has_dose(ac_fact_entity(note, i));
    for (uint32_t i = 0; i < note->facts.n && others; i++) {
        const ac_fact *f = &note->facts.at[i];
        const ac_entity *e = ac_fact_entity(note, i);
        uint16_t type = ac_note_section_type_at(note, e->span.begin);
        bool listed = type == AC_SECTION_MEDICATIONS || type == AC_SECTION_DISCHARGE_MEDICATIONS;
        if (f->kind != AC_KIND_MEDICATION || f->assertion != AC_PRESENT || has_dose(e) || !listed ||
            ac_medication_stopped(e) || ac_draft_stopped(d, f))
            continue;
        ac_draft_say(d, AC_SAY_DOSE_MISSING);
        ac_draft_entity(d, e);
        AC_TRY(err, ac_draft_push(d, true, out, i, err));
    }
    return AC_OK;
}

ac_rc ac_summary_questions(ac_draft *d, ac_items *out, ac_err *err)
{
    AC_TRY(err, pending(d, out, err));
    AC_TRY(err, unconfirmed(d, out, err));
    return doses(d, out, err);
}
