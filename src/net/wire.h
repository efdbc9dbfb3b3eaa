/** One connection as bytes: TCP or a Unix socket, with TLS or without. What is sent is queued and leaves as fast as the peer takes it; what
 *  is not taken of what came waits, and the peer is held up. On the loop's thread. */
#ifndef AC_NET_WIRE_H
#define AC_NET_WIRE_H

#include "net/tls.h"

#include <uv.h>

typedef struct ac_wire ac_wire;

/** Callbacks; none of them is called after closed(). */
typedef struct {
    /** Returns how many of the bytes were taken. The rest comes again after ac_wire_resume; up to AC_WIRE_KEEP more are read meanwhile, so
     *  that the end of the connection is seen. */
    size_t (*bytes)(ac_wire *w, ac_sv bytes);
    void (*ended)(ac_wire *w);   /* the peer sends no more; not after ac_wire_finish */
    void (*drained)(ac_wire *w); /* what had to wait has left */
    void (*closed)(ac_wire *w);  /* the connection is gone, w's memory is its owner's again */
} ac_wire_ops;

enum { AC_WIRE_READ = 64 * 1024, AC_WIRE_KEEP = 64 * 1024, AC_WIRE_DISCARD = 4 << 20 };

/** Room for what is being read; one for all wires of a loop. */
typedef struct {
    char raw[AC_WIRE_READ];
} ac_wire_room;

typedef struct ac_wire_segment ac_wire_segment;
typedef struct {
    ac_wire_segment *first, **last;
    size_t n;               /* bytes */
} ac_wire_queue;

/** Part of its owner's structure, which has it first. */
struct ac_wire {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv; /* first: a handle is its wire */
    const ac_wire_ops *ops;
    ac_wire_room *room;
    struct ac_wire_tls *tls;
    ac_wire_queue out;      /* to be sent, as the owner wrote it */
    struct ac_wire_writing *writing;
    ac_sb kept;             /* read, but not taken; as it came */
    uint64_t acked;         /* bytes that the system has taken */
    size_t discarded;
    bool delivering, again, eof, eof_told, paused, finishing, shut, closing;
};

/** Zeroes w but for ops and room. The uv handle is to be initialised by the caller before anything else is called. */
void ac_wire_init(ac_wire *w, const ac_wire_ops *ops, ac_wire_room *room);
/** Speak TLS on it; before ac_wire_start. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_wire_use_tls(ac_wire *w, const ac_tls *tls, ac_err *err);
void ac_wire_start(ac_wire *w);

/* Without memory the connection is closed. */
void ac_wire_add(ac_wire *w, ac_sv bytes);    /* copied; leaves with the next flush */
void ac_wire_own(ac_wire *w, ac_sb *bytes);   /* moved */
void ac_wire_flush(ac_wire *w);
size_t ac_wire_unsent(const ac_wire *w);      /* bytes that the system has not taken */
uint64_t ac_wire_acked(const ac_wire *w);     /* bytes that it has taken so far */

void ac_wire_resume(ac_wire *w);              /* what was not taken may come again */
void ac_wire_finish(ac_wire *w);              /* send what is queued, say goodbye, drop what still comes; then close */
void ac_wire_close(ac_wire *w);               /* at once */

#endif
