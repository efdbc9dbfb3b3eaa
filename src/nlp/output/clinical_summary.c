#include "nlp/output/clinical_summary.h"

#include "nlp/output/clinical_narrative.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/output/render.h"
#include "nlp/text/section.h"

/* ---- who ----------------------------------------------------------------------------------------------------- */

static ac_rc one_span(const ac_note *note, ac_span span, ac_spans *out, ac_err *err)
{
    ac_spans from = { .at = &span, .n = 1 };
    return ac_evidence_copy(note->arena, &from, out, err);
}

static ac_rc demographics(const ac_note *note, ac_clinical_summary *out, ac_err *err)
{
    static const ac_sv genders[AC_LANG_COUNT][2] = { { { "female", 6 }, { "male", 4 } },
                                                     { { "femenino", 8 }, { "masculino", 9 } } };
    const ac_patient *p = &note->patient;
    if (p->age_span.end > p->age_span.begin) {
        out->has_age = true;
        out->age = p->age;
        AC_TRY(err, one_span(note, p->age_span, &out->age_evidence, err));
    }
    if ((p->sex == AC_SEX_FEMALE || p->sex == AC_SEX_MALE) && p->sex_span.end > p->sex_span.begin) {
        out->gender = genders[note->lang][p->sex == AC_SEX_MALE];
        AC_TRY(err, one_span(note, p->sex_span, &out->gender_evidence, err));
    }
    return AC_OK;
}

/* ---- what is worth telling, and how much ----------------------------------------------------------------------- */

static int32_t mentions(const ac_fact *f) { return f->n < 10 ? (int32_t)f->n : 10; }

/* A fact in the section where the author concludes, or opens, matters more than one from a list. */
static int32_t section_worth(const ac_note *note, const ac_entity *e)
{
    switch (ac_note_section_type_at(note, e->span.begin)) {
    case AC_SECTION_CHIEF_COMPLAINT:
    case AC_SECTION_REASON:
        return 30;
    case AC_SECTION_ASSESSMENT:
    case AC_SECTION_DIAGNOSIS:
    case AC_SECTION_DISCHARGE_DIAGNOSIS:
    case AC_SECTION_IMPRESSION:
    case AC_SECTION_ASSESSMENT_PLAN:
        return 25;
    case AC_SECTION_HPI:
        return 20;
    case AC_SECTION_ROS:
        return -10;
    default:
        return 0;
    }
}

static int32_t flag_worth(uint32_t flags)
{
    static const struct {
        uint32_t flag;
        int32_t worth;
    } worth[] = { { AC_CONCEPT_REDFLAG, 20 },
                  { AC_CONCEPT_CANCER, 20 },
                  { AC_CONCEPT_ACUTE, 12 },
                  { AC_CONCEPT_CHRONIC, 10 },
                  { AC_CONCEPT_SIGN, -15 } };
    int32_t sum = 0;
    for (size_t i = 0; i < sizeof worth / sizeof worth[0]; i++)
        sum += flags & worth[i].flag ? worth[i].worth : 0;
    return sum;
}

static bool told_as(const ac_fact *f, uint32_t assertions) { return assertions & (1u << f->assertion); }

#define PRESENT (1u << AC_PRESENT)
#define PAST    (1u << AC_HISTORICAL)
#define PLANNED (1u << AC_PLANNED)

static bool listed(const ac_fact *f, ac_phrase_kind kind)
{
    return f->concept != AC_NONE && ac_phrase_lists(kind, ac_concept_id(f->concept));
}

static bool is_symptom(const ac_fact *f, const ac_entity *e)
{
    (void)e;
    return f->kind == AC_KIND_SYMPTOM && told_as(f, PRESENT) && !listed(f, AC_PHRASE_NO_COMPLAINT);
}

static bool is_risk(const ac_fact *f, const ac_entity *e)
{
    const uint32_t habits = AC_CONCEPT_TOBACCO | AC_CONCEPT_ALCOHOL | AC_CONCEPT_DRUG | AC_CONCEPT_RISK;
    uint32_t flags = ac_fact_flags(f);
    (void)e;
    if (f->kind == AC_KIND_SOCIAL)
        return told_as(f, PRESENT | PAST) && flags & habits && !listed(f, AC_PHRASE_NO_RISK);
    if (f->kind == AC_KIND_FAMILY || (f->assertion == AC_FAMILY && f->kind == AC_KIND_PROBLEM))
        return f->concept != AC_NONE || f->kind == AC_KIND_FAMILY;
    if (f->kind != AC_KIND_PROBLEM && f->kind != AC_KIND_SYMPTOM)
        return false;
    return (told_as(f, PRESENT | PAST) && flags & AC_CONCEPT_RISK) || (told_as(f, PAST) && flags & AC_CONCEPT_CHRONIC);
}

static bool is_condition(const ac_fact *f, const ac_entity *e)
{
    (void)e;
    return f->kind == AC_KIND_PROBLEM &&
           (told_as(f, PRESENT) || (told_as(f, PAST) && ac_fact_flags(f) & (AC_CONCEPT_CHRONIC | AC_CONCEPT_CANCER)));
}

static bool is_medication(const ac_fact *f, const ac_entity *e)
{
    return f->kind == AC_KIND_MEDICATION && told_as(f, PRESENT | PLANNED) && !ac_medication_stopped(e);
}

static bool is_allergy(const ac_fact *f, const ac_entity *e)
{
    (void)e;
    return f->kind == AC_KIND_ALLERGY && told_as(f, PRESENT | PAST);
}

static bool has_result(const ac_fact *f, const ac_entity *e, ac_kind kind)
{
    return f->kind == kind && told_as(f, PRESENT | PAST) && (e->value.has || e->value.words.n);
}

static bool is_vital(const ac_fact *f, const ac_entity *e) { return has_result(f, e, AC_KIND_VITAL); }
static bool is_lab(const ac_fact *f, const ac_entity *e) { return has_result(f, e, AC_KIND_LAB); }

static bool is_procedure(const ac_fact *f, const ac_entity *e)
{
    (void)e;
    return f->kind == AC_KIND_PROCEDURE && told_as(f, PRESENT | PAST);
}

static int32_t worth_of(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    int32_t w = mentions(f) + section_worth(note, e) + flag_worth(ac_fact_flags(f));
    if (f->kind == AC_KIND_LAB || f->kind == AC_KIND_VITAL)
        return ac_result_critical(e) ? 100 : ac_result_abnormal(e) ? 50 : 0; /* else the order of the note */
    if (f->kind == AC_KIND_MEDICATION || f->kind == AC_KIND_ALLERGY)
        return 0;
    return f->assertion == AC_PRESENT ? w + 10 : w;
}

typedef bool (*pick)(const ac_fact *f, const ac_entity *e);

static ac_rc ranked(const ac_draft *d, pick wanted, ac_ranking *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_entity *e = ac_fact_entity(note, i);
        const ac_fact *f = &note->facts.at[i];
        bool ahead = f->kind == AC_KIND_SYMPTOM && ac_entity_ahead(note, e);
        if (wanted(f, e) && !ahead && !ac_entity_asked(note, e) && !ac_entity_reaction(note, f->best) && !ac_draft_stopped(d, f))
            AC_TRY(err, ac_rank_add(note, out, i, worth_of(note, &note->facts.at[i], e), err));
    }
    ac_rank_sort(out);
    ac_rank_specific(note, out);
    return AC_OK;
}

/* ---- lists ---------------------------------------------------------------------------------------------------- */

static void tell(ac_draft *d, const ac_entity *e)
{
    if (e->assertion == AC_PLANNED)
        ac_draft_say(d, AC_SAY_PLANNED);
    else if (e->assertion == AC_HISTORICAL && e->kind == AC_KIND_PROBLEM)
        ac_draft_say(d, AC_SAY_HISTORY);
    ac_draft_entity(d, e);
}

static ac_rc list(ac_draft *d, pick wanted, ac_seen *seen, ac_items *out, ac_err *err)
{
    ac_ranking r = { 0 };
    seen->round++;
    AC_TRY(err, ranked(d, wanted, &r, err));
    for (size_t i = 0; i < r.n; i++) {
        const ac_fact *f = &d->note->facts.at[r.at[i].fact];
        bool repeats = f->kind != AC_KIND_LAB && f->kind != AC_KIND_VITAL && f->assertion != AC_FAMILY;
        if (repeats && !ac_seen_first(seen, f->concept))
            continue;
        tell(d, ac_fact_entity(d->note, r.at[i].fact));
        AC_TRY(err, ac_draft_push(d, false, out, r.at[i].fact, err));
    }
    return AC_OK;
}

/* Words of the note as a text of their own. An empty span gives none. */
static ac_rc words_of(ac_draft *d, ac_span span, ac_sv *out, ac_err *err)
{
    ac_item item = { 0 };
    if (span.begin >= span.end)
        return AC_OK;
    ac_draft_quote(d, span);
    AC_TRY(err, ac_draft_end(d, false, &item, err));
    *out = item.text;
    return AC_OK;
}

static ac_span attr_span(const ac_entity *e, ac_attr_kind kind)
{
    const ac_attr *a = ac_entity_attr(e, kind);
    return a ? a->span : (ac_span) { 0, 0 };
}

static ac_rc one_symptom(ac_draft *d, uint32_t fact, ac_symptom_item *out, ac_err *err)
{
    const ac_entity *e = ac_fact_entity(d->note, fact);
    ac_span severity = attr_span(e, AC_ATTR_SEVERITY), lasts = attr_span(e, AC_ATTR_DURATION), words = lasts;
    bool since = false;
    if (lasts.end > lasts.begin)
        words = ac_duration_words(d->note, lasts, &since);
    ac_sv norm = since ? (ac_sv) { "", 0 } : ac_attr_norm(e, AC_ATTR_DURATION);
    out->fact = fact;
    ac_item name = { 0 };
    ac_draft_name(d, e);
    AC_TRY(err, ac_draft_end(d, false, &name, err));
    out->name = name.text;
    AC_TRY(err, words_of(d, words, &out->duration, err));
    out->duration = norm.n ? norm : out->duration; /* "5 days" of "5-day history" */
    AC_TRY(err, words_of(d, severity, &out->severity, err));
    ac_draft_cite(d, e->span);
    ac_draft_cite(d, lasts);
    ac_draft_cite(d, severity);
    AC_TRY(err, ac_evidence_copy(d->note->arena, &d->evidence, &out->evidence, err));
    d->evidence.n = 0;
    return AC_OK;
}

static ac_rc symptoms(ac_draft *d, ac_symptom_items *out, ac_err *err)
{
    ac_ranking r = { 0 };
    AC_TRY(err, ranked(d, is_symptom, &r, err));
    for (size_t i = 0; i < r.n; i++) {
        ac_symptom_item *slot = ac_vec_push(out, d->note->arena);
        if (!slot)
            return ac_fail(err, AC_ELIMIT, "no room for symptoms");
        AC_TRY(err, one_symptom(d, r.at[i].fact, slot, err));
    }
    return AC_OK;
}

ac_rc ac_clinical_summary_make(const ac_note *note, ac_clinical_summary *out, ac_err *err)
{
    AC_AUTO(ac_draft) d = AC_DRAFT(note);
    *out = (ac_clinical_summary) { 0 };
    ac_seen seen = ac_seen_new(note);
    d.no_stopped = true;
    if (!seen.in.at)
        return ac_fail(err, AC_ELIMIT, "no room for a summary");
    AC_TRY(err, demographics(note, out, err));
    AC_TRY(err, symptoms(&d, &out->symptoms, err));
    const struct {
        pick wanted;
        ac_items *items;
    } lists[] = {
        { is_risk, &out->risk_factors },      { is_condition, &out->relevant_conditions },
        { is_medication, &out->medications }, { is_allergy, &out->allergies },
        { is_vital, &out->vitals },           { is_lab, &out->labs },
        { is_procedure, &out->procedures },
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        AC_TRY(err, list(&d, lists[i].wanted, &seen, lists[i].items, err));
    return ac_clinical_narrative(&d, out, err);
}
