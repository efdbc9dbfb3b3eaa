#include "adapter/sqlite/sqlite_room.h"

typedef enum { PART_INPUT, PART_CHECKPOINT, PART_RESULT, PARTS } part;

/* ---- rows
 * -------------------------------------------------------------------------------------------------------------
 */

ac_rc sq_job_read(sq_query *q, sq_job *out, ac_err *err)
{
    ac_job j = { .id.v = sq_get_id(q) };
    j.tenant.v = sq_get_id(q);
    j.patient.v = sq_get_id(q);
    j.batch = sq_get_id(q);
    j.key = sq_get_id(q);
    j.document = sq_get_id(q);
    const uint32_t kind = sq_get_u32(q), state = sq_get_u32(q);
    j.priority = sq_get_u32(q);
    j.attempt = sq_get_u32(q);
    j.attempts_max = sq_get_u32(q);
    j.token = sq_get_u64(q);
    j.step = sq_get_u32(q);
    j.done = sq_get_u32(q);
    j.total = sq_get_u32(q);
    j.event = sq_get_u64(q);
    const uint32_t error = sq_get_u32(q);
    j.cancel = sq_get(q) != 0;
    j.created_ms = sq_get(q);
    j.run_at_ms = sq_get(q);
    j.started_ms = sq_get(q);
    j.ended_ms = sq_get(q);
    j.lease_ms = sq_get(q);
    j.delete_ms = sq_get(q);
    if (kind >= AC_JOB_KINDS || state >= AC_JOB_STATES || error >= AC_RC_COUNT)
        return ac_fail(err, AC_EIO, "the row of a job is damaged");
    j.kind = (ac_job_kind)kind;
    j.state = (ac_job_state)state;
    j.error = (ac_rc)error;
    *out = (sq_job) { j, sq_get(q) };
    return AC_OK;
}

ac_rc sq_job_load(sq_conn *c, ac_job_id id, sq_job *out, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_JOB);
    sq_put_id(&q, id.v);
    AC_TRY(err, sq_one(&q, err));
    return sq_job_read(&q, out, err);
}

ac_rc sq_job_parts(sq_conn *c, ac_arena *a, ac_job *out, ac_err *err)
{
    ac_sv *const parts[PARTS] = { &out->input, &out->checkpoint, &out->result };
    bool row = false;
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_BYTES);
    sq_put_id(&q, out->id.v);
    AC_TRY(err, sq_next(&q, &row, err));
    while (row) {
        const uint64_t which = sq_get_u64(&q);
        if (which >= PARTS)
            return ac_fail(err, AC_EIO, "the row of a job is damaged");
        AC_TRY(err, sq_get_copy(&q, a, parts[which], err));
        AC_TRY(err, sq_next(&q, &row, err));
    }
    return AC_OK;
}

static ac_rc put_part(sq_store *s, ac_job_id id, part which, ac_sv bytes, ac_err *err)
{
    if (!bytes.n)
        return AC_OK;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_BYTES_SET);
    sq_put_id(&q, id.v);
    sq_put(&q, which);
    sq_put_bytes(&q, bytes.p, bytes.n);
    return sq_run(&q, NULL, err);
}

/* ---- events
 * -------------------------------------------------------------------------------------------------------------
 */

/* Number and store it, and remember it for the watcher. */
static ac_rc happened(sq_store *s, ac_job *j, int64_t now_ms, ac_err *err)
{
    const ac_job_event e = { .job = j->id,
                             .number = ++j->event,
                             .at_ms = now_ms,
                             .state = j->state,
                             .attempt = j->attempt,
                             .step = j->step,
                             .done = j->done,
                             .total = j->total,
                             .error = j->error };
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_EVENT_PUT);
    sq_put_id(&q, j->id.v);
    sq_put_u64(&q, e.number);
    sq_put(&q, e.at_ms);
    sq_put(&q, e.state);
    sq_put(&q, e.attempt);
    sq_put(&q, e.step);
    sq_put(&q, e.done);
    sq_put(&q, e.total);
    sq_put(&q, e.error);
    AC_TRY(err, sq_run(&q, NULL, err));
    if (!s->watcher.event)
        return AC_OK;
    sq_news *news = ac_vec_push(&s->news, s->scratch);
    if (!news)
        return ac_fail(err, AC_ENOMEM, "no room for what has happened");
    *news = (sq_news) { *j, e };
    news->job.input = news->job.checkpoint = news->job.result = (ac_sv) { NULL, 0 };
    return AC_OK;
}

static ac_rc save(sq_store *s, const sq_job *j, ac_err *err)
{
    const ac_job *job = &j->job;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_JOB_SET);
    sq_put(&q, job->state);
    sq_put(&q, job->attempt);
    sq_put_u64(&q, job->token);
    sq_put(&q, job->step);
    sq_put(&q, job->done);
    sq_put(&q, job->total);
    sq_put_u64(&q, job->event);
    sq_put(&q, job->error);
    sq_put(&q, job->cancel);
    sq_put(&q, job->run_at_ms);
    sq_put(&q, job->started_ms);
    sq_put(&q, job->ended_ms);
    sq_put(&q, job->lease_ms);
    sq_put(&q, job->delete_ms);
    sq_put(&q, j->rank);
    sq_put_id(&q, job->id.v);
    return sq_run(&q, NULL, err);
}

ac_rc sq_job_turn(sq_store *s, sq_job *j, ac_job_state to, int64_t now_ms, ac_err *err)
{
    ac_job *job = &j->job;
    if (!ac_job_may(job->state, to))
        return ac_fail(err, AC_ECONFLICT, "a job goes from state %d to %d never", (int)job->state, (int)to);
    s->head.jobs[job->kind][job->state]--;
    s->head.jobs[job->kind][to]++;
    job->state = to;
    job->lease_ms = to == AC_JOB_RUNNING ? job->lease_ms : 0;
    job->ended_ms = ac_job_ended(to) ? now_ms : 0;
    AC_TRY(err, happened(s, job, now_ms, err));
    return save(s, j, err);
}

ac_rc sq_job_forget(sq_store *s, const sq_job *j, ac_err *err)
{
    static const sq_statement all[] = { SQ_BYTES_DELETE, SQ_EVENT_DELETE, SQ_JOB_DELETE };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        AC_AUTO(sq_query) q = sq_query_of(&s->writer, all[i]);
        sq_put_id(&q, j->job.id.v);
        AC_TRY(err, sq_run(&q, NULL, err));
    }
    s->head.jobs[j->job.kind][j->job.state]--;
    return AC_OK;
}

/* ---- changes
 * ------------------------------------------------------------------------------------------------------------
 */

static ac_rc insert(sq_store *s, const sq_job *j, ac_err *err)
{
    const ac_job *job = &j->job;
    const ac_id ids[] = { job->patient.v, job->batch, job->key, job->document };
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_JOB_PUT);
    sq_put_id(&q, job->id.v);
    sq_put_tenant(&q, job->tenant);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        sq_put_id(&q, ids[i]);
    const uint64_t numbers[] = { (uint64_t)job->kind, (uint64_t)job->state, job->priority, job->attempt,
                                 job->attempts_max,   job->token,           job->step,     job->done,
                                 job->total,          job->event,           job->error,    job->cancel };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sq_put_u64(&q, numbers[i]);
    const int64_t times[] = { job->created_ms, job->run_at_ms, job->started_ms, job->ended_ms,
                              job->lease_ms,   job->delete_ms, j->rank };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        sq_put(&q, times[i]);
    return sq_run(&q, NULL, err);
}

ac_rc sq_job_put(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err)
{
    if (job->state != AC_JOB_QUEUED || job->priority > AC_JOB_PRIORITY_MAX || job->kind >= AC_JOB_KINDS ||
        ac_id_none(job->id.v))
        return ac_fail(err, AC_EINPUT, "a new job has an id, a kind and a priority, and is queued");
    sq_job j = { .job = { .id = job->id,
                          .tenant = job->tenant,
                          .patient = job->patient,
                          .batch = job->batch,
                          .key = job->key,
                          .document = job->document,
                          .kind = job->kind,
                          .priority = job->priority,
                          .attempts_max = job->attempts_max,
                          .step = job->step,
                          .done = job->done,
                          .total = job->total,
                          .created_ms = job->created_ms ? job->created_ms : now_ms,
                          .delete_ms = job->delete_ms } };
    AC_TRY(err, sq_queue_place(s, &j, job->run_at_ms, now_ms, err));
    AC_TRY(err, happened(s, &j.job, now_ms, err));
    AC_TRY(err, insert(s, &j, err));
    AC_TRY(err, put_part(s, job->id, PART_INPUT, job->input, err));
    AC_TRY(err, put_part(s, job->id, PART_CHECKPOINT, job->checkpoint, err));
    s->head.jobs[job->kind][AC_JOB_QUEUED]++;
    return AC_OK;
}

/* The job, if it is still his who has the token. Gone is as good as taken: he is to drop it. */
static ac_rc held(sq_store *s, const ac_job *job, sq_job *out, ac_err *err)
{
    ac_rc rc = sq_job_load(&s->writer, job->id, out, err);
    if (rc != AC_OK && rc != AC_ENOTFOUND)
        return rc;
    if (rc == AC_ENOTFOUND || out->job.state != AC_JOB_RUNNING || out->job.token != job->token)
        return ac_fail(err, AC_ECONFLICT, "the job is somebody else's, or has ended");
    return AC_OK;
}

ac_rc sq_job_step(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err)
{
    sq_job j;
    AC_TRY(err, held(s, job, &j, err));
    j.job.step = job->step;
    j.job.done = job->done;
    j.job.total = job->total;
    AC_TRY(err, happened(s, &j.job, now_ms, err));
    AC_TRY(err, put_part(s, job->id, PART_CHECKPOINT, job->checkpoint, err));
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_JOB_STEP);
    sq_put(&q, j.job.step);
    sq_put(&q, j.job.done);
    sq_put(&q, j.job.total);
    sq_put_u64(&q, j.job.event);
    sq_put_id(&q, job->id.v);
    return sq_run(&q, NULL, err);
}

ac_rc sq_job_end(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err)
{
    sq_job j;
    ac_job_state to = job->state;
    AC_TRY(err, held(s, job, &j, err));
    if (to == AC_JOB_QUEUED && j.job.cancel)
        to = AC_JOB_CANCELLED; /* who asked for it to stop does not want another attempt */
    j.job.error = job->error;
    j.job.delete_ms = job->delete_ms ? job->delete_ms : j.job.delete_ms;
    AC_TRY(err, put_part(s, job->id, PART_RESULT, job->result, err));
    if (to == AC_JOB_QUEUED)
        AC_TRY(err, sq_queue_place(s, &j, job->run_at_ms, now_ms, err));
    return sq_job_turn(s, &j, to, now_ms, err);
}

ac_rc sq_job_return(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err)
{
    sq_job j;
    AC_TRY(err, held(s, job, &j, err));
    j.job.attempt -= j.job.attempt > 0;
    j.job.error = job->error != AC_OK ? job->error : j.job.error;
    if (job->run_at_ms > now_ms && !j.job.cancel)
        AC_TRY(err, sq_queue_place(s, &j, job->run_at_ms, now_ms, err));
    else
        s->queued |= !j.job.cancel;
    return sq_job_turn(s, &j, j.job.cancel ? AC_JOB_CANCELLED : AC_JOB_QUEUED, now_ms, err);
}

ac_rc sq_job_cancel(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err)
{
    sq_job j;
    AC_TRY(err, sq_job_load(&s->writer, job->id, &j, err));
    if (j.job.state == AC_JOB_RUNNING) {
        AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_JOB_ASK);
        sq_put_id(&q, job->id.v);
        return sq_run(&q, NULL, err);
    }
    if (j.job.state != AC_JOB_QUEUED)
        return ac_fail(err, AC_ECONFLICT, "the job has ended");
    j.job.cancel = true;
    j.job.delete_ms = job->delete_ms ? job->delete_ms : j.job.delete_ms;
    return sq_job_turn(s, &j, AC_JOB_CANCELLED, now_ms, err);
}

ac_rc sq_job_revive(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err)
{
    sq_job j;
    AC_TRY(err, sq_job_load(&s->writer, job->id, &j, err));
    if (j.job.state != AC_JOB_DEAD)
        return ac_fail(err, AC_ECONFLICT, "the job is not dead");
    j.job.attempt = 0;
    j.job.error = AC_OK;
    j.job.cancel = false;
    j.job.delete_ms = 0;
    AC_TRY(err, sq_queue_place(s, &j, job->run_at_ms, now_ms, err));
    return sq_job_turn(s, &j, AC_JOB_QUEUED, now_ms, err);
}

ac_rc sq_job_delete(sq_store *s, const ac_job *job, ac_err *err)
{
    sq_job j;
    AC_TRY(err, sq_job_load(&s->writer, job->id, &j, err));
    if (!ac_job_ended(j.job.state))
        return ac_fail(err, AC_ECONFLICT, "the job has not ended");
    AC_TRY(err, sq_not_held(s, j.job.patient.v, err));
    return sq_job_forget(s, &j, err);
}

ac_rc sq_job_quiet(sq_store *s, const ac_job *job, ac_err *err)
{
    sq_job j;
    AC_TRY(err, sq_job_load(&s->writer, job->id, &j, err));
    if (!ac_job_ended(j.job.state))
        return ac_fail(err, AC_ECONFLICT, "the job has not ended");
    AC_TRY(err, sq_not_held(s, j.job.patient.v, err));
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_EVENT_DELETE);
    sq_put_id(&q, job->id.v);
    return sq_run(&q, NULL, err);
}
