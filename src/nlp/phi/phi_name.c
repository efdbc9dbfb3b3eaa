/* Names of people: after titles and other announcements, before degrees, and by the name lists with what stands around.
 */
#include "nlp/phi/phi_name.h"

enum { BACK_MAX = 6, CUE_WORDS = 3, SURNAME_TOKENS = 7 };

/* ---- after a title --------------------------------------------------------------------------------------------- */

/* "severe MR. Creatinine rose": in capitals, and what follows is not, it may be a valve or a sclerosis that ends a sentence. */
static bool is_shouted(const ac_phi_scan *s, size_t i)
{
    return ac_phi_all_caps(s, i) && i + 2 < s->n && !ac_phi_all_caps(s, i + 2);
}

/* Written-out AC_PHI_TITLES ("nurse", "father", "MR") are also ordinary words: then the name must be known. */
static bool plain_title(const ac_phi_scan *s, size_t i, uint64_t which)
{
    if ((s->tok[i].unsure & which) || (which == AC_PHI_BIT(AC_PHI_WORD_TITLE) && is_shouted(s, i)))
        return false;
    ac_sv t = ac_phi_core(s, i);
    bool dotted = ac_phi_char(s, i + 1, '.') && ac_phi_joined(s, i + 1);
    return t.n <= 4 && !(ac_phi_all_caps(s, i) && !dotted) && ac_phi_flag(s, i, AC_PHI_TOK_CAP);
}

static void after_title(ac_phi_scan *s, size_t i)
{
    bool staff = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE));
    uint64_t which = staff ? AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE) : AC_PHI_BIT(AC_PHI_WORD_TITLE);
    bool plain = plain_title(s, i, which), dotted = ac_phi_char(s, i + 1, '.') && ac_phi_joined(s, i + 1);
    size_t at = i + s->tok[i].words_n;
    if (!plain && s->note->lang == AC_LANG_EN && ac_phi_core(s, i).n > 4 && ac_phi_char(s, at, '.'))
        return; /* "... under anesthesia. You" */
    while (ac_phi_char(s, at, '.') && ac_phi_joined(s, at))
        at++;
    for (size_t guard = 0; guard < 2 && ac_phi_is(s, at, AC_PHI_TITLES) && !ac_phi_line_start(s, at); guard++)
        at += s->tok[at].words_n; /* "Prof. Dr. D." */
    while (ac_phi_char(s, at, '.') && ac_phi_joined(s, at))
        at++;
    if (!plain && s->note->lang == AC_LANG_EN && (ac_sv_eq(ac_token_text(s->note, (uint32_t)at), AC_SV("is")) ||
                                                  ac_sv_eq(ac_token_text(s->note, (uint32_t)at), AC_SV("was"))))
        at++; /* "the social worker is Irisa Foster" */
    bool aside = !plain && s->note->lang == AC_LANG_EN && ac_phi_char(s, at, ','); /* "his pharmacist, Irisa Foster," */
    at += aside;
    if (at >= s->n || ac_phi_line_start(s, at))
        return;
    size_t end = ac_phi_name_run(s, at, plain && dotted ? AC_PHI_RUN_TITLE : AC_PHI_RUN_TEXT);
    if (end == at && plain) /* "Dr. de la Torre" */
        end = ac_phi_past_particles(s, at, false) > at ? ac_phi_name_run(s, ac_phi_past_particles(s, at, false), AC_PHI_RUN_TEXT) : at;
    bool dear = which == AC_PHI_BIT(AC_PHI_WORD_TITLE) && ac_phi_line_start(s, i) && ac_phi_char(s, end, ',') && ac_phi_unexplained(s, at);
    bool unknown = !(s->tok[i].unsure & which) && at < s->n && !s->tok[at].words && (ac_phi_unexplained(s, at) || ac_phi_initial(s, at));
    bool nurse = !plain && s->note->lang == AC_LANG_EN && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && !s->caps && (unknown || (staff && ac_phi_person(s, at))) &&
                 !ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN)); /* "Nurse Johnson", "Doctor Rez" */
    if (end == at || (!plain && !ac_phi_name_evidence(s, at, end) && !dear && !nurse) || (aside && !ac_phi_name_plausible(s, at, end)))
        return;
    size_t begin = s->note->lang == AC_LANG_EN && plain ? i : at; /* English readers count "Dr." as part of the name */
    ac_phi_type type = staff ? AC_PHI_STAFF : AC_PHI_PATIENT;
    ac_phi_add_tokens(s, begin, end, type, plain ? 0.93f : 0.85f, "name after a title");
    bool joined = ac_sv_eq(ac_token_text(s->note, (uint32_t)end), AC_SV("and")) ||
                  ac_sv_eq(ac_token_text(s->note, (uint32_t)end), AC_SV("y"));
    bool several = plain && !s->caps && ac_sv_ends(ac_phi_core(s, i), AC_SV("rs")) && ac_phi_core(s, i).n == 3 && staff; /* "Drs. Ng and Do" */
    if (joined && (several || ac_phi_person(s, end + 1)) && ac_phi_flag(s, end + 1, AC_PHI_TOK_CAP)) /* "Drs. Smith and Jones" */
        ac_phi_add_tokens(s, end + 1, ac_phi_name_run(s, end + 1, several ? AC_PHI_RUN_TITLE : AC_PHI_RUN_TEXT), type, 0.85f, "name after a title");
}

/* ---- before a degree ------------------------------------------------------------------------------------------- */

static void before_credential(ac_phi_scan *s, size_t i)
{
    size_t end = i;
    if (end && ac_phi_char(s, end - 1, ','))
        end--;
    size_t begin = end;
    for (size_t k = 0; k < BACK_MAX && begin > 0; k++) {
        size_t prev = begin - 1;
        if (ac_phi_char(s, prev, '.') && prev > 0 && ac_phi_initial(s, prev - 1))
            prev--;
        else if (ac_phi_char(s, prev, '-') && ac_phi_joined(s, prev) && prev > 0)
            prev--;
        if (!ac_phi_name_word(s, prev, true, false) ||
            (!ac_phi_initial(s, prev) && ac_phi_is(s, prev, AC_PHI_NOT_IN_NAMES & ~AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)) &&
             !(begin < end && s->note->lang == AC_LANG_EN && (ac_phi_any_name(s, prev) & AC_NAME_ANY_FIRST)))) /* "May Long, RN" */
            break;
        begin = prev;
        if (ac_phi_line_start(s, begin))
            break;
    }
    bool comma = i > 0 && ac_phi_char(s, i - 1, ','), initial = ac_phi_initial(s, begin) && ac_phi_char(s, begin + 1, '.');
    bool alone = begin + 1 == end && comma && !initial && s->note->lang == AC_LANG_EN && (ac_phi_unexplained(s, begin) || ac_phi_person(s, begin)) &&
                 (ac_phi_line_start(s, begin) || ac_phi_char(s, begin - 1, '-') || ac_phi_char(s, begin - 1, ';')); /* "- Vo, PGY-2" */
    if (alone)
        ac_phi_add_tokens(s, begin, end, AC_PHI_STAFF, 0.7f, "name before a degree");
    if (begin < end && end - begin >= 2 &&
        (ac_phi_name_evidence(s, begin, end) || (comma && (initial || ac_phi_name_plausible(s, begin, end)) && !ac_phi_number(s, i + 1))))
        ac_phi_add_tokens(s, begin, end, AC_PHI_STAFF, 0.9f, "name before a degree");
}

/* ---- by the lists ---------------------------------------------------------------------------------------------- */

/* In capitals amid other text, or at the start of a line: no term, no heading. */
static bool bare_word(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && !ac_phi_initial(s, i) && ac_phi_core(s, i).n > 1 &&
           !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !ac_phi_is(s, i, AC_PHI_NOT_IN_NAMES) && !ac_phi_possessive(s, i);
}

static bool follows_name(const ac_phi_scan *s, size_t i)
{
    return i > 0 && !ac_phi_line_start(s, i) && ac_phi_word_at(s, i - 1) && ac_phi_flag(s, i - 1, AC_PHI_TOK_CAP) &&
           !ac_phi_flag(s, i - 1, AC_PHI_TOK_SENTENCE) && !ac_phi_is(s, i - 1, AC_PHI_TITLES);
}

static bool verb_of_persons(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)) && !ac_phi_flag(s, i, AC_PHI_TOK_CAP) &&
           !ac_phi_line_start(s, i);
}

/* "John Smith", "Maria K.", "J. Smith": the list word with what follows it makes a name. */
static bool list_name(const ac_phi_scan *s, size_t i, size_t end)
{
    bool first = (ac_phi_any_name(s, i) & AC_NAME_ANY_FIRST) != 0;
    if (end - i < 2)
        return false;
    size_t next = i + 1;
    if (ac_phi_initial(s, i)) {
        while (next < end && (ac_phi_initial(s, next) || ac_phi_char(s, next, '.')))
            next++;
        return next < end && ac_phi_char(s, i + 1, '.') && ac_phi_person(s, next) &&
               !ac_phi_flag(s, next, AC_PHI_TOK_CLINICAL) && !ac_phi_is(s, next, AC_PHI_BIT(AC_PHI_WORD_STOP));
    }
    if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP))) /* "May Long", "Will Graves" within a sentence */
        return s->note->lang == AC_LANG_EN && first && !s->caps && !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && ac_phi_core(s, i).n > 2 &&
               !ac_phi_line_start(s, i) && ac_phi_person(s, next) && !ac_phi_all_caps(s, i) &&
               !ac_phi_is(s, next, AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_EPONYM));
    if (!first) /* "Smith J." */
        return (s->tok[i].sure & AC_NAME_BIT(AC_NAME_SURNAME)) && ac_phi_initial(s, next) && ac_phi_char(s, end, '.') &&
               !(s->tok[i].flags & (AC_PHI_TOK_SENTENCE | AC_PHI_TOK_CLINICAL)) &&
               !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM));
    if ((ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM))) &&
        !ac_phi_initial(s, next))
        return ac_phi_sure_first(s, i) && ac_phi_person(s, next) &&
               ((s->tok[next].sure & AC_NAME_PERSON) || (end - i > 2 && ac_phi_person(s, i + 2)) || (i > 0 && ac_phi_char(s, i - 1, ',') && ac_phi_char(s, end, ',')));
    if (ac_phi_initial(s, next))
        return (ac_phi_sure_first(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE)) &&
               (ac_phi_char(s, end, '.') || end - i > 2);
    size_t last = end - 1;
    if (ac_phi_sure_first(s, i))
        return !(ac_phi_is(s, last, AC_PHI_BIT(AC_PHI_WORD_EPONYM)) && end - i == 2 && !ac_phi_person(s, last));
    return (s->tok[last].sure & AC_NAME_PERSON) != 0 ||
           ((s->tok[last].maybe & AC_NAME_BIT(AC_NAME_SURNAME)) &&
            (!ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) || (s->note->lang == AC_LANG_EN && verb_of_persons(s, end))));
}

/* "Berry's ligament", "the Kirby-Bauer method", "técnica de Anderson-Hynes": what a name means there is no person. */
static bool eponym_use(const ac_phi_scan *s, size_t i, size_t end)
{
    const uint64_t nouns = AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN);
    if (s->note->lang == AC_LANG_EN)
        return ac_phi_is(s, end, nouns) && !ac_phi_line_start(s, end);
    return i > 1 && ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)) && ac_phi_is(s, i - 2, nouns);
}

static bool plain_first(const ac_phi_scan *s, size_t i)
{
    return ac_phi_sure_first(s, i) && !s->tok[i].region && !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !ac_phi_all_caps(s, i) &&
           !ac_phi_is(s, i, AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_EPONYM));
}

static bool maybe_name(const ac_phi_scan *s, size_t i)
{
    return plain_first(s, i) || (s->note->lang == AC_LANG_EN && ac_phi_unexplained(s, i) && ac_phi_core(s, i).n > 2);
}

static bool joins_names(const ac_phi_scan *s, size_t i)
{
    ac_sv t = i < s->n ? ac_token_text(s->note, (uint32_t)i) : AC_SV("");
    return ac_sv_eq(t, AC_SV(",")) || ac_sv_eq(t, AC_SV("and")) || ac_sv_eq(t, AC_SV("or")) || ac_sv_eq(t, AC_SV("&")) ||
           ac_sv_eq(t, AC_SV("y")) || ac_sv_eq(t, AC_SV("e"));
}

/* "Hannah, Anthony and Derek", "April and Jeanine": one is a plain name, so the other is one too. */
static bool in_list(const ac_phi_scan *s, size_t i)
{
    if (ac_phi_line_start(s, i + 1))
        return false;
    size_t back = i > 1 ? i - 2 : i, next = i + 2;
    bool before = i > 1 && !ac_phi_line_start(s, i) && joins_names(s, i - 1);
    bool after = joins_names(s, i + 1) && !ac_phi_line_start(s, next);
    if (plain_first(s, i))
        return (before && maybe_name(s, back)) || (after && maybe_name(s, next));
    return !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && maybe_name(s, i) && ((before && plain_first(s, back)) || (after && plain_first(s, next)));
}

/* "Nora is well.", "Kevin, how are you?", "Alice: fine" */
static bool opens_sentence(const ac_phi_scan *s, size_t i)
{
    if (ac_phi_core(s, i).n < 3 || ac_phi_line_start(s, i + 1))
        return false;
    bool small = s->note->lang == AC_LANG_EN ? ac_phi_word_at(s, i + 2) : ac_phi_is(s, i + 2, AC_PHI_BIT(AC_PHI_WORD_STOP));
    bool address = ac_phi_char(s, i + 1, ',') && small && !ac_phi_flag(s, i + 2, AC_PHI_TOK_CAP);
    bool speaker = ac_phi_char(s, i + 1, ':') && s->note->dialogue;
    return verb_of_persons(s, i + 1) || address || speaker;
}

/* Behind a word in lower case that is no article and nothing that belongs to an instrument: "a Keith needle", "curved
 * Joseph scissors", "two Ellis". */
static bool behind_small_word(const ac_phi_scan *s, size_t i)
{
    static const ac_sv not[] = { { "a", 1 }, { "an", 1 }, { "the", 3 }, { "this", 4 }, { "modified", 8 }, { "straight", 8 }, { "curved", 6 },
                                 { "using", 5 }, { "two", 3 }, { "one", 3 }, { "three", 5 }, { "large", 5 }, { "small", 5 }, { "standard", 8 } };
    if (i == 0 || !ac_phi_word_at(s, i - 1) || ac_phi_flag(s, i - 1, AC_PHI_TOK_CAP) || ac_phi_line_start(s, i) || ac_phi_joined(s, i))
        return false;
    for (size_t k = 0; k < sizeof not / sizeof not[0]; k++)
        if (ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)(i - 1)), not[k]))
            return false;
    return true;
}

/* "\"Kealoha, can you hear me?\"": somebody is spoken to. */
static bool called_out(const ac_phi_scan *s, size_t i)
{
    bool quote = i > 0 && (ac_phi_char(s, i - 1, '"') || (unsigned char)ac_token_text(s->note, (uint32_t)(i - 1)).p[0] == 0xE2);
    return quote && ac_phi_char(s, i + 1, ',') && ac_phi_person(s, i) && ac_phi_unexplained(s, i) && s->note->lang == AC_LANG_EN;
}

/* A first name alone: between words in lower case, before a verb of persons, in a list of names. */
static bool lone_first(const ac_phi_scan *s, size_t i, size_t end)
{
    if (end - i != 1 || !maybe_name(s, i))
        return false;
    bool commas = s->note->lang == AC_LANG_EN && i > 0 && ac_phi_char(s, i - 1, ',') && ac_phi_char(s, i + 1, ',') && !ac_phi_line_start(s, i);
    bool greeted = s->note->lang == AC_LANG_EN && ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && ac_phi_char(s, i + 1, ',') && ac_phi_word_at(s, i + 2) &&
                   !ac_phi_flag(s, i + 2, AC_PHI_TOK_CAP) && !ac_phi_line_start(s, i + 2) && ac_phi_unexplained(s, i) &&
                   (ac_phi_any_name(s, i) & AC_NAME_ANY_FIRST); /* "Ngozi, many thanks for" */
    if (in_list(s, i) || called_out(s, i) || greeted || (commas && ac_phi_person(s, i) && ac_phi_core(s, i).n > 3)) /* "she, Monique, will help" */
        return true;
    if (!plain_first(s, i))
        return false;
    bool possessive = ac_phi_possessive(s, i);
    if (ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE))
        return !possessive && opens_sentence(s, i);
    if (i == 0 || ac_phi_core(s, i).n < 4)
        return false;
    bool small = !ac_phi_flag(s, i - 1, AC_PHI_TOK_CAP) ||
                 (ac_phi_flag(s, i - 1, AC_PHI_TOK_SENTENCE) && ac_phi_is(s, i - 1, AC_PHI_BIT(AC_PHI_WORD_STOP)));
    bool before = ac_phi_word_at(s, i - 1) && small && !ac_phi_line_start(s, i);
    bool after = !ac_phi_flag(s, i + 1, AC_PHI_TOK_CAP) && !ac_phi_number(s, i + 1) && !ac_phi_char(s, i + 1, '-');
    /* "with Christine and", "Gregory's mother", not "a Keith needle", "curved Joseph scissors" */
    bool goes_on = i + 1 >= s->n || !ac_phi_word_at(s, i + 1) ||
                   (ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_STOP)) && ac_phi_core(s, i + 1).n <= 4) || possessive ||
                   verb_of_persons(s, i + 1);
    return before && after && (goes_on || (s->note->lang == AC_LANG_EN && behind_small_word(s, i) && !eponym_use(s, i, end)));
}

static bool before_names(const ac_phi_scan *s, size_t i)
{
    for (size_t k = 1; k <= 2 && k <= i; k++)
        if (s->tok[i - k].words_n == k && ac_phi_is(s, i - k, AC_PHI_BIT(AC_PHI_WORD_NAME_BEFORE)))
            return true;
    return false;
}

/* In a text of capitals: every word is in a list and means nothing else. "NO ANSWER FROM SANJAY ABDI AT" */
static bool shouted_name(const ac_phi_scan *s, size_t i, size_t end)
{
    const uint64_t never = AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_EPONYM) | AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB);
    for (size_t k = i; k < end; k++)
        if (ac_phi_word_at(s, k) && !ac_phi_initial(s, k) &&
            (!ac_phi_person(s, k) || ac_phi_flag(s, k, AC_PHI_TOK_CLINICAL) || ac_phi_is(s, k, never)))
            return false;
    return end - i >= 2 && (ac_phi_any_name(s, i) & AC_NAME_ANY_FIRST) && before_names(s, i);
}

/* In a text of capitals: a plain first name is one wherever it stands. */
static bool shouted_first(const ac_phi_scan *s, size_t i, size_t end)
{
    return s->note->lang == AC_LANG_EN && s->caps && ac_phi_core(s, i).n > 3 && ac_phi_sure_first(s, i) && !s->tok[i].region &&
           !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !eponym_use(s, i, end) &&
           !ac_phi_is(s, i, AC_PHI_NOT_IN_NAMES | AC_PHI_BIT(AC_PHI_WORD_EPONYM) | AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB));
}

/* Between two marks of a header: "Visit - Delon Dial - M274211", "Name | MRN". */
static bool field_name(const ac_phi_scan *s, size_t i, size_t end)
{
    bool before = i > 0 && (ac_phi_char(s, i - 1, '|') || (ac_phi_char(s, i - 1, '-') && !ac_phi_joined(s, i)));
    bool after = ac_phi_char(s, end, '|') || (ac_phi_char(s, end, '-') && !ac_phi_joined(s, end));
    return (before || ac_phi_line_start(s, i)) && (after || ac_phi_line_start(s, end)) && ac_phi_name_plausible(s, i, end) &&
           ac_phi_name_evidence(s, i, end);
}

/* A word that is in the lists of names, if only of rare ones, and nothing else, where a name may stand. */
static bool rare_name(const ac_phi_scan *s, size_t i, size_t end)
{
    if (s->note->lang != AC_LANG_EN)
        return false;
    if (s->caps || ac_phi_all_caps(s, i))
        return shouted_name(s, i, end) || shouted_first(s, i, end) || field_name(s, i, end);
    if (field_name(s, i, end))
        return true;
    if (!ac_phi_unexplained(s, i) && !ac_phi_sure_first(s, i))
        return false;
    bool person = false, plain = ac_phi_unexplained(s, i), possessive = ac_phi_possessive(s, end - 1);
    for (size_t k = i; k < end; k++) {
        bool word = ac_phi_word_at(s, k) && !ac_phi_initial(s, k) && !ac_phi_is(s, k, AC_PHI_BIT(AC_PHI_WORD_PARTICLE));
        if (word && !ac_phi_unexplained(s, k) && !(k > i && (ac_phi_sure_first(s, i) || ac_phi_person(s, k))))
            plain = false;
        person = person || (word && ac_phi_person(s, k));
    }
    if (!person || !plain || ac_phi_core(s, i).n < 3 || ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) || ac_phi_line_start(s, i))
        return false;
    if (eponym_use(s, i, end) || ac_phi_char(s, end, '-') || ac_phi_number(s, end))
        return false;
    bool aside = ac_phi_char(s, i - 1, ',') && ac_phi_char(s, end, ',') && end - i > 1; /* "a nephew, Siti Stavropoulos, holds" */
    if (aside && ac_phi_name_plausible(s, i, end))
        return true;
    return (before_names(s, i) && (ac_phi_name_may_end(s, end) || possessive)) || (behind_small_word(s, i) && (ac_phi_name_may_end(s, end) || end - i > 1));
}

/* The surname before the comma, with its hyphens, ends there. */
static size_t past_surname(const ac_phi_scan *s, size_t i)
{
    size_t k = i;
    while (k < s->n && k < i + SURNAME_TOKENS && !ac_phi_char(s, k, ',') && (k == i || !ac_phi_line_start(s, k)) &&
           (ac_phi_char(s, k, '-') || (ac_phi_word_at(s, k) && (ac_phi_person(s, k) || bare_word(s, k)))))
        k++;
    return k;
}

/* "Smith, John" at the start of a line; "SMITH, JOHN" there or within a line that is not in capitals. */
static size_t reversed_name(const ac_phi_scan *s, size_t i)
{
    size_t comma = past_surname(s, i), first = comma + 1;
    bool line = ac_phi_line_start(s, i), caps = ac_phi_all_caps(s, i) && ac_phi_all_caps(s, first);
    if (comma == i || first >= s->n || !ac_phi_char(s, comma, ',') || ac_phi_line_start(s, first) || !(line || (caps && !s->caps)))
        return i;
    bool listed = (ac_phi_any_name(s, i) & AC_NAME_BIT(AC_NAME_SURNAME)) && ac_phi_sure_first(s, first);
    bool terms = ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || ac_phi_flag(s, first, AC_PHI_TOK_CLINICAL);
    size_t end = ac_phi_name_run(s, first, AC_PHI_RUN_TEXT);
    if (line && listed && !terms)
        return end;
    /* rare names: both words must be bare, one of them known, and the field must end */
    bool ends = ac_phi_line_start(s, end) || ac_phi_number(s, end) ||
                (end < s->n && (ac_phi_tok(s, end)->shape & AC_SHAPE_HAS_DIGIT)) || ac_phi_label_begins(s, end);
    bool known = ac_phi_person(s, i) || ac_phi_person(s, first);
    bool bare = (bare_word(s, i) || ac_phi_person(s, i)) && (bare_word(s, first) || ac_phi_person(s, first)) && !(terms && !listed);
    return s->note->lang == AC_LANG_EN && caps && known && bare && ends && end > first ? end : i;
}

/* A line that holds only a name: of a header, an address, a signature. */
static bool line_name(const ac_phi_scan *s, size_t i, size_t end)
{
    if (s->note->lang != AC_LANG_EN || !ac_phi_line_start(s, i) || !(ac_phi_line_start(s, end) || ac_phi_is(s, end, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL))))
        return false;
    return ac_phi_name_plausible(s, i, end) && (s->everyday || ac_phi_name_evidence(s, i, end)) && (!s->caps || ac_phi_sure_first(s, i)) &&
           (bare_word(s, i) || ac_phi_sure_first(s, i) || ac_phi_initial(s, i));
}

typedef enum { CUE_NONE, CUE_WEAK, CUE_STRONG } cue_kind;

/* Words before token i that announce a name; after the strong ones ("my name is") it need not stand in any list. */
static cue_kind cue_before(const ac_phi_scan *s, size_t i)
{
    const uint64_t cue = AC_PHI_BIT(AC_PHI_WORD_NAME_CUE);
    for (size_t k = 1; k <= CUE_WORDS && k <= i && !ac_phi_line_start(s, i); k++)
        if (s->tok[i - k].words_n == k && ac_phi_is(s, i - k, cue))
            return s->tok[i - k].unsure & cue ? CUE_WEAK : CUE_STRONG;
    return CUE_NONE;
}

/* A letter that the note's language does not have, in a word that nothing explains. */
static bool foreign(const ac_phi_scan *s, size_t i)
{
    return s->note->lang == AC_LANG_EN && (ac_phi_tok(s, i)->shape & AC_SHAPE_NON_ASCII) && ac_phi_unexplained(s, i) &&
           !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && ac_phi_core(s, i).n > 4;
}

/* "Delvis J. Carvajal", "Elínborg Smith", "Tomomi Nishiyama lives": in no list, but shape, surname or verb speak for it.
 */
static bool shaped_name(const ac_phi_scan *s, size_t i, size_t end)
{
    size_t last = end - 1;
    if (foreign(s, i) && end - i <= 3)
        return true;
    bool family = ac_phi_unexplained(s, last) || (s->note->lang == AC_LANG_EN && bare_word(s, last) && (s->tok[last].sure & AC_NAME_PERSON));
    if (end - i < 2 || !ac_phi_unexplained(s, i) || !family || ac_phi_core(s, i).n < 3 ||
        ac_phi_core(s, last).n < 4 || ac_phi_char(s, end, '-'))
        return false;
    if (ac_phi_initial(s, i + 1) && end - i >= 3)
        return ac_phi_person(s, i) || ac_phi_person(s, last) || verb_of_persons(s, end);
    if (ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && verb_of_persons(s, end))
        return true;
    return end - i == 2 && !(s->tok[i].flags & AC_PHI_TOK_SENTENCE) &&
           (s->tok[last].sure & AC_NAME_BIT(AC_NAME_SURNAME)) != 0;
}

static bool listed_caps(const ac_phi_scan *s, size_t i, size_t end)
{
    return ac_phi_sure_first(s, i) && ac_phi_person(s, end - 1) && end - i >= 2 && end - i <= 3;
}

/* The name at token i by what the lists and the words around say; its reason, or NULL. */
static const char *name_reason(const ac_phi_scan *s, size_t i, size_t end, float *confidence)
{
    cue_kind cue = cue_before(s, i);
    bool clinical = ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL);
    *confidence = 0.8f;
    if (cue == CUE_STRONG && (ac_phi_unexplained(s, i) || (ac_phi_name_evidence(s, i, end) && !clinical)))
        return "name after its announcement";
    if (cue == CUE_WEAK && ac_phi_name_evidence(s, i, end) && !clinical)
        return "name after its announcement";
    if (eponym_use(s, i, end))
        return NULL;
    if (!follows_name(s, i) && (ac_phi_person(s, i) || ac_phi_initial(s, i)) && list_name(s, i, end))
        return "name lists";
    *confidence = 0.6f;
    if (!follows_name(s, i) && shaped_name(s, i, end))
        return "shape of a name";
    if (lone_first(s, i, end))
        return "first name alone";
    *confidence = 0.55f;
    return rare_name(s, i, end) ? "rare name" : NULL;
}

/* The end of a name that begins at token i, or i. */
static size_t by_lists(ac_phi_scan *s, size_t i)
{
    if (s->note->lang == AC_LANG_EN && ac_phi_is(s, i, AC_PHI_TITLES) && !(s->tok[i].unsure & AC_PHI_TITLES))
        return i; /* "Hi Doctor" */
    size_t end = reversed_name(s, i);
    bool comma = end > i, caps = ac_phi_all_caps(s, i) && !ac_phi_initial(s, i);
    if (!comma)
        end = ac_phi_name_run(s, i, AC_PHI_RUN_TEXT);
    if (end == i)
        return i;
    bool line = !comma && line_name(s, i, end);
    if (caps && !comma && !line && !listed_caps(s, i, end) && !rare_name(s, i, end))
        return i;
    float confidence = 0.7f;
    const char *reason = line ? "name on a line of its own" : comma ? "surname, first name" : name_reason(s, i, end, &confidence);
    if (!reason)
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_NAME, confidence, reason);
    return end;
}

void ac_phi_rule_name(ac_phi_scan *s)
{
    for (size_t i = 0; i < s->n;) {
        if (ac_phi_is(s, i, AC_PHI_TITLES))
            after_title(s, i);
        if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL)))
            before_credential(s, i);
        size_t end = ac_phi_flag(s, i, AC_PHI_TOK_CAP) ? by_lists(s, i) : i;
        i = end > i ? end : i + 1;
    }
}
