#include "os/spill.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, NAME_MAX_BYTES = 4096 };

typedef struct {
    int fd;
    size_t n;
    uint64_t written;
    char *buf;
} bucket;

struct ac_spill {
    size_t n;
    uint64_t bytes;
    char *buffers;
    bucket at[];
};

/* File systems that know no files without names get one that is removed at once. */
static ac_rc open_nameless(const char *dir, int *out, ac_err *err)
{
    char name[NAME_MAX_BYTES];
    *out = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*out >= 0)
        return AC_OK;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
        return ac_file_error(err, errno);
    if (snprintf(name, sizeof name, "%s/.spill-XXXXXX", dir) >= (int)sizeof name)
        return ac_fail(err, AC_EINPUT, "name too long");
    *out = mkostemp(name, O_CLOEXEC);
    if (*out < 0)
        return ac_file_error(err, errno);
    (void)unlink(name);
    return AC_OK;
}

ac_rc ac_spill_new(const char *dir, size_t buckets, ac_spill **out, ac_err *err)
{
    AC_AUTO_PTR(ac_spill) s = ac_mem_alloc(sizeof *s + buckets * sizeof s->at[0]);
    if (!s || !(s->buffers = ac_mem_alloc(buckets * BUFFER)))
        return ac_fail(err, AC_ENOMEM, "no room for %zu buckets", buckets);
    for (; s->n < buckets; s->n++) {
        s->at[s->n].buf = s->buffers + s->n * BUFFER;
        AC_TRY(err, open_nameless(dir, &s->at[s->n].fd, err));
    }
    *out = AC_MOVE(&s);
    return AC_OK;
}

void ac_spill_free(ac_spill *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        (void)close(s->at[i].fd);
    ac_mem_free(s->buffers);
    ac_mem_free(s);
}

static ac_rc write_out(bucket *b, ac_sv data, ac_err *err)
{
    int number = ac_file_put(b->fd, data);
    if (number)
        return ac_file_error(err, number);
    b->written += data.n;
    return AC_OK;
}

static ac_rc empty_buffer(bucket *b, ac_err *err)
{
    size_t n = b->n;
    b->n = 0;
    return write_out(b, (ac_sv) { b->buf, n }, err);
}

ac_rc ac_spill_add(ac_spill *s, size_t at, ac_sv data, ac_err *err)
{
    bucket *b = &s->at[at];
    s->bytes += data.n;
    if (data.n > BUFFER - b->n)
        AC_TRY(err, empty_buffer(b, err));
    if (data.n > BUFFER)
        return write_out(b, data, err);
    if (data.n)
        memcpy(b->buf + b->n, data.p, data.n);
    b->n += data.n;
    return AC_OK;
}

static ac_rc read_back(const bucket *b, char *to, ac_err *err)
{
    for (uint64_t at = 0; at < b->written;) {
        ssize_t n = pread(b->fd, to + at, (size_t)(b->written - at), (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? ac_file_error(err, errno) : ac_fail(err, AC_EIO, "a temporary file lost its end");
        at += (uint64_t)n;
    }
    return AC_OK;
}

ac_rc ac_spill_take(ac_spill *s, size_t at, ac_sb *out, ac_err *err)
{
    bucket *b = &s->at[at];
    ac_sb_clear(out);
    char *to = ac_sb_room(out, (size_t)b->written + b->n);
    AC_TRY(err, ac_sb_done(out, err));
    if (!to)
        return AC_OK;
    AC_TRY(err, read_back(b, to, err));
    if (b->n)
        memcpy(to + b->written, b->buf, b->n);
    b->n = 0;
    b->written = 0;
    if (ftruncate(b->fd, 0) != 0 || lseek(b->fd, 0, SEEK_SET) != 0)
        return ac_file_error(err, errno);
    return AC_OK;
}

uint64_t ac_spill_bytes(const ac_spill *s) { return s->bytes; }
