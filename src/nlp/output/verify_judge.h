/** The rooms behind the verifier's gate: one statement, the evidence that it cites, and what each may say.
 *  verify_evidence reads the evidence, verify_number judges numbers and units, verify_word the words that the evidence
 *  does not have, verify_claim what is told of something that the note negates or hedges. */
#ifndef AC_NLP_VERIFY_JUDGE_H
#define AC_NLP_VERIFY_JUDGE_H

#include "nlp/output/verify.h"

/** A set of hashes; kept from statement to statement. */
typedef struct {
    uint64_t *at; /* 0 is empty */
    size_t mask, cap;
} ac_word_set;

typedef struct {
    const ac_note *note;
    const ac_spans *evidence;
    ac_note item;           /* the statement as a note of its own: text and tokens; folded, with its phrases, when it is needed */
    const uint64_t *hashes; /* of the note's tokens, or NULL: computed when needed */
    ac_word_set *words;     /* of the evidence: words, pairs of neighbours, concepts with their assertions */
    uint32_t implied;       /* bits of ac_assertion that the statement's place says already (a plan plans) */
    bool qualified;         /* the evidence holds a mention that is not simply present */
    bool cue_elsewhere;     /* and what makes it so stands outside the evidence */
    size_t evidence_tokens;
    bool altered;           /* the statement's words do not follow one another as in the evidence */
    ac_arena *arena;
} ac_judge;

/** Half-open range of indices. */
typedef struct {
    uint32_t at, end;
} ac_range;

uint64_t ac_hash_word(ac_sv s);                           /* letter case of ASCII does not count; never 0 */
uint64_t ac_hash_pair(uint64_t a, uint64_t b);
bool ac_word_set_has(const ac_word_set *s, uint64_t h);

ac_sv ac_judge_word(const ac_note *n, size_t token);
ac_range ac_judge_tokens(const ac_judge *j, size_t k);    /* tokens that begin inside the k-th span of the evidence */
ac_range ac_judge_entities(const ac_judge *j, size_t k);  /* entities that begin before its end and end after its begin */
/** The evidence holds a mention of the concept with that assertion. */
bool ac_judge_says(const ac_judge *j, uint32_t concept, ac_assertion a);
bool ac_judge_mentions(const ac_judge *j, uint32_t concept);
/** Some mention of the evidence is not simply present, and what makes it so stands outside the evidence. */
bool ac_judge_cue_elsewhere(const ac_judge *j);
bool ac_judge_negates(const ac_judge *j);                 /* any mention of the evidence is absent */
/** Fill words and qualified; the statement's tokens are there. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_judge_read(ac_judge *j, ac_err *err);
/** Fold the statement and find its phrases, once. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_judge_fold(ac_judge *j, ac_err *err);

bool ac_judge_number(const ac_judge *j, ac_sv number);    /* the evidence has this number, or a date with it */
bool ac_judge_unit(const ac_judge *j, ac_sv number, ac_sv ucum); /* beside this number, or the number has none there */
/** The same where a slash follows, for the table row whose unit stands apart: "mmol" of "128 mmol/L". */
bool ac_judge_unit_begins(const ac_judge *j, ac_sv number, ac_sv ucum);

/** The evidence negates with an ending ("do n't", "can't"), as speech does; a note has a word for it. */
bool ac_judge_contracts(const ac_judge *j);

/** Every word of the statement. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_judge_words(ac_judge *j, ac_verdict *out, ac_err *err);
/** What it tells of the mentions in its evidence. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_judge_claims(ac_judge *j, ac_verdict *out, ac_err *err);

/** Judge one statement; j->note, evidence, words, arena (and hashes, implied) are given. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_judge_statement(ac_judge *j, ac_sv text, ac_verdict *out, ac_err *err);

#endif
