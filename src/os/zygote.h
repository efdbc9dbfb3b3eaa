/** The worker's side of os/worker.h: a process that has loaded its libraries and waits; each job runs in a fork of it, so a job begins
 *  within a millisecond, and the memory of one document is gone when it is done. The waiting process itself reads no document. */
#ifndef AC_OS_ZYGOTE_H
#define AC_OS_ZYGOTE_H

#include "os/channel.h"

enum { AC_ZYGOTE_CONTROL = 3, AC_ZYGOTE_JOBS_MAX = 64, AC_ZYGOTE_REQUEST_MAX = 4096 };

/** What the last packet on a job's channel says: how the job's process ended. Its first byte tells it from the job's own packets. */
enum { AC_ZYGOTE_STATUS = 0xFF };
typedef struct {
    uint8_t mark;          /* AC_ZYGOTE_STATUS */
    uint8_t exited;        /* by itself, with code; else by signal */
    uint8_t code, signal;
    uint32_t cpu_ms;
    uint64_t memory_bytes; /* the most that it held, with what it shares */
} ac_zygote_status;

/** One job, in its own process, which ends when it returns.
 *  request   what the caller asked for; not trusted less than the caller
 *  document  open for reading: the bytes of the document
 *  out       the channel to write to */
typedef void ac_zygote_job(ac_sv request, int document, int out);

/** Serve until the other end of AC_ZYGOTE_CONTROL is closed; then all jobs are killed. A job is killed, too, when nobody listens to its
 *  channel any more. Returns an exit status. thread: the only one. */
int ac_zygote_run(ac_zygote_job *job);

#endif
