/* Uploads: bytes come on the loop's thread and are collected; a crew's thread takes them apart, seals and writes them,
 * while the client is held up. So one upload takes a few hundred kilobytes, whatever its size. */
#include "api/upload.h"

#include "api/api_parts.h"
#include "api/jobs_json.h"
#include "app/documents.h"
#include "net/multipart.h"

enum { GATHER = 256 << 10, PART_HEAD = 8 << 10, PARTS = 16 };

typedef struct ac_upload_body {
    ac_visit *visit;
    ac_sb coming; /* loop's thread: bytes that nobody has taken */
    bool busy;    /* loop's thread: the crew has it */
    bool last;    /* loop's thread: no more bytes will come */
    /* the crew's, while it has it: */
    ac_sb gathered;
    ac_call call;            /* made by the crew when the sender is known */
    ac_multipart *multipart; /* NULL: the body is the document */
    ac_upload *upload;       /* NULL: not begun, or ended */
    bool ended;              /* gathered are the last bytes */
    bool known;              /* authorised */
    uint64_t most, taken;    /* bytes that the sender's role may send, and those of the body so far */
    bool in_file;            /* the present part is the file */
    size_t files;
    ac_rc rc;
    ac_err err;
} body;

/* ---- on the crew ---- */

static ac_rc begin_document(body *b, ac_sv name, ac_sv type, ac_err *err)
{
    ac_call *c = &b->call;
    const ac_sv given = ac_call_text(c, "name");
    const ac_upload_options opt = { .name = given.p ? given : name,
                                    .type = type,
                                    .patient.v = ac_call_id(c, "patient_id"),
                                    .max_bytes = b->most,
                                    .reference = ac_call_text(c, "patient_reference").p
                                                     ? ac_call_text(c, "patient_reference")
                                                     : AC_SV(""),
                                    .once = !ac_call_flag(c, "process", true),
                                    .digest = ac_once_key(c).n ? c->content : NULL };
    b->files++;
    return ac_upload_begin(c->service, &c->who, &opt, &b->upload, err);
}

static ac_rc part_begin(void *context, const ac_part *part, ac_err *err)
{
    body *b = context;
    b->in_file = part->filename.p != NULL;
    if (!b->in_file)
        return AC_OK;
    if (b->files)
        return ac_fail(err, AC_EINPUT, "one file at a time");
    return begin_document(b, part->filename, part->type, err);
}

static ac_rc part_data(void *context, ac_sv bytes, ac_err *err)
{
    body *b = context;
    return b->in_file ? ac_upload_add(b->upload, bytes, err)
                      : AC_OK; /* fields of forms say nothing here: parameters do */
}

static ac_rc end_document(body *b, ac_err *err) { return ac_upload_end(AC_MOVE(&b->upload), &b->call.stored, err); }

static ac_rc part_end(void *context, ac_err *err)
{
    body *b = context;
    if (!b->in_file)
        return AC_OK;
    b->in_file = false;
    return end_document(b, err);
}

static ac_rc open_body(body *b, ac_http_request *r, ac_err *err)
{
    const ac_sv type = ac_http_get(r, "content-type");
    if (!ac_http_is_type(r, "multipart/form-data"))
        return begin_document(b, AC_SV(""), type.p ? type : AC_SV(""), err);
    const ac_multipart_ops ops = { b, part_begin, part_data, part_end };
    const ac_multipart_limits limits = { PARTS, PART_HEAD, b->visit->match.route->body_max };
    return ac_multipart_new(type, &ops, &limits, &b->multipart, err);
}

static ac_rc take(body *b, ac_err *err)
{
    const ac_sv bytes = ac_sb_view(&b->gathered);
    b->taken += bytes.n;
    if (b->taken > b->most) /* it came without its length, and what is around the file counts, too */
        return ac_fail(err, AC_ELIMIT, "the role may upload %llu bytes", (unsigned long long)b->most);
    ac_rc rc = !bytes.n       ? AC_OK
               : b->multipart ? ac_multipart_feed(b->multipart, bytes, err)
                              : ac_upload_add(b->upload, bytes, err);
    ac_sb_clear(&b->gathered);
    return rc;
}

static ac_rc close_body(body *b, ac_err *err)
{
    if (!b->multipart)
        return end_document(b, err);
    AC_TRY(err, ac_multipart_end(b->multipart, err));
    return b->files ? AC_OK : ac_fail(err, AC_EINPUT, "there is no file in it");
}

static void go_on(ac_http_request *r, void *arg);

static void answer(body *b, ac_http_request *r)
{
    ac_call c = b->call;
    b->call.arena = NULL;
    ac_visit_answer(b->visit, r, &c, b->rc, &b->err);
}

/* What the query says of the job. */
static ac_rc submission_of(ac_call *c, ac_submission *out, ac_err *err)
{
    const ac_sv lang = ac_call_text(c, "lang"), profile = ac_call_text(c, "profile"), mode = ac_call_text(c, "mode");
    *out = (ac_submission) { .note_date = ac_call_date(c, "note_date"),
                             .profile = profile.p ? profile : AC_SV(""),
                             .mode = mode.p ? mode : AC_SV(""),
                             .priority = (uint32_t)ac_call_number(c, "priority", AC_JOB_PRIORITY),
                             .webhook = ac_call_id(c, "webhook_id") };
    out->has_lang = ac_lang_from(lang, &out->lang);
    return ac_run_at_of(c, ac_call_text(c, "run_at"), &out->run_at_ms, err);
}

/* What cannot become a job is refused before a byte of it, or a patient, is kept. */
static ac_rc check_job(ac_call *c, ac_err *err)
{
    ac_submission sub;
    if (!ac_call_flag(c, "process", true))
        return AC_OK;
    AC_TRY(err, submission_of(c, &sub, err));
    return ac_submission_check(c->service, &c->who, &sub, err);
}

static ac_rc handle(body *b, ac_http_request *r, ac_reply **refused, ac_err *err)
{
    if (!b->known) {
        AC_TRY(err, ac_visit_authorise(b->visit, r, refused, err));
        b->most = ac_admit_budget(b->visit)->upload_bytes;
        if (r->length != AC_HTTP_CHUNKED && r->length > b->most)
            return ac_fail(err, AC_ELIMIT, "the role may upload %llu bytes", (unsigned long long)b->most);
        AC_TRY(err, ac_visit_call(b->visit, r, &b->call, err));
        AC_TRY(err, check_job(&b->call, err));
        AC_TRY(err, open_body(b, r, err));
        b->known = true;
    }
    AC_TRY(err, take(b, err));
    if (!b->ended)
        return AC_OK;
    AC_TRY(err, close_body(b, err));
    return b->visit->match.route->run(&b->call, err);
}

static void work(ac_http_request *r, void *arg)
{
    body *b = arg;
    ac_reply *refused = NULL;
    b->rc = handle(b, r, &refused, &b->err);
    if (refused) {
        ac_http_answer(r, refused);
        return;
    }
    if (b->rc != AC_OK || b->ended)
        answer(b, r);
    else
        ac_http_visit(r, go_on, b);
}

/* ---- on the loop's thread ---- */

/* What has come so far goes to the crew, which has nothing else of this upload at the moment. */
static void hand_over(body *b, ac_http_request *r)
{
    const ac_sb empty = b->gathered;
    b->gathered = b->coming;
    b->coming = empty;
    b->ended = b->last;
    b->busy = true;
    ac_http_hand(r, b->visit->api->o.crew, work, b);
}

static void go_on(ac_http_request *r, void *arg)
{
    body *b = arg;
    b->busy = false;
    if (ac_http_is_gone(r))
        return;
    if (b->last)
        hand_over(b, r);
    else
        ac_http_resume(r);
}

void ac_upload_start(ac_visit *v, ac_http_request *r)
{
    body *b = ac_mem_alloc(sizeof *b);
    if (!b) {
        ac_http_reply(r, NULL);
        return;
    }
    *b = (body) { .visit = v, .coming = AC_SB(SIZE_MAX / 2), .gathered = AC_SB(SIZE_MAX / 2) };
    v->upload = b;
    if (ac_http_body(r, AC_BODY_STREAM, v->match.route->body_max) != AC_OK)
        return;
    ac_http_pause(r); /* nothing is taken before it is known from whom */
    hand_over(b, r);
}

void ac_upload_piece(ac_visit *v, ac_http_request *r, ac_sv piece)
{
    body *b = v->upload;
    ac_sb_add(&b->coming, piece);
    if (b->busy)
        return;
    if (b->coming.rc != AC_OK) {
        ac_http_reply(r, NULL);
        return;
    }
    if (b->coming.n < GATHER)
        return;
    ac_http_pause(r);
    hand_over(b, r);
}

/* A small body has come as a whole before its sender is known. */
void ac_upload_finish(ac_visit *v, ac_http_request *r)
{
    v->upload->last = true;
    if (!v->upload->busy)
        hand_over(v->upload, r);
}

void ac_upload_drop(ac_visit *v)
{
    body *b = v->upload;
    if (!b)
        return;
    v->upload = NULL;
    ac_multipart_free(b->multipart);
    ac_upload_abandon(b->upload);
    ac_arena_free(b->call.arena);
    ac_sb_cleanup(&b->coming);
    ac_sb_cleanup(&b->gathered);
    ac_mem_free(b);
}

/* ---- afterwards ---- */

/* What the same request has to have the same: whose it is, what it is called, what is in it. The document's own id is
 * another one each time. */
static ac_sv content_of(const ac_call *c, const ac_document_info *d)
{
    AC_AUTO(ac_sb) all = AC_SB(sizeof c->content + AC_ID_BYTES + AC_NAME_MAX);
    ac_sb_add(&all, (ac_sv) { (const char *)c->content, sizeof c->content });
    ac_sb_add(&all, (ac_sv) { (const char *)d->patient.v.b, AC_ID_BYTES });
    ac_sb_add(&all, d->name);
    return ac_arena_copy(c->arena, ac_sb_view(&all));
}

/* Of no use: no job works on it. Where it may not be removed (a hold), it stays. */
static void drop(const ac_call *c, ac_document_id id) { (void)!ac_documents_remove(c->service, &c->who, id, NULL); }

/* The same was uploaded before: that is what is answered with. */
static ac_rc take_former(ac_call *c, const ac_job *job, ac_document_info *info, ac_err *err)
{
    drop(c, c->stored);
    c->stored.v = job->document;
    c->repeat.came = true;
    return ac_documents_get(c->service, &c->who, c->stored, c->arena, info, err);
}

ac_rc ac_stored_submit(ac_call *c, ac_job *out, ac_document_info *info, ac_err *err)
{
    ac_submitted done;
    ac_submission sub;
    AC_TRY(err, ac_documents_get(c->service, &c->who, c->stored, c->arena, info, err));
    AC_TRY(err, submission_of(c, &sub, err));
    sub.document = c->stored.v;
    sub.content = content_of(c, info);
    sub.name = info->name;
    if (!sub.content.p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_rc rc = ac_jobs_submit(c->service, &c->who, &sub, 1, ac_once_key(c), NULL, &done, err);
    if (rc != AC_OK)
        drop(c, c->stored); /* nobody has been told of it */
    AC_TRY(err, rc);
    AC_TRY(err, ac_jobs_get(c->service, &c->who, done.first, c->arena, out, err));
    return done.replayed ? take_former(c, out, info, err) : AC_OK;
}
