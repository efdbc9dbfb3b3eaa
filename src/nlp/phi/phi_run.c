/* A run of words that is one person's name. */
#include "nlp/phi/phi_name.h"

enum { RUN_MAX = 8, PARTICLES_MAX = 3, HOUSE_REACH = 8, SUFFIX_MAX = 4, COMPOUND_MAX = 7 };

static const uint64_t never_in_names = AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD) | AC_PHI_BIT(AC_PHI_WORD_CENTRE_HEAD) |
                                       AC_PHI_BIT(AC_PHI_WORD_ORG_HEAD) | AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) |
                                       AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE);
/* What follows a name in a text of capitals and is none, though the lists of rare names may have it. */
static const uint64_t after_names = AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB) |
                                    AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_MONTH);

/* Is the word the kind of a street ("Calleja" may be a surname), with its number behind the name? */
static bool house_follows(const ac_phi_scan *s, size_t i)
{
    for (size_t k = i + 1; k < s->n && k < i + HOUSE_REACH && !ac_phi_line_start(s, k); k++) {
        if (ac_phi_number(s, k) || ac_phi_char(s, k, '/') || ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_UNIT)))
            return true;
        if (ac_phi_label_begins(s, k) || ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_LABEL_STAFF_ID)))
            return false;
    }
    return false;
}

bool ac_phi_name_word(const ac_phi_scan *s, size_t i, bool first, bool caps)
{
    if (!ac_phi_word_at(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_CAP) || (ac_phi_tok(s, i)->shape & AC_SHAPE_HAS_DIGIT))
        return false;
    if (ac_phi_initial(s, i)) /* not the E of "E-mail", the C of "C/ Mayor" */
        return !(ac_phi_joined(s, i + 1) && (ac_phi_char(s, i + 1, '-') || ac_phi_char(s, i + 1, '/'))) &&
               !(ac_phi_char(s, i + 1, '.') && ac_phi_char(s, i + 2, '/'));
    if (!first && ac_phi_all_caps(s, i) != caps)
        return false;
    if (ac_phi_is(s, i, never_in_names) || ac_phi_label_begins(s, i))
        return false;
    bool person = ac_phi_person(s, i);
    if (!first && s->tok[i].region & AC_NAME_BIT(AC_NAME_COUNTRY) && s->tok[i].region_sure)
        return false; /* an address follows */
    bool last = ac_phi_line_start(s, i + 1) || ac_phi_char(s, i + 1, '.');
    if (!first && !last && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)) && !(person && !house_follows(s, i)))
        return false;
    if (ac_phi_is(s, i, AC_PHI_NOT_IN_NAMES) && !(first ? person : (s->tok[i].sure & AC_NAME_PERSON) != 0))
        return false;
    return !(ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !person && !first);
}

/* The line or the field ends behind token i. */
static bool ends_field(const ac_phi_scan *s, size_t i)
{
    return ac_phi_line_start(s, i + 1) || ac_phi_char(s, i + 1, ',') || ac_phi_char(s, i + 1, ';') ||
           ac_phi_char(s, i + 1, '(') || ac_phi_char(s, i + 1, '|') || ac_phi_number(s, i + 1);
}

/* A further word of a run that is no name by itself. "Karen May", "Ms. Olive Ring", not "DR. LEE WILL". */
static bool vouched_word(const ac_phi_scan *s, size_t i, bool caps, ac_phi_run kind)
{
    if (ac_phi_name_word(s, i, false, caps))
        return !s->caps || ac_phi_initial(s, i) ||
               (!ac_phi_is(s, i, after_names) && (ac_phi_person(s, i) || (ac_phi_sure_first(s, i - 1) && ends_field(s, i)) ||
                                                  (kind != AC_PHI_RUN_TEXT && ac_phi_char(s, i - 1, '.') && ac_phi_initial(s, i - 2))));
    if (s->note->lang != AC_LANG_EN || !ac_phi_word_at(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_CAP) ||
        ac_phi_initial(s, i) || ac_phi_all_caps(s, i) != caps)
        return false;
    if (ac_phi_is(s, i, never_in_names | AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL) | AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL)) ||
        ac_phi_label_begins(s, i) || ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_EPONYM)))
        return false;
    if (s->caps)
        return kind != AC_PHI_RUN_TEXT && ac_phi_person(s, i) && ends_field(s, i);
    if (kind == AC_PHI_RUN_TEXT)
        return !caps && ac_phi_person(s, i - 1) && !ac_phi_flag(s, i - 1, AC_PHI_TOK_CLINICAL) &&
               (ac_phi_person(s, i) || (ac_phi_sure_first(s, i - 1) &&
                                        (!ac_phi_flag(s, i - 1, AC_PHI_TOK_SENTENCE) || ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB))) &&
                                        !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)) && ac_phi_name_may_end(s, i + 1)));
    return ac_phi_person(s, i) || !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP));
}

size_t ac_phi_past_particles(const ac_phi_scan *s, size_t at, bool caps)
{
    size_t i = at;
    for (size_t k = 0; k < PARTICLES_MAX && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)); k++) {
        if (ac_phi_line_start(s, i))
            return at;
        i += s->tok[i].words_n;
    }
    return i > at && i < s->n && !ac_phi_line_start(s, i) && !ac_phi_initial(s, i) &&
                   ac_phi_name_word(s, i, false, caps)
               ? i
               : at;
}

/* "Soo-jin": a syllable in lower case behind a hyphen. */
static bool syllable(const ac_phi_scan *s, size_t i)
{
    return ac_phi_char(s, i, '-') && ac_phi_joined(s, i) && ac_phi_joined(s, i + 1) && ac_phi_word_at(s, i + 1) &&
           !ac_phi_flag(s, i + 1, AC_PHI_TOK_CAP) && ac_phi_core(s, i + 1).n <= SUFFIX_MAX && ac_phi_person(s, i - 1) &&
           !ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN)) &&
           !ac_phi_flag(s, i - 1, AC_PHI_TOK_CLINICAL) && s->note->lang == AC_LANG_EN;
}

/* The token from position i on that goes on with the name, or AC_NONE. */
static size_t next_word(const ac_phi_scan *s, size_t i, bool caps, ac_phi_run kind)
{
    size_t at = i;
    if (ac_phi_possessive(s, i - 1))
        return AC_NONE;
    if (ac_phi_initial(s, i - 1) && ac_phi_char(s, at, '.'))
        at++;
    if (ac_phi_char(s, at, '-') && ac_phi_joined(s, at) && ac_phi_joined(s, at + 1) &&
        (ac_phi_name_word(s, at + 1, false, caps) || vouched_word(s, at + 1, caps, kind)))
        return at + 1;
    if (syllable(s, at))
        return at + 1;
    if (at >= s->n || ac_phi_line_start(s, at))
        return AC_NONE;
    if (vouched_word(s, at, caps, kind))
        return at;
    size_t past = ac_phi_past_particles(s, at, caps);
    return past > at ? past : AC_NONE;
}

/* "Dr. Her", "MS. GOOD": nothing else stands behind a title; a line may begin with anything after its label. */
static bool opens(const ac_phi_scan *s, size_t at, ac_phi_run kind)
{
    if (ac_phi_initial(s, at) && ac_phi_char(s, at + 1, '.') && ac_phi_name_word(s, at, true, false))
        return true;
    if (ac_phi_name_word(s, at, true, false) && (ac_phi_person(s, at) || !ac_phi_is(s, at, AC_PHI_BIT(AC_PHI_WORD_STOP))))
        return true;
    if (s->note->lang != AC_LANG_EN || kind == AC_PHI_RUN_TEXT || !ac_phi_word_at(s, at) ||
        !ac_phi_flag(s, at, AC_PHI_TOK_CAP) || ac_phi_label_begins(s, at) || ac_phi_core(s, at).n < 2 ||
        ac_phi_is(s, at, AC_PHI_TITLES))
        return false;
    return kind == AC_PHI_RUN_TITLE || (ac_phi_is(s, at, AC_PHI_BIT(AC_PHI_WORD_MONTH)) && ac_phi_person(s, at));
}

/* In capitals or not: an initial does not say. */
static bool run_caps(const ac_phi_scan *s, size_t at)
{
    size_t i = at;
    while (i < at + 4 && ac_phi_initial(s, i))
        i += ac_phi_char(s, i + 1, '.') ? 2 : 1;
    return ac_phi_all_caps(s, i);
}

/* "SMITH, JOHN A." after a label: where the first name stands, or AC_NONE. */
static size_t behind_comma(const ac_phi_scan *s, size_t at, size_t end)
{
    size_t first = end + 1;
    if (!ac_phi_char(s, end, ',') || end - at > COMPOUND_MAX || ac_phi_line_start(s, first) ||
        ac_phi_is(s, first, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL)) || !ac_phi_name_word(s, first, true, false))
        return AC_NONE;
    bool plain = ac_phi_unexplained(s, first) || (ac_phi_all_caps(s, first) && !ac_phi_flag(s, first, AC_PHI_TOK_CLINICAL) &&
                                                  !ac_phi_is(s, first, AC_PHI_NOT_IN_NAMES));
    return ac_phi_person(s, first) || (plain && end - at <= COMPOUND_MAX && s->note->lang == AC_LANG_EN) ? first : AC_NONE;
}

size_t ac_phi_name_run(const ac_phi_scan *s, size_t at, ac_phi_run kind)
{
    if (!opens(s, at, kind))
        return at;
    bool caps = run_caps(s, at);
    size_t end = at + 1;
    for (size_t k = 1; k < RUN_MAX; k++) {
        size_t next = next_word(s, end, caps, kind);
        if (next == AC_NONE)
            break;
        end = next + 1;
    }
    size_t first = kind == AC_PHI_RUN_LABEL ? behind_comma(s, at, end) : AC_NONE;
    return first != AC_NONE ? ac_phi_name_run(s, first, AC_PHI_RUN_TEXT) : end;
}

bool ac_phi_name_evidence(const ac_phi_scan *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (ac_phi_person(s, i) && !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM)))
            return true;
    return false;
}

bool ac_phi_name_plausible(const ac_phi_scan *s, size_t begin, size_t end)
{
    size_t words = 0;
    for (size_t i = begin; i < end; i++) {
        bool word = ac_phi_word_at(s, i) && !ac_phi_initial(s, i);
        words += ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP);
        bool stop = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP));
        bool behind_first = i > begin && !stop && (ac_phi_any_name(s, begin) & AC_NAME_ANY_FIRST); /* "Olive Bones" */
        if (word && !ac_phi_person(s, i) && !behind_first && (ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || stop))
            return false;
    }
    return words >= 2 && s->note->lang == AC_LANG_EN;
}

/* "URIs", "PSAs" */
static bool plural_of_letters(ac_sv t)
{
    size_t upper = 0;
    while (upper < t.n && ac_is_upper(t.p[upper]))
        upper++;
    return upper > 1 && upper + 1 == t.n && t.p[upper] == 's';
}

bool ac_phi_unexplained(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && !((ac_phi_tok(s, i)->shape & AC_SHAPE_MIXED) && plural_of_letters(ac_phi_core(s, i))) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && !ac_phi_initial(s, i) && !ac_phi_all_caps(s, i) &&
           !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) &&
           !ac_phi_is(s, i, AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_EPONYM)) && !s->tok[i].region;
}

bool ac_phi_name_may_end(const ac_phi_scan *s, size_t end)
{
    if (end >= s->n || ac_phi_line_start(s, end))
        return true;
    if (!ac_phi_word_at(s, end))
        return !ac_phi_number(s, end) && !ac_phi_char(s, end, '-') && !ac_phi_char(s, end, '/') && !ac_phi_char(s, end, '(');
    return (s->caps || !ac_phi_flag(s, end, AC_PHI_TOK_CAP)) &&
           ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB) |
                                 AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_NAME_BEFORE));
}
