#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024, DEPTH_MAX = 64 };

static const struct {
    int number;
    ac_rc rc;
    const char *text;
} errno_table[] = {
    { ENOENT, AC_ENOTFOUND, "no such file or folder" },   { ENOTDIR, AC_ENOTFOUND, "no such file or folder" },
    { EACCES, AC_EDENIED, "permission denied" },          { EPERM, AC_EDENIED, "permission denied" },
    { EROFS, AC_EFULL, "read-only file system" },         { EISDIR, AC_EINPUT, "is a folder" },
    { ENOSPC, AC_EFULL, "no space left" },                { EDQUOT, AC_EFULL, "quota used up" },
    { EFBIG, AC_EIO, "file too large for this system" },
    { ENAMETOOLONG, AC_EINPUT, "name too long" },         { EMFILE, AC_EBUSY, "too many open files" },
};

ac_rc ac_file_error(ac_err *err, int number)
{
    for (size_t i = 0; i < sizeof errno_table / sizeof errno_table[0]; i++)
        if (errno_table[i].number == number)
            return ac_err_set(err, errno_table[i].rc, __FILE__, __LINE__, "%s", errno_table[i].text);
    return ac_fail(err, AC_EIO, "system error %d", number);
}

ac_rc ac_file_open_read(const char *path, int *fd, ac_err *err)
{
    int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return ac_file_error(err, errno);
    *fd = opened;
    return AC_OK;
}

static void close_fd(const int *fd)
{
    if (*fd > STDERR_FILENO)
        (void)close(*fd);
}

static ac_rc read_all(int fd, ac_sb *out, ac_err *err)
{
    char buf[READ_STEP];
    for (;;) {
        ssize_t n = read(fd, buf, sizeof buf);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ac_file_error(err, errno);
        if (n == 0)
            return AC_OK;
        ac_sb_add(out, (ac_sv) { buf, (size_t)n });
        if (out->rc == AC_ELIMIT)
            return ac_fail(err, AC_ELIMIT, "larger than the limit of %zu bytes", out->max);
        AC_TRY(err, ac_sb_done(out, err));
    }
}

ac_rc ac_file_read(const char *path, ac_sb *out, ac_err *err)
{
    if (strcmp(path, "-") == 0)
        return read_all(STDIN_FILENO, out, err);
    __attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ac_file_error(err, errno);
    return read_all(fd, out, err);
}

int ac_file_put(int fd, ac_sv data)
{
    while (data.n) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        data = ac_sv_sub(data, (size_t)n, data.n);
    }
    return 0;
}

static ac_rc write_all(int fd, ac_sv data, ac_err *err)
{
    int number = ac_file_put(fd, data);
    if (number)
        return ac_file_error(err, number);
    return fsync(fd) == 0 || errno == EINVAL || errno == EROFS ? AC_OK : ac_file_error(err, errno);
}

static ac_rc write_new(const char *temp, ac_sv data, ac_err *err)
{
    __attribute__((cleanup(close_fd))) int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ac_file_error(err, errno);
    return write_all(fd, data, err);
}

ac_rc ac_file_write(const char *path, ac_sv data, ac_err *err)
{
    AC_AUTO(ac_sb) temp = AC_SB(4096);
    ac_sb_addf(&temp, "%s.%ld.part", path, (long)getpid());
    ac_sb_add_char(&temp, '\0');
    AC_TRY(err, ac_sb_done(&temp, err));
    ac_rc rc = write_new(temp.p, data, err);
    if (rc == AC_OK && rename(temp.p, path) != 0)
        rc = ac_file_error(err, errno);
    if (rc != AC_OK)
        (void)unlink(temp.p);
    return rc;
}

ac_rc ac_dir_make(const char *path, ac_err *err)
{
    AC_AUTO(ac_sb) part = AC_SB(4096);
    for (const char *p = path;; p++) {
        if ((*p == '/' || *p == '\0') && part.n) {
            ac_sb_add_char(&part, '\0');
            AC_TRY(err, ac_sb_done(&part, err));
            if (mkdir(part.p, 0777) != 0 && errno != EEXIST)
                return ac_file_error(err, errno);
            part.n--;
        }
        if (*p == '\0')
            break;
        ac_sb_add_char(&part, *p);
    }
    return ac_is_dir(path) ? AC_OK : ac_fail(err, AC_EINPUT, "a file stands where a folder should be");
}

ac_rc ac_file_remove(const char *path, ac_err *err) { return unlink(path) == 0 ? AC_OK : ac_file_error(err, errno); }

bool ac_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int by_bytes(const void *a, const void *b) { return ac_sv_cmp(*(const ac_sv *)a, *(const ac_sv *)b); }

static void close_dir(DIR **d)
{
    if (*d)
        (void)closedir(*d);
}

static ac_rc walk(ac_sv path, unsigned depth, ac_arena *arena, ac_names *out, ac_err *err);

static ac_rc visit(ac_sv folder, const char *name, unsigned depth, ac_arena *arena, ac_names *out, ac_err *err)
{
    ac_sv path = ac_arena_printf(arena, "%s/%s", folder.p, name);
    struct stat st;
    if (!path.p)
        return ac_fail(err, AC_ELIMIT, "too many files");
    if (lstat(path.p, &st) != 0)
        return errno == ENOENT ? AC_OK : ac_file_error(err, errno);
    if (S_ISDIR(st.st_mode))
        return walk(path, depth + 1, arena, out, err);
    if (S_ISLNK(st.st_mode) && (stat(path.p, &st) != 0 || S_ISDIR(st.st_mode)))
        return AC_OK;
    ac_sv *slot = ac_vec_push(out, arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many files");
    *slot = path;
    return AC_OK;
}

static ac_rc walk(ac_sv path, unsigned depth, ac_arena *arena, ac_names *out, ac_err *err)
{
    if (depth > DEPTH_MAX)
        return ac_fail(err, AC_ELIMIT, "folders nest deeper than %d", DEPTH_MAX);
    __attribute__((cleanup(close_dir))) DIR *d = opendir(path.p);
    if (!d)
        return ac_file_error(err, errno);
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.')
            AC_TRY(err, visit(path, e->d_name, depth, arena, out, err));
    return AC_OK;
}

ac_rc ac_dir_walk(const char *path, ac_arena *arena, ac_names *out, ac_err *err)
{
    ac_sv start = ac_arena_copy(arena, ac_sv_z(path));
    ac_names found = { 0 };
    if (!start.p)
        return ac_fail(err, AC_ELIMIT, "no room for a path");
    while (start.n > 1 && start.p[start.n - 1] == '/')
        ((char *)(uintptr_t)start.p)[--start.n] = '\0';
    AC_TRY(err, walk(start, 0, arena, &found, err));
    if (found.n)
        qsort(found.at, found.n, sizeof found.at[0], by_bytes);
    *out = found;
    return AC_OK;
}
