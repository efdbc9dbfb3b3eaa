#include "os/listener_parts.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { BACKLOG = 128, SWEEP_MS = 100 };

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static void on_server_closed(uv_handle_t *h) { ac_mem_free(h); }

static void close_servers(ac_listener *l)
{
    while (l->n_servers)
        uv_close((uv_handle_t *)l->servers[--l->n_servers], on_server_closed);
}

void ac_listener_end_if_done(ac_listener *l)
{
    if (!l->stopping || l->over || l->n_links || l->first || l->n_idle != l->opt.threads)
        return;
    l->over = true;
    ac_loop_unset(l->loop, &l->sweep);
    ac_loop_leave(l->loop, &l->member);
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
        (void)uv_queue_work(ac_loop_uv(l->loop), &j->work, run_job, on_worked); /* fails only without a function */
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

static void on_stop(ac_loop_member *m)
{
    ac_listener *l = (ac_listener *)m;
    l->stopping = true;
    close_servers(l);
    for (ac_link *link = l->links; link; link = link->next)
        if (!link->closing && !link->finishing && link->known)
            ac_link_end_input(link);
    ac_listener_end_if_done(l);
}

static void on_sweep(ac_timer *t)
{
    ac_listener *l = (ac_listener *)((char *)t - offsetof(ac_listener, sweep));
    for (ac_link *link = l->links; link; link = link->next)
        ac_link_look_at(link);
    ac_loop_after(l->loop, t, SWEEP_MS);
}

/* ---- the listener -------------------------------------------------------------------------------------------------- */

ac_rc ac_listener_new(ac_loop *loop, const ac_listener_options *opt, const ac_listener_ops *ops, ac_listener **out, ac_err *err)
{
    char threads[16];
    ac_listener *l = ac_mem_alloc(sizeof *l);
    void **idle = ac_mem_alloc(opt->threads * sizeof idle[0]);
    if (!l || !idle) {
        ac_mem_free(l);
        ac_mem_free((void *)idle);
        return ac_fail(err, AC_ENOMEM, "no room for a listener");
    }
    l->loop = loop;
    l->opt = *opt;
    l->ops = *ops;
    l->last = &l->first;
    l->idle_workers = idle;
    l->n_idle = opt->threads;
    memcpy((void *)idle, (const void *)opt->workers, opt->threads * sizeof idle[0]);
    (void)snprintf(threads, sizeof threads, "%zu", opt->threads);
    (void)setenv("UV_THREADPOOL_SIZE", threads, 1); /* read once, at the first job of the process */
    l->member.stop = on_stop;
    l->sweep.fire = on_sweep;
    ac_loop_join(loop, &l->member);
    ac_loop_after(loop, &l->sweep, SWEEP_MS);
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
    uv_tcp_t *server = ac_mem_alloc(sizeof *server);
    int rc = server ? uv_tcp_init(ac_loop_uv(l->loop), server) : UV_ENOMEM;
    if (rc) {
        ac_mem_free(server);
        return ac_loop_failed(err, rc);
    }
    server->data = l;
    rc = uv_tcp_bind(server, (const struct sockaddr *)&a, a.ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0);
    rc = rc ? rc : uv_listen((uv_stream_t *)server, BACKLOG, ac_link_accept);
    if (rc) {
        uv_close((uv_handle_t *)server, on_server_closed);
        return ac_loop_failed(err, rc);
    }
    l->servers[l->n_servers++] = server;
    *bound = port_of(server);
    return AC_OK;
}

bool ac_listener_stopping(const ac_listener *l) { return l->stopping; }
ac_listener_counts ac_listener_counted(const ac_listener *l) { return l->counts; }

void ac_listener_free(ac_listener *l)
{
    if (!l)
        return;
    close_servers(l);
    ac_loop_unset(l->loop, &l->sweep);
    ac_loop_leave(l->loop, &l->member);
    ac_mem_free((void *)l->idle_workers);
    ac_mem_free(l);
}
