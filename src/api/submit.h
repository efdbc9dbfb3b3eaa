/** Submissions over HTTP. */
#ifndef AC_API_SUBMIT_H
#define AC_API_SUBMIT_H

#include "api/call.h"
#include "app/jobs.h"

/** Writes the answer into c->reply. ids: of the n jobs, not when replayed. */
typedef ac_rc (*ac_submit_answer)(ac_call *c, const ac_submitted *s, const ac_job_id *ids, size_t n, ac_err *err);

/** Submit, and answer when it is on the disk. subs: in the call's arena. Where the call may be answered later no thread
 * waits for the disk, and it returns AC_LATER. errors  as ac_jobs_submit */
AC_NODISCARD ac_rc ac_call_submit(ac_call *c, const ac_submission *subs, size_t n, ac_submit_answer answer,
                                  ac_err *err);

#endif
