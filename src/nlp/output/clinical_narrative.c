#include "nlp/output/clinical_narrative.h"

#include "nlp/entity/fact.h"
#include "nlp/lexicon/lexicon.h"

enum { SYMPTOMS = 5, PAST = 6, CONDITIONS = 6, MEDICATIONS = 8, FINDINGS = 6, PLANS = 6, SENTENCES = 7 };

static void separate(ac_draft *d, size_t i, size_t n)
{
    if (i && i + 1 == n)
        ac_draft_say(d, AC_SAY_AND);
    else if (i)
        ac_draft_add(d, AC_SV(", "));
}

/* "Mild diaper rash": the severity or the side stands before the name. */
static bool begins_with_attribute(const ac_draft *d, const ac_entity *e, char first)
{
    const ac_attr *before[] = { ac_entity_attr(e, AC_ATTR_SEVERITY), ac_entity_attr(e, AC_ATTR_LATERALITY) };
    for (size_t i = 0; i < 2; i++)
        if (before[i] && before[i]->span.begin < e->span.begin && d->note->text.p[before[i]->span.begin] == first)
            return true;
    return false;
}

/* What was added at byte at stands inside the sentence: no capital of its own, and after "y" a word in i- makes it "e". */
static void fit_in(ac_draft *d, size_t at, const ac_entity *e)
{
    if (at >= d->text.n || d->text.rc != AC_OK || !at)
        return;
    if (d->text.p[at] == d->note->text.p[e->span.begin])
        ac_draft_uncapital(d, at, e->span.begin);
    else if (at + 1 < d->text.n && ac_is_lower(d->text.p[at + 1]) && begins_with_attribute(d, e, d->text.p[at]))
        d->text.p[at] = ac_lower(d->text.p[at]);
    ac_sv words = ac_sv_sub(ac_sb_view(&d->text), at, d->text.n);
    char first = ac_lower(words.p[0]), second = words.n > 2 ? ac_lower(words.p[1]) : '\0', third = words.n > 2 ? ac_lower(words.p[2]) : '\0';
    bool sounds_i = (first == 'i' && second != 'e') || (first == 'h' && second == 'i' && third != 'e' && third != 'a');
    if (d->note->lang == AC_LANG_ES && sounds_i && at >= 3 && ac_sv_eq(ac_sv_sub(ac_sb_view(&d->text), at - 3, at), AC_SV(" y ")))
        d->text.p[at - 2] = 'e';
}

/* An item of a list said before, with all its evidence. */
static void repeat(ac_draft *d, const ac_item *item)
{
    size_t at = d->text.n;
    ac_draft_add(d, item->text);
    if (item->fact != AC_NONE)
        fit_in(d, at, ac_fact_entity(d->note, item->fact));
    for (size_t i = 0; i < item->evidence.n; i++)
        ac_draft_cite(d, item->evidence.at[i]);
}

static void tell(ac_draft *d, const ac_entity *e)
{
    size_t at = d->text.n;
    ac_draft_entity(d, e);
    fit_in(d, at, e);
}

static ac_say person_of(const ac_patient *p, const ac_clinical_summary *s, bool years)
{
    enum { ADULT = 16 };
    bool male = p->sex == AC_SEX_MALE;
    if (!s->gender.n)
        return AC_SAY_PATIENT;
    if (!years)
        return male ? AC_SAY_MALE : AC_SAY_FEMALE;
    if (p->age < ADULT)
        return male ? AC_SAY_BOY : AC_SAY_GIRL;
    return male ? AC_SAY_MAN : AC_SAY_WOMAN;
}

/* an 8-year-old, an 18-year-old, an 85-year-old */
static bool said_with_an(unsigned age) { return age == 8 || age == 11 || age == 18 || (age >= 80 && age < 90); }

/* "45-year-old woman", "Paciente femenino de 45 años". Ages under two years are told in the note's own words. */
static void who(ac_draft *d, const ac_clinical_summary *s)
{
    const ac_patient *p = &d->note->patient;
    bool years = s->has_age && p->age >= 2 && p->age < 130, english = d->note->lang == AC_LANG_EN;
    ac_say person = person_of(p, s, years);
    if (!years && !s->gender.n)
        return;
    if (!english)
        ac_draft_say(d, person);
    else if (years)
        ac_draft_say(d, said_with_an((unsigned)p->age) ? AC_SAY_IS_AN : AC_SAY_IS_A);
    if (years) {
        if (!english)
            ac_draft_say(d, AC_SAY_AGE);
        ac_sb_add_u64(&d->text, (uint64_t)p->age);
        ac_draft_say(d, english ? AC_SAY_AGE : AC_SAY_YEARS);
        ac_draft_cite(d, p->age_span);
    }
    if (english)
        ac_draft_say(d, person);
    if (s->gender.n)
        ac_draft_cite(d, p->sex_span);
}

static ac_rc opening(ac_draft *d, ac_clinical_summary *s, ac_err *err)
{
    size_t n = s->symptoms.n < SYMPTOMS ? s->symptoms.n : SYMPTOMS;
    who(d, s);
    if (n)
        ac_draft_say(d, d->text.n ? AC_SAY_WITH : AC_SAY_HAS);
    for (size_t i = 0; i < n; i++) {
        separate(d, i, n);
        tell(d, ac_fact_entity(d->note, s->symptoms.at[i].fact));
    }
    return ac_draft_push(d, true, &s->narrative, AC_NONE, err);
}

static bool is_past(const ac_note *note, const ac_item *i)
{
    return note->facts.at[i->fact].assertion == AC_HISTORICAL;
}

static bool is_now(const ac_note *note, const ac_item *i) { return note->facts.at[i->fact].assertion == AC_PRESENT; }

static bool is_new_result(const ac_note *note, const ac_item *i)
{
    return ac_result_abnormal(ac_fact_entity(note, i->fact));
}

/* "No known allergies" is no allergen. */
static bool is_allergen(const ac_note *note, const ac_item *i)
{
    uint32_t concept = note->facts.at[i->fact].concept;
    return is_now(note, i) && concept != AC_NONE && !ac_sv_starts(ac_concept_id(concept), AC_SV("no-"));
}

typedef bool (*choose)(const ac_note *note, const ac_item *i);

/* How many of the items are chosen, at most max. */
static size_t count(const ac_note *note, const ac_items *items, choose chosen, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < items->n && n < max; i++)
        n += chosen(note, &items->at[i]);
    return n;
}

static ac_rc sentence(ac_draft *d, ac_say intro, const ac_items *items, choose chosen, size_t max, ac_items *out,
                      ac_err *err)
{
    size_t n = count(d->note, items, chosen, max), k = 0;
    if (!n)
        return AC_OK;
    ac_draft_say(d, intro);
    for (size_t i = 0; i < items->n && k < n; i++)
        if (chosen(d->note, &items->at[i])) {
            separate(d, k++, n);
            repeat(d, &items->at[i]);
        }
    return ac_draft_push(d, true, out, AC_NONE, err);
}

static ac_rc past(ac_draft *d, ac_clinical_summary *s, ac_err *err)
{
    size_t n = count(d->note, &s->relevant_conditions, is_past, PAST), k = 0;
    for (size_t i = 0; i < s->relevant_conditions.n && k < n; i++) {
        const ac_item *item = &s->relevant_conditions.at[i];
        if (!is_past(d->note, item))
            continue;
        if (k == 0)
            ac_draft_say(d, AC_SAY_HISTORY);
        separate(d, k++, n);
        tell(d, ac_fact_entity(d->note, item->fact)); /* without its own "history of" */
    }
    return n ? ac_draft_push(d, true, &s->narrative, AC_NONE, err) : AC_OK;
}

static bool planned(const ac_fact *f)
{
    return f->assertion == AC_PLANNED &&
           (f->kind == AC_KIND_PROCEDURE || f->kind == AC_KIND_LAB || f->kind == AC_KIND_MEDICATION);
}

static ac_rc plans(ac_draft *d, ac_items *out, ac_err *err)
{
    size_t k = 0;
    for (uint32_t i = 0; i < d->note->facts.n && k < PLANS; i++) {
        const ac_fact *f = &d->note->facts.at[i];
        if (!planned(f) || ac_entity_asked(d->note, ac_fact_entity(d->note, i)) || ac_draft_stopped(d, f))
            continue;
        if (k++ == 0)
            ac_draft_say(d, AC_SAY_PLAN);
        else
            ac_draft_add(d, AC_SV(", "));
        tell(d, ac_fact_entity(d->note, i));
    }
    return k ? ac_draft_push(d, true, out, AC_NONE, err) : AC_OK;
}

/* Both lists begin with what is out of range. */
static ac_rc findings(ac_draft *d, ac_clinical_summary *s, ac_err *err)
{
    const ac_items *lists[] = { &s->vitals, &s->labs };
    const size_t each[] = { count(d->note, lists[0], is_new_result, FINDINGS), count(d->note, lists[1], is_new_result, FINDINGS) };
    size_t k = 0;
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < each[l]; i++, k++) {
            if (k == 0)
                ac_draft_say(d, each[0] + each[1] == 1 ? AC_SAY_ABNORMAL_ONE : AC_SAY_ABNORMAL);
            separate(d, k, each[0] + each[1]);
            repeat(d, &lists[l]->at[i]);
        }
    return k ? ac_draft_push(d, true, &s->narrative, AC_NONE, err) : AC_OK;
}

static bool is_stopped(const ac_note *note, const ac_fact *f)
{
    const ac_attr *a = f->kind == AC_KIND_MEDICATION && f->assertion == AC_PRESENT ? ac_fact_status(note, f) : NULL;
    return a && (ac_sv_eq(a->norm, AC_SV("stopped")) || ac_sv_eq(a->norm, AC_SV("on-hold")));
}

/* What the list of the note holds but is not taken, or not now. */
static ac_rc stopped(ac_draft *d, ac_items *out, ac_err *err)
{
    size_t k = 0;
    for (uint32_t i = 0; i < d->note->facts.n && k < PLANS; i++) {
        const ac_fact *f = &d->note->facts.at[i];
        if (!is_stopped(d->note, f))
            continue;
        if (k++ == 0)
            ac_draft_say(d, AC_SAY_STOPPED);
        else
            ac_draft_add(d, AC_SV(", "));
        const ac_entity *e = ac_fact_entity(d->note, i);
        ac_draft_quote(d, e->span);
        ac_draft_uncapital(d, d->text.n - ac_span_len(e->span), e->span.begin);
        ac_draft_cite(d, ac_fact_status(d->note, f)->span);
    }
    return k ? ac_draft_push(d, true, out, AC_NONE, err) : AC_OK;
}

ac_rc ac_clinical_narrative(ac_draft *d, ac_clinical_summary *s, ac_err *err)
{
    AC_TRY(err, opening(d, s, err));
    AC_TRY(err, past(d, s, err));
    AC_TRY(err, sentence(d, AC_SAY_HAS, &s->relevant_conditions, is_now, CONDITIONS, &s->narrative, err));
    AC_TRY(err, findings(d, s, err));
    AC_TRY(err, sentence(d, AC_SAY_TREATED, &s->medications, is_now, MEDICATIONS, &s->narrative, err));
    AC_TRY(err, stopped(d, &s->narrative, err));
    AC_TRY(err, plans(d, &s->narrative, err));
    if (s->narrative.n >= SENTENCES)
        return AC_OK;
    return sentence(d, AC_SAY_ALLERGIES, &s->allergies, is_allergen, MEDICATIONS, &s->narrative, err);
}
