/* A job that brings the results of all documents of a patient together, as they are when it runs. */
#include "app/job_summary.h"

#include "app/job_result.h"
#include "app/merge.h"
#include "app/repeat.h"

enum { PAGE = 200, JOBS_MAX = 2000, SEEN_MAX = 4096, DEPTH = 64, ROOM = 1 << 30, MERGED_MAX = 1 << 28 };

ac_rc ac_jobs_summarise(ac_service *s, const ac_principal *who, ac_patient_id patient, ac_job_id *out, ac_err *err)
{
    ac_stored row;
    ac_once once;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    const ac_submission nothing = { .priority = AC_JOB_PRIORITY, .trace = who->trace };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    ac_job job = { .id.v = ac_vault_id(s->o.vault, err),
                   .tenant = who->tenant,
                   .patient = patient,
                   .kind = AC_JOB_SUMMARY,
                   .priority = AC_JOB_PRIORITY,
                   .attempts_max = s->o.attempts,
                   .created_ms = now,
                   .run_at_ms = now };
    if (!arena || ac_id_none(job.id.v))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_patient_row(s, who, patient, arena, &row, err));
    AC_TRY(err, ac_repeat_begin(s->o.access, who, &once, &out->v, err));
    if (ac_repeated(who))
        return AC_OK;
    job.key = row.key;
    AC_TRY(err, ac_job_input_seal(s, &job, &nothing, arena, &job.input, err));
    AC_TRY(err, ac_to_do(s, who, err));
    const ac_change changes[] = {
        { .kind = AC_CHANGE_ITEM_NEED, .item = { .kind = AC_ITEM_PATIENT, .id = patient.v } },
        { .kind = AC_CHANGE_JOB_PUT, .job = job },
        ac_audit_of(who, now, AC_AUDIT_CREATE, AC_WHAT_JOB, job.id.v, patient, AC_OK),
    };
    const ac_commit commit = { .changes = changes, .n = 3, .now_ms = now };
    out->v = job.id.v;
    AC_TRY(err, ac_repeat_commit(s->o.access, who, &commit, &once, &out->v, err));
    ac_spin_lock(&s->lock);
    s->counts.submitted += !ac_repeated(who);
    ac_spin_unlock(&s->lock);
    return AC_OK;
}

/* ---- the work ---- */

/* What is in it, and what is not. */
typedef struct {
    uint64_t documents, waiting, without_result, several_patients, left_out;
} coverage;

typedef struct {
    ac_service *s;
    const ac_job *job;
    ac_arena *arena; /* of one result */
    ac_merge *merge;
    coverage n;
    size_t looked, n_seen;
    ac_id seen[SEEN_MAX]; /* documents: the newest result of each counts */
} gathering;

static bool seen_before(gathering *g, ac_id document)
{
    if (ac_id_none(document))
        return false;
    for (size_t i = 0; i < g->n_seen; i++)
        if (ac_id_eq(g->seen[i], document))
            return true;
    if (g->n_seen < SEEN_MAX)
        g->seen[g->n_seen++] = document;
    return false;
}

/* A result that went meanwhile is none; of a document of several patients nobody knows which of them it is. */
static ac_rc add(gathering *g, const ac_job *of, ac_err *err)
{
    ac_job whole;
    ac_sv text;
    ac_json *result;
    ac_rc rc = ac_store_job(g->s->o.store, of->id, true, g->arena, &whole, err);
    if (rc == AC_ENOTFOUND || (rc == AC_OK && !whole.result.n)) {
        g->n.without_result++;
        return AC_OK;
    }
    AC_TRY(err, rc);
    rc = ac_result_text(g->s, &whole, AC_SV("document,summary"), ROOM / 4, g->arena, &text, err);
    g->n.left_out += rc == AC_ELIMIT;
    if (rc != AC_OK)
        return rc == AC_ELIMIT ? AC_OK : rc;
    if (ac_result_count(text) != 1) {
        g->n.several_patients++;
        return AC_OK;
    }
    rc = ac_json_parse(ac_sv_trim(text), DEPTH, g->arena, &result, err);
    g->n.left_out += rc == AC_ELIMIT;
    if (rc != AC_OK)
        return rc == AC_ELIMIT ? AC_OK : rc;
    const ac_merge_source source = { .job = whole.id.v,
                                     .document = whole.document,
                                     .created_ms = whole.created_ms,
                                     .complete = whole.state == AC_JOB_COMPLETED };
    rc = ac_merge_add(g->merge, &source, result, err);
    g->n.documents += rc == AC_OK;
    g->n.left_out += rc == AC_ELIMIT;
    return rc == AC_ELIMIT ? AC_OK : rc;
}

static ac_rc look_at(gathering *g, const ac_job *j, ac_err *err)
{
    if (!ac_job_ended(j->state))
        g->n.waiting++;
    else if (j->state == AC_JOB_FAILED || j->state == AC_JOB_DEAD)
        g->n.without_result++;
    else if (j->state != AC_JOB_CANCELLED && !seen_before(g, j->document))
        return add(g, j, err);
    return AC_OK;
}

static ac_rc gather(gathering *g, ac_err *err)
{
    ac_job_query q = {
        .tenant = g->job->tenant, .patient = g->job->patient, .kinds = 1u << AC_JOB_PROCESS, .max = PAGE
    };
    for (;;) {
        ac_job_list page = { 0 };
        AC_AUTO_PTR(ac_arena) list = ac_arena_new(1 << 20);
        if (!list)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        AC_TRY(err, ac_store_jobs(g->s->o.store, &q, list, &page, err));
        for (size_t i = 0; i < page.n; i++, g->looked++) {
            if (g->looked < JOBS_MAX)
                AC_TRY(err, look_at(g, &page.at[i], err));
            else
                g->n.left_out++;
            ac_arena_reset(g->arena);
        }
        if (page.n < q.max)
            return AC_OK;
        q.before = page.at[page.n - 1].id.v;
    }
}

static ac_rc write(gathering *g, ac_sb *out, ac_err *err)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "schema", AC_SV("aceso/patient-summary/1"));
    ac_jw_kid(&w, "patient_id", g->job->patient.v);
    ac_merge_write(g->merge, &w);
    ac_jw_kobject(&w, "coverage");
    ac_jw_ku64(&w, "documents", g->n.documents);
    ac_jw_ku64(&w, "waiting", g->n.waiting);
    ac_jw_ku64(&w, "without_result", g->n.without_result);
    ac_jw_ku64(&w, "several_patients", g->n.several_patients);
    ac_jw_ku64(&w, "left_out", g->n.left_out);
    ac_jw_end_object(&w);
    ac_jw_end_object(&w);
    ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

ac_rc ac_summary_run(ac_service *s, const ac_job *job, ac_sb *out, bool *incomplete, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    AC_AUTO_PTR(ac_arena) merged = ac_arena_new(MERGED_MAX);
    gathering *g = merged ? ac_arena_alloc(merged, sizeof *g) : NULL;
    if (!arena || !g)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    memset(g, 0, sizeof *g);
    g->s = s;
    g->job = job;
    g->arena = arena;
    AC_TRY(err, ac_merge_new(merged, &g->merge, err));
    AC_TRY(err, gather(g, err));
    *incomplete = g->n.waiting || g->n.without_result || g->n.several_patients || g->n.left_out;
    return write(g, out, err);
}
