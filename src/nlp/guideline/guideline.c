#include "nlp/guideline/guideline.h"

#include "base/search.h"
#include "nlp/entity/fact.h"
#include "nlp/guideline/guideline_profile.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/render.h"
#include "nlp/lexicon/pack.h"
#include "nlp/entity/quantity.h"

#include <string.h>

enum { CELL_SEVERITY, CELL_CONDITIONS, CELL_EN, CELL_ES, CELL_CITATION };
enum { CONDITIONS_MAX = 6 };

/* The words before the colon of a condition. */
#define WORD(w) { w, sizeof(w) - 1 }
static const struct {
    ac_sv word;
    ac_kind kind;
    bool other;   /* another fact than the ones matched before */
    bool absent;  /* nothing of the kind in the note */
    bool ever;    /* also when it is over: what happened once counts */
} askers[] = {
    { WORD("drug"), AC_KIND_MEDICATION, false, false, false },       { WORD("drug2"), AC_KIND_MEDICATION, true, false, false },
    { WORD("allergy"), AC_KIND_ALLERGY, false, false, false },       { WORD("problem"), AC_KIND_PROBLEM, false, false, false },
    { WORD("history"), AC_KIND_PROBLEM, false, false, true },        { WORD("no-problem"), AC_KIND_PROBLEM, false, true, true },
    { WORD("symptom"), AC_KIND_SYMPTOM, false, false, false },       { WORD("social"), AC_KIND_SOCIAL, false, false, false },
    { WORD("lab"), AC_KIND_LAB, false, false, false },               { WORD("vital"), AC_KIND_VITAL, false, false, false },
    { WORD("no-lab"), AC_KIND_LAB, false, true, false },             { WORD("no-drug"), AC_KIND_MEDICATION, false, true, false },
    { WORD("no-procedure"), AC_KIND_PROCEDURE, false, true, false }, { WORD("no-vital"), AC_KIND_VITAL, false, true, false },
};
#undef WORD

typedef enum { OP_NONE, OP_LT, OP_LE, OP_GT, OP_GE } op;

/* "lab:creatinine,egfr<30" taken apart. second: the lower number of a pair ("vital:blood-pressure/dia>=120"). */
typedef struct {
    size_t asker;     /* index into askers, or SIZE_MAX for age and sex */
    bool age, no_age, sex, second; /* no_age: met unless the note tells such an age */
    ac_sv names;
    op op;
    double limit;
} condition;

typedef struct {
    const ac_profile *profile;
    const ac_note *note;
    uint32_t matched[CONDITIONS_MAX]; /* facts; AC_NONE for conditions that match none (age, absence) */
    size_t n;
} match;

static bool split_operator(ac_sv *text, op *out, double *limit)
{
    static const struct {
        ac_sv text;
        op op;
    } ops[] = { { { "<=", 2 }, OP_LE }, { { ">=", 2 }, OP_GE }, { { "<", 1 }, OP_LT }, { { ">", 1 }, OP_GT } };
    size_t at = 0;
    while (at < text->n && text->p[at] != '<' && text->p[at] != '>')
        at++;
    *out = OP_NONE;
    if (at == text->n)
        return true;
    ac_sv rest = ac_sv_sub(*text, at, text->n);
    for (size_t i = 0; i < sizeof ops / sizeof ops[0] && *out == OP_NONE; i++)
        if (ac_sv_starts(rest, ops[i].text)) {
            *out = ops[i].op;
            rest = ac_sv_sub(rest, ops[i].text.n, rest.n);
        }
    text->n = at;
    return ac_sv_to_double(rest, limit);
}

static bool parse(ac_sv text, condition *out)
{
    condition c = { .asker = SIZE_MAX };
    if (!split_operator(&text, &c.op, &c.limit))
        return false;
    if (ac_sv_ends(text, AC_SV("/dia"))) {
        c.second = true;
        text.n -= 4;
    }
    c.names = text;
    c.no_age = ac_sv_eq(text, AC_SV("no-age")) && c.op != OP_NONE;
    c.age = c.no_age || (ac_sv_eq(text, AC_SV("age")) && c.op != OP_NONE);
    c.sex = ac_sv_eq(text, AC_SV("sex=f")) || ac_sv_eq(text, AC_SV("sex=m"));
    if (!c.age && !c.sex) {
        ac_sv word;
        (void)ac_sv_split(&c.names, ':', &word);
        for (size_t i = 0; i < sizeof askers / sizeof askers[0]; i++)
            if (ac_sv_eq(word, askers[i].word))
                c.asker = i;
        if (c.asker == SIZE_MAX || !c.names.p || c.names.n == 0)
            return false;
    }
    *out = c;
    return true;
}

static bool compare(op o, double v, double limit)
{
    return o == OP_LT ? v < limit : o == OP_LE ? v <= limit : o == OP_GT ? v > limit : v >= limit;
}

/* A value counts only when it is exact enough for the question: "<30" answers "< 30", "about 30" answers nothing. */
static bool comparable(const ac_quantity *q, op o)
{
    bool upper = q->cmp == AC_CMP_LT || q->cmp == AC_CMP_LE, lower = q->cmp == AC_CMP_GT || q->cmp == AC_CMP_GE;
    if (q->cmp == AC_CMP_ABOUT || !q->has)
        return false;
    if (o == OP_LT || o == OP_LE)
        return !lower;
    return !upper;
}

static bool value_meets(const match *m, uint32_t fact, const condition *c)
{
    const ac_entity *e = ac_fact_best(m->note, &m->note->facts.at[fact]);
    const ac_quantity *q = &e->value;
    double v;
    if (c->op == OP_NONE)
        return true;
    if (!comparable(q, c->op) || (c->second && !q->pair))
        return false;
    bool upper = (c->op == OP_LT || c->op == OP_LE) && !q->pair; /* of a range; the second of a pair is another number */
    double raw = c->second ? q->low2 : upper ? q->high : q->low;
    ac_reference ref = ac_concept_reference(e->concept, (ac_sex)m->note->patient.sex);
    if (q->unit.n == 0)
        v = raw; /* the measures step has made sure that a bare number can only be the usual unit */
    else if (!ac_quantity_to_reference(raw, q->unit, &ref, &v))
        return false;
    return compare(c->op, v, c->limit);
}

static bool used(const match *m, uint32_t fact)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->matched[i] != AC_NONE && m->note->facts.at[m->matched[i]].concept == m->note->facts.at[fact].concept)
            return true;
    return false;
}

static bool find_name(const match *m, const condition *c, ac_sv name, uint32_t *out)
{
    size_t i, end = ac_profile_find(m->profile, askers[c->asker].kind, askers[c->asker].ever, name, &i);
    for (; i < end; i++) {
        uint32_t fact = m->profile->at[i].fact;
        if ((!askers[c->asker].other || !used(m, fact)) && value_meets(m, fact, c)) {
            *out = fact;
            return true;
        }
    }
    return false;
}

/* The members of a set ("@heart-failure"), or the name itself. */
static ac_sv members_of(ac_sv name)
{
    if (name.n == 0 || name.p[0] != '@')
        return name;
    const ac_term *set = ac_terms_find(ac_terms_guidelines(), ac_sv_sub(name, 1, name.n), AC_LANG_EN);
    return set ? ac_terms_cell(ac_terms_guidelines(), set->row, CELL_SEVERITY) : AC_SV("");
}

static bool find_any(const match *m, const condition *c, uint32_t *out)
{
    ac_sv names = c->names;
    for (ac_sv name; ac_sv_split(&names, ',', &name);) {
        ac_sv members = members_of(name);
        for (ac_sv one; ac_sv_split(&members, ',', &one);)
            if (one.n && find_name(m, c, one, out))
                return true;
    }
    return false;
}

static bool holds(match *m, const condition *c)
{
    uint32_t fact = AC_NONE;
    const ac_patient *p = &m->note->patient;
    bool met;
    if (c->age)
        met = (ac_span_len(p->age_span) && compare(c->op, p->age, c->limit)) != c->no_age;
    else if (c->sex)
        met = p->sex == (ac_sv_eq(c->names, AC_SV("sex=f")) ? AC_SEX_FEMALE : AC_SEX_MALE);
    else
        met = find_any(m, c, &fact) != askers[c->asker].absent;
    if (met)
        m->matched[m->n++] = fact;
    return met;
}

static bool meets(match *m, ac_sv conditions)
{
    condition c;
    for (ac_sv one; ac_sv_split(&conditions, ' ', &one);)
        if (m->n == CONDITIONS_MAX || !parse(one, &c) || !holds(m, &c))
            return false;
    return true;
}

/* "{1}" is the first matched fact as the note writes it, "{1=}" its value as the note writes it. */
static bool write_text(const match *m, ac_sv pattern, ac_sb *out)
{
    for (size_t i = 0; i < pattern.n; i++) {
        if (pattern.p[i] != '{' || i + 2 >= pattern.n) {
            ac_sb_add_char(out, pattern.p[i]);
            continue;
        }
        size_t which = (size_t)(pattern.p[i + 1] - '1');
        bool value = pattern.p[i + 2] == '=';
        if (which >= m->n || m->matched[which] == AC_NONE)
            return false;
        const ac_entity *e = ac_fact_best(m->note, &m->note->facts.at[m->matched[which]]);
        const ac_attr *a = value ? ac_entity_attr(e, AC_ATTR_VALUE) : NULL;
        if (value && !a)
            return false;
        ac_sv noun = a ? AC_SV("") : ac_entity_noun(m->note, e);
        ac_sb_add(out, noun.n ? noun : ac_span_text(m->note->text, a ? a->span : e->span));
        i += value ? 3 : 2;
    }
    return true;
}

static bool add_evidence(const match *m, ac_spans *out, ac_span span)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i].begin == span.begin && out->at[i].end == span.end)
            return true;
    ac_span *slot = ac_vec_push(out, m->note->arena);
    if (!slot)
        return false;
    while (slot > out->at && slot[-1].begin > span.begin) {
        *slot = slot[-1];
        slot--;
    }
    *slot = span;
    return true;
}

static bool gather_evidence(const match *m, ac_spans *out)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->matched[i] == AC_NONE)
            continue;
        const ac_entity *e = ac_fact_best(m->note, &m->note->facts.at[m->matched[i]]);
        const ac_attr *value = ac_entity_attr(e, AC_ATTR_VALUE);
        if (!add_evidence(m, out, e->span) || (value && !add_evidence(m, out, value->span)))
            return false;
    }
    return true;
}

static ac_severity severity_of(ac_sv word)
{
    return ac_sv_eq(word, AC_SV("critical"))  ? AC_SEVERITY_CRITICAL
           : ac_sv_eq(word, AC_SV("warning")) ? AC_SEVERITY_WARNING
                                              : AC_SEVERITY_INFO;
}

static ac_rc report(const match *m, const ac_guideline_rule *rule, ac_findings *out, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(4096);
    ac_finding f = { .rule = rule->id, .citation = rule->citation, .severity = (uint8_t)severity_of(rule->severity) };
    f.item.fact = m->matched[0];
    if (!write_text(m, rule->text[m->note->lang], &text) || !gather_evidence(m, &f.item.evidence) ||
        f.item.evidence.n == 0)
        return AC_OK; /* a rule that cannot show its evidence says nothing */
    AC_TRY(err, ac_sb_done(&text, err));
    f.item.text = ac_arena_copy(m->note->arena, ac_sb_view(&text));
    ac_finding *slot = f.item.text.p ? ac_vec_push(out, m->note->arena) : NULL;
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for findings");
    *slot = f;
    return AC_OK;
}

size_t ac_guideline_rules(void) { return ac_terms_rows(ac_terms_guidelines()); }

ac_guideline_rule ac_guideline_rule_at(size_t i)
{
    const ac_terms *t = ac_terms_guidelines();
    uint32_t row = (uint32_t)i;
    bool set = !ac_terms_cell(t, row, CELL_CITATION).n; /* a set has one cell: its members */
    if (set)
        return (ac_guideline_rule) { .id = ac_terms_written(t, row) };
    return (ac_guideline_rule) { .id = ac_terms_written(t, row),
                                 .severity = ac_terms_cell(t, row, CELL_SEVERITY),
                                 .conditions = ac_terms_cell(t, row, CELL_CONDITIONS),
                                 .text = { ac_terms_cell(t, row, CELL_EN), ac_terms_cell(t, row, CELL_ES) },
                                 .citation = ac_terms_cell(t, row, CELL_CITATION) };
}

static void mark_rules(const ac_terms *t, uint64_t name, bool *marked)
{
    const ac_pack_trigger *triggers = ac_pack_at(t, t->triggers);
    for (size_t i = AC_COUNT_BEFORE(k, t->triggers.n, triggers[k].name < name); i < t->triggers.n && triggers[i].name == name; i++)
        marked[triggers[i].row] = true;
}

/* The rules that the note has a fact for: a few of hundreds. */
static const bool *worth_reading(const ac_profile *p)
{
    const ac_terms *t = ac_terms_guidelines();
    bool *marked = ac_arena_alloc(p->note->arena, ac_terms_rows(t) * sizeof *marked);
    if (!marked)
        return NULL;
    mark_rules(t, 0, marked);
    for (size_t i = 0; i < p->n; i++)
        if (i == 0 || p->at[i].name != p->at[i - 1].name)
            mark_rules(t, p->at[i].name, marked);
    return marked;
}

ac_rc ac_guidelines_check(const ac_note *note, ac_findings *out, ac_err *err)
{
    ac_profile profile;
    AC_TRY(err, ac_profile_make(note, &profile, err));
    const bool *worth = worth_reading(&profile);
    if (!worth)
        return ac_fail(err, AC_ELIMIT, "no room for findings");
    for (size_t i = 0; profile.n && i < ac_guideline_rules(); i++) {
        match m = { .profile = &profile, .note = note };
        if (!worth[i] || !meets(&m, ac_terms_cell(ac_terms_guidelines(), (uint32_t)i, CELL_CONDITIONS)))
            continue;
        ac_guideline_rule rule = ac_guideline_rule_at(i);
        AC_TRY(err, report(&m, &rule, out, err));
    }
    return AC_OK;
}

static bool known_class(ac_sv name)
{
    for (uint32_t i = 0; i < ac_lexicon_size(); i++)
        if (ac_concept_in_class(i, name))
            return true;
    return false;
}

static bool known_name(ac_sv name, ac_kind kind)
{
    if (ac_sv_starts(name, AC_SV("class=")))
        return known_class(ac_sv_sub(name, 6, name.n));
    uint32_t concept = ac_concept_find(name);
    return concept != AC_NONE && (ac_concept_kind(concept) == kind || kind == AC_KIND_ALLERGY);
}

bool ac_guideline_rule_valid(size_t i, ac_sv *where)
{
    ac_guideline_rule rule = ac_guideline_rule_at(i);
    condition c;
    for (ac_sv one; rule.conditions.n && ac_sv_split(&rule.conditions, ' ', &one);) {
        *where = one;
        if (!parse(one, &c))
            return false;
        for (ac_sv name; c.asker != SIZE_MAX && ac_sv_split(&c.names, ',', &name);) {
            ac_sv members = members_of(name);
            *where = name;
            if (members.n == 0)
                return false;
            for (ac_sv m; ac_sv_split(&members, ',', &m); *where = m)
                if (!known_name(m, askers[c.asker].kind))
                    return false;
        }
    }
    return true;
}
