/* The paths of the systems that this server replaces: other words for the same use cases, so that their clients need a
 * new address and a key, and nothing else. Each handler says which document of theirs it follows. */
#include "api/api_parts.h"
#include "api/jobs_json.h"
#include "api/routes.h"
#include "api/submit.h"
#include "api/upload.h"
#include "app/members.h"
#include "app/run.h"

enum { BODY = 4 * AC_INLINE_MAX, TEXTS_MAX = 1000 };

/* ---- the queue-based summariser: POST /submit, GET /result/{id}, WS /ws/{id} ---- */

static const ac_field submit_fields[] = {
    { "text", AC_FIELD_TEXT, true, 1, AC_INLINE_MAX, NULL, NULL, "the note" },
    { "patient_reference", AC_FIELD_TEXT, false, 1, AC_REF_MAX, NULL, NULL, "whose it is, in your own words" },
    { 0 },
};
static const ac_schema submit_schema = { "LegacySubmit", submit_fields };
static const ac_field submitted_fields[] = {
    { "job_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "status", AC_FIELD_WORD, true, 0, 0, "pending processing completed failed cancelled", NULL, "" },
    { "message", AC_FIELD_TEXT, true, 0, 200, NULL, NULL, "" },
    { 0 },
};
static const ac_schema submitted_schema = { "LegacySubmitted", submitted_fields };

static ac_rc write_submitted(ac_call *c, const ac_submitted *done, const ac_job_id *ids, size_t n, ac_err *err)
{
    ac_jw w = ac_call_json(c, 0);
    (void)ids;
    (void)n;
    (void)err;
    ac_jw_object(&w);
    ac_jw_kid(&w, "job_id", done->first.v);
    ac_jw_kstring(&w, "status", AC_SV("pending"));
    ac_jw_kstring(&w, "message", AC_SV("The job is queued. Ask /result/{job_id} for what comes of it."));
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc post_submit(ac_call *c, ac_err *err)
{
    ac_submission *sub = ac_arena_alloc(c->arena, sizeof *sub);
    if (!sub)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_submission_of(c, c->body, sub, err));
    return ac_call_submit(c, sub, 1, write_submitted, err);
}

static const ac_field result_fields[] = {
    { "job_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "status", AC_FIELD_WORD, true, 0, 0, "pending processing completed failed cancelled", NULL, "" },
    { "clinical_summary", AC_FIELD_ANY, false, 0, 0, NULL, NULL, "when it is completed" },
    { "result", AC_FIELD_ANY, false, 0, 0, NULL, NULL, "the same and more: aceso/result/1" },
    { "error", AC_FIELD_TEXT, false, 0, 200, NULL, NULL, "when it failed" },
    { 0 },
};
static const ac_schema result_schema = { "LegacyResult", result_fields };

static ac_rc put_result(ac_call *c, bool whole, ac_err *err)
{
    ac_job_result r;
    ac_sv rest, line, summary = { 0 };
    const bool all = whole || !ac_may(&c->who, AC_SCOPE_RESULTS);
    const ac_sv everything = { 0 }, part = AC_SV("clinical_summary"), fields = all ? everything : part;
    AC_TRY(err, ac_jobs_result(c->service, &c->who, (ac_job_id) { c->args[0] }, fields, c->arena, &r, err));
    rest = r.results;
    if (r.results.n && ac_sv_split(&rest, '\n', &line) && !r.deidentified)
        AC_TRY(err, ac_members_value(line, AC_SV("clinical_summary"), c->arena, &summary, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "job_id", r.job.id.v);
    ac_jw_kstring(&w, "status", ac_legacy_status(r.job.state));
    if (summary.n) {
        ac_jw_key(&w, AC_SV("clinical_summary"));
        ac_jw_raw(&w, summary);
    }
    if (r.results.n && (whole || r.deidentified)) {
        ac_jw_key(&w, AC_SV("result"));
        ac_jw_results(&w, r.results);
    }
    if (ac_job_ended(r.job.state) && r.job.error != AC_OK)
        ac_jw_kstring(&w, "error", ac_sv_z(ac_rc_text(r.job.error)));
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc get_result(ac_call *c, ac_err *err) { return put_result(c, false, err); }
static ac_rc get_job(ac_call *c, ac_err *err) { return put_result(c, true, err); }
static ac_rc no_socket(ac_call *c, ac_err *err)
{
    (void)c;
    return ac_fail(err, AC_EINPUT, "a WebSocket is expected");
}

/* ---- the extraction platform: /upload, /generate_patient_summary, /job/{id}, /api/generate_summary,
 * /extract_medical_data ---- */

static ac_rc post_upload(ac_call *c, ac_err *err)
{
    ac_job job;
    ac_document_info d;
    AC_TRY(err, ac_stored_submit(c, &job, &d, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "document_id", c->stored.v);
    ac_jw_kid(&w, "job_id", job.id.v);
    ac_jw_kstring(&w, "status", ac_legacy_status(job.state));
    ac_jw_end_object(&w);
    return AC_OK;
}

/* By the id of the document, as theirs: the newest job of it. */
static ac_rc get_upload(ac_call *c, ac_err *err)
{
    ac_job_list jobs = { 0 };
    const ac_job_query q = { .document = c->args[0], .max = 1 };
    AC_TRY(err, ac_jobs_list(c->service, &c->who, &q, c->arena, &jobs, err));
    if (!jobs.n)
        return ac_fail(err, AC_ENOTFOUND, "no such document");
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "document_id", c->args[0]);
    ac_jw_kid(&w, "job_id", jobs.at[0].id.v);
    ac_jw_kstring(&w, "status", ac_legacy_status(jobs.at[0].state));
    ac_jw_end_object(&w);
    return AC_OK;
}
static const ac_field uploaded_fields[] = {
    { "document_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "job_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "status", AC_FIELD_WORD, true, 0, 0, "pending processing completed failed cancelled", NULL, "" },
    { 0 },
};
static const ac_schema uploaded_schema = { "LegacyUploaded", uploaded_fields };
static const ac_field upload_query_fields[] = {
    { "patient_reference", AC_FIELD_TEXT, false, 1, AC_REF_MAX, NULL, NULL, "whose it is, in your own words" },
    { 0 },
};
static const ac_schema upload_query = { NULL, upload_query_fields };

static const ac_field patient_summary_fields[] = {
    { "patient_data", AC_FIELD_ANY, true, 0, 0, NULL, NULL,
      "a text, a list of texts, or an object: its texts are read one after the other" },
    { "model_name", AC_FIELD_TEXT, false, 0, 500, NULL, NULL, "not used: the engine is built in" },
    { "model_type", AC_FIELD_TEXT, false, 0, 100, NULL, NULL, "not used" },
    { 0 },
};
static const ac_schema patient_summary_schema = { "LegacyPatientSummary", patient_summary_fields };

/* All texts within a value, in their order, a blank line between them; names of members become headings. */
static ac_rc gather(const ac_json *j, ac_sb *out, ac_err *err)
{
    const ac_json *at[16];
    size_t depth = 0, seen = 0;
    at[depth++] = j;
    while (depth && seen++ < TEXTS_MAX) {
        const ac_json *v = at[--depth];
        if (v->next && v != j)
            at[depth++] = v->next;
        if (v->type == AC_JSON_STRING || v->type == AC_JSON_NUMBER) {
            if (v->key.n)
                ac_sb_addf(out, "%.*s: ", (int)v->key.n, v->key.p);
            ac_sb_add(out, v->text);
            ac_sb_add(out, AC_SV("\n\n"));
        } else if (v->first && depth < sizeof at / sizeof *at) {
            if (v->key.n)
                ac_sb_addf(out, "%.*s:\n", (int)v->key.n, v->key.p);
            at[depth++] = v->first;
        }
    }
    if (seen >= TEXTS_MAX)
        return ac_fail(err, AC_ELIMIT, "more than %d values", TEXTS_MAX);
    return ac_sb_done(out, err);
}

static ac_rc post_patient_summary(ac_call *c, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(AC_INLINE_MAX);
    c->where = AC_SV("patient_data");
    AC_TRY(err, gather(ac_json_get(c->body, "patient_data"), &text, err));
    c->where = AC_SV("");
    ac_submission *sub = ac_arena_alloc(c->arena, sizeof *sub);
    const ac_sv kept = ac_arena_copy(c->arena, ac_sb_view(&text));
    if (!sub || !kept.p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *sub = (ac_submission) { .bytes = kept, .text = true, .priority = AC_JOB_PRIORITY };
    return ac_call_submit(c, sub, 1, write_submitted, err);
}

static const ac_field generate_fields[] = {
    { "text", AC_FIELD_TEXT, true, 1, AC_INLINE_MAX, NULL, NULL, "the note" },
    { "model_name", AC_FIELD_TEXT, false, 0, 500, NULL, NULL, "not used: the engine is built in" },
    { "model_type", AC_FIELD_TEXT, false, 0, 100, NULL, NULL, "not used" },
    { 0 },
};
static const ac_schema generate_schema = { "LegacyText", generate_fields };

static ac_rc at_once(ac_call *c, uint32_t parts, ac_err *err)
{
    AC_AUTO(ac_sb) lines = AC_SB(AC_ANSWER_MAX);
    const ac_submission sub = { .bytes = ac_call_text(c, "text"), .text = true };
    AC_TRY(err, ac_jobs_now(c->service, &c->who, &sub, parts, false, c->arena, &lines, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_results(&w, ac_sb_view(&lines));
    return AC_OK;
}

static ac_rc post_generate(ac_call *c, ac_err *err)
{
    return at_once(c, AC_PART_CLINICAL_SUMMARY | AC_PART_SOAP | AC_PART_SUMMARY, err);
}
static ac_rc post_extract(ac_call *c, ac_err *err)
{
    return at_once(c, AC_PART_TEXT | AC_PART_SECTIONS | AC_PART_ENTITIES | AC_PART_CLINICAL_SUMMARY, err);
}

/* ---- what needs models ---- */

static ac_rc no_models(ac_call *c, ac_err *err)
{
    (void)err;
    c->reply = ac_reply_error(
        501, "not_implemented",
        AC_SV("this server has no models to load, switch or transcribe with: its engine is built in"), AC_SV(""));
    return AC_OK;
}

#define RESULTS    (AC_SCOPE_RESULTS | AC_SCOPE_DEIDENTIFIED)
#define LEGACY     "Earlier systems"
#define UPLOAD_MAX ((uint64_t)8 << 30)
#define ANY_MAX    ((uint64_t)1 << 30)
const ac_route ac_routes_legacy[] = {
    { AC_HTTP_POST, "/submit", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_LEGACY | AC_ROUTE_ONCE | AC_ROUTE_LONG, BODY, &submit_schema, NULL,
      &submitted_schema, 202, post_submit, LEGACY, "legacySubmit", "Submit a note", NULL },
    { AC_HTTP_GET, "/result/{job_id}", AC_SCOPE_JOBS_READ, RESULTS, AC_ROUTE_LEGACY, 0, NULL, NULL, &result_schema, 200,
      get_result, LEGACY, "legacyResult", "Read what came of it", NULL },
    { AC_HTTP_GET, "/ws/{job_id}", AC_SCOPE_JOBS_READ, 0, AC_ROUTE_LEGACY | AC_ROUTE_SOCKET, 0, NULL, NULL, NULL, 101,
      no_socket, LEGACY, "legacySocket", "Follow a job by WebSocket",
      "One message for each change: {job_id, status, event}." },
    { AC_HTTP_POST, "/upload", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_LEGACY | AC_ROUTE_UPLOAD | AC_ROUTE_ONCE, UPLOAD_MAX,
      NULL, &upload_query, &uploaded_schema, 202, post_upload, LEGACY, "legacyUpload", "Upload a document", NULL },
    { AC_HTTP_GET, "/upload/status/{document_id}", AC_SCOPE_JOBS_READ, 0, AC_ROUTE_LEGACY, 0, NULL, NULL,
      &uploaded_schema, 200, get_upload, LEGACY, "legacyUploadStatus", "How far is the work on an uploaded document?",
      NULL },
    { AC_HTTP_POST, "/transcribe", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_LEGACY | AC_ROUTE_ANY_BODY, ANY_MAX, NULL, NULL,
      NULL, 501, no_models, LEGACY, "legacyTranscribe", "Transcribe a recording", "Not yet: 501." },
    { AC_HTTP_POST, "/generate_patient_summary", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_LEGACY | AC_ROUTE_ONCE | AC_ROUTE_LONG, BODY,
      &patient_summary_schema, NULL, &submitted_schema, 202, post_patient_summary, LEGACY, "legacyPatientSummary",
      "Submit a patient's texts to be summarised", NULL },
    { AC_HTTP_GET, "/job/{job_id}", AC_SCOPE_JOBS_READ, RESULTS, AC_ROUTE_LEGACY, 0, NULL, NULL, &result_schema, 200,
      get_job, LEGACY, "legacyJob", "Read a job with its whole result", NULL },
    { AC_HTTP_POST, "/api/generate_summary", AC_SCOPE_RESULTS, 0, AC_ROUTE_LEGACY | AC_ROUTE_LONG, BODY, &generate_schema, NULL,
      &ac_schema_result, 200, post_generate, LEGACY, "legacyGenerateSummary", "Summarise a note at once", NULL },
    { AC_HTTP_POST, "/extract_medical_data", AC_SCOPE_RESULTS, 0, AC_ROUTE_LEGACY | AC_ROUTE_LONG, BODY, &generate_schema, NULL,
      &ac_schema_result, 200, post_extract, LEGACY, "legacyExtract", "Extract what a note says, at once", NULL },
    { AC_HTTP_GET, "/api/model_info", AC_SCOPE_MODELS, 0, AC_ROUTE_LEGACY, 0, NULL, NULL, NULL, 501, no_models, LEGACY,
      "legacyModelInfo", "Model information", "Not yet: 501." },
    { AC_HTTP_POST, "/api/load_model", AC_SCOPE_MODELS_WRITE, 0, AC_ROUTE_LEGACY | AC_ROUTE_ANY_BODY, ANY_MAX, NULL,
      NULL, NULL, 501, no_models, LEGACY, "legacyLoadModel", "Load a model", "Not yet: 501." },
    { AC_HTTP_POST, "/api/switch_model", AC_SCOPE_MODELS_WRITE, 0, AC_ROUTE_LEGACY | AC_ROUTE_ANY_BODY, ANY_MAX, NULL,
      NULL, NULL, 501, no_models, LEGACY, "legacySwitchModel", "Switch the model", "Not yet: 501." },
};
const size_t ac_routes_legacy_n = sizeof ac_routes_legacy / sizeof *ac_routes_legacy;
