#include "interop/ccda/ccda_make.h"


static ac_sv observation_status(const ac_tree_node *s)
{
    static const ac_ccda_pair map[] = { { "completed", "final" },      { "active", "preliminary" },  { "aborted", "cancelled" },
                                        { "cancelled", "cancelled" },  { "held", "registered" },     { "suspended", "registered" },
                                        { "new", "registered" },       { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv status = ac_ccda_translate(map, ac_ccda_status(s));
    return status.n ? status : AC_SV("unknown");
}

static ac_rec_concept *absent_reason(ac_ccda_maker *m, const ac_tree_node *value)
{
    static const ac_ccda_pair reasons[] = { { "UNK", "unknown" },       { "NI", "unknown" },         { "ASKU", "asked-unknown" },
                                            { "NAV", "temp-unknown" },  { "NASK", "not-asked" },     { "MSK", "masked" },
                                            { "NA", "not-applicable" }, { "NINF", "negative-infinity" }, { "PINF", "positive-infinity" },
                                            { NULL, NULL } };
    ac_sv reason = ac_ccda_translate(reasons, ac_ccda_attr(value, "nullFlavor"));
    return ac_ccda_code(m, AC_CCDA_HL7 "data-absent-reason", reason);
}

static void reference_range(ac_ccda_maker *m, ac_rec_component *out, const ac_tree_node *range)
{
    const ac_tree_node *o = ac_tree_child(range, AC_SV("observationRange")), *value = ac_tree_child(o, AC_SV("value"));
    ac_rec_reference_range r = { .text = ac_ccda_text(m, ac_tree_child(o, AC_SV("text"))) };
    ac_rec_range ends;
    ac_rec_component words = { 0 };
    if (ac_ccda_range(m, value, &ends)) {
        r.low = ends.low;
        r.high = ends.high;
    } else if (!r.text.n && ac_ccda_component_value(m, value, &words)) { /* "negative" */
        const ac_rec_concept *c = words.concept;
        r.text = words.string.n ? words.string : c && c->text.n ? c->text : c && c->coding.n ? c->coding.at[0].display : AC_SV("");
    }
    AC_CCDA_PUSH_CONCEPT(m, &r.applies_to, ac_tree_child(o, AC_SV("code")));
    r.type = ac_ccda_concept(m, ac_tree_child(o, AC_SV("interpretationCode")));
    if (r.low || r.high || r.text.n) /* FHIR demands one of them (obs-3) */
        *AC_CCDA_PUSH(m, &out->reference_range) = r;
}

/* Everything that a component of an observation and the observation itself have both. */
static void read_component(ac_ccda_maker *m, const ac_tree_node *s, ac_rec_component *out)
{
    const ac_tree_node *value = ac_tree_child(s, AC_SV("value")), *code = ac_tree_child(s, AC_SV("code"));
    out->code = ac_ccda_concept(m, code);
    ac_sv words = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    if (!out->code)
        out->code = words.n ? ac_ccda_words_concept(m, words) : ac_ccda_unknown(m, code);
    if (!ac_ccda_component_value(m, value, out) && value)
        out->absent_reason = absent_reason(m, value);
    AC_CCDA_EACH(i, s, "interpretationCode")
        AC_CCDA_PUSH_CONCEPT(m, &out->interpretation, i);
    AC_CCDA_EACH(r, s, "referenceRange")
        reference_range(m, out, r);
}

/* The members that AC_REC_VALUE gives both lie side by side. */
#define MOVE_VALUE(self, kind, name, key, type) memcpy(&to->name, &from->name, sizeof to->name);
static void move_value(ac_rec_observation *to, const ac_rec_component *from)
{
    to->code = from->code;
    AC_REC_VALUE(MOVE_VALUE, _)
}
#undef MOVE_VALUE

/* A second value of one code: FHIR has no list, but components with the same code (obs-7 forbids a value beside them). */
static void more_values(ac_ccda_maker *m, ac_rec_observation *o, const ac_tree_node *s)
{
    const ac_tree_node *first = ac_tree_child(s, AC_SV("value"));
    if (!first || !ac_tree_next(first))
        return;
    ac_rec_component empty = { .code = o->code };
    for (const ac_tree_node *v = first; v; v = ac_tree_next(v)) {
        ac_rec_component one = { .code = o->code };
        if (ac_ccda_component_value(m, v, &one))
            *AC_CCDA_PUSH(m, &o->component) = one;
    }
    memcpy(&empty.interpretation, &o->interpretation, sizeof empty.interpretation);
    memcpy(&empty.reference_range, &o->reference_range, sizeof empty.reference_range);
    if (o->component.n)
        move_value(o, &empty);
}

static void category(ac_ccda_maker *m, ac_rec_observation *o, const ac_ccda_place *at, const ac_tree_node *s)
{
    static const ac_ccda_pair of_section[] = { { "8716-3", "vital-signs" }, { "29762-2", "social-history" }, { NULL, NULL } };
    ac_sv category = ac_ccda_translate(of_section, at->section);
    bool measured = o->quantity || o->range || o->ratio || o->integer.n || ac_tree_child(s, AC_SV("specimen"));
    if (ac_ccda_has_template(s, "22.4.27"))
        category = AC_SV("vital-signs");
    else if (!category.n && measured && (ac_ccda_has_template(s, "22.4.2") || ac_sv_eq(at->section, AC_SV("30954-2"))))
        category = AC_SV("laboratory");
    if (category.n)
        *AC_CCDA_PUSH(m, &o->category) = *ac_ccda_code(m, AC_CCDA_HL7 "observation-category", category);
}

static void performers(ac_ccda_maker *m, ac_rec_observation *o, const ac_tree_node *s)
{
    ac_rec_kind kind;
    ac_sv time, author;
    AC_CCDA_EACH(p, s, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind);
        if (kind != AC_REC_device)
            AC_CCDA_PUSH_REF(m, &o->performer, who);
    }
    author = ac_ccda_author(m, s, &time);
    if (!o->performer.n)
        AC_CCDA_PUSH_REF(m, &o->performer, author);
    o->issued = ac_ccda_instant(m, ac_tree_at(s, "author/time"));
}

static ac_sv specimen(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    const ac_tree_node *role = ac_tree_at(s, "specimen/specimenRole"), *entity = ac_tree_child(role, AC_SV("specimenPlayingEntity"));
    ac_sv url;
    if (ac_ccda_is_null(role) || !role->first)
        return AC_SV("");
    ac_rec_specimen *sp = ac_ccda_add(m, AC_REC_specimen, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &sp->identifier, role);
    sp->type = ac_ccda_concept(m, ac_tree_child(entity, AC_SV("code")));
    sp->subject = ac_ccda_ref(m, m->patient);
    return url;
}

static bool take_comment(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    ac_sv words = ac_ccda_comment(m, within);
    if (words.n)
        AC_CCDA_PUSH(m, &((ac_rec_observation *)self)->note)->text = words;
    return words.n > 0;
}

static void fill(ac_ccda_maker *m, ac_rec_observation *o, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_rec_component value = { 0 };
    AC_CCDA_IDENTIFIERS(m, &o->identifier, s);
    o->status = observation_status(s);
    o->subject = ac_ccda_ref(m, m->patient);
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &o->effective_date, &o->effective_period);
    read_component(m, s, &value);
    move_value(o, &value);
    more_values(m, o, s);
    category(m, o, at, s);
    performers(m, o, s);
    o->method = ac_ccda_concept(m, ac_tree_child(s, AC_SV("methodCode")));
    o->body_site = ac_ccda_concept(m, ac_tree_child(s, AC_SV("targetSiteCode")));
    o->specimen = ac_ccda_ref(m, specimen(m, s, at));
}

/* "Not X" where the record cannot say so: nothing is told rather than the contrary. A value that is not there is no matter. */
static bool refuse(ac_ccda_maker *m, const ac_tree_node *s)
{
    if (!ac_ccda_negated(s))
        return false;
    ac_ccda_skip(m, s->name, AC_SV("negationInd"));
    m->out.record.coverage.resources_refused++;
    m->lost++;
    return true;
}

ac_sv ac_ccda_observation(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_sv url;
    ac_rec_texts members = { 0 };
    if (refuse(m, s))
        return AC_SV("");
    ac_rec_observation *o = ac_ccda_add(m, AC_REC_observation, at->path, &url);
    fill(m, o, s, at);
    ac_ccda_nested(m, s, at, take_comment, o, &members);
    ac_ccda_members(m, o, &members);
    return url;
}

/* hasMember takes observations only. */
void ac_ccda_members(ac_ccda_maker *m, ac_rec_observation *o, const ac_rec_texts *urls)
{
    for (size_t i = 0; i < urls->n; i++)
        if (ac_ccda_kind(m, urls->at[i]) == AC_REC_observation)
            AC_CCDA_PUSH_REF(m, &o->has_member, urls->at[i]);
}

/* ---- panels ---- */

static bool is_code(const ac_tree_node *s, const char *loinc)
{
    const ac_tree_node *code = ac_tree_child(s, AC_SV("code"));
    if (ac_ccda_attr_is(code, "code", loinc))
        return true;
    AC_CCDA_EACH(t, code, "translation")
        if (ac_ccda_attr_is(t, "code", loinc))
            return true;
    return false;
}

/* The two halves of one blood pressure: FHIR tells them as one observation with two components. */
typedef struct {
    const ac_tree_node *systolic, *diastolic;
    unsigned nr;     /* of the component that is the systolic */
    bool done;
    const ac_ccda_place *at;
    ac_rec_texts *members;
} pressure;

static bool at_one_time(const ac_tree_node *a, const ac_tree_node *b)
{
    a = ac_tree_child(a, AC_SV("effectiveTime"));
    b = ac_tree_child(b, AC_SV("effectiveTime"));
    return ac_sv_eq(ac_ccda_attr(a, "value"), ac_ccda_attr(b, "value")) &&
           ac_sv_eq(ac_ccda_attr(ac_tree_child(a, AC_SV("low")), "value"), ac_ccda_attr(ac_tree_child(b, AC_SV("low")), "value"));
}

/* Exactly one of each: of more it would be a guess which belong together. */
static void find_pressure(const ac_tree_node *organizer, pressure *p)
{
    size_t n[2] = { 0 };
    unsigned nr = 0;
    AC_CCDA_EACH(c, organizer, "component")
    {
        nr++;
        const ac_tree_node *s = ac_ccda_statement_in(c);
        bool high = is_code(s, "8480-6"), low = is_code(s, "8462-4");
        if (high && !n[0]++) {
            p->systolic = s;
            p->nr = nr;
        }
        if (low && !n[1]++)
            p->diastolic = s;
    }
    if (n[0] != 1 || n[1] != 1 || !at_one_time(p->systolic, p->diastolic) || ac_ccda_negated(p->systolic) || ac_ccda_negated(p->diastolic))
        p->systolic = p->diastolic = NULL;
}

static bool take_pressure(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    pressure *p = self;
    ac_sv url;
    if (!within || (within != p->systolic && within != p->diastolic))
        return false;
    m->out.record.coverage.resources++;
    if (p->done)
        return true;
    p->done = true;
    ac_sv index = ac_arena_printf(m->arena, "/component[%u]", p->nr);
    ac_rec_observation *o = ac_ccda_add(m, AC_REC_observation, ac_ccda_join(m, p->at->path, index, AC_SV("")), &url);
    fill(m, o, p->systolic, p->at);
    const ac_tree_node *halves[] = { p->systolic, p->diastolic };
    ac_rec_component empty = { 0 };
    move_value(o, &empty);
    for (size_t i = 0; i < 2; i++) {
        ac_rec_component *half = AC_CCDA_PUSH(m, &o->component);
        read_component(m, halves[i], half);
    }
    AC_CCDA_IDENTIFIERS(m, &o->identifier, p->diastolic);
    bool spanish = ac_sv_starts(ac_ccda_attr(ac_tree_child(m->root, AC_SV("languageCode")), "code"), AC_SV("es"));
    o->code = ac_ccda_code(m, AC_CCDA_LOINC, AC_SV("85354-9"));
    o->code->text = spanish ? AC_SV("Presi\u00F3n arterial") : AC_SV("Blood pressure");
    ac_ccda_push_text(m, p->members, url);
    ac_ccda_remember(m, p->systolic, url);
    ac_ccda_remember(m, p->diastolic, url);
    return true;
}

ac_sv ac_ccda_panel(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_sv url = { 0 };
    ac_rec_texts members = { 0 };
    pressure p = { .at = at, .members = &members };
    ac_rec_observation *o = NULL;
    if (refuse(m, s))
        return AC_SV("");
    if (!ac_ccda_is_null(ac_tree_child(s, AC_SV("code")))) {
        o = ac_ccda_add(m, AC_REC_observation, at->path, &url);
        fill(m, o, s, at);
        if (ac_ccda_has_template(s, "22.4.26") && !o->category.n)
            *AC_CCDA_PUSH(m, &o->category) = *ac_ccda_code(m, AC_CCDA_HL7 "observation-category", AC_SV("vital-signs"));
    }
    find_pressure(s, &p);
    ac_ccda_nested(m, s, at, take_pressure, &p, &members);
    if (o)
        ac_ccda_members(m, o, &members);
    return url;
}

ac_sv ac_ccda_report(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair status[] = { { "completed", "final" },     { "active", "registered" },   { "aborted", "cancelled" },
                                           { "cancelled", "cancelled" }, { "held", "registered" },     { "suspended", "registered" },
                                           { NULL, NULL } };
    ac_sv url, time;
    ac_rec_kind kind;
    ac_rec_texts members = { 0 };
    if (refuse(m, s))
        return AC_SV("");
    ac_rec_diagnostic_report *r = ac_ccda_add(m, AC_REC_diagnostic_report, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &r->identifier, s);
    r->status = ac_ccda_translate(status, ac_ccda_status(s));
    if (!r->status.n)
        r->status = AC_SV("unknown");
    r->code = ac_ccda_concept(m, ac_tree_child(s, AC_SV("code")));
    if (!r->code)
        r->code = ac_ccda_unknown(m, ac_tree_child(s, AC_SV("code")));
    r->subject = ac_ccda_ref(m, m->patient);
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &r->effective_date, &r->effective_period);
    AC_CCDA_PUSH_REF(m, &r->specimen, specimen(m, s, at));
    AC_CCDA_EACH(p, s, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind);
        if (kind == AC_REC_practitioner || kind == AC_REC_organization)
            AC_CCDA_PUSH_REF(m, &r->performer, who);
    }
    (void)ac_ccda_author(m, s, &time);
    r->issued = ac_ccda_instant(m, ac_tree_at(s, "author/time"));
    ac_ccda_nested(m, s, at, NULL, NULL, &members);
    for (size_t i = 0; i < members.n; i++)
        if (ac_ccda_kind(m, members.at[i]) == AC_REC_observation)
            AC_CCDA_PUSH_REF(m, &r->result, members.at[i]);
    return url;
}
