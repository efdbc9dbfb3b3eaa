#include "nlp/entity/measure.h"

#include "nlp/entity/entity.h"
#include "nlp/entity/measure_parse.h"
#include "nlp/time/time.h"

#include <math.h>

enum { RUN_MAX = 8, SUPPORT_AHEAD = 4, PLAUSIBLE = 4 };

static bool is_test(const ac_entity *e)
{
    return (e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL) && !e->in_header;
}

static const char *const and_words[] = { "and", "y", "e", "&", NULL };
static const char *const list_words[] = { "and", "y", "e", "&", ",", "/", "or", "o", "ni", "nor", NULL };

/* Only "and", commas and slashes lie between. */
static bool listed(const ac_note *note, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (!ac_sv_one_of(ac_token_text(note, i), list_words))
            return false;
    return from < to && to - from <= 3;
}

/* The walk: one test after the other, with what the ones before took. */
typedef struct {
    ac_note *note;
    uint32_t claimed;           /* first token that no value has taken yet */
    uint32_t run[RUN_MAX];      /* tests named together that have no value yet: "HBsAg, VHC y VIH negativos" */
    size_t run_n;
    uint32_t last_end, last_sentence;
    bool last_panel;
} walk;

static void refer(const ac_note *note, const ac_entity *e, ac_test_place *p)
{
    p->ref = (ac_reference) { .low = NAN, .high = NAN, .crit_low = NAN, .crit_high = NAN };
    p->numbers = true;
    if (e->concept == AC_NONE)
        return;
    p->ref = ac_concept_reference(e->concept, (ac_sex)note->patient.sex);
    p->numbers = !(ac_concept_flags(e->concept) & AC_CONCEPT_PANEL);
}

static ac_test_place place_of(const walk *w, uint32_t i, uint32_t next)
{
    const ac_note *note = w->note;
    const ac_entity *e = &note->entities.at[i];
    ac_test_place p = { .vital = e->kind == AC_KIND_VITAL };
    refer(note, e, &p);
    ac_place own = ac_place_of(note, i);
    p.begin = own.begin;
    p.end = own.end;
    p.from = own.from;
    p.to = own.to;
    if (p.from < w->claimed)
        p.from = w->claimed;
    if (next < note->entities.n) {
        uint32_t at = ac_note_token_at(note, note->entities.at[next].span.begin);
        p.to = at < p.to ? at : p.to;
    }
    p.from = p.from > p.begin ? p.begin : p.from;
    p.to = p.to < p.end ? p.end : p.to;
    return p;
}

static ac_rc add(ac_note *note, ac_entity *e, ac_attr a, ac_err *err)
{
    a.entity = AC_NONE;
    return ac_entity_add_attr(note->arena, e, a) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for attributes");
}

static ac_span mark_span(const ac_note *note, const ac_mark *m) { return ac_tokens_span(note, m->token_begin, m->token_end); }

static ac_rc store_words(ac_note *note, ac_entity *e, const ac_mark *words, ac_err *err)
{
    e->value.words = ac_mark_norm(words);
    return add(note, e, (ac_attr) { .kind = AC_ATTR_VALUE, .span = mark_span(note, words), .norm = e->value.words,
                                    .quantity = e->value }, err);
}

static ac_rc store(ac_note *note, ac_entity *e, const ac_test_place *p, const ac_test_value *v, ac_err *err)
{
    ac_sv flag = v->flag ? ac_mark_norm(v->flag) : AC_SV(""), computed = ac_test_flag(p, v);
    if (!flag.n || (ac_sv_eq(flag, AC_SV("abnormal")) && computed.n)) /* the text's own word wins; its asterisk has no side */
        flag = computed;
    ac_span flag_span = v->flag ? mark_span(note, v->flag) : (ac_span) { 0, 0 };
    if (v->has_number) {
        e->value = v->m.q;
        ac_span span = ac_tokens_span(note, v->m.begin, v->m.end);
        AC_TRY(err, add(note, e, (ac_attr) { .kind = AC_ATTR_VALUE, .span = span, .quantity = v->m.q }, err));
        flag_span = v->flag ? flag_span : span;
    } else if (v->has_words)
        AC_TRY(err, store_words(note, e, v->words, err));
    if (v->range)
        AC_TRY(err, add(note, e, (ac_attr) { .kind = AC_ATTR_RANGE, .quantity = v->range_m.q,
                            .span = ac_tokens_span(note, v->range_m.begin, v->range_m.end) }, err));
    if (v->baseline)
        AC_TRY(err, add(note, e, (ac_attr) { .kind = AC_ATTR_BASELINE, .norm = ac_mark_norm(v->baseline), .quantity = v->baseline_m.q,
                            .span = ac_tokens_span(note, v->baseline->token_begin, v->baseline_m.end) }, err));
    if (flag.n)
        AC_TRY(err, add(note, e, (ac_attr) { .kind = AC_ATTR_FLAG, .span = flag_span, .norm = flag }, err));
    return AC_OK;
}

/* "Hb/Hct 12/36", "BUN/creatinine 20/1.2": one number each. */
static bool split_pair(walk *w, uint32_t i, const ac_test_place *p, ac_err *err, ac_rc *rc)
{
    ac_note *note = w->note;
    ac_measured m;
    uint32_t at = p->end + (ac_token_is(note, p->end, ':') || ac_token_is(note, p->end, '='));
    const ac_mark *link = ac_mark_at(note, at, AC_SIG_LINK);
    at = link ? link->token_end : at;
    if (w->run_n == 0 || !ac_token_is(note, p->begin - 1, '/') || at >= p->to || !ac_measured_at(note, at, &m) ||
        !m.q.pair || m.end > p->to || ac_time_at(note, ac_tokens_span(note, m.begin, m.end)))
        return false;
    uint32_t first = w->run[w->run_n - 1];
    for (int k = 0; k < 2; k++) {
        ac_entity *e = &note->entities.at[k ? i : first];
        uint32_t token = m.number_end - (k ? 1 : 3);
        ac_quantity q = { .has = true, .low = k ? m.q.high : m.q.low, .unit = m.q.unit };
        q.high = q.low;
        e->value = q;
        *rc = add(note, e, (ac_attr) { .kind = AC_ATTR_VALUE, .span = ac_tokens_span(note, token, token + 1),
                                       .quantity = q }, err);
        if (*rc != AC_OK)
            return true;
    }
    w->claimed = m.end;
    w->run_n = 0;
    return true;
}

/* What a word says about the last of a list it says about all. */
static ac_rc share_words(walk *w, const ac_mark *words, ac_err *err)
{
    for (size_t k = 0; k < w->run_n; k++)
        AC_TRY(err, store_words(w->note, &w->note->entities.at[w->run[k]], words, err));
    w->run_n = 0;
    return AC_OK;
}

static ac_rc measure(walk *w, uint32_t i, uint32_t next, ac_err *err)
{
    ac_note *note = w->note;
    ac_entity *e = &note->entities.at[i];
    ac_test_place p = place_of(w, i, next), whole = p;
    whole.from = e->sentence < note->sentences.n ? note->sentences.at[e->sentence].token_begin : p.from;
    e->concept = ac_test_of_specimen(note, &whole, e);
    refer(note, e, &p);
    ac_test_value v;
    ac_rc rc = AC_OK;
    if (w->last_sentence != e->sentence || !listed(note, w->last_end, p.begin))
        w->run_n = 0;
    bool after_and = w->run_n && !w->last_panel && ac_sv_one_of(ac_token_text(note, p.begin - 1), and_words);
    w->last_end = p.end;
    w->last_sentence = e->sentence;
    w->last_panel = e->concept != AC_NONE && (ac_concept_flags(e->concept) & AC_CONCEPT_PANEL);
    if (split_pair(w, i, &p, err, &rc))
        return rc;
    if (after_and) /* of "sodium and potassium were 140" nobody can tell whose it is */
        p.numbers = false;
    if (!ac_test_value_find(note, &p, &v)) {
        if (w->run_n < RUN_MAX)
            w->run[w->run_n++] = i;
        return AC_OK;
    }
    AC_TRY(err, store(note, e, &p, &v, err));
    w->claimed = v.end;
    w->last_end = v.end > p.end ? v.end : p.end;
    if (v.has_words && v.words->token_begin >= p.end)
        return share_words(w, v.words, err);
    w->run_n = 0;
    return AC_OK;
}

/* A habit that is counted: "40 pack-years", "IPA: 40". */
static ac_rc count_habit(ac_note *note, ac_entity *e, ac_err *err)
{
    ac_measured m;
    if (e->kind != AC_KIND_SOCIAL || e->concept == AC_NONE || e->in_header)
        return AC_OK;
    ac_reference ref = ac_concept_reference(e->concept, AC_SEX_UNKNOWN);
    uint32_t begin = ac_note_token_at(note, e->span.begin), end = ac_note_token_at(note, e->span.end);
    uint32_t after = end + (ac_token_is(note, end, ':') || ac_token_is(note, end, '='));
    bool found = begin && ac_token_same_line(note, begin) && ac_measured_at(note, begin - 1, &m) && m.number_end == begin;
    found = found || (ac_token_same_line(note, after) && ac_measured_at(note, after, &m) && m.kind == AC_UNIT_NONE &&
                      !ac_time_at(note, ac_tokens_span(note, m.begin, m.end)));
    if (!ref.unit.n || !found || m.q.pair)
        return AC_OK;
    e->value = m.q;
    e->value.unit = ref.unit;
    return add(note, e, (ac_attr) { .kind = AC_ATTR_VALUE, .span = ac_tokens_span(note, m.begin, m.number_end),
                                    .quantity = e->value }, err);
}

ac_rc ac_step_measures(ac_note *note, ac_err *err)
{
    for (size_t k = 0; k < note->entities.n; k++)
        AC_TRY(err, count_habit(note, &note->entities.at[k], err));
    walk w = { .note = note, .last_sentence = AC_NONE };
    uint32_t i = 0, n = (uint32_t)note->entities.n;
    while (i < n && !is_test(&note->entities.at[i]))
        i++;
    while (i < n) {
        uint32_t next = i + 1;
        while (next < n && !is_test(&note->entities.at[next]) && note->entities.at[next].kind != AC_KIND_MEDICATION)
            next++;
        AC_TRY(err, measure(&w, i, next, err));
        while (next < n && !is_test(&note->entities.at[next]))
            next++;
        i = next;
    }
    return AC_OK;
}

/* ---- support for ambiguous words --------------------------------------------------------------------------------- */

static bool speaks_for_test(const ac_note *note, uint32_t token, ac_measured *m)
{
    if (!ac_measured_at(note, token, m) || ac_time_at(note, ac_tokens_span(note, m->begin, m->end)))
        return false;
    switch (m->kind) {
    case AC_UNIT_MASS:
    case AC_UNIT_VOLUME:
    case AC_UNIT_FORM:
    case AC_UNIT_DOSE:
    case AC_UNIT_TIME:
    case AC_UNIT_ACTIVITY:
    case AC_UNIT_AMOUNT: return false;
    default: return true;
    }
}

/* The number right behind term, or the quantity right before it. */
static bool number_beside(const ac_note *note, uint32_t begin, uint32_t end, uint32_t from, uint32_t to, ac_measured *m)
{
    for (uint32_t at = end; at < to && at < end + SUPPORT_AHEAD;) {
        if (speaks_for_test(note, at, m))
            return m->end <= to;
        const ac_mark *link = ac_mark_at(note, at, AC_SIG_LINK);
        if (!link && !ac_token_is(note, at, ':') && !ac_token_is(note, at, '=') && !ac_token_is(note, at, '('))
            break;
        at = link ? link->token_end : at + 1;
    }
    for (uint32_t at = begin > from + 5 ? begin - 5 : from; at < begin; at++)
        if (ac_measured_at(note, at, m) && m->end == begin)
            return m->kind != AC_UNIT_NONE && speaks_for_test(note, at, m);
    return false;
}

/* "positive", "high", "elevated" behind term. */
static bool word_beside(const ac_note *note, uint32_t end, uint32_t to)
{
    for (uint32_t at = end; at < to && at < end + SUPPORT_AHEAD;) {
        if (ac_mark_at(note, at, AC_SIG_RESULT) || (ac_mark_at(note, at, AC_SIG_FLAG) && at == end))
            return true;
        const ac_mark *link = ac_mark_at(note, at, AC_SIG_LINK);
        if (!link && !ac_token_is(note, at, ':') && !ac_token_is(note, at, '=') && !ac_token_is(note, at, '('))
            return false;
        at = link ? link->token_end : at + 1;
    }
    return false;
}

static ac_test_place beside(const ac_note *note, ac_span term)
{
    ac_test_place p = { .begin = ac_note_token_at(note, term.begin), .end = ac_note_token_at(note, term.end) };
    uint32_t sentence = ac_note_sentence_at(note, term.begin);
    p.from = sentence == AC_NONE ? p.begin : note->sentences.at[sentence].token_begin;
    p.to = sentence == AC_NONE ? note->tokens.n < p.end + 4 ? (uint32_t)note->tokens.n : p.end + 4
                               : note->sentences.at[sentence].token_end;
    return p;
}

bool ac_measure_supports(const ac_note *note, ac_span term)
{
    ac_measured m;
    if (!note->marks.first)
        return false;
    ac_test_place p = beside(note, term);
    return number_beside(note, p.begin, p.end, p.from, p.to, &m) || word_beside(note, p.end, p.to);
}

bool ac_measure_plausible(const ac_note *note, ac_span term, uint32_t concept)
{
    ac_measured m;
    if (!note->marks.first)
        return true;
    ac_test_place p = beside(note, term);
    p.ref = ac_concept_reference(concept, (ac_sex)note->patient.sex);
    p.vital = ac_concept_kind(concept) == AC_KIND_VITAL;
    if (!number_beside(note, p.begin, p.end, p.from, p.to, &m))
        return true;
    bool share = ac_sv_eq(p.ref.unit, AC_SV("%")); /* a share does not fall by factors: 40 % is no saturation */
    if (m.q.unit.n && !(share && ac_sv_eq(m.q.unit, p.ref.unit)))
        return ac_test_unit_fits(&p, &m);
    if (share && m.q.high < p.ref.low - PLAUSIBLE * (p.ref.high - p.ref.low))
        return false;
    return !(m.q.low > p.ref.high * PLAUSIBLE) && !(m.q.high < p.ref.low / PLAUSIBLE);
}
