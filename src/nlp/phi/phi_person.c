/* Dates and ages (from the times found before), sex, relatives, professions. */
#include "nlp/phi/phi_scan.h"

enum { SEX_REACH = 6, CENTURY_PIVOT = 50 };

static const uint64_t sexes = AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) | AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE);

static double years_of(const ac_time_expr *t)
{
    switch (t->unit) {
    case 'a':
        return t->amount;
    case 'o':
        return t->amount / 12;
    case 'w':
        return t->amount / 52.18;
    case 'd':
        return t->amount / 365.25;
    default:
        return t->amount;
    }
}

/* "año 2004": the word belongs to a year that stands alone. */
static ac_span with_year_word(ac_sv text, const ac_time_expr *t)
{
    ac_span span = t->span;
    ac_sv before = ac_sv_sub(text, 0, span.begin);
    if (t->date.month == 0 && ac_sv_ends(before, AC_SV("a\xC3\xB1o ")))
        span.begin -= 5;
    return span;
}

/* "3 años y 8 meses", "tres años y medio": one age, whatever the second part was read as. Returns how many times it
 * took. */
static size_t whole_age(const ac_note *note, size_t k, ac_span *span)
{
    ac_sv text = note->text;
    *span = note->times.at[k].span;
    const ac_time_expr *next = k + 1 < note->times.n ? &note->times.at[k + 1] : NULL;
    if (ac_sv_starts(ac_sv_sub(text, span->end, span->end + 8), AC_SV(" y medio")))
        span->end += 8;
    if (!next || (next->kind != AC_TIME_AGE && next->kind != AC_TIME_DURATION) || next->unit == note->times.at[k].unit)
        return 1;
    ac_sv between = ac_sv_sub(text, span->end, next->span.begin);
    if (!ac_sv_eq(between, AC_SV(" y ")) && !ac_sv_eq(between, AC_SV(" and ")) && !ac_sv_eq(between, AC_SV(", ")))
        return 1;
    span->end = next->span.end;
    return 2;
}

/* "Jan 15th '23": the year that the date lacks. */
static void with_short_year(ac_sv text, ac_phi_item *item)
{
    uint32_t at = item->span.end;
    at += at < text.n && text.p[at] == ',' ? 1 : 0;
    ac_sv t = ac_sv_sub(text, at, at + 5);
    if (item->date.year || t.n < 4 || t.p[0] != ' ' || t.p[1] != '\'' || !ac_is_digit(t.p[2]) || !ac_is_digit(t.p[3]) ||
        (t.n == 5 && ac_is_alnum(t.p[4])))
        return;
    int year = (t.p[2] - '0') * 10 + (t.p[3] - '0');
    item->date.year = (int16_t)(year + (year < CENTURY_PIVOT ? 2000 : 1900));
    item->span.end = at + 4;
}

/* "tras cuatro años": how long, not how old. */
static bool is_duration(ac_sv text, ac_span span)
{
    ac_sv before = ac_sv_sub(text, 0, span.begin);
    return ac_sv_ends(before, AC_SV("tras ")) || ac_sv_ends(before, AC_SV("Tras ")) ||
           ac_sv_starts(ac_sv_sub(text, span.end, text.n), AC_SV(" de seguimiento")) ||
           ac_sv_starts(ac_sv_sub(text, span.end, text.n), AC_SV(" despu\xC3\xA9s"));
}

static void from_times(ac_phi_scan *s)
{
    for (size_t k = 0; k < s->note->times.n;) {
        const ac_time_expr *t = &s->note->times.at[k++];
        if (t->kind == AC_TIME_DATE) {
            /* without a year it may be the name of a street or a hospital: "12 de Octubre" */
            ac_phi_item *item = ac_phi_add(s, with_year_word(s->note->text, t), AC_PHI_DATE,
                                           t->date.year || t->date.month == 0 ? 0.95f : 0.9f, "date");
            if (!item)
                continue;
            item->date = t->date;
            with_short_year(s->note->text, item);
        } else if (t->kind == AC_TIME_AGE && !is_duration(s->note->text, t->span)) {
            ac_span span;
            k += whole_age(s->note, k - 1, &span) - 1;
            ac_phi_item *item = ac_phi_add(s, span, AC_PHI_AGE, 0.965f, "age");
            if (item)
                item->number = years_of(t);
        }
    }
}

/* "Mujer de 70 años", "paciente varón": a word of sex that is said of a patient. */
static bool of_patient(const ac_phi_scan *s, size_t i)
{
    if (i > 0 && ac_phi_char(s, i - 1, ':'))
        return true;
    if (i > 0 && ac_sv_eq_nocase(ac_phi_core(s, i - 1), AC_SV("paciente")))
        return true;
    for (size_t k = i + 1; k < s->n && k < i + SEX_REACH && !ac_phi_line_start(s, k) && !ac_phi_char(s, k, '.'); k++)
        if (ac_sv_starts(ac_phi_core(s, k), AC_SV("a\xC3\xB1o")) || ac_sv_starts(ac_phi_core(s, k), AC_SV("mes")) ||
            ac_sv_starts(ac_phi_core(s, k), AC_SV("d\xC3\xAD"
                                                  "as")) ||
            ac_sv_eq(ac_phi_core(s, k), AC_SV("edad")))
            return true;
    return false;
}

/* Words that belong to the word for a relative: "dos" before it, "materno", "mayor" after it. */
static size_t kin_begin(const ac_phi_scan *s, size_t i)
{
    bool count = i > 0 && !ac_phi_line_start(s, i) &&
                 (ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_KIN_COUNT)) || ac_phi_number(s, i - 1));
    return count && ac_sv_ends(ac_phi_core(s, i), AC_SV("s")) && ac_phi_core(s, i - 1).n <= 6 ? i - 1 : i;
}

static size_t kin_end(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_KIN_SIDE)) && !ac_phi_line_start(s, i) ? i + 1 : i;
}

/* Some words of sex are said of people only; those marked ? need an age beside them. */
static bool says_sex(const ac_phi_scan *s, size_t i)
{
    if (ac_phi_core(s, i).n <= 1 || (i > 0 && ac_sv_eq_nocase(ac_phi_core(s, i - 1), AC_SV("su"))))
        return false;
    bool after_sex = i > 0 && ac_sv_eq_nocase(ac_phi_core(s, i - 1), AC_SV("sexo"));
    return !(s->tok[i].unsure & sexes) || after_sex || of_patient(s, i);
}

void ac_phi_rule_person(ac_phi_scan *s)
{
    from_times(s);
    bool spanish = s->note->lang == AC_LANG_ES;
    for (size_t i = 0; i < s->n; i++) {
        size_t end = i + s->tok[i].words_n;
        if (!s->tok[i].words)
            continue;
        bool wife = spanish && ac_phi_is(s, i, sexes) && i > 0 && ac_sv_eq_nocase(ac_phi_core(s, i - 1), AC_SV("su"));
        if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_KIN)) || wife)
            ac_phi_add_tokens(s, kin_begin(s, i), kin_end(s, end), AC_PHI_KINSHIP, 0.5f, "word for a relative");
        else if (ac_phi_is(s, i, sexes) && spanish && says_sex(s, i))
            ac_phi_add_tokens(s, i, end, AC_PHI_SEX, 0.7f, "sex of the patient");
        else if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_AGE)) && spanish)
            ac_phi_add_tokens(s, i, end, AC_PHI_AGE, 0.3f, "word for an age");
        else if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PROFESSION)))
            ac_phi_add_tokens(s, i, end, AC_PHI_PROFESSION, 0.6f, "occupation");
    }
}
