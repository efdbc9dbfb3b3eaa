#include "interop/chart/chart_make.h"

#include "base/search.h"
#include "interop/fhir_type.h"
#include "nlp/text/language.h"
#include "nlp/time/calendar.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLE_MAX = 16 << 10, SHARING_MAX = 64 };

/* ---- whose is what ---- */

#define NOBODY UINT32_MAX       /* a clinical resource of somebody unknown */
#define SHARED (UINT32_MAX - 1) /* a practitioner, an organisation: of everybody here */

typedef struct {
    uint32_t *of;     /* per entry: its group, NOBODY or SHARED */
    uint32_t n;       /* groups */
    ac_sv *name;      /* per group: the reference that names a patient who has no resource here */
} owners;

static bool is_shared(ac_rec_kind k)
{
    return k == AC_REC_practitioner || k == AC_REC_practitioner_role || k == AC_REC_organization || k == AC_REC_location ||
           k == AC_REC_medication || k == AC_REC_provenance;
}

static int by_name(const void *a, const void *b) { return ac_sv_cmp(*(const ac_sv *)a, *(const ac_sv *)b); }

/* The patients that are only referred to: their references, each once. */
static ac_sv *absent_patients(const ac_record *r, const ac_refs *refs, ac_arena *arena, size_t *n)
{
    ac_sv *names = ac_arena_alloc(arena, (r->entries.n + 1) * sizeof *names);
    size_t found = 0, kept = 0;
    for (size_t i = 0; names && i < r->entries.n; i++) {
        const ac_rec_reference *who = ac_rec_subject(&r->entries.at[i]);
        if (who && who->reference.n && ac_refs_find(refs, (uint32_t)i, who->reference) == AC_NONE)
            names[found++] = who->reference;
    }
    if (names && found)
        qsort(names, found, sizeof *names, by_name);
    for (size_t i = 0; i < found; i++)
        if (!i || !ac_sv_eq(names[i], names[i - 1]))
            names[kept++] = names[i];
    *n = kept;
    return names;
}

static bool find_owners(const ac_record *r, const ac_refs *refs, ac_arena *arena, owners *out)
{
    size_t absent_n;
    const ac_sv *absent = absent_patients(r, refs, arena, &absent_n);
    owners o = { .of = ac_arena_alloc(arena, (r->entries.n + 1) * sizeof *o.of) };
    for (size_t i = 0; o.of && i < r->entries.n; i++)
        o.of[i] = r->entries.at[i].kind == AC_REC_patient ? o.n++ : is_shared(r->entries.at[i].kind) ? SHARED : NOBODY;
    uint32_t here = o.n;
    o.name = ac_arena_alloc(arena, (here + absent_n + 1) * sizeof *o.name);
    if (!o.of || !o.name || !absent)
        return false;
    o.n += (uint32_t)absent_n;
    for (size_t i = 0; i < absent_n; i++)
        o.name[here + i] = absent[i];
    for (size_t i = 0; i < r->entries.n; i++) {
        const ac_rec_reference *who = r->entries.at[i].kind == AC_REC_patient ? NULL : ac_rec_subject(&r->entries.at[i]);
        if (!who || !who->reference.n)
            continue;
        uint32_t to = ac_refs_find(refs, (uint32_t)i, who->reference);
        if (to == AC_NONE)
            o.of[i] = here + (uint32_t)AC_COUNT_BEFORE(k, absent_n, ac_sv_cmp(absent[k], who->reference) < 0);
        else
            o.of[i] = r->entries.at[to].kind == AC_REC_patient ? o.of[to] : NOBODY;
    }
    for (size_t i = 0; i < r->entries.n; i++) /* what a resource contains is of whom that is, and nobody else's */
        if (r->entries.at[i].container && r->entries.at[i].kind != AC_REC_patient)
            o.of[i] = o.of[r->entries.at[i].container - 1];
    o.n = o.n ? o.n : 1; /* nobody is named at all: the record is of one person */
    *out = o;
    return true;
}

/* The entries of each group in a chain, so that many patients cost no more than many entries. */
typedef struct {
    uint32_t *first, *next, shared; /* of a group; of an entry; NOBODY ends a chain */
} chains;

static bool chain_up(const owners *o, size_t n, ac_arena *arena, chains *out)
{
    chains c = { ac_arena_alloc(arena, o->n * sizeof(uint32_t)), ac_arena_alloc(arena, (n + 1) * sizeof(uint32_t)), NOBODY };
    for (uint32_t g = 0; c.first && g < o->n; g++)
        c.first[g] = NOBODY;
    for (uint32_t i = (uint32_t)n; c.first && c.next && i-- > 0;) {
        uint32_t *head = o->of[i] == SHARED ? &c.shared : o->of[i] == NOBODY ? o->n == 1 ? &c.first[0] : NULL : &c.first[o->of[i]];
        if (!head)
            continue;
        c.next[i] = *head;
        *head = i;
    }
    if (o->n > SHARING_MAX)
        c.shared = NOBODY;
    *out = c;
    return c.first && c.next;
}

/* ---- what holds at all ---- */

/* Entered in error, cancelled, revoked: it is no fact, and no text either. */
static bool holds(const ac_rec_entry *e)
{
    static const ac_sv keys[] = { { "status", 6 }, { "docStatus", 9 }, { "lifecycleStatus", 15 } };
    const ac_fhir_type *type = ac_fhir_resource_type(e->kind);
    const ac_fhir_field *f;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        ac_sv status = { "", 0 };
        f = ac_fhir_field_of(type, keys[i]);
        if (f && f->kind == AC_FIELD_TEXT)
            memcpy(&status, (const char *)e->as.any + f->offset, sizeof status);
        if (ac_chart_one_of(status, "entered-in-error cancelled revoked rejected"))
            return false;
    }
    const ac_rec_concept *verified = NULL;
    f = ac_fhir_field_of(type, AC_SV("verificationStatus"));
    if (f)
        memcpy(&verified, (const char *)e->as.any + f->offset, sizeof verified);
    return !ac_chart_any(verified, "entered-in-error");
}

/* A report that says something was made: what it was asked for is done. */
static void mark_done(const ac_record *r, const ac_refs *refs, bool *done)
{
    for (size_t i = 0; i < r->entries.n; i++) {
        const ac_rec_diagnostic_report *d = r->entries.at[i].kind == AC_REC_diagnostic_report ? r->entries.at[i].as.diagnostic_report : NULL;
        bool made = d && holds(&r->entries.at[i]) &&
                    (ac_chart_one_of(d->status, "final amended corrected appended") || d->result.n || d->conclusion.n || d->presented.n);
        for (size_t k = 0; made && k < d->based_on.n; k++) {
            uint32_t to = ac_refs_find(refs, (uint32_t)i, d->based_on.at[k].reference);
            if (to != AC_NONE)
                done[to] = true;
        }
    }
}

/* ---- when ---- */

static void newest(ac_chart *c, ac_sv fhir)
{
    int64_t y = 0, m = 0, d = 0;
    if (fhir.n < 10 || fhir.p[4] != '-' || fhir.p[7] != '-' || !ac_sv_to_i64(ac_sv_sub(fhir, 0, 4), &y) ||
        !ac_sv_to_i64(ac_sv_sub(fhir, 5, 7), &m) || !ac_sv_to_i64(ac_sv_sub(fhir, 8, 10), &d) || y < 1 || m < 1 || m > 12 || d < 1 || d > 31)
        return;
    ac_date date = { (int16_t)y, (uint8_t)m, (uint8_t)d };
    if (ac_date_full(date) && (c->date.year == 0 || ac_date_cmp(date, c->date) > 0))
        c->date = date;
}

/* When something was done, found or written; not when it is to be. */
static void find_newest(ac_chart_maker *m, const ac_rec_entry *e)
{
    static const ac_sv dates[] = { { "effectiveDateTime", 17 }, { "authoredOn", 10 }, { "recordedDate", 12 }, { "performedDateTime", 17 },
                                   { "date", 4 }, { "started", 7 }, { "dateAsserted", 12 }, { "whenHandedOver", 14 } };
    static const ac_sv periods[] = { { "period", 6 }, { "performedPeriod", 15 }, { "effectivePeriod", 15 } };
    const ac_fhir_type *type = ac_fhir_resource_type(e->kind);
    if (e->kind == AC_REC_insurance || e->kind == AC_REC_appointment || e->kind == AC_REC_practitioner_role)
        return;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        const ac_fhir_field *f = ac_fhir_field_of(type, dates[i]);
        ac_sv date = { "", 0 };
        if (f && f->kind == AC_FIELD_TEXT)
            memcpy(&date, (const char *)e->as.any + f->offset, sizeof date);
        newest(m->chart, date);
    }
    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        const ac_fhir_field *f = ac_fhir_field_of(type, periods[i]);
        const ac_rec_period *p = NULL;
        if (f && f->kind == AC_FIELD_OBJECT)
            memcpy(&p, (const char *)e->as.any + f->offset, sizeof p);
        if (p)
            newest(m->chart, p->start);
    }
}

/* ---- language ---- */

static const ac_rec_concept *code_of(const ac_rec_entry *e)
{
    static const ac_sv keys[] = { { "code", 4 }, { "medicationCodeableConcept", 25 } };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const ac_fhir_field *f = ac_fhir_field_of(ac_fhir_resource_type(e->kind), keys[i]);
        const ac_rec_concept *c = NULL;
        if (f && f->kind == AC_FIELD_OBJECT)
            memcpy(&c, (const char *)e->as.any + f->offset, sizeof c);
        if (c)
            return c;
    }
    return NULL;
}

/* That of the free text; without any, that of the names of what is coded. */
static ac_lang language(ac_chart_maker *m)
{
    AC_AUTO(ac_sb) sample = AC_SB(SAMPLE_MAX + 1);
    for (size_t i = 0; i < m->source->n_passages; i++)
        ac_sb_add(&sample, ac_sv_sub(m->source->passages[i].text, 0, SAMPLE_MAX - sample.n));
    for (size_t i = 0; i < m->passages.n; i++)
        ac_sb_add(&sample, ac_sv_sub(m->passages.at[i].text, 0, SAMPLE_MAX - sample.n));
    for (size_t i = 0; sample.n < SAMPLE_MAX && !m->passages.n && !m->source->n_passages && i < m->chart->entries.n; i++) {
        ac_sv name = ac_chart_name(code_of(&m->record->entries.at[m->chart->entries.at[i]]));
        ac_sb_add(&sample, ac_sv_sub(name, 0, SAMPLE_MAX - sample.n));
        if (sample.n < SAMPLE_MAX)
            ac_sb_add_char(&sample, '\n');
    }
    return ac_detect_language(ac_sb_view(&sample), NULL);
}

/* ---- writing ---- */

static void collect(ac_chart_maker *m)
{
    m->passages.n = 0;
    m->chart->unread = 0;
    for (size_t i = 0; i < m->chart->entries.n && !m->full; i++) {
        m->entry = m->chart->entries.at[i];
        if (holds(&m->record->entries.at[m->entry]))
            ac_chart_collect(m, &m->record->entries.at[m->entry]);
    }
}

static void write_section(ac_chart_maker *m, ac_chart_section s, bool *wrote)
{
    static bool (*const writers[])(ac_chart_maker *, const ac_rec_entry *, ac_chart_section) = {
        ac_chart_write_clinical, ac_chart_write_medication, ac_chart_write_result };
    size_t begin = m->text.n;
    ac_chart_heading(m, ac_chart_title(m, s));
    size_t body = m->text.n;
    for (size_t i = 0; i < m->chart->entries.n && !m->full; i++) {
        const ac_rec_entry *e = &m->record->entries.at[m->chart->entries.at[i]];
        if (e->kind == AC_REC_patient || is_shared(e->kind) || !holds(e))
            continue;
        size_t before = m->text.n;
        ac_chart_begin(m, m->chart->entries.at[i]);
        for (size_t k = 0; k < sizeof writers / sizeof writers[0] && !writers[k](m, e, s); k++) { }
        ac_chart_end(m);
        wrote[i] = wrote[i] || m->text.n > before;
    }
    if (m->text.n == body && m->text.rc == AC_OK)
        m->text.n = begin;
}

/* A type whose facts have a code, so that one without is told by its narrative at best. */
static bool wants_code(const ac_rec_entry *e)
{
    const ac_fhir_type *type = ac_fhir_resource_type(e->kind);
    return ac_fhir_field_of(type, AC_SV("code")) || ac_fhir_field_of(type, AC_SV("medicationCodeableConcept"));
}

/* Resources that hold clinical facts and have given no line. */
static void narratives(ac_chart_maker *m, const bool *wrote)
{
    for (size_t i = 0; i < m->chart->entries.n && !m->full; i++) {
        const ac_rec_entry *e = &m->record->entries.at[m->chart->entries.at[i]];
        m->entry = m->chart->entries.at[i];
        if (!wrote[i] && holds(e) && !is_shared(e->kind) && wants_code(e) && !code_of(e))
            ac_chart_collect_narrative(m, e);
    }
}

static void write_chart(ac_chart_maker *m, bool *wrote)
{
    ac_chart_heading(m, ac_chart_title(m, AC_CHART_PATIENT));
    ac_chart_write_patient(m);
    for (ac_chart_section s = AC_CHART_PATIENT + 1; s < AC_CHART_SECTIONS && !m->full; s++)
        write_section(m, s, wrote);
    narratives(m, wrote);
    ac_span *closed = ac_vec_push(&m->chart->given.closed, m->arena);
    if (closed)
        *closed = ac_span_of(0, m->text.n);
    m->full |= !closed;
    ac_chart_write_passages(m);
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const ac_chart_words *)a)->p, y = (uintptr_t)((const ac_chart_words *)b)->p;
    return x < y ? -1 : x > y;
}

/* An identifier that others use for the patient too, before the id that only this system knows. */
static ac_sv subject_of(const ac_chart_maker *m, ac_sv reference)
{
    for (size_t i = 0; i < m->chart->entries.n; i++) {
        const ac_rec_entry *e = &m->record->entries.at[m->chart->entries.at[i]];
        if (e->kind == AC_REC_patient)
            return e->as.patient->identifier.n && e->as.patient->identifier.at[0].value.n ? e->as.patient->identifier.at[0].value
                 : e->as.patient->id.n ? e->as.patient->id : e->full_url;
    }
    return reference;
}

static void take(ac_chart_maker *m, const chains *c, uint32_t first)
{
    for (uint32_t i = first; i != NOBODY && !m->full; i = c->next[i]) {
        uint32_t *slot = ac_vec_push(&m->chart->entries, m->arena);
        m->full |= !slot;
        if (slot)
            *slot = i;
        m->chart->left_out += !holds(&m->record->entries.at[i]);
        find_newest(m, &m->record->entries.at[i]);
    }
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static ac_rc make_chart(ac_chart_maker *m, const owners *o, const chains *c, uint32_t group, ac_err *err)
{
    take(m, c, c->first[group]);
    take(m, c, c->shared);
    m->chart->refs = m->refs;
    if (c->shared != NOBODY && m->chart->entries.n)
        qsort(m->chart->entries.at, m->chart->entries.n, sizeof m->chart->entries.at[0], ascending);
    bool *wrote = ac_arena_alloc(m->arena, m->chart->entries.n + 1);
    m->full |= !wrote;
    m->chart->subject = subject_of(m, o->name[group]);
    collect(m);
    m->chart->lang = m->source->lang ? *m->source->lang : language(m);
    if (!m->full)
        write_chart(m, wrote);
    const ac_rec_coverage *read = &m->record->coverage;
    m->chart->given.coverage = (ac_given_coverage) {
        .resources = read->resources, .resources_unread = read->resources_unknown + read->resources_refused, .members = read->members,
        .members_unread = read->members_unknown, .resources_left_out = m->chart->left_out, .attachments_unread = m->chart->unread };
    m->chart->text = ac_arena_copy(m->arena, ac_sb_view(&m->text));
    if (m->full || m->text.rc != AC_OK || !m->chart->text.p)
        return ac_fail(err, AC_ELIMIT, "no room for a chart");
    if (m->chart->words.n)
        qsort(m->chart->words.at, m->chart->words.n, sizeof m->chart->words.at[0], by_address);
    return AC_OK;
}

ac_rc ac_charts_make(const ac_chart_source *source, ac_arena *arena, ac_charts *out, ac_err *err)
{
    ac_refs *refs = ac_arena_alloc(arena, sizeof *refs);
    owners o;
    chains c;
    ac_charts charts = { 0 };
    if (!refs)
        return ac_fail(err, AC_ELIMIT, "no room for a chart");
    AC_TRY(err, ac_refs_init(source->record, arena, refs, err));
    bool *done = ac_arena_alloc(arena, source->record->entries.n + 1);
    if (!done || !find_owners(source->record, refs, arena, &o) || !chain_up(&o, source->record->entries.n, arena, &c))
        return ac_fail(err, AC_ELIMIT, "no room for a chart");
    mark_done(source->record, refs, done);
    for (uint32_t group = 0; group < o.n; group++) {
        ac_chart *chart = ac_vec_push(&charts, arena);
        if (!chart)
            return ac_fail(err, AC_ELIMIT, "no room for a chart");
        ac_chart_maker m = { .source = source, .record = source->record, .refs = refs, .done = done, .arena = arena, .chart = chart, .text = AC_SB(UINT32_MAX / 2) };
        ac_rc rc = make_chart(&m, &o, &c, group, err);
        ac_sb_cleanup(&m.text);
        if (rc != AC_OK)
            return rc;
    }
    *out = charts;
    return AC_OK;
}

bool ac_chart_find(const ac_chart *chart, ac_sv string, ac_span *out)
{
    size_t i = AC_COUNT_BEFORE(k, chart->words.n, (uintptr_t)chart->words.at[k].p < (uintptr_t)string.p);
    if (!string.n || i == chart->words.n || chart->words.at[i].p != string.p)
        return false;
    *out = chart->words.at[i].span;
    return true;
}
