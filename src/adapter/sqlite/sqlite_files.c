/* SQLite writes a frame of the write-ahead log in two parts, its header and its page: some sixty writes for a group of
 * submissions. Here they are collected and reach the file in one, at the latest when the log is synchronised, and that
 * is asked for at the end of each transaction, before readers are told of it. */
#include "adapter/sqlite/sqlite_room.h"

enum { ROOM = 128 << 10 };

struct sq_files {
    sqlite3_vfs vfs; /* first */
    sqlite3_vfs *base;
    char name[32];
};

typedef struct {
    sqlite3_file file; /* first */
    sqlite3_file *real;
    unsigned char *bytes; /* ROOM; NULL: nothing was written yet */
    sqlite3_int64 at;     /* where they belong */
    int n;
    bool lazy;
    bool begun; /* anew, from its header, and not synchronised since: old frames behind it must not come to life */
} log_file;

static int flush(log_file *f)
{
    const int n = f->n;
    f->n = 0;
    return n ? f->real->pMethods->xWrite(f->real, f->bytes, n, f->at) : SQLITE_OK;
}

static int log_write(sqlite3_file *file, const void *p, int n, sqlite3_int64 at)
{
    log_file *f = (log_file *)file;
    int rc = SQLITE_OK;
    f->begun |= at == 0;
    if (!f->bytes && !(f->bytes = ac_mem_alloc(ROOM)))
        return SQLITE_NOMEM;
    if (f->n && (at != f->at + f->n || n > ROOM - f->n))
        rc = flush(f);
    if (rc == SQLITE_OK && n > ROOM)
        return f->real->pMethods->xWrite(f->real, p, n, at);
    if (rc != SQLITE_OK)
        return rc;
    f->at = f->n ? f->at : at;
    memcpy(f->bytes + f->n, p, (size_t)n);
    f->n += n;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *p, int n, sqlite3_int64 at)
{
    log_file *f = (log_file *)file;
    const int rc = flush(f);
    return rc == SQLITE_OK ? f->real->pMethods->xRead(f->real, p, n, at) : rc;
}

static int log_sync(sqlite3_file *file, int flags)
{
    log_file *f = (log_file *)file;
    int rc = flush(f);
    if (rc == SQLITE_OK && (!f->lazy || f->begun)) {
        rc = f->real->pMethods->xSync(f->real, flags);
        f->begun = f->begun && rc != SQLITE_OK;
    }
    return rc;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    log_file *f = (log_file *)file;
    const int rc = flush(f);
    return rc == SQLITE_OK ? f->real->pMethods->xTruncate(f->real, size) : rc;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
    log_file *f = (log_file *)file;
    const int rc = flush(f);
    return rc == SQLITE_OK ? f->real->pMethods->xFileSize(f->real, size) : rc;
}

/* What is left was of no transaction that came to its end. */
static int log_close(sqlite3_file *file)
{
    log_file *f = (log_file *)file;
    ac_mem_free(AC_MOVE(&f->bytes));
    return f->real->pMethods->xClose(f->real);
}

static sqlite3_file *real_of(sqlite3_file *file) { return ((log_file *)file)->real; }

static int log_lock(sqlite3_file *file, int how) { return real_of(file)->pMethods->xLock(real_of(file), how); }
static int log_unlock(sqlite3_file *file, int how) { return real_of(file)->pMethods->xUnlock(real_of(file), how); }
static int log_reserved(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}
static int log_control(sqlite3_file *file, int what, void *arg)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, arg);
}
static int log_sector(sqlite3_file *file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); }
static int log_traits(sqlite3_file *file) { return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file)); }

static const sqlite3_io_methods log_methods = { .iVersion = 1,
                                                .xClose = log_close,
                                                .xRead = log_read,
                                                .xWrite = log_write,
                                                .xTruncate = log_truncate,
                                                .xSync = log_sync,
                                                .xFileSize = log_size,
                                                .xLock = log_lock,
                                                .xUnlock = log_unlock,
                                                .xCheckReservedLock = log_reserved,
                                                .xFileControl = log_control,
                                                .xSectorSize = log_sector,
                                                .xDeviceCharacteristics = log_traits };

/* Files other than the log are the base's own. */
static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *base = ((sq_files *)vfs)->base;
    if (!(flags & SQLITE_OPEN_WAL))
        return base->xOpen(base, path, file, flags, out);
    log_file *f = (log_file *)file;
    *f = (log_file) { .real = (sqlite3_file *)(f + 1) };
    memset(f->real, 0, (size_t)base->szOsFile);
    const int rc = base->xOpen(base, path, f->real, flags, out);
    f->file.pMethods = rc == SQLITE_OK ? &log_methods : NULL;
    return rc;
}

ac_rc sq_files_new(const char *base, sq_files **out, ac_err *err)
{
    sq_files *f = ac_mem_alloc(sizeof *f);
    if (!f)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    f->base = sqlite3_vfs_find(base);
    if (f->base) {
        f->vfs = *f->base;
        f->vfs.pNext = NULL;
        f->vfs.szOsFile = (int)sizeof(log_file) + f->base->szOsFile;
        f->vfs.xOpen = open_file;
        (void)snprintf(f->name, sizeof f->name, "aceso-%p", (void *)f);
        f->vfs.zName = f->name;
    }
    if (!f->base || sqlite3_vfs_register(&f->vfs, 0) != SQLITE_OK) {
        ac_mem_free(f);
        return ac_fail(err, AC_ENOMEM, "SQLite has no room for its files");
    }
    *out = f;
    return AC_OK;
}

const char *sq_files_name(const sq_files *f) { return f->name; }

void sq_files_free(sq_files *f)
{
    if (!f)
        return;
    (void)sqlite3_vfs_unregister(&f->vfs);
    ac_mem_free(f);
}

void sq_files_lazy(sq_conn *c, bool lazy)
{
    sqlite3_file *log = NULL;
    if (sqlite3_file_control(c->db, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log &&
        log->pMethods == &log_methods)
        ((log_file *)log)->lazy = lazy;
}
