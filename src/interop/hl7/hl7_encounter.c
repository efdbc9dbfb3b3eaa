/* PV1 and PV2: the visit. */
#include "interop/hl7/hl7_make.h"

static ac_rec_hospitalization *hospital(ac_hl7_maker *m)
{
    if (!m->stay->hospitalization) {
        ac_rec_hospitalization *h = AC_FHIR_NEW(&m->f, hospitalization);
        m->stay->hospitalization = h;
        return h;
    }
    return m->f.full ? ac_fhir_scrap(&m->f) : m->stay->hospitalization;
}

static const ac_hl7_row pv1_rows[] = {
    AC_HL7_ALL(19, encounter, identifier, identifier, ac_hl7_to_cx, "VN"),
    AC_HL7_ALL(50, encounter, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(4, encounter, type, concept, ac_hl7_to_concept, "0007"),
    AC_HL7_ALL(18, encounter, type, concept, ac_hl7_to_concept, "0018"),
    AC_HL7_OBJ(10, encounter, service_type, concept, ac_hl7_to_concept, "0069"),
    AC_HL7_OBJ(39, encounter, provider, reference, ac_hl7_to_org, NULL),
};

static const ac_hl7_row hospital_rows[] = {
    AC_HL7_OBJ(5, hospitalization, pre_admission, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_OBJ(13, hospitalization, re_admission, concept, ac_hl7_to_concept, "0092"),
    AC_HL7_OBJ(14, hospitalization, admit_source, concept, ac_hl7_to_concept, "0023"),
    AC_HL7_ALL(15, hospitalization, arrangement, concept, ac_hl7_to_concept, "0009"),
    AC_HL7_ALL(16, hospitalization, courtesy, concept, ac_hl7_to_concept, "0099"),
    AC_HL7_ALL(22, hospitalization, courtesy, concept, ac_hl7_to_concept, "0045"),
    AC_HL7_OBJ(36, hospitalization, disposition, concept, ac_hl7_to_concept, "0112"),
    AC_HL7_OBJ(37, hospitalization, destination, reference, ac_hl7_to_place, NULL),
    AC_HL7_ALL(38, hospitalization, diet, concept, ac_hl7_to_concept, "0114"),
};

static const ac_hl7_row pv2_rows[] = {
    AC_HL7_ALL(3, encounter, reason_code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(4, encounter, reason_code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(12, encounter, reason_code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_OBJ(25, encounter, priority, concept, ac_hl7_to_concept, "0217"),
    AC_HL7_OBJ(23, encounter, provider, reference, ac_hl7_to_org, NULL),
};

static void participants(ac_hl7_maker *m, unsigned field, const char *role)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, field, &state, &v);) {
        ac_rec_reference *who = AC_FHIR_NEW(&m->f, reference);
        if (!ac_hl7_to_person(m, v, NULL, who))
            continue;
        ac_rec_participant p = { .individual = who };
        if (role)
            *AC_FHIR_PUSH(&m->f, &p.type) = *ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "v3-ParticipationType"), ac_sv_z(role));
        *AC_FHIR_PUSH(&m->f, &m->stay->participant) = p;
    }
}

static void location(ac_hl7_maker *m, unsigned field, const char *status)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, field, &state, &v);) {
        ac_rec_reference *where = AC_FHIR_NEW(&m->f, reference);
        if (ac_hl7_to_place(m, v, NULL, where))
            *AC_FHIR_PUSH(&m->f, &m->stay->location) =
                (ac_rec_encounter_location) { .location = where, .status = ac_sv_z(status) };
    }
}

/* R4 demands a class: without one that it knows, HL7's word for "unknown" with the message's own beside it. */
static ac_rec_coding *class_of(ac_hl7_maker *m)
{
    ac_rec_coding *c = AC_FHIR_NEW(&m->f, coding);
    ac_sv code = ac_hl7_string(m, ac_hl7_field(m, 2), 1), known = ac_hl7_mapped(&ac_hl7_table_encounter_class, code);
    if (known.n)
        *c = (ac_rec_coding) { .system = AC_SV(AC_FHIR_HL7 "v3-ActCode"), .code = known };
    else if (ac_hl7_in(AC_SV("0004"), code))
        *c = (ac_rec_coding) { .system = AC_SV(AC_FHIR_HL7 "v2-0004"), .code = code };
    else
        *c = (ac_rec_coding) { .system = AC_SV(AC_FHIR_HL7 "v3-NullFlavor"), .code = AC_SV("UNK"), .display = code };
    return c;
}

static ac_sv status_of(ac_hl7_maker *m)
{
    ac_sv said = ac_hl7_mapped(&ac_hl7_table_encounter_event, m->out->trigger);
    bool ended = ac_hl7_has(m, 45);
    if (ac_sv_eq(said, AC_SV("cancelled")) || ac_sv_eq(said, AC_SV("finished")))
        return said;
    if (ended)
        return AC_SV("finished");
    if (said.n && ac_sv_eq(m->out->type, AC_SV("ADT")))
        return said;
    return ac_sv_eq(ac_hl7_string(m, ac_hl7_field(m, 2), 1), AC_SV("P")) ? AC_SV("planned") : AC_SV("unknown");
}

void ac_hl7_pv1(ac_hl7_maker *m)
{
    ac_rec_encounter *e = ac_hl7_add(m, AC_REC_encounter, &m->encounter);
    m->stay = e;
    AC_HL7_FILL(m, pv1_rows, e);
    e->class = class_of(m);
    e->status = status_of(m);
    e->subject = ac_fhir_ref(&m->f, m->patient);
    e->period = ac_hl7_begin_end(m, 44, 45);
    participants(m, 7, "ATND");
    participants(m, 8, "REF");
    participants(m, 9, "CON");
    participants(m, 17, "ADM");
    participants(m, 52, NULL);
    location(m, 3, NULL);
    location(m, 6, "completed");
    location(m, 11, "active");
    location(m, 42, "planned");
    location(m, 43, "completed");
    if (m->f.full)
        return;
    ac_rec_hospitalization *h = hospital(m);
    AC_HL7_FILL(m, hospital_rows, h);
}

void ac_hl7_pv2(ac_hl7_maker *m)
{
    if (!m->stay || m->f.full)
        return;
    AC_HL7_FILL(m, pv2_rows, m->stay);
    participants(m, 13, "REF");
    location(m, 1, "planned");
    ac_sv days = ac_hl7_decimal(m, ac_hl7_raw(ac_hl7_field(m, 11), 1));
    if (days.n && !m->f.full) {
        ac_rec_quantity *q = AC_FHIR_NEW(&m->f, quantity);
        *q = (ac_rec_quantity) { .value = days, .unit = AC_SV("d"), .system = AC_SV(AC_FHIR_UCUM), .code = AC_SV("d") };
        m->stay->length = q;
    }
}
