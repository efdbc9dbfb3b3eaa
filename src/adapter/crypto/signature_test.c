#include "adapter/crypto/signature.h"

#include "adapter/crypto/signature_testing.h"
#include "core/jwt.h"
#include "kit/test.h"

#include <stdlib.h>

static ac_public_key *load(ac_arena *a, const char *jwk, ac_rc *rc)
{
    ac_jwks keys = { 0 };
    ac_public_key *key = NULL;
    const ac_sv set = ac_arena_printf(a, "{\"keys\":[%s]}", jwk);
    CHECK(ac_jwks_read(set, a, &keys, NULL) == AC_OK && keys.n == 1);
    *rc = keys.n == 1 ? ac_signature_load(ac_signatures_system(), &keys.at[0], &key, NULL) : AC_EINPUT;
    return key;
}

static ac_rc check(const ac_public_key *k, const ac_jws *j, ac_sv message, ac_sv signature)
{
    return ac_signature_check(ac_signatures_system(), k, j->alg, message, signature, NULL);
}

/* A bit of the message or of the signature, a byte more or less, another algorithm: no longer good. */
static void changes_are_noticed(ac_arena *a, const ac_public_key *k, ac_jws j)
{
    char *m = (char *)ac_arena_copy(a, j.message).p, *s = (char *)ac_arena_alloc(a, j.signature.n + 2);
    memcpy(s, j.signature.p, j.signature.n);
    const ac_sv message = { m, j.message.n }, signature = { s, j.signature.n };
    CHECK(check(k, &j, message, signature) == AC_OK);
    for (size_t i = 0; i < message.n; i += 7) {
        m[i] ^= 1;
        CHECK(check(k, &j, message, signature) == AC_EAUTH);
        m[i] ^= 1;
    }
    for (size_t i = 0; i < signature.n; i += 5) {
        s[i] ^= 4;
        CHECK(check(k, &j, message, signature) == AC_EAUTH);
        s[i] ^= 4;
    }
    CHECK(check(k, &j, message, (ac_sv) { s, signature.n + 1 }) == AC_EAUTH);
    CHECK(check(k, &j, message, (ac_sv) { s, signature.n + 2 }) == AC_EAUTH);
    CHECK(check(k, &j, message, (ac_sv) { s, signature.n - 1 }) == AC_EAUTH);
    CHECK(check(k, &j, message, (ac_sv) { s, 0 }) == AC_EAUTH);
    for (unsigned alg = 0; alg < AC_JWAS; alg++) {
        const ac_jwa was = j.alg;
        j.alg = (ac_jwa)alg;
        CHECK((check(k, &j, message, signature) == AC_OK) == (j.alg == was));
        j.alg = was;
    }
}

AC_TEST(signature, published_vectors)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24);
    for (size_t i = 0; i < JWS_VECTORS; i++) {
        ac_rc rc;
        ac_jws j = { 0 };
        ac_public_key *k = load(a, jws_vectors[i].key, &rc);
        CHECK(rc == AC_OK);
        CHECK(ac_jws_read(ac_sv_z(jws_vectors[i].token), a, &j, NULL) == AC_OK && j.alg == jws_vectors[i].alg);
        if (k)
            changes_are_noticed(a, k, j);
        ac_signature_unload(ac_signatures_system(), k);
    }
}

/* CVE-2022-21449: r and s of nothing were good with every key of other libraries. And of the order itself, which is
 * nothing again. */
AC_TEST(signature, nothing_is_no_signature)
{
    static const unsigned char order[32] = { 0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,    0xFF, 0xFF, 0xFF,
                                             0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
                                             0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_rc rc;
    ac_jws j = { 0 };
    ac_public_key *k = load(a, jws_vectors[1].key, &rc);
    CHECK(k && ac_jws_read(ac_sv_z(jws_vectors[1].token), a, &j, NULL) == AC_OK);
    for (unsigned r = 0; r < 3; r++)
        for (unsigned s = 0; s < 3; s++) {
            char both[64] = { 0 };
            const char *const halves[] = { NULL, j.signature.p, (const char *)order };
            if (halves[r])
                memcpy(both, halves[r], 32);
            if (halves[s])
                memcpy(both + 32, halves[s] + (s == 1 ? 32 : 0), 32);
            CHECK((check(k, &j, j.message, (ac_sv) { both, 64 }) == AC_OK) == (r == 1 && s == 1));
        }
    ac_signature_unload(ac_signatures_system(), k);
}

AC_TEST(signature, salt_has_the_length_of_the_hash)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_rc rc;
    ac_jws j = { 0 };
    ac_public_key *k = load(a, jws_vectors[4].key, &rc);
    CHECK(k && ac_jws_read(ac_sv_z(JWS_SHORT_SALT), a, &j, NULL) == AC_OK);
    CHECK(check(k, &j, j.message, j.signature) == AC_EAUTH);
    ac_signature_unload(ac_signatures_system(), k);
}

AC_TEST(signature, keys_that_are_none)
{
    static const char *const keys[] = {
        /* not on the curve; (0, 0); a coordinate as large as the field */
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_"
        "FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"y\":"
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"_____wAAAAEAAAAAAAAAAAAAAAD_______________8\",\"y\":\"x_"
        "FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        ac_rc rc;
        CHECK(!load(a, keys[i], &rc) && rc == AC_EINPUT);
    }
    ac_jwks weak = { 0 };
    CHECK(ac_jwks_read(AC_SV("{\"keys\":[" JWK_WEAK "]}"), a, &weak, NULL) == AC_OK && weak.n == 0);
}

AC_TEST(signature, out_of_memory)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_jwks keys = { 0 };
    CHECK(ac_jwks_read(ac_arena_printf(a, "{\"keys\":[%s]}", jws_vectors[0].key), a, &keys, NULL) == AC_OK);
    AC_EACH_OOM(i)
    {
        ac_public_key *k = NULL;
        const ac_rc rc = ac_signature_load(ac_signatures_system(), &keys.at[0], &k, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        ac_signature_unload(ac_signatures_system(), k);
    }
}
