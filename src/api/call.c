#include "api/call.h"

#include "app/batch.h"

ac_jw ac_call_json(ac_call *c, int status)
{
    ac_reply_free(c->reply);
    c->reply = ac_reply_new(status ? status : c->route->status);
    return ac_jw_to(ac_reply_text(c->reply, "application/json", AC_ANSWER_MAX), 0);
}

/* ---- reading ---- */

ac_sv ac_call_text(const ac_call *c, const char *name)
{
    const ac_json *m = ac_json_get(c->body, name);
    if (m)
        return m->type == AC_JSON_NULL ? (ac_sv) { NULL, 0 } : m->text;
    return ac_http_param(c->http, name);
}

ac_id ac_call_id(const ac_call *c, const char *name)
{
    ac_id id = { { 0 } };
    (void)ac_id_parse(ac_call_text(c, name), &id);
    return id;
}

bool ac_call_flag(const ac_call *c, const char *name, bool fallback)
{
    const ac_json *m = ac_json_get(c->body, name);
    const ac_sv s = ac_http_param(c->http, name);
    if (m && m->type != AC_JSON_NULL)
        return m->type == AC_JSON_TRUE;
    return s.p ? ac_sv_eq(s, AC_SV("true")) : fallback;
}

int64_t ac_call_number(const ac_call *c, const char *name, int64_t fallback)
{
    int64_t n;
    return ac_sv_to_i64(ac_call_text(c, name), &n) ? n : fallback;
}

ac_date ac_call_date(const ac_call *c, const char *name)
{
    ac_date d = { 0 };
    (void)ac_date_read(ac_call_text(c, name), &d);
    return d;
}

ac_id ac_call_cursor(const ac_call *c) { return ac_call_id(c, "cursor"); }
size_t ac_call_limit(const ac_call *c) { return (size_t)ac_call_number(c, "limit", AC_PAGE); }

/* ---- writing ---- */

void ac_call_next(ac_jw *w, ac_id last, bool full) { ac_jw_kid(w, "next", full ? last : (ac_id) { { 0 } }); }

/* ---- errors ---- */

ac_reply *ac_error_reply(ac_rc rc, ac_sv where, const ac_err *err)
{
    AC_AUTO(ac_sb) details = AC_SB(1 << 10);
    if (where.n) {
        ac_jw w = ac_jw_to(&details, 0);
        ac_jw_object(&w);
        ac_jw_kstring(&w, "field", where);
        ac_jw_end_object(&w);
    }
    const bool ours = rc == AC_EIO || rc == AC_EINTERNAL; /* what went wrong within is nobody's business outside */
    const ac_sv message = ac_sv_z(ours || !err || !err->text[0] ? ac_rc_text(rc) : err->text);
    ac_reply *p = ac_reply_error(ac_rc_http(rc), ac_rc_code(rc), message, ac_sb_view(&details));
    if (rc == AC_EBUSY || rc == AC_ENOMEM)
        ac_reply_header(p, "Retry-After", AC_SV("1"));
    if (rc == AC_EFULL)
        ac_reply_header(p, "Retry-After", AC_SV("30"));
    return p;
}
