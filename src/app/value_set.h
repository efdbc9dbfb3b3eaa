/** Values that must stand nowhere any more: sequences of words, letter case and what stands between the words ignored,
 * found in any text in one pass, however many they are. */
#ifndef AC_APP_VALUE_SET_H
#define AC_APP_VALUE_SET_H

#include "base/arena.h"
#include "core/types.h"

typedef struct {
    ac_arena *arena;
    uint64_t *slot; /* hashes of values, open addressing; 0: free */
    size_t n, cap;
    unsigned lengths; /* bit k: some value has k words */
} ac_value_set;

/** arena owns the set, borrowed. */
void ac_value_set_init(ac_value_set *v, ac_arena *arena);
/** Nothing happens with what says nothing of anybody where it stands alone: initials, short numbers, no words at all.
 * Only the first eight words of a longer one are looked for. False when the arena is full. */
bool ac_value_set_add(ac_value_set *v, ac_sv value);
/** The next place at or after *at; *at is moved behind it. False when there is none. thread: any; linear */
bool ac_value_set_next(const ac_value_set *v, ac_sv text, size_t *at, ac_span *out);

#endif
