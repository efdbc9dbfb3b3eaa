/* Hospitals, health centres and other organisations. */
#include "nlp/phi/phi_name.h"

enum { WORDS_MAX = 8, BACK_MAX = 5 };

static const uint64_t tails = AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL) | AC_PHI_BIT(AC_PHI_WORD_ORG_TAIL);
static const uint64_t heads =
    AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD) | AC_PHI_BIT(AC_PHI_WORD_CENTRE_HEAD) | AC_PHI_BIT(AC_PHI_WORD_ORG_HEAD);

static bool capital(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP);
}

static bool stop(const ac_phi_scan *s, size_t i) { return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)); }

/* ---- Spanish: "Hospital Universitario La Paz" ------------------------------------------------------------------ */

static bool quote(const ac_phi_scan *s, size_t i) { return ac_phi_char(s, i, '"') || ac_phi_char(s, i, '\''); }

static bool ends_name(const ac_phi_scan *s, size_t k, bool name)
{
    return ac_phi_line_start(s, k) ||
           (name && (ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)) && ac_phi_core(s, k).n <= 8 &&
                     !ac_phi_is(s, k - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) &&
                     !ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)))) ||
           (stop(s, k) && capital(s, k) && !ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) &&
            !(s->tok[k].words & heads) &&
            !ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE)));
}

/* A town after the name without a particle: "Marqués de Valdecilla Santander". */
static bool town(const ac_phi_scan *s, size_t k)
{
    return s->tok[k].region &
               (AC_NAME_BIT(AC_NAME_STATE) | AC_NAME_BIT(AC_NAME_PLACE) | AC_NAME_BIT(AC_NAME_COUNTRY)) &&
           s->tok[k].region_sure && !(s->tok[k].sure & AC_NAME_ANY_FIRST) &&
           !ac_phi_is(s, k - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE));
}

static size_t spanish_name(const ac_phi_scan *s, size_t at, bool *proper)
{
    size_t end = at;
    *proper = false;
    for (size_t k = at, words = 0; k < s->n && words < WORDS_MAX && !ends_name(s, k, words > 0);) {
        if (words > 0 && town(s, k))
            break;
        if (capital(s, k) || (words == 0 && k == at && ac_phi_number(s, k) && ac_phi_core(s, k).n <= 2)) {
            *proper = true;
            words++;
            end = ++k;
            if (ac_phi_char(s, k, '.') && ac_phi_core(s, k - 1).n <= 3 && capital(s, k + 1))
                k++;
            if (ac_phi_char(s, k, '-') && ac_phi_joined(s, k) && ac_phi_joined(s, k + 1) && capital(s, k + 1))
                k++;
            if (quote(s, k))
                end = ++k;
        } else if (ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)))
            k += s->tok[k].words_n;
        else if (ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_MONTH)) && words == 1) /* "12 de octubre" */
            end = ++k;
        else if (quote(s, k))
            k++;
        else
            break;
    }
    return end;
}

/* "Hospital de Navarra Hermanos Falcó, s/n": a number right after the name shows that its last words are a street. */
static size_t without_street(ac_phi_scan *s, size_t at, size_t end)
{
    size_t house = ac_phi_house_parts(s, end), words = 0, cut = end;
    if (house == end || !ac_phi_char(s, end, ','))
        return end;
    for (size_t k = end; k > at && words < 2; k--)
        if (capital(s, k - 1)) {
            words++;
            cut = k - 1;
        }
    size_t left = cut;
    while (left > at && ac_phi_is(s, left - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)))
        left--;
    if (words < 2 || left != cut || cut <= at)
        return end;
    ac_phi_add_tokens(s, cut, house, AC_PHI_STREET, 0.95f, "street after the name of an institution");
    return cut;
}

static void spanish_facility(ac_phi_scan *s, size_t i)
{
    bool proper;
    size_t at = i + s->tok[i].words_n, end = without_street(s, at, spanish_name(s, at, &proper));
    bool hospital = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD));
    if (!ac_phi_flag(s, i, AC_PHI_TOK_CAP) || !proper)
        return;
    if (i > 0 && ac_phi_is(s, i - 1, heads) && capital(s, i - 1) && !ac_phi_line_start(s, i))
        return; /* already part of the name before it */
    ac_phi_type type = hospital                                               ? AC_PHI_HOSPITAL
                       : ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_CENTRE_HEAD)) ? AC_PHI_HEALTH_CENTRE
                                                                              : AC_PHI_ORGANISATION;
    if (end < s->n && capital(s, end) && !ac_phi_line_start(s, end) && town(s, end))
        ac_phi_add_tokens(s, end, end + s->tok[end].region_n, AC_PHI_LOCATION, 0.7f, "town after an institution");
    ac_phi_item *item = ac_phi_add_tokens(s, i, end, type, 0.94f, "name of an institution");
    if (item && ac_phi_char(s, end - 1, '"'))
        item->span.end = ac_phi_tok(s, end - 1)->end;
}

/* ---- English: "St. Joseph's Hospital" -------------------------------------------------------------------------- */

static bool inner_word(const ac_phi_scan *s, size_t i)
{
    static const ac_sv words[] = { { "of", 2 }, { "&", 1 }, { "for", 3 }, { "the", 3 } };
    ac_sv t = ac_token_text(s->note, (uint32_t)i);
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (ac_sv_eq(t, words[k]))
            return true;
    return s->caps && ac_sv_eq(t, AC_SV("OF")) && i > 0 && ac_phi_is(s, i - 1, tails); /* "UNIVERSITY OF" */
}

/* The word before "of": "University", "Lady", not the doctor of "Dr. Tsosie of Meadow Clinic". */
static bool joins_name(const ac_phi_scan *s, size_t i)
{
    return capital(s, i) && (ac_phi_is(s, i, tails) || !(stop(s, i) || ((s->tok[i].sure | s->tok[i].maybe) & AC_NAME_PERSON)));
}

static bool incorporated(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_ORG_TAIL)) && ac_phi_core(s, i).n <= 4;
}

/* Where the name that ends before token end begins; end when no proper word stands there. */
static size_t name_start(const ac_phi_scan *s, size_t end)
{
    size_t begin = end;
    for (size_t k = end, words = 0; k > 0 && words < BACK_MAX && !ac_phi_line_start(s, k);) {
        size_t p = k - 1;
        if (ac_phi_char(s, p, '-') && p > 0 && ac_phi_joined(s, p) && ac_phi_joined(s, k))
            p--;
        else if (ac_phi_char(s, p, ',') && k == end && p > 0 && incorporated(s, end))
            p--; /* "Quantum, Inc." */
        else if (ac_phi_char(s, p, '.') && p > 0 && ac_phi_core(s, p - 1).n <= (s->caps ? 2 : 3) && ac_phi_joined(s, p))
            p--;
        if (capital(s, p) && !(s->caps && ac_phi_is(s, p, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB))) && (!stop(s, p) || (p > 1 && ac_phi_char(s, p - 1, '-') && ac_phi_joined(s, p)) || ac_phi_is(s, p, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) ||
                              ac_phi_is(s, p, tails | AC_PHI_BIT(AC_PHI_WORD_FACILITY)))) {
            begin = k = p;
            words++;
        } else if (inner_word(s, p) && p > 0 && ((ac_phi_char(s, p, '&') && capital(s, p - 1) && !stop(s, p - 1)) || (joins_name(s, p - 1) && begin < end)))
            k = p; /* "University of ..." */
        else
            break;
    }
    return begin;
}

/* "of Southern California", "Los Angeles" after the tail. */
static size_t name_end(const ac_phi_scan *s, size_t end)
{
    for (size_t guard = 0; guard < 3 && ac_phi_is(s, end, tails) && capital(s, end) && !ac_phi_line_start(s, end);
         guard++)
        end += s->tok[end].words_n;
    if (ac_sv_eq(ac_token_text(s->note, (uint32_t)end), AC_SV("of")) && capital(s, end + 1) && !stop(s, end + 1)) {
        end += 2;
        while (capital(s, end) && !stop(s, end) && !ac_phi_line_start(s, end))
            end++;
    } else if (end < s->n && capital(s, end) && !ac_phi_line_start(s, end) && s->tok[end].region_sure && !stop(s, end))
        end += s->tok[end].region_n;
    return end;
}

/* A word that says which institution: "Orthopedic Clinic" and "Regional Medical Center" have none. */
static bool proper_word(const ac_phi_scan *s, size_t i)
{
    if (!capital(s, i) || stop(s, i) || ac_phi_is(s, i, tails))
        return false;
    return !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || s->tok[i].region_sure || (s->tok[i].sure & AC_NAME_PERSON) ||
           ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PLACE_WORD)); /* "Sycamore Hospital" */
}

static bool any_proper(const ac_phi_scan *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (proper_word(s, i))
            return true;
    return false;
}

/* "at Southridge Dermatology", "of Desert Imaging": a place, where the words before say nothing. */
static bool at_place(const ac_phi_scan *s, size_t begin)
{
    static const ac_sv words[] = { { "at", 2 }, { "of", 2 }, { "from", 4 }, { "to", 2 }, { "by", 2 }, { "with", 4 } };
    for (size_t k = 0; begin > 0 && k < sizeof words / sizeof words[0]; k++)
        if (ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)(begin - 1)), words[k]))
            return true;
    return begin > 0 && (ac_phi_char(s, begin - 1, ',') || ac_phi_char(s, begin - 1, ';'));
}

/* "General", "Imaging", "Bank" (marked ?) end a name only after a known one, or where a place must stand. */
static bool weak_tail(const ac_phi_scan *s, size_t i, size_t begin)
{
    if (!(s->tok[i].unsure & tails))
        return false;
    bool known = false, plain = true;
    for (size_t k = begin; k < i; k++) {
        known = known || ((s->tok[k].sure | s->tok[k].maybe | s->tok[k].region) && !ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_EPONYM)));
        plain = plain && !ac_phi_flag(s, k, AC_PHI_TOK_CLINICAL);
    }
    bool line = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_ORG_TAIL)) && ac_phi_line_start(s, begin) && ac_phi_line_start(s, i + s->tok[i].words_n);
    return !known && !(plain && ((!s->caps && at_place(s, begin)) || line));
}

/* "at Mercy.", or the line of an address. */
static bool stands_as_place(const ac_phi_scan *s, size_t i, size_t end)
{
    return (at_place(s, i) && ac_phi_name_may_end(s, end)) ||
           (ac_phi_line_start(s, i) && (ac_phi_line_start(s, end) || (ac_phi_char(s, end, ',') && ac_phi_number(s, end + 1))));
}

static void english_facility(ac_phi_scan *s, size_t i)
{
    size_t after = i + s->tok[i].words_n;
    bool known = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_FACILITY));
    bool hospital = known || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL));
    size_t begin = name_start(s, i), end = name_end(s, after);
    bool inner_tail = !known && ac_phi_is(s, after, tails) && capital(s, after) && !ac_phi_line_start(s, after);
    bool eponym = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM)) && end == after;
    bool unsure = known && (s->tok[i].unsure & AC_PHI_BIT(AC_PHI_WORD_FACILITY)) != 0; /* "Mercy", "Trinity" */
    if (inner_tail || (known && eponym) || (unsure && end == after && !(begin == i && stands_as_place(s, i, after))))
        return;
    if (!known && !any_proper(s, begin, i) && !any_proper(s, after, end))
        return;
    if (!known && end == after && weak_tail(s, i, begin))
        return;
    ac_phi_add_tokens(s, begin, end, hospital ? AC_PHI_HOSPITAL : AC_PHI_ORGANISATION, known ? 0.87f : 0.86f,
                      "name of an institution");
}

/* "our Dallas clinic": a town and a word in lower case. */
static void town_clinic(ac_phi_scan *s, size_t i)
{
    size_t after = i + s->tok[i].region_n;
    ac_sv t = after < s->n ? ac_phi_core(s, after) : (ac_sv) { "", 0 };
    if ((ac_sv_eq(t, AC_SV("clinic")) || ac_sv_eq(t, AC_SV("hospital"))) && !ac_phi_line_start(s, after) &&
        !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !stop(s, i))
        ac_phi_add_tokens(s, i, after + 1, AC_PHI_HOSPITAL, 0.83f, "town and clinic");
}

/* "St. Luke's": a saint in the genitive is a hospital or a church; "at St. Francis", "from Saint Thomas": a place. */
static void saint(ac_phi_scan *s, size_t i)
{
    ac_sv word = ac_phi_core(s, i);
    bool dot = ac_phi_char(s, i + 1, '.'), full = ac_sv_eq_nocase(word, AC_SV("Saint"));
    size_t name = i + (dot ? 2 : 1);
    if (!(ac_sv_eq_nocase(word, AC_SV("St")) || full) || !capital(s, name) || ac_phi_line_start(s, name) || ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL))
        return;
    bool genitive = ac_phi_core(s, name).n < ac_token_text(s->note, (uint32_t)name).n;
    bool place = (dot || full) && (at_place(s, i) || stands_as_place(s, i, name + 1)) && !stop(s, name) && !ac_phi_is(s, name + 1, AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN)) &&
                 !ac_phi_flag(s, name, AC_PHI_TOK_CLINICAL);
    if (!(genitive && !(s->caps && !dot)) && !place)
        return;
    if (ac_phi_is(s, name + 1, tails) && capital(s, name + 1) && !ac_phi_line_start(s, name + 1))
        return; /* "St. Joseph's Hospital": found by its tail */
    ac_sv t = ac_phi_core(s, name + 1 < s->n ? name + 1 : name);
    bool more = ac_sv_eq(t, AC_SV("clinic")) || ac_sv_eq(t, AC_SV("hospital"));
    ac_phi_item *item = ac_phi_add_tokens(s, i, name + 1 + more, AC_PHI_HOSPITAL, 0.88f, "name of an institution");
    if (item && !more && genitive)
        item->span.end = ac_phi_tok(s, name)->end; /* the genitive belongs to the name */
}

void ac_phi_rule_facility(ac_phi_scan *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!capital(s, i))
            continue;
        if (s->note->lang == AC_LANG_ES && ac_phi_is(s, i, heads))
            spanish_facility(s, i);
        else if (s->note->lang == AC_LANG_EN && ac_phi_is(s, i, tails | AC_PHI_BIT(AC_PHI_WORD_FACILITY)))
            english_facility(s, i);
        else if (s->note->lang == AC_LANG_EN && s->tok[i].region & AC_NAME_BIT(AC_NAME_PLACE))
            town_clinic(s, i);
        if (s->note->lang == AC_LANG_EN)
            saint(s, i);
    }
}
