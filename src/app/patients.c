#include "app/patients.h"

#include "app/repeat.h"
#include "app/service_parts.h"

static ac_rc check_reference(ac_sv reference, ac_err *err)
{
    if (!reference.n || reference.n > AC_REF_MAX || !ac_utf8_is(reference))
        return ac_fail(err, AC_EINPUT, "a patient's reference has 1 to %d bytes of UTF-8", AC_REF_MAX);
    return AC_OK;
}

/* A patient's key has the patient's id. The tenant may have got another key since his row was read. */
static ac_rc make_key(ac_service *s, const ac_principal *who, ac_id id, ac_arena *arena, ac_change *put, ac_err *err)
{
    ac_rc rc = AC_ENOTFOUND;
    for (int i = 0; i < 2 && rc == AC_ENOTFOUND; i++) {
        ac_known_tenant tenant;
        AC_TRY(err, ac_tenant_known(s->o.access, who->tenant, &tenant, err));
        rc = ac_vault_make(s->o.vault, id, tenant.above, who->tenant, arena, put, err);
        if (rc == AC_ENOTFOUND)
            ac_tenant_forget(s->o.access, who->tenant);
    }
    return rc == AC_ENOTFOUND ? ac_fail(err, AC_ECONFLICT, "the tenant has another key now") : rc;
}

static ac_rc prepare(ac_service *s, const ac_principal *who, ac_sv reference, const ac_lookup *lookup, ac_arena *arena,
                     ac_change changes[2], ac_patient_id *out, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(s->o.clock);
    const ac_id id = ac_vault_id(s->o.vault, err);
    if (ac_id_none(id))
        return AC_EIO;
    AC_TRY(err, make_key(s, who, id, arena, &changes[0], err));
    changes[1] = (ac_change) { .kind = AC_CHANGE_ITEM_PUT,
                               .item = { .kind = AC_ITEM_PATIENT,
                                         .id = id,
                                         .tenant = who->tenant,
                                         .lookup = *lookup,
                                         .key = id,
                                         .created_ms = now,
                                         .updated_ms = now } };
    const ac_rc rc =
        ac_vault_seal(s->o.vault, id, id, AC_PATIENT_FIELD, reference, arena, &changes[1].item.sealed, err);
    if (rc != AC_OK)
        ac_vault_forget(s->o.vault, id);
    out->v = id;
    return rc;
}

ac_rc ac_patient_refer(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena, ac_patient_id *out,
                       ac_id *key, ac_change *changes, size_t *n, ac_err *err)
{
    ac_stored item;
    AC_TRY(err, check_reference(reference, err));
    const ac_lookup lookup = ac_vault_lookup(s->o.vault, who->tenant, AC_PATIENT_FIELD, reference);
    ac_rc rc = ac_store_find(s->o.store, AC_ITEM_PATIENT, who->tenant, &lookup, arena, &item, err);
    *n = 0;
    if (rc == AC_ENOTFOUND) {
        if (who->n_confined || !ac_may(who, AC_SCOPE_PATIENTS_WRITE))
            return ac_fail(err, AC_ENOTFOUND, "no such patient");
        AC_TRY(err, prepare(s, who, reference, &lookup, arena, changes, out, err));
        *n = 2;
        *key = out->v;
        return AC_OK;
    }
    AC_TRY(err, rc);
    out->v = item.id;
    *key = item.key;
    return ac_access_patient(s->o.access, who, *out, err);
}

static ac_rc ensure_once(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena, ac_patient_id *out,
                         bool *fresh, ac_err *err)
{
    ac_change changes[3];
    size_t n;
    ac_id key;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_TRY(err, ac_patient_refer(s, who, reference, arena, out, &key, changes, &n, err));
    *fresh = n > 0;
    if (!n)
        return AC_OK;
    changes[n] = ac_audit_of(who, now, AC_AUDIT_CREATE, AC_WHAT_PATIENT, out->v, *out, AC_OK);
    ac_rc rc = ac_store_commit(s->o.store, &(ac_commit) { .changes = changes, .n = n + 1, .now_ms = now }, NULL, err);
    (rc == AC_OK ? ac_vault_stored : ac_vault_forget)(s->o.vault, key);
    return rc;
}

/* A conflict: somebody added the same one meanwhile, or the tenant got another key. */
ac_rc ac_patient_ensure(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena, ac_patient_id *out,
                        bool *fresh, ac_err *err)
{
    ac_rc rc = ensure_once(s, who, reference, arena, out, fresh, err);
    if (rc != AC_ECONFLICT)
        return rc;
    ac_tenant_forget(s->o.access, who->tenant);
    return ensure_once(s, who, reference, arena, out, fresh, err);
}

ac_rc ac_patient_row(ac_service *s, const ac_principal *who, ac_patient_id id, ac_arena *arena, ac_stored *out,
                     ac_err *err)
{
    AC_TRY(err, ac_store_item(s->o.store, AC_ITEM_PATIENT, id.v, arena, out, err));
    if (!ac_id_eq(out->tenant.v, who->tenant.v))
        return ac_fail(err, AC_ENOTFOUND, "no such patient");
    return ac_access_patient(s->o.access, who, id, err);
}

static ac_rc info_of(ac_service *s, const ac_stored *item, ac_arena *arena, ac_patient_info *out, ac_err *err)
{
    *out = (ac_patient_info) { .id.v = item->id, .created_ms = item->created_ms, .held = item->delete_ms == AC_HELD };
    return ac_vault_unseal(s->o.vault, item->key, item->id, AC_PATIENT_FIELD, item->sealed, AC_REF_MAX, arena,
                           &out->reference, err);
}

static ac_rc note(ac_service *s, const ac_principal *who, ac_audit_action action, ac_patient_id id, ac_err *err)
{
    return ac_audit_write(s->o.access, who, action, AC_WHAT_PATIENT, id.v, id, AC_OK, 0, err);
}

ac_rc ac_patients_add(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena, ac_patient_info *out,
                      bool *fresh, ac_err *err)
{
    ac_patient_id id;
    ac_once once;
    *fresh = false;
    if (who->n_confined)
        return ac_fail(err, AC_EDENIED, "who is confined to some patients cannot add one");
    AC_TRY(err, ac_repeat_begin(s->o.access, who, &once, &id.v, err));
    if (!ac_repeated(who))
        AC_TRY(err, ac_patient_ensure(s, who, reference, arena, &id, fresh, err));
    if (!ac_repeated(who) && once.forget_ms) { /* one that is added twice is the same one: it may be remembered later */
        const ac_commit remember = { .now_ms = ac_clock_now_ms(s->o.clock) };
        AC_TRY(err, ac_repeat_commit(s->o.access, who, &remember, &once, &id.v, err));
    }
    if (!*fresh)
        return ac_patients_get(s, who, id, arena, out, err);
    *out = (ac_patient_info) { .id = id, .reference = reference, .created_ms = ac_id_ms(id.v) };
    return AC_OK;
}

ac_rc ac_patients_get(ac_service *s, const ac_principal *who, ac_patient_id id, ac_arena *arena, ac_patient_info *out,
                      ac_err *err)
{
    ac_stored item;
    AC_TRY(err, ac_patient_row(s, who, id, arena, &item, err));
    AC_TRY(err, note(s, who, AC_AUDIT_READ, id, err));
    return info_of(s, &item, arena, out, err);
}

ac_rc ac_patients_find(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena, ac_patient_info *out,
                       ac_err *err)
{
    ac_stored item;
    AC_TRY(err, check_reference(reference, err));
    const ac_lookup lookup = ac_vault_lookup(s->o.vault, who->tenant, AC_PATIENT_FIELD, reference);
    AC_TRY(err, ac_store_find(s->o.store, AC_ITEM_PATIENT, who->tenant, &lookup, arena, &item, err));
    return ac_patients_get(s, who, (ac_patient_id) { item.id }, arena, out, err);
}

/* Those he is confined to, newest first, as the store would list them. */
static ac_rc list_confined(ac_service *s, const ac_principal *who, ac_id before, size_t max, ac_arena *arena,
                           ac_stored_list *out, ac_err *err)
{
    ac_id last = before;
    for (size_t k = 0; k < who->n_confined && out->n < max; k++) {
        ac_id next = { { 0 } };
        for (size_t i = 0; i < who->n_confined; i++)
            if ((ac_id_none(last) || ac_id_cmp(who->confined[i].v, last) < 0) &&
                ac_id_cmp(who->confined[i].v, next) > 0)
                next = who->confined[i].v;
        if (ac_id_none(next))
            return AC_OK;
        last = next;
        ac_stored item, *at;
        ac_rc rc = ac_store_item(s->o.store, AC_ITEM_PATIENT, next, arena, &item, err);
        if (rc == AC_ENOTFOUND || (rc == AC_OK && !ac_id_eq(item.tenant.v, who->tenant.v)))
            continue;
        AC_TRY(err, rc);
        if (!(at = ac_vec_push(out, arena)))
            return ac_fail(err, AC_ELIMIT, "no room for the list");
        *at = item;
    }
    return AC_OK;
}

ac_rc ac_patients_list(ac_service *s, const ac_principal *who, ac_id before, size_t max, ac_arena *arena,
                       ac_patient_infos *out, ac_err *err)
{
    ac_stored_list items = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_PATIENT, .tenant = who->tenant, .before = before, .max = max };
    if (who->n_confined)
        AC_TRY(err, list_confined(s, who, before, max, arena, &items, err));
    else
        AC_TRY(err, ac_store_items(s->o.store, &q, arena, &items, err));
    AC_TRY(err, note(s, who, AC_AUDIT_READ, (ac_patient_id) { { { 0 } } }, err));
    for (size_t i = 0; i < items.n; i++) {
        ac_patient_info *p = ac_vec_push(out, arena);
        if (!p)
            return ac_fail(err, AC_ELIMIT, "no room for the list");
        AC_TRY(err, info_of(s, &items.at[i], arena, p, err));
    }
    return AC_OK;
}

/* ---- hold ---- */

ac_rc ac_patients_hold(ac_service *s, const ac_principal *who, ac_patient_id id, bool held, ac_err *err)
{
    ac_stored item;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_patient_row(s, who, id, arena, &item, err));
    item.delete_ms = held ? AC_HELD : 0;
    ac_change changes[] = { { .kind = AC_CHANGE_ITEM_REPLACE, .item = item },
                            ac_audit_of(who, now, AC_AUDIT_UPDATE, AC_WHAT_PATIENT, id.v, id, AC_OK) };
    changes[1].audit.detail = held;
    return ac_store_commit(s->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err);
}

/* ---- delete ---- */

/* A page of the patient's documents: their blobs cannot be opened any more, and are removed, too. */
static ac_rc remove_blobs(ac_service *s, const ac_stored_list *documents, ac_err *err)
{
    for (size_t i = 0; i < documents->n; i++)
        AC_TRY(err, ac_blobs_remove(s->o.blobs, documents->at[i].id, err));
    return AC_OK;
}

static ac_rc list_documents(ac_service *s, const ac_stored *patient, ac_arena *arena, ac_stored_list *out, ac_err *err)
{
    ac_item_query q = { .kind = AC_ITEM_DOCUMENT, .tenant = patient->tenant, .owner = patient->id, .max = AC_LIST_MAX };
    for (;;) {
        ac_stored_list page = { 0 };
        AC_TRY(err, ac_store_items(s->o.store, &q, arena, &page, err));
        for (size_t i = 0; i < page.n; i++) {
            ac_stored *at = ac_vec_push(out, arena);
            if (!at)
                return ac_fail(err, AC_ELIMIT, "no room for the list");
            *at = page.at[i];
        }
        if (page.n < q.max)
            return AC_OK;
        q.before = page.at[page.n - 1].id;
    }
}

ac_rc ac_patient_forget(ac_service *s, const ac_principal *who, ac_patient_id id, bool idle, ac_err *err)
{
    ac_stored item;
    ac_stored_list documents = { 0 };
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)256 << 20);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_patient_row(s, who, id, arena, &item, err));
    AC_TRY(err, list_documents(s, &item, arena, &documents, err));
    ac_change changes[] = { { .kind = AC_CHANGE_ITEM_IDLE, .item = { .kind = AC_ITEM_PATIENT, .id = id.v } },
                            { .kind = AC_CHANGE_SHRED,
                              .item = { .kind = AC_ITEM_PATIENT, .id = id.v, .tenant = item.tenant, .key = item.key } },
                            ac_audit_of(who, now, AC_AUDIT_SHRED, AC_WHAT_PATIENT, id.v, id, AC_OK) };
    changes[2].audit.detail = documents.n;
    const ac_commit commit = { .changes = changes + !idle,
                               .n = sizeof changes / sizeof *changes - !idle,
                               .now_ms = now };
    AC_TRY(err, ac_store_commit(s->o.store, &commit, NULL, err));
    ac_vault_forget(s->o.vault, item.key);
    return remove_blobs(s, &documents, err);
}

ac_rc ac_patients_delete(ac_service *s, const ac_principal *who, ac_patient_id id, ac_err *err)
{
    return ac_patient_forget(s, who, id, false, err);
}
