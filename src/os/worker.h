/** A helper program of ours that does one job per process (os/zygote.h is its inside): started when the first job comes, started again when it
 *  has died, gone when this process is. */
#ifndef AC_OS_WORKER_H
#define AC_OS_WORKER_H

#include "os/zygote.h"

typedef struct ac_worker ac_worker;

/** program  its path; copied. Nothing is started yet. The caller frees it. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_worker_new(const char *program, ac_worker **out, ac_err *err);
void ac_worker_free(ac_worker *w); /* NULL is fine; jobs that run are killed */

/** Begin a job.
 *  request   at most AC_ZYGOTE_REQUEST_MAX bytes
 *  document  borrowed only for the call: the job gets a sealed copy that lies in memory, never on a disk
 *  channel   the job's packets come there; ac_channel_close it, which kills the job if it still runs
 *  errors    AC_ENOTFOUND (no such program), AC_EIO, AC_ENOMEM
 *  thread    any */
AC_NODISCARD ac_rc ac_worker_begin(ac_worker *w, ac_sv request, ac_sv document, int *channel, ac_err *err);

/** The path of a program that is installed beside this one; NULL when out of memory. The caller frees it (ac_mem_free). */
char *ac_worker_program(const char *name);

#endif
