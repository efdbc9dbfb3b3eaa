/* ORC, OBR, SPM, TQ1: orders, reports, specimens. */
#include "interop/hl7/hl7_make.h"

void ac_hl7_orc(ac_hl7_maker *m)
{
    memset(&m->group, 0, sizeof m->group);
    m->group.orc = m->at;
}

/* Fill from the ORC of the group. */
void ac_hl7_fill_orc(ac_hl7_maker *m, const ac_hl7_row *rows, size_t n, void *resource)
{
    const ac_hl7_segment *at = m->at;
    if (!m->group.orc)
        return;
    m->at = m->group.orc;
    ac_hl7_fill(m, rows, n, resource);
    m->at = at;
}

/* ORC-5, else what ORC-1 asks for. */
ac_sv ac_hl7_order_status(ac_hl7_maker *m)
{
    const ac_hl7_segment *at = m->at;
    if (!m->group.orc)
        return AC_SV("unknown");
    m->at = m->group.orc;
    ac_hl7_value state = ac_hl7_field(m, 5), control = ac_hl7_field(m, 1);
    ac_sv said = ac_hl7_mapped(&ac_hl7_table_order_status, ac_hl7_string(m, state, 1));
    if (state.raw.n && !said.n)
        ac_hl7_unread(state, 1);
    ac_sv asked = ac_hl7_mapped(&ac_hl7_table_order_control, ac_hl7_string(m, control, 1));
    m->at = at;
    return said.n ? said : asked.n ? asked : AC_SV("unknown");
}

/* The numbers of the order, of ORC and again of this segment where it says others. */
static void same_numbers(ac_hl7_maker *m)
{
    for (unsigned f = 2; f <= 3 && m->group.orc; f++)
        if (ac_hl7_has(m, f) && ac_sv_eq(ac_hl7_get(m->msg, m->group.orc, f, 0, 0, 0), ac_hl7_get(m->msg, m->at, f, 0, 0, 0)))
            m->seen[m->at->first + f - 1] = UINT64_MAX;
}

static bool other_number(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    return *v.seen != UINT64_MAX && ac_hl7_to_ei(m, v, arg, out);
}

static const ac_hl7_row orc_rows[] = {
    AC_HL7_ALL(2, service_request, identifier, identifier, ac_hl7_to_ei, "PLAC"),
    AC_HL7_ALL(3, service_request, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_OBJ(4, service_request, requisition, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(9, service_request, date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(12, service_request, requester, reference, ac_hl7_to_person, NULL),
    AC_HL7_ALL(16, service_request, reason_code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_STR(15, service_request, occurrence_date, ac_hl7_to_date_time, NULL),
};

static const ac_hl7_row request_rows[] = {
    AC_HL7_ALL(2, service_request, identifier, identifier, other_number, "PLAC"),
    AC_HL7_ALL(3, service_request, identifier, identifier, other_number, "FILL"),
    AC_HL7_OBJ(4, service_request, code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_STR(5, service_request, priority, ac_hl7_to_mapped, &ac_hl7_table_priority),
    AC_HL7_STR(36, service_request, occurrence_date, ac_hl7_to_date_time, NULL),
    AC_HL7_STR(6, service_request, occurrence_date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(16, service_request, requester, reference, ac_hl7_to_person, NULL),
    AC_HL7_ALL(31, service_request, reason_code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(44, service_request, order_detail, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(13, service_request, note, annotation, ac_hl7_to_annotation, NULL),
    AC_HL7_ALL(39, service_request, note, annotation, ac_hl7_to_annotation, NULL),
};

static const ac_hl7_row report_rows[] = {
    AC_HL7_ALL(2, diagnostic_report, identifier, identifier, ac_hl7_to_ei, "PLAC"),
    AC_HL7_ALL(3, diagnostic_report, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_OBJ(4, diagnostic_report, code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_STR(22, diagnostic_report, issued, ac_hl7_to_instant, NULL),
    AC_HL7_ALL(24, diagnostic_report, category, concept, ac_hl7_to_concept, "0074"),
    AC_HL7_STR(25, diagnostic_report, status, ac_hl7_to_mapped, &ac_hl7_table_report_status),
    AC_HL7_ALL(32, diagnostic_report, interpreter, reference, ac_hl7_to_clinician, NULL),
    AC_HL7_ALL(33, diagnostic_report, interpreter, reference, ac_hl7_to_clinician, NULL),
};

static void request(ac_hl7_maker *m)
{
    ac_rec_service_request *r = ac_hl7_add(m, AC_REC_service_request, &m->group.request);
    same_numbers(m);
    ac_hl7_fill_orc(m, orc_rows, sizeof orc_rows / sizeof orc_rows[0], r);
    AC_HL7_FILL(m, request_rows, r);
    r->status = ac_hl7_order_status(m);
    r->intent = AC_SV("order");
    r->subject = ac_hl7_subject(m);
    r->encounter = ac_fhir_ref(&m->f, m->encounter);
    m->group.service = r;
    if (!m->f.full)
        AC_HL7_NOTES(m, r);
}

static void report(ac_hl7_maker *m)
{
    ac_rec_diagnostic_report *r = ac_hl7_add(m, AC_REC_diagnostic_report, &m->group.report);
    AC_HL7_FILL(m, report_rows, r);
    if (!r->code)
        r->code = ac_hl7_unknown(m);
    if (!r->status.n)
        r->status = AC_SV("unknown");
    r->subject = ac_fhir_ref(&m->f, m->patient);
    r->encounter = ac_fhir_ref(&m->f, m->encounter);
    if (ac_hl7_has(m, 8))
        r->effective_period = ac_hl7_begin_end(m, 7, 8);
    else if (ac_hl7_has(m, 7))
        (void)ac_hl7_to_date_time(m, ac_hl7_field(m, 7), NULL, &r->effective_date);
    if (m->f.full)
        return;
    AC_FHIR_PUSH(&m->f, &r->based_on)->reference = m->group.request;
    m->group.diagnostics = r;
    ac_sv category = ac_hl7_mapped(&ac_hl7_table_section_category, ac_hl7_string(m, ac_hl7_field(m, 24), 1));
    if (category.n)
        m->group.category = ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "observation-category"), category);
}

/* Before 2.5 the specimen stood in OBR; with an SPM it is told there. */
static void old_specimen(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = { AC_HL7_OBJ(15, specimen, type, concept, ac_hl7_to_concept, "0070"),
                                       AC_HL7_STR(14, specimen, received, ac_hl7_to_date_time, NULL) };
    static const ac_hl7_row taken[] = { AC_HL7_OBJ(9, collection, quantity, quantity, ac_hl7_to_quantity, NULL),
                                        AC_HL7_OBJ(10, collection, collector, reference, ac_hl7_to_person, NULL) };
    if (m->has_spm || !(ac_hl7_has(m, 9) || ac_hl7_has(m, 10) || ac_hl7_has(m, 14) || ac_hl7_has(m, 15)))
        return;
    ac_rec_specimen *s = ac_hl7_add(m, AC_REC_specimen, &m->group.specimen);
    ac_rec_collection *c = AC_FHIR_NEW(&m->f, collection);
    AC_HL7_FILL(m, rows, s);
    AC_HL7_FILL(m, taken, c);
    s->subject = ac_fhir_ref(&m->f, m->patient);
    s->collection = c;
    if (m->group.diagnostics && !m->f.full)
        AC_FHIR_PUSH(&m->f, &m->group.diagnostics->specimen)->reference = m->group.specimen;
    else if (m->group.service && !m->f.full)
        AC_FHIR_PUSH(&m->f, &m->group.service->specimen)->reference = m->group.specimen;
}

void ac_hl7_obr(ac_hl7_maker *m)
{
    const ac_hl7_segment *orc = m->group.service ? NULL : m->group.orc; /* it belongs to the first OBR after it */
    const ac_hl7_segment *timing = m->group.timing;
    memset(&m->group, 0, sizeof m->group);
    m->group.orc = orc;
    m->group.timing = timing;
    request(m);
    if (m->result && !m->f.full)
        report(m);
    if (m->f.full)
        return;
    ac_hl7_late_timing(m);
    old_specimen(m);
    if (m->group.service && !m->f.full)
        AC_HL7_NOTES(m, m->group.service);
}

/* ---- SPM ---- */

static const ac_hl7_row spm_rows[] = {
    AC_HL7_OBJ(4, specimen, type, concept, ac_hl7_to_concept, "0487"),
    AC_HL7_STR(18, specimen, received, ac_hl7_to_date_time, NULL),
    AC_HL7_ALL(24, specimen, condition, concept, ac_hl7_to_concept, "0493"),
    AC_HL7_OBJ(30, specimen, accession, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(14, specimen, note, annotation, ac_hl7_to_annotation, NULL),
};
static const ac_hl7_row spm_collection[] = {
    AC_HL7_OBJ(7, collection, method, concept, ac_hl7_to_concept, "0488"),
    AC_HL7_OBJ(8, collection, body_site, concept, ac_hl7_to_concept, NULL),
    AC_HL7_OBJ(12, collection, quantity, quantity, ac_hl7_to_quantity, NULL),
    AC_HL7_OBJ(17, collection, collected_period, period, ac_hl7_to_period, NULL),
};
static const ac_hl7_row spm_container[] = {
    AC_HL7_OBJ(27, container, type, concept, ac_hl7_to_concept, NULL),
    AC_HL7_OBJ(6, container, additive, concept, ac_hl7_to_concept, "0371"),
};

/* An EIP: the placer's and the filler's number, each an EI of subcomponents. */
static void specimen_numbers(ac_hl7_maker *m, ac_rec_specimen *s)
{
    static const char *const types[] = { "PLAC", "FILL" };
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 2, &state, &v);)
        for (unsigned k = 1; k <= 2 && !m->f.full; k++) {
            ac_rec_identifier id = { 0 };
            if (ac_hl7_to_ei(m, ac_hl7_sub(m, v, k), types[k - 1], &id) && !m->f.full)
                *AC_FHIR_PUSH(&m->f, &s->identifier) = id;
        }
}

void ac_hl7_spm(ac_hl7_maker *m)
{
    ac_sv url = AC_SV("");
    ac_rec_specimen *s = ac_hl7_add(m, AC_REC_specimen, &url);
    ac_rec_collection *c = AC_FHIR_NEW(&m->f, collection);
    ac_rec_container container = { 0 };
    AC_HL7_FILL(m, spm_rows, s);
    AC_HL7_FILL(m, spm_collection, c);
    AC_HL7_FILL(m, spm_container, &container);
    specimen_numbers(m, s);
    s->subject = ac_fhir_ref(&m->f, m->patient);
    s->collection = c;
    uint8_t available = AC_REC_ABSENT;
    if (ac_hl7_has(m, 20) && ac_hl7_to_bool(m, ac_hl7_field(m, 20), NULL, &available))
        s->status = available == AC_REC_TRUE ? AC_SV("available") : AC_SV("unavailable");
    if (m->f.full)
        return;
    if (container.type || container.additive)
        *AC_FHIR_PUSH(&m->f, &s->container) = container;
    m->group.specimen = url;
    if (m->group.diagnostics)
        AC_FHIR_PUSH(&m->f, &m->group.diagnostics->specimen)->reference = url;
    else if (m->group.service)
        AC_FHIR_PUSH(&m->f, &m->group.service->specimen)->reference = url;
    if (!m->f.full)
        AC_HL7_NOTES(m, s);
}
