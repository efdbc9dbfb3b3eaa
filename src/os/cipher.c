#include "os/cipher.h"

#include "base/mem.h"
#include "base/spin.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <sys/random.h>

enum { KEPT = 8 };

struct ac_cipher_tools {
    EVP_CIPHER *cipher;
    EVP_MAC *mac;
    ac_spin lock; /* of all below: contexts that are not in use */
    size_t n;
    EVP_MAC_CTX *ctx[KEPT];
};

ac_rc ac_cipher_tools_new(ac_cipher_tools **out, ac_err *err)
{
    ac_cipher_tools *t = ac_mem_alloc(sizeof *t);
    if (!t)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    ac_spin_init(&t->lock);
    t->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    t->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (!t->cipher || !t->mac) {
        ac_cipher_tools_free(t);
        return ac_fail(err, AC_EINTERNAL, "the crypto library has no AES-256-GCM or no HMAC");
    }
    *out = t;
    return AC_OK;
}

void ac_cipher_tools_free(ac_cipher_tools *t)
{
    if (!t)
        return;
    while (t->n)
        EVP_MAC_CTX_free(t->ctx[--t->n]); /* which wipes it */
    EVP_MAC_free(t->mac);
    EVP_CIPHER_free(t->cipher);
    ac_mem_free(t);
}

static void ctx_cleanup(EVP_CIPHER_CTX *const *ctx) { EVP_CIPHER_CTX_free(*ctx); }
#define AUTO_CTX __attribute__((cleanup(ctx_cleanup))) EVP_CIPHER_CTX *

static ac_rc refused(ac_err *err) { return ac_fail(err, AC_EINTERNAL, "the crypto library refuses AES-256-GCM"); }

/* Key, nonce and place; direction 1 encrypts. */
static ac_rc start(EVP_CIPHER_CTX *ctx, const ac_cipher *c, size_t n, int direction, ac_err *err)
{
    int written = 0;
    if (!ctx)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (n > INT_MAX || c->where.n > INT_MAX)
        return ac_fail(err, AC_ELIMIT, "%zu bytes are too many to be sealed at once", n);
    if (EVP_CipherInit_ex(ctx, c->tools ? c->tools->cipher : EVP_aes_256_gcm(), NULL, c->key, c->nonce, direction) != 1)
        return refused(err);
    if (c->where.n && EVP_CipherUpdate(ctx, NULL, &written, (const unsigned char *)c->where.p, (int)c->where.n) != 1)
        return refused(err);
    return AC_OK;
}

ac_rc ac_cipher_seal(const ac_cipher *c, ac_sv text, unsigned char *out, unsigned char *tag, ac_err *err)
{
    unsigned char last[AC_CIPHER_TAG];
    int written = 0;
    AUTO_CTX ctx = EVP_CIPHER_CTX_new();
    AC_TRY(err, start(ctx, c, text.n, 1, err));
    if (text.n && EVP_CipherUpdate(ctx, out, &written, (const unsigned char *)text.p, (int)text.n) != 1)
        return refused(err);
    if (EVP_CipherFinal_ex(ctx, last, &written) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, AC_CIPHER_TAG, tag) != 1)
        return refused(err);
    return AC_OK;
}

static ac_rc open_with(EVP_CIPHER_CTX *ctx, const ac_cipher *c, ac_sv sealed, const unsigned char *tag,
                       unsigned char *out, ac_err *err)
{
    unsigned char last[AC_CIPHER_TAG], expected[AC_CIPHER_TAG];
    int written = 0;
    memcpy(expected, tag, sizeof expected);
    AC_TRY(err, start(ctx, c, sealed.n, 0, err));
    if (sealed.n && EVP_CipherUpdate(ctx, out, &written, (const unsigned char *)sealed.p, (int)sealed.n) != 1)
        return refused(err);
    if (EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, AC_CIPHER_TAG, expected) != 1)
        return refused(err);
    return EVP_CipherFinal_ex(ctx, last, &written) == 1
               ? AC_OK
               : ac_fail(err, AC_EIO, "it does not open: another key, another place, or it was changed");
}

ac_rc ac_cipher_open(const ac_cipher *c, ac_sv sealed, const unsigned char *tag, unsigned char *out, ac_err *err)
{
    AUTO_CTX ctx = EVP_CIPHER_CTX_new();
    ac_rc rc = open_with(ctx, c, sealed, tag, out, err);
    if (rc != AC_OK)
        ac_cipher_wipe(out, sealed.n); /* nobody may use what was not authenticated */
    return rc;
}

void ac_cipher_mac(const unsigned char *key, ac_sv bytes, unsigned char out[AC_CIPHER_MAC])
{
    unsigned n = 0;
    const unsigned char *p = (const unsigned char *)(bytes.p ? bytes.p : "");
    if (!HMAC(EVP_sha256(), key, AC_CIPHER_KEY, p, bytes.n, out, &n) || n != AC_CIPHER_MAC)
        abort();
}

static EVP_MAC_CTX *new_mac(ac_cipher_tools *t)
{
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(t->mac);
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                  OSSL_PARAM_construct_end() };
    if (!ctx || EVP_MAC_CTX_set_params(ctx, params) != 1)
        abort();
    return ctx;
}

static EVP_MAC_CTX *take_mac(ac_cipher_tools *t)
{
    ac_spin_lock(&t->lock);
    EVP_MAC_CTX *ctx = t->n ? t->ctx[--t->n] : NULL;
    ac_spin_unlock(&t->lock);
    return ctx ? ctx : new_mac(t);
}

static void give_mac(ac_cipher_tools *t, EVP_MAC_CTX *ctx)
{
    ac_spin_lock(&t->lock);
    const bool kept = t->n < KEPT;
    if (kept)
        t->ctx[t->n++] = ctx;
    ac_spin_unlock(&t->lock);
    if (!kept)
        EVP_MAC_CTX_free(ctx);
}

void ac_cipher_mac_with(ac_cipher_tools *t, const unsigned char *key, ac_sv bytes, unsigned char out[AC_CIPHER_MAC])
{
    size_t n = 0;
    EVP_MAC_CTX *ctx = take_mac(t);
    const unsigned char *p = (const unsigned char *)(bytes.p ? bytes.p : "");
    if (EVP_MAC_init(ctx, key, AC_CIPHER_KEY, NULL) != 1 || EVP_MAC_update(ctx, p, bytes.n) != 1 ||
        EVP_MAC_final(ctx, out, &n, AC_CIPHER_MAC) != 1 || n != AC_CIPHER_MAC)
        abort();
    give_mac(t, ctx);
}

ac_rc ac_cipher_random(void *out, size_t n, ac_err *err)
{
    unsigned char *p = out;
    while (n) {
        const ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno != EINTR)
            return ac_fail(err, AC_EIO, "no random bytes: system error %d", errno);
        p += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return AC_OK;
}

void ac_cipher_wipe(void *p, size_t n)
{
    if (p && n)
        OPENSSL_cleanse(p, n);
}
