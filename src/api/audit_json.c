#include "api/audit_json.h"

#include "base/hex.h"

static const char *const actor_words[AC_ACTORS] = {
    [AC_ACTOR_SERVER] = "server", [AC_ACTOR_KEY] = "key", [AC_ACTOR_USER] = "user", [AC_ACTOR_NOBODY] = "nobody"
};
static const ac_field record_fields[] = {
    { "number", AC_FIELD_NUMBER, true, 1, INT64_MAX, NULL, NULL,
      "without gaps over the whole server; a tenant sees its own, the host what is nobody's, too" },
    { "at", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "actor_kind", AC_FIELD_WORD, true, 0, 0, "server key user nobody", NULL, "" },
    { "actor", AC_FIELD_ID, false, 0, 0, NULL, NULL, "an API key, or a user's pseudonym" },
    { "action", AC_FIELD_TEXT, true, 0, 32, NULL, NULL, "" },
    { "what", AC_FIELD_TEXT, true, 0, 32, NULL, NULL, "" },
    { "object", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "request", AC_FIELD_ID, false, 0, 0, NULL, NULL, "what the header Request-Id of the answer said" },
    { "outcome", AC_FIELD_TEXT, true, 0, 32, NULL, NULL, "" },
    { "detail", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "" },
    { "mac", AC_FIELD_TEXT, true, 64, 64, NULL, NULL, "chains it to the record before: aceso audit verify" },
    { 0 },
};
static const ac_schema record_schema = { "AuditRecord", record_fields };
static const ac_field audit_fields[] = {
    { "records", AC_FIELD_LIST, true, 0, 0, NULL, &record_schema, "" },
    { "next", AC_FIELD_NUMBER, false, 1, INT64_MAX, NULL, NULL, "to be given as after, for the next page" },
    { 0 },
};
const ac_schema ac_schema_audit = { "AuditPage", audit_fields };
static const ac_field query_fields[] = {
    { "after", AC_FIELD_NUMBER, false, 0, INT64_MAX, NULL, NULL, "only records after this number" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_PAGE_MAX, NULL, NULL, "records on a page; 50 when not given" },
    { "patient_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "only what concerns this patient" },
    { "format", AC_FIELD_WORD, false, 0, 0, "json fhir", NULL, "fhir: a Bundle of AuditEvents" },
    { 0 },
};
const ac_schema ac_schema_audit_query = { NULL, query_fields };

static void put_mac(ac_jw *w, const unsigned char mac[AC_AUDIT_MAC])
{
    char text[2 * AC_AUDIT_MAC];
    (void)ac_hex_put(text, mac, AC_AUDIT_MAC);
    ac_jw_kstring(w, "mac", (ac_sv) { text, sizeof text });
}

static void put_record(ac_jw *w, const ac_audit_record *r)
{
    ac_jw_object(w);
    ac_jw_ku64(w, "number", r->number);
    ac_jw_kinstant(w, "at", r->at_ms);
    ac_jw_kstring(w, "actor_kind", ac_sv_z(actor_words[r->actor_kind]));
    ac_jw_kid(w, "actor", r->actor);
    ac_jw_kstring(w, "action", ac_sv_z(ac_audit_action_name(r->action)));
    ac_jw_kstring(w, "what", ac_sv_z(ac_audit_what_name(r->what)));
    ac_jw_kid(w, "object", r->object);
    ac_jw_kid(w, "patient_id", r->patient.v);
    ac_jw_kid(w, "request", r->request);
    ac_jw_kstring(w, "outcome", ac_sv_z(ac_rc_code(r->outcome)));
    ac_jw_ku64(w, "detail", r->detail);
    put_mac(w, r->mac);
    ac_jw_end_object(w);
}

static void put_page(ac_jw *w, const ac_audit_records *list, bool full)
{
    ac_jw_object(w);
    ac_jw_karray(w, "records");
    for (size_t i = 0; i < list->n; i++)
        put_record(w, &list->at[i]);
    ac_jw_end_array(w);
    ac_jw_key(w, AC_SV("next"));
    if (full)
        ac_jw_u64(w, list->at[list->n - 1].number);
    else
        ac_jw_null(w);
    ac_jw_end_object(w);
}

ac_rc ac_get_audit(ac_call *c, ac_err *err)
{
    ac_audit_records list = { 0 };
    const ac_audit_query q = { .tenant = c->who.tenant,
                               .patient.v = ac_call_id(c, "patient_id"),
                               .after = (uint64_t)ac_call_number(c, "after", 0),
                               .max = ac_call_limit(c) };
    AC_TRY(err, ac_audit_read(c->access, &c->who, &q, c->arena, &list, err));
    if (ac_sv_eq(ac_call_text(c, "format"), AC_SV("fhir")))
        return ac_audit_fhir(c, &list, list.n == q.max, err);
    ac_jw w = ac_call_json(c, 0);
    put_page(&w, &list, list.n == q.max);
    return AC_OK;
}
