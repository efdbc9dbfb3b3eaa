/* A tenant gets another key while the server runs. The new one is there in one commit, and new patients come under it;
 * the keys under the old one are sealed anew by and by, each commit a step that is done or not; the old one goes with
 * the last of them. The row of the tenant says what is still to be done, so whoever is cut off goes on where he was. */
#include "app/access_parts.h"
#include "app/repeat.h"
#include "app/tenants.h"

enum { PAGE = 100, AT_ONCE = 200, ARENA = 4 << 20 };

static const ac_patient_id NOBODY = { { { 0 } } };

ac_rc ac_tenants_rotate(ac_access *a, const ac_principal *by, ac_tenant_id id, ac_err *err)
{
    ac_tenant_row t;
    ac_change changes[3];
    ac_once once;
    ac_id before;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    const ac_id fresh = ac_vault_id(a->o.vault, err);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena || ac_id_none(fresh))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (!ac_id_eq(id.v, by->tenant.v) && !ac_may(by, AC_SCOPE_TENANTS))
        return ac_fail(err, AC_ENOTFOUND, "no such tenant");
    AC_TRY(err, ac_tenant_load(a, id, arena, &t, err));
    AC_TRY(err, ac_repeat_begin(a, by, &once, &before, err));
    if (ac_repeated(by))
        return AC_OK;
    if (t.known.n_retiring)
        return ac_fail(err, AC_ECONFLICT, "the rotation before this one has not ended");
    t.known.retiring[t.known.n_retiring++] = t.known.above;
    t.known.above = fresh;
    AC_TRY(err, ac_vault_make(a->o.vault, fresh, (ac_id) { { 0 } }, id, arena, &changes[0], err));
    ac_rc rc = ac_tenant_seal(a, &t, arena, &changes[1], err);
    changes[2] = ac_audit_of(by, now, AC_AUDIT_KEY_ROTATE, AC_WHAT_TENANT, id.v, NOBODY, AC_OK);
    before = id.v;
    if (rc == AC_OK)
        rc = ac_repeat_commit(a, by, &(ac_commit) { .changes = changes, .n = 3, .now_ms = now }, &once, &before, err);
    if (rc != AC_OK || ac_repeated(by)) {
        ac_vault_forget(a->o.vault, fresh);
        return rc;
    }
    ac_vault_stored(a->o.vault, fresh);
    ac_tenant_forget(a, id);
    a->rotating = true;
    return AC_OK;
}

/* A page of keys that the old one seals. They leave the list as they are sealed anew. */
static ac_rc step(ac_access *a, const ac_known_tenant *t, ac_id old, ac_arena *arena, size_t *n, ac_err *err)
{
    ac_stored_list page = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_KEY, .tenant = t->id, .owner = old, .max = AT_ONCE };
    AC_TRY(err, ac_store_items(a->o.store, &q, arena, &page, err));
    *n = page.n;
    ac_change *changes = page.n ? ac_arena_alloc(arena, page.n * sizeof *changes) : NULL;
    if (!page.n)
        return AC_OK;
    if (!changes)
        return ac_fail(err, AC_ELIMIT, "no room for a page of keys");
    for (size_t i = 0; i < page.n; i++)
        AC_TRY(err, ac_vault_rewrap(a->o.vault, &page.at[i], t->above, arena, &changes[i], err));
    return ac_store_commit(
        a->o.store, &(ac_commit) { .changes = changes, .n = page.n, .now_ms = ac_clock_now_ms(a->o.clock) }, NULL, err);
}

/* Nothing is sealed with it any more; the store makes sure. */
static ac_rc retire(ac_access *a, ac_tenant_row *t, ac_arena *arena, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(a->o.clock);
    const ac_id old = t->known.retiring[t->known.n_retiring - 1];
    const ac_principal server = { .tenant = t->known.id, .kind = AC_ACTOR_SERVER };
    ac_change changes[3] = { { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_KEY, .id = old } } };
    t->known.n_retiring--;
    AC_TRY(err, ac_tenant_seal(a, t, arena, &changes[1], err));
    changes[2] = ac_audit_of(&server, now, AC_AUDIT_SHRED, AC_WHAT_KEY, old, NOBODY, AC_OK);
    AC_TRY(err, ac_store_commit(a->o.store, &(ac_commit) { .changes = changes, .n = 3, .now_ms = now }, NULL, err));
    ac_vault_forget(a->o.vault, old);
    ac_tenant_forget(a, t->known.id);
    return AC_OK;
}

static bool may_go_on(ac_rc rc) { return rc == AC_OK || rc == AC_ECONFLICT || rc == AC_ENOTFOUND; }

/* *done: nothing of this tenant retires any more. A patient who is added or removed meanwhile is a conflict: once more.
 */
static ac_rc go_on(ac_access *a, ac_tenant_id id, int64_t until_ms, bool *done, ac_err *err)
{
    *done = false;
    do {
        ac_tenant_row t;
        size_t n = 0;
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        if (!arena)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        AC_TRY(err, ac_tenant_load(a, id, arena, &t, err));
        *done = !t.known.n_retiring;
        if (*done)
            return AC_OK;
        ac_rc rc = step(a, &t.known, t.known.retiring[t.known.n_retiring - 1], arena, &n, err);
        if (rc == AC_OK && !n)
            rc = retire(a, &t, arena, err);
        if (!may_go_on(rc))
            return rc;
    } while (ac_clock_now_ms(a->o.clock) < until_ms);
    return AC_OK;
}

static ac_rc page_of(ac_access *a, ac_id *before, int64_t until_ms, bool *all, ac_err *err)
{
    ac_stored_list page = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_TENANT, .before = *before, .max = PAGE };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_items(a->o.store, &q, arena, &page, err));
    for (size_t i = 0; i < page.n; i++) {
        bool done = true;
        AC_TRY(err, go_on(a, page.at[i].tenant, until_ms, &done, err));
        *all &= done;
    }
    *before = page.n == q.max ? page.at[page.n - 1].id : (ac_id) { { 0 } };
    return AC_OK;
}

ac_rc ac_tenants_keep(ac_access *a, int64_t ms, ac_err *err)
{
    const int64_t until = ac_clock_now_ms(a->o.clock) + ms;
    ac_id before = { { 0 } };
    bool all = true;
    if (!atomic_exchange(&a->rotating, false))
        return AC_OK;
    ac_rc rc;
    do
        rc = page_of(a, &before, until, &all, err);
    while (rc == AC_OK && !ac_id_none(before));
    if (rc != AC_OK || !all)
        a->rotating = true;
    return rc;
}
