/* The write-ahead log (https://www.sqlite.org/fileformat2.html#walformat): a header, then frames, each with one page
 * and a checksum over itself and all before it. SQLite takes the first frame whose checksum is wrong for the end, which
 * is right after a power cut: the last transaction had not reached the disk, and nobody was told that it had. Behind a
 * frame that was damaged later it would drop what was acknowledged, and say nothing. */
#include "adapter/sqlite/sqlite_room.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { HEADER = 32, FRAME_HEADER = 24, PAGE = 4096, FRAME = FRAME_HEADER + PAGE, PATH_BYTES = 4096 };

static const uint32_t MAGIC = 0x377f0682; /* and one more: numbers of checksums are big-endian */

typedef struct {
    uint32_t sum[2], salt[2];
    bool big, headed;  /* headed: the header is whole */
    bool whole;        /* so are all frames up to here */
    uint64_t at, good; /* bytes: of this frame; to the end of the last transaction that is whole */
    size_t later;      /* transactions of the same log that end behind the first damage */
} walk;

static uint32_t number(const unsigned char *p, bool big)
{
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
               : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void add(walk *w, const unsigned char *p, size_t n, uint32_t sum[2])
{
    for (size_t i = 0; i < n; i += 8) {
        sum[0] += number(p + i, w->big) + sum[1];
        sum[1] += number(p + i + 4, w->big) + sum[0];
    }
}

static bool same(const uint32_t sum[2], const unsigned char *p)
{
    return sum[0] == number(p, true) && sum[1] == number(p + 4, true);
}

static void begin(walk *w, const unsigned char h[HEADER])
{
    *w = (walk) { .big = number(h, true) & 1, .salt = { number(h + 16, true), number(h + 20, true) }, .at = HEADER };
    add(w, h, 24, w->sum);
    w->headed = w->whole = (number(h, true) & ~1u) == MAGIC && number(h + 8, true) == PAGE && same(w->sum, h + 24);
}

static void look(walk *w, const unsigned char f[FRAME])
{
    const bool one = number(f + 8, true) == w->salt[0], other = number(f + 12, true) == w->salt[1];
    const bool ours = w->headed ? one && other : one || other; /* of a damaged header one of them may be wrong */
    const bool last = number(f + 4, true) != 0;                /* of a transaction */
    uint32_t sum[2] = { w->sum[0], w->sum[1] };
    add(w, f, 8, sum);
    add(w, f + FRAME_HEADER, PAGE, sum);
    w->whole = w->whole && ours && same(sum, f + 16);
    memcpy(w->sum, sum, sizeof sum);
    w->at += FRAME;
    if (w->whole && last)
        w->good = w->at;
    w->later += !w->whole && ours && last;
}

/* Each transaction is on the disk before the next one begins, so a power cut leaves one unfinished and no more. */
static bool is_damaged(const walk *w) { return w->later > (w->headed ? 1 : 0); }

static ac_rc walk_through(int fd, walk *w, ac_err *err)
{
    unsigned char head[HEADER], frame[FRAME];
    ssize_t n = pread(fd, head, sizeof head, 0);
    *w = (walk) { .headed = true };
    if (n < 0)
        return ac_file_error(err, errno);
    if (n < HEADER)
        return AC_OK;
    begin(w, head);
    while ((n = pread(fd, frame, sizeof frame, (off_t)w->at)) == FRAME)
        look(w, frame);
    return n < 0 ? ac_file_error(err, errno) : AC_OK;
}

ac_rc sq_log_check(const char *database, ac_err *err)
{
    char path[PATH_BYTES];
    walk w;
    if (snprintf(path, sizeof path, "%s-wal", database) >= (int)sizeof path)
        return ac_fail(err, AC_EINPUT, "name too long");
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? AC_OK : ac_file_error(err, errno);
    const ac_rc rc = walk_through(fd, &w, err);
    (void)close(fd);
    AC_TRY(err, rc);
    return is_damaged(&w)
               ? ac_fail(err, AC_EIO,
                         "aceso.db-wal is damaged, and with it what was acknowledged: restore a copy, or give "
                         "that up with: truncate -s %llu aceso.db-wal",
                         (unsigned long long)w.good)
               : AC_OK;
}
