/** AES-256-GCM (NIST SP 800-38D), HMAC-SHA256 and random bytes: the primitives that src/adapter/crypto is made of. Any
 * thread. */
#ifndef AC_OS_CIPHER_H
#define AC_OS_CIPHER_H

#include "base/str.h"

enum { AC_CIPHER_KEY = 32, AC_CIPHER_NONCE = 12, AC_CIPHER_TAG = 16, AC_CIPHER_MAC = 32 };

/** What the crypto library looks up by name, looked up once; any thread. */
typedef struct ac_cipher_tools ac_cipher_tools;
AC_NODISCARD ac_rc ac_cipher_tools_new(ac_cipher_tools **out, ac_err *err); /* AC_ENOMEM, AC_EINTERNAL (refused) */
void ac_cipher_tools_free(ac_cipher_tools *t);                              /* NULL is fine */

typedef struct {
    const unsigned char *key;     /* AC_CIPHER_KEY bytes */
    const unsigned char *nonce;   /* AC_CIPHER_NONCE bytes, never twice with one key */
    ac_sv where;                  /* authenticated, not encrypted */
    const ac_cipher_tools *tools; /* NULL: looked up each time */
} ac_cipher;

/** out: text.n bytes; tag: AC_CIPHER_TAG. errors  AC_ELIMIT (more than 2^31 - 1 bytes), AC_ENOMEM, AC_EINTERNAL (the
 * crypto library refuses) */
AC_NODISCARD ac_rc ac_cipher_seal(const ac_cipher *c, ac_sv text, unsigned char *out, unsigned char *tag, ac_err *err);

/** The way back. out: sealed.n bytes; they are wiped when this fails.
 *  errors  AC_EIO: not what was sealed with this key, nonce and place; else as before */
AC_NODISCARD ac_rc ac_cipher_open(const ac_cipher *c, ac_sv sealed, const unsigned char *tag, unsigned char *out,
                                  ac_err *err);

/** HMAC-SHA256 (RFC 2104). key: AC_CIPHER_KEY bytes. The process ends if the crypto library refuses: a predictable hash
 * would be worse. */
void ac_cipher_mac_with(ac_cipher_tools *t, const unsigned char *key, ac_sv bytes, unsigned char out[AC_CIPHER_MAC]);
/** The same; what it needs is looked up each time. */
void ac_cipher_mac(const unsigned char *key, ac_sv bytes, unsigned char out[AC_CIPHER_MAC]);

/** errors  AC_EIO: the system gives none */
AC_NODISCARD ac_rc ac_cipher_random(void *out, size_t n, ac_err *err);

/** Overwrite; the compiler cannot leave it out. */
void ac_cipher_wipe(void *p, size_t n);

#endif
