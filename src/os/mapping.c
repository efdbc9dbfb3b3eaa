#include "os/mapping.h"

#include "os/file.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static ac_rc map_fd(int fd, ac_sv *out, ac_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return ac_file_error(err, errno);
    if (!S_ISREG(st.st_mode) || st.st_size <= 0)
        return ac_fail(err, AC_EINPUT, S_ISDIR(st.st_mode) ? "is a folder" : "is empty or no file");
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        return errno == ENOMEM ? ac_fail(err, AC_ENOMEM, "no room to map the file") : ac_file_error(err, errno);
    *out = (ac_sv) { p, (size_t)st.st_size };
    return AC_OK;
}

ac_rc ac_mapping_open(const char *path, ac_sv *out, ac_err *err)
{
    int fd;
    AC_TRY(err, ac_file_open_read(path, &fd, err));
    ac_rc rc = map_fd(fd, out, err);
    (void)close(fd);
    return rc;
}

void ac_mapping_close(ac_sv m)
{
    if (m.n)
        (void)munmap((void *)(uintptr_t)m.p, m.n);
}

void ac_mapping_read_through(ac_sv m)
{
    if (m.n)
        (void)madvise((void *)(uintptr_t)m.p, m.n, MADV_SEQUENTIAL);
}
