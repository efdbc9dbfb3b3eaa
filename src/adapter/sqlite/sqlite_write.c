#include "adapter/sqlite/sqlite_room.h"

enum { LOG_TIMES_MAX = 8 }; /* so many times longer than it should be: readers have to wait until the log is empty */

/* ---- head -----------------------------------------------------------------------------------------------------------
 */

ac_rc sq_head_load(sq_store *s, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_HEAD);
    AC_TRY(err, sq_one(&q, err));
    s->head.audit_number = sq_get_u64(&q);
    sq_get_bytes(&q, s->head.audit_mac, sizeof s->head.audit_mac);
    s->head.token = sq_get_u64(&q);
    sq_get_bytes(&q, s->head.jobs, sizeof s->head.jobs);
    s->head_stored = s->head;
    return AC_OK;
}

ac_rc sq_head_store(sq_store *s, ac_err *err)
{
    if (memcmp(&s->head, &s->head_stored, sizeof s->head) == 0)
        return AC_OK;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_HEAD_SET);
    sq_put_u64(&q, s->head.audit_number);
    sq_put_bytes(&q, s->head.audit_mac, sizeof s->head.audit_mac);
    sq_put_u64(&q, s->head.token);
    sq_put_bytes(&q, s->head.jobs, sizeof s->head.jobs);
    return sq_run(&q, NULL, err);
}

/* ---- one transaction for all that wait
 * --------------------------------------------------------------------------------
 */

static ac_rc control(sq_store *s, sq_statement which, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, which);
    return sq_run(&q, NULL, err);
}

static bool lost(const sq_store *s) { return sqlite3_get_autocommit(s->writer.db) != 0; }

typedef struct {
    sq_head head;
    size_t news;
    bool queued, scrub;
} before;

static before remember_all(const sq_store *s) { return (before) { s->head, s->news.n, s->queued, s->scrub }; }

static void take_back(sq_store *s, const before *b)
{
    s->head = b->head;
    s->turn = (sq_turn) { .known = false };
    s->news.n = b->news;
    s->queued = b->queued;
    s->scrub = b->scrub;
}

/* Undone alone when it fails. */
static void run_one(sq_store *s, sq_ask *ask)
{
    const before was = remember_all(s);
    ask->rc = control(s, SQ_SAVEPOINT, &ask->err);
    if (ask->rc != AC_OK)
        return;
    ask->rc = ask->run(s, ask, &ask->err);
    if (ask->rc == AC_OK)
        ask->rc = sq_queue_settle(s, &ask->err);
    if (ask->rc == AC_OK)
        ask->rc = control(s, SQ_RELEASE, &ask->err);
    if (ask->rc == AC_OK)
        return;
    take_back(s, &was);
    if (!lost(s) && (control(s, SQ_UNDO, NULL) != AC_OK || control(s, SQ_RELEASE, NULL) != AC_OK))
        sq_rollback(&s->writer);
}

static void all_failed(sq_store *s, sq_ask **asked, size_t n, ac_rc rc, const ac_err *err)
{
    sq_rollback(&s->writer);
    s->head = s->head_stored;
    s->turn = (sq_turn) { .known = false };
    s->news.n = 0;
    s->queued = false;
    for (size_t i = 0; i < n; i++)
        if (asked[i]->rc == AC_OK) {
            asked[i]->rc = rc;
            asked[i]->err = *err;
        }
}

/* Nearly always all of them succeed, and savepoints are for nothing: SQLite copies each page that one of them changes.
 * *again: one has failed, and the others are to be run without it. */
static ac_rc run_plain(sq_store *s, sq_ask **asked, size_t n, bool *again, ac_err *err)
{
    const before was = remember_all(s);
    AC_TRY(err, control(s, SQ_BEGIN, err));
    for (size_t i = 0; i < n; i++) {
        asked[i]->rc = asked[i]->run(s, asked[i], &asked[i]->err);
        if (asked[i]->rc == AC_OK && !lost(s))
            continue;
        *again = n > 1 && !lost(s);
        *err = asked[i]->err;
        const ac_rc rc = asked[i]->rc != AC_OK ? asked[i]->rc : ac_fail(err, AC_EIO, "the transaction was lost");
        sq_rollback(&s->writer);
        take_back(s, &was);
        return rc;
    }
    return AC_OK;
}

/* SQLite takes a whole transaction back when the disk is full or memory has run out. */
static ac_rc run_each(sq_store *s, sq_ask **asked, size_t n, ac_err *err)
{
    AC_TRY(err, control(s, SQ_BEGIN, err));
    for (size_t i = 0; i < n; i++) {
        asked[i]->rc = AC_OK;
        run_one(s, asked[i]);
        if (lost(s)) {
            *err = asked[i]->err;
            return asked[i]->rc != AC_OK ? asked[i]->rc : ac_fail(err, AC_EIO, "the transaction was lost");
        }
    }
    return AC_OK;
}

/* Leases alone are not synchronised. See port/store.h. */
static ac_rc commit(sq_store *s, sq_ask **asked, size_t n, ac_err *err)
{
    bool light = true;
    for (size_t i = 0; i < n; i++)
        light &= asked[i]->light;
    sq_files_lazy(&s->writer, light);
    const ac_rc rc = control(s, SQ_COMMIT, err);
    sq_files_lazy(&s->writer, false);
    return rc;
}

static ac_rc run_all(sq_store *s, sq_ask **asked, size_t n, ac_err *err)
{
    bool again = false;
    ac_rc rc = run_plain(s, asked, n, &again, err);
    if (again)
        rc = run_each(s, asked, n, err);
    AC_TRY(err, rc);
    AC_TRY(err, sq_queue_settle(s, err));
    AC_TRY(err, sq_head_store(s, err));
    return commit(s, asked, n, err);
}

/* Copy the log into the database. */
static bool checkpoint(sq_store *s, int how)
{
    return sqlite3_wal_checkpoint_v2(s->writer.db, NULL, how, NULL, NULL) == SQLITE_OK;
}

/* Nobody may be reading, then it becomes empty, too. When that fails it is tried again after the next transaction. */
static void empty_log(sq_store *s)
{
    for (size_t i = 0; i < s->n_readers; i++)
        (void)ac_shelf_take(s->shelf);
    if (checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE)) {
        s->scrub = false;
        s->wal_pages = 0;
    }
    for (size_t i = 0; i < s->n_readers; i++)
        ac_shelf_put(s->shelf, &s->readers[i]);
}

void sq_write_group(void *store, void **asked, size_t n)
{
    sq_store *s = store;
    ac_err err = { 0 };
    ac_arena_reset(s->scratch);
    s->news = (__typeof__(s->news)) { 0 };
    s->queued = false;
    ac_rc rc = run_all(s, (sq_ask **)asked, n, &err);
    if (rc != AC_OK)
        all_failed(s, (sq_ask **)asked, n, rc, &err);
    else
        s->head_stored = s->head;
    if (rc == AC_OK && s->scrub) /* who had something shredded is told when it is gone */
        empty_log(s);
}

ac_rc sq_ask_writer(sq_store *s, sq_ask *ask, ac_err *err)
{
    AC_TRY(err, ac_gather_ask(s->gather, ask, err));
    if (ask->rc != AC_OK && err)
        *err = ask->err;
    return ask->rc;
}

typedef struct {
    ac_gather_task task; /* first */
    sq_ask ask;
    ac_later *later;
} begun;

static void tell_later(ac_gather_task *t)
{
    begun *b = (begun *)t;
    ac_later *later = b->later;
    later->rc = b->ask.rc;
    later->err = b->ask.err;
    ac_mem_free(b);
    later->done(later);
}

ac_rc sq_ask_later(sq_store *s, const sq_ask *ask, ac_later *later, ac_err *err)
{
    begun *b = ac_mem_alloc(sizeof *b);
    if (!b)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *b = (begun) { .task = { .what = &b->ask, .done = tell_later, .patient = ask->patient },
                   .ask = *ask,
                   .later = later };
    ac_rc rc = ac_gather_post(s->gather, &b->task, err);
    if (rc != AC_OK)
        ac_mem_free(b);
    return rc;
}

/* ---- afterwards
 * -------------------------------------------------------------------------------------------------------
 */

static void tell(sq_store *s)
{
    if (s->watcher.event)
        for (size_t i = 0; i < s->news.n; i++)
            s->watcher.event(s->watcher.context, &s->news.at[i].job, &s->news.at[i].event);
    if (s->queued && s->watcher.queued)
        s->watcher.queued(s->watcher.context);
}

/* A checkpoint that a reader stands in the way of is not tried again after each commit. */
void sq_write_after(void *store)
{
    sq_store *s = store;
    tell(s);
    s->wal_tried = s->wal_pages < s->wal_tried ? 0 : s->wal_tried;
    if (s->wal_pages > LOG_TIMES_MAX * s->opt.log_pages || s->scrub) {
        empty_log(s);
    } else if (s->wal_pages > s->wal_tried + s->opt.log_pages) {
        (void)checkpoint(s, SQLITE_CHECKPOINT_PASSIVE);
        s->wal_tried = s->wal_pages;
    }
}

/* ---- a commit of the port
 * --------------------------------------------------------------------------------------------
 */

static ac_rc change(sq_store *s, const ac_change *c, int64_t now_ms, ac_err *err)
{
    switch (c->kind) {
    case AC_CHANGE_ITEM_NEED:
        return sq_item_need(s, &c->item, err);
    case AC_CHANGE_ITEM_IDLE:
        return sq_item_idle(s, &c->item, err);
    case AC_CHANGE_ITEM_PUT:
        return sq_item_put(s, &c->item, now_ms, err);
    case AC_CHANGE_ITEM_REPLACE:
        return sq_item_replace(s, &c->item, now_ms, err);
    case AC_CHANGE_ITEM_DELETE:
        return sq_item_delete(s, &c->item, err);
    case AC_CHANGE_SHRED:
        return sq_shred(s, &c->item, err);
    case AC_CHANGE_JOB_PUT:
        return sq_job_put(s, &c->job, now_ms, err);
    case AC_CHANGE_JOB_STEP:
        return sq_job_step(s, &c->job, now_ms, err);
    case AC_CHANGE_JOB_END:
        return sq_job_end(s, &c->job, now_ms, err);
    case AC_CHANGE_JOB_RETURN:
        return sq_job_return(s, &c->job, now_ms, err);
    case AC_CHANGE_JOB_CANCEL:
        return sq_job_cancel(s, &c->job, now_ms, err);
    case AC_CHANGE_JOB_REVIVE:
        return sq_job_revive(s, &c->job, now_ms, err);
    case AC_CHANGE_JOB_DELETE:
        return sq_job_delete(s, &c->job, err);
    case AC_CHANGE_JOB_QUIET:
        return sq_job_quiet(s, &c->job, err);
    case AC_CHANGE_AUDIT:
        return sq_audit_append(s, &c->audit, now_ms, err);
    case AC_CHANGE_PROBE:
        s->head.token++; /* one that nobody gets: they need only grow */
        return AC_OK;
    }
    return ac_fail(err, AC_EINTERNAL, "no such change: %d", (int)c->kind);
}

static bool nothing(const ac_lookup *l)
{
    static const ac_lookup none;
    return memcmp(l, &none, sizeof none) == 0;
}

static ac_rc remember(sq_store *s, const ac_commit *c, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ONCE_SET);
    sq_put_tenant(&q, c->once.tenant);
    sq_put_bytes(&q, c->once.key.b, AC_LOOKUP_BYTES);
    sq_put_bytes(&q, c->once.body.b, AC_LOOKUP_BYTES);
    sq_put_id(&q, c->once.outcome);
    sq_put(&q, c->once.forget_ms);
    return sq_run(&q, NULL, err);
}

ac_rc sq_commit_run(sq_store *s, sq_ask *ask, ac_err *err)
{
    const ac_commit *c = ask->in;
    ac_committed *out = ask->out;
    const bool once = !nothing(&c->once.key);
    *out = (ac_committed) { .replayed = false };
    if (once) {
        AC_TRY(err, sq_came(&s->writer, &c->once, c->now_ms, &out->replayed, &out->outcome, err));
        if (out->replayed)
            return AC_OK;
        AC_TRY(err, remember(s, c, err));
    }
    for (size_t i = 0; i < c->n; i++)
        AC_TRY(err, change(s, &c->changes[i], c->now_ms, err));
    return AC_OK;
}

ac_rc sq_op_commit(ac_store *store, const ac_commit *c, ac_committed *out, ac_err *err)
{
    ac_committed did = { 0 };
    sq_ask ask = { .run = sq_commit_run, .in = c, .out = &did };
    AC_TRY(err, sq_ask_writer((sq_store *)store, &ask, err));
    if (out)
        *out = did;
    return AC_OK;
}

ac_rc sq_op_commit_later(ac_store *store, const ac_commit *c, ac_later *later, ac_err *err)
{
    const sq_ask ask = { .run = sq_commit_run, .in = c, .out = &later->did, .patient = c->patient };
    return sq_ask_later((sq_store *)store, &ask, later, err);
}
