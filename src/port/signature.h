/** Port: signatures of others, checked with their public keys. Nothing here is secret. */
#ifndef AC_PORT_SIGNATURE_H
#define AC_PORT_SIGNATURE_H

#include "core/jwk.h"

typedef struct ac_signatures ac_signatures;
typedef struct ac_public_key ac_public_key; /* of the adapter */

typedef struct {
    const char *name;
    ac_rc (*load)(ac_signatures *, const ac_jwk *, ac_public_key **out, ac_err *);
    ac_rc (*check)(ac_signatures *, const ac_public_key *, ac_jwa, ac_sv message, ac_sv signature, ac_err *);
    void (*unload)(ac_signatures *, ac_public_key *);
} ac_signatures_ops;

struct ac_signatures {
    const ac_signatures_ops *ops; /* first member of each adapter's struct */
};

/** Make a key ready, once; it is used many times. The caller unloads it. Any thread.
 *  errors  AC_EINPUT (a point that is not on its curve, a number that is none of a key), AC_ENOMEM */
AC_NODISCARD static inline ac_rc ac_signature_load(ac_signatures *s, const ac_jwk *k, ac_public_key **out, ac_err *err)
{
    return s->ops->load(s, k, out, err);
}

/** Did the holder of the key sign this message? signature: as JOSE has it (RFC 7518 3: r and s of a fixed length, one
 * after the other). errors  AC_EAUTH (no, or the algorithm does not go with the key), AC_ENOMEM. Any thread, many at
 * once with one key */
AC_NODISCARD static inline ac_rc ac_signature_check(ac_signatures *s, const ac_public_key *k, ac_jwa alg, ac_sv message,
                                                    ac_sv signature, ac_err *err)
{
    return s->ops->check(s, k, alg, message, signature, err);
}

/** NULL is fine. */
static inline void ac_signature_unload(ac_signatures *s, ac_public_key *k)
{
    if (k)
        s->ops->unload(s, k);
}

#endif
