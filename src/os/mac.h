/** HMAC-SHA256 (RFC 2104) as a keyed pseudo-random function: the source of stable surrogates. */
#ifndef AC_OS_MAC_H
#define AC_OS_MAC_H

#include "base/str.h"

enum { AC_MAC_BYTES = 32 };

typedef struct {
    unsigned char bytes[AC_MAC_BYTES];
} ac_mac_key;

/** errors  AC_EIO: the system gives no random bytes */
AC_NODISCARD ac_rc ac_mac_key_random(ac_mac_key *out, ac_err *err);

/** A key for one purpose from secret bytes of any length: HMAC(secret, purpose).
 *  errors  AC_EINPUT (secret shorter than 16 bytes), AC_EINTERNAL (the crypto library refuses) */
AC_NODISCARD ac_rc ac_mac_key_derive(ac_sv secret, ac_sv purpose, ac_mac_key *out, ac_err *err);

/** The first eight bytes of HMAC(key, length of label, label, value). ctx is an ac_mac_key *. Any thread.
 *  The crypto library cannot refuse here once a key could be derived; if it ever does, the process ends. */
uint64_t ac_mac_prf(void *ctx, ac_sv label, ac_sv value);

void ac_mac_key_cleanup(ac_mac_key *k); /* wipes it */

#endif
