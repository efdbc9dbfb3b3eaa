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

/* Where the copy stands in the bundle: its id and url, before anything refers to it. */
static void place(ac_fhir_maker *m, uint32_t entry)
{
    struct ac_fhir_source *s = m->source;
    const ac_rec_entry *from = &m->opt->record->entries.at[entry];
    s->copies[entry].resource = ac_fhir_add(m, from->kind, &s->copies[entry].url);
    if (m->full || !m->opt->identified)
        return;
    ac_rec_entry *to = &m->record.entries.at[m->record.entries.n - 1];
    ac_sv id = id_of(from);
    if (id.n)
        memcpy((char *)to->as.any + ac_fhir_field_of(ac_fhir_resource_type(to->kind), AC_SV("id"))->offset, &id, sizeof id);
    if (from->full_url.n)
        to->full_url = s->copies[entry].url = from->full_url;
}

static void take_patient(ac_fhir_maker *m)
{
    const ac_chart *c = m->opt->chart;
    for (size_t i = 0; i < c->entries.n && !m->patient.n; i++) {
        uint32_t entry = c->entries.at[i];
        const ac_rec_entry *e = &m->opt->record->entries.at[entry];
        if (e->kind != AC_REC_patient)
            continue;
        place(m, entry);
        m->patient = m->source->copies[entry].url;
    }
    if (!m->patient.n)
        ac_fhir_make_patient(m);
}

static void copy_all(ac_fhir_maker *m)
{
    const ac_chart *c = m->opt->chart;
    struct ac_fhir_source *s = m->source;
    for (size_t i = 0; i < c->entries.n && !m->full; i++) {
        uint32_t entry = c->entries.at[i];
        const ac_rec_entry *e = &m->opt->record->entries.at[entry];
        if (!s->copies[entry].url.n)
            continue;
        s->copying = entry;
        ac_fhir_copy(m, e->kind, e->as.any, s->copies[entry].resource);
        if (e->kind == AC_REC_patient && !m->opt->identified && !m->full)
            ((ac_rec_patient *)s->copies[entry].resource)->birth_date = ac_fhir_birth_date(m);
        if (e->kind == AC_REC_organization && !m->opt->identified && !m->full) /* org-1: it shall have a name */
            ((ac_rec_organization *)s->copies[entry].resource)->name = AC_SV("[ORGANISATION]");
        ac_fhir_section section = listed_in(e);
        if (section < AC_FHIR_SECTIONS)
            *AC_FHIR_PUSH(m, &m->listed[section]) = s->copies[entry].url;
    }
}

void ac_fhir_take_source(ac_fhir_maker *m)
{
    const ac_record *r = m->opt->record;
    struct ac_fhir_source *s = ac_fhir_alloc(m, sizeof *s);
    if (!m->full && ac_refs_init(r, m->arena, &s->refs, NULL) != AC_OK)
        m->full = true;
    if (m->full)
        return;
    m->source = s;
    s->copies = ac_arena_alloc(m->arena, (r->entries.n + 1) * sizeof s->copies[0]);
    m->full |= !s->copies;
    if (m->full)
        return;
    s->first = m->record.entries.n;
    take_patient(m);
    for (size_t i = 0; i < m->opt->chart->entries.n && !m->full; i++) {
        uint32_t entry = m->opt->chart->entries.at[i];
        if (!s->copies[entry].url.n && is_told(m, r->entries.at[entry].kind))
            place(m, entry);
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

static void add_evidence(ac_fhir_maker *m, uint32_t entry, const ac_fact *f)
{
    const ac_rec_kind kind = m->opt->record->entries.at[entry].kind;
    const ac_fhir_field *field = ac_fhir_field_of(ac_fhir_resource_type(kind), AC_SV("extension"));
    ac_fhir_any_list list;
    if (!field || !m->source->copies[entry].url.n)
        return;
    memcpy(&list, (char *)m->source->copies[entry].resource + field->offset, sizeof list);
    ac_rec_extension *at = ac_fhir_alloc(m, (list.n + f->n) * sizeof *at);
    if (m->full)
        return;
    if (list.n)
        memcpy(at, list.at, list.n * sizeof *at);
    for (size_t i = 0; i < f->n && !m->full; i++) {
        const ac_entity *e = &m->note->entities.at[f->entities[i]];
        bool own = e->given && m->note->given->entities.at[e->given - 1].entry == entry;
        if (own || !e->given)
            at[list.n++] = ac_fhir_evidence(m, e->span);
    }
    list.at = at;
    list.cap = list.n;
    if (!m->full)
        memcpy((char *)m->source->copies[entry].resource + field->offset, &list, sizeof list);
}

bool ac_fhir_join_source(ac_fhir_maker *m, const ac_fact *f)
{
    bool given = false;
    uint32_t last = AC_NONE;
    for (size_t i = 0; m->source && i < f->n && !m->full; i++) {
        const ac_entity *e = &m->note->entities.at[f->entities[i]];
        if (!e->given)
            continue;
        given = true;
        uint32_t entry = m->note->given->entities.at[e->given - 1].entry;
        if (entry != last)
            add_evidence(m, entry, f);
        last = entry;
    }
    return given;
}
