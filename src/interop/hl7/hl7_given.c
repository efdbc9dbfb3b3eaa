/* RXA: vaccinations and what else was given; RXR: the way it was; TQ1 and TQ: when. */
#include "interop/hl7/hl7_medication.h"

#include "interop/fhir_type.h"

/* ---- RXA ---- */

static bool is_cvx(ac_hl7_maker *m)
{
    ac_hl7_value v = ac_hl7_field(m, 5);
    for (unsigned k = 3; k <= 6; k += 3)
        if (ac_sv_eq_nocase(ac_hl7_string(m, v, k), AC_SV("CVX")))
            return true;
    return m->vaccine;
}

/* CDC's NIP001 in RXA-9: 00 a new record, so told by who gave it; 01 to 08 from elsewhere. */
static void origin(ac_hl7_maker *m, ac_rec_immunization *i)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 9, &state, &v);) {
        ac_sv code = ac_hl7_string(m, v, 1);
        bool known = ac_sv_eq(ac_hl7_string(m, v, 3), AC_SV("NIP001")) && code.n == 2 && code.p[0] == '0';
        ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
        if (known)
            i->primary_source = code.p[1] == '0' ? AC_REC_TRUE : AC_REC_FALSE;
        if (!ac_hl7_to_concept(m, v, NULL, c) || m->f.full)
            continue;
        if (known && !i->report_origin && code.p[1] != '0')
            i->report_origin = c;
        else if (!known)
            AC_FHIR_PUSH(&m->f, &i->note)->text = c->text;
    }
}

/* Who did what: administering (AP) and ordering (OP) provider of table 0443. */
static void provider(ac_hl7_maker *m, ac_rec_immunization *i, ac_hl7_value v, const char *function)
{
    ac_rec_performer p = { .function = ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "v2-0443"), ac_sv_z(function)) };
    ac_rec_reference *who = AC_FHIR_NEW(&m->f, reference);
    if (!v.raw.n || !ac_hl7_to_person(m, v, NULL, who) || m->f.full)
        return;
    p.actor = who;
    *AC_FHIR_PUSH(&m->f, &i->performer) = p;
}

static void providers(ac_hl7_maker *m, ac_rec_immunization *i)
{
    const ac_hl7_segment *at = m->at;
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 10, &state, &v);)
        provider(m, i, v, "AP");
    if (!m->group.orc || m->f.full)
        return;
    m->at = m->group.orc;
    provider(m, i, ac_hl7_field(m, 12), "OP");
    m->at = at;
}

/* LA2: like PL in its first parts */
static bool to_maker(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_concept c = { 0 };
    (void)arg;
    bool ok = ac_hl7_to_concept(m, v, NULL, &c);
    ((ac_rec_reference *)out)->display = c.text;
    return ok;
}

static const ac_hl7_row vaccine_orc[] = {
    AC_HL7_ALL(3, immunization, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_ALL(2, immunization, identifier, identifier, ac_hl7_to_ei, "PLAC"),
};
static const ac_hl7_row vaccine_rows[] = {
    AC_HL7_STR(3, immunization, occurrence_date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(27, immunization, location, reference, ac_hl7_to_place, NULL),
    AC_HL7_OBJ(11, immunization, location, reference, ac_hl7_to_place, NULL),
    AC_HL7_STR(15, immunization, lot, ac_hl7_to_first, NULL),
    AC_HL7_STR(16, immunization, expires, ac_hl7_to_date, NULL),
    AC_HL7_OBJ(17, immunization, manufacturer, reference, to_maker, NULL),
    AC_HL7_OBJ(18, immunization, status_reason, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(19, immunization, reason_code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_STR(22, immunization, recorded, ac_hl7_to_date_time, NULL),
};

/* 0322 in RXA-20; without it "completed" holds (chapter 4A), unless a refusal is given. A deleted record was an error. */
static ac_sv given_status(ac_hl7_maker *m)
{
    ac_sv said = ac_hl7_mapped(&ac_hl7_table_given_status, ac_hl7_string(m, ac_hl7_field(m, 20), 1));
    if (ac_sv_eq(ac_hl7_string(m, ac_hl7_field(m, 21), 1), AC_SV("D")))
        return AC_SV("entered-in-error");
    if (ac_hl7_has(m, 18))
        return AC_SV("not-done");
    return said.n ? said : AC_SV("completed");
}

static void vaccine(ac_hl7_maker *m)
{
    ac_rec_immunization *i = ac_hl7_add(m, AC_REC_immunization, &m->group.given);
    ac_hl7_fill_orc(m, vaccine_orc, sizeof vaccine_orc / sizeof vaccine_orc[0], i);
    AC_HL7_FILL(m, vaccine_rows, i);
    i->code = ac_hl7_drug_code(m, 5);
    i->status = given_status(m);
    i->patient = ac_hl7_subject(m);
    i->encounter = ac_fhir_ref(&m->f, m->encounter);
    if (!i->occurrence_date.n)
        i->occurrence_string = AC_SV("unknown");
    if (!ac_sv_eq(ac_sv_trim(ac_hl7_raw(ac_hl7_field(m, 6), 1)), AC_SV("999"))) /* 999: the amount is not known */
        i->dose = ac_hl7_amount_of(m, 6, 7);
    m->group.immunization = i;
    if (m->f.full)
        return;
    AC_HL7_NOTES(m, i);
    origin(m, i);
    providers(m, i);
}

static const ac_hl7_row given_orc[] = {
    AC_HL7_ALL(3, medication_administration, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_ALL(2, medication_administration, identifier, identifier, ac_hl7_to_ei, "PLAC"),
};
static const ac_hl7_row given_rows[] = {
    AC_HL7_ALL(9, medication_administration, note, annotation, ac_hl7_to_annotation, NULL),
    AC_HL7_ALL(10, medication_administration, performer, performer, ac_hl7_to_performer, NULL),
    AC_HL7_ALL(18, medication_administration, status_reason, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(19, medication_administration, reason_code, concept, ac_hl7_to_concept, NULL),
};

static ac_rec_period *unknown_period(ac_hl7_maker *m)
{
    ac_rec_period *p = AC_FHIR_NEW(&m->f, period);
    *AC_FHIR_PUSH(&m->f, &p->extension) =
        (ac_rec_extension) { .url = AC_SV(AC_FHIR_SD "data-absent-reason"), .value_code = AC_SV("unknown") };
    return p;
}

static void administration(ac_hl7_maker *m)
{
    ac_rec_medication_administration *a = ac_hl7_add(m, AC_REC_medication_administration, &m->group.given);
    ac_hl7_fill_orc(m, given_orc, sizeof given_orc / sizeof given_orc[0], a);
    AC_HL7_FILL(m, given_rows, a);
    a->code = ac_hl7_drug_code(m, 5);
    a->status = given_status(m);
    a->subject = ac_hl7_subject(m);
    a->context = ac_fhir_ref(&m->f, m->encounter);
    a->effective_period = ac_hl7_begin_end(m, 3, 4);
    if (!a->effective_period) /* R4 demands one */
        a->effective_period = unknown_period(m);
    ac_rec_quantity *dose = ac_hl7_amount_of(m, 6, 7);
    if (dose) {
        ac_rec_given_dose *d = AC_FHIR_NEW(&m->f, given_dose);
        d->dose = dose;
        a->dosage = d;
    }
    m->group.administration = a;
    if (m->f.full)
        return;
    ac_hl7_form_and_strength(m, a->code, 8, 13, 14);
    if (m->group.drug && !m->f.full)
        AC_FHIR_PUSH(&m->f, &a->supporting)->reference = m->group.drug_url;
    if (!m->f.full)
        AC_HL7_NOTES(m, a);
}

void ac_hl7_rxa(ac_hl7_maker *m)
{
    m->group.drug = NULL;
    m->group.immunization = NULL;
    m->group.administration = NULL;
    if (is_cvx(m))
        vaccine(m);
    else
        administration(m);
}

/* ---- RXR ---- */

void ac_hl7_rxr(ac_hl7_maker *m)
{
    ac_rec_concept *parts[4];
    static const char *const tables[] = { "0162", "0163", NULL, "0165" };
    if (!m->group.immunization && !m->group.administration && !m->group.dosage)
        return;
    for (unsigned k = 0; k < 4; k++) {
        ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
        bool take = k != 2 && ac_hl7_has(m, k + 1) && ac_hl7_to_concept(m, ac_hl7_field(m, k + 1), tables[k], c);
        parts[k] = take ? c : NULL;
    }
    if (m->f.full)
        return;
    if (m->group.immunization) {
        m->group.immunization->route = parts[0];
        m->group.immunization->site = parts[1];
    } else if (m->group.administration) {
        ac_rec_given_dose *d = m->group.administration->dosage ? m->group.administration->dosage : AC_FHIR_NEW(&m->f, given_dose);
        d->route = parts[0];
        d->site = parts[1];
        d->method = parts[3];
        if (d->dose) /* R4: a dosage without amount or rate says nothing */
            m->group.administration->dosage = d;
        else
            d->text = parts[0] ? parts[0]->text : AC_SV("");
    } else if (!m->group.dosage->route) {
        m->group.dosage->route = parts[0];
        m->group.dosage->site = parts[1];
        m->group.dosage->method = parts[3];
    } else {
        ac_hl7_unread(ac_hl7_field(m, 1), 0);
    }
}

/* ---- timing ---- */

static ac_rec_repeat *repeat_of(ac_hl7_maker *m, ac_rec_timing *t)
{
    if (!t->repeat) {
        ac_rec_repeat *r = AC_FHIR_NEW(&m->f, repeat);
        t->repeat = r;
    }
    return m->f.full ? ac_fhir_scrap(&m->f) : t->repeat;
}

/* HHMM[SS] or HH:MM[:SS] as HH:MM:SS */
static ac_sv clock_of(ac_hl7_maker *m, ac_sv s)
{
    char d[7] = "000000";
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (ac_is_digit(s.p[i]) && n < 6)
            d[n++] = s.p[i];
        else if (s.p[i] != ':')
            return AC_SV("");
    if ((n != 4 && n != 6) || d[0] > '2' || (d[0] == '2' && d[1] > '3') || d[2] > '5' || d[4] > '5')
        return AC_SV("");
    return ac_arena_printf(m->f.arena, "%c%c:%c%c:%c%c", d[0], d[1], d[2], d[3], d[4], d[5]);
}

/* A duration with a unit of time, as R4's quantity of Duration wants it. */
static ac_rec_quantity *duration_of(ac_hl7_maker *m, ac_hl7_value v)
{
    ac_rec_quantity *q = ac_hl7_amount(m, ac_hl7_raw(v, 1), ac_hl7_sub(m, v, 2));
    ac_sv unit = q && !m->f.full ? ac_hl7_mapped(&ac_hl7_table_period_unit, q->unit) : AC_SV("");
    if (!unit.n) {
        ac_hl7_unread(v, 0);
        return NULL;
    }
    *q = (ac_rec_quantity) { .value = q->value, .unit = unit, .system = AC_SV(AC_FHIR_UCUM), .code = unit };
    return q;
}

static void bounds(ac_hl7_maker *m, ac_rec_timing *t)
{
    ac_rec_period *p = ac_hl7_begin_end(m, 7, 8);
    ac_rec_quantity *q = ac_hl7_has(m, 6) && !p ? duration_of(m, ac_hl7_field(m, 6)) : NULL;
    if (p)
        repeat_of(m, t)->bounds_period = p;
    else if (q)
        repeat_of(m, t)->bounds_duration = q;
}

static void times_of_day(ac_hl7_maker *m, ac_rec_timing *t)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 4, &state, &v);) {
        ac_sv clock = clock_of(m, ac_hl7_string(m, v, 1));
        if (clock.n)
            *AC_FHIR_PUSH(&m->f, &repeat_of(m, t)->time_of_day) = clock;
        else
            ac_hl7_unread(v, 1);
    }
}

/* TQ1-3, RPT: its first part is the pattern's code. */
static void pattern(ac_hl7_maker *m, ac_rec_timing *t)
{
    ac_hl7_value v = ac_hl7_field(m, 3);
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    if (ac_hl7_has(m, 3) && ac_hl7_to_concept(m, ac_hl7_sub(m, v, 1), "0335", c))
        t->code = c;
}

static bool empty(const ac_rec_timing *t) { return !t->code && !t->repeat; }

static void urgency(ac_hl7_maker *m, ac_hl7_value v, unsigned part)
{
    ac_sv code = ac_hl7_string(m, v, part), known = ac_hl7_mapped(&ac_hl7_table_priority, code);
    ac_sv *to = m->group.service ? &m->group.service->priority : m->group.medication ? &m->group.medication->priority : NULL;
    if (known.n && to && !to->n)
        *to = known;
    else if (code.n)
        ac_hl7_unread(v, part);
}

static void instructions(ac_hl7_maker *m)
{
    ac_rec_dosage *d = m->group.dosage;
    ac_sv condition = ac_hl7_string(m, ac_hl7_field(m, 10), 0), text = ac_hl7_string(m, ac_hl7_field(m, 11), 0);
    if (d && condition.n)
        AC_FHIR_PUSH(&m->f, &d->additional_instruction)->text = condition;
    if (d && text.n && !m->f.full)
        d->patient_instruction = text;
    else if (m->group.service && text.n && !m->f.full)
        m->group.service->patient_instruction = text;
    else if (text.n)
        ac_hl7_unread(ac_hl7_field(m, 11), 0);
    if (!d && condition.n)
        ac_hl7_unread(ac_hl7_field(m, 10), 0);
}

/* TQ1 stands before the RX segment of its order in some messages, after it in others. */
void ac_hl7_tq1(ac_hl7_maker *m)
{
    ac_rec_service_request *s = m->group.service;
    if (!s && !m->group.dosage) {
        m->group.timing = m->at;
        return;
    }
    ac_rec_timing *t = AC_FHIR_NEW(&m->f, timing);
    pattern(m, t);
    times_of_day(m, t);
    bounds(m, t);
    if (ac_hl7_has(m, 14))
        (void)ac_hl7_to_whole(m, ac_hl7_field(m, 14), NULL, &repeat_of(m, t)->count);
    if (m->f.full)
        return;
    urgency(m, ac_hl7_field(m, 9), 1);
    instructions(m);
    if (m->f.full || empty(t))
        return;
    if (s && !s->occurrence_date.n && !s->occurrence_timing)
        s->occurrence_timing = t;
    else if (m->group.dosage && !m->group.dosage->timing)
        m->group.dosage->timing = t;
    else
        ac_hl7_unread(ac_hl7_field(m, 3), 0);
}

void ac_hl7_late_timing(ac_hl7_maker *m)
{
    const ac_hl7_segment *at = m->at;
    if (!m->group.timing || m->f.full)
        return;
    m->at = m->group.timing;
    m->group.timing = NULL;
    ac_hl7_tq1(m);
    m->at = at;
}

/* quantity ^ interval (pattern & times) ^ duration ^ start ^ end ^ priority ^ condition ^ text */
void ac_hl7_old_timing(ac_hl7_maker *m, unsigned field)
{
    ac_hl7_value v = ac_hl7_field(m, field);
    ac_rec_dosage *d = m->group.dosage;
    if (!d || d->timing || m->f.full || !ac_hl7_has(m, field))
        return;
    ac_rec_timing *t = AC_FHIR_NEW(&m->f, timing);
    t->code = ac_hl7_words(m, ac_hl7_string(m, ac_hl7_sub(m, v, 2), 1));
    bool whole;
    ac_rec_period p = { .start = ac_hl7_time_text(m, ac_hl7_raw(v, 4), &whole) };
    p.end = ac_hl7_time_text(m, ac_hl7_raw(v, 5), &whole);
    if ((p.start.n || p.end.n) && !m->f.full) {
        ac_rec_period *copy = AC_FHIR_NEW(&m->f, period);
        *copy = p;
        repeat_of(m, t)->bounds_period = copy;
    }
    if (m->f.full)
        return;
    if (!empty(t))
        d->timing = t;
    if (!d->text.n)
        d->text = ac_hl7_string(m, v, 8);
    urgency(m, v, 6);
}
