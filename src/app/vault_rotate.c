/* Another master key: in one transaction, and while everything goes on. */
#include "app/vault_parts.h"

enum { PER_COMMIT = 1000 };

typedef struct {
    ac_vault *v;
    ac_key old, new;
    ac_arena *arena;
    AC_VEC(ac_change) changes;
} rotation;

static ac_rc reseal(rotation *r, const ac_stored *item, ac_err *err)
{
    ac_key key;
    if (ac_vault_open_key(r->v, &r->new, item, &key, NULL) == AC_OK) {
        ac_crypto_wipe(r->v->crypto, &key, sizeof key);
        return AC_OK;
    }
    AC_TRY(err, ac_vault_open_key(r->v, &r->old, item, &key, err));
    ac_change *c = ac_vec_push(&r->changes, r->arena);
    ac_rc rc = c ? AC_OK : ac_fail(err, AC_ELIMIT, "too many keys for one transaction");
    if (c) {
        *c = (ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = *item };
        rc = ac_vault_seal_with(r->v, &r->new, item->id, AC_KEY_FIELD, (ac_sv) { (const char *)key.b, sizeof key.b },
                                r->arena, &c->item.sealed, err);
    }
    ac_crypto_wipe(r->v->crypto, &key, sizeof key);
    return rc;
}

/* One page of keys: those that the master key seals, and the new one does not yet. */
static ac_rc rotate_page(rotation *r, const ac_stored_list *page, ac_err *err)
{
    for (size_t i = 0; i < page->n; i++)
        if (ac_id_none(page->at[i].owner))
            AC_TRY(err, reseal(r, &page->at[i], err));
    return AC_OK;
}

static ac_rc rotate_all(rotation *r, ac_err *err)
{
    ac_item_query q = { .kind = AC_ITEM_KEY, .max = PER_COMMIT };
    for (;;) {
        ac_stored_list page = { 0 };
        AC_TRY(err, ac_store_items(r->v->store, &q, r->arena, &page, err));
        AC_TRY(err, rotate_page(r, &page, err));
        if (page.n < q.max)
            return AC_OK;
        q.before = page.at[page.n - 1].id;
    }
}

/* All of them and the record of it, or nothing. */
static ac_rc rotate_once(rotation *r, const ac_audit_record *audit, ac_err *err)
{
    AC_TRY(err, rotate_all(r, err));
    ac_change *last = ac_vec_push(&r->changes, r->arena);
    if (!last)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *last = (ac_change) { .kind = AC_CHANGE_AUDIT, .audit = *audit };
    last->audit.detail = r->changes.n - 1;
    return ac_store_commit(
        r->v->store,
        &(ac_commit) { .changes = r->changes.at, .n = r->changes.n, .now_ms = ac_clock_now_ms(r->v->clock) }, NULL,
        err);
}

/* Nothing that the master key seals is under way any more, and nothing begins. */
static ac_rc begin_change(ac_vault *v, const ac_key *next, ac_err *err)
{
    ac_spin_lock(&v->lock);
    const bool busy = v->changing;
    if (!busy) {
        v->changing = true;
        v->next = *next;
    }
    ac_spin_unlock(&v->lock);
    if (busy)
        return ac_fail(err, AC_EBUSY, "the master key is being changed");
    for (bool done = false; !done;) {
        ac_spin_lock(&v->lock);
        done = !v->roots;
        ac_spin_unlock(&v->lock);
        if (!done)
            ac_vault_pause();
    }
    return AC_OK;
}

static void end_change(ac_vault *v, bool changed)
{
    ac_spin_lock(&v->lock);
    if (changed)
        v->master = v->next;
    ac_crypto_wipe(v->crypto, &v->next, sizeof v->next);
    v->changing = false;
    ac_spin_unlock(&v->lock);
}

ac_rc ac_vault_rotate(ac_vault *v, const ac_key *master, const ac_audit_record *audit, size_t *n, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 30);
    rotation r = { .v = v, .old = ac_vault_master(v), .new = *master, .arena = arena };
    ac_rc rc = arena ? begin_change(v, master, err) : ac_fail(err, AC_ENOMEM, "out of memory");
    if (rc == AC_OK) {
        rc = rotate_once(&r, audit, err);
        end_change(v, rc == AC_OK);
    }
    if (rc == AC_OK && n)
        *n = r.changes.n - 1;
    ac_crypto_wipe(v->crypto, &r.old, sizeof r.old);
    ac_crypto_wipe(v->crypto, &r.new, sizeof r.new);
    return rc;
}
