/** What a request is answered with. Made on any thread, by one at a time; handed over to the server, which frees it.
 *  A NULL reply is fine everywhere: it is what is left when memory is out, and is sent as 503. */
#ifndef AC_NET_REPLY_H
#define AC_NET_REPLY_H

#include "base/str.h"

typedef struct ac_reply ac_reply;

ac_reply *ac_reply_new(int status);
void ac_reply_free(ac_reply *p);
static inline void ac_reply_cleanup_ptr(ac_reply **p) { ac_reply_free(*p); }

/** {"error":{"code":...,"message":...,"details":...}}. details is one JSON value, or empty. Never put text of a document into any of them.
 *  To a client that names application/problem+json in Accept it goes out as RFC 9457 says, with error as one more member. */
ac_reply *ac_reply_error(int status, const char *code, ac_sv message, ac_sv details);

/** One more header. Of Cache-Control, Content-Security-Policy, Referrer-Policy, X-Content-Type-Options and Request-Id the reply's own takes
 *  the place of the server's. Content-Length, Transfer-Encoding, Connection and Date are the server's business. A value with a control character (where
 *  one could begin another header) makes the whole reply a 500. */
void ac_reply_header(ac_reply *p, const char *name, ac_sv value);

/** Its ETag, without quotes: [!#-~]+. A 200 becomes 304 where the client has it already (If-None-Match, of GET and HEAD). */
void ac_reply_etag(ac_reply *p, ac_sv tag);

/* ---- the body: one of these; type is the Content-Type, a static text ---- */
void ac_reply_body(ac_reply *p, const char *type, ac_sv body);   /* copied */
void ac_reply_own(ac_reply *p, const char *type, ac_sb *body);   /* moved: *body is empty afterwards */
/** A builder to write into: ac_jw w = ac_jw_to(ac_reply_text(p, "application/json", max), 0). A failed builder makes the reply a 500.
 *  max: most bytes. Never NULL: without a reply it is a builder that has failed. */
ac_sb *ac_reply_text(ac_reply *p, const char *type, size_t max);

/** A body that is asked for piece by piece, as fast as the client takes it. On the loop's thread: it must not block. */
typedef struct {
    void *context;
    /** Append up to about room bytes. AC_OK: appended something, or *last was set. AC_EBUSY: nothing yet, ac_http_more() will be called.
     *  Anything else cuts the connection, so that the client cannot take a part for the whole. */
    ac_rc (*pull)(void *context, ac_sb *to, size_t room, bool *last, ac_err *err);
    void (*free)(void *context); /* once, in any case; may be NULL */
} ac_reply_source;
#define AC_REPLY_LENGTH_UNKNOWN UINT64_MAX /* sent in chunks */
void ac_reply_pull(ac_reply *p, const char *type, uint64_t length, const ac_reply_source *source);

/** Never compress it: it holds a secret beside something that the client chose, and the length would tell (BREACH). */
void ac_reply_secret(ac_reply *p);
/** Close the connection afterwards. */
void ac_reply_last(ac_reply *p);

int ac_reply_status(const ac_reply *p); /* 503 of NULL */
/** The body as it is now; empty: there is none, or it comes piece by piece, or it has failed. */
ac_sv ac_reply_bytes(const ac_reply *p);

#endif
