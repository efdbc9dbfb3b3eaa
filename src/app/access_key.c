/* API keys: "aceso_" + id + "_" + secret, in hexadecimal digits. The store has the secret's keyed hash. */
#include "app/access_parts.h"
#include "app/repeat.h"
#include "base/hex.h"

enum {
    SECRET_BYTES = 24,
    ID_DIGITS = 2 * AC_ID_BYTES,
    SECRET_DIGITS = 2 * SECRET_BYTES,
    DEPTH = 4,
    SEALED_MAX = 1 << 14,
    FLUSH_MS = 60 * 1000
};

#define PREFIX "aceso_"
static const ac_sv FIELD = { "credential", 10 };

/* ---- text ---- */

static void key_text(ac_id id, const unsigned char secret[SECRET_BYTES], char text[AC_KEY_TEXT])
{
    memcpy(text, PREFIX, sizeof PREFIX - 1);
    char *p = ac_hex_put(text + sizeof PREFIX - 1, id.b, AC_ID_BYTES);
    *p++ = '_';
    *ac_hex_put(p, secret, SECRET_BYTES) = '\0';
}

static bool read_text(ac_sv text, ac_id *id, ac_sv *secret)
{
    const size_t at = sizeof PREFIX - 1;
    if (text.n != at + ID_DIGITS + 1 + SECRET_DIGITS || !ac_sv_starts(text, AC_SV(PREFIX)) ||
        text.p[at + ID_DIGITS] != '_')
        return false;
    *secret = ac_sv_sub(text, at + ID_DIGITS + 1, text.n);
    return ac_hex_read(ac_sv_sub(text, at, at + ID_DIGITS), id->b);
}

/* ---- sealed form ---- */

static void write_grant(const ac_key_grant *g, ac_sb *out)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "name", g->name);
    ac_jw_kstring(&w, "role", ac_role_word(g->role));
    ac_jw_ku64(&w, "scopes", g->scopes);
    ac_jw_ku64(&w, "expires_ms", (uint64_t)g->expires_ms);
    ac_jw_karray(&w, "patients");
    for (size_t i = 0; i < g->n_confined; i++)
        ac_jw_id(&w, g->confined[i].v);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
}

static ac_rc read_grant(ac_sv text, ac_arena *arena, ac_key_grant *out, ac_err *err)
{
    ac_json *j;
    ac_key_grant g = { 0 };
    AC_TRY(err, ac_json_parse(text, DEPTH, arena, &j, err));
    const ac_json *patients = ac_json_get(j, "patients");
    if (!ac_role_from(ac_json_text(j, "role"), &g.role) || !patients || patients->n > AC_CONFINED_MAX)
        return ac_fail(err, AC_EIO, "an API key that cannot be read");
    g.name = ac_json_text(j, "name");
    g.scopes = (uint32_t)ac_json_i64(j, "scopes", 0) & ac_role_scopes(g.role);
    g.expires_ms = ac_json_i64(j, "expires_ms", 0);
    for (const ac_json *p = patients->first; p; p = p->next)
        if (!ac_id_parse(p->text, &g.confined[g.n_confined++].v))
            return ac_fail(err, AC_EIO, "an API key that cannot be read");
    *out = g;
    return AC_OK;
}

static ac_rc open_grant(ac_access *a, const ac_stored *item, ac_arena *arena, ac_key_grant *out, ac_err *err)
{
    ac_sv text;
    AC_TRY(err, ac_vault_unseal(a->o.vault, item->key, item->id, FIELD, item->sealed, SEALED_MAX, arena, &text, err));
    return read_grant(text, arena, out, err);
}

/* ---- issue ---- */

static ac_rc check_grant(const ac_principal *by, const ac_key_grant *g, uint32_t allowed, ac_err *err)
{
    if (!g->name.n || g->name.n > AC_KEY_NAME_MAX || !ac_utf8_is(g->name))
        return ac_fail(err, AC_EINPUT, "a key needs a name of at most %d bytes", AC_KEY_NAME_MAX);
    if (g->scopes & ~allowed)
        return ac_fail(err, AC_EINPUT, "a scope that the role does not have, or that only the host's keys can have");
    if (g->n_confined > AC_CONFINED_MAX)
        return ac_fail(err, AC_EINPUT, "at most %d patients", AC_CONFINED_MAX);
    if (by && (g->scopes & ~by->scopes || (by->n_confined && !g->n_confined)))
        return ac_fail(err, AC_EDENIED, "nobody can give away more than he has");
    return AC_OK;
}

ac_rc ac_key_prepare(ac_access *a, const ac_principal *by, const ac_known_tenant *t, const ac_key_grant *g,
                     ac_arena *arena, char text[AC_KEY_TEXT], ac_change *put, ac_err *err)
{
    unsigned char secret[SECRET_BYTES];
    char digits[SECRET_DIGITS];
    AC_AUTO(ac_sb) json = AC_SB(SEALED_MAX);
    const int64_t now = ac_clock_now_ms(a->o.clock);
    write_grant(g, &json);
    AC_TRY(err, ac_sb_done(&json, err));
    ac_stored item = { .kind = AC_ITEM_CREDENTIAL,
                       .id = ac_vault_id(a->o.vault, err),
                       .tenant = t->id,
                       .key = t->own,
                       .created_ms = now,
                       .updated_ms = now };
    if (ac_id_none(item.id))
        return AC_EIO;
    AC_TRY(err, ac_repeat_secret(a, by, item.id, secret, sizeof secret, err));
    (void)ac_hex_put(digits, secret, sizeof secret);
    item.lookup = ac_vault_lookup(a->o.vault, t->id, FIELD, (ac_sv) { digits, sizeof digits });
    AC_TRY(err, ac_vault_seal(a->o.vault, item.key, item.id, FIELD, ac_sb_view(&json), arena, &item.sealed, err));
    key_text(item.id, secret, text);
    ac_crypto_wipe(a->o.crypto, secret, sizeof secret);
    ac_crypto_wipe(a->o.crypto, digits, sizeof digits);
    *put = (ac_change) { .kind = AC_CHANGE_ITEM_PUT, .item = item };
    return AC_OK;
}

ac_rc ac_key_again(ac_access *a, const ac_principal *by, ac_id id, ac_arena *arena, ac_stored *out,
                   char text[AC_KEY_TEXT], ac_err *err)
{
    unsigned char secret[SECRET_BYTES];
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_CREDENTIAL, id, arena, out, err));
    AC_TRY(err, ac_repeat_secret(a, by, id, secret, sizeof secret, err));
    key_text(id, secret, text);
    ac_crypto_wipe(a->o.crypto, secret, sizeof secret);
    return AC_OK;
}

static ac_rc issue(ac_access *a, const ac_principal *by, const ac_known_tenant *t, const ac_once *once, ac_arena *arena,
                   ac_key_info *key, char text[AC_KEY_TEXT], ac_err *err)
{
    ac_change changes[2];
    const int64_t now = ac_clock_now_ms(a->o.clock);
    AC_TRY(err, ac_key_prepare(a, by, t, &key->grant, arena, text, &changes[0], err));
    changes[1] =
        ac_audit_of(by, now, AC_AUDIT_KEY_ISSUE, AC_WHAT_KEY, changes[0].item.id, (ac_patient_id) { { { 0 } } }, AC_OK);
    key->id = changes[0].item.id;
    key->created_ms = changes[0].item.created_ms;
    return ac_repeat_commit(a, by, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, once, &key->id, err);
}

ac_rc ac_access_issue(ac_access *a, const ac_principal *by, ac_tenant_id tenant, ac_key_info *key,
                      char text[AC_KEY_TEXT], ac_err *err)
{
    ac_known_tenant t;
    ac_once once;
    ac_stored item;
    ac_key_grant before;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_tenant_known(a, tenant, &t, err));
    const uint32_t allowed = ac_role_scopes(key->grant.role) & ~(t.host ? 0 : (uint32_t)AC_SCOPES_OF_HOST);
    key->grant.scopes = key->grant.scopes ? key->grant.scopes : allowed;
    AC_TRY(err, check_grant(by, &key->grant, allowed, err));
    AC_TRY(err, ac_repeat_begin(a, by, &once, &key->id, err));
    if (ac_id_none(key->id))
        AC_TRY(err, issue(a, by, &t, &once, arena, key, text, err));
    if (!ac_repeated(by))
        return AC_OK;
    AC_TRY(err, ac_key_again(a, by, key->id, arena, &item, text, err));
    AC_TRY(err, open_grant(a, &item, arena, &before, err));
    key->created_ms = item.created_ms;
    key->grant.scopes = before.scopes; /* all else was asked for with the same words */
    key->grant.expires_ms = before.expires_ms;
    return AC_OK;
}

/* ---- recognise ---- */

static bool same(const ac_lookup *a, const ac_lookup *b)
{
    unsigned char differ = 0; /* all bytes, always: how long it takes tells nothing */
    for (size_t i = 0; i < sizeof a->b; i++)
        differ |= a->b[i] ^ b->b[i];
    return !differ;
}

static ac_known_key *place(ac_access *a, ac_id id) { return &a->known[id.b[AC_ID_BYTES - 1] % AC_KNOWN_KEYS]; }

static ac_rc look_up(ac_access *a, ac_id id, ac_known_key *out, ac_err *err)
{
    ac_stored item;
    ac_key_grant g;
    ac_known_tenant t;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_CREDENTIAL, id, arena, &item, err));
    AC_TRY(err, open_grant(a, &item, arena, &g, err));
    AC_TRY(err, ac_tenant_known(a, item.tenant, &t, err));
    if (t.disabled)
        return ac_fail(err, AC_ENOTFOUND, "the tenant is disabled");
    *out = (ac_known_key) { .id = id,
                            .secret = item.lookup,
                            .written_ms = item.updated_ms,
                            .who = { .tenant = item.tenant,
                                     .kind = AC_ACTOR_KEY,
                                     .actor = id,
                                     .role = g.role,
                                     .scopes = g.scopes & ~(t.host ? 0 : (uint32_t)AC_SCOPES_OF_HOST),
                                     .expires_ms = g.expires_ms,
                                     .n_confined = g.n_confined } };
    memcpy(out->who.confined, g.confined, sizeof g.confined);
    return AC_OK;
}

static bool recall(ac_access *a, ac_id id, int64_t now, ac_known_key *out)
{
    ac_spin_lock(&a->lock);
    *out = *place(a, id);
    ac_spin_unlock(&a->lock);
    return ac_id_eq(out->id, id) && now - out->checked_ms < AC_KNOWN_MS;
}

ac_rc ac_access_recognise(ac_access *a, ac_sv text, ac_principal *out, ac_err *err)
{
    ac_id id;
    ac_sv secret;
    ac_known_key k;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    if (!read_text(text, &id, &secret))
        return ac_fail(err, AC_EAUTH, "no valid API key");
    if (!recall(a, id, now, &k)) {
        ac_rc rc = look_up(a, id, &k, err);
        if (rc == AC_ENOTFOUND)
            return ac_fail(err, AC_EAUTH, "no valid API key");
        AC_TRY(err, rc);
        k.checked_ms = now;
    }
    const ac_lookup hash = ac_vault_lookup(a->o.vault, k.who.tenant, FIELD, secret);
    if (!same(&hash, &k.secret) || (k.who.expires_ms && k.who.expires_ms <= now))
        return ac_fail(err, AC_EAUTH, "no valid API key");
    k.used_ms = now;
    ac_spin_lock(&a->lock);
    *place(a, id) = k;
    ac_spin_unlock(&a->lock);
    *out = k.who;
    return AC_OK;
}

/* ---- list, revoke, last use ---- */

ac_rc ac_access_list(ac_access *a, const ac_principal *by, ac_id before, size_t max, ac_arena *arena, ac_key_infos *out,
                     ac_err *err)
{
    ac_stored_list items = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_CREDENTIAL, .tenant = by->tenant, .before = before, .max = max };
    AC_TRY(err, ac_store_items(a->o.store, &q, arena, &items, err));
    for (size_t i = 0; i < items.n; i++) {
        const ac_stored *item = &items.at[i];
        ac_key_info *k = ac_vec_push(out, arena);
        if (!k)
            return ac_fail(err, AC_ELIMIT, "no room for the keys");
        *k = (ac_key_info) { .id = item->id,
                             .created_ms = item->created_ms,
                             .used_ms = item->updated_ms > item->created_ms ? item->updated_ms : 0 };
        AC_TRY(err, open_grant(a, item, arena, &k->grant, err));
    }
    return AC_OK;
}

ac_rc ac_access_revoke(ac_access *a, const ac_principal *by, ac_id id, ac_err *err)
{
    ac_stored item;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    const int64_t now = ac_clock_now_ms(a->o.clock);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_CREDENTIAL, id, arena, &item, err));
    if (!ac_id_eq(item.tenant.v, by->tenant.v))
        return ac_fail(err, AC_ENOTFOUND, "no such key");
    const ac_change changes[] = { { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_CREDENTIAL, .id = id } },
                                  ac_audit_of(by, now, AC_AUDIT_KEY_REVOKE, AC_WHAT_KEY, id,
                                              (ac_patient_id) { { { 0 } } }, AC_OK) };
    AC_TRY(err, ac_store_commit(a->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err));
    ac_spin_lock(&a->lock);
    if (ac_id_eq(place(a, id)->id, id))
        *place(a, id) = (ac_known_key) { 0 };
    ac_spin_unlock(&a->lock);
    return AC_OK;
}

void ac_keys_forget(ac_access *a, ac_tenant_id tenant)
{
    for (size_t i = 0; i < AC_KNOWN_KEYS; i++) {
        ac_spin_lock(&a->lock);
        if (ac_id_eq(a->known[i].who.tenant.v, tenant.v))
            a->known[i].checked_ms = 0;
        ac_spin_unlock(&a->lock);
    }
}

/* Somebody else may have changed the row meanwhile: then the next time is soon enough. */
static void write_use(ac_access *a, ac_id id, int64_t used_ms)
{
    ac_stored item;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena || ac_store_item(a->o.store, AC_ITEM_CREDENTIAL, id, arena, &item, NULL) != AC_OK)
        return;
    item.updated_ms = used_ms;
    const ac_change change = { .kind = AC_CHANGE_ITEM_REPLACE, .item = item };
    (void)!ac_store_commit(a->o.store, &(ac_commit) { .changes = &change, .n = 1, .now_ms = used_ms }, NULL, NULL);
}

void ac_access_flush(ac_access *a)
{
    for (size_t i = 0; i < AC_KNOWN_KEYS; i++) {
        ac_spin_lock(&a->lock);
        ac_known_key *k = &a->known[i];
        const ac_id id = k->id;
        const int64_t used = k->used_ms;
        const bool due = used > k->written_ms + FLUSH_MS;
        k->written_ms = due ? used : k->written_ms;
        ac_spin_unlock(&a->lock);
        if (due)
            write_use(a, id, used);
    }
}
