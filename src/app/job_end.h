/** The end of an attempt at a job on its way to the disk. Nobody waits for it; what a full disk does not take is kept
 * and tried again, so that the work is not done twice. */
#ifndef AC_APP_JOB_END_H
#define AC_APP_JOB_END_H

#include "app/job_hold.h"

/** What came of an attempt. */
typedef struct {
    ac_rc why;
    ac_job_state state; /* queued: there will be another attempt */
    ac_sv result;       /* sealed; or the reason why there is none */
    int64_t keep_ms;
    ac_id webhook;   /* that the submission names */
    ac_change *told; /* the deliveries of it */
    size_t n_told;
    uint64_t began_ns, us;
    size_t bytes; /* of the result in clear */
    ac_job_spans spans;
} ac_job_outcome;

/** What comes of an attempt that ended with rc. One that ended because the disk has no room does not count. */
ac_job_state ac_job_state_after(const ac_job *job, ac_rc rc, bool incomplete);

/** Begin to store it; the job's slot is left when it is stored, or will never be. arena: for what is made here
 *  errors  those of beginning: then its lease runs out, and it is done again */
AC_NODISCARD ac_rc ac_job_end(ac_service *s, size_t slot, const ac_job *job, ac_job_outcome *o, ac_arena *arena,
                              ac_err *err);

#endif
