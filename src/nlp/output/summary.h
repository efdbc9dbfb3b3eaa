/** The summary for the next clinician: what matters first, then the lists, then what does not fit together and what is
 *  still open. */
#ifndef AC_NLP_SUMMARY_H
#define AC_NLP_SUMMARY_H

#include "core/result.h"

/** note must be analysed; out lives in its arena. Errors: AC_ELIMIT, AC_ENOMEM. Pure. */
AC_NODISCARD ac_rc ac_patient_summary_make(const ac_note *note, ac_patient_summary *out, ac_err *err);

#endif
