#include "net/http_head.h"
#include "kit/test.h"

static const ac_head_limits limits = { 200, 1000, 8 };

/* The status that a head ends with: 200, a refusal, 0: it is not whole. Each byte comes alone, and all at once: both say the same. */
static int outcome(const char *text, size_t n, ac_arena *arena, ac_head *h)
{
    ac_head_scan scan = { 0 }, slow = { 0 };
    int status = ac_head_look(&scan, (ac_sv) { text, n }, &limits), slowly = 0;
    for (size_t i = 1; i <= n && !slowly; i++)
        slowly = ac_head_look(&slow, (ac_sv) { text, i }, &limits);
    CHECK(status == slowly && (status != 200 || scan.at == slow.at));
    if (status != 200)
        return status;
    char *copy = ac_arena_alloc(arena, n);
    memcpy(copy, text + scan.begin, scan.at - scan.begin);
    status = ac_head_parse(copy, scan.at - scan.begin, arena, h);
    return status ? status : 200;
}

static int outcome_of(const char *text)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_head h;
    return outcome(text, strlen(text), arena, &h);
}

AC_TEST(http_head, what_it_says)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_head h;
    ac_sv text = AC_SV("POST /v1/jobs?a=1&b HTTP/1.1\r\nHost: aceso.example:8080\r\nContent-LENGTH:  12 \r\nConnection: keep-alive, Upgrade\r\n"
                       "Expect: 100-Continue\r\nX-Empty:\r\nX-A: \xc3\xb1 \t\r\n\r\nbody");
    CHECK(outcome(text.p, text.n, a, &h) == 200);
    CHECK(h.method == AC_HTTP_POST && ac_sv_eq(h.path, AC_SV("/v1/jobs")) && ac_sv_eq(h.query, AC_SV("a=1&b")) && ac_sv_eq(h.host, AC_SV("aceso.example:8080")));
    CHECK(h.length == 12 && h.waits && h.upgrade && !h.close && !h.http10 && h.n_headers == 6);
    CHECK(ac_sv_eq(h.headers[1].name, AC_SV("content-length")) && ac_sv_eq(h.headers[1].value, AC_SV("12")));
    CHECK(!h.headers[4].value.n && ac_sv_eq(h.headers[5].value, AC_SV("\xc3\xb1")));
    text = AC_SV("BREW HTTP://Pot:1?x HTTP/1.0\r\nHost: other\r\n\r\n");
    CHECK(outcome(text.p, text.n, a, &h) == 200);
    CHECK(h.method == AC_HTTP_OTHER && ac_sv_eq(h.method_name, AC_SV("BREW")) && ac_sv_eq(h.path, AC_SV("/")) && ac_sv_eq(h.query, AC_SV("x")));
    CHECK(ac_sv_eq(h.host, AC_SV("Pot:1")) && h.close && h.http10 && !h.length);
    text = AC_SV("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n");
    CHECK(outcome(text.p, text.n, a, &h) == 200 && h.length == AC_HTTP_CHUNKED && h.close);
}

AC_TEST(http_head, what_is_refused)
{
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        { "GET / HTTP/1.1\r\nHost: x\r\n", 0 }, { "GET / HTTP/1.1\r\nHost: x\r\n\r", 0 }, { "", 0 }, { "\r", 0 }, { "\r\n", 0 }, { "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 200 },
        { "\r\n\r\n", 400 }, { "\n", 400 }, { "\r\r", 400 }, { " GET", 400 }, { "GET / HTTP/1.1\n", 400 }, { "GET / HTTP/1.1\rH", 400 }, { "GET / HTTP/1.1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200 },
        { "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200 }, { "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\n: x\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost x\r\n\r\n", 400 }, { "G(T / HTTP/1.1\r\n", 400 }, { "GET /\x7f HTTP/1.1\r\n", 400 },
        { "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505 }, { "GET / HTTP/2.0\r\n", 505 }, { "GET / HTTP/1.10\r\n", 400 }, { "GET / HTTP/x.y\r\n", 400 }, { "GET / HTTPS/1.1\r\n", 400 },
        { "GET  / HTTP/1.1\r\n", 400 }, { "GET / HTTP/1.1 \r\n", 400 }, { "GET /#a HTTP/1.1\r\n", 400 }, { "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
        { "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", 400 }, { "GET http://a@b/ HTTP/1.1\r\nHost: x\r\n\r\n", 400 }, { "GET ftp://a/ HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
        { "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", 501 }, { "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200 }, { "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775799\r\n\r\n", 200 },
        { "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775809\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1 1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501 }, { "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400 }, { "GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", 417 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK(outcome_of(cases[i].text) == cases[i].status);
    CHECK(outcome_of("GET / HTTP/1.1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nHost:x\r\n\r\n") == 200);
    CHECK(outcome_of("GET / HTTP/1.1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nA:1\r\nHost:x\r\n\r\n") == 431);
}

AC_TEST(http_head, lengths)
{
    char text[4096];
    for (size_t n = 1; n < 400; n += 7) { /* of the target */
        memcpy(text, "GET ", 4);
        memset(text + 4, '/', n);
        memcpy(text + 4 + n, " HTTP/1.1\r\nHost: x\r\n\r\n", 23);
        CHECK(outcome_of(text) == (n <= limits.target ? 200 : 414));
    }
    memset(text, 'G', 1200);
    text[1200] = '\0';
    CHECK(outcome_of(text) == 414); /* without a line end */
    for (size_t n = 1; n < 1400; n += 31) {
        memcpy(text, "GET / HTTP/1.1\r\nHost: ", 22);
        memset(text + 22, 'a', n);
        memcpy(text + 22 + n, "\r\n\r\n", 5);
        CHECK(outcome_of(text) == (n + 26 <= limits.head ? 200 : 431));
    }
}

AC_TEST(http_head, without_memory)
{
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        ac_head h;
        char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        if (a) {
            const int status = ac_head_parse(text, sizeof text - 1, a, &h);
            CHECK(status == 0 || status == 431);
        }
    }
}
