#include "os/listener_parts.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { BACKLOG = 128, SWEEP_MS = 100 };

static const struct {
    int number;
    ac_rc rc;
    const char *text;
} uv_errors[] = {
    { UV_EADDRINUSE, AC_EBUSY, "the port is in use" },
    { UV_EACCES, AC_EDENIED, "permission denied for that port" },
    { UV_EADDRNOTAVAIL, AC_ENOTFOUND, "not an address of this machine" },
    { UV_EAFNOSUPPORT, AC_ENOTFOUND, "not an address of this machine" },
    { UV_EMFILE, AC_EBUSY, "too many open files" },
    { UV_ENOMEM, AC_ENOMEM, "out of memory" },
};

static ac_rc uv_failed(ac_err *err, int number)
{
    for (size_t i = 0; i < sizeof uv_errors / sizeof uv_errors[0]; i++)
        if (uv_errors[i].number == number)
            return ac_err_set(err, uv_errors[i].rc, __FILE__, __LINE__, "%s", uv_errors[i].text);
    return ac_fail(err, AC_EIO, "network error %d", number);
}

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static void close_own(ac_listener *l)
{
    uv_close((uv_handle_t *)&l->sweep, NULL);
    uv_close((uv_handle_t *)&l->wake, NULL);
    for (size_t i = 0; i < AC_LISTENER_SIGNALS; i++)
        uv_close((uv_handle_t *)&l->signals[i], NULL);
}

static void close_servers(ac_listener *l)
{
    for (size_t i = 0; i < l->n_servers; i++)
        uv_close((uv_handle_t *)&l->servers[i], NULL);
    l->n_servers = 0;
}

void ac_listener_end_if_done(ac_listener *l)
{
    if (!l->stopping || l->over || l->n_links || l->first || l->n_idle != l->opt.threads)
        return;
    l->over = true;
    close_own(l);
}

static void force(ac_listener *l)
{
    l->forced = true;
    uv_stop(&l->loop);
}

/* ---- work ---------------------------------------------------------------------------------------------------------- */

static void run_job(uv_work_t *w)
{
    ac_listener_job *j = (ac_listener_job *)w;
    j->listener->ops.work(j->worker, j->item);
}

static void dispatch(ac_listener *l);

static void on_worked(uv_work_t *w, int status)
{
    (void)status;
    ac_listener_job *j = (ac_listener_job *)w;
    ac_listener *l = j->listener;
    void *item = j->item;
    l->idle_workers[l->n_idle++] = j->worker;
    ac_mem_free(j);
    l->ops.worked(l->ops.context, item);
    dispatch(l);
    ac_listener_end_if_done(l);
}

static void dispatch(ac_listener *l)
{
    while (l->first && l->n_idle) {
        ac_listener_job *j = l->first;
        l->first = j->next;
        l->last = l->first ? l->last : &l->first;
        j->worker = l->idle_workers[--l->n_idle];
        (void)uv_queue_work(&l->loop, &j->work, run_job, on_worked); /* fails only without a function */
    }
}

ac_rc ac_listener_submit(ac_listener *l, void *item, ac_err *err)
{
    ac_listener_job *j = ac_mem_alloc(sizeof *j);
    if (!j)
        return ac_fail(err, AC_ENOMEM, "no room for a job");
    *j = (ac_listener_job) { .listener = l, .item = item };
    *l->last = j;
    l->last = &j->next;
    dispatch(l);
    return AC_OK;
}

/* ---- time and stopping --------------------------------------------------------------------------------------------- */

static void begin_stop(ac_listener *l)
{
    if (l->stopping)
        return;
    l->stopping = true;
    uv_update_time(&l->loop);
    l->stopped = ac_listener_now(l);
    close_servers(l);
    for (ac_link *link = l->links; link; link = link->next)
        if (!link->closing && !link->finishing && link->known)
            ac_link_end_input(link);
    ac_listener_end_if_done(l);
}

static void on_sweep(uv_timer_t *t)
{
    ac_listener *l = t->data;
    for (ac_link *link = l->links; link; link = link->next)
        ac_link_look_at(link);
    if (l->stopping && ac_listener_now(l) - l->stopped > l->opt.stop_ms)
        force(l);
}

static void on_wake(uv_async_t *a) { begin_stop(a->data); }

static void on_signal(uv_signal_t *s, int number)
{
    (void)number;
    ac_listener *l = s->data;
    if (l->stopping)
        force(l);
    else
        begin_stop(l);
}

/* ---- the listener -------------------------------------------------------------------------------------------------- */

static int init_handles(ac_listener *l)
{
    static const int numbers[AC_LISTENER_SIGNALS] = { SIGINT, SIGTERM };
    int rc = uv_async_init(&l->loop, &l->wake, on_wake);
    rc = rc ? rc : uv_timer_init(&l->loop, &l->sweep);
    rc = rc ? rc : uv_timer_start(&l->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    l->wake.data = l->sweep.data = l;
    for (size_t i = 0; i < AC_LISTENER_SIGNALS && !rc; i++) {
        rc = uv_signal_init(&l->loop, &l->signals[i]);
        l->signals[i].data = l;
        rc = rc || !l->opt.signals ? rc : uv_signal_start(&l->signals[i], on_signal, numbers[i]);
    }
    return rc;
}

ac_rc ac_listener_new(const ac_listener_options *opt, const ac_listener_ops *ops, ac_listener **out, ac_err *err)
{
    char threads[16];
    ac_listener *l = ac_mem_alloc(sizeof *l);
    void **idle = ac_mem_alloc(opt->threads * sizeof idle[0]);
    if (!l || !idle || uv_loop_init(&l->loop) != 0) {
        ac_mem_free(l);
        ac_mem_free((void *)idle);
        return ac_fail(err, AC_ENOMEM, "no room for a listener");
    }
    l->opt = *opt;
    l->ops = *ops;
    l->last = &l->first;
    l->idle_workers = idle;
    l->n_idle = opt->threads;
    memcpy((void *)idle, (const void *)opt->workers, opt->threads * sizeof idle[0]);
    (void)snprintf(threads, sizeof threads, "%zu", opt->threads);
    (void)setenv("UV_THREADPOOL_SIZE", threads, 1); /* read once, at the first job of the process */
    int rc = init_handles(l);
    if (rc) { /* the loop is not run any more, so nothing is told of its handles */
        ac_mem_free((void *)idle);
        ac_mem_free(l);
        return uv_failed(err, rc);
    }
    *out = l;
    return AC_OK;
}

bool ac_address_is_local(const char *host)
{
    unsigned char a[16];
    static const unsigned char one[16] = { [15] = 1 };
    if (uv_inet_pton(AF_INET, host, a) == 0)
        return a[0] == 127;
    return uv_inet_pton(AF_INET6, host, a) == 0 && memcmp(a, one, sizeof one) == 0;
}

static uint16_t port_of(const uv_tcp_t *server)
{
    struct sockaddr_storage a;
    int n = sizeof a;
    if (uv_tcp_getsockname(server, (struct sockaddr *)&a, &n) != 0)
        return 0;
    uint16_t port = a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port;
    return ntohs(port);
}

ac_rc ac_listener_bind(ac_listener *l, const char *host, uint16_t port, uint16_t *bound, ac_err *err)
{
    struct sockaddr_storage a;
    if (uv_ip4_addr(host, port, (struct sockaddr_in *)&a) != 0 && uv_ip6_addr(host, port, (struct sockaddr_in6 *)&a) != 0)
        return ac_fail(err, AC_EINPUT, "not an IP address");
    if (l->n_servers == AC_LISTENER_ADDRESSES)
        return ac_fail(err, AC_ELIMIT, "too many addresses");
    uv_tcp_t *server = &l->servers[l->n_servers];
    int rc = uv_tcp_init(&l->loop, server);
    if (rc)
        return uv_failed(err, rc);
    l->n_servers++;
    server->data = l;
    rc = uv_tcp_bind(server, (const struct sockaddr *)&a, a.ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0);
    rc = rc ? rc : uv_listen((uv_stream_t *)server, BACKLOG, ac_link_accept);
    if (rc) {
        uv_close((uv_handle_t *)server, NULL);
        (void)uv_run(&l->loop, UV_RUN_NOWAIT); /* so that its memory is free for another address */
        l->n_servers--;
        return uv_failed(err, rc);
    }
    *bound = port_of(server);
    return AC_OK;
}

ac_rc ac_listener_run(ac_listener *l, ac_err *err)
{
    uv_update_time(&l->loop);
    int rc = uv_run(&l->loop, UV_RUN_DEFAULT);
    if (l->forced)
        return ac_fail(err, AC_ECANCELLED, "stopped before everything was done");
    return rc < 0 ? uv_failed(err, rc) : AC_OK;
}

void ac_listener_stop(ac_listener *l) { (void)uv_async_send(&l->wake); }
bool ac_listener_stopping(const ac_listener *l) { return l->stopping; }
ac_listener_counts ac_listener_counted(const ac_listener *l) { return l->counts; }

void ac_listener_free(ac_listener *l)
{
    if (!l)
        return;
    if (!l->over) { /* it never ran */
        begin_stop(l);
        (void)uv_run(&l->loop, UV_RUN_DEFAULT);
    }
    (void)uv_loop_close(&l->loop);
    ac_mem_free((void *)l->idle_workers);
    ac_mem_free(l);
}
