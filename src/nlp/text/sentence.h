/** Sentences, list items and the lines of forms. */
#ifndef AC_NLP_SENTENCE_H
#define AC_NLP_SENTENCE_H

#include "core/note.h"

enum { AC_SENTENCE_MAX = 4000 }; /* bytes; longer run-ons are cut at the best place */

/** Step: reads text, tokens, lang, sections, turns, dialogue; fills sentences. A sentence never crosses a section, a
 *  section's header (a sentence of its own, but for demographics and signatures) or a speaker turn; labels of speakers are in
 *  none. What has neither word nor number is left out. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_sentences(ac_note *note, ac_err *err);

#endif
