/* Attempts of jobs as spans. What they say is numbers, ids and words of ours. */
#include "app/service_parts.h"

ac_job_spans ac_job_spans_begin(ac_service *s, const ac_job *job, const ac_trace *parent, uint64_t began_ns)
{
    ac_job_spans j = { .tracer = s->o.tracer, .next_ns = began_ns };
    if (!j.tracer)
        return j;
    ac_tracer_begin(j.tracer, parent, &j.span.at);
    if (!j.span.at.sampled) {
        j.tracer = NULL;
        return j;
    }
    const int64_t waited = job->started_ms - job->created_ms;
    memcpy(j.span.parent, parent->span, sizeof j.span.parent);
    j.span.kind = AC_SPAN_CONSUMER;
    j.span.verb = AC_SV("job");
    j.span.name = ac_sv_z(ac_job_kind_name(job->kind));
    j.span.begin_ns = began_ns;
    AC_SPAN_ADD(&j.span, "aceso.job.id", job->id.v);
    AC_SPAN_ADD(&j.span, "aceso.job.attempt", (uint64_t)job->attempt);
    AC_SPAN_ADD(&j.span, "aceso.job.waited_ms", (uint64_t)(waited > 0 ? waited : 0));
    return j;
}

/* They ran one after the other. */
void ac_job_spans_steps(ac_job_spans *j, const ac_step_time *times, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_trace_span step = { .kind = AC_SPAN_INTERNAL, .name = times[i].name, .begin_ns = j->next_ns };
        j->next_ns += times[i].ns;
        step.end_ns = j->next_ns;
        ac_tracer_begin(j->tracer, &j->span.at, &step.at);
        memcpy(step.parent, j->span.at.span, sizeof step.parent);
        step.at.sampled = true; /* as the job is */
        if (!ac_trace_none(&step.at))
            ac_tracer_put(j->tracer, &step);
    }
}

void ac_job_spans_end(ac_job_spans *j, ac_service *s, ac_job_state state, ac_rc why)
{
    if (!j->tracer)
        return;
    j->span.end_ns = ac_clock_ticks_ns(s->o.clock);
    j->span.failed = why != AC_OK;
    AC_SPAN_ADD(&j->span, "aceso.job.state", (ac_word_field) { ac_job_state_name(state) });
    if (why != AC_OK)
        AC_SPAN_ADD(&j->span, "error.type", why);
    ac_tracer_put(j->tracer, &j->span);
}
