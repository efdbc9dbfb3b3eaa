#include "adapter/crypto/signature.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

enum {
    MODULUS_MAX = AC_RSA_MAX_BITS / 8,
    EXPONENT_MAX = 8,
    NUMBER_MAX = 48, /* P-384 */
    POINT_MAX = 1 + 2 * NUMBER_MAX,
    DER_MAX = 2 + 2 * (2 + 1 + NUMBER_MAX) /* all lengths below 128: one byte each */
};
_Static_assert(DER_MAX - 2 < 128, "lengths of one byte");

struct ac_public_key {
    ac_jwk_kind kind;
    EVP_PKEY *pkey;
};

static void pkey_ctx_cleanup(EVP_PKEY_CTX *const *c) { EVP_PKEY_CTX_free(*c); }
#define AUTO_PKEY_CTX __attribute__((cleanup(pkey_ctx_cleanup))) EVP_PKEY_CTX *
static void md_ctx_cleanup(EVP_MD_CTX *const *c) { EVP_MD_CTX_free(*c); }
#define AUTO_MD_CTX __attribute__((cleanup(md_ctx_cleanup))) EVP_MD_CTX *

/* ---- keys ---- */

/* Checked by the library: a point that is not on its curve would let others find out what is signed with it. */
static EVP_PKEY *make(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY *key = NULL;
    AUTO_PKEY_CTX ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        return NULL;
    AUTO_PKEY_CTX check = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (check && EVP_PKEY_public_check(check) == 1)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

/* Numbers travel as big-endian bytes, and are handed over in the order of this machine. */
static size_t native(ac_sv number, unsigned char *out, size_t max)
{
    if (number.n > max)
        return 0;
    for (size_t i = 0; i < number.n; i++)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        out[i] = (unsigned char)number.p[number.n - 1 - i];
#else
        out[i] = (unsigned char)number.p[i];
#endif
    return number.n;
}

static EVP_PKEY *rsa(const ac_jwk *k)
{
    unsigned char n[MODULUS_MAX], e[EXPONENT_MAX];
    const size_t n_n = native(k->x, n, sizeof n), n_e = native(k->y, e, sizeof e);
    OSSL_PARAM params[] = { OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, n_n),
                            OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, n_e), OSSL_PARAM_construct_end() };
    return n_n && n_e ? make("RSA", params) : NULL;
}

static EVP_PKEY *curve(const ac_jwk *k, size_t bytes, char *group)
{
    unsigned char point[POINT_MAX] = { 4 }; /* SEC 1: not compressed */
    if (k->x.n != bytes || k->y.n != bytes)
        return NULL;
    memcpy(point + 1, k->x.p, bytes);
    memcpy(point + 1 + bytes, k->y.p, bytes);
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * bytes),
                            OSSL_PARAM_construct_end() };
    return make("EC", params);
}

static EVP_PKEY *load_kind(const ac_jwk *k)
{
    char p256[] = "P-256", p384[] = "P-384";
    switch (k->kind) {
    case AC_JWK_RSA:
        return rsa(k);
    case AC_JWK_P256:
        return curve(k, 32, p256);
    case AC_JWK_P384:
        return curve(k, 48, p384);
    case AC_JWK_ED25519:
        return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)k->x.p, k->x.n);
    }
    return NULL;
}

static ac_rc op_load(ac_signatures *s, const ac_jwk *k, ac_public_key **out, ac_err *err)
{
    (void)s;
    ac_public_key *key = ac_mem_alloc(sizeof *key);
    if (!key)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *key = (ac_public_key) { k->kind, load_kind(k) };
    if (!key->pkey) {
        ac_mem_free(key);
        return ac_fail(err, AC_EINPUT, "a public key that is none");
    }
    *out = key;
    return AC_OK;
}

static void op_unload(ac_signatures *s, ac_public_key *k)
{
    (void)s;
    EVP_PKEY_free(k->pkey);
    ac_mem_free(k);
}

/* ---- signatures ---- */

/* One number as an INTEGER of DER: without zeros in front, but for one where the highest bit is set. */
static size_t put_integer(ac_sv number, unsigned char *out)
{
    size_t n = 2;
    while (number.n > 1 && number.p[0] == '\0')
        number = ac_sv_sub(number, 1, number.n);
    if ((unsigned char)number.p[0] & 0x80)
        out[n++] = 0;
    memcpy(out + n, number.p, number.n);
    n += number.n;
    out[0] = 2;
    out[1] = (unsigned char)(n - 2);
    return n;
}

/* JOSE has r and s of a fixed length, the library SEQUENCE { r, s }. */
static size_t der_of(ac_sv signature, unsigned char out[DER_MAX])
{
    const size_t half = signature.n / 2;
    size_t n = 2;
    n += put_integer(ac_sv_sub(signature, 0, half), out + n);
    n += put_integer(ac_sv_sub(signature, half, signature.n), out + n);
    out[0] = 0x30;
    out[1] = (unsigned char)(n - 2);
    return n;
}

static const struct {
    const char *digest; /* NULL: the algorithm has its own */
    size_t raw;         /* bytes of r and s together; 0: not of that kind */
    bool pss;
} schemes[AC_JWAS] = {
    [AC_JWA_RS256] = { "SHA256", 0, false },  [AC_JWA_PS256] = { "SHA256", 0, true },
    [AC_JWA_ES256] = { "SHA256", 64, false }, [AC_JWA_ES384] = { "SHA384", 96, false },
    [AC_JWA_EDDSA] = { NULL, 0, false },
};

/* RFC 7518 3.5: MGF1 with the same hash, and salt of its length. */
static bool begin(EVP_MD_CTX *ctx, const ac_public_key *k, ac_jwa alg)
{
    char mode[] = OSSL_PKEY_RSA_PAD_MODE_PSS, salt[] = OSSL_PKEY_RSA_PSS_SALT_LEN_DIGEST, hash[] = "SHA256";
    OSSL_PARAM pss[] = { OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PAD_MODE, mode, 0),
                         OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, hash, 0),
                         OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, salt, 0),
                         OSSL_PARAM_construct_end() };
    return EVP_DigestVerifyInit_ex(ctx, NULL, schemes[alg].digest, NULL, NULL, k->pkey,
                                   schemes[alg].pss ? pss : NULL) == 1;
}

static ac_rc op_check(ac_signatures *s, const ac_public_key *k, ac_jwa alg, ac_sv message, ac_sv signature, ac_err *err)
{
    unsigned char der[DER_MAX];
    const unsigned char *p = (const unsigned char *)signature.p;
    size_t n = signature.n;
    (void)s;
    if (ac_jwa_kind(alg) != k->kind || !n || (schemes[alg].raw && n != schemes[alg].raw))
        return ac_fail(err, AC_EAUTH, "the signature is not good");
    if (schemes[alg].raw) {
        n = der_of(signature, der);
        p = der;
    }
    AUTO_MD_CTX ctx = EVP_MD_CTX_new();
    if (!ctx)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (!begin(ctx, k, alg) || EVP_DigestVerify(ctx, p, n, (const unsigned char *)message.p, message.n) != 1)
        return ac_fail(err, AC_EAUTH, "the signature is not good");
    return AC_OK;
}

static const ac_signatures_ops ops = { .name = "openssl", .load = op_load, .check = op_check, .unload = op_unload };

ac_signatures *ac_signatures_system(void)
{
    static ac_signatures system = { &ops };
    return &system;
}
