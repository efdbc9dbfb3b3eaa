#include "core/jwt.h"

#include "base/base64.h"
#include "kit/test.h"

/* ---- the form ---- */

/* base64url of a text, as it is written by issuers. */
static ac_sv encoded(ac_arena *a, ac_sv text)
{
    ac_sv s = ac_base64_write(a, text);
    char *p = (char *)ac_arena_copy(a, s).p;
    while (s.n && p[s.n - 1] == '=')
        s.n--;
    for (size_t i = 0; i < s.n; i++)
        p[i] = p[i] == '+' ? '-' : p[i] == '/' ? '_' : p[i];
    return (ac_sv) { p, s.n };
}

static ac_sv token(ac_arena *a, const char *header, const char *payload)
{
    const ac_sv h = encoded(a, ac_sv_z(header)), p = encoded(a, ac_sv_z(payload));
    return ac_arena_printf(a, "%.*s.%.*s.c2ln", (int)h.n, h.p, (int)p.n, p.p);
}

static const struct {
    const char *header;
    bool good;
} header_rows[] = {
    { "{\"alg\":\"RS256\"}", true },
    { "{\"alg\":\"ES256\",\"kid\":\"k1\",\"typ\":\"at+jwt\"}", true },
    { "{\"typ\":\"application/AT+JWT\",\"alg\":\"PS256\"}", true },
    { " {\"typ\":\"jwt\",\r\n \"alg\":\"EdDSA\"} ", true },
    { "{\"alg\":\"ES384\",\"kid\":\"\\u00e4\\ud83d\\ude00\"}", true },
    /* others say with what it is to be checked: not looked at */
    { "{\"alg\":\"ES256\",\"jku\":\"https://evil.example/keys\",\"x5u\":\"https://"
      "evil.example\",\"x5c\":[\"AA==\"],\"jwk\":{\"kty\":\"oct\"}}",
      true },
    /* algorithms */
    { "{}", false },
    { "{\"alg\":\"none\"}", false },
    { "{\"alg\":\"None\"}", false },
    { "{\"alg\":\"nOnE\"}", false },
    { "{\"alg\":\"\"}", false },
    { "{\"alg\":null}", false },
    { "{\"alg\":[\"RS256\"]}", false },
    { "{\"alg\":\"HS256\"}", false },
    { "{\"alg\":\"HS512\"}", false },
    { "{\"alg\":\"RS1\"}", false },
    { "{\"alg\":\"RS256\\u0000\"}", false },
    { "{\"alg\":\"rs256\"}", false },
    { "{\"alg\":\" RS256\"}", false },
    { "{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\"}", false },
    { "{\"alg\":\"RS256\",\"alg\":\"none\"}", false },
    { "{\"alg\":\"none\",\"alg\":\"RS256\"}", false },
    { "{\"alg\":\"RS256\",\"\\u0061lg\":\"none\"}", false },
    /* other purposes */
    { "{\"alg\":\"RS256\",\"typ\":\"logout+jwt\"}", false },
    { "{\"alg\":\"RS256\",\"typ\":\"dpop+jwt\"}", false },
    { "{\"alg\":\"RS256\",\"typ\":\"secevent+jwt\"}", false },
    { "{\"alg\":\"RS256\",\"typ\":\"\"}", false },
    { "{\"alg\":\"RS256\",\"typ\":7}", false },
    { "{\"alg\":\"RS256\",\"cty\":\"JWT\"}", false },
    { "{\"alg\":\"RS256\",\"crit\":[\"exp\"],\"exp\":1}", false },
    { "{\"alg\":\"RS256\",\"crit\":[]}", false },
    { "{\"alg\":\"RS256\",\"b64\":false}", false },
    { "{\"alg\":\"RS256\",\"zip\":\"DEF\"}", false },
    { "{\"alg\":\"RS256\",\"kid\":\"\"}", false },
    { "{\"alg\":\"RS256\",\"kid\":1}", false },
    { "{\"alg\":\"RS256\",\"kid\":{\"a\":1}}", false },
    /* no object, no JSON, no UTF-8 */
    { "[]", false },
    { "\"RS256\"", false },
    { "{\"alg\":\"RS256\"", false },
    { "{\"alg\":\"RS256\"}x", false },
    { "{\"alg\":\"RS256\"}{}", false },
    { "\xEF\xBB\xBF{\"alg\":\"RS256\"}", false },
    { "{\"alg\":\"RS256\",\"kid\":\"\xFF\"}", false },
    { "{\"alg\":\"RS256\",\"kid\":\"\\ud800\"}", false },
    { "{\"alg\":\"RS256\",\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}", false },
};

AC_TEST(jwt, headers)
{
    for (size_t i = 0; i < sizeof header_rows / sizeof *header_rows; i++) {
        ac_jws j;
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        const ac_rc rc = ac_jws_read(token(a, header_rows[i].header, "{}"), a, &j, NULL);
        CHECK(rc == (header_rows[i].good ? AC_OK : AC_EAUTH));
    }
}

AC_TEST(jwt, parts)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", true },
        { "eyJhbGciOiJSUzI1NiJ9.e30.", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30", false },
        { "eyJhbGciOiJSUzI1NiJ9..c2ln", false },
        { ".e30.c2ln", false },
        { "..", false },
        { "", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2ln.", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2ln.c2ln", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2ln.c2ln.c2ln", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2ln\n", false },
        { " eyJhbGciOiJSUzI1NiJ9.e30.c2ln", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30=.c2ln", false },
        { "eyJhbGciOiJSUzI1NiJ9.e31.c2ln", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2l", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2/n", false },
        { "eyJhbGciOiJSUzI1NiJ9.e30.c2\xC3\xB6n", false },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_jws j;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(ac_jws_read(ac_sv_z(rows[i].text), a, &j, NULL) == (rows[i].good ? AC_OK : AC_EAUTH));
    CHECK(ac_jws_read(ac_sv_z(rows[0].text), a, &j, NULL) == AC_OK && ac_sv_eq(j.signature, AC_SV("sig")));
    CHECK(ac_sv_eq(j.message, AC_SV("eyJhbGciOiJSUzI1NiJ9.e30")) && ac_sv_eq(j.payload, AC_SV("{}")));
}

AC_TEST(jwt, sizes)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(AC_JWT_ARENA);
    AC_AUTO(ac_sb) text = AC_SB(AC_JWT_MAX + 8);
    ac_jws j;
    ac_sb_add(&text, AC_SV("eyJhbGciOiJSUzI1NiJ9.e30."));
    while (text.n < AC_JWT_MAX)
        ac_sb_add_char(&text, 'A');
    text.n -= (text.n - 25) % 4 == 1;
    CHECK(ac_jws_read(ac_sb_view(&text), a, &j, NULL) == AC_OK);
    ac_sb_add(&text, AC_SV("AAAA"));
    CHECK(ac_jws_read(ac_sb_view(&text), a, &j, NULL) == AC_EAUTH);
    AC_AUTO_PTR(ac_arena) small = ac_arena_new(16);
    CHECK(ac_jws_read(AC_SV("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), small, &j, NULL) == AC_ENOMEM);
}

/* ---- the claims ---- */

#define BASE "\"iss\":\"https://id.example\",\"sub\":\"u1\""
#define GOOD BASE ",\"aud\":\"aceso\",\"exp\":1000"

static const ac_jwt_terms terms = { { "https://id.example", 18 }, { "aceso", 5 }, 900 * 1000, 30 * 1000 };

static const struct {
    const char *payload;
    bool good;
} claim_rows[] = {
    { "{" GOOD "}", true },
    { "{" GOOD ",\"iat\":900,\"nbf\":899.5,\"azp\":\"portal\",\"client_id\":\"portal\"}", true },
    { "{" BASE ",\"aud\":[\"other\",\"aceso\"],\"exp\":1000.5}", true },
    { "{" BASE ",\"aud\":[\"aceso\"],\"exp\":1e3}", true },
    { "{" GOOD ",\"iat\":930,\"nbf\":930}", true },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":871}", true }, /* within the leeway */
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":870}", false },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":1}", false },
    { "{" GOOD ",\"iat\":931}", false },
    { "{" GOOD ",\"nbf\":931}", false },
    { "{" BASE ",\"aud\":\"aceso\"}", false },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":\"1000\"}", false },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":null}", false },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":-1}", false },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":1e300}", false },
    { "{" BASE ",\"aud\":\"aceso\",\"exp\":99999999999999999999}", false },
    { "{" GOOD ",\"nbf\":\"1\"}", false },
    { "{" GOOD ",\"iat\":true}", false },
    /* for whom */
    { "{" BASE ",\"exp\":1000}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":\"\"}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":\"Aceso\"}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":\"aceso \"}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":\"aceso\\u0000\"}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":[]}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":[\"other\"]}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":[\"aceso\",1]}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":[[\"aceso\"]]}", false },
    { "{" BASE ",\"exp\":1000,\"aud\":{\"aceso\":true}}", false },
    /* from whom */
    { "{\"sub\":\"u1\",\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{\"iss\":\"https://id.example/\",\"sub\":\"u1\",\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{\"iss\":\"https://ID.example\",\"sub\":\"u1\",\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{\"iss\":[\"https://id.example\"],\"sub\":\"u1\",\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{\"iss\":\"https://id.example\",\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{\"iss\":\"https://id.example\",\"sub\":\"\",\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{\"iss\":\"https://id.example\",\"sub\":1,\"aud\":\"aceso\",\"exp\":1000}", false },
    { "{" GOOD ",\"azp\":1}", false },
    { "{" GOOD ",\"client_id\":[\"portal\"]}", false },
    /* twice */
    { "{" GOOD ",\"exp\":9999}", false },
    { "{" GOOD ",\"aud\":\"other\"}", false },
    { "{" GOOD ",\"s\\u0075b\":\"admin\"}", false },
    { "{" GOOD ",\"a\":{\"b\":1,\"b\":2}}", false },
    /* for something else */
    { "{" GOOD ",\"at_hash\":\"x\"}", false },
    { "{" GOOD ",\"events\":{}}", false },
    { "{" GOOD ",\"typ\":\"ID\"}", false },
    { "{" GOOD ",\"typ\":\"Refresh\"}", false },
    { "{" GOOD ",\"typ\":\"Bearer\"}", true },
    { "{" GOOD ",\"cnf\":{\"jkt\":\"x\"}}", false },
    { "", false },
    { "[]", false },
    { "{" GOOD "}}", false },
    { "{" GOOD ",\"deep\":[[[[[[[[[[1]]]]]]]]]]}", false },
};

AC_TEST(jwt, claims)
{
    for (size_t i = 0; i < sizeof claim_rows / sizeof *claim_rows; i++) {
        ac_jwt t;
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        CHECK(ac_jwt_read(ac_sv_z(claim_rows[i].payload), &terms, a, &t, NULL) ==
              (claim_rows[i].good ? AC_OK : AC_EAUTH));
        CHECK(!claim_rows[i].good || ac_sv_eq(t.subject, AC_SV("u1")));
    }
    /* a server that was told no audience takes none */
    const ac_jwt_terms none = { terms.issuer, AC_SV(""), terms.now_ms, terms.leeway_ms };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_jwt t;
    CHECK(ac_jwt_read(AC_SV("{" BASE ",\"exp\":1000,\"aud\":\"\"}"), &none, a, &t, NULL) == AC_EAUTH);
}

static size_t words(const ac_json *claims, const char *name, bool split, ac_sv out[4])
{
    size_t n = 0;
    ac_jwt_words w = ac_jwt_words_of(ac_jwt_claim(claims, ac_sv_z(name)), split);
    while (n < 4 && ac_jwt_word(&w, &out[n]))
        n++;
    return n;
}

AC_TEST(jwt, words_of_claims)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_json *j;
    ac_sv w[4];
    CHECK(
        ac_json_parse(
            AC_SV("{\"scope\":\" jobs:read  jobs:write \",\"roles\":[\"a "
                  "b\",7,\"\",\"c\"],\"realm_access\":{\"roles\":[\"x\"]},"
                  "\"a.b\":\"literal\",\"a\":{\"b\":\"path\"},\"https://id.example/roles\":\"url\",\"n\":1,\"o\":{}}"),
            8, a, &j, NULL) == AC_OK);
    CHECK(words(j, "scope", true, w) == 2 && ac_sv_eq(w[0], AC_SV("jobs:read")) && ac_sv_eq(w[1], AC_SV("jobs:write")));
    CHECK(words(j, "roles", true, w) == 2 && ac_sv_eq(w[0], AC_SV("a b")) && ac_sv_eq(w[1], AC_SV("c")));
    CHECK(words(j, "scope", false, w) == 1 && w[0].n == 23);
    CHECK(words(j, "realm_access.roles", false, w) == 1 && ac_sv_eq(w[0], AC_SV("x")));
    CHECK(words(j, "a.b", false, w) == 1 && ac_sv_eq(w[0], AC_SV("literal")));
    CHECK(words(j, "https://id.example/roles", false, w) == 1);
    CHECK(!words(j, "n", false, w) && !words(j, "o", false, w) && !words(j, "none", false, w) &&
          !words(j, "", false, w));
    CHECK(!words(j, "realm_access", false, w) && !words(j, "realm_access.roles.x", false, w) &&
          !words(j, ".", false, w));
}
