/** Secrets (port/crypto.h) with the system's random source, AES-256-GCM, HMAC-SHA256 and Zstandard.
 *
 *  What is sealed, byte by byte:
 *      1       version: 1
 *      12      nonce, random
 *      n       AES-256-GCM of: 1 byte, how the rest is packed (0: not, 1: Zstandard, RFC 8878), then the text or its
 *              frame, which says how long the text is
 *      16      tag, over all of it, the version, and the place (where)
 *  Text is packed only where that makes it shorter. The length tells an observer how well the text packs, as it does of
 * all that is packed first; no secret stands beside text that others choose. With random nonces one key seals 2^32
 * texts at most (SP 800-38D 8.3); a patient's key is far from that. */
#ifndef AC_ADAPTER_CRYPTO_H
#define AC_ADAPTER_CRYPTO_H

#include "port/crypto.h"

/** The caller frees it. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_crypto_new(ac_crypto **out, ac_err *err);

#endif
