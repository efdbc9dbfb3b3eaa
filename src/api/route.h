/** The routes of the server: one row each. Handlers, authorisation, limits, OpenAPI, documentation and metrics read the
 * same row. */
#ifndef AC_API_ROUTE_H
#define AC_API_ROUTE_H

#include "api/field.h"
#include "app/jobs.h"
#include "net/http.h"

typedef struct ac_api ac_api;
typedef struct ac_call ac_call;
typedef ac_rc (*ac_handler)(ac_call *c, ac_err *err);

typedef enum {
    AC_ROUTE_PUBLIC = 1 << 0,    /* no key is needed */
    AC_ROUTE_UPLOAD = 1 << 1,    /* the body is a document, raw or multipart/form-data, taken as a stream */
    AC_ROUTE_EVENTS = 1 << 2,    /* may answer with a stream of events */
    AC_ROUTE_SOCKET = 1 << 3,    /* a WebSocket */
    AC_ROUTE_FREE = 1 << 4,      /* not counted by the limits of requests: health, metrics */
    AC_ROUTE_LEGACY = 1 << 5,    /* a path of a system that this server replaces */
    AC_ROUTE_ANY_BODY = 1 << 6,  /* the body is not looked at: what it is for does not exist (501) */
    AC_ROUTE_FHIR = 1 << 7,      /* answers with a FHIR bundle, or with one a line */
    AC_ROUTE_BYTES = 1 << 8,     /* answers with a document of whatever type */
    AC_ROUTE_PAGE = 1 << 9,      /* answers with HTML */
    AC_ROUTE_FOUND = 1 << 10,    /* answers 200 when it was there before */
    AC_ROUTE_MAYBE = 1 << 11,    /* 404 where the server was not set up for it */
    AC_ROUTE_LINES = 1 << 12,    /* answers with one JSON object a line */
    AC_ROUTE_ONCE = 1 << 13,     /* takes an Idempotency-Key */
    AC_ROUTE_HEALTH = 1 << 14,   /* says in its own form what is wrong: 503 */
    AC_ROUTE_FLEETING = 1 << 15, /* another answer each time: no ETag */
    AC_ROUTE_FHIR_TOO = 1 << 16, /* answers with a FHIR bundle when asked to */
    AC_ROUTE_LONG = 1 << 17,     /* may work for long, stores nothing of that, or says when it begins to (ac_to_do) */
} ac_route_flags;

typedef struct {
    ac_http_method method;
    const char *path; /* "{name}" is one segment that is an id */
    uint32_t scope;   /* ac_scope bits, all needed; none only of public routes */
    uint32_t any;     /* ac_scope bits, one of them needed; none: does not matter */
    uint32_t flags;
    uint64_t body_max;          /* bytes */
    const ac_schema *body;      /* of a JSON body; NULL: no body, unless it is an upload */
    const ac_schema *query;     /* NULL: no parameters */
    const ac_schema *answer;    /* NULL: not JSON, or nothing */
    int status;                 /* of success */
    ac_handler run;             /* on a thread that may wait */
    const char *tag, *id;       /* of OpenAPI: chapter, operationId */
    const char *summary, *text; /* a line; what else is to be known, may be NULL */
} ac_route;

const ac_route *ac_api_routes(size_t *n);

enum { AC_ARGS_MAX = 2 };

typedef struct {
    const ac_route *route;   /* NULL: there is none */
    size_t index;            /* of the route */
    ac_id args[AC_ARGS_MAX]; /* what stands at {name}, in order */
    uint32_t allowed;        /* bits 1 << ac_http_method that the path has, when the method was another one */
} ac_match;

/** A HEAD is a GET. Segments that are no id match no {name}. */
ac_match ac_route_find(ac_http_method method, ac_sv path);

#endif
