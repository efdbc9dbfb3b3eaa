#include "net/reply_parts.h"
#include "kit/test.h"

static const ac_reply_asked get = { .gzip_min = 100, .gzip = true, .get = true };

static ac_sv head_of(const ac_reply *p, ac_sb *out)
{
    const ac_reply_head h = { .date = AC_SV("D"), .id = AC_SV("id-1") };
    CHECK(ac_reply_write_head(p, &h, out, NULL) == AC_OK);
    return ac_sb_view(out);
}

static bool has(ac_sv text, const char *part) { return memmem(text.p, text.n, part, strlen(part)); }

AC_TEST(reply, its_own_headers_take_the_place_of_the_servers)
{
    AC_AUTO(ac_sb) out = AC_SB(4096);
    ac_reply *p = ac_reply_new(200);
    ac_reply_header(p, "cache-control", AC_SV("max-age=60"));
    ac_reply_header(p, "Content-Security-Policy", AC_SV("default-src 'self'"));
    ac_reply_body(p, "text/html", AC_SV("hello"));
    p = ac_reply_settle(p, &get);
    ac_sv head = head_of(p, &out);
    CHECK(has(head, "cache-control: max-age=60\r\n") && !has(head, "no-store") && has(head, "default-src 'self'") && !has(head, "frame-ancestors"));
    CHECK(has(head, "nosniff") && has(head, "no-referrer") && has(head, "Content-Length: 5\r\n") && has(head, "Request-Id: id-1\r\n"));
    ac_reply_free(p);
}

AC_TEST(reply, what_cannot_be_sent_becomes_an_error)
{
    static const char *const names[] = { "X A", "", "X:", "X\r\nY", "X-A" };
    static const char *const values[] = { "v", "v", "v", "v", "a\r\nb: c" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ac_reply *p = ac_reply_new(200);
        ac_reply_header(p, names[i], ac_sv_z(values[i]));
        p = ac_reply_settle(p, &get);
        CHECK(ac_reply_status(p) == 500);
        ac_reply_free(p);
    }
    ac_reply *p = ac_reply_new(200);
    ac_sb_add(ac_reply_text(p, "text/plain", 3), AC_SV("four"));
    p = ac_reply_settle(p, &get);
    CHECK(ac_reply_status(p) == 500);
    ac_reply_free(p);
    p = ac_reply_new(200);
    ac_reply_etag(p, AC_SV("a\"b"));
    p = ac_reply_settle(p, &get);
    CHECK(ac_reply_status(p) == 500);
    ac_reply_free(p);
    p = ac_reply_settle(NULL, &get);
    CHECK(ac_reply_status(p) == 503);
    ac_reply_free(p);
}

AC_TEST(reply, errors_are_json)
{
    ac_reply *p = ac_reply_error(409, "conflict", AC_SV("say \"no\""), AC_SV("{\"id\":1}"));
    CHECK(ac_sv_eq(ac_sb_view(&p->body), AC_SV("{\"error\":{\"code\":\"conflict\",\"message\":\"say \\\"no\\\"\",\"details\":{\"id\":1}}}")));
    ac_reply_free(p);
}

AC_TEST(reply, not_modified_has_no_body)
{
    AC_AUTO(ac_sb) out = AC_SB(4096);
    char text[500];
    memset(text, 'x', sizeof text);
    ac_reply_asked asked = get;
    asked.none_match = AC_SV("W/\"v1\"");
    ac_reply *p = ac_reply_new(200);
    ac_reply_body(p, "application/json", (ac_sv) { text, sizeof text });
    ac_reply_etag(p, AC_SV("v1"));
    p = ac_reply_settle(p, &asked);
    ac_sv head = head_of(p, &out);
    CHECK(ac_reply_status(p) == 304 && !p->body.n && has(head, "ETag: W/\"v1\"") && !has(head, "Content-Length") && !has(head, "\nContent-Type"));
    ac_reply_free(p);
}

static int freed;
static void on_free(void *context) { freed += *(int *)context; }
static ac_rc no_pull(void *context, ac_sb *to, size_t room, bool *last, ac_err *err)
{
    (void)context, (void)to, (void)room, (void)last;
    return ac_fail(err, AC_EIO, "never asked");
}

AC_TEST(reply, a_source_is_freed_once_whatever_happens)
{
    int one = 1;
    const ac_reply_source source = { &one, no_pull, on_free };
    freed = 0;
    ac_reply_pull(NULL, "text/plain", 1, &source);
    CHECK(freed == 1);
    ac_reply *p = ac_reply_new(204); /* which has no body */
    ac_reply_pull(p, "text/plain", 1, &source);
    p = ac_reply_settle(p, &get);
    CHECK(freed == 2);
    ac_reply_free(p);
    CHECK(freed == 2);
}

AC_TEST(reply, without_memory)
{
    char text[5000];
    memset(text, 'x', sizeof text);
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) out = AC_SB(4096);
        AC_AUTO(ac_sb) mine = AC_SB(100);
        ac_reply *p = ac_reply_new(200);
        ac_reply_header(p, "X-A", AC_SV("b"));
        ac_sb_add(&mine, AC_SV("mine"));
        ac_reply_own(p, "text/plain", &mine);
        ac_reply_body(p, "text/plain", (ac_sv) { text, sizeof text });
        ac_sb_add(ac_reply_text(p, "text/plain", 9000), (ac_sv) { text, sizeof text });
        p = ac_reply_settle(p, &get);
        const ac_reply_head h = { .date = AC_SV("D") };
        const ac_rc rc = p ? ac_reply_write_head(p, &h, &out, NULL) : AC_ENOMEM;
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        CHECK(!p || p->status == 200 || p->status == 500 || p->status == 503);
        ac_reply_free(p);
    }
}
