#include "nlp/entity/quantity.h"

#include "nlp/text/fold.h"
#include "nlp/entity/mark.h"
#include "nlp/lexicon/terms.h"

#include <string.h>

enum { PER_SLICE = 40, DIGITS_MAX = 15 };

/* ---- numbers --------------------------------------------------------------------------------------------------- */

static size_t count_of(ac_sv s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

/* Every group after the first is three digits: 1,200 or 12.345.678. */
static bool grouped(ac_sv s, char sep)
{
    ac_sv part;
    for (size_t i = 0; ac_sv_split(&s, sep, &part); i++)
        if (i ? part.n != 3 : part.n == 0 || part.n > 3 || (part.n > 1 && part.p[0] == '0'))
            return false;
    return true;
}

/* Rewrites the digits with `thousands` dropped and `decimal` as a point. */
static bool plain_value(ac_sv s, char thousands, char decimal, double *out)
{
    char buf[2 * DIGITS_MAX];
    size_t n = 0, digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == thousands)
            continue;
        digits += ac_is_digit(s.p[i]);
        if (digits > DIGITS_MAX || n == sizeof buf)
            return false;
        buf[n++] = s.p[i] == decimal ? '.' : s.p[i];
    }
    return ac_sv_to_double((ac_sv) { buf, n }, out);
}

/* One separator and three digits after it can be thousands or decimals. What the language and the digits leave open
 * is no number for us: a factor of a thousand is worse than an omission. */
static bool lone_separator(ac_sv s, char sep, ac_lang lang, double *out)
{
    const char *at = memchr(s.p, sep, s.n);
    size_t whole = (size_t)(at - s.p), decimals = s.n - whole - 1;
    if (lang == AC_LANG_EN) /* 1,200 is thousands, 1.200 decimals, 3,5 is a list */
        return sep == '.' ? plain_value(s, 0, '.', out) : grouped(s, ',') && plain_value(s, ',', 0, out);
    if (decimals != 3 || s.p[0] == '0')
        return plain_value(s, 0, sep, out);
    bool zeros = memcmp(s.p + whole + 1, "000", 3) == 0;
    if (zeros || whole > 1)
        return plain_value(s, sep, 0, out);
    if (sep == '.' && s.p[0] == '1' && s.p[2] == '0') /* density of urine: 1.015 */
        return plain_value(s, 0, '.', out);
    return sep == '.' && ac_sv_ends(s, AC_SV("0")) && plain_value(s, sep, 0, out);
}

/* Nearly all numbers: digits and nothing else. */
static bool whole_value(ac_sv s, double *out)
{
    uint64_t v = 0;
    if (s.n == 0 || s.n > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ac_is_digit(s.p[i]))
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = (double)v; /* exact: DIGITS_MAX is less than a double holds */
    return true;
}

static bool digits_value(ac_sv s, ac_lang lang, double *out)
{
    if (whole_value(s, out))
        return true;
    size_t dots = count_of(s, '.'), commas = count_of(s, ',');
    if (dots + commas == 0)
        return plain_value(s, 0, 0, out);
    if (dots + commas == 1)
        return lone_separator(s, dots ? '.' : ',', lang, out);
    if (commas == 0 || dots == 0)
        return grouped(s, dots ? '.' : ',') && plain_value(s, dots ? '.' : ',', 0, out);
    const char *comma = memchr(s.p, ',', s.n), *dot = memchr(s.p, '.', s.n);
    char last = dot > comma ? '.' : ',', first = last == '.' ? ',' : '.'; /* 1,200.5 or 1.200,5 */
    const char *mark = last == '.' ? dot : comma;
    if (count_of(s, last) != 1 || !grouped((ac_sv) { s.p, (size_t)(mark - s.p) }, first))
        return false;
    return plain_value(s, first, last, out);
}

static bool is_fraction(double a, double b) { return (b == 2 || b == 3 || b == 4) && a >= 1 && a < b; }

/* "½", "¼", "¾" */
static bool vulgar(const ac_note *note, uint32_t token, double *value)
{
    ac_sv s = ac_token_text(note, token);
    if (s.n != 2 || s.p[0] != '\xC2')
        return false;
    unsigned char c = (unsigned char)s.p[1];
    *value = c == 0xBC ? 0.25 : c == 0xBD ? 0.5 : c == 0xBE ? 0.75 : 0;
    return *value > 0;
}

/* a / b, both digits, glued. */
static bool slash_pair(const ac_note *note, uint32_t token, double *a, double *b)
{
    return ac_token_kind_is(note, token, AC_TOKEN_NUMBER) && ac_token_is(note, token + 1, '/') &&
           ac_token_kind_is(note, token + 2, AC_TOKEN_NUMBER) &&
           digits_value(ac_token_text(note, token), note->lang, a) &&
           digits_value(ac_token_text(note, token + 2), note->lang, b);
}

static bool counts_things(const ac_note *note, uint32_t token)
{
    ac_sv ucum;
    ac_unit_kind kind;
    uint32_t end;
    if (ac_mark_at(note, token, AC_SIG_PERIOD) || ac_mark_at(note, token, AC_SIG_FORM))
        return true;
    return ac_unit_at(note, token, &ucum, &kind, &end) &&
           (kind == AC_UNIT_FORM || kind == AC_UNIT_TIME || kind == AC_UNIT_VOLUME);
}

static bool number_word(const ac_note *note, uint32_t token, double *value, uint32_t *end)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_NUMBER);
    if (!m)
        return false;
    ac_sv norm = ac_mark_norm(m);
    if (!ac_cell_number(&norm, value) || (m->ambiguous && !counts_things(note, m->token_end)))
        return false;
    *end = m->token_end;
    if (*value < 20 || *value > 90)
        return true;
    uint32_t next = *end + (ac_sv_eq(ac_token_text(note, *end), AC_SV("y")) || ac_token_is_dash(note, *end));
    const ac_mark *ones = ac_mark_at(note, next, AC_SIG_NUMBER);
    double one;
    norm = ones ? ac_mark_norm(ones) : AC_SV("");
    if (ones && ac_cell_number(&norm, &one) && one >= 1 && one < 10 && !ones->ambiguous) {
        *value += one;
        *end = ones->token_end;
    }
    return true;
}

/* What may follow a whole number: a fraction ("1 1/2", "1½", "two and a half"). */
static void add_half(const ac_note *note, double *value, uint32_t *end)
{
    double a, b;
    if (vulgar(note, *end, &a)) {
        *value += a;
        (*end)++;
    } else if (slash_pair(note, *end, &a, &b) && is_fraction(a, b)) {
        *value += a / b;
        *end += 3;
    } else {
        const ac_mark *half = ac_mark_at(note, *end, AC_SIG_NUMBER);
        ac_sv norm = half ? ac_mark_norm(half) : AC_SV("");
        if (half && half->token_end > *end + 1 && ac_sv_eq(norm, AC_SV("+0.5"))) {
            *value += 0.5;
            *end = half->token_end;
        }
    }
}

bool ac_number_at(const ac_note *note, uint32_t token, double *value, uint32_t *token_end)
{
    double v, a, b;
    uint32_t end = token + 1;
    if (ac_token_is(note, token, '.') && ac_token_joined(note, token + 1) && !ac_token_joined(note, token) &&
        ac_token_kind_is(note, token + 1, AC_TOKEN_NUMBER)) { /* ".5 mg" must never become 5 mg */
        ac_sv s = ac_span_text(note->text, ac_tokens_span(note, token, token + 2));
        if (count_of(s, '.') != 1 || !ac_sv_to_double(ac_sv_sub(s, 1, s.n), &v))
            return false;
        for (size_t i = 1; i < s.n; i++)
            v /= 10;
        end = token + 2;
    } else if (ac_token_kind_is(note, token, AC_TOKEN_NUMBER)) {
        if (token && ac_token_is(note, token - 1, '.') && ac_token_joined(note, token) &&
            (token == 1 || !ac_token_joined(note, token - 1)))
            return false;
        if (slash_pair(note, token, &a, &b) && is_fraction(a, b) && counts_things(note, token + 3)) {
            v = a / b;
            end = token + 3;
        } else if (!digits_value(ac_token_text(note, token), note->lang, &v))
            return false;
        else
            add_half(note, &v, &end);
    } else if (number_word(note, token, &v, &end))
        add_half(note, &v, &end);
    else if (!vulgar(note, token, &v))
        return false;
    *value = v;
    *token_end = end;
    return true;
}

/* ---- units ----------------------------------------------------------------------------------------------------- */

#define KIND_NAME(id, name) { "" name, sizeof(name) - 1 },
static const ac_sv kind_names[] = { AC_UNIT_KIND_LIST(KIND_NAME) };

static ac_unit_kind kind_of(ac_sv name)
{
    for (size_t i = 1; i < AC_UNIT_KINDS; i++)
        if (ac_sv_eq(kind_names[i], name))
            return (ac_unit_kind)i;
    return AC_UNIT_NONE;
}

/* After a slash the unit says what the number is per: looked up as "per X". */
static bool find_per(const ac_note *note, uint32_t token, ac_term_hit *hit)
{
    char buf[PER_SLICE + 1] = "per ";
    static const uint32_t src[PER_SLICE + 2] = { 0 };
    if (token >= note->tokens.n)
        return false;
    uint32_t begin = note->marks.fold[token];
    ac_sv rest = ac_sv_sub(note->folded.text, begin, begin + PER_SLICE - 4);
    memcpy(buf + 4, rest.p, rest.n);
    const ac_folded f = { .text = { buf, 4 + rest.n }, .src = src };
    if (!ac_terms_longest(ac_terms_units(), &f, AC_SV(""), 0, note->lang, hit))
        return false;
    hit->end = hit->end - 4 + begin;
    return hit->end > begin;
}

static uint32_t tokens_until(const ac_note *note, uint32_t first, uint32_t folded_end)
{
    uint32_t end = first + 1;
    while (end < note->tokens.n && note->marks.fold[end] < folded_end)
        end++;
    return end;
}

/* "375 mg/m2 day 1" is no dose a day: the day is numbered. The next shorter unit that leaves it out, if any. */
static void leave_day(const ac_note *note, uint32_t first, ac_term_hit *hit)
{
    enum { SHORTER = 8 };
    ac_term_hit all[SHORTER];
    uint32_t end = tokens_until(note, first, hit->end);
    if (end < first + 2 || !ac_token_kind_is(note, end, AC_TOKEN_NUMBER) || !(note->tokens.at[end - 1].shape & AC_SHAPE_SPACE_BEFORE) ||
        !ac_token_same_line(note, end))
        return;
    size_t n = ac_terms_all(ac_terms_units(), &note->folded, note->text, note->marks.fold[first], note->lang, all, SHORTER);
    while (n--)
        if (all[n].end < note->marks.fold[end - 1]) {
            *hit = all[n];
            return;
        }
}

bool ac_names_a_test(const ac_note *note, uint32_t first, uint32_t end)
{
    const ac_terms *lex = ac_terms_lexicon();
    ac_term_hit hit;
    if (!ac_terms_longest(lex, &note->folded, note->text, note->marks.fold[first], note->lang, &hit) ||
        tokens_until(note, first, hit.end) != end)
        return false;
    ac_sv surface = ac_span_text(note->text, ac_tokens_span(note, first, end));
    for (const ac_term *t = hit.terms; t; t = ac_term_next(lex, t, surface, note->lang))
        if (ac_concept_kind(t->row) == AC_KIND_VITAL || ac_concept_kind(t->row) == AC_KIND_LAB)
            return true;
    return false;
}

bool ac_unit_names_a_test(const ac_note *note, uint32_t first, uint32_t end)
{
    return ac_token_kind_is(note, end, AC_TOKEN_NUMBER) && ac_token_same_line(note, end) && !ac_token_joined(note, first) &&
           ac_names_a_test(note, first, end);
}

bool ac_unit_at(const ac_note *note, uint32_t token, ac_sv *ucum, ac_unit_kind *kind, uint32_t *token_end)
{
    const ac_terms *units = ac_terms_units();
    if (!ac_token_same_line(note, token))
        return false;
    ac_term_hit hit;
    uint32_t first = token;
    if (ac_token_is(note, token, '/')) {
        if (!find_per(note, ++first, &hit))
            return false;
    } else {
        first += ac_token_is_dash(note, token) && ac_token_joined(note, token + 1); /* "a 20-mg dose" */
        if (first >= note->tokens.n ||
            !ac_terms_longest(units, &note->folded, note->text, note->marks.fold[first], note->lang, &hit))
            return false;
        leave_day(note, first, &hit);
    }
    uint32_t end = tokens_until(note, first, hit.end);
    ac_span span = ac_fold_span(&note->folded, note->text, hit.end - 1, hit.end);
    if (span.end != note->tokens.at[end - 1].end) /* it would end inside a token, as in 10.5 */
        return false;
    if ((hit.terms->flags & AC_TERM_AMBIGUOUS) && ac_token_kind_is(note, end, AC_TOKEN_WORD))
        return false;
    ac_unit_kind found = kind_of(ac_terms_cell(units, hit.terms->row, 1));
    if ((found == AC_UNIT_TIME || found == AC_UNIT_LENGTH) && ac_unit_names_a_test(note, first, end))
        return false; /* HR, FR, SEG; a mass ("500 Mg 2 tablets") stays one */
    *ucum = ac_terms_cell(units, hit.terms->row, 0);
    *kind = found;
    *token_end = end;
    return true;
}

/* ---- quantities ------------------------------------------------------------------------------------------------ */

static uint8_t comparator_of(ac_sv norm)
{
    static const ac_sv names[] = { { "", 0 }, { "<", 1 }, { "<=", 2 }, { ">", 1 }, { ">=", 2 }, { "~", 1 } };
    for (unsigned i = AC_CMP_LT; i <= AC_CMP_ABOUT; i++)
        if (ac_sv_eq(names[i], norm))
            return (uint8_t)i;
    return AC_CMP_EQ;
}

/* A number that is glued to something else is part of a name: COVID-19, 3D, 2nd, 10th. */
static bool part_of_name(const ac_note *note, uint32_t begin, uint32_t end)
{
    if (begin >= 2 && ac_token_joined(note, begin) && ac_token_joined(note, begin - 1) &&
        (ac_token_is_dash(note, begin - 1) || ac_token_is(note, begin - 1, '/')) &&
        ac_token_kind_is(note, begin - 2, AC_TOKEN_WORD))
        return true;
    return ac_token_joined(note, end) && ac_token_kind_is(note, end, AC_TOKEN_WORD) &&
           !ac_mark_at(note, end, AC_SIG_FLAG);
}

static bool minus_at(const ac_note *note, uint32_t token)
{
    bool minus = ac_token_is(note, token, '-') || ac_sv_eq(ac_token_text(note, token), AC_SV("\xE2\x88\x92"));
    return minus && ac_token_joined(note, token + 1) && ac_token_kind_is(note, token + 1, AC_TOKEN_NUMBER) &&
           !ac_token_joined(note, token) && ac_token_same_line(note, token) &&
           !ac_token_kind_is(note, token - 1, AC_TOKEN_NUMBER);
}

/* "-10", "to 10" after the low end. A third number ("1-0-1", a phone) makes it no range. */
static bool high_end(const ac_note *note, uint32_t at, bool words, ac_measured *m)
{
    const ac_mark *to = words ? ac_mark_at(note, at, AC_SIG_TO) : NULL;
    uint32_t next = to ? to->token_end : at + 1, end;
    double high;
    if ((!to && !ac_token_is_dash(note, at)) || !ac_token_same_line(note, next) ||
        !ac_number_at(note, next, &high, &end) || high <= m->q.high)
        return false;
    if (ac_token_is_dash(note, end) && ac_token_joined(note, end + 1) && ac_token_kind_is(note, end + 1, AC_TOKEN_NUMBER))
        return false;
    m->q.high = high;
    m->number_end = m->end = end;
    return true;
}

static void take_unit(const ac_note *note, ac_measured *m)
{
    m->end = m->number_end;
    m->q.unit = AC_SV("");
    m->kind = AC_UNIT_NONE;
    (void)ac_unit_at(note, m->number_end, &m->q.unit, &m->kind, &m->end);
}

static bool pair_at(const ac_note *note, uint32_t token, ac_measured *m)
{
    double a, b;
    if (!slash_pair(note, token, &a, &b) || ac_token_is(note, token + 3, '/'))
        return false;
    m->q.pair = true;
    m->q.low = a;
    m->q.high = m->q.low2 = b;
    m->number_end = token + 3;
    return true;
}

/* "from 5 to 10 mg" is a change, not a range. */
static bool after_from(const ac_note *note, uint32_t token)
{
    return token && ac_sv_eq_nocase(ac_token_text(note, token - 1), AC_SV("from"));
}

bool ac_measured_at(const ac_note *note, uint32_t token, ac_measured *out)
{
    ac_measured m = { .q.has = true, .begin = token };
    const ac_mark *cmp = ac_mark_at(note, token, AC_SIG_COMPARATOR);
    uint32_t at = cmp ? cmp->token_end : token;
    if (cmp)
        m.q.cmp = comparator_of(ac_mark_norm(cmp));
    bool minus = minus_at(note, at);
    at += minus;
    if ((at > token && !ac_token_same_line(note, at)) || !ac_number_at(note, at, &m.q.low, &m.number_end))
        return false;
    m.q.low = m.q.high = minus ? -m.q.low : m.q.low;
    if (m.number_end == at + 1 && pair_at(note, at, &m))
        take_unit(note, &m);
    else if (!minus && high_end(note, m.number_end, !after_from(note, token), &m))
        take_unit(note, &m);
    else {
        take_unit(note, &m);
        ac_measured far = m;
        if (m.q.unit.n && ac_token_is_dash(note, m.end) && high_end(note, m.end, false, &far)) { /* 5 mg - 10 mg */
            take_unit(note, &far);
            if (ac_sv_eq(far.q.unit, m.q.unit))
                m = far;
        }
    }
    if (part_of_name(note, at, m.number_end) && m.kind == AC_UNIT_NONE)
        return false;
    if (m.q.low >= 1000 && ac_sv_starts(m.q.unit, AC_SV("10*")) && note->lang == AC_LANG_ES)
        return false; /* "3.500 x10^3": thousands or three decimals, nobody can tell */
    *out = m;
    return true;
}

bool ac_quantity_at(const ac_note *note, uint32_t token, ac_quantity *out, uint32_t *token_end, ac_span *span)
{
    ac_measured m;
    if (!ac_measured_at(note, token, &m))
        return false;
    *out = m.q;
    *token_end = m.end;
    *span = ac_tokens_span(note, m.begin, m.end);
    return true;
}
