#include "nlp/entity/measure_parse.h"

#include "nlp/time/time.h"

#include <math.h>

enum { AHEAD_TOKENS = 18, BACK_TOKENS = 7, UNKNOWN_WITH_UNIT = 4, UNKNOWN_BARE = 0, THOUSAND = 1000 };

static const char *const stops[] = { ".", ",", ";", "and", "y", "e", "or", "o", "ni", "nor", "but", "pero", "/", NULL };

static bool same(ac_sv unit, const char *code) { return ac_sv_eq(unit, ac_sv_z(code)); }

/* ---- is this quantity a value of this test? ---------------------------------------------------------------------- */

/* "38.5 degrees", "38.1 C": the scale that a living person can have. */
static void settle_degrees(const ac_note *note, ac_measured *m)
{
    if (m->kind == AC_UNIT_NONE && ac_token_same_line(note, m->end) &&
        (ac_token_is(note, m->end, 'C') || ac_token_is(note, m->end, 'F'))) {
        m->kind = AC_UNIT_DEGREE;
        m->end++;
    }
    if (m->kind == AC_UNIT_DEGREE && m->q.low > 24 && m->q.low < 46)
        m->q.unit = AC_SV("Cel");
    else if (m->kind == AC_UNIT_DEGREE && m->q.low > 80 && m->q.low < 115)
        m->q.unit = AC_SV("[degF]");
    else
        return;
    m->kind = AC_UNIT_TEMPERATURE;
}

static bool result_kind(ac_unit_kind k)
{
    return k == AC_UNIT_CONCENTRATION || k == AC_UNIT_COUNT_PER || k == AC_UNIT_PER || k == AC_UNIT_PERCENT ||
           k == AC_UNIT_PRESSURE || k == AC_UNIT_TEMPERATURE || k == AC_UNIT_RATE || k == AC_UNIT_DENSITY;
}

bool ac_test_unit_fits(const ac_test_place *p, const ac_measured *m)
{
    double v;
    if (m->q.unit.n == 0)
        return true;
    if (p->ref.unit.n == 0)
        return result_kind(m->kind) || m->kind == AC_UNIT_OTHER;
    if (ac_quantity_to_reference(m->q.low, m->q.unit, &p->ref, &v))
        return true;
    if (same(p->ref.unit, "{score}"))
        return m->kind == AC_UNIT_OTHER;
    if (p->vital) /* a vital sign has few units and the lexicon knows them */
        return same(p->ref.unit, "/min") && m->kind == AC_UNIT_RATE && same(m->q.unit, "/min");
    return m->kind == AC_UNIT_CONCENTRATION || m->kind == AC_UNIT_COUNT_PER || m->kind == AC_UNIT_PER ||
           (m->kind == AC_UNIT_PERCENT && !same(p->ref.unit, "%"));
}

static bool pair_fits(const ac_test_place *p)
{
    return same(p->ref.unit, "mm[Hg]") || same(p->ref.unit, "{score}") || same(p->ref.unit, "1") ||
           (p->ref.unit.n == 0 && !p->vital);
}

static bool is_time(const ac_note *note, const ac_test_place *p, const ac_measured *m)
{
    const ac_time_expr *t = ac_time_at(note, ac_tokens_span(note, m->begin, m->end));
    double v;
    if (!t || t->span.end > note->tokens.at[m->end - 1].end) /* "5.9 H" is no time of hours */
        return false;
    return t->kind != AC_TIME_DURATION || !p->ref.unit.n || !ac_unit_convert(1, m->q.unit, p->ref.unit, &v);
}

/* "[5]" is a reference to a paper, "(2002)" after a score's name the year of its version. */
static bool bare_oddity(const ac_note *note, const ac_test_place *p, const ac_measured *m)
{
    if (m->begin && ac_token_is(note, m->begin - 1, '[') && ac_token_is(note, m->end, ']'))
        return true;
    bool year = m->q.low >= 1900 && m->q.low < 2100 && ac_token_text(note, m->begin).n == 4 && m->q.low == m->q.high;
    return year && (p->vital || p->ref.unit.n == 0 || same(p->ref.unit, "{score}") || same(p->ref.unit, "1"));
}

bool ac_test_value_fits(const ac_note *note, const ac_test_place *p, ac_measured *m)
{
    if (same(p->ref.unit, "Cel"))
        settle_degrees(note, m);
    if (is_time(note, p, m) || !ac_test_unit_fits(p, m) || (m->q.pair && !pair_fits(p)))
        return false;
    if (m->q.pair && same(p->ref.unit, "mm[Hg]") && (m->q.low <= m->q.high || m->q.low > 350))
        return false;
    if (m->kind == AC_UNIT_NONE && bare_oddity(note, p, m))
        return false;
    if (m->end > p->to || (m->kind == AC_UNIT_NONE && ac_token_is(note, m->end, '/')))
        return false;
    return p->numbers || (m->q.pair && same(p->ref.unit, "mm[Hg]"));
}

/* ---- before the name: "120/80 mmHg blood pressure", "13.990 leucocitos/mm3" ------------------------------------- */

static bool number_before(const ac_note *note, const ac_test_place *p, ac_test_value *v)
{
    uint32_t first = p->begin > p->from + BACK_TOKENS ? p->begin - BACK_TOKENS : p->from;
    for (uint32_t at = first; at < p->begin; at++) {
        ac_measured m;
        if (!ac_measured_at(note, at, &m) || m.number_end > p->begin || m.end < p->begin)
            continue;
        bool counts = p->ref.unit.n && ac_sv_ends(p->ref.unit, AC_SV("/uL"));
        uint32_t unit_end = m.end;
        if (m.kind == AC_UNIT_NONE && counts && ac_token_is(note, p->end, '/'))
            (void)ac_unit_at(note, p->end, &m.q.unit, &m.kind, &unit_end);
        bool enough = m.kind != AC_UNIT_NONE || (m.q.pair && same(p->ref.unit, "mm[Hg]")) || (counts && m.q.low >= THOUSAND);
        if (!enough || !ac_test_value_fits(note, p, &m))
            return false;
        v->m = m;
        v->has_number = true;
        v->end = unit_end > p->end ? unit_end : p->end;
        return true;
    }
    return false;
}

/* ---- after the name ---------------------------------------------------------------------------------------------- */

static bool skip_punct(const ac_note *note, uint32_t at)
{
    ac_sv s = ac_token_text(note, at);
    static const char *const skipped[] = { ":", "=", "(", ")", "[", "]", "-", "*", "#", "+", "<", ">", "|", "\"", NULL };
    return note->tokens.at[at].kind == AC_TOKEN_PUNCT && (ac_sv_one_of(s, skipped) || s.n > 1);
}

/* One word after the name. Returns the token to go on at, or p->to when the search ends. */
static uint32_t word_after(const ac_note *note, const ac_test_place *p, uint32_t at, unsigned *unknown, ac_test_value *v)
{
    const ac_mark *flag = ac_mark_at(note, at, AC_SIG_FLAG), *result = ac_mark_at(note, at, AC_SIG_RESULT);
    bool in_parens = at && (ac_token_is(note, at - 1, '(') || ac_token_is(note, at - 1, '['));
    if (result && !*unknown && !v->words && !(in_parens && ac_mark_at(note, at, AC_SIG_REFERENCE)) && !result->ambiguous) {
        v->words = result;
        v->end = result->token_end;
        return result->token_end;
    }
    if (flag && !*unknown && !(flag->ambiguous && flag->token_end < p->to && at > p->end)) {
        v->flag = v->flag ? v->flag : flag;
        v->end = flag->token_end;
        return flag->token_end;
    }
    if (ac_sv_one_of(ac_token_text(note, at), stops))
        return p->to;
    const ac_mark *link = ac_mark_at(note, at, AC_SIG_LINK);
    if (link)
        return link->token_end;
    const ac_mark *on = ac_mark_at(note, at, AC_SIG_DATE_PRE);
    if (skip_punct(note, at))
        return at + 1;
    if (on && on->token_end < p->to && ac_time_at(note, ac_tokens_span(note, on->token_end, on->token_end + 1)))
        return on->token_end;
    return note->tokens.at[at].kind == AC_TOKEN_PUNCT || ++*unknown > UNKNOWN_WITH_UNIT ? p->to : at + 1;
}

/* "from 12 to 8.5 g/dL", "12 to 8.5": the second number is what it is now. */
static void settle_change(const ac_note *note, ac_measured *m)
{
    static const char *const froms[] = { "from", "desde", NULL };
    const ac_mark *to = ac_mark_at(note, m->end, AC_SIG_TO);
    ac_measured now;
    bool from = m->begin && ac_sv_one_of(ac_token_text(note, m->begin - 1), froms);
    for (uint32_t at = m->begin; from && !to && at < m->number_end; at++)
        to = ac_mark_at(note, at, AC_SIG_TO);
    if (!to || !ac_measured_at(note, to->token_end, &now) || now.q.pair || (!from && now.q.low >= m->q.low))
        return;
    *m = now;
}

/* "normal at 7.2", "negative (0.3)": behind a word, a number is the result when it is said to be. */
static bool announced(const ac_note *note, uint32_t number)
{
    static const char *const before[] = { "at", "of", "(", "con", "de", "en", NULL };
    return number && ac_sv_one_of(ac_token_text(note, number - 1), before);
}

static void look_after(const ac_note *note, const ac_test_place *p, ac_test_value *v)
{
    unsigned unknown = 0;
    uint32_t stop = p->to - p->end > AHEAD_TOKENS ? p->end + AHEAD_TOKENS : p->to;
    for (uint32_t at = p->end; at < stop;) {
        ac_measured m;
        const ac_time_expr *t = ac_time_at(note, ac_tokens_span(note, at, at + 1));
        if (t && t->kind != AC_TIME_DURATION) {
            at = ac_note_token_at(note, t->span.end);
        } else if (ac_measured_at(note, at, &m)) {
            settle_change(note, &m);
            (void)ac_test_flag_letter(note, p, &m);
            bool near = m.kind != AC_UNIT_NONE || unknown <= UNKNOWN_BARE;
            if (near && ac_test_value_fits(note, p, &m) && (!v->words || announced(note, at))) {
                v->m = m;
                v->has_number = true;
                v->end = m.end;
            }
            return;
        } else
            at = word_after(note, p, at, &unknown, v);
    }
}

static void word_before(const ac_note *note, const ac_test_place *p, ac_test_value *v)
{
    const ac_mark *m = ac_mark_before(note, p->begin, AC_SIG_RESULT);
    if (m && !m->ambiguous && m->token_begin >= p->from)
        v->words = m;
    m = ac_mark_before(note, p->begin, AC_SIG_FLAG);
    if (m && !m->ambiguous && m->token_begin >= p->from && !v->flag)
        v->flag = m;
}

bool ac_test_value_find(const ac_note *note, const ac_test_place *p, ac_test_value *out)
{
    ac_test_value v = { .end = p->end };
    if (!number_before(note, p, &v))
        look_after(note, p, &v);
    if (v.has_number) {
        ac_test_row(note, p, &v);
        ac_test_baseline(note, p, &v);
        v.words = NULL;
        if (!v.flag) {
            const ac_mark *before = ac_mark_before(note, p->begin, AC_SIG_FLAG);
            v.flag = before && !before->ambiguous && before->token_begin >= p->from ? before : NULL;
        }
    } else if (!v.words && !v.flag)
        word_before(note, p, &v);
    v.has_words = v.words != NULL;
    *out = v;
    return v.has_number || v.has_words || v.flag;
}

/* ---- flags ------------------------------------------------------------------------------------------------------- */

static bool above(const ac_quantity *q, double low, double high, double bound)
{
    return bound == bound && low > bound && high > bound && q->cmp != AC_CMP_LT && q->cmp != AC_CMP_LE;
}

static bool below(const ac_quantity *q, double low, double high, double bound)
{
    return bound == bound && low < bound && high < bound && q->cmp != AC_CMP_GT && q->cmp != AC_CMP_GE;
}

static ac_sv by_reference(const ac_quantity *q, double low, double high, const ac_reference *r)
{
    if (above(q, low, high, r->crit_high))
        return AC_SV("critical-high");
    if (below(q, low, high, r->crit_low))
        return AC_SV("critical-low");
    if (above(q, low, high, r->high))
        return AC_SV("high");
    return below(q, low, high, r->low) ? AC_SV("low") : AC_SV("");
}

static ac_sv by_text_range(const ac_quantity *q, const ac_quantity *r)
{
    bool upper = r->high > r->low || r->cmp == AC_CMP_LT || r->cmp == AC_CMP_LE;
    bool lower = r->high > r->low || r->cmp == AC_CMP_GT || r->cmp == AC_CMP_GE;
    if (upper && above(q, q->low, q->high, r->high))
        return AC_SV("high");
    return lower && below(q, q->low, q->high, r->low) ? AC_SV("low") : AC_SV("");
}

/* Systolic and diastolic have ranges of their own; what points both ways is just abnormal. */
static ac_sv by_pressures(const ac_quantity *q)
{
    ac_sv found = AC_SV("");
    const ac_sv ids[] = { AC_SV("systolic-bp"), AC_SV("diastolic-bp") };
    for (int i = 0; i < 2; i++) {
        uint32_t c = ac_concept_find(ids[i]);
        if (c == AC_NONE)
            return AC_SV("");
        ac_reference r = ac_concept_reference(c, AC_SEX_UNKNOWN);
        double v = i ? q->high : q->low;
        ac_sv flag = by_reference(q, v, v, &r);
        if (flag.n && found.n && flag.p[flag.n - 1] != found.p[found.n - 1])
            return AC_SV("abnormal");
        found = flag.n > found.n ? flag : found;
    }
    return found;
}

static bool within(double v, double low, double high) { return !(v < low) && !(v > high); }

/* Without a unit the number may be told in another one: it says nothing when it is far out of the range, or when another
 * unit of the test would make it an ordinary value ("glucose 10", "Hb 98"). */
static bool plausible_bare(double v, const ac_reference *r)
{
    for (size_t i = 0; i < r->n_alts; i++) {
        double other = v * r->alts[i].factor + r->alts[i].offset;
        if ((v < r->low / 2 && within(other, r->low * 0.85, r->high * 3)) ||
            (v > r->high * 2 && within(other, r->low / 2, r->high * 2)))
            return false;
    }
    return !(v > r->high * 20) && !(v < r->low / 20);
}

ac_sv ac_test_flag(const ac_test_place *p, const ac_test_value *v)
{
    const ac_quantity *q = &v->m.q;
    double low, high;
    if (!v->has_number)
        return AC_SV("");
    if (q->pair)
        return same(p->ref.unit, "mm[Hg]") ? by_pressures(q) : AC_SV("");
    if (v->range)
        return by_text_range(q, &v->range_m.q);
    if (!p->ref.unit.n)
        return AC_SV("");
    if (q->unit.n == 0) {
        double c = q->low;
        if (same(p->ref.unit, "Cel") && c > 80 && c < 115)
            c = (c - 32) * 5 / 9;
        return plausible_bare(c, &p->ref) ? by_reference(q, c, q->high == q->low ? c : q->high, &p->ref) : AC_SV("");
    }
    if (!ac_quantity_to_reference(q->low, q->unit, &p->ref, &low) ||
        !ac_quantity_to_reference(q->high, q->unit, &p->ref, &high))
        return AC_SV("");
    return by_reference(q, low, high, &p->ref);
}
