#include "api/submit.h"

#include "api/api_parts.h"
#include "api/jobs_json.h"

/* In the call's arena. */
typedef struct {
    ac_call *c;
    const ac_submission *subs;
    ac_job_id *ids;
    size_t n;
    ac_submit_answer answer;
    ac_submit_end end;
} pending;

static void finish(pending *p, ac_rc rc, const ac_err *err)
{
    ac_call *c = p->c;
    ac_visit_answer(c->http->user, c->http, c, rc, err);
}

/* On a thread of the crew: what the store's thread may not wait for. */
static void look_again(void *arg)
{
    pending *p = arg;
    ac_call *c = p->c;
    ac_rc rc = p->end.rc;
    if (p->end.again)
        rc = ac_jobs_submit(c->service, &c->who, p->subs, p->n, ac_once_key(c), p->ids, &p->end.out, &p->end.err);
    ac_reply_free(AC_MOVE(&c->reply));
    c->repeat.came = p->end.out.replayed;
    if (rc == AC_OK)
        rc = p->answer(c, &p->end.out, p->ids, p->n, &p->end.err);
    finish(p, rc, &p->end.err);
}

static void told(void *context, const ac_submit_end *end)
{
    pending *p = context;
    if (!end->again && (end->rc != AC_OK || !end->out.replayed)) {
        finish(p, end->rc, &end->err);
        return;
    }
    p->end = *end;
    if (ac_hand(p->c->api->o.crew, look_again, p, &p->end.err) != AC_OK)
        finish(p, AC_EBUSY, &p->end.err);
}

static ac_rc wait_for(ac_call *c, const ac_submission *subs, size_t n, ac_job_id *ids, ac_submit_answer answer,
                      ac_err *err)
{
    ac_submitted done;
    AC_TRY(err, ac_jobs_submit(c->service, &c->who, subs, n, ac_once_key(c), ids, &done, err));
    c->repeat.came = done.replayed;
    return answer(c, &done, ids, n, err);
}

ac_rc ac_call_submit(ac_call *c, const ac_submission *subs, size_t n, ac_submit_answer answer, ac_err *err)
{
    ac_submitting *s;
    ac_submitted will_be;
    pending *p = ac_arena_alloc(c->arena, sizeof *p);
    ac_job_id *ids = ac_arena_alloc(c->arena, n * sizeof *ids);
    if (!p || !ids)
        return ac_fail(err, AC_ELIMIT, "no room for a batch of that size");
    if (!c->may_later)
        return wait_for(c, subs, n, ids, answer, err);
    *p = (pending) { .c = c, .subs = subs, .ids = ids, .n = n, .answer = answer };
    AC_TRY(err, ac_submit_prepare(c->service, &c->who, subs, n, ac_once_key(c), c->arena, ids, &s, &will_be, err));
    ac_rc rc = answer(c, &will_be, ids, n, err);
    if (rc != AC_OK) {
        ac_submit_drop(s);
        return rc;
    }
    AC_TRY(err, ac_submit_begin(s, told, p, err));
    return (ac_rc)AC_LATER;
}
