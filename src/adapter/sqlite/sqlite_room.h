/** What the files of this folder share: a connection with its statements, the writer's state, the changes. */
#ifndef AC_ADAPTER_SQLITE_ROOM_H
#define AC_ADAPTER_SQLITE_ROOM_H

#include "adapter/sqlite/sqlite_sql.h"
#include "adapter/sqlite/sqlite_store.h"
#include "os/gather.h"
#include "os/shelf.h"

#include <sqlite3.h>
#include <stdio.h>

/* ---- a connection (sqlite_db.c); used by one thread at a time ---- */

typedef struct {
    sqlite3 *db;
    sqlite3_stmt *st[SQ_STATEMENTS]; /* prepared when first used */
} sq_conn;

/** path: of the file. Its settings are made. write: it may change the file, and makes it. */
ac_rc sq_conn_open(const char *path, const char *vfs, bool write, sq_conn *out, ac_err *err);
void sq_conn_close(sq_conn *c);

/** SQLite's way to files: that of base (NULL: the system's), but what is appended to the write-ahead log reaches it in
 * few writes (sqlite_files.c). It is freed when its connections are closed. errors  AC_ENOMEM */
typedef struct sq_files sq_files;
ac_rc sq_files_new(const char *base, sq_files **out, ac_err *err);
const char *sq_files_name(const sq_files *f); /* as sq_conn_open's vfs; borrowed */
void sq_files_free(sq_files *f);              /* NULL is fine */
/** Are commits synchronised at the moment? What is not is with the next one that is: the log is one file. */
void sq_files_lazy(sq_conn *c, bool lazy);

/** SQLite's error as ours; it never holds SQL or values. */
ac_rc sq_fail(sq_conn *c, int rc, ac_err *err);
ac_rc sq_exec(sq_conn *c, const char *sql, ac_err *err); /* without values; any number of statements */
ac_rc sq_number(sq_conn *c, const char *sql, int64_t *out, ac_err *err);
void sq_rollback(sq_conn *c); /* of the whole transaction; none is fine */

/** A statement in use: bind in the order of its ?, then sq_next or sq_run, then read the columns in their order. Bytes
 * that are bound are borrowed. It is free for its next use when it leaves scope. */
typedef struct {
    sq_conn *c;
    sqlite3_stmt *st;
    int bound, column;
    int rc; /* the first failure */
} sq_query;
sq_query sq_query_of(sq_conn *c, sq_statement which);
void sq_query_cleanup(sq_query *q);

void sq_put(sq_query *q, int64_t v);
void sq_put_u64(sq_query *q, uint64_t v);
void sq_skip(sq_query *q); /* NULL */
void sq_put_bytes(sq_query *q, const void *p, size_t n);
void sq_put_id(sq_query *q, ac_id id);           /* none: NULL */
void sq_put_tenant(sq_query *q, ac_tenant_id t); /* none: 16 zeros */

ac_rc sq_next(sq_query *q, bool *row, ac_err *err);
ac_rc sq_run(sq_query *q, size_t *changed, ac_err *err); /* to its end. changed: rows, may be NULL */
ac_rc sq_one(sq_query *q, ac_err *err);                  /* there must be a row: AC_ENOTFOUND */

bool sq_get_null(sq_query *q); /* is it NULL? Of any type */
int64_t sq_get(sq_query *q);
uint64_t sq_get_u64(sq_query *q);
uint32_t sq_get_u32(sq_query *q);
void sq_get_bytes(sq_query *q, void *out, size_t n); /* zeros when they are not n */
ac_id sq_get_id(sq_query *q);
ac_rc sq_get_copy(sq_query *q, ac_arena *a, ac_sv *out, ac_err *err);

/* ---- the store ---- */

/** What is the same for the whole database and changes with nearly every transaction: one row, read and written once
 * for each. */
typedef struct {
    uint64_t audit_number;
    unsigned char audit_mac[AC_AUDIT_MAC];
    uint64_t token;
    uint64_t jobs[AC_JOB_KINDS][AC_JOB_STATES];
} sq_head;

/** What is to be told when the transaction has come to its end. */
typedef struct {
    ac_job job;
    ac_job_event event;
} sq_news;

/** The rank of a tenant's last job in one lane, as it will be stored when the transaction ends. */
typedef struct {
    bool known;
    ac_job_kind kind;
    unsigned priority;
    ac_tenant_id tenant;
    int64_t rank;
} sq_turn;

typedef struct {
    ac_store port;
    ac_sqlite_options opt;
    int lock;
    bool locked;
    sq_files *files;
    sq_conn writer;
    sq_conn *readers;
    size_t n_readers;
    ac_shelf *shelf;
    ac_gather *gather;
    ac_store_watcher watcher;
    /* the writer's thread alone: */
    ac_arena *scratch; /* of one group */
    sq_head head, head_stored;
    AC_VEC(sq_news) news;
    sq_turn turn;
    bool queued;                   /* a job may be leased */
    bool scrub;                    /* the log holds pages that must not stay */
    uint64_t wal_pages, wal_tried; /* of the log: now, and when it was copied last */
} sq_store;

/** A piece of work for the writer. It runs within a transaction, may be undone and then run again: so it sets out anew
 * each time. */
typedef struct sq_ask {
    ac_rc (*run)(sq_store *, struct sq_ask *, ac_err *);
    const void *in;
    void *out;
    ac_arena *arena;
    bool patient;
    bool light; /* nobody is told that it is on the disk */
    ac_err err;
    ac_rc rc;
} sq_ask;

/** Give it to the writer and wait (sqlite_write.c). */
ac_rc sq_ask_writer(sq_store *s, sq_ask *ask, ac_err *err);
/** Give it to the writer; ask is copied, later is told. */
ac_rc sq_ask_later(sq_store *s, const sq_ask *ask, ac_later *later, ac_err *err);
void sq_write_group(void *store, void **asked, size_t n);
void sq_write_after(void *store);
ac_rc sq_head_load(sq_store *s, ac_err *err);
ac_rc sq_head_store(sq_store *s, ac_err *err); /* when it has changed */

ac_rc sq_schema(sq_conn *c, ac_err *err);

/** The log that a process left behind (sqlite_log.c). errors  AC_EIO: it is damaged before its last transaction */
ac_rc sq_log_check(const char *database, ac_err *err);

/** A connection to read with; given back when it leaves scope. */
typedef struct {
    sq_store *s;
    sq_conn *c;
} sq_reader;
static inline sq_reader sq_reader_of(ac_store *s)
{
    sq_store *store = (sq_store *)s;
    return (sq_reader) { store, ac_shelf_take(store->shelf) };
}
static inline void sq_reader_cleanup(sq_reader *r) { ac_shelf_put(r->s->shelf, r->c); }

/* ---- changes: within the writer's transaction ---- */

ac_rc sq_commit_run(sq_store *s, sq_ask *ask, ac_err *err); /* in: ac_commit, out: ac_committed */
ac_rc sq_item_need(sq_store *s, const ac_stored *item, ac_err *err);
ac_rc sq_item_idle(sq_store *s, const ac_stored *item, ac_err *err);
ac_rc sq_item_put(sq_store *s, const ac_stored *item, int64_t now_ms, ac_err *err);
ac_rc sq_item_replace(sq_store *s, const ac_stored *item, int64_t now_ms, ac_err *err);
ac_rc sq_item_delete(sq_store *s, const ac_stored *item, ac_err *err);
ac_rc sq_shred(sq_store *s, const ac_stored *item, ac_err *err);
ac_rc sq_audit_append(sq_store *s, const ac_audit_record *record, int64_t now_ms, ac_err *err);

typedef struct {
    ac_job job;
    int64_t rank;
} sq_job;
ac_rc sq_job_read(sq_query *q, sq_job *out, ac_err *err); /* the columns of SQ_JOB_COLUMNS */
ac_rc sq_job_load(sq_conn *c, ac_job_id id, sq_job *out, ac_err *err);
ac_rc sq_job_parts(sq_conn *c, ac_arena *a, ac_job *out, ac_err *err);
/** Go to state (checked), number and write the event, and store the row. was: the state before. */
ac_rc sq_job_turn(sq_store *s, sq_job *j, ac_job_state to, int64_t now_ms, ac_err *err);
ac_rc sq_job_forget(sq_store *s, const sq_job *j, ac_err *err);
ac_rc sq_job_put(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err);
ac_rc sq_job_step(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err);
ac_rc sq_job_end(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err);
ac_rc sq_job_return(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err);
ac_rc sq_job_cancel(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err);
ac_rc sq_job_revive(sq_store *s, const ac_job *job, int64_t now_ms, ac_err *err);
ac_rc sq_job_delete(sq_store *s, const ac_job *job, ac_err *err);
ac_rc sq_job_quiet(sq_store *s, const ac_job *job, ac_err *err);
/** errors  AC_ECONFLICT: on hold. None: nobody is */
ac_rc sq_not_held(sq_store *s, ac_id patient, ac_err *err);

/** Set rank and run_at_ms of a job that is to be queued at run_at_ms. */
ac_rc sq_queue_place(sq_store *s, sq_job *j, int64_t run_at_ms, int64_t now_ms, ac_err *err);
/** Store the turn that is known, before somebody reads it and before the transaction ends. */
ac_rc sq_queue_settle(sq_store *s, ac_err *err);
/** Queue a job again whose worker is lost; dead when it was its last attempt, cancelled when that was asked for. */
ac_rc sq_queue_lost(sq_store *s, sq_job *j, int64_t now_ms, ac_err *err);
/** Delayed jobs that are due take their places. */
ac_rc sq_queue_due(sq_store *s, int64_t now_ms, ac_err *err);
/** All that run, when the store is opened: nobody works on them any more. */
ac_rc sq_queue_orphans(sq_store *s, int64_t now_ms, ac_err *err);

/* ---- the operations of the port ---- */

ac_rc sq_op_commit(ac_store *, const ac_commit *, ac_committed *out, ac_err *);
ac_rc sq_op_item(ac_store *, ac_item_kind, ac_id, ac_arena *, ac_stored *out, ac_err *);
ac_rc sq_op_find(ac_store *, ac_item_kind, ac_tenant_id, const ac_lookup *, ac_arena *, ac_stored *out, ac_err *);
ac_rc sq_op_items(ac_store *, const ac_item_query *, ac_arena *, ac_stored_list *out, ac_err *);
ac_rc sq_op_job(ac_store *, ac_job_id, bool whole, ac_arena *, ac_job *out, ac_err *);
ac_rc sq_op_jobs(ac_store *, const ac_job_query *, ac_arena *, ac_job_list *out, ac_err *);
ac_rc sq_op_events(ac_store *, ac_job_id, uint64_t after, size_t max, ac_arena *, ac_job_events *out, ac_err *);
ac_rc sq_op_audit(ac_store *, const ac_audit_query *, ac_arena *, ac_audit_records *out, ac_err *);
ac_rc sq_op_came(ac_store *, const ac_once *, int64_t now_ms, ac_id *outcome, ac_err *);
/** The same on a connection. *row: false: it did not come. */
ac_rc sq_came(sq_conn *c, const ac_once *once, int64_t now_ms, bool *row, ac_id *outcome, ac_err *err);
ac_rc sq_op_counts(ac_store *, ac_store_counts *out, ac_err *);
ac_rc sq_op_lease(ac_store *, const ac_lease *, ac_arena *, ac_job_list *out, ac_err *);
ac_rc sq_op_renew(ac_store *, ac_job_id, uint64_t token, int64_t now_ms, int64_t lease_ms, bool *cancel, ac_err *);
ac_rc sq_op_commit_later(ac_store *, const ac_commit *, ac_later *, ac_err *);
ac_rc sq_op_lease_later(ac_store *, const ac_lease *, ac_arena *, ac_later *, ac_err *);
ac_rc sq_op_sweep(ac_store *, int64_t now_ms, ac_swept *out, ac_err *);

#endif
