#include "interop/ccda/ccda_make.h"

/* ---- goals ---- */

static ac_rec_goal_target *target(ac_ccda_maker *m, ac_rec_goal *g, const ac_tree_node *s)
{
    ac_rec_component value = { 0 };
    const ac_tree_node *v = ac_tree_child(s, AC_SV("value")), *when = ac_tree_child(s, AC_SV("effectiveTime"));
    ac_sv due = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(when, AC_SV("high")), "value"));
    bool told = ac_ccda_component_value(m, v, &value);
    if (!told && !due.n)
        return NULL;
    ac_rec_goal_target *t = AC_CCDA_PUSH(m, &g->target);
    t->quantity = value.quantity;
    t->range = value.range;
    t->concept = value.concept;
    t->string = value.string.n ? value.string : value.integer;
    t->due = ac_ccda_day(due);
    if (told)
        t->measure = ac_ccda_concept(m, ac_tree_child(s, AC_SV("code")));
    return t;
}

static bool take_note(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    ac_sv words = ac_ccda_comment(m, within);
    if (words.n)
        AC_CCDA_PUSH(m, &((ac_rec_goal *)self)->note)->text = words;
    return words.n > 0;
}

ac_sv ac_ccda_goal(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "active", "active" },   { "completed", "completed" }, { "aborted", "cancelled" }, { "cancelled", "cancelled" },
                                        { "suspended", "on-hold" }, { "held", "on-hold" },      { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv url, time;
    ac_rec_goal *g = ac_ccda_add(m, AC_REC_goal, at->path, &url);
    const ac_tree_node *when = ac_tree_child(s, AC_SV("effectiveTime"));
    AC_CCDA_IDENTIFIERS(m, &g->identifier, s);
    g->status = ac_ccda_negated(s) ? AC_SV("rejected") : ac_ccda_translate(map, ac_ccda_status(s));
    if (!g->status.n)
        g->status = AC_SV("proposed");
    g->description = ac_ccda_concept(m, ac_tree_child(s, AC_SV("code")));
    ac_sv words = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    if (!g->description)
        g->description = words.n ? ac_ccda_words_concept(m, words) : ac_ccda_unknown(m, ac_tree_child(s, AC_SV("code")));
    else if (!g->description->text.n)
        g->description->text = words;
    g->subject = ac_ccda_ref(m, m->patient);
    g->start = ac_ccda_day(ac_ccda_time(m, ac_ccda_attr(ac_ccda_attr(when, "value").n ? when : ac_tree_child(when, AC_SV("low")), "value")));
    g->expressed_by = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    g->status_date = ac_ccda_day(time);
    (void)target(m, g, s);
    ac_ccda_nested(m, s, at, take_note, g, NULL);
    return url;
}

/* ---- payers ---- */

static void covered(ac_ccda_maker *m, ac_rec_insurance *c, const ac_tree_node *role)
{
    AC_CCDA_EACH(id, role, "id")
    {
        ac_rec_identifier member;
        if (!ac_ccda_identifier(m, id, &member))
            continue;
        *AC_CCDA_PUSH(m, &c->identifier) = member;
        if (!c->subscriber_id.n)
            c->subscriber_id = member.value;
    }
    c->relationship = ac_ccda_concept(m, ac_tree_child(role, AC_SV("code")));
}

static void insurance_people(ac_ccda_maker *m, ac_rec_insurance *c, const ac_tree_node *s)
{
    ac_rec_kind kind;
    AC_CCDA_EACH(p, s, "performer")
    {
        const ac_tree_node *who = ac_tree_child(p, AC_SV("assignedEntity"));
        bool payer = ac_ccda_has_template(p, "22.4.87") || ac_ccda_attr_is(ac_tree_child(who, AC_SV("code")), "code", "PAYOR");
        ac_sv organization = ac_ccda_organization(m, ac_tree_child(who, AC_SV("representedOrganization")));
        if (payer && organization.n)
            AC_CCDA_PUSH_REF(m, &c->payor, organization);
        else
            (void)ac_ccda_person(m, who, &kind);
    }
    AC_CCDA_EACH(n, s, "participant")
    {
        const ac_tree_node *role = ac_tree_child(n, AC_SV("participantRole"));
        if (ac_ccda_attr_is(n, "typeCode", "COV")) {
            covered(m, c, role);
            c->period = ac_ccda_period(m, ac_tree_child(n, AC_SV("time")));
        } else if (ac_ccda_attr_is(n, "typeCode", "HLD")) {
            ac_sv holder = ac_ccda_person(m, role, &kind);
            if (kind == AC_REC_patient)
                c->policy_holder = c->subscriber = ac_ccda_ref(m, holder);
        }
    }
}

ac_sv ac_ccda_policy(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "completed", "active" }, { "active", "active" }, { "cancelled", "cancelled" }, { "aborted", "cancelled" },
                                        { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv url;
    ac_rec_insurance *c = ac_ccda_add(m, AC_REC_insurance, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &c->identifier, s);
    c->status = ac_ccda_translate(map, ac_ccda_status(s));
    if (!c->status.n)
        c->status = AC_SV("draft"); /* nobody said that it holds */
    c->type = ac_ccda_concept(m, ac_tree_child(s, AC_SV("code")));
    c->beneficiary = ac_ccda_ref(m, m->patient);
    insurance_people(m, c, s);
    if (!c->payor.n) /* FHIR demands one */
        AC_CCDA_PUSH(m, &c->payor)->display = AC_SV("unknown");
    ac_ccda_nested(m, s, at, NULL, NULL, NULL);
    return url;
}

/* ---- who cares for the patient ---- */

static bool take_member(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    ac_rec_care_team *team = self;
    ac_rec_kind kind;
    if (!ac_ccda_has_template(within, "22.4.500.1"))
        return false;
    m->out.record.coverage.resources++;
    AC_CCDA_EACH(p, within, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind);
        if (!who.n)
            continue;
        ac_rec_team_member *member = AC_CCDA_PUSH(m, &team->participant);
        member->member = ac_ccda_ref(m, who);
        AC_CCDA_PUSH_CONCEPT(m, &member->role, ac_tree_child(p, AC_SV("functionCode")));
        member->period = ac_ccda_period(m, ac_tree_child(within, AC_SV("effectiveTime")));
    }
    return true;
}

ac_sv ac_ccda_team(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "active", "active" }, { "completed", "inactive" }, { "suspended", "suspended" }, { "aborted", "inactive" },
                                        { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv url;
    ac_rec_care_team *team = ac_ccda_add(m, AC_REC_care_team, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &team->identifier, s);
    team->status = ac_ccda_translate(map, ac_ccda_status(s));
    team->subject = ac_ccda_ref(m, m->patient);
    team->period = ac_ccda_period(m, ac_tree_child(s, AC_SV("effectiveTime")));
    AC_CCDA_PUSH_CONCEPT(m, &team->category, ac_tree_child(s, AC_SV("code")));
    team->name = ac_ccda_words(m, ac_tree_at(s, "code/originalText"));
    ac_ccda_nested(m, s, at, take_member, team, NULL);
    return url;
}
