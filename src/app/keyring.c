#include "app/keyring.h"

#include "base/mem.h"
#include "base/spin.h"

enum { CACHE = 4096, BUCKETS = 256 };

typedef struct {
    ac_id id;
    ac_key key;
} held;

typedef struct fresh {
    held key;
    bool root;
    struct fresh *next;
} fresh;

struct ac_keyring {
    ac_crypto *crypto;
    ac_spin lock;      /* of all below: held for a copy of 48 bytes */
    held cache[CACHE]; /* by the last bytes of the id, which are random */
    fresh *fresh[BUCKETS];
};

static held *place(ac_keyring *r, ac_id id)
{
    return &r->cache[((size_t)id.b[AC_ID_BYTES - 2] << 8 | id.b[AC_ID_BYTES - 1]) % CACHE];
}

static fresh **bucket(ac_keyring *r, ac_id id) { return &r->fresh[id.b[AC_ID_BYTES - 1] % BUCKETS]; }

static void drop(ac_keyring *r, fresh *f)
{
    if (!f)
        return;
    ac_crypto_wipe(r->crypto, f, sizeof *f);
    ac_mem_free(f);
}

ac_rc ac_keyring_new(ac_crypto *crypto, ac_keyring **out, ac_err *err)
{
    ac_keyring *r = ac_mem_alloc(sizeof *r);
    if (!r)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    r->crypto = crypto;
    ac_spin_init(&r->lock);
    *out = r;
    return AC_OK;
}

void ac_keyring_free(ac_keyring *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        for (fresh *f = r->fresh[i], *next; f; f = next) {
            next = f->next;
            drop(r, f);
        }
    ac_crypto_wipe(r->crypto, r->cache, sizeof r->cache);
    ac_mem_free(r);
}

void ac_keyring_cache(ac_keyring *r, ac_id id, const ac_key *key)
{
    ac_spin_lock(&r->lock);
    *place(r, id) = (held) { id, *key };
    ac_spin_unlock(&r->lock);
}

ac_rc ac_keyring_keep(ac_keyring *r, ac_id id, const ac_key *key, bool root, ac_err *err)
{
    fresh *f = ac_mem_alloc(sizeof *f);
    if (!f)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    f->key = (held) { id, *key };
    f->root = root;
    ac_spin_lock(&r->lock);
    f->next = *bucket(r, id);
    *bucket(r, id) = f;
    ac_spin_unlock(&r->lock);
    return AC_OK;
}

bool ac_keyring_stored(ac_keyring *r, ac_id id)
{
    ac_spin_lock(&r->lock);
    fresh **at = bucket(r, id);
    while (*at && !ac_id_eq((*at)->key.id, id))
        at = &(*at)->next;
    fresh *f = *at;
    if (f) {
        *at = f->next;
        *place(r, id) = f->key; /* it is mostly asked for at once */
    }
    ac_spin_unlock(&r->lock);
    const bool root = f && f->root;
    drop(r, f);
    return root;
}

bool ac_keyring_forget(ac_keyring *r, ac_id id)
{
    const bool root = ac_keyring_stored(r, id);
    ac_spin_lock(&r->lock);
    held *h = place(r, id);
    if (ac_id_eq(h->id, id))
        ac_crypto_wipe(r->crypto, h, sizeof *h);
    ac_spin_unlock(&r->lock);
    return root;
}

bool ac_keyring_find(ac_keyring *r, ac_id id, ac_key *out)
{
    ac_spin_lock(&r->lock);
    const held *h = place(r, id);
    bool found = ac_id_eq(h->id, id);
    for (const fresh *f = found ? NULL : *bucket(r, id); f && !found; f = f->next) {
        h = &f->key;
        found = ac_id_eq(h->id, id);
    }
    if (found)
        *out = h->key;
    ac_spin_unlock(&r->lock);
    return found;
}
