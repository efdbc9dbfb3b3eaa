#include "nlp/output/summary.h"

#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/text/section.h"
#include "nlp/output/soap_statement.h"
#include "nlp/output/summary_check.h"
#include "nlp/output/timeline.h"

enum { TOP = 3 };

#define IS(assertion) (1u << (assertion))

static bool has_value(const ac_entity *e) { return e->value.has || e->value.words.n; }

static bool concludes(const ac_note *note, const ac_entity *e)
{
    switch (ac_note_section_type_at(note, e->span.begin)) {
    case AC_SECTION_ASSESSMENT:
    case AC_SECTION_DIAGNOSIS:
    case AC_SECTION_IMPRESSION:
    case AC_SECTION_ASSESSMENT_PLAN:
    case AC_SECTION_DISCHARGE_DIAGNOSIS:
    case AC_SECTION_ADMISSION_DIAGNOSIS:
    case AC_SECTION_POSTOP_DIAGNOSIS:
    case AC_SECTION_CHIEF_COMPLAINT:
    case AC_SECTION_REASON:
        return true;
    default:
        return false;
    }
}

/* What the author concludes and is new comes first, then critical results, then cancer and what else is concluded, then red
 * flags; lasting conditions come later, concluded or not. The first row that fits gives the score; every mention adds one. */
typedef enum { ANY_RESULT, ABNORMAL, CRITICAL } result_level;
typedef struct {
    uint32_t kinds, assertions, flags; /* flags 0: any */
    result_level level;
    bool concluded;
    int32_t score;
} top_row;

#define DISEASE   (1u << AC_KIND_PROBLEM)
#define COMPLAINT (1u << AC_KIND_SYMPTOM)
#define RESULT    (1u << AC_KIND_LAB | 1u << AC_KIND_VITAL)
#define NOW       IS(AC_PRESENT)
static const top_row top_rows[] = {
    { DISEASE, NOW, AC_CONCEPT_ACUTE, ANY_RESULT, true, 950 },
    { RESULT, NOW, 0, CRITICAL, false, 900 },
    { DISEASE, NOW, AC_CONCEPT_CANCER, ANY_RESULT, true, 880 },
    { COMPLAINT | DISEASE, NOW, AC_CONCEPT_REDFLAG, ANY_RESULT, false, 850 },
    { DISEASE, NOW, AC_CONCEPT_CHRONIC, ANY_RESULT, true, 600 },
    { DISEASE, NOW, 0, ANY_RESULT, true, 860 },
    { DISEASE, NOW, AC_CONCEPT_ACUTE, ANY_RESULT, false, 750 },
    { DISEASE, NOW | IS(AC_HISTORICAL), AC_CONCEPT_CANCER, ANY_RESULT, false, 700 },
    { DISEASE, NOW, AC_CONCEPT_INFECTION, ANY_RESULT, false, 650 },
    { COMPLAINT, NOW, 0, ANY_RESULT, true, 500 },
    { DISEASE, NOW, AC_CONCEPT_CHRONIC, ANY_RESULT, false, 400 },
    { DISEASE, NOW, 0, ANY_RESULT, false, 300 },
    { RESULT, NOW, 0, ABNORMAL, false, 250 },
    { COMPLAINT, NOW, 0, ANY_RESULT, false, 200 },
};

static bool reaches(const ac_entity *e, result_level level)
{
    return level == ANY_RESULT || (level == ABNORMAL ? ac_result_abnormal(e) : ac_result_critical(e));
}

static bool is_complaint(const ac_note *note, const ac_fact *f)
{
    if (ac_entity_reaction(note, f->best) ||
        (f->kind == AC_KIND_SYMPTOM && ac_entity_ahead(note, &note->entities.at[f->best])))
        return false;
    return f->concept == AC_NONE || !ac_phrase_lists(AC_PHRASE_NO_COMPLAINT, ac_concept_id(f->concept));
}

static int32_t top_score(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    uint32_t flags = ac_fact_flags(f);
    for (size_t i = 0; i < sizeof top_rows / sizeof top_rows[0]; i++) {
        const top_row *r = &top_rows[i];
        if (r->kinds & (1u << f->kind) && r->assertions & IS(f->assertion) && (!r->flags || flags & r->flags) &&
            reaches(e, r->level) && (!r->concluded || concludes(note, e)))
            return is_complaint(note, f) ? r->score + (int32_t)(f->n < 40 ? f->n : 40) : 0;
    }
    return 0;
}

static bool everything(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    (void)note;
    (void)f;
    (void)e;
    return true;
}

static bool is_problem(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    (void)e;
    return f->kind == AC_KIND_PROBLEM && !ac_entity_reaction(note, f->best) && (IS(AC_PRESENT) | IS(AC_HISTORICAL) | IS(AC_POSSIBLE)) & IS(f->assertion);
}

static bool is_medication(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    (void)note;
    return f->kind == AC_KIND_MEDICATION && (IS(AC_PRESENT) | IS(AC_PLANNED)) & IS(f->assertion) &&
           !ac_medication_stopped(e);
}

static bool is_allergy(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    (void)note;
    (void)e;
    return f->kind == AC_KIND_ALLERGY && (IS(AC_PRESENT) | IS(AC_HISTORICAL)) & IS(f->assertion);
}

static bool is_result(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    return RESULT & (1u << f->kind) && (IS(AC_PRESENT) | IS(AC_HISTORICAL)) & IS(f->assertion) && has_value(e) &&
           !ac_entity_ahead(note, e);
}

static bool is_procedure(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    return f->kind == AC_KIND_PROCEDURE && (IS(AC_PRESENT) | IS(AC_HISTORICAL)) & IS(f->assertion) &&
           !ac_entity_ahead(note, e) && !ac_soap_title(note, e->sentence);
}

/* What is planned outside the sentences that the list quotes anyway. */
static bool is_planned(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    uint16_t type = ac_note_section_type_at(note, e->span.begin);
    if (type == AC_SECTION_FOLLOW_UP || type == AC_SECTION_INSTRUCTIONS)
        return false;
    return f->assertion == AC_PLANNED && (f->kind == AC_KIND_PROCEDURE || f->kind == AC_KIND_LAB);
}

typedef bool (*pick)(const ac_note *note, const ac_fact *f, const ac_entity *e);
typedef int32_t (*weigh)(const ac_note *note, const ac_fact *f, const ac_entity *e);

static int32_t as_told(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    (void)note;
    (void)f;
    (void)e;
    return 1;
}

static int32_t out_of_range_first(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    (void)note;
    (void)f;
    return ac_result_critical(e) ? 3 : ac_result_abnormal(e) ? 2 : 1;
}

/* Present before possible before historical; inside each, what the author concludes first. */
static int32_t problem_order(const ac_note *note, const ac_fact *f, const ac_entity *e)
{
    int32_t base = f->assertion == AC_PRESENT ? 40 : f->assertion == AC_POSSIBLE ? 20 : 1;
    return base + (concludes(note, e) ? 10 : 0) + (ac_fact_flags(f) & AC_CONCEPT_CHRONIC ? 2 : 0);
}

typedef struct {
    ac_items *out;
    pick wanted;
    weigh worth;
    size_t max;   /* 0: all */
    bool repeats; /* one concept may be told more than once (results) */
} list;

static void tell(ac_draft *d, const ac_entity *e)
{
    if (e->assertion == AC_POSSIBLE)
        ac_draft_say(d, AC_SAY_POSSIBLE);
    else if (e->assertion == AC_HISTORICAL && e->kind == AC_KIND_PROBLEM)
        ac_draft_say(d, AC_SAY_HISTORY);
    else if (e->assertion == AC_PLANNED)
        ac_draft_say(d, AC_SAY_PLANNED);
    ac_draft_entity(d, e);
}

/* The first of each kind of news before the second of any: red flag, critical result, diagnosis. */
static void spread(ac_ranking *r)
{
    enum { BAND = 50, LATER = 400 };
    int32_t before = -1;
    for (size_t i = 0; i < r->n; i++) {
        int32_t band = r->at[i].score / BAND;
        if (band == before && r->at[i].score > 2 * LATER)
            r->at[i].score -= LATER;
        before = band;
    }
    ac_rank_sort(r);
}

static ac_rc make(ac_draft *d, const list *l, ac_seen *seen, ac_err *err)
{
    const ac_note *note = d->note;
    ac_ranking r = { 0 };
    seen->round++;
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_entity *e = ac_fact_entity(note, i);
        if (!l->wanted(note, &note->facts.at[i], e) || ac_entity_asked(note, e) || ac_draft_stopped(d, &note->facts.at[i]))
            continue;
        int32_t score = l->worth(note, &note->facts.at[i], e);
        if (score > 0)
            AC_TRY(err, ac_rank_add(note, &r, i, score, err));
    }
    ac_rank_sort(&r);
    if (!l->repeats)
        ac_rank_specific(note, &r);
    if (l->max)
        spread(&r);
    for (size_t i = 0; i < r.n && (!l->max || l->out->n < l->max); i++) {
        if (!l->repeats && !ac_seen_first(seen, note->facts.at[r.at[i].fact].concept))
            continue;
        tell(d, ac_fact_entity(note, r.at[i].fact));
        AC_TRY(err, ac_draft_push(d, false, l->out, r.at[i].fact, err));
    }
    return AC_OK;
}

static bool for_follow_up(const ac_draft *d, const ac_sentence *s)
{
    uint16_t type = d->note->sections.at[s->section].type;
    bool section = type == AC_SECTION_FOLLOW_UP || type == AC_SECTION_INSTRUCTIONS;
    return section || ac_phrases_in(d->note, s->token_begin, s->token_end, ac_phrase_bit(AC_PHRASE_FOLLOW_UP));
}

static ac_rc follow_up(ac_draft *d, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    for (size_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        if (ac_soap_clerical(d->note, s, false))
            continue;
        bool spoken_by_patient = s->turn != AC_NONE && note->turns.at[s->turn].speaker != AC_SPEAKER_CLINICIAN;
        bool asks = ac_sv_ends(ac_span_text(note->text, s->span), AC_SV("?"));
        if (spoken_by_patient || asks || !for_follow_up(d, s))
            continue;
        AC_TRY(err, ac_soap_statement(d, s, out, err));
    }
    return AC_OK;
}

ac_rc ac_patient_summary_make(const ac_note *note, ac_patient_summary *out, ac_err *err)
{
    AC_AUTO(ac_draft) d = AC_DRAFT(note);
    *out = (ac_patient_summary) { 0 };
    ac_seen seen = ac_seen_new(note);
    d.no_stopped = true;
    if (!seen.in.at)
        return ac_fail(err, AC_ELIMIT, "no room for a summary");
    const list lists[] = {
        { &out->top, everything, top_score, TOP, false },
        { &out->problems, is_problem, problem_order, 0, false },
        { &out->medications, is_medication, as_told, 0, false },
        { &out->allergies, is_allergy, as_told, 0, false },
        { &out->results, is_result, out_of_range_first, 0, true },
        { &out->procedures, is_procedure, as_told, 0, false },
        { &out->follow_up, is_planned, as_told, 0, false },
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        AC_TRY(err, make(&d, &lists[i], &seen, err));
    AC_TRY(err, follow_up(&d, &out->follow_up, err));
    AC_TRY(err, ac_chronology_make(note, &out->chronology, err));
    AC_TRY(err, ac_summary_contradictions(&d, &out->contradictions, err));
    return ac_summary_questions(&d, &out->questions, err);
}
