/** Inside the entities step: what the user's vocabularies know of the words that start at one place. */
#ifndef AC_NLP_VOCABULARY_HIT_H
#define AC_NLP_VOCABULARY_HIT_H

#include "nlp/lexicon/vocabulary.h"

enum { AC_VOCAB_HITS = 32 };

typedef struct {
    ac_vocab_hit at[AC_VOCAB_HITS]; /* ascending by end */
    const ac_vocab *of[AC_VOCAB_HITS];
    size_t n;
} ac_vocab_hits;

/** Where in the note the terms of one vocabulary may start. */
typedef struct {
    ac_vocab_starts starts;
    size_t next;
} ac_vocab_scanned;

/** Scan the note for all its vocabularies: one ac_vocab_scanned for each, NULL for none. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_vocab_hits_scan(const ac_note *note, ac_vocab_scanned **out, ac_err *err);

/** The terms of all vocabularies there. Ask for ascending places. Pure. */
void ac_vocab_hits_at(const ac_note *note, ac_vocab_scanned *scanned, uint32_t at, ac_vocab_hits *out);

/** Kinds as bits per ac_kind. */
typedef struct {
    uint32_t plain, in_need; /* in_need: counts only where the place speaks for it */
} ac_vocab_kinds;

/** The kinds that those hits give which end where the last one does. Pure. */
ac_vocab_kinds ac_vocab_hits_kinds(const ac_note *note, const ac_vocab_hits *h);

/** Give the entity their codes of its kind. Of a system that the entity's concept has a code of, that one alone stands: it was reviewed; and
 *  of one that two vocabularies name, the first one's. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_vocab_hits_code(ac_note *note, const ac_vocab_hits *h, ac_entity *e, ac_err *err);

/** Forget the hits that end where the last one does. */
void ac_vocab_hits_drop(ac_vocab_hits *h);

#endif
