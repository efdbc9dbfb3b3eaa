#include "interop/ccda/ccda_make.h"

#define CDC_RACE "urn:oid:2.16.840.1.113883.6.238"

/* ---- the patient ---- */

/* The five groups of race and two of ethnicity that the US census office knows (OMB 1997); all others refine them. */
static bool is_group(ac_sv code)
{
    static const ac_ccda_pair groups[] = { { "1002-5", "" }, { "2028-9", "" }, { "2054-5", "" }, { "2076-8", "" },
                                           { "2106-3", "" }, { "2135-2", "" }, { "2186-5", "" }, { NULL, NULL } };
    for (size_t i = 0; groups[i].from; i++)
        if (ac_sv_eq(code, ac_sv_z(groups[i].from)))
            return true;
    return false;
}

/* us-core-race and us-core-ethnicity: both are made the same way. */
static void heritage(ac_ccda_maker *m, ac_rec_patient *p, const ac_tree_node *patient, const char *name)
{
    bool race = ac_sv_eq(ac_sv_z(name), AC_SV("raceCode"));
    ac_rec_extension whole = { .url = race ? AC_SV(AC_FHIR_US_CORE "us-core-race") : AC_SV(AC_FHIR_US_CORE "us-core-ethnicity") };
    ac_sv text = { 0 };
    for (const ac_tree_node *n = ac_tree_child(patient, ac_sv_z(name)); n; n = ac_tree_next(n)) {
        const ac_rec_concept *c = ac_ccda_concept(m, n);
        ac_sv words = !c ? AC_SV("") : c->text.n ? c->text : c->coding.n ? c->coding.at[0].display : AC_SV("");
        for (size_t i = 0; c && i < c->coding.n && ac_sv_eq(c->coding.at[i].system, AC_SV(CDC_RACE)); i++) {
            ac_rec_sub_extension *part = AC_CCDA_PUSH(m, &whole.extension);
            part->url = is_group(c->coding.at[i].code) ? AC_SV("ombCategory") : AC_SV("detailed");
            part->value_coding = AC_CCDA_NEW(m, coding);
            *part->value_coding = c->coding.at[i];
        }
        if (words.n)
            text = text.n ? ac_ccda_join(m, text, AC_SV(", "), words) : words;
    }
    if (!text.n && whole.extension.n)
        text = whole.extension.at[0].value_coding->code;
    if (!text.n)
        return;
    ac_rec_sub_extension *part = AC_CCDA_PUSH(m, &whole.extension);
    part->url = AC_SV("text");
    part->value_string = text;
    *AC_CCDA_PUSH(m, &p->extension) = whole;
}

static void birth_place(ac_ccda_maker *m, ac_rec_patient *p, const ac_tree_node *place)
{
    const ac_tree_node *addr = ac_tree_child(place, AC_SV("addr"));
    ac_sv name = ac_ccda_words(m, ac_tree_child(place, AC_SV("name")));
    if (ac_ccda_is_null(addr) && !name.n)
        return;
    ac_rec_extension *e = AC_CCDA_PUSH(m, &p->extension);
    e->url = AC_SV(AC_FHIR_SD "patient-birthPlace");
    e->value_address = AC_CCDA_NEW(m, address);
    if (!ac_ccda_is_null(addr))
        *e->value_address = ac_ccda_address(m, addr);
    if (name.n)
        e->value_address->text = name;
}

static void religion(ac_ccda_maker *m, ac_rec_patient *p, const ac_tree_node *code)
{
    ac_rec_concept *c = ac_ccda_concept(m, code);
    if (!c)
        return;
    ac_rec_extension *e = AC_CCDA_PUSH(m, &p->extension);
    e->url = AC_SV(AC_FHIR_SD "patient-religion");
    e->value_concept = c;
}

static void language(ac_ccda_maker *m, ac_rec_patient *p, const ac_tree_node *l)
{
    static const struct {
        const char *name;
        ac_sv part;
    } abilities[] = { { "proficiencyLevelCode", { "level", 5 } }, { "modeCode", { "type", 4 } } };
    const ac_tree_node *code = ac_tree_child(l, AC_SV("languageCode"));
    ac_rec_concept *said = ac_ccda_concept(m, code);
    if (!said)
        return;
    if (said->coding.n && !said->coding.at[0].system.n)
        said->coding.at[0].system = AC_SV("urn:ietf:bcp:47"); /* the only one that CDA allows there */
    ac_rec_communication *c = AC_CCDA_PUSH(m, &p->communication);
    ac_rec_extension skill = { .url = AC_SV(AC_FHIR_SD "patient-proficiency") };
    c->language = said;
    ac_sv preferred = ac_ccda_attr(ac_tree_child(l, AC_SV("preferenceInd")), "value");
    c->preferred = ac_sv_eq(preferred, AC_SV("true")) ? AC_REC_TRUE : ac_sv_eq(preferred, AC_SV("false")) ? AC_REC_FALSE : AC_REC_ABSENT;
    for (size_t i = 0; i < 2; i++) {
        ac_rec_concept *ability = ac_ccda_concept(m, ac_tree_child(l, ac_sv_z(abilities[i].name)));
        if (!ability || !ability->coding.n)
            continue;
        ac_rec_sub_extension *part = AC_CCDA_PUSH(m, &skill.extension);
        part->url = abilities[i].part;
        part->value_coding = AC_CCDA_NEW(m, coding);
        *part->value_coding = ability->coding.at[0];
    }
    if (skill.extension.n)
        *AC_CCDA_PUSH(m, &c->extension) = skill;
}

static void contact(ac_ccda_maker *m, ac_rec_patient *p, const ac_tree_node *guardian)
{
    ac_rec_patient_contact c = { 0 };
    const ac_tree_node *name = ac_tree_at(guardian, "guardianPerson/name"), *addr = ac_tree_child(guardian, AC_SV("addr"));
    AC_CCDA_PUSH_CONCEPT(m, &c.relationship, ac_tree_child(guardian, AC_SV("code")));
    if (ac_ccda_attr_is(guardian, "classCode", "GUARD") || ac_ccda_is_a(guardian, "guardian"))
        *AC_CCDA_PUSH(m, &c.relationship) = *ac_ccda_code(m, AC_CCDA_HL7 "v3-RoleClass", AC_SV("GUARD"));
    if (!ac_ccda_is_null(name)) {
        c.name = AC_CCDA_NEW(m, human_name);
        *c.name = ac_ccda_name(m, name);
    }
    AC_CCDA_EACH(t, guardian, "telecom")
    {
        ac_rec_contact_point point;
        if (ac_ccda_telecom(m, t, &point))
            *AC_CCDA_PUSH(m, &c.telecom) = point;
    }
    if (!ac_ccda_is_null(addr)) {
        c.address = AC_CCDA_NEW(m, address);
        *c.address = ac_ccda_address(m, addr);
    }
    c.organization = ac_ccda_ref(m, ac_ccda_organization(m, ac_tree_child(guardian, AC_SV("guardianOrganization"))));
    if (c.name || c.telecom.n || c.address || c.organization) /* FHIR wants one of them (pat-1) */
        *AC_CCDA_PUSH(m, &p->contact) = c;
}

static uint8_t truth(const ac_tree_node *n)
{
    return ac_ccda_attr_is(n, "value", "true") ? AC_REC_TRUE : ac_ccda_attr_is(n, "value", "false") ? AC_REC_FALSE : AC_REC_ABSENT;
}

static void about_patient(ac_ccda_maker *m, ac_rec_patient *p, const ac_tree_node *patient)
{
    AC_CCDA_EACH(n, patient, "name")
        if (!ac_ccda_is_null(n))
            *AC_CCDA_PUSH(m, &p->name) = ac_ccda_name(m, n);
    p->gender = ac_ccda_gender(ac_tree_child(patient, AC_SV("administrativeGenderCode")));
    p->birth_date = ac_ccda_day(ac_ccda_time_of(m, ac_tree_child(patient, AC_SV("birthTime"))));
    p->deceased_date = ac_ccda_time_of(m, ac_tree_child(patient, AC_SV("deceasedTime")));
    if (!p->deceased_date.n)
        p->deceased = truth(ac_tree_child(patient, AC_SV("deceasedInd")));
    p->birth_order = ac_ccda_number(m, ac_ccda_attr(ac_tree_child(patient, AC_SV("multipleBirthOrderNumber")), "value"));
    if (!p->birth_order.n)
        p->multiple_birth = truth(ac_tree_child(patient, AC_SV("multipleBirthInd")));
    ac_ccda_push_concept(m, &p->marital_status, ac_tree_child(patient, AC_SV("maritalStatusCode")));
    heritage(m, p, patient, "raceCode");
    heritage(m, p, patient, "ethnicGroupCode");
    religion(m, p, ac_tree_child(patient, AC_SV("religiousAffiliationCode")));
    birth_place(m, p, ac_tree_at(patient, "birthplace/place"));
    AC_CCDA_EACH(g, patient, "guardian")
        contact(m, p, g);
    AC_CCDA_EACH(l, patient, "languageCommunication")
        language(m, p, l);
}

void ac_ccda_patient(ac_ccda_maker *m)
{
    const ac_tree_node *target = ac_tree_child(m->root, AC_SV("recordTarget")), *role = ac_tree_child(target, AC_SV("patientRole"));
    ac_ccda_party *self = AC_CCDA_NEW_OF(m, ac_ccda_party);
    ac_rec_patient *p = ac_ccda_add(m, AC_REC_patient, AC_SV("recordTarget/patientRole"), &m->patient);
    if (m->full)
        return;
    *self = (ac_ccda_party) { AC_REC_patient, m->patient, p };
    AC_CCDA_IDENTIFIERS(m, &p->identifier, role);
    AC_CCDA_EACH(id, role, "id")
        if (!ac_ccda_is_null(id))
            ac_ccda_put(m, &m->parties, ac_ccda_join(m, ac_ccda_join(m, AC_SV("Patient "), ac_ccda_attr(id, "root"), AC_SV(" ")),
                                                     ac_ccda_attr(id, "extension"), AC_SV("")), self);
    AC_CCDA_CONTACT(m, p, role);
    about_patient(m, p, ac_tree_child(role, AC_SV("patient")));
    p->organization = ac_ccda_ref(m, ac_ccda_organization(m, ac_tree_child(role, AC_SV("providerOrganization"))));
    for (const ac_tree_node *more = ac_tree_next(target ? target : m->root); target && more; more = ac_tree_next(more)) {
        ac_ccda_skip(m, AC_SV("ClinicalDocument"), AC_SV("second recordTarget"));
        m->out.record.coverage.members_unknown++;
    }
}

/* ---- everyone else ---- */

static void authors(ac_ccda_maker *m, ac_rec_composition *c)
{
    ac_rec_kind kind;
    AC_CCDA_EACH(a, m->root, "author")
        AC_CCDA_PUSH_REF(m, &c->author, ac_ccda_person(m, ac_tree_child(a, AC_SV("assignedAuthor")), &kind));
    if (!c->author.n) { /* FHIR demands one */
        ac_rec_reference *nobody = AC_CCDA_PUSH(m, &c->author);
        nobody->display = AC_SV("unknown");
    }
}

static void attester(ac_ccda_maker *m, ac_rec_composition *c, const ac_tree_node *n, ac_sv mode)
{
    ac_rec_kind kind;
    ac_sv who = ac_ccda_person(m, ac_tree_child(n, AC_SV("assignedEntity")), &kind);
    if (!n || ac_ccda_is_null(n))
        return;
    ac_rec_attester *a = AC_CCDA_PUSH(m, &c->attester);
    a->mode = mode;
    a->time = ac_ccda_time_of(m, ac_tree_child(n, AC_SV("time")));
    a->party = ac_ccda_ref(m, who);
}

/* dataEnterer, informant, informationRecipient, participant: they become parties of the record; what part they had, a FHIR
 * Composition has no member for. */
static void others(ac_ccda_maker *m)
{
    static const char *const roles[] = { "assignedEntity", "relatedEntity", "intendedRecipient", "associatedEntity" };
    static const char *const names[] = { "dataEnterer", "informant", "informationRecipient", "participant" };
    ac_rec_kind kind;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (const ac_tree_node *n = ac_tree_child(m->root, ac_sv_z(names[i])); n; n = ac_tree_next(n))
            for (size_t k = 0; k < sizeof roles / sizeof roles[0]; k++)
                (void)ac_ccda_person(m, ac_tree_child(n, ac_sv_z(roles[k])), &kind);
}

/* What the document is about: times and the people who cared for the patient then. */
static void service_event(ac_ccda_maker *m, ac_rec_composition *c, const ac_tree_node *s)
{
    ac_rec_event *e = AC_CCDA_PUSH(m, &c->event);
    ac_rec_care_team *team = NULL;
    ac_rec_kind kind;
    AC_CCDA_PUSH_CONCEPT(m, &e->code, ac_tree_child(s, AC_SV("code")));
    e->period = ac_ccda_period(m, ac_tree_child(s, AC_SV("effectiveTime")));
    AC_CCDA_EACH(p, s, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind), url;
        if (!who.n)
            continue;
        if (!team) {
            team = ac_ccda_add(m, AC_REC_care_team, AC_SV("documentationOf/serviceEvent"), &url);
            team->subject = ac_ccda_ref(m, m->patient);
            team->period = e->period;
        }
        ac_rec_team_member *member = AC_CCDA_PUSH(m, &team->participant);
        AC_CCDA_PUSH_CONCEPT(m, &member->role, ac_tree_child(p, AC_SV("functionCode")));
        member->member = ac_ccda_ref(m, who);
        member->period = ac_ccda_period(m, ac_tree_child(p, AC_SV("time")));
    }
}

static void count_rest(ac_ccda_maker *m)
{
    static const char *const read[] = {
        "realmCode", "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode",
        "recordTarget", "author", "dataEnterer", "informant", "custodian", "informationRecipient", "legalAuthenticator",
        "authenticator", "participant", "documentationOf", "componentOf", "component",
    };
    for (const ac_tree_node *n = m->root->first; n; n = n->next) {
        size_t i = 0;
        while (n->name.n && i < sizeof read / sizeof read[0] && !ac_ccda_is_a(n, read[i]))
            i++;
        m->out.record.coverage.members += n->name.n > 0;
        if (i == sizeof read / sizeof read[0]) {
            ac_ccda_skip(m, AC_SV("ClinicalDocument"), n->name);
            m->out.record.coverage.members_unknown++;
        }
    }
}

/* Confidentiality is a code of v3; R4 takes these. */
static ac_sv confidentiality(const ac_tree_node *n)
{
    static const ac_ccda_pair codes[] = { { "U", "U" }, { "L", "L" }, { "M", "M" }, { "N", "N" }, { "R", "R" }, { "V", "V" }, { NULL, NULL } };
    return ac_ccda_translate(codes, ac_ccda_attr(n, "code"));
}

void ac_ccda_header(ac_ccda_maker *m, ac_rec_composition *c)
{
    const ac_tree_node *root = m->root;
    ac_rec_identifier id;
    c->status = AC_SV("final");
    if (ac_ccda_identifier(m, ac_tree_child(root, AC_SV("id")), &id)) {
        c->identifier = AC_CCDA_NEW(m, identifier);
        *c->identifier = id;
    }
    c->type = ac_ccda_concept(m, ac_tree_child(root, AC_SV("code")));
    if (!c->type)
        c->type = ac_ccda_unknown(m, ac_tree_child(root, AC_SV("code")));
    c->title = ac_ccda_words(m, ac_tree_child(root, AC_SV("title")));
    if (!c->title.n)
        c->title = c->type->coding.n && c->type->coding.at[0].display.n ? c->type->coding.at[0].display : AC_SV("Clinical document");
    c->date = ac_ccda_time_of(m, ac_tree_child(root, AC_SV("effectiveTime")));
    c->confidentiality = confidentiality(ac_tree_child(root, AC_SV("confidentialityCode")));
    c->language = ac_ccda_attr(ac_tree_child(root, AC_SV("languageCode")), "code");
    c->subject = ac_ccda_ref(m, m->patient);
    authors(m, c);
    AC_CCDA_EACH(legal, root, "legalAuthenticator")
        attester(m, c, legal, AC_SV("legal"));
    AC_CCDA_EACH(signer, root, "authenticator")
        attester(m, c, signer, AC_SV("professional"));
    c->custodian = ac_ccda_ref(m, ac_ccda_organization(m, ac_tree_at(root, "custodian/assignedCustodian/representedCustodianOrganization")));
    others(m);
    AC_CCDA_EACH(of, root, "documentationOf")
        if (ac_tree_child(of, AC_SV("serviceEvent")))
            service_event(m, c, ac_tree_child(of, AC_SV("serviceEvent")));
    m->encounter = ac_ccda_encompassing(m, ac_tree_at(root, "componentOf/encompassingEncounter"));
    c->encounter = ac_ccda_ref(m, m->encounter);
    count_rest(m);
}
