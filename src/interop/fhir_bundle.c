#include "interop/fhir_bundle.h"

#include "interop/fhir_source.h"
#include "interop/fhir_write.h"

/* Two running hashes of the document's id and text: where the ids of the bundle come from. */
static void seed(ac_fhir_maker *m)
{
    const ac_sv parts[] = { m->note->id, m->note->text };
    uint64_t a = 14695981039346656037u, b = 0x9E3779B97F4A7C15u;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < parts[k].n; i++) {
            a = (a ^ (unsigned char)parts[k].p[i]) * 1099511628211u;
            b = (b ^ a) * 0xFF51AFD7ED558CCDu;
        }
        a = (a ^ 0x100u) * 1099511628211u; /* "ab" + "c" is not "a" + "bc" */
    }
    m->seed[0] = a;
    m->seed[1] = b ^ (b >> 29);
}

bool ac_fhir_is_instant(ac_sv s)
{
    static const char shape[] = "0000-00-00T00:00:00";
    size_t at = sizeof shape - 1;
    if (s.n <= at)
        return false;
    for (size_t i = 0; i < at; i++)
        if (shape[i] == '0' ? !ac_is_digit(s.p[i]) : s.p[i] != shape[i])
            return false;
    if (s.p[at] == '.')
        for (at++; at < s.n && ac_is_digit(s.p[at]);)
            at++;
    ac_sv zone = ac_sv_sub(s, at, s.n);
    if (ac_sv_eq(zone, AC_SV("Z")))
        return s.p[at - 1] != '.';
    return zone.n == 6 && (zone.p[0] == '+' || zone.p[0] == '-') && ac_is_digit(zone.p[1]) && ac_is_digit(zone.p[2]) &&
           zone.p[3] == ':' && ac_is_digit(zone.p[4]) && ac_is_digit(zone.p[5]);
}

static void make_fact(ac_fhir_maker *m, const ac_fact *f)
{
    static void (*const makers[AC_KIND_COUNT])(ac_fhir_maker *, const ac_fact *) = {
        [AC_KIND_PROBLEM] = ac_fhir_make_condition,     [AC_KIND_SYMPTOM] = ac_fhir_make_condition,
        [AC_KIND_MEDICATION] = ac_fhir_make_medication, [AC_KIND_LAB] = ac_fhir_make_observation,
        [AC_KIND_VITAL] = ac_fhir_make_observation,     [AC_KIND_PROCEDURE] = ac_fhir_make_procedure,
        [AC_KIND_ALLERGY] = ac_fhir_make_allergy,       [AC_KIND_SOCIAL] = ac_fhir_make_social,
    };
    if (makers[f->kind] && f->n && !ac_fhir_join_source(m, f))
        makers[f->kind](m, f);
}

static void make(ac_fhir_maker *m)
{
    bool dated = m->opt->now.n || m->note->note_date.year;
    ac_rec_composition spare = { 0 }, *composition = dated ? ac_fhir_add(m, AC_REC_composition, NULL) : &spare;
    if (m->opt->record) {
        ac_fhir_take_source(m);
    } else {
        ac_fhir_make_patient(m);
        ac_fhir_make_encounter(m);
    }
    ac_fhir_make_document(m);
    ac_fhir_make_device(m);
    if (!m->opt->record)
        ac_fhir_make_age(m);
    for (size_t i = 0; i < m->note->facts.n && !m->full; i++)
        make_fact(m, &m->note->facts.at[i]);
    ac_fhir_make_family(m);
    ac_fhir_make_impression(m);
    if (dated && !m->full)
        ac_fhir_fill_composition(m, composition);
    if (m->opt->now.n && !m->full)
        ac_fhir_make_provenance(m);
}

static void make_head(ac_fhir_maker *m)
{
    ac_rec_bundle *head = &m->record.head;
    m->record.bundle = true;
    head->type = m->opt->now.n ? AC_SV("document") : AC_SV("collection");
    head->timestamp = m->opt->now;
    ac_rec_identifier *id = AC_FHIR_NEW(m, identifier);
    id->system = AC_SV("urn:ietf:rfc:3986");
    if (m->record.entries.n)
        id->value = m->record.entries.at[0].full_url; /* the Composition or the Patient */
    head->identifier = id;
}

static ac_fhir_maker *maker_of(const ac_result *r, const ac_fhir_options *opt)
{
    ac_fhir_maker *m = ac_arena_alloc(r->note->arena, sizeof *m);
    if (!m)
        return NULL;
    *m = (ac_fhir_maker) { .r = r, .note = r->note, .opt = opt, .arena = r->note->arena };
    if (!ac_deid_profile_from(r->deidentified.profile, &m->profile))
        m->profile = AC_DEID_SAFE_HARBOR;
    m->whole_dates = opt->identified || m->profile == AC_DEID_LIMITED;
    seed(m);
    ac_fhir_hide(m);
    return m;
}

ac_rc ac_fhir_bundle(const ac_result *r, const ac_fhir_options *opt, ac_sb *out, ac_err *err)
{
    static const ac_fhir_options defaults = { 0 };
    opt = opt ? opt : &defaults;
    if (opt->now.n && !ac_fhir_is_instant(opt->now))
        return ac_fail(err, AC_EINPUT, "the bundle's time is no FHIR instant");
    ac_fhir_maker *m = maker_of(r, opt);
    if (!m)
        return ac_fail(err, AC_ELIMIT, "no room for a FHIR bundle");
    make(m);
    make_head(m);
    if (m->full)
        return ac_fail(err, AC_ELIMIT, "no room for a FHIR bundle");
    return ac_fhir_write(&m->record, opt->indent, out, err);
}

/* Is there a text in it that has no resource of its own in the copy? */
static bool has_documents(const ac_fhir_options *opt)
{
    for (size_t i = 0; i < opt->chart->entries.n; i++) {
        const ac_rec_kind kind = opt->record->entries.at[opt->chart->entries.at[i]].kind;
        if (kind == AC_REC_document_reference || kind == AC_REC_composition)
            return true;
    }
    return false;
}

ac_rc ac_fhir_redacted(const ac_result *r, const ac_fhir_options *opt, ac_record *out, ac_err *err)
{
    ac_fhir_options safe = *opt;
    safe.identified = false;
    safe.text = true;
    safe.now = AC_SV("");
    ac_fhir_maker *m = maker_of(r, &safe);
    if (!m)
        return ac_fail(err, AC_ELIMIT, "no room for a FHIR bundle");
    m->only_source = true;
    ac_fhir_take_source(m);
    if (has_documents(&safe) && !m->full)
        ac_fhir_make_document(m);
    if (m->full)
        return ac_fail(err, AC_ELIMIT, "no room for a FHIR bundle");
    *out = m->record;
    out->bundle = opt->record->bundle;
    return AC_OK;
}
