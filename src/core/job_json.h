/** Instants and events of jobs as JSON: what is polled, streamed and told to webhooks is the same object. Pure. */
#ifndef AC_CORE_JOB_JSON_H
#define AC_CORE_JOB_JSON_H

#include "core/id_json.h"
#include "core/job.h"

enum { AC_INSTANT_MAX = 32 };
ac_sv ac_instant_text(int64_t ms, char buf[AC_INSTANT_MAX]); /* "2026-05-10T12:00:00.123Z" */
void ac_jw_kinstant(ac_jw *w, const char *key, int64_t ms);  /* 0: null */

void ac_jw_job_event(ac_jw *w, const ac_job_event *e);
/** Its members alone, into an object of the caller's. */
void ac_jw_job_event_members(ac_jw *w, const ac_job_event *e);

#endif
