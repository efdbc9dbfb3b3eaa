#include "interop/ccda/ccda_make.h"

/* Encounter.class is HL7's ActEncounterCode; C-CDA gives it as a code or a translation of one. FHIR demands it. */
static ac_rec_coding *class_of(ac_ccda_maker *m, const ac_rec_concept *type)
{
    static const ac_ccda_pair classes[] = { { "AMB", "AMB" }, { "EMER", "EMER" }, { "FLD", "FLD" }, { "HH", "HH" }, { "IMP", "IMP" }, { "ACUTE", "ACUTE" },
                                            { "NONAC", "NONAC" }, { "OBSENC", "OBSENC" }, { "PRENC", "PRENC" }, { "SS", "SS" }, { "VR", "VR" }, { NULL, NULL } };
    ac_rec_coding *c = AC_CCDA_NEW(m, coding);
    c->system = AC_SV(AC_CCDA_HL7 "v3-NullFlavor");
    c->code = AC_SV("UNK");
    for (size_t i = 0; type && i < type->coding.n; i++)
        if (ac_sv_eq(type->coding.at[i].system, AC_SV(AC_CCDA_HL7 "v3-ActCode")) && ac_ccda_translate(classes, type->coding.at[i].code).n)
            *c = type->coding.at[i];
    return c;
}

typedef struct {
    ac_ccda_place at;
    ac_rec_encounter *e;
} visit;

/* Conditions are reasons or diagnoses, as the entry says. */
static void push_condition(ac_ccda_maker *m, const visit *v, ac_sv url, bool reason)
{
    if (ac_ccda_kind(m, url) != AC_REC_condition)
        return;
    if (reason)
        AC_CCDA_PUSH_REF(m, &v->e->reason_reference, url);
    else
        AC_CCDA_PUSH(m, &v->e->diagnosis)->condition = ac_ccda_ref(m, url);
}

static bool take_diagnosis(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    visit *v = self;
    bool reason = ac_ccda_has_template(within, "22.4.19") || ac_ccda_attr_is(within->parent, "typeCode", "RSON");
    ac_rec_texts made = { 0 };
    ac_ccda_place at = v->at;
    ac_sv url;
    at.path = ac_ccda_join(m, at.path, reason ? AC_SV("/indication") : AC_SV("/diagnosis"), AC_SV(""));
    at.depth++;
    if (ac_ccda_has_template(within, "22.4.80")) {
        at.concern = within;
        at.category = AC_SV("encounter-diagnosis");
        m->out.record.coverage.resources++;
        ac_ccda_nested(m, within, &at, NULL, NULL, &made);
        for (size_t i = 0; i < made.n; i++)
            push_condition(m, v, made.at[i], false);
        return true;
    }
    if (!reason)
        return false;
    ac_ccda_statement(m, within, &at, &url);
    push_condition(m, v, url, true);
    return true;
}

static void people(ac_ccda_maker *m, ac_rec_encounter *e, const ac_tree_node *n, ac_sv type)
{
    ac_rec_kind kind;
    ac_sv who = ac_ccda_person(m, ac_tree_child(n, AC_SV("assignedEntity")), &kind);
    if (!who.n || (kind != AC_REC_practitioner && kind != AC_REC_related_person))
        return;
    ac_rec_participant *p = AC_CCDA_PUSH(m, &e->participant);
    ac_rec_concept *role = ac_ccda_concept(m, ac_tree_child(n, AC_SV("functionCode")));
    if (type.n)
        *AC_CCDA_PUSH(m, &p->type) = *ac_ccda_code(m, AC_CCDA_HL7 "v3-ParticipationType", type);
    if (role)
        *AC_CCDA_PUSH(m, &p->type) = *role;
    p->individual = ac_ccda_ref(m, who);
    p->period = ac_ccda_period(m, ac_tree_child(n, AC_SV("time")));
}

static void disposition(ac_ccda_maker *m, ac_rec_encounter *e, const ac_tree_node *s)
{
    ac_rec_concept *c = ac_ccda_concept(m, ac_tree_child(s, AC_SV("dischargeDispositionCode")));
    if (!c)
        return;
    e->hospitalization = AC_CCDA_NEW(m, hospitalization);
    e->hospitalization->disposition = c;
}

static void time_of(ac_ccda_maker *m, ac_rec_encounter *e, const ac_tree_node *s)
{
    ac_sv date;
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &date, &e->period);
    if (date.n) { /* one moment of it */
        e->period = AC_CCDA_NEW(m, period);
        e->period->start = date;
    }
}

static ac_sv status_of(const ac_rec_encounter *e, const ac_tree_node *s)
{
    static const ac_ccda_pair map[] = { { "completed", "finished" }, { "active", "in-progress" }, { "aborted", "cancelled" },
                                        { "cancelled", "cancelled" }, { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv mood = ac_ccda_attr(s, "moodCode"), status = ac_ccda_translate(map, ac_ccda_status(s));
    bool later = mood.n && !ac_sv_eq(mood, AC_SV("EVN"));
    if (ac_ccda_negated(s))
        return AC_SV("cancelled");
    if (later)
        return ac_sv_eq(status, AC_SV("cancelled")) ? status : AC_SV("planned");
    return status.n ? status : e->period && e->period->end.n ? AC_SV("finished") : AC_SV("unknown");
}

ac_sv ac_ccda_encounter(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_sv url, time;
    ac_rec_encounter *e = ac_ccda_add(m, AC_REC_encounter, at->path, &url);
    visit v = { *at, e };
    AC_CCDA_IDENTIFIERS(m, &e->identifier, s);
    ac_rec_concept *type = ac_ccda_concept(m, ac_tree_child(s, AC_SV("code")));
    e->class = class_of(m, type);
    if (type)
        *AC_CCDA_PUSH(m, &e->type) = *type;
    e->subject = ac_ccda_ref(m, m->patient);
    time_of(m, e, s);
    e->status = status_of(e, s);
    e->priority = ac_ccda_concept(m, ac_tree_child(s, AC_SV("priorityCode")));
    disposition(m, e, s);
    AC_CCDA_EACH(p, s, "performer")
        people(m, e, p, AC_SV("PPRF"));
    (void)ac_ccda_author(m, s, &time);
    AC_CCDA_EACH(n, s, "participant")
    {
        ac_sv place = ac_ccda_attr_is(n, "typeCode", "LOC") ? ac_ccda_location(m, ac_tree_child(n, AC_SV("participantRole"))) : AC_SV("");
        if (place.n) {
            AC_CCDA_PUSH(m, &e->location)->location = ac_ccda_ref(m, place);
        } else if (!ac_ccda_is_null(n)) {
            ac_ccda_skip(m, s->name, n->name);
            m->out.record.coverage.members_unknown++;
        }
    }
    ac_ccda_nested(m, s, at, take_diagnosis, &v, NULL);
    return url;
}

ac_sv ac_ccda_encompassing(ac_ccda_maker *m, const ac_tree_node *s)
{
    static const ac_ccda_pair types[] = { { "ATND", "ATND" }, { "ADM", "ADM" }, { "CON", "CON" }, { "DIS", "DIS" }, { "REF", "REF" }, { NULL, NULL } };
    ac_sv url;
    if (ac_ccda_is_null(s))
        return AC_SV("");
    ac_rec_encounter *e = ac_ccda_add(m, AC_REC_encounter, AC_SV("componentOf/encompassingEncounter"), &url);
    AC_CCDA_IDENTIFIERS(m, &e->identifier, s);
    ac_rec_concept *type = ac_ccda_concept(m, ac_tree_child(s, AC_SV("code")));
    e->class = class_of(m, type);
    if (type)
        *AC_CCDA_PUSH(m, &e->type) = *type;
    e->subject = ac_ccda_ref(m, m->patient);
    time_of(m, e, s);
    e->status = status_of(e, s);
    disposition(m, e, s);
    AC_CCDA_EACH(r, s, "responsibleParty")
        people(m, e, r, AC_SV("PPRF"));
    AC_CCDA_EACH(p, s, "encounterParticipant")
        people(m, e, p, ac_ccda_translate(types, ac_ccda_attr(p, "typeCode")));
    const ac_tree_node *facility = ac_tree_at(s, "location/healthCareFacility");
    ac_sv place = ac_ccda_location(m, facility);
    if (place.n)
        AC_CCDA_PUSH(m, &e->location)->location = ac_ccda_ref(m, place);
    e->provider = ac_ccda_ref(m, ac_ccda_organization(m, ac_tree_child(facility, AC_SV("serviceProviderOrganization"))));
    return url;
}
