#include "adapter/sqlite/sqlite_faulty_testing.h"

#include "kit/test.h"
#include "base/str.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>

enum { FILES = 4, PENDING_MAX = 20000, SECTOR = 512, PAGE = 4096, PATH_BYTES = 300, DISK_MAX = 1 << 30 };

/* Written, but not synchronised yet. */
typedef struct {
    int64_t at;
    size_t n;
    char *bytes; /* NULL: the file is cut to at bytes */
} pending;

typedef struct {
    char path[PATH_BYTES];
    ac_sb synced;
    pending *waits;
    size_t n;
    bool there;
} shadow;

typedef struct {
    sqlite3_file base;
    shadow *shadow; /* NULL: of no interest */
    sqlite3_file *real;
} faulty_file;

static struct {
    sqlite3_mutex *lock;
    sqlite3_vfs vfs, *real;
    shadow files[FILES];
    uint64_t seed, ops, power_after, full_after;
    bool dead, full, met;
} disk;

static uint64_t random_below(uint64_t n)
{
    disk.seed = disk.seed * 6364136223846793005u + 1442695040888963407u;
    return n ? (disk.seed >> 33) % n : 0;
}

/* ---- what is on the disk
 * ------------------------------------------------------------------------------------------------
 */

static void apply(shadow *f, const pending *p, size_t from, size_t to)
{
    if (!p->bytes) {
        f->synced.n = f->synced.n < (size_t)p->at ? f->synced.n : (size_t)p->at;
        return;
    }
    const size_t end = (size_t)p->at + to;
    if (end > f->synced.n) {
        const size_t grow = end - f->synced.n;
        char *more = ac_sb_room(&f->synced, grow);
        CHECK(more != NULL);
        if (!more)
            return;
        memset(more, 0, grow);
    }
    memcpy(f->synced.p + p->at + from, p->bytes + from, to - from);
}

static void forget(shadow *f)
{
    for (size_t i = 0; i < f->n; i++)
        ac_mem_free(f->waits[i].bytes);
    f->n = 0;
}

static void sync_all(shadow *f)
{
    for (size_t i = 0; i < f->n; i++)
        apply(f, &f->waits[i], 0, f->waits[i].n);
    forget(f);
}

/* A third of it got there, a third did not, and of a third some sectors did. */
static void sync_some(shadow *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const pending *p = &f->waits[i];
        const size_t sectors = p->n / SECTOR, from = random_below(sectors) * SECTOR;
        const uint64_t fate = random_below(3);
        if (fate == 0)
            apply(f, p, 0, p->n);
        else if (fate == 1 && p->bytes && sectors)
            apply(f, p, from, from + (1 + random_below(sectors - from / SECTOR)) * SECTOR);
    }
    forget(f);
}

static void remember(shadow *f, int64_t at, const void *bytes, size_t n)
{
    CHECK(f->n < PENDING_MAX);
    pending *p = &f->waits[f->n++];
    *p = (pending) { at, n, bytes ? ac_mem_alloc(n) : NULL };
    if (bytes)
        memcpy(p->bytes, bytes, n);
}

/* Each page of a large write has a fate of its own. */
static void remember_pages(shadow *f, int64_t at, const char *bytes, size_t n)
{
    for (size_t done = 0; done < n; done += PAGE) {
        const size_t some = n - done < PAGE ? n - done : PAGE;
        remember(f, at + (int64_t)done, bytes + done, some);
    }
}

static shadow *shadow_of(const char *path)
{
    for (size_t i = 0; path && i < FILES; i++)
        if (strcmp(disk.files[i].path, path) == 0)
            return &disk.files[i];
    for (size_t i = 0; path && i < FILES; i++)
        if (!disk.files[i].path[0]) {
            (void)snprintf(disk.files[i].path, PATH_BYTES, "%s", path);
            disk.files[i].synced = AC_SB(DISK_MAX);
            disk.files[i].waits = ac_mem_alloc(PENDING_MAX * sizeof(pending));
            disk.files[i].there = true;
            return &disk.files[i];
        }
    return NULL;
}

/* ---- faults
 * -------------------------------------------------------------------------------------------------------------
 */

static int fault(bool writes)
{
    disk.ops++;
    if (disk.power_after && disk.ops >= disk.power_after)
        disk.met = disk.dead = true;
    if (disk.full_after && writes && disk.ops >= disk.full_after)
        disk.met = disk.full = true;
    return disk.dead ? SQLITE_IOERR : disk.full && writes ? SQLITE_FULL : SQLITE_OK;
}

static sqlite3_file *real_of(sqlite3_file *f) { return ((faulty_file *)f)->real; }

static int faulty_write(sqlite3_file *file, const void *bytes, int n, sqlite3_int64 at)
{
    shadow *f = ((faulty_file *)file)->shadow;
    sqlite3_mutex_enter(disk.lock);
    const bool was_dead = disk.dead;
    int rc = fault(true);
    if (f && !was_dead && rc != SQLITE_FULL) /* the one during which the power goes may get there */
        remember_pages(f, at, bytes, (size_t)n);
    if (rc == SQLITE_OK)
        rc = real_of(file)->pMethods->xWrite(real_of(file), bytes, n, at);
    sqlite3_mutex_leave(disk.lock);
    return rc;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    shadow *f = ((faulty_file *)file)->shadow;
    sqlite3_mutex_enter(disk.lock);
    int rc = fault(false);
    if (rc == SQLITE_OK && f)
        remember(f, size, NULL, 0);
    if (rc == SQLITE_OK)
        rc = real_of(file)->pMethods->xTruncate(real_of(file), size);
    sqlite3_mutex_leave(disk.lock);
    return rc;
}

static int faulty_sync(sqlite3_file *file, int flags)
{
    shadow *f = ((faulty_file *)file)->shadow;
    (void)flags;
    sqlite3_mutex_enter(disk.lock);
    const int rc = fault(false);
    if (rc == SQLITE_OK && f)
        sync_all(f);
    sqlite3_mutex_leave(disk.lock);
    return rc;
}

/* ---- what is passed on
 * ----------------------------------------------------------------------------------------------------
 */

#define PASS(file, call, ...) real_of(file)->pMethods->call(real_of(file), ##__VA_ARGS__)

static int pass_close(sqlite3_file *f) { return PASS(f, xClose); }
static int pass_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) { return PASS(f, xRead, p, n, at); }
static int pass_size(sqlite3_file *f, sqlite3_int64 *n) { return PASS(f, xFileSize, n); }
static int pass_lock(sqlite3_file *f, int level) { return PASS(f, xLock, level); }
static int pass_unlock(sqlite3_file *f, int level) { return PASS(f, xUnlock, level); }
static int pass_check(sqlite3_file *f, int *out) { return PASS(f, xCheckReservedLock, out); }
static int pass_control(sqlite3_file *f, int op, void *arg) { return PASS(f, xFileControl, op, arg); }
static int pass_sector(sqlite3_file *f) { return PASS(f, xSectorSize); }
static int pass_device(sqlite3_file *f) { return PASS(f, xDeviceCharacteristics); }
static int pass_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return PASS(f, xShmMap, page, size, extend, out);
}
static int pass_shm_lock(sqlite3_file *f, int at, int n, int flags) { return PASS(f, xShmLock, at, n, flags); }
static void pass_barrier(sqlite3_file *f) { PASS(f, xShmBarrier); }
static int pass_unmap(sqlite3_file *f, int gone) { return PASS(f, xShmUnmap, gone); }

static const sqlite3_io_methods methods = { .iVersion = 2,
                                            .xClose = pass_close,
                                            .xRead = pass_read,
                                            .xWrite = faulty_write,
                                            .xTruncate = faulty_truncate,
                                            .xSync = faulty_sync,
                                            .xFileSize = pass_size,
                                            .xLock = pass_lock,
                                            .xUnlock = pass_unlock,
                                            .xCheckReservedLock = pass_check,
                                            .xFileControl = pass_control,
                                            .xSectorSize = pass_sector,
                                            .xDeviceCharacteristics = pass_device,
                                            .xShmMap = pass_map,
                                            .xShmLock = pass_shm_lock,
                                            .xShmBarrier = pass_barrier,
                                            .xShmUnmap = pass_unmap };

static int faulty_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
    faulty_file *f = (faulty_file *)file;
    (void)vfs;
    f->real = (sqlite3_file *)(f + 1);
    f->base.pMethods = NULL;
    const int rc = disk.real->xOpen(disk.real, path, f->real, flags, out);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_mutex_enter(disk.lock);
    f->shadow = flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) ? shadow_of(path) : NULL;
    if (f->shadow && !disk.dead)
        f->shadow->there = true;
    sqlite3_mutex_leave(disk.lock);
    f->base.pMethods = &methods;
    return SQLITE_OK;
}

static int faulty_delete(sqlite3_vfs *vfs, const char *path, int sync)
{
    (void)vfs;
    sqlite3_mutex_enter(disk.lock);
    int rc = fault(false);
    if (rc == SQLITE_OK) {
        rc = disk.real->xDelete(disk.real, path, sync);
        for (size_t i = 0; rc == SQLITE_OK && i < FILES; i++)
            if (strcmp(disk.files[i].path, path) == 0) {
                forget(&disk.files[i]);
                ac_sb_clear(&disk.files[i].synced);
                disk.files[i].there = false;
            }
    }
    sqlite3_mutex_leave(disk.lock);
    return rc;
}

/* ---- for the tests
 * ----------------------------------------------------------------------------------------------------------
 */

void sq_faulty_begin(uint64_t seed)
{
    if (!disk.lock) {
        disk.real = sqlite3_vfs_find(NULL);
        disk.lock = sqlite3_mutex_alloc(SQLITE_MUTEX_FAST);
        disk.vfs = *disk.real;
        disk.vfs.pNext = NULL;
        disk.vfs.zName = SQ_FAULTY;
        disk.vfs.szOsFile = (int)sizeof(faulty_file) + disk.real->szOsFile;
        disk.vfs.xOpen = faulty_open;
        disk.vfs.xDelete = faulty_delete;
        CHECK(sqlite3_vfs_register(&disk.vfs, 0) == SQLITE_OK);
    }
    for (size_t i = 0; i < FILES; i++) {
        forget(&disk.files[i]);
        ac_mem_free(disk.files[i].waits);
        ac_sb_cleanup(&disk.files[i].synced);
        disk.files[i] = (shadow) { .n = 0 };
    }
    disk.seed = seed;
    disk.ops = disk.power_after = disk.full_after = 0;
    disk.dead = disk.full = disk.met = false;
}

static void set(uint64_t *which, uint64_t after)
{
    sqlite3_mutex_enter(disk.lock);
    *which = after ? disk.ops + after : 0;
    disk.full = disk.met = false;
    sqlite3_mutex_leave(disk.lock);
}

void sq_faulty_power(uint64_t after) { set(&disk.power_after, after); }
void sq_faulty_full(uint64_t after) { set(&disk.full_after, after); }
bool sq_faulty_met(void)
{
    sqlite3_mutex_enter(disk.lock);
    const bool met = disk.met;
    sqlite3_mutex_leave(disk.lock);
    return met;
}

uint64_t sq_faulty_ops(void)
{
    sqlite3_mutex_enter(disk.lock);
    const uint64_t ops = disk.ops;
    sqlite3_mutex_leave(disk.lock);
    return ops;
}

void sq_faulty_back(void)
{
    for (size_t i = 0; i < FILES && disk.files[i].path[0]; i++) {
        shadow *f = &disk.files[i];
        sync_some(f);
        (void)remove(f->path);
        if (!f->there)
            continue;
        FILE *out = fopen(f->path, "wb");
        CHECK(out && (!f->synced.n || fwrite(f->synced.p, 1, f->synced.n, out) == f->synced.n));
        if (out)
            CHECK(fclose(out) == 0);
    }
}
