/** What does not fit together in a note, and what it leaves open. */
#ifndef AC_NLP_SUMMARY_CHECK_H
#define AC_NLP_SUMMARY_CHECK_H

#include "nlp/output/render.h"

AC_NODISCARD ac_rc ac_summary_contradictions(ac_draft *d, ac_items *out, ac_err *err);
AC_NODISCARD ac_rc ac_summary_questions(ac_draft *d, ac_items *out, ac_err *err);

#endif
