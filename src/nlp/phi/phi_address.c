/* Postal addresses as blocks, in the form of any country: "6750 Koskikatu 25 Apt. 864", the lines under a street and the
 * lines of names above it, and the addresses of the armed forces. */
#include "nlp/phi/phi_scan.h"

#include "base/search.h"

enum { WORDS_MAX = 6, LINE_TOKENS = 8, LINES_BELOW = 4, LINES_ABOVE = 4, PARTS_MAX = 3, ARMED_BACK = 9, NUMBER_MAX = 6 };

static const uint64_t street_words = AC_PHI_BIT(AC_PHI_WORD_STREET_POST) | AC_PHI_BIT(AC_PHI_WORD_STREET_PRE);

typedef struct {
    size_t end, words, numbers, units;
} block;

static size_t digits(const ac_phi_scan *s, size_t i)
{
    if (!ac_phi_number(s, i))
        return 0;
    ac_sv t = ac_token_text(s->note, (uint32_t)i);
    for (size_t k = 0; k < t.n; k++)
        if (!ac_is_digit(t.p[k]))
            return 0;
    return t.n;
}

static bool unit(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_UNIT)) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && ac_phi_core(s, i).n > 1;
}

static bool in_header(const ac_phi_scan *s, size_t i)
{
    const ac_section_list *sections = &s->note->sections;
    size_t first = AC_COUNT_BEFORE(k, sections->n, sections->at[k].span.end <= ac_phi_tok(s, i)->begin);
    return first < sections->n && ac_phi_tok(s, i)->begin < sections->at[first].header.end;
}

static bool place_word(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) &&
           (s->tok[i].region || ac_phi_is(s, i, street_words) ||
            (!ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_MONTH)))) &&
           !ac_phi_label_begins(s, i) && !in_header(s, i);
}

/* "Apt. 864", "Suite 12": after it, or i. */
static size_t past_unit(const ac_phi_scan *s, size_t i)
{
    if (!unit(s, i))
        return i;
    size_t end = i + s->tok[i].words_n;
    while (ac_phi_char(s, end, '.') || ac_phi_char(s, end, '#'))
        end++;
    return digits(s, end) && !ac_phi_line_start(s, end) ? end + 1 : i;
}

/* "6750 Koskikatu 25 Apt. 864" from its first number on: what it is made of. */
static block read_block(const ac_phi_scan *s, size_t i)
{
    block b = { .end = i };
    for (size_t k = i; k < s->n && k < i + 2 * LINE_TOKENS && (k == i || !ac_phi_line_start(s, k));) {
        size_t n = digits(s, k), past = past_unit(s, k);
        if (past > k) {
            b.units++;
            b.end = k = past;
        } else if (n && n <= NUMBER_MAX) {
            b.numbers++;
            b.end = ++k;
        } else if ((!b.units || !b.words) && place_word(s, k) && b.words < WORDS_MAX) {
            b.words++;
            b.end = ++k;
        } else if (b.words < WORDS_MAX && ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) && k > i)
            k += s->tok[k].words_n;
        else if (ac_phi_word_at(s, k) && ac_phi_core(s, k).n <= 2 && ac_phi_char(s, k + 1, '.') && k > i)
            k += 2; /* "ul. Grochowa 80", "Piroska u. 97" */
        else if (ac_phi_word_at(s, k) && !ac_phi_flag(s, k, AC_PHI_TOK_CLINICAL) && b.words && !b.units &&
                 digits(s, k + 1) && !ac_phi_line_start(s, k + 1))
            k++; /* "Trenerys gate 232"; not "Oak Lane. Metformin 500" */
        else if (ac_phi_char(s, k, '.') && k > i && ac_phi_joined(s, k))
            k++;
        else
            break;
    }
    return b;
}

/* An e-mail's mark of quoted lines counts as the start of the line. */
static bool begins_line(const ac_phi_scan *s, size_t i)
{
    return ac_phi_line_start(s, i) || (i > 0 && ac_phi_char(s, i - 1, '>') && ac_phi_line_start(s, i - 1));
}

static bool ends_line(const ac_phi_scan *s, size_t i)
{
    return ac_phi_line_start(s, i) || (ac_phi_char(s, i, '.') && ac_phi_line_start(s, i + 1));
}

/* ---- below the street ------------------------------------------------------------------------------------------ */

/* ", ON": a code after a comma, whatever else it may mean. */
static bool province_code(const ac_phi_scan *s, size_t i)
{
    return i > 0 && ac_phi_char(s, i - 1, ',') && (ac_phi_tok(s, i)->shape & AC_SHAPE_ALL_UPPER) &&
           ac_phi_core(s, i).n <= 3;
}

/* The line that begins at token i holds only a flat, a place, a postal code. Its end, or i. */
static size_t address_line(const ac_phi_scan *s, size_t i, bool *words)
{
    size_t k = i;
    *words = false;
    while (k < s->n && k < i + LINE_TOKENS && (k == i || !ac_phi_line_start(s, k))) {
        size_t past = past_unit(s, k), n = digits(s, k);
        if (past > k)
            k = past;
        else if (place_word(s, k) || province_code(s, k)) {
            *words = true;
            k++;
        } else if ((n > 1 && n <= NUMBER_MAX) || ac_phi_char(s, k, ',') || ac_phi_char(s, k, '-') ||
                   (k > i && ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE))))
            k++;
        else
            break;
    }
    bool sentence_goes_on = k < s->n && !ac_phi_line_start(s, k) && !ac_phi_char(s, k, '.') && !ac_phi_char(s, k, '?') &&
                            !(digits(s, k - 1) >= 4);
    return sentence_goes_on ? i : k;
}

void ac_phi_address_below(ac_phi_scan *s, size_t end)
{
    size_t k = end;
    bool words;
    for (size_t part = 0; part < PARTS_MAX && !ac_phi_line_start(s, k); part++) { /* "Apt. 3 Velenje", ", Brú, Iceland 82407" */
        k += ac_phi_char(s, k, ',') ? 1 : 0;
        size_t place = k;
        while (k < place + 3 && place_word(s, k) && !ac_phi_line_start(s, k))
            k++;
        if (k == place)
            break;
        if (!(ends_line(s, k) || ac_phi_char(s, k, ',') || digits(s, k) >= 4))
            return;
        bool code = digits(s, k) >= 4;
        ac_phi_add_tokens(s, place, k + code, AC_PHI_LOCATION, 0.7f, "place after a street");
        k += code;
    }
    for (size_t line = 0; line < LINES_BELOW && k < s->n && ac_phi_line_start(s, k); line++) {
        k += ac_phi_char(s, k, '>') ? 1 : 0;
        size_t to = address_line(s, k, &words);
        if (to == k)
            return;
        size_t code = digits(s, to - 1) >= 4 ? to - 1 : to; /* "Iceland 80296" */
        ac_phi_add_tokens(s, k, code, words ? AC_PHI_LOCATION : AC_PHI_STREET, 0.7f, "line under a street");
        ac_phi_add_tokens(s, code, to, AC_PHI_ZIP, 0.7f, "postal code under a street");
        k = to;
    }
}

/* ---- above the street ------------------------------------------------------------------------------------------ */

/* Lines of two to four capitalised words right above a street are the person and the firm. */
static void names_above(ac_phi_scan *s, size_t street)
{
    size_t begin = street;
    for (size_t line = 0; line < LINES_ABOVE && begin > 0; line++) {
        size_t end = begin - (ac_phi_char(s, begin - 1, '>') ? 1 : 0), k = end, words = 0;
        for (; k > 0 && k + LINE_TOKENS > end && (k == end || !ac_phi_line_start(s, k)); k--) {
            bool initial = ac_phi_char(s, k - 1, '.') || ac_phi_flag(s, k - 1, AC_PHI_TOK_INITIAL) ||
                           (ac_phi_char(s, k - 1, '-') && ac_phi_joined(s, k));
            if (!initial && !place_word(s, k - 1))
                break;
            words += !initial;
        }
        if (!words || words > 4 || !begins_line(s, k))
            return;
        ac_phi_add_tokens(s, k, end, AC_PHI_NAME, 0.62f, "line above a street");
        begin = k;
    }
}

/* ---- where a block is an address ------------------------------------------------------------------------------- */

/* "lives at", "sent to", "the address of ... is" before it. */
static bool announced(const ac_phi_scan *s, size_t i)
{
    for (size_t k = i; k > 0 && k + LINE_TOKENS > i && !ac_phi_char(s, k - 1, '.'); k--)
        if (ac_phi_is(s, k - 1, AC_PHI_BIT(AC_PHI_WORD_LABEL_STREET)))
            return true;
    return false;
}

/* The line that begins at token i is a town with its postal code. */
static bool town_line(const ac_phi_scan *s, size_t i)
{
    bool words;
    size_t at = i + (ac_phi_char(s, i, '>') ? 1 : 0), end = ac_phi_line_start(s, i) ? address_line(s, at, &words) : at;
    return end > at && words && digits(s, end - 1) >= 4;
}

/* A flat on a line of its own: what stands at the end of the line above is its street. */
static size_t street_above(ac_phi_scan *s, size_t flat)
{
    size_t end = flat - (ac_phi_char(s, flat - 1, '>') ? 1 : 0), k = end, words = 0, numbers = 0;
    for (; k > 0 && k + LINE_TOKENS > end && (k == end || !ac_phi_line_start(s, k)); k--) {
        size_t n = digits(s, k - 1);
        if (place_word(s, k - 1))
            words++;
        else if (n && n <= NUMBER_MAX)
            numbers++;
        else if (!ac_phi_is(s, k - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)))
            break;
    }
    while (k < end && ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) && !ac_phi_flag(s, k, AC_PHI_TOK_CAP))
        k++;
    if (!words || !numbers)
        return flat;
    ac_phi_add_tokens(s, k, end, AC_PHI_STREET, 0.85f, "street above a flat");
    ac_phi_address_below(s, end);
    if (begins_line(s, k))
        names_above(s, k);
    return past_unit(s, flat);
}

static size_t block_at(ac_phi_scan *s, size_t i)
{
    size_t first = past_unit(s, i);
    if (digits(s, i) < 2 && first == i)
        return i;
    if (first > i && i > 0 && begins_line(s, i) && ends_line(s, first))
        return street_above(s, i);
    if (i > 0 && ac_phi_joined(s, i) && !ac_phi_char(s, i - 1, '>') && !ac_phi_char(s, i - 1, '('))
        return i;
    size_t begin = i;
    while (first == i && begin > 0 && i - begin < WORDS_MAX && !begins_line(s, begin) && place_word(s, begin - 1))
        begin--;
    block b = read_block(s, i);
    if (begin < i && begins_line(s, begin)) /* "Hafnarstraeti 104 Apt. 5" */
        b.words++;
    else
        begin = i;
    bool line = begins_line(s, i) && ends_line(s, b.end) && digits(s, i) >= 3;
    bool number_last = b.numbers >= 2 && digits(s, b.end - 1);
    if (!b.words || !b.numbers || !(b.units || (number_last && (line || announced(s, i) || town_line(s, b.end)))))
        return i;
    ac_phi_add_tokens(s, begin, b.end, AC_PHI_STREET, 0.9f, "street of a postal address");
    ac_phi_address_below(s, b.end);
    if (begins_line(s, begin))
        names_above(s, begin);
    return b.end;
}

/* "PSC 4095, Box 8316 / APO AE 85103": United States Postal Service, Publication 28, section 238. */
static void armed_forces(ac_phi_scan *s, size_t i)
{
    static const ac_sv posts[] = { { "APO", 3 }, { "FPO", 3 }, { "DPO", 3 } };
    static const ac_sv states[] = { { "AA", 2 }, { "AE", 2 }, { "AP", 2 } };
    static const ac_sv starts[] = { { "PSC", 3 }, { "Unit", 4 }, { "CMR", 3 }, { "USNS", 4 },
                                    { "USS", 3 }, { "USCGC", 5 }, { "USNV", 4 } };
    bool post = false, state = false;
    for (size_t k = 0; k < 3; k++) {
        post = post || ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)i), posts[k]);
        state = state || ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)i + 1), states[k]);
    }
    if (!post || !state || digits(s, i + 2) != 5)
        return;
    size_t begin = i;
    for (size_t k = i; k > 0 && k + ARMED_BACK > i && begin == i; k--)
        for (size_t w = 0; w < sizeof starts / sizeof starts[0]; w++)
            if (ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)(k - 1)), starts[w]))
                begin = k - 1;
    ac_phi_add_tokens(s, begin, i + 3, AC_PHI_STREET, 0.96f, "address of the armed forces");
    if (begins_line(s, begin))
        names_above(s, begin);
}

void ac_phi_rule_address(ac_phi_scan *s)
{
    for (size_t i = 0; i < s->n;) {
        size_t end = i;
        if (ac_phi_number(s, i) || unit(s, i))
            end = block_at(s, i);
        else if (i + 2 < s->n && ac_phi_tok(s, i)->end - ac_phi_tok(s, i)->begin == 3 && ac_phi_number(s, i + 2))
            armed_forces(s, i);
        i = end > i ? end : i + 1;
    }
}
