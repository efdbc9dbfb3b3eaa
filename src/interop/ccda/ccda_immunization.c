#include "interop/ccda/ccda_make.h"

static bool take_immunization(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    ac_rec_immunization *out = self;
    const ac_tree_node *code = ac_tree_child(within, AC_SV("code"));
    ac_sv words = ac_ccda_comment(m, within), time;
    if (ac_ccda_has_template(within, "22.4.53")) { /* refusal reason */
        ac_ccda_push_concept(m, &out->status_reason, code);
    } else if (ac_ccda_has_template(within, "22.4.118")) { /* substance administered act */
        ac_sv nr = ac_ccda_number(m, ac_ccda_attr(ac_tree_child(within->parent, AC_SV("sequenceNumber")), "value"));
        ac_rec_protocol_applied *p = AC_CCDA_PUSH(m, &out->protocol_applied);
        const ac_rec_concept *series = ac_ccda_concept(m, code);
        p->series = series && series->coding.n ? series->coding.at[0].display : AC_SV("");
        bool positive = nr.n && nr.p[0] != '-' && !memchr(nr.p, '.', nr.n) && !ac_sv_eq(nr, AC_SV("0"));
        p->dose_number = positive ? nr : AC_SV("");
        p->dose_number_string = positive ? AC_SV("") : AC_SV("unknown"); /* FHIR demands one */
    } else if (words.n) {
        ac_rec_annotation *note = AC_CCDA_PUSH(m, &out->note);
        note->text = words;
        (void)ac_ccda_author(m, within, &time);
        note->time = time;
    } else {
        return false;
    }
    return true;
}

static void made_by(ac_ccda_maker *m, ac_rec_immunization *out, const ac_tree_node *product)
{
    const ac_tree_node *material = ac_tree_child(product, AC_SV("manufacturedMaterial"));
    out->code = ac_ccda_concept(m, ac_tree_child(material, AC_SV("code")));
    ac_sv name = ac_ccda_words(m, ac_tree_child(material, AC_SV("name")));
    if (!out->code)
        out->code = name.n ? ac_ccda_words_concept(m, name) : ac_ccda_unknown(m, ac_tree_child(material, AC_SV("code")));
    out->lot = ac_ccda_words(m, ac_tree_child(material, AC_SV("lotNumberText")));
    out->expires = ac_ccda_day(ac_ccda_time_of(m, ac_tree_child(material, AC_SV("expirationTime"))));
    out->manufacturer = ac_ccda_ref(m, ac_ccda_organization(m, ac_tree_child(product, AC_SV("manufacturerOrganization"))));
}

ac_sv ac_ccda_immunization(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_sv url, time, mood = ac_ccda_attr(s, "moodCode");
    ac_rec_kind kind;
    if (mood.n && !ac_sv_eq(mood, AC_SV("EVN")))
        return ac_ccda_medication(m, s, at);
    ac_rec_immunization *out = ac_ccda_add(m, AC_REC_immunization, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &out->identifier, s);
    ac_sv status = ac_ccda_status(s);
    bool given = !status.n || ac_sv_eq(status, AC_SV("completed")) || ac_sv_eq(status, AC_SV("active"));
    out->status = ac_ccda_negated(s) || !given ? AC_SV("not-done") : AC_SV("completed");
    if (ac_sv_eq(status, AC_SV("nullified")))
        out->status = AC_SV("entered-in-error");
    made_by(m, out, ac_tree_at(s, "consumable/manufacturedProduct"));
    out->patient = ac_ccda_ref(m, m->patient);
    out->occurrence_date = ac_ccda_time_of(m, ac_tree_child(s, AC_SV("effectiveTime")));
    if (!out->occurrence_date.n) /* FHIR demands one */
        out->occurrence_string = AC_SV("unknown");
    out->route = ac_ccda_concept(m, ac_tree_child(s, AC_SV("routeCode")));
    out->site = ac_ccda_concept(m, ac_tree_child(s, AC_SV("approachSiteCode")));
    if (!out->site)
        out->site = ac_ccda_concept(m, ac_tree_child(s, AC_SV("targetSiteCode")));
    out->dose = ac_ccda_quantity(m, ac_tree_child(s, AC_SV("doseQuantity")));
    AC_CCDA_EACH(p, s, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind);
        if (who.n)
            AC_CCDA_PUSH(m, &out->performer)->actor = ac_ccda_ref(m, who);
    }
    ac_sv author = ac_ccda_author(m, s, &time);
    if (!out->performer.n && author.n && ac_ccda_kind(m, author) == AC_REC_practitioner) {
        ac_rec_performer *a = AC_CCDA_PUSH(m, &out->performer);
        a->actor = ac_ccda_ref(m, author);
        a->function = ac_ccda_code(m, AC_CCDA_HL7 "v3-ParticipationType", AC_SV("AUT"));
    }
    out->recorded = time;
    ac_ccda_nested(m, s, at, take_immunization, out, NULL);
    return url;
}
