/* What somebody who may not is told about how to come in (RFC 6750 section 3, RFC 9728 section 5.1). */
#include "api/api_parts.h"
#include "app/access_token.h"

enum { HEADER_MAX = 2 << 10 };

/* A quoted-string without escapes: our own texts need none. */
static bool is_quotable(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
            return false;
    return s.n > 0;
}

static void put(ac_sb *b, const char *name, ac_sv value)
{
    if (is_quotable(value))
        ac_sb_addf(b, ", %s=\"%.*s\"", name, (int)value.n, value.p);
}

static void put_scopes(ac_sb *b, const ac_route *r)
{
    AC_AUTO(ac_sb) scopes = AC_SB(HEADER_MAX);
    for (unsigned i = 0; i < AC_SCOPES; i++) {
        const ac_sv word = ac_scope_word((ac_scope)(1u << i));
        if ((r->scope | r->any) >> i & 1)
            ac_sb_addf(&scopes, "%s%.*s", scopes.n ? " " : "", (int)word.n, word.p);
    }
    put(b, "scope", ac_sb_view(&scopes));
}

void ac_own_address(const ac_http_request *r, ac_sb *out)
{
    ac_sb_addf(out, "%s://%.*s", r->tls ? "https" : "http", (int)r->host.n, r->host.p);
}

void ac_challenge(const ac_visit *v, const ac_http_request *r, ac_rc rc, const ac_err *err, ac_reply *p)
{
    AC_AUTO(ac_sb) b = AC_SB(HEADER_MAX);
    if (v->entry == AC_ENTRY_OK)
        return;
    ac_sb_add(&b, AC_SV("Bearer realm=\"aceso\""));
    if (v->entry != AC_ENTRY_SILENT) {
        put(&b, "error", rc == AC_EDENIED ? AC_SV("insufficient_scope") : AC_SV("invalid_token"));
        put(&b, "error_description", ac_sv_z(err->text));
        if (rc == AC_EDENIED)
            put_scopes(&b, v->match.route);
    }
    if (ac_access_tokens(v->api->o.access)) {
        AC_AUTO(ac_sb) url = AC_SB(HEADER_MAX);
        ac_own_address(r, &url);
        ac_sb_add(&url, AC_SV(AC_METADATA_PATH));
        put(&b, "resource_metadata", ac_sb_view(&url));
    }
    ac_reply_header(p, "WWW-Authenticate", ac_sb_view(&b));
}
