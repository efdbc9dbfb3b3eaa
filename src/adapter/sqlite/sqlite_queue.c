#include "adapter/sqlite/sqlite_room.h"

/* Start-time fair queuing (Goyal, Vin, Cheng 1997) within each lane, that is kind and priority. A tenant's next job
 * starts one after his last one, or, when he had none there, one after the job that was leased last: so tenants take
 * turns, and who was away gets no credit for it. Ranks of different lanes are not compared: between kinds of one
 * priority the lane that was served longest ago comes first. */

static sq_query about_turn(sq_store *s, sq_statement which, const sq_turn *t)
{
    sq_query q = sq_query_of(&s->writer, which);
    sq_put(&q, t->kind);
    sq_put(&q, t->priority);
    sq_put_tenant(&q, t->tenant);
    return q;
}

ac_rc sq_queue_settle(sq_store *s, ac_err *err)
{
    const sq_turn t = s->turn;
    s->turn = (sq_turn) { .known = false };
    if (!t.known)
        return AC_OK;
    AC_AUTO(sq_query) q = about_turn(s, SQ_TURN_SET, &t);
    sq_put(&q, t.rank);
    return sq_run(&q, NULL, err);
}

/* Jobs that come together are mostly of one tenant and one lane: his rank is read and written once. */
static ac_rc turn_of(sq_store *s, const ac_job *j, ac_err *err)
{
    sq_turn t = { .known = true, .kind = j->kind, .priority = j->priority, .tenant = j->tenant };
    if (s->turn.known && s->turn.kind == t.kind && s->turn.priority == t.priority &&
        ac_id_eq(s->turn.tenant.v, t.tenant.v))
        return AC_OK;
    AC_TRY(err, sq_queue_settle(s, err));
    AC_AUTO(sq_query) q = about_turn(s, SQ_TURN, &t);
    AC_TRY(err, sq_one(&q, err));
    t.rank = sq_get(&q);
    s->turn = t;
    return AC_OK;
}

ac_rc sq_queue_place(sq_store *s, sq_job *j, int64_t run_at_ms, int64_t now_ms, ac_err *err)
{
    j->job.run_at_ms = run_at_ms > now_ms ? run_at_ms : now_ms;
    if (run_at_ms > now_ms) { /* it gets its place when it is due, else a thousand would come before all others then */
        j->rank = 0;
        return AC_OK;
    }
    AC_TRY(err, turn_of(s, &j->job, err));
    j->rank = ++s->turn.rank;
    s->queued = true;
    return AC_OK;
}

ac_rc sq_queue_lost(sq_store *s, sq_job *j, int64_t now_ms, ac_err *err)
{
    ac_job *job = &j->job;
    const ac_job_state to = job->cancel                         ? AC_JOB_CANCELLED
                            : job->attempt >= job->attempts_max ? AC_JOB_DEAD
                                                                : AC_JOB_QUEUED;
    if (to == AC_JOB_QUEUED) { /* it keeps its rank, so it comes first */
        job->run_at_ms = now_ms;
        s->queued = true;
    } else if (to == AC_JOB_DEAD) {
        job->error = AC_EINTERNAL;
    }
    return sq_job_turn(s, j, to, now_ms, err);
}

static ac_rc next_of(sq_store *s, sq_statement which, int64_t now_ms, sq_job *j, bool *row, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, which);
    sq_put(&q, now_ms);
    if (which == SQ_LEASED)
        sq_put(&q, 1);
    AC_TRY(err, sq_next(&q, row, err));
    return *row ? sq_job_read(&q, j, err) : AC_OK;
}

ac_rc sq_queue_orphans(sq_store *s, int64_t now_ms, ac_err *err)
{
    for (;;) {
        sq_job j;
        bool row = false;
        AC_TRY(err, next_of(s, SQ_LEASED, INT64_MAX, &j, &row, err));
        if (!row)
            return AC_OK;
        AC_TRY(err, sq_queue_lost(s, &j, now_ms, err));
    }
}

ac_rc sq_queue_due(sq_store *s, int64_t now_ms, ac_err *err)
{
    for (;;) {
        sq_job j;
        bool row = false;
        AC_TRY(err, next_of(s, SQ_LATER, now_ms, &j, &row, err));
        if (!row)
            return AC_OK;
        const int64_t due = j.job.run_at_ms;
        AC_TRY(err, sq_queue_place(s, &j, due, now_ms, err));
        AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_LATER_SET);
        sq_put(&q, j.rank);
        sq_put_id(&q, j.job.id.v);
        AC_TRY(err, sq_run(&q, NULL, err));
    }
}

/* ---- lease
 * --------------------------------------------------------------------------------------------------------------
 */

typedef struct {
    sq_job job;
    bool there;
    int64_t served; /* the token with which its lane was served last */
} lane_head;

static ac_rc look(sq_store *s, ac_job_kind kind, lane_head *out, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_READY);
    sq_put(&q, kind);
    AC_TRY(err, sq_next(&q, &out->there, err));
    if (!out->there)
        return AC_OK;
    AC_TRY(err, sq_job_read(&q, &out->job, err));
    out->served = sq_get(&q);
    return AC_OK;
}

static lane_head *first_of(lane_head heads[AC_JOB_KINDS])
{
    lane_head *best = NULL;
    for (int k = 0; k < AC_JOB_KINDS; k++) {
        lane_head *h = &heads[k];
        if (h->there && (!best || h->job.job.priority > best->job.job.priority ||
                         (h->job.job.priority == best->job.job.priority && h->served < best->served)))
            best = h;
    }
    return best;
}

static ac_rc serve_lane(sq_store *s, const sq_job *j, ac_err *err)
{
    AC_TRY(err, sq_queue_settle(s, err)); /* whose next ones start behind this one */
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_LANE_SET);
    sq_put(&q, j->job.kind);
    sq_put(&q, j->job.priority);
    sq_put(&q, j->rank);
    sq_put_u64(&q, j->job.token);
    return sq_run(&q, NULL, err);
}

static ac_rc lease_one(sq_store *s, sq_job *j, const ac_lease *l, ac_err *err)
{
    ac_job *job = &j->job;
    job->attempt++;
    job->token = ++s->head.token;
    job->started_ms = l->now_ms;
    job->lease_ms = l->now_ms + l->lease_ms;
    AC_TRY(err, serve_lane(s, j, err));
    return sq_job_turn(s, j, AC_JOB_RUNNING, l->now_ms, err);
}

/* Those that the arena has no room for are left to the next time, but not the first: nobody would ever get it. */
static ac_rc lease_run(sq_store *s, sq_ask *ask, ac_err *err)
{
    const ac_lease *l = ask->in;
    ac_job_list *out = ask->out;
    lane_head heads[AC_JOB_KINDS] = { { .there = false } };
    *out = (ac_job_list) { 0 };
    AC_TRY(err, sq_queue_due(s, l->now_ms, err));
    for (int k = 0; k < AC_JOB_KINDS; k++)
        if (l->kinds >> k & 1)
            AC_TRY(err, look(s, (ac_job_kind)k, &heads[k], err));
    for (lane_head *h; out->n < l->max && (h = first_of(heads));) {
        const bool again = h->job.job.attempt > 0;
        if (again && out->n)
            return AC_OK;
        ac_job *leased = ac_vec_push(out, ask->arena);
        ac_rc rc = leased ? sq_job_parts(&s->writer, ask->arena, &h->job.job, err)
                          : ac_fail(err, AC_ENOMEM, "no room for what is leased");
        if (rc != AC_OK && out->n > 1 && leased) {
            out->n--;
            return rc == AC_ENOMEM ? AC_OK : rc;
        }
        if (rc != AC_OK)
            return rc;
        AC_TRY(err, lease_one(s, &h->job, l, err));
        *leased = h->job.job;
        if (again)
            return AC_OK;
        AC_TRY(err, look(s, leased->kind, h, err));
    }
    return AC_OK;
}

ac_rc sq_op_lease(ac_store *store, const ac_lease *l, ac_arena *a, ac_job_list *out, ac_err *err)
{
    ac_job_list leased = { 0 };
    sq_ask ask = { .run = lease_run, .in = l, .out = &leased, .arena = a, .light = true };
    AC_TRY(err, sq_ask_writer((sq_store *)store, &ask, err));
    *out = leased;
    return AC_OK;
}

ac_rc sq_op_lease_later(ac_store *store, const ac_lease *l, ac_arena *a, ac_later *later, ac_err *err)
{
    const sq_ask ask = { .run = lease_run, .in = l, .out = &later->leased, .arena = a, .light = true, .patient = true };
    return sq_ask_later((sq_store *)store, &ask, later, err);
}

/* ---- renew
 * ---------------------------------------------------------------------------------------------------------------
 */

typedef struct {
    ac_job_id id;
    uint64_t token;
    int64_t until_ms;
} renewal;

static ac_rc renew_run(sq_store *s, sq_ask *ask, ac_err *err)
{
    const renewal *r = ask->in;
    sq_job j;
    ac_rc rc = sq_job_load(&s->writer, r->id, &j, err);
    if (rc != AC_OK && rc != AC_ENOTFOUND)
        return rc;
    if (rc == AC_ENOTFOUND || j.job.state != AC_JOB_RUNNING || j.job.token != r->token)
        return ac_fail(err, AC_ECONFLICT, "the job is somebody else's, or has ended");
    *(bool *)ask->out = j.job.cancel;
    if (r->until_ms <= j.job.lease_ms)
        return AC_OK;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_JOB_RENEW);
    sq_put(&q, r->until_ms);
    sq_put_id(&q, r->id.v);
    return sq_run(&q, NULL, err);
}

ac_rc sq_op_renew(ac_store *store, ac_job_id id, uint64_t token, int64_t now_ms, int64_t lease_ms, bool *cancel,
                  ac_err *err)
{
    const renewal r = { id, token, now_ms + lease_ms };
    bool stop = false;
    sq_ask ask = { .run = renew_run, .in = &r, .out = &stop, .light = true };
    AC_TRY(err, sq_ask_writer((sq_store *)store, &ask, err));
    *cancel = stop;
    return AC_OK;
}
