#include "adapter/blobs/blobs.h"

#include "os/durable.h"
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUB = 2, NAME = AC_ID_TEXT + 1, PATH_BYTES = SUB + 1 + NAME, LONG_PATH = 4096 };

static const char NEW[] = "new";

typedef struct {
    ac_blobs port;
    int root, fresh, lock; /* folders: of all, of what is being written */
} folder;

typedef struct {
    ac_blob port;
    int fd;
    bool over;
    char name[NAME];
} writing;

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}
#define AUTO_FD __attribute__((cleanup(close_fd))) int

static folder *of(ac_blobs *b) { return (folder *)b; }

/* ---- names: of nothing but an id
 * --------------------------------------------------------------------------------------
 */

static void name_of(ac_id id, char out[NAME])
{
    ac_id_format(id, out);
    out[AC_ID_TEXT] = '\0';
}

/* The first letters of an id are those of the year. */
static void path_of(ac_id id, char out[PATH_BYTES])
{
    char name[NAME];
    name_of(id, name);
    (void)snprintf(out, PATH_BYTES, "%s/%s", name + AC_ID_TEXT - SUB, name);
}

static int open_folder(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- writing
 * ------------------------------------------------------------------------------------------------------------
 */

static ac_rc taken(ac_err *err) { return ac_fail(err, AC_ECONFLICT, "there is a blob of that id"); }

static ac_rc op_begin(ac_blobs *b, ac_id id, bool over, ac_blob **out, ac_err *err)
{
    char path[PATH_BYTES];
    writing *w = ac_mem_alloc(sizeof *w);
    if (!w)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    w->port.blobs = b;
    name_of(id, w->name);
    path_of(id, path);
    w->over = over;
    const bool there = !over && faccessat(of(b)->root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    w->fd = there ? -1 : openat(of(b)->fresh, w->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (w->fd < 0) {
        const int number = there ? EEXIST : errno;
        ac_mem_free(w);
        return number == EEXIST ? taken(err) : ac_file_error(err, number);
    }
    *out = &w->port;
    return AC_OK;
}

static ac_rc op_add(ac_blob *b, ac_sv bytes, ac_err *err)
{
    const int number = ac_file_put(((writing *)b)->fd, bytes);
    return number ? ac_file_error(err, number) : AC_OK;
}

static void op_abandon(ac_blob *b)
{
    writing *w = (writing *)b;
    (void)close(w->fd);
    (void)unlinkat(of(b->blobs)->fresh, w->name, 0);
    ac_mem_free(w);
}

/* The folder that a blob is to lie in; a new one is on the disk. */
static int sub_folder(int root, const char *name)
{
    if (mkdirat(root, name, 0700) == 0) {
        if (fsync(root) != 0)
            return -1;
    } else if (errno != EEXIST) {
        return -1;
    }
    return open_folder(root, name);
}

/* 0, or the errno. The bytes are on the disk before there is a name, and the name before anybody is told. */
static int settle(const folder *f, const writing *w)
{
    if (fsync(w->fd) != 0)
        return errno;
    AUTO_FD sub = sub_folder(f->root, w->name + AC_ID_TEXT - SUB);
    if (sub < 0 || (w->over ? renameat(f->fresh, w->name, sub, w->name) : linkat(f->fresh, w->name, sub, w->name, 0)) != 0)
        return errno;
    return fsync(sub) == 0 ? 0 : errno;
}

static ac_rc op_end(ac_blob *b, ac_err *err)
{
    const int number = settle(of(b->blobs), (writing *)b);
    op_abandon(b); /* its first name goes in any case */
    return number == 0 ? AC_OK : number == EEXIST ? taken(err) : ac_file_error(err, number);
}

/* ---- reading
 * ------------------------------------------------------------------------------------------------------------
 */

static ac_rc fill(int fd, uint64_t at, char *p, size_t n, ac_err *err)
{
    while (n) {
        const ssize_t got = pread(fd, p, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ac_file_error(err, errno);
        if (got == 0)
            return ac_fail(err, AC_EIO, "a blob became shorter");
        p += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return AC_OK;
}

static ac_rc op_read(ac_blobs *b, ac_id id, uint64_t at, size_t n, ac_sb *out, ac_err *err)
{
    char path[PATH_BYTES];
    struct stat st;
    path_of(id, path);
    AUTO_FD fd = openat(of(b)->root, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        return ac_file_error(err, errno);
    const uint64_t size = (uint64_t)st.st_size, left = at < size ? size - at : 0;
    n = n < left ? n : (size_t)left;
    const size_t before = out->n;
    char *p = ac_sb_room(out, n);
    if (!p)
        return n ? ac_sb_done(out, err) : AC_OK;
    const ac_rc rc = fill(fd, at, p, n, err);
    if (rc != AC_OK)
        out->n = before;
    return rc;
}

static ac_rc op_size(ac_blobs *b, ac_id id, uint64_t *out, ac_err *err)
{
    char path[PATH_BYTES];
    struct stat st;
    path_of(id, path);
    if (fstatat(of(b)->root, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return ac_file_error(err, errno);
    *out = (uint64_t)st.st_size;
    return AC_OK;
}

static ac_rc op_remove(ac_blobs *b, ac_id id, ac_err *err)
{
    char path[PATH_BYTES];
    path_of(id, path);
    return unlinkat(of(b)->root, path, 0) == 0 || errno == ENOENT ? AC_OK : ac_file_error(err, errno);
}

/* ---- all
 * ----------------------------------------------------------------------------------------------------------------
 */

/* Calls each for the names in a folder, and closes it. */
static ac_rc list(int fd, void (*each)(void *context, const char *name), void *context, ac_err *err)
{
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d) {
        const int number = errno;
        close_fd(&fd);
        return ac_file_error(err, number);
    }
    errno = 0;
    for (struct dirent *e; (e = readdir(d)); errno = 0)
        if (e->d_name[0] != '.')
            each(context, e->d_name);
    const int number = errno;
    (void)closedir(d);
    return number ? ac_file_error(err, number) : AC_OK;
}

typedef struct {
    void (*seen)(void *, ac_id);
    void *context;
    int root;
    ac_rc rc;
    ac_err *err;
} visit;

static void visit_file(void *context, const char *name)
{
    const visit *v = context;
    ac_id id;
    if (ac_id_parse(ac_sv_z(name), &id))
        v->seen(v->context, id);
}

static void visit_folder(void *context, const char *name)
{
    visit *v = context;
    if (v->rc == AC_OK && strlen(name) == SUB)
        v->rc = list(open_folder(v->root, name), visit_file, v, v->err);
}

static ac_rc op_each(ac_blobs *b, void (*seen)(void *context, ac_id id), void *context, ac_err *err)
{
    visit v = { seen, context, of(b)->root, AC_OK, err };
    AC_TRY(err, list(open_folder(of(b)->root, "."), visit_folder, &v, err));
    return v.rc;
}

/* ---- opening
 * ------------------------------------------------------------------------------------------------------------
 */

static void op_free(ac_blobs *b)
{
    close_fd(&of(b)->root);
    close_fd(&of(b)->fresh);
    close_fd(&of(b)->lock);
    ac_mem_free(b);
}

static const ac_blobs_ops ops = { .name = "files",
                                  .begin = op_begin,
                                  .add = op_add,
                                  .end = op_end,
                                  .abandon = op_abandon,
                                  .read = op_read,
                                  .size = op_size,
                                  .remove = op_remove,
                                  .each = op_each,
                                  .free = op_free };

static void sweep_one(void *context, const char *name) { (void)unlinkat(*(const int *)context, name, 0); }

static ac_rc prepare(folder *f, const char *path, ac_err *err)
{
    char fresh[LONG_PATH];
    if (snprintf(fresh, sizeof fresh, "%s/%s", path, NEW) >= (int)sizeof fresh)
        return ac_fail(err, AC_EINPUT, "name too long");
    AC_TRY(err, ac_durable_folder(path, err));
    AC_TRY(err, ac_durable_lock(path, &f->lock, err));
    AC_TRY(err, ac_durable_folder(fresh, err));
    if ((f->root = open_folder(AT_FDCWD, path)) < 0 || (f->fresh = open_folder(f->root, NEW)) < 0)
        return ac_file_error(err, errno);
    return list(open_folder(f->fresh, "."), sweep_one, &f->fresh, err);
}

ac_rc ac_blobs_open(const char *path, ac_blobs **out, ac_err *err)
{
    folder *f = ac_mem_alloc(sizeof *f);
    if (!f)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *f = (folder) { { &ops }, -1, -1, -1 };
    const ac_rc rc = prepare(f, path, err);
    if (rc == AC_OK)
        *out = &f->port;
    else
        op_free(&f->port);
    return rc;
}
