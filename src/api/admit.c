/* What a role may send, and for how long it may take. A body that anybody may send is read at once; a larger one waits
 * until it is known from whom it comes, so that nobody's too large body is read. */
#include "api/api_parts.h"
#include "core/log.h"

#include <stdatomic.h>

enum { MS = 1000, PUBLIC_S = 10 /* of what needs no key */ };

const ac_budget *ac_admit_budget(const ac_visit *v) { return &v->api->o.budgets.of[v->who.role]; }

/* ---- time ---- */

static uint32_t seconds_of(const ac_visit *v, const ac_budget *b)
{
    const unsigned flags = v->match.route->flags;
    return flags & AC_ROUTE_PUBLIC ? PUBLIC_S : flags & AC_ROUTE_UPLOAD ? b->upload_seconds : b->seconds;
}

static uint32_t ms_of(uint32_t seconds) { return seconds < UINT32_MAX / MS ? seconds * MS : UINT32_MAX; }

ac_rc ac_admit_clock(ac_visit *v, ac_http_request *r, ac_err *err)
{
    ac_deadline_state was = AC_DEADLINE_NEW;
    const uint32_t seconds = seconds_of(v, ac_admit_budget(v));
    if (seconds)
        v->who.until_ns = v->began_ns + (uint64_t)seconds * 1000000000;
    v->who.deadline = &v->deadline;
    ac_http_until(r, ms_of(seconds));
    return atomic_compare_exchange_strong(&v->deadline, &was, AC_DEADLINE_OPEN)
               ? AC_OK
               : ac_fail(err, AC_ETIMEOUT, "the time for a request is up: nothing was done");
}

void ac_admit_clock_any(ac_visit *v, ac_http_request *r)
{
    uint32_t most = 0;
    for (int i = 0; i < AC_ROLES; i++) {
        const uint32_t seconds = seconds_of(v, &v->api->o.budgets.of[i]);
        if (!seconds)
            return;
        most = seconds > most ? seconds : most;
    }
    ac_http_until(r, ms_of(most));
}

/* Is it known whose it is, then the log knows the request, too. */
void ac_admit_late(ac_visit *v, ac_http_request *r)
{
    ac_deadline_state was = AC_DEADLINE_NEW;
    char id[AC_ID_TEXT];
    if (!v->match.route || (!atomic_compare_exchange_strong(&v->deadline, &was, AC_DEADLINE_LATE) &&
                            (was != AC_DEADLINE_OPEN || !atomic_compare_exchange_strong(&v->deadline, &was, AC_DEADLINE_LATE))))
        return;
    ac_reply *p = v->match.route->flags & AC_ROUTE_HEALTH
                      ? ac_health_late()
                      : ac_reply_error(504, "timeout", AC_SV("the time for a request is up: nothing was done"), AC_SV(""));
    if (was == AC_DEADLINE_OPEN) {
        ac_id_format(v->who.request, id);
        ac_reply_header(p, "Request-Id", (ac_sv) { id, sizeof id });
        AC_LOG(AC_LOG_ERROR, "request_failed", AC_F("request", v->who.request), AC_F("route", (uint64_t)v->match.index),
               AC_F("error", (ac_rc)AC_ETIMEOUT));
    }
    ac_http_overtake(r, p);
}

/* ---- bytes ---- */

/* One that comes without its length is measured while it comes. */
static void go_on(ac_http_request *r, void *arg)
{
    if (ac_http_is_gone(r))
        return;
    ac_http_body_max(r, ac_admit_budget(arg)->bytes);
    ac_http_resume(r);
}

static ac_rc admit(ac_visit *v, ac_http_request *r, ac_reply **refused, ac_err *err)
{
    AC_TRY(err, ac_visit_authorise(v, r, refused, err));
    v->known = true;
    const uint64_t most = ac_admit_budget(v)->bytes;
    return r->length != AC_HTTP_CHUNKED && r->length > most
               ? ac_fail(err, AC_ELIMIT, "the role may send %llu bytes", (unsigned long long)most)
               : AC_OK;
}

static void work(ac_http_request *r, void *arg)
{
    ac_visit *v = arg;
    ac_reply *refused = NULL;
    ac_err err = { 0 };
    ac_call c = { 0 };
    const ac_rc rc = admit(v, r, &refused, &err);
    if (refused)
        ac_http_answer(r, refused);
    else if (rc != AC_OK)
        ac_visit_answer(v, r, &c, rc, &err);
    else
        ac_http_visit(r, go_on, v);
}

void ac_admit(ac_visit *v, ac_http_request *r)
{
    if (r->length <= v->api->least_budget || v->match.route->flags & AC_ROUTE_PUBLIC)
        return;
    ac_http_pause(r);
    ac_http_hand(r, v->api->o.crew, work, v);
}
