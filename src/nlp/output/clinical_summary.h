/** The record that summarisers of clinical text promise: who, which symptoms, which risks, which conditions, in a few
 *  sentences. Taken from facts alone. */
#ifndef AC_NLP_CLINICAL_SUMMARY_H
#define AC_NLP_CLINICAL_SUMMARY_H

#include "core/result.h"

/** note must be analysed (ac_analyse). out lives in its arena. Errors: AC_ELIMIT, AC_ENOMEM. Pure. */
AC_NODISCARD ac_rc ac_clinical_summary_make(const ac_note *note, ac_clinical_summary *out, ac_err *err);

#endif
