/* Looking at jobs, and changing what becomes of them. */
#include "app/job_hold.h"
#include "app/members.h"
#include "app/repeat.h"
#include "app/service_parts.h"

enum { EVENTS_MAX = 1000, CHANGE_ARENA = 4 << 20 };

static ac_rc note(ac_service *s, const ac_principal *who, ac_audit_action action, ac_audit_what what, const ac_job *job,
                  ac_err *err)
{
    return ac_audit_write(s->o.access, who, action, what, job->id.v, job->patient, AC_OK, (uint64_t)job->state, err);
}

ac_rc ac_jobs_get(ac_service *s, const ac_principal *who, ac_job_id id, ac_arena *arena, ac_job *out, ac_err *err)
{
    return ac_service_job(s, who, id, false, arena, out, err);
}

/* Is that job of somebody he may see? For him who may not, it is not there. */
static ac_rc is_his(ac_service *s, const ac_principal *who, ac_patient_id patient, bool *out, ac_err *err)
{
    const ac_rc rc = ac_access_patient(s->o.access, who, patient, err);
    *out = rc == AC_OK;
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

/* Of a batch or of a document: the jobs of those he is confined to, as if there were no others. */
static ac_rc list_his(ac_service *s, const ac_principal *who, const ac_job_query *q, ac_arena *arena, ac_job_list *out,
                      ac_err *err)
{
    ac_job_query all = *q;
    ac_patient_id last = { { { 0 } } };
    bool his = false; /* the last one's; nobody's data is not */
    all.max = AC_LIST_MAX;
    size_t there;
    do {
        ac_job_list page = { 0 };
        AC_TRY(err, ac_store_jobs(s->o.store, &all, arena, &page, err));
        there = page.n;
        for (size_t i = 0; i < page.n && out->n < q->max; i++) {
            const ac_job *j = &page.at[i];
            if (!ac_id_eq(j->patient.v, last.v))
                AC_TRY(err, is_his(s, who, j->patient, &his, err));
            all.before = j->id.v;
            last = j->patient;
            ac_job *kept = his ? ac_vec_push(out, arena) : NULL;
            if (his && !kept)
                return ac_fail(err, AC_ELIMIT, "no room for the list");
            if (his)
                *kept = *j;
        }
    } while (there == AC_LIST_MAX && out->n < q->max);
    return AC_OK;
}

ac_rc ac_jobs_list(ac_service *s, const ac_principal *who, const ac_job_query *q, ac_arena *arena, ac_job_list *out,
                   ac_err *err)
{
    ac_job_query own = *q;
    own.tenant = who->tenant;
    own.whole = false;
    own.kinds = (own.kinds ? own.kinds : UINT32_MAX) & ~(1u << AC_JOB_WEBHOOK);
    if (who->n_confined && ac_id_none(q->patient.v)) {
        if (ac_id_none(q->batch) && ac_id_none(q->document))
            return ac_fail(err, AC_EDENIED, "who is confined to some patients has to name one, a batch or a document");
        return list_his(s, who, &own, arena, out, err);
    }
    AC_TRY(err, ac_access_patient(s->o.access, who, q->patient, err));
    return ac_store_jobs(s->o.store, &own, arena, out, err);
}

ac_rc ac_jobs_events(ac_service *s, const ac_principal *who, ac_job_id id, uint64_t after, ac_arena *arena,
                     ac_job_events *out, ac_err *err)
{
    ac_job job;
    AC_TRY(err, ac_service_job(s, who, id, false, arena, &job, err));
    return ac_store_events(s->o.store, id, after, EVENTS_MAX, arena, out, err);
}

ac_rc ac_jobs_reason(ac_service *s, const ac_job *job, ac_arena *arena, ac_sv *out, ac_err *err)
{
    ac_job whole;
    *out = AC_SV("");
    if (!ac_job_has_reason(job->state))
        return AC_OK;
    AC_TRY(err, ac_store_job(s->o.store, job->id, true, arena, &whole, err));
    if (!whole.result.n || !ac_job_has_reason(whole.state))
        return AC_OK;
    return ac_vault_unseal(s->o.vault, whole.key, job->id.v, AC_FIELD_REASON, whole.result, sizeof(ac_err), arena, out,
                           err);
}

/* ---- results ---- */

/* Of each result what carries no identifiers: how it was read, the de-identified text, and nothing of the caller's own
 * words. */
static ac_rc strip(ac_sv results, ac_arena *arena, ac_sv *out, ac_err *err)
{
    AC_AUTO(ac_sb) kept = AC_SB(AC_RESULT_MAX);
    AC_TRY(err, ac_members_keep_lines(results, AC_SV("schema,deidentified,coverage,timing_ms"), arena, &kept, err));
    *out = ac_arena_copy(arena, ac_sb_view(&kept));
    return out->p || !kept.n ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for the result");
}

ac_rc ac_jobs_result(ac_service *s, const ac_principal *who, ac_job_id id, ac_arena *arena, ac_job_result *out,
                     ac_err *err)
{
    ac_job_result r = { .deidentified = !ac_may(who, AC_SCOPE_RESULTS) };
    if (r.deidentified && !ac_may(who, AC_SCOPE_DEIDENTIFIED))
        return ac_fail(err, AC_EDENIED, "no scope for results");
    AC_TRY(err, ac_service_job(s, who, id, true, arena, &r.job, err));
    AC_TRY(err, note(s, who, AC_AUDIT_READ, AC_WHAT_RESULT, &r.job, err));
    if (r.job.result.n && !ac_job_has_reason(r.job.state)) {
        AC_TRY(err, ac_vault_unseal(s->o.vault, r.job.key, id.v, AC_FIELD_RESULT, r.job.result, AC_RESULT_MAX, arena,
                                    &r.results, err));
        if (r.deidentified)
            AC_TRY(err, strip(r.results, arena, &r.results, err));
    }
    *out = r;
    return AC_OK;
}

ac_rc ac_jobs_fhir(ac_service *s, const ac_principal *who, ac_job_id id, bool identified, ac_sv now, ac_arena *arena,
                   ac_sb *out, ac_err *err)
{
    ac_job job;
    bool incomplete;
    if (!ac_may(who, identified ? AC_SCOPE_RESULTS : AC_SCOPE_DEIDENTIFIED))
        return ac_fail(err, AC_EDENIED, "no scope for such a bundle");
    AC_TRY(err, ac_service_job(s, who, id, true, arena, &job, err));
    if (job.kind != AC_JOB_PROCESS)
        return ac_fail(err, AC_ECONFLICT, "a summary of several documents is no bundle: ask for those of its jobs");
    if (job.state != AC_JOB_COMPLETED && job.state != AC_JOB_INCOMPLETE)
        return ac_fail(err, AC_ECONFLICT, "the job has no result");
    AC_TRY(err, note(s, who, AC_AUDIT_EXPORT, AC_WHAT_RESULT, &job, err));
    const ac_job_form form = { .fhir = true, .identified = identified, .now = now, .until_ns = who->until_ns };
    AC_TRY(err, ac_job_run(s, &job, &form, arena, out, &incomplete, err));
    return ac_in_time(s, who, err); /* what was not read in time is missing in it */
}

/* ---- changes ---- */

/* A queued job ends here and now. One that is leased this very moment is asked to stop instead: then its delivery finds
 * nothing to tell. */
static ac_rc tell_cancelled(ac_service *s, const ac_job *job, int64_t now, ac_arena *arena,
                            ac_change changes[AC_WEBHOOKS_MAX], size_t *n, ac_err *err)
{
    ac_change *told = NULL;
    ac_webhook_end end = { .job = job, .state = AC_JOB_CANCELLED, .now_ms = now };
    AC_TRY(err, ac_job_webhook(s, job, arena, &end.chosen, err));
    AC_TRY(err, ac_webhooks_changes(s->o.webhooks, &end, arena, &told, n, err));
    for (size_t i = 0; i < *n; i++)
        changes[i] = told[i];
    return AC_OK;
}

static ac_rc change(ac_service *s, const ac_principal *who, ac_job_id id, ac_change_kind kind, ac_audit_action action,
                    ac_err *err)
{
    ac_job job;
    size_t n = 0;
    ac_once once;
    ac_id outcome;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(CHANGE_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_service_job(s, who, id, kind == AC_CHANGE_JOB_CANCEL, arena, &job, err));
    AC_TRY(err, ac_repeat_begin(s->o.access, who, &once, &outcome, err));
    if (ac_repeated(who))
        return AC_OK;
    ac_change changes[2 + AC_WEBHOOKS_MAX] = {
        { .kind = kind, .job = { .id = id, .run_at_ms = now, .delete_ms = ac_job_delete_at(s, job.tenant, 0, now) } },
        ac_audit_of(who, now, action, AC_WHAT_JOB, id.v, job.patient, AC_OK)
    };
    if (kind == AC_CHANGE_JOB_CANCEL && job.state == AC_JOB_QUEUED)
        AC_TRY(err, tell_cancelled(s, &job, now, arena, changes + 2, &n, err));
    const ac_commit commit = { .changes = changes, .n = 2 + n, .now_ms = now };
    outcome = id.v;
    return ac_repeat_commit(s->o.access, who, &commit, &once, &outcome, err);
}

ac_rc ac_jobs_cancel(ac_service *s, const ac_principal *who, ac_job_id id, ac_err *err)
{
    AC_TRY(err, change(s, who, id, AC_CHANGE_JOB_CANCEL, AC_AUDIT_CANCEL, err));
    ac_hold_cancel(s, id);
    return AC_OK;
}

ac_rc ac_jobs_retry(ac_service *s, const ac_principal *who, ac_job_id id, ac_err *err)
{
    return change(s, who, id, AC_CHANGE_JOB_REVIVE, AC_AUDIT_RETRY, err);
}

ac_rc ac_jobs_remove(ac_service *s, const ac_principal *who, ac_job_id id, ac_err *err)
{
    return change(s, who, id, AC_CHANGE_JOB_DELETE, AC_AUDIT_DELETE, err);
}

ac_jobs_counts ac_jobs_counted(ac_service *s)
{
    ac_spin_lock(&s->lock);
    const ac_jobs_counts c = s->counts;
    ac_spin_unlock(&s->lock);
    return c;
}
