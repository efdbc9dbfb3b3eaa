/** Port: one request to another machine by HTTP, and its answer: webhooks, OIDC, traces, providers, Aceso's own client.
 *  Every adapter follows no redirect, speaks http and https alone, verifies certificates, and keeps its bounds. */
#ifndef AC_PORT_FETCH_H
#define AC_PORT_FETCH_H

#include "base/arena.h"

typedef struct ac_fetch ac_fetch;

enum { AC_FETCH_HEADERS_MAX = 32, AC_FETCH_URL_MAX = 2048 };

typedef struct {
    ac_sv name, value; /* a line break in either is AC_EINPUT */
} ac_fetch_header;

/** Where a request may go. The address that was looked at is the one that is connected to: no second name look-up. */
typedef enum {
    AC_REACH_PUBLIC, /* neither loopback nor private, link-local, shared, multicast or reserved addresses (RFC 6890) */
    AC_REACH_ANY     /* the operator named the target */
} ac_fetch_reach;

/** Borrowed until the answer has come. */
typedef struct {
    ac_sv method; /* "": GET, or POST with a body */
    ac_sv url;
    const ac_fetch_header *headers;
    size_t n_headers;
    ac_sv body;
    ac_fetch_reach reach;
    ac_sv ca_file;     /* PEM; "": the system's */
    ac_sv unix_socket; /* path; "": none */
    int64_t connect_ms;
    int64_t timeout_ms; /* for all of it; 0: none (a stream) */
    size_t max_bytes;   /* of the answer's body; more is AC_ELIMIT */

    /* All optional. chunk: bytes of the body as they come, instead of in the answer; false ends the request
     * (AC_ECANCELLED). read: the body piece by piece, instead of body; returns how many bytes it gave, 0 at the end.
     * cancelled: asked several times a second. */
    void *context;
    bool (*chunk)(void *context, ac_sv bytes);
    size_t (*read)(void *context, char *into, size_t max);
    uint64_t read_bytes; /* how many read will give in all */
    bool (*cancelled)(void *context);
} ac_fetch_request;

typedef struct {
    int status; /* of HTTP: every answer is AC_OK, a 500 too */
    ac_sv body;
    ac_sv content_type, etag, cache_control, location, retry_after; /* "": not there */
} ac_fetch_answer;

typedef struct {
    const char *name;
    ac_rc (*send)(ac_fetch *, const ac_fetch_request *, ac_arena *, ac_fetch_answer *out, ac_err *);
    void (*free)(ac_fetch *);
} ac_fetch_ops;

struct ac_fetch {
    const ac_fetch_ops *ops; /* first member of each adapter's struct */
};

/** Blocking; any thread, many at once; connections are kept for the next request. out is the arena's.
 *  errors  AC_EINPUT (the URL, a header), AC_EDENIED (where it may not go), AC_EBUSY (nobody answered, or not in time:
 *  another try may go well), AC_EIO (an answer that is no HTTP, a certificate that does not verify), AC_ELIMIT,
 *  AC_ECANCELLED, AC_ENOMEM. No text of them repeats the URL. */
AC_NODISCARD static inline ac_rc ac_fetch_send(ac_fetch *f, const ac_fetch_request *r, ac_arena *a,
                                               ac_fetch_answer *out, ac_err *err)
{
    return f->ops->send(f, r, a, out, err);
}

static inline void ac_fetch_free(ac_fetch *f)
{
    if (f)
        f->ops->free(f);
}
static inline void ac_fetch_cleanup_ptr(ac_fetch **f) { ac_fetch_free(*f); }

#endif
