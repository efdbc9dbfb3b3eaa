/** The few sentences of a clinical summary. */
#ifndef AC_NLP_CLINICAL_NARRATIVE_H
#define AC_NLP_CLINICAL_NARRATIVE_H

#include "nlp/output/render.h"

/** Reads the lists of out (filled already) and fills out->narrative. Errors: AC_ELIMIT, AC_ENOMEM. */
AC_NODISCARD ac_rc ac_clinical_narrative(ac_draft *d, ac_clinical_summary *out, ac_err *err);

#endif
