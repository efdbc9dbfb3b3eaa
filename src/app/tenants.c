#include "app/tenants.h"

#include "app/access_parts.h"
#include "app/repeat.h"

enum { PAGE = 100 };

static const ac_patient_id NOBODY = { { { 0 } } };

static ac_tenant_info info_of(const ac_tenant_row *t)
{
    return (ac_tenant_info) { .id = t->known.id,
                              .name = t->name,
                              .host = t->known.host,
                              .disabled = t->known.disabled,
                              .rotating = t->known.n_retiring > 0,
                              .created_ms = t->known.created_ms };
}

/* ---- add ---- */

/* Its keys are stored, or never will be. */
static void settle(ac_access *a, const ac_tenant_row *t, ac_rc rc)
{
    void (*const how)(ac_vault *, ac_id) = rc == AC_OK ? ac_vault_stored : ac_vault_forget;
    how(a->o.vault, t->known.above);
    how(a->o.vault, t->known.own);
}

/* Its two keys and its row: three changes. */
static ac_rc prepare(ac_access *a, ac_sv name, bool host, ac_arena *arena, ac_tenant_row *out, ac_change *changes,
                     ac_err *err)
{
    ac_vault *v = a->o.vault;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    const ac_tenant_id id = { ac_vault_id(v, err) };
    const ac_id none = { { 0 } };
    *out = (ac_tenant_row) {
        .name = name,
        .known = { .id = id, .above = ac_vault_id(v, err), .own = ac_vault_id(v, err), .host = host, .created_ms = now }
    };
    out->row = (ac_stored) { .kind = AC_ITEM_TENANT, .id = id.v, .tenant = id, .created_ms = now, .updated_ms = now };
    if (ac_id_none(id.v) || ac_id_none(out->known.above) || ac_id_none(out->known.own))
        return AC_EIO;
    ac_rc rc = ac_vault_make(v, out->known.above, none, id, arena, &changes[0], err);
    if (rc == AC_OK)
        rc = ac_vault_make(v, out->known.own, out->known.above, id, arena, &changes[1], err);
    if (rc == AC_OK)
        rc = ac_tenant_seal(a, out, arena, &changes[2], err);
    if (rc != AC_OK)
        settle(a, out, rc);
    return rc;
}

static ac_rc make_host(ac_access *a, ac_arena *arena, ac_tenant_id *out, ac_err *err)
{
    ac_tenant_row t;
    ac_change changes[3];
    AC_TRY(err, prepare(a, AC_SV("default"), true, arena, &t, changes, err));
    ac_rc rc =
        ac_store_commit(a->o.store, &(ac_commit) { .changes = changes, .n = 3, .now_ms = t.row.created_ms }, NULL, err);
    settle(a, &t, rc);
    *out = t.known.id;
    return rc;
}

ac_rc ac_access_first_tenant(ac_access *a, ac_tenant_id *out, ac_err *err)
{
    ac_item_query q = { .kind = AC_ITEM_TENANT, .max = PAGE };
    for (;;) {
        ac_stored_list page = { 0 };
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)4 << 20);
        if (!arena)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        AC_TRY(err, ac_store_items(a->o.store, &q, arena, &page, err));
        for (size_t i = 0; i < page.n; i++) {
            ac_tenant_row t;
            AC_TRY(err, ac_tenant_open(a, &page.at[i], arena, &t, err));
            *out = t.known.id;
            if (t.known.host)
                return AC_OK;
        }
        if (!page.n && ac_id_none(q.before))
            return make_host(a, arena, out, err);
        if (page.n < q.max)
            return ac_fail(err, AC_EIO, "no tenant is the host");
        q.before = page.at[page.n - 1].id;
    }
}

/* *key: of its first administrator, by which the same request finds the tenant again. */
static ac_rc add(ac_access *a, const ac_principal *by, const ac_once *once, ac_tenant_row *t, const ac_change *made,
                 ac_arena *arena, char text[AC_KEY_TEXT], ac_id *key, ac_err *err)
{
    const int64_t now = t->row.created_ms;
    const ac_key_grant grant = { .name = AC_SV("first administrator"),
                                 .role = AC_ROLE_ADMIN,
                                 .scopes = ac_role_scopes(AC_ROLE_ADMIN) & ~(uint32_t)AC_SCOPES_OF_HOST };
    const ac_principal server = { .tenant = t->known.id, .kind = AC_ACTOR_SERVER, .request = by->request };
    ac_change changes[6] = { made[0], made[1], made[2] };
    AC_TRY(err, ac_key_prepare(a, by, &t->known, &grant, arena, text, &changes[3], err));
    changes[4] = ac_audit_of(by, now, AC_AUDIT_CREATE, AC_WHAT_TENANT, t->row.id, NOBODY, AC_OK);
    changes[5] = ac_audit_of(&server, now, AC_AUDIT_KEY_ISSUE, AC_WHAT_KEY, changes[3].item.id, NOBODY, AC_OK);
    *key = changes[3].item.id;
    return ac_repeat_commit(a, by, &(ac_commit) { .changes = changes, .n = 6, .now_ms = now }, once, key, err);
}

ac_rc ac_tenants_add(ac_access *a, const ac_principal *by, ac_sv name, char text[AC_KEY_TEXT], ac_arena *arena,
                     ac_tenant_info *out, ac_err *err)
{
    ac_tenant_row t = { .name = name };
    ac_change made[3];
    ac_once once;
    ac_id key;
    ac_stored item;
    if (!name.n || name.n > AC_TENANT_NAME_MAX || !ac_utf8_is(name))
        return ac_fail(err, AC_EINPUT, "a tenant needs a name of at most %d bytes of UTF-8", AC_TENANT_NAME_MAX);
    AC_TRY(err, ac_repeat_begin(a, by, &once, &key, err));
    if (ac_id_none(key)) {
        AC_TRY(err, prepare(a, name, false, arena, &t, made, err));
        ac_rc rc = add(a, by, &once, &t, made, arena, text, &key, err);
        settle(a, &t, ac_repeated(by) ? AC_ECONFLICT : rc);
        AC_TRY(err, rc);
    }
    if (ac_repeated(by)) {
        AC_TRY(err, ac_key_again(a, by, key, arena, &item, text, err));
        AC_TRY(err, ac_tenant_load(a, item.tenant, arena, &t, err));
    }
    *out = info_of(&t);
    return AC_OK;
}

/* ---- look ---- */

/* Who may not know of others hears that there are none. */
static ac_rc load(ac_access *a, const ac_principal *by, ac_tenant_id id, ac_arena *arena, ac_tenant_row *out,
                  ac_err *err)
{
    if (!ac_id_eq(id.v, by->tenant.v) && !ac_may(by, AC_SCOPE_TENANTS))
        return ac_fail(err, AC_ENOTFOUND, "no such tenant");
    return ac_tenant_load(a, id, arena, out, err);
}

ac_rc ac_tenants_get(ac_access *a, const ac_principal *by, ac_tenant_id id, ac_arena *arena, ac_tenant_info *out,
                     ac_err *err)
{
    ac_tenant_row t;
    AC_TRY(err, load(a, by, id, arena, &t, err));
    *out = info_of(&t);
    return AC_OK;
}

ac_rc ac_tenants_list(ac_access *a, const ac_principal *by, ac_id before, size_t max, ac_arena *arena,
                      ac_tenant_infos *out, ac_err *err)
{
    ac_stored_list items = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_TENANT, .before = before, .max = max };
    if (!ac_may(by, AC_SCOPE_TENANTS))
        return ac_fail(err, AC_EDENIED, "no scope for tenants");
    AC_TRY(err, ac_store_items(a->o.store, &q, arena, &items, err));
    for (size_t i = 0; i < items.n; i++) {
        ac_tenant_row t;
        ac_tenant_info *at = ac_vec_push(out, arena);
        if (!at)
            return ac_fail(err, AC_ELIMIT, "no room for the tenants");
        AC_TRY(err, ac_tenant_open(a, &items.at[i], arena, &t, err));
        *at = info_of(&t);
    }
    return AC_OK;
}

/* ---- disable ---- */

ac_rc ac_tenants_disable(ac_access *a, const ac_principal *by, ac_tenant_id id, bool disabled, ac_err *err)
{
    ac_tenant_row t;
    ac_change changes[2];
    const int64_t now = ac_clock_now_ms(a->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, load(a, by, id, arena, &t, err));
    if (t.known.host && disabled)
        return ac_fail(err, AC_ECONFLICT, "the host cannot be disabled");
    t.known.disabled = disabled;
    AC_TRY(err, ac_tenant_seal(a, &t, arena, &changes[0], err));
    changes[1] = ac_audit_of(by, now, AC_AUDIT_UPDATE, AC_WHAT_TENANT, id.v, NOBODY, AC_OK);
    changes[1].audit.detail = disabled;
    AC_TRY(err, ac_store_commit(a->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err));
    ac_tenant_forget(a, id);
    ac_keys_forget(a, id);
    return AC_OK;
}
