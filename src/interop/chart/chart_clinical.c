/* What somebody has, had, is allergic to, has undergone and shall undergo: a line each. */
#include "interop/chart/chart_make.h"

/* ---- conditions ---- */

static void severity(ac_chart_maker *m, const ac_rec_concept *c)
{
    static const struct {
        const char *codes, *norm;
    } rows[] = { { "255604002 mild LA6752-5", "mild" }, { "6736007 moderate LA6751-7", "moderate" }, { "24484000 severe LA6750-9", "severe" } };
    ac_sv name = ac_chart_name(c);
    if (!name.n)
        return;
    ac_sb_add(&m->text, AC_SV(", "));
    ac_attr a = { .kind = AC_ATTR_SEVERITY, .span = ac_chart_words_of(m, name) };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_chart_any(c, rows[i].codes) || ac_chart_one_of(name, rows[i].norm))
            a.norm = ac_sv_z(rows[i].norm);
    ac_chart_attr(m, a);
}

static void sites(ac_chart_maker *m, const ac_rec_concept *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_sv name = ac_chart_name(&at[i]);
        ac_span span = ac_chart_part(m, AC_SAY_SITE, name);
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_SITE, .span = span, .norm = name });
    }
}

/* ", resolved": the word of a status */
static ac_span status_word(ac_chart_maker *m, const ac_rec_concept *c)
{
    ac_sv name = ac_chart_name(c);
    if (!name.n)
        return (ac_span) { 0, 0 };
    ac_sb_add(&m->text, AC_SV(", "));
    return ac_chart_status(m, name);
}

static bool is_over(const ac_rec_concept *status, ac_sv ended)
{
    return ac_chart_any(status, "inactive remission resolved") || (!ac_chart_any(status, "active recurrence relapse") && ended.n);
}

static bool condition(ac_chart_maker *m, const ac_rec_condition *c, ac_chart_section s)
{
    ac_sv ended = c->abatement_period ? c->abatement_period->start : c->abatement_date.n ? c->abatement_date : c->abatement_string;
    bool over = is_over(c->clinical_status, ended), refuted = ac_chart_any(c->verification_status, "refuted");
    if (s != (over ? AC_CHART_HISTORY : AC_CHART_PROBLEMS))
        return false;
    ac_assertion a = refuted ? AC_ABSENT
                   : ac_chart_any(c->verification_status, "unconfirmed provisional differential") ? AC_POSSIBLE
                   : over ? AC_HISTORICAL : AC_PRESENT;
    if (!ac_chart_fact(m, c->code, AC_KIND_PROBLEM, a))
        return true;
    severity(m, c->severity);
    sites(m, c->body_site.at, c->body_site.n);
    if (refuted) {
        (void)ac_chart_cue(m, AC_SAY_RULED_OUT);
    } else {
        (void)status_word(m, c->clinical_status);
        if (a == AC_POSSIBLE)
            ac_chart_running(m)->cue = status_word(m, c->verification_status);
    }
    ac_sv onset = c->onset_period ? c->onset_period->start : c->onset_date;
    ac_sb_add(&m->text, onset.n ? AC_SV(", ") : AC_SV(""));
    if (onset.n)
        (void)ac_chart_say_it(m, AC_SAY_SINCE);
    ac_chart_dated(m, " ", onset, AC_ATTR_ONSET);
    if (ended.n && !ac_sv_eq(ended, c->abatement_string)) {
        ac_sb_add(&m->text, AC_SV(" "));
        (void)ac_chart_say_it(m, AC_SAY_UNTIL);
        ac_chart_dated(m, " ", ended, AC_ATTR_COUNT);
    }
    return true;
}

/* ---- allergies ---- */

static void reactions(ac_chart_maker *m, const ac_rec_allergy_intolerance *a)
{
    for (size_t i = 0; i < a->reaction.n; i++) {
        const ac_rec_reaction *r = &a->reaction.at[i];
        for (size_t k = 0; k < r->manifestation.n; k++) {
            ac_sv name = ac_chart_name(&r->manifestation.at[k]);
            ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_REACTION, .span = ac_chart_part(m, AC_SAY_REACTION, name), .norm = name });
        }
        if (ac_chart_one_of(r->severity, "mild moderate severe")) {
            ac_sb_add(&m->text, AC_SV(", "));
            ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_SEVERITY, .span = ac_chart_status(m, r->severity), .norm = r->severity });
        }
        ac_chart_passage_of(m, ac_chart_name(a->code), r->description);
        ac_chart_notes(m, r->note.at, r->note.n, ac_chart_name(a->code));
    }
}

static bool allergy(ac_chart_maker *m, const ac_rec_allergy_intolerance *a, ac_chart_section s)
{
    if (s != AC_CHART_ALLERGIES)
        return false;
    bool refuted = ac_chart_any(a->verification_status, "refuted"), over = is_over(a->clinical_status, AC_SV(""));
    ac_assertion is = refuted ? AC_ABSENT
                    : ac_chart_any(a->verification_status, "unconfirmed presumed") ? AC_POSSIBLE
                    : over ? AC_HISTORICAL : AC_PRESENT;
    if (!ac_chart_fact(m, a->code, AC_KIND_ALLERGY, is))
        return true;
    if (refuted) {
        (void)ac_chart_cue(m, AC_SAY_RULED_OUT);
    } else {
        (void)status_word(m, a->clinical_status);
        if (is == AC_POSSIBLE)
            ac_chart_running(m)->cue = status_word(m, a->verification_status);
    }
    reactions(m, a);
    ac_chart_dated(m, ", ", a->onset_date, AC_ATTR_ONSET);
    return true;
}

/* ---- procedures, orders, plans ---- */

static void reasons(ac_chart_maker *m, const ac_rec_concept *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_sv name = ac_chart_name(&at[i]);
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_INDICATION, .span = ac_chart_part(m, AC_SAY_REASON, name), .norm = name });
    }
}

static void reason_references(ac_chart_maker *m, const ac_rec_reference *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t to = ac_refs_find(m->refs, m->entry, at[i].reference);
        bool known = to != AC_NONE && m->record->entries.at[to].kind == AC_REC_condition;
        ac_sv name = known ? ac_chart_name(m->record->entries.at[to].as.condition->code) : at[i].display;
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_INDICATION, .span = ac_chart_part(m, AC_SAY_REASON, name), .norm = name });
    }
}

static bool procedure(ac_chart_maker *m, const ac_rec_procedure *p, ac_chart_section s)
{
    bool planned = ac_chart_one_of(p->status, "preparation"), not_done = ac_chart_one_of(p->status, "not-done");
    if (s != (planned ? AC_CHART_PLAN : AC_CHART_PROCEDURES))
        return false;
    if (!ac_chart_fact(m, p->code, AC_KIND_PROCEDURE, planned ? AC_PLANNED : not_done ? AC_ABSENT : AC_PRESENT))
        return true;
    if (not_done || planned)
        (void)ac_chart_cue(m, not_done ? AC_SAY_NOT_DONE : AC_SAY_PLANNED);
    sites(m, p->body_site.at, p->body_site.n);
    ac_chart_dated(m, ", ", p->performed_period ? p->performed_period->start : p->performed_date, AC_ATTR_DATE);
    reasons(m, p->reason_code.at, p->reason_code.n);
    reason_references(m, p->reason_reference.at, p->reason_reference.n);
    return true;
}

/* What was ordered and has been done is nothing planned: of a test its results tell. */
static void done_request(ac_chart_maker *m, const ac_rec_service_request *r, bool test)
{
    if (test)
        (void)ac_chart_words_of(m, ac_chart_name(r->code));
    bool fact = !test && ac_chart_fact(m, r->code, AC_KIND_PROCEDURE, AC_PRESENT);
    ac_chart_dated(m, ", ", r->occurrence_period ? r->occurrence_period->start : r->occurrence_date, fact ? AC_ATTR_DATE : AC_ATTR_COUNT);
}

static bool service_request(ac_chart_maker *m, const ac_rec_service_request *r, ac_chart_section s)
{
    bool test = r->code && r->code->coding.n && ac_sv_eq(r->code->coding.at[0].system, AC_SV("http://loinc.org"));
    bool done = m->done[m->entry] || ac_chart_one_of(r->status, "completed");
    if (s != (!done ? AC_CHART_PLAN : test ? AC_CHART_RESULTS : AC_CHART_PROCEDURES))
        return false;
    if (done) {
        done_request(m, r, test);
        return true;
    }
    bool never = r->do_not_perform == AC_REC_TRUE;
    if (!ac_chart_fact(m, r->code, test ? AC_KIND_LAB : AC_KIND_PROCEDURE, never ? AC_ABSENT : AC_PLANNED))
        return true;
    (void)ac_chart_cue(m, never ? AC_SAY_NOT_DONE : AC_SAY_PLANNED);
    ac_chart_dated(m, ", ", r->occurrence_period ? r->occurrence_period->start : r->occurrence_date.n ? r->occurrence_date : r->date, AC_ATTR_DATE);
    reasons(m, r->reason_code.at, r->reason_code.n);
    reason_references(m, r->reason_reference.at, r->reason_reference.n);
    return true;
}

/* Each activity of a plan that is on is something planned. */
static bool care_plan(ac_chart_maker *m, const ac_rec_care_plan *p, ac_chart_section s)
{
    bool on = ac_chart_one_of(p->status, "active draft");
    if (s != AC_CHART_PLAN || !on)
        return s == AC_CHART_PLAN;
    for (size_t i = 0; i < p->activity.n; i++) {
        const ac_rec_activity_detail *d = p->activity.at[i].detail;
        if (!d || !ac_chart_one_of(d->status, "not-started scheduled in-progress unknown") || d->do_not_perform == AC_REC_TRUE)
            continue;
        if (i)
            ac_chart_end(m);
        if (i)
            ac_chart_begin(m, m->entry);
        if (ac_chart_fact(m, d->code, AC_KIND_PROCEDURE, AC_PLANNED))
            (void)ac_chart_cue(m, AC_SAY_PLANNED);
        else
            (void)ac_chart_words_of(m, d->description);
    }
    return true;
}

static bool goal(ac_chart_maker *m, const ac_rec_goal *g, ac_chart_section s)
{
    if (s == AC_CHART_PLAN && ac_chart_one_of(g->status, "proposed planned accepted active"))
        (void)ac_chart_words_of(m, ac_chart_name(g->description));
    return s == AC_CHART_PLAN;
}

static bool imaging_study(ac_chart_maker *m, const ac_rec_imaging_study *i, ac_chart_section s)
{
    if (s != AC_CHART_IMAGING)
        return false;
    if (!i->code.n || !ac_chart_fact(m, &i->code.at[0], AC_KIND_PROCEDURE, AC_PRESENT)) {
        const ac_rec_coding *what = i->modality.n ? i->modality.at : i->series.n ? i->series.at[0].modality : NULL;
        (void)ac_chart_words_of(m, what && what->display.n ? what->display : what ? what->code : AC_SV(""));
        const ac_rec_coding *where = i->series.n ? i->series.at[0].body_site : NULL;
        (void)ac_chart_part(m, AC_SAY_SITE, where ? where->display : AC_SV(""));
        ac_chart_dated(m, ", ", i->started, AC_ATTR_COUNT);
    } else {
        ac_chart_dated(m, ", ", i->started, AC_ATTR_DATE);
    }
    ac_chart_passage_of(m, ac_chart_title(m, AC_CHART_IMAGING), i->description);
    return true;
}

/* ---- family, visits, devices ---- */

static ac_sv relative_norm(const ac_rec_concept *c)
{
    static const struct {
        const char *code, *norm;
    } rows[] = { { "MTH NMTH 72705000", "mother" }, { "FTH NFTH 66839005", "father" }, { "SIS NSIS 27733009", "sister" },
                 { "BRO NBRO 70924004", "brother" }, { "SIB NSIB", "sibling" }, { "SON SONC", "son" }, { "DAU DAUC", "daughter" },
                 { "CHILD", "child" }, { "GRMTH", "grandmother" }, { "GRFTH", "grandfather" }, { "MGRMTH", "maternal grandmother" },
                 { "MGRFTH", "maternal grandfather" }, { "PGRMTH", "paternal grandmother" }, { "PGRFTH", "paternal grandfather" },
                 { "AUNT", "aunt" }, { "UNCLE", "uncle" }, { "COUSN", "cousin" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_chart_any(c, rows[i].code))
            return ac_sv_z(rows[i].norm);
    return AC_SV("");
}

static bool family(ac_chart_maker *m, const ac_rec_family_member_history *f, ac_chart_section s)
{
    if (s != AC_CHART_FAMILY)
        return false;
    ac_span who = ac_chart_words_of(m, ac_chart_name(f->relationship));
    for (size_t i = 0; i < f->condition.n; i++) {
        ac_sb_add(&m->text, i ? AC_SV(", ") : AC_SV(": "));
        if (!ac_chart_fact(m, f->condition.at[i].code, AC_KIND_PROBLEM, AC_FAMILY))
            continue;
        ac_chart_running(m)->cue = who;
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_RELATIVE, .span = who, .norm = relative_norm(f->relationship) });
        ac_chart_notes(m, f->condition.at[i].note.at, f->condition.at[i].note.n, ac_chart_title(m, AC_CHART_FAMILY));
    }
    return true;
}

static bool encounter(ac_chart_maker *m, const ac_rec_encounter *e, ac_chart_section s)
{
    if (s != AC_CHART_VISITS)
        return false;
    for (size_t i = 0; i < e->type.n && i < 1; i++)
        (void)ac_chart_words_of(m, ac_chart_name(&e->type.at[i]));
    if (!e->type.n && e->class)
        (void)ac_chart_words_of(m, e->class->display.n ? e->class->display : e->class->code);
    for (size_t i = 0; i < e->reason_code.n; i++)
        (void)ac_chart_part(m, AC_SAY_REASON, ac_chart_name(&e->reason_code.at[i]));
    if (e->period) {
        ac_chart_dated(m, ", ", e->period->start, AC_ATTR_COUNT);
        if (!ac_sv_eq(ac_sv_sub(e->period->end, 0, 10), ac_sv_sub(e->period->start, 0, 10)))
            ac_chart_dated(m, " - ", e->period->end, AC_ATTR_COUNT);
    }
    return true;
}

static bool device(ac_chart_maker *m, const ac_rec_device *d, ac_chart_section s)
{
    if (s != AC_CHART_PROCEDURES || !d->patient)
        return s == AC_CHART_PROCEDURES;
    (void)ac_chart_fact(m, d->type, AC_KIND_DEVICE, AC_PRESENT);
    return true;
}

bool ac_chart_write_clinical(ac_chart_maker *m, const ac_rec_entry *e, ac_chart_section s)
{
    switch (e->kind) {
    case AC_REC_condition: return condition(m, e->as.condition, s);
    case AC_REC_allergy_intolerance: return allergy(m, e->as.allergy_intolerance, s);
    case AC_REC_procedure: return procedure(m, e->as.procedure, s);
    case AC_REC_service_request: return service_request(m, e->as.service_request, s);
    case AC_REC_care_plan: return care_plan(m, e->as.care_plan, s);
    case AC_REC_goal: return goal(m, e->as.goal, s);
    case AC_REC_imaging_study: return imaging_study(m, e->as.imaging_study, s);
    case AC_REC_family_member_history: return family(m, e->as.family_member_history, s);
    case AC_REC_encounter: return encounter(m, e->as.encounter, s);
    case AC_REC_device: return device(m, e->as.device, s);
    default: return false;
    }
}
