/** Private to sse.c and ws.c: a handle on a connection that was taken over, for any thread. */
#ifndef AC_NET_HTTP_STREAM_H
#define AC_NET_HTTP_STREAM_H

#include "net/http_parts.h"

typedef struct ac_http_stream ac_http_stream;

typedef struct {
    void (*send)(ac_http_stream *s, int kind, ac_sv bytes); /* loop thread; the connection is there */
    void (*close)(ac_http_stream *s);                       /* the same: say goodbye */
    void (*free)(ac_http_stream *s);
} ac_http_stream_ops;

/** Part of its owner's structure, which has it first. */
struct ac_http_stream {
    const ac_http_stream_ops *ops;
    ac_loop *loop;
    ac_http_conn *conn;      /* loop thread; NULL: gone */
    size_t max;              /* bytes on their way */
    atomic_uint refs;
    atomic_size_t posted;    /* bytes that other threads have handed over */
    atomic_bool closed;      /* gone, or about to */
    atomic_bool slow;
    ac_task close_task;
};

/** One reference is the caller's, one the connection's (see ac_http_stream_gone). */
void ac_http_stream_init(ac_http_stream *s, const ac_http_stream_ops *ops, ac_loop *loop, size_t max);

/** Any thread; copied. errors  AC_ECANCELLED, AC_ELIMIT (it is being cut off), AC_ENOMEM */
AC_NODISCARD ac_rc ac_http_stream_send(ac_http_stream *s, int kind, ac_sv bytes, ac_err *err);
void ac_http_stream_close(ac_http_stream *s); /* any thread, once: ops->close comes after what was sent before */
void ac_http_stream_retain(ac_http_stream *s);
void ac_http_stream_release(ac_http_stream *s);

/** Loop thread: is there room for n more bytes on the connection? Otherwise it is cut off. */
bool ac_http_stream_has_room(ac_http_stream *s, size_t n);
/** Loop thread: the connection ends; drops its reference. */
void ac_http_stream_gone(ac_http_stream *s);

#endif
