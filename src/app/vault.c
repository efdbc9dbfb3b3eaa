#include "app/vault_parts.h"

#include <time.h>

enum { DEPTH_MAX = 4, WHERE_MAX = 64 };

ac_key ac_vault_master(ac_vault *v)
{
    ac_spin_lock(&v->lock);
    const ac_key key = v->master;
    ac_spin_unlock(&v->lock);
    return key;
}

void ac_vault_pause(void)
{
    const struct timespec t = { .tv_nsec = 1000000 };
    (void)nanosleep(&t, NULL);
}

static ac_key next_of(ac_vault *v)
{
    ac_spin_lock(&v->lock);
    const ac_key key = v->changing ? v->next : v->master;
    ac_spin_unlock(&v->lock);
    return key;
}

/* What is sealed with the master key has to be stored before it is changed, or it would open for nobody. */
static void begin_root(ac_vault *v)
{
    for (bool mine = false; !mine;) {
        ac_spin_lock(&v->lock);
        mine = !v->changing;
        v->roots += mine;
        ac_spin_unlock(&v->lock);
        if (!mine)
            ac_vault_pause();
    }
}

static void end_root(ac_vault *v)
{
    ac_spin_lock(&v->lock);
    v->roots--;
    ac_spin_unlock(&v->lock);
}

void ac_vault_stored(ac_vault *v, ac_id key)
{
    if (ac_keyring_stored(v->ring, key))
        end_root(v);
}

void ac_vault_forget(ac_vault *v, ac_id key)
{
    if (ac_keyring_forget(v->ring, key))
        end_root(v);
}

/* ---- sealing -------------------------------------------------------------------------------------------------------
 */

/* What it belongs to: the object and the field of it. */
static ac_sv where_of(ac_id object, ac_sv field, char buf[WHERE_MAX])
{
    const size_t n = field.n < WHERE_MAX - AC_ID_BYTES ? field.n : WHERE_MAX - AC_ID_BYTES;
    memcpy(buf, object.b, AC_ID_BYTES);
    memcpy(buf + AC_ID_BYTES, field.p, n);
    return (ac_sv) { buf, AC_ID_BYTES + n };
}

ac_rc ac_vault_seal_with(ac_vault *v, const ac_key *key, ac_id object, ac_sv field, ac_sv text, ac_arena *arena,
                         ac_sv *out, ac_err *err)
{
    char where[WHERE_MAX];
    AC_AUTO(ac_sb) sealed = AC_SB(SIZE_MAX / 2);
    AC_TRY(err, ac_crypto_seal(v->crypto, key, where_of(object, field, where), text, &sealed, err));
    AC_TRY(err, ac_sb_done(&sealed, err));
    ac_sv copy = ac_arena_copy(arena, ac_sb_view(&sealed));
    if (!copy.p)
        return ac_fail(err, AC_ELIMIT, "no room for what is sealed");
    *out = copy;
    return AC_OK;
}

ac_rc ac_vault_open_key(ac_vault *v, const ac_key *parent, const ac_stored *item, ac_key *out, ac_err *err)
{
    char where[WHERE_MAX];
    AC_AUTO(ac_sb) text = AC_SB(AC_KEY_BYTES);
    ac_rc rc = ac_crypto_open(v->crypto, parent, where_of(item->id, AC_KEY_FIELD, where), item->sealed, AC_KEY_BYTES,
                              &text, err);
    if (rc == AC_OK && text.n != AC_KEY_BYTES)
        rc = ac_fail(err, AC_EIO, "a key of the wrong length");
    if (rc == AC_OK)
        memcpy(out->b, text.p, AC_KEY_BYTES);
    if (text.p)
        ac_crypto_wipe(v->crypto, text.p, text.n);
    return rc;
}

static ac_rc find_key(ac_vault *v, ac_id id, unsigned depth, ac_key *out, ac_err *err);

static ac_rc load_key(ac_vault *v, ac_id id, unsigned depth, ac_key *out, ac_id *above, ac_err *err)
{
    ac_stored item;
    ac_key parent = ac_vault_master(v);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_item(v->store, AC_ITEM_KEY, id, arena, &item, err));
    *above = item.owner;
    if (!ac_id_none(item.owner))
        AC_TRY(err, find_key(v, item.owner, depth + 1, &parent, err));
    ac_rc rc = ac_vault_open_key(v, &parent, &item, out, err);
    if (rc == AC_EIO && ac_id_none(item.owner)) { /* the master key is changed at this moment */
        parent = next_of(v);
        rc = ac_vault_open_key(v, &parent, &item, out, err);
    }
    ac_crypto_wipe(v->crypto, &parent, sizeof parent);
    return rc;
}

/* From the cache, else from the store: its parent first. The parent may be another one, and the one of before gone,
 * while this happens, or the master key: then once more. */
static ac_rc find_key(ac_vault *v, ac_id id, unsigned depth, ac_key *out, ac_err *err)
{
    ac_id above = { { 0 } }, before;
    bool again = false, moved;
    ac_rc rc;
    if (ac_keyring_find(v->ring, id, out))
        return AC_OK;
    if (depth > DEPTH_MAX)
        return ac_fail(err, AC_EIO, "keys that seal each other");
    do {
        before = above;
        above = (ac_id) { { 0 } };
        rc = load_key(v, id, depth, out, &above, err);
        moved = rc == AC_ENOTFOUND && !ac_id_none(above) && !ac_id_eq(above, before);
        moved |= rc == AC_EIO && !again;
        again |= rc == AC_EIO;
    } while (moved);
    AC_TRY(err, rc);
    ac_keyring_cache(v->ring, id, out);
    return AC_OK;
}

ac_rc ac_vault_seal(ac_vault *v, ac_id key, ac_id object, ac_sv field, ac_sv text, ac_arena *arena, ac_sv *out,
                    ac_err *err)
{
    ac_key k;
    AC_TRY(err, find_key(v, key, 0, &k, err));
    ac_rc rc = ac_vault_seal_with(v, &k, object, field, text, arena, out, err);
    ac_crypto_wipe(v->crypto, &k, sizeof k);
    return rc;
}

ac_rc ac_vault_unseal(ac_vault *v, ac_id key, ac_id object, ac_sv field, ac_sv sealed, size_t max, ac_arena *arena,
                      ac_sv *out, ac_err *err)
{
    char where[WHERE_MAX];
    ac_key k;
    AC_AUTO(ac_sb) text = AC_SB(max);
    AC_TRY(err, find_key(v, key, 0, &k, err));
    ac_rc rc = ac_crypto_open(v->crypto, &k, where_of(object, field, where), sealed, max, &text, err);
    ac_crypto_wipe(v->crypto, &k, sizeof k);
    if (rc == AC_OK) {
        *out = ac_arena_copy(arena, ac_sb_view(&text));
        rc = out->p || !text.n ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for what was sealed");
    }
    if (text.p)
        ac_crypto_wipe(v->crypto, text.p, text.n);
    return rc;
}

ac_rc ac_vault_derive(ac_vault *v, ac_id key, ac_sv purpose, ac_key *out, ac_err *err)
{
    ac_key k;
    AC_TRY(err, find_key(v, key, 0, &k, err));
    ac_crypto_mac(v->crypto, &k, purpose, out->b);
    ac_crypto_wipe(v->crypto, &k, sizeof k);
    return AC_OK;
}

/* ---- hashes --------------------------------------------------------------------------------------------------------
 */

void ac_vault_mac(ac_vault *v, ac_vault_key which, ac_sv label, ac_sv bytes, unsigned char out[AC_MAC_SIZE])
{
    ac_key purpose; /* one key for each label, so that no two pairs of label and bytes are the same message */
    ac_crypto_mac(v->crypto, &v->own[which], label, purpose.b);
    ac_crypto_mac(v->crypto, &purpose, bytes, out);
    ac_crypto_wipe(v->crypto, &purpose, sizeof purpose);
}

ac_lookup ac_vault_lookup(ac_vault *v, ac_tenant_id tenant, ac_sv label, ac_sv text)
{
    unsigned char mac[AC_MAC_SIZE];
    char where[WHERE_MAX];
    ac_lookup out;
    ac_vault_mac(v, AC_VAULT_LOOKUP, where_of(tenant.v, label, where), text, mac);
    memcpy(out.b, mac, sizeof out.b);
    out.b[0] |= 1;
    return out;
}

ac_id ac_vault_pseudonym(ac_vault *v, ac_sv label, ac_sv text)
{
    unsigned char mac[AC_MAC_SIZE];
    ac_id out;
    ac_vault_mac(v, AC_VAULT_LOG, label, text, mac);
    memcpy(out.b, mac, sizeof out.b);
    return out;
}

/* Its own purpose: what chains is 144 bytes long and has no label. */
static void signing_key(ac_vault *v, ac_key *out)
{
    ac_vault_mac(v, AC_VAULT_AUDIT, AC_SV("signatures of heads"), AC_SV(""), out->b);
}

ac_rc ac_vault_sign(ac_vault *v, ac_sv bytes, unsigned char out[AC_SIGNATURE_BYTES], ac_err *err)
{
    ac_key key;
    signing_key(v, &key);
    ac_rc rc = ac_crypto_sign(v->crypto, &key, bytes, out, err);
    ac_crypto_wipe(v->crypto, &key, sizeof key);
    return rc;
}

ac_rc ac_vault_sign_public(ac_vault *v, ac_sign_public *out, ac_err *err)
{
    ac_key key;
    signing_key(v, &key);
    ac_rc rc = ac_crypto_sign_public(v->crypto, &key, out, err);
    ac_crypto_wipe(v->crypto, &key, sizeof key);
    return rc;
}

bool ac_vault_signed(ac_vault *v, const ac_sign_public *key, ac_sv bytes,
                     const unsigned char signature[AC_SIGNATURE_BYTES])
{
    return ac_crypto_verify(v->crypto, key, bytes, signature);
}

void ac_vault_chain(void *context, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC])
{
    ac_vault *v = *(ac_vault **)context;
    memset(out, 0, AC_AUDIT_MAC);
    if (v)
        ac_crypto_mac(v->crypto, &v->own[AC_VAULT_AUDIT], (ac_sv) { (const char *)bytes, n }, out);
}

/* ---- making --------------------------------------------------------------------------------------------------------
 */

/* Ids of one millisecond count up in the twelve bits behind it (RFC 9562, 6.2, method 1), so that all sort as they were
 * made. */
ac_id ac_vault_id(ac_vault *v, ac_err *err)
{
    enum { COUNT_MAX = 0xfff, FIRST_MAX = 0x7ff };
    unsigned char random[AC_ID_RANDOM];
    if (ac_crypto_random(v->crypto, random, sizeof random, err) != AC_OK)
        return (ac_id) { { 0 } };
    const int64_t now = ac_clock_now_ms(v->clock);
    ac_spin_lock(&v->lock);
    if (now > v->id_ms) {
        v->id_ms = now;
        v->id_count = ((unsigned)random[0] << 8 | random[1]) & FIRST_MAX;
    } else if (v->id_count++ == COUNT_MAX) {
        v->id_ms++;
        v->id_count = 0;
    }
    const int64_t ms = v->id_ms;
    const unsigned count = v->id_count;
    ac_spin_unlock(&v->lock);
    random[0] = (unsigned char)(count >> 8);
    random[1] = (unsigned char)count;
    return ac_id_make(ms, random);
}

/* sealed: in the arena */
static ac_rc wrap(ac_vault *v, const ac_key *key, ac_id id, ac_id parent, ac_arena *arena, ac_sv *sealed, ac_err *err)
{
    ac_key above = ac_vault_master(v);
    if (!ac_id_none(parent))
        AC_TRY(err, find_key(v, parent, 0, &above, err));
    ac_rc rc = ac_vault_seal_with(v, &above, id, AC_KEY_FIELD, (ac_sv) { (const char *)key->b, sizeof key->b }, arena,
                                  sealed, err);
    ac_crypto_wipe(v->crypto, &above, sizeof above);
    return rc;
}

ac_rc ac_vault_make(ac_vault *v, ac_id id, ac_id parent, ac_tenant_id tenant, ac_arena *arena, ac_change *put,
                    ac_err *err)
{
    ac_key key;
    ac_sv sealed;
    const int64_t now = ac_clock_now_ms(v->clock);
    const bool root = ac_id_none(parent);
    AC_TRY(err, ac_crypto_random(v->crypto, key.b, sizeof key.b, err));
    if (root)
        begin_root(v);
    ac_rc rc = wrap(v, &key, id, parent, arena, &sealed, err);
    if (rc == AC_OK)
        rc = ac_keyring_keep(v->ring, id, &key, root, err);
    if (rc != AC_OK && root)
        end_root(v);
    if (rc == AC_OK) {
        *put = (ac_change) { .kind = AC_CHANGE_ITEM_PUT,
                             .item = { .kind = AC_ITEM_KEY,
                                       .id = id,
                                       .tenant = tenant,
                                       .owner = parent,
                                       .key = parent,
                                       .created_ms = now,
                                       .updated_ms = now,
                                       .sealed = sealed } };
    }
    ac_crypto_wipe(v->crypto, &key, sizeof key);
    return rc;
}

ac_rc ac_vault_rewrap(ac_vault *v, const ac_stored *item, ac_id parent, ac_arena *arena, ac_change *out, ac_err *err)
{
    ac_key above, key;
    AC_TRY(err, find_key(v, item->owner, 0, &above, err));
    ac_rc rc = ac_vault_open_key(v, &above, item, &key, err);
    ac_crypto_wipe(v->crypto, &above, sizeof above);
    AC_TRY(err, rc);
    *out = (ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = *item };
    out->item.owner = out->item.key = parent;
    rc = wrap(v, &key, item->id, parent, arena, &out->item.sealed, err);
    ac_crypto_wipe(v->crypto, &key, sizeof key);
    return rc;
}

/* ---- opening -------------------------------------------------------------------------------------------------------
 */

/* The server's own keys have fixed ids, so that they are found without asking. */
static ac_id own_id(ac_vault_key which) { return (ac_id) { .b = { [AC_ID_BYTES - 1] = (unsigned char)(which + 1) } }; }

static ac_rc make_own(ac_vault *v, ac_arena *arena, ac_err *err)
{
    ac_change changes[AC_VAULT_KEYS];
    for (int i = 0; i < AC_VAULT_KEYS; i++)
        AC_TRY(err, ac_vault_make(v, own_id((ac_vault_key)i), (ac_id) { { 0 } }, (ac_tenant_id) { { { 0 } } }, arena,
                                  &changes[i], err));
    const ac_commit commit = { .changes = changes, .n = AC_VAULT_KEYS, .now_ms = ac_clock_now_ms(v->clock) };
    AC_TRY(err, ac_store_commit(v->store, &commit, NULL, err));
    for (int i = 0; i < AC_VAULT_KEYS; i++)
        ac_vault_stored(v, own_id((ac_vault_key)i));
    return AC_OK;
}

static ac_rc read_own(ac_vault *v, ac_arena *arena, ac_err *err)
{
    for (int i = 0; i < AC_VAULT_KEYS; i++) {
        ac_stored item;
        AC_TRY(err, ac_store_item(v->store, AC_ITEM_KEY, own_id((ac_vault_key)i), arena, &item, err));
        if (ac_vault_open_key(v, &v->master, &item, &v->own[i], NULL) != AC_OK)
            return ac_fail(err, AC_EDENIED, "the data was sealed with another master key");
    }
    return AC_OK;
}

ac_rc ac_vault_open(const ac_vault_options *opt, ac_vault **out, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    AC_AUTO_PTR(ac_vault) v = ac_mem_alloc(sizeof *v);
    ac_stored item;
    if (!v || !arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    v->store = opt->store;
    v->crypto = opt->crypto;
    v->clock = opt->clock;
    v->master = *opt->master;
    ac_spin_init(&v->lock);
    AC_TRY(err, ac_keyring_new(v->crypto, &v->ring, err));
    ac_rc rc = ac_store_item(v->store, AC_ITEM_KEY, own_id(AC_VAULT_AUDIT), arena, &item, NULL);
    if (rc == AC_ENOTFOUND)
        AC_TRY(err, make_own(v, arena, err));
    AC_TRY(err, read_own(v, arena, err));
    *out = AC_MOVE(&v);
    return AC_OK;
}

void ac_vault_free(ac_vault *v)
{
    if (!v)
        return;
    ac_keyring_free(v->ring);
    ac_crypto_wipe(v->crypto, v, sizeof *v);
    ac_mem_free(v);
}
