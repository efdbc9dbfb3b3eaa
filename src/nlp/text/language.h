/** Which of our languages a text is written in. */
#ifndef AC_NLP_LANGUAGE_H
#define AC_NLP_LANGUAGE_H

#include "core/note.h"

/** English or Spanish, from function words, frequent clinical words, word endings and letters; works on a query of a
 *  few words. Reads at most the first 64 KB and stops when it is sure. English when nothing speaks for either.
 *  confidence  0 (no evidence) to 1; may be NULL
 *  thread      any; pure */
ac_lang ac_detect_language(ac_sv text, double *confidence);

#endif
