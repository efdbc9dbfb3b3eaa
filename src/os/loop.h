/** An event loop: the thread that calls ac_loop_run owns connections, timers and everything that hangs on them; other threads hand it tasks.
 *  What serves on it (a listener, an HTTP server) is a member: the loop asks it to stop, and ends when the last member has left. */
#ifndef AC_OS_LOOP_H
#define AC_OS_LOOP_H

#include "base/err.h"
#include "os/timers.h"

typedef struct ac_loop ac_loop;
struct uv_loop_s;

/** Work for the loop's thread. Part of whatever has to be done; it belongs to the loop from ac_loop_post until run is called. */
typedef struct ac_task ac_task;
struct ac_task {
    void (*run)(ac_task *t);
    ac_task *next;
};

typedef struct ac_loop_member ac_loop_member;
struct ac_loop_member {
    void (*stop)(ac_loop_member *m); /* take nothing new, finish what is under way, then ac_loop_leave (at once, or later) */
    ac_loop_member *next, **at;
};

typedef struct {
    uint32_t stop_ms;               /* how long what is under way may take after a request to stop */
    bool signals;                   /* SIGINT and SIGTERM ask to stop, a second one does not wait; SIGPIPE is nothing */
    void (*hangup)(void *context);  /* SIGHUP: read settings and certificates again; may be NULL */
    void (*stopping)(void *context);/* once, when stopping begins; may be NULL */
    void *context;
} ac_loop_options;

/** errors  AC_ENOMEM, AC_EIO */
AC_NODISCARD ac_rc ac_loop_new(const ac_loop_options *opt, ac_loop **out, ac_err *err);

/** Run until asked to stop and all members have left.
 *  errors  AC_ECANCELLED: they did not leave in time, or a second signal came. Other threads may still be at work for them, so the
 *          process has to end without freeing anything. AC_EIO */
AC_NODISCARD ac_rc ac_loop_run(ac_loop *l, ac_err *err);

/** After all members are freed. Runs the tasks that came too late for the loop. NULL is fine. */
void ac_loop_free(ac_loop *l);
static inline void ac_loop_cleanup_ptr(ac_loop **l) { ac_loop_free(*l); }

/* ---- any thread ---- */
void ac_loop_stop(ac_loop *l);
void ac_loop_post(ac_loop *l, ac_task *t); /* first come, first served; never fails, never blocks */

/* ---- the loop's thread, or before it runs ---- */
void ac_loop_join(ac_loop *l, ac_loop_member *m);
void ac_loop_leave(ac_loop *l, ac_loop_member *m);
bool ac_loop_stopping(const ac_loop *l);
uint64_t ac_loop_now(const ac_loop *l);                    /* ms, monotonic; taken once per turn of the loop */
void ac_loop_after(ac_loop *l, ac_timer *t, uint32_t ms);  /* fire so much later; moves one that is set */
void ac_loop_unset(ac_loop *l, ac_timer *t);
bool ac_loop_is_here(const ac_loop *l);                    /* is this the thread that runs it? Before it runs: the one that made it */
struct uv_loop_s *ac_loop_uv(ac_loop *l);                  /* for what opens sockets on it */

/** An error number of the loop's library, of what listens or connects, as ours. */
ac_rc ac_loop_failed(ac_err *err, int number);

#endif
