#include "os/channel.h"

#include "os/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdalign.h>
#include <sys/socket.h>
#include <unistd.h>

ac_rc ac_channel_pair(int ends[2], ac_err *err)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return ac_fail(err, AC_EIO, "no channel between processes: errno %d", errno);
    return AC_OK;
}

void ac_channel_close(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

bool ac_channel_is_none(int end)
{
    int type = 0;
    socklen_t n = sizeof type;
    return getsockopt(end, SOL_SOCKET, SO_TYPE, &type, &n) != 0 || type != SOCK_SEQPACKET;
}

typedef union {
    alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(int) * AC_CHANNEL_FILES_MAX)];
} files_box;

ac_rc ac_channel_send(int end, ac_sv packet, const int *files, size_t n_files, ac_err *err)
{
    if (packet.n > AC_CHANNEL_PACKET_MAX || n_files > AC_CHANNEL_FILES_MAX)
        return ac_fail(err, AC_ELIMIT, "a packet of %zu bytes is too long", packet.n);
    struct iovec part = { (void *)(uintptr_t)packet.p, packet.n };
    files_box box = { { 0 } };
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
    if (n_files) {
        m.msg_control = box.bytes;
        m.msg_controllen = CMSG_SPACE(sizeof(int) * n_files);
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * n_files);
        memcpy(CMSG_DATA(c), files, sizeof(int) * n_files);
    }
    while (sendmsg(end, &m, MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return ac_fail(err, AC_EIO, "nobody takes the packet: errno %d", errno);
    return AC_OK;
}

bool ac_channel_put(void *end, ac_sv packet)
{
    ac_err ignored;
    return ac_channel_send(*(const int *)end, packet, NULL, 0, &ignored) == AC_OK;
}

/* ---- many in one --------------------------------------------------------------------------------------------------------- */

static const uint64_t BATCH_NS = 20 * UINT64_C(1000000);

void ac_channel_batch_init(ac_channel_batch *b, int end, char mark)
{
    b->end = end;
    b->sent_ns = 0;
    b->bytes[0] = mark;
    b->n = 1;
}

bool ac_channel_batch_send(ac_channel_batch *b)
{
    const bool sent = b->n == 1 || ac_channel_put(&b->end, (ac_sv) { b->bytes, b->n });
    b->n = 1;
    b->sent_ns = ac_clock_ticks_ns(ac_clock_system());
    return sent;
}

bool ac_channel_batch_put(void *batch, ac_sv packet)
{
    ac_channel_batch *b = batch;
    const uint32_t n = (uint32_t)packet.n;
    if (packet.n > AC_CHANNEL_PACKET_MAX / 2 || (sizeof n + n > sizeof b->bytes - b->n && !ac_channel_batch_send(b)))
        return false;
    memcpy(b->bytes + b->n, &n, sizeof n);
    memcpy(b->bytes + b->n + sizeof n, packet.p, n);
    b->n += sizeof n + n;
    return ac_clock_ticks_ns(ac_clock_system()) - b->sent_ns < BATCH_NS || ac_channel_batch_send(b);
}

/* ---- receiving ------------------------------------------------------------------------------------------------------------- */

/* The files that came; those for which there is no room are closed. */
static void take_files(struct msghdr *m, int *files)
{
    size_t n = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int file;
            memcpy(&file, CMSG_DATA(c) + i * sizeof(int), sizeof file);
            if (files && n < AC_CHANNEL_FILES_MAX)
                files[n++] = file;
            else
                close(file);
        }
    }
}

static ac_rc wait_for(int end, int timeout_ms, ac_err *err)
{
    struct pollfd p = { .fd = end, .events = POLLIN };
    int rc;
    while ((rc = poll(&p, 1, timeout_ms)) < 0 && errno == EINTR)
        ;
    if (rc == 0)
        return ac_fail(err, AC_EBUSY, "no packet within %d ms", timeout_ms);
    return rc < 0 ? ac_fail(err, AC_EIO, "waiting for a packet failed: errno %d", errno) : AC_OK;
}

ac_rc ac_channel_receive(int end, int timeout_ms, void *packet, size_t max, size_t *n, int *files, ac_err *err)
{
    for (size_t i = 0; files && i < AC_CHANNEL_FILES_MAX; i++)
        files[i] = -1;
    if (timeout_ms >= 0)
        AC_TRY(err, wait_for(end, timeout_ms, err));
    struct iovec part = { packet, max };
    files_box box;
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = box.bytes, .msg_controllen = sizeof box.bytes };
    ssize_t got;
    while ((got = recvmsg(end, &m, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        ;
    if (got < 0 && errno != ECONNRESET) /* which is a way of being closed */
        return ac_fail(err, AC_EIO, "no packet could be read: errno %d", errno);
    if (got > 0)
        take_files(&m, files);
    if (got > 0 && m.msg_flags & MSG_TRUNC)
        return ac_fail(err, AC_EINPUT, "a packet is longer than %zu bytes", max);
    *n = got > 0 ? (size_t)got : 0;
    return AC_OK;
}
