/* What an earlier platform called a document's medical data: what was read from it, and what people put in its place.
 * GET /get_updated_medical_data, PUT /update_medical_data. */
#include "api/jobs_json.h"
#include "api/routes.h"
#include "app/corrections.h"
#include "app/members.h"

enum { BODY = AC_CORRECTION_MAX };

static const ac_field data_fields[] = {
    { "document_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "job_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "the newest job of it" },
    { "status", AC_FIELD_WORD, true, 0, 0, "pending processing completed failed cancelled", NULL, "" },
    { "medical_data", AC_FIELD_ANY, true, 0, 0, NULL, NULL,
      "as it was put last, else what was read; null: there is nothing (yet)" },
    { "corrected", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "it was put by somebody" },
    { "corrected_at", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { "corrected_by", AC_FIELD_ID, false, 0, 0, NULL, NULL, "who" },
    { "extracted", AC_FIELD_ANY, true, 0, 0, NULL, NULL,
      "what was read, with its evidence: clinical_summary of the result; a correction changes nothing of it" },
    { 0 },
};
static const ac_schema data_schema = { "LegacyMedicalData", data_fields };
static const ac_field get_fields[] = {
    { "document_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "a document that was uploaded" },
    { 0 },
};
static const ac_schema get_query = { NULL, get_fields };
static const ac_field put_fields[] = {
    { "document_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "a document that was uploaded" },
    { "medical_data", AC_FIELD_ANY, true, 0, 0, NULL, NULL, "what is right, in whatever form; kept as it is" },
    { 0 },
};
static const ac_schema put_schema = { "LegacyMedicalDataUpdate", put_fields };

/* What was read: of the newest job. Without one, or without a result, it is empty. */
static ac_rc read_it(ac_call *c, ac_id document, ac_job *job, bool *known, ac_sv *out, ac_err *err)
{
    ac_job_list jobs = { 0 };
    ac_job_result r;
    ac_sv rest, line;
    const ac_job_query q = { .document = document, .max = 1 };
    *out = (ac_sv) { 0 };
    AC_TRY(err, ac_jobs_list(c->service, &c->who, &q, c->arena, &jobs, err));
    *known = jobs.n > 0;
    if (!jobs.n)
        return AC_OK;
    *job = jobs.at[0];
    if (!ac_job_ended(job->state))
        return AC_OK;
    AC_TRY(err, ac_jobs_result(c->service, &c->who, job->id, AC_SV("clinical_summary"), c->arena, &r, err));
    rest = r.results;
    return r.results.n && ac_sv_split(&rest, '\n', &line)
               ? ac_members_value(line, AC_SV("clinical_summary"), c->arena, out, err)
               : AC_OK;
}

static void put_value(ac_jw *w, const char *key, ac_sv json)
{
    ac_jw_key(w, ac_sv_z(key));
    if (json.n)
        ac_jw_raw(w, json);
    else
        ac_jw_null(w);
}

static ac_rc answer(ac_call *c, ac_document_id document, ac_err *err)
{
    ac_correction said;
    ac_job job = { .state = AC_JOB_QUEUED };
    bool known;
    ac_sv extracted, corrected = { 0 };
    AC_TRY(err, ac_correction_get(c->service, &c->who, document, c->arena, &said, err));
    AC_TRY(err, read_it(c, document.v, &job, &known, &extracted, err));
    if (said.text.n)
        AC_TRY(err, ac_members_value(said.text, AC_SV("medical_data"), c->arena, &corrected, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "document_id", document.v);
    ac_jw_kid(&w, "job_id", job.id.v);
    ac_jw_kstring(&w, "status", ac_legacy_status(job.state));
    put_value(&w, "medical_data", corrected.n ? corrected : extracted);
    ac_jw_kbool(&w, "corrected", corrected.n > 0);
    ac_jw_kinstant(&w, "corrected_at", said.at_ms);
    ac_jw_kid(&w, "corrected_by", said.actor);
    put_value(&w, "extracted", extracted);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_document_id document_of(const ac_call *c) { return (ac_document_id) { ac_call_id(c, "document_id") }; }

static ac_rc get_data(ac_call *c, ac_err *err) { return answer(c, document_of(c), err); }

static ac_rc put_data(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_correction_put(c->service, &c->who, document_of(c), c->bytes, err));
    return answer(c, document_of(c), err);
}

const ac_route ac_routes_records[] = {
    { AC_HTTP_GET, "/get_updated_medical_data", AC_SCOPE_RESULTS, 0, AC_ROUTE_LEGACY, 0, NULL, &get_query, &data_schema,
      200, get_data, "Earlier systems", "legacyGetData", "Read a document's data, with what people put in its place",
      NULL },
    { AC_HTTP_PUT, "/update_medical_data", AC_SCOPE_JOBS_WRITE | AC_SCOPE_RESULTS, 0, AC_ROUTE_LEGACY, BODY,
      &put_schema, NULL, &data_schema, 200, put_data, "Earlier systems", "legacyPutData",
      "Put other data in place of what was read",
      "It is kept beside the result, with who put it and when. The result and its evidence stay as they are." },
};
const size_t ac_routes_records_n = sizeof ac_routes_records / sizeof *ac_routes_records;
