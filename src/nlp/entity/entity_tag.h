/** The vote of lexicon and tagger on what a note mentions. */
#ifndef AC_NLP_ENTITY_TAG_H
#define AC_NLP_ENTITY_TAG_H

#include "core/note.h"

/** Step: reads text, tokens, sections, phi, entities; adds entities that the lexicon does not know (without a concept, so without
 *  a code) and says of the others whether the tagger agrees. Does nothing in a language without a model.
 *  errors  AC_ELIMIT; thread any; pure; linear */
AC_NODISCARD ac_rc ac_step_entity_tags(ac_note *note, ac_err *err);

#endif
