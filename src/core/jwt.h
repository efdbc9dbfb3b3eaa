/** Tokens of an OpenID Connect issuer: JSON Web Tokens in the compact form of JWS (RFC 7515, 7519), read as strictly as
 * RFC 8725 and RFC 9068 ask for. Pure. Nothing that is read here may be believed before the signature was checked. The
 * texts of its errors are words of ours, which a client may be told. */
#ifndef AC_CORE_JWT_H
#define AC_CORE_JWT_H

#include "base/json_read.h"
#include "core/jwk.h"

enum { AC_JWT_MAX = 16 << 10, AC_JWT_ARENA = 4 << 20 };

typedef struct {
    ac_jwa alg;
    ac_sv kid;                /* "": none */
    ac_sv message;            /* what was signed; of the text */
    ac_sv payload, signature; /* decoded */
} ac_jws;

/** header.payload.signature. jwk, jku, x5c and x5u of the header are never looked at: who signs does not say with what
 * it is checked. errors  AC_EAUTH: larger than AC_JWT_MAX, no base64url, no JSON object, a member twice, another
 * algorithm or type of token, crit; AC_ENOMEM */
AC_NODISCARD ac_rc ac_jws_read(ac_sv text, ac_arena *arena, ac_jws *out, ac_err *err);

typedef struct {
    ac_sv issuer, audience;
    int64_t now_ms, leeway_ms;
} ac_jwt_terms;

typedef struct {
    ac_sv subject;
    int64_t expires_ms;    /* exp itself, without leeway */
    const ac_json *claims; /* all of them */
} ac_jwt;

/** The claims of a token whose signature is good: iss, sub, aud and exp have to be there, and to hold now.
 *  errors  AC_EAUTH: they do not; a claim of the wrong type; a token for other purposes (RFC 8725 3.11) or bound to a
 * key of its holder (cnf); AC_ENOMEM */
AC_NODISCARD ac_rc ac_jwt_read(ac_sv payload, const ac_jwt_terms *t, ac_arena *arena, ac_jwt *out, ac_err *err);

/** A claim by its name, or else by a path of names with dots between. NULL: there is none. */
const ac_json *ac_jwt_claim(const ac_json *claims, ac_sv name);

/** The words of a claim: a list of texts, or one text. split: a text is several words with blanks between (scope). */
typedef struct {
    const ac_json *next;
    ac_sv rest;
    bool split;
} ac_jwt_words;
ac_jwt_words ac_jwt_words_of(const ac_json *claim, bool split);
bool ac_jwt_word(ac_jwt_words *w, ac_sv *out); /* false: there is none left */

#endif
