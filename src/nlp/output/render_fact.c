/* The facts' own grammar: which words of an entity and its attributes are told, in which order. */
#include "base/search.h"
#include "nlp/entity/fact.h"
#include "nlp/entity/mark.h"
#include "nlp/entity/quantity.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/output/render.h"
#include "nlp/text/section.h"
#include "nlp/time/time.h"

uint32_t ac_fact_flags(const ac_fact *f) { return f->concept == AC_NONE ? 0 : ac_concept_flags(f->concept); }

const ac_entity *ac_fact_entity(const ac_note *note, uint32_t fact)
{
    return ac_fact_best(note, &note->facts.at[fact]);
}

ac_sv ac_attr_norm(const ac_entity *e, ac_attr_kind kind)
{
    const ac_attr *a = ac_entity_attr(e, kind);
    return a ? a->norm : (ac_sv) { "", 0 };
}

bool ac_result_critical(const ac_entity *e) { return ac_sv_starts(ac_attr_norm(e, AC_ATTR_FLAG), AC_SV("critical")); }

bool ac_result_abnormal(const ac_entity *e)
{
    ac_sv flag = ac_attr_norm(e, AC_ATTR_FLAG);
    return ac_sv_eq(flag, AC_SV("high")) || ac_sv_eq(flag, AC_SV("low")) || ac_sv_eq(flag, AC_SV("abnormal")) ||
           ac_sv_starts(flag, AC_SV("critical"));
}

bool ac_entity_asked(const ac_note *note, const ac_entity *e)
{
    if (!note->dialogue || e->cue.end > e->cue.begin || e->sentence >= note->sentences.n)
        return false;
    ac_sv s = ac_span_text(note->text, note->sentences.at[e->sentence].span);
    return ac_sv_ends(s, AC_SV("?"));
}

bool ac_entity_ahead(const ac_note *note, const ac_entity *e)
{
    switch (ac_note_section_type_at(note, e->span.begin)) {
    case AC_SECTION_PLAN:
    case AC_SECTION_FOLLOW_UP:
    case AC_SECTION_INSTRUCTIONS:
        return true;
    default:
        return false;
    }
}

bool ac_entity_reaction(const ac_note *note, uint32_t entity)
{
    enum { AROUND = 8 };
    for (uint32_t i = entity > AROUND ? entity - AROUND : 0; i < note->entities.n && i < entity + AROUND; i++) {
        const ac_entity *e = &note->entities.at[i];
        for (size_t k = 0; e->kind == AC_KIND_ALLERGY && k < e->attrs.n && k < AROUND; k++)
            if (e->attrs.at[k].kind == AC_ATTR_REACTION && e->attrs.at[k].entity == entity)
                return true;
    }
    return false;
}

ac_seen ac_seen_new(const ac_note *note) { return (ac_seen) { ac_concept_map_new(note->arena, note->facts.n), 1 }; }

bool ac_seen_first(ac_seen *s, uint32_t concept)
{
    if (concept == AC_NONE || concept >= ac_lexicon_size())
        return true;
    uint32_t *round = ac_concept_value(&s->in, concept);
    bool first = *round != s->round;
    *round = s->round;
    return first;
}

/* ---- names --------------------------------------------------------------------------------------------------- */

static bool only_blanks(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ')
            return false;
    return true;
}

/* Grow *to by a span that touches it (blanks between do not count). */
static void join(const ac_note *note, ac_span *to, ac_span s)
{
    if (s.begin >= s.end)
        return;
    uint32_t lo = s.begin < to->begin ? s.begin : to->begin, hi = s.end > to->end ? s.end : to->end;
    bool touches = s.end <= to->begin   ? only_blanks(ac_sv_sub(note->text, s.end, to->begin))
                   : to->end <= s.begin ? only_blanks(ac_sv_sub(note->text, to->end, s.begin))
                                        : true;
    if (touches)
        *to = ac_span_of(lo, hi);
}

static bool describes(const ac_attr *a)
{
    return a->kind == AC_ATTR_SEVERITY || a->kind == AC_ATTR_LATERALITY || a->kind == AC_ATTR_SITE;
}

enum { ATTRS = 24 }; /* attributes that are told; an entity with more is a list gone wrong */

static size_t told(const ac_entity *e) { return e->attrs.n < ATTRS ? e->attrs.n : ATTRS; }

ac_span ac_entity_name(const ac_note *note, const ac_entity *e)
{
    ac_span s = e->span;
    for (int pass = 0; pass < 2; pass++) /* "severe left knee pain": the side first, then the severity before it */
        for (size_t i = 0; i < told(e); i++)
            if (describes(&e->attrs.at[i]))
                join(note, &s, e->attrs.at[i].span);
    return s;
}

/* "oedema, left leg": words of side and place that stand together are told together. */
static ac_span with_neighbours(const ac_note *note, const ac_entity *e, ac_span s)
{
    for (size_t i = 0; i < told(e); i++)
        if (describes(&e->attrs.at[i]))
            join(note, &s, e->attrs.at[i].span);
    return s;
}

/* A severity that does not stand at its name is told only from right behind it ("pain was severe"): before other words
 * it may be theirs ("severe menorrhagia, fatigue", "carcinoma, moderately differentiated"). */
static bool of_other_words(const ac_attr *a, ac_span name)
{
    enum { BEHIND = 8 };
    return a->kind == AC_ATTR_SEVERITY && (a->span.begin < name.end || a->span.begin - name.end > BEHIND);
}

/* "gangrene of the gallbladder": a place that a few small words join to the name is told with them. */
static ac_span with_place(const ac_note *note, const ac_entity *e, ac_span name)
{
    enum { GAP_MAX = 14 };
    const ac_attr *site = ac_entity_attr(e, AC_ATTR_SITE);
    if (!site || site->span.begin < name.end || site->span.begin - name.end > GAP_MAX || site->span.end <= site->span.begin)
        return name;
    for (uint32_t i = name.end; i < site->span.begin; i++)
        if (note->text.p[i] != ' ' && !ac_is_lower(note->text.p[i]))
            return name;
    return with_neighbours(note, e, ac_span_of(name.begin, site->span.end));
}

ac_sv ac_entity_noun(const ac_note *note, const ac_entity *e)
{
    uint32_t token = ac_note_token_at(note, e->span.begin);
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_ADJECTIVE);
    bool whole = m && note->tokens.at[m->token_end - 1].end == e->span.end;
    return whole ? ac_mark_norm(m) : (ac_sv) { "", 0 };
}

/* "Severely malnourished" stays as it is written: the adverb does not fit the noun. */
static void tell_name(ac_draft *d, ac_span words, const ac_entity *e)
{
    ac_sv noun = ac_entity_noun(d->note, e);
    if (noun.n && ac_span_len(words) == ac_span_len(e->span)) {
        ac_draft_add(d, noun);
        ac_draft_cite(d, e->span);
    } else
        ac_draft_quote(d, words);
}

void ac_draft_name(ac_draft *d, const ac_entity *e) { tell_name(d, e->span, e); }

static void name_with_details(ac_draft *d, const ac_entity *e)
{
    ac_span name = with_place(d->note, e, ac_entity_name(d->note, e)), last = name;
    tell_name(d, name, e);
    for (size_t i = 0; i < told(e); i++) {
        const ac_attr *a = &e->attrs.at[i];
        if (!describes(a) || a->span.begin >= a->span.end || ac_span_overlaps(a->span, name) ||
            ac_span_overlaps(a->span, last) || of_other_words(a, name))
            continue;
        last = with_neighbours(d->note, e, a->span);
        if (ac_span_overlaps(last, name)) /* the name reaches it after all */
            last = a->span;
        ac_draft_add(d, AC_SV(", "));
        ac_draft_quote(d, last);
    }
}

ac_span ac_duration_words(const ac_note *note, ac_span span, bool *since)
{
    uint32_t t = ac_note_token_at(note, span.begin);
    ac_phrase p;
    bool lead = ac_phrase_at(note, t, ac_phrase_bit(AC_PHRASE_LEAD_SINCE) | ac_phrase_bit(AC_PHRASE_LEAD_FOR), &p);
    *since = lead && p.kind == AC_PHRASE_LEAD_SINCE; /* "desde mayo"; the longer "desde hace" is no since */
    if (!lead || *since || p.token_end >= note->tokens.n)
        return span;
    uint32_t begin = note->tokens.at[p.token_end].begin;
    return begin < span.end ? (ac_span) { begin, span.end } : span;
}

static const ac_attr *duration_of(const ac_entity *e)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_DURATION);
    return a && a->span.end > a->span.begin ? a : NULL;
}

void ac_draft_duration(ac_draft *d, const ac_entity *e)
{
    const ac_attr *a = duration_of(e);
    if (!a)
        return;
    bool since;
    ac_span words = ac_duration_words(d->note, a->span, &since);
    if (since)
        ac_draft_add(d, AC_SV(" "));
    else
        ac_draft_say(d, AC_SAY_FOR);
    if (a->norm.n && !since) /* "5 days" of "5-day history" */
        ac_draft_add(d, a->norm);
    else
        ac_draft_quote(d, words);
    ac_draft_cite(d, a->span);
}

static const ac_entity *entity_at(const ac_note *note, uint32_t begin)
{
    size_t first = AC_COUNT_BEFORE(i, note->entities.n, note->entities.at[i].span.begin < begin);
    return first < note->entities.n && note->entities.at[first].span.begin == begin ? &note->entities.at[first] : NULL;
}

/* A drug whose generic name is written: brand names keep their capital. */
static bool written_small(const ac_note *note, const ac_entity *e)
{
    ac_sv name = e->concept == AC_NONE ? (ac_sv) { "", 0 } : ac_concept_name(e->concept, note->lang);
    ac_sv words = ac_span_text(note->text, e->span);
    if (!name.n || ac_is_upper(name.p[0]))
        return false;
    return (e->kind != AC_KIND_MEDICATION && e->kind != AC_KIND_ALLERGY) || ac_lower(words.p[0]) == name.p[0];
}

void ac_draft_uncapital(ac_draft *d, size_t at, uint32_t source)
{
    const ac_note *note = d->note;
    uint32_t t = ac_note_token_at(note, source);
    const ac_entity *e = entity_at(note, source);
    if (e && t < note->tokens.n && at < d->text.n && note->tokens.at[t].begin == source &&
        note->tokens.at[t].end - source > 2 && !(note->tokens.at[t].shape & (AC_SHAPE_ALL_UPPER | AC_SHAPE_MIXED)) &&
        written_small(note, e))
        d->text.p[at] = ac_lower(d->text.p[at]);
}

/* ---- kinds --------------------------------------------------------------------------------------------------- */

static void tell_problem(ac_draft *d, const ac_entity *e)
{
    name_with_details(d, e);
    ac_draft_duration(d, e);
}

/* Behind what closes the parentheses that words [begin, end) open: "25 mg (up from 12.5 mg" goes on to its ")". */
static uint32_t closed(const ac_note *note, uint32_t begin, uint32_t end)
{
    enum { REST_MAX = 40 };
    int open = 0;
    for (uint32_t i = begin; i < end; i++)
        open += (note->text.p[i] == '(') - (note->text.p[i] == ')');
    for (uint32_t i = end; open > 0 && i < note->text.n && i < end + REST_MAX && note->text.p[i] != '\n'; i++)
        if (note->text.p[i] == ')' && --open == 0)
            return i + 1;
    return end;
}

/* "25 mg daily for 7 days, then 50 mg daily": two doses or frequencies are one course, told in its own words. */
static bool tell_as_written(ac_draft *d, const ac_entity *e)
{
    enum { COURSE_MAX = 160 };
    size_t n[AC_ATTR_COUNT] = { 0 };
    uint32_t end = e->span.end;
    for (size_t i = 0; i < told(e); i++) {
        const ac_attr *a = &e->attrs.at[i];
        bool sig = a->kind == AC_ATTR_DOSE || a->kind == AC_ATTR_FREQUENCY || a->kind == AC_ATTR_DURATION;
        n[a->kind]++;
        end = sig && a->span.end > end ? a->span.end : end;
    }
    if ((n[AC_ATTR_DOSE] < 2 && n[AC_ATTR_FREQUENCY] < 2) || end - e->span.begin > COURSE_MAX)
        return false;
    ac_draft_quote(d, ac_span_of(e->span.begin, closed(d->note, e->span.begin, end)));
    return true;
}

/* "1 tablet" names the form "tablets" already. */
static bool names_form(const ac_note *note, ac_span dose, ac_span form)
{
    ac_sv in = ac_span_text(note->text, dose), word = ac_span_text(note->text, form);
    if (word.n > 3 && word.p[word.n - 1] == 's')
        word.n--;
    for (size_t i = 0; i + word.n <= in.n; i++)
        if (ac_sv_eq_nocase(ac_sv_sub(in, i, i + word.n), word))
            return true;
    return false;
}

/* The sig as one sees it on a prescription, whatever the order in the note. */
static void tell_medication(ac_draft *d, const ac_entity *e)
{
    static const ac_attr_kind order[] = { AC_ATTR_STRENGTH, AC_ATTR_DOSE, AC_ATTR_FORM, AC_ATTR_ROUTE,
                                          AC_ATTR_FREQUENCY };
    if (tell_as_written(d, e))
        return;
    ac_span shown[ATTRS + 1] = { e->span };
    size_t n = 1;
    ac_draft_quote(d, e->span);
    for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
        for (size_t i = 0; i < told(e) && n <= ATTRS; i++) {
            ac_span s = e->attrs.at[i].span;
            bool again = e->attrs.at[i].kind != order[k] || s.begin >= s.end;
            for (size_t j = 0; j < n && !again; j++)
                again = ac_span_overlaps(shown[j], s) ||
                        (order[k] == AC_ATTR_FORM && j && names_form(d->note, shown[j], s));
            if (again)
                continue;
            shown[n++] = s;
            ac_draft_add(d, AC_SV(" "));
            ac_draft_quote(d, s);
        }
    ac_draft_duration(d, e);
}

static const ac_sv *flag_words(ac_sv norm)
{
    static const struct {
        ac_sv norm, say[AC_LANG_COUNT];
    } flags[] = {
        { { "high", 4 }, { { " (high)", 7 }, { " (alto)", 7 } } },
        { { "low", 3 }, { { " (low)", 6 }, { " (bajo)", 7 } } },
        { { "abnormal", 8 }, { { " (abnormal)", 11 }, { " (alterado)", 11 } } },
        { { "critical", 8 }, { { " (critical)", 11 }, { " (crítico)", 11 } } },
        { { "critical-high", 13 }, { { " (critically high)", 18 }, { " (críticamente alto)", 21 } } },
        { { "critical-low", 12 }, { { " (critically low)", 17 }, { " (críticamente bajo)", 21 } } },
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (ac_sv_eq(flags[i].norm, norm))
            return flags[i].say;
    return NULL;
}

/* "(baseline 1.6)"; behind other words in parentheses "(high)" becomes "(high; 0.6-1.2)". */
static void tell_aside(ac_draft *d, const ac_entity *e, ac_attr_kind kind, bool *open)
{
    const ac_attr *a = ac_entity_attr(e, kind);
    if (!a || a->span.begin >= a->span.end || !d->text.n || d->text.rc != AC_OK)
        return;
    ac_span s = a->span;
    while (s.begin < s.end && ac_one_of(d->note->text.p[s.begin], "([ "))
        s.begin++;
    while (s.end > s.begin && ac_one_of(d->note->text.p[s.end - 1], ")] "))
        s.end--;
    d->text.n -= *open; /* the closing parenthesis */
    ac_draft_add(d, *open ? AC_SV("; ") : AC_SV(" ("));
    ac_draft_quote(d, s);
    ac_draft_add(d, AC_SV(")"));
    *open = true;
}

/* The unit of a table stands behind other cells: "128  L  mmol/L  135-145". */
static void tell_unit_of_row(ac_draft *d, const ac_attr *value)
{
    enum { CELLS_BETWEEN = 8 };
    uint32_t token = ac_note_token_at(d->note, value->span.end), inside = ac_note_token_at(d->note, value->span.begin), end;
    ac_sv unit;
    ac_unit_kind kind;
    for (uint32_t at = inside + 1; at < token; at++)
        if (ac_unit_at(d->note, at, &unit, &kind, &end) && end <= token)
            return; /* it stands beside the number */
    for (uint32_t at = token; value->quantity.unit.n && at < token + CELLS_BETWEEN && ac_token_same_line(d->note, at); at++)
        if (ac_unit_at(d->note, at, &unit, &kind, &end) && ac_sv_eq(unit, value->quantity.unit)) {
            ac_draft_add(d, AC_SV(" "));
            ac_draft_quote(d, ac_tokens_span(d->note, at, end));
            return;
        }
}

static void tell_result(ac_draft *d, const ac_entity *e)
{
    const ac_attr *value = ac_entity_attr(e, AC_ATTR_VALUE);
    ac_draft_quote(d, e->span);
    if (value && value->span.end > value->span.begin && !ac_span_contains(e->span, value->span)) {
        ac_draft_add(d, AC_SV(" "));
        ac_draft_quote(d, value->span);
        tell_unit_of_row(d, value);
    }
    const ac_attr *flag = ac_entity_attr(e, AC_ATTR_FLAG);
    const ac_sv *words = flag ? flag_words(flag->norm) : NULL;
    bool open = words != NULL;
    if (open) {
        ac_draft_cite(d, flag->span);
        ac_draft_add(d, words[d->note->lang]);
        tell_aside(d, e, AC_ATTR_RANGE, &open);
    }
    tell_aside(d, e, AC_ATTR_BASELINE, &open);
}

static void tell_related(ac_draft *d, const ac_entity *e, ac_attr_kind kind)
{
    const ac_attr *a = ac_entity_attr(e, kind);
    if (!a || a->span.begin >= a->span.end || ac_span_overlaps(a->span, e->span) || (kind == AC_ATTR_DATE && d->undated))
        return;
    ac_draft_add(d, AC_SV(" ("));
    ac_draft_quote(d, a->span);
    ac_draft_add(d, AC_SV(")"));
}

static void tell_allergy(ac_draft *d, const ac_entity *e)
{
    ac_draft_quote(d, e->span);
    tell_related(d, e, AC_ATTR_REACTION);
}

/* "40 pack-year smoking history" */
static void tell_habit(ac_draft *d, const ac_entity *e)
{
    const ac_attr *value = ac_entity_attr(e, AC_ATTR_VALUE);
    if (value && value->span.end <= e->span.begin) {
        ac_draft_quote(d, value->span);
        ac_draft_add(d, AC_SV(" "));
    }
    name_with_details(d, e);
    if (value && value->span.begin >= e->span.end) {
        ac_draft_add(d, AC_SV(" "));
        ac_draft_quote(d, value->span);
    }
}

static void tell_procedure(ac_draft *d, const ac_entity *e)
{
    name_with_details(d, e);
    tell_related(d, e, AC_ATTR_DATE);
}

/* "stroke (father)"; without a relative: "Family history: stroke" */
static void tell_family(ac_draft *d, const ac_entity *e)
{
    const ac_attr *who = ac_entity_attr(e, AC_ATTR_RELATIVE);
    if (!who || who->span.begin >= who->span.end || ac_span_overlaps(who->span, e->span))
        ac_draft_say(d, AC_SAY_FAMILY);
    ac_draft_quote(d, e->span);
    tell_related(d, e, AC_ATTR_RELATIVE);
}

void ac_draft_entity(ac_draft *d, const ac_entity *e)
{
    static void (*const tell[AC_KIND_COUNT])(ac_draft *, const ac_entity *) = {
        [AC_KIND_PROBLEM] = tell_problem,       [AC_KIND_SYMPTOM] = tell_problem,
        [AC_KIND_MEDICATION] = tell_medication, [AC_KIND_LAB] = tell_result,
        [AC_KIND_VITAL] = tell_result,          [AC_KIND_PROCEDURE] = tell_procedure,
        [AC_KIND_ANATOMY] = name_with_details,  [AC_KIND_DEVICE] = tell_procedure,
        [AC_KIND_ALLERGY] = tell_allergy,       [AC_KIND_SOCIAL] = tell_habit,
        [AC_KIND_FAMILY] = tell_family,
    };
    if (e->assertion == AC_FAMILY)
        tell_family(d, e);
    else
        tell[e->kind](d, e);
    ac_draft_cite(d, e->cue);
}
