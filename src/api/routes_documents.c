/* /v1/documents: upload, list, read, remove. The upload itself, a stream, is api_upload.c. */
#include "api/jobs_json.h"
#include "api/routes.h"
#include "api/upload.h"
#include "app/documents.h"

static const ac_field document_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "name", AC_FIELD_TEXT, true, 0, AC_NAME_MAX, NULL, NULL, "as the sender called it" },
    { "type", AC_FIELD_TEXT, true, 0, 128, NULL, NULL,
      "as the sender called it; what it is, is found out by its content" },
    { "bytes", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "job", AC_FIELD_OBJECT, false, 0, 0, NULL, &ac_schema_job,
      "the job that works on it; only in the answer to the upload" },
    { 0 },
};
static const ac_schema document_schema = { "Document", document_fields };
static const ac_field documents_fields[] = {
    { "documents", AC_FIELD_LIST, true, 0, 0, NULL, &document_schema, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema documents_schema = { "DocumentPage", documents_fields };
static const ac_field list_fields[] = {
    { "cursor", AC_FIELD_ID, false, 0, 0, NULL, NULL, "what \"next\" of the page before said" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_PAGE_MAX, NULL, NULL, "documents on a page; 50 when not given" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "only of this patient" },
    { 0 },
};
static const ac_schema list_query = { NULL, list_fields };
static const ac_field upload_fields[] = {
    { "name", AC_FIELD_TEXT, false, 0, AC_NAME_MAX, NULL, NULL,
      "what you call it; the file's name in multipart/form-data" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "whose it is" },
    { "patient_reference", AC_FIELD_TEXT, false, 1, AC_REF_MAX, NULL, NULL,
      "the same in your own words; the patient is added when it is new" },
    { "process", AC_FIELD_BOOL, false, 0, 0, NULL, NULL, "submit a job for it at once; true when not given" },
    { "lang", AC_FIELD_WORD, false, 0, 0, "en es", NULL, "language; found out when not given" },
    { "note_date", AC_FIELD_DATE, false, 0, 0, NULL, NULL, "date of the document; read from it when not given" },
    { "profile", AC_FIELD_WORD, false, 0, 0, "safe-harbor limited-dataset meddocan", NULL,
      "what the de-identified text hides" },
    { "mode", AC_FIELD_WORD, false, 0, 0, "tag mask surrogate date-shift", NULL, "what stands there instead" },
    { "priority", AC_FIELD_NUMBER, false, AC_JOB_PRIORITY_MIN, AC_JOB_PRIORITY_MAX, NULL, NULL, "of the job" },
    { "run_at", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL,
      "the job begins no earlier, at most a year ahead; at once when not given" },
    { "webhook_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "a webhook that is told how the job ends" },
    { 0 },
};
static const ac_schema upload_query = { NULL, upload_fields };

static void put_document(ac_jw *w, const ac_document_info *d, const ac_job *job)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", d->id.v);
    ac_jw_kid(w, "patient_id", d->patient.v);
    ac_jw_kstring(w, "name", d->name);
    ac_jw_kstring(w, "type", d->type);
    ac_jw_ku64(w, "bytes", d->bytes);
    ac_jw_kinstant(w, "created", d->created_ms);
    if (job) {
        ac_jw_key(w, AC_SV("job"));
        ac_jw_job(w, job, AC_SV(""));
    }
    ac_jw_end_object(w);
}

static ac_document_id document_arg(const ac_call *c) { return (ac_document_id) { c->args[0] }; }

/* After the last byte: c->stored is on the disk. */
static ac_rc post_document(ac_call *c, ac_err *err)
{
    ac_document_info d;
    ac_job job;
    bool process = ac_call_flag(c, "process", true);
    AC_TRY(err, process ? ac_stored_submit(c, &job, &d, err)
                        : ac_documents_get(c->service, &c->who, c->stored, c->arena, &d, err));
    ac_jw w = ac_call_json(c, 0);
    put_document(&w, &d, process ? &job : NULL);
    return AC_OK;
}

static ac_rc list_documents(ac_call *c, ac_err *err)
{
    ac_document_infos list = { 0 };
    const size_t max = ac_call_limit(c);
    AC_TRY(err, ac_documents_list(c->service, &c->who, (ac_patient_id) { ac_call_id(c, "patient_id") },
                                  ac_call_cursor(c), max, c->arena, &list, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "documents");
    for (size_t i = 0; i < list.n; i++)
        put_document(&w, &list.at[i], NULL);
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id.v : (ac_id) { { 0 } }, list.n == max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc get_document(ac_call *c, ac_err *err)
{
    ac_document_info d;
    AC_TRY(err, ac_documents_get(c->service, &c->who, document_arg(c), c->arena, &d, err));
    ac_jw w = ac_call_json(c, 0);
    put_document(&w, &d, NULL);
    return AC_OK;
}

/* Never as the type that its sender said: a page of his must not run in a browser. */
static ac_rc get_content(ac_call *c, ac_err *err)
{
    ac_pieces_in *pieces;
    uint64_t bytes;
    char tag[AC_ID_TEXT];
    AC_TRY(err, ac_documents_open(c->service, &c->who, document_arg(c), &pieces, &bytes, err));
    AC_TRY(err, ac_call_pieces(c, pieces, bytes, err));
    ac_id_format(document_arg(c).v, tag);
    ac_reply_etag(c->reply, (ac_sv) { tag, sizeof tag }); /* it never changes */
    ac_reply_header(c->reply, "Content-Disposition", AC_SV("attachment"));
    return AC_OK;
}

static ac_rc delete_document(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_documents_remove(c->service, &c->who, document_arg(c), err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

#define UPLOAD_MAX ((uint64_t)8 << 30)
const ac_route ac_routes_documents[] = {
    { AC_HTTP_POST, "/v1/documents", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_UPLOAD | AC_ROUTE_ONCE, UPLOAD_MAX, NULL,
      &upload_query, &document_schema, 202, post_document, "Documents", "uploadDocument",
      "Upload a document of any kind",
      "The body is the document itself, or multipart/form-data with one file. It goes encrypted to the disk as it "
      "comes, whatever its size. With Idempotency-Key the same upload again is answered with the first one's "
      "document and job." },
    { AC_HTTP_GET, "/v1/documents", AC_SCOPE_DOCUMENTS, 0, 0, 0, NULL, &list_query, &documents_schema, 200,
      list_documents, "Documents", "listDocuments", "List documents", NULL },
    { AC_HTTP_GET, "/v1/documents/{document_id}", AC_SCOPE_DOCUMENTS, 0, 0, 0, NULL, NULL, &document_schema, 200,
      get_document, "Documents", "getDocument", "Read what is known of a document", NULL },
    { AC_HTTP_GET, "/v1/documents/{document_id}/content", AC_SCOPE_DOCUMENTS, 0, AC_ROUTE_BYTES, 0, NULL, NULL, NULL,
      200, get_content, "Documents", "getContent", "Read the document itself", NULL },
    { AC_HTTP_DELETE, "/v1/documents/{document_id}", AC_SCOPE_PATIENTS_DELETE, 0, 0, 0, NULL, NULL, NULL, 204,
      delete_document, "Documents", "deleteDocument", "Delete a document",
      "Jobs that worked on it keep their results; one that still waits for it fails, and its error says why." },
};
const size_t ac_routes_documents_n = sizeof ac_routes_documents / sizeof *ac_routes_documents;
