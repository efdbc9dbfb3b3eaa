/** Public keys of an issuer as JSON (RFC 7517, 7518, 8037): what is there to check signatures with. Pure. */
#ifndef AC_CORE_JWK_H
#define AC_CORE_JWK_H

#include "base/arena.h"

/*    algorithm       word     key it goes with: the only ones that are taken. Never none, never a shared secret (RFC
 * 8725 3.1) */
#define AC_JWA_LIST(X)                                                                                                 \
    X(AC_JWA_RS256, "RS256", AC_JWK_RSA)                                                                               \
    X(AC_JWA_PS256, "PS256", AC_JWK_RSA)                                                                               \
    X(AC_JWA_ES256, "ES256", AC_JWK_P256)                                                                              \
    X(AC_JWA_ES384, "ES384", AC_JWK_P384)                                                                              \
    X(AC_JWA_EDDSA, "EdDSA", AC_JWK_ED25519)

#define AC_JWA_ENUM(id, ...) id,
typedef enum { AC_JWA_LIST(AC_JWA_ENUM) AC_JWAS } ac_jwa;
#undef AC_JWA_ENUM

typedef enum { AC_JWK_RSA, AC_JWK_P256, AC_JWK_P384, AC_JWK_ED25519 } ac_jwk_kind;

enum { AC_KID_MAX = 256, AC_JWKS_MAX = 64, AC_RSA_MIN_BITS = 2048, AC_RSA_MAX_BITS = 8192 };

bool ac_jwa_from(ac_sv word, ac_jwa *out);
ac_jwk_kind ac_jwa_kind(ac_jwa alg);

typedef struct {
    ac_jwk_kind kind;
    ac_sv kid;     /* "": none */
    uint32_t algs; /* bits 1 << ac_jwa: what it may be used with */
    ac_sv x, y;    /* RSA: modulus and exponent without leading zeros; curves: the point, as long as the curve says;
                      Ed25519: no y */
} ac_jwk;
typedef AC_VEC(ac_jwk) ac_jwks;

/** The keys of a set that signatures can be checked with. Others are left out, as RFC 7517 5 wants it: secrets, keys
 * for encryption, other curves and algorithms, RSA below 2,048 bits. Certificates and addresses in it (x5c, x5u) are
 * not looked at. out points into arena. errors  AC_EINPUT (no key set), AC_ELIMIT (more than AC_JWKS_MAX keys, or the
 * arena is full) */
AC_NODISCARD ac_rc ac_jwks_read(ac_sv json, ac_arena *arena, ac_jwks *out, ac_err *err);

#endif
