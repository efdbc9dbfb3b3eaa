/** Folding: the one form in which the note and every term of data/ are compared. */
#ifndef AC_NLP_FOLD_H
#define AC_NLP_FOLD_H

#include "core/note.h"

/** Fold text for matching: lower case; accents off (Unicode NFKD without marks, UAX #15) but for ñ; typographic apostrophes to ';
 *  a possessive 's at the end of a word dropped; "don't" (also "do n't", "don t", "dont") spelt
 *  out as "do not"; runs of white space, hyphens, dashes and slashes one blank; a blank
 *  line, or a new line before a list mark, one '\n'; everything else as it is.
 *  text    borrowed; valid UTF-8
 *  arena   owns the result
 *  errors  AC_ELIMIT when the arena is full
 *  thread  any; pure */
AC_NODISCARD ac_rc ac_fold(ac_sv text, ac_arena *arena, ac_folded *out, ac_err *err);

/** The span of the note's text that folded bytes [begin, end) came from. */
ac_span ac_fold_span(const ac_folded *f, ac_sv text, uint32_t begin, uint32_t end);

/** The folded position of text byte at (the first folded byte that comes from it or later). */
uint32_t ac_fold_at(const ac_folded *f, uint32_t at);

/** True when a word may start (end) at folded byte at: the byte there is part of a word and the one before is not. */
bool ac_fold_word_starts(ac_sv folded, uint32_t at);

/** Per byte: 1 where it is part of a word (ASCII letters and digits, all of UTF-8 beyond ASCII), 2 where it is an ASCII byte that a
 *  word of the text may hold before it is folded (those, and the apostrophe). One load: every byte of a note is asked about often. */
extern const uint8_t ac_fold_bytes[256];

static inline bool ac_fold_is_word_byte(char c) { return ac_fold_bytes[(unsigned char)c] & 1; }

static inline bool ac_fold_word_ends(ac_sv folded, uint32_t at)
{
    return at >= folded.n || at == 0 || !ac_fold_is_word_byte(folded.p[at - 1]) || !ac_fold_is_word_byte(folded.p[at]);
}

enum { AC_FOLD_WORD_MAX = 255 };

/** The word that starts at folded byte at (below folded.n) and ends at the next word end: its length, at most
 *  AC_FOLD_WORD_MAX, in the low byte, and a hash above it. */
uint32_t ac_fold_word(ac_sv folded, uint32_t at);

#endif
