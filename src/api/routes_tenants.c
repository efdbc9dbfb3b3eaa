/* /v1/tenants: organisations that share a server, and their keys. */
#include "api/routes.h"
#include "app/tenants.h"

enum { BODY = 4 << 10 };

static const ac_field tenant_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "name", AC_FIELD_TEXT, true, 0, AC_TENANT_NAME_MAX, NULL, NULL, "" },
    { "host", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "the first one, whose administrators add the others" },
    { "disabled", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "its keys open nothing" },
    { "rotating", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "something is still sealed with its key of before" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "key", AC_FIELD_TEXT, false, 0, AC_KEY_TEXT, NULL, NULL,
      "of its first administrator; only in the answer that adds it: it is kept nowhere, and comes again only for the "
      "same Idempotency-Key" },
    { 0 },
};
static const ac_schema tenant_schema = { "Tenant", tenant_fields };
static const ac_field tenant_new_fields[] = {
    { "name", AC_FIELD_TEXT, true, 1, AC_TENANT_NAME_MAX, NULL, NULL, "for people" },
    { 0 },
};
static const ac_schema tenant_new_schema = { "TenantRequest", tenant_new_fields };
static const ac_field tenants_fields[] = {
    { "tenants", AC_FIELD_LIST, true, 0, 0, NULL, &tenant_schema, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema tenants_schema = { "TenantPage", tenants_fields };

static void put_tenant(ac_jw *w, const ac_tenant_info *t, const char *text)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", t->id.v);
    ac_jw_kstring(w, "name", t->name);
    ac_jw_kbool(w, "host", t->host);
    ac_jw_kbool(w, "disabled", t->disabled);
    ac_jw_kbool(w, "rotating", t->rotating);
    ac_jw_kinstant(w, "created", t->created_ms);
    if (text)
        ac_jw_kstring(w, "key", ac_sv_z(text));
    ac_jw_end_object(w);
}

static ac_tenant_id tenant_arg(const ac_call *c) { return (ac_tenant_id) { c->args[0] }; }

static ac_rc post_tenant(ac_call *c, ac_err *err)
{
    char text[AC_KEY_TEXT];
    ac_tenant_info t;
    AC_TRY(err, ac_tenants_add(c->access, &c->who, ac_call_text(c, "name"), text, c->arena, &t, err));
    ac_jw w = ac_call_json(c, 0);
    put_tenant(&w, &t, text);
    ac_reply_secret(c->reply);
    return AC_OK;
}

static ac_rc list_tenants(ac_call *c, ac_err *err)
{
    ac_tenant_infos list = { 0 };
    const size_t max = ac_call_limit(c);
    AC_TRY(err, ac_tenants_list(c->access, &c->who, ac_call_cursor(c), max, c->arena, &list, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "tenants");
    for (size_t i = 0; i < list.n; i++)
        put_tenant(&w, &list.at[i], NULL);
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id.v : (ac_id) { { 0 } }, list.n == max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc get_tenant(ac_call *c, ac_err *err)
{
    ac_tenant_info t;
    AC_TRY(err, ac_tenants_get(c->access, &c->who, tenant_arg(c), c->arena, &t, err));
    ac_jw w = ac_call_json(c, 0);
    put_tenant(&w, &t, NULL);
    return AC_OK;
}

static ac_rc disable(ac_call *c, bool disabled, ac_err *err)
{
    AC_TRY(err, ac_tenants_disable(c->access, &c->who, tenant_arg(c), disabled, err));
    return get_tenant(c, err);
}

static ac_rc disable_tenant(ac_call *c, ac_err *err) { return disable(c, true, err); }
static ac_rc enable_tenant(ac_call *c, ac_err *err) { return disable(c, false, err); }

static ac_rc rotate_tenant(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_tenants_rotate(c->access, &c->who, tenant_arg(c), err));
    return get_tenant(c, err);
}

const ac_route ac_routes_tenants[] = {
    { AC_HTTP_POST, "/v1/tenants", AC_SCOPE_TENANTS, 0, AC_ROUTE_ONCE, BODY, &tenant_new_schema, NULL, &tenant_schema,
      201, post_tenant, "Tenants", "addTenant", "Add a tenant, with the key of its first administrator",
      "A tenant knows of no other: ids of others do not exist for it." },
    { AC_HTTP_GET, "/v1/tenants", AC_SCOPE_TENANTS, 0, 0, 0, NULL, &ac_schema_page_query, &tenants_schema, 200,
      list_tenants, "Tenants", "listTenants", "List tenants", NULL },
    { AC_HTTP_GET, "/v1/tenants/{tenant_id}", AC_SCOPE_KEYS, 0, 0, 0, NULL, NULL, &tenant_schema, 200, get_tenant,
      "Tenants", "getTenant", "Read a tenant: your own, or as the host any", NULL },
    { AC_HTTP_POST, "/v1/tenants/{tenant_id}/disable", AC_SCOPE_TENANTS, 0, 0, 0, NULL, NULL, &tenant_schema, 200,
      disable_tenant, "Tenants", "disableTenant", "Disable a tenant",
      "Its keys are refused at once. What it has submitted is worked on, and nothing is removed." },
    { AC_HTTP_POST, "/v1/tenants/{tenant_id}/enable", AC_SCOPE_TENANTS, 0, 0, 0, NULL, NULL, &tenant_schema, 200,
      enable_tenant, "Tenants", "enableTenant", "Enable a tenant again", NULL },
    { AC_HTTP_POST, "/v1/tenants/{tenant_id}/rotate", AC_SCOPE_KEYS, 0, AC_ROUTE_ONCE, 0, NULL, NULL, &tenant_schema,
      202, rotate_tenant, "Tenants", "rotateTenantKey", "Give a tenant another key: your own, or as the host any",
      "It holds for new patients at once. The keys of the others are sealed with it in the background, and the old one "
      "is removed with the last of them: then rotating is false. 409 until then." },
};
const size_t ac_routes_tenants_n = sizeof ac_routes_tenants / sizeof *ac_routes_tenants;
