/* PID, PD1, NK1, GT1, IN1, MRG: the patient, people around, insurance. */
#include "interop/hl7/hl7_make.h"

#include "interop/fhir_type.h"

#define CDCREC AC_SV("urn:oid:2.16.840.1.113883.6.238")

ac_rec_reference *ac_hl7_subject(ac_hl7_maker *m)
{
    ac_rec_reference *r = ac_fhir_ref(&m->f, m->patient);
    if (r)
        return r;
    r = AC_FHIR_NEW(&m->f, reference);
    r->display = AC_SV("not identified in the message");
    return r;
}

static ac_rec_extension *extension(ac_hl7_maker *m, ac_rec_patient *p, const char *url)
{
    ac_rec_extension *e = AC_FHIR_PUSH(&m->f, &p->extension);
    e->url = ac_sv_z(url);
    return e;
}

/* DLN: number, issuing state or country, when it ends */
static bool to_licence(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    bool whole;
    ac_rec_identifier *id = out;
    (void)arg;
    id->value = ac_hl7_string(m, v, 1);
    id->type = ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "v2-0203"), AC_SV("DL"));
    ac_sv state = ac_hl7_string(m, v, 2), end = ac_hl7_time_text(m, ac_hl7_raw(v, 3), &whole);
    if (state.n)
        (id->assigner = AC_FHIR_NEW(&m->f, assigner))->display = state;
    if (end.n)
        (id->period = AC_FHIR_NEW(&m->f, period))->end = end;
    return id->value.n > 0;
}

/* Marital status as HL7 v2 says it and, where v3 has the same, as FHIR wants it. */
static bool to_marital(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_concept *c = out;
    bool ok = ac_hl7_to_concept(m, v, arg, out);
    ac_sv code = ac_hl7_mapped(&ac_hl7_table_marital, ac_hl7_string(m, v, 1));
    if (ok && code.n && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &c->coding) = (ac_rec_coding) { .system = AC_SV(AC_FHIR_HL7 "v3-MaritalStatus"), .code = code };
    return ok;
}

static bool to_language(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    ((ac_rec_communication *)out)->language = c;
    return ac_hl7_to_concept(m, v, arg, c);
}

static const ac_hl7_row pid_rows[] = {
    AC_HL7_ALL(3, patient, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(2, patient, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(4, patient, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(18, patient, identifier, identifier, ac_hl7_to_cx, "AN"),
    AC_HL7_ALL(19, patient, identifier, identifier, ac_hl7_to_cx, "SS"),
    AC_HL7_ALL(20, patient, identifier, identifier, to_licence, NULL),
    AC_HL7_ALL(5, patient, name, human_name, ac_hl7_to_name, NULL),
    AC_HL7_ALL(9, patient, name, human_name, ac_hl7_to_name, NULL),
    AC_HL7_STR(8, patient, gender, ac_hl7_to_mapped, &ac_hl7_table_sex),
    AC_HL7_ALL(11, patient, address, address, ac_hl7_to_address, NULL),
    AC_HL7_R(13, TELECOM, patient, telecom, ac_rec_contact_point, NULL, "home"),
    AC_HL7_R(14, TELECOM, patient, telecom, ac_rec_contact_point, NULL, "work"),
    AC_HL7_R(40, TELECOM, patient, telecom, ac_rec_contact_point, NULL, NULL),
    AC_HL7_ALL(15, patient, communication, communication, to_language, "0296"),
    AC_HL7_OBJ(16, patient, marital_status, concept, to_marital, "0002"),
};

static void birth(ac_hl7_maker *m, ac_rec_patient *p)
{
    ac_hl7_value v = ac_hl7_field(m, 7);
    if (!ac_hl7_has(m, 7) || !ac_hl7_to_date(m, v, NULL, &p->birth_date))
        return;
    bool whole;
    ac_sv raw = ac_hl7_raw(v, 1), time = ac_hl7_time_text(m, raw, &whole);
    if (time.n > p->birth_date.n) {
        ac_rec_element *more = AC_FHIR_NEW(&m->f, element);
        ac_rec_extension *e = AC_FHIR_PUSH(&m->f, &more->extension);
        *e = (ac_rec_extension) { .url = AC_SV(AC_FHIR_SD "patient-birthTime"), .value_date_time = time };
        p->birth_date_more = more;
    }
    if (!whole)
        ac_hl7_unread(v, 1);
}

static void death_and_siblings(ac_hl7_maker *m, ac_rec_patient *p)
{
    uint8_t dead = AC_REC_ABSENT, several = AC_REC_ABSENT;
    if (ac_hl7_has(m, 30))
        (void)ac_hl7_to_bool(m, ac_hl7_field(m, 30), NULL, &dead);
    if (ac_hl7_has(m, 29) && dead != AC_REC_FALSE)
        (void)ac_hl7_to_date_time(m, ac_hl7_field(m, 29), NULL, &p->deceased_date);
    if (!p->deceased_date.n)
        p->deceased = dead;
    if (ac_hl7_has(m, 24))
        (void)ac_hl7_to_bool(m, ac_hl7_field(m, 24), NULL, &several);
    if (ac_hl7_has(m, 25) && several != AC_REC_FALSE)
        (void)ac_hl7_to_whole(m, ac_hl7_field(m, 25), NULL, &p->birth_order);
    if (!p->birth_order.n)
        p->multiple_birth = several;
}

/* Race and ethnicity: the categories of the US where the code is one, the words in any case. */
static void origin(ac_hl7_maker *m, ac_rec_patient *p, unsigned field, const char *url, ac_sv categories)
{
    AC_AUTO(ac_sb) words = AC_SB(1 << 16);
    ac_rec_extension e = { .url = ac_sv_z(url) };
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, field, &state, &v);) {
        ac_rec_concept c = { 0 };
        if (!ac_hl7_to_concept(m, v, NULL, &c) || m->f.full)
            continue;
        ac_sv code = ac_hl7_string(m, v, 1);
        if (code.n > 5 && memmem(categories.p, categories.n, code.p, code.n)) {
            ac_rec_sub_extension *sub = AC_FHIR_PUSH(&m->f, &e.extension);
            ac_rec_coding *coding = AC_FHIR_NEW(&m->f, coding);
            *coding = (ac_rec_coding) { .system = CDCREC, .code = code };
            *sub = (ac_rec_sub_extension) { .url = AC_SV("ombCategory"), .value_coding = coding };
        }
        if (words.n && c.text.n)
            ac_sb_add(&words, AC_SV(", "));
        ac_sb_add(&words, c.text);
    }
    ac_sv text = ac_fhir_string(&m->f, &words);
    if (!text.n || m->f.full)
        return;
    *AC_FHIR_PUSH(&m->f, &e.extension) = (ac_rec_sub_extension) { .url = AC_SV("text"), .value_string = text };
    *extension(m, p, url) = e;
}

static void coded_extension(ac_hl7_maker *m, ac_rec_patient *p, unsigned field, const char *url, const char *inner)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, field, &state, &v);) {
        ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
        if (!ac_hl7_to_concept(m, v, NULL, c))
            continue;
        ac_rec_extension e = { .url = ac_sv_z(url), .value_concept = inner ? NULL : c };
        if (inner)
            *AC_FHIR_PUSH(&m->f, &e.extension) = (ac_rec_sub_extension) { .url = ac_sv_z(inner), .value_concept = c };
        *extension(m, p, url) = e;
    }
}

static void extensions(ac_hl7_maker *m, ac_rec_patient *p)
{
    origin(m, p, 10, AC_FHIR_US_CORE "us-core-race", AC_SV("1002-5 2028-9 2054-5 2076-8 2106-3"));
    origin(m, p, 22, AC_FHIR_US_CORE "us-core-ethnicity", AC_SV("2135-2 2186-5"));
    coded_extension(m, p, 17, AC_FHIR_SD "patient-religion", NULL);
    coded_extension(m, p, 26, AC_FHIR_SD "patient-citizenship", "code");
    coded_extension(m, p, 28, AC_FHIR_SD "patient-nationality", "code");
    coded_extension(m, p, 35, AC_FHIR_SD "patient-animal", "species");
    ac_rec_reference mother = { 0 };
    if (ac_hl7_has(m, 6) && ac_hl7_to_named(m, ac_hl7_field(m, 6), NULL, &mother))
        extension(m, p, AC_FHIR_SD "patient-mothersMaidenName")->value_string = mother.display;
    ac_sv place = ac_hl7_string(m, ac_hl7_field(m, 23), 0);
    if (place.n) {
        ac_rec_address *a = AC_FHIR_NEW(&m->f, address);
        a->text = place;
        extension(m, p, AC_FHIR_SD "patient-birthPlace")->value_address = a;
    }
}

/* An animal has one species; the breed belongs to it. */
static void breed(ac_hl7_maker *m, ac_rec_patient *p)
{
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    ac_rec_extension *last = p->extension.n && !m->f.full ? &p->extension.at[p->extension.n - 1] : NULL;
    for (size_t i = 0; last && i < p->extension.n; i++)
        if (ac_sv_eq(p->extension.at[i].url, AC_SV(AC_FHIR_SD "patient-animal")))
            last = &p->extension.at[i];
    if (last && ac_hl7_has(m, 36) && ac_sv_eq(last->url, AC_SV(AC_FHIR_SD "patient-animal")) &&
        ac_hl7_to_concept(m, ac_hl7_field(m, 36), NULL, c))
        *AC_FHIR_PUSH(&m->f, &last->extension) = (ac_rec_sub_extension) { .url = AC_SV("breed"), .value_concept = c };
}

/* PID-21: who the mother is, by number. */
static void mother(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = { AC_HL7_ALL(21, related_person, identifier, identifier, ac_hl7_to_cx, NULL) };
    if (!ac_hl7_has(m, 21))
        return;
    ac_rec_related_person *r = ac_hl7_add(m, AC_REC_related_person, NULL);
    AC_HL7_FILL(m, rows, r);
    r->patient = ac_hl7_subject(m);
    *AC_FHIR_PUSH(&m->f, &r->relationship) = *ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "v3-RoleCode"), AC_SV("MTH"));
}

/* Another patient of the same message: visit, orders and documents so far are not theirs. */
static void next_patient(ac_hl7_maker *m)
{
    m->encounter = AC_SV("");
    m->stay = NULL;
    m->observation = NULL;
    memset(&m->group, 0, sizeof m->group);
}

void ac_hl7_pid(ac_hl7_maker *m)
{
    if (m->patient.n)
        next_patient(m);
    ac_rec_patient *p = ac_hl7_add(m, AC_REC_patient, &m->patient);
    m->who = p;
    AC_HL7_FILL(m, pid_rows, p);
    if (m->f.full)
        return;
    birth(m, p);
    death_and_siblings(m, p);
    extensions(m, p);
    breed(m, p);
    ac_sv county = ac_hl7_string(m, ac_hl7_field(m, 12), 1);
    if (county.n && !m->f.full && p->address.n && !p->address.at[0].district.n)
        p->address.at[0].district = county;
    else if (county.n)
        ac_hl7_unread(ac_hl7_field(m, 12), 1);
    if (ac_hl7_has(m, 33) && !m->f.full && p->meta)
        (void)ac_hl7_to_instant(m, ac_hl7_field(m, 33), NULL, &p->meta->last_updated);
    mother(m);
}

void ac_hl7_pd1(ac_hl7_maker *m)
{
    static const ac_hl7_row rows[] = { AC_HL7_ALL(3, patient, general_practitioner, reference, ac_hl7_to_org, NULL),
                                       AC_HL7_ALL(4, patient, general_practitioner, reference, ac_hl7_to_person, NULL) };
    if (m->who)
        AC_HL7_FILL(m, rows, m->who);
}

void ac_hl7_mrg(ac_hl7_maker *m)
{
    ac_hl7_value v;
    for (size_t state = 0; m->who && !m->f.full && ac_hl7_next(m, 1, &state, &v);) {
        ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
        if (!ac_hl7_to_cx(m, v, NULL, id))
            continue;
        ac_rec_reference *other = AC_FHIR_NEW(&m->f, reference);
        *other = (ac_rec_reference) { .type = AC_SV("Patient"), .identifier = id };
        *AC_FHIR_PUSH(&m->f, &m->who->link) = (ac_rec_patient_link) { .other = other, .type = AC_SV("replaces") };
    }
}

/* ---- people around ---- */

static const ac_hl7_row nk1_person[] = {
    AC_HL7_ALL(33, related_person, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(2, related_person, name, human_name, ac_hl7_to_name, NULL),
    AC_HL7_ALL(3, related_person, relationship, concept, ac_hl7_to_concept, "0063"),
    AC_HL7_ALL(7, related_person, relationship, concept, ac_hl7_to_concept, "0131"),
    AC_HL7_ALL(4, related_person, address, address, ac_hl7_to_address, NULL),
    AC_HL7_R(5, TELECOM, related_person, telecom, ac_rec_contact_point, NULL, "home"),
    AC_HL7_R(40, TELECOM, related_person, telecom, ac_rec_contact_point, NULL, NULL),
    AC_HL7_R(6, TELECOM, related_person, telecom, ac_rec_contact_point, NULL, "work"),
    AC_HL7_R(41, TELECOM, related_person, telecom, ac_rec_contact_point, NULL, NULL),
    AC_HL7_STR(15, related_person, gender, ac_hl7_to_mapped, &ac_hl7_table_sex),
    AC_HL7_STR(16, related_person, birth_date, ac_hl7_to_date, NULL),
    AC_HL7_ALL(20, related_person, communication, communication, to_language, "0296"),
};

static const ac_hl7_row nk1_organisation[] = {
    AC_HL7_OBJ(13, patient_contact, organization, reference, ac_hl7_to_org, NULL),
    AC_HL7_OBJ(30, patient_contact, name, human_name, ac_hl7_to_name, NULL),
    AC_HL7_R(31, TELECOM, patient_contact, telecom, ac_rec_contact_point, NULL, "work"),
    AC_HL7_OBJ(32, patient_contact, address, address, ac_hl7_to_address, NULL),
};

/* The same person as the patient's contact; R4 has room for one name and one address there. */
static void contact_of(ac_hl7_maker *m, const ac_rec_related_person *r)
{
    ac_rec_patient_contact c = { .gender = r->gender, .period = r->period };
    if (!m->who || m->f.full || !(r->name.n || r->telecom.n || r->address.n))
        return;
    c.relationship.at = r->relationship.at;
    c.relationship.n = c.relationship.cap = r->relationship.n;
    c.telecom.at = r->telecom.at;
    c.telecom.n = c.telecom.cap = r->telecom.n;
    c.name = r->name.n ? &r->name.at[0] : NULL;
    c.address = r->address.n ? &r->address.at[0] : NULL;
    *AC_FHIR_PUSH(&m->f, &m->who->contact) = c;
}

void ac_hl7_nk1(ac_hl7_maker *m)
{
    ac_rec_related_person *r = ac_hl7_add(m, AC_REC_related_person, NULL);
    AC_HL7_FILL(m, nk1_person, r);
    r->patient = ac_hl7_subject(m);
    r->period = ac_hl7_begin_end(m, 8, 9);
    if (m->f.full)
        return;
    contact_of(m, r);
    ac_rec_patient_contact organisation = { 0 };
    AC_HL7_FILL(m, nk1_organisation, &organisation);
    bool some = organisation.organization || organisation.name || organisation.telecom.n || organisation.address;
    if (some && m->who && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &m->who->contact) = organisation;
}

static const ac_hl7_row gt1_rows[] = {
    AC_HL7_ALL(2, related_person, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(12, related_person, identifier, identifier, ac_hl7_to_cx, "SS"),
    AC_HL7_ALL(3, related_person, name, human_name, ac_hl7_to_name, NULL),
    AC_HL7_ALL(5, related_person, address, address, ac_hl7_to_address, NULL),
    AC_HL7_R(6, TELECOM, related_person, telecom, ac_rec_contact_point, NULL, "home"),
    AC_HL7_R(7, TELECOM, related_person, telecom, ac_rec_contact_point, NULL, "work"),
    AC_HL7_STR(8, related_person, birth_date, ac_hl7_to_date, NULL),
    AC_HL7_STR(9, related_person, gender, ac_hl7_to_mapped, &ac_hl7_table_sex),
    AC_HL7_ALL(11, related_person, relationship, concept, ac_hl7_to_concept, "0063"),
    AC_HL7_ALL(36, related_person, communication, communication, to_language, "0296"),
};

void ac_hl7_gt1(ac_hl7_maker *m)
{
    ac_rec_related_person *r = ac_hl7_add(m, AC_REC_related_person, NULL);
    AC_HL7_FILL(m, gt1_rows, r);
    r->patient = ac_hl7_subject(m);
    r->period = ac_hl7_begin_end(m, 13, 14);
    if (!m->f.full)
        *AC_FHIR_PUSH(&m->f, &r->relationship) = *ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "v3-RoleClass"), AC_SV("GUAR"));
}

/* ---- insurance ---- */

static void coverage_class(ac_hl7_maker *m, ac_rec_insurance *c, const char *kind, ac_sv value, ac_sv name)
{
    if (!value.n || m->f.full)
        return;
    ac_rec_concept *type = ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "coverage-class"), ac_sv_z(kind));
    *AC_FHIR_PUSH(&m->f, &c->class) = (ac_rec_coverage_class) { .type = type, .value = value, .name = name };
}

/* The insurer by name and number; false when the segment names none. */
static bool payor(ac_hl7_maker *m, ac_rec_insurance *c)
{
    ac_rec_reference r = { 0 };
    ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
    if (ac_hl7_has(m, 4))
        (void)ac_hl7_to_org(m, ac_hl7_field(m, 4), NULL, &r);
    if (ac_hl7_has(m, 3) && ac_hl7_to_cx(m, ac_hl7_field(m, 3), NULL, id))
        r.identifier = id;
    if (!r.display.n && !r.identifier)
        return false;
    *AC_FHIR_PUSH(&m->f, &c->payor) = r;
    return true;
}

static const ac_hl7_row in1_rows[] = {
    AC_HL7_OBJ(15, insurance, type, concept, ac_hl7_to_concept, "0086"),
    AC_HL7_ALL(36, insurance, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_ALL(49, insurance, identifier, identifier, ac_hl7_to_cx, NULL),
    AC_HL7_STR(49, insurance, subscriber_id, ac_hl7_to_first, NULL),
    AC_HL7_STR(36, insurance, subscriber_id, ac_hl7_to_first, NULL),
};

void ac_hl7_in1(ac_hl7_maker *m)
{
    ac_rec_insurance spare = { 0 }, *c = &spare;
    ac_hl7_value plan = ac_hl7_field(m, 2), relation = ac_hl7_field(m, 17);
    if (!payor(m, c)) /* R4 demands one */
        return;
    c = ac_hl7_add(m, AC_REC_insurance, NULL);
    (void)payor(m, c);
    AC_HL7_FILL(m, in1_rows, c);
    c->status = AC_SV("active"); /* the message has no other word for it than the dates */
    c->beneficiary = ac_hl7_subject(m);
    c->period = ac_hl7_begin_end(m, 12, 13);
    ac_sv number = ac_hl7_string(m, plan, 1), name = ac_hl7_string(m, plan, 2);
    coverage_class(m, c, "plan", number.n ? number : name, name);
    coverage_class(m, c, "group", ac_hl7_string(m, ac_hl7_field(m, 8), 1), ac_hl7_string(m, ac_hl7_field(m, 9), 1));
    ac_sv kin = ac_hl7_mapped(&ac_hl7_table_relation, ac_hl7_string(m, relation, 1));
    ac_rec_reference *holder = AC_FHIR_NEW(&m->f, reference);
    if (ac_sv_eq(kin, AC_SV("self")))
        c->subscriber = ac_hl7_subject(m);
    else if (ac_hl7_has(m, 16) && ac_hl7_to_named(m, ac_hl7_field(m, 16), NULL, holder))
        c->subscriber = holder;
    ac_rec_concept *kinship = AC_FHIR_NEW(&m->f, concept);
    if (kin.n)
        c->relationship = ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "subscriber-relationship"), kin);
    else if (relation.raw.n && ac_hl7_to_concept(m, relation, "0063", kinship))
        c->relationship = kinship;
}
