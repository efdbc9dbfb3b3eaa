/** The store (port/store.h) in an SQLite database: a folder, one process, one thread that writes, some that read.
 *
 *  FOLDER/aceso.db with its -wal and -shm, and FOLDER/.lock, held for as long as the store is open; mode 0600 below
 * 0700. What waits to be written is written together: one transaction, one synchronisation of the disk. */
#ifndef AC_ADAPTER_SQLITE_STORE_H
#define AC_ADAPTER_SQLITE_STORE_H

#include "port/store.h"

typedef struct {
    const char *folder;   /* made if it is not there */
    ac_audit_chain chain; /* for the audit log; context borrowed */
    int64_t now_ms;       /* when jobs are queued again whose process has died */
    size_t readers;       /* connections that read; 0: AC_SQLITE_READERS */
    size_t waiting;       /* calls that may wait for the writer, more are AC_EBUSY; 0: AC_SQLITE_WAITING */
    uint32_t window_us;   /* how long a write waits for the company it had before; 0: AC_SQLITE_WINDOW_US */
    uint32_t log_pages;   /* of the write-ahead log: then it is copied into the database; 0: AC_SQLITE_LOG_PAGES */
    const char *vfs;      /* SQLite's way to files, for tests; NULL: the system's */
} ac_sqlite_options;

enum { AC_SQLITE_READERS = 4, AC_SQLITE_WAITING = 4096, AC_SQLITE_WINDOW_US = 500, AC_SQLITE_LOG_PAGES = 2000 };

/** Open, or make. The caller frees the store; all calls have to have returned before.
 *  errors  AC_EBUSY (another process has it), AC_EINPUT (not a database of ours, or one of a newer program),
 * AC_EDENIED, AC_EIO (damaged, disk full), AC_ENOMEM */
AC_NODISCARD ac_rc ac_sqlite_open(const ac_sqlite_options *opt, ac_store **out, ac_err *err);

#endif
