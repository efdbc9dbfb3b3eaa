#include "core/jwk.h"

#include "kit/test.h"

#define P256                                                                                                           \
    "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_"   \
    "tue659LNpXW6pCyStikYjKIWI5a0\""
#define ED25519 "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define N2048                                                                                                          \
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"   \
    "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"                  \
    "UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"                                     \
    "DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"

#define BIT(alg) (1u << (alg))

AC_TEST(jwk, what_a_set_is_good_for)
{
    static const struct {
        const char *key;
        uint32_t algs; /* 0: left out */
    } rows[] = {
        { P256, BIT(AC_JWA_ES256) },
        { P256 ",\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"a\"", BIT(AC_JWA_ES256) },
        { P256 ",\"key_ops\":[\"sign\",\"verify\"]", BIT(AC_JWA_ES256) },
        { P256 ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"", BIT(AC_JWA_ES256) },
        { ED25519, BIT(AC_JWA_EDDSA) },
        { "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"" N2048 "\"", BIT(AC_JWA_RS256) | BIT(AC_JWA_PS256) },
        { "\"kty\":\"RSA\",\"e\":\"AQAB\",\"alg\":\"PS256\",\"n\":\"" N2048 "\"", BIT(AC_JWA_PS256) },
        /* for other purposes, or other algorithms */
        { P256 ",\"use\":\"enc\"", 0 },
        { P256 ",\"use\":[\"sig\"]", 0 },
        { P256 ",\"key_ops\":[\"sign\"]", 0 },
        { P256 ",\"key_ops\":[]", 0 },
        { P256 ",\"alg\":\"ES384\"", 0 },
        { P256 ",\"alg\":\"RS256\"", 0 },
        { P256 ",\"alg\":\"none\"", 0 },
        { P256 ",\"alg\":\"HS256\"", 0 },
        { P256 ",\"kid\":\"\"", 0 },
        { P256 ",\"kid\":7", 0 },
        /* not what they say */
        { "\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ\"", 0 },
        { "\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AA\",\"y\":\"AA\"", 0 },
        { "\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_"
          "FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"",
          0 },
        { "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"", 0 },
        { "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAEC\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"", 0 },
        { "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=\",\"y\":\"x_"
          "FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"",
          0 },
        { "\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"", 0 },
        { "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"AQAB\"", 0 },
        { "\"kty\":\"RSA\",\"e\":\"AQAA\",\"n\":\"" N2048 "\"", 0 },
        { "\"kty\":\"RSA\",\"e\":\"Aw\",\"n\":\"" N2048 "\"", 0 },
        { "\"kty\":\"RSA\",\"e\":\"AQ\",\"n\":\"" N2048 "\"", 0 },
        { "\"kty\":\"RSA\",\"e\":\"AQABAQAB\",\"n\":\"" N2048 "\"", 0 },
        { "\"kty\":\"RSA\",\"n\":\"" N2048 "\"", 0 },
        { "\"kty\":\"rsa\",\"e\":\"AQAB\",\"n\":\"" N2048 "\"", 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ac_jwks keys = { 0 };
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        const ac_sv set = ac_arena_printf(a, "{\"keys\":[17,{\"kty\":\"new\"},{%s},[],\"\"]}", rows[i].key);
        CHECK(ac_jwks_read(set, a, &keys, NULL) == AC_OK);
        CHECK(keys.n == (rows[i].algs ? 1 : 0) && (!keys.n || keys.at[0].algs == rows[i].algs));
    }
}

AC_TEST(jwk, what_is_no_set)
{
    static const char *const texts[] = { "",
                                         "null",
                                         "[]",
                                         "{}",
                                         "{\"keys\":{}}",
                                         "{\"keys\":null}",
                                         "<html>",
                                         "{\"keys\":[]",
                                         "{\"keys\":[],\"keys\":[]}",
                                         "{\"keys\":[{\"kty\":\"EC\",\"kty\":\"RSA\"}]}" };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ac_jwks keys = { 0 };
        CHECK(ac_jwks_read(ac_sv_z(texts[i]), a, &keys, NULL) == AC_EINPUT && keys.n == 0);
    }
    ac_jwks none = { 0 };
    CHECK(ac_jwks_read(AC_SV("{\"keys\":[]}"), a, &none, NULL) == AC_OK && none.n == 0);
}

AC_TEST(jwk, more_than_anybody_has)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 22);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    ac_sb_add(&text, AC_SV("{\"keys\":[0"));
    for (int i = 1; i < AC_JWKS_MAX; i++)
        ac_sb_add(&text, AC_SV(",{" ED25519 "}"));
    ac_jwks keys = { 0 }, many = { 0 };
    const size_t n = text.n;
    ac_sb_add(&text, AC_SV("]}"));
    CHECK(ac_jwks_read(ac_sb_view(&text), a, &keys, NULL) == AC_OK && keys.n == AC_JWKS_MAX - 1);
    text.n = n;
    ac_sb_add(&text, AC_SV(",0]}"));
    CHECK(ac_jwks_read(ac_sb_view(&text), a, &many, NULL) == AC_ELIMIT);
}
