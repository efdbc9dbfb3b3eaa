/** Routine questions and their answers: "Any surgeries? - No." becomes "No past surgeries.", "Do you drink? - A beer on
 *  Sundays." becomes "Alcohol: a beer on Sundays." Topics and plain answers: data/interview. */
#ifndef AC_NLP_INTERVIEW_H
#define AC_NLP_INTERVIEW_H

#include "nlp/output/render.h"

/* kind of word, its key in data/interview */
#define AC_INTERVIEW_LIST(X)                                                                                           \
    X(AC_INTERVIEW_TOPIC, "topic")                                                                                     \
    X(AC_INTERVIEW_INVITE, "invite")                                                                                   \
    X(AC_INTERVIEW_DENY, "deny")                                                                                       \
    X(AC_INTERVIEW_AFFIRM, "affirm")                                                                                   \
    X(AC_INTERVIEW_UNSURE, "unsure")                                                                                   \
    X(AC_INTERVIEW_CLAUSE, "clause")                                                                                   \
    X(AC_INTERVIEW_COURTESY, "courtesy")                                                                               \
    X(AC_INTERVIEW_EXCEPT, "except")                                                                                   \
    X(AC_INTERVIEW_OURS, "ours")                                                                                       \
    X(AC_INTERVIEW_FORM, "form")                                                                                       \
    X(AC_INTERVIEW_STATE, "state")

#define AC_INTERVIEW_ENUM(id, name) id,
typedef enum { AC_INTERVIEW_LIST(AC_INTERVIEW_ENUM) AC_INTERVIEW_COUNT } ac_interview_word;
#undef AC_INTERVIEW_ENUM

enum { AC_INTERVIEW_TOPICS = 6 }; /* of one question; more are not told */

typedef enum { AC_REPLY_NONE, AC_REPLY_NO, AC_REPLY_YES, AC_REPLY_MIXED } ac_reply;

/** The question that waits for its answer. Zero is none. */
typedef struct {
    uint32_t topics[AC_INTERVIEW_TOPICS]; /* rows of data/interview */
    size_t n;
    ac_span question, answer;
    ac_span phrase;                       /* the topics' words, when nothing else is named among them */
    bool names;                           /* it has mentions */
    bool particular;                      /* it names a disease, a drug, a place: no general denial */
    bool choice, negative;                /* "or", "not": a yes is not clear */
    ac_reply reply;                       /* what the plain sentences of the answer said */
    bool told;                            /* the answer has been written down in the patient's words */
    bool *told_of;                        /* per row: something was told of that topic */
    bool *said;                           /* per row: its plain answer is written down */
} ac_interview;

/** Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_interview_start(const ac_note *note, ac_interview *out, ac_err *err);

/** The clinician says sentence s; asks: it is a question. first, end: its entities. */
void ac_interview_ask(ac_interview *v, const ac_note *note, const ac_sentence *s, bool asks, uint32_t first, uint32_t end);

typedef struct {
    const ac_sentence *sentence;
    ac_speaker by;
    bool names; /* it names something clinical */
} ac_spoken;

/** Somebody else says something: told is true when it has been dealt with. Errors: AC_ELIMIT, AC_ENOMEM. */
AC_NODISCARD ac_rc ac_interview_answer(ac_interview *v, ac_draft *d, const ac_spoken *spoken, ac_items *out, bool *told,
                                       ac_err *err);

/** The answer is over: write down what its plain words say. Errors: AC_ELIMIT, AC_ENOMEM. */
AC_NODISCARD ac_rc ac_interview_close(ac_interview *v, ac_draft *d, ac_items *out, ac_err *err);

/** The token after the "no, not at all, but" that a sentence opens with: what follows is told without it. */
uint32_t ac_interview_lead(const ac_note *note, const ac_sentence *s);

/** A complaint or disease behind "Denies", "Reports": "passing out" for "passed out", "feeling dizzy" for "dizzy". */
void ac_interview_complaint(ac_draft *d, const ac_entity *e);

/** Soon after the question a "but", "except", "only" is said: a "no" is not the whole answer. */
bool ac_interview_excepts(const ac_note *note, const ac_sentence *question);

/** The question is about the family's diseases. */
bool ac_interview_family(const ac_interview *v);

#endif
