/** Entity recognition: the lexicon's terms in the note, the longest first, the right meaning by context. */
#ifndef AC_NLP_ENTITY_H
#define AC_NLP_ENTITY_H

#include "core/note.h"

/** Step: reads text, folded, tokens, sentences, sections, phi; fills entities (ascending, not overlapping; assertion
 *  present, no attributes yet). Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_entities(ac_note *note, ac_err *err);

#endif
