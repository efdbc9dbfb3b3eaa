/** How bad, which side, where and since when: attributes of problems, symptoms and procedures. */
#ifndef AC_NLP_ATTRIBUTE_H
#define AC_NLP_ATTRIBUTE_H

#include "core/note.h"

/** Step: reads entities, marks, tokens, sentences, times; adds SEVERITY ("severe", "grade 2/6", "8/10"), LATERALITY, SITE
 *  (entity: the anatomy), and from the times DURATION, ONSET and DATE (norm: ISO date when resolved). Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_attributes(ac_note *note, ac_err *err);

#endif
