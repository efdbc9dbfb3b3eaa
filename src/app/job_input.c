/* A job's input, sealed: one line of JSON that says how, a line feed, and the bytes of the document unless it was
 * stored. */
#include "app/service_parts.h"
#include "core/trace_json.h"

enum { DEPTH = 3, HEAD_MAX = 1 << 13 };

static const ac_sv FIELD = { "input", 5 };

static void write_how(const ac_submission *sub, ac_sb *out)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "document", sub->document);
    ac_jw_kbool(&w, "text", sub->text);
    ac_jw_kstring(&w, "name", sub->name);
    if (sub->has_lang)
        ac_jw_kstring(&w, "lang", ac_lang_name(sub->lang));
    if (sub->note_date.year) {
        ac_jw_ku64(&w, "year", (uint64_t)sub->note_date.year);
        ac_jw_ku64(&w, "month", sub->note_date.month);
        ac_jw_ku64(&w, "day", sub->note_date.day);
    }
    ac_jw_kstring(&w, "profile", sub->profile);
    ac_jw_kstring(&w, "mode", sub->mode);
    ac_jw_ku64(&w, "keep_ms", (uint64_t)sub->keep_ms);
    ac_jw_kid(&w, "webhook", sub->webhook);
    ac_jw_trace(&w, &sub->trace);
    ac_jw_end_object(&w);
    ac_sb_add_char(out, '\n');
}

ac_rc ac_job_input_seal(ac_service *s, const ac_job *job, const ac_submission *sub, ac_arena *arena, ac_sv *out,
                        ac_err *err)
{
    AC_AUTO(ac_sb) plain = AC_SB((size_t)HEAD_MAX + AC_INLINE_MAX);
    write_how(sub, &plain);
    ac_sb_add(&plain, sub->bytes);
    ac_rc rc = ac_sb_done(&plain, err);
    if (rc == AC_OK)
        rc = ac_vault_seal(s->o.vault, job->key, job->id.v, FIELD, ac_sb_view(&plain), arena, out, err);
    if (plain.p)
        ac_crypto_wipe(s->o.crypto, plain.p, plain.n);
    return rc;
}

static ac_rc read_how(ac_sv line, ac_arena *arena, ac_submission *out, ac_err *err)
{
    ac_json *j;
    AC_TRY(err, ac_json_parse(line, DEPTH, arena, &j, err));
    const ac_json *text = ac_json_get(j, "text");
    *out = (ac_submission) { .document = ac_json_id(j, "document"),
                             .text = text && text->type == AC_JSON_TRUE,
                             .name = ac_json_text(j, "name"),
                             .profile = ac_json_text(j, "profile"),
                             .mode = ac_json_text(j, "mode"),
                             .keep_ms = ac_json_i64(j, "keep_ms", 0),
                             .webhook = ac_json_id(j, "webhook") };
    ac_json_trace(j, &out->trace);
    out->has_lang = ac_lang_from(ac_json_text(j, "lang"), &out->lang);
    out->note_date = (ac_date) { (int16_t)ac_json_i64(j, "year", 0), (uint8_t)ac_json_i64(j, "month", 0),
                                 (uint8_t)ac_json_i64(j, "day", 0) };
    return AC_OK;
}

ac_rc ac_job_input_open(ac_service *s, const ac_job *job, ac_arena *arena, ac_job_input *out, ac_err *err)
{
    ac_sv plain, line;
    AC_TRY(err, ac_vault_unseal(s->o.vault, job->key, job->id.v, FIELD, job->input, (size_t)HEAD_MAX + AC_INLINE_MAX,
                                arena, &plain, err));
    *out = (ac_job_input) { .bytes = plain };
    if (!ac_sv_split(&out->bytes, '\n', &line))
        return ac_fail(err, AC_EIO, "a job without input");
    return read_how(line, arena, &out->how, err);
}

ac_rc ac_job_webhook(void *service, const ac_job *whole, ac_arena *arena, ac_id *out, ac_err *err)
{
    ac_job_input in;
    AC_TRY(err, ac_job_input_open(service, whole, arena, &in, err));
    *out = in.how.webhook;
    return AC_OK;
}
