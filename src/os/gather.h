/** Many callers, one thread: what waits is done together, and who asked waits for it, or is told. The one thread owns
 * what must not be shared, and what is costly once (a synchronised disk) is paid for by all together. */
#ifndef AC_OS_GATHER_H
#define AC_OS_GATHER_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ac_gather ac_gather;

typedef struct {
    size_t waiting;     /* that may wait, at most; at least 1 */
    size_t together;    /* given to run at once, at most; at least 1 */
    uint32_t window_us; /* how long those who were together the last time are waited for; who is alone never waits */
    void (*run)(void *context, void **asked, size_t n); /* on the thread */
    void (*after)(void *context);                       /* on the thread, when those who asked know; or NULL */
    void *context;
} ac_gather_options;

/** errors  AC_ENOMEM (also: no thread) */
AC_NODISCARD ac_rc ac_gather_new(const ac_gather_options *opt, ac_gather **out, ac_err *err);

/** While others wait, one patient task is done with so many of them; when none do, all are. */
enum { AC_GATHER_SHARE = 64 };

/** Something to be done. The caller's, and the gatherer's until done is called. */
typedef struct ac_gather_task {
    void *what;                            /* for run */
    void (*done)(struct ac_gather_task *); /* on the thread, after run; the task may be gone when it returns */
    bool patient;                          /* others first: see AC_GATHER_SHARE */
    struct ac_gather_task *next;           /* the gatherer's */
} ac_gather_task;

/** What waits is done first. Nobody may ask any more. NULL is fine. */
void ac_gather_free(ac_gather *g);

/** Have run called with it; returns when that is done. Any thread but its own. errors  AC_EBUSY: too many wait */
AC_NODISCARD ac_rc ac_gather_ask(ac_gather *g, void *what, ac_err *err);

/** The same without waiting. Any thread, its own too (from done). errors  AC_EBUSY: too many wait, the task stays the
 * caller's */
AC_NODISCARD ac_rc ac_gather_post(ac_gather *g, ac_gather_task *t, ac_err *err);

static inline void ac_gather_cleanup_ptr(ac_gather **g) { ac_gather_free(*g); }

#endif
