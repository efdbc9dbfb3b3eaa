#include "nlp/time/time_parse.h"

#include "nlp/entity/quantity.h"

#include <string.h>

enum { AGE_MAX = 125, PERSON_REACH = 5 };

typedef struct {
    double value;
    char unit;
    uint32_t end;
} amount;

static char period_of(const ac_mark *m)
{
    ac_sv norm = ac_mark_norm(m);
    return norm.n ? norm.p[0] : 0;
}

/* A period word that ends an amount: "days", "-week", "d" when it is glued to the number or announced. */
static bool take_period(const ac_note *note, uint32_t at, bool announced, amount *a)
{
    at += ac_token_is_dash(note, at) && ac_token_joined(note, at) && ac_token_joined(note, at + 1);
    const ac_mark *m = ac_mark_at(note, at, AC_SIG_PERIOD);
    if (!m || !ac_token_same_line(note, at) || (m->ambiguous && !announced && !ac_token_joined(note, at)) ||
        ac_unit_names_a_test(note, at, m->token_end))
        return false;
    a->unit = period_of(m);
    a->end = m->token_end;
    return true;
}

/* "3 days", "6-week", "4 to 6 months", "x10 d": the low end counts. */
static bool amount_at(const ac_note *note, uint32_t token, amount *a)
{
    ac_sv s = ac_token_text(note, token);
    uint32_t end, after;
    double high;
    int64_t times;
    if (s.n > 1 && s.n < 5 && ac_lower(s.p[0]) == 'x' && ac_sv_to_i64(ac_sv_sub(s, 1, s.n), &times) && times > 0) {
        a->value = (double)times;
        return take_period(note, token + 1, true, a);
    }
    if (!ac_number_at(note, token, &a->value, &end))
        return false;
    bool announced = ac_mark_before(note, token, AC_SIG_DURATION_PRE);
    uint32_t next = end + 1;
    const ac_mark *to = ac_mark_at(note, end, AC_SIG_TO);
    if (to || ac_token_is_dash(note, end)) {
        next = to ? to->token_end : next;
        if (ac_number_at(note, next, &high, &after) && take_period(note, after, announced, a))
            return true;
    }
    return take_period(note, end, announced, a);
}

/* The number is a part of a rate or of a longer number: "mg/24 h", "1-2-3 days". */
static bool glued_before(const ac_note *note, uint32_t token)
{
    return token && (ac_token_is(note, token - 1, '/') || (ac_token_joined(note, token) && ac_token_is_dash(note, token - 1)));
}

static bool found(ac_time_found *out, ac_time_kind kind, uint32_t begin, const amount *a)
{
    *out = (ac_time_found) { { .kind = (uint8_t)kind, .amount = a->value, .unit = a->unit }, begin, a->end };
    return true;
}

/* ---- clock ----------------------------------------------------------------------------------------------------- */

static const char *const morning[] = { "am", "a.m", NULL };
static const char *const evening[] = { "pm", "p.m", NULL };

/* "am", "p.m.": moves hours into the afternoon. */
static bool half_of_day(const ac_note *note, uint32_t at, double *hours, uint32_t *end)
{
    const ac_mark *m = ac_mark_at(note, at, AC_SIG_CLOCK);
    if (!m)
        return false;
    ac_sv s = ac_span_text(note->text, ac_tokens_span(note, m->token_begin, m->token_end));
    if (!ac_sv_one_of(s, morning) && !ac_sv_one_of(s, evening))
        return false;
    if (*hours > 13 || *hours < 0)
        return false;
    *hours += ac_sv_one_of(s, evening) && *hours < 12 ? 12 : ac_sv_one_of(s, morning) && *hours >= 12 ? -12 : 0;
    *end = m->token_end;
    *end += ac_token_is(note, *end, '.') && ac_token_joined(note, *end) && m->token_end - m->token_begin > 1;
    return true;
}

static bool colon_clock(const ac_note *note, uint32_t token, amount *a)
{
    int hour, minute;
    if (!ac_time_int(note, token, 2, &hour) || !ac_token_is(note, token + 1, ':') || !ac_token_joined(note, token + 1) ||
        !ac_token_joined(note, token + 2) || ac_token_text(note, token + 2).n != 2 ||
        !ac_time_int(note, token + 2, 2, &minute) || hour > 23 || minute > 59)
        return false;
    a->value = hour + minute / 60.0;
    a->end = token + 3;
    if (ac_token_is(note, a->end, ':') && ac_token_joined(note, a->end) && ac_token_text(note, a->end + 1).n == 2 &&
        ac_token_kind_is(note, a->end + 1, AC_TOKEN_NUMBER))
        a->end += 2;
    if (half_of_day(note, a->end, &a->value, &a->end))
        return true;
    const ac_mark *word = ac_mark_at(note, a->end, AC_SIG_CLOCK);
    if (word)
        a->end = word->token_end;
    /* 1:40 is a dilution unless a word says that it is a time */
    return word || ac_token_text(note, token).n == 2 || ac_mark_before(note, token, AC_SIG_CLOCK_PRE);
}

bool ac_time_clock(const ac_note *note, uint32_t token, ac_time_found *out)
{
    amount a = { .unit = 'h' };
    int value;
    if (!ac_token_kind_is(note, token, AC_TOKEN_NUMBER) || glued_before(note, token) ||
        (token && ac_token_joined(note, token) && (ac_token_is(note, token - 1, ':') || ac_token_is(note, token - 1, '.'))))
        return false;
    if (colon_clock(note, token, &a))
        return found(out, AC_TIME_CLOCK, token, &a);
    if (!ac_time_int(note, token, 4, &value))
        return false;
    if (value >= 1 && value <= 12 && ac_token_text(note, token).n <= 2) {
        a.value = value;
        return half_of_day(note, token + 1, &a.value, &a.end) && found(out, AC_TIME_CLOCK, token, &a);
    }
    const ac_mark *word = ac_mark_at(note, token + 1, AC_SIG_CLOCK); /* "at 0800 hours" */
    if (ac_token_text(note, token).n != 4 || !word || !ac_mark_before(note, token, AC_SIG_CLOCK_PRE) || value / 100 > 23 ||
        value % 100 > 59)
        return false;
    int hours = value / 100;
    a.value = hours + value % 100 / 60.0;
    a.end = word->token_end;
    return found(out, AC_TIME_CLOCK, token, &a);
}

/* ---- ages ------------------------------------------------------------------------------------------------------ */

static const char *const age_joins[] = { ":", "=", "de", "is", "was", "of", "-", "(", NULL };
static const char *const age_lead[] = { "de", ",", "con", "(", "-", ":", NULL };

/* "Age: 45", "edad de 45", "aged 45" */
static bool after_age_word(const ac_note *note, uint32_t token)
{
    if (ac_mark_before(note, token, AC_SIG_AGE_PRE))
        return true;
    return token && ac_sv_one_of(ac_token_text(note, token - 1), age_joins) && ac_mark_before(note, token - 1, AC_SIG_AGE_PRE);
}

/* "paciente varón de 70", "mujer, 45": a person stands shortly before, with nothing but such words between. */
static bool after_person(const ac_note *note, uint32_t token)
{
    uint32_t at = token;
    for (int k = 0; k < PERSON_REACH && at; k++) {
        if (ac_mark_before(note, at, AC_SIG_PERSON))
            return true;
        if (!ac_sv_one_of(ac_token_text(note, at - 1), age_lead))
            return false;
        at--;
    }
    return false;
}

static bool plausible_age(const amount *a)
{
    const char *units = "aowd";
    const double most[] = { AGE_MAX, 36, 104, 365 };
    const char *p = memchr(units, a->unit, 4);
    return p && a->value >= 0 && a->value <= most[p - units];
}

/* The letter of a sex at token, and then what is said of a person. */
static bool letter_told(const ac_note *note, uint32_t token)
{
    bool letter = ac_token_is(note, token, 'M') || ac_token_is(note, token, 'F');
    uint32_t next = token + 1 + ac_token_is(note, token + 1, ',');
    return letter && ac_token_same_line(note, token) && ac_mark_at(note, next, AC_SIG_OF_PERSON) && !ac_token_joined(note, next);
}

/* "Varón de 72a", "mujer, 54 a.": years, behind a person. */
static bool spanish_years(const ac_note *note, uint32_t token, amount *a)
{
    int age;
    bool letter = note->lang == AC_LANG_ES && ac_token_is(note, token + 1, 'a') &&
                  (ac_token_joined(note, token + 1) || (ac_token_is(note, token + 2, '.') && ac_token_joined(note, token + 2)));
    if (!letter || !ac_time_int(note, token, 3, &age) || !after_person(note, token))
        return false;
    *a = (amount) { age, 'a', token + 2 };
    return true;
}

/* "45M", "62 F", "54/F" at the head of a statement, and then what is said of a person: "T: 99 F" is none, "a 30F catheter" neither. */
static bool sex_letter(const ac_note *note, uint32_t token, amount *a)
{
    static const char *const lead[] = { "a", "an", "is", ".", ":", ",", "patient", "pt", "this", NULL };
    uint32_t letter = token + 1 + ac_token_is(note, token + 1, '/');
    ac_sv s = ac_token_text(note, letter);
    int age;
    if (!ac_time_int(note, token, 3, &age) || age < 10 || s.n != 1 || (s.p[0] != 'M' && s.p[0] != 'F') ||
        !ac_token_same_line(note, letter))
        return false;
    bool starts = token == 0 || (note->tokens.at[token].shape & AC_SHAPE_LINE_START);
    if (!starts && !ac_sv_one_of(ac_token_text(note, token - 1), lead))
        return false;
    if (token > 1 && ac_token_is(note, token - 1, ':') && ac_names_a_test(note, token - 2, token - 1))
        return false;
    bool glued = ac_token_joined(note, token + 1), ends = !ac_token_same_line(note, letter + 1) || ac_token_is(note, letter + 1, ',');
    if (!letter_told(note, letter) && !(starts && glued && ends))
        return false;
    *a = (amount) { age, 'a', token + 1 };
    return true;
}

bool ac_time_age(const ac_note *note, uint32_t token, ac_time_found *out)
{
    amount a = { 0 };
    double value;
    uint32_t end;
    if (glued_before(note, token) || !ac_number_at(note, token, &value, &end))
        return false;
    bool announced = after_age_word(note, token);
    if (!amount_at(note, token, &a)) {
        a = (amount) { value, 'a', end };
        uint32_t post_at = end + (ac_token_is_dash(note, end) && ac_token_joined(note, end));
        const ac_mark *post = ac_mark_at(note, post_at, AC_SIG_AGE_POST); /* 45 y/o */
        if (post && ac_lower(ac_token_text(note, post_at).p[0]) == 'y')
            a.end = post->token_end;
        else if (!(announced && ac_token_kind_is(note, token, AC_TOKEN_NUMBER)) && !sex_letter(note, token, &a) &&
                 !spanish_years(note, token, &a))
            return false;
        ac_measured m;
        if (announced && !post && ac_measured_at(note, token, &m) && m.kind != AC_UNIT_NONE && m.kind != AC_UNIT_TIME)
            return false;
        return plausible_age(&a) && found(out, AC_TIME_AGE, token, &a);
    }
    uint32_t post_at = a.end + (ac_token_is_dash(note, a.end) && ac_token_joined(note, a.end));
    const ac_mark *post = ac_mark_at(note, post_at, AC_SIG_AGE_POST);
    if (post)
        a.end = ac_token_is_dash(note, a.end) || note->lang == AC_LANG_EN ? post->token_end : a.end;
    else if (ac_mark_at(note, a.end, AC_SIG_COURSE) && !announced)
        return false; /* "de 3 años de evolución" */
    else if (!announced && !(a.unit == 'a' && after_person(note, token)) &&
             !(a.unit == 'a' && (ac_mark_at(note, post_at, AC_SIG_PERSON) || letter_told(note, a.end))) &&
             !(a.unit != 'h' && note->lang == AC_LANG_ES && after_person(note, token)))
        return false;
    return plausible_age(&a) && found(out, AC_TIME_AGE, token, &a);
}

/* ---- relative -------------------------------------------------------------------------------------------------- */

static bool fixed_relative(const ac_note *note, uint32_t token, ac_time_found *out)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_RELATIVE);
    amount a = { 0 };
    if (!m)
        return false;
    ac_sv norm = ac_mark_norm(m);
    if (norm.n && ac_cell_number(&norm, &a.value))
        a.unit = norm.p[0];
    a.end = m->token_end;
    return found(out, AC_TIME_RELATIVE, token, &a);
}

static const char *const not_last[] = { "next", "every", "each", "los", "cada", "todos", "próximo", "this", NULL };

/* "since Monday", "last Monday": a day before the note, counted when its date is known. Any other Monday is open. */
static bool weekday(const ac_note *note, uint32_t token, ac_time_found *out)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_WEEKDAY);
    amount a = { 0 };
    if (!m || (token && ac_sv_one_of(ac_token_text(note, token - 1), not_last)))
        return false;
    a.end = m->token_end;
    a.unit = ac_time_past_weekday(note, token) ? 'd' : 0;
    return found(out, AC_TIME_RELATIVE, token, &a);
}

static bool now_counted(const ac_mark *m) { return ac_mark_norm(m).n != 0; }

/* "hace 3 días", "follow up in 2 weeks", "a los 3 días" */
static bool announced_relative(const ac_note *note, uint32_t token, ac_time_found *out)
{
    amount a;
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_AGO_PRE);
    if (m) {
        if ((token && ac_sv_eq_nocase(ac_token_text(note, token - 1), AC_SV("desde"))) || !amount_at(note, m->token_end, &a))
            return false;
        a.value = -a.value;
        return found(out, AC_TIME_RELATIVE, token, &a);
    }
    m = ac_mark_at(note, token, AC_SIG_FUTURE_PRE);
    bool sure = m && now_counted(m);
    if (!m)
        m = ac_mark_at(note, token, AC_SIG_LATER_PRE);
    if (!m || !amount_at(note, m->token_end, &a))
        return false;
    if (a.unit == 'a' && !sure && note->lang == AC_LANG_ES) { /* "a los 45 años" is an age */
        if (!plausible_age(&a) || a.value < 3)
            return false;
        return found(out, AC_TIME_AGE, m->token_end, &a);
    }
    if (!sure) {
        a.unit = 0;
        a.value = 0;
    }
    return found(out, AC_TIME_RELATIVE, token, &a);
}

static bool day_count(const ac_note *note, uint32_t token, ac_time_found *out)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_DAY_COUNT);
    amount a = { 0 };
    int n;
    if (!m)
        return false;
    uint32_t at = m->token_end;
    at += ac_token_is(note, at, '#') || ac_token_is(note, at, ':');
    if (!ac_time_int(note, at, 3, &n) || (ac_token_joined(note, at + 1) && ac_token_kind_is(note, at + 1, AC_TOKEN_WORD)))
        return false;
    if (m->token_end == token + 1 && ac_sv_eq_nocase(ac_token_text(note, token), AC_SV("day")) && token &&
        !ac_sv_eq_nocase(ac_token_text(note, token - 1), AC_SV("on")))
        return false; /* "twice a day 5 mg" */
    a.end = at + 1;
    return found(out, AC_TIME_RELATIVE, token, &a);
}

bool ac_time_relative(const ac_note *note, uint32_t token, ac_time_found *out)
{
    if (fixed_relative(note, token, out) || weekday(note, token, out) || announced_relative(note, token, out) || day_count(note, token, out))
        return true;
    amount a;
    if (glued_before(note, token) || !amount_at(note, token, &a))
        return false;
    const ac_mark *m = ac_mark_at(note, a.end, AC_SIG_AGO);
    bool ago = m && now_counted(m);
    if (!m)
        m = ac_mark_at(note, a.end, AC_SIG_LATER);
    if (!m)
        return false;
    a.end = m->token_end;
    a.value = -a.value;
    a.unit = ago ? a.unit : 0;
    a.value = ago ? a.value : 0;
    return found(out, AC_TIME_RELATIVE, token, &a);
}

/* ---- durations -------------------------------------------------------------------------------------------------- */

bool ac_time_duration(const ac_note *note, uint32_t token, ac_time_found *out)
{
    amount a;
    if (glued_before(note, token) || !amount_at(note, token, &a) || ac_mark_before(note, token, AC_SIG_EVERY))
        return false;
    return found(out, AC_TIME_DURATION, token, &a);
}
