/** A lock for a few copied bytes, where layers without threads of their own must be safe in those of others. Never held
 * over a call that may wait. */
#ifndef AC_BASE_SPIN_H
#define AC_BASE_SPIN_H

#include <stdatomic.h>
#include <time.h>

typedef atomic_flag ac_spin; /* begins with ATOMIC_FLAG_INIT or ac_spin_init */

static inline void ac_spin_init(ac_spin *s) { atomic_flag_clear(s); }
static inline void ac_spin_lock(ac_spin *s)
{
    enum {
        TRIES = 200,
        SLEEP_NS = 20000
    }; /* whoever holds it may have been put aside in favour of those who want it */
    for (int i = 1; atomic_flag_test_and_set_explicit(s, memory_order_acquire); i++)
        if (i % TRIES == 0)
            (void)nanosleep(&(struct timespec) { .tv_nsec = SLEEP_NS }, NULL);
}
static inline void ac_spin_unlock(ac_spin *s) { atomic_flag_clear_explicit(s, memory_order_release); }

#endif
