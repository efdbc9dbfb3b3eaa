/** The classes of a note's tokens from what the steps before have found: the input of the models. */
#ifndef AC_NLP_TAG_INPUT_H
#define AC_NLP_TAG_INPUT_H

#include "nlp/tag/tag_feature.h"

/** Entities of the lexicon, identifiers, sections and lines as classes of each token.
 *  out     in the note's arena
 *  errors  AC_ELIMIT when the arena is full
 *  thread  any; pure; linear */
AC_NODISCARD ac_rc ac_tag_input_of(const ac_note *note, ac_tag_input *out, ac_err *err);

#endif
