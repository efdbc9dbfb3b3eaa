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
    AC_REACH_PUBLIC, /* by https alone, and neither to loopback nor private, link-local, shared, multicast or reserved
                        addresses (RFC 6890), nor to ports that are something else's; and to the request's ranges */
    AC_REACH_ANY     /* the operator named the target */
} ac_fetch_reach;

/** Addresses that begin with the same bits. */
typedef struct {
    unsigned char address[16]; /* IPv6; IPv4 as ::ffff:a.b.c.d */
    unsigned bits;             /* 0 to 128 */
} ac_fetch_range;

/** Borrowed until the answer has come. */
typedef struct {
    ac_sv method; /* "": GET, or POST with a body */
    ac_sv url;
    const ac_fetch_header *headers;
    size_t n_headers;
    ac_sv body;
    ac_fetch_reach reach;
    const ac_fetch_range *ranges; /* AC_REACH_PUBLIC: where it may go besides, by http, too */
    size_t n_ranges;
    ac_sv ca_file;      /* PEM, instead of the system's; "": the system's */
    ac_sv unix_socket;  /* path; "": none; AC_REACH_ANY alone */
    int64_t connect_ms; /* 0: 10 seconds */
    int64_t timeout_ms; /* for all of it; 0: none (a stream) */
    size_t max_bytes;   /* of the answer's body; more is AC_ELIMIT; 0 with chunk: no bound */

    /* All optional. chunk: bytes of the body of a 2xx answer as they come, instead of in the answer; false ends
     * the request (AC_ECANCELLED). read: the body piece by piece, instead of body; returns how many bytes it gave, 0 at
     * the end. cancelled: asked several times a second. */
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
    ac_rc (*check)(ac_fetch *, const ac_fetch_request *, ac_err *);
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

/** What can be said of a request's URL and headers before it is sent: nothing is looked up. errors  AC_EINPUT,
 * AC_EDENIED, AC_ENOMEM */
AC_NODISCARD static inline ac_rc ac_fetch_check(ac_fetch *f, const ac_fetch_request *r, ac_err *err)
{
    return f->ops->check(f, r, err);
}

static inline void ac_fetch_free(ac_fetch *f)
{
    if (f)
        f->ops->free(f);
}
static inline void ac_fetch_cleanup_ptr(ac_fetch **f) { ac_fetch_free(*f); }

#endif
