#include "nlp/time/time_parse.h"

#include "nlp/time/calendar.h"
#include "nlp/entity/quantity.h"

enum { YEAR_FIRST = 1850, YEAR_LAST = 2150, PIVOT = 30, RAW_MAX = 16 };

bool ac_time_int(const ac_note *note, uint32_t token, size_t max_digits, int *value)
{
    ac_sv s = ac_token_text(note, token);
    int64_t v;
    if (!ac_token_kind_is(note, token, AC_TOKEN_NUMBER) || s.n > max_digits || !ac_sv_to_i64(s, &v))
        return false;
    *value = (int)v;
    return true;
}

bool ac_time_year(const ac_note *note, uint32_t token, int *value)
{
    return ac_token_text(note, token).n == 4 && ac_time_int(note, token, 4, value) && *value >= YEAR_FIRST &&
           *value <= YEAR_LAST;
}

/* Two digits: this century up to a few years ahead of the note, else the one before. */
static int full_year(const ac_note *note, int year, size_t digits)
{
    if (digits != 2)
        return year;
    int pivot = note->note_date.year >= 2000 ? note->note_date.year % 100 + 5 : PIVOT;
    return year + (year <= pivot ? 2000 : 1900);
}

static bool make_date(int year, int month, int day, ac_date *out)
{
    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12 || day < 0 || day > 31)
        return false;
    ac_date d = { (int16_t)year, (uint8_t)month, (uint8_t)day };
    if (!ac_date_valid(d))
        return false;
    *out = d;
    return true;
}

/* ---- 10/05/2023, 2023-05-10, 10.5.23, 10/2023, 10-MAR-2019 ------------------------------------------------------ */

typedef struct {
    int value[3];
    size_t digits[3];
    uint32_t n, end; /* parts read; byte after the last */
    char sep;
} raw_date;

/* Digits and one separator, read from the bytes, so that it does not matter how they were cut into tokens. */
static void read_raw(ac_sv s, uint32_t at, raw_date *r)
{
    *r = (raw_date) { 0 };
    for (uint32_t i = at; i < s.n && i < at + RAW_MAX && r->n < 3;) {
        int v = 0;
        uint32_t begin = i;
        for (; i < s.n && ac_is_digit(s.p[i]) && i < begin + 5; i++)
            v = v * 10 + (s.p[i] - '0');
        if (i == begin)
            return;
        r->value[r->n] = v;
        r->digits[r->n++] = i - begin;
        r->end = i;
        if (i >= s.n || r->n == 3 || (s.p[i] != '/' && s.p[i] != '-' && s.p[i] != '.') || (r->sep && s.p[i] != r->sep))
            return;
        r->sep = s.p[i++];
    }
}

/* Nothing that would make the digits part of something longer: a phone, a ratio, a decimal. */
static bool stands_alone(ac_sv s, uint32_t begin, uint32_t end)
{
    if (begin) {
        char c = s.p[begin - 1];
        if (ac_is_alnum(c) || c == '/' || c == '.' || c == '-' || c == ',' || c == '+' || (unsigned char)c >= 0xC3)
            return false;
    }
    if (end >= s.n)
        return true;
    char c = s.p[end], next = end + 1 < s.n ? s.p[end + 1] : ' ';
    if ((c == 'T' || c == 't') && ac_is_digit(next)) /* ISO date and time */
        return true;
    if (ac_is_alnum(c) || (unsigned char)c >= 0xC3)
        return false;
    return !((c == '/' || c == '-' || c == '.' || c == ',') && ac_is_digit(next));
}

/* Which of the two is the month: the language decides only where the numbers do not. */
static void order(const ac_note *note, int a, int b, int *month, int *day)
{
    bool month_first = note->lang == AC_LANG_EN;
    if (a > 12 || b > 12)
        month_first = b > 12;
    *month = month_first ? a : b;
    *day = month_first ? b : a;
}

static bool three_parts(const ac_note *note, const raw_date *r, ac_date *out)
{
    int month, day;
    if (r->digits[0] == 4)
        return r->digits[1] <= 2 && r->digits[2] <= 2 && r->value[2] && make_date(r->value[0], r->value[1], r->value[2], out);
    if (r->digits[0] > 2 || r->digits[1] > 2 || (r->digits[2] != 2 && r->digits[2] != 4))
        return false;
    order(note, r->value[0], r->value[1], &month, &day);
    return day && make_date(full_year(note, r->value[2], r->digits[2]), month, day, out);
}

/* 10/2023; and 5/10 without a year only after a word such as "on", and when it is no score or dose. */
static bool two_parts(const ac_note *note, uint32_t token, const raw_date *r, uint32_t end, ac_date *out)
{
    int month, day;
    ac_measured m;
    if (r->digits[0] <= 2 && r->digits[1] == 4 && r->sep != '.')
        return make_date(r->value[1], r->value[0], 0, out);
    if (r->sep != '/' || r->digits[0] > 2 || r->digits[1] > 2 || !ac_mark_before(note, token, AC_SIG_DATE_PRE))
        return false;
    if (ac_measured_at(note, token, &m) && m.kind != AC_UNIT_NONE)
        return false;
    ac_sv before = ac_token_text(note, token - 1);
    if (ac_sv_eq_nocase(before, AC_SV("of")) || ac_sv_eq_nocase(before, AC_SV("de")) || ac_token_is(note, end, '/'))
        return false;
    order(note, r->value[0], r->value[1], &month, &day);
    ac_date d;
    if (!day || !make_date(2000, month, day, &d)) /* 2000 is a leap year: 29 February may pass */
        return false;
    d.year = 0;
    *out = d;
    return true;
}

static uint32_t token_after_byte(const ac_note *note, uint32_t token, uint32_t byte)
{
    while (token < note->tokens.n && note->tokens.at[token].begin < byte)
        token++;
    return token;
}

bool ac_time_numeric_date(const ac_note *note, uint32_t token, ac_time_found *out)
{
    if (!ac_token_kind_is(note, token, AC_TOKEN_NUMBER))
        return false;
    raw_date r;
    uint32_t begin = note->tokens.at[token].begin;
    read_raw(note->text, begin, &r);
    if (r.n < 2 || !stands_alone(note->text, begin, r.end))
        return false;
    uint32_t end = token_after_byte(note, token, r.end);
    ac_date d = { 0 };
    if (!(r.n == 3 ? three_parts(note, &r, &d) : two_parts(note, token, &r, end, &d)))
        return false;
    *out = (ac_time_found) { { .kind = AC_TIME_DATE, .date = d }, token, end };
    return true;
}

/* ---- May 10th, 2023; 10 de mayo de 2023; marzo de 2012; 12-mar-19 ----------------------------------------------- */

static bool word_is(const ac_note *note, uint32_t token, const char *const *words)
{
    return ac_sv_one_of(ac_token_text(note, token), words);
}

static const char *const ordinals[] = { "st", "nd", "rd", "th", "º", "ª", "°", NULL };
static const char *const joins[] = { "de", "del", "of", "-", "/", ",", ".", NULL };
static const char *const year_words[] = { "año", "year", NULL };

/* A month by its mark. English months that are also words count with a capital only. */
static bool month_at(const ac_note *note, uint32_t token, int *month, uint32_t *end)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_MONTH);
    double v;
    ac_sv norm = m ? ac_mark_norm(m) : AC_SV("");
    if (!m || !ac_cell_number(&norm, &v))
        return false;
    if (note->lang == AC_LANG_EN && !(note->tokens.at[token].shape & (AC_SHAPE_INITIAL_UPPER | AC_SHAPE_ALL_UPPER)) &&
        (m->ambiguous || ac_token_text(note, token).n <= 3) && !(token && ac_token_joined(note, token)))
        return false;
    *month = (int)v;
    *end = m->token_end;
    *end += ac_token_is(note, *end, '.') && ac_token_joined(note, *end) && ac_token_text(note, token).n <= 4;
    return true;
}

/* "de 2023", ", 2023", "del año 2023", "-19": the token after it, or at itself when no year follows. */
static uint32_t year_after(const ac_note *note, uint32_t at, int *year)
{
    uint32_t i = at;
    bool dash = false;
    for (int k = 0; k < 2 && word_is(note, i, joins); k++, i++)
        dash |= ac_token_is_dash(note, i) || ac_token_is(note, i, '/');
    i += word_is(note, i, year_words);
    if (ac_time_year(note, i, year) && !ac_token_joined(note, i + 1))
        return i + 1;
    if (ac_time_year(note, i, year) && !ac_token_kind_is(note, i + 1, AC_TOKEN_WORD))
        return i + 1;
    if (dash && ac_token_joined(note, i) && ac_token_text(note, i).n == 2 && ac_time_int(note, i, 2, year)) {
        *year = full_year(note, *year, 2);
        return i + 1;
    }
    return at;
}

/* Day first: "10 de mayo", "10th of May", "12-mar". */
static bool day_month(const ac_note *note, uint32_t token, int *day, int *month, uint32_t *end)
{
    uint32_t i = token + 1;
    if (!ac_time_int(note, token, 2, day) || *day < 1 || *day > 31)
        return false;
    i += word_is(note, i, ordinals);
    i += word_is(note, i, joins) && !ac_token_is(note, i, '.') && !ac_token_is(note, i, ',');
    return month_at(note, i, month, end);
}

/* Month first: "May 10th"; the day must not be the start of something longer. */
static bool month_day(const ac_note *note, uint32_t at, int *day, uint32_t *end)
{
    uint32_t i = at + ((ac_token_is_dash(note, at) || ac_token_is(note, at, '/')) && ac_token_joined(note, at));
    if (!ac_time_int(note, i, 2, day) || *day < 1 || *day > 31)
        return false;
    *end = i + 1;
    *end += word_is(note, *end, ordinals) && ac_token_joined(note, *end);
    return !(ac_token_joined(note, *end) && (ac_token_kind_is(note, *end, AC_TOKEN_WORD) || ac_token_is(note, *end, '%') ||
                                            ac_token_is(note, *end, ':')));
}

bool ac_time_named_date(const ac_note *note, uint32_t token, ac_time_found *out)
{
    int day = 0, month, year = 0;
    uint32_t end, after;
    ac_date d;
    bool day_first = day_month(note, token, &day, &month, &end);
    if (!day_first) {
        if (!month_at(note, token, &month, &end))
            return false;
        day = 0;
        if (note->lang == AC_LANG_EN && year_after(note, end, &year) == end && month_day(note, end, &day, &after))
            end = after;
        else
            day = 0;
    }
    after = year_after(note, end, &year);
    bool has_year = after != end;
    if (!has_year && !day && !ac_mark_before(note, token, AC_SIG_DATE_PRE) && !ac_mark_before(note, token, AC_SIG_SINCE))
        return false; /* a month alone */
    if (!has_year && !day && ac_mark_at(note, token, AC_SIG_MONTH)->ambiguous && note->lang == AC_LANG_ES)
        return false;
    if (!make_date(has_year ? year : 2000, month, day, &d))
        return false;
    d.year = has_year ? d.year : 0;
    *out = (ac_time_found) { { .kind = AC_TIME_DATE, .date = d }, token, after };
    return true;
}

/* ---- "in 2019", "desde 2015", "(2010)" ------------------------------------------------------------------------- */

/* After these a number of four digits is more often no year: "a count of 2010", "glucosa de 2010". */
static const char *const weak_words[] = { "of", "de", "by", "del", "el", "through", "after", NULL };

static bool announces_year(const ac_note *note, uint32_t token)
{
    if (ac_mark_before(note, token, AC_SIG_SINCE))
        return true;
    const ac_mark *pre = ac_mark_before(note, token, AC_SIG_DATE_PRE);
    return pre && (pre->token_end - pre->token_begin > 1 || !word_is(note, token - 1, weak_words));
}

bool ac_time_bare_year(const ac_note *note, uint32_t token, ac_time_found *out)
{
    int year, now = note->note_date.year ? note->note_date.year : 2040;
    ac_measured m;
    if (!ac_time_year(note, token, &year) || year < 1900 || year > now + 2)
        return false;
    bool parens = token && ac_token_is(note, token - 1, '(') && ac_token_is(note, token + 1, ')');
    if (!parens && !announces_year(note, token))
        return false;
    if (ac_measured_at(note, token, &m) ? m.end != token + 1 : !parens)
        return false; /* 2000 mL, 1990/mm3 */
    *out = (ac_time_found) { { .kind = AC_TIME_DATE, .date = { (int16_t)year, 0, 0 } }, token, token + 1 };
    return true;
}
