/* Conditions, allergies, procedures and what is planned. */
#include "interop/fhir_make.h"

#include "nlp/lexicon/lexicon.h"

#define SNOMED AC_SV("http://snomed.info/sct")

static ac_rec_concept *hl7(ac_fhir_maker *m, ac_sv system, ac_sv code) { return ac_fhir_code(m, system, code); }

/* ---- conditions ---- */

/* What each assertion says in FHIR; an empty verification makes no resource. */
static const struct {
    ac_sv clinical, verification;
} condition_status[AC_ASSERTION_COUNT] = {
    [AC_PRESENT] = { { "active", 6 }, { "confirmed", 9 } },
    [AC_POSSIBLE] = { { "active", 6 }, { "provisional", 11 } },
    [AC_HISTORICAL] = { { "inactive", 8 }, { "confirmed", 9 } },
    [AC_ABSENT] = { { "", 0 }, { "refuted", 7 } },
};

static const struct {
    ac_sv norm, snomed;
} severities[] = { { { "mild", 4 }, { "255604002", 9 } },
                   { { "moderate", 8 }, { "6736007", 7 } },
                   { { "severe", 6 }, { "24484000", 8 } } };

static ac_rec_concept *severity(ac_fhir_maker *m, const ac_entity *e)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_SEVERITY);
    if (!a)
        return NULL;
    ac_sv words = ac_fhir_words(m, a->span);
    for (size_t i = 0; i < sizeof severities / sizeof severities[0]; i++)
        if (ac_sv_eq(a->norm, severities[i].norm)) {
            ac_rec_concept *c = ac_fhir_code(m, SNOMED, severities[i].snomed);
            c->text = words;
            return c;
        }
    return words.n ? ac_fhir_words_only(m, words) : NULL;
}

/* "left knee": the side is part of the words, the codes are those of the part of the body. */
bool ac_fhir_site(ac_fhir_maker *m, const ac_entity *e, ac_rec_concept *out)
{
    const ac_attr *site = ac_entity_attr(e, AC_ATTR_SITE), *side = ac_entity_attr(e, AC_ATTR_LATERALITY);
    if (!site && !side)
        return false;
    if (site && site->entity < m->note->entities.n)
        ac_fhir_fill(m, out, &m->note->entities.at[site->entity]);
    else if (site)
        out->text = ac_fhir_words(m, site->span);
    if (side && side->norm.n) {
        AC_AUTO(ac_sb) b = AC_SB(4096);
        ac_sb_add(&b, side->norm);
        if (out->text.n)
            ac_sb_add_char(&b, ' ');
        ac_sb_add(&b, out->text);
        out->text = b.rc == AC_ELIMIT ? side->norm : ac_fhir_string(m, &b);
    }
    return out->text.n || out->coding.n;
}

static void onset(ac_fhir_maker *m, const ac_entity *e, ac_rec_condition *c)
{
    static const ac_attr_kind kinds[] = { AC_ATTR_ONSET, AC_ATTR_DATE, AC_ATTR_DURATION };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const ac_attr *a = ac_entity_attr(e, kinds[i]);
        if (!a)
            continue;
        c->onset_date = ac_fhir_date_norm(m, a->norm);
        if (!c->onset_date.n)
            c->onset_string = ac_fhir_words(m, a->span);
        return;
    }
}

/* A "history of" what lasts for life may go on or not: FHIR lets the status out where nobody knows. */
static ac_sv clinical_status(const ac_fact *f, const ac_entity *e)
{
    bool lasting = e->concept != AC_NONE && (ac_concept_flags(e->concept) & AC_CONCEPT_CHRONIC);
    return f->assertion == AC_HISTORICAL && lasting ? AC_SV("") : condition_status[f->assertion].clinical;
}

void ac_fhir_make_condition(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *e = ac_fact_best(m->note, f);
    ac_sv verification = condition_status[f->assertion].verification;
    if (!verification.n || (f->assertion == AC_ABSENT && !m->opt->refuted))
        return;
    if (f->kind == AC_KIND_SYMPTOM && ac_fhir_is_sign(e)) {
        ac_fhir_make_sign(m, f);
        return;
    }
    ac_sv clinical = clinical_status(f, e);
    ac_rec_condition *c = ac_fhir_add_fact(m, AC_REC_condition, f, AC_FHIR_PROBLEMS);
    if (clinical.n)
        c->clinical_status = hl7(m, AC_SV(AC_FHIR_HL7 "condition-clinical"), clinical);
    c->verification_status = hl7(m, AC_SV(AC_FHIR_HL7 "condition-ver-status"), verification);
    if (f->kind == AC_KIND_PROBLEM && clinical.n) /* con-3: a problem list states whether the problem is active */
        *AC_FHIR_PUSH(m, &c->category) =
            *hl7(m, AC_SV(AC_FHIR_HL7 "condition-category"), AC_SV("problem-list-item"));
    c->severity = severity(m, e);
    c->code = ac_fhir_concept(m, e);
    ac_rec_concept site = { 0 };
    if (ac_fhir_site(m, e, &site))
        *AC_FHIR_PUSH(m, &c->body_site) = site;
    c->subject = ac_fhir_ref(m, m->patient);
    c->encounter = ac_fhir_ref(m, m->encounter);
    onset(m, e, c);
    c->recorded_date = ac_fhir_note_date(m);
}

/* ---- allergies ---- */

static ac_sv allergy_category(const ac_entity *e)
{
    if (e->concept == AC_NONE)
        return AC_SV("");
    uint32_t flags = ac_concept_flags(e->concept);
    if (flags & AC_CONCEPT_FOOD)
        return AC_SV("food");
    if (flags & (AC_CONCEPT_ENV | AC_CONCEPT_INSECT | AC_CONCEPT_CONTACT))
        return AC_SV("environment");
    return ac_concept_kind(e->concept) == AC_KIND_MEDICATION ? AC_SV("medication") : AC_SV("");
}

static void reactions(ac_fhir_maker *m, const ac_entity *e, ac_rec_allergy_intolerance *a)
{
    ac_rec_reaction reaction = { 0 };
    for (size_t i = 0; i < e->attrs.n; i++) {
        const ac_attr *attr = &e->attrs.at[i];
        if (attr->kind != AC_ATTR_REACTION)
            continue;
        ac_rec_concept *c = AC_FHIR_PUSH(m, &reaction.manifestation);
        if (attr->entity < m->note->entities.n)
            ac_fhir_fill(m, c, &m->note->entities.at[attr->entity]);
        else
            c->text = ac_fhir_words(m, attr->span);
    }
    if (!reaction.manifestation.n)
        return;
    const ac_attr *how_bad = ac_entity_attr(e, AC_ATTR_SEVERITY);
    for (size_t i = 0; how_bad && i < sizeof severities / sizeof severities[0]; i++)
        if (ac_sv_eq(how_bad->norm, severities[i].norm))
            reaction.severity = severities[i].norm; /* FHIR uses the same three words */
    *AC_FHIR_PUSH(m, &a->reaction) = reaction;
}

void ac_fhir_make_allergy(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *e = ac_fact_best(m->note, f);
    bool refuted = f->assertion == AC_ABSENT, possible = f->assertion == AC_POSSIBLE;
    bool told = f->assertion == AC_PRESENT || f->assertion == AC_HISTORICAL || possible;
    if (!told && !(refuted && m->opt->refuted))
        return;
    ac_rec_allergy_intolerance *a = ac_fhir_add_fact(m, AC_REC_allergy_intolerance, f, AC_FHIR_ALLERGIES);
    if (!refuted)
        a->clinical_status = hl7(m, AC_SV(AC_FHIR_HL7 "allergyintolerance-clinical"), AC_SV("active"));
    a->verification_status =
        hl7(m, AC_SV(AC_FHIR_HL7 "allergyintolerance-verification"),
            refuted ? AC_SV("refuted") : possible ? AC_SV("unconfirmed") : AC_SV("confirmed"));
    ac_sv category = allergy_category(e);
    if (category.n)
        *AC_FHIR_PUSH(m, &a->category) = category;
    a->code = ac_fhir_concept(m, e);
    a->patient = ac_fhir_ref(m, m->patient);
    a->encounter = ac_fhir_ref(m, m->encounter);
    a->recorded_date = ac_fhir_note_date(m);
    reactions(m, e, a);
}

/* ---- procedures ---- */

static ac_sv procedure_status(const ac_fhir_maker *m, uint8_t assertion)
{
    switch (assertion) {
    case AC_PRESENT:
    case AC_HISTORICAL: return AC_SV("completed");
    case AC_ABSENT: return m->opt->refuted ? AC_SV("not-done") : AC_SV("");
    default: return AC_SV("");
    }
}

void ac_fhir_make_procedure(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *e = ac_fact_best(m->note, f);
    const ac_attr *date = ac_entity_attr(e, AC_ATTR_DATE);
    const ac_entity *why;
    ac_sv status = procedure_status(m, f->assertion);
    if (f->assertion == AC_PLANNED)
        ac_fhir_make_request(m, f);
    if (!status.n)
        return;
    ac_rec_procedure *p = ac_fhir_add_fact(m, AC_REC_procedure, f, AC_FHIR_PROCEDURES);
    p->status = status;
    p->code = ac_fhir_concept(m, e);
    p->subject = ac_fhir_ref(m, m->patient);
    p->encounter = f->assertion == AC_HISTORICAL ? NULL : ac_fhir_ref(m, m->encounter);
    if (date)
        p->performed_date = ac_fhir_date_norm(m, date->norm);
    if (date && !p->performed_date.n)
        p->performed_string = ac_fhir_words(m, date->span);
    ac_rec_concept site = { 0 };
    if (ac_fhir_site(m, e, &site))
        *AC_FHIR_PUSH(m, &p->body_site) = site;
    for (size_t i = 0; (why = ac_fhir_reason(m, e, &i));)
        ac_fhir_fill(m, AC_FHIR_PUSH(m, &p->reason_code), why);
}

/* ---- what is planned: an intention, never an event ---- */

void ac_fhir_make_request(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *why, *e = ac_fact_best(m->note, f);
    const ac_attr *date = ac_entity_attr(e, AC_ATTR_DATE);
    ac_rec_service_request *s = ac_fhir_add_fact(m, AC_REC_service_request, f, AC_FHIR_PLAN);
    s->status = AC_SV("unknown"); /* whether anybody has ordered it is not in the note */
    s->intent = AC_SV("plan");
    s->code = ac_fhir_concept(m, e);
    s->subject = ac_fhir_ref(m, m->patient);
    s->encounter = ac_fhir_ref(m, m->encounter);
    s->date = ac_fhir_note_date(m);
    s->occurrence_date = date ? ac_fhir_date_norm(m, date->norm) : AC_SV("");
    ac_rec_concept site = { 0 };
    if (ac_fhir_site(m, e, &site))
        *AC_FHIR_PUSH(m, &s->body_site) = site;
    for (size_t i = 0; (why = ac_fhir_reason(m, e, &i));)
        ac_fhir_fill(m, AC_FHIR_PUSH(m, &s->reason_code), why);
}

const ac_entity *ac_fhir_reason(const ac_fhir_maker *m, const ac_entity *e, size_t *at)
{
    while (*at < e->attrs.n) {
        const ac_attr *a = &e->attrs.at[(*at)++];
        if (a->kind == AC_ATTR_INDICATION && a->entity < m->note->entities.n)
            return &m->note->entities.at[a->entity];
    }
    return NULL;
}
