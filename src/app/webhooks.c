/* Webhooks as their owners see them: one sealed item each, and rows in memory that say whom an end of a job is told. */
#include "app/repeat.h"
#include "app/webhooks_parts.h"
#include "base/base64.h"
#include "base/json_read.h"
#include "base/json_write.h"

#include <stdio.h>

enum { DEPTH = 3, PAGE = 200, ROWS_MAX = 10000 };

#define ENDS                                                                                                           \
    (1u << AC_JOB_COMPLETED | 1u << AC_JOB_INCOMPLETE | 1u << AC_JOB_FAILED | 1u << AC_JOB_CANCELLED |                 \
     1u << AC_JOB_DEAD)

static const ac_sv FIELD = { "webhook", 7 };

#define OFF_WORD(id, word) [id] = word,
ac_sv ac_webhook_off_word(ac_webhook_off why)
{
    static const char *const words[AC_WEBHOOK_OFFS] = { AC_WEBHOOK_OFF_LIST(OFF_WORD) };
    return ac_sv_z(words[why]);
}

/* ---- sealed ---- */

static ac_sv bytes_of(const ac_key *k) { return (ac_sv) { (const char *)k->b, sizeof k->b }; }

ac_rc ac_hook_seal(ac_webhooks *w, ac_hook *h, ac_arena *arena, ac_err *err)
{
    const ac_webhook_form *f = &h->hook.form;
    AC_AUTO(ac_sb) json = AC_SB(AC_HOOK_SEALED_MAX);
    const ac_sv secret = ac_base64_write(arena, bytes_of(&h->secret)), old = ac_base64_write(arena, bytes_of(&h->old));
    if (!secret.p || !old.p)
        return ac_fail(err, AC_ELIMIT, "no room for a webhook");
    ac_jw j = ac_jw_to(&json, 0);
    ac_jw_object(&j);
    ac_jw_kstring(&j, "url", f->url);
    ac_jw_kstring(&j, "name", f->name);
    ac_jw_ku64(&j, "events", f->events);
    ac_jw_kbool(&j, "all", f->all);
    ac_jw_ku64(&j, "off", (uint64_t)h->hook.off);
    ac_jw_ku64(&j, "failing_ms", (uint64_t)h->hook.failing_ms);
    ac_jw_kstring(&j, "secret", secret);
    ac_jw_kstring(&j, "old", old);
    ac_jw_ku64(&j, "old_until_ms", (uint64_t)h->old_until_ms);
    ac_jw_end_object(&j);
    ac_rc rc = ac_sb_done(&json, err);
    if (rc == AC_OK)
        rc = ac_vault_seal(w->o.vault, h->item.key, h->item.id, FIELD, ac_sb_view(&json), arena, &h->item.sealed, err);
    if (json.p)
        ac_crypto_wipe(w->o.crypto, json.p, json.n);
    return rc;
}

static ac_rc read_secret(const ac_json *j, const char *name, ac_arena *arena, ac_key *out, ac_err *err)
{
    ac_sv bytes;
    if (ac_base64_read(arena, ac_json_text(j, name), &bytes) != AC_OK || bytes.n != sizeof out->b)
        return ac_fail(err, AC_EIO, "a webhook that cannot be read");
    memcpy(out->b, bytes.p, sizeof out->b);
    return AC_OK;
}

static ac_rc unseal(ac_webhooks *w, const ac_stored *item, ac_arena *arena, ac_hook *out, ac_err *err)
{
    ac_sv text;
    ac_json *j;
    ac_hook h = { .item = *item };
    AC_TRY(err, ac_vault_unseal(w->o.vault, item->key, item->id, FIELD, item->sealed, AC_HOOK_SEALED_MAX, arena, &text,
                                err));
    AC_TRY(err, ac_json_parse(text, DEPTH, arena, &j, err));
    const ac_json *all = ac_json_get(j, "all");
    const int64_t off = ac_json_i64(j, "off", AC_WEBHOOK_OFF);
    h.hook = (ac_webhook) { .id = item->id,
                            .form = { .url = ac_json_text(j, "url"),
                                      .name = ac_json_text(j, "name"),
                                      .events = (uint32_t)ac_json_i64(j, "events", 0) & ENDS,
                                      .all = all && all->type == AC_JSON_TRUE,
                                      .on = off == AC_WEBHOOK_ON },
                            .off = off >= 0 && off < AC_WEBHOOK_OFFS ? (ac_webhook_off)off : AC_WEBHOOK_OFF,
                            .created_ms = item->created_ms,
                            .updated_ms = item->updated_ms,
                            .failing_ms = ac_json_i64(j, "failing_ms", 0) };
    h.old_until_ms = ac_json_i64(j, "old_until_ms", 0);
    AC_TRY(err, read_secret(j, "secret", arena, &h.secret, err));
    AC_TRY(err, read_secret(j, "old", arena, &h.old, err));
    *out = h;
    return AC_OK;
}

ac_rc ac_hook_open(ac_webhooks *w, ac_id id, ac_arena *arena, ac_hook *out, ac_err *err)
{
    ac_stored item;
    AC_TRY(err, ac_store_item(w->o.store, AC_ITEM_WEBHOOK, id, arena, &item, err));
    return unseal(w, &item, arena, out, err);
}

ac_rc ac_hook_of(ac_webhooks *w, const ac_principal *who, ac_id id, ac_arena *arena, ac_hook *out, ac_err *err)
{
    ac_stored item;
    AC_TRY(err, ac_store_item(w->o.store, AC_ITEM_WEBHOOK, id, arena, &item, err));
    if (!ac_id_eq(item.tenant.v, who->tenant.v))
        return ac_fail(err, AC_ENOTFOUND, "no such webhook");
    return unseal(w, &item, arena, out, err);
}

/* ---- rows ---- */

typedef struct {
    ac_hook_row *at;
    size_t n, cap;
} rows;

static ac_rc add_row(ac_webhooks *w, const ac_stored *item, ac_arena *arena, rows *r, ac_err *err)
{
    ac_hook h;
    if (r->n == r->cap) {
        const size_t cap = r->cap ? 2 * r->cap : PAGE;
        ac_hook_row *more = ac_mem_grow(r->at, cap * sizeof *more);
        if (!more)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        r->at = more;
        r->cap = cap;
    }
    AC_TRY(err, unseal(w, item, arena, &h, err));
    r->at[r->n++] =
        (ac_hook_row) { item->id, item->tenant, h.hook.form.events, h.hook.form.all, h.hook.form.on, item->updated_ms };
    return AC_OK;
}

static ac_rc load_all(ac_webhooks *w, rows *r, ac_err *err)
{
    ac_item_query q = { .kind = AC_ITEM_WEBHOOK, .max = PAGE };
    for (bool more = true; more && r->n < ROWS_MAX;) {
        ac_stored_list items = { 0 };
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)PAGE * 4 * AC_HOOK_SEALED_MAX);
        if (!arena)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        AC_TRY(err, ac_store_items(w->o.store, &q, arena, &items, err));
        for (size_t i = 0; i < items.n; i++)
            AC_TRY(err, add_row(w, &items.at[i], arena, r, err));
        more = items.n == PAGE;
        q.before = items.n ? items.at[items.n - 1].id : q.before;
    }
    return AC_OK;
}

ac_rc ac_hooks_load(ac_webhooks *w, ac_err *err)
{
    rows r = { 0 };
    ac_spin_lock(&w->lock);
    const uint64_t mine = ++w->asked;
    ac_spin_unlock(&w->lock);
    const ac_rc rc = load_all(w, &r, err);
    ac_hook_row *old = r.at;
    ac_spin_lock(&w->lock);
    if (rc == AC_OK && mine > w->loaded) {
        old = w->rows;
        w->rows = r.at;
        w->n = r.n;
        w->loaded = mine;
    }
    ac_spin_unlock(&w->lock);
    ac_mem_free(old);
    return rc;
}

bool ac_webhooks_has(ac_webhooks *w, ac_tenant_id tenant, ac_id id)
{
    bool has = false;
    ac_spin_lock(&w->lock);
    for (size_t i = 0; i < w->n && !has; i++)
        has = ac_id_eq(w->rows[i].id, id) && ac_id_eq(w->rows[i].tenant.v, tenant.v);
    ac_spin_unlock(&w->lock);
    return has;
}

static size_t how_many(ac_webhooks *w, ac_tenant_id tenant)
{
    size_t n = 0;
    ac_spin_lock(&w->lock);
    for (size_t i = 0; i < w->n; i++)
        n += ac_id_eq(w->rows[i].tenant.v, tenant.v);
    ac_spin_unlock(&w->lock);
    return n;
}

/* ---- changes ---- */

static ac_rc check(ac_webhooks *w, const ac_principal *who, const ac_webhook_form *f, ac_err *err)
{
    const ac_fetch_request r = { .url = f->url, .ranges = w->o.ranges, .n_ranges = w->o.n_ranges };
    if (f->name.n > AC_WEBHOOK_NAME_MAX || !ac_utf8_is(f->name))
        return ac_fail(err, AC_EINPUT, "a name has at most %d bytes of UTF-8", AC_WEBHOOK_NAME_MAX);
    if (!f->events || f->events & ~ENDS)
        return ac_fail(err, AC_EINPUT, "events that a webhook is told: the ends of jobs");
    if (f->all && who->n_confined)
        return ac_fail(err, AC_EDENIED, "who is confined to some patients is not told of all jobs");
    const ac_rc rc = ac_fetch_check(w->o.fetch, &r, err);
    return rc != AC_EDENIED
               ? rc
               : ac_fail(err, AC_EINPUT, "a URL that this server may not reach: https and a public address are needed");
}

/* of: the webhook, or what a change of its secret is remembered by */
static ac_rc new_secret(ac_webhooks *w, const ac_principal *who, ac_id of, ac_key *key,
                        char text[AC_WEBHOOK_SECRET_MAX], ac_err *err)
{
    char room[AC_WEBHOOK_SECRET_MAX];
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 10);
    AC_TRY(err, ac_repeat_secret(w->o.access, who, of, key->b, sizeof key->b, err));
    const ac_sv digits = arena ? ac_base64_write(arena, bytes_of(key)) : (ac_sv) { NULL, 0 };
    if (!digits.p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    (void)snprintf(room, sizeof room, "whsec_%.*s", (int)digits.n, digits.p);
    memcpy(text, room, sizeof room);
    ac_crypto_wipe(w->o.crypto, room, sizeof room);
    return AC_OK;
}

/* once, outcome: as of ac_repeat_commit */
static ac_rc commit_once(ac_webhooks *w, const ac_principal *who, const ac_change *change, ac_audit_action action,
                         const ac_once *once, ac_id *outcome, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(w->o.clock);
    const ac_change changes[] = { *change, ac_audit_of(who, now, action, AC_WHAT_WEBHOOK, change->item.id,
                                                       (ac_patient_id) { { { 0 } } }, AC_OK) };
    const ac_commit commit = { .changes = changes, .n = 2, .now_ms = now };
    AC_TRY(err, ac_repeat_commit(w->o.access, who, &commit, once, outcome, err));
    return ac_hooks_load(w, err);
}

static ac_rc commit(ac_webhooks *w, const ac_principal *who, const ac_change *change, ac_audit_action action,
                    ac_err *err)
{
    const ac_once none = { .forget_ms = 0 };
    ac_id outcome = change->item.id;
    return commit_once(w, who, change, action, &none, &outcome, err);
}

/* The webhook with what the form says; it lives as long as the form's views and the arena. */
static void fill(ac_hook *h, const ac_webhook_form *f, int64_t now)
{
    h->hook.form = *f;
    h->hook.off = f->on ? AC_WEBHOOK_ON : AC_WEBHOOK_OFF;
    h->hook.failing_ms = 0;
    h->hook.updated_ms = h->item.updated_ms = now;
}

static ac_rc add(ac_webhooks *w, const ac_principal *who, const ac_webhook_form *form, const ac_once *once,
                 ac_arena *arena, char secret[AC_WEBHOOK_SECRET_MAX], ac_webhook *out, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(w->o.clock);
    ac_hook h = { .item = { .kind = AC_ITEM_WEBHOOK,
                            .id = ac_vault_id(w->o.vault, err),
                            .tenant = who->tenant,
                            .created_ms = now } };
    if (ac_id_none(h.item.id))
        return AC_EIO;
    if (how_many(w, who->tenant) >= AC_WEBHOOKS_MAX)
        return ac_fail(err, AC_ECONFLICT, "at most %d webhooks", AC_WEBHOOKS_MAX);
    AC_TRY(err, ac_access_tenant_key(w->o.access, who->tenant, &h.item.key, err));
    AC_TRY(err, new_secret(w, who, h.item.id, &h.secret, secret, err));
    h.hook.id = h.item.id;
    h.hook.created_ms = now;
    fill(&h, form, now);
    AC_TRY(err, ac_hook_seal(w, &h, arena, err));
    *out = h.hook;
    return commit_once(w, who, &(ac_change) { .kind = AC_CHANGE_ITEM_PUT, .item = h.item }, AC_AUDIT_CREATE, once,
                       &out->id, err);
}

ac_rc ac_webhooks_add(ac_webhooks *w, const ac_principal *who, const ac_webhook_form *form, ac_arena *arena,
                      char secret[AC_WEBHOOK_SECRET_MAX], ac_webhook *out, ac_err *err)
{
    ac_once once;
    ac_hook h;
    ac_key key;
    AC_TRY(err, check(w, who, form, err));
    AC_TRY(err, ac_repeat_begin(w->o.access, who, &once, &out->id, err));
    if (ac_id_none(out->id))
        AC_TRY(err, add(w, who, form, &once, arena, secret, out, err));
    if (!ac_repeated(who))
        return AC_OK;
    AC_TRY(err, ac_hook_of(w, who, out->id, arena, &h, err));
    *out = h.hook;
    return new_secret(w, who, h.item.id, &key, secret, err); /* that it was made with */
}

ac_rc ac_webhooks_change(ac_webhooks *w, const ac_principal *who, ac_id id, const ac_webhook_form *form,
                         ac_arena *arena, ac_webhook *out, ac_err *err)
{
    ac_hook h;
    AC_TRY(err, ac_hook_of(w, who, id, arena, &h, err));
    AC_TRY(err, check(w, who, form, err));
    if (h.hook.form.all && who->n_confined)
        return ac_fail(err, AC_EDENIED, "who is confined to some patients changes no webhook of all jobs");
    fill(&h, form, ac_clock_now_ms(w->o.clock));
    AC_TRY(err, ac_hook_seal(w, &h, arena, err));
    AC_TRY(err, commit(w, who, &(ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = h.item }, AC_AUDIT_UPDATE, err));
    *out = h.hook;
    return AC_OK;
}

ac_rc ac_webhooks_rotate(ac_webhooks *w, const ac_principal *who, ac_id id, char secret[AC_WEBHOOK_SECRET_MAX],
                         ac_err *err)
{
    ac_hook h;
    ac_once once;
    ac_id change;
    const int64_t now = ac_clock_now_ms(w->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(AC_HOOK_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_hook_of(w, who, id, arena, &h, err));
    AC_TRY(err, ac_repeat_begin(w->o.access, who, &once, &change, err));
    if (ac_id_none(change)) {
        change = ac_vault_id(w->o.vault, err);
        if (ac_id_none(change))
            return AC_EIO;
        h.old = h.secret;
        h.old_until_ms = now + w->o.overlap_ms;
        h.item.updated_ms = now;
        AC_TRY(err, new_secret(w, who, change, &h.secret, secret, err));
        AC_TRY(err, ac_hook_seal(w, &h, arena, err));
        AC_TRY(err, commit_once(w, who, &(ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = h.item },
                                AC_AUDIT_KEY_ROTATE, &once, &change, err));
    }
    return ac_repeated(who) ? new_secret(w, who, change, &h.secret, secret, err) : AC_OK;
}

ac_rc ac_webhooks_remove(ac_webhooks *w, const ac_principal *who, ac_id id, ac_err *err)
{
    ac_hook h;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(AC_HOOK_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_hook_of(w, who, id, arena, &h, err));
    return commit(w, who, &(ac_change) { .kind = AC_CHANGE_ITEM_DELETE, .item = h.item }, AC_AUDIT_DELETE, err);
}

/* ---- looking ---- */

ac_rc ac_webhooks_get(ac_webhooks *w, const ac_principal *who, ac_id id, ac_arena *arena, ac_webhook *out, ac_err *err)
{
    ac_hook h;
    AC_TRY(err, ac_hook_of(w, who, id, arena, &h, err));
    *out = h.hook;
    return AC_OK;
}

ac_rc ac_webhooks_list(ac_webhooks *w, const ac_principal *who, ac_id before, size_t max, ac_arena *arena,
                       ac_webhook_list *out, ac_err *err)
{
    ac_stored_list items = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_WEBHOOK, .tenant = who->tenant, .before = before, .max = max };
    AC_TRY(err, ac_store_items(w->o.store, &q, arena, &items, err));
    for (size_t i = 0; i < items.n; i++) {
        ac_hook h;
        ac_webhook *one = ac_vec_push(out, arena);
        if (!one)
            return ac_fail(err, AC_ELIMIT, "no room for the webhooks");
        AC_TRY(err, unseal(w, &items.at[i], arena, &h, err));
        *one = h.hook;
    }
    return AC_OK;
}

/* ---- all ---- */

ac_rc ac_webhooks_new(const ac_webhooks_options *opt, ac_webhooks **out, ac_err *err)
{
    ac_webhooks *w = ac_mem_alloc(sizeof *w);
    if (!w)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    w->o = *opt;
    ac_spin_init(&w->lock);
    const ac_rc rc = ac_hooks_load(w, err);
    if (rc == AC_OK)
        *out = w;
    else
        ac_webhooks_free(w);
    return rc;
}

void ac_webhooks_free(ac_webhooks *w)
{
    if (!w)
        return;
    ac_mem_free(w->rows);
    ac_mem_free(w);
}

ac_webhooks_counts ac_webhooks_counted(ac_webhooks *w)
{
    ac_spin_lock(&w->lock);
    ac_webhooks_counts c = w->counts;
    c.targets = 0;
    for (size_t i = 0; i < w->n; i++)
        c.targets += w->rows[i].on;
    ac_spin_unlock(&w->lock);
    return c;
}
