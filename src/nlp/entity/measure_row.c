/* What stands behind the number of a result, in prose or in the cells of a table: "L mmol/L 135-145", "mg/dL (8.5-10.5) L". */
#include "nlp/entity/measure_parse.h"

#include "nlp/time/time.h"

enum { CELLS_MAX = 8 };

static bool is_any(const ac_note *note, uint32_t token, const char *chars)
{
    ac_sv s = ac_token_text(note, token);
    for (; *chars; chars++)
        if (s.n == 1 && s.p[0] == *chars)
            return true;
    return false;
}

/* The row is over, or another cell of a result begins. */
static bool cell_ends(const ac_note *note, const ac_test_place *p, uint32_t at)
{
    ac_sv unit;
    ac_unit_kind kind;
    uint32_t end;
    return at >= p->to || !ac_token_same_line(note, at) || is_any(note, at, "|([;,.") ||
           ac_token_kind_is(note, at, AC_TOKEN_NUMBER) || ac_unit_at(note, at, &unit, &kind, &end);
}

bool ac_test_flag_letter(const ac_note *note, const ac_test_place *p, ac_measured *m)
{
    const ac_mark *flag = ac_mark_at(note, m->number_end, AC_SIG_FLAG);
    ac_measured bare = *m;
    bare.q.unit = (ac_sv) { "", 0 };
    if (m->end != m->number_end + 1 || !flag || flag->ambiguous || flag->token_end != m->end ||
        ac_token_joined(note, m->number_end) || ac_test_unit_fits(p, m) || !ac_test_unit_fits(p, &bare) ||
        !cell_ends(note, p, m->end))
        return false;
    *m = bare;
    m->kind = AC_UNIT_NONE;
    m->end = m->number_end;
    return true;
}

/* "H", "(L)", "elevated"; a word that may be another word, or an asterisk, only as a cell of its own. */
static bool take_flag(const ac_note *note, const ac_test_place *p, uint32_t at, ac_test_value *v)
{
    const ac_mark *flag = ac_mark_at(note, at, AC_SIG_FLAG);
    if (!flag && ac_token_is(note, at, '('))
        flag = ac_mark_at(note, at + 1, AC_SIG_FLAG);
    if (!flag || flag->token_end > p->to || (flag->ambiguous && !cell_ends(note, p, flag->token_end)) ||
        !ac_token_same_line(note, at))
        return false;
    v->flag = v->flag ? v->flag : flag;
    v->end = flag->token_end;
    return true;
}

static bool take_unit(const ac_note *note, const ac_test_place *p, uint32_t at, ac_test_value *v)
{
    ac_measured m = v->m;
    uint32_t end;
    if (v->m.q.unit.n || !ac_token_same_line(note, at) || !ac_unit_at(note, at, &m.q.unit, &m.kind, &end) || end > p->to ||
        !ac_test_unit_fits(p, &m))
        return false;
    v->m.q.unit = m.q.unit;
    v->m.kind = m.kind;
    v->end = end;
    return true;
}

/* Where the range begins: behind "(", "[" and words such as "normal range:". */
static uint32_t range_begin(const ac_note *note, uint32_t at, bool *announced)
{
    bool opened = is_any(note, at, "([|");
    at += opened || is_any(note, at, ")");
    opened |= is_any(note, at, "([");
    at += is_any(note, at, "([");
    const ac_mark *ref = ac_mark_at(note, at, AC_SIG_REFERENCE);
    at = ref ? ref->token_end : at;
    *announced = ref || opened;
    return at + is_any(note, at, ":=");
}

/* A bound such as "< 5" is a reference when it is announced or stands in the last cell behind the unit. */
static bool is_bound(const ac_note *note, const ac_test_place *p, const ac_test_value *v, const ac_measured *m, bool announced)
{
    if (m->q.cmp == AC_CMP_EQ || m->q.cmp == AC_CMP_ABOUT)
        return false;
    bool last = m->end >= p->to || !ac_token_same_line(note, m->end) || is_any(note, m->end, "|)]") ||
                ac_mark_at(note, m->end, AC_SIG_FLAG);
    return announced || (v->m.q.unit.n && v->m.q.cmp == AC_CMP_EQ && last);
}

/* "(3.5-5.0)", "[normal < 5]", "VN: 0-40", "135-145 mmol/L" as the next column. */
static bool take_range(const ac_note *note, const ac_test_place *p, uint32_t at, ac_test_value *v)
{
    ac_measured m;
    bool announced;
    at = range_begin(note, at, &announced);
    if (v->range || at >= p->to || !ac_measured_at(note, at, &m) || m.q.pair || m.end > p->to ||
        ac_time_at(note, ac_tokens_span(note, m.begin, m.number_end)))
        return false;
    (void)ac_test_flag_letter(note, p, &m);
    if (!(m.q.high > m.q.low) && !is_bound(note, p, v, &m, announced))
        return false;
    if (m.q.unit.n && v->m.q.unit.n && !ac_sv_eq(m.q.unit, v->m.q.unit))
        return false;
    if (!v->m.q.unit.n && m.q.unit.n) { /* the unit of the column stands behind the range */
        if (!ac_test_unit_fits(p, &m))
            return false;
        v->m.q.unit = m.q.unit;
        v->m.kind = m.kind;
    }
    v->range = true;
    v->range_m = m;
    v->end = m.end;
    return true;
}

void ac_test_row(const ac_note *note, const ac_test_place *p, ac_test_value *v)
{
    for (int cell = 0; cell < CELLS_MAX && v->end < p->to; cell++) {
        uint32_t at = v->end;
        if (take_range(note, p, at, v) || take_flag(note, p, at, v) || take_unit(note, p, at, v))
            continue;
        if (!is_any(note, at, "|)]") || !ac_token_same_line(note, at))
            return;
        v->end++;
    }
}

void ac_test_baseline(const ac_note *note, const ac_test_place *p, ac_test_value *v)
{
    enum { LINKS = 2 };
    uint32_t at = v->end;
    bool opened = is_any(note, at, "([");
    at += opened || is_any(note, at, ",;-");
    const ac_mark *mark = ac_mark_at(note, at, AC_SIG_BASELINE), *link;
    if (!mark || !ac_token_same_line(note, at))
        return;
    at = mark->token_end + is_any(note, mark->token_end, ":=");
    for (int k = 0; k < LINKS && (link = ac_mark_at(note, at, AC_SIG_LINK)); k++)
        at = link->token_end;
    ac_measured m;
    if (at >= p->to || !ac_measured_at(note, at, &m) || !ac_test_value_fits(note, p, &m))
        return;
    v->baseline = mark;
    v->baseline_m = m;
    v->end = m.end + (opened && is_any(note, m.end, ")]"));
}
