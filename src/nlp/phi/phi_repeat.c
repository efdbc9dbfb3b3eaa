/* A name that was found for certain is found wherever else it stands: every word of it goes into a hash set. */
#include "nlp/phi/phi_name.h"
#include "nlp/phi/phi_value.h"

#include "base/search.h"

enum { WORD_MIN = 3, SLOTS_FIRST = 64, SURE = 0x80, ORDINARY = 0x40, INITIALS_MAX = 16, INITIALS_LETTERS = 3, FOOT_BYTES = 600, NUMBER_MIN = 5, NUMBER_MAX = 12 };

typedef struct {
    ac_sv *key; /* folded word; p is NULL when free */
    uint8_t *type; /* ac_phi_type + 1; SURE: the lists know it as a name; ORDINARY: the note has it as a word */
    size_t cap, n;
    uint64_t first[4]; /* which bytes a key begins with: most words are none of these names, and are asked about often */
    uint32_t initials[INITIALS_MAX]; /* "ME" of Margaret Ellison, as bytes */
    uint8_t initials_type[INITIALS_MAX];
    size_t n_initials;
} name_set;

static uint64_t hash(ac_sv s) /* FNV-1a */
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

static size_t slot_of(const name_set *set, ac_sv key)
{
    size_t i = hash(key) & (set->cap - 1);
    while (set->key[i].p && !ac_sv_eq(set->key[i], key))
        i = (i + 1) & (set->cap - 1);
    return i;
}

/* The folded form of token i, without a possessive. */
static ac_sv folded(const ac_phi_scan *s, size_t i)
{
    const ac_folded *f = &s->note->folded;
    size_t begin = s->tok[i].fold, end = begin;
    ac_sv core = ac_phi_core(s, i);
    size_t limit = (size_t)(core.p - s->note->text.p) + core.n;
    while (end < f->text.n && f->src[end] < limit)
        end++;
    return ac_sv_sub(f->text, begin, end);
}

static bool worth(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && ac_phi_core(s, i).n >= WORD_MIN &&
           !ac_phi_is(s, i,
                      AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_TITLE) |
                          AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE) | AC_PHI_BIT(AC_PHI_WORD_MONTH) |
                          AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL));
}

static bool is_name(const ac_phi_item *p)
{
    return p->confidence >= AC_PHI_CERTAIN && (p->type == AC_PHI_PATIENT || p->type == AC_PHI_STAFF ||
                                        p->type == AC_PHI_RELATIVE || p->type == AC_PHI_NAME);
}

static ac_rc make_set(ac_phi_scan *s, name_set *set, ac_err *err)
{
    size_t words = 0;
    for (size_t k = 0; k < s->found.n; k++)
        words += is_name(&s->found.at[k]) ? 8 : 0;
    *set = (name_set) { .cap = SLOTS_FIRST };
    while (set->cap < 2 * words)
        set->cap *= 2;
    set->key = ac_arena_alloc(s->note->arena, set->cap * sizeof *set->key);
    set->type = ac_arena_alloc(s->note->arena, set->cap);
    if (!set->key || !set->type)
        return ac_fail(err, AC_ELIMIT, "no room for the names of a note");
    return AC_OK;
}

static bool known_name(const ac_phi_scan *s, size_t i)
{
    return (s->tok[i].sure & AC_NAME_PERSON) && !ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) && !s->tok[i].region &&
           !ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM));
}

static void add_word(const ac_phi_scan *s, name_set *set, size_t i, const ac_phi_item *p)
{
    size_t slot = slot_of(set, folded(s, i));
    if (!set->key[slot].p) {
        set->key[slot] = folded(s, i);
        unsigned char c = (unsigned char)set->key[slot].p[0];
        set->first[c / 64] |= UINT64_C(1) << c % 64;
        set->n++;
    }
    uint8_t sure = (set->type[slot] & SURE) | (known_name(s, i) ? SURE : 0);
    if (set->type[slot] == 0 || p->type != AC_PHI_NAME)
        set->type[slot] = (uint8_t)(p->type + 1);
    set->type[slot] |= sure;
}

static void add_names(const ac_phi_scan *s, name_set *set)
{
    for (size_t k = 0; k < s->found.n; k++) {
        const ac_phi_item *p = &s->found.at[k];
        uint32_t initials = 0;
        size_t letters = 0;
        if (!is_name(p))
            continue;
        for (size_t i = ac_note_token_at(s->note, p->span.begin), left = 8;
             left-- && i < s->n && ac_phi_tok(s, i)->begin < p->span.end; i++) {
            bool initial = ac_phi_flag(s, i, AC_PHI_TOK_INITIAL);
            if (worth(s, i))
                add_word(s, set, i, p);
            if ((worth(s, i) || initial) && letters++ < INITIALS_LETTERS)
                initials = initials << 8 | (unsigned char)folded(s, i).p[0];
        }
        if (letters >= 2 && letters <= INITIALS_LETTERS && set->n_initials < INITIALS_MAX) {
            set->initials_type[set->n_initials] = p->type;
            set->initials[set->n_initials++] = initials;
        }
    }
}

static bool after_name(const ac_phi_scan *s, size_t i)
{
    return ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)) || ac_phi_char(s, i, ',') || ac_phi_line_start(s, i);
}

static uint8_t known_type(const ac_phi_scan *s, const name_set *set, size_t i)
{
    if (!ac_phi_word_at(s, i) || s->tok[i].fold >= s->note->folded.text.n)
        return 0;
    unsigned char c = (unsigned char)s->note->folded.text.p[s->tok[i].fold];
    if (!(set->first[c / 64] >> c % 64 & 1) || ac_phi_core(s, i).n < WORD_MIN)
        return 0;
    size_t slot = slot_of(set, folded(s, i));
    return set->key[slot].p ? set->type[slot] : 0;
}

static bool beside_name(const ac_phi_scan *s, const name_set *set, size_t i)
{
    bool before = i > 0 && !ac_phi_line_start(s, i) && known_type(s, set, i - 1);
    return before || (!ac_phi_line_start(s, i + 1) && known_type(s, set, i + 1));
}

/* In lower case only beside a title or another word of a name: "ms ellison", "margaret ellison", never "young". */
static bool small_name(const ac_phi_scan *s, const name_set *set, size_t i)
{
    const uint64_t titles = AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE);
    size_t before = i > 1 && ac_phi_char(s, i - 1, '.') ? i - 2 : i - 1;
    return (i > 0 && !ac_phi_line_start(s, i) && ac_phi_is(s, before, titles)) || beside_name(s, set, i);
}

static void mark_ordinary(const ac_phi_scan *s, name_set *set)
{
    for (size_t i = 0; i < s->n; i++)
        if (!ac_phi_flag(s, i, AC_PHI_TOK_CAP) && known_type(s, set, i) && !small_name(s, set, i))
            set->type[slot_of(set, folded(s, i))] |= ORDINARY;
}

/* "an Allis clamp", "the Allis" is not Mr. Allis. */
static bool article(const ac_phi_scan *s, size_t i)
{
    ac_sv t = i > 0 ? ac_token_text(s->note, (uint32_t)(i - 1)) : (ac_sv) { "", 0 };
    return ac_sv_eq_nocase(t, AC_SV("a")) || ac_sv_eq_nocase(t, AC_SV("an")) || ac_sv_eq_nocase(t, AC_SV("the"));
}

static bool repeats(const ac_phi_scan *s, const name_set *set, size_t i, ac_phi_type *type)
{
    uint8_t known = known_type(s, set, i);
    if (!known)
        return false;
    *type = (ac_phi_type)((known & ~(SURE | ORDINARY)) - 1);
    if (!ac_phi_flag(s, i, AC_PHI_TOK_CAP))
        return small_name(s, set, i);
    if (!worth(s, i))
        return false;
    bool eponym = ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM)) &&
                  (s->note->lang == AC_LANG_ES || ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_EPONYM_NOUN)) || article(s, i));
    bool term = ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || eponym;
    if (term && !beside_name(s, set, i) && !ac_phi_is(s, i + 1, AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB)))
        return false;
    /* an ordinary word in a name list may be capitalised only because it begins a sentence */
    bool possessive = ac_phi_core(s, i).n < ac_token_text(s->note, (uint32_t)i).n;
    bool plain = s->note->lang == AC_LANG_EN && ac_phi_unexplained(s, i); /* means nothing else */
    bool sure = ((known & SURE) || plain) && !(known & ORDINARY);
    return !ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) || sure || possessive || after_name(s, i + 1);
}

static bool ends_here(const ac_phi_scan *s, size_t i) { return ac_phi_line_start(s, i) || ac_phi_number(s, i); }

/* "ME/ab", "ME:ab": who signed and who typed. */
static bool typist_behind(const ac_phi_scan *s, size_t i)
{
    return (ac_phi_char(s, i + 1, '/') || ac_phi_char(s, i + 1, ':')) && ac_phi_word_at(s, i + 2) &&
           ac_phi_core(s, i + 2).n <= INITIALS_LETTERS && ac_phi_core(s, i + 2).n > 1 && !ac_phi_line_start(s, i + 1) &&
           !ac_phi_line_start(s, i + 2);
}

/* A date begins at the byte. */
static bool date_at(const ac_note *note, uint32_t at)
{
    size_t first = AC_COUNT_BEFORE(k, note->times.n, note->times.at[k].span.begin < at);
    return first < note->times.n && note->times.at[first].span.begin == at && note->times.at[first].kind == AC_TIME_DATE;
}

/* Initials among the last lines of a note, which no name in it explains: "CMR/aan", "CMR / AAN", "CMR 3/4/2019". */
static bool initials_shape(const ac_phi_scan *s, size_t i, bool typist)
{
    const ac_token *t = ac_phi_tok(s, i);
    if (s->note->lang != AC_LANG_EN || t->end - t->begin < 2 || t->begin + FOOT_BYTES < s->note->text.n ||
        ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL)))
        return false;
    bool line = ac_phi_line_start(s, i), three = t->end - t->begin == INITIALS_LETTERS;
    bool term = ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL);
    if (typist && !ac_phi_flag(s, i + 2, AC_PHI_TOK_CAP) && (!term || (three && line && ac_phi_line_start(s, i + 3))))
        return ac_phi_joined(s, i + 1) && ac_phi_joined(s, i + 2) && (line || ac_phi_number(s, i - 1)) && (ac_phi_line_start(s, i + 3) || !line || ac_phi_number(s, i + 3));
    if (term)
        return false;
    if (typist)
        return line && three && (ac_phi_core(s, i + 2).n == INITIALS_LETTERS || (s->caps && ac_phi_joined(s, i + 1) && ac_phi_joined(s, i + 2))) && ac_phi_line_start(s, i + 3) && !ac_phi_flag(s, i + 2, AC_PHI_TOK_CLINICAL);
    return line && three && !s->tok[i].words && i + 1 < s->n && !ac_phi_line_start(s, i + 1) && date_at(s->note, ac_phi_tok(s, i + 1)->begin);
}

/* Who signed: initials of a name in the note, or by their shape. */
static void signed_initials(ac_phi_scan *s, const name_set *set, size_t i)
{
    const ac_token *token = ac_phi_tok(s, i);
    if (!(token->shape & AC_SHAPE_ALL_UPPER) || token->end - token->begin > INITIALS_LETTERS ||
        !(ac_phi_line_start(s, i) || ac_phi_number(s, i - 1)))
        return;
    ac_sv t = ac_phi_core(s, i);
    bool line = ac_phi_line_start(s, i), typist = typist_behind(s, i), alone = line && ac_phi_line_start(s, i + 1);
    bool signs = alone || (line && typist && ac_phi_joined(s, i + 1) && ends_here(s, i + 3)), shape = initials_shape(s, i, typist);
    uint32_t initials = 0;
    for (size_t k = 0; k < t.n; k++)
        initials = initials << 8 | (unsigned char)ac_lower(t.p[k]);
    size_t known = 0;
    while (known < set->n_initials && set->initials[known] != initials)
        known++;
    if (!shape && (known == set->n_initials || !signs))
        return;
    ac_phi_type type = known < set->n_initials ? (ac_phi_type)set->initials_type[known] : AC_PHI_STAFF;
    ac_phi_add_tokens(s, i, i + 1, type, 0.7f, "initials of who signed");
    if (typist)
        ac_phi_add_tokens(s, i + 2, i + 3, AC_PHI_STAFF, 0.7f, "initials of who typed");
}

/* "Nola Hawkins (52841)", "SMITH, JOHN   1234567": a bare number right behind a name is this person's. */
static void number_behind(ac_phi_scan *s, const ac_phi_item *p)
{
    size_t i = ac_phi_token_from(s, ac_note_token_at(s->note, p->span.begin), p->span.end);
    while (i < s->n && (ac_phi_char(s, i, '(') || ac_phi_char(s, i, ',') || ac_phi_char(s, i, '-') || ac_phi_char(s, i, '|') || ac_phi_char(s, i, '#')) &&
           !ac_phi_line_start(s, i))
        i++;
    size_t n = i < s->n && ac_phi_number(s, i) && !ac_phi_line_start(s, i) ? ac_phi_core(s, i).n : 0;
    size_t end = i + 1;
    while (n && ac_phi_char(s, end, '-') && ac_phi_joined(s, end) && ac_phi_joined(s, end + 1) && ac_phi_number(s, end + 1)) {
        n += ac_phi_core(s, end + 1).n;
        end += 2;
    }
    bool closed = ac_phi_line_start(s, end) || (!ac_phi_word_at(s, end) && !ac_phi_char(s, end, '.'));
    if (n >= NUMBER_MIN && n <= NUMBER_MAX && closed)
        ac_phi_add_tokens(s, i, end, AC_PHI_ID, 0.53f, "number behind a name");
}

static void numbers_behind_names(ac_phi_scan *s)
{
    for (size_t k = 0, n = s->found.n; k < n && s->note->lang == AC_LANG_EN; k++) {
        ac_phi_item p = s->found.at[k];
        if (p.type == AC_PHI_PATIENT || p.type == AC_PHI_NAME)
            number_behind(s, &p);
    }
}

ac_rc ac_phi_repeat(ac_phi_scan *s, ac_err *err)
{
    name_set set;
    AC_TRY(err, make_set(s, &set, err));
    add_names(s, &set);
    numbers_behind_names(s);
    mark_ordinary(s, &set);
    for (size_t i = 0; i < s->n; i++) {
        ac_phi_type type = AC_PHI_NAME, other;
        if (!repeats(s, &set, i, &type)) {
            signed_initials(s, &set, i);
            continue;
        }
        size_t end = i + 1;
        while (end < s->n && !ac_phi_line_start(s, end) && repeats(s, &set, end, &other))
            end++;
        float confidence = type == AC_PHI_NAME ? 0.7f : 0.82f; /* what is said of the person elsewhere holds here too */
        ac_phi_add_tokens(s, i, end, type, confidence, "name found elsewhere in the note");
        i = end - 1;
    }
    return AC_OK;
}
