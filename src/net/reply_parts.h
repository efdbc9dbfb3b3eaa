/** Private to reply.c and the server. */
#ifndef AC_NET_REPLY_PARTS_H
#define AC_NET_REPLY_PARTS_H

#include "net/reply.h"

enum { AC_REPLY_TAG_MAX = 128, AC_REPLY_HEADERS_MAX = 16 * 1024 };

/* Headers of the server's own that a reply may bring itself. */
#define AC_REPLY_OWN_HEADERS(X)                                                                                        \
    X(CACHE, "Cache-Control", "no-store")                                                                              \
    X(SECURITY, "Content-Security-Policy", "frame-ancestors 'none'")                                                   \
    X(REFERRER, "Referrer-Policy", "no-referrer")                                                                      \
    X(SNIFF, "X-Content-Type-Options", "nosniff")
enum {
#define OWN(name, header, value) AC_REPLY_OWN_##name,
    AC_REPLY_OWN_HEADERS(OWN) AC_REPLY_OWN_COUNT
#undef OWN
};

typedef enum { AC_REPLY_BYTES, AC_REPLY_SOURCE } ac_reply_kind;

typedef struct {
    size_t begin, end;
} ac_reply_part;

struct ac_reply {
    int status;
    ac_reply_kind kind;
    ac_sb headers;            /* "Name: value\r\n" each */
    const char *type;
    ac_sb body;
    ac_reply_source source;
    uint64_t length;          /* of a source */
    unsigned own;             /* bits: which of AC_REPLY_OWN_HEADERS it brings */
    bool encoded;             /* it has a Content-Encoding already */
    bool identified;          /* and a Request-Id */
    ac_reply_part message;    /* of an error: where it stands in the body, as JSON */
    bool secret, last, bad;
    bool considered;          /* compressing was: Vary has to be said */
    bool gzipped;
    uint8_t tag_n;
    char tag[AC_REPLY_TAG_MAX];
};

typedef struct {
    size_t gzip_min;          /* bytes that are worth it; 0: none are */
    bool gzip;                /* the client takes it */
    bool get;                 /* the request was GET or HEAD */
    bool problem;             /* errors are wanted as application/problem+json */
    ac_sv none_match;         /* If-None-Match; p is NULL: there is none */
} ac_reply_asked;

/** What has failed becomes a 500, what the client has already a 304, what is worth it is compressed (about 10 ms a megabyte). A NULL reply
 *  becomes a 503, or stays NULL. Any thread. */
ac_reply *ac_reply_settle(ac_reply *p, const ac_reply_asked *asked);

typedef struct {
    ac_sv date, id;           /* id: of the request, may be empty */
    bool tls_hsts;
    bool close, http10;
    bool chunked;             /* a source without a length */
    ac_sv more;               /* more headers, each with CRLF */
} ac_reply_head;

/** Append status line and headers. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_reply_write_head(const ac_reply *p, const ac_reply_head *h, ac_sb *out, ac_err *err);

/** May a reply of this status have a body? */
static inline bool ac_reply_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

#endif
