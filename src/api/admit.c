/* What a role may send, and for how long it may take. A body that anybody may send is read at once; a larger one waits
 * until it is known from whom it comes, so that nobody's too large body is read. */
#include "api/api_parts.h"

const ac_budget *ac_admit_budget(const ac_visit *v) { return &v->api->o.budgets.of[v->who.role]; }

void ac_admit_clock(ac_visit *v)
{
    const unsigned flags = v->match.route->flags;
    const ac_budget *b = ac_admit_budget(v);
    const uint64_t seconds = flags & AC_ROUTE_UPLOAD ? b->upload_seconds : b->seconds;
    if (!(flags & AC_ROUTE_PUBLIC) && seconds)
        v->who.until_ns = v->began_ns + seconds * 1000000000;
}

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
