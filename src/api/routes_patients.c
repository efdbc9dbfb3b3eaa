/* /v1/patients */
#include "api/jobs_json.h"
#include "api/routes.h"
#include "app/patients.h"

enum { BODY = 8 << 10 };

static const ac_field patient_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "reference", AC_FIELD_TEXT, true, 0, AC_REF_MAX, NULL, NULL, "what you call the patient" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "held", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "on hold: nothing of the patient is removed" },
    { 0 },
};
static const ac_schema patient_schema = { "Patient", patient_fields };
static const ac_field patient_new_fields[] = {
    { "reference", AC_FIELD_TEXT, true, 1, AC_REF_MAX, NULL, NULL,
      "what you call the patient, for example a record number; sealed, and found by a keyed hash" },
    { 0 },
};
static const ac_schema patient_new_schema = { "PatientRequest", patient_new_fields };
static const ac_field patients_fields[] = {
    { "patients", AC_FIELD_LIST, true, 0, 0, NULL, &patient_schema, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema patients_schema = { "PatientPage", patients_fields };
static const ac_field list_fields[] = {
    { "cursor", AC_FIELD_ID, false, 0, 0, NULL, NULL, "what \"next\" of the page before said" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_PAGE_MAX, NULL, NULL, "patients on a page; 50 when not given" },
    { "reference", AC_FIELD_TEXT, false, 1, AC_REF_MAX, NULL, NULL, "only the one of this name" },
    { 0 },
};
static const ac_schema list_query = { NULL, list_fields };

static void put_patient(ac_jw *w, const ac_patient_info *p)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", p->id.v);
    ac_jw_kstring(w, "reference", p->reference);
    ac_jw_kinstant(w, "created", p->created_ms);
    ac_jw_kbool(w, "held", p->held);
    ac_jw_end_object(w);
}

static ac_patient_id patient_arg(const ac_call *c) { return (ac_patient_id) { c->args[0] }; }

static ac_rc answer(ac_call *c, const ac_patient_info *p, int status)
{
    ac_jw w = ac_call_json(c, status);
    put_patient(&w, p);
    return AC_OK;
}

static ac_rc post_patient(ac_call *c, ac_err *err)
{
    ac_patient_info p;
    bool fresh = false;
    AC_TRY(err, ac_patients_add(c->service, &c->who, ac_call_text(c, "reference"), c->arena, &p, &fresh, err));
    return answer(c, &p, fresh ? 201 : 200);
}

static ac_rc list_patients(ac_call *c, ac_err *err)
{
    ac_patient_infos list = { 0 };
    const size_t max = ac_call_limit(c);
    const ac_sv reference = ac_call_text(c, "reference");
    if (reference.p) {
        ac_patient_info *p = ac_vec_push(&list, c->arena);
        ac_rc rc =
            p ? ac_patients_find(c->service, &c->who, reference, c->arena, p, err) : ac_fail(err, AC_ELIMIT, "no room");
        list.n = rc == AC_OK;
        if (rc != AC_OK && rc != AC_ENOTFOUND)
            return rc;
    } else {
        AC_TRY(err, ac_patients_list(c->service, &c->who, ac_call_cursor(c), max, c->arena, &list, err));
    }
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "patients");
    for (size_t i = 0; i < list.n; i++)
        put_patient(&w, &list.at[i]);
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id.v : (ac_id) { { 0 } }, !reference.p && list.n == max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc get_patient(ac_call *c, ac_err *err)
{
    ac_patient_info p;
    AC_TRY(err, ac_patients_get(c->service, &c->who, patient_arg(c), c->arena, &p, err));
    return answer(c, &p, 0);
}

static ac_rc delete_patient(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_patients_delete(c->service, &c->who, patient_arg(c), err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

static ac_rc put_hold(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_patients_hold(c->service, &c->who, patient_arg(c), ac_call_flag(c, "held", true), err));
    return get_patient(c, err);
}

static ac_rc post_summary(ac_call *c, ac_err *err)
{
    ac_job_id id;
    ac_job job;
    AC_TRY(err, ac_jobs_summarise(c->service, &c->who, patient_arg(c), &id, err));
    AC_TRY(err, ac_jobs_get(c->service, &c->who, id, c->arena, &job, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_job(&w, &job, AC_SV(""));
    ac_locate_job(c, id);
    return AC_OK;
}

static const ac_field hold_fields[] = {
    { "held", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "true: nothing of the patient is removed until this is false" },
    { 0 },
};
static const ac_schema hold_schema = { "HoldRequest", hold_fields };

const ac_route ac_routes_patients[] = {
    { AC_HTTP_POST, "/v1/patients", AC_SCOPE_PATIENTS_WRITE, 0, AC_ROUTE_FOUND | AC_ROUTE_ONCE, BODY,
      &patient_new_schema, NULL, &patient_schema, 201, post_patient, "Patients", "addPatient", "Add a patient",
      "200 when the reference is known already." },
    { AC_HTTP_GET, "/v1/patients", AC_SCOPE_PATIENTS, 0, 0, 0, NULL, &list_query, &patients_schema, 200, list_patients,
      "Patients", "listPatients", "List patients, or find one", NULL },
    { AC_HTTP_GET, "/v1/patients/{patient_id}", AC_SCOPE_PATIENTS, 0, 0, 0, NULL, NULL, &patient_schema, 200,
      get_patient, "Patients", "getPatient", "Read a patient", NULL },
    { AC_HTTP_DELETE, "/v1/patients/{patient_id}", AC_SCOPE_PATIENTS_DELETE, 0, 0, 0, NULL, NULL, NULL, 204,
      delete_patient, "Patients", "deletePatient", "Delete a patient for good",
      "Documents, jobs, results, and the key that sealed them: no copy or backup of them can be opened any more. "
      "409 while the patient is on hold." },
    { AC_HTTP_PUT, "/v1/patients/{patient_id}/hold", AC_SCOPE_PATIENTS_DELETE, 0, 0, BODY, &hold_schema, NULL,
      &patient_schema, 200, put_hold, "Patients", "holdPatient", "Put a patient on hold, or end that",
      "A legal hold: neither a rule of /v1/retention nor anybody's request removes something of the patient." },
    { AC_HTTP_POST, "/v1/patients/{patient_id}/summary", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_ONCE, 0, NULL, NULL,
      &ac_schema_job, 202, post_summary, "Patients", "summarisePatient",
      "Submit a summary of all documents of a patient",
      "A job; its result is aceso/patient-summary/1: what the results of the patient's documents say, said once where "
      "the "
      "words are the same, with the places in each of them. incomplete: coverage says what is not in it." },
};
const size_t ac_routes_patients_n = sizeof ac_routes_patients / sizeof *ac_routes_patients;
