/* Streets and houses: "123 Main St, Apt 4", "c/ del Abedul 5-7, 2º dcha", "PO Box 12". */
#include "nlp/phi/phi_scan.h"

enum { STREET_TOKENS = 22, NAME_WORDS = 5, PARTICLES = 3, HOUSE_DIGITS = 6, HOUSE_TOKENS = 10, KIND_REACH = 5 };

static bool unit(const ac_phi_scan *s, size_t i) { return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_UNIT)); }

static bool short_number(const ac_phi_scan *s, size_t i)
{
    size_t n = ac_phi_number(s, i) ? ac_phi_core(s, i).n : 0; /* 5 digits are a postal code; "12,500" is a kilometre */
    return n && (n < 5 || (n < 8 && (memchr(ac_phi_core(s, i).p, ',', n) || memchr(ac_phi_core(s, i).p, '.', n))));
}

size_t ac_phi_house_parts(const ac_phi_scan *s, size_t i)
{
    size_t end = i;
    for (size_t k = i; k < s->n && k < i + STREET_TOKENS && !ac_phi_line_start(s, k);) {
        ac_sv t = ac_token_text(s->note, (uint32_t)k);
        bool letter = t.n == 1 && ac_is_upper(t.p[0]) && /* not the C of "C.P." */
                      !(ac_phi_char(s, k + 1, '.') && ac_phi_joined(s, k + 2) && ac_phi_flag(s, k + 2, AC_PHI_TOK_CAP));
        bool part = short_number(s, k) || unit(s, k) || letter ||
                    (ac_phi_joined(s, k) && t.n <= 3 && ac_phi_number(s, k - 1) && !ac_phi_in(t.p[0], ".,;:()-/"));
        bool ordinal = t.n <= 3 && (unsigned char)t.p[0] == 0xC2;
        bool mark = t.n == 1 && ac_phi_in(t.p[0], ",-/#") && k + 1 < s->n &&
                    (short_number(s, k + 1) || unit(s, k + 1) || ac_phi_core(s, k + 1).n == 1 ||
                     (unsigned char)ac_phi_core(s, k + 1).p[0] == 0xC2);
        bool dot = t.n == 1 && t.p[0] == '.' && k > i &&
                   (short_number(s, k + 1) || unit(s, k - 1) ||
                    (k + 1 < s->n && (unsigned char)ac_phi_core(s, k + 1).p[0] == 0xC2));
        if (ac_sv_eq(t, AC_SV("s")) && ac_phi_char(s, k + 1, '/') && ac_phi_char(s, k + 2, 'n')) {
            k += 3;
            end = k;
            continue;
        }
        bool zip = t.n == 1 && t.p[0] == 'E' && ac_phi_char(s, k + 1, '-') && ac_phi_number(s, k + 2) &&
                   !short_number(s, k + 2);
        if ((!part && !ordinal && !mark && !dot) || zip)
            break;
        k += unit(s, k) ? s->tok[k].words_n : 1;
        if (part || ordinal)
            end = k;
    }
    return end;
}

/* ---- Spanish: the kind of street comes first ------------------------------------------------------------------- */

/* The words of the name: capitals, particles, and a number that is part of it ("12 de Octubre"). */
static size_t street_name(const ac_phi_scan *s, size_t i)
{
    size_t end = i;
    for (size_t k = i, words = 0; k < s->n && words < NAME_WORDS && !ac_phi_line_start(s, k);) {
        if (ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) && k < i + STREET_TOKENS) {
            k += s->tok[k].words_n;
            continue;
        }
        bool word = ac_phi_word_at(s, k) && ac_phi_flag(s, k, AC_PHI_TOK_CAP);
        if (ac_phi_label_begins(s, k) || ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_LABEL_STAFF_ID)))
            break;
        if (words > 0 && word && ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD)))
            break;
        if (word) {
            end = ++k;
            words++;
            if (ac_phi_char(s, k, '.') && (ac_phi_core(s, k - 1).n <= 3))
                k++; /* "Dr. Esquerdo", "J. Ortega" */
            if (ac_phi_char(s, k, '-') && ac_phi_joined(s, k) && ac_phi_joined(s, k + 1) && !ac_phi_number(s, k + 1))
                k++;
        } else
            break;
    }
    return end;
}

static bool written_as_street(const ac_phi_scan *s, size_t i)
{
    ac_sv t = ac_token_text(s->note, (uint32_t)i);
    if (ac_sv_eq(t, AC_SV("AV"))) /* visual acuity */
        return false;
    if (t.n == 1)
        return ac_phi_char(s, i + 1, '/') || ac_phi_char(s, i + 1, '.');
    return ac_phi_flag(s, i, AC_PHI_TOK_CAP) || t.n <= 5;
}

static void spanish_street(ac_phi_scan *s, size_t i)
{
    if (!written_as_street(s, i))
        return;
    size_t at = i + s->tok[i].words_n;
    while (at < s->n && at < i + 4 && (ac_phi_char(s, at, '.') || ac_phi_char(s, at, '/')))
        at++;
    if (at >= s->n || ac_phi_line_start(s, at))
        return;
    size_t name = street_name(s, at), end;
    if (name == at) { /* "calle del pez, 28": in lower case only with a number behind */
        for (size_t k = 0; k < PARTICLES && ac_phi_word_at(s, name) && !ac_phi_line_start(s, name); k++)
            name++;
        end = ac_phi_house_parts(s, name);
        if (end == name || !ac_phi_flag(s, i, AC_PHI_TOK_CAP) || ac_phi_core(s, i).n < 2)
            return;
    } else
        end = ac_phi_house_parts(s, name);
    if (end == name && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN)))
        return; /* "polígono de Willis" */
    bool abbreviation = ac_phi_char(s, i + 1, '.') && ac_phi_core(s, i).n <= 2;
    if (end == name && abbreviation)
        return; /* "37 C. En", "la PL. Tras" */
    bool sure = end > name || ac_phi_core(s, i).n != 1;
    if (end > name || ac_phi_flag(s, i, AC_PHI_TOK_CAP) || ac_phi_char(s, i + 1, '/'))
        ac_phi_add_tokens(s, i, end, AC_PHI_STREET, sure && end > name ? 0.93f : 0.75f, "street");
    size_t code = end + (ac_phi_char(s, end, ',') ? 1 : 0);
    if (end > name && ac_phi_number(s, code) && ac_phi_core(s, code).n == 5 && !ac_phi_line_start(s, code))
        ac_phi_add_tokens(s, code, code + 1, AC_PHI_ZIP, 0.8f, "postal code after a street");
}

/* ---- Spanish: no kind of street -------------------------------------------------------------------------------- */

static bool street_word(const ac_phi_scan *s, size_t i)
{
    const uint64_t not = AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD) |
                         AC_PHI_BIT(AC_PHI_WORD_STREET_PRE) | AC_PHI_BIT(AC_PHI_WORD_UNIT) |
                         AC_PHI_BIT(AC_PHI_WORD_LABEL_ZIP);
    bool title = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE));
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && ac_phi_core(s, i).n > 1 &&
           !(ac_phi_tok(s, i)->shape & AC_SHAPE_HAS_DIGIT) && (title || !ac_phi_is(s, i, not)) && !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL);
}

/* Back over "3, 5 B", "s/n", "170": where the house begins; end when no number and no "s/n" stands there. */
static size_t house_begin(const ac_phi_scan *s, size_t end)
{
    size_t k = end;
    bool number = false;
    for (; k > 0 && k + HOUSE_TOKENS > end && !ac_phi_line_start(s, k); k--) {
        ac_sv t = ac_token_text(s->note, (uint32_t)(k - 1));
        bool no_number = k > 2 && ac_sv_eq(t, AC_SV("n")) && ac_phi_char(s, k - 2, '/');
        if (street_word(s, k - 1) || (t.n > 3 && !short_number(s, k - 1) && !unit(s, k - 1)))
            break;
        number = number || short_number(s, k - 1) || no_number;
    }
    return number ? k : end;
}

/* "Paseo Doctor Marañón, 14": the rule for kinds of streets has it. */
static bool has_kind(const ac_phi_scan *s, size_t begin)
{
    for (size_t k = begin; k > 0 && k + KIND_REACH > begin && !ac_phi_line_start(s, k); k--)
        if (ac_phi_is(s, k - 1, AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)))
            return true;
    return false;
}

void ac_phi_street_before(ac_phi_scan *s, size_t end)
{
    size_t house = house_begin(s, end), begin = house, words = 0, last_two = house;
    while (house < end && begin > 0 && words <= NAME_WORDS && !(begin < house && ac_phi_line_start(s, begin))) {
        bool particle = begin < house && ac_phi_is(s, begin - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE));
        if (!street_word(s, begin - 1) && !particle)
            break;
        words += street_word(s, begin - 1);
        begin--;
        last_two = words <= 2 ? begin : last_two;
    }
    bool bounded = begin == 0 || ac_phi_line_start(s, begin) || !ac_phi_word_at(s, begin - 1);
    begin = bounded && words < NAME_WORDS ? begin : last_two;
    while (begin < house && !street_word(s, begin))
        begin++;
    if (house == end || begin == house || ac_phi_line_start(s, house) || has_kind(s, begin))
        return;
    bool title = ac_phi_is(s, begin, AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE));
    ac_phi_add_tokens(s, begin, end, AC_PHI_STREET, title ? 0.94f : 0.82f, "street before a postal code");
}

/* ---- English: number, name, kind of street --------------------------------------------------------------------- */

/* "2nd", "14th", in one token or two. */
static bool ordinal_at(const ac_phi_scan *s, size_t i)
{
    ac_sv t = i < s->n ? ac_token_text(s->note, (uint32_t)i) : AC_SV("");
    if (!t.n || !ac_is_digit(t.p[0]) || ac_phi_joined(s, i) || ac_phi_line_start(s, i))
        return false;
    if (ac_phi_joined(s, i + 1) && ac_phi_word_at(s, i + 1))
        t = ac_token_text(s->note, (uint32_t)(i + 1));
    ac_sv end = t.n >= 2 ? ac_sv_sub(t, t.n - 2, t.n) : t;
    return ac_sv_eq_nocase(end, AC_SV("st")) || ac_sv_eq_nocase(end, AC_SV("nd")) || ac_sv_eq_nocase(end, AC_SV("rd")) || ac_sv_eq_nocase(end, AC_SV("th"));
}

/* "Ave NW", "County Road 163". */
static size_t past_suffix(const ac_phi_scan *s, size_t i)
{
    static const ac_sv points[] = { { "N", 1 }, { "S", 1 }, { "E", 1 }, { "W", 1 }, { "NW", 2 }, { "NE", 2 }, { "SW", 2 }, { "SE", 2 },
                                    { "North", 5 }, { "South", 5 }, { "East", 4 }, { "West", 4 } };
    size_t end = i;
    if (ac_phi_line_start(s, i))
        return i;
    for (size_t k = 0; k < sizeof points / sizeof points[0] && end == i; k++)
        end += ac_sv_eq(ac_token_text(s->note, (uint32_t)i), points[k]);
    bool road = short_number(s, i) && ac_phi_flag(s, i - 2, AC_PHI_TOK_CAP) && (ac_phi_line_start(s, i + 1) || !ac_phi_word_at(s, i + 1));
    return road ? i + 1 : end;
}

static void english_street(ac_phi_scan *s, size_t i)
{
    ac_sv number = ac_token_text(s->note, (uint32_t)i);
    if (number.n > HOUSE_DIGITS || (i > 0 && ac_phi_joined(s, i) && ac_phi_char(s, i - 1, '/')))
        return;
    size_t k = i + 1;
    for (size_t words = 0; words <= NAME_WORDS && k < s->n && !ac_phi_line_start(s, k); words++, k++) {
        if (ac_phi_char(s, k, '.') && ac_phi_joined(s, k)) {
            words--;
            continue;
        }
        bool post = ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_STREET_POST)) && ac_phi_flag(s, k, AC_PHI_TOK_CAP);
        if (post && k > i + 1 &&
            !(ac_phi_flag(s, k + 1, AC_PHI_TOK_CAP) && ac_phi_is(s, k + 1, AC_PHI_BIT(AC_PHI_WORD_STREET_POST)))) {
            size_t end = past_suffix(s, k + 1), after = end + (ac_phi_char(s, end, '.') && ac_phi_joined(s, end) ? 1 : 0);
            if (unit(s, after) || (ac_phi_char(s, after, ',') && unit(s, after + 1)) || ac_phi_char(s, after, '#'))
                end = ac_phi_house_parts(s, after);
            bool two = i > 0 && short_number(s, i - 1) && !ac_phi_line_start(s, i) && !ac_phi_joined(s, i); /* "12 74 Oak Street" */
            ac_phi_add_tokens(s, two ? i - 1 : i, end, AC_PHI_STREET, 0.92f, "street");
            ac_phi_address_below(s, end + (ac_phi_char(s, end, '.') && ac_phi_joined(s, end) ? 1 : 0));
            return;
        }
        if (s->caps && ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)))
            return; /* "#1 WAS UTILIZED TO CLOSE" */
        bool ordinal = ac_phi_joined(s, k) && words == 1;
        if (!ac_phi_flag(s, k, AC_PHI_TOK_CAP) && !ac_phi_number(s, k) && !ordinal &&
            !(ac_phi_tok(s, k)->shape & AC_SHAPE_HAS_DIGIT))
            return;
    }
}

static void po_box(ac_phi_scan *s, size_t i)
{
    ac_sv t = ac_span_text(s->note->text, ac_tokens_span(s->note, (uint32_t)i, (uint32_t)(i + s->tok[i].words_n)));
    if (s->tok[i].words_n >= 2 && ac_lower(t.p[0]) == 'p' && ac_phi_number(s, i + s->tok[i].words_n))
        ac_phi_add_tokens(s, i, i + s->tok[i].words_n + 1, AC_PHI_STREET, 0.9f, "post office box");
    if (s->tok[i].words_n >= 2 && s->note->lang == AC_LANG_EN && ac_phi_number(s, i + s->tok[i].words_n))
        ac_phi_address_below(s, i + s->tok[i].words_n + 1);
}

void ac_phi_rule_street(ac_phi_scan *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->note->lang == AC_LANG_ES && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)))
            spanish_street(s, i);
        else if (s->note->lang == AC_LANG_EN && ac_phi_number(s, i) && (ac_phi_flag(s, i + 1, AC_PHI_TOK_CAP) || ordinal_at(s, i + 1)))
            english_street(s, i);
        else if (unit(s, i))
            po_box(s, i);
    }
}
