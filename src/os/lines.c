#include "os/lines.h"

#include "os/file.h"
#include "os/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/poll.h>

enum { STEP = 64 * 1024 };

/* buf[begin, end) is read and not yet given out; seen: bytes of it known to hold no line end. */
struct ac_lines {
    int fd;
    bool eof;
    size_t max, begin, end, seen, cap;
    uint64_t taken;
    char *buf;
};

ac_rc ac_lines_open(const char *path, size_t max, ac_lines **out, ac_err *err)
{
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") != 0)
        AC_TRY(err, ac_file_open_read(path, &fd, err));
    ac_lines *l = ac_mem_alloc(sizeof *l);
    if (!l) {
        if (fd != STDIN_FILENO)
            (void)close(fd);
        return ac_fail(err, AC_ENOMEM, "no room for a reader");
    }
    *l = (ac_lines) { .fd = fd, .max = max };
    *out = l;
    return AC_OK;
}

void ac_lines_free(ac_lines *l)
{
    if (!l)
        return;
    if (l->fd != STDIN_FILENO)
        (void)close(l->fd);
    ac_mem_free(l->buf);
    ac_mem_free(l);
}

static ac_rc make_room(ac_lines *l, ac_err *err)
{
    if (l->begin && l->end + STEP > l->cap) {
        memmove(l->buf, l->buf + l->begin, l->end - l->begin);
        l->end -= l->begin;
        l->begin = 0;
    }
    if (l->end + STEP <= l->cap)
        return AC_OK;
    size_t cap = l->cap ? l->cap * 2 : (size_t)2 * STEP;
    char *p = ac_mem_grow(l->buf, cap);
    if (!p)
        return ac_fail(err, AC_ENOMEM, "no room for a line");
    l->buf = p;
    l->cap = cap;
    return AC_OK;
}

static ac_rc fill(ac_lines *l, ac_err *err)
{
    AC_TRY(err, make_room(l, err));
    ssize_t n;
    while ((n = read(l->fd, l->buf + l->end, STEP)) < 0 && errno == EINTR)
        if (ac_stop_signal())
            return ac_fail(err, AC_ECANCELLED, "stopped by a signal");
    if (n < 0)
        return ac_fail(err, errno == EISDIR ? AC_EINPUT : AC_EIO, "reading failed: system error %d", errno);
    l->eof = n == 0;
    l->end += (size_t)n;
    return AC_OK;
}

static const char *line_end(ac_lines *l)
{
    size_t have = l->end - l->begin;
    const char *nl = have > l->seen ? memchr(l->buf + l->begin + l->seen, '\n', have - l->seen) : NULL;
    if (!nl)
        l->seen = have;
    return nl;
}

static void drop(ac_lines *l, size_t n)
{
    l->begin += n;
    l->taken += n;
    l->seen = 0;
}

static ac_rc skip_line(ac_lines *l, ac_err *err)
{
    while (!line_end(l)) {
        drop(l, l->end - l->begin);
        if (l->eof)
            return AC_OK;
        AC_TRY(err, fill(l, err));
    }
    drop(l, (size_t)(line_end(l) - (l->buf + l->begin)) + 1);
    return AC_OK;
}

ac_rc ac_lines_next(ac_lines *l, ac_sv *line, bool *more, ac_err *err)
{
    const char *nl;
    while (!(nl = line_end(l)) && !l->eof) {
        if (l->end - l->begin > l->max)
            break;
        AC_TRY(err, fill(l, err));
    }
    size_t n = nl ? (size_t)(nl - (l->buf + l->begin)) : l->end - l->begin;
    if (n > l->max) {
        AC_TRY(err, skip_line(l, err));
        *more = true;
        return ac_fail(err, AC_ELIMIT, "line longer than the limit of %zu bytes", l->max);
    }
    *more = n || nl;
    *line = (ac_sv) { l->buf ? l->buf + l->begin : "", n };
    if (n && line->p[n - 1] == '\r')
        line->n--;
    drop(l, n + (nl != NULL));
    return AC_OK;
}

bool ac_lines_ready(ac_lines *l)
{
    struct pollfd p = { .fd = l->fd, .events = POLLIN };
    return l->eof || line_end(l) || poll(&p, 1, 0) != 0;
}

ac_rc ac_lines_peek(ac_lines *l, ac_sv *out, ac_err *err)
{
    while (l->begin == l->end && !l->eof)
        AC_TRY(err, fill(l, err));
    *out = (ac_sv) { l->buf ? l->buf + l->begin : "", l->end - l->begin };
    return AC_OK;
}

ac_rc ac_lines_rest(ac_lines *l, ac_sb *out, ac_err *err)
{
    for (;;) {
        if (l->end > l->begin)
            ac_sb_add(out, (ac_sv) { l->buf + l->begin, l->end - l->begin });
        drop(l, l->end - l->begin);
        if (out->rc == AC_ELIMIT)
            return ac_fail(err, AC_ELIMIT, "larger than the limit of %zu bytes", out->max);
        AC_TRY(err, ac_sb_done(out, err));
        if (l->eof)
            return AC_OK;
        AC_TRY(err, fill(l, err));
    }
}

uint64_t ac_lines_bytes(const ac_lines *l) { return l->taken; }
