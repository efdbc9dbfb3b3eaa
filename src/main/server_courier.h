/** Sends deliveries of webhooks: one thread leases them, others send. Each target has a bound of its own, and one that
 * hangs or fails is left alone for a while, so that it delays nobody else. */
#ifndef AC_MAIN_SERVER_COURIER_H
#define AC_MAIN_SERVER_COURIER_H

#include "app/webhooks.h"
#include "main/server.h"

typedef struct ac_courier ac_courier;

/** Webhooks over that data; nothing is sent yet. errors  AC_EINPUT (a range of addresses), those of ac_webhooks_new */
AC_NODISCARD ac_rc ac_courier_new(const ac_server_options *opt, ac_data *d, ac_fetch *fetch, ac_tracer *tracer,
                                  ac_courier **out, ac_err *err);
ac_webhooks *ac_courier_webhooks(ac_courier *c);
AC_NODISCARD ac_rc ac_courier_start(ac_courier *c, ac_err *err); /* AC_EIO: no thread */
void ac_courier_wake(ac_courier *c);                             /* something is queued; any thread, short */
/** What is under way is ended and stays queued. Before the store is freed. NULL is fine. */
void ac_courier_stop(ac_courier *c);
void ac_courier_free(ac_courier *c); /* after the store; NULL is fine */

#endif
