#include "api/jobs_json.h"

#include "app/batch.h"
#include "app/instant.h"

void ac_jw_job(ac_jw *w, const ac_job *job, ac_sv reason)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", job->id.v);
    ac_jw_kstring(w, "kind", ac_sv_z(ac_job_kind_name(job->kind)));
    ac_jw_kstring(w, "state", ac_sv_z(ac_job_state_name(job->state)));
    ac_jw_kid(w, "patient_id", job->patient.v);
    ac_jw_kid(w, "document_id", job->document);
    ac_jw_kid(w, "batch_id", job->batch);
    ac_jw_ku64(w, "priority", job->priority);
    ac_jw_ku64(w, "attempt", job->attempt);
    ac_jw_ku64(w, "attempts_max", job->attempts_max);
    ac_jw_ku64(w, "event", job->event);
    ac_jw_kobject(w, "progress");
    ac_jw_ku64(w, "step", job->step);
    ac_jw_ku64(w, "done", job->done);
    ac_jw_ku64(w, "total", job->total);
    ac_jw_end_object(w);
    ac_jw_key(w, AC_SV("error"));
    if (job->error == AC_OK) {
        ac_jw_null(w);
    } else {
        ac_jw_object(w);
        ac_jw_kstring(w, "code", ac_sv_z(ac_rc_code(job->error)));
        ac_jw_kstring(w, "message", reason.n ? reason : ac_sv_z(ac_rc_text(job->error)));
        ac_jw_end_object(w);
    }
    ac_jw_kinstant(w, "created", job->created_ms);
    ac_jw_kinstant(w, "run_at", job->run_at_ms);
    ac_jw_kinstant(w, "started", job->started_ms);
    ac_jw_kinstant(w, "ended", job->ended_ms);
    ac_jw_end_object(w);
}

ac_sv ac_legacy_status(ac_job_state s)
{
    static const char *const words[AC_JOB_STATES] = {
        [AC_JOB_QUEUED] = "pending",       [AC_JOB_RUNNING] = "processing", [AC_JOB_COMPLETED] = "completed",
        [AC_JOB_INCOMPLETE] = "completed", [AC_JOB_FAILED] = "failed",      [AC_JOB_CANCELLED] = "cancelled",
        [AC_JOB_DEAD] = "failed",
    };
    return ac_sv_z(words[s]);
}

static ac_sv text_of(const ac_json *j, const char *name)
{
    const ac_json *m = ac_json_get(j, name);
    return m && m->type != AC_JSON_NULL ? m->text : AC_SV("");
}

static int64_t number_of(const ac_json *j, const char *name, int64_t fallback)
{
    int64_t n;
    return ac_sv_to_i64(text_of(j, name), &n) ? n : fallback;
}

ac_rc ac_run_at_of(ac_call *c, ac_sv text, int64_t *ms, ac_err *err)
{
    const int64_t year_ms = (int64_t)366 * 24 * 3600 * 1000;
    *ms = 0;
    if (text.n && ac_instant_read(text, ms) && *ms > c->now_ms + year_ms) {
        c->where = AC_SV("run_at");
        return ac_fail(err, AC_EINPUT, "at most a year ahead");
    }
    return AC_OK;
}

ac_rc ac_submission_of(ac_call *c, const ac_json *j, ac_submission *out, ac_err *err)
{
    ac_submission s = { .bytes = text_of(j, "text"),
                        .text = true,
                        .name = text_of(j, "name"),
                        .reference = text_of(j, "patient_reference"),
                        .profile = text_of(j, "profile"),
                        .mode = text_of(j, "mode"),
                        .priority = (uint32_t)number_of(j, "priority", AC_JOB_PRIORITY),
                        .keep_ms = 1000 * number_of(j, "keep_seconds", 0) };
    (void)ac_id_parse(text_of(j, "document_id"), &s.document);
    (void)ac_id_parse(text_of(j, "patient_id"), &s.patient.v);
    (void)ac_id_parse(text_of(j, "webhook_id"), &s.webhook);
    (void)ac_date_read(text_of(j, "note_date"), &s.note_date);
    AC_TRY(err, ac_run_at_of(c, text_of(j, "run_at"), &s.run_at_ms, err));
    s.has_lang = ac_lang_from(text_of(j, "lang"), &s.lang);
    if ((s.bytes.n > 0) == !ac_id_none(s.document)) {
        c->where = AC_SV("text");
        return ac_fail(err, AC_EINPUT, "either text or document_id");
    }
    if (!ac_id_none(s.document)) {
        s.text = false;
        if (!ac_id_none(s.patient.v) || s.reference.n) {
            c->where = AC_SV("patient_id");
            return ac_fail(err, AC_EINPUT, "a stored document belongs to a patient already");
        }
    }
    *out = s;
    return AC_OK;
}

void ac_jw_results(ac_jw *w, ac_sv lines)
{
    ac_sv rest = lines, line;
    size_t n = 0;
    while (ac_sv_split(&rest, '\n', &line))
        n += line.n > 0;
    if (n == 1) {
        ac_jw_raw(w, ac_sv_trim(lines));
        return;
    }
    ac_jw_object(w);
    ac_jw_karray(w, "results");
    for (rest = lines; ac_sv_split(&rest, '\n', &line);)
        if (line.n)
            ac_jw_raw(w, line);
    ac_jw_end_array(w);
    ac_jw_end_object(w);
}

ac_sv ac_once_key(const ac_call *c) { return c->repeat.key.p ? c->repeat.key : AC_SV(""); }

void ac_locate_job(ac_call *c, ac_job_id id)
{
    char path[64] = "/v1/jobs/";
    const size_t n = strlen(path);
    ac_id_format(id.v, path + n);
    ac_reply_header(c->reply, "Location", (ac_sv) { path, n + AC_ID_TEXT });
}
