/** Tokens of an OpenID Connect issuer, taken where an API key would be: who it is, and what the issuer says that he may
 * do. Any thread. */
#ifndef AC_APP_ACCESS_TOKEN_H
#define AC_APP_ACCESS_TOKEN_H

#include "app/access.h"
#include "app/issuer.h"

enum { AC_LEEWAY_MAX_S = 300, AC_GROUPS_MAX = 1000 };

/** Who is in that group of the issuer has that role here. */
typedef struct {
    ac_sv group;
    ac_role role;
} ac_group_role;
typedef AC_VEC(ac_group_role) ac_group_roles;

/** Lines of "group, tab, role"; '#' begins a comment. out points into text and arena.
 *  line    where it went wrong
 *  errors  AC_EINPUT, AC_ELIMIT (more than AC_GROUPS_MAX) */
AC_NODISCARD ac_rc ac_group_roles_read(ac_sv text, ac_arena *arena, ac_group_roles *out, size_t *line, ac_err *err);

/** Borrowed as long as the access lives. */
typedef struct {
    ac_issuer *issuer;
    ac_sv url, audience;          /* what iss and aud have to say */
    ac_sv role_claim;             /* the claim that names roles: see ac_jwt_claim */
    const ac_group_roles *groups; /* NULL: the claim names roles of ours */
    int64_t leeway_ms;
    ac_tenant_id host; /* whose users they are when there is but one tenant */
} ac_token_options;

/** Take tokens from now on. Before any thread asks. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_access_take_tokens(ac_access *a, const ac_token_options *opt, ac_err *err);

/** NULL: none are taken. */
const ac_token_options *ac_access_tokens(const ac_access *a);

/** Is that a token, where they are taken, and no API key? It may still be a bad one. */
bool ac_access_is_token(const ac_access *a, ac_sv text);

/** Whose token is it? The first use of each leaves a record in the audit log. Known ones are remembered for a minute at
 * most. out     with AC_EDENIED, too: who it is that may not errors  AC_EAUTH (a bad token; the text may be told),
 * AC_EDENIED (a good one, which gives nothing here), AC_EBUSY (the issuer's keys cannot be had), AC_ENOMEM, those of
 * the store. May wait for the issuer */
AC_NODISCARD ac_rc ac_access_token(ac_access *a, ac_sv text, ac_principal *out, ac_err *err);

#endif
