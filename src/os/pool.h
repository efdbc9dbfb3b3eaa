/** Worker threads that give results back in the order in which the work came in. One thread (the owner) submits and
 *  takes; items pass from it to a worker and back, so nobody ever shares one. */
#ifndef AC_OS_POOL_H
#define AC_OS_POOL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ac_pool ac_pool;

typedef struct {
    size_t threads; /* at most; they start when work waits for them */
    size_t window;  /* items submitted and not yet taken, at most; at least 1 */
    void (*run)(void *worker, void *item); /* on a worker thread */
    void **workers;                        /* borrowed; threads entries, one for each thread */
} ac_pool_options;

/** errors  AC_ENOMEM; the owner frees the pool */
AC_NODISCARD ac_rc ac_pool_new(const ac_pool_options *opt, ac_pool **out, ac_err *err);

/** Waits for what runs. Items not yet started are forgotten: take everything first. NULL is fine. */
void ac_pool_free(ac_pool *p);

/** errors  AC_EBUSY: the window is full, take first; AC_ENOMEM: no thread could be started at all */
AC_NODISCARD ac_rc ac_pool_submit(ac_pool *p, void *item, ac_err *err);

/** The oldest item, once it is done; waits for it. NULL when nothing is under way. */
void *ac_pool_take(ac_pool *p);

/** The oldest item if it is done already, else NULL. */
void *ac_pool_try_take(ac_pool *p);

bool ac_pool_full(const ac_pool *p); /* owner's thread */
size_t ac_pool_pending(const ac_pool *p);

static inline void ac_pool_cleanup_ptr(ac_pool **p) { ac_pool_free(*p); }

#endif
