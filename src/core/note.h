/** What the engine knows about one note. Every stage of the pipeline reads some of these fields and fills others
 *  (the table in ARCHITECTURE.md says which). Everything lives in the note's arena and dies with it.
 *  All spans are bytes, half-open, into text. Arrays are ascending by begin unless said otherwise. */
#ifndef AC_CORE_NOTE_H
#define AC_CORE_NOTE_H

#include "base/arena.h"
#include "core/types.h"
#include "core/vocab.h"

#define AC_NONE UINT32_MAX /* no index */

/* ---- text ---------------------------------------------------------------------------------------------------- */

typedef enum { AC_TOKEN_WORD, AC_TOKEN_NUMBER, AC_TOKEN_PUNCT } ac_token_kind;

enum {                          /* ac_token.shape, bits */
    AC_SHAPE_INITIAL_UPPER = 1, /* first letter is a capital */
    AC_SHAPE_ALL_UPPER = 2,     /* two letters or more, all capitals */
    AC_SHAPE_MIXED = 4,         /* a capital after the first letter, not all (McDonald, HbA1c) */
    AC_SHAPE_HAS_DIGIT = 8,
    AC_SHAPE_NON_ASCII = 16,
    AC_SHAPE_LINE_START = 32,   /* first token of its line */
    AC_SHAPE_SPACE_BEFORE = 64, /* white space or the start of the text stands before it */
};

/** A word (letters with inner digits, apostrophes), a number (digits with inner . , : / kept apart: 120/80 is
 *  three tokens, 3.5 and 1,200 are one), or a single punctuation character. White space is no token. */
typedef struct {
    uint32_t begin, end;
    uint8_t kind;  /* ac_token_kind */
    uint8_t shape; /* AC_SHAPE_ bits */
} ac_token;

typedef struct {
    ac_token *at;
    size_t n, cap;
    uint32_t *near; /* per AC_TOKEN_BLOCK bytes of text: the first token that ends after the first of them */
} ac_tokens;
enum { AC_TOKEN_BLOCK = 8 };

/** The text for matching: lower case, without accents, one blank for any white space, hyphen or slash, possessive 's
 *  dropped, "n't" spelt out, a blank line or the end of a list item as '\n'. src maps each folded byte to the text byte it came from. */
typedef struct {
    ac_sv text;
    const uint32_t *src;   /* text.n + 1 entries; src[text.n] is the length of the note */
    const uint32_t *words; /* where a word starts: ac_fold_word, else 0; NULL when nobody asked for them */
    const uint8_t *starts; /* where a word starts: the sets of which terms begin there (ac_terms_index), or NULL */
    const uint32_t *first; /* there: the first of these terms */
    const struct ac_term_mark *marks; /* the terms of all places */
} ac_folded;

typedef struct {
    ac_span span;                 /* without surrounding white space */
    uint32_t token_begin, token_end; /* half-open, into note.tokens */
    uint32_t section;             /* index into note.sections */
    uint32_t turn;                /* index into note.turns, or AC_NONE outside dialogues */
} ac_sentence;

typedef struct {
    ac_sentence *at;
    size_t n, cap;
} ac_sentences;

typedef struct {
    ac_span span;    /* header and body */
    ac_span header;  /* empty for text before the first header and after a section that ended with its line */
    uint16_t type;   /* ac_section_type, see nlp/text/section.h; 0 is unknown */
} ac_section;

typedef struct {
    ac_section *at;
    size_t n, cap;
} ac_section_list;

typedef enum { AC_SPEAKER_UNKNOWN, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT, AC_SPEAKER_OTHER } ac_speaker;

/** One speaker turn of a dialogue transcript. */
typedef struct {
    ac_span span;  /* the words spoken, without the label */
    ac_span label; /* "[doctor]", "Patient:" */
    uint8_t speaker;
} ac_turn;

typedef struct {
    ac_turn *at;
    size_t n, cap;
} ac_turns;

/* ---- values -------------------------------------------------------------------------------------------------- */

typedef enum { AC_CMP_EQ, AC_CMP_LT, AC_CMP_LE, AC_CMP_GT, AC_CMP_GE, AC_CMP_ABOUT } ac_comparator;

/** A number with its unit. A range has high > low; otherwise both are equal. */
typedef struct {
    bool has;          /* false: no number (the value may be words) */
    uint8_t cmp;       /* ac_comparator */
    double low, high;
    double low2;       /* the second number of a pair such as 120/80, NAN-free: valid when pair is true */
    bool pair;
    ac_sv unit;        /* UCUM, in the arena or static; empty when none was said */
    ac_sv words;       /* value in words: "positive", "normal", "trace"; empty when a number */
} ac_quantity;

/** FHIR Timing in small: times per period. "every 6-8 hours" has period_max. */
typedef struct {
    bool has;
    double count, period, period_max; /* count times in each period (period_max 0: exact) */
    char unit;                        /* UCUM of the period: h, d, w, m (month = 'o'), 's', 'i' minute, 'a' year */
    ac_sv when;                       /* FHIR EventTiming: HS, AC, PC, MORN, NIGHT ...; empty when not said */
    bool as_needed;
} ac_timing;

/** A date, a point relative to the note, or a duration, found in the text. */
typedef enum { AC_TIME_DATE, AC_TIME_RELATIVE, AC_TIME_DURATION, AC_TIME_AGE, AC_TIME_CLOCK } ac_time_kind;
typedef struct {
    ac_span span;
    uint8_t kind;      /* ac_time_kind */
    ac_date date;      /* resolved calendar date; year 0 when it could not be resolved */
    double amount;     /* duration, age, or distance from the note date (negative is the past) */
    char unit;         /* as in ac_timing */
} ac_time_expr;

typedef struct {
    ac_time_expr *at;
    size_t n, cap;
} ac_times;

/** A word of data/sig found in the text (nlp/entity/mark.h): the steps that read doses, times and results share one scan. */
typedef struct {
    uint32_t token_begin, token_end;
    uint32_t row;   /* of data/sig */
    uint8_t kind;   /* ac_sig_kind */
    bool ambiguous; /* counts only with support */
} ac_mark;

typedef struct {
    ac_mark *at;    /* ascending by token_begin; one per meaning; may overlap */
    size_t n, cap;
    uint32_t *first; /* per token: its first mark, or AC_NONE; NULL before the scan */
    uint64_t *kinds; /* per token: bits of ac_sig_kind of the marks that begin there */
    uint32_t *fold;  /* per token, and one more: its place in the folded text */
} ac_marks;

/* ---- entities ------------------------------------------------------------------------------------------------ */

typedef struct {
    uint8_t kind;          /* ac_attr_kind */
    ac_span span;          /* its words in the note; may lie outside the entity */
    ac_sv norm;            /* normalised text: "oral", "left", "severe", ISO date; may be empty */
    ac_quantity quantity;  /* dose, strength, duration, value, range */
    ac_timing timing;      /* frequency */
    uint32_t entity;       /* the related entity (site, indication, reaction), or AC_NONE */
} ac_attr;

typedef struct {
    ac_attr *at;
    size_t n, cap;
} ac_attrs;

typedef enum { AC_METHOD_LEXICON, AC_METHOD_RULE, AC_METHOD_CONTEXT, AC_METHOD_TAGGER, AC_METHOD_VOTE, AC_METHOD_SOURCE } ac_method;

/** A code that a vocabulary of the user or the document itself gives an entity. All views outlive the note. */
typedef struct {
    ac_sv system, uri;     /* of the code system: "snomed", "http://snomed.info/sct"; uri empty when nobody said it */
    ac_sv code, display;   /* display: the name that the vocabulary prefers */
    ac_sv vocabulary, edition; /* "snomed@20260501", "20260501"; vocabulary empty: the code stands in the document */
    bool own_edition;      /* edition is that of the code system, not only of a collection of many */
} ac_entity_code;

typedef struct {
    ac_span span;
    uint8_t kind;        /* ac_kind */
    uint8_t assertion;   /* ac_assertion */
    uint8_t method;      /* ac_method */
    bool in_header;      /* the mention is (part of) a section header: never a fact */
    uint32_t concept;    /* index into the lexicon, or AC_NONE */
    uint32_t sentence;   /* index into note.sentences */
    uint32_t fact;       /* index into note.facts, or AC_NONE */
    ac_span cue;         /* the words that decided the assertion; empty when none */
    ac_quantity value;   /* labs and vitals */
    ac_attrs attrs;
    float confidence;    /* 0..1 */
    const ac_entity_code *codes; /* of vocabularies, besides those of the concept; n_codes of them */
    uint32_t n_codes;
    uint32_t given;      /* 1 + its index in note.given->entities; 0: it was found in the text */
} ac_entity;

typedef struct {
    ac_entity *at;
    size_t n, cap;
} ac_entities;

/** Words that a tagger has marked, in the terms of the corpus that it has learnt from. They may lie in an entity ("PSA" in "PSA total")
 *  or be one; what is said of them, and their codes, is the entities' affair. */
typedef struct {
    ac_span span;
    ac_sv type, model;   /* static: "drug", "es-pharma" */
    float confidence;    /* 0..1 */
} ac_mention;

typedef struct {
    ac_mention *at;
    size_t n, cap;
} ac_mentions;

/** The same thing said several times in a note is one fact. */
typedef struct {
    uint8_t kind, assertion;
    uint32_t concept;     /* AC_NONE: identity is the folded surface text */
    uint32_t best;        /* the entity with the most detail */
    uint32_t *entities;   /* all mentions, ascending */
    size_t n;
    uint32_t status;      /* medications: the last mention, of any fact, that says whether it is taken (AC_ATTR_STATUS, or its list); else AC_NONE */
    bool stopped;         /* medications: the last of all facts of this drug tells that its course ended */
} ac_fact;

typedef struct {
    ac_fact *at;
    size_t n, cap;
} ac_facts;

/* ---- PHI ----------------------------------------------------------------------------------------------------- */

typedef struct {
    ac_span span;
    uint8_t type;        /* ac_phi_type */
    uint8_t method;      /* ac_method */
    float confidence;
    const char *reason;  /* static: the rule or list that found it, for people who ask why */
    ac_date date;        /* AC_PHI_DATE, when it could be read */
    double number;       /* AC_PHI_AGE: the age in years, else 0 */
} ac_phi_item;

typedef struct {
    ac_phi_item *at;     /* ascending, never overlapping */
    size_t n, cap;
} ac_phi_list;

/* ---- the patient as the note tells it ------------------------------------------------------------------------ */

typedef enum { AC_SEX_UNKNOWN, AC_SEX_FEMALE, AC_SEX_MALE, AC_SEX_OTHER } ac_sex;

typedef struct {
    double age;          /* years, valid when age_span is not empty */
    ac_span age_span;
    uint8_t sex;         /* ac_sex */
    ac_span sex_span;
    ac_date birth;
    ac_span birth_span;
    ac_span name_span;   /* the patient's name, when PHI detection was sure of it */
} ac_patient;

/* ---- coverage ------------------------------------------------------------------------------------------------ */

/** Complete or say so: what went in, what was read, what was not. */
typedef struct {
    uint64_t bytes_in;       /* of the source */
    uint64_t bytes_read;     /* that reached the engine */
    uint64_t bytes_replaced; /* invalid bytes shown as U+FFFD */
    uint64_t bytes_dropped;  /* NUL and other control bytes, byte order marks */
    const char *encoding;    /* static: "utf-8", "utf-16le", "windows-1252" ... */
    bool truncated;
} ac_coverage;

typedef struct {
    ac_arena *arena;
    ac_sv id;                /* caller's id of the document, for example the file name */
    ac_sv text;              /* normalised UTF-8 */
    ac_folded folded;
    ac_lang lang;
    ac_date note_date;       /* given by the caller or read from the text; year 0 when unknown */
    bool dialogue;           /* speaker turns were found */
    bool wants_mentions;     /* given by the caller: mentions of every sentence, not only where a medication or a result may be */
    ac_tokens tokens;
    ac_sentences sentences;
    ac_section_list sections;/* cover the whole text, in order */
    ac_turns turns;
    ac_marks marks;
    uint32_t *phrases;      /* per token: bits of ac_phrase_kind (nlp/output/phrase.h) that may start there */
    ac_times times;
    ac_entities entities;
    ac_mentions mentions;    /* ascending by begin */
    bool tagged;             /* a tagger has filled mentions */
    ac_facts facts;
    ac_phi_list phi;
    const uint8_t *name_words; /* per token in capitals: what the name lists say, see nlp/phi/phi.h; NULL before that step */
    const uint64_t *phi_words; /* per token: bits of ac_phi_word, those of the longest term of data/phi that begins with this word */
    ac_patient patient;
    ac_coverage coverage;
    const struct ac_vocabs *vocabs; /* what the user brought (nlp/lexicon/vocabulary.h); NULL: only the lexicon */
    const struct ac_given *given; /* what the source says in its structure (core/given.h); NULL: it is all text */
    const struct ac_layout *layout; /* pages, and the places of words on them, in terms of text; NULL: it came as text */
} ac_note;

/** The sentence that holds byte at, or AC_NONE. */
uint32_t ac_note_sentence_at(const ac_note *note, uint32_t at);
/** The first token that ends after byte at (note->tokens.n when none). */
uint32_t ac_note_token_at(const ac_note *note, uint32_t at);
/** The section type at byte at; 0 when unknown. */
uint16_t ac_note_section_type_at(const ac_note *note, uint32_t at);
/** First attribute of that kind, or NULL. */
const ac_attr *ac_entity_attr(const ac_entity *e, ac_attr_kind kind);
/** Append an attribute; false when the arena is full. */
bool ac_entity_add_attr(ac_arena *arena, ac_entity *e, ac_attr attr);

#endif
