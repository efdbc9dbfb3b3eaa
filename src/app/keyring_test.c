#include "app/keyring.h"

#include "kit/test.h"

enum { MANY = 10000 };

static void wipe(ac_crypto *c, void *p, size_t n)
{
    (void)c;
    memset(p, 0, n);
}

static const ac_crypto_ops ops = { .name = "wipes", .wipe = wipe };
static ac_crypto crypto = { .ops = &ops };

static ac_id id_of(size_t n)
{
    return (ac_id) {
        .b = { 1, [12] = (unsigned char)(n >> 16), [13] = 7, [14] = (unsigned char)(n >> 8), [15] = (unsigned char)n }
    };
}

static ac_key key_of(size_t n) { return (ac_key) { { (unsigned char)n, (unsigned char)(n >> 8) } }; }

static bool has(ac_keyring *r, size_t n)
{
    ac_key got;
    const ac_key want = key_of(n);
    return ac_keyring_find(r, id_of(n), &got) && memcmp(&got, &want, sizeof got) == 0;
}

/* However many there are: the cache has fewer places. */
AC_TEST(keyring, what_is_stored_nowhere_is_not_lost)
{
    AC_AUTO_PTR(ac_keyring) r = NULL;
    size_t kept = 0, cached = 0;
    CHECK(ac_keyring_new(&crypto, &r, NULL) == AC_OK);
    for (size_t i = 0; i < MANY; i++) {
        const ac_key key = key_of(i);
        CHECK(ac_keyring_keep(r, id_of(i), &key, i % 2, NULL) == AC_OK);
    }
    for (size_t i = 0; i < MANY; i++)
        kept += has(r, i);
    CHECK(kept == MANY && !has(r, MANY));
    for (size_t i = 0; i < MANY; i++)
        CHECK(ac_keyring_stored(r, id_of(i)) == i % 2);
    for (size_t i = 0; i < MANY; i++)
        cached += has(r, i);
    CHECK(cached > 0 && cached < MANY); /* the store has them all */
}

AC_TEST(keyring, what_is_forgotten_is_gone)
{
    AC_AUTO_PTR(ac_keyring) r = NULL;
    const ac_key key = key_of(1), other = key_of(2);
    CHECK(ac_keyring_new(&crypto, &r, NULL) == AC_OK);
    ac_keyring_cache(r, id_of(1), &key);
    CHECK(has(r, 1) && ac_keyring_keep(r, id_of(2), &other, true, NULL) == AC_OK && has(r, 2));
    CHECK(!ac_keyring_forget(r, id_of(1)) && ac_keyring_forget(r, id_of(2)) && !ac_keyring_forget(r, id_of(2)));
    CHECK(!has(r, 1) && !has(r, 2));
}

AC_TEST(keyring, memory_may_run_out)
{
    const ac_key key = key_of(1);
    AC_EACH_OOM(i)
    {
        AC_AUTO_PTR(ac_keyring) r = NULL;
        ac_rc rc = ac_keyring_new(&crypto, &r, NULL);
        if (rc == AC_OK)
            rc = ac_keyring_keep(r, id_of(1), &key, true, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
    }
}
