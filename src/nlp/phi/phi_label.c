/* "MRN: 1234-5678", "Apellidos: Rivera Bueno.", "Fecha de nacimiento: 03/03/1946": a label announces the value beside
 * it. */
#include "nlp/phi/phi_name.h"

#include "base/search.h"
#include "nlp/time/time.h"

enum { VALUE_TOKENS = 24, LINE_BYTES = 120, GROUPS_MAX = 6, NAMES_MAX = 8 };

typedef struct {
    size_t label, value; /* tokens: the label, the first one after the separator */
    bool colon;          /* a colon, number sign or equals sign stood between */
    bool unsure;
} field;

static const uint64_t labels = (AC_PHI_BIT(AC_PHI_WORD_LABEL_PROFESSION) << 1) - 1;

bool ac_phi_label_begins(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, labels) &&
           (ac_phi_char(s, i + s->tok[i].words_n, ':') || ac_phi_char(s, i + s->tok[i].words_n, '#'));
}

/* "number", "no.", "nº", "#", ":", "-", "is" between a label and its value. */
static field read_field(const ac_phi_scan *s, size_t i)
{
    field f = { .label = i, .value = i + s->tok[i].words_n };
    for (size_t guard = 0; guard < 5 && f.value < s->n; guard++, f.value++) {
        ac_sv t = ac_token_text(s->note, (uint32_t)f.value);
        bool sign = t.n == 1 && ac_phi_in(t.p[0], ":#=");
        bool filler = ac_sv_eq(t, AC_SV("nº")) || ac_sv_eq(t, AC_SV("Nº")) || ac_sv_eq(t, AC_SV("n°")) ||
                      ac_sv_eq(t, AC_SV("º")) || ac_sv_eq(t, AC_SV("is")) || ac_sv_eq(t, AC_SV("no")) ||
                      ac_sv_eq(t, AC_SV("number")) || ac_sv_eq(t, AC_SV("(")) || ac_sv_eq(t, AC_SV("."));
        bool dash = t.n == 1 && t.p[0] == '-';
        if (ac_phi_line_start(s, f.value) || !(sign || filler || dash))
            break;
        f.colon = f.colon || sign;
    }
    if (f.value < s->n && ac_phi_line_start(s, f.value))
        f.value = s->n;
    return f;
}

/* ---- numbers --------------------------------------------------------------------------------------------------- */

static bool id_char(char c) { return ac_is_alnum(c) || c == '-' || c == '/' || c == '.' || c == '_' || c == '*'; }

/* One group of id characters from byte at; its end. */
static size_t id_group(ac_sv t, size_t at, size_t *digits)
{
    size_t end = at;
    *digits = 0;
    while (end < t.n && id_char(t.p[end])) {
        *digits += ac_is_digit(t.p[end]);
        end++;
    }
    while (end > at && ac_phi_in(t.p[end - 1], ".-/*_"))
        end--;
    return end;
}

static bool all_digits(ac_sv t, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (!ac_is_digit(t.p[i]))
            return false;
    return end > begin;
}

/* Spanish insurance and licence numbers are written in groups: "26 37482910 04". */
static size_t more_groups(ac_sv t, size_t end)
{
    for (size_t k = 0; k < GROUPS_MAX; k++) {
        size_t digits, at = end, next;
        while (at < t.n && at < end + 3 && t.p[at] == ' ')
            at++;
        next = id_group(t, at, &digits);
        if (at == end || next == at || !all_digits(t, at, next))
            break;
        end = next;
    }
    return end;
}

static void id_value(ac_phi_scan *s, field f, ac_phi_type type)
{
    ac_sv t = s->note->text;
    if (f.value >= s->n || (f.unsure && !f.colon) || (s->note->lang == AC_LANG_ES && ac_phi_is(s, f.value, labels)))
        return; /* "CIPA: nhc-1234": the inner label reads the number */
    const ac_time_expr *age = ac_time_at(s->note, ac_tokens_span(s->note, (uint32_t)f.value, (uint32_t)f.value + 1));
    if (age && age->kind == AC_TIME_AGE)
        return; /* "ID: 54F with asthma" */
    size_t begin = ac_phi_tok(s, f.value)->begin, digits, end = id_group(t, begin, &digits);
    size_t least = f.colon ? 2 : 4;
    if (!digits && ac_phi_flag(s, f.value, AC_PHI_TOK_CAP)) { /* "MRN: SF 98765", "Medicare #AB 9876" */
        size_t more = ac_phi_joined(s, f.value + 1) ? 0 : end + 1;
        size_t next = more && more < t.n ? id_group(t, more, &digits) : 0;
        if (end - begin > 4 || !digits || !all_digits(t, more, next))
            return;
        end = next;
    }
    if (digits < least)
        return;
    if (s->note->lang == AC_LANG_ES || type == AC_PHI_SSN || type == AC_PHI_ACCOUNT)
        end = more_groups(t, end);
    if (type == AC_PHI_VEHICLE && end + 4 <= t.n && t.p[end] == ' ' && ac_is_upper(t.p[end + 1]) &&
        ac_is_upper(t.p[end + 2]) && ac_is_upper(t.p[end + 3]))
        end += 4; /* "1234 BCD" */
    ac_phi_add(s, ac_span_of(begin, end), type, f.colon ? 0.97f : 0.9f, "number after its label");
}

static void phone_value(ac_phi_scan *s, field f, ac_phi_type type)
{
    ac_sv t = s->note->text;
    if (f.value >= s->n)
        return;
    size_t begin = ac_phi_tok(s, f.value)->begin, end = begin, digits = 0;
    if (begin && t.p[begin - 1] == '(')
        begin--;
    for (size_t i = begin; i < t.n && i < begin + 30 && (ac_is_digit(t.p[i]) || ac_phi_in(t.p[i], " -.()+")); i++)
        if (ac_is_digit(t.p[i])) {
            digits++;
            end = i + 1;
        }
    if (digits < (f.colon ? 6 : 7) || digits > 15)
        return;
    begin = ac_phi_within(t, begin, end);
    size_t next = ac_phi_token_from(s, f.value, (uint32_t)end);
    if (ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)next), AC_SV("ext"))) {
        next += ac_phi_char(s, next + 1, '.') ? 2 : 1;
        if (ac_phi_number(s, next))
            end = ac_phi_tok(s, next)->end;
    }
    ac_phi_item *item = ac_phi_add(s, ac_span_of(begin, end), type, 0.97f, "number after its label");
    if (item)
        item->span.begin = (uint32_t)begin;
    next = ac_phi_token_from(s, f.value, (uint32_t)end);
    if ((ac_phi_char(s, next, '/') || ac_sv_eq(ac_token_text(s->note, (uint32_t)next), AC_SV("y"))) &&
        ac_phi_number(s, next + 1)) /* "918038014 / 656352534" */
        phone_value(s, (field) { .label = f.label, .value = next + 1, .colon = true }, type);
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

/* "Doctor: Your blood pressure is fine": the label says who speaks. */
static bool speaker_label(const ac_phi_scan *s, size_t i)
{
    const ac_turns *turns = &s->note->turns;
    size_t first = AC_COUNT_BEFORE(k, turns->n, turns->at[k].label.end <= ac_phi_tok(s, i)->begin);
    return first < turns->n && turns->at[first].label.begin <= ac_phi_tok(s, i)->begin;
}

/* Titles before the name: "Dr.", "Prof. Dr.". */
static size_t past_titles(const ac_phi_scan *s, size_t at)
{
    for (size_t guard = 0; guard < 4 && ac_phi_is(s, at, AC_PHI_TITLES); guard++)
        at += s->tok[at].words_n + (ac_phi_char(s, at + s->tok[at].words_n, '.') ? 1u : 0u);
    return at;
}

/* "Typed by JTW": two or three capitals after a label that means nothing else. */
static bool initials(const ac_phi_scan *s, size_t at)
{
    return s->note->lang == AC_LANG_EN && ac_phi_all_caps(s, at) && ac_phi_core(s, at).n <= 3 &&
           !ac_phi_is(s, at, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL) | AC_PHI_BIT(AC_PHI_WORD_STOP)) && !ac_phi_flag(s, at, AC_PHI_TOK_CLINICAL) &&
           (ac_phi_line_start(s, at + 1) || ac_phi_number(s, at + 1) || ac_phi_is(s, at + 1, AC_PHI_BIT(AC_PHI_WORD_MONTH)) || (!s->caps && !ac_phi_word_at(s, at + 1)));
}

/* One name at token value; its end, or value. */
static size_t one_name(ac_phi_scan *s, field f, size_t value, ac_phi_type type)
{
    size_t at = past_titles(s, value), begin = s->note->lang == AC_LANG_EN ? value : at;
    bool english = s->note->lang == AC_LANG_EN;
    size_t end = ac_phi_name_run(s, at, f.colon || (english && !f.unsure) ? AC_PHI_RUN_LABEL : AC_PHI_RUN_TEXT);
    bool lone = english && f.colon && type == AC_PHI_STAFF && end == at + 1 && ac_phi_unexplained(s, at) && !s->tok[at].words &&
                (ac_phi_line_start(s, end) || ac_phi_char(s, end, ';')); /* "Surgeon: Vo" */
    bool believed = lone || ac_phi_name_evidence(s, at, end) || (f.colon && ac_phi_name_plausible(s, at, end)) || (!f.unsure && initials(s, at));
    if (end == at || ((f.unsure || !f.colon) && !believed))
        return value;
    if (end == at + 1 && ac_phi_is(s, at, AC_PHI_BIT(AC_PHI_WORD_STOP)) && !(s->tok[at].sure & AC_NAME_PERSON))
        return value; /* "Médico: Su tensión ..." */
    ac_phi_add_tokens(s, begin, end, type, 0.96f, "name after its label");
    return end;
}

/* ", MD; " between the names of a list: where the next one may begin, or AC_NONE. */
static size_t next_of_list(const ac_phi_scan *s, size_t end)
{
    size_t i = end;
    for (size_t guard = 0; guard < 4 && !ac_phi_line_start(s, i); guard++) {
        size_t degree = i + (ac_phi_char(s, i, ',') ? 1 : 0);
        if (!ac_phi_is(s, degree, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL)))
            break;
        i = degree + s->tok[degree].words_n + (ac_phi_char(s, degree + s->tok[degree].words_n, '.') ? 1u : 0u);
    }
    bool joint = ac_phi_char(s, i, ';') || (i > end && ac_phi_char(s, i, ',')) || ac_phi_char(s, i, '/');
    return joint && !ac_phi_line_start(s, i) && !ac_phi_line_start(s, i + 1) ? i + 1 : AC_NONE;
}

static void name_value(ac_phi_scan *s, field f, ac_phi_type type)
{
    bool patient = type == AC_PHI_PATIENT;
    if (((patient || f.unsure) && !f.colon) || speaker_label(s, f.label))
        return;
    size_t end = one_name(s, f, f.value, type);
    f.unsure = true; /* the rest of the list must look like names by itself: "cc: Ann Lee, MD; chart" */
    for (size_t names = 1; end > f.value && names < NAMES_MAX && s->note->lang == AC_LANG_EN; names++) {
        size_t next = next_of_list(s, end);
        if (next == AC_NONE)
            return;
        f.value = next;
        end = one_name(s, f, next, type);
    }
}

/* ---- words of a line ------------------------------------------------------------------------------------------- */

/* The value goes to the end of the line, the next label, or a full stop that ends it. */
static size_t line_end(const ac_phi_scan *s, size_t value)
{
    size_t i = value;
    for (; i < s->n && i < value + VALUE_TOKENS && !ac_phi_line_start(s, i); i++) {
        if (ac_phi_label_begins(s, i) || ac_phi_char(s, i, ';'))
            break;
        if (ac_phi_char(s, i, '.') && (i + 1 >= s->n || ac_phi_line_start(s, i + 1)))
            break;
        if (ac_phi_char(s, i, '.') && !ac_phi_joined(s, i + 1) && ac_phi_flag(s, i + 1, AC_PHI_TOK_CAP) &&
            !ac_phi_number(s, i + 1) && i > value && ac_phi_core(s, i - 1).n > 4)
            break;
    }
    return i;
}

static void whole_line(ac_phi_scan *s, field f, ac_phi_type type)
{
    if (!f.colon || f.value >= s->n || (type == AC_PHI_STREET && ac_phi_label_begins(s, f.value)))
        return;
    size_t end = line_end(s, f.value);
    for (size_t i = f.value; i < end && type == AC_PHI_ORGANISATION; i++)
        if (ac_phi_char(s, i, ',')) /* a firm's name ends there, an address goes on */
            end = i;
    bool capital = false;
    for (size_t i = f.value; i < end; i++)
        capital = capital || ac_phi_flag(s, i, AC_PHI_TOK_CAP) || ac_phi_number(s, i);
    if (capital)
        ac_phi_add_tokens(s, f.value, end, type, 0.93f, "line after its label");
}

/* "Vigo, Pontevedra": each part is a place of its own. */
static void places_value(ac_phi_scan *s, field f, ac_phi_type type)
{
    if (f.value >= s->n || (!f.colon && !ac_phi_flag(s, f.value, AC_PHI_TOK_CAP)))
        return;
    if (!f.colon && !s->tok[f.value].region)
        return;
    size_t end = f.colon ? line_end(s, f.value) : f.value + s->tok[f.value].region_n;
    for (size_t i = f.value, begin = i; i <= end; i++) {
        bool cut = i == end || ac_phi_char(s, i, ',') || ac_phi_char(s, i, '(') || ac_phi_char(s, i, ')') ||
                   (ac_phi_char(s, i, '/') && !ac_phi_joined(s, i)) || ac_phi_number(s, i);
        if (!cut)
            continue;
        bool country =
            begin < s->n && s->tok[begin].region == AC_NAME_BIT(AC_NAME_COUNTRY) && begin + s->tok[begin].region_n == i;
        if (i > begin && ac_phi_flag(s, begin, AC_PHI_TOK_CAP))
            ac_phi_add_tokens(s, begin, i, country ? AC_PHI_COUNTRY : type, 0.94f, "place after its label");
        begin = i + 1;
    }
}

static void zip_value(ac_phi_scan *s, field f)
{
    size_t digits;
    ac_sv t = s->note->text;
    if (f.value >= s->n)
        return;
    size_t begin = ac_phi_tok(s, f.value)->begin, end = id_group(t, begin, &digits);
    if (digits >= 3 && digits <= 9)
        ac_phi_add(s, ac_span_of(begin, end), AC_PHI_ZIP, 0.97f, "postal code after its label");
}

static void date_value(ac_phi_scan *s, field f)
{
    ac_sv t = s->note->text;
    if (f.value >= s->n || (f.unsure && !f.colon) || !ac_phi_number(s, f.value))
        return;
    size_t begin = ac_phi_tok(s, f.value)->begin, digits, end = id_group(t, begin, &digits);
    size_t more = end + 2, year = 0; /* "12/04 /2011" */
    if (end + 1 < t.n && t.p[end] == ' ' && t.p[end + 1] == '/')
        more = id_group(t, more, &year);
    if (year == 4)
        end = more;
    if (digits >= 4 && digits <= 14) /* also the misspelt ones: 26708/2017 */
        ac_phi_add(s, ac_span_of(begin, end), AC_PHI_DATE, 0.6f, "date after its label");
}

static void profession_value(ac_phi_scan *s, field f)
{
    size_t i = f.value;
    if (f.unsure && !f.colon)
        return;
    for (; i < s->n && i < f.value + 5 && ac_phi_word_at(s, i) && !ac_phi_line_start(s, i); i++)
        if (i > f.value && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)) &&
            !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)))
            break;
    while (i > f.value && ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)))
        i--;
    if (i > f.value)
        ac_phi_add_tokens(s, f.value, i, AC_PHI_PROFESSION, 0.8f, "occupation after its label");
}

static void sex_value(ac_phi_scan *s, field f)
{
    ac_sv t = f.value < s->n ? ac_phi_core(s, f.value) : (ac_sv) { "", 0 };
    bool letter = t.n == 1 && ac_phi_in(ac_upper(t.p[0]), "HMVF");
    uint64_t words = AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) | AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE);
    if (f.colon && (letter || ac_phi_is(s, f.value, words)))
        ac_phi_add_tokens(s, f.value, f.value + 1, AC_PHI_SEX, 0.97f, "sex after its label");
}

static void age_value(ac_phi_scan *s, field f)
{
    double years;
    if (!f.colon || !ac_phi_number(s, f.value) || !ac_sv_to_double(ac_token_text(s->note, (uint32_t)f.value), &years) ||
        years > 130)
        return;
    size_t end = f.value + 1;
    ac_sv unit = ac_token_text(s->note, (uint32_t)end);
    bool year = ac_sv_starts(unit, AC_SV("a\xC3\xB1o")) || ac_sv_starts(unit, AC_SV("year"));
    bool other = ac_sv_starts(unit, AC_SV("mes")) ||
                 ac_sv_starts(unit, AC_SV("d\xC3\xAD"
                                          "a")) ||
                 ac_sv_starts(unit, AC_SV("semana")) || ac_sv_starts(unit, AC_SV("month")) ||
                 ac_sv_starts(unit, AC_SV("day")) || ac_sv_starts(unit, AC_SV("week"));
    ac_phi_item *item = ac_phi_add_tokens(s, f.value, end + (year || other), AC_PHI_AGE, 0.96f, "age after its label");
    if (item && !other)
        item->number = years;
}

/* ---- dispatch -------------------------------------------------------------------------------------------------- */

#define TYPE_OF(id, name, type) type,
static const uint8_t word_types[] = { AC_PHI_WORD_LIST(TYPE_OF) };

static void value_of(ac_phi_scan *s, field f, ac_phi_word word)
{
    ac_phi_type type = (ac_phi_type)word_types[word];
    switch (word) {
    case AC_PHI_WORD_LABEL_PATIENT:
    case AC_PHI_WORD_LABEL_STAFF:
    case AC_PHI_WORD_LABEL_RELATIVE:
        name_value(s, f, type);
        break;
    case AC_PHI_WORD_LABEL_PHONE:
    case AC_PHI_WORD_LABEL_FAX:
        phone_value(s, f, type);
        break;
    case AC_PHI_WORD_LABEL_PAGER: /* a whole number, or the last digits of one inside the house */
        phone_value(s, f, type);
        id_value(s, f, type);
        break;
    case AC_PHI_WORD_LABEL_ZIP:
        zip_value(s, f);
        break;
    case AC_PHI_WORD_LABEL_STREET:
    case AC_PHI_WORD_LABEL_HOSPITAL:
    case AC_PHI_WORD_LABEL_ORGANISATION:
        whole_line(s, f, type);
        break;
    case AC_PHI_WORD_LABEL_CITY:
    case AC_PHI_WORD_LABEL_COUNTRY:
        places_value(s, f, type);
        break;
    case AC_PHI_WORD_LABEL_DATE:
        date_value(s, f);
        break;
    case AC_PHI_WORD_LABEL_AGE:
        age_value(s, f);
        break;
    case AC_PHI_WORD_LABEL_SEX:
        sex_value(s, f);
        break;
    case AC_PHI_WORD_LABEL_PROFESSION:
        profession_value(s, f);
        break;
    default:
        id_value(s, f, type);
    }
}

void ac_phi_rule_label(ac_phi_scan *s)
{
    for (size_t i = 0; i < s->n; i++) {
        uint64_t words = s->tok[i].words & labels;
        if (!words)
            continue;
        field f = read_field(s, i);
        for (int w = 0; words; w++, words >>= 1)
            if (words & 1) {
                f.unsure = (s->tok[i].unsure & AC_PHI_BIT(w)) != 0;
                value_of(s, f, (ac_phi_word)w);
            }
    }
}
