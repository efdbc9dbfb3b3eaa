/* /v1/keys, /v1/audit, /v1/break-glass: who may do what, and who did what. */
#include "api/audit_json.h"
#include "api/routes.h"

#define ROLES "admin clinician integrator researcher auditor"
enum { BODY = 8 << 10, EXPIRES_MAX = 10 * 365 * 24 * 3600, MINUTES_MAX = 24 * 60, MS_MINUTE = 60 * 1000 };

/* ---- schemas ---- */

static const ac_field key_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "name", AC_FIELD_TEXT, true, 0, AC_KEY_NAME_MAX, NULL, NULL, "" },
    { "role", AC_FIELD_WORD, true, 0, 0, ROLES, NULL, "" },
    { "scopes", AC_FIELD_ANY, true, 0, 0, NULL, NULL, "list of words" },
    { "patients", AC_FIELD_IDS, true, 0, AC_CONFINED_MAX, NULL, NULL, "those it is confined to; none: to nobody" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "expires", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { "last_used", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "to the minute" },
    { "key", AC_FIELD_TEXT, false, 0, AC_KEY_TEXT, NULL, NULL,
      "only in the answer that issues it: it is kept nowhere" },
    { 0 },
};
static const ac_schema key_schema = { "Key", key_fields };
#define SCOPES                                                                                                         \
    "jobs:write jobs:read results:read results:deidentified documents:read patients:read patients:write "              \
    "patients:delete webhooks:write "                                                                                  \
    "keys:write audit:read metrics:read models:read models:write break-glass break-glass:review tenants:write "        \
    "webhooks:read"
static const ac_field key_new_fields[] = {
    { "name", AC_FIELD_TEXT, true, 1, AC_KEY_NAME_MAX, NULL, NULL, "who or what it is for" },
    { "role", AC_FIELD_WORD, true, 0, 0, ROLES, NULL, "" },
    { "scopes", AC_FIELD_WORDS, false, 0, AC_SCOPES, SCOPES, NULL, "some of the role's; all of them when not given" },
    { "patients", AC_FIELD_IDS, false, 0, AC_CONFINED_MAX, NULL, NULL, "confine it to these" },
    { "expires_seconds", AC_FIELD_NUMBER, false, 1, EXPIRES_MAX, NULL, NULL, "never when not given" },
    { 0 },
};
static const ac_schema key_new_schema = { "KeyRequest", key_new_fields };
static const ac_field keys_fields[] = {
    { "keys", AC_FIELD_LIST, true, 0, 0, NULL, &key_schema, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema keys_schema = { "KeyPage", keys_fields };
static const ac_field page_fields[] = {
    { "cursor", AC_FIELD_ID, false, 0, 0, NULL, NULL, "what \"next\" of the page before said" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_PAGE_MAX, NULL, NULL, "rows on a page; 50 when not given" },
    { 0 },
};
const ac_schema ac_schema_page_query = { NULL, page_fields };

static const ac_field glass_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "actor", AC_FIELD_ID, true, 0, 0, NULL, NULL, "who" },
    { "patient_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "whom" },
    { "reason", AC_FIELD_TEXT, true, AC_REASON_MIN, AC_REASON_MAX, NULL, NULL, "why" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "until", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "reviewed", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { "reviewer", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "accepted", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "" },
    { 0 },
};
static const ac_schema glass_schema = { "BreakGlass", glass_fields };
static const ac_field glass_new_fields[] = {
    { "patient_id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "whom" },
    { "reason", AC_FIELD_TEXT, true, AC_REASON_MIN, AC_REASON_MAX, NULL, NULL, "why: somebody else will read it" },
    { "minutes", AC_FIELD_NUMBER, false, 1, MINUTES_MAX, NULL, NULL, "for how long; 60 when not given" },
    { 0 },
};
static const ac_schema glass_new_schema = { "BreakGlassRequest", glass_new_fields };
static const ac_field opened_fields[] = { { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" }, { 0 } };
static const ac_schema opened_schema = { "Id", opened_fields };
static const ac_field glasses_fields[] = {
    { "break_glass", AC_FIELD_LIST, true, 0, 0, NULL, &glass_schema, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema glasses_schema = { "BreakGlassPage", glasses_fields };
static const ac_field review_fields[] = {
    { "accepted", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "false ends it at once" }, { 0 }
};
static const ac_schema review_schema = { "ReviewRequest", review_fields };

/* ---- keys ---- */

static void put_key(ac_jw *w, const ac_key_info *k, const char *text)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", k->id);
    ac_jw_kstring(w, "name", k->grant.name);
    ac_jw_kstring(w, "role", ac_role_word(k->grant.role));
    ac_jw_karray(w, "scopes");
    for (unsigned i = 0; i < AC_SCOPES; i++)
        if (k->grant.scopes >> i & 1)
            ac_jw_string(w, ac_scope_word((ac_scope)(1u << i)));
    ac_jw_end_array(w);
    ac_jw_karray(w, "patients");
    for (size_t i = 0; i < k->grant.n_confined; i++)
        ac_jw_id(w, k->grant.confined[i].v);
    ac_jw_end_array(w);
    ac_jw_kinstant(w, "created", k->created_ms);
    ac_jw_kinstant(w, "expires", k->grant.expires_ms);
    ac_jw_kinstant(w, "last_used", k->used_ms);
    if (text)
        ac_jw_kstring(w, "key", ac_sv_z(text));
    ac_jw_end_object(w);
}

static ac_key_grant grant_of(const ac_call *c, int64_t now_ms)
{
    ac_key_grant g = { .name = ac_call_text(c, "name") };
    const ac_json *scopes = ac_json_get(c->body, "scopes"), *patients = ac_json_get(c->body, "patients");
    const int64_t expires = ac_call_number(c, "expires_seconds", 0);
    (void)ac_role_from(ac_call_text(c, "role"), &g.role);
    for (const ac_json *s = scopes ? scopes->first : NULL; s; s = s->next) {
        uint32_t bit = 0;
        (void)ac_scope_from(s->text, &bit);
        g.scopes |= bit;
    }
    for (const ac_json *p = patients ? patients->first : NULL; p && g.n_confined < AC_CONFINED_MAX; p = p->next)
        (void)ac_id_parse(p->text, &g.confined[g.n_confined++].v);
    g.expires_ms = expires ? now_ms + expires * 1000 : 0;
    return g;
}

static ac_rc post_key(ac_call *c, ac_err *err)
{
    char text[AC_KEY_TEXT];
    ac_key_info k = { .grant = grant_of(c, c->now_ms) };
    AC_TRY(err, ac_access_issue(c->access, &c->who, c->who.tenant, &k, text, err));
    ac_jw w = ac_call_json(c, 0);
    put_key(&w, &k, text);
    ac_reply_secret(c->reply);
    return AC_OK;
}

static ac_rc list_keys(ac_call *c, ac_err *err)
{
    ac_key_infos list = { 0 };
    const size_t max = ac_call_limit(c);
    AC_TRY(err, ac_access_list(c->access, &c->who, ac_call_cursor(c), max, c->arena, &list, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "keys");
    for (size_t i = 0; i < list.n; i++)
        put_key(&w, &list.at[i], NULL);
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id : (ac_id) { { 0 } }, list.n == max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc delete_key(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_access_revoke(c->access, &c->who, c->args[0], err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

/* ---- break-glass ---- */

static ac_rc post_glass(ac_call *c, ac_err *err)
{
    ac_id id;
    const int64_t minutes = ac_call_number(c, "minutes", 60);
    AC_TRY(err, ac_glass_break(c->access, &c->who, (ac_patient_id) { ac_call_id(c, "patient_id") },
                               ac_call_text(c, "reason"), minutes * MS_MINUTE, &id, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "id", id);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc list_glasses(ac_call *c, ac_err *err)
{
    ac_glasses list = { 0 };
    const size_t max = ac_call_limit(c);
    AC_TRY(err, ac_glass_list(c->access, &c->who, ac_call_cursor(c), max, c->arena, &list, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "break_glass");
    for (size_t i = 0; i < list.n; i++) {
        const ac_glass *g = &list.at[i];
        ac_jw_object(&w);
        ac_jw_kid(&w, "id", g->id);
        ac_jw_kid(&w, "actor", g->actor);
        ac_jw_kid(&w, "patient_id", g->patient.v);
        ac_jw_kstring(&w, "reason", g->reason);
        ac_jw_kinstant(&w, "created", g->created_ms);
        ac_jw_kinstant(&w, "until", g->until_ms);
        ac_jw_kinstant(&w, "reviewed", g->reviewed_ms);
        ac_jw_kid(&w, "reviewer", g->reviewer);
        ac_jw_kbool(&w, "accepted", g->accepted);
        ac_jw_end_object(&w);
    }
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id : (ac_id) { { 0 } }, list.n == max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc review_glass(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_glass_review(c->access, &c->who, c->args[0], ac_call_flag(c, "accepted", false), err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

const ac_route ac_routes_access[] = {
    { AC_HTTP_POST, "/v1/keys", AC_SCOPE_KEYS, 0, AC_ROUTE_ONCE, BODY, &key_new_schema, NULL, &key_schema, 201,
      post_key, "Access", "issueKey", "Issue an API key", "Nobody can give away more than he has." },
    { AC_HTTP_GET, "/v1/keys", AC_SCOPE_KEYS, 0, 0, 0, NULL, &ac_schema_page_query, &keys_schema, 200, list_keys,
      "Access", "listKeys", "List API keys", NULL },
    { AC_HTTP_DELETE, "/v1/keys/{key_id}", AC_SCOPE_KEYS, 0, 0, 0, NULL, NULL, NULL, 204, delete_key, "Access",
      "revokeKey", "Revoke an API key", NULL },
    { AC_HTTP_GET, "/v1/audit", AC_SCOPE_AUDIT, 0, AC_ROUTE_FHIR_TOO, 0, NULL, &ac_schema_audit_query, &ac_schema_audit, 200,
      ac_get_audit, "Access", "listAudit", "Read the audit log",
      "Oldest first. It holds no text of documents and no names." },
    { AC_HTTP_GET, "/v1/audit/head", AC_SCOPE_AUDIT, 0, 0, 0, NULL, NULL, &ac_schema_audit_head, 200, ac_get_audit_head,
      "Access", "getAuditHead", "The last record of the audit log, signed",
      "Kept in another place it proves later that the log was not shortened: aceso audit verify --heads." },
    { AC_HTTP_POST, "/v1/break-glass", AC_SCOPE_GLASS, 0, AC_ROUTE_ONCE, BODY, &glass_new_schema, NULL, &opened_schema,
      201, post_glass, "Access", "breakGlass", "Reach a patient you are not confined to, for a while",
      "With a reason, which is reviewed." },
    { AC_HTTP_GET, "/v1/break-glass", AC_SCOPE_REVIEW, 0, 0, 0, NULL, &ac_schema_page_query, &glasses_schema, 200,
      list_glasses, "Access", "listBreakGlass", "List what was reached that way", NULL },
    { AC_HTTP_POST, "/v1/break-glass/{break_glass_id}/review", AC_SCOPE_REVIEW, 0, 0, BODY, &review_schema, NULL, NULL,
      204, review_glass, "Access", "reviewBreakGlass", "Review it", NULL },
};
const size_t ac_routes_access_n = sizeof ac_routes_access / sizeof *ac_routes_access;
