/** Inside assertion: the cues of a note, in order, each with its scope. context.c asks which scope holds an entity. */
#ifndef AC_NLP_CONTEXT_SCAN_H
#define AC_NLP_CONTEXT_SCAN_H

#include "nlp/context/context.h"

/** How far a cue reaches; written in data/context. */
typedef enum { AC_REACH_PHRASE, AC_REACH_SERIES, AC_REACH_LIST, AC_REACH_THROUGH, AC_REACH_SENTENCE } ac_reach;

typedef struct {
    ac_span cue, scope;              /* bytes of the note; an empty scope governs nothing */
    uint32_t token_begin, token_end; /* of the cue */
    uint32_t sentence;
    uint32_t next;                   /* the next hit of the same kind, or AC_NONE */
    uint32_t row;                    /* of data/context, AC_NONE for a cue made of symbols */
    uint8_t kind;                    /* ac_cue */
    uint8_t reach;                   /* ac_reach */
    uint8_t limit;                   /* at most so many tokens */
    bool weak;                       /* marked ? in data/context, or also a pseudo cue */
    bool allergic;                   /* of "provokes": what follows is how an allergy shows */
    bool after_denial;               /* "claro", "evidente": doubts only what is denied ("no fiebre clara") */
    bool carried;                    /* its words stand in the sentence that led in the list; token_begin is the item's */
    bool habits_only;                /* the cue opens a denied habit ("denies tobacco"): only habits listed after it are denied */
} ac_cue_hit;

/** Hits ascend by token_begin. Scopes of one kind are disjoint and ascend, so that a sweep sees each once. */
typedef struct {
    ac_cue_hit *at;
    size_t n, cap;
    uint32_t first[AC_CUE_COUNT]; /* the first hit of each kind, or AC_NONE */
    const uint16_t *marks;        /* AC_MARK_ bits per token of the note */
} ac_cue_hits;

enum { /* what a token is to a scope, bits */
    AC_MARK_COMMA = 1,
    AC_MARK_STOP = 2,  /* ; ? ! and a full stop that ends something */
    AC_MARK_COLON = 4,
    AC_MARK_OPEN = 8,
    AC_MARK_CLOSE = 16,
    AC_MARK_TERM = 32,
    AC_MARK_TERM_ALL = 64,
    AC_MARK_VERB = 128,
    AC_MARK_AND = 256, /* and, y */
    AC_MARK_OR = 512,  /* or, nor, ni, o: also closes a list of denied things */
    AC_MARK_DASH = 1024,
    AC_MARK_CHANGE = 2048, /* takes a denial to itself: "no change in ..." */
    AC_MARK_ASSERT = 8192, /* ends a scope, but can be denied itself: "not treated with" */
    AC_MARK_SEEN = 16384,  /* "is seen": a verb, but of the list before it */
    AC_MARK_MEANS = 4096,  /* on, by, in: leads to the means by which nothing was found */
};

/** One sentence at work. */
typedef struct {
    const ac_note *note;
    const uint16_t *marks;    /* AC_MARK_ bits per token of the note */
    ac_cue_hits *hits;
    size_t first_hit;         /* hits of this sentence: [first_hit, hits->n) */
    uint32_t sentence;
    uint32_t begin, end;      /* tokens */
} ac_cue_sentence;

/** Find all cues of the note. Arrays come from arena. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_cue_scan(const ac_note *note, ac_arena *arena, ac_cue_hits *out, ac_err *err);

/** Usual reach and limit of a kind, changed by what its row says. */
void ac_cue_reach(ac_cue_hit *hit);

/** Fill the scopes of the sentence's hits. */
void ac_cue_scopes_of(ac_cue_sentence *s);

/** The sentence ends with a colon, and a cue governs what comes next ("denies the following:"): that cue. */
bool ac_cue_leads_in(const ac_cue_sentence *s, ac_cue_hit *out);

/** Read hits again in the light of their neighbours: drops and changes some (informants, answers, "HTA no"). */
void ac_cue_settle(ac_cue_sentence *s);

/** AC_MARK_ bits of the conjunction w, or 0. */
uint16_t ac_mark_conjunction(ac_sv w);

/** Tokens that end a list item or a scope. */
static inline bool ac_mark_breaks(uint16_t m)
{
    return m & (AC_MARK_COMMA | AC_MARK_STOP | AC_MARK_TERM | AC_MARK_TERM_ALL | AC_MARK_CLOSE);
}

#endif
