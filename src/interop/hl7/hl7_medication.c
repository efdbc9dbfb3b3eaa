/* RXO, RXE, RXD, RXC: what is ordered and dispensed. The drug stands in the request itself; its form, strength and parts, for
 * which a request has no room, in a Medication that it points to. */
#include "interop/hl7/hl7_medication.h"

ac_rec_quantity *ac_hl7_amount_of(ac_hl7_maker *m, unsigned number, unsigned unit)
{
    if (!ac_hl7_has(m, number))
        return NULL;
    ac_hl7_value v = ac_hl7_field(m, number);
    ac_rec_quantity *q = ac_hl7_amount(m, ac_hl7_raw(v, 1), ac_hl7_field(m, unit));
    if (!q)
        ac_hl7_unread(v, 1);
    return q;
}

static ac_rec_ratio *per_one(ac_hl7_maker *m, ac_rec_quantity *q)
{
    if (!q)
        return NULL;
    ac_rec_quantity *one = AC_FHIR_NEW(&m->f, quantity);
    ac_rec_ratio *r = AC_FHIR_NEW(&m->f, ratio);
    one->value = AC_SV("1");
    *r = (ac_rec_ratio) { .numerator = q, .denominator = one };
    return r;
}

ac_rec_medication *ac_hl7_drug(ac_hl7_maker *m, ac_rec_concept *code)
{
    if (m->group.drug)
        return m->group.drug;
    struct ac_rec_annotation **notes = m->notes.at;
    ac_rec_medication *d = ac_hl7_add(m, AC_REC_medication, &m->group.drug_url);
    m->notes.at = notes;
    d->code = code;
    m->group.drug = d;
    return d;
}

void ac_hl7_form_and_strength(ac_hl7_maker *m, ac_rec_concept *code, unsigned form, unsigned strength, unsigned unit)
{
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    ac_rec_quantity *q = ac_hl7_amount_of(m, strength, unit);
    bool formed = ac_hl7_has(m, form) && ac_hl7_to_concept(m, ac_hl7_field(m, form), NULL, c);
    if ((!formed && !q) || m->f.full)
        return;
    ac_rec_medication *d = ac_hl7_drug(m, code);
    if (m->f.full)
        return;
    if (formed && !d->form)
        d->form = c;
    if (q)
        *AC_FHIR_PUSH(&m->f, &d->ingredient) = (ac_rec_ingredient) { .concept = code, .strength = per_one(m, q) };
}

ac_rec_concept *ac_hl7_drug_code(ac_hl7_maker *m, unsigned field)
{
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    return ac_hl7_has(m, field) && ac_hl7_to_concept(m, ac_hl7_field(m, field), NULL, c) ? c : ac_hl7_unknown(m);
}

/* ---- dosage ---- */

/* All repetitions of a coded text, one line each. */
ac_sv ac_hl7_lines(ac_hl7_maker *m, unsigned field)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 24);
    ac_hl7_value v;
    for (size_t state = 0; ac_hl7_next(m, field, &state, &v);) {
        ac_sv text = ac_hl7_string(m, v, 9);
        text = text.n ? text : ac_hl7_string(m, v, 2);
        text = text.n ? text : ac_hl7_string(m, v, 1);
        if (b.n && text.n)
            ac_sb_add_char(&b, '\n');
        ac_sb_add(&b, text);
    }
    return ac_fhir_string(&m->f, &b);
}

/* The least and the most that is given, and how fast. */
static void dose(ac_hl7_maker *m, ac_rec_dosage *d, const uint8_t f[5]) /* least, most, unit, rate, unit of the rate */
{
    ac_rec_dose out = { .rate_quantity = f[3] ? ac_hl7_amount_of(m, f[3], f[4]) : NULL };
    ac_rec_quantity *low = ac_hl7_amount_of(m, f[0], f[2]), *high = ac_hl7_amount_of(m, f[1], f[2]);
    if (low && high) {
        ac_rec_range *r = AC_FHIR_NEW(&m->f, range);
        *r = (ac_rec_range) { .low = low, .high = high };
        out.dose_range = r;
    } else {
        out.dose_quantity = low ? low : high;
    }
    if ((out.dose_quantity || out.dose_range || out.rate_quantity) && !m->f.full && !d->dose_and_rate.n)
        *AC_FHIR_PUSH(&m->f, &d->dose_and_rate) = out;
}

/* The dosage that RXR and TQ1 go on with; each list has one. */
static ac_rec_dosage *dosage_of(ac_hl7_maker *m, void *list)
{
    /* cppcheck-suppress nullPointer ; a type, not a value */
    __typeof__(((ac_rec_medication_request *)0)->dosage) *all = list;
    ac_rec_dosage *d = m->f.full || all->n == 0 ? AC_FHIR_PUSH(&m->f, all) : &all->at[0];
    m->group.dosage = d;
    return d;
}

/* ---- RXO, RXE: the request ---- */

static const ac_hl7_row orc_rows[] = {
    AC_HL7_ALL(2, medication_request, identifier, identifier, ac_hl7_to_ei, "PLAC"),
    AC_HL7_ALL(3, medication_request, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_OBJ(4, medication_request, group, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(9, medication_request, date, ac_hl7_to_date_time, NULL),
    AC_HL7_OBJ(12, medication_request, requester, reference, ac_hl7_to_person, NULL),
    AC_HL7_OBJ(10, medication_request, recorder, reference, ac_hl7_to_person, NULL),
    AC_HL7_ALL(16, medication_request, reason_code, concept, ac_hl7_to_concept, NULL),
};

/* request-status -> medicationrequest-status */
static ac_sv status_of(ac_hl7_maker *m)
{
    ac_sv s = ac_hl7_order_status(m);
    return ac_sv_eq(s, AC_SV("revoked")) ? AC_SV("cancelled") : s;
}

/* RXO is what was asked for; an RXE after it what the pharmacy made of that, an order of its own. */
static ac_rec_medication_request *request(ac_hl7_maker *m, unsigned code, bool pharmacy)
{
    ac_sv before = m->group.medication ? m->group.request : AC_SV("");
    ac_rec_medication_request *r = ac_hl7_add(m, AC_REC_medication_request, &m->group.request);
    if (before.n && !m->f.full) {
        m->group.medication->intent = AC_SV("original-order");
        AC_FHIR_PUSH(&m->f, &r->based_on)->reference = before;
    }
    m->group.drug = NULL;
    m->group.dosage = NULL;
    ac_hl7_fill_orc(m, orc_rows, sizeof orc_rows / sizeof orc_rows[0], r);
    r->code = ac_hl7_drug_code(m, code);
    r->status = status_of(m);
    r->intent = before.n && pharmacy ? AC_SV("filler-order") : AC_SV("order");
    r->subject = ac_hl7_subject(m);
    r->encounter = ac_fhir_ref(&m->f, m->encounter);
    m->group.medication = r;
    return r;
}

/* RXO-9 and RXE-9, table 0161: may another product be given? */
static void substitution(ac_hl7_maker *m, ac_rec_medication_request *r)
{
    static const ac_hl7_row rows[] = { AC_HL7_OBJ(9, substitution, allowed_concept, concept, ac_hl7_to_concept, "0161") };
    if (!ac_hl7_has(m, 9))
        return;
    ac_rec_substitution *s = AC_FHIR_NEW(&m->f, substitution);
    AC_HL7_FILL(m, rows, s);
    r->substitution = s;
}

static void dispense_part(ac_hl7_maker *m, ac_rec_medication_request *r, const ac_hl7_row *rows, size_t n, unsigned amount)
{
    ac_rec_dispense_request d = { .quantity = ac_hl7_amount_of(m, amount, amount + 1) };
    ac_hl7_fill(m, rows, n, &d);
    if (!d.quantity && !d.repeats.n && !d.performer)
        return;
    ac_rec_dispense_request *out = AC_FHIR_NEW(&m->f, dispense_request);
    *out = d;
    r->dispense = out;
}

static void finish(ac_hl7_maker *m, ac_rec_medication_request *r)
{
    ac_hl7_late_timing(m);
    if (m->group.drug && !m->f.full && !r->supporting.n)
        AC_FHIR_PUSH(&m->f, &r->supporting)->reference = m->group.drug_url;
    if (!m->f.full)
        AC_HL7_NOTES(m, r);
}

/* Where RXO and RXE, which say much the same, have it. */
typedef struct {
    uint8_t dose[5], form, strength, unit, amount;
    const ac_hl7_row *dispensing;
    size_t n_dispensing;
} places;

static void ordered(ac_hl7_maker *m, ac_rec_medication_request *r, const places *at)
{
    ac_rec_dosage *d = dosage_of(m, &r->dosage);
    d->text = ac_hl7_lines(m, 7);
    dose(m, d, at->dose);
    ac_hl7_form_and_strength(m, r->code, at->form, at->strength, at->unit);
    substitution(m, r);
    dispense_part(m, r, at->dispensing, at->n_dispensing, at->amount);
    finish(m, r);
}

void ac_hl7_rxo(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = {
        AC_HL7_ALL(6, medication_request, note, annotation, ac_hl7_to_annotation, NULL),
        AC_HL7_OBJ(14, medication_request, requester, reference, ac_hl7_to_person, NULL),
        AC_HL7_ALL(20, medication_request, reason_code, concept, ac_hl7_to_concept, NULL),
    };
    static const ac_hl7_row dispensing[] = { AC_HL7_STR(13, dispense_request, repeats, ac_hl7_to_whole, NULL),
                                             AC_HL7_OBJ(32, dispense_request, performer, reference, ac_hl7_to_org, NULL) };
    ac_rec_medication_request *r = request(m, 1, false);
    AC_HL7_FILL(m, rows, r);
    if (!m->f.full)
        ordered(m, r, &(places) { { 2, 3, 4, 21, 22 }, 5, 18, 19, 11, dispensing, 2 });
}

void ac_hl7_rxe(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = {
        AC_HL7_ALL(15, medication_request, identifier, identifier, ac_hl7_to_ei, NULL),
        AC_HL7_OBJ(13, medication_request, requester, reference, ac_hl7_to_person, NULL),
        AC_HL7_ALL(27, medication_request, reason_code, concept, ac_hl7_to_concept, NULL),
        AC_HL7_ALL(21, medication_request, note, annotation, ac_hl7_to_annotation, NULL),
    };
    static const ac_hl7_row dispensing[] = { AC_HL7_STR(12, dispense_request, repeats, ac_hl7_to_whole, NULL),
                                             AC_HL7_OBJ(40, dispense_request, performer, reference, ac_hl7_to_org, NULL) };
    ac_rec_medication_request *r = request(m, 2, true);
    AC_HL7_FILL(m, rows, r);
    if (m->f.full)
        return;
    ordered(m, r, &(places) { { 3, 4, 5, 23, 24 }, 6, 25, 26, 10, dispensing, 2 });
    ac_hl7_old_timing(m, 1);
}

/* ---- RXC ---- */

void ac_hl7_rxc(ac_hl7_maker *m)
{
    ac_rec_medication_request *r = m->group.medication;
    ac_rec_medication_dispense *given = m->group.dispense;
    if ((!r && !given) || m->f.full)
        return;
    ac_rec_medication *d = ac_hl7_drug(m, r ? r->code : given->code);
    ac_rec_quantity *amount = ac_hl7_amount_of(m, 3, 4), *strength = ac_hl7_amount_of(m, 5, 6);
    ac_rec_concept *code = ac_hl7_drug_code(m, 2);
    if (m->f.full)
        return;
    ac_rec_ingredient part = { .concept = code };
    if (strength && amount) {
        ac_rec_ratio *ratio = AC_FHIR_NEW(&m->f, ratio);
        *ratio = (ac_rec_ratio) { .numerator = strength, .denominator = amount };
        part.strength = ratio;
    } else {
        part.strength = per_one(m, strength ? strength : amount);
    }
    ac_sv kind = ac_hl7_string(m, ac_hl7_field(m, 1), 1); /* table 0166: A additive, B base */
    part.active = ac_sv_eq(kind, AC_SV("B")) ? AC_REC_FALSE : AC_REC_ABSENT;
    *AC_FHIR_PUSH(&m->f, &d->ingredient) = part;
    if (r)
        finish(m, r);
    else if (!given->supporting.n && !m->f.full)
        AC_FHIR_PUSH(&m->f, &given->supporting)->reference = m->group.drug_url;
}

/* ---- RXD ---- */

static const ac_hl7_row dispense_orc[] = {
    AC_HL7_ALL(3, medication_dispense, identifier, identifier, ac_hl7_to_ei, "FILL"),
    AC_HL7_ALL(2, medication_dispense, identifier, identifier, ac_hl7_to_ei, "PLAC"),
};
static const ac_hl7_row rxd_rows[] = {
    AC_HL7_STR(3, medication_dispense, handed_over, ac_hl7_to_date_time, NULL),
    AC_HL7_ALL(7, medication_dispense, identifier, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_ALL(9, medication_dispense, note, annotation, ac_hl7_to_annotation, NULL),
    AC_HL7_ALL(10, medication_dispense, performer, performer, ac_hl7_to_performer, NULL),
    AC_HL7_OBJ(13, medication_dispense, destination, reference, ac_hl7_to_place, NULL),
};

void ac_hl7_rxd(ac_hl7_maker *m)
{
    ac_rec_medication_dispense *d = ac_hl7_add(m, AC_REC_medication_dispense, &m->group.given);
    ac_rec_medication_request *order = m->group.medication;
    if (!order)
        ac_hl7_fill_orc(m, dispense_orc, sizeof dispense_orc / sizeof dispense_orc[0], d);
    AC_HL7_FILL(m, rxd_rows, d);
    d->code = ac_hl7_drug_code(m, 2);
    d->status = AC_SV("completed"); /* RXD tells what was dispensed */
    d->subject = ac_fhir_ref(&m->f, m->patient);
    d->context = ac_fhir_ref(&m->f, m->encounter);
    d->quantity = ac_hl7_amount_of(m, 4, 5);
    m->group.dispense = d;
    if (m->f.full)
        return;
    if (order)
        AC_FHIR_PUSH(&m->f, &d->prescription)->reference = m->group.request;
    m->group.medication = NULL; /* what follows speaks of the dispense */
    m->group.drug = NULL;
    ac_sv text = ac_hl7_lines(m, 15);
    ac_rec_dosage *dosage = dosage_of(m, &d->dosage);
    dosage->text = text;
    ac_hl7_form_and_strength(m, d->code, 6, 16, 17);
    if (m->group.drug && !m->f.full)
        AC_FHIR_PUSH(&m->f, &d->supporting)->reference = m->group.drug_url;
    if (!m->f.full)
        AC_HL7_NOTES(m, d);
}
