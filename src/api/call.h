/** One request on its way through a handler: what it says, who says it, and helpers to answer. */
#ifndef AC_API_CALL_H
#define AC_API_CALL_H

#include "api/route.h"
#include "core/job_json.h"

enum { AC_ANSWER_MAX = 1 << 30, AC_PAGE = 50, AC_PAGE_MAX = 1000, AC_CALL_ARENA = 64 << 20 };

/** What a handler returns that has begun something that answers: the call is not its any more. */
enum { AC_LATER = AC_RC_COUNT };

struct ac_call {
    ac_api *api;
    ac_service *service;
    ac_access *access;
    ac_webhooks *webhooks;
    const ac_route *route;
    ac_http_request *http;
    ac_arena *arena;         /* of this request; may wait, so it is not http->arena */
    ac_principal who;        /* of routes that are not public */
    ac_id args[AC_ARGS_MAX]; /* what stands at {name} */
    int64_t now_ms;
    ac_document_id stored;              /* of an upload: what came, */
    unsigned char content[AC_MAC_SIZE]; /* and with an idempotency key a digest of it */
    ac_sv bytes;                        /* the body */
    const ac_json *body;                /* the same as JSON, checked against the route's schema */
    ac_reply *reply;                    /* what the handler answers */
    ac_repeat repeat;                   /* with an idempotency key: has it come before? */
    bool may_later;                     /* the handler may return AC_LATER */
    ac_sv where;                        /* the member or parameter that is wrong; one of our names */
};

/** Answer with JSON: write one value. status 0: the route's. */
ac_jw ac_call_json(ac_call *c, int status);

/* ---- the body's and the query's members; checked before, so that missing means: not given ---- */
ac_sv ac_call_text(const ac_call *c, const char *name); /* p is NULL: not given */
ac_id ac_call_id(const ac_call *c, const char *name);   /* none: not given */
bool ac_call_flag(const ac_call *c, const char *name, bool fallback);
int64_t ac_call_number(const ac_call *c, const char *name, int64_t fallback);
ac_date ac_call_date(const ac_call *c, const char *name);

/** Pages: ?cursor=ID&limit=N. */
ac_id ac_call_cursor(const ac_call *c);
size_t ac_call_limit(const ac_call *c);
/** "next": the cursor of the page after this one, null when it was the last. full: it held as many as asked for. */
void ac_call_next(ac_jw *w, ac_id last, bool full);

/** An error, as the stable code of its rc; where: see ac_call. */
ac_reply *ac_error_reply(ac_rc rc, ac_sv where, const ac_err *err);

#endif
