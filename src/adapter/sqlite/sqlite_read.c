#include "adapter/sqlite/sqlite_room.h"

static const ac_id none, last = { { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 } };

/* Row and bytes are of one moment. */
static ac_rc begin(sq_conn *c, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_READ);
    return sq_run(&q, NULL, err);
}

static ac_rc read_job(sq_conn *c, ac_job_id id, bool whole, ac_arena *a, ac_job *out, ac_err *err)
{
    sq_job j;
    AC_TRY(err, sq_job_load(c, id, &j, err));
    if (whole)
        AC_TRY(err, sq_job_parts(c, a, &j.job, err));
    *out = j.job;
    return AC_OK;
}

ac_rc sq_op_job(ac_store *store, ac_job_id id, bool whole, ac_arena *a, ac_job *out, ac_err *err)
{
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_TRY(err, begin(r.c, err));
    ac_rc rc = read_job(r.c, id, whole, a, out, err);
    sq_rollback(r.c);
    return rc;
}

static sq_query page_of(sq_conn *c, const ac_job_query *question)
{
    const struct {
        ac_id id;
        sq_statement which;
    } ways[] = { { question->document, SQ_JOBS_DOCUMENT },
                 { question->batch, SQ_JOBS_BATCH },
                 { question->patient.v, SQ_JOBS_PATIENT },
                 { question->tenant.v, SQ_JOBS_TENANT } };
    size_t i = 0;
    while (i < sizeof ways / sizeof ways[0] && ac_id_none(ways[i].id))
        i++;
    const bool any = i == sizeof ways / sizeof ways[0];
    sq_query q = sq_query_of(c, any ? SQ_JOBS : ways[i].which);
    sq_put_id(&q, any ? none : ways[i].id);
    sq_put_id(&q, ac_id_none(question->before) ? last : question->before);
    sq_put_id(&q, question->tenant.v);
    sq_put_id(&q, question->patient.v);
    sq_put_id(&q, question->batch);
    sq_put_id(&q, question->document);
    sq_put(&q, question->states ? question->states : UINT32_MAX);
    sq_put(&q, question->kinds ? question->kinds : UINT32_MAX);
    sq_put_u64(&q, question->max);
    return q;
}

static ac_rc read_jobs(sq_conn *c, const ac_job_query *question, ac_arena *a, ac_job_list *out, ac_err *err)
{
    bool row = false;
    AC_AUTO(sq_query) q = page_of(c, question);
    AC_TRY(err, sq_next(&q, &row, err));
    while (row) {
        sq_job j;
        AC_TRY(err, sq_job_read(&q, &j, err));
        if (question->whole)
            AC_TRY(err, sq_job_parts(c, a, &j.job, err));
        ac_job *job = ac_vec_push(out, a);
        if (!job)
            return ac_fail(err, AC_ENOMEM, "no room for what was read");
        *job = j.job;
        AC_TRY(err, sq_next(&q, &row, err));
    }
    return AC_OK;
}

ac_rc sq_op_jobs(ac_store *store, const ac_job_query *question, ac_arena *a, ac_job_list *out, ac_err *err)
{
    ac_job_list found = { 0 };
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_TRY(err, begin(r.c, err));
    ac_rc rc = read_jobs(r.c, question, a, &found, err);
    sq_rollback(r.c);
    if (rc == AC_OK)
        *out = found;
    return rc;
}

static ac_rc read_events(sq_conn *c, ac_job_id id, uint64_t after, size_t max, ac_arena *a, ac_job_events *out,
                         ac_err *err)
{
    bool row = false;
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_EVENTS);
    sq_put_id(&q, id.v);
    sq_put_u64(&q, after);
    sq_put_u64(&q, max);
    AC_TRY(err, sq_next(&q, &row, err));
    while (row) {
        ac_job_event *e = ac_vec_push(out, a);
        if (!e)
            return ac_fail(err, AC_ENOMEM, "no room for what was read");
        *e = (ac_job_event) { .job = id, .number = sq_get_u64(&q) };
        e->at_ms = sq_get(&q);
        e->state = (ac_job_state)(sq_get(&q) % AC_JOB_STATES);
        e->attempt = sq_get_u32(&q);
        e->step = sq_get_u32(&q);
        e->done = sq_get_u32(&q);
        e->total = sq_get_u32(&q);
        e->error = (ac_rc)(sq_get(&q) % AC_RC_COUNT);
        AC_TRY(err, sq_next(&q, &row, err));
    }
    return AC_OK;
}

ac_rc sq_op_events(ac_store *store, ac_job_id id, uint64_t after, size_t max, ac_arena *a, ac_job_events *out,
                   ac_err *err)
{
    ac_job_events found = { 0 };
    ac_job job;
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_TRY(err, begin(r.c, err));
    ac_rc rc = read_job(r.c, id, false, a, &job, err);
    if (rc == AC_OK)
        rc = read_events(r.c, id, after, max, a, &found, err);
    sq_rollback(r.c);
    if (rc == AC_OK)
        *out = found;
    return rc;
}

/* ---- requests ---- */

ac_rc sq_came(sq_conn *c, const ac_once *once, int64_t now_ms, bool *row, ac_id *outcome, ac_err *err)
{
    unsigned char body[AC_LOOKUP_BYTES];
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_ONCE);
    sq_put_tenant(&q, once->tenant);
    sq_put_bytes(&q, once->key.b, AC_LOOKUP_BYTES);
    sq_put(&q, now_ms);
    AC_TRY(err, sq_next(&q, row, err));
    if (!*row)
        return AC_OK;
    sq_get_bytes(&q, body, sizeof body);
    if (memcmp(body, once->body.b, sizeof body) != 0)
        return ac_fail(err, AC_ECONFLICT, "the same key came with another body");
    *outcome = sq_get_id(&q);
    return AC_OK;
}

ac_rc sq_op_came(ac_store *store, const ac_once *once, int64_t now_ms, ac_id *outcome, ac_err *err)
{
    bool row = false;
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_TRY(err, sq_came(r.c, once, now_ms, &row, outcome, err));
    return row ? AC_OK : ac_fail(err, AC_ENOTFOUND, "that request did not come before");
}

/* ---- counting ---- */

static ac_rc oldest(sq_conn *c, int kind, int64_t *out, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_OLDEST);
    sq_put(&q, kind);
    AC_TRY(err, sq_one(&q, err));
    *out = sq_get(&q);
    return AC_OK;
}

static ac_rc tallies(sq_conn *c, ac_store_counts *out, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_HEAD);
    AC_TRY(err, sq_one(&q, err));
    q.column = 3;
    sq_get_bytes(&q, out->jobs, sizeof out->jobs);
    return AC_OK;
}

ac_rc sq_op_counts(ac_store *store, ac_store_counts *out, ac_err *err)
{
    ac_store_counts counts = { .bytes = 0 };
    int64_t pages = 0, size = 0;
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_TRY(err, tallies(r.c, &counts, err));
    for (int kind = 0; kind < AC_JOB_KINDS; kind++)
        AC_TRY(err, oldest(r.c, kind, &counts.oldest_ms[kind], err));
    AC_TRY(err, sq_number(r.c, "PRAGMA page_count", &pages, err));
    AC_TRY(err, sq_number(r.c, "PRAGMA page_size", &size, err));
    counts.bytes = (uint64_t)pages * (uint64_t)size;
    *out = counts;
    return AC_OK;
}
