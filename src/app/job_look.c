/* Looking at jobs, and changing what becomes of them. */
#include "app/job_hold.h"
#include "app/job_result.h"
#include "app/members.h"
#include "app/repeat.h"
#include "app/run.h"
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
static const char *const without_identifiers[] = { "schema", "deidentified", "coverage", "timing_ms" };

/* What he may see of what he asked for. */
static ac_rc fields_for(bool deidentified, ac_sv asked, ac_arena *arena, ac_sv *out, ac_err *err)
{
    AC_AUTO(ac_sb) names = AC_SB(128);
    *out = asked;
    if (!deidentified)
        return AC_OK;
    for (size_t i = 0; i < sizeof without_identifiers / sizeof without_identifiers[0]; i++) {
        const ac_sv name = ac_sv_z(without_identifiers[i]);
        if (asked.p && !ac_members_is_one_of(asked, name))
            continue;
        ac_sb_add(&names, name);
        ac_sb_add_char(&names, ',');
    }
    AC_TRY(err, ac_sb_done(&names, err));
    *out = names.n ? ac_arena_copy(arena, ac_sb_view(&names)) : AC_SV(",");
    return out->p ? AC_OK : ac_fail(err, AC_ENOMEM, "out of memory");
}

/* *chosen: the members to be shown */
static ac_rc find_result(ac_service *s, const ac_principal *who, ac_job_id id, ac_sv fields, ac_arena *arena,
                         ac_job_result *out, ac_sv *chosen, ac_err *err)
{
    *out = (ac_job_result) { .deidentified = !ac_may(who, AC_SCOPE_RESULTS) };
    if (out->deidentified && !ac_may(who, AC_SCOPE_DEIDENTIFIED))
        return ac_fail(err, AC_EDENIED, "no scope for results");
    AC_TRY(err, ac_service_job(s, who, id, true, arena, &out->job, err));
    AC_TRY(err, note(s, who, AC_AUDIT_READ, AC_WHAT_RESULT, &out->job, err));
    return fields_for(out->deidentified, fields, arena, chosen, err);
}

static bool has_result(const ac_job *job) { return job->result.n && !ac_job_has_reason(job->state); }

ac_rc ac_jobs_result(ac_service *s, const ac_principal *who, ac_job_id id, ac_sv fields, ac_arena *arena,
                     ac_job_result *out, ac_err *err)
{
    ac_job_result r;
    ac_sv chosen;
    AC_TRY(err, find_result(s, who, id, fields, arena, &r, &chosen, err));
    if (has_result(&r.job)) {
        const ac_rc rc = ac_result_text(s, &r.job, chosen, AC_RESULT_WITHIN, arena, &r.results, err);
        AC_TRY(err, rc == AC_ELIMIT ? ac_fail(err, rc, "too large for this: /v1/jobs/{job_id}/result gives it whole")
                                    : rc);
    }
    *out = r;
    return AC_OK;
}

ac_rc ac_jobs_result_open(ac_service *s, const ac_principal *who, ac_job_id id, ac_sv fields, ac_arena *arena,
                          ac_job_result *out, ac_result_stream **stream, ac_err *err)
{
    ac_sv chosen;
    *stream = NULL;
    AC_TRY(err, find_result(s, who, id, fields, arena, out, &chosen, err));
    return has_result(&out->job) ? ac_result_open(s, &out->job, chosen, stream, err) : AC_OK;
}

/* A document that needs more memory than a request has: so much only one of them may have at a time. */
static ac_rc run_alone(ac_service *s, const ac_job *job, const ac_job_form *form, ac_sb *out, ac_err *err)
{
    bool incomplete;
    ac_spin_lock(&s->lock);
    const bool taken = s->rendering;
    s->rendering = true;
    ac_spin_unlock(&s->lock);
    if (taken)
        return ac_fail(err, AC_EBUSY, "another large document is being worked on: try again");
    ac_arena *arena = ac_arena_new(ac_run_arena_max(s->o.max_bytes));
    const ac_rc rc = arena ? ac_job_run(s, job, form, arena, out, &incomplete, err)
                           : ac_fail(err, AC_ENOMEM, "out of memory");
    ac_arena_free(arena);
    ac_spin_lock(&s->lock);
    s->rendering = false;
    ac_spin_unlock(&s->lock);
    return rc;
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
    const size_t before = out->n;
    ac_rc rc = ac_job_run(s, &job, &form, arena, out, &incomplete, err);
    if (rc == AC_ELIMIT) {
        out->n = before;
        out->rc = AC_OK;
        rc = run_alone(s, &job, &form, out, err);
    }
    AC_TRY(err, rc);
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
    AC_TRY(err, change(s, who, id, AC_CHANGE_JOB_DELETE, AC_AUDIT_DELETE, err));
    return ac_blobs_remove(s->o.blobs, id.v, err);
}

ac_jobs_counts ac_jobs_counted(ac_service *s)
{
    ac_spin_lock(&s->lock);
    const ac_jobs_counts c = s->counts;
    ac_spin_unlock(&s->lock);
    return c;
}
