/** A way between two processes on this machine that keeps packets apart, and on which open files can travel. */
#ifndef AC_OS_CHANNEL_H
#define AC_OS_CHANNEL_H

#include "base/str.h"

enum { AC_CHANNEL_PACKET_MAX = 64 * 1024, AC_CHANNEL_FILES_MAX = 2 };

/** Two ends; each is closed by its owner. Neither is handed on to programs that are started. errors  AC_EIO */
AC_NODISCARD ac_rc ac_channel_pair(int ends[2], ac_err *err);
void ac_channel_close(int *end); /* and forget it: -1; fine when it is -1 */

bool ac_channel_is_none(int end);        /* is that descriptor anything but a channel? */

/** Send one packet, with n_files open files (the other side gets its own copies). Waits while the other side is behind.
 *  errors  AC_EIO (the other end is closed), AC_ELIMIT (too long) */
AC_NODISCARD ac_rc ac_channel_send(int end, ac_sv packet, const int *files, size_t n_files, ac_err *err);

/** For whoever writes packets without knowing of channels (core/media_write.h): end points to the descriptor. */
bool ac_channel_put(void *end, ac_sv packet);

/** Packets that travel together in one: a mark, then of each its length in four bytes of this machine and itself. They go when there is no more
 *  room, and none waits for the next one for more than some milliseconds after the one before. One thread. */
typedef struct {
    int end;
    /* private */
    size_t n;
    uint64_t sent_ns;
    char bytes[AC_CHANNEL_PACKET_MAX];
} ac_channel_batch;

void ac_channel_batch_init(ac_channel_batch *b, int end, char mark);
bool ac_channel_batch_put(void *batch, ac_sv packet); /* as ac_channel_put; of packets up to half of AC_CHANNEL_PACKET_MAX */
bool ac_channel_batch_send(ac_channel_batch *b);      /* now, and at the end */

/** Wait for one packet of at most max bytes.
 *  timeout_ms  -1: for ever
 *  n           its length; 0: the other end is closed
 *  files       AC_CHANNEL_FILES_MAX of them, -1 where none came; NULL: none is taken. The caller closes them
 *  errors      AC_EBUSY (the time is over), AC_EINPUT (longer than max), AC_EIO */
AC_NODISCARD ac_rc ac_channel_receive(int end, int timeout_ms, void *packet, size_t max, size_t *n, int *files, ac_err *err);

#endif
