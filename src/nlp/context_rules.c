#include "nlp/context_rules.h"

#include "nlp/lexicon.h"
#include "nlp/section.h"
#include "nlp/time.h"

static uint32_t flags_of(const ac_entity *e) { return e->concept == AC_NONE ? 0 : ac_concept_flags(e->concept); }

static bool lasting(const ac_entity *e)
{
    return flags_of(e) & (AC_CONCEPT_CHRONIC | AC_CONCEPT_RISK);
}

/* ---- sections ---------------------------------------------------------------------------------------------------- */

static const uint32_t ILLNESS = AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM);
static const uint32_t PROCEDURE = AC_KIND_BIT(AC_KIND_PROCEDURE);

/* What a heading says about the mentions under it. A lasting disease in the past history is still there. */
static const struct {
    uint16_t section;
    uint8_t assertion;
    bool lasting_stays;
    uint32_t kinds;
} headings[] = {
    { AC_SECTION_FAMILY, AC_FAMILY, false, AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM) |
                                               AC_KIND_BIT(AC_KIND_PROCEDURE) | AC_KIND_BIT(AC_KIND_SOCIAL) |
                                               AC_KIND_BIT(AC_KIND_FAMILY) },
    { AC_SECTION_PMH, AC_HISTORICAL, true, AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM) |
                                               AC_KIND_BIT(AC_KIND_PROCEDURE) },
    { AC_SECTION_PSH, AC_HISTORICAL, true, AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM) |
                                               AC_KIND_BIT(AC_KIND_PROCEDURE) },
    { AC_SECTION_OB_HISTORY, AC_HISTORICAL, true, AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_PROCEDURE) },
};

static bool by_heading(uint16_t section, ac_entity *e)
{
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        if (headings[i].section == section && (headings[i].kinds & AC_KIND_BIT(e->kind)) &&
            !(headings[i].lasting_stays && lasting(e))) {
            e->assertion = headings[i].assertion;
            return true;
        }
    return false;
}

/* ---- dates ------------------------------------------------------------------------------------------------------- */

/* At least a year before the note. A bare year ("in 2005") is past even when the note has no date: nobody dates the
 * present that way. */
static bool long_past(const ac_note *note, const ac_time_expr *t)
{
    if (t->kind == AC_TIME_RELATIVE && t->unit == 'a')
        return t->amount <= -1;
    if (t->kind != AC_TIME_DATE || !t->date.year)
        return false;
    return note->note_date.year ? t->date.year < note->note_date.year - 1 : t->date.month == 0;
}

/* "since 2010", "diagnosed in 2010" begin something that may go on; only "in 2010", "5 years ago" close it. */
static bool ongoing(const ac_note *note, const ac_time_expr *t)
{
    static const ac_sv words[] = { AC_SV("since"), AC_SV("desde"), AC_SV("from"), AC_SV("for"), AC_SV("durante") };
    uint32_t token = ac_note_token_at(note, t->span.begin);
    for (uint32_t back = 0; back <= 2 && token >= back && token - back < note->tokens.n; back++) {
        const ac_token *k = &note->tokens.at[token - back];
        ac_sv w = ac_sv_sub(note->text, k->begin, k->end);
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (ac_sv_eq_nocase(w, words[i]))
                return true;
    }
    return false;
}

/* A date in the same sentence right after the mention, with no other mark than blanks and a few words between. */
static bool dated_past(const ac_note *note, const ac_entity *e)
{
    enum { NEAR_BYTES = 40 };
    if (e->sentence >= note->sentences.n)
        return false;
    size_t i = ac_time_after(note, e->span.end);
    if (i >= note->times.n)
        return false;
    const ac_time_expr *t = &note->times.at[i];
    if (t->span.begin > e->span.end + NEAR_BYTES || t->span.end > note->sentences.at[e->sentence].span.end ||
        !long_past(note, t) || ongoing(note, t))
        return false;
    for (uint32_t b = e->span.end; b < t->span.begin; b++)
        if (note->text.p[b] == ',' || note->text.p[b] == ';' || note->text.p[b] == '.' || note->text.p[b] == '\n')
            return false;
    return true;
}

void ac_context_by_section(const ac_note *note, ac_entity *e)
{
    uint16_t section = ac_note_section_type_at(note, e->span.begin);
    if (by_heading(section, e))
        return;
    bool can_end = ((ILLNESS & AC_KIND_BIT(e->kind)) && !lasting(e)) || (PROCEDURE & AC_KIND_BIT(e->kind));
    if (can_end && note->times.n && dated_past(note, e))
        e->assertion = AC_HISTORICAL;
}

/* ---- allergies --------------------------------------------------------------------------------------------------- */

/* "penicillin-allergy" is the allergy to the concept "penicillin": point at that, so that rules see its drug classes. */
static bool allergy_to(const ac_entity *e, uint32_t *allergen)
{
    static const ac_sv suffix = { "-allergy", 8 };
    if (e->concept == AC_NONE)
        return false;
    ac_sv id = ac_concept_id(e->concept);
    if (!ac_sv_ends(id, suffix))
        return false;
    uint32_t c = ac_concept_find(ac_sv_sub(id, 0, id.n - suffix.n));
    ac_kind kind = c == AC_NONE ? AC_KIND_PROBLEM : ac_concept_kind(c);
    *allergen = kind == AC_KIND_MEDICATION || kind == AC_KIND_ALLERGY ? c : e->concept;
    return true;
}

static bool governed(ac_cue_sweep *sweep, const ac_entity *e)
{
    return ac_cue_holding(sweep, AC_CUE_ALLERGY_PRE, e) || ac_cue_holding(sweep, AC_CUE_ALLERGY_POST, e);
}

/* The word "allergy" of "allergy to latex" is the cue, not a second problem. */
static bool is_the_cue(ac_cue_sweep *sweep, uint32_t *at, const ac_entity *e)
{
    while (*at != AC_NONE && sweep->hits->at[*at].cue.end <= e->span.begin)
        *at = sweep->hits->at[*at].next;
    return *at != AC_NONE && ac_span_contains(sweep->hits->at[*at].cue, e->span) &&
           ac_span_len(sweep->hits->at[*at].scope) > 0;
}

static bool becomes_allergy(ac_cue_sweep *sweep, ac_entity *e)
{
    e->kind = AC_KIND_ALLERGY;
    sweep->allergen = e->span.begin;
    return true;
}

/* The rash of "penicillin (rash)" comes when the drug is given: after its allergen, in the same sentence or section. */
static bool is_reaction(const ac_note *note, const ac_cue_sweep *sweep, const ac_entity *e, bool under_heading)
{
    if (sweep->allergen == AC_NONE || lasting(e) || e->sentence >= note->sentences.n)
        return false;
    ac_span within = note->sentences.at[e->sentence].span;
    return sweep->allergen >= within.begin ||
           (under_heading && ac_note_section_type_at(note, sweep->allergen) == AC_SECTION_ALLERGIES);
}

bool ac_context_allergy(const ac_note *note, ac_cue_sweep *sweep, ac_entity *e)
{
    bool under_heading = ac_note_section_type_at(note, e->span.begin) == AC_SECTION_ALLERGIES;
    bool allergic = governed(sweep, e) || (under_heading && !ac_entity_attr(e, AC_ATTR_DOSE));
    bool illness = ILLNESS & AC_KIND_BIT(e->kind);
    uint32_t allergen;
    if (e->kind == AC_KIND_ALLERGY)
        return (allergic || under_heading) && becomes_allergy(sweep, e);
    if (e->kind == AC_KIND_MEDICATION && allergic)
        return becomes_allergy(sweep, e);
    if (e->kind == AC_KIND_PROBLEM && (is_the_cue(sweep, &sweep->word[0], e) || is_the_cue(sweep, &sweep->word[1], e)))
        return false;
    if (e->kind == AC_KIND_PROBLEM && allergy_to(e, &allergen)) {
        e->concept = allergen;
        return becomes_allergy(sweep, e);
    }
    if (illness && allergic && is_reaction(note, sweep, e, under_heading))
        e->assertion = AC_CONDITIONAL;
    return true;
}
