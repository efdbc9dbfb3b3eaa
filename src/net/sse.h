/** Server-sent events (WHATWG HTML, 9.2): one response that stays open. Idle streams cost less than a kilobyte. */
#ifndef AC_NET_SSE_H
#define AC_NET_SSE_H

#include "net/http.h"

typedef struct ac_sse ac_sse; /* reference-counted; any thread unless said otherwise */

typedef struct {
    ac_sv id;        /* empty: none; what the client says in Last-Event-ID when it comes back */
    ac_sv event;     /* empty: "message" */
    ac_sv data;      /* UTF-8, any number of lines */
} ac_sse_event;

typedef struct {
    void *context;
    void (*closed)(void *context, ac_sse *s); /* on the loop's thread, once: the client has gone, was too slow, or the stream was closed. May be NULL */
    uint32_t retry_ms;   /* what the client is told to wait before it comes back; 0: nothing is said */
    size_t buffer_max;   /* bytes on their way to this client; a slower one is cut off; 0: 64 KiB */
} ac_sse_options;

/** Answer r with an event stream. Loop thread. r is done with: on_done is called for it, and it must not be touched afterwards.
 *  head  more headers, may be NULL; owned by the stream from here on
 *  The caller owns one reference of the result. NULL: out of memory, r was answered with 503. */
ac_sse *ac_sse_open(ac_http_request *r, ac_reply *head, const ac_sse_options *opt);

/** Copied. Who does not care about one client may ignore the result: closed() tells as well.
 *  errors  AC_ECANCELLED (closed), AC_ELIMIT (the client is too slow: it is being cut off), AC_ENOMEM, AC_EINPUT (line end in id or event) */
ac_rc ac_sse_send(ac_sse *s, const ac_sse_event *e, ac_err *err);

void ac_sse_close(ac_sse *s);         /* what was sent before still arrives */
bool ac_sse_is_closed(const ac_sse *s);
ac_sse *ac_sse_retain(ac_sse *s);
void ac_sse_release(ac_sse *s);       /* NULL is fine; does not close */

/** The bytes of one event, for those who send the same to many: append to out, then ac_sse_send_raw. */
AC_NODISCARD ac_rc ac_sse_format(const ac_sse_event *e, ac_sb *out, ac_err *err);
ac_rc ac_sse_send_raw(ac_sse *s, ac_sv bytes, ac_err *err);

#endif
