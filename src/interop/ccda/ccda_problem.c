#include "interop/ccda/ccda_make.h"

#define CLINICAL AC_CCDA_HL7 "condition-clinical"
#define VERIFIED AC_CCDA_HL7 "condition-ver-status"

/* Problem Status Observation, value set 2.16.840.1.113883.3.88.12.80.68 (SNOMED CT) -> FHIR condition-clinical */
static const ac_ccda_pair problem_status[] = { { "55561003", "active" },     { "73425007", "inactive" },  { "413322009", "resolved" },
                                               { "246455001", "recurrence" }, { "263855007", "relapse" }, { "277022003", "remission" },
                                               { NULL, NULL } };

typedef struct {
    ac_rec_condition *c;
    ac_sv status;         /* that an observation says; empty when none does */
} problem;

static void take_age(ac_ccda_maker *m, ac_rec_condition *c, const ac_tree_node *within)
{
    ac_rec_quantity *age = ac_ccda_quantity(m, ac_tree_child(within, AC_SV("value")));
    if (!age || c->onset_age)
        return;
    if (c->onset_date.n) /* FHIR has one onset; the date says more */
        AC_CCDA_AS_WRITTEN(m, c, "Age at onset", ac_ccda_join(m, age->value, AC_SV(" "), age->unit));
    else
        c->onset_age = age;
}

static bool take_problem(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    problem *p = self;
    const ac_tree_node *value = ac_tree_child(within, AC_SV("value"));
    ac_sv comment = ac_ccda_comment(m, within);
    if (ac_ccda_has_template(within, "22.4.6") || ac_ccda_attr_is(ac_tree_child(within, AC_SV("code")), "code", "33999-4"))
        p->status = ac_ccda_translate(problem_status, ac_ccda_attr(value, "code"));
    else if (ac_ccda_has_template(within, "22.4.8"))
        ac_ccda_push_concept(m, &p->c->severity, value);
    else if (ac_ccda_has_template(within, "22.4.31") && value)
        take_age(m, p->c, within);
    else if (comment.n)
        AC_CCDA_PUSH(m, &p->c->note)->text = comment;
    else
        return false;
    return true;
}

/* What kind of thing the observation calls it: problem, symptom, diagnosis, in codes of SNOMED CT or LOINC. */
static void push_kind(ac_ccda_maker *m, ac_rec_condition *c, const ac_tree_node *code)
{
    const ac_rec_concept *kind = ac_ccda_concept(m, code);
    if (!kind || !kind->coding.n || ac_ccda_attr_is(code, "code", "ASSERTION")) /* of HL7; it calls it nothing */
        return;
    ac_sv system = kind->coding.at[0].system;
    if (ac_sv_eq(system, AC_SV(AC_CCDA_SNOMED)) || ac_sv_eq(system, AC_SV(AC_CCDA_LOINC)))
        *AC_CCDA_PUSH(m, &c->category) = *kind;
    else
        AC_CCDA_AS_WRITTEN(m, c, "Problem type", kind->coding.at[0].code);
}

/* The status as an observation says it, else as the times and the concern around it do. FHIR lets nothing be active that has
 * ended (con-4): then the end, which C-CDA defines to mean "resolved", counts, and the contradiction is told. */
static ac_sv clinical_status(ac_ccda_maker *m, const problem *p, const ac_tree_node *s, const ac_tree_node *concern)
{
    static const ac_ccda_pair of_concern[] = { { "active", "active" },     { "completed", "inactive" }, { "aborted", "inactive" },
                                               { "suspended", "inactive" }, { "cancelled", "inactive" }, { NULL, NULL } };
    const ac_tree_node *high = ac_tree_at(s, "effectiveTime/high");
    bool ended = p->c->abatement_date.n || ac_ccda_attr_is(high, "nullFlavor", "UNK");
    bool says_over = ac_sv_eq(p->status, AC_SV("resolved")) || ac_sv_eq(p->status, AC_SV("inactive")) || ac_sv_eq(p->status, AC_SV("remission"));
    if (p->status.n && (says_over || !p->c->abatement_date.n))
        return p->status;
    if (p->status.n)
        AC_CCDA_AS_WRITTEN(m, p->c, "Problem status", p->status);
    return ended ? AC_SV("resolved") : ac_ccda_translate(of_concern, ac_ccda_status(concern));
}

/* An indication may be a problem that was told before. The id alone does not show it: writers use one again for other things. */
static ac_sv told_before(ac_ccda_maker *m, const ac_tree_node *s)
{
    ac_sv known = ac_ccda_remembered(m, s), code = ac_ccda_attr(ac_tree_child(s, AC_SV("value")), "code");
    const ac_rec_condition *before = ac_ccda_kind(m, known) == AC_REC_condition ? ac_ccda_get(&m->parties, known) : NULL;
    if (!before || !before->code || !before->code->coding.n || !ac_sv_eq(before->code->coding.at[0].code, code))
        return AC_SV("");
    ac_sv low = ac_ccda_time_of(m, ac_tree_child(s, AC_SV("effectiveTime")));
    return !low.n || ac_sv_eq(low, before->onset_date) ? known : AC_SV("");
}

ac_sv ac_ccda_problem(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_sv url, time, known = ac_ccda_has_template(s, "22.4.19") ? told_before(m, s) : AC_SV("");
    if (known.n)
        return known;
    ac_rec_condition *c = ac_ccda_add(m, AC_REC_condition, at->path, &url);
    ac_ccda_put(m, &m->parties, url, c);
    problem p = { .c = c };
    AC_CCDA_IDENTIFIERS(m, &c->identifier, s);
    if (at->category.n)
        *AC_CCDA_PUSH(m, &c->category) = *ac_ccda_code(m, ac_sv_eq(at->category, AC_SV("health-concern")) ?
                                                          "http://hl7.org/fhir/us/core/CodeSystem/condition-category" :
                                                          AC_CCDA_HL7 "condition-category", at->category);
    push_kind(m, c, ac_tree_child(s, AC_SV("code")));
    c->code = ac_ccda_concept(m, ac_tree_child(s, AC_SV("value")));
    ac_sv words = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    if (!c->code)
        c->code = ac_ccda_words_concept(m, words);
    else if (!c->code->text.n)
        c->code->text = words;
    c->subject = ac_ccda_ref(m, m->patient);
    const ac_tree_node *when = ac_tree_child(s, AC_SV("effectiveTime"));
    c->onset_date = ac_ccda_time(m, ac_ccda_attr(ac_ccda_attr(when, "value").n ? when : ac_tree_child(when, AC_SV("low")), "value"));
    c->abatement_date = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(when, AC_SV("high")), "value"));
    AC_CCDA_EACH(site, s, "targetSiteCode")
        AC_CCDA_PUSH_CONCEPT(m, &c->body_site, site);
    c->recorder = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    if (!c->recorder && !time.n)
        c->recorder = ac_ccda_ref(m, ac_ccda_author(m, at->concern, &time));
    c->recorded_date = time;
    ac_ccda_nested(m, s, at, take_problem, &p, NULL);
    c->clinical_status = ac_ccda_code(m, CLINICAL, clinical_status(m, &p, s, at->concern));
    if (ac_ccda_negated(s)) { /* what is not there is neither active nor over */
        c->verification_status = ac_ccda_code(m, VERIFIED, AC_SV("refuted"));
        c->clinical_status = c->abatement_date.n ? c->clinical_status : NULL;
    }
    return url;
}

/* ---- allergies ---- */

/* Allergy and intolerance type, value set 2.16.840.1.113883.3.88.12.3221.6.2: type, category and, when negated, the code that
 * says so (SNOMED CT situations, C-CDA on FHIR "no known allergies") */
static const struct {
    const char *code, *type, *category, *none;
} allergy_types[] = { { "420134006", "", "", "716186003" },                    { "418038007", "", "", "716186003" },
                      { "419199007", "allergy", "", "716186003" },             { "419511003", "", "medication", "409137002" },
                      { "416098002", "allergy", "medication", "409137002" },   { "59037007", "intolerance", "medication", "409137002" },
                      { "418471000", "", "food", "429625007" },                { "414285001", "allergy", "food", "429625007" },
                      { "235719002", "intolerance", "food", "429625007" },     { "232347008", "allergy", "environment", "428607008" },
                      { "426232007", "allergy", "environment", "428607008" } };

typedef struct {
    ac_rec_allergy_intolerance *a;
    ac_rec_reaction *reaction;
    ac_sv status;
} allergy;

static bool is_severity(const ac_tree_node *n)
{
    return ac_ccda_has_template(n, "22.4.8") || ac_ccda_attr_is(ac_tree_child(n, AC_SV("code")), "code", "SEV");
}

static ac_sv severity(const ac_tree_node *value)
{
    static const ac_ccda_pair grades[] = { { "255604002", "mild" },       { "371923003", "moderate" }, { "6736007", "moderate" },
                                           { "371924009", "severe" }, { "24484000", "severe" }, { "399166001", "severe" },
                                           { NULL, NULL } };
    return ac_ccda_translate(grades, ac_ccda_attr(value, "code"));
}

/* FHIR has three grades; what lies between them is told in words. */
static bool exact(const ac_rec_concept *grade)
{
    return ac_ccda_has_code(grade, "255604002") || ac_ccda_has_code(grade, "6736007") || ac_ccda_has_code(grade, "24484000");
}

static bool take_reaction(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    ac_rec_reaction *r = self;
    ac_sv comment = ac_ccda_comment(m, within);
    const ac_tree_node *value = ac_tree_child(within, AC_SV("value"));
    if (is_severity(within)) {
        const ac_rec_concept *written = ac_ccda_concept(m, value);
        r->severity = severity(value);
        if (written && written->coding.n && !exact(written))
            AC_CCDA_AS_WRITTEN(m, r, "Severity", ac_ccda_join(m, written->coding.at[0].display, AC_SV(" "), written->coding.at[0].code));
    } else if (comment.n) {
        AC_CCDA_PUSH(m, &r->note)->text = comment;
    } else {
        return false;
    }
    return true;
}

static void add_reaction(ac_ccda_maker *m, allergy *a, const ac_tree_node *s)
{
    ac_rec_reaction r = { 0 };
    ac_ccda_place at = { .path = m->path };
    ac_sv words = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    AC_CCDA_PUSH_CONCEPT(m, &r.manifestation, ac_tree_child(s, AC_SV("value")));
    if (!r.manifestation.n && words.n)
        AC_CCDA_PUSH(m, &r.manifestation)->text = words;
    else if (r.manifestation.n && !r.manifestation.at[0].text.n)
        r.manifestation.at[0].text = words;
    ac_rec_period *lasted = ac_ccda_period(m, ac_tree_child(s, AC_SV("effectiveTime")));
    r.onset = lasted ? lasted->start : ac_ccda_time_of(m, ac_tree_child(s, AC_SV("effectiveTime")));
    if (lasted && lasted->end.n) /* FHIR has no member for it */
        AC_CCDA_AS_WRITTEN(m, &r, "Until", lasted->end);
    ac_ccda_nested(m, s, &at, take_reaction, &r, NULL);
    if (!r.manifestation.n || ac_ccda_negated(s)) { /* a manifestation is what FHIR demands of a reaction */
        ac_ccda_skip(m, AC_SV("observation"), AC_SV("reaction"));
        m->out.record.coverage.resources_refused++;
        m->lost++;
        return;
    }
    *AC_CCDA_PUSH(m, &a->a->reaction) = r;
}

static bool take_allergy(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    static const ac_ccda_pair criticality[] = { { "CRITL", "low" }, { "CRITH", "high" }, { "CRITU", "unable-to-assess" }, { NULL, NULL } };
    static const ac_ccda_pair status[] = { { "55561003", "active" }, { "73425007", "inactive" }, { "413322009", "resolved" }, { NULL, NULL } };
    allergy *a = self;
    const ac_tree_node *value = ac_tree_child(within, AC_SV("value")), *code = ac_tree_child(within, AC_SV("code"));
    ac_sv comment = ac_ccda_comment(m, within);
    if (ac_ccda_has_template(within, "22.4.9") || ac_ccda_attr_is(within->parent, "typeCode", "MFST"))
        add_reaction(m, a, within);
    else if (is_severity(within))
        *AC_CCDA_PUSH(m, &a->a->extension) = (ac_rec_extension) { .url = AC_SV(AC_FHIR_ALLERGY_SEVERITY), .value_concept = ac_ccda_concept(m, value) };
    else if (ac_ccda_has_template(within, "22.4.145") || ac_ccda_attr_is(code, "code", "82606-5"))
        a->a->criticality = ac_ccda_translate(criticality, ac_ccda_attr(value, "code"));
    else if (ac_ccda_has_template(within, "22.4.28") || ac_ccda_attr_is(code, "code", "33999-4"))
        a->status = ac_ccda_translate(status, ac_ccda_attr(value, "code"));
    else if (comment.n)
        AC_CCDA_PUSH(m, &a->a->note)->text = comment;
    else
        return false;
    return true;
}

/* Type and category; the code that says "no such allergy is known". */
static const char *allergy_type(ac_ccda_maker *m, ac_rec_allergy_intolerance *a, const ac_tree_node *value)
{
    ac_rec_concept *kind = ac_ccda_concept(m, value);
    const char *none = "716186003";
    for (size_t i = 0; i < sizeof allergy_types / sizeof allergy_types[0]; i++)
        if (ac_ccda_has_code(kind, allergy_types[i].code)) {
            a->type = ac_sv_z(allergy_types[i].type);
            ac_ccda_push_text(m, &a->category, ac_sv_z(allergy_types[i].category));
            none = allergy_types[i].none;
            break;
        }
    if (kind)
        *AC_CCDA_PUSH(m, &a->extension) = (ac_rec_extension) { .url = AC_SV(AC_FHIR_ALLERGY_TYPE), .value_concept = kind };
    return none;
}

static void allergy_code(ac_ccda_maker *m, ac_rec_allergy_intolerance *a, const ac_tree_node *s)
{
    const char *none = allergy_type(m, a, ac_tree_child(s, AC_SV("value")));
    AC_CCDA_EACH(p, s, "participant")
    {
        const ac_tree_node *entity = ac_tree_at(p, "participantRole/playingEntity");
        ac_ccda_push_concept(m, &a->code, ac_tree_child(entity, AC_SV("code")));
        ac_sv name = ac_ccda_words(m, ac_tree_child(entity, AC_SV("name")));
        if (!a->code)
            a->code = ac_ccda_words_concept(m, name);
        else if (!a->code->text.n)
            a->code->text = name;
    }
    if (!ac_ccda_negated(s)) {
        if (!a->code)
            a->code = ac_ccda_words_concept(m, ac_ccda_text(m, ac_tree_child(s, AC_SV("text"))));
    } else if (a->code) {
        a->verification_status = ac_ccda_code(m, AC_CCDA_HL7 "allergyintolerance-verification", AC_SV("refuted"));
    } else { /* FHIR says "no known allergies" by a code of what is known, not by refuting it */
        a->code = ac_ccda_code(m, AC_CCDA_SNOMED, ac_sv_z(none));
        a->code->text = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    }
}

ac_sv ac_ccda_allergy(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair of_concern[] = { { "active", "active" },     { "completed", "inactive" }, { "aborted", "inactive" },
                                               { "suspended", "inactive" }, { NULL, NULL } };
    ac_sv url, time;
    ac_rec_allergy_intolerance *a = ac_ccda_add(m, AC_REC_allergy_intolerance, at->path, &url);
    allergy read = { .a = a };
    const ac_tree_node *when = ac_tree_child(s, AC_SV("effectiveTime")), *high = ac_tree_child(when, AC_SV("high"));
    AC_CCDA_IDENTIFIERS(m, &a->identifier, s);
    allergy_code(m, a, s);
    a->patient = ac_ccda_ref(m, m->patient);
    a->onset_date = ac_ccda_time(m, ac_ccda_attr(when, "value"));
    if (!a->onset_date.n && !ac_ccda_attr(high, "value").n)
        a->onset_date = ac_ccda_time(m, ac_ccda_attr(ac_tree_child(when, AC_SV("low")), "value"));
    else if (!a->onset_date.n) /* there is no end of an allergy in FHIR but this */
        a->onset_period = ac_ccda_period(m, when);
    a->recorder = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    if (!a->recorder && !time.n)
        a->recorder = ac_ccda_ref(m, ac_ccda_author(m, at->concern, &time));
    a->recorded_date = time;
    ac_ccda_nested(m, s, at, take_allergy, &read, NULL);
    ac_sv status = read.status;
    if (!status.n && (ac_ccda_attr(high, "value").n || ac_ccda_attr_is(high, "nullFlavor", "UNK")))
        status = AC_SV("resolved");
    if (!status.n)
        status = ac_ccda_translate(of_concern, ac_ccda_status(at->concern));
    if (!status.n) /* FHIR demands one (ait-1); without an end it holds */
        status = AC_SV("active");
    a->clinical_status = ac_ccda_code(m, AC_CCDA_HL7 "allergyintolerance-clinical", status);
    return url;
}
