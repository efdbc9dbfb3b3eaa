/** Ed25519 (RFC 8032) by OpenSSL's libcrypto: what port/crypto.h says of signatures. */
#ifndef AC_ADAPTER_CRYPTO_ED25519_H
#define AC_ADAPTER_CRYPTO_ED25519_H

#include "port/crypto.h"

AC_NODISCARD ac_rc ac_ed25519_public(ac_crypto *c, const ac_key *key, ac_sign_public *out, ac_err *err);
AC_NODISCARD ac_rc ac_ed25519_sign(ac_crypto *c, const ac_key *key, ac_sv bytes, unsigned char out[AC_SIGNATURE_BYTES],
                                   ac_err *err);
bool ac_ed25519_verify(ac_crypto *c, const ac_sign_public *key, ac_sv bytes,
                       const unsigned char signature[AC_SIGNATURE_BYTES]);

#endif
