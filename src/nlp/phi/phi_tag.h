/** The vote of rules and tagger on identifiers. */
#ifndef AC_NLP_PHI_TAG_H
#define AC_NLP_PHI_TAG_H

#include "core/note.h"

/** Step: reads text, tokens, phi and what the lists say of the words; adds to phi and corrects it. Does nothing in a language
 *  without a model.
 *  errors  AC_ELIMIT; thread any; pure; linear */
AC_NODISCARD ac_rc ac_step_phi_tags(ac_note *note, ac_err *err);

#endif
