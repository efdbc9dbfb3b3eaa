/** Many coarse timers at little cost: a wheel of lists. Setting one to a later time only writes a number. One thread; no clock of its own. */
#ifndef AC_OS_TIMERS_H
#define AC_OS_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AC_TIMERS_TICK_MS = 50, AC_TIMERS_SLOTS = 256 };

/** Part of whatever waits. All zero: not set. Its memory must not go while it is set. */
typedef struct ac_timer ac_timer;
struct ac_timer {
    void (*fire)(ac_timer *t); /* it is not set any more by then */
    ac_timer *next, **at;      /* of its slot; at is NULL: not set */
    uint64_t due;              /* ms */
};

typedef struct {
    ac_timer *slots[AC_TIMERS_SLOTS];
    uint64_t tick;             /* that was looked at last */
    size_t n;                  /* timers that are set */
} ac_timers;

void ac_timers_init(ac_timers *w, uint64_t now_ms);
/** Fire at due_ms or up to two ticks later; moves one that is set. */
void ac_timers_set(ac_timers *w, ac_timer *t, uint64_t due_ms);
void ac_timers_unset(ac_timers *w, ac_timer *t);
/** Fire what is due. Timers may be set and unset from within. */
void ac_timers_run(ac_timers *w, uint64_t now_ms);

static inline bool ac_timer_is_set(const ac_timer *t) { return t->at; }

#endif
