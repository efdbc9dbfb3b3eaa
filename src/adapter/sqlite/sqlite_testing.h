/** Opening a store in tests. */
#ifndef AC_ADAPTER_SQLITE_TESTING_H
#define AC_ADAPTER_SQLITE_TESTING_H

#include "adapter/sqlite/sqlite_store.h"
#include "contract/store_contract.h"

#include <stdio.h>
#include <unistd.h>

/** Of this process alone: tests of several builds run at once. In memory where that can be: no test needs the disk. */
static inline const char *sq_test_folder(void)
{
    static char path[64];
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    if (!path[0])
        (void)snprintf(path, sizeof path, "%s/aceso-sqlite-test-%ld", parent, (long)getpid());
    return path;
}

static inline ac_rc sq_test_open(const char *folder, const char *vfs, ac_store **out, ac_err *err)
{
    const ac_sqlite_options opt = {
        .folder = folder, .chain = ac_contract_chain, .now_ms = AC_CONTRACT_NOW, .vfs = vfs
    };
    return ac_sqlite_open(&opt, out, err);
}

static inline void sq_test_clear(const char *folder)
{
    static const char *const files[] = { "aceso.db", "aceso.db-wal", "aceso.db-shm", ".lock" };
    char path[256];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        (void)remove(path);
    }
}

#endif
