/* Requests to a small server of this file, which says what a row of a table tells it to. */
#include "adapter/fetch/fetch.h"
#include "adapter/fetch/reach.h"

#include "kit/test.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_MAX = 8192 };

typedef struct {
    int fd;
    unsigned port;
    pthread_t thread;
    ac_sv answer;      /* to every request */
    ac_sv endless;     /* then this again and again */
    bool hang, hangup; /* say nothing more, and close after the answer */
    atomic_int connections, requests;
    atomic_bool stop;
    char seen[TEXT_MAX]; /* the last request's bytes */
} server;

static bool ready(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    return poll(&p, 1, 20) > 0;
}

static bool say(int fd, ac_sv s) { return send(fd, s.p, s.n, MSG_NOSIGNAL) == (ssize_t)s.n; }

/* The head, and of the body what comes with it or soon after. */
static bool hear(server *s, int fd)
{
    size_t n = 0;
    while (n < TEXT_MAX - 1 && !s->stop) {
        if (!ready(fd)) {
            if (n)
                break;
            continue;
        }
        const ssize_t got = recv(fd, s->seen + n, TEXT_MAX - 1 - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    s->seen[n] = '\0';
    return n > 0;
}

static void talk(server *s, int fd)
{
    while (!s->stop && hear(s, fd)) {
        s->requests++;
        if (!say(fd, s->answer))
            return;
        while (s->endless.n && !s->stop && say(fd, s->endless)) {}
        while (s->hang && !s->stop)
            (void)usleep(1000);
        if (s->hangup)
            return;
    }
}

static void *serve(void *context)
{
    server *s = context;
    while (!s->stop) {
        if (!ready(s->fd))
            continue;
        const int fd = accept(s->fd, NULL, NULL);
        s->connections++;
        talk(s, fd);
        (void)close(fd);
    }
    return NULL;
}

static void server_cleanup(server *s)
{
    s->stop = true;
    (void)pthread_join(s->thread, NULL);
    (void)close(s->fd);
}

static void begin(server *s)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(s->fd, (struct sockaddr *)&at, n) == 0 && listen(s->fd, 8) == 0);
    CHECK(getsockname(s->fd, (struct sockaddr *)&at, &n) == 0);
    s->port = ntohs(at.sin_port);
    CHECK(pthread_create(&s->thread, NULL, serve, s) == 0);
}

typedef struct {
    ac_fetch *fetch;
    ac_arena *arena;
    ac_fetch_request r;
    ac_fetch_answer answer;
    ac_err err;
} client;

static void client_cleanup(client *c)
{
    ac_fetch_free(c->fetch);
    ac_arena_free(c->arena);
}

static client client_of(const server *s)
{
    client c = { .arena = ac_arena_new(1 << 20),
                 .r = { .reach = AC_REACH_ANY, .timeout_ms = 5000, .max_bytes = 1 << 16 } };
    CHECK(ac_fetch_new(&c.fetch, NULL) == AC_OK);
    if (s)
        c.r.url = ac_arena_printf(c.arena, "http://127.0.0.1:%u/hook?x=1", s->port);
    return c;
}

static ac_rc send_it(client *c) { return ac_fetch_send(c->fetch, &c->r, c->arena, &c->answer, &c->err); }

static ac_rc send_to(client *c, const char *url)
{
    c->r.url = ac_sv_z(url);
    return send_it(c);
}

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"

AC_TEST(fetch, a_request_and_its_answer)
{
    AC_AUTO(server)
    s = { .answer = AC_SV("HTTP/1.1 103 Early Hints\r\nETag: none\r\n\r\n" OK_ANSWER
                          "Content-Type: text/plain\r\nETag: \"7\"\r\n\r\nhello") };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    const ac_fetch_header headers[] = { { AC_SV("Webhook-Id"), AC_SV("msg_1") }, { AC_SV("X-Empty"), AC_SV("") } };
    c.r.headers = headers;
    c.r.n_headers = 2;
    c.r.body = AC_SV("{\"a\":1}");
    CHECK(send_it(&c) == AC_OK);
    CHECK(c.answer.status == 200 && ac_sv_eq(c.answer.body, AC_SV("hello")));
    CHECK(ac_sv_eq(c.answer.content_type, AC_SV("text/plain")) && ac_sv_eq(c.answer.etag, AC_SV("\"7\"")));
    CHECK(!strncmp(s.seen, "POST /hook?x=1 HTTP/1.1\r\n", 25));
    CHECK(strstr(s.seen, "Webhook-Id: msg_1\r\n") && strstr(s.seen, "X-Empty:\r\n"));
    CHECK(strstr(s.seen, "\r\n\r\n{\"a\":1}") && !strstr(s.seen, "Expect") && !strstr(s.seen, "Content-Type"));
}

AC_TEST(fetch, methods_are_what_was_said)
{
    static const char *const methods[] = { "GET", "PUT", "DELETE", "PATCH" };
    AC_AUTO(server) s = { .answer = AC_SV(OK_ANSWER "\r\nhello") };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        c.r.method = ac_sv_z(methods[i]);
        CHECK(send_it(&c) == AC_OK && ac_sv_starts(ac_sv_z(s.seen), c.r.method));
        CHECK(!strncmp(s.seen + c.r.method.n, " /hook", 6));
    }
    CHECK(s.connections == 1 && s.requests == 4); /* one connection for all of them */
}

AC_TEST(fetch, a_kept_connection_that_was_closed_is_made_anew)
{
    AC_AUTO(server) s = { .answer = AC_SV(OK_ANSWER "\r\nhello"), .hangup = true };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    for (int i = 0; i < 3; i++)
        CHECK(send_it(&c) == AC_OK && c.answer.status == 200);
    CHECK(s.connections == 3);
}

AC_TEST(fetch, other_rules_use_no_kept_connection)
{
    AC_AUTO(server) s = { .answer = AC_SV(OK_ANSWER "\r\nhello"), .hangup = true };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    ac_fetch_range here;
    CHECK(ac_fetch_range_parse(AC_SV("127.0.0.0/8"), &here, NULL) == AC_OK);
    CHECK(send_it(&c) == AC_OK);
    c.r.reach = AC_REACH_PUBLIC;
    CHECK(send_it(&c) == AC_EDENIED);
    c.r.ranges = &here;
    c.r.n_ranges = 1;
    CHECK(send_it(&c) == AC_OK);
    c.r.n_ranges = 0;
    CHECK(send_it(&c) == AC_EDENIED && s.requests == 2);
}

AC_TEST(fetch, redirects_are_answers)
{
    AC_AUTO(server)
    s = { .answer = AC_SV("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\n"
                          "Content-Length: 0\r\n\r\n") };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    CHECK(send_it(&c) == AC_OK && c.answer.status == 302 && s.requests == 1);
    CHECK(ac_sv_eq(c.answer.location, AC_SV("http://169.254.169.254/latest")));
}

typedef struct {
    const char *answer, *endless;
    bool hang, hangup;
    ac_rc rc;
} bad_row;

AC_TEST(fetch, bad_answers)
{
    static const bad_row rows[] = {
        { OK_ANSWER "\r\nhel", NULL, false, true, AC_EIO }, /* a lying length */
        { "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", NULL, false, true, AC_EIO },
        { "HTTP/1.1 200 OK\r\n\r\n", "0123456789abcdef", false, false, AC_ELIMIT }, /* an endless body */
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "4\r\nabcd\r\n", false, false, AC_ELIMIT },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", NULL, false, true,
          AC_EBUSY }, /* as if it had broken */
        { "HTTP/1.1 200 OK\r\n", "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", false, false, AC_ELIMIT },
        { "220 smtp ESMTP\r\n", NULL, false, true, AC_EIO },
        { "", NULL, false, true, AC_EBUSY },                                                /* nothing */
        { "HTTP/1.1 200 OK\r\nX-Slow: ", NULL, true, false, AC_EBUSY },                     /* half a head */
        { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", NULL, true, false, AC_EBUSY }, /* half a body */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AC_AUTO(server)
        s = { .answer = ac_sv_z(rows[i].answer),
              .endless = ac_sv_z(rows[i].endless),
              .hang = rows[i].hang,
              .hangup = rows[i].hangup };
        begin(&s);
        AC_AUTO(client) c = client_of(&s);
        c.r.timeout_ms = 300;
        const ac_rc rc = send_it(&c);
        CHECK(rc == rows[i].rc);
        if (rc != rows[i].rc)
            (void)printf("row %zu: %s (%s)\n", i, ac_rc_name(rc), c.err.text);
        CHECK(!strstr(c.err.text, "hook") && !strstr(c.err.text, "127."));
    }
}

AC_TEST(fetch, nobody_there)
{
    AC_AUTO(client) c = client_of(NULL);
    CHECK(send_to(&c, "http://127.0.0.1:1/") == AC_EBUSY);
    CHECK(send_to(&c, "http://name.invalid/") == AC_EBUSY);
}

static bool at_once(void *context) { return ++*(int *)context > 1; }
static bool never(void *context) { return !context; }
static bool no_more(void *context, ac_sv bytes) { return !(*(size_t *)context += bytes.n); }

AC_TEST(fetch, who_hangs_can_be_cancelled)
{
    int asked = 0;
    AC_AUTO(server) s = { .hang = true };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    c.r.timeout_ms = 60000;
    c.r.context = &asked;
    c.r.cancelled = at_once;
    CHECK(send_it(&c) == AC_ECANCELLED && asked == 2);
    c.r.cancelled = never;
    c.r.timeout_ms = 150;
    CHECK(send_it(&c) == AC_EBUSY);
}

AC_TEST(fetch, a_stream_ends_when_its_reader_says)
{
    size_t got = 0;
    AC_AUTO(server) s = { .answer = AC_SV("HTTP/1.1 200 OK\r\n\r\n"), .endless = AC_SV("data: 1\n\n") };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    c.r.timeout_ms = 0;
    c.r.max_bytes = 0;
    c.r.context = &got;
    c.r.chunk = no_more;
    CHECK(send_it(&c) == AC_ECANCELLED && got > 0);
}

AC_TEST(fetch, a_refusal_is_no_piece_of_what_was_asked_for)
{
    size_t got = 0;
    AC_AUTO(server) s = { .answer = AC_SV("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nno one") };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    c.r.max_bytes = 0;
    c.r.context = &got;
    c.r.chunk = no_more;
    CHECK(send_it(&c) == AC_OK && c.answer.status == 404 && !got && ac_sv_eq(c.answer.body, AC_SV("no on")));
}

typedef struct {
    size_t given, stop; /* stop: gives nothing from here on */
} giver;

static size_t give(void *context, char *into, size_t max)
{
    giver *g = context;
    const size_t n = g->given >= g->stop ? 0 : max < 10 ? max : 10;
    memset(into, 'x', n);
    g->given += n;
    return n;
}

AC_TEST(fetch, a_body_piece_by_piece)
{
    giver g = { 0, 1000 };
    AC_AUTO(server) s = { .answer = AC_SV(OK_ANSWER "\r\nhello") };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    c.r.context = &g;
    c.r.read = give;
    c.r.read_bytes = 25;
    CHECK(send_it(&c) == AC_OK && g.given == 25);
    CHECK(strstr(s.seen, "Content-Length: 25\r\n") && strstr(s.seen, "\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxx"));
    g = (giver) { 0, 20 };
    CHECK(send_it(&c) == AC_EINPUT); /* less than was promised */
}

AC_TEST(fetch, urls_and_headers_that_are_none)
{
    static const char *const urls[] = { "",
                                        "x",
                                        "ftp://a.example/",
                                        "file:///etc/passwd",
                                        "gopher://a.example/",
                                        "http://",
                                        "http://user:pass@a.example/",
                                        "http://user@a.example/",
                                        "http://a.example:0/",
                                        "http://a.example:70000/",
                                        "http://a.example/a b",
                                        "http://a.example/\r\nX: y",
                                        "http://a.example\\@b.example/",
                                        "http://b\xc3\xbc.example/",
                                        "//a.example/" };
    static const ac_fetch_header headers[] = {
        { { "A\r\nB", 4 }, { "x", 1 } }, { { "A", 1 }, { "x\r\nB: y", 7 } },       { { "", 0 }, { "x", 1 } },
        { { "Host", 4 }, { "b", 1 } },   { { "content-length", 14 }, { "1", 1 } }, { { "A", 1 }, { "x\0y", 3 } }
    };
    AC_AUTO(client) c = client_of(NULL);
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        CHECK(send_to(&c, urls[i]) == AC_EINPUT);
    c.r.url = AC_SV("http://127.0.0.1:1/");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        c.r.headers = &headers[i];
        c.r.n_headers = 1;
        CHECK(send_it(&c) == AC_EINPUT && ac_fetch_check(c.fetch, &c.r, NULL) == AC_EINPUT);
    }
    c.r.n_headers = 0;
    c.r.method = AC_SV("GET / HTTP/1.1\r\nX:");
    CHECK(send_it(&c) == AC_EINPUT);
}

AC_TEST(fetch, where_a_stranger_s_url_may_not_go)
{
    static const char *const urls[] = { "https://127.0.0.1/",
                                        "https://127.1/",
                                        "https://0x7f.1/",
                                        "https://0177.0.0.1/",
                                        "https://2130706433/",
                                        "https://0/",
                                        "https://0.0.0.0/",
                                        "https://127.0.0.1./",
                                        "https://localhost/",
                                        "https://LOCALHOST./",
                                        "https://a.localhost/",
                                        "https://10.0.0.1/",
                                        "https://172.31.0.1/",
                                        "https://192.168.1.1/",
                                        "https://169.254.169.254/",
                                        "https://100.100.100.200/",
                                        "https://192.0.0.192/",
                                        "https://168.63.129.16/",
                                        "https://224.0.0.1/",
                                        "https://255.255.255.255/",
                                        "https://[::1]/",
                                        "https://[::]/",
                                        "https://[::ffff:10.0.0.1]/",
                                        "https://[::ffff:7f00:1]/",
                                        "https://[::127.0.0.1]/",
                                        "https://[64:ff9b::7f00:1]/",
                                        "https://[64:ff9b:1::1]/",
                                        "https://[2002:7f00:1::]/",
                                        "https://[2001::1]/",
                                        "https://[fe80::1]/",
                                        "https://[fd00:ec2::254]/",
                                        "https://[ff02::1]/",
                                        "https://[2001:db8::1]/",
                                        "http://1.1.1.1/",
                                        "https://1.1.1.1:22/",
                                        "https://1.1.1.1:6000/",
                                        "https://[fe80::1%25lo]/" };
    AC_AUTO(client) c = client_of(NULL);
    c.r.reach = AC_REACH_PUBLIC;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        const ac_rc rc = send_to(&c, urls[i]);
        CHECK(rc == AC_EDENIED);
        if (rc != AC_EDENIED)
            (void)printf("%s: %s (%s)\n", urls[i], ac_rc_name(rc), c.err.text);
    }
    c.r.url = AC_SV("HtTpS://1.1.1.1:8443/");
    CHECK(ac_fetch_check(c.fetch, &c.r, NULL) == AC_OK);
    c.r.url = AC_SV("https://[2606:4700:4700::1111]/");
    CHECK(ac_fetch_check(c.fetch, &c.r, NULL) == AC_OK);
    c.r.unix_socket = AC_SV("/run/docker.sock");
    CHECK(ac_fetch_check(c.fetch, &c.r, NULL) == AC_EDENIED);
}

/* A name is no literal address: what counts is where the connection would go. This machine's own name leads to itself.
 */
AC_TEST(fetch, a_name_that_leads_inside_is_seen_when_it_is_connected_to)
{
    char name[256];
    AC_AUTO(client) c = client_of(NULL);
    if (gethostname(name, sizeof name) != 0)
        return;
    c.r.reach = AC_REACH_PUBLIC;
    c.r.url = ac_arena_printf(c.arena, "https://%s/", name);
    const ac_rc rc = send_it(&c);
    CHECK(rc == AC_EDENIED || rc == AC_EBUSY); /* EBUSY: where it has no address at all */
}

AC_TEST(fetch, ranges)
{
    static const char *const bad[] = {
        "",         "10.0.0.1/16", "10.0.0.0/33", "10.0.0.0/",  "10.0.0.0/-1",      "10.0.0.0/+8",
        "10.0.0/8", "x",           "fd00::1/8",   "fd00::/129", "::ffff:10.0.0.0/8"
    };
    static const struct {
        const char *range, *address;
        bool in;
    } rows[] = { { "10.20.0.0/16", "10.20.255.1", true },
                 { "10.20.0.0/16", "10.21.0.0", false },
                 { "10.20.0.0/16", "::ffff:10.20.0.1", true },
                 { "192.168.7.4", "192.168.7.4", true },
                 { "192.168.7.4", "192.168.7.5", false },
                 { "fd00::/8", "fdff::1", true },
                 { "fd00::/8", "fe00::1", false },
                 { "0.0.0.0/0", "127.0.0.1", true },
                 { "0.0.0.0/0", "::1", false },
                 { "::/0", "10.0.0.1", true },
                 { "10.128.0.0/9", "10.127.0.0", false } };
    ac_fetch_range r;
    ac_address a;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(ac_fetch_range_parse(ac_sv_z(bad[i]), &r, NULL) == AC_EINPUT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK(ac_fetch_range_parse(ac_sv_z(rows[i].range), &r, NULL) == AC_OK);
        CHECK(ac_address_parse(ac_sv_z(rows[i].address), &a) && ac_address_in(&a, &r, 1) == rows[i].in);
    }
}

static void *send_often(void *context)
{
    client *c = context;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    for (int i = 0; i < 10; i++) {
        ac_fetch_answer answer;
        const ac_rc rc = ac_fetch_send(c->fetch, &c->r, arena, &answer, NULL);
        CHECK(rc == AC_OK && ac_sv_eq(answer.body, AC_SV("hello")));
    }
    return NULL;
}

AC_TEST(fetch, many_threads)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    AC_AUTO(server) s = { .answer = AC_SV(OK_ANSWER "Connection: close\r\n\r\nhello"), .hangup = true };
    begin(&s);
    AC_AUTO(client) c = client_of(&s);
    for (size_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, send_often, &c) == 0);
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    CHECK(s.requests == 40);
}

AC_TEST(fetch, every_allocation_may_fail)
{
    AC_AUTO(server) s = { .answer = AC_SV(OK_ANSWER "\r\nhello"), .hangup = true };
    begin(&s);
    AC_EACH_OOM(i)
    {
        ac_fetch *f = NULL;
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
        const ac_fetch_request r = { .url = AC_SV("http://127.0.0.1:1/"), .reach = AC_REACH_ANY, .max_bytes = 100 };
        ac_fetch_answer answer;
        ac_rc rc = arena ? ac_fetch_new(&f, NULL) : AC_ENOMEM;
        if (rc == AC_OK)
            rc = ac_fetch_send(f, &r, arena, &answer, NULL);
        CHECK(rc == AC_EBUSY || rc == AC_ENOMEM);
        ac_fetch_free(f);
    }
}
