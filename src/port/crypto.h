/** Port: secrets. Random bytes, authenticated encryption, keyed hashes, and packing: what is sealed is compressed
 * first. */
#ifndef AC_PORT_CRYPTO_H
#define AC_PORT_CRYPTO_H

#include "base/arena.h"

enum {
    AC_KEY_BYTES = 32,
    AC_MAC_SIZE = 32,
    AC_SIGNATURE_BYTES = 64,
    AC_SEAL_EXTRA = 32 /* more bytes than the text, at most, but for packing */
};

/** 256 bits. To be cleaned up: that wipes it. */
typedef struct {
    unsigned char b[AC_KEY_BYTES];
} ac_key;

/** What signatures of an ac_key are checked with. */
typedef struct {
    unsigned char b[AC_KEY_BYTES];
} ac_sign_public;

typedef struct ac_crypto ac_crypto;

typedef struct {
    const char *name;
    ac_rc (*random)(ac_crypto *, void *out, size_t n, ac_err *);
    void (*mac)(ac_crypto *, const ac_key *, ac_sv bytes, unsigned char out[AC_MAC_SIZE]);
    ac_rc (*seal)(ac_crypto *, const ac_key *, ac_sv where, ac_sv text, ac_sb *out, ac_err *);
    ac_rc (*open)(ac_crypto *, const ac_key *, ac_sv where, ac_sv sealed, size_t max, ac_sb *out, ac_err *);
    ac_rc (*sign_public)(ac_crypto *, const ac_key *, ac_sign_public *out, ac_err *);
    ac_rc (*sign)(ac_crypto *, const ac_key *, ac_sv bytes, unsigned char out[AC_SIGNATURE_BYTES], ac_err *);
    bool (*verify)(ac_crypto *, const ac_sign_public *, ac_sv bytes, const unsigned char signature[AC_SIGNATURE_BYTES]);
    void (*wipe)(ac_crypto *, void *p, size_t n);
    void (*free)(ac_crypto *);
} ac_crypto_ops;

struct ac_crypto {
    const ac_crypto_ops *ops; /* first member of each adapter's struct */
};

/** errors  AC_EIO: the system gives none. Any thread */
AC_NODISCARD static inline ac_rc ac_crypto_random(ac_crypto *c, void *out, size_t n, ac_err *err)
{
    return c->ops->random(c, out, n, err);
}

/** HMAC-SHA256 (RFC 2104). Any thread. */
static inline void ac_crypto_mac(ac_crypto *c, const ac_key *key, ac_sv bytes, unsigned char out[AC_MAC_SIZE])
{
    c->ops->mac(c, key, bytes, out);
}

/** Pack and encrypt, AES-256-GCM (NIST SP 800-38D) with a random nonce, appended to out.
 *  where   authenticated, not stored: the place that the text belongs to, so that it opens nowhere else
 *  errors  AC_ELIMIT, AC_ENOMEM, AC_EIO. Any thread */
AC_NODISCARD static inline ac_rc ac_crypto_seal(ac_crypto *c, const ac_key *key, ac_sv where, ac_sv text, ac_sb *out,
                                                ac_err *err)
{
    return c->ops->seal(c, key, where, text, out, err);
}

/** The way back; appended to out.
 *  max     bytes that may come out
 *  errors  AC_EIO (another key, another place, or bytes that were changed: nobody can tell which), AC_ELIMIT,
 * AC_ENOMEM. Any thread */
AC_NODISCARD static inline ac_rc ac_crypto_open(ac_crypto *c, const ac_key *key, ac_sv where, ac_sv sealed, size_t max,
                                                ac_sb *out, ac_err *err)
{
    return c->ops->open(c, key, where, sealed, max, out, err);
}

/** Ed25519 (RFC 8032); key: the private one, any 32 random bytes. errors  AC_EINTERNAL: the crypto library refuses. Any
 * thread */
AC_NODISCARD static inline ac_rc ac_crypto_sign_public(ac_crypto *c, const ac_key *key, ac_sign_public *out,
                                                       ac_err *err)
{
    return c->ops->sign_public(c, key, out, err);
}
AC_NODISCARD static inline ac_rc ac_crypto_sign(ac_crypto *c, const ac_key *key, ac_sv bytes,
                                                unsigned char out[AC_SIGNATURE_BYTES], ac_err *err)
{
    return c->ops->sign(c, key, bytes, out, err);
}
static inline bool ac_crypto_verify(ac_crypto *c, const ac_sign_public *key, ac_sv bytes,
                                    const unsigned char signature[AC_SIGNATURE_BYTES])
{
    return c->ops->verify(c, key, bytes, signature);
}

/** Overwrite; the compiler cannot leave it out. */
static inline void ac_crypto_wipe(ac_crypto *c, void *p, size_t n) { c->ops->wipe(c, p, n); }

static inline void ac_crypto_free(ac_crypto *c)
{
    if (c)
        c->ops->free(c);
}
static inline void ac_crypto_cleanup_ptr(ac_crypto **c) { ac_crypto_free(*c); }

#endif
