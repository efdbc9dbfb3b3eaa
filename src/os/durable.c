#include "os/durable.h"

#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static ac_rc failed(ac_err *err, int number)
{
    return number == EEXIST ? ac_fail(err, AC_EBUSY, "there is a file of that name") : ac_file_error(err, number);
}

/* 0, or the errno. The temporary name begins with a dot, so that nobody takes it for a result. */
static int write_temp(int dir, const char *temp, ac_sv data)
{
    __attribute__((cleanup(close_fd))) int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    int number = fd < 0 ? errno : ac_file_put(fd, data);
    return number ? number : fsync(fd) == 0 ? 0 : errno;
}

/* Give a file its name if that is free; where the file system cannot do so at once, by a second link. */
static int name_it(int dir, const char *temp, const char *name)
{
    if (renameat2(dir, temp, dir, name, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (linkat(dir, temp, dir, name, 0) != 0)
        return errno;
    return unlinkat(dir, temp, 0) == 0 ? 0 : errno;
}

ac_rc ac_durable_write(const char *folder, const char *name, ac_sv data, ac_err *err)
{
    char temp[NAME_MAX + 1];
    if (snprintf(temp, sizeof temp, ".%s.part", name) >= (int)sizeof temp)
        return ac_fail(err, AC_EINPUT, "name too long");
    __attribute__((cleanup(close_fd))) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return ac_file_error(err, errno);
    int number = write_temp(dir, temp, data);
    number = number ? number : name_it(dir, temp, name);
    if (number) {
        (void)unlinkat(dir, temp, 0);
        return failed(err, number);
    }
    return fsync(dir) == 0 || errno == EINVAL ? AC_OK : ac_file_error(err, errno);
}

/* 0, or the errno. */
static int append(int fd, ac_sv data)
{
    char last = '\n';
    const off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0 || (size > 0 && pread(fd, &last, 1, size - 1) != 1))
        return errno ? errno : EIO;
    int number = last == '\n' ? 0 : ac_file_put(fd, AC_SV("\n"));
    number = number ? number : ac_file_put(fd, data);
    if (number && ftruncate(fd, size) != 0)
        return number; /* half of a line stays */
    return number ? number : fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
}

ac_rc ac_durable_append(const char *path, ac_sv data, ac_err *err)
{
    __attribute__((cleanup(close_fd))) int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return ac_file_error(err, errno);
    const int number = append(fd, data);
    return number ? ac_file_error(err, number) : AC_OK;
}

ac_rc ac_durable_remove(const char *folder, const char *name, ac_err *err)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return ac_fail(err, AC_EINPUT, "name too long");
    return unlink(path) == 0 || errno == ENOENT ? AC_OK : ac_file_error(err, errno);
}

ac_rc ac_durable_sweep(const char *folder, ac_err *err)
{
    DIR *d = opendir(folder);
    int number = 0;
    if (!d)
        return ac_file_error(err, errno);
    for (struct dirent *e; !number && (e = readdir(d));)
        if (e->d_name[0] == '.' && ac_sv_ends(ac_sv_z(e->d_name), AC_SV(".part")) && unlinkat(dirfd(d), e->d_name, 0) != 0)
            number = errno;
    (void)closedir(d);
    return number ? ac_file_error(err, number) : AC_OK;
}

/* Once for a new folder: its name, and those of the folders above it. */
static ac_rc settle(const char *path, ac_err *err)
{
    __attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && syncfs(fd) == 0 ? AC_OK : ac_file_error(err, errno);
}

ac_rc ac_durable_folder(const char *path, ac_err *err)
{
    if (mkdir(path, 0700) == 0)
        return settle(path, err);
    if (errno == ENOENT) {
        AC_TRY(err, ac_dir_make(path, err));
        return chmod(path, 0700) == 0 ? settle(path, err) : ac_file_error(err, errno);
    }
    if (errno != EEXIST)
        return ac_file_error(err, errno);
    return ac_is_dir(path) ? AC_OK : ac_fail(err, AC_EINPUT, "a file stands where a folder should be");
}

ac_rc ac_durable_lock(const char *folder, int *fd, ac_err *err)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s/.lock", folder) >= (int)sizeof path)
        return ac_fail(err, AC_EINPUT, "name too long");
    int opened = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (opened < 0)
        return ac_file_error(err, errno);
    if (flock(opened, LOCK_EX | LOCK_NB) != 0) {
        int number = errno;
        (void)close(opened);
        return number == EWOULDBLOCK ? ac_fail(err, AC_EBUSY, "another process works in this folder") : ac_file_error(err, number);
    }
    *fd = opened;
    return AC_OK;
}
