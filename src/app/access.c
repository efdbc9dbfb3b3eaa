#include "app/access_parts.h"

#define SCOPE_WORD(id, word, text)    [id##_BIT] = word,
#define ROLE_WORD(id, word, scopes)   [id] = word,
#define ROLE_SCOPES(id, word, scopes) [id] = (uint32_t)(scopes),
static const char *const scope_words[AC_SCOPES] = { AC_SCOPE_LIST(SCOPE_WORD) };
static const char *const role_words[AC_ROLES] = { AC_ROLE_LIST(ROLE_WORD) };
static const uint32_t role_scopes[AC_ROLES] = { AC_ROLE_LIST(ROLE_SCOPES) };

ac_sv ac_role_word(ac_role r) { return ac_sv_z(role_words[r]); }
uint32_t ac_role_scopes(ac_role r) { return role_scopes[r]; }

ac_sv ac_scope_word(ac_scope s)
{
    for (unsigned i = 0; i < AC_SCOPES; i++)
        if ((uint32_t)s == 1u << i)
            return ac_sv_z(scope_words[i]);
    return AC_SV("");
}

bool ac_role_from(ac_sv word, ac_role *out)
{
    for (int r = 0; r < AC_ROLES; r++)
        if (ac_sv_eq(word, ac_sv_z(role_words[r]))) {
            *out = (ac_role)r;
            return true;
        }
    return false;
}

bool ac_scope_from(ac_sv word, uint32_t *bit)
{
    for (unsigned i = 0; i < AC_SCOPES; i++)
        if (ac_sv_eq(word, ac_sv_z(scope_words[i]))) {
            *bit = 1u << i;
            return true;
        }
    return false;
}

ac_rc ac_access_new(const ac_access_options *opt, ac_access **out, ac_err *err)
{
    ac_access *a = ac_mem_alloc(sizeof *a);
    if (!a)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    a->o = *opt;
    ac_spin_init(&a->lock);
    *out = a;
    return AC_OK;
}

void ac_access_free(ac_access *a) { ac_mem_free(a); }

/* ---- tenants ---- */

static ac_rc make_tenant(ac_access *a, ac_sv name, ac_tenant_id *out, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const int64_t now = ac_clock_now_ms(a->o.clock);
    const ac_tenant_id tenant = { ac_vault_id(a->o.vault, err) };
    const ac_id key = ac_vault_id(a->o.vault, err);
    ac_change changes[2];
    if (ac_id_none(tenant.v) || ac_id_none(key))
        return AC_EIO;
    AC_TRY(err, ac_vault_make(a->o.vault, key, (ac_id) { { 0 } }, tenant, arena, &changes[0], err));
    changes[1] = (ac_change) { .kind = AC_CHANGE_ITEM_PUT,
                               .item = { .kind = AC_ITEM_TENANT,
                                         .id = tenant.v,
                                         .tenant = tenant,
                                         .key = key,
                                         .created_ms = now,
                                         .updated_ms = now } };
    AC_TRY(err, ac_vault_seal(a->o.vault, key, tenant.v, AC_SV("tenant"), name, arena, &changes[1].item.sealed, err));
    AC_TRY(err, ac_store_commit(a->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err));
    *out = tenant;
    return AC_OK;
}

ac_rc ac_access_first_tenant(ac_access *a, ac_tenant_id *out, bool *fresh, ac_err *err)
{
    ac_stored_list found = { 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_items(a->o.store, &(ac_item_query) { .kind = AC_ITEM_TENANT, .max = 1 }, arena, &found, err));
    *fresh = !found.n;
    if (!found.n)
        return make_tenant(a, AC_SV("default"), out, err);
    *out = found.at[0].tenant;
    return AC_OK;
}

ac_rc ac_access_tenant_key(ac_access *a, ac_tenant_id tenant, ac_id *out, ac_err *err)
{
    ac_stored item;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    ac_spin_lock(&a->lock);
    const bool known = ac_id_eq(a->tenant.v, tenant.v);
    *out = a->tenant_key;
    ac_spin_unlock(&a->lock);
    if (known)
        return AC_OK;
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_TENANT, tenant.v, arena, &item, err));
    ac_spin_lock(&a->lock);
    a->tenant = tenant;
    a->tenant_key = *out = item.key;
    ac_spin_unlock(&a->lock);
    return AC_OK;
}

/* ---- audit ---- */

ac_change ac_audit_of(const ac_principal *p, int64_t now_ms, ac_audit_action action, ac_audit_what what, ac_id object,
                      ac_patient_id patient, ac_rc outcome)
{
    ac_audit_record r = { .at_ms = now_ms,
                          .actor_kind = AC_ACTOR_SERVER,
                          .action = action,
                          .what = what,
                          .object = object,
                          .patient = patient,
                          .outcome = outcome };
    if (p) {
        r.tenant = p->tenant;
        r.actor_kind = p->kind;
        r.actor = p->actor;
        r.request = p->request;
    }
    return (ac_change) { .kind = AC_CHANGE_AUDIT, .audit = r };
}

ac_rc ac_audit_write(ac_access *a, const ac_principal *p, ac_audit_action action, ac_audit_what what, ac_id object,
                     ac_patient_id patient, ac_rc outcome, uint64_t detail, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(a->o.clock);
    ac_change c = ac_audit_of(p, now, action, what, object, patient, outcome);
    c.audit.detail = detail;
    return ac_store_commit(a->o.store, &(ac_commit) { .changes = &c, .n = 1, .now_ms = now }, NULL, err);
}

ac_rc ac_audit_read(ac_access *a, const ac_principal *p, const ac_audit_query *q, ac_arena *arena,
                    ac_audit_records *out, ac_err *err)
{
    ac_audit_query own = *q;
    own.tenant = p->tenant;
    AC_TRY(err,
           ac_audit_write(a, p, AC_AUDIT_READ, AC_WHAT_AUDIT, (ac_id) { { 0 } }, q->patient, AC_OK, q->after, err));
    return ac_store_audit(a->o.store, &own, arena, out, err);
}

/* ---- patients ---- */

ac_rc ac_access_patient(ac_access *a, const ac_principal *p, ac_patient_id patient, ac_err *err)
{
    bool open = false;
    for (size_t i = 0; i < p->n_confined; i++)
        if (ac_id_eq(p->confined[i].v, patient.v))
            return AC_OK;
    if (!p->n_confined)
        return AC_OK;
    if (!ac_id_none(patient.v) && ac_may(p, AC_SCOPE_GLASS))
        AC_TRY(err, ac_glass_is_open(a, p, patient, &open, err));
    return open ? AC_OK : ac_fail(err, AC_ENOTFOUND, "no such patient");
}
