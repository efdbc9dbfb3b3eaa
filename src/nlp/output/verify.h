/** The last gate: no statement leaves the engine whose numbers, units, drugs, diseases, sides, negations or hedges are not in its
 *  evidence.
 *  It knows nothing of how a statement was made, so it judges rules and language models alike. */
#ifndef AC_NLP_VERIFY_H
#define AC_NLP_VERIFY_H

#include "core/result.h"

typedef enum {
    AC_VERIFIED,
    AC_VERIFY_NO_EVIDENCE,  /* none, or spans outside the note */
    AC_VERIFY_NUMBER,       /* a number or date that the evidence does not have */
    AC_VERIFY_UNIT,         /* a number that has another unit there */
    AC_VERIFY_DRUG,
    AC_VERIFY_SIDE,
    AC_VERIFY_NEGATION,     /* negated here and not there, or the other way */
    AC_VERIFY_HEDGE,        /* possible, planned, conditional or a relative's there, and told as the patient's fact */
    AC_VERIFY_FINDING,      /* a disease or complaint that the evidence does not name */
} ac_verdict;

/** Judge one statement. note: analysed. arena: scratch.
 *  errors  AC_ELIMIT when the arena is full
 *  thread  any; pure; linear in the statement and its evidence */
AC_NODISCARD ac_rc ac_verify(const ac_note *note, ac_sv text, const ac_spans *evidence, ac_arena *arena, ac_verdict *out,
                             ac_err *err);

/** Judge everything in the result; what fails moves to result->unsupported. Guideline findings quote their guideline, so
 *  only their evidence is checked. errors: AC_ELIMIT */
AC_NODISCARD ac_rc ac_verify_result(ac_result *result, ac_arena *arena, ac_err *err);

#endif
