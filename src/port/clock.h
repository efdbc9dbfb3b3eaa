/** Port: time. The engine itself never asks; use cases do, for timings and for "today". */
#ifndef AC_PORT_CLOCK_H
#define AC_PORT_CLOCK_H

#include "core/types.h"

typedef struct ac_clock ac_clock;
typedef struct {
    const char *name;
    uint64_t (*ticks_ns)(ac_clock *); /* monotonic, any start */
    ac_date (*today)(ac_clock *);     /* civil date, UTC */
    int64_t (*now_ms)(ac_clock *);    /* since 1970, UTC; never goes back while the process lives, whatever is done to the machine's clock */
} ac_clock_ops;
struct ac_clock {
    const ac_clock_ops *ops; /* first member of each adapter's struct */
};

static inline uint64_t ac_clock_ticks_ns(ac_clock *c) { return c->ops->ticks_ns(c); }
static inline ac_date ac_clock_today(ac_clock *c) { return c->ops->today(c); }
static inline int64_t ac_clock_now_ms(ac_clock *c) { return c->ops->now_ms(c); }

#endif
