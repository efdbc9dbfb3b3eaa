/* The connections of a listener. */
#include "os/listener_parts.h"

enum { KEEPALIVE_S = 60, DISCARD_MAX = 4 << 20 /* bytes of a finished connection */ };

typedef struct {
    uv_write_t request; /* first */
    char bytes[];
} sending;

static void on_closed(uv_handle_t *h)
{
    ac_link *link = (ac_link *)h;
    ac_listener *l = link->listener;
    *(link->before ? &link->before->next : &l->links) = link->next;
    if (link->next)
        link->next->before = link->before;
    l->n_links--;
    if (link->known)
        l->ops.closed(link->state);
    ac_sb_cleanup(&link->pending);
    ac_mem_free(link);
    ac_listener_end_if_done(l);
}

static void drop(ac_link *link)
{
    if (!link->closing)
        uv_close((uv_handle_t *)&link->tcp, on_closed);
    link->closing = true;
}

static void on_alloc(uv_handle_t *h, size_t wanted, uv_buf_t *buf)
{
    (void)wanted;
    ac_listener *l = ((ac_link *)h)->listener;
    *buf = uv_buf_init(l->buffer, sizeof l->buffer);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf);

static void read_on(ac_link *link)
{
    if (link->closing || link->eof)
        return;
    int rc = uv_read_start((uv_stream_t *)&link->tcp, on_alloc, on_read);
    if (rc != 0 && rc != UV_EALREADY)
        drop(link);
}

static void deliver(ac_link *link, ac_sv bytes)
{
    ac_sv rest = bytes;
    link->delivering = true;
    ac_rc rc = link->listener->ops.bytes(link->state, &rest, NULL);
    link->delivering = false;
    if (rc != AC_OK) {
        drop(link);
        return;
    }
    if (link->closing || link->finishing)
        return;
    AC_AUTO(ac_sb) left = AC_SB(AC_LISTENER_READ);
    ac_sb_add(&left, rest);
    if (left.rc != AC_OK) {
        drop(link);
        return;
    }
    ac_sb used = link->pending;
    link->pending = left;
    left = used;
    if (rest.n)
        (void)uv_read_stop((uv_stream_t *)&link->tcp);
    else
        read_on(link);
}

void ac_link_end_input(ac_link *link)
{
    bool first = !link->ended;
    link->ended = true;
    (void)uv_read_stop((uv_stream_t *)&link->tcp);
    if (first && !link->finishing)
        link->listener->ops.ended(link->state);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    ac_link *link = (ac_link *)s;
    if (n == UV_EOF) {
        link->eof = true;
        if (link->finishing && link->flushed)
            drop(link);
        else
            ac_link_end_input(link);
    } else if (n < 0) {
        drop(link);
    } else if (n > 0) {
        link->heard = ac_listener_now(link->listener);
        link->discarded += link->finishing ? (size_t)n : 0;
        if (!link->finishing)
            deliver(link, (ac_sv) { buf->base, (size_t)n });
        else if (link->discarded > DISCARD_MAX)
            drop(link);
    }
}

static void on_written(uv_write_t *w, int status)
{
    ac_link *link = (ac_link *)w->handle;
    link->sent = link->heard = ac_listener_now(link->listener);
    ac_mem_free(w);
    if (status != 0)
        drop(link);
    else if (!ac_link_unsent(link))
        ac_link_resume(link);
}

void ac_link_send(ac_link *link, ac_sv bytes)
{
    if (link->closing || link->finishing || !bytes.n)
        return;
    sending *w = ac_mem_alloc(sizeof *w + bytes.n);
    if (!w) {
        drop(link);
        return;
    }
    memcpy(w->bytes, bytes.p, bytes.n);
    if (!ac_link_unsent(link))
        link->sent = ac_listener_now(link->listener);
    uv_buf_t buf = uv_buf_init(w->bytes, (unsigned)bytes.n);
    if (uv_write(&w->request, (uv_stream_t *)&link->tcp, &buf, 1, on_written) != 0) {
        ac_mem_free(w);
        drop(link);
    }
}

size_t ac_link_unsent(const ac_link *link) { return uv_stream_get_write_queue_size((const uv_stream_t *)&link->tcp); }
void ac_link_hold(ac_link *link, bool held) { link->held = held; }

void ac_link_expect(ac_link *link, bool more) { link->expected = more; }

void ac_link_resume(ac_link *link)
{
    if (link->pending.n && !link->closing && !link->finishing && !link->delivering && !link->ended)
        deliver(link, ac_sb_view(&link->pending));
}

static void on_shutdown(uv_shutdown_t *r, int status)
{
    ac_link *link = (ac_link *)r->handle;
    link->flushed = true;
    link->shut = ac_listener_now(link->listener);
    if (status != 0 || link->eof)
        drop(link);
}

/* Closing with unread bytes would reset the connection, and the peer would lose the answer: our side is closed first. */
void ac_link_finish(ac_link *link)
{
    if (link->closing || link->finishing)
        return;
    link->finishing = true;
    if (uv_shutdown(&link->shutdown, (uv_stream_t *)&link->tcp, on_shutdown) != 0)
        drop(link);
    else
        read_on(link);
}

void ac_link_accept(uv_stream_t *server, int status)
{
    ac_listener *l = server->data;
    ac_link *link = status == 0 ? ac_mem_alloc(sizeof *link) : NULL;
    if (!link)
        return;
    *link = (ac_link) { .listener = l, .next = l->links, .pending = AC_SB(AC_LISTENER_READ), .heard = ac_listener_now(l), .sent = ac_listener_now(l) };
    if (uv_tcp_init(ac_loop_uv(l->loop), &link->tcp) != 0) {
        ac_mem_free(link);
        return;
    }
    if (l->links)
        l->links->before = link;
    l->links = link;
    l->n_links++;
    bool room = l->n_links <= l->opt.links;
    if (uv_accept(server, (uv_stream_t *)&link->tcp) != 0 || !room || l->ops.opened(l->ops.context, link, &link->state, NULL) != AC_OK) {
        l->counts.refused++;
        drop(link);
        return;
    }
    link->known = true;
    l->counts.opened++;
    (void)uv_tcp_nodelay(&link->tcp, 1);
    (void)uv_tcp_keepalive(&link->tcp, 1, KEEPALIVE_S);
    read_on(link);
}

void ac_link_look_at(ac_link *link)
{
    ac_listener *l = link->listener;
    const uint32_t silence = link->expected && l->opt.wait_ms < l->opt.idle_ms ? l->opt.wait_ms : l->opt.idle_ms;
    if (link->closing)
        return;
    if (ac_link_unsent(link) && ac_listener_now(l) - link->sent > l->opt.wait_ms) {
        l->counts.cut++;
        drop(link);
    } else if (link->flushed && ac_listener_now(l) - link->shut > l->opt.linger_ms) {
        drop(link);
    } else if (!link->finishing && !link->held && !link->ended && !ac_link_unsent(link) && ac_listener_now(l) - link->heard > silence) {
        l->counts.idle++;
        ac_link_finish(link);
    }
}
