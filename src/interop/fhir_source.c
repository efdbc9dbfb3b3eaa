#include "interop/fhir_source.h"

#include "base/search.h"
#include "core/given.h"
#include "interop/fhir_type.h"

#include <string.h>

/* ---- which resources, and where they are listed ---- */

/* What tells of the document or of who made it: a bundle without identifiers has its own. */
static bool is_told(const ac_fhir_maker *m, ac_rec_kind k)
{
    bool about = k == AC_REC_composition || k == AC_REC_provenance || k == AC_REC_document_reference || k == AC_REC_insurance ||
                 k == AC_REC_related_person || k == AC_REC_appointment;
    return m->opt->identified || !about;
}

static ac_fhir_section section_of(const ac_rec_entry *e)
{
    switch (e->kind) {
    case AC_REC_condition: return AC_FHIR_PROBLEMS;
    case AC_REC_medication_statement:
    case AC_REC_medication_request:
    case AC_REC_medication_administration:
    case AC_REC_medication_dispense: return AC_FHIR_MEDICATIONS;
    case AC_REC_allergy_intolerance: return AC_FHIR_ALLERGIES;
    case AC_REC_immunization: return AC_FHIR_VACCINES;
    case AC_REC_observation:
    case AC_REC_diagnostic_report:
    case AC_REC_imaging_study: return AC_FHIR_RESULTS;
    case AC_REC_procedure: return AC_FHIR_PROCEDURES;
    case AC_REC_family_member_history: return AC_FHIR_FAMILY;
    case AC_REC_service_request:
    case AC_REC_care_plan:
    case AC_REC_goal: return AC_FHIR_PLAN;
    default: return AC_FHIR_SECTIONS;
    }
}

static ac_fhir_section listed_in(const ac_rec_entry *e)
{
    for (size_t i = 0; e->kind == AC_REC_observation && i < e->as.observation->category.n; i++) {
        const ac_rec_concept *c = &e->as.observation->category.at[i];
        for (size_t k = 0; k < c->coding.n; k++) {
            if (ac_sv_eq(c->coding.at[k].code, AC_SV("vital-signs")))
                return AC_FHIR_VITALS;
            if (ac_sv_eq(c->coding.at[k].code, AC_SV("social-history")))
                return AC_FHIR_SOCIAL;
        }
    }
    return section_of(e);
}

/* ---- copies ---- */

static ac_sv id_of(const ac_rec_entry *e)
{
    ac_sv id;
    memcpy(&id, (const char *)e->as.any + ac_fhir_field_of(ac_fhir_resource_type(e->kind), AC_SV("id"))->offset, sizeof id);
    return id;
}

ac_fhir_copied *ac_fhir_copy_of(const ac_fhir_maker *m, uint32_t entry)
{
    const ac_chart *c = m->opt->chart;
    size_t i = AC_COUNT_BEFORE(k, c->entries.n, c->entries.at[k] < entry);
    bool has = i < c->entries.n && c->entries.at[i] == entry && m->source->copies[i].url.n;
    return has ? &m->source->copies[i] : NULL;
}

/* Where the copy of the i-th entry of the chart stands in the bundle: its id and url, before anything refers to it. */
static void place(ac_fhir_maker *m, size_t i)
{
    struct ac_fhir_source *s = m->source;
    const ac_rec_entry *from = &m->opt->record->entries.at[m->opt->chart->entries.at[i]];
    s->copies[i].resource = ac_fhir_add(m, from->kind, &s->copies[i].url);
    if (m->opt->relative && !m->full) {
        const ac_sv kind = ac_rec_kind_name(from->kind), id = id_of(&m->record.entries.at[m->record.entries.n - 1]);
        s->copies[i].url = ac_arena_printf(m->arena, "%.*s/%.*s", (int)kind.n, kind.p, (int)id.n, id.p);
        m->full |= !s->copies[i].url.p;
    }
    if (m->full || !m->opt->identified)
        return;
    ac_rec_entry *to = &m->record.entries.at[m->record.entries.n - 1];
    ac_sv id = id_of(from);
    if (id.n)
        memcpy((char *)to->as.any + ac_fhir_field_of(ac_fhir_resource_type(to->kind), AC_SV("id"))->offset, &id, sizeof id);
    if (from->full_url.n)
        to->full_url = s->copies[i].url = from->full_url;
}

static void take_patient(ac_fhir_maker *m)
{
    const ac_chart *c = m->opt->chart;
    for (size_t i = 0; i < c->entries.n && !m->patient.n; i++) {
        if (m->opt->record->entries.at[c->entries.at[i]].kind != AC_REC_patient)
            continue;
        place(m, i);
        m->patient = m->source->copies[i].url;
    }
    if (!m->patient.n && !m->only_source)
        ac_fhir_make_patient(m);
}

static void copy_all(ac_fhir_maker *m)
{
    const ac_chart *c = m->opt->chart;
    struct ac_fhir_source *s = m->source;
    for (size_t i = 0; i < c->entries.n && !m->full; i++) {
        uint32_t entry = c->entries.at[i];
        const ac_rec_entry *e = &m->opt->record->entries.at[entry];
        if (!s->copies[i].url.n)
            continue;
        s->copying = entry;
        ac_fhir_copy(m, e->kind, e->as.any, s->copies[i].resource);
        if (e->kind == AC_REC_patient && !m->opt->identified && !m->full)
            ((ac_rec_patient *)s->copies[i].resource)->birth_date = ac_fhir_birth_date(m);
        if (e->kind == AC_REC_organization && !m->opt->identified && !m->full) /* org-1: it shall have a name */
            ((ac_rec_organization *)s->copies[i].resource)->name = AC_SV("[ORGANISATION]");
        ac_fhir_section section = listed_in(e);
        if (section < AC_FHIR_SECTIONS)
            *AC_FHIR_PUSH(m, &m->listed[section]) = s->copies[i].url;
    }
}

void ac_fhir_take_source(ac_fhir_maker *m)
{
    const ac_record *r = m->opt->record;
    struct ac_fhir_source *s = ac_fhir_alloc(m, sizeof *s);
    if (m->full)
        return;
    m->source = s;
    s->copies = ac_arena_alloc(m->arena, (m->opt->chart->entries.n + 1) * sizeof s->copies[0]);
    m->full |= !s->copies;
    if (m->full)
        return;
    s->first = m->record.entries.n;
    take_patient(m);
    for (size_t i = 0; i < m->opt->chart->entries.n && !m->full; i++) {
        if (!s->copies[i].url.n && is_told(m, r->entries.at[m->opt->chart->entries.at[i]].kind))
            place(m, i);
    }
    s->end = m->record.entries.n;
    copy_all(m);
}

/* ---- what the text says of them ---- */

ac_span ac_fhir_in_note(const ac_fhir_maker *m, ac_span chart)
{
    const ac_given *from = &m->opt->chart->given, *to = m->note->given;
    if (m->note->text.n == m->opt->chart->text.n || !to)
        return chart;
    size_t i = AC_LAST_BEFORE(k, from->origins.n, from->origins.at[k].span.begin <= chart.begin);
    if (i >= from->origins.n)
        return (ac_span) { 0, 0 };
    uint32_t back = from->origins.at[i].span.begin - to->origins.at[i].span.begin; /* exact unless the change is on this line */
    return (ac_span) { chart.begin - back, chart.end - back };
}

static void add_evidence(ac_fhir_maker *m, const ac_fhir_copied *copy, ac_rec_kind kind, ac_span span)
{
    const ac_fhir_field *field = ac_fhir_field_of(ac_fhir_resource_type(kind), AC_SV("extension"));
    ac_fhir_any_list list;
    if (!field || m->full)
        return;
    memcpy(&list, (char *)copy->resource + field->offset, sizeof list);
    ac_rec_extension *at = ac_vec_grow(m->arena, list.at, list.n, &list.cap, sizeof *at);
    m->full |= !at;
    if (m->full)
        return;
    list.at = at;
    at[list.n++] = ac_fhir_evidence(m, span);
    if (!m->full)
        memcpy((char *)copy->resource + field->offset, &list, sizeof list);
}

/* When it was measured, done or began; dates of FHIR sort as text. */
static ac_sv date_of(const ac_entity *e)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_DATE);
    a = a ? a : ac_entity_attr(e, AC_ATTR_ONSET);
    return a ? a->norm : AC_SV("");
}

/* The same result of several days is one fact of several resources: a note means the last of them. */
static const ac_entity *newest(const ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *best = NULL;
    for (size_t i = 0; i < f->n; i++) {
        const ac_entity *e = &m->note->entities.at[f->entities[i]];
        if (e->given && (!best || ac_sv_cmp(date_of(e), date_of(best)) >= 0))
            best = e;
    }
    return best;
}

bool ac_fhir_join_source(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *last = m->source ? newest(m, f) : NULL;
    for (size_t i = 0; last && i < f->n && !m->full; i++) {
        const ac_entity *e = &m->note->entities.at[f->entities[i]];
        uint32_t entry = m->note->given->entities.at[(e->given ? e->given : last->given) - 1].entry;
        const ac_fhir_copied *copy = ac_fhir_copy_of(m, entry);
        if (copy)
            add_evidence(m, copy, m->opt->record->entries.at[entry].kind, e->span);
    }
    return last;
}
