/** Speaker turns of a transcript. */
#ifndef AC_NLP_TURN_H
#define AC_NLP_TURN_H

#include "core/note.h"

/** Step: reads text; fills turns and dialogue. Labels are "[doctor]", "Doctor:", "Guest_family_2:", "[00:12] PT:" at the
 *  start of a line, or after the end of a sentence in a line that has one. A note is a dialogue when two speakers or more
 *  take turns and what they say sounds spoken; "Patient: John Smith" over "Doctor: Jane Roe" is none. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_turns(ac_note *note, ac_err *err);

#endif
