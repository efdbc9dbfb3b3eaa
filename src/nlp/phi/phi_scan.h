/** What the PHI rules share: the note's tokens with what the word and name lists say of them, and the list of
 * candidates. Inside the PHI step only. */
#ifndef AC_NLP_PHI_SCAN_H
#define AC_NLP_PHI_SCAN_H

#include "nlp/entity/mark.h"
#include "nlp/phi/phi.h"

#include <string.h>

#define AC_PHI_BIT(word)  (UINT64_C(1) << (word))
#define AC_NAME_BIT(name) (1u << (name))
#define AC_NAME_ANY_FIRST (AC_NAME_BIT(AC_NAME_FIRST) | AC_NAME_BIT(AC_NAME_FEMALE) | AC_NAME_BIT(AC_NAME_MALE))
#define AC_NAME_PERSON    (AC_NAME_ANY_FIRST | AC_NAME_BIT(AC_NAME_SURNAME))
#define AC_NAME_REGION                                                                                                 \
    (AC_NAME_BIT(AC_NAME_PLACE) | AC_NAME_BIT(AC_NAME_COUNTRY) | AC_NAME_BIT(AC_NAME_STATE) |                          \
     AC_NAME_BIT(AC_NAME_STATE_CODE))

enum {                          /* ac_phi_token.flags */
       AC_PHI_TOK_CAP = 1,      /* begins with a capital */
       AC_PHI_TOK_CLINICAL = 2, /* a term of the lexicon begins here */
       AC_PHI_TOK_SENTENCE = 4, /* first word of a sentence */
       AC_PHI_TOK_INITIAL = 8,  /* one capital letter */
       AC_PHI_TOK_SPOKEN = 16,  /* a name in lower case after words that announce one */
};

/** One per token of the note. */
typedef struct {
    uint64_t words;  /* AC_PHI_BIT of the longest term of data/phi that begins here */
    uint64_t unsure; /* those of words that are marked ? */
    uint32_t fold;   /* folded byte at which the token begins */
    uint16_t sure;   /* AC_NAME_BIT of the token on its own, and those marked ? */
    uint16_t maybe;
    uint16_t region; /* AC_NAME_BIT of the longest place that begins here */
    bool region_sure;
    uint8_t flags;
    uint8_t words_n; /* tokens under words, and under region */
    uint8_t region_n;
} ac_phi_token;

typedef struct {
    ac_note *note;
    ac_phi_token *tok; /* note->tokens.n + 1; the last is empty */
    uint64_t *words;   /* note->phi_words */
    size_t n;
    ac_phi_list found; /* candidates in any order */
    bool caps;         /* most words are in capitals: these say nothing */
    bool everyday;     /* a short text without any clinical term: a letter, a message, an address */
    bool full;         /* the arena gave out */
} ac_phi_scan;

/** Look every token up. */
AC_NODISCARD ac_rc ac_phi_scan_init(ac_phi_scan *s, ac_note *note, ac_err *err);

/** A candidate; white space and punctuation at its ends and a possessive 's are cut off. Returns it, or NULL. */
ac_phi_item *ac_phi_add(ac_phi_scan *s, ac_span span, ac_phi_type type, float confidence, const char *reason);
/** The same for tokens [begin, end). */
ac_phi_item *ac_phi_add_tokens(ac_phi_scan *s, size_t begin, size_t end, ac_phi_type type, float confidence,
                               const char *reason);

static inline const ac_token *ac_phi_tok(const ac_phi_scan *s, size_t i) { return &s->note->tokens.at[i]; }
static inline bool ac_phi_is(const ac_phi_scan *s, size_t i, uint64_t words)
{
    return i < s->n && (s->tok[i].words & words) != 0;
}
static inline bool ac_phi_flag(const ac_phi_scan *s, size_t i, uint8_t flag)
{
    return i < s->n && (s->tok[i].flags & flag) != 0;
}
static inline bool ac_phi_char(const ac_phi_scan *s, size_t i, char c)
{
    return i < s->n && ac_token_is(s->note, (uint32_t)i, c);
}
static inline bool ac_phi_line_start(const ac_phi_scan *s, size_t i)
{
    return i >= s->n || (ac_phi_tok(s, i)->shape & AC_SHAPE_LINE_START) != 0;
}
static inline bool ac_phi_number(const ac_phi_scan *s, size_t i)
{
    return i < s->n && ac_phi_tok(s, i)->kind == AC_TOKEN_NUMBER;
}
static inline bool ac_phi_word_at(const ac_phi_scan *s, size_t i)
{
    return i < s->n && ac_phi_tok(s, i)->kind == AC_TOKEN_WORD;
}
/** No white space between token i and the one before. */
static inline bool ac_phi_joined(const ac_phi_scan *s, size_t i) { return ac_token_joined(s->note, (uint32_t)i); }
static inline bool ac_phi_in(char c, const char *set) { return c && strchr(set, c) != NULL; }
/** The token's bytes without a possessive 's. */
ac_sv ac_phi_core(const ac_phi_scan *s, size_t i);
/** The first token that begins at or after text byte at, searched from token i on. */
size_t ac_phi_token_from(const ac_phi_scan *s, size_t i, uint32_t at);

/** Another "label:" begins at token i: values end there. */
bool ac_phi_label_begins(const ac_phi_scan *s, size_t i);

/** House number, flat, floor, "s/n" from token i on: where they end (i when there is none). */
size_t ac_phi_house_parts(const ac_phi_scan *s, size_t i);

/** Where a number that begins with a bracket begins when the bracket is closed behind it: "(504-123-4567)", not "(504) 123-4567". */
size_t ac_phi_within(ac_sv t, size_t begin, size_t end);

/** The lines of an address under a street that ends before token end: flat, town, postal code, country. */
void ac_phi_address_below(ac_phi_scan *s, size_t end);

/** The street without a word for its kind that ends before token end: "Irunlarrea, 3 31008 Pamplona". */
void ac_phi_street_before(ac_phi_scan *s, size_t end);

/* The rules, one file each. They add candidates; none depends on what another has found. */
void ac_phi_rule_contact(ac_phi_scan *s); /* e-mail, web, network addresses, phone numbers */
void ac_phi_rule_number(ac_phi_scan *s);  /* numbers that prove themselves: check digits, shapes */
void ac_phi_rule_label(ac_phi_scan *s);   /* "MRN: 1234" */
void ac_phi_rule_name(ac_phi_scan *s);
void ac_phi_rule_said(ac_phi_scan *s);  /* names by what is said of them, English */
void ac_phi_rule_place(ac_phi_scan *s); /* cities, states, countries, postal codes */
void ac_phi_rule_street(ac_phi_scan *s);
void ac_phi_rule_address(ac_phi_scan *s);  /* postal addresses as blocks of lines */
void ac_phi_rule_facility(ac_phi_scan *s); /* hospitals, health centres, organisations */
void ac_phi_rule_person(ac_phi_scan *s);   /* dates, ages, sex, relatives, professions */
void ac_phi_rule_given(ac_phi_scan *s);    /* those of note.given; takes back what others found in coded words: comes last */

/** Names found for certain are found wherever else they stand. */
AC_NODISCARD ac_rc ac_phi_repeat(ac_phi_scan *s, ac_err *err);
/** Choose among overlapping candidates; fills note->phi. */
AC_NODISCARD ac_rc ac_phi_resolve(ac_phi_scan *s, ac_err *err);

#endif
