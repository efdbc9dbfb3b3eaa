/* Names of people: after titles and other announcements, before degrees, and by the name lists with what stands around.
 */
#include "nlp/phi/phi_scan.h"

enum { RUN_MAX = 8, PARTICLES_MAX = 3, BACK_MAX = 4, CUE_WORDS = 3, HOUSE_REACH = 8 };

static const uint64_t never_in_names = AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD) | AC_PHI_BIT(AC_PHI_WORD_CENTRE_HEAD) |
                                       AC_PHI_BIT(AC_PHI_WORD_ORG_HEAD) | AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) |
                                       AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE);
static const uint64_t not_in_names = AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_MONTH) |
                                     AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD) | AC_PHI_BIT(AC_PHI_WORD_CENTRE_HEAD) |
                                     AC_PHI_BIT(AC_PHI_WORD_ORG_HEAD) | AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL) |
                                     AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL) | AC_PHI_BIT(AC_PHI_WORD_STREET_PRE) |
                                     AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) | AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE);
static const uint64_t titles = AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE);

static uint16_t any_name(const ac_phi_scan *s, size_t i)
{
    return i < s->n ? (uint16_t)(s->tok[i].sure | s->tok[i].maybe) : 0;
}

static bool is_person(const ac_phi_scan *s, size_t i) { return (any_name(s, i) & AC_NAME_PERSON) != 0; }

static bool sure_first(const ac_phi_scan *s, size_t i) { return i < s->n && (s->tok[i].sure & AC_NAME_ANY_FIRST); }

static bool all_caps(const ac_phi_scan *s, size_t i)
{
    return i < s->n && (ac_phi_tok(s, i)->shape & AC_SHAPE_ALL_UPPER);
}

static bool initial(const ac_phi_scan *s, size_t i) { return ac_phi_flag(s, i, AC_PHI_TOK_INITIAL); }

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

/* A capitalised word that is no function word, heading or part of an address; first is the first of a run. */
static bool name_word(const ac_phi_scan *s, size_t i, bool first, bool caps)
{
    if (!ac_phi_word_at(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_CAP) || (ac_phi_tok(s, i)->shape & AC_SHAPE_HAS_DIGIT))
        return false;
    if (initial(s, i)) /* not the E of "E-mail", the C of "C/ Mayor" */
        return !(ac_phi_joined(s, i + 1) && (ac_phi_char(s, i + 1, '-') || ac_phi_char(s, i + 1, '/'))) &&
               !(ac_phi_char(s, i + 1, '.') && ac_phi_char(s, i + 2, '/'));
    if (!first && all_caps(s, i) != caps)
        return false;
    if (ac_phi_is(s, i, never_in_names) || ac_phi_label_begins(s, i))
        return false;
    bool person = is_person(s, i);
    if (!first && s->tok[i].region & AC_NAME_BIT(AC_NAME_COUNTRY) && s->tok[i].region_sure)
        return false; /* an address follows */
    bool last = ac_phi_line_start(s, i + 1) || ac_phi_char(s, i + 1, '.');
    if (!first && !last && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)) && !(person && !house_follows(s, i)))
        return false;
    if (ac_phi_is(s, i, not_in_names) && !(first ? person : (s->tok[i].sure & AC_NAME_PERSON) != 0))
        return false;
    return !(ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !person && !first);
}

/* "de la", "van der", "y" before another name word: where that word stands, or at. */
static size_t past_particles(const ac_phi_scan *s, size_t at, bool caps)
{
    size_t i = at;
    for (size_t k = 0; k < PARTICLES_MAX && ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PARTICLE)); k++) {
        if (ac_phi_line_start(s, i))
            return at;
        i += s->tok[i].words_n;
    }
    return i > at && i < s->n && !ac_phi_line_start(s, i) && !initial(s, i) && name_word(s, i, false, caps) ? i : at;
}

/* The token from position i on that goes on with the name, or AC_NONE. */
static size_t next_word(const ac_phi_scan *s, size_t i, bool caps)
{
    size_t at = i;
    if (initial(s, i - 1) && ac_phi_char(s, at, '.'))
        at++;
    if (ac_phi_char(s, at, '-') && ac_phi_joined(s, at) && ac_phi_joined(s, at + 1) &&
        name_word(s, at + 1, false, caps))
        return at + 1;
    if (at >= s->n || ac_phi_line_start(s, at))
        return AC_NONE;
    if (name_word(s, at, false, caps))
        return at;
    size_t past = past_particles(s, at, caps);
    return past > at ? past : AC_NONE;
}

size_t ac_phi_name_run(const ac_phi_scan *s, size_t at, bool label)
{
    if (!name_word(s, at, true, false) || (ac_phi_is(s, at, AC_PHI_BIT(AC_PHI_WORD_STOP)) && !is_person(s, at)))
        return at;
    bool caps = all_caps(s, at);
    size_t end = at + 1;
    for (size_t k = 1; k < RUN_MAX; k++) {
        size_t next = next_word(s, end, caps);
        if (next == AC_NONE)
            break;
        end = next + 1;
    }
    /* "SMITH, JOHN A." */
    if (label && ac_phi_char(s, end, ',') && end - at <= 3 && !ac_phi_line_start(s, end + 1) && is_person(s, end + 1) &&
        !ac_phi_is(s, end + 1, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL)) &&
        name_word(s, end + 1, true, caps))
        end = ac_phi_name_run(s, end + 1, false);
    return end;
}

bool ac_phi_name_evidence(const ac_phi_scan *s, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (is_person(s, i) && !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM)))
            return true;
    return false;
}

/* ---- after a title --------------------------------------------------------------------------------------------- */

/* "severe MR. Creatinine rose": in capitals, and what follows is not, it may be a valve or a sclerosis that ends a sentence. */
static bool is_shouted(const ac_phi_scan *s, size_t i)
{
    return all_caps(s, i) && i + 2 < s->n && !all_caps(s, i + 2);
}

/* Written-out titles ("nurse", "father", "MR") are also ordinary words: then the name must be known. */
static bool plain_title(const ac_phi_scan *s, size_t i, uint64_t which)
{
    if ((s->tok[i].unsure & which) || (which == AC_PHI_BIT(AC_PHI_WORD_TITLE) && is_shouted(s, i)))
        return false;
    ac_sv t = ac_phi_core(s, i);
    bool dotted = ac_phi_char(s, i + 1, '.') && ac_phi_joined(s, i + 1);
    return t.n <= 4 && !(all_caps(s, i) && !dotted) && ac_phi_flag(s, i, AC_PHI_TOK_CAP);
}

static void after_title(ac_phi_scan *s, size_t i)
{
    bool staff = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE));
    uint64_t which = staff ? AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE) : AC_PHI_BIT(AC_PHI_WORD_TITLE);
    bool plain = plain_title(s, i, which);
    size_t at = i + s->tok[i].words_n;
    while (ac_phi_char(s, at, '.') && ac_phi_joined(s, at))
        at++;
    for (size_t guard = 0; guard < 2 && ac_phi_is(s, at, titles) && !ac_phi_line_start(s, at); guard++)
        at += s->tok[at].words_n; /* "Prof. Dr. D." */
    while (ac_phi_char(s, at, '.') && ac_phi_joined(s, at))
        at++;
    if (at >= s->n || ac_phi_line_start(s, at))
        return;
    size_t end = ac_phi_name_run(s, at, false);
    if (end == at && plain) /* "Dr. de la Torre" */
        end = past_particles(s, at, false) > at ? ac_phi_name_run(s, past_particles(s, at, false), false) : at;
    if (end == at || (!plain && !ac_phi_name_evidence(s, at, end)))
        return;
    size_t begin = s->note->lang == AC_LANG_EN && plain ? i : at; /* English readers count "Dr." as part of the name */
    ac_phi_type type = staff ? AC_PHI_STAFF : AC_PHI_PATIENT;
    ac_phi_add_tokens(s, begin, end, type, plain ? 0.93f : 0.85f, "name after a title");
    bool joined = ac_sv_eq(ac_token_text(s->note, (uint32_t)end), AC_SV("and")) ||
                  ac_sv_eq(ac_token_text(s->note, (uint32_t)end), AC_SV("y"));
    if (joined && is_person(s, end + 1) && ac_phi_flag(s, end + 1, AC_PHI_TOK_CAP)) /* "Drs. Smith and Jones" */
        ac_phi_add_tokens(s, end + 1, ac_phi_name_run(s, end + 1, false), type, 0.85f, "name after a title");
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
        if (ac_phi_char(s, prev, '.') && prev > 0 && initial(s, prev - 1))
            prev--;
        else if (ac_phi_char(s, prev, '-') && ac_phi_joined(s, prev) && prev > 0)
            prev--;
        if (!name_word(s, prev, true, false) || ac_phi_is(s, prev, not_in_names & ~AC_PHI_BIT(AC_PHI_WORD_STREET_PRE)))
            break;
        begin = prev;
        if (ac_phi_line_start(s, begin))
            break;
    }
    if (begin < end && end - begin >= 2 && ac_phi_name_evidence(s, begin, end))
        ac_phi_add_tokens(s, begin, end, AC_PHI_STAFF, 0.9f, "name before a degree");
}

/* ---- by the lists ---------------------------------------------------------------------------------------------- */

static bool follows_name(const ac_phi_scan *s, size_t i)
{
    return i > 0 && !ac_phi_line_start(s, i) && ac_phi_word_at(s, i - 1) && ac_phi_flag(s, i - 1, AC_PHI_TOK_CAP) &&
           !ac_phi_flag(s, i - 1, AC_PHI_TOK_SENTENCE) && !ac_phi_is(s, i - 1, titles);
}

/* "John Smith", "Maria K.", "J. Smith": the list word with what follows it makes a name. */
static bool list_name(const ac_phi_scan *s, size_t i, size_t end)
{
    bool first = (any_name(s, i) & AC_NAME_ANY_FIRST) != 0;
    if (end - i < 2)
        return false;
    size_t next = i + 1;
    if (initial(s, i)) {
        while (next < end && (initial(s, next) || ac_phi_char(s, next, '.')))
            next++;
        return next < end && ac_phi_char(s, i + 1, '.') && is_person(s, next) &&
               !ac_phi_flag(s, next, AC_PHI_TOK_CLINICAL) && !ac_phi_is(s, next, AC_PHI_BIT(AC_PHI_WORD_STOP));
    }
    if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP)))
        return false;
    if (!first) /* "Smith J." */
        return (s->tok[i].sure & AC_NAME_BIT(AC_NAME_SURNAME)) && initial(s, next) && ac_phi_char(s, end, '.') &&
               !(s->tok[i].flags & (AC_PHI_TOK_SENTENCE | AC_PHI_TOK_CLINICAL)) &&
               !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM));
    if ((ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM))) &&
        !initial(s, next))
        return sure_first(s, i) && is_person(s, next) &&
               ((s->tok[next].sure & AC_NAME_PERSON) || (end - i > 2 && is_person(s, i + 2)) || (i > 0 && ac_phi_char(s, i - 1, ',') && ac_phi_char(s, end, ',')));
    if (initial(s, next))
        return (sure_first(s, i) || !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE)) &&
               (ac_phi_char(s, end, '.') || end - i > 2);
    size_t last = end - 1;
    if (sure_first(s, i))
        return !(ac_phi_is(s, last, AC_PHI_BIT(AC_PHI_WORD_EPONYM)) && end - i == 2 && !is_person(s, last));
    return (s->tok[last].sure & AC_NAME_PERSON) != 0 ||
           ((s->tok[last].maybe & AC_NAME_BIT(AC_NAME_SURNAME)) && !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE));
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
    return sure_first(s, i) && !s->tok[i].region && !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !all_caps(s, i) &&
           !ac_phi_is(s, i, not_in_names | AC_PHI_BIT(AC_PHI_WORD_EPONYM));
}

/* "Hannah, Anthony and Derek" */
static bool in_list(const ac_phi_scan *s, size_t i)
{
    bool before = i > 1 && ac_phi_char(s, i - 1, ',') && plain_first(s, i - 2);
    bool after = (ac_phi_char(s, i + 1, ',') || ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_STOP))) &&
                 plain_first(s, i + 2) && ac_phi_core(s, i + 1).n <= 3;
    return (before || after) && !ac_phi_line_start(s, i + 1);
}

static bool verb_of_persons(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)) && !ac_phi_flag(s, i, AC_PHI_TOK_CAP) &&
           !ac_phi_line_start(s, i);
}

/* "Nora is well.", "Kevin, how are you?", "Alice: fine" */
static bool opens_sentence(const ac_phi_scan *s, size_t i)
{
    if (ac_phi_core(s, i).n < 3 || ac_phi_line_start(s, i + 1))
        return false;
    bool address = ac_phi_char(s, i + 1, ',') && ac_phi_is(s, i + 2, AC_PHI_BIT(AC_PHI_WORD_STOP)) &&
                   !ac_phi_flag(s, i + 2, AC_PHI_TOK_CAP);
    bool speaker = ac_phi_char(s, i + 1, ':') && s->note->dialogue;
    return verb_of_persons(s, i + 1) || address || speaker;
}

/* A first name alone: between words in lower case, before a verb of persons, in a list of names. */
static bool lone_first(const ac_phi_scan *s, size_t i, size_t end)
{
    if (end - i != 1 || !plain_first(s, i))
        return false;
    if (in_list(s, i))
        return true;
    bool possessive = ac_phi_core(s, i).n < ac_token_text(s->note, (uint32_t)i).n;
    if (ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE))
        return !possessive && opens_sentence(s, i);
    if (i == 0 || ac_phi_core(s, i).n < 4)
        return false;
    bool before = ac_phi_word_at(s, i - 1) && !ac_phi_flag(s, i - 1, AC_PHI_TOK_CAP) && !ac_phi_line_start(s, i);
    bool after = !ac_phi_flag(s, i + 1, AC_PHI_TOK_CAP) && !ac_phi_number(s, i + 1) && !ac_phi_char(s, i + 1, '-');
    /* "with Christine and", "Gregory's mother", not "a Keith needle", "curved Joseph scissors" */
    bool goes_on = i + 1 >= s->n || !ac_phi_word_at(s, i + 1) ||
                   (ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_STOP)) && ac_phi_core(s, i + 1).n <= 4) || possessive;
    return before && after && goes_on;
}

/* "Smith, John" at the start of a line. */
static size_t reversed_name(const ac_phi_scan *s, size_t i)
{
    if (!ac_phi_line_start(s, i) || !(any_name(s, i) & AC_NAME_BIT(AC_NAME_SURNAME)) || !ac_phi_char(s, i + 1, ',') ||
        !sure_first(s, i + 2) || ac_phi_line_start(s, i + 2) || ac_phi_flag(s, i + 2, AC_PHI_TOK_CLINICAL) ||
        ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL))
        return i;
    return ac_phi_name_run(s, i + 2, false);
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

/* A capitalised word that nothing explains: no term, no place, no heading. */
static bool unexplained(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && !initial(s, i) && !all_caps(s, i) &&
           !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) &&
           !ac_phi_is(s, i, not_in_names | AC_PHI_BIT(AC_PHI_WORD_EPONYM)) && !s->tok[i].region;
}

/* A letter that the note's language does not have, in a word that nothing explains. */
static bool foreign(const ac_phi_scan *s, size_t i)
{
    return s->note->lang == AC_LANG_EN && (ac_phi_tok(s, i)->shape & AC_SHAPE_NON_ASCII) && unexplained(s, i) &&
           !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && ac_phi_core(s, i).n > 4;
}

/* "Delvis J. Carvajal", "Elínborg Smith", "Tomomi Nishiyama lives": in no list, but shape, surname or verb speak for it.
 */
static bool shaped_name(const ac_phi_scan *s, size_t i, size_t end)
{
    size_t last = end - 1;
    if (foreign(s, i) && end - i <= 3)
        return true;
    if (end - i < 2 || !unexplained(s, i) || !unexplained(s, last) || ac_phi_core(s, i).n < 3 ||
        ac_phi_core(s, last).n < 4 || ac_phi_char(s, end, '-'))
        return false;
    if (initial(s, i + 1) && end - i >= 3)
        return is_person(s, i) || is_person(s, last) || verb_of_persons(s, end);
    if (ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && verb_of_persons(s, end))
        return true;
    return end - i == 2 && !(s->tok[i].flags & AC_PHI_TOK_SENTENCE) &&
           (s->tok[last].sure & AC_NAME_BIT(AC_NAME_SURNAME)) != 0;
}

static bool listed_caps(const ac_phi_scan *s, size_t i, size_t end)
{
    return sure_first(s, i) && is_person(s, end - 1) && end - i >= 2 && end - i <= 3;
}

/* The name at token i by what the lists and the words around say; its reason, or NULL. */
static const char *name_reason(const ac_phi_scan *s, size_t i, size_t end, float *confidence)
{
    cue_kind cue = cue_before(s, i);
    bool clinical = ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL);
    *confidence = 0.8f;
    if (ac_phi_char(s, i + 1, ',') && end > i + 2)
        return "surname, first name";
    if (cue == CUE_STRONG && (unexplained(s, i) || (ac_phi_name_evidence(s, i, end) && !clinical)))
        return "name after its announcement";
    if (cue == CUE_WEAK && ac_phi_name_evidence(s, i, end) && !clinical)
        return "name after its announcement";
    if (eponym_use(s, i, end))
        return NULL;
    if (!follows_name(s, i) && (is_person(s, i) || initial(s, i)) && list_name(s, i, end))
        return "name lists";
    *confidence = 0.6f;
    if (!follows_name(s, i) && shaped_name(s, i, end))
        return "shape of a name";
    return lone_first(s, i, end) ? "first name alone" : NULL;
}

/* The end of a name that begins at token i, or i. */
static size_t by_lists(ac_phi_scan *s, size_t i)
{
    size_t end = reversed_name(s, i);
    if (end == i)
        end = ac_phi_name_run(s, i, false);
    if (end == i || (all_caps(s, i) && !initial(s, i) && !listed_caps(s, i, end)))
        return i;
    float confidence;
    const char *reason = name_reason(s, i, end, &confidence);
    if (!reason)
        return i;
    ac_phi_add_tokens(s, i, end, AC_PHI_NAME, confidence, reason);
    return end;
}

void ac_phi_rule_name(ac_phi_scan *s)
{
    for (size_t i = 0; i < s->n;) {
        if (ac_phi_is(s, i, titles))
            after_title(s, i);
        if (ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL)))
            before_credential(s, i);
        size_t end = ac_phi_flag(s, i, AC_PHI_TOK_CAP) ? by_lists(s, i) : i;
        i = end > i ? end : i + 1;
    }
}
