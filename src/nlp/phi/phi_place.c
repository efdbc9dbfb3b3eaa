/* Cities, states, countries and postal codes, by the place lists with what stands around. */
#include "nlp/phi/phi_name.h"

enum { CITY_WORDS_MAX = 3, CUE_WORDS = 3, SHORT_CAPS = 4, TOWN_WORDS = 4, TOWN_TOKENS = 9 };

static bool region(const ac_phi_scan *s, size_t i, unsigned names) { return i < s->n && (s->tok[i].region & names); }

static bool in_address_or_name(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_MONTH));
}

/* Words before token i that announce a place; how many tokens, 0 when none. sure: the place need not be a known one. */
static size_t cue_before(const ac_phi_scan *s, size_t i, bool *sure)
{
    const uint64_t cue = AC_PHI_BIT(AC_PHI_WORD_PLACE_CUE);
    *sure = false;
    for (size_t k = CUE_WORDS; k > 0; k--)
        if (k <= i && s->tok[i - k].words_n == k && ac_phi_is(s, i - k, cue)) {
            *sure = !(s->tok[i - k].unsure & cue);
            return k;
        }
    return 0;
}

static bool zip_token(const ac_phi_scan *s, size_t i)
{
    if (!ac_phi_number(s, i))
        return false;
    ac_sv t = ac_token_text(s->note, (uint32_t)i);
    for (size_t k = 0; k < t.n; k++)
        if (!ac_is_digit(t.p[k]))
            return false;
    return t.n == 5;
}

/* "TX 75201-1234" from the ZIP on: its end. */
static size_t zip_end(const ac_phi_scan *s, size_t i)
{
    bool four = ac_phi_char(s, i + 1, '-') && ac_phi_joined(s, i + 1) && ac_phi_joined(s, i + 2) &&
                ac_phi_number(s, i + 2) && ac_phi_core(s, i + 2).n == 4;
    return four ? i + 3 : i + 1;
}

/* A state code counts after a city and a comma, and not when it is a degree ("Smith, MD"). */
static bool state_after(const ac_phi_scan *s, size_t city_end, bool known, bool cue, size_t *state)
{
    *state = city_end + (ac_phi_char(s, city_end, ',') ? 1 : 0);
    if (ac_phi_line_start(s, *state) || !ac_phi_flag(s, *state, AC_PHI_TOK_CAP))
        return false;
    if (region(s, *state, AC_NAME_BIT(AC_NAME_STATE)) && *state > city_end)
        return true;
    if (!region(s, *state, AC_NAME_BIT(AC_NAME_STATE_CODE)))
        return false;
    bool degree = ac_phi_is(s, *state, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL));
    bool comma = *state > city_end;
    return zip_token(s, *state + 1) || (known && (comma || !degree)) || (comma && !degree && cue && !(s->caps && ac_phi_word_at(s, *state + 1) && !ac_phi_line_start(s, *state + 1)));
}

/* "Dallas, TX", "Lakewood, CO 80215". Returns the token after it, or i. */
static size_t city_and_state(ac_phi_scan *s, size_t i)
{
    bool known = region(s, i, AC_NAME_BIT(AC_NAME_PLACE)) || region(s, i, AC_NAME_BIT(AC_NAME_STATE));
    size_t end = known ? i + s->tok[i].region_n : i, state;
    bool sure;
    for (size_t k = 0; !known && k < CITY_WORDS_MAX && ac_phi_flag(s, end, AC_PHI_TOK_CAP) && ac_phi_word_at(s, end);
         k++)
        end++;
    if (end == i || in_address_or_name(s, i) || !state_after(s, end, known, cue_before(s, i, &sure) > 0, &state))
        return i;
    if (!known && !zip_token(s, state + 1) && ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL))
        return i;
    size_t after = state + s->tok[state].region_n;
    ac_phi_add_tokens(s, i, after, AC_PHI_LOCATION, 0.88f, "city and state");
    if (ac_phi_char(s, after, ',') && zip_token(s, after + 1))
        after++;
    if (zip_token(s, after)) {
        ac_phi_add_tokens(s, after, zip_end(s, after), AC_PHI_ZIP, 0.95f, "postal code after a state");
        after = zip_end(s, after);
    }
    return after;
}

/* Spanish addresses put the code before the town: "28036 Madrid", "46017 - Valencia", "E-47005 Valladolid". */
static size_t code_and_town(ac_phi_scan *s, size_t i)
{
    if (!zip_token(s, i))
        return i;
    ac_sv code = ac_token_text(s->note, (uint32_t)i);
    int province = (code.p[0] - '0') * 10 + (code.p[1] - '0');
    size_t town = i + 1;
    while (town < i + 3 && (ac_phi_char(s, town, '-') || ac_phi_char(s, town, ',') || ac_phi_char(s, town, '.')))
        town++;
    if (province < 1 || province > 52 || !ac_phi_flag(s, town, AC_PHI_TOK_CAP) || ac_phi_line_start(s, town))
        return i;
    if (!region(s, town, AC_NAME_REGION) && (ac_phi_flag(s, town, AC_PHI_TOK_CLINICAL) || town > i + 1))
        return i;
    bool spain = i > 1 && ac_phi_char(s, i - 1, '-') && ac_phi_char(s, i - 2, 'E');
    ac_phi_add_tokens(s, spain ? i - 2 : i, i + 1, AC_PHI_ZIP, 0.93f, "postal code before a town");
    ac_phi_street_before(s, spain ? i - 2 : i);
    size_t end = town + (region(s, town, AC_NAME_REGION) ? s->tok[town].region_n : 1);
    if (end == town + 1 && ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) &&
        ac_phi_flag(s, end + s->tok[end].words_n, AC_PHI_TOK_CAP) && !ac_phi_line_start(s, end + s->tok[end].words_n))
        end += s->tok[end].words_n + 1u; /* "Cabanillas del Campo" */
    ac_phi_add_tokens(s, town, end, AC_PHI_LOCATION, 0.9f, "town after a postal code");
    return end;
}

/* In a text of capitals small words are no neighbours that say anything. */
static bool capital_beside(const ac_phi_scan *s, size_t i)
{
    return ac_phi_flag(s, i, AC_PHI_TOK_CAP) &&
           !(s->caps && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_PLACE_CUE) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)));
}

static bool among_capitals(const ac_phi_scan *s, size_t i, size_t end)
{
    bool before = i > 0 && capital_beside(s, i - 1) && !ac_phi_line_start(s, i);
    return before || (capital_beside(s, end) && !ac_phi_line_start(s, end));
}

/* A place alone. */
static size_t place_alone(ac_phi_scan *s, size_t i)
{
    const ac_phi_token *t = &s->tok[i];
    size_t end = i + t->region_n;
    if (in_address_or_name(s, i) || (t->flags & AC_PHI_TOK_CLINICAL) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM)))
        return i;
    if (t->region & AC_NAME_BIT(AC_NAME_COUNTRY) && t->region_sure) {
        ac_phi_add_tokens(s, i, end, AC_PHI_COUNTRY, 0.8f, "country");
        return end;
    }
    bool state = (t->region & AC_NAME_BIT(AC_NAME_STATE)) != 0, spanish = s->note->lang == AC_LANG_ES;
    bool person = (t->sure & AC_NAME_PERSON) != 0 && t->region_n == 1 && !(state && spanish);
    bool sure, cue = cue_before(s, i, &sure) > 0, alone = !among_capitals(s, i, end);
    bool inside = cue && !ac_sv_eq(ac_phi_core(s, i - 1), AC_SV("to")) &&
                  !ac_sv_eq(ac_phi_core(s, i - 1), AC_SV("of")) && !ac_sv_eq(ac_phi_core(s, i - 1), AC_SV("a")) &&
                  !ac_sv_eq(ac_phi_core(s, i - 1), AC_SV("de"));
    bool address = i > 1 && ac_phi_char(s, i - 1, ',') && alone &&
                   ac_phi_is(s, i - 2,
                             AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL) | AC_PHI_BIT(AC_PHI_WORD_FACILITY) |
                                 AC_PHI_BIT(AC_PHI_WORD_STREET_POST));
    bool bracket = (i > 0 && ac_phi_char(s, i - 1, '(') && ac_phi_char(s, end, ')')) ||
                   (i > 0 && ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_UNIT)));
    if (!(t->region & (AC_NAME_BIT(AC_NAME_PLACE) | AC_NAME_BIT(AC_NAME_STATE))))
        return i;
    if (!((t->region_sure && !person) || (cue && alone && (t->region_sure || t->region_n > 1 || !person || inside)) ||
          bracket || address))
        return i;
    if (t->region_sure ? !cue && !alone && !state : t->flags & AC_PHI_TOK_SENTENCE || !(cue || address))
        return i;
    ac_phi_type type = state && !spanish ? AC_PHI_STATE : AC_PHI_LOCATION;
    ac_phi_add_tokens(s, i, end, type, t->region_n > 1 && t->region_sure ? 0.82f : cue ? 0.72f : 0.66f, "place list");
    return end;
}

/* "lives in Awenne", "natural de Villarriba de Arriba": a place by what stands before it. */
static size_t announced_place(ac_phi_scan *s, size_t i)
{
    bool sure;
    size_t end = i;
    if (!cue_before(s, i, &sure) || !sure)
        return i;
    for (size_t words = 0; words < CITY_WORDS_MAX && ac_phi_word_at(s, end) && !ac_phi_line_start(s, end); words++) {
        bool caps = (ac_phi_tok(s, end)->shape & AC_SHAPE_ALL_UPPER) && ac_phi_core(s, end).n <= SHORT_CAPS;
        size_t past = words && ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) ? end + s->tok[end].words_n : end;
        if (!ac_phi_flag(s, past, AC_PHI_TOK_CAP) || in_address_or_name(s, past) || caps ||
            ac_phi_flag(s, past, AC_PHI_TOK_CLINICAL) || ac_phi_is(s, past, AC_PHI_BIT(AC_PHI_WORD_EPONYM)))
            break;
        end = past + 1;
    }
    ac_phi_add_tokens(s, i, end, AC_PHI_LOCATION, 0.65f, "place after its announcement");
    return end;
}

/* ---- English towns that no list has ------------------------------------------------------------------------------ */

static bool place_word(const ac_phi_scan *s, size_t i) { return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PLACE_WORD)); }

/* Capitalised words of a town's name; *proper: one of them means nothing else. "Oak Hill" has none but two that towns are made of. */
static size_t town_run(const ac_phi_scan *s, size_t i, bool *proper)
{
    size_t end = i, parts = 0;
    *proper = false;
    for (size_t words = 0; words < TOWN_WORDS && ac_phi_word_at(s, end) && ac_phi_flag(s, end, AC_PHI_TOK_CAP); words++) {
        bool plain = ac_phi_unexplained(s, end) || (s->tok[end].region && !ac_phi_is(s, end, AC_PHI_NOT_IN_NAMES));
        if (!(plain || place_word(s, end)) || (words && ac_phi_line_start(s, end)) || ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_EPONYM)) ||
            (ac_phi_flag(s, end, AC_PHI_TOK_CLINICAL) && !place_word(s, end)) || ac_phi_all_caps(s, end) ||
            (ac_phi_tok(s, end)->shape & AC_SHAPE_HAS_DIGIT))
            break;
        parts += place_word(s, end);
        *proper = *proper || (plain && !place_word(s, end)) || parts > 1;
        bool hyphen = ac_phi_char(s, end + 1, '-') && ac_phi_joined(s, end + 1) && ac_phi_joined(s, end + 2) &&
                      ac_phi_flag(s, end + 2, AC_PHI_TOK_CAP);
        end += hyphen ? 2 : 1;
    }
    return end;
}

/* "in Quelimane.", "near Oak Hill and", not "in Heaney fashion". */
static size_t town_by_preposition(ac_phi_scan *s, size_t i)
{
    static const ac_sv words[] = { { "in", 2 }, { "near", 4 }, { "from", 4 }, { "visited", 7 }, { "to", 2 }, { "at", 2 } };
    bool before = false, proper;
    for (size_t k = 0; i > 0 && k < sizeof words / sizeof words[0]; k++)
        before = before || ac_sv_eq(ac_token_text(s->note, (uint32_t)(i - 1)), words[k]);
    bool home = i > 1 && ac_sv_eq(ac_token_text(s->note, (uint32_t)(i - 1)), AC_SV("of")) &&
                (s->tok[i].region || (ac_phi_flag(s, i - 2, AC_PHI_TOK_CAP) && ac_phi_person(s, i - 2) && !ac_phi_is(s, i - 2, AC_PHI_NOT_IN_NAMES)));
    before = before || home; /* "Thandiwe Ostrowski of Minnetonka" */
    if (!before || s->caps || ac_phi_line_start(s, i))
        return i;
    size_t end = town_run(s, i, &proper);
    if (end == i || !proper || ac_phi_core(s, i).n < 3 || ac_phi_possessive(s, end - 1) || !ac_phi_name_may_end(s, end))
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_LOCATION, 0.54f, "town by the words around it");
    return end;
}

/* "Piedmont Imaging, Williston" at the end of a line. */
static size_t town_of_facility(ac_phi_scan *s, size_t i)
{
    const uint64_t tails = AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL) | AC_PHI_BIT(AC_PHI_WORD_FACILITY) | AC_PHI_BIT(AC_PHI_WORD_ORG_TAIL);
    bool proper, tail = false;
    for (size_t k = 2; k <= 4 && k <= i; k++)
        tail = tail || (ac_phi_is(s, i - k, tails) && s->tok[i - k].words_n == k - 1);
    if (!tail || !ac_phi_char(s, i - 1, ',') || s->caps)
        return i;
    size_t end = town_run(s, i, &proper);
    if (end == i || !proper || !(ac_phi_line_start(s, end) || ac_phi_char(s, end, ',') || ac_phi_char(s, end, '.')))
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_LOCATION, 0.54f, "town after an institution");
    return end;
}

/* One token back over the name of a town before its state: capitals, hyphens, "in the", "St." */
static bool town_part(const ac_phi_scan *s, size_t p, bool small)
{
    if (ac_phi_word_at(s, p)) {
        bool capital = ac_phi_flag(s, p, AC_PHI_TOK_CAP) && !(s->caps && !small && ac_phi_is(s, p, AC_PHI_BIT(AC_PHI_WORD_STOP)));
        bool inner = (ac_phi_core(s, p).n <= 3 && !ac_sv_eq_nocase(ac_phi_core(s, p), AC_SV("of"))) || (p > 0 && ac_phi_char(s, p - 1, '-') && ac_phi_joined(s, p));
        return capital || (small && inner);
    }
    return (ac_phi_char(s, p, '-') && ac_phi_joined(s, p) && ac_phi_joined(s, p + 1)) || (ac_phi_char(s, p, '.') && p > 0 && ac_phi_core(s, p - 1).n == 2) ||
           ac_phi_char(s, p, '\'');
}

/* "Selby-on-the-Bay, MD 21037", "Lake in the Hills IL 60156": what stands before a state and a postal code is a town unless
 * something surer is known of it: "John Smith of Dallas, TX 75201". */
static void town_of_code(ac_phi_scan *s, size_t code)
{
    size_t state = code - 1, end = state - (state > 0 && ac_phi_char(s, state - 1, ',') ? 1 : 0), begin = end;
    if (!zip_token(s, code) || ac_phi_line_start(s, code) || !region(s, state, AC_NAME_BIT(AC_NAME_STATE_CODE)) || !ac_phi_all_caps(s, state) ||
        ac_phi_line_start(s, state))
        return;
    while (begin > 0 && end - begin < TOWN_TOKENS && !ac_phi_line_start(s, begin) && town_part(s, begin - 1, true))
        begin--;
    bool whole = ac_phi_line_start(s, begin) || (begin > 0 && (ac_phi_char(s, begin - 1, ',') || ac_phi_char(s, begin - 1, '-')));
    for (begin = whole ? begin : end; !whole && begin > 0 && end - begin < TOWN_TOKENS && !ac_phi_line_start(s, begin) && town_part(s, begin - 1, false);)
        begin--;
    while (begin < end && !ac_phi_flag(s, begin, AC_PHI_TOK_CAP))
        begin++;
    if (begin == end)
        return;
    ac_phi_add_tokens(s, begin, code, AC_PHI_LOCATION, 0.5f, "town before a state and a postal code");
    ac_phi_add_tokens(s, code, zip_end(s, code), AC_PHI_ZIP, 0.95f, "postal code after a state");
}

void ac_phi_rule_place(ac_phi_scan *s)
{
    for (size_t i = 2; i < s->n && s->note->lang == AC_LANG_EN; i++)
        if (ac_phi_number(s, i) && region(s, i - 1, AC_NAME_BIT(AC_NAME_STATE_CODE)))
            town_of_code(s, i);
    for (size_t i = 0; i < s->n;) {
        size_t end = i;
        if (ac_phi_flag(s, i, AC_PHI_TOK_CAP)) {
            end = city_and_state(s, i);
            if (end == i && s->tok[i].region_n)
                end = place_alone(s, i);
            if (end == i)
                end = announced_place(s, i);
            if (end == i && s->note->lang == AC_LANG_EN)
                end = town_by_preposition(s, i);
            if (end == i && s->note->lang == AC_LANG_EN)
                end = town_of_facility(s, i);
        } else if (s->note->lang == AC_LANG_ES)
            end = code_and_town(s, i);
        i = end > i ? end : i + 1;
    }
}
