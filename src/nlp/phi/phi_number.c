/* Numbers without a label that prove themselves, by a check digit or by a shape that nothing clinical has. */
#include "nlp/phi/phi_id.h"
#include "nlp/phi/phi_scan.h"

enum { RUN_MAX = 40, LONG_NUMBER = 8, CODE_DIGITS = 5, CODE_LETTERS = 4, VIN = 17, GROUPED_DIGITS = 6 };

typedef struct {
    size_t digits, letters, upper, first_letters, hyphens;
    bool other, blank;
} shape;

static shape shape_of(ac_sv run)
{
    shape h = { 0 };
    for (size_t i = 0; i < run.n; i++) {
        char c = run.p[i];
        h.digits += ac_is_digit(c);
        h.letters += ac_is_alpha(c);
        h.upper += ac_is_upper(c);
        h.hyphens += c == '-';
        h.blank = h.blank || c == ' ';
        h.other = h.other || !(ac_is_alnum(c) || c == '-' || c == ' ');
        if (h.letters == i + 1)
            h.first_letters = h.letters;
    }
    return h;
}

static bool is_ssn_shape(ac_sv r)
{
    return r.n == 11 && r.p[3] == r.p[6] && (r.p[3] == '-' || r.p[3] == ' ') && !ac_is_digit(r.p[3]);
}

/* "AB-987654", "RS121314", "PWP996731L": a short prefix and many digits. Not HbA1c, CA-125, COVID-19, ICD-10,
 * not the mutation G20210A. */
static bool is_code(ac_sv r, shape h)
{
    return !h.other && !h.blank && h.first_letters >= 1 && h.first_letters <= CODE_LETTERS && h.upper == h.letters &&
           (h.letters == h.first_letters || (h.letters == h.first_letters + 1 && h.first_letters > 1 && ac_is_upper(r.p[r.n - 1]))) && h.digits >= CODE_DIGITS && h.hyphens <= 1 && r.n <= 16;
}

/* "45-34-63", "503-6027", "2827-53712": groups of digits that no range has. Ranges have round ends ("4500-11000") or
 * groups of one length ("120-140"). */
static bool is_grouped(ac_sv r, shape h)
{
    if (h.letters || h.other || h.blank || h.hyphens < 1 || h.hyphens > 2 || h.digits < GROUPED_DIGITS)
        return false;
    const char *hyphen = memchr(r.p, '-', r.n);
    size_t first = (size_t)(hyphen - r.p), last = 0;
    while (last < r.n && r.p[r.n - 1 - last] != '-')
        last++;
    if (h.hyphens == 2)
        return first == 2 && last == 2 && r.n == 8;
    bool round = r.p[first - 1] == '0' && r.p[r.n - 1] == '0';
    return first >= 2 && first != last && !round && (last >= 4 || (first >= 4 && last == 3));
}

/* What follows says that a bare number is none of a measure: a small word, a capital, a sign, the end of the line. */
static bool stands_alone(const ac_phi_scan *s, size_t begin, size_t end)
{
    size_t i = ac_phi_token_from(s, ac_note_token_at(s->note, (uint32_t)begin), (uint32_t)end);
    if (i >= s->n || ac_phi_line_start(s, i))
        return true;
    if (!ac_phi_word_at(s, i))
        return !ac_phi_number(s, i) && !ac_phi_char(s, i, '%') && !ac_phi_char(s, i, '/') && !ac_phi_char(s, i, '+');
    return ac_phi_flag(s, i, AC_PHI_TOK_CAP) ? !s->caps || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP))
                                             : ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP));
}

/* Six or seven digits that are no round amount and stand where no unit follows. */
static bool is_middling(const ac_phi_scan *s, ac_sv r, shape h, size_t begin, size_t end)
{
    return h.digits == r.n && h.digits >= GROUPED_DIGITS && h.digits < LONG_NUMBER && r.p[r.n - 1] + r.p[r.n - 2] != '0' + '0' &&
           !(begin > 0 && ac_phi_in(s->note->text.p[begin - 1], "$#")) && stands_alone(s, begin, end);
}

static bool is_vin(ac_sv r, shape h)
{
    return r.n == VIN && !h.other && !h.hyphens && !h.blank && h.upper == h.letters && h.letters >= 3 &&
           h.digits >= 5 && !memchr(r.p, 'O', r.n) && !memchr(r.p, 'I', r.n);
}

/* One unbroken run of letters, digits and hyphens. */
static void word_run(ac_phi_scan *s, size_t begin, size_t end)
{
    ac_sv run = ac_sv_sub(s->note->text, begin, end);
    shape h = shape_of(run);
    ac_span span = ac_span_of(begin, end);
    if (h.digits < GROUPED_DIGITS && !is_code(run, h) && !ac_id_mbi(run))
        return;
    if (is_ssn_shape(run) && h.digits == 9 && ac_id_ssn(run))
        ac_phi_add(s, span, AC_PHI_SSN, 0.9f, "social security number");
    else if (h.letters >= 1 && h.letters <= 2 && !h.other && ac_id_dni(run))
        ac_phi_add(s, span, AC_PHI_MRN, 0.95f, "DNI or NIE with the right letter");
    else if (h.first_letters == 2 && ac_id_iban(run))
        ac_phi_add(s, span, AC_PHI_ACCOUNT, 0.98f, "IBAN");
    else if (!h.letters && ac_id_luhn(run))
        ac_phi_add(s, span, AC_PHI_ACCOUNT, 0.9f, "card number with a valid check digit");
    else if (ac_id_mbi(run))
        ac_phi_add(s, span, AC_PHI_INSURANCE, 0.9f, "Medicare beneficiary identifier");
    else if (is_vin(run, h))
        ac_phi_add(s, span, AC_PHI_VEHICLE, 0.7f, "shape of a vehicle identification number");
    else if (is_code(run, h))
        ac_phi_add(s, span, AC_PHI_ID, 0.65f, "letters and a long number");
    else if (!h.letters && !h.hyphens && h.digits == run.n && h.digits >= LONG_NUMBER && h.digits <= 20)
        ac_phi_add(s, span, AC_PHI_ID, 0.55f, "long number");
    else if (s->note->lang == AC_LANG_EN && is_grouped(run, h) && (h.digits > LONG_NUMBER || stands_alone(s, begin, end)))
        ac_phi_add(s, span, AC_PHI_ID, 0.52f, "number in groups");
    else if (s->note->lang == AC_LANG_EN && is_middling(s, run, h, begin, end))
        ac_phi_add(s, span, AC_PHI_ID, 0.51f, "number that measures nothing");
}

/* Groups with blanks between them: cards, IBAN, NHS numbers, SSN, Spanish plates, British postcodes. */
static void grouped_run(ac_phi_scan *s, size_t begin)
{
    ac_sv t = s->note->text;
    size_t end = begin, singles = 0;
    for (size_t i = begin; i < t.n && i < begin + RUN_MAX; i++) {
        bool part = ac_is_digit(t.p[i]) || ac_is_upper(t.p[i]);
        if (!part && !(t.p[i] == ' ' && i > begin && t.p[i - 1] != ' '))
            break;
        bool last = part && (i + 1 == t.n || !(ac_is_alnum(t.p[i + 1]) || (unsigned char)t.p[i + 1] >= 0x80));
        if (!last)
            continue;
        singles = i == begin || t.p[i - 1] == ' ' ? singles + 1 : 0;
        if (singles > 1) /* "1 1 1": a table, no number in groups */
            break;
        end = i + 1;
        ac_sv run = ac_sv_sub(t, begin, end);
        if (run.n == 12 && run.p[3] == ' ' && run.p[7] == ' ' && ac_is_digit(run.p[0]) && ac_id_nhs(run) &&
            shape_of(run).digits == 10)
            ac_phi_add(s, ac_span_of(begin, end), AC_PHI_MRN, 0.85f, "NHS number");
        else if (is_ssn_shape(run) && shape_of(run).digits == 9 && ac_id_ssn(run))
            ac_phi_add(s, ac_span_of(begin, end), AC_PHI_SSN, 0.8f, "social security number");
        else if (ac_id_plate_es(run))
            ac_phi_add(s, ac_span_of(begin, end), AC_PHI_VEHICLE, 0.8f, "Spanish number plate");
        else if (ac_id_uk_postcode(run))
            ac_phi_add(s, ac_span_of(begin, end), AC_PHI_ZIP, 0.85f, "British postcode");
        else if (run.n >= 15 && (ac_id_iban(run) || (!shape_of(run).letters && ac_id_luhn(run))))
            ac_phi_add(s, ac_span_of(begin, end), AC_PHI_ACCOUNT, 0.9f, "account or card with a valid check digit");
    }
}

void ac_phi_rule_number(ac_phi_scan *s)
{
    ac_sv t = s->note->text;
    for (size_t i = 0, done = 0; i < t.n; i++) { /* from digit to digit: words without any are most of a text */
        if (!ac_is_digit(t.p[i]))
            continue;
        size_t begin = i, end = i;
        while (begin > done && (ac_is_alnum(t.p[begin - 1]) || t.p[begin - 1] == '-'))
            begin--;
        while (t.p[begin] == '-')
            begin++;
        while (end < t.n && (ac_is_alnum(t.p[end]) || t.p[end] == '-'))
            end++;
        bool alone = !(begin && ac_phi_in(t.p[begin - 1], ".,@_")) && !(end < t.n && ac_phi_in(t.p[end], "@_"));
        size_t trimmed = end;
        while (t.p[trimmed - 1] == '-')
            trimmed--;
        if (alone && trimmed - begin <= RUN_MAX)
            word_run(s, begin, trimmed);
        if (alone && end - begin <= 6 && end < t.n && t.p[end] == ' ')
            grouped_run(s, begin);
        i = done = end;
    }
}
