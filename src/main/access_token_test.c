/* Tokens over the real store, from an issuer of the test's own whose every signature "good" is good. */
#include "app/access_token.h"

#include "app/tenants.h"
#include "base/base64.h"
#include "main/world_testing.h"

#define URL "https://id.example"
enum { MINUTE = 60 * 1000 };

/* ---- the world ---- */

typedef struct {
    ac_test_world w; /* first */
    ac_fetch fetch;
    ac_signatures signatures;
    bool down;
    unsigned fetched, checked;
    ac_issuer *issuer;
} room;

#define ROOM_OF(p, member) ((room *)(void *)((char *)(p)-offsetof(room, member)))

static ac_rc send(ac_fetch *f, const ac_fetch_request *q, ac_arena *a, ac_fetch_answer *out, ac_err *err)
{
    room *r = ROOM_OF(f, fetch);
    r->fetched++;
    if (r->down)
        return ac_fail(err, AC_EBUSY, "nobody answers");
    out->status = 200;
    out->body = ac_sv_ends(q->url, AC_SV("/keys"))
                    ? AC_SV("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k\",\"x\":\"11qYAYKxCrfVS_"
                            "7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}")
                    : AC_SV("{\"issuer\":\"" URL "\",\"jwks_uri\":\"" URL "/keys\"}");
    (void)a;
    return AC_OK;
}
static const ac_fetch_ops fetch_ops = { .name = "test", .send = send };

static ac_rc load(ac_signatures *s, const ac_jwk *k, ac_public_key **out, ac_err *err)
{
    (void)s;
    (void)k;
    *out = ac_mem_alloc(1);
    return *out ? AC_OK : ac_fail(err, AC_ENOMEM, "out of memory");
}
static ac_rc check(ac_signatures *s, const ac_public_key *k, ac_jwa alg, ac_sv message, ac_sv signature, ac_err *err)
{
    (void)k;
    (void)alg;
    (void)message;
    ROOM_OF(s, signatures)->checked++;
    return ac_sv_eq(signature, AC_SV("good")) ? AC_OK : ac_fail(err, AC_EAUTH, "the signature is not good");
}
static void unload(ac_signatures *s, ac_public_key *k)
{
    (void)s;
    ac_mem_free(k);
}
static const ac_signatures_ops signatures_ops = { .name = "test", .load = load, .check = check, .unload = unload };

static void room_cleanup(room *r)
{
    ac_test_world_close(&r->w);
    ac_issuer_free(r->issuer);
}

static void open_room(room *r, const ac_group_roles *groups, const char *claim)
{
    *r = (room) { .fetch = { &fetch_ops }, .signatures = { &signatures_ops } };
    ac_test_world_open(&r->w, "access-token", (size_t)64 << 20);
    CHECK(!ac_access_tokens(r->w.access) && !ac_access_is_token(r->w.access, AC_SV("a.b.c")));
    const ac_issuer_options issuer = {
        .url = AC_SV(URL), .fetch = &r->fetch, .signatures = &r->signatures, .clock = &r->w.clock
    };
    CHECK(ac_issuer_new(&issuer, &r->issuer, NULL) == AC_OK);
    const ac_token_options tokens = { .issuer = r->issuer,
                                      .url = AC_SV(URL),
                                      .audience = AC_SV("aceso"),
                                      .role_claim = ac_sv_z(claim),
                                      .groups = groups,
                                      .leeway_ms = MINUTE,
                                      .host = r->w.admin.tenant };
    CHECK(ac_access_take_tokens(r->w.access, &tokens, NULL) == AC_OK);
}

static ac_sv encoded(room *r, ac_sv text)
{
    ac_sv s = ac_base64_write(r->w.arena, text);
    char *p = (char *)ac_arena_copy(r->w.arena, s).p;
    while (s.n && p[s.n - 1] == '=')
        s.n--;
    for (size_t i = 0; i < s.n; i++)
        p[i] = p[i] == '+' ? '-' : p[i] == '/' ? '_' : p[i];
    return (ac_sv) { p, s.n };
}

static ac_sv signed_with(room *r, const char *more, int64_t seconds, const char *signature)
{
    const ac_sv claims = ac_arena_printf(r->w.arena, "{\"iss\":\"" URL "\",\"aud\":\"aceso\",\"exp\":%lld%s%s}",
                                         (long long)r->w.ms / 1000 + (long long)seconds, *more ? "," : "", more);
    const ac_sv h = encoded(r, AC_SV("{\"alg\":\"EdDSA\",\"kid\":\"k\"}")), p = encoded(r, claims),
                s = encoded(r, ac_sv_z(signature));
    return ac_arena_printf(r->w.arena, "%.*s.%.*s.%.*s", (int)h.n, h.p, (int)p.n, p.p, (int)s.n, s.p);
}

/* For ten minutes. */
static ac_rc ask(room *r, const char *more, ac_principal *who)
{
    return ac_access_token(r->w.access, signed_with(r, more, 600, "good"), who, NULL);
}

static size_t logins(room *r)
{
    ac_audit_records all = { 0 };
    size_t n = 0;
    CHECK(ac_store_audit(r->w.store, &(ac_audit_query) { .max = 1000 }, r->w.arena, &all, NULL) == AC_OK);
    for (size_t i = 0; i < all.n; i++)
        n += all.at[i].action == AC_AUDIT_LOGIN;
    return n;
}

#define DOCTOR "\"sub\":\"doctor\",\"aceso_role\":\"clinician\""

/* ---- tests ---- */

AC_TEST(access_token, who_it_is_and_what_he_may)
{
    AC_AUTO(room) r;
    ac_principal a, b;
    open_room(&r, NULL, "aceso_role");
    CHECK(ask(&r, DOCTOR, &a) == AC_OK && a.kind == AC_ACTOR_USER && a.role == AC_ROLE_CLINICIAN);
    CHECK(a.scopes == ac_role_scopes(AC_ROLE_CLINICIAN) && !a.n_confined && ac_id_eq(a.tenant.v, r.w.admin.tenant.v));
    CHECK(a.expires_ms == AC_TEST_BEGIN + 600 * 1000 + MINUTE && !ac_id_none(a.actor));
    CHECK(ask(&r, "\"sub\":\"doctor\",\"aceso_role\":[\"auditor\",\"researcher\"]", &b) == AC_OK);
    CHECK(ac_id_eq(a.actor, b.actor) && b.role == AC_ROLE_RESEARCHER);
    CHECK(b.scopes == (ac_role_scopes(AC_ROLE_RESEARCHER) | ac_role_scopes(AC_ROLE_AUDITOR)));
    CHECK(ask(&r, "\"sub\":\"Doctor\",\"aceso_role\":\"admin\"", &b) == AC_OK && !ac_id_eq(a.actor, b.actor));
    CHECK(b.scopes == AC_SCOPE_ALL);
    CHECK(ask(&r, "\"sub\":\"doctor\"", &b) == AC_EDENIED && ac_id_eq(a.actor, b.actor)); /* for the record of it */
    CHECK(ask(&r, DOCTOR ",\"scope\":\"openid jobs:read keys:write\"", &b) == AC_OK && b.scopes == AC_SCOPE_JOBS_READ);
    CHECK(ask(&r, DOCTOR ",\"scp\":[\"keys:write\"]", &b) == AC_OK && !b.scopes);
    CHECK(ac_access_token(r.w.access, signed_with(&r, DOCTOR, 600, "bad"), &b, NULL) == AC_EAUTH);
    CHECK(ac_access_token(r.w.access, AC_SV("a.b.c"), &b, NULL) == AC_EAUTH &&
          ac_access_is_token(r.w.access, AC_SV("..")));
    CHECK(!ac_access_is_token(r.w.access, AC_SV("aceso_00_00")) && !ac_access_is_token(r.w.access, AC_SV("")));
}

AC_TEST(access_token, remembered_for_a_minute)
{
    AC_AUTO(room) r;
    ac_principal who;
    open_room(&r, NULL, "aceso_role");
    const ac_sv token = signed_with(&r, DOCTOR, 600, "good");
    for (int i = 0; i < 10; i++)
        CHECK(ac_access_token(r.w.access, token, &who, NULL) == AC_OK);
    CHECK(r.checked == 1 && logins(&r) == 1);
    r.w.ms += MINUTE;
    CHECK(ac_access_token(r.w.access, token, &who, NULL) == AC_OK && r.checked == 2 && logins(&r) == 1);
    r.down = true; /* known keys still do */
    r.w.ms += 10 * MINUTE - 1;
    CHECK(ac_access_token(r.w.access, token, &who, NULL) == AC_OK);
    r.w.ms += 1; /* and the leeway is over */
    CHECK(ac_access_token(r.w.access, token, &who, NULL) == AC_EAUTH);
    CHECK(ac_access_token(r.w.access, signed_with(&r, DOCTOR, 600, "good"), &who, NULL) == AC_OK && logins(&r) == 2);
    r.w.ms += AC_ISSUER_STALE_MS;
    CHECK(ac_access_token(r.w.access, signed_with(&r, DOCTOR, 600, "good"), &who, NULL) == AC_EBUSY);
}

AC_TEST(access_token, bad_tokens_do_not_ask_the_issuer)
{
    AC_AUTO(room) r;
    ac_principal who;
    open_room(&r, NULL, "aceso_role");
    CHECK(ac_access_token(r.w.access, signed_with(&r, DOCTOR, -600, "good"), &who, NULL) == AC_EAUTH);
    CHECK(ask(&r, "\"aceso_role\":\"clinician\"", &who) == AC_EAUTH); /* nobody's */
    CHECK(!r.fetched && !r.checked && !logins(&r));
}

AC_TEST(access_token, patients)
{
    static const struct {
        const char *claim;
        ac_rc rc;
        size_t n;
    } rows[] = {
        { "\"01890000-0000-7000-8000-000000000001\"", AC_OK, 1 },
        { "[\"01890000-0000-7000-8000-000000000001\",\"MRN 4711\"]", AC_OK, 2 },
        { "\"00000000-0000-0000-0000-000000000000\"", AC_OK, 1 },
        { "null", AC_EDENIED, 0 },
        { "[]", AC_EDENIED, 0 },
        { "\"\"", AC_EDENIED, 0 },
        { "7", AC_EDENIED, 0 },
        { "[7]", AC_EDENIED, 0 },
        { "{\"id\":\"x\"}", AC_EDENIED, 0 },
        { "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\"]",
          AC_OK, 16 },
        { "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\","
          "\"17\"]",
          AC_EDENIED, 16 },
    };
    AC_AUTO(room) r;
    open_room(&r, NULL, "aceso_role");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ac_principal who;
        const ac_sv more = ac_arena_printf(r.w.arena, DOCTOR ",\"patient\":%s", rows[i].claim);
        CHECK(ask(&r, more.p, &who) == rows[i].rc && who.n_confined == rows[i].n);
        /* what is nobody's is not his, whatever the claim says */
        CHECK(rows[i].rc != AC_OK ||
              ac_access_patient(r.w.access, &who, (ac_patient_id) { { { 0 } } }, NULL) == AC_ENOTFOUND);
    }
}

AC_TEST(access_token, tenants)
{
    AC_AUTO(room) r;
    ac_principal who, admin = { .kind = AC_ACTOR_KEY, .scopes = AC_SCOPE_ALL };
    ac_tenant_info t = { 0 };
    char text[AC_KEY_TEXT], id[AC_ID_TEXT];
    open_room(&r, NULL, "aceso_role");
    admin.tenant = r.w.admin.tenant;
    const ac_sv before = signed_with(&r, DOCTOR, 600, "good");
    CHECK(ac_access_token(r.w.access, before, &who, NULL) == AC_OK);
    CHECK(ac_tenants_add(r.w.access, &admin, AC_SV("clinic"), text, r.w.arena, &t, NULL) == AC_OK);
    CHECK(ask(&r, DOCTOR ",\"jti\":\"2\"", &who) == AC_EDENIED); /* of which? */
    ac_id_format(t.id.v, id);
    const ac_sv more =
        ac_arena_printf(r.w.arena, "\"sub\":\"d\",\"aceso_role\":\"admin\",\"aceso_tenant\":\"%.36s\"", id);
    CHECK(ask(&r, more.p, &who) == AC_OK && ac_id_eq(who.tenant.v, t.id.v));
    CHECK(who.scopes == (AC_SCOPE_ALL & ~(uint32_t)AC_SCOPES_OF_HOST));
    CHECK(ac_tenants_disable(r.w.access, &admin, t.id, true, NULL) == AC_OK);
    CHECK(ask(&r, more.p, &who) == AC_EDENIED); /* at once, and though it is remembered */
    CHECK(ask(&r, DOCTOR ",\"aceso_tenant\":\"clinic\"", &who) == AC_EDENIED);
    CHECK(ask(&r, DOCTOR ",\"aceso_tenant\":null", &who) == AC_EDENIED);
    CHECK(ask(&r, DOCTOR ",\"aceso_tenant\":\"01890000-0000-7000-8000-000000000001\"", &who) == AC_EDENIED);
}

AC_TEST(access_token, groups)
{
    static const struct {
        const char *text;
        ac_rc rc;
        size_t n, line;
    } rows[] = {
        { "", AC_OK, 0, 0 },
        { "# nobody\n\n", AC_OK, 0, 0 },
        { "heart doctors\tclinician\r\n  audit \t auditor\nboth\tadmin", AC_OK, 3, 0 },
        { "\xC3\x84rzte\tclinician\n", AC_OK, 1, 0 },
        { "a\tclinician\nb clinician\n", AC_EINPUT, 1, 2 },
        { "a\tking\n", AC_EINPUT, 0, 1 },
        { "\tclinician\n", AC_EINPUT, 0, 1 },
        { "\n\na\tclinician\tadmin\n", AC_EINPUT, 0, 3 },
        { "\xFF\tclinician\n", AC_EINPUT, 0, 1 },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ac_group_roles g = { 0 };
        size_t line;
        CHECK(ac_group_roles_read(ac_sv_z(rows[i].text), a, &g, &line, NULL) == rows[i].rc && g.n == rows[i].n);
        CHECK(rows[i].rc == AC_OK || line == rows[i].line);
    }
    ac_group_roles g = { 0 };
    size_t line;
    CHECK(ac_group_roles_read(AC_SV("heart doctors\tclinician\naudit\tauditor\n"), a, &g, &line, NULL) == AC_OK);
    AC_AUTO(room) r;
    ac_principal who;
    open_room(&r, &g, "realm_access.roles");
    CHECK(ask(&r, "\"sub\":\"d\",\"realm_access\":{\"roles\":[\"x\",\"heart doctors\"]}", &who) == AC_OK);
    CHECK(who.role == AC_ROLE_CLINICIAN);
    CHECK(ask(&r, "\"sub\":\"d\",\"realm_access\":{\"roles\":[\"admin\",\"clinician\"]}", &who) == AC_EDENIED);
    CHECK(ask(&r, "\"sub\":\"d\",\"aceso_role\":\"admin\"", &who) == AC_EDENIED);
}

AC_TEST(access_token, out_of_memory)
{
    AC_AUTO(room) r;
    ac_principal who;
    open_room(&r, NULL, "aceso_role");
    CHECK(ask(&r, DOCTOR, &who) == AC_OK);
    unsigned n = 0;
    AC_EACH_OOM(i)
    {
        char more[64];
        ac_mem_fail_at(0);
        (void)snprintf(more, sizeof more, DOCTOR ",\"jti\":\"%u\"", n++);
        const ac_sv token = signed_with(&r, more, 600, "good");
        ac_mem_fail_at(i);
        const ac_rc rc = ac_access_token(r.w.access, token, &who, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM || rc == AC_EBUSY || rc == AC_EAUTH);
    }
    CHECK(ask(&r, DOCTOR, &who) == AC_OK);
}
