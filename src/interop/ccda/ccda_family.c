#include "interop/ccda/ccda_make.h"

typedef struct {
    ac_rec_family_member_history *f;
    ac_rec_relative_condition *c;
} relative;

static bool take_about(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    relative *r = self;
    ac_sv words = ac_ccda_comment(m, within);
    if (ac_ccda_has_template(within, "22.4.31")) { /* age */
        r->c->onset_age = ac_ccda_quantity(m, ac_tree_child(within, AC_SV("value")));
    } else if (ac_ccda_has_template(within, "22.4.47")) { /* death observation: the condition led to it */
        if (ac_ccda_attr_is(within->parent, "typeCode", "CAUS"))
            r->c->contributed_to_death = AC_REC_TRUE;
        if (!r->f->deceased_age)
            r->f->deceased = AC_REC_TRUE;
    } else if (words.n) {
        AC_CCDA_PUSH(m, &r->c->note)->text = words;
    } else {
        return false;
    }
    return true;
}

/* FHIR has one onset: of an age and a date, the age is what a family history is asked for; the date stands beside it. */
static void onset(ac_ccda_maker *m, ac_rec_relative_condition *c, const ac_tree_node *s)
{
    ac_sv date;
    ac_rec_period *period;
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &date, &period);
    if (!date.n && period)
        date = period->start;
    if (!c->onset_age && period) {
        c->onset_period = period;
    } else if (!c->onset_age) {
        c->onset_string = date;
    } else if (date.n) {
        AC_CCDA_AS_WRITTEN(m, c, "Onset", date);
    }
}

static void add_condition(ac_ccda_maker *m, ac_rec_family_member_history *f, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_rec_relative_condition c = { .code = ac_ccda_concept(m, ac_tree_child(s, AC_SV("value"))) };
    relative r = { f, &c };
    if (!c.code)
        c.code = ac_ccda_words_concept(m, ac_ccda_text(m, ac_tree_child(s, AC_SV("text"))));
    if (!c.code || ac_ccda_negated(s)) { /* "no diabetes in the family" has no place in R4 */
        ac_ccda_skip(m, s->name, ac_ccda_negated(s) ? AC_SV("negationInd") : AC_SV("no value"));
        m->out.record.coverage.resources_refused++;
        m->lost++;
        return;
    }
    ac_ccda_nested(m, s, at, take_about, &r, NULL);
    onset(m, &c, s);
    *AC_CCDA_PUSH(m, &f->condition) = c;
}

static void about(ac_ccda_maker *m, ac_rec_family_member_history *f, const ac_tree_node *related)
{
    const ac_tree_node *person = ac_tree_child(related, AC_SV("subject"));
    const ac_tree_node *dead = ac_tree_child(person, AC_SV("deceasedInd"));
    f->relationship = ac_ccda_concept(m, ac_tree_child(related, AC_SV("code")));
    if (!f->relationship)
        f->relationship = ac_ccda_unknown(m, ac_tree_child(related, AC_SV("code")));
    ac_sv gender = ac_ccda_gender(ac_tree_child(person, AC_SV("administrativeGenderCode")));
    f->sex = ac_ccda_code(m, "http://hl7.org/fhir/administrative-gender", gender);
    f->born_date = ac_ccda_day(ac_ccda_time_of(m, ac_tree_child(person, AC_SV("birthTime"))));
    AC_CCDA_IDENTIFIERS(m, &f->identifier, person);
    AC_CCDA_EACH(name, person, "name")
        if (!f->name.n)
            f->name = ac_ccda_words(m, name);
    if (ac_ccda_attr_is(dead, "value", "true"))
        f->deceased = AC_REC_TRUE;
    else if (ac_ccda_attr_is(dead, "value", "false"))
        f->deceased = AC_REC_FALSE;
}

ac_sv ac_ccda_family(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "completed", "completed" }, { "active", "partial" }, { "nullified", "entered-in-error" }, { NULL, NULL } };
    ac_sv url;
    ac_rec_family_member_history *f = ac_ccda_add(m, AC_REC_family_member_history, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &f->identifier, s);
    f->status = ac_ccda_translate(map, ac_ccda_status(s));
    if (!f->status.n)
        f->status = AC_SV("health-unknown");
    f->patient = ac_ccda_ref(m, m->patient);
    about(m, f, ac_tree_at(s, "subject/relatedSubject"));
    AC_CCDA_EACH(c, s, "component")
    {
        const ac_tree_node *o = ac_ccda_statement_in(c);
        if (!o || ac_ccda_is_null(o))
            continue;
        m->out.record.coverage.resources++;
        add_condition(m, f, o, at);
    }
    return url;
}
