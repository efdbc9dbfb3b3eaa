/** What the files of the API share. */
#ifndef AC_API_API_PARTS_H
#define AC_API_API_PARTS_H

#include "api/api.h"
#include "api/call.h"
#include "api/metrics.h"
#include "base/spin.h"
#include "net/hand.h"

typedef struct ac_follower ac_follower;
enum { AC_FOLLOW_PLACES = 4096 };

struct ac_api {
    ac_api_options o;
    uint64_t least_budget; /* bytes of a body that anybody may send */
    ac_limit *by_address, *by_key;
    ac_metrics *metrics;
    const ac_http_server *server;
    ac_spin lock;                             /* of followers */
    ac_follower *followers[AC_FOLLOW_PLACES]; /* by job */
    _Atomic uint64_t n_followers;
};

struct ac_upload_body;

/* How somebody came in, or did not. */
typedef enum {
    AC_ENTRY_OK,     /* in, or not asked yet */
    AC_ENTRY_SILENT, /* neither key nor token was sent */
    AC_ENTRY_REFUSED /* it was not good, or not good enough for this */
} ac_entry;

/** One request. Loop thread, or the one that it is handed to. */
typedef struct {
    ac_api *api;
    ac_match match;
    ac_principal who;
    uint64_t began_ns;
    ac_entry entry;
    ac_limit_answer limit; /* of the one that is nearer */
    bool known; /* authorised before the body was read */
    ac_deadline deadline;
    ac_trace trace; /* none: it is not recorded */
    unsigned char parent[AC_SPAN_BYTES];
    struct ac_upload_body *upload;
    ac_call call; /* while it is with the crew, or on its way to the disk */
} ac_visit;

/** Who is it, and may he? errors  AC_EAUTH, AC_EDENIED, AC_ERATE and AC_EBUSY (these with *refused, if it has more to
 * say), those of the store. Crew. */
AC_NODISCARD ac_rc ac_visit_authorise(ac_visit *v, ac_http_request *r, ac_reply **refused, ac_err *err);

/** Prepare a call; its arena is the caller's to free. errors  AC_ENOMEM, AC_EINPUT (query or body) */
AC_NODISCARD ac_rc ac_visit_call(ac_visit *v, ac_http_request *r, ac_call *c, ac_err *err);

/** Run the handler of a prepared call and answer. Crew. */
void ac_visit_answer(ac_visit *v, ac_http_request *r, ac_call *c, ac_rc rc, const ac_err *err);

/* ---- large bodies: admit.c ---- */
/** on_request, the body is to be taken as a whole: when it is larger than everybody's budget, it waits until it is
 * known whose it is. */
void ac_admit(ac_visit *v, ac_http_request *r);
/** Set what the role has: the time, from the beginning on. errors  AC_ETIMEOUT: it was told already that it is over */
AC_NODISCARD ac_rc ac_admit_clock(ac_visit *v, ac_http_request *r, ac_err *err);
/** on_request: as long as nobody knows who it is, the one with the most has to do. */
void ac_admit_clock_any(ac_visit *v, ac_http_request *r);
/** What /health answers then. */
ac_reply *ac_health_late(void);
/** on_late. */
void ac_admit_late(ac_visit *v, ac_http_request *r);
const ac_budget *ac_admit_budget(const ac_visit *v);

/* ---- how to come in: challenge.c ---- */
#define AC_METADATA_PATH "/.well-known/oauth-protected-resource"
/** For who was refused. */
void ac_challenge(const ac_visit *v, const ac_http_request *r, ac_rc rc, const ac_err *err, ac_reply *p);
/** The server's address, as this client calls it. */
void ac_own_address(const ac_http_request *r, ac_sb *out);

/* ---- traces: visit_trace.c; with a tracer ---- */
void ac_visit_trace_begin(ac_visit *v, const ac_http_request *r);
void ac_visit_trace_end(const ac_visit *v, const ac_http_request *r, const ac_http_outcome *o);

/* ---- uploads: upload.c ---- */
void ac_upload_start(ac_visit *v, ac_http_request *r); /* on_request */
void ac_upload_piece(ac_visit *v, ac_http_request *r, ac_sv piece);
void ac_upload_finish(ac_visit *v, ac_http_request *r); /* on_end */
void ac_upload_drop(ac_visit *v);                       /* on_done */

/* ---- streams of events: follow.c ---- */
bool ac_follow_is_asked(const ac_visit *v, const ac_http_request *r);
void ac_follow(ac_visit *v, ac_http_request *r); /* crew, authorised */

#endif
