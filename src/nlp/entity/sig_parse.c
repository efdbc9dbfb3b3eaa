#include "nlp/entity/sig_parse.h"

#include "nlp/time/time.h"

enum { CHAIN_TOKENS = 14, CHAIN_ITEMS = 12 };

static bool dose_kind(const ac_measured *m)
{
    switch (m->kind) {
    case AC_UNIT_MASS:
    case AC_UNIT_VOLUME:
    case AC_UNIT_FORM:
    case AC_UNIT_ACTIVITY:
    case AC_UNIT_AMOUNT:
    case AC_UNIT_DOSE:
    case AC_UNIT_PERCENT: return true;
    case AC_UNIT_RATE: return ac_sv_starts(m->q.unit, AC_SV("mL/h")) || ac_sv_starts(m->q.unit, AC_SV("L/min"));
    case AC_UNIT_CONCENTRATION: /* of a solution; ng/mL and pg/mL are results */
        return (ac_sv_ends(m->q.unit, AC_SV("mL")) || ac_sv_ends(m->q.unit, AC_SV("mL)"))) && m->q.unit.p[0] != 'n' &&
               m->q.unit.p[0] != 'p';
    default: return false;
    }
}

/* "at a dose of", "as a cycle" tell no number. */
static bool article_dose(const ac_note *note, const ac_measured *m)
{
    const ac_mark *article = ac_mark_at(note, m->begin, AC_SIG_NUMBER);
    return article && article->ambiguous &&
           (ac_sv_eq(m->q.unit, AC_SV("{dose}")) || ac_sv_eq(m->q.unit, AC_SV("{cycle}")));
}

/* "for 10 days", "x 7 d", "durante 5 días", "10-day course": without such a word it may be anything. */
static bool duration_item(const ac_note *note, const ac_time_expr *t, uint32_t token, ac_sig_item *out)
{
    uint32_t end = ac_note_token_at(note, t->span.end);
    bool cued = ac_mark_before(note, token, AC_SIG_DURATION_PRE) || ac_mark_at(note, end, AC_SIG_COURSE) ||
                ac_lower(note->text.p[t->span.begin]) == 'x';
    if (!cued)
        return false;
    *out = (ac_sig_item) { .kind = AC_ATTR_DURATION, .begin = token, .end = end, .amount = t->amount, .unit = t->unit };
    return true;
}

static bool word_item(const ac_note *note, uint32_t token, ac_sig_kind mark, ac_attr_kind kind, ac_sig_item *out)
{
    const ac_mark *m = ac_mark_at(note, token, mark);
    if (!m)
        return false;
    *out = (ac_sig_item) { .kind = (uint8_t)kind, .weak = m->ambiguous, .begin = token, .end = m->token_end,
                           .norm = ac_mark_norm(m) };
    return true;
}

static bool per_period(const ac_note *note, uint32_t token, ac_sig_item *out)
{
    const ac_mark *per = ac_mark_at(note, token, AC_SIG_PER);
    if (!per && !ac_token_is(note, token, '/'))
        return false;
    const ac_mark *m = ac_mark_at(note, per ? per->token_end : token + 1, AC_SIG_PERIOD);
    ac_sv norm = m && !m->ambiguous ? ac_mark_norm(m) : AC_SV("");
    if (!norm.n)
        return false;
    *out = (ac_sig_item) { .kind = AC_ATTR_FREQUENCY, .begin = token, .end = m->token_end,
                           .t = { .has = true, .count = 1, .period = 1, .unit = norm.p[0] } };
    return true;
}

bool ac_sig_item_at(const ac_note *note, uint32_t token, bool after_dose, ac_sig_item *out)
{
    if (token >= note->tokens.n)
        return false;
    ac_span span = ac_tokens_span(note, token, token + 1);
    if (note->marks.first[token] == AC_NONE && note->tokens.at[token].kind == AC_TOKEN_WORD &&
        !(note->tokens.at[token].shape & AC_SHAPE_HAS_DIGIT))
        return false;
    ac_sig_item item = { .kind = AC_ATTR_FREQUENCY, .begin = token };
    bool slash = ac_token_is(note, token, '/');
    if ((!slash || after_dose) && ac_timing_at(note, token, &item.t, &item.end)) {
        *out = item;
        return true;
    }
    if (after_dose && per_period(note, token, out))
        return true;
    const ac_time_expr *t = ac_time_at(note, span);
    if (t && t->kind == AC_TIME_DURATION && t->span.begin == span.begin)
        return duration_item(note, t, token, out);
    if (t && t->kind != AC_TIME_RELATIVE)
        return false;
    item.kind = AC_ATTR_DOSE;
    if (!slash && ac_measured_at(note, token, &item.m) && dose_kind(&item.m) && !article_dose(note, &item.m)) {
        item.end = item.m.end;
        *out = item;
        return true;
    }
    return word_item(note, token, AC_SIG_DOSE, AC_ATTR_DOSE, out) || word_item(note, token, AC_SIG_ROUTE, AC_ATTR_ROUTE, out) || word_item(note, token, AC_SIG_FORM, AC_ATTR_FORM, out);
}

static bool ties(const ac_note *note, uint32_t token)
{
    ac_sv s = ac_token_text(note, token);
    return ac_sv_eq_nocase(s, AC_SV("of")) || ac_sv_eq_nocase(s, AC_SV("de"));
}

size_t ac_sig_chain(const ac_note *note, uint32_t from, uint32_t token, ac_sig_item *out, size_t max, bool *joined)
{
    ac_sig_item items[CHAIN_ITEMS];
    size_t n = 0;
    uint32_t at = from + CHAIN_TOKENS < token ? token - CHAIN_TOKENS : from;
    while (at < token && n < CHAIN_ITEMS) {
        bool after_dose = n && items[n - 1].kind == AC_ATTR_DOSE && items[n - 1].end == at;
        if (ac_sig_item_at(note, at, after_dose, &items[n]) && items[n].end <= token)
            at = items[n++].end;
        else
            at++;
    }
    uint32_t want = token;
    *joined = want > from && ties(note, want - 1);
    want -= *joined;
    size_t first = n;
    while (first && n - first < max && items[first - 1].end == want) {
        want = items[--first].begin;
        if (want > from && ties(note, want - 1))
            want--;
    }
    if (first + 1 == n && items[first].weak && !*joined)
        first = n;
    for (size_t i = first; i < n; i++)
        out[i - first] = items[i];
    return n - first;
}
