/** The turns of phrase that tell the outputs what a sentence is about and how speech becomes a note. Words: data/outputs. */
#ifndef AC_NLP_PHRASE_H
#define AC_NLP_PHRASE_H

#include "nlp/lexicon/terms.h"

/* kind, its key in data/outputs */
#define AC_PHRASE_LIST(X)                                                                                              \
    X(AC_PHRASE_PLAN, "plan")                                                                                          \
    X(AC_PHRASE_FOLLOW_UP, "follow-up")                                                                                \
    X(AC_PHRASE_PENDING, "pending")                                                                                    \
    X(AC_PHRASE_ASSESS, "assess")                                                                                      \
    X(AC_PHRASE_EXAM, "exam")                                                                                          \
    X(AC_PHRASE_RESULT, "result")                                                                                      \
    X(AC_PHRASE_TOLD, "told")                                                                                          \
    X(AC_PHRASE_CHAT, "chat")                                                                                          \
    X(AC_PHRASE_ASK, "ask")                                                                                            \
    X(AC_PHRASE_KNOWN, "known")                                                                                        \
    X(AC_PHRASE_FILLER, "filler")                                                                                      \
    X(AC_PHRASE_INTERJECTION, "interjection")                                                                          \
    X(AC_PHRASE_OPENER, "opener")                                                                                      \
    X(AC_PHRASE_TAG, "tag")                                                                                            \
    X(AC_PHRASE_BY_PATIENT, "by-patient")                                                                              \
    X(AC_PHRASE_BY_CLINICIAN, "by-clinician")                                                                          \
    X(AC_PHRASE_TAKES_OBJECT, "takes-object")                                                                          \
    X(AC_PHRASE_VERB, "verb")                                                                                          \
    X(AC_PHRASE_ADVERB, "adverb")                                                                                      \
    X(AC_PHRASE_LEAD_FOR, "lead-for")                                                                                  \
    X(AC_PHRASE_LEAD_SINCE, "lead-since")                                                                              \
    X(AC_PHRASE_PERSON, "person")                                                                                      \
    X(AC_PHRASE_NEGATION, "negation")                                                                                  \
    X(AC_PHRASE_NEGATION_AFTER, "negation-after")                                                                      \
    X(AC_PHRASE_SIDE, "side")                                                                                          \
    X(AC_PHRASE_HEDGE_POSSIBLE, "hedge-possible")                                                                      \
    X(AC_PHRASE_HEDGE_PLANNED, "hedge-planned")                                                                        \
    X(AC_PHRASE_HEDGE_IF, "hedge-if")                                                                                  \
    X(AC_PHRASE_HEDGE_FAMILY, "hedge-family")                                                                          \
    X(AC_PHRASE_NO_RISK, "no-risk")                                                                                    \
    X(AC_PHRASE_NO_COMPLAINT, "no-complaint")                                                                          \
    X(AC_PHRASE_CLERICAL, "clerical")

#define AC_PHRASE_ENUM(id, name) id,
typedef enum { AC_PHRASE_LIST(AC_PHRASE_ENUM) AC_PHRASE_COUNT } ac_phrase_kind;
#undef AC_PHRASE_ENUM

static inline uint32_t ac_phrase_bit(ac_phrase_kind k) { return 1u << k; }

typedef struct {
    ac_phrase_kind kind;
    uint32_t row;        /* of data/outputs */
    uint32_t token_end;  /* the token after it */
} ac_phrase;

/** Fill note->phrases. A note without them is looked up whenever somebody asks. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_phrases(ac_note *note, ac_err *err);

/** The longest phrase of one of the wanted kinds (bits) that starts at token. */
bool ac_phrase_at(const ac_note *note, uint32_t token, uint32_t wanted, ac_phrase *out);

/** Bits of the kinds among wanted that stand in tokens [begin, end). */
uint32_t ac_phrases_in(const ac_note *note, uint32_t begin, uint32_t end, uint32_t wanted);

/** What stands for the phrase in a note; empty when it is left out. */
ac_sv ac_phrase_cell(uint32_t row);

/** The concept of that id is in the list of that kind (no-risk, no-complaint). */
bool ac_phrase_lists(ac_phrase_kind kind, ac_sv id);

#endif
