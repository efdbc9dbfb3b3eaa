/** Which terms of a release are looked for in notes: the rules of data/vocabulary. */
#ifndef AC_VOCAB_FILTER_H
#define AC_VOCAB_FILTER_H

#include "core/note.h"
#include "interop/release.h"

enum { AC_TERM_WORDS_MAX = 10, AC_TERM_BYTES_MAX = 120 };

/** May the term be looked for as that kind (ac_kind)? folded: what ac_fold made of written. False: *why. Pure. */
bool ac_vocab_term_counts(ac_sv written, const ac_folded *folded, uint8_t kind, ac_left *why);

/** Every word of it is one that medical prose uses as a word. Pure. */
bool ac_vocab_term_is_everyday(const ac_folded *folded);

/** An abbreviation: it counts only where the note, too, has capitals ("ALL", "CHF"). Pure. */
bool ac_vocab_term_is_capitals(ac_sv written);

#endif
