/** Facts that the document gives in its structure join those that were found in its text. */
#ifndef AC_NLP_GIVEN_H
#define AC_NLP_GIVEN_H

#include "core/given.h"

/** Step: reads given, patient, sentences and entities; adds an entity of method AC_METHOD_SOURCE for each given one, in order, with the
 *  source's codes and value. Its concept is the one concept of the lexicon that has one of these codes and is of its kind, so that
 *  classes, names and guidelines know it; where none or several have it, it has none, but a drug is known by its name too (given_drug.h). Codes are never added. A result without a flag gets
 *  that of the lexicon's range. Nothing happens to a note that is all text. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_given(ac_note *note, ac_err *err);

#endif
