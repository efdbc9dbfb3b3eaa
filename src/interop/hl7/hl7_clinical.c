/* DG1, PRB, AL1, IAM, PR1: diagnoses, problems, allergies, procedures. */
#include "interop/hl7/hl7_make.h"

static ac_rec_concept *status(ac_hl7_maker *m, const char *system, ac_sv code)
{
    return code.n ? ac_fhir_code(&m->f, ac_sv_z(system), code) : NULL;
}

#define CLINICAL AC_FHIR_HL7 "condition-clinical"
#define VERIFIED AC_FHIR_HL7 "condition-ver-status"
#define ALLERGY_CLINICAL AC_FHIR_HL7 "allergyintolerance-clinical"
#define ALLERGY_VERIFIED AC_FHIR_HL7 "allergyintolerance-verification"

/* The code of field 3, its system that of field 2 (as in 2.3) where it names none, its words those of field 4. */
static ac_rec_concept *described(ac_hl7_maker *m)
{
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    bool some = ac_hl7_has(m, 3) && ac_hl7_to_concept(m, ac_hl7_field(m, 3), NULL, c);
    ac_sv words = ac_hl7_string(m, ac_hl7_field(m, 4), 0), method = ac_hl7_string(m, ac_hl7_field(m, 2), 1);
    ac_hl7_value code = ac_hl7_field(m, 3);
    ac_hl7_system s = ac_hl7_system_of(method);
    ac_sv id = ac_hl7_code(m, code, 1);
    if (id.n && s.uri.n && !ac_hl7_raw(code, 3).n && (!s.fits || s.fits(id)) && !m->f.full) {
        ac_rec_coding *first = c->coding.n ? &c->coding.at[0] : AC_FHIR_PUSH(&m->f, &c->coding);
        *first = (ac_rec_coding) { .system = s.uri, .code = id, .display = first->display };
    }
    if (words.n)
        c->text = words;
    return some || words.n ? c : NULL;
}

/* 2.7 has an action code: D takes back what was sent before. */
static bool deleted(ac_hl7_maker *m, unsigned field)
{
    ac_sv action = ac_hl7_string(m, ac_hl7_field(m, field), 1);
    return ac_sv_eq(action, AC_SV("D")) || ac_sv_eq(action, AC_SV("DE"));
}

/* ---- DG1 ---- */

static const ac_hl7_row dg1_rows[] = {
    AC_HL7_ALL(20, condition, identifier, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(5, condition, onset_date, ac_hl7_to_date_time, NULL),
    AC_HL7_STR(19, condition, recorded_date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(16, condition, asserter, reference, ac_hl7_to_person, NULL),
};

/* What the diagnosis is to the visit: admitting, working or final (table 0052). */
static void link_diagnosis(ac_hl7_maker *m, ac_sv url, ac_sv type)
{
    ac_rec_diagnosis d = { .condition = ac_fhir_ref(&m->f, url) };
    ac_sv rank = AC_SV("");
    if (!m->stay || m->f.full)
        return;
    if (ac_hl7_has(m, 15))
        (void)ac_hl7_to_whole(m, ac_hl7_field(m, 15), NULL, &rank);
    d.rank = rank;
    if (ac_sv_eq(type, AC_SV("A")) || ac_sv_eq(type, AC_SV("F")))
        d.use = ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "diagnosis-role"), type.p[0] == 'A' ? AC_SV("AD") : AC_SV("DD"));
    *AC_FHIR_PUSH(&m->f, &m->stay->diagnosis) = d;
}

void ac_hl7_dg1(ac_hl7_maker *m)
{
    ac_sv url = AC_SV(""), type = ac_hl7_string(m, ac_hl7_field(m, 6), 1);
    ac_rec_condition *c = ac_hl7_add(m, AC_REC_condition, &url);
    c->code = described(m);
    AC_HL7_FILL(m, dg1_rows, c);
    *AC_FHIR_PUSH(&m->f, &c->category) = *ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "condition-category"), AC_SV("encounter-diagnosis"));
    c->subject = ac_hl7_subject(m);
    c->encounter = ac_fhir_ref(&m->f, m->encounter);
    bool gone = deleted(m, 21);
    if (gone)
        c->verification_status = status(m, VERIFIED, AC_SV("entered-in-error"));
    else if (ac_sv_eq(type, AC_SV("F")) || ac_sv_eq(type, AC_SV("W")))
        c->verification_status = status(m, VERIFIED, type.p[0] == 'F' ? AC_SV("confirmed") : AC_SV("provisional"));
    if (!gone)
        link_diagnosis(m, url, type);
    if (!m->f.full)
        AC_HL7_NOTES(m, c);
}

/* ---- PRB ---- */

static const ac_hl7_row prb_rows[] = {
    AC_HL7_OBJ(3, condition, code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(4, condition, identifier, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(7, condition, recorded_date, ac_hl7_to_date_time, NULL),
    AC_HL7_STR(9, condition, abatement_date, ac_hl7_to_date_time, NULL),
    AC_HL7_STR(16, condition, onset_date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(25, condition, severity, concept, ac_hl7_to_concept, NULL),
};

void ac_hl7_prb(ac_hl7_maker *m)
{
    ac_rec_condition *c = ac_hl7_add(m, AC_REC_condition, NULL);
    AC_HL7_FILL(m, prb_rows, c);
    if (!c->onset_date.n)
        c->onset_string = ac_hl7_string(m, ac_hl7_field(m, 17), 0);
    *AC_FHIR_PUSH(&m->f, &c->category) = *ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "condition-category"), AC_SV("problem-list-item"));
    c->subject = ac_hl7_subject(m);
    c->encounter = ac_fhir_ref(&m->f, m->encounter);
    ac_hl7_value confirmed = ac_hl7_field(m, 13), cycle = ac_hl7_field(m, 14);
    ac_sv verified = ac_hl7_mapped(&ac_hl7_table_problem_verified, ac_hl7_string(m, confirmed, 1));
    ac_sv clinical = ac_hl7_mapped(&ac_hl7_table_problem_status, ac_hl7_string(m, cycle, 1));
    bool gone = deleted(m, 1);
    if (confirmed.raw.n && !verified.n)
        ac_hl7_unread(confirmed, 1);
    if (cycle.raw.n && !clinical.n)
        ac_hl7_unread(cycle, 1);
    if (c->abatement_date.n)
        clinical = AC_SV("resolved");
    c->verification_status = status(m, VERIFIED, gone ? AC_SV("entered-in-error") : verified);
    c->clinical_status = gone ? NULL : status(m, CLINICAL, clinical);
    if (!m->f.full)
        AC_HL7_NOTES(m, c);
}

/* ---- AL1, IAM ---- */

/* Reactions share the severity of the segment. R4 demands a manifestation where a severity stands. */
static void reactions(ac_hl7_maker *m, ac_rec_allergy_intolerance *a)
{
    ac_rec_reaction r = { 0 };
    ac_hl7_value v, severity = ac_hl7_field(m, 4);
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 5, &state, &v);) {
        ac_rec_concept c = { 0 };
        if (ac_hl7_to_concept(m, v, NULL, &c) && !m->f.full)
            *AC_FHIR_PUSH(&m->f, &r.manifestation) = c;
    }
    r.severity = ac_hl7_mapped(&ac_hl7_table_allergy_severity, ac_hl7_string(m, severity, 1));
    if (severity.raw.n && !r.severity.n)
        ac_hl7_unread(severity, 1);
    if (m->f.full || (!r.manifestation.n && !r.severity.n))
        return;
    if (!r.manifestation.n)
        *AC_FHIR_PUSH(&m->f, &r.manifestation) = *ac_hl7_unknown(m);
    *AC_FHIR_PUSH(&m->f, &a->reaction) = r;
}

static ac_rec_allergy_intolerance *allergy(ac_hl7_maker *m)
{
    ac_rec_allergy_intolerance *a = ac_hl7_add(m, AC_REC_allergy_intolerance, NULL);
    ac_rec_concept *code = AC_FHIR_NEW(&m->f, concept);
    ac_hl7_value type = ac_hl7_field(m, 2);
    ac_sv kind = ac_hl7_string(m, type, 1), category = ac_hl7_mapped(&ac_hl7_table_allergy_category, kind);
    if (ac_hl7_has(m, 3) && ac_hl7_to_concept(m, ac_hl7_field(m, 3), NULL, code))
        a->code = code;
    if (category.n)
        *AC_FHIR_PUSH(&m->f, &a->category) = category;
    a->type = ac_hl7_mapped(&ac_hl7_table_allergy_kind, kind);
    if (kind.n && !a->type.n)
        ac_hl7_unread(type, 1);
    a->patient = ac_hl7_subject(m);
    a->encounter = ac_fhir_ref(&m->f, m->encounter);
    if (m->f.full)
        return a;
    reactions(m, a);
    AC_HL7_NOTES(m, a);
    return a;
}

void ac_hl7_al1(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = { AC_HL7_STR(6, allergy_intolerance, recorded_date, ac_hl7_to_date_time, NULL) };
    ac_rec_allergy_intolerance *a = allergy(m);
    AC_HL7_FILL(m, rows, a);
    a->clinical_status = status(m, ALLERGY_CLINICAL, AC_SV("active")); /* what is sent as an allergy holds */
}

static const ac_hl7_row iam_rows[] = {
    AC_HL7_ALL(7, allergy_intolerance, identifier, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(11, allergy_intolerance, onset_date, ac_hl7_to_date_time, NULL),
    AC_HL7_STR(13, allergy_intolerance, recorded_date, ac_hl7_to_date_time, NULL),
    AC_HL7_STR(20, allergy_intolerance, recorded_date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(14, allergy_intolerance, asserter, reference, ac_hl7_to_named, NULL),
    AC_HL7_OBJ(18, allergy_intolerance, recorder, reference, ac_hl7_to_person, NULL),
};

void ac_hl7_iam(ac_hl7_maker *m)
{
    ac_rec_allergy_intolerance *a = allergy(m);
    AC_HL7_FILL(m, iam_rows, a);
    if (!a->onset_date.n)
        a->onset_string = ac_hl7_string(m, ac_hl7_field(m, 12), 0);
    ac_hl7_value sensitivity = ac_hl7_field(m, 9), state = ac_hl7_field(m, 17);
    ac_sv kind = ac_hl7_mapped(&ac_hl7_table_sensitivity, ac_hl7_string(m, sensitivity, 1)), code = ac_hl7_string(m, state, 1);
    ac_sv verified = ac_hl7_mapped(&ac_hl7_table_allergy_verified, code);
    if (kind.n)
        a->type = kind;
    else if (sensitivity.raw.n)
        ac_hl7_unread(sensitivity, 1);
    if (state.raw.n && !verified.n)
        ac_hl7_unread(state, 1);
    if (deleted(m, 6))
        verified = AC_SV("entered-in-error");
    a->verification_status = status(m, ALLERGY_VERIFIED, verified);
    if (!ac_sv_eq(verified, AC_SV("entered-in-error")))
        a->clinical_status = status(m, ALLERGY_CLINICAL, ac_sv_eq(code, AC_SV("I")) ? AC_SV("inactive") : AC_SV("active"));
}

/* ---- PR1 ---- */

static const ac_hl7_row pr1_rows[] = {
    AC_HL7_ALL(19, procedure, identifier, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(5, procedure, performed_date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(6, procedure, category, concept, ac_hl7_to_concept, "0230"),
    AC_HL7_ALL(8, procedure, performer, performer, ac_hl7_to_performer, NULL),
    AC_HL7_ALL(11, procedure, performer, performer, ac_hl7_to_performer, NULL),
    AC_HL7_ALL(12, procedure, performer, performer, ac_hl7_to_performer, NULL),
    AC_HL7_ALL(15, procedure, reason_code, concept, ac_hl7_to_concept, NULL),
};

void ac_hl7_pr1(ac_hl7_maker *m)
{
    ac_rec_procedure *p = ac_hl7_add(m, AC_REC_procedure, NULL);
    p->code = described(m);
    AC_HL7_FILL(m, pr1_rows, p);
    p->subject = ac_hl7_subject(m);
    p->encounter = ac_fhir_ref(&m->f, m->encounter);
    ac_sv sent = ac_hl7_get(m->msg, m->msg->segments, 7, 1, 1, 0), when = ac_hl7_raw(ac_hl7_field(m, 5), 1);
    bool past = sent.n >= 8 && when.n >= 8 && ac_sv_cmp(ac_sv_sub(when, 0, 8), ac_sv_sub(sent, 0, 8)) <= 0;
    p->status = deleted(m, 20) ? AC_SV("entered-in-error") : past ? AC_SV("completed") : AC_SV("unknown");
    if (!m->f.full)
        AC_HL7_NOTES(m, p);
}
