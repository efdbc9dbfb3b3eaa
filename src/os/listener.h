/** TCP connections on an event loop: bytes come and go by callbacks, work is done on other threads. What the bytes mean is the caller's
 *  business. All functions belong to the loop's thread. */
#ifndef AC_OS_LISTENER_H
#define AC_OS_LISTENER_H

#include "base/str.h"
#include "os/loop.h"

typedef struct ac_listener ac_listener;
typedef struct ac_link ac_link; /* one connection; lives until closed() */

/** Called on the loop's thread, but for work. */
typedef struct {
    void *context;
    /** A connection is there; *state is handed to the others. Anything but AC_OK closes it without closed(). */
    ac_rc (*opened)(void *context, ac_link *link, void **state, ac_err *err);
    /** Take bytes off *rest. What is left comes again after ac_link_resume, or when the peer has taken all that
     *  was sent, and nothing is read before. Anything but AC_OK closes. */
    ac_rc (*bytes)(void *state, ac_sv *rest, ac_err *err);
    /** No more bytes will come: the peer has sent its last one, or the listener stops. Answer what is open, then ac_link_finish. */
    void (*ended)(void *state);
    /** The connection is gone, the link is invalid. */
    void (*closed)(void *state);
    void (*work)(void *worker, void *job); /* on a thread of its own; worker is used by one job at a time */
    void (*worked)(void *context, void *job);
} ac_listener_ops;

typedef struct {
    size_t links;       /* at the same time; further ones are closed at once */
    uint32_t idle_ms;   /* who says nothing for so long, while not held, is let go */
    uint32_t wait_ms;   /* who takes nothing of what is sent for so long is cut off; who is expected to go on and does not, is let go */
    uint32_t linger_ms; /* how long a finished connection may take to say that it is closed */
    size_t threads;
    void **workers;     /* borrowed; threads entries */
} ac_listener_options;

typedef struct {
    uint64_t opened, refused; /* connections; those over the limit */
    uint64_t idle, cut;       /* let go, cut off */
} ac_listener_counts;

/** loop is borrowed; joins it, and leaves when it is asked to stop and everything under way is done.
 *  errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_listener_new(ac_loop *loop, const ac_listener_options *opt, const ac_listener_ops *ops, ac_listener **out, ac_err *err);

/** Listen on an address; more than one is fine.
 *  host    an IPv4 or IPv6 address in digits, NUL-terminated
 *  port    0: any; *bound tells which
 *  errors  AC_EINPUT (no address), AC_EBUSY (in use), AC_EDENIED, AC_ENOTFOUND (not an address of this machine), AC_EIO */
AC_NODISCARD ac_rc ac_listener_bind(ac_listener *l, const char *host, uint16_t port, uint16_t *bound, ac_err *err);

/** Is it an address of this machine that others cannot reach: 127.0.0.0/8 or ::1? */
bool ac_address_is_local(const char *host);

bool ac_listener_stopping(const ac_listener *l);
ac_listener_counts ac_listener_counted(const ac_listener *l);

/** Not while the loop runs, nor after that has ended with AC_ECANCELLED. NULL is fine. */
void ac_listener_free(ac_listener *l);
static inline void ac_listener_cleanup_ptr(ac_listener **l) { ac_listener_free(*l); }

/** Have a job done: work() with it, then worked(). First come, first served. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_listener_submit(ac_listener *l, void *job, ac_err *err);

void ac_link_send(ac_link *link, ac_sv bytes);  /* copied; without memory the connection is closed */
size_t ac_link_unsent(const ac_link *link);     /* bytes that the peer has not taken */
void ac_link_resume(ac_link *link);             /* room again: see bytes() */
void ac_link_hold(ac_link *link, bool held);    /* something of it is under way: it is not idle */
void ac_link_expect(ac_link *link, bool more);  /* the peer is in the middle of something */
void ac_link_finish(ac_link *link);             /* send what is unsent, then close; bytes() is not called any more */

#endif
