#include "core/job_json.h"

#include <stdio.h>
#include <time.h>

enum { MS = 1000 };

ac_sv ac_instant_text(int64_t ms, char buf[AC_INSTANT_MAX])
{
    const time_t seconds = (time_t)(ms / MS);
    struct tm tm;
    char date[AC_INSTANT_MAX];
    if (!gmtime_r(&seconds, &tm) || !strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm))
        return AC_SV("");
    int n = snprintf(buf, AC_INSTANT_MAX, "%.20s.%03dZ", date, (int)(ms % MS));
    return (ac_sv) { buf, n > 0 ? (size_t)n : 0 };
}

void ac_jw_kinstant(ac_jw *w, const char *key, int64_t ms)
{
    char buf[AC_INSTANT_MAX];
    ac_jw_key(w, ac_sv_z(key));
    if (ms)
        ac_jw_string(w, ac_instant_text(ms, buf));
    else
        ac_jw_null(w);
}

void ac_jw_job_event_members(ac_jw *w, const ac_job_event *e)
{
    ac_jw_kid(w, "job_id", e->job.v);
    ac_jw_ku64(w, "event", e->number);
    ac_jw_kstring(w, "state", ac_sv_z(ac_job_state_name(e->state)));
    ac_jw_ku64(w, "attempt", e->attempt);
    ac_jw_ku64(w, "step", e->step);
    ac_jw_ku64(w, "done", e->done);
    ac_jw_ku64(w, "total", e->total);
    ac_jw_key(w, AC_SV("error"));
    if (e->error == AC_OK)
        ac_jw_null(w);
    else
        ac_jw_string(w, ac_sv_z(ac_rc_code(e->error)));
    ac_jw_kinstant(w, "at", e->at_ms);
}

void ac_jw_job_event(ac_jw *w, const ac_job_event *e)
{
    ac_jw_object(w);
    ac_jw_job_event_members(w, e);
    ac_jw_end_object(w);
}
