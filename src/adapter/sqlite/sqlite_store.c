#include "adapter/sqlite/sqlite_room.h"

#include "os/durable.h"
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, SCRATCH = 64 << 20, TOGETHER = 512 };

static void sq_op_watch(ac_store *store, const ac_store_watcher *w) { ((sq_store *)store)->watcher = *w; }

static void sq_op_free(ac_store *store)
{
    sq_store *s = (sq_store *)store;
    ac_gather_free(s->gather);
    for (size_t i = 0; i < s->n_readers; i++)
        sq_conn_close(&s->readers[i]);
    sq_conn_close(&s->writer); /* the last one copies the log into the database and removes it */
    ac_shelf_free(s->shelf);
    ac_mem_free(s->readers);
    sq_files_free(s->files);
    ac_arena_free(s->scratch);
    if (s->locked)
        (void)close(s->lock);
    ac_mem_free(s);
}

static const ac_store_ops ops = { .name = "sqlite",
                                  .commit = sq_op_commit,
                                  .item = sq_op_item,
                                  .find = sq_op_find,
                                  .items = sq_op_items,
                                  .job = sq_op_job,
                                  .jobs = sq_op_jobs,
                                  .events = sq_op_events,
                                  .audit = sq_op_audit,
                                  .came = sq_op_came,
                                  .counts = sq_op_counts,
                                  .lease = sq_op_lease,
                                  .renew = sq_op_renew,
                                  .commit_later = sq_op_commit_later,
                                  .lease_later = sq_op_lease_later,
                                  .sweep = sq_op_sweep,
                                  .watch = sq_op_watch,
                                  .free = sq_op_free };

static int log_grew(void *store, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    ((sq_store *)store)->wal_pages = pages > 0 ? (uint64_t)pages : 0;
    return SQLITE_OK;
}

/* SQLite gives the files beside it the mode of this one, and leaves it to us that its name is on the disk. */
static ac_rc make_file(const char *folder, const char *path, ac_err *err)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return ac_file_error(err, errno);
    (void)close(fd);
    const int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = dir >= 0 && fsync(dir) == 0;
    const int number = errno;
    if (dir >= 0)
        (void)close(dir);
    return synced ? AC_OK : ac_file_error(err, number);
}

/* A log is left behind by a process that had no time to end: power may have gone, too. */
static bool left_in_a_hurry(const char *path)
{
    char log[PATH_BYTES];
    return snprintf(log, sizeof log, "%s-wal", path) < (int)sizeof log && access(log, F_OK) == 0;
}

static ac_rc check(sq_conn *c, ac_err *err)
{
    int64_t good = 0;
    AC_TRY(err, sq_number(c, "SELECT count(*) = 1 AND min(quick_check) = 'ok' FROM pragma_quick_check(1)", &good, err));
    return good ? AC_OK : ac_fail(err, AC_EIO, "the database is damaged");
}

/* The log must end with the record that head knows: else some were removed, or added by somebody else. */
static ac_rc check_audit(sq_store *s, ac_err *err)
{
    ac_audit_record r = { .number = 0 };
    bool row = false;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_AUDIT_LAST);
    AC_TRY(err, sq_next(&q, &row, err));
    if (row) {
        r.number = sq_get_u64(&q);
        sq_get_bytes(&q, r.mac, sizeof r.mac);
    }
    return r.number == s->head.audit_number && memcmp(r.mac, s->head.audit_mac, sizeof r.mac) == 0
               ? AC_OK
               : ac_fail(err, AC_EIO, "the audit log does not end with its last record: it was changed");
}

static ac_rc settle_orphans(sq_store *s, ac_err *err)
{
    AC_TRY(err, sq_exec(&s->writer, "BEGIN IMMEDIATE", err));
    ac_rc rc = sq_queue_orphans(s, s->opt.now_ms, err);
    if (rc == AC_OK)
        rc = sq_head_store(s, err);
    if (rc == AC_OK)
        rc = sq_exec(&s->writer, "COMMIT", err);
    sq_rollback(&s->writer);
    s->head_stored = s->head;
    return rc;
}

static ac_rc open_writer(sq_store *s, const char *path, ac_err *err)
{
    const bool hurry = left_in_a_hurry(path);
    AC_TRY(err, make_file(s->opt.folder, path, err));
    if (hurry)
        AC_TRY(err, sq_log_check(path, err));
    AC_TRY(err, sq_conn_open(path, sq_files_name(s->files), true, &s->writer, err));
    if (hurry)
        AC_TRY(err, check(&s->writer, err));
    AC_TRY(err, sq_schema(&s->writer, err));
    AC_TRY(err, sq_head_load(s, err));
    AC_TRY(err, check_audit(s, err));
    AC_TRY(err, settle_orphans(s, err));
    (void)sqlite3_wal_hook(s->writer.db, log_grew, s);
    return AC_OK;
}

static ac_rc open_readers(sq_store *s, const char *path, ac_err *err)
{
    s->readers = ac_mem_alloc(s->opt.readers * sizeof s->readers[0]);
    s->shelf = ac_shelf_new(s->opt.readers);
    if (!s->readers || !s->shelf)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    for (; s->n_readers < s->opt.readers; s->n_readers++) {
        AC_TRY(err, sq_conn_open(path, sq_files_name(s->files), false, &s->readers[s->n_readers], err));
        ac_shelf_put(s->shelf, &s->readers[s->n_readers]);
    }
    return AC_OK;
}

static ac_rc open_all(sq_store *s, ac_err *err)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/aceso.db", s->opt.folder) >= (int)sizeof path)
        return ac_fail(err, AC_EINPUT, "name too long");
    AC_TRY(err, ac_durable_folder(s->opt.folder, err));
    AC_TRY(err, ac_durable_lock(s->opt.folder, &s->lock, err));
    s->locked = true;
    if (!(s->scratch = ac_arena_new(SCRATCH)))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, sq_files_new(s->opt.vfs, &s->files, err));
    AC_TRY(err, open_writer(s, path, err));
    AC_TRY(err, open_readers(s, path, err));
    s->opt.folder = s->opt.vfs = NULL; /* the caller's */
    return ac_gather_new(&(ac_gather_options) { .waiting = s->opt.waiting,
                                                .together = TOGETHER,
                                                .window_us = s->opt.window_us,
                                                .run = sq_write_group,
                                                .after = sq_write_after,
                                                .context = s },
                         &s->gather, err);
}

ac_rc ac_sqlite_open(const ac_sqlite_options *opt, ac_store **out, ac_err *err)
{
    sq_store *s = ac_mem_alloc(sizeof *s);
    if (!s)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks, and each allocation would take a lock for it */
    s->port.ops = &ops;
    s->opt = *opt;
    s->opt.readers = opt->readers ? opt->readers : AC_SQLITE_READERS;
    s->opt.waiting = opt->waiting ? opt->waiting : AC_SQLITE_WAITING;
    s->opt.window_us = opt->window_us ? opt->window_us : AC_SQLITE_WINDOW_US;
    s->opt.log_pages = opt->log_pages ? opt->log_pages : AC_SQLITE_LOG_PAGES;
    ac_rc rc = open_all(s, err);
    if (rc == AC_OK)
        *out = &s->port;
    else
        sq_op_free(&s->port);
    return rc;
}
