/** A few things that many threads use by turns, one thread each at a time. */
#ifndef AC_OS_SHELF_H
#define AC_OS_SHELF_H

#include "base/err.h"

#include <stddef.h>

typedef struct ac_shelf ac_shelf;

/** An empty one with room for n. NULL when out of memory. */
ac_shelf *ac_shelf_new(size_t n);
void ac_shelf_free(ac_shelf *s); /* not what lies on it; NULL is fine */

void ac_shelf_put(ac_shelf *s, void *thing); /* never more than n */
void *ac_shelf_take(ac_shelf *s);            /* what was put there last; waits until there is something */

static inline void ac_shelf_cleanup_ptr(ac_shelf **s) { ac_shelf_free(*s); }

#endif
