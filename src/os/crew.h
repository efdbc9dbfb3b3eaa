/** Threads that do what they are handed, first come, first served. What is done belongs to whoever handed it in. */
#ifndef AC_OS_CREW_H
#define AC_OS_CREW_H

#include "base/err.h"

#include <stddef.h>

typedef struct ac_crew ac_crew;

/** Part of whatever has to be done; it belongs to the crew from ac_crew_submit until run is called. */
typedef struct ac_crew_task ac_crew_task;
struct ac_crew_task {
    void (*run)(ac_crew_task *t, size_t thread); /* thread: which of them, from 0 */
    ac_crew_task *next;
};

/** threads start at once. bound: tasks that may wait. errors  AC_ENOMEM, AC_EIO (no thread could be started) */
AC_NODISCARD ac_rc ac_crew_new(size_t threads, size_t bound, ac_crew **out, ac_err *err);

/** Any thread. errors  AC_EBUSY: too many wait already, the task stays the caller's; AC_ECANCELLED: it is stopping */
AC_NODISCARD ac_rc ac_crew_submit(ac_crew *c, ac_crew_task *t, ac_err *err);

size_t ac_crew_waiting(ac_crew *c);

/** Takes nothing new, does what waits, and ends. NULL is fine. */
void ac_crew_free(ac_crew *c);
static inline void ac_crew_cleanup_ptr(ac_crew **c) { ac_crew_free(*c); }

#endif
