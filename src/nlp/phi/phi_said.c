/* Names by what is said of them, whether a list has them or not: "his wife Itzel", "Maikou Yang is a 54-year-old", "works
 * for Ironwood Freight". English. */
#include "nlp/phi/phi_name.h"

#include "base/search.h"

enum { NAME_WORDS = 5, BEFORE_AGE = 10, FIRM_WORDS = 6, FIRM_CUE = 3, OLDEST = 120, HEAD_TOKENS = 7 };

/* ---- relatives ------------------------------------------------------------------------------------------------- */

static bool owner(const ac_phi_scan *s, size_t i)
{
    static const ac_sv owners[] = { { "his", 3 }, { "her", 3 }, { "my", 2 }, { "their", 5 }, { "our", 3 }, { "your", 4 } };
    for (size_t k = 0; k < sizeof owners / sizeof owners[0]; k++)
        if (ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)i), owners[k]))
            return true;
    return ac_phi_possessive(s, i);
}

/* "her husband", "Ms. Ellison's daughter,", "his wife (" right before token i. */
static bool relative_before(const ac_phi_scan *s, size_t i)
{
    size_t kin = i - (i > 0 && (ac_phi_char(s, i - 1, ',') || ac_phi_char(s, i - 1, '(')) ? 2 : 1);
    return i > 2 && kin > 0 && kin < i && ac_phi_is(s, kin, AC_PHI_BIT(AC_PHI_WORD_KIN)) && !ac_phi_possessive(s, kin) && owner(s, kin - 1) &&
           !ac_phi_line_start(s, i);
}

/* "two children, Ada and Obi": nobody's, but how many. */
static bool children_before(const ac_phi_scan *s, size_t i)
{
    return i > 2 && ac_phi_char(s, i - 1, ',') && ac_phi_is(s, i - 2, AC_PHI_BIT(AC_PHI_WORD_KIN)) && !ac_phi_line_start(s, i) &&
           ac_sv_ends(ac_phi_core(s, i - 2), s->caps ? AC_SV("N") : AC_SV("n"));
}

/* In a text of capitals, between commas or brackets: "HER DAUGHTER, SHRITHA RIETHER, IS". The end, or i. */
static size_t enclosed(const ac_phi_scan *s, size_t i)
{
    const uint64_t never = AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB) | AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_NAME_BEFORE);
    size_t end = i;
    if (!s->caps || !(ac_phi_char(s, i - 1, ',') || ac_phi_char(s, i - 1, '(')))
        return i;
    while (end < i + 3 && ac_phi_word_at(s, end) && !ac_phi_line_start(s, end) && !ac_phi_is(s, end, never) &&
           (ac_phi_person(s, end) || !ac_phi_flag(s, end, AC_PHI_TOK_CLINICAL)))
        end++;
    return ac_phi_char(s, end, ',') || ac_phi_char(s, end, ')') ? end : i;
}

static bool relative_word(const ac_phi_scan *s, size_t i)
{
    bool other = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM) | AC_PHI_NOT_IN_NAMES) ||
                 ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || s->tok[i].region;
    bool first = (ac_phi_any_name(s, i) & AC_NAME_ANY_FIRST) != 0; /* also "Hope", "Will" */
    if (s->caps)
        return ac_phi_person(s, i) && !other;
    return other ? first : ac_phi_unexplained(s, i) || ac_phi_person(s, i);
}

/* The end of the relative's name at token i, or i. "her mother Hodgkin disease" is none. */
static size_t relative(ac_phi_scan *s, size_t i)
{
    bool owned = relative_before(s, i);
    if (!owned && !children_before(s, i))
        return i;
    size_t end = enclosed(s, i);
    if (end == i && relative_word(s, i))
        end = ac_phi_name_run(s, i, AC_PHI_RUN_TEXT);
    if (end == i || ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN)))
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_RELATIVE, 0.83f, "name after a word for a relative");
    bool more = ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)end), AC_SV("and"));
    if (more && ac_phi_flag(s, end + 1, AC_PHI_TOK_CAP) && relative_word(s, end + 1)) {
        size_t second = ac_phi_name_run(s, end + 1, AC_PHI_RUN_TEXT);
        ac_phi_add_tokens(s, end + 1, second, AC_PHI_RELATIVE, 0.83f, "name after a word for a relative");
        end = second;
    }
    return end;
}

/* "Aggie's husband" */
static size_t related(ac_phi_scan *s, size_t i)
{
    const uint64_t never = AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_NAME_CUE) | AC_PHI_BIT(AC_PHI_WORD_EPONYM);
    bool owner_of_kin = ac_phi_possessive(s, i) && ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_KIN)) && !ac_phi_line_start(s, i + 1);
    if (!owner_of_kin || ac_phi_is(s, i, never) || ac_phi_initial(s, i) || (ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !ac_phi_person(s, i)) ||
        (s->caps && !ac_phi_person(s, i)))
        return i;
    ac_phi_add_tokens(s, i, i + 1, AC_PHI_NAME, 0.7f, "name before a word for a relative");
    return i + 1;
}

/* "/s/ Olive Bones": signed. */
static size_t signature(ac_phi_scan *s, size_t i)
{
    bool mark = i > 2 && ac_phi_char(s, i - 1, '/') && ac_phi_char(s, i - 3, '/') && ac_phi_core(s, i - 2).n == 1 && ac_phi_joined(s, i - 1) &&
                ac_phi_joined(s, i - 2);
    size_t end = mark && !ac_phi_line_start(s, i) ? ac_phi_name_run(s, i, AC_PHI_RUN_LABEL) : i;
    if (end > i)
        ac_phi_add_tokens(s, i, end, AC_PHI_STAFF, 0.9f, "name after the mark of a signature");
    return end;
}

/* "May Rash | 52841", "MAY RASH (52841)": a line that begins with capitals and a number is about this person. */
static size_t headed(ac_phi_scan *s, size_t i)
{
    size_t end = i, words = 0;
    bool known = false;
    if (!ac_phi_line_start(s, i) || ac_phi_is(s, i, AC_PHI_TITLES))
        return i;
    while (end < i + HEAD_TOKENS && (end == i || !ac_phi_line_start(s, end))) {
        bool joint = words && ((ac_phi_char(s, end, '-') && ac_phi_joined(s, end)) || (ac_phi_char(s, end, '.') && ac_phi_initial(s, end - 1)) ||
                               (ac_phi_char(s, end, ',') && words <= 2));
        bool word = ac_phi_word_at(s, end) && ac_phi_flag(s, end, AC_PHI_TOK_CAP) && !ac_phi_label_begins(s, end) &&
                    (ac_phi_person(s, end) || ac_phi_initial(s, end) || !ac_phi_is(s, end, AC_PHI_NOT_IN_NAMES));
        if (!joint && !word)
            break;
        known = known || (word && ac_phi_person(s, end) && !ac_phi_flag(s, end, AC_PHI_TOK_CLINICAL));
        words += word;
        end++;
    }
    size_t number = end + (ac_phi_char(s, end, '(') || ac_phi_char(s, end, '|') ? 1 : 0);
    bool digits = ac_phi_number(s, number) && !ac_phi_line_start(s, number) && ac_phi_core(s, number).n >= (number > end ? 4u : 5u);
    if (words < 2 || !known || !digits)
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_PATIENT, 0.66f, "name before a number at the head of a line");
    return end;
}

/* ---- who is how old -------------------------------------------------------------------------------------------- */

/* The "a" of "a pleasant 54-year-old" before the age at token i, or AC_NONE. */
static size_t article(const ac_phi_scan *s, size_t i)
{
    for (size_t k = i; k > 1 && k + BEFORE_AGE > i; k--) {
        ac_sv t = ac_token_text(s->note, (uint32_t)(k - 1));
        if (ac_phi_char(s, k - 1, '.') || ac_phi_char(s, k - 1, ','))
            return AC_NONE;
        if (ac_sv_eq_nocase(t, AC_SV("a")) || ac_sv_eq_nocase(t, AC_SV("an")))
            return k - 1;
    }
    return AC_NONE;
}

/* Where the name that "is", "presents as", or a comma follows ends. AC_NONE: none can stand there. */
static size_t subject_end(const ac_phi_scan *s, size_t a)
{
    if (ac_phi_char(s, a - 1, ','))
        return a - 1;
    size_t k = a - 1;
    if (ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)k), AC_SV("as")) && k > 0)
        k--;
    return ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)) ? k : AC_NONE;
}

static bool subject_word(const ac_phi_scan *s, size_t i)
{
    const uint64_t never = AC_PHI_TITLES | AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) | AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE) |
                           AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB) | AC_PHI_BIT(AC_PHI_WORD_NAME_CUE);
    if (!ac_phi_word_at(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_CAP) || ac_phi_label_begins(s, i))
        return false;
    bool other = ac_phi_is(s, i, never) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)) || ac_sv_ends(ac_phi_core(s, i), AC_SV("ly")) ||
                 ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL);
    return ac_phi_initial(s, i) || !other || (ac_phi_person(s, i) && !(s->caps && ac_phi_is(s, i, never)));
}

/* "Maikou Yang is a 54-year-old": the words before the verb, back to the start of the sentence or to a small word. */
static void of_age(ac_phi_scan *s, size_t age)
{
    size_t a = article(s, age), end = a == AC_NONE ? AC_NONE : subject_end(s, a);
    if (end == AC_NONE)
        return;
    size_t begin = end, words = 0;
    bool known = false;
    while (begin > 0 && words < NAME_WORDS && end - begin < 3 * NAME_WORDS && !ac_phi_line_start(s, begin)) {
        size_t k = begin - 1;
        bool joint = ac_phi_char(s, k, '.') || ac_phi_char(s, k, ',') || (ac_phi_char(s, k, '-') && ac_phi_joined(s, k));
        if (joint && k > 0 && (!ac_phi_char(s, k, '.') || ac_phi_initial(s, k - 1)) && words > 0)
            k--;
        if (ac_phi_char(s, k + 1, ',') && joint && !ac_phi_flag(s, k, AC_PHI_TOK_SENTENCE) && !ac_phi_line_start(s, k))
            break; /* "In summary, ..."; "Smith, John is ..." begins the sentence */
        if (!subject_word(s, k))
            break;
        words += !ac_phi_initial(s, k);
        known = known || (ac_phi_person(s, k) && !ac_phi_flag(s, k, AC_PHI_TOK_CLINICAL));
        begin = k;
    }
    while (begin < end && ac_phi_is(s, begin, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_NAME_CUE)) && (words == 1 || !ac_phi_sure_first(s, begin))) {
        begin++; /* "This" may be a rare name */
        words--;
    }
    if (words && begin < end && (known || !s->caps))
        ac_phi_add_tokens(s, begin, end, AC_PHI_PATIENT, 0.84f, "name whose age is told");
}

static void ages(ac_phi_scan *s)
{
    for (size_t k = 0; k < s->note->times.n; k++) {
        const ac_time_expr *t = &s->note->times.at[k];
        if (t->kind == AC_TIME_AGE)
            of_age(s, ac_note_token_at(s->note, t->span.begin));
    }
}

/* "she turned 91", "I'll turn 40.", "died at 93" */
static void birthdays(ac_phi_scan *s)
{
    static const ac_sv words[] = { { "turn", 4 }, { "turns", 5 }, { "turned", 6 }, { "turning", 7 } };
    for (size_t i = 1; i < s->n; i++) {
        double years;
        bool turn = false;
        if (!ac_phi_number(s, i) || ac_phi_core(s, i).n > 3)
            continue;
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            turn = turn || ac_sv_eq(ac_token_text(s->note, (uint32_t)(i - 1)), words[k]);
        turn = turn || (i > 1 && ac_sv_eq(ac_token_text(s->note, (uint32_t)(i - 1)), AC_SV("at")) && ac_sv_starts(ac_token_text(s->note, (uint32_t)(i - 2)), AC_SV("died")));
        if (!turn || !ac_sv_to_double(ac_token_text(s->note, (uint32_t)i), &years) || years > OLDEST || !ac_phi_name_may_end(s, i + 1))
            continue;
        ac_phi_item *item = ac_phi_add_tokens(s, i, i + 1, AC_PHI_AGE, 0.8f, "birthday");
        if (item)
            item->number = years;
    }
}

/* ---- what only a person does ----------------------------------------------------------------------------------- */

static size_t doer(ac_phi_scan *s, size_t i)
{
    const uint64_t verb = AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB);
    if (s->caps || !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) || !ac_phi_unexplained(s, i) || ac_phi_core(s, i).n < 3)
        return i;
    size_t end = ac_phi_name_run(s, i, AC_PHI_RUN_TEXT);
    for (size_t k = i; k < end; k++)
        if (ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_KIN)))
            return i; /* "Maternal Grandfather died" */
    if (end == i || !ac_phi_is(s, end, verb) || (s->tok[end].unsure & verb) || ac_phi_line_start(s, end) ||
        ac_phi_flag(s, end, AC_PHI_TOK_CAP) || ac_sv_ends(ac_phi_core(s, i), AC_SV("ly")))
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_NAME, 0.6f, "name before what only a person does");
    return end;
}

/* ---- employers ------------------------------------------------------------------------------------------------- */

static bool firm_before(const ac_phi_scan *s, size_t i)
{
    for (size_t k = 1; k <= FIRM_CUE && k <= i && !ac_phi_line_start(s, i); k++)
        if (s->tok[i - k].words_n == k && ac_phi_is(s, i - k, AC_PHI_BIT(AC_PHI_WORD_ORG_CUE)))
            return true;
    return false;
}

static bool firm_word(const ac_phi_scan *s, size_t i)
{
    if (!ac_phi_word_at(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_CAP) || ac_phi_line_start(s, i))
        return false;
    return !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_ORG_TAIL)) || !s->caps;
}

static size_t firm(ac_phi_scan *s, size_t i)
{
    if (!firm_before(s, i) || !firm_word(s, i) || ac_phi_initial(s, i))
        return i;
    size_t end = i + 1;
    for (size_t words = 1; words < FIRM_WORDS; words++) {
        ac_sv t = ac_token_text(s->note, (uint32_t)end);
        bool joint = ac_sv_eq(t, AC_SV("&")) || ac_sv_eq_nocase(t, AC_SV("and")) || ac_sv_eq_nocase(t, AC_SV("of")) ||
                     (ac_phi_char(s, end, '-') && ac_phi_joined(s, end)) ||
                     (ac_phi_char(s, end, ',') && ac_phi_is(s, end + 1, AC_PHI_BIT(AC_PHI_WORD_ORG_TAIL)));
        if (!firm_word(s, end + joint) || ac_phi_line_start(s, end))
            break;
        end += 1u + joint;
    }
    bool plain = end == i + 1 && (ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)));
    if (plain)
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_ORGANISATION, 0.72f, "employer");
    return end;
}

/* ---- short texts that are not clinical -------------------------------------------------------------------------- */

/* A capital that English asks for or that belongs to an abbreviation says nothing: "I'm", "CEOs", "TV". */
static bool telling(const ac_phi_scan *s, size_t i)
{
    ac_sv t = ac_token_text(s->note, (uint32_t)i);
    bool apostrophe = memchr(t.p, '\'', t.n) != NULL && !ac_phi_possessive(s, i) && t.n < 6;
    if (ac_sv_ends(t, AC_SV("ly")))
        return false;
    bool plural = t.n > 2 && ac_is_upper(t.p[0]) && ac_is_upper(t.p[1]) && t.p[t.n - 1] == 's';
    bool shout = ac_phi_all_caps(s, i) && ac_phi_core(s, i).n > 3 && !ac_phi_is(s, i, AC_PHI_NOT_IN_NAMES) && i > 0 &&
                 ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_PLACE_CUE)) && !ac_sv_eq(ac_token_text(s->note, (uint32_t)(i - 1)), AC_SV("of"));
    return !s->tok[i].words && (ac_phi_unexplained(s, i) || shout) && !apostrophe && !plural && !(ac_phi_tok(s, i)->shape & AC_SHAPE_HAS_DIGIT);
}

/* There is nothing clinical for which a capital could stand: within a sentence it is a name, of a person, a firm or a place;
 * at its start when somebody does or says something. */
static size_t everyday_name(ac_phi_scan *s, size_t i)
{
    size_t end = i;
    while (end < i + NAME_WORDS && (end == i || !ac_phi_line_start(s, end)) && telling(s, end))
        end++;
    if (end == i)
        return i;
    bool start = ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) || ac_phi_line_start(s, i);
    bool pair = ac_sv_eq(ac_token_text(s->note, (uint32_t)end), AC_SV("and")) && ac_phi_flag(s, end + 1, AC_PHI_TOK_CAP);
    bool speaks = ac_phi_char(s, end, ':') && !ac_phi_line_start(s, end) && (ac_phi_char(s, end + 1, '"') || ac_phi_joined(s, end + 1));
    ac_sv before = i > 0 ? ac_token_text(s->note, (uint32_t)(i - 1)) : AC_SV("");
    bool article = ac_sv_eq(before, AC_SV("a")) || ac_sv_eq(before, AC_SV("an")), capital = ac_phi_flag(s, i - 1, AC_PHI_TOK_CAP) || ac_phi_char(s, i - 1, '"');
    bool small = i > 0 && (ac_phi_word_at(s, i - 1) || (ac_phi_word_at(s, end) && !ac_phi_flag(s, end, AC_PHI_TOK_CAP)));
    if (!start && (article || capital || !small))
        return i;
    bool acts = pair || speaks || ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB));
    bool ordinary = end == i + 1 && (s->tok[i].maybe & AC_NAME_PERSON) && !(s->tok[i].sure & AC_NAME_PERSON); /* "Grant was given" */
    if (start && (!acts || ordinary || (end == i + 1 && ac_sv_ends(ac_phi_core(s, i), AC_SV("ing")))))
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_NAME, 0.51f, "capital without another reason");
    return end;
}

void ac_phi_rule_said(ac_phi_scan *s)
{
    if (s->note->lang != AC_LANG_EN)
        return;
    ages(s);
    birthdays(s);
    for (size_t i = 0; i < s->n;) {
        size_t end = i;
        if (ac_phi_flag(s, i, AC_PHI_TOK_CAP)) {
            end = relative(s, i);
            if (end == i)
                end = related(s, i);
            if (end == i)
                end = signature(s, i);
            if (end == i)
                end = headed(s, i);
            if (end == i)
                end = firm(s, i);
            if (end == i)
                end = doer(s, i);
            if (end == i && s->everyday)
                end = everyday_name(s, i);
        }
        i = end > i ? end : i + 1;
    }
}
