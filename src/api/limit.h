/** Token buckets: how many requests an address or a key may make. Any thread. */
#ifndef AC_API_LIMIT_H
#define AC_API_LIMIT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ac_limit ac_limit;

typedef struct {
    uint32_t count; /* requests in a window; 0: no limit */
    uint32_t window_s;
    uint32_t burst; /* at once, at most, on top of what comes in steadily */
} ac_limit_options;

typedef struct {
    bool allowed;
    uint32_t limit, window_s, burst; /* as in the options; limit 0: there is none */
    uint32_t left;                   /* of the burst */
    uint32_t wait_s;                 /* until the next one is allowed; 0: now */
    uint32_t full_s;                 /* until the whole burst is there again */
} ac_limit_answer;

/** errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_limit_new(const ac_limit_options *opt, ac_limit **out, ac_err *err);
void ac_limit_free(ac_limit *l);
static inline void ac_limit_cleanup_ptr(ac_limit **l) { ac_limit_free(*l); }

/** Take one token. who: a hash of the address or the key; two that share a place share their tokens only while both are
 * in a hurry. now_ms  never goes back */
ac_limit_answer ac_limit_take(ac_limit *l, uint64_t who, int64_t now_ms);

#endif
