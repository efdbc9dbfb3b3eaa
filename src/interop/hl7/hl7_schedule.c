/* SCH, AIS, AIG, AIL, AIP: appointments. */
#include "interop/hl7/hl7_make.h"

static const ac_hl7_row sch_rows[] = {
    AC_HL7_ALL(1, appointment, identifier, identifier, ac_hl7_to_ei, "PLAC"),
    AC_HL7_ALL(2, appointment, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_ALL(7, appointment, reason_code, concept, ac_hl7_to_concept, "0276"),
    AC_HL7_OBJ(8, appointment, type, concept, ac_hl7_to_concept, "0277"),
};

static bool minutes(ac_sv unit)
{
    return ac_sv_eq_nocase(unit, AC_SV("min")) || ac_sv_eq_nocase(unit, AC_SV("minutes")) || ac_sv_eq_nocase(unit, AC_SV("m"));
}

static void duration(ac_hl7_maker *m, unsigned field)
{
    ac_hl7_value unit = ac_hl7_field(m, field + 1);
    if (!ac_hl7_has(m, field) || m->appointment->minutes.n)
        return;
    if (minutes(ac_hl7_string(m, unit, 1)))
        (void)ac_hl7_to_whole(m, ac_hl7_field(m, field), NULL, &m->appointment->minutes);
    else
        ac_hl7_unread(unit, 1);
}

/* status of the appointment -> participationstatus */
static ac_sv answer(ac_sv status)
{
    static const ac_hl7_pair rows[] = { { "booked", "accepted" },   { "arrived", "accepted" }, { "fulfilled", "accepted" },
                                        { "cancelled", "declined" }, { "noshow", "accepted" } };
    static const ac_hl7_table table = { rows, sizeof rows / sizeof rows[0] };
    ac_sv s = ac_hl7_mapped(&table, status);
    return s.n ? s : AC_SV("tentative");
}

static void attend(ac_hl7_maker *m, ac_rec_reference *who, ac_rec_concept *as, const char *role)
{
    if (m->f.full)
        return;
    ac_rec_attendee a = { .actor = who, .status = answer(m->appointment->status) };
    if (as)
        *AC_FHIR_PUSH(&m->f, &a.type) = *as;
    else if (role)
        *AC_FHIR_PUSH(&m->f, &a.type) = *ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "v3-ParticipationType"), ac_sv_z(role));
    if (!m->f.full)
        *AC_FHIR_PUSH(&m->f, &m->appointment->participant) = a;
}

/* SCH-25, else what the event says; a booking that R4 would want a time for has one by close. */
static ac_sv status_of(ac_hl7_maker *m)
{
    static const ac_hl7_pair rows[] = { { "S12", "booked" },    { "S13", "booked" },           { "S14", "booked" },
                                        { "S15", "cancelled" }, { "S16", "cancelled" },        { "S17", "entered-in-error" },
                                        { "S26", "noshow" },    { "S18", "booked" },           { "S19", "booked" } };
    static const ac_hl7_table events = { rows, sizeof rows / sizeof rows[0] };
    ac_hl7_value v = ac_hl7_field(m, 25);
    ac_sv said = ac_hl7_mapped(&ac_hl7_table_appointment_status, ac_hl7_string(m, v, 1));
    ac_sv event = ac_hl7_mapped(&events, m->out->trigger);
    if (v.raw.n && !said.n)
        ac_hl7_unread(v, 1);
    return said.n ? said : event.n ? event : AC_SV("proposed");
}

static void contact(ac_hl7_maker *m, unsigned field, const char *role)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, field, &state, &v);) {
        ac_rec_reference *who = AC_FHIR_NEW(&m->f, reference);
        if (ac_hl7_to_person(m, v, NULL, who))
            attend(m, who, NULL, role);
    }
}

void ac_hl7_sch(ac_hl7_maker *m)
{
    ac_rec_appointment *a = ac_hl7_add(m, AC_REC_appointment, NULL);
    ac_rec_concept *why = AC_FHIR_NEW(&m->f, concept);
    AC_HL7_FILL(m, sch_rows, a);
    m->appointment = a;
    a->status = status_of(m);
    ac_hl7_value timing = ac_hl7_field(m, 11), event = ac_hl7_field(m, 6);
    ac_hl7_value start = { .raw = ac_hl7_raw(timing, 4) }, end = { .raw = ac_hl7_raw(timing, 5) };
    (void)ac_hl7_to_instant(m, start, NULL, &a->start);
    (void)ac_hl7_to_instant(m, end, NULL, &a->end);
    duration(m, 9);
    bool off = ac_sv_eq(a->status, AC_SV("cancelled")) || ac_sv_eq(a->status, AC_SV("noshow"));
    if (event.raw.n && off && ac_hl7_to_concept(m, event, NULL, why))
        a->cancel_reason = why;
    contact(m, 12, NULL);
    contact(m, 16, NULL);
    contact(m, 20, NULL);
    if (!m->f.full)
        ac_hl7_comment_to(m, &a->comment);
}

/* ---- what and who is booked ---- */

/* Start, two fields of an offset, duration and its unit. */
static void times(ac_hl7_maker *m, unsigned start)
{
    ac_sv when = AC_SV("");
    if (ac_hl7_has(m, start) && !m->appointment->start.n && ac_hl7_to_instant(m, ac_hl7_field(m, start), NULL, &when))
        m->appointment->start = when;
    duration(m, start + 3);
}

void ac_hl7_ais(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = { AC_HL7_ALL(3, appointment, service_type, concept, ac_hl7_to_concept, NULL) };
    if (!m->appointment || m->f.full)
        return;
    AC_HL7_FILL(m, rows, m->appointment);
    times(m, 4);
}

/* The third field says who or what, the fourth as what. */
static void booked(ac_hl7_maker *m, ac_hl7_convert *convert, unsigned start)
{
    ac_hl7_value v;
    ac_rec_concept *as = AC_FHIR_NEW(&m->f, concept);
    if (!m->appointment || m->f.full)
        return;
    if (!ac_hl7_has(m, 4) || !ac_hl7_to_concept(m, ac_hl7_field(m, 4), NULL, as))
        as = NULL;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 3, &state, &v);) {
        ac_rec_reference *what = AC_FHIR_NEW(&m->f, reference);
        if (convert(m, v, NULL, what))
            attend(m, what, as, NULL);
    }
    if (!m->f.full)
        times(m, start);
}

/* A resource by its code, as a reference by name. */
static bool to_resource(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_concept c = { 0 };
    ac_rec_reference *r = out;
    bool ok = ac_hl7_to_concept(m, v, arg, &c) && !m->f.full;
    r->display = c.text;
    if (ok && c.coding.n) {
        ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
        *id = (ac_rec_identifier) { .system = c.coding.at[0].system, .value = c.coding.at[0].code };
        r->identifier = id;
    }
    return ok;
}

void ac_hl7_aig(ac_hl7_maker *m) { booked(m, to_resource, 8); }
void ac_hl7_ail(ac_hl7_maker *m) { booked(m, ac_hl7_to_place, 6); }
void ac_hl7_aip(ac_hl7_maker *m) { booked(m, ac_hl7_to_person, 6); }

static bool needs_times(ac_sv status)
{
    return !ac_sv_eq(status, AC_SV("proposed")) && !ac_sv_eq(status, AC_SV("cancelled")) && !ac_sv_eq(status, AC_SV("waitlist"));
}

/* R4 has no booking without both of its times: the segment counts as not read. */
static void leave_out(ac_hl7_maker *m)
{
    ac_record *r = &m->f.record;
    const ac_hl7_segment *sch = ac_hl7_find(m->msg, "SCH");
    size_t i = 0;
    while (i < r->entries.n && r->entries.at[i].as.appointment != m->appointment)
        i++;
    if (i < r->entries.n)
        memmove(&r->entries.at[i], &r->entries.at[i + 1], (--r->entries.n - i) * sizeof r->entries.at[0]);
    if (sch)
        memset(&m->seen[sch->first], 0, sch->n * sizeof m->seen[0]);
    m->appointment = NULL;
}

/* R4 demands a participant, and both times or none. */
void ac_hl7_close_appointment(ac_hl7_maker *m)
{
    ac_rec_appointment *a = m->appointment;
    if (!a || m->f.full)
        return;
    attend(m, ac_hl7_subject(m), NULL, NULL);
    if (a->start.n && !a->end.n)
        a->end = ac_hl7_later(m, a->start, a->minutes);
    if (!m->f.full && a->start.n != 0 && a->end.n == 0) {
        AC_FHIR_PUSH(&m->f, &a->requested)->start = a->start;
        a->start = AC_SV("");
    }
    if (!a->start.n && needs_times(a->status))
        leave_out(m);
}
