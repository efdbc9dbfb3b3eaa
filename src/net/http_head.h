/** The head of an HTTP/1.x request (RFC 9112), strict: what two programs could read in two ways is refused. Pure; any thread. */
#ifndef AC_NET_HTTP_HEAD_H
#define AC_NET_HTTP_HEAD_H

#include "net/http.h"

typedef struct {
    size_t target, head;    /* bytes */
    size_t headers;
} ac_head_limits;

/** Looks for the end of a head while its bytes come, and refuses what can never become one. All zero: at the beginning. */
typedef struct {
    size_t at;              /* bytes looked at */
    size_t line;            /* where the line begins */
    size_t begin;           /* of the request line: an empty line may stand before it */
    size_t headers;
    bool cr, first_done;
} ac_head_scan;

/** all  every byte from the beginning of the request on, those of earlier calls at the same places
 *  Returns 0: the end has not come; 200: it is there, the head has scan->at bytes from scan->begin on; otherwise the status to refuse it with. */
int ac_head_look(ac_head_scan *scan, ac_sv all, const ac_head_limits *limits);

typedef struct {
    ac_http_method method;
    ac_sv method_name, target, path, query, host; /* path and query as written */
    ac_http_header *headers;
    size_t n_headers;
    uint64_t length;        /* AC_HTTP_CHUNKED: chunks */
    bool http10;
    bool close;             /* the client wants the connection closed afterwards, or cannot do otherwise */
    bool waits;             /* Expect: 100-continue */
    bool upgrade;           /* Connection: upgrade */
} ac_head;

/** The request line alone, without CRLF: method, target, version. Returns 0, 400, 414 or 505. */
int ac_head_request_line(ac_sv line, ac_head *h, size_t target_max);

/** head   the bytes of a head that ac_head_look found complete; names of headers are made lower case in place
 *  Returns 0, or the status to refuse it with: 400, 417 (Expect), 431 (no room), 501 (Transfer-Encoding, CONNECT), 505. */
int ac_head_parse(char *head, size_t n, ac_arena *arena, ac_head *out);

#endif
