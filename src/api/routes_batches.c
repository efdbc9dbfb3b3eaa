/* /v1/batches/{batch_id}: what came of notes that were submitted together, many in one answer. */
#include "api/jobs_json.h"
#include "api/routes.h"

enum { LIMIT = 50, ANSWER_BYTES = 16 << 20, FIELDS_MAX = 500 };

static const ac_field query_fields[] = {
    { "after", AC_FIELD_ID, false, 0, 0, NULL, NULL, "only jobs behind this one, the last of the page before" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_SUBMIT_MAX, NULL, NULL,
      "jobs on a page, 50 when not given; a page ends with 16 MB, too" },
    { "fields", AC_FIELD_WORDS, false, 0, FIELDS_MAX, AC_RESULT_PARTS, NULL, "only these members of each result" },
    { "form", AC_FIELD_WORD, false, 0, 0, "result fhir", NULL, "fhir: bundles instead of results" },
    { "identified", AC_FIELD_BOOL, false, 0, 0, NULL, NULL, "bundles with names and full dates; needs results:read" },
    { 0 },
};
static const ac_schema query = { NULL, query_fields };

static bool has_result(const ac_job *job) { return job->state == AC_JOB_COMPLETED || job->state == AC_JOB_INCOMPLETE; }

static ac_rc read_result(ac_call *c, const ac_job *job, ac_arena *arena, ac_sb *lines, ac_err *err)
{
    ac_job_result r;
    const ac_sv fields = ac_call_text(c, "fields");
    AC_TRY(err, ac_jobs_result(c->service, &c->who, job->id, fields.n ? fields : (ac_sv) { 0 }, arena, &r, err));
    ac_sb_add(lines, r.results);
    return ac_sb_done(lines, err);
}

static ac_rc read_bundles(ac_call *c, const ac_job *job, ac_arena *arena, ac_sb *lines, ac_err *err)
{
    char buf[AC_INSTANT_MAX];
    return ac_jobs_fhir(c->service, &c->who, job->id, ac_call_flag(c, "identified", false),
                        ac_instant_text(job->ended_ms, buf), arena, lines, err);
}

static void put_bundles(ac_jw *w, ac_sv lines)
{
    ac_sv line;
    ac_jw_karray(w, "bundles");
    while (ac_sv_split(&lines, '\n', &line))
        if (line.n)
            ac_jw_raw(w, line);
    ac_jw_end_array(w);
}

/* One line. A result that is gone meanwhile, or too large to be taken apart, is null: it can be asked for alone. */
static ac_rc put_job(ac_call *c, const ac_job *job, ac_arena *arena, ac_sb *out, ac_err *err)
{
    const bool fhir = ac_sv_eq(ac_call_text(c, "form"), AC_SV("fhir"));
    AC_AUTO(ac_sb) lines = AC_SB(AC_ANSWER_MAX);
    ac_rc rc = AC_OK;
    if (has_result(job))
        rc = fhir ? read_bundles(c, job, arena, &lines, err) : read_result(c, job, arena, &lines, err);
    if (rc != AC_OK && rc != AC_ENOTFOUND && rc != AC_ELIMIT)
        return rc;
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "job_id", job->id.v);
    ac_jw_kstring(&w, "state", ac_sv_z(ac_job_state_name(job->state)));
    if (rc != AC_OK || !lines.n) {
        ac_jw_key(&w, AC_SV("result"));
        ac_jw_null(&w);
    } else if (fhir) {
        put_bundles(&w, ac_sb_view(&lines));
    } else {
        ac_jw_key(&w, AC_SV("result"));
        ac_jw_results(&w, ac_sb_view(&lines));
    }
    ac_jw_end_object(&w);
    ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

static ac_rc get_results(ac_call *c, ac_err *err)
{
    ac_job_list jobs = { 0 };
    const ac_job_query q = { .batch = c->args[0], .max = AC_SUBMIT_MAX };
    const ac_id after = ac_call_id(c, "after");
    AC_AUTO(ac_sb) out = AC_SB(AC_ANSWER_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(AC_ANSWER_MAX);
    size_t left = (size_t)ac_call_number(c, "limit", LIMIT);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_jobs_list(c->service, &c->who, &q, c->arena, &jobs, err));
    if (!jobs.n)
        return ac_fail(err, AC_ENOTFOUND, "no such batch");
    for (size_t i = jobs.n; i-- > 0 && left && out.n < ANSWER_BYTES;) { /* they come newest first */
        if (ac_id_cmp(jobs.at[i].id.v, after) <= 0)
            continue;
        AC_TRY(err, ac_in_time(c->service, &c->who, err));
        AC_TRY(err, put_job(c, &jobs.at[i], arena, &out, err));
        ac_arena_reset(arena);
        left--;
    }
    c->reply = ac_reply_new(200);
    ac_reply_own(c->reply, "application/x-ndjson", &out);
    return AC_OK;
}

const ac_route ac_routes_batches[] = {
    { AC_HTTP_GET, "/v1/batches/{batch_id}/results", AC_SCOPE_JOBS_READ, AC_SCOPE_RESULTS | AC_SCOPE_DEIDENTIFIED,
      AC_ROUTE_LINES, 0, NULL, &query, NULL, 200, get_results, "Jobs", "getBatchResults",
      "Read the results of a batch, many in one answer",
      "One JSON object a line for each job, in the order of the batch: job_id, state, and result (null while there is "
      "none) or, with form=fhir, bundles. A page behind the last job is empty." },
};
const size_t ac_routes_batches_n = sizeof ac_routes_batches / sizeof *ac_routes_batches;
