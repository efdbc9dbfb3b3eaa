/* /v1/jobs, /v1/batches: documents to be worked on, and what came of it. */
#include "api/jobs_json.h"
#include "api/routes.h"
#include "api/submit.h"

#define LANGS    "en es"
#define PROFILES "safe-harbor limited-dataset meddocan"
#define MODES    "tag mask surrogate date-shift"
#define STATES   "queued running completed incomplete failed cancelled dead"
enum { KEEP_MAX = 10 * 365 * 24 * 3600, BODY_JOB = 4 * AC_INLINE_MAX, BODY_BATCH = 64 << 20, FIELDS_MAX = 500 };

static const ac_field job_new_fields[] = {
    { "text", AC_FIELD_TEXT, false, 1, AC_INLINE_MAX, NULL, NULL,
      "the note; larger ones are uploaded to /v1/documents first" },
    { "document_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "a document that was uploaded, instead of text" },
    { "name", AC_FIELD_TEXT, false, 0, AC_NAME_MAX, NULL, NULL,
      "what you call the document: document.id of the result" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "whose it is" },
    { "patient_reference", AC_FIELD_TEXT, false, 1, AC_REF_MAX, NULL, NULL,
      "the same in your own words, for example a record number; the patient is added when it is new" },
    { "lang", AC_FIELD_WORD, false, 0, 0, LANGS, NULL, "language; found out when not given" },
    { "note_date", AC_FIELD_DATE, false, 0, 0, NULL, NULL, "date of the note; read from it when not given" },
    { "profile", AC_FIELD_WORD, false, 0, 0, PROFILES, NULL, "what the de-identified text hides" },
    { "mode", AC_FIELD_WORD, false, 0, 0, MODES, NULL, "what stands there instead" },
    { "priority", AC_FIELD_NUMBER, false, AC_JOB_PRIORITY_MIN, AC_JOB_PRIORITY_MAX, NULL, NULL,
      "larger goes first; 4 when not given" },
    { "run_at", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL,
      "not before this moment, at most a year ahead; at once when not given" },
    { "keep_seconds", AC_FIELD_NUMBER, false, 1, KEEP_MAX, NULL, NULL, "how long the result is kept" },
    { "webhook_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "a webhook that is told how the job ends" },
    { 0 },
};
const ac_schema ac_schema_job_new = { "JobRequest", job_new_fields };

static const ac_field progress_fields[] = {
    { "step", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "steps finished" },
    { "done", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "pieces of the present step that are done" },
    { "total", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "of so many; 0: not known" },
    { 0 },
};
static const ac_schema progress_schema = { "Progress", progress_fields };
static const ac_field job_error_fields[] = {
    { "code", AC_FIELD_TEXT, true, 0, 64, NULL, NULL, "a stable word" },
    { "message", AC_FIELD_TEXT, true, 0, 200, NULL, NULL, "the same for people" },
    { 0 },
};
static const ac_schema job_error_schema = { "JobError", job_error_fields };
static const ac_field job_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "kind", AC_FIELD_WORD, true, 0, 0, "process summary", NULL, "" },
    { "state", AC_FIELD_WORD, true, 0, 0, STATES, NULL,
      "incomplete: there is a result, and its coverage says what is missing; dead: tried as often as allowed" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "document_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "batch_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "priority", AC_FIELD_NUMBER, true, AC_JOB_PRIORITY_MIN, AC_JOB_PRIORITY_MAX, NULL, NULL, "" },
    { "attempt", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "begun so far" },
    { "attempts_max", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "" },
    { "event", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "number of the last event" },
    { "progress", AC_FIELD_OBJECT, true, 0, 0, NULL, &progress_schema, "" },
    { "error", AC_FIELD_OBJECT, false, 0, 0, NULL, &job_error_schema, "of the last attempt" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "run_at", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL,
      "it begins no earlier: as was asked for, or after an attempt that failed" },
    { "started", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { "ended", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { 0 },
};
const ac_schema ac_schema_job = { "Job", job_fields };

static const ac_field jobs_fields[] = {
    { "jobs", AC_FIELD_LIST, true, 0, 0, NULL, &ac_schema_job, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema jobs_schema = { "JobPage", jobs_fields };
static const ac_field jobs_query_fields[] = {
    { "cursor", AC_FIELD_ID, false, 0, 0, NULL, NULL, "what \"next\" of the page before said" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_PAGE_MAX, NULL, NULL, "jobs on a page; 50 when not given" },
    { "state", AC_FIELD_WORDS, false, 0, 0, STATES, NULL, "only these states" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "only of this patient" },
    { "batch_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "only of this batch" },
    { "document_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "only of this document" },
    { 0 },
};
static const ac_schema jobs_query = { NULL, jobs_query_fields };

static const ac_field batch_new_fields[] = {
    { "jobs", AC_FIELD_LIST, true, 1, AC_SUBMIT_MAX, NULL, &ac_schema_job_new, "all or none of them are accepted" },
    { 0 },
};
static const ac_schema batch_new_schema = { "BatchRequest", batch_new_fields };
static const ac_field batch_fields[] = {
    { "batch_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "job_ids", AC_FIELD_IDS, true, 0, AC_SUBMIT_MAX, NULL, NULL,
      "in the order of the request; empty when the same request came before: see /v1/jobs?batch_id=" },
    { 0 },
};
static const ac_schema batch_schema = { "Batch", batch_fields };

static const ac_field result_query_fields[] = {
    { "fields", AC_FIELD_WORDS, false, 0, FIELDS_MAX, AC_RESULT_PARTS, NULL, "only these members of the result" },
    { 0 },
};
static const ac_schema result_query = { NULL, result_query_fields };
const ac_schema ac_schema_result = { "Result", NULL };
const ac_schema ac_schema_any = { "Object", NULL };

static const ac_field fhir_query_fields[] = {
    { "identified", AC_FIELD_BOOL, false, 0, 0, NULL, NULL, "with names and full dates; needs results:read" },
    { 0 },
};
static const ac_schema fhir_query = { NULL, fhir_query_fields };

static const ac_field event_fields[] = {
    { "job_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "event", AC_FIELD_NUMBER, true, 1, INT64_MAX, NULL, NULL, "ascending, without gaps" },
    { "state", AC_FIELD_WORD, true, 0, 0, STATES, NULL, "" },
    { "attempt", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "" },
    { "step", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "" },
    { "done", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "" },
    { "total", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "" },
    { "error", AC_FIELD_TEXT, false, 0, 64, NULL, NULL, "" },
    { "at", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { 0 },
};
static const ac_schema event_schema = { "JobEvent", event_fields };
static const ac_field events_fields[] = {
    { "events", AC_FIELD_LIST, true, 0, 0, NULL, &event_schema, "" },
    { 0 },
};
static const ac_schema events_schema = { "JobEvents", events_fields };
static const ac_field events_query_fields[] = {
    { "after", AC_FIELD_NUMBER, false, 0, INT64_MAX, NULL, NULL,
      "only events after this number; a stream takes it from Last-Event-ID, too" },
    { 0 },
};
static const ac_schema events_query = { NULL, events_query_fields };

/* ---- handlers ---- */

static ac_job_id job_arg(const ac_call *c) { return (ac_job_id) { c->args[0] }; }

static ac_rc answer_job(ac_call *c, ac_job_id id, int status, ac_err *err)
{
    ac_job job;
    ac_sv reason;
    AC_TRY(err, ac_jobs_get(c->service, &c->who, id, c->arena, &job, err));
    AC_TRY(err, ac_jobs_reason(c->service, &job, c->arena, &reason, err));
    ac_jw w = ac_call_json(c, status);
    ac_jw_job(&w, &job, reason);
    return AC_OK;
}

static ac_rc write_job(ac_call *c, const ac_submitted *done, const ac_job_id *ids, size_t n, ac_err *err)
{
    (void)ids;
    (void)n;
    if (done->replayed) {
        AC_TRY(err, answer_job(c, done->first, 0, err));
    } else {
        ac_jw w = ac_call_json(c, 0);
        ac_jw_job(&w, &done->job, AC_SV(""));
    }
    ac_locate_job(c, done->first);
    return AC_OK;
}

static ac_rc post_job(ac_call *c, ac_err *err)
{
    ac_submission *sub = ac_arena_alloc(c->arena, sizeof *sub);
    if (!sub)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_submission_of(c, c->body, sub, err));
    return ac_call_submit(c, sub, 1, write_job, err);
}

static ac_rc write_batch(ac_call *c, const ac_submitted *done, const ac_job_id *ids, size_t n, ac_err *err)
{
    ac_jw w = ac_call_json(c, 0);
    (void)err;
    ac_jw_object(&w);
    ac_jw_kid(&w, "batch_id", done->batch);
    ac_jw_karray(&w, "job_ids");
    for (size_t i = 0; i < n && !done->replayed; i++)
        ac_jw_id(&w, ids[i].v);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc post_batch(ac_call *c, ac_err *err)
{
    const ac_json *list = ac_json_get(c->body, "jobs");
    ac_submission *subs = ac_arena_alloc(c->arena, list->n * sizeof *subs);
    size_t n = 0;
    if (!list->n || !subs)
        return ac_fail(err, list->n ? AC_ELIMIT : AC_EINPUT, "a batch has at least one job");
    for (const ac_json *e = list->first; e; e = e->next)
        AC_TRY(err, ac_submission_of(c, e, &subs[n++], err));
    return ac_call_submit(c, subs, n, write_batch, err);
}

static uint32_t states_of(ac_sv words)
{
    uint32_t bits = 0;
    ac_sv word;
    ac_job_state state;
    while (ac_sv_split(&words, ',', &word))
        if (ac_job_state_parse(word, &state))
            bits |= 1u << state;
    return bits;
}

static ac_rc list_jobs(ac_call *c, ac_err *err)
{
    ac_job_list jobs = { 0 };
    const ac_job_query q = { .patient.v = ac_call_id(c, "patient_id"),
                             .batch = ac_call_id(c, "batch_id"),
                             .document = ac_call_id(c, "document_id"),
                             .states = states_of(ac_call_text(c, "state")),
                             .before = ac_call_cursor(c),
                             .max = ac_call_limit(c) };
    AC_TRY(err, ac_jobs_list(c->service, &c->who, &q, c->arena, &jobs, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "jobs");
    for (size_t i = 0; i < jobs.n; i++)
        ac_jw_job(&w, &jobs.at[i], AC_SV(""));
    ac_jw_end_array(&w);
    ac_call_next(&w, jobs.n ? jobs.at[jobs.n - 1].id.v : (ac_id) { { 0 } }, jobs.n == q.max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc get_job(ac_call *c, ac_err *err) { return answer_job(c, job_arg(c), 0, err); }

static ac_rc get_result(ac_call *c, ac_err *err)
{
    ac_job_result r;
    AC_AUTO_PTR(ac_result_stream) stream = NULL;
    const ac_sv fields = ac_call_text(c, "fields");
    AC_TRY(err, ac_jobs_result_open(c->service, &c->who, job_arg(c), fields.n ? fields : (ac_sv) { 0 }, c->arena, &r,
                                    &stream, err));
    if (!stream)
        return ac_job_ended(r.job.state) ? ac_fail(err, AC_ENOTFOUND, "the job ended without a result: see its state")
                                         : ac_fail(err, AC_ECONFLICT, "the job has not ended yet");
    return ac_call_results(c, AC_MOVE(&stream), err);
}

static ac_rc get_fhir(ac_call *c, ac_err *err)
{
    char buf[AC_INSTANT_MAX];
    AC_AUTO(ac_sb) lines = AC_SB(AC_ANSWER_MAX);
    ac_job job;
    AC_TRY(err, ac_jobs_get(c->service, &c->who, job_arg(c), c->arena, &job, err));
    AC_TRY(err, ac_jobs_fhir(c->service, &c->who, job_arg(c), ac_call_flag(c, "identified", false),
                             ac_instant_text(job.ended_ms, buf), c->arena, &lines, err));
    const ac_sv all = ac_sv_trim(ac_sb_view(&lines));
    const bool several = memchr(all.p, '\n', all.n);
    c->reply = ac_reply_new(200);
    ac_reply_own(c->reply, several ? "application/fhir+ndjson" : "application/fhir+json", &lines);
    return AC_OK;
}

static ac_rc get_events(ac_call *c, ac_err *err)
{
    ac_job_events events = { 0 };
    AC_TRY(err, ac_jobs_events(c->service, &c->who, job_arg(c), (uint64_t)ac_call_number(c, "after", 0), c->arena,
                               &events, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "events");
    for (size_t i = 0; i < events.n; i++)
        ac_jw_job_event(&w, &events.at[i]);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc cancel_job(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_jobs_cancel(c->service, &c->who, job_arg(c), err));
    return answer_job(c, job_arg(c), 0, err);
}

static ac_rc retry_job(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_jobs_retry(c->service, &c->who, job_arg(c), err));
    return answer_job(c, job_arg(c), 0, err);
}

static ac_rc delete_job(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_jobs_remove(c->service, &c->who, job_arg(c), err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

#define RESULTS (AC_SCOPE_RESULTS | AC_SCOPE_DEIDENTIFIED)
const ac_route ac_routes_jobs[] = {
    { AC_HTTP_POST, "/v1/jobs", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_ONCE | AC_ROUTE_LONG, BODY_JOB, &ac_schema_job_new, NULL,
      &ac_schema_job, 202, post_job, "Jobs", "submitJob", "Submit a note or an uploaded document",
      "The answer comes when the job is on the disk: it will be done, whatever happens to the server." },
    { AC_HTTP_GET, "/v1/jobs", AC_SCOPE_JOBS_READ, 0, 0, 0, NULL, &jobs_query, &jobs_schema, 200, list_jobs, "Jobs",
      "listJobs", "List jobs",
      "Who is confined to some patients names one of them, a batch or a document, and sees those patients' jobs "
      "alone." },
    { AC_HTTP_POST, "/v1/batches", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_ONCE | AC_ROUTE_LONG, BODY_BATCH, &batch_new_schema, NULL,
      &batch_schema, 202, post_batch, "Jobs", "submitBatch", "Submit many notes at once",
      "All of them are accepted, or none." },
    { AC_HTTP_GET, "/v1/jobs/{job_id}", AC_SCOPE_JOBS_READ, 0, 0, 0, NULL, NULL, &ac_schema_job, 200, get_job, "Jobs",
      "getJob", "Read a job's state", NULL },
    { AC_HTTP_DELETE, "/v1/jobs/{job_id}", AC_SCOPE_JOBS_WRITE, 0, 0, 0, NULL, NULL, NULL, 204, delete_job, "Jobs",
      "deleteJob", "Delete a job that has ended, with its result", NULL },
    { AC_HTTP_GET, "/v1/jobs/{job_id}/result", AC_SCOPE_JOBS_READ, RESULTS, 0, 0, NULL, &result_query,
      &ac_schema_result, 200, get_result, "Jobs", "getResult", "Read a job's result",
      "Schema aceso/result/1. Who has results:deidentified alone gets only what carries no identifiers. "
      "A document of several patients gives {\"results\": [...]}." },
    { AC_HTTP_GET, "/v1/jobs/{job_id}/fhir", AC_SCOPE_JOBS_READ, RESULTS, AC_ROUTE_FHIR, 0, NULL, &fhir_query,
      &ac_schema_any, 200, get_fhir, "Jobs", "getFhir", "Read a job's result as a FHIR R4 bundle",
      "Of several patients: application/fhir+ndjson, one bundle a line." },
    { AC_HTTP_GET, "/v1/jobs/{job_id}/events", AC_SCOPE_JOBS_READ, 0, AC_ROUTE_EVENTS, 0, NULL, &events_query,
      &events_schema, 200, get_events, "Jobs", "getEvents", "Read or follow what happens to a job",
      "With Accept: text/event-stream the answer is a stream that ends with the job; a WebSocket gets the same events, "
      "one a message." },
    { AC_HTTP_POST, "/v1/jobs/{job_id}/cancel", AC_SCOPE_JOBS_WRITE, 0, 0, 0, NULL, NULL, &ac_schema_job, 200,
      cancel_job, "Jobs", "cancelJob", "Cancel a job", "One that runs is asked to stop." },
    { AC_HTTP_POST, "/v1/jobs/{job_id}/retry", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_ONCE, 0, NULL, NULL, &ac_schema_job,
      200, retry_job, "Jobs", "retryJob", "Queue a dead job again", NULL },
};
const size_t ac_routes_jobs_n = sizeof ac_routes_jobs / sizeof *ac_routes_jobs;
