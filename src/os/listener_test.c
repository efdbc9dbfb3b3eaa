#include "os/listener.h"
#include "kit/test.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>
#include <uv.h>

/* A server of lines: each is answered in capital letters by a worker, one at a time per connection. */
enum { LINE_MAX_ = 64, THREADS = 2, LINKS = 3, WAIT_MS = 10000 };

typedef struct {
    ac_listener *listener;
    ac_link *link; /* NULL: gone */
    bool busy, ended;
    char line[LINE_MAX_];
    size_t n;
} talk;

static ac_rc opened(void *context, ac_link *link, void **state, ac_err *err)
{
    talk *t = ac_mem_alloc(sizeof *t);
    if (!t)
        return ac_fail(err, AC_ENOMEM, "no room");
    *t = (talk) { .listener = context, .link = link };
    t->listener = *(ac_listener **)context;
    *state = t;
    return AC_OK;
}

static ac_rc bytes(void *state, ac_sv *rest, ac_err *err)
{
    talk *t = state;
    while (rest->n && !t->busy) {
        char c = rest->p[0];
        *rest = ac_sv_sub(*rest, 1, rest->n);
        if (t->n == LINE_MAX_)
            return ac_fail(err, AC_ELIMIT, "line too long");
        t->line[t->n++] = c;
        if (c == '\n') {
            t->busy = true;
            ac_link_hold(t->link, true);
            AC_TRY(err, ac_listener_submit(t->listener, t, err));
        }
    }
    return AC_OK;
}

static void work(void *worker, void *job)
{
    talk *t = job;
    ++*(int *)worker;
    if (t->line[0] == 's')
        (void)poll(NULL, 0, 300);
    for (size_t i = 0; i < t->n; i++)
        t->line[i] = ac_upper(t->line[i]);
}

static void end_if_done(talk *t)
{
    if (!t->link && !t->busy)
        ac_mem_free(t);
    else if (t->link && t->ended && !t->busy)
        ac_link_finish(t->link);
}

static void worked(void *context, void *job)
{
    (void)context;
    talk *t = job;
    t->busy = false;
    if (t->link) {
        ac_link_send(t->link, (ac_sv) { t->line, t->n });
        ac_link_hold(t->link, false);
        t->n = 0;
        ac_link_resume(t->link);
    }
    end_if_done(t);
}

static void ended(void *state)
{
    talk *t = state;
    t->ended = true;
    end_if_done(t);
}

static void closed(void *state)
{
    talk *t = state;
    t->link = NULL;
    end_if_done(t);
}

typedef struct {
    ac_loop *loop;
    ac_listener *listener;
    int counts[THREADS];
    void *workers[THREADS];
    uint16_t port;
    pthread_t thread;
    ac_rc rc;
} server;

static void *serve(void *arg)
{
    server *s = arg;
    s->rc = ac_loop_run(s->loop, NULL);
    return NULL;
}

static void start(server *s, uint32_t idle_ms, uint32_t stop_ms)
{
    *s = (server) { 0 };
    for (size_t i = 0; i < THREADS; i++)
        s->workers[i] = &s->counts[i];
    const ac_listener_options opt = { LINKS, idle_ms, 1000, 1000, THREADS, s->workers };
    const ac_listener_ops ops = { (void *)&s->listener, opened, bytes, ended, closed, work, worked };
    CHECK(ac_loop_new(&(ac_loop_options) { .stop_ms = stop_ms }, &s->loop, NULL) == AC_OK);
    CHECK(ac_listener_new(s->loop, &opt, &ops, &s->listener, NULL) == AC_OK);
    CHECK(ac_listener_bind(s->listener, "127.0.0.1", 0, &s->port, NULL) == AC_OK && s->port);
    CHECK(pthread_create(&s->thread, NULL, serve, s) == 0);
}

static ac_listener_counts stop(server *s)
{
    ac_loop_stop(s->loop);
    (void)pthread_join(s->thread, NULL);
    CHECK(s->rc == AC_OK);
    ac_listener_counts c = ac_listener_counted(s->listener);
    ac_listener_free(s->listener);
    ac_loop_free(s->loop);
    return c;
}

static int dial(const server *s)
{
    struct sockaddr_in a;
    CHECK(uv_ip4_addr("127.0.0.1", s->port, &a) == 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
    return fd;
}

/* Everything that comes until the other side closes, or max bytes. */
static size_t hear(int fd, char *to, size_t max)
{
    size_t n = 0;
    struct pollfd p = { fd, POLLIN, 0 };
    while (n < max && poll(&p, 1, WAIT_MS) > 0) {
        ssize_t got = read(fd, to + n, max - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    return n;
}

static bool says(int fd, ac_sv text) { return write(fd, text.p, text.n) == (ssize_t)text.n; }

AC_TEST(listener, answers_in_order_and_to_the_end_of_a_half_closed_connection)
{
    server s;
    char got[64];
    start(&s, WAIT_MS, WAIT_MS);
    int slow = dial(&s), fd = dial(&s);
    CHECK(says(slow, AC_SV("slow one\nnext\n")) && says(fd, AC_SV("a\nb")));
    CHECK(hear(fd, got, 2) == 2 && memcmp(got, "A\n", 2) == 0); /* while the other is still being worked on */
    CHECK(says(fd, AC_SV("c\nd\ne\n")) && shutdown(fd, SHUT_WR) == 0);
    CHECK(hear(fd, got, sizeof got) == 7 && memcmp(got, "BC\nD\nE\n", 7) == 0);
    CHECK(hear(slow, got, 14) == 14 && memcmp(got, "SLOW ONE\nNEXT\n", 14) == 0);
    (void)close(fd);
    (void)close(slow);
    ac_listener_counts c = stop(&s);
    CHECK(c.opened == 2 && !c.refused && !c.idle && !c.cut && s.counts[0] + s.counts[1] == 6);
}

AC_TEST(listener, what_runs_is_answered_before_it_stops)
{
    server s;
    char got[64];
    start(&s, WAIT_MS, WAIT_MS);
    int fd = dial(&s);
    CHECK(says(fd, AC_SV("x\n")) && hear(fd, got, 2) == 2);
    CHECK(says(fd, AC_SV("slow\nnever begun\n")));
    (void)poll(NULL, 0, 100);
    (void)stop(&s);
    CHECK(hear(fd, got, sizeof got) == 5 && memcmp(got, "SLOW\n", 5) == 0);
    (void)close(fd);
}

AC_TEST(listener, limits_hold)
{
    server s;
    char got[64], many[LINE_MAX_ + 8];
    start(&s, 300, WAIT_MS);
    int fds[LINKS + 1];
    for (size_t i = 0; i < LINKS; i++) {
        fds[i] = dial(&s);
        CHECK(says(fds[i], AC_SV("x\n")) && hear(fds[i], got, 2) == 2);
    }
    fds[LINKS] = dial(&s);
    CHECK(hear(fds[LINKS], got, 1) == 0); /* one too many */
    memset(many, 'x', sizeof many);
    CHECK(says(fds[0], (ac_sv) { many, sizeof many }) && hear(fds[0], got, 1) == 0); /* its owner refuses it */
    CHECK(hear(fds[1], got, 1) == 0 && hear(fds[2], got, 1) == 0);                   /* idle */
    for (size_t i = 0; i <= LINKS; i++)
        (void)close(fds[i]);
    ac_listener_counts c = stop(&s);
    CHECK(c.opened == LINKS && c.refused == 1 && c.idle == 2);
}

AC_TEST(listener, addresses)
{
    server s;
    uint16_t port;
    start(&s, WAIT_MS, WAIT_MS);
    (void)stop(&s);
    CHECK(ac_address_is_local("127.0.0.1") && ac_address_is_local("127.9.9.9") && ac_address_is_local("::1"));
    CHECK(!ac_address_is_local("0.0.0.0") && !ac_address_is_local("::") && !ac_address_is_local("10.0.0.1") && !ac_address_is_local("localhost"));
    ac_listener_options opt = { LINKS, 1, 1, 1, THREADS, s.workers };
    ac_listener_ops ops = { (void *)&s.listener, opened, bytes, ended, closed, work, worked };
    CHECK(ac_loop_new(&(ac_loop_options) { 0 }, &s.loop, NULL) == AC_OK);
    CHECK(ac_listener_new(s.loop, &opt, &ops, &s.listener, NULL) == AC_OK);
    CHECK(ac_listener_bind(s.listener, "no.address", 0, &port, NULL) == AC_EINPUT);
    CHECK(ac_listener_bind(s.listener, "192.0.2.1", 0, &port, NULL) == AC_ENOTFOUND);
    CHECK(ac_listener_bind(s.listener, "127.0.0.1", 0, &port, NULL) == AC_OK);
    CHECK(ac_listener_bind(s.listener, "127.0.0.1", port, &port, NULL) == AC_EBUSY);
    ac_listener_free(s.listener);
    ac_loop_free(s.loop);
}
