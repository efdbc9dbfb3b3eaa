/** HTTP/1.1 server (RFC 9110, RFC 9112; strict) on an event loop. It moves bytes and knows nothing of what they mean.
 *
 *  The life of a request, all on the loop's thread:
 *      on_request   the headers are there, the body is not. Answer at once, or ac_http_body() says what is to become of the body,
 *                   or ac_http_hold() hands the request to another thread.
 *      on_body*     the body in pieces (AC_BODY_STREAM only)
 *      on_end       the body is there as a whole, or there is none; not where the request is with another thread already
 *      ac_http_reply, or ac_http_answer from another thread: once, at any time from on_request on
 *      on_gone      instead of an answer's end: the client has hung up, or broke a rule and was told so. Cancel the work.
 *      on_done      last, once for every on_request: nothing of the server or of a holder uses the request any more. Free what belongs to it.
 *  A request that nobody answers waits for ever: whoever holds it has to answer. Requests of one connection come one after the other. */
#ifndef AC_NET_HTTP_H
#define AC_NET_HTTP_H

#include "base/arena.h"
#include "net/reply.h"
#include "net/tls.h"
#include "net/url.h"
#include "os/loop.h"

typedef struct ac_http_server ac_http_server;
typedef struct ac_http_request ac_http_request;

#define AC_HTTP_METHODS(X) X(GET) X(HEAD) X(POST) X(PUT) X(PATCH) X(DELETE) X(OPTIONS)
typedef enum {
#define AC_HTTP_METHOD_ENUM(name) AC_HTTP_##name,
    AC_HTTP_METHODS(AC_HTTP_METHOD_ENUM) AC_HTTP_OTHER /* see method_name */
#undef AC_HTTP_METHOD_ENUM
} ac_http_method;

typedef struct {
    ac_sv name;                    /* in lower case */
    ac_sv value;                   /* without white space around it; bytes 0x80-0xff are possible, control characters are not */
} ac_http_header;

/** Read-only, but for user. Views are valid as long as the request. */
struct ac_http_request {
    ac_http_method method;
    ac_sv method_name;
    ac_sv path;                    /* decoded, see ac_url_path; "*" of OPTIONS * */
    ac_sv query;                   /* as written, without '?' */
    ac_url_params params;          /* of the query */
    const ac_http_header *headers; /* in order */
    size_t n_headers;
    ac_sv host;                    /* the Host header, or the authority of an absolute target; with its port */
    uint64_t length;               /* Content-Length; AC_HTTP_CHUNKED: unknown */
    ac_sv body;                    /* on_end, AC_BODY_WHOLE */
    ac_sv id;                      /* of this request, unique; also sent as Request-Id, unless the reply has one */
    ac_sv peer;                    /* address in digits; empty of a Unix socket */
    bool local;                    /* peer is this machine: a loopback address or a Unix socket */
    bool tls;
    ac_arena *arena;               /* what lives as long as the request: up to settings.arena_max bytes */
    void *user;                    /* the handler's */
};
#define AC_HTTP_CHUNKED UINT64_MAX

ac_sv ac_http_get(const ac_http_request *r, const char *name);    /* the first header of that name (lower case); p is NULL: there is none */
ac_sv ac_http_param(const ac_http_request *r, const char *name);  /* the first parameter; p is NULL: there is none */
ac_sv ac_http_cookie(const ac_http_request *r, const char *name); /* p is NULL: there is none */
/** Does Content-Type say this media type (lower case, without parameters)? */
bool ac_http_is_type(const ac_http_request *r, const char *type);

/** How a request ended, for logs and counters. */
typedef struct {
    int status;                    /* that was sent; 499: the client has gone before */
    uint64_t received, sent;       /* bytes of the bodies, as they were on the connection */
    uint64_t ms;                   /* since the headers were there */
} ac_http_outcome;

/** All on the loop's thread; none may block. NULL: nothing to do (not on_request). */
typedef struct {
    void *context;
    void (*on_request)(void *context, ac_http_request *r);
    void (*on_body)(void *context, ac_http_request *r, ac_sv piece);
    void (*on_end)(void *context, ac_http_request *r);
    void (*on_gone)(void *context, ac_http_request *r);
    void (*on_done)(void *context, ac_http_request *r, const ac_http_outcome *o);
    /** The time of ac_http_until has come, while another thread holds the request: ac_http_overtake, or leave it to that thread. */
    void (*on_late)(void *context, ac_http_request *r);
    /** A request was refused before there was one: only the status is known. */
    void (*on_refused)(void *context, int status);
} ac_http_handler;

/* ---- the request's body ---- */

typedef enum {
    AC_BODY_WHOLE,                 /* r->body at on_end */
    AC_BODY_STREAM,                /* on_body; ac_http_pause and ac_http_resume */
    AC_BODY_DROP,                  /* read and forgotten */
} ac_http_body_mode;

/** Within on_request: take the body, up to max bytes. A client that waits for that is told to send it (100), once it is not paused.
 *  Without this call, or with max = 0, a body is refused.
 *  errors  AC_ELIMIT: it is too long; 413 was sent, and only on_done follows. A longer one without Content-Length is refused the same way
 *          while it comes, with on_gone */
ac_rc ac_http_body(ac_http_request *r, ac_http_body_mode mode, uint64_t max);

/** Loop thread, while it is paused: it may have no more than max bytes after all. One that has more is refused as before, while it comes. */
void ac_http_body_max(ac_http_request *r, uint64_t max);

/** No on_body and no on_end until resumed; from on_request on. The client is held up, and its time does not count. */
void ac_http_pause(ac_http_request *r);
void ac_http_resume(ac_http_request *r);
/** AC_BODY_WHOLE, from on_end on: the body becomes the caller's; r->body is empty. */
void ac_http_body_move(ac_http_request *r, ac_sb *out);

/* ---- answers ---- */

/** Loop thread. reply becomes the server's, and r must not be touched afterwards (but for ac_http_more, where the answer is a source).
 *  An answer before the body was read closes the connection. */
void ac_http_reply(ac_http_request *r, ac_reply *reply);

/** Loop thread: r goes to another thread. r and all that it shows (but user, if the handler says so) stay until that thread has called
 *  ac_http_answer or ac_http_visit, once, even if the client is gone meanwhile. */
void ac_http_hold(ac_http_request *r);
/** The holder's thread, any. r must not be touched afterwards. Compresses here, not on the loop. */
void ac_http_answer(ac_http_request *r, ac_reply *reply);
/** The holder's thread, any: have something done on the loop's thread, and hold no more. There r may be answered, held again, or turned
 *  into a stream - or be gone (ac_http_is_gone), and then only be read. */
void ac_http_visit(ac_http_request *r, void (*visit)(ac_http_request *r, void *arg), void *arg);
/** Any thread that holds r: is nobody there any more who waits for the answer? */
bool ac_http_is_gone(const ac_http_request *r);

/** Who holds it, or the loop's thread: on_late is to be called when the request is so old (since on_request; 0: never), or up to a second later. */
void ac_http_until(ac_http_request *r, uint32_t ms);
/** Loop thread, on_late: answer at once. The connection is closed; for whoever holds r it is as if the client had gone. */
void ac_http_overtake(ac_http_request *r, ac_reply *reply);

/** Loop thread: a source that had nothing has something now (see ac_reply_source). */
void ac_http_more(ac_http_request *r);

/* ---- the server ---- */

typedef struct {
    /* limits */
    size_t connections;            /* at the same time; further ones get 503 */
    size_t per_address;            /* the same, of one address (IPv6: of one /64); not for this machine's own unless count_local. 0: none */
    bool count_local;
    size_t head;                   /* bytes of request line and headers; more: 431 */
    size_t target;                 /* bytes of the request target; more: 414 */
    size_t headers;                /* number of them; more: 431 */
    size_t params;                 /* of the query */
    size_t arena_max;              /* bytes that a request may keep in its arena */
    /* patience, ms */
    uint32_t head_ms;              /* from the first byte of a request, or the opening of a connection, to the end of the headers */
    uint32_t idle_ms;              /* between requests */
    uint32_t body_ms;              /* a body may be slower than rate for so long */
    uint32_t write_ms;             /* so does a client that takes what is sent */
    uint32_t rate;                 /* bytes a second, at least: both ways */
    uint32_t linger_ms;            /* for a client to notice that the connection is over */
    uint32_t keepalive_ms;         /* event streams: a comment after so much silence */
    uint32_t gzip_min;             /* bytes of a body that is worth compressing; 0: never compress */
    bool hsts;                     /* over TLS: tell browsers to stay there */
    /* which web pages of other origins may read answers (CORS), and which may open WebSockets. NULL: none but the server's own */
    bool (*origin)(void *context, ac_sv origin, const ac_http_request *r);
    void *origin_context;
} ac_http_settings;

ac_http_settings ac_http_defaults(void);

/** loop and what handler points to are borrowed; both structures are copied. Joins the loop.
 *  errors  AC_ENOMEM, AC_EIO */
AC_NODISCARD ac_rc ac_http_server_new(ac_loop *loop, const ac_http_settings *s, const ac_http_handler *h, ac_http_server **out, ac_err *err);
/** Not while the loop runs. NULL is fine. */
void ac_http_server_free(ac_http_server *s);
static inline void ac_http_server_cleanup_ptr(ac_http_server **s) { ac_http_server_free(*s); }

/** Listen; more than once is fine. tls: NULL: none; borrowed, must outlive the server.
 *  host    an IPv4 or IPv6 address in digits, NUL-terminated; port 0: any, *bound tells which
 *  path    of a Unix socket; what lies there and is a dead socket is replaced; mode: of the file
 *  fd      a listening socket, owned from here on (systemd: see os/systemd.h)
 *  errors  AC_EINPUT (no address), AC_EBUSY (in use), AC_EDENIED, AC_ENOTFOUND (not an address of this machine), AC_EIO, AC_ELIMIT */
AC_NODISCARD ac_rc ac_http_listen(ac_http_server *s, const char *host, uint16_t port, ac_tls *tls, uint16_t *bound, ac_err *err);
AC_NODISCARD ac_rc ac_http_listen_unix(ac_http_server *s, const char *path, unsigned mode, ac_err *err);
AC_NODISCARD ac_rc ac_http_listen_fd(ac_http_server *s, int fd, ac_tls *tls, ac_err *err);

typedef struct {
    uint64_t connections;          /* ever accepted */
    uint64_t refused;              /* connections over a limit */
    uint64_t requests;
    uint64_t bad;                  /* that broke a rule */
    uint64_t late;                 /* clients that were too slow */
    uint64_t gone;                 /* clients that hung up before the answer */
    size_t open, streams, sockets; /* now: connections; of them event streams, WebSockets */
} ac_http_counts;
ac_http_counts ac_http_counted(const ac_http_server *s); /* any thread */

#endif
