/** A lock for a few copied bytes, where layers without threads of their own must be safe in those of others. Never held
 * over a call that may wait. */
#ifndef AC_BASE_SPIN_H
#define AC_BASE_SPIN_H

#include <stdatomic.h>

typedef atomic_flag ac_spin; /* begins with ATOMIC_FLAG_INIT or ac_spin_init */

static inline void ac_spin_init(ac_spin *s) { atomic_flag_clear(s); }
static inline void ac_spin_lock(ac_spin *s)
{
    while (atomic_flag_test_and_set_explicit(s, memory_order_acquire)) {}
}
static inline void ac_spin_unlock(ac_spin *s) { atomic_flag_clear_explicit(s, memory_order_release); }

#endif
