#include "adapter/crypto/ed25519.h"

#include <openssl/evp.h>

static void pkey_cleanup(EVP_PKEY *const *k) { EVP_PKEY_free(*k); }
#define AUTO_PKEY __attribute__((cleanup(pkey_cleanup))) EVP_PKEY *
static void md_ctx_cleanup(EVP_MD_CTX *const *c) { EVP_MD_CTX_free(*c); }
#define AUTO_MD_CTX __attribute__((cleanup(md_ctx_cleanup))) EVP_MD_CTX *

ac_rc ac_ed25519_public(ac_crypto *c, const ac_key *key, ac_sign_public *out, ac_err *err)
{
    size_t n = sizeof out->b;
    AUTO_PKEY pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->b, sizeof key->b);
    (void)c;
    if (!pkey || EVP_PKEY_get_raw_public_key(pkey, out->b, &n) != 1 || n != sizeof out->b)
        return ac_fail(err, AC_EINTERNAL, "the crypto library refuses a key for signatures");
    return AC_OK;
}

ac_rc ac_ed25519_sign(ac_crypto *c, const ac_key *key, ac_sv bytes, unsigned char out[AC_SIGNATURE_BYTES], ac_err *err)
{
    size_t n = AC_SIGNATURE_BYTES;
    AUTO_PKEY pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->b, sizeof key->b);
    AUTO_MD_CTX md = EVP_MD_CTX_new();
    (void)c;
    if (!pkey || !md || EVP_DigestSignInit(md, NULL, NULL, NULL, pkey) != 1 ||
        EVP_DigestSign(md, out, &n, (const unsigned char *)bytes.p, bytes.n) != 1 || n != AC_SIGNATURE_BYTES)
        return ac_fail(err, AC_EINTERNAL, "the crypto library refuses to sign");
    return AC_OK;
}

bool ac_ed25519_verify(ac_crypto *c, const ac_sign_public *key, ac_sv bytes,
                       const unsigned char signature[AC_SIGNATURE_BYTES])
{
    AUTO_PKEY pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->b, sizeof key->b);
    AUTO_MD_CTX md = EVP_MD_CTX_new();
    (void)c;
    return pkey && md && EVP_DigestVerifyInit(md, NULL, NULL, NULL, pkey) == 1 &&
           EVP_DigestVerify(md, signature, AC_SIGNATURE_BYTES, (const unsigned char *)bytes.p, bytes.n) == 1;
}
