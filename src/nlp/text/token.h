/** Tokens: words, numbers and single marks. */
#ifndef AC_NLP_TOKEN_H
#define AC_NLP_TOKEN_H

#include "core/note.h"

/** Step: reads text; fills tokens (see ac_token). Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_tokens(ac_note *note, ac_err *err);

/** What a character is to a tokeniser. */
typedef enum { AC_CHAR_PUNCT, AC_CHAR_SPACE, AC_CHAR_LETTER, AC_CHAR_UPPER, AC_CHAR_DIGIT, AC_CHAR_RAISED } ac_char_class;

/** Class of the character at s.p[at] (at < s.n, valid UTF-8) and its length in bytes.
 *  AC_CHAR_RAISED: a superscript digit, which belongs to a word before it (m2, cm3) and is a mark elsewhere. */
ac_char_class ac_char_at(ac_sv s, size_t at, size_t *len);

#endif
