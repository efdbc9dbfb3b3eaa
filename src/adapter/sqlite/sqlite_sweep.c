#include "adapter/sqlite/sqlite_room.h"

enum { AT_ONCE = 200, ROUNDS_MAX = 1000 };

/* One round, short enough that those who wait for the writer do not notice. */
typedef struct {
    int64_t now_ms;
    ac_swept did;
    bool more;
} round_of;

/* The first job that a statement finds. *found: there is one. */
static ac_rc first_job(sq_store *s, sq_statement which, int64_t now_ms, sq_job *out, bool *found, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, which);
    sq_put(&q, now_ms);
    sq_put(&q, 1);
    AC_TRY(err, sq_next(&q, found, err));
    return *found ? sq_job_read(&q, out, err) : AC_OK;
}

static ac_rc lost_leases(sq_store *s, round_of *r, ac_err *err)
{
    for (int i = 0; i < AT_ONCE; i++) {
        sq_job j;
        bool found = false;
        AC_TRY(err, first_job(s, SQ_LEASED, r->now_ms, &j, &found, err));
        if (!found)
            return AC_OK;
        AC_TRY(err, sq_queue_lost(s, &j, r->now_ms, err));
        r->did.requeued++;
        r->did.dead += j.job.state == AC_JOB_DEAD;
    }
    r->more = true;
    return AC_OK;
}

static ac_rc old_jobs(sq_store *s, round_of *r, ac_err *err)
{
    for (int i = 0; i < AT_ONCE; i++) {
        sq_job j;
        bool found = false;
        AC_TRY(err, first_job(s, SQ_ENDED, r->now_ms, &j, &found, err));
        if (!found)
            return AC_OK;
        AC_TRY(err, sq_job_forget(s, &j, err));
        r->did.deleted++;
    }
    r->more = true;
    return AC_OK;
}

static ac_rc old_rows(sq_store *s, sq_statement which, round_of *r, size_t *n, ac_err *err)
{
    size_t changed = 0;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, which);
    sq_put(&q, r->now_ms);
    sq_put(&q, AT_ONCE);
    AC_TRY(err, sq_run(&q, &changed, err));
    *n += changed;
    r->more |= changed == AT_ONCE;
    return AC_OK;
}

/* Of tenants who have nothing to wait for: their next job begins where their lane is, with or without a row. */
static ac_rc old_turns(sq_store *s, ac_err *err)
{
    AC_TRY(err, sq_queue_settle(s, err));
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_TURN_SWEEP);
    return sq_run(&q, NULL, err);
}

static ac_rc next_time(sq_store *s, int64_t *out, ac_err *err)
{
    static const sq_statement all[] = { SQ_LATER_NEXT, SQ_LEASED_NEXT, SQ_ENDED_NEXT, SQ_ITEM_NEXT };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        AC_AUTO(sq_query) q = sq_query_of(&s->writer, all[i]);
        AC_TRY(err, sq_one(&q, err));
        const int64_t at = sq_get(&q);
        *out = at && (!*out || at < *out) ? at : *out;
    }
    return AC_OK;
}

static ac_rc sweep_run(sq_store *s, sq_ask *ask, ac_err *err)
{
    round_of *r = ask->out;
    size_t forgotten = 0;
    *r = (round_of) { .now_ms = r->now_ms };
    AC_TRY(err, sq_queue_due(s, r->now_ms, err));
    AC_TRY(err, lost_leases(s, r, err));
    AC_TRY(err, old_jobs(s, r, err));
    AC_TRY(err, old_rows(s, SQ_ITEM_SWEEP, r, &r->did.deleted, err));
    s->scrub |= r->did.deleted > 0;
    AC_TRY(err, old_rows(s, SQ_ONCE_SWEEP, r, &forgotten, err));
    AC_TRY(err, old_turns(s, err));
    return next_time(s, &r->did.next_ms, err);
}

ac_rc sq_op_sweep(ac_store *store, int64_t now_ms, ac_swept *out, ac_err *err)
{
    ac_swept all = { 0 };
    bool more = true;
    for (int i = 0; more && i < ROUNDS_MAX; i++) {
        round_of r = { .now_ms = now_ms };
        sq_ask ask = { .run = sweep_run, .out = &r };
        AC_TRY(err, sq_ask_writer((sq_store *)store, &ask, err));
        all.requeued += r.did.requeued;
        all.dead += r.did.dead;
        all.deleted += r.did.deleted;
        all.next_ms = r.did.next_ms;
        more = r.more;
    }
    if (out)
        *out = all;
    return AC_OK;
}
