#include "core/jwt.h"

#include "base/base64.h"

enum { DEPTH = 8, MS = 1000, PARTS = 3, SUBJECT_MAX = 1024 };
static const double LAST_SECOND = 253402300799; /* of the year 9999 */

/* ---- the form ---- */

static bool parts_of(ac_sv text, ac_sv part[PARTS], ac_sv *message)
{
    ac_sv rest = text;
    size_t n = 0;
    for (ac_sv p; ac_sv_split(&rest, '.', &p); n++) {
        if (n == PARTS || !p.n)
            return false;
        part[n] = p;
    }
    if (n != PARTS)
        return false;
    *message = ac_sv_sub(text, 0, part[0].n + 1 + part[1].n);
    return true;
}

static ac_rc decode(ac_sv text, ac_arena *arena, ac_sv *out, ac_err *err)
{
    const ac_rc rc = ac_base64url_read(arena, text, out);
    if (rc == AC_ELIMIT)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    return rc == AC_OK ? rc : ac_fail(err, AC_EAUTH, "a part of the token is not base64url");
}

/* A member twice is refused by the reader: of two, one would be checked and the other used. */
static ac_rc parse(ac_sv json, ac_arena *arena, ac_json **out, ac_err *err)
{
    const ac_rc rc = ac_json_parse(json, DEPTH, arena, out, NULL);
    if (rc != AC_OK || (*out)->type != AC_JSON_OBJECT)
        return ac_fail(err, AC_EAUTH, "a part of the token is not a JSON object");
    return AC_OK;
}

static bool is_text_or_missing(const ac_json *j, const char *name)
{
    const ac_json *m = ac_json_get(j, name);
    return !m || m->type == AC_JSON_STRING;
}

/* Access tokens say at+jwt (RFC 9068), JWT, or nothing; what says something else is there for another purpose. */
static bool is_access_token(const ac_json *header)
{
    static const char *const types[] = { "at+jwt", "application/at+jwt", "JWT", "application/jwt" };
    const ac_sv type = ac_json_text(header, "typ");
    if (!ac_json_get(header, "typ"))
        return true;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ac_sv_eq_nocase(type, ac_sv_z(types[i])))
            return true;
    return false;
}

static ac_rc read_header(const ac_json *h, ac_jws *out, ac_err *err)
{
    if (!is_text_or_missing(h, "alg") || !ac_jwa_from(ac_json_text(h, "alg"), &out->alg))
        return ac_fail(err, AC_EAUTH, "the token is signed with an algorithm that is not taken");
    if (ac_json_get(h, "crit") || ac_json_get(h, "b64") || ac_json_get(h, "enc") || ac_json_get(h, "zip"))
        return ac_fail(err, AC_EAUTH, "the token asks for what is not known here");
    if (!is_text_or_missing(h, "typ") || !is_access_token(h) || ac_json_get(h, "cty"))
        return ac_fail(err, AC_EAUTH, "the token is not an access token");
    out->kid = ac_json_text(h, "kid");
    if (!is_text_or_missing(h, "kid") || out->kid.n > AC_KID_MAX || (ac_json_get(h, "kid") && !out->kid.n))
        return ac_fail(err, AC_EAUTH, "the name of the key of the token is not as it should be");
    return AC_OK;
}

ac_rc ac_jws_read(ac_sv text, ac_arena *arena, ac_jws *out, ac_err *err)
{
    ac_sv part[PARTS], header;
    ac_json *h;
    *out = (ac_jws) { 0 };
    if (text.n > AC_JWT_MAX)
        return ac_fail(err, AC_EAUTH, "the token is larger than %d bytes", AC_JWT_MAX);
    if (!text.n || !parts_of(text, part, &out->message))
        return ac_fail(err, AC_EAUTH, "the token does not have three parts");
    AC_TRY(err, decode(part[0], arena, &header, err));
    AC_TRY(err, decode(part[1], arena, &out->payload, err));
    AC_TRY(err, decode(part[2], arena, &out->signature, err));
    AC_TRY(err, parse(header, arena, &h, err));
    return read_header(h, out, err);
}

/* ---- the claims ---- */

/* NumericDate: seconds since 1970, with a fraction if need be. *out is untouched when it is missing. */
static bool read_date(const ac_json *claims, const char *name, int64_t *out)
{
    double v;
    const ac_json *m = ac_json_get(claims, name);
    if (!m)
        return true;
    if (m->type != AC_JSON_NUMBER || !ac_sv_to_double(m->text, &v) || !(v >= 0) || v > LAST_SECOND)
        return false;
    *out = (int64_t)(v * MS);
    return true;
}

static ac_rc check_times(const ac_json *claims, const ac_jwt_terms *t, ac_jwt *out, ac_err *err)
{
    int64_t expires = -1, not_before = 0, issued = 0;
    if (!read_date(claims, "exp", &expires) || !read_date(claims, "nbf", &not_before) ||
        !read_date(claims, "iat", &issued))
        return ac_fail(err, AC_EAUTH, "a time in the token is not as it should be");
    if (expires < 0)
        return ac_fail(err, AC_EAUTH, "the token does not say when it expires");
    if (t->now_ms >= expires + t->leeway_ms)
        return ac_fail(err, AC_EAUTH, "the token has expired");
    if (not_before > t->now_ms + t->leeway_ms || issued > t->now_ms + t->leeway_ms)
        return ac_fail(err, AC_EAUTH, "the token does not hold yet");
    out->expires_ms = expires;
    return AC_OK;
}

static bool is_for(const ac_json *claims, ac_sv audience)
{
    const ac_json *aud = ac_json_get(claims, "aud");
    bool found = false;
    if (!aud || (aud->type != AC_JSON_STRING && aud->type != AC_JSON_ARRAY))
        return false;
    if (aud->type == AC_JSON_STRING)
        return ac_sv_eq(aud->text, audience);
    for (const ac_json *a = aud->first; a; a = a->next) {
        if (a->type != AC_JSON_STRING)
            return false;
        found |= ac_sv_eq(a->text, audience);
    }
    return found;
}

/* ID tokens, logout tokens and security events are signed with the same keys; a bound token would be worth as much to
 * whoever stole it. */
static ac_rc check_purpose(const ac_json *claims, ac_err *err)
{
    static const char *const others[] = { "at_hash", "c_hash", "s_hash", "events" };
    static const char *const types[] = { "ID", "Refresh", "Offline", "Logout", NULL }; /* as Keycloak says it */
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ac_json_get(claims, others[i]))
            return ac_fail(err, AC_EAUTH, "the token is not an access token");
    if (ac_sv_one_of(ac_json_text(claims, "typ"), types))
        return ac_fail(err, AC_EAUTH, "the token is not an access token");
    if (ac_json_get(claims, "cnf"))
        return ac_fail(err, AC_EAUTH, "the token is bound to a key of its holder, which is not supported");
    if (!is_text_or_missing(claims, "azp") || !is_text_or_missing(claims, "client_id"))
        return ac_fail(err, AC_EAUTH, "the client in the token is not as it should be");
    return AC_OK;
}

ac_rc ac_jwt_read(ac_sv payload, const ac_jwt_terms *t, ac_arena *arena, ac_jwt *out, ac_err *err)
{
    ac_json *claims;
    *out = (ac_jwt) { 0 };
    AC_TRY(err, parse(payload, arena, &claims, err));
    if (!ac_sv_eq(ac_json_text(claims, "iss"), t->issuer) || !t->issuer.n)
        return ac_fail(err, AC_EAUTH, "the token comes from another issuer");
    if (!is_for(claims, t->audience) || !t->audience.n)
        return ac_fail(err, AC_EAUTH, "the token is not for this server");
    out->subject = ac_json_text(claims, "sub");
    if (!out->subject.n || out->subject.n > SUBJECT_MAX)
        return ac_fail(err, AC_EAUTH, "the token does not say whose it is");
    AC_TRY(err, check_purpose(claims, err));
    AC_TRY(err, check_times(claims, t, out, err));
    out->claims = claims;
    return AC_OK;
}

/* ---- what else it says ---- */

static const ac_json *member(const ac_json *j, ac_sv name)
{
    for (const ac_json *m = j && j->type == AC_JSON_OBJECT ? j->first : NULL; m; m = m->next)
        if (ac_sv_eq(m->key, name))
            return m;
    return NULL;
}

const ac_json *ac_jwt_claim(const ac_json *claims, ac_sv name)
{
    const ac_json *found = member(claims, name);
    if (found)
        return found;
    found = claims;
    for (ac_sv rest = name, part; found && ac_sv_split(&rest, '.', &part);)
        found = member(found, part);
    return found == claims ? NULL : found;
}

ac_jwt_words ac_jwt_words_of(const ac_json *claim, bool split)
{
    ac_jwt_words w = { .split = split };
    if (claim && claim->type == AC_JSON_STRING)
        w.rest = claim->text;
    else if (claim && claim->type == AC_JSON_ARRAY)
        w.next = claim->first;
    return w;
}

bool ac_jwt_word(ac_jwt_words *w, ac_sv *out)
{
    while (w->rest.n) {
        *out = w->rest;
        if (w->split)
            (void)ac_sv_split(&w->rest, ' ', out);
        else
            w->rest.n = 0;
        if (out->n)
            return true;
    }
    for (; w->next; w->next = w->next->next)
        if (w->next->type == AC_JSON_STRING && w->next->text.n) {
            *out = w->next->text;
            w->next = w->next->next;
            return true;
        }
    return false;
}
