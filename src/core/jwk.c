#include "core/jwk.h"

#include "base/base64.h"
#include "base/json_read.h"

enum { DEPTH = 8, P256_BYTES = 32, P384_BYTES = 48, ED25519_BYTES = 32, EXPONENT_MAX = 4, EXPONENT_MIN = 65537 };

#define JWA_WORD(id, word, kind) [id] = word,
#define JWA_KIND(id, word, kind) [id] = kind,
static const char *const jwa_words[AC_JWAS] = { AC_JWA_LIST(JWA_WORD) };
static const ac_jwk_kind jwa_kinds[AC_JWAS] = { AC_JWA_LIST(JWA_KIND) };

ac_jwk_kind ac_jwa_kind(ac_jwa alg) { return jwa_kinds[alg]; }

bool ac_jwa_from(ac_sv word, ac_jwa *out)
{
    for (unsigned i = 0; i < AC_JWAS; i++)
        if (ac_sv_eq(word, ac_sv_z(jwa_words[i]))) {
            *out = (ac_jwa)i;
            return true;
        }
    return false;
}

/* A member that is text, decoded. Nothing: it is missing, or no base64url. */
static ac_sv bytes_of(const ac_json *key, const char *name, ac_arena *arena)
{
    ac_sv out;
    return ac_base64url_read(arena, ac_json_text(key, name), &out) == AC_OK ? out : AC_SV("");
}

static ac_sv without_zeros(ac_sv s)
{
    while (s.n && s.p[0] == '\0')
        s = ac_sv_sub(s, 1, s.n);
    return s;
}

/* NIST FIPS 186-5: at least 2,048 bits, an odd exponent above 2^16; a large one only costs time. */
static bool read_rsa(const ac_json *key, ac_arena *arena, ac_jwk *k)
{
    uint32_t e = 0;
    unsigned top = 0;
    k->x = without_zeros(bytes_of(key, "n", arena));
    k->y = without_zeros(bytes_of(key, "e", arena));
    if (!k->x.n || !k->y.n || k->y.n > EXPONENT_MAX)
        return false;
    for (unsigned c = (unsigned char)k->x.p[0]; c; c >>= 1)
        top++;
    const size_t bits = (k->x.n - 1) * 8 + top;
    for (size_t i = 0; i < k->y.n; i++)
        e = e << 8 | (unsigned char)k->y.p[i];
    return bits >= AC_RSA_MIN_BITS && bits <= AC_RSA_MAX_BITS && e >= EXPONENT_MIN && e % 2 &&
           (unsigned char)k->x.p[k->x.n - 1] % 2;
}

static const struct {
    const char *type, *curve; /* curve NULL: it has none */
    ac_jwk_kind kind;
    size_t bytes; /* of each coordinate */
    bool two;
} kinds[] = {
    { "RSA", NULL, AC_JWK_RSA, 0, true },
    { "EC", "P-256", AC_JWK_P256, P256_BYTES, true },
    { "EC", "P-384", AC_JWK_P384, P384_BYTES, true },
    { "OKP", "Ed25519", AC_JWK_ED25519, ED25519_BYTES, false },
};

static bool read_material(const ac_json *key, ac_arena *arena, ac_jwk *k)
{
    const ac_sv type = ac_json_text(key, "kty"), curve = ac_json_text(key, "crv");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!ac_sv_eq(type, ac_sv_z(kinds[i].type)) || (kinds[i].curve && !ac_sv_eq(curve, ac_sv_z(kinds[i].curve))))
            continue;
        k->kind = kinds[i].kind;
        if (k->kind == AC_JWK_RSA)
            return read_rsa(key, arena, k);
        k->x = bytes_of(key, "x", arena);
        k->y = kinds[i].two ? bytes_of(key, "y", arena) : AC_SV("");
        return k->x.n == kinds[i].bytes && k->y.n == (kinds[i].two ? kinds[i].bytes : 0);
    }
    return false;
}

/* "use" and "key_ops": is it there to check signatures with? */
static bool is_for_signatures(const ac_json *key)
{
    const ac_json *use = ac_json_get(key, "use"), *ops = ac_json_get(key, "key_ops");
    if (use && !ac_sv_eq(ac_json_text(key, "use"), AC_SV("sig")))
        return false;
    for (const ac_json *o = ops ? ops->first : NULL; o; o = o->next)
        if (o->type == AC_JSON_STRING && ac_sv_eq(o->text, AC_SV("verify")))
            return true;
    return !ops;
}

/* "alg": only that one; otherwise all of its kind. */
static uint32_t algs_of(const ac_json *key, ac_jwk_kind kind)
{
    ac_jwa alg;
    uint32_t all = 0;
    if (ac_json_get(key, "alg"))
        return ac_jwa_from(ac_json_text(key, "alg"), &alg) && ac_jwa_kind(alg) == kind ? 1u << alg : 0;
    for (unsigned i = 0; i < AC_JWAS; i++)
        all |= jwa_kinds[i] == kind ? 1u << i : 0;
    return all;
}

static bool read_key(const ac_json *key, ac_arena *arena, ac_jwk *out)
{
    ac_jwk k = { .kid = ac_json_text(key, "kid") };
    const ac_json *kid = ac_json_get(key, "kid");
    if (key->type != AC_JSON_OBJECT || (kid && (kid->type != AC_JSON_STRING || !k.kid.n || k.kid.n > AC_KID_MAX)))
        return false;
    if (!is_for_signatures(key) || !read_material(key, arena, &k))
        return false;
    k.algs = algs_of(key, k.kind);
    *out = k;
    return k.algs != 0;
}

ac_rc ac_jwks_read(ac_sv json, ac_arena *arena, ac_jwks *out, ac_err *err)
{
    ac_json *j;
    ac_jwk k;
    AC_TRY(err, ac_json_parse(json, DEPTH, arena, &j, err));
    const ac_json *keys = ac_json_get(j, "keys");
    if (!keys || keys->type != AC_JSON_ARRAY)
        return ac_fail(err, AC_EINPUT, "no set of keys");
    if (keys->n > AC_JWKS_MAX)
        return ac_fail(err, AC_ELIMIT, "more than %d keys", AC_JWKS_MAX);
    for (const ac_json *key = keys->first; key; key = key->next) {
        if (!read_key(key, arena, &k))
            continue;
        ac_jwk *to = ac_vec_push(out, arena);
        if (!to)
            return ac_fail(err, AC_ELIMIT, "no room for the keys");
        *to = k;
    }
    return AC_OK;
}
