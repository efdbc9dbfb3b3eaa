#include "adapter/sqlite/sqlite_room.h"

#include <errno.h>

enum { BUSY_MS = 5000, PAGE = 4096 };

/* ---- errors ---------------------------------------------------------------------------------------------------------
 */

static const struct {
    int rc; /* SQLite's, primary */
    ac_rc ours;
    const char *text;
} errors[] = {
    { SQLITE_FULL, AC_EFULL, "the disk is full" },
    { SQLITE_CORRUPT, AC_EIO, "the database is damaged" },
    { SQLITE_NOTADB, AC_EINPUT, "the file is not a database" },
    { SQLITE_NOMEM, AC_ENOMEM, "out of memory" },
    { SQLITE_BUSY, AC_EBUSY, "another process has the database" },
    { SQLITE_READONLY, AC_EFULL, "the database cannot be written" },
    { SQLITE_CANTOPEN, AC_EIO, "the database cannot be opened" },
    { SQLITE_PERM, AC_EDENIED, "permission denied" },
    { SQLITE_AUTH, AC_EDENIED, "permission denied" },
    { SQLITE_TOOBIG, AC_ELIMIT, "more bytes than a row may have" },
    { SQLITE_CONSTRAINT, AC_ECONFLICT, "it is there already" },
};

/* The errno of a write that failed. A commit leaves it in the file that it wrote, the log. */
static int write_errno(sq_conn *c)
{
    sqlite3_file *log = NULL;
    int number = 0;
    if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log && log->pMethods)
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

static bool is_write(int extended)
{
    return extended == SQLITE_IOERR_WRITE || extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_TRUNCATE ||
           extended == SQLITE_IOERR_SHMSIZE;
}

ac_rc sq_fail(sq_conn *c, int rc, ac_err *err)
{
    const int extended = c->db ? sqlite3_extended_errcode(c->db) : rc;
    int number = c->db ? sqlite3_system_errno(c->db) : 0;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].rc == (rc & 0xff))
            return ac_err_set(err, errors[i].ours, __FILE__, __LINE__, "%s", errors[i].text);
    if (c->db && is_write(extended) && number == 0)
        number = write_errno(c);
    if (is_write(extended) && (number == ENOSPC || number == EDQUOT || number == EROFS))
        return ac_fail(err, AC_EFULL, number == EROFS ? "the disk cannot be written" : "the disk is full");
    if ((rc & 0xff) == SQLITE_IOERR)
        return ac_fail(err, AC_EIO, "the disk cannot be read or written: %d, system error %d", extended, number);
    return ac_fail(err, AC_EINTERNAL, "the database refuses: %d", extended);
}

/* ---- connections ----------------------------------------------------------------------------------------------------
 */

ac_rc sq_exec(sq_conn *c, const char *sql, ac_err *err)
{
    const int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? AC_OK : sq_fail(c, rc, err);
}

ac_rc sq_number(sq_conn *c, const char *sql, int64_t *out, ac_err *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int64(st, 0);
    const int end = sqlite3_finalize(st);
    rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? end : rc;
    return rc == SQLITE_OK ? AC_OK : sq_fail(c, rc, err);
}

void sq_rollback(sq_conn *c)
{
    if (c->db && !sqlite3_get_autocommit(c->db))
        (void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* FULL: a commit is on the disk when it returns. secure_delete: what is deleted is overwritten with zeros. Checkpoints
 * are made by the writer, when nobody waits. */
static const char settings[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
                               "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;";
static const char writers[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
                              "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 16777216;"
                              "PRAGMA cache_size = -4096;";
static const char readers[] = "PRAGMA query_only = ON; PRAGMA cache_size = -512;";

static ac_rc settle(sq_conn *c, bool write, ac_err *err)
{
    (void)sqlite3_extended_result_codes(c->db, 1);
    (void)sqlite3_busy_timeout(c->db, BUSY_MS);
    (void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    AC_TRY(err, sq_exec(c, settings, err));
    if (write) {
        char page[64];
        (void)snprintf(page, sizeof page, "PRAGMA page_size = %d", PAGE);
        AC_TRY(err, sq_exec(c, page, err));
    }
    return sq_exec(c, write ? writers : readers, err);
}

ac_rc sq_conn_open(const char *path, const char *vfs, bool write, sq_conn *out, ac_err *err)
{
    sq_conn c = { 0 };
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_READWRITE;
    const int rc = sqlite3_open_v2(path, &c.db, flags, vfs);
    ac_rc result = rc == SQLITE_OK ? settle(&c, write, err) : sq_fail(&c, rc, err);
    if (result == AC_OK)
        *out = c;
    else
        sq_conn_close(&c);
    return result;
}

void sq_conn_close(sq_conn *c)
{
    for (size_t i = 0; i < SQ_STATEMENTS; i++)
        (void)sqlite3_finalize(c->st[i]);
    (void)sqlite3_close(c->db);
    *c = (sq_conn) { 0 };
}

/* ---- statements -----------------------------------------------------------------------------------------------------
 */

#define SQ_TEXT(id, sql) [id] = sql,
static const char *const texts[SQ_STATEMENTS] = { SQ_LIST(SQ_TEXT) };

sq_query sq_query_of(sq_conn *c, sq_statement which)
{
    sq_query q = { .c = c };
    if (!c->st[which])
        q.rc = sqlite3_prepare_v3(c->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT, &c->st[which], NULL);
    q.st = c->st[which];
    return q;
}

/* What was bound is borrowed and may be gone: no later use may see it. */
void sq_query_cleanup(sq_query *q)
{
    if (!q->st)
        return;
    (void)sqlite3_reset(q->st);
    (void)sqlite3_clear_bindings(q->st);
}

static void bound(sq_query *q, int rc)
{
    if (q->rc == SQLITE_OK)
        q->rc = rc;
}

void sq_put(sq_query *q, int64_t v) { bound(q, q->st ? sqlite3_bind_int64(q->st, ++q->bound, v) : SQLITE_OK); }
void sq_skip(sq_query *q) { q->bound++; }
void sq_put_u64(sq_query *q, uint64_t v) { sq_put(q, (int64_t)v); }

void sq_put_bytes(sq_query *q, const void *p, size_t n)
{
    if (q->st)
        bound(q, n ? sqlite3_bind_blob64(q->st, ++q->bound, p, n, SQLITE_STATIC)
                   : sqlite3_bind_zeroblob(q->st, ++q->bound, 0));
}

/* Copied: ids come by value. */
void sq_put_id(sq_query *q, ac_id id)
{
    if (ac_id_none(id))
        sq_skip(q);
    else
        sq_put_tenant(q, (ac_tenant_id) { id });
}

void sq_put_tenant(sq_query *q, ac_tenant_id t)
{
    if (q->st)
        bound(q, sqlite3_bind_blob(q->st, ++q->bound, t.v.b, AC_ID_BYTES, SQLITE_TRANSIENT));
}

ac_rc sq_next(sq_query *q, bool *row, ac_err *err)
{
    const int rc = q->rc == SQLITE_OK ? sqlite3_step(q->st) : q->rc;
    q->column = 0;
    *row = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? AC_OK : sq_fail(q->c, rc, err);
}

ac_rc sq_run(sq_query *q, size_t *changed, ac_err *err)
{
    bool row = true;
    while (row)
        AC_TRY(err, sq_next(q, &row, err));
    if (changed)
        *changed = (size_t)sqlite3_changes64(q->c->db);
    return AC_OK;
}

ac_rc sq_one(sq_query *q, ac_err *err)
{
    bool row = false;
    AC_TRY(err, sq_next(q, &row, err));
    return row ? AC_OK : ac_fail(err, AC_ENOTFOUND, "not found");
}

bool sq_get_null(sq_query *q) { return sqlite3_column_type(q->st, q->column++) == SQLITE_NULL; }
int64_t sq_get(sq_query *q) { return sqlite3_column_int64(q->st, q->column++); }
uint64_t sq_get_u64(sq_query *q) { return (uint64_t)sq_get(q); }
uint32_t sq_get_u32(sq_query *q) { return (uint32_t)sq_get(q); }

void sq_get_bytes(sq_query *q, void *out, size_t n)
{
    const void *p = sqlite3_column_blob(q->st, q->column);
    if (p && (size_t)sqlite3_column_bytes(q->st, q->column) == n)
        memcpy(out, p, n);
    else
        memset(out, 0, n);
    q->column++;
}

ac_id sq_get_id(sq_query *q)
{
    ac_id id = { { 0 } };
    sq_get_bytes(q, id.b, sizeof id.b);
    return id;
}

ac_rc sq_get_copy(sq_query *q, ac_arena *a, ac_sv *out, ac_err *err)
{
    const void *p = sqlite3_column_blob(q->st, q->column);
    const size_t n = (size_t)sqlite3_column_bytes(q->st, q->column++);
    *out = (ac_sv) { NULL, 0 };
    if (!n)
        return AC_OK;
    if (!p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *out = ac_arena_copy(a, (ac_sv) { p, n });
    return out->p ? AC_OK : ac_fail(err, AC_ENOMEM, "no room for what was read");
}
