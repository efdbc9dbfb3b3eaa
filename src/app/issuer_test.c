#include "app/issuer.h"

#include "kit/test.h"

#include <stdatomic.h>

/* ---- an issuer that does as it is told ---- */

#define URL           "https://id.example"
#define WELL_KNOWN    URL "/.well-known/openid-configuration"
#define KEYS_URL      "https://keys.example/jwks"
#define GOOD_DOCUMENT "{\"issuer\":\"" URL "\",\"jwks_uri\":\"" KEYS_URL "\"}"
#define KEY(kid)                                                                                                       \
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\",\"kid\":\"" kid "\"}"

typedef struct {
    ac_fetch fetch;
    ac_signatures signatures;
    ac_clock clock;
    int64_t now;
    const char *document, *keys, *cache_control; /* document NULL: nobody answers */
    int document_status, keys_status;
    unsigned documents, sets; /* times that they were asked for */
    int loaded;
} world;

static world *of_fetch(ac_fetch *f) { return (world *)f; }
static world *of_signatures(ac_signatures *s) { return (world *)((char *)s - offsetof(world, signatures)); }
static world *of_clock(ac_clock *c) { return (world *)((char *)c - offsetof(world, clock)); }

static ac_rc send(ac_fetch *f, const ac_fetch_request *r, ac_arena *a, ac_fetch_answer *out, ac_err *err)
{
    world *w = of_fetch(f);
    const bool document = ac_sv_eq(r->url, AC_SV(WELL_KNOWN));
    CHECK(document || ac_sv_eq(r->url, AC_SV(KEYS_URL)));
    CHECK(r->timeout_ms > 0 && r->connect_ms > 0 && r->max_bytes > 0 && r->max_bytes <= 1 << 20);
    *(document ? &w->documents : &w->sets) += 1;
    if (!w->document)
        return ac_fail(err, AC_EBUSY, "nobody answers");
    out->status = document ? w->document_status : w->keys_status;
    out->body = ac_arena_copy(a, ac_sv_z(document ? w->document : w->keys));
    out->cache_control = ac_sv_z(w->cache_control);
    return AC_OK;
}

/* The signature "good" is good with every key that has a name. */
static ac_rc load(ac_signatures *s, const ac_jwk *k, ac_public_key **out, ac_err *err)
{
    if (ac_sv_eq(k->kid, AC_SV("broken")))
        return ac_fail(err, AC_EINPUT, "no key");
    *out = ac_mem_alloc(1);
    of_signatures(s)->loaded += *out != NULL;
    return *out ? AC_OK : ac_fail(err, AC_ENOMEM, "out of memory");
}
static ac_rc check(ac_signatures *s, const ac_public_key *k, ac_jwa alg, ac_sv message, ac_sv signature, ac_err *err)
{
    (void)s;
    (void)k;
    (void)alg;
    (void)message;
    return ac_sv_eq(signature, AC_SV("good")) ? AC_OK : ac_fail(err, AC_EAUTH, "the signature is not good");
}
static void unload(ac_signatures *s, ac_public_key *k)
{
    of_signatures(s)->loaded--;
    ac_mem_free(k);
}
static int64_t now_ms(ac_clock *c) { return of_clock(c)->now; }

static const ac_fetch_ops fetch_ops = { .name = "test", .send = send };
static const ac_signatures_ops signatures_ops = { .name = "test", .load = load, .check = check, .unload = unload };
static const ac_clock_ops clock_ops = { .name = "test", .now_ms = now_ms };

static world begin(void)
{
    return (world) { .fetch = { &fetch_ops },
                     .signatures = { &signatures_ops },
                     .clock = { &clock_ops },
                     .now = (int64_t)1000000 * 1000,
                     .document = GOOD_DOCUMENT,
                     .keys = "{\"keys\":[" KEY("a") "," KEY("b") "]}",
                     .document_status = 200,
                     .keys_status = 200 };
}

static ac_issuer *issuer_of(world *w)
{
    ac_issuer *i = NULL;
    const ac_issuer_options o = {
        .url = AC_SV(URL), .fetch = &w->fetch, .signatures = &w->signatures, .clock = &w->clock
    };
    CHECK(ac_issuer_new(&o, &i, NULL) == AC_OK);
    return i;
}

static ac_rc ask(ac_issuer *i, const char *kid)
{
    uint64_t which;
    const ac_jws j = { .alg = AC_JWA_EDDSA, .kid = ac_sv_z(kid), .message = AC_SV("m"), .signature = AC_SV("good") };
    return ac_issuer_check(i, &j, &which, NULL);
}

/* ---- tests ---- */

AC_TEST(issuer, addresses)
{
    static const struct {
        const char *url;
        bool good;
    } rows[] = {
        { "https://id.example", true },
        { "https://id.example/realms/a", true },
        { "https://id.example/", true },
        { "http://127.0.0.1:9000", true },
        { "http://[::1]:9000/x", true },
        { "http://localhost", true },
        { "http://id.example", false },
        { "http://127.0.0.1.evil.example", false },
        { "http://localhost.evil.example", false },
        { "http://127.0.0.1@evil.example", false },
        { "https://u:p@id.example", false },
        { "https://id.example?x", false },
        { "https://id.example#x", false },
        { "https://id.example/a b", false },
        { "https://id.example/\xC3\xA4", false },
        { "https://", false },
        { "https:///x", false },
        { "ftp://id.example", false },
        { "file:///etc/passwd", false },
        { "id.example", false },
        { "", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK(ac_issuer_is_url(ac_sv_z(rows[i].url)) == rows[i].good);
}

AC_TEST(issuer, keys_are_fetched_once_and_again_when_old)
{
    world w = begin();
    ac_issuer *i = issuer_of(&w);
    CHECK(!w.documents && ask(i, "a") == AC_OK && ask(i, "b") == AC_OK && ask(i, "a") == AC_OK);
    CHECK(w.documents == 1 && w.sets == 1);
    w.now += AC_ISSUER_FRESH_MS - 1;
    CHECK(ask(i, "a") == AC_OK && w.sets == 1);
    w.now += 1;
    CHECK(ask(i, "a") == AC_OK && w.sets == 2 && w.documents == 1);
    w.now += (int64_t)2 * 3600 * 1000;
    CHECK(ask(i, "a") == AC_OK && w.sets == 3 && w.documents == 2);
    const ac_issuer_counts c = ac_issuer_counted(i);
    CHECK(c.fetched == 3 && !c.failed && c.keys == 2 && c.fetched_ms == w.now);
    ac_issuer_free(i);
    CHECK(!w.loaded);
}

AC_TEST(issuer, cache_control_within_bounds)
{
    static const struct {
        const char *header;
        int64_t ms;
    } rows[] = {
        { "", AC_ISSUER_FRESH_MS },
        { "public", AC_ISSUER_FRESH_MS },
        { "public, max-age=3600", 3600 * 1000 },
        { "Max-Age=120", 120 * 1000 },
        { "max-age=0", AC_ISSUER_FRESH_MIN_MS },
        { "max-age=-5", AC_ISSUER_FRESH_MIN_MS },
        { "no-store", AC_ISSUER_FRESH_MIN_MS },
        { "max-age=3600, no-cache", AC_ISSUER_FRESH_MIN_MS },
        { "max-age=9223372036854775807", AC_ISSUER_FRESH_MAX_MS },
        { "max-age=99999999999999999999", AC_ISSUER_FRESH_MS },
        { "max-age=x", AC_ISSUER_FRESH_MS },
        { ",,=,max-age", AC_ISSUER_FRESH_MS },
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        world w = begin();
        w.cache_control = rows[k].header;
        ac_issuer *i = issuer_of(&w);
        CHECK(ask(i, "a") == AC_OK);
        w.now += rows[k].ms - 1;
        CHECK(ask(i, "a") == AC_OK && w.sets == 1);
        w.now += 1;
        CHECK(ask(i, "a") == AC_OK && w.sets == 2);
        ac_issuer_free(i);
    }
}

AC_TEST(issuer, forged_names_of_keys_do_not_hammer)
{
    world w = begin();
    ac_issuer *i = issuer_of(&w);
    CHECK(ask(i, "a") == AC_OK && w.sets == 1);
    for (int k = 0; k < 1000; k++) {
        CHECK(ask(i, "forged") == AC_EAUTH);
        w.now += 100;
    }
    CHECK(w.sets == 12); /* in 100 seconds: three at once, and one each ten */
    /* a key that is new is known ten seconds later at most */
    w.keys = "{\"keys\":[" KEY("b") "," KEY("new") "]}";
    w.now += AC_ISSUER_PAUSE_MS;
    CHECK(ask(i, "new") == AC_OK && ask(i, "b") == AC_OK && ask(i, "a") == AC_EAUTH);
    ac_issuer_free(i);
    CHECK(!w.loaded);
}

AC_TEST(issuer, a_key_that_is_taken_back)
{
    world w = begin();
    ac_issuer *i = issuer_of(&w);
    uint64_t which = 0;
    const ac_jws j = { .alg = AC_JWA_EDDSA, .kid = AC_SV("a"), .message = AC_SV("m"), .signature = AC_SV("good") };
    CHECK(ac_issuer_check(i, &j, &which, NULL) == AC_OK && ac_issuer_still(i, which));
    w.keys = "{\"keys\":[" KEY("b") "]}";
    w.now += AC_ISSUER_FRESH_MS;
    CHECK(ac_issuer_still(i, which)); /* asks in the background, which here is at once */
    CHECK(!ac_issuer_still(i, which) && ask(i, "a") == AC_EAUTH && ask(i, "b") == AC_OK);
    w.keys = "{\"keys\":[]}";
    w.now += AC_ISSUER_FRESH_MS;
    CHECK(ask(i, "b") == AC_OK);
    CHECK(ask(i, "b") == AC_EAUTH);
    ac_issuer_free(i);
    CHECK(!w.loaded);
}

AC_TEST(issuer, down)
{
    world w = begin();
    const char *document = w.document;
    ac_issuer *i = issuer_of(&w);
    w.document = NULL;
    CHECK(ask(i, "a") == AC_EBUSY && ask(i, "a") == AC_EBUSY && w.documents == 1); /* not asked again at once */
    for (int k = 0; k < 3600; k++) {
        w.now += 1000;
        CHECK(ask(i, "a") == AC_EBUSY);
    }
    CHECK(w.documents > 55 && w.documents < 70); /* about once a minute */
    w.document = document;
    w.now += AC_ISSUER_RETRY_MAX_MS;
    CHECK(ask(i, "a") == AC_OK);
    /* known keys go on working, for a time; others cannot be told from forged ones */
    w.document = NULL;
    w.now += AC_ISSUER_STALE_MS - 1;
    CHECK(ask(i, "a") == AC_OK && ask(i, "new") == AC_EBUSY && ask(i, "b") == AC_OK);
    w.now += 1;
    CHECK(ask(i, "a") == AC_EBUSY && ask(i, "b") == AC_EBUSY);
    w.document = document;
    w.now += AC_ISSUER_RETRY_MAX_MS;
    CHECK(ask(i, "a") == AC_OK);
    ac_issuer_free(i);
    CHECK(!w.loaded);
}

AC_TEST(issuer, answers_that_are_none)
{
    static const struct {
        const char *document, *keys;
        int document_status, keys_status;
    } rows[] = {
        { "", "", 200, 200 },
        { "<html>", "", 200, 200 },
        { GOOD_DOCUMENT, "<html>", 200, 200 },
        { GOOD_DOCUMENT, "{\"keys\":7}", 200, 200 },
        { GOOD_DOCUMENT, "{\"keys\":[" KEY("a") "]}", 500, 200 },
        { GOOD_DOCUMENT, "{\"keys\":[" KEY("a") "]}", 200, 302 },
        { GOOD_DOCUMENT, "{\"keys\":[" KEY("a") "]}", 200, 404 },
        { "{\"issuer\":\"" URL "/\",\"jwks_uri\":\"" KEYS_URL "\"}", "{\"keys\":[" KEY("a") "]}", 200, 200 },
        { "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"" KEYS_URL "\"}", "{\"keys\":[" KEY("a") "]}", 200,
          200 },
        { "{\"jwks_uri\":\"" KEYS_URL "\"}", "{\"keys\":[" KEY("a") "]}", 200, 200 },
        { "{\"issuer\":\"" URL "\"}", "{\"keys\":[" KEY("a") "]}", 200, 200 },
        { "{\"issuer\":\"" URL "\",\"jwks_uri\":\"http://keys.example/jwks\"}", "{\"keys\":[" KEY("a") "]}", 200, 200 },
        { "{\"issuer\":\"" URL "\",\"jwks_uri\":\"file:///etc/passwd\"}", "{\"keys\":[" KEY("a") "]}", 200, 200 },
        { "{\"issuer\":\"" URL "\",\"issuer\":\"" URL "\",\"jwks_uri\":\"" KEYS_URL "\"}", "{\"keys\":[" KEY("a") "]}",
          200, 200 },
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        world w = begin();
        ac_issuer *i = issuer_of(&w);
        w.document = rows[k].document;
        w.keys = rows[k].keys;
        w.document_status = rows[k].document_status;
        w.keys_status = rows[k].keys_status;
        CHECK(ask(i, "a") == AC_EBUSY);
        /* and what was known before is not forgotten because of it */
        world good = begin();
        ac_issuer *j = issuer_of(&good);
        CHECK(ask(j, "a") == AC_OK);
        good.document = w.document;
        good.keys = w.keys;
        good.document_status = w.document_status;
        good.keys_status = w.keys_status;
        good.now += (int64_t)2 * 3600 * 1000;
        CHECK(ask(j, "a") == AC_OK && ask(j, "a") == AC_OK && ac_issuer_counted(j).failed == 1);
        ac_issuer_free(i);
        ac_issuer_free(j);
        CHECK(!w.loaded && !good.loaded);
    }
}

AC_TEST(issuer, which_key)
{
    world w = begin();
    ac_issuer *i = issuer_of(&w);
    uint64_t which;
    CHECK(ask(i, "") == AC_EAUTH); /* no name, and two that it may be */
    w.keys = "{\"keys\":[" KEY("a") "," KEY("broken") "]}";
    w.now += AC_ISSUER_FRESH_MS;
    CHECK(ask(i, "") == AC_OK && ask(i, "broken") == AC_EAUTH && ask(i, "A") == AC_EAUTH);
    ac_jws j = { .alg = AC_JWA_RS256, .kid = AC_SV("a"), .message = AC_SV("m"), .signature = AC_SV("good") };
    CHECK(ac_issuer_check(i, &j, &which, NULL) == AC_EAUTH); /* the key is for another algorithm */
    j.alg = AC_JWA_EDDSA;
    j.signature = AC_SV("bad");
    CHECK(ac_issuer_check(i, &j, &which, NULL) == AC_EAUTH);
    ac_issuer_free(i);
}

/* ---- many at once ---- */

static ac_rc refuse(void *context, ac_issuer *i, ac_err *err)
{
    (void)context;
    (void)i;
    return ac_fail(err, AC_EBUSY, "too many wait");
}
static void count(void *context, ac_issuer *i)
{
    (void)i;
    ++*(unsigned *)context;
}

AC_TEST(issuer, who_must_not_wait_does_not)
{
    world w = begin();
    unsigned later = 0;
    ac_issuer *i = NULL;
    const ac_issuer_options o = { .url = AC_SV(URL),
                                  .fetch = &w.fetch,
                                  .signatures = &w.signatures,
                                  .clock = &w.clock,
                                  .wait = refuse,
                                  .later = count,
                                  .context = &later };
    CHECK(ac_issuer_new(&o, &i, NULL) == AC_OK);
    ac_issuer_refresh(i);
    ac_issuer_refresh(i);
    CHECK(later == 1 && ask(i, "a") == AC_EBUSY && !w.documents);
    ac_issuer_fetch(i);
    ac_issuer_fetch(i); /* somebody just did */
    ac_issuer_fetched(i);
    CHECK(w.sets == 1 && ask(i, "a") == AC_OK && later == 1);
    w.now += AC_ISSUER_FRESH_MS;
    CHECK(ask(i, "a") == AC_OK && ask(i, "b") == AC_OK && later == 2 && w.sets == 1);
    ac_issuer_free(i);
}

AC_TEST(issuer, out_of_memory)
{
    AC_EACH_OOM(n)
    {
        world w = begin();
        ac_issuer *i = NULL;
        const ac_issuer_options o = {
            .url = AC_SV(URL), .fetch = &w.fetch, .signatures = &w.signatures, .clock = &w.clock
        };
        if (ac_issuer_new(&o, &i, NULL) == AC_OK) {
            const ac_rc rc = ask(i, "a");
            CHECK(rc == AC_OK || rc == AC_EBUSY);
        }
        ac_issuer_free(i);
        CHECK(!w.loaded);
    }
}
