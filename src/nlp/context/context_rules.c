#include "nlp/context/context_rules.h"

#include "nlp/lexicon/lexicon.h"
#include "nlp/text/section.h"
#include "nlp/time/time.h"

#include <string.h>

static uint32_t flags_of(const ac_entity *e) { return e->concept == AC_NONE ? 0 : ac_concept_flags(e->concept); }

static bool lasting(const ac_entity *e)
{
    return flags_of(e) & (AC_CONCEPT_CHRONIC | AC_CONCEPT_RISK);
}

/* ---- sections ---------------------------------------------------------------------------------------------------- */

static const uint32_t ILLNESS = AC_KIND_BIT(AC_KIND_PROBLEM) | AC_KIND_BIT(AC_KIND_SYMPTOM);
static const uint32_t PROCEDURE = AC_KIND_BIT(AC_KIND_PROCEDURE);

/* What a heading says about the mentions under it. A lasting disease in the past history is still there, and a result in a
 * plan is known. */
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
    { AC_SECTION_PLAN, AC_PLANNED, false, AC_KIND_BIT(AC_KIND_LAB) | AC_KIND_BIT(AC_KIND_PROCEDURE) },
    { AC_SECTION_FOLLOW_UP, AC_PLANNED, false, AC_KIND_BIT(AC_KIND_LAB) | AC_KIND_BIT(AC_KIND_PROCEDURE) },
};

static bool by_heading(uint16_t section, ac_entity *e)
{
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        if (headings[i].section == section && (headings[i].kinds & AC_KIND_BIT(e->kind)) &&
            !(headings[i].assertion == AC_PLANNED && e->value.has) &&
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
    static const ac_sv words[] = { AC_SV("since"),    AC_SV("desde"), AC_SV("from"),      AC_SV("for"),    AC_SV("durante"),
                                   AC_SV("starting"), AC_SV("began"), AC_SV("beginning"), AC_SV("empezó"), AC_SV("comenzó"),
                                   AC_SV("started") };
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

bool ac_context_goes_on(const ac_note *note, const ac_entity *e)
{
    enum { NEAR_BYTES = 40 };
    if (ac_entity_attr(e, AC_ATTR_DURATION))
        return true;
    size_t i = e->kind == AC_KIND_SYMPTOM && e->sentence < note->sentences.n ? ac_time_after(note, e->span.end) : note->times.n;
    if (i >= note->times.n)
        return false;
    const ac_time_expr *t = &note->times.at[i];
    ac_sv between = ac_sv_sub(note->text, e->span.end, t->span.begin);
    return t->span.begin <= e->span.end + NEAR_BYTES && t->span.end <= note->sentences.at[e->sentence].span.end &&
           !memchr(between.p, ';', between.n) && !memchr(between.p, ',', between.n) && ongoing(note, t);
}

static bool opens_clause(const ac_note *note, const ac_sentence *s, uint32_t token)
{
    if (token > s->token_begin && note->tokens.at[token - 1].kind == AC_TOKEN_WORD &&
        ac_sv_eq_nocase(ac_sv_sub(note->text, note->tokens.at[token - 1].begin, note->tokens.at[token - 1].end), AC_SV("in")))
        token--;
    return token == s->token_begin || note->tokens.at[token - 1].kind == AC_TOKEN_PUNCT;
}

/* "Last year I had pneumonia", "in 2005, he had a stroke": a date that opens the sentence or a clause of it, and no perfect
 * tense, which would bring the story up to now. */
static bool dated_before(const ac_note *note, const ac_entity *e)
{
    enum { BEFORE_TOKENS = 8 };
    static const ac_sv perfect[] = { AC_SV("has"), AC_SV("have"), AC_SV("ve"), AC_SV("'ve"), AC_SV("'s"), AC_SV("ha"),
                                     AC_SV("he"), AC_SV("han"), AC_SV("hemos"), AC_SV("now"), AC_SV("ahora") };
    if (e->sentence >= note->sentences.n)
        return false;
    size_t i = ac_time_after(note, e->span.begin);
    const ac_sentence *s = &note->sentences.at[e->sentence];
    if (i == 0 || note->times.at[i - 1].span.begin < s->span.begin)
        return false;
    const ac_time_expr *t = &note->times.at[i - 1];
    uint32_t from = ac_note_token_at(note, t->span.end), to = ac_note_token_at(note, e->span.begin);
    if (!long_past(note, t) || ongoing(note, t) || !opens_clause(note, s, ac_note_token_at(note, t->span.begin)) ||
        to < from || to - from > BEFORE_TOKENS)
        return false;
    for (uint32_t k = from; k < to; k++) {
        ac_sv w = ac_sv_sub(note->text, note->tokens.at[k].begin, note->tokens.at[k].end);
        if (w.p[0] == ';' || w.p[0] == '.' || (w.p[0] == ',' && k > from))
            return false;
        for (size_t p = 0; p < sizeof perfect / sizeof perfect[0]; p++)
            if (ac_sv_eq_nocase(w, perfect[p]))
                return false;
    }
    return true;
}

void ac_context_by_section(const ac_note *note, ac_entity *e)
{
    uint16_t section = ac_note_section_type_at(note, e->span.begin);
    if (by_heading(section, e))
        return;
    bool can_end = ((ILLNESS & AC_KIND_BIT(e->kind)) && !lasting(e)) || (PROCEDURE & AC_KIND_BIT(e->kind));
    if (can_end && note->times.n && (dated_past(note, e) || dated_before(note, e)))
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

/* To where what was said of allergies at token t holds. */
static ac_span clause_from(const ac_note *note, const ac_cue_sweep *sweep, uint32_t t, uint32_t sentence)
{
    enum { CLAUSE_TOKENS = 24 };
    const uint16_t ends = AC_MARK_STOP | AC_MARK_TERM | AC_MARK_TERM_ALL | AC_MARK_OPEN;
    uint32_t end = note->sentences.at[sentence].token_end, first = t;
    while (t < end && t - first < CLAUSE_TOKENS && !(sweep->hits->marks[t] & ends))
        t++;
    return t > first ? (ac_span) { note->tokens.at[first].begin, note->tokens.at[t - 1].end } : (ac_span) { 0, 0 };
}

static bool leads_to_allergen(const ac_note *note, uint32_t token)
{
    static const ac_sv words[] = { AC_SV("to"), AC_SV("a"), AC_SV("al") };
    ac_sv w = ac_sv_sub(note->text, note->tokens.at[token].begin, note->tokens.at[token].end);
    return ac_sv_eq_nocase(w, words[0]) || ac_sv_eq_nocase(w, words[1]) || ac_sv_eq_nocase(w, words[2]);
}

bool ac_context_none_known(const ac_note *note, ac_cue_sweep *sweep, const ac_entity *e, const ac_entity *next)
{
    const uint32_t allergens = AC_KIND_BIT(AC_KIND_MEDICATION) | AC_KIND_BIT(AC_KIND_ALLERGY);
    uint32_t *at = &sweep->at[AC_CUE_ALLERGY_EXCEPT], t = ac_note_token_at(note, e->span.end);
    if (!next || next->sentence != e->sentence || e->sentence >= note->sentences.n || t >= note->tokens.n ||
        !(allergens & AC_KIND_BIT(next->kind)))
        return true;
    while (*at != AC_NONE && sweep->hits->at[*at].cue.begin < e->span.end)
        *at = sweep->hits->at[*at].next;
    const ac_cue_hit *except = *at == AC_NONE ? NULL : &sweep->hits->at[*at];
    ac_span *what = NULL;
    if (except && except->token_begin <= t + 1) { /* a comma may stand before it */
        what = &sweep->excepted;
        t = except->token_end;
    } else if (leads_to_allergen(note, t)) {
        what = &sweep->denied;
        t++;
    }
    ac_span clause = what ? clause_from(note, sweep, t, e->sentence) : (ac_span) { 0, 0 };
    if (!what || !ac_span_contains(clause, next->span))
        return true;
    *what = clause;
    return false;
}

static bool governed(ac_cue_sweep *sweep, const ac_entity *e)
{
    if (ac_span_contains(sweep->excepted, e->span))
        return true;
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
    sweep->allergen = e->span;
    return true;
}

/* "Sulfa gives me hives": the drug right before words that tell an allergic reaction. */
static bool gives_reaction(const ac_note *note, ac_cue_sweep *sweep, const ac_entity *e)
{
    uint32_t *at = &sweep->word[2];
    while (*at != AC_NONE && sweep->hits->at[*at].cue.begin < e->span.end)
        *at = sweep->hits->at[*at].next;
    if (*at == AC_NONE)
        return false;
    const ac_cue_hit *h = &sweep->hits->at[*at];
    return h->allergic && h->sentence == e->sentence && h->token_begin <= ac_note_token_at(note, e->span.end) + 1;
}

/* "penicillin allergy (rash)", "sulfa: hives": a bracket, a dash or a colon ties it to the allergy right before. */
static bool tied(const ac_note *note, const ac_cue_sweep *sweep, const ac_entity *e)
{
    enum { TIED_GAP = 8 };
    const uint16_t *marks = sweep->hits->marks;
    uint32_t from = ac_note_token_at(note, sweep->allergen.end), to = ac_note_token_at(note, e->span.begin);
    if (to <= from || to - from > TIED_GAP || !(marks[from] & (AC_MARK_OPEN | AC_MARK_DASH | AC_MARK_COLON)))
        return false;
    for (uint32_t t = from; t < to; t++)
        if (marks[t] & (AC_MARK_CLOSE | AC_MARK_STOP | AC_MARK_TERM))
            return false;
    return true;
}

/* The rash of "penicillin (rash)" comes when the drug is given: it follows its allergy. */
static bool is_reaction(const ac_note *note, ac_cue_sweep *sweep, const ac_entity *e, bool allergic)
{
    if (sweep->allergen.end == 0 || lasting(e) || e->sentence >= note->sentences.n)
        return false;
    if (sweep->allergen.begin < note->sentences.at[e->sentence].span.begin)
        return allergic && ac_note_section_type_at(note, e->span.begin) == AC_SECTION_ALLERGIES &&
               ac_note_section_type_at(note, sweep->allergen.begin) == AC_SECTION_ALLERGIES;
    const ac_cue_hit *provoked = ac_cue_holding(sweep, AC_CUE_PROVOKES, e);
    return allergic || (provoked && provoked->cue.begin >= sweep->allergen.end) || tied(note, sweep, e);
}

/* ---- done all the same ------------------------------------------------------------------------------------------- */

/* Words between two mentions: few, a preposition among them, and nothing that begins another item. */
static bool leads_on(const ac_cue_hits *hits, uint32_t from, uint32_t to)
{
    enum { MEANS_GAP = 5 };
    uint16_t all = 0;
    if (to - from > MEANS_GAP)
        return false;
    for (uint32_t t = from; t < to; t++)
        all |= hits->marks[t];
    return (all & AC_MARK_MEANS) && !(all & (AC_MARK_COMMA | AC_MARK_STOP | AC_MARK_AND | AC_MARK_OR));
}

/* "No surgery for her hernia" denies the surgery, not what it would be for. */
static bool is_reason(const ac_note *note, const ac_cue_sweep *sweep, uint32_t from, uint32_t to)
{
    enum { REASON_GAP = 4 };
    static const ac_sv words[] = { AC_SV("for"), AC_SV("para"), AC_SV("por") };
    const ac_entity *before = sweep->before;
    if (!((PROCEDURE | AC_KIND_BIT(AC_KIND_MEDICATION)) & AC_KIND_BIT(before->kind)) || from >= to || to - from > REASON_GAP)
        return false;
    ac_sv w = ac_sv_sub(note->text, note->tokens.at[from].begin, note->tokens.at[from].end);
    return ac_sv_eq_nocase(w, words[0]) || ac_sv_eq_nocase(w, words[1]) || ac_sv_eq_nocase(w, words[2]);
}

/* "No evidence of foo on CT": whatever was not found, it was looked for by the test behind the preposition. */
static bool looked_by(const ac_note *note, const ac_cue_sweep *sweep, const ac_cue_hit *denial, const ac_entity *e)
{
    const uint32_t tests = AC_CONCEPT_IMAGING | AC_CONCEPT_TEST | AC_CONCEPT_ENDOSCOPY | AC_CONCEPT_SCREENING;
    uint32_t from = denial->token_end, to = ac_note_token_at(note, e->span.begin);
    return (PROCEDURE & AC_KIND_BIT(e->kind)) && (flags_of(e) & tests) && from + 1 < to &&
           !(sweep->hits->marks[from] & AC_MARK_MEANS) && leads_on(sweep->hits, from + 1, to);
}

bool ac_context_was_done(const ac_note *note, ac_cue_sweep *sweep, const ac_cue_hit *denial, const ac_entity *e)
{
    const uint32_t results = AC_KIND_BIT(AC_KIND_LAB) | AC_KIND_BIT(AC_KIND_VITAL);
    const uint32_t kinds = results | PROCEDURE | AC_KIND_BIT(AC_KIND_MEDICATION) | AC_KIND_BIT(AC_KIND_DEVICE);
    const ac_entity *before = sweep->before;
    if ((results & AC_KIND_BIT(e->kind)) && e->value.has)
        return true;
    if (denial->kind != AC_CUE_ABSENT_PRE)
        return false;
    if (!before || before->span.begin < denial->cue.end || before->span.end > e->span.begin)
        return looked_by(note, sweep, denial, e);
    uint32_t from = ac_note_token_at(note, before->span.end), to = ac_note_token_at(note, e->span.begin);
    if (ILLNESS & AC_KIND_BIT(e->kind))
        return is_reason(note, sweep, from, to);
    if (!(kinds & AC_KIND_BIT(e->kind)))
        return false;
    sweep->done = sweep->before_done ? to - from <= 2 : leads_on(sweep->hits, from, to);
    return sweep->done;
}

bool ac_context_allergy(const ac_note *note, ac_cue_sweep *sweep, ac_entity *e)
{
    bool under_heading = ac_note_section_type_at(note, e->span.begin) == AC_SECTION_ALLERGIES;
    bool allergic = governed(sweep, e) || (under_heading && !ac_entity_attr(e, AC_ATTR_DOSE));
    bool illness = ILLNESS & AC_KIND_BIT(e->kind);
    uint32_t allergen;
    if ((e->kind == AC_KIND_ALLERGY || e->kind == AC_KIND_MEDICATION) && ac_span_contains(sweep->denied, e->span)) {
        e->assertion = AC_ABSENT;
        return becomes_allergy(sweep, e);
    }
    if (e->kind == AC_KIND_ALLERGY)
        return (allergic || under_heading || gives_reaction(note, sweep, e)) && becomes_allergy(sweep, e);
    if (e->kind == AC_KIND_MEDICATION && (allergic || gives_reaction(note, sweep, e)))
        return becomes_allergy(sweep, e);
    if (e->kind == AC_KIND_PROBLEM && (is_the_cue(sweep, &sweep->word[0], e) || is_the_cue(sweep, &sweep->word[1], e)))
        return false;
    if (e->kind == AC_KIND_PROBLEM && allergy_to(e, &allergen)) {
        e->concept = allergen;
        return becomes_allergy(sweep, e);
    }
    if (illness && is_reaction(note, sweep, e, allergic))
        e->assertion = AC_CONDITIONAL;
    return true;
}
