/** Reading the document of a job: how far it is, is told to those who follow the job; what took long, is kept for the
 * next attempt and for who asks for another form of the result. */
#ifndef AC_APP_JOB_READ_H
#define AC_APP_JOB_READ_H

#include "app/job_hold.h"
#include "app/recall.h"
#include "app/run.h"

typedef struct {
    ac_service *s;
    const ac_job *job;
    const ac_job_form *form;
    ac_arena *arena;
    ac_recall recall;
    int64_t began_ms, told_ms;
} ac_job_reading;

/** opt->media becomes a reader that knows what was read before, opt->reading one that tells. r stays where it is until
 * its cleanup. All arguments are borrowed. */
void ac_job_reading_begin(ac_job_reading *r, ac_service *s, const ac_job *job, const ac_job_form *form, ac_arena *arena,
                          ac_run_options *opt);

/** The document was read. errors  AC_ECONFLICT: the job is somebody else's now, or gone */
AC_NODISCARD ac_rc ac_job_reading_done(ac_job_reading *r, ac_err *err);

void ac_job_reading_cleanup(ac_job_reading *r);

#endif
