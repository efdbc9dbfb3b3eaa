#include "os/outfile.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

static bool part_name(const ac_outfile *o, char *out)
{
    return snprintf(out, PATH_BYTES, "%s.part", o->path) < PATH_BYTES;
}

ac_rc ac_outfile_open(ac_outfile *o, const char *path, ac_err *err)
{
    *o = (ac_outfile) { .fd = STDOUT_FILENO };
    if (!path)
        return AC_OK;
    char part[PATH_BYTES];
    o->fd = -1;
    if (snprintf(o->path, sizeof o->path, "%s", path) >= (int)sizeof o->path || !part_name(o, part))
        return ac_fail(err, AC_EINPUT, "name too long");
    o->named = true;
    o->fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return o->fd >= 0 ? AC_OK : ac_file_error(err, errno);
}

ac_rc ac_outfile_write(ac_outfile *o, ac_sv data, ac_err *err)
{
    int number = ac_file_put(o->fd, data);
    if (!number)
        return AC_OK;
    o->closed_pipe = number == EPIPE;
    return ac_file_error(err, number);
}

ac_rc ac_outfile_commit(ac_outfile *o, ac_err *err)
{
    char part[PATH_BYTES];
    if (!o->named || o->fd < 0)
        return AC_OK;
    int fd = o->fd;
    o->fd = -1;
    if (close(fd) != 0 || !part_name(o, part) || rename(part, o->path) != 0)
        return ac_file_error(err, errno);
    return AC_OK;
}

void ac_outfile_close(ac_outfile *o)
{
    if (o->named && o->fd >= 0)
        (void)close(o->fd);
    o->fd = -1;
}

void ac_outfile_discard(ac_outfile *o)
{
    char part[PATH_BYTES];
    if (o->named && o->fd >= 0 && part_name(o, part))
        (void)unlink(part);
    ac_outfile_close(o);
}

bool ac_same_file(const char *a, const char *b)
{
    struct stat sa, sb;
    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}
