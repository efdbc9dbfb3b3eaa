#include "interop/ccda/ccda_make.h"

typedef struct {
    ac_ccda_place at;
    struct {
        ac_rec_reference *at;
        size_t n, cap;
    } reasons;
    struct {
        ac_rec_annotation *at;
        size_t n, cap;
    } notes;
    ac_sv instruction;
} told;

static bool take(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    told *t = self;
    ac_sv words = ac_ccda_comment(m, within), url;
    bool reason = ac_ccda_has_template(within, "22.4.19") ||
                  (ac_ccda_attr_is(within->parent, "typeCode", "RSON") && ac_ccda_is_a(within, "observation"));
    if (reason) {
        ac_ccda_place at = t->at;
        at.path = ac_ccda_join(m, at.path, AC_SV("/"), AC_SV("indication"));
        at.depth++;
        ac_ccda_statement(m, within, &at, &url);
        if (ac_ccda_kind(m, url) == AC_REC_condition || ac_ccda_kind(m, url) == AC_REC_observation)
            AC_CCDA_PUSH_REF(m, &t->reasons, url);
    } else if (ac_ccda_has_template(within, "22.4.20") && words.n) {
        t->instruction = t->instruction.n ? ac_ccda_join(m, t->instruction, AC_SV("\n"), words) : words;
    } else if (words.n) {
        AC_CCDA_PUSH(m, &t->notes)->text = words;
    } else {
        return false;
    }
    return true;
}

#define COPY_LIST(to, from)                                                                                            \
    do {                                                                                                               \
        (to).at = (from).at;                                                                                           \
        (to).n = (from).n;                                                                                             \
        (to).cap = (from).cap;                                                                                         \
    } while (0)

static ac_rec_concept *named(ac_ccda_maker *m, const ac_tree_node *s)
{
    return ac_ccda_named_concept(m, ac_tree_child(s, AC_SV("code")), ac_ccda_text(m, ac_tree_child(s, AC_SV("text"))));
}

/* Where it was done, with which devices; other participants are counted. */
static void participants(ac_ccda_maker *m, ac_rec_procedure *p, const ac_tree_node *s)
{
    AC_CCDA_EACH(n, s, "participant")
    {
        const ac_tree_node *role = ac_tree_child(n, AC_SV("participantRole"));
        if (ac_ccda_attr_is(n, "typeCode", "LOC")) {
            p->location = ac_ccda_ref(m, ac_ccda_location(m, role));
        } else if (ac_ccda_attr_is(n, "typeCode", "DEV") || ac_tree_child(role, AC_SV("playingDevice"))) {
            ac_sv device = ac_ccda_device(m, role);
            if (device.n)
                AC_CCDA_PUSH(m, &p->focal_device)->manipulated = ac_ccda_ref(m, device);
        } else if (!ac_ccda_is_null(n)) {
            ac_ccda_skip(m, s->name, n->name);
            m->out.record.coverage.members_unknown++;
        }
    }
}

/* The value of a procedure that C-CDA calls an observation: what came of it. */
static void outcome(ac_ccda_maker *m, ac_rec_procedure *p, const ac_tree_node *s)
{
    ac_rec_component value = { 0 };
    const ac_tree_node *v = ac_tree_child(s, AC_SV("value"));
    if (ac_ccda_is_null(v) || !ac_ccda_component_value(m, v, &value))
        return;
    if (value.concept)
        p->outcome = value.concept;
    else if (value.string.n)
        p->outcome = ac_ccda_words_concept(m, value.string);
    else if (value.quantity)
        p->outcome = ac_ccda_words_concept(m, ac_ccda_join(m, value.quantity->value, AC_SV(" "), value.quantity->unit));
}

static void cared_for_by(ac_ccda_maker *m, ac_rec_procedure *p, const ac_tree_node *s)
{
    ac_rec_kind kind;
    ac_sv time;
    AC_CCDA_EACH(n, s, "performer")
    {
        const ac_tree_node *role = ac_tree_child(n, AC_SV("assignedEntity"));
        ac_sv who = ac_ccda_person(m, role, &kind);
        if (!who.n)
            continue;
        ac_rec_performer *one = AC_CCDA_PUSH(m, &p->performer);
        one->function = ac_ccda_concept(m, ac_tree_child(n, AC_SV("functionCode")));
        one->actor = ac_ccda_ref(m, who);
    }
    p->recorder = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
}

ac_sv ac_ccda_procedure(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "completed", "completed" },  { "active", "in-progress" }, { "aborted", "stopped" }, { "suspended", "on-hold" },
                                        { "held", "on-hold" },         { "cancelled", "not-done" }, { "new", "preparation" },
                                        { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv url;
    told t = { .at = *at };
    ac_rec_procedure *p = ac_ccda_add(m, AC_REC_procedure, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &p->identifier, s);
    p->status = ac_ccda_negated(s) ? AC_SV("not-done") : ac_ccda_translate(map, ac_ccda_status(s));
    if (!p->status.n)
        p->status = AC_SV("unknown");
    p->code = named(m, s);
    p->subject = ac_ccda_ref(m, m->patient);
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &p->performed_date, &p->performed_period);
    AC_CCDA_EACH(site, s, "targetSiteCode")
        AC_CCDA_PUSH_CONCEPT(m, &p->body_site, site);
    AC_CCDA_EACH(approach, s, "approachSiteCode")
        AC_CCDA_PUSH_CONCEPT(m, &p->body_site, approach);
    AC_CCDA_EACH(method, s, "methodCode")
    {
        ac_rec_concept *c = ac_ccda_concept(m, method);
        if (c)
            *AC_CCDA_PUSH(m, &p->extension) = (ac_rec_extension) { .url = AC_SV(AC_FHIR_SD "procedure-method"), .value_concept = c };
    }
    outcome(m, p, s);
    participants(m, p, s);
    cared_for_by(m, p, s);
    ac_ccda_nested(m, s, at, take, &t, NULL);
    if (t.instruction.n)
        AC_CCDA_PUSH(m, &t.notes)->text = t.instruction;
    COPY_LIST(p->reason_reference, t.reasons);
    COPY_LIST(p->note, t.notes);
    return url;
}

/* ---- what is planned ---- */

static void request_when(ac_ccda_maker *m, ac_rec_service_request *r, const ac_tree_node *s)
{
    ac_sv time;
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &r->occurrence_date, &r->occurrence_period);
    r->requester = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    r->date = time;
}

ac_sv ac_ccda_request(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair status[] = { { "active", "active" }, { "completed", "completed" }, { "aborted", "revoked" }, { "cancelled", "revoked" },
                                           { "suspended", "on-hold" }, { "held", "on-hold" }, { "new", "draft" }, { "nullified", "entered-in-error" },
                                           { NULL, NULL } };
    static const ac_ccda_pair intents[] = { { "INT", "plan" }, { "RQO", "order" }, { "PRP", "proposal" }, { "PRMS", "directive" },
                                            { "ARQ", "order" }, { "APT", "order" }, { NULL, NULL } };
    static const ac_ccda_pair urgency[] = { { "A", "asap" }, { "EM", "stat" }, { "S", "stat" }, { "UR", "urgent" }, { "R", "routine" }, { NULL, NULL } };
    ac_sv url;
    ac_rec_kind kind;
    told t = { .at = *at };
    ac_rec_service_request *r = ac_ccda_add(m, AC_REC_service_request, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &r->identifier, s);
    r->status = ac_ccda_translate(status, ac_ccda_status(s));
    r->intent = ac_ccda_translate(intents, ac_ccda_attr(s, "moodCode"));
    r->status = r->status.n ? r->status : AC_SV("unknown");
    r->intent = r->intent.n ? r->intent : AC_SV("plan");
    r->do_not_perform = ac_ccda_negated(s) ? AC_REC_TRUE : AC_REC_ABSENT;
    r->priority = ac_ccda_translate(urgency, ac_ccda_attr(ac_tree_child(s, AC_SV("priorityCode")), "code"));
    r->code = named(m, s);
    r->subject = ac_ccda_ref(m, m->patient);
    request_when(m, r, s);
    AC_CCDA_EACH(site, s, "targetSiteCode")
        AC_CCDA_PUSH_CONCEPT(m, &r->body_site, site);
    AC_CCDA_EACH(p, s, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind);
        AC_CCDA_PUSH_REF(m, &r->performer, who);
    }
    ac_ccda_nested(m, s, at, take, &t, NULL);
    r->patient_instruction = t.instruction;
    if (ac_ccda_has_template(s, "22.4.20"))
        r->patient_instruction = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    COPY_LIST(r->reason_reference, t.reasons);
    COPY_LIST(r->note, t.notes);
    return url;
}

/* ---- supplies that are no drugs ---- */

static ac_rec_device *thing(ac_ccda_maker *m, const ac_tree_node *s, ac_sv *url)
{
    const ac_tree_node *material = ac_tree_at(s, "product/manufacturedProduct/manufacturedMaterial");
    ac_rec_concept *type = ac_ccda_concept(m, ac_tree_child(material, AC_SV("code")));
    if (!type)
        return NULL;
    ac_rec_device *d = ac_ccda_add(m, AC_REC_device, m->path, url);
    d->type = type;
    d->patient = ac_ccda_ref(m, m->patient);
    return d;
}

static void device_of(ac_ccda_maker *m, const ac_tree_node *s, ac_sv *url)
{
    *url = AC_SV("");
    AC_CCDA_EACH(p, s, "participant")
        if (!url->n && ac_tree_child(p, AC_SV("participantRole")))
            *url = ac_ccda_device(m, ac_tree_child(p, AC_SV("participantRole")));
    if (!url->n)
        (void)thing(m, s, url);
}

ac_sv ac_ccda_supply(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "completed", "completed" }, { "active", "active" }, { "aborted", "stopped" }, { "suspended", "on-hold" },
                                        { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv url, device, time;
    told t = { .at = *at };
    if (!ac_ccda_attr_is(s, "moodCode", "EVN") && ac_ccda_attr(s, "moodCode").n) {
        device_of(m, s, &device);
        return ac_ccda_request(m, s, at);
    }
    device_of(m, s, &device);
    if (!device.n || ac_ccda_negated(s)) {
        ac_ccda_skip(m, s->name, AC_SV("no device"));
        m->out.record.coverage.resources_refused++;
        m->lost++;
        ac_ccda_nested(m, s, at, NULL, NULL, NULL);
        return AC_SV("");
    }
    ac_rec_device_use *u = ac_ccda_add(m, AC_REC_device_use, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &u->identifier, s);
    u->status = ac_ccda_translate(map, ac_ccda_status(s));
    if (!u->status.n)
        u->status = AC_SV("active"); /* of a thing that was supplied; R4 has no "unknown" here */
    u->subject = ac_ccda_ref(m, m->patient);
    u->device = ac_ccda_ref(m, device);
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &u->timing_date, &u->timing_period);
    ac_rec_quantity *q = ac_ccda_quantity(m, ac_tree_child(s, AC_SV("quantity")));
    if (q)
        AC_CCDA_AS_WRITTEN(m, u, "Quantity", ac_ccda_join(m, q->value, q->unit.n ? AC_SV(" ") : AC_SV(""), q->unit));
    (void)ac_ccda_author(m, s, &time);
    u->recorded = time;
    ac_ccda_nested(m, s, at, take, &t, NULL);
    COPY_LIST(u->note, t.notes);
    return url;
}
