#include "net/wire_parts.h"

enum { SEGMENT = 4096, GATHER = 16 };

/* ---- queues -------------------------------------------------------------------------------------------------------- */

static void append(ac_wire_queue *q, ac_wire_segment *s)
{
    ac_wire_segment **end = q->first && q->last ? q->last : &q->first;
    *end = s;
    q->last = &s->next;
    q->n += s->bytes.n;
}

static ac_wire_segment *last_of(const ac_wire_queue *q)
{
    return q->first ? (ac_wire_segment *)((char *)q->last - offsetof(ac_wire_segment, next)) : NULL;
}

bool ac_wire_queue_add(ac_wire_queue *q, ac_sv bytes)
{
    ac_wire_segment *s = last_of(q);
    if (s && s->bytes.max == SEGMENT && s->bytes.n + bytes.n <= SEGMENT) {
        ac_sb_add(&s->bytes, bytes);
        q->n += s->bytes.rc == AC_OK ? bytes.n : 0;
        return s->bytes.rc == AC_OK;
    }
    s = ac_mem_alloc(sizeof *s);
    if (!s)
        return false;
    s->bytes = AC_SB(bytes.n > SEGMENT ? bytes.n : SEGMENT);
    ac_sb_add(&s->bytes, bytes);
    if (s->bytes.rc != AC_OK) {
        ac_mem_free(s);
        return false;
    }
    append(q, s);
    return true;
}

static void segments_free(ac_wire_segment *s)
{
    for (ac_wire_segment *next; s; s = next) {
        next = s->next;
        ac_sb_cleanup(&s->bytes);
        ac_mem_free(s);
    }
}

void ac_wire_queue_take(ac_wire_queue *q, size_t n)
{
    q->n -= n;
    while (n) {
        ac_wire_segment *s = q->first;
        const size_t left = s->bytes.n - s->at;
        if (n < left) {
            s->at += n;
            return;
        }
        n -= left;
        q->first = s->next;
        s->next = NULL;
        segments_free(s);
    }
}

void ac_wire_queue_cleanup(ac_wire_queue *q)
{
    segments_free(q->first);
    *q = (ac_wire_queue) { 0 };
}

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *h)
{
    ac_wire *w = (ac_wire *)h;
    ac_wire_queue_cleanup(&w->out);
    ac_sb_cleanup(&w->kept);
    if (w->tls)
        ac_wire_tls_cleanup(w);
    w->ops->closed(w);
}

void ac_wire_close(ac_wire *w)
{
    if (!w->closing)
        uv_close(&w->uv.handle, on_closed);
    w->closing = true;
}

static void on_shut(uv_shutdown_t *r, int status)
{
    ac_wire *w = (ac_wire *)r->handle;
    ac_mem_free(r);
    if (status != 0 || w->eof)
        ac_wire_close(w);
}

/* Closing with unread bytes would reset the connection, and the peer would lose the answer: our side is closed first. */
static void shut(ac_wire *w)
{
    uv_shutdown_t *r = w->shut ? NULL : ac_mem_alloc(sizeof *r);
    if (w->shut)
        return;
    w->shut = true;
    if (!r || uv_shutdown(r, &w->uv.stream, on_shut) != 0) {
        ac_mem_free(r);
        ac_wire_close(w);
    }
}

/* ---- sending ------------------------------------------------------------------------------------------------------- */

static ac_wire_queue *ready_of(ac_wire *w) { return w->tls ? &w->tls->out : &w->out; }

static void on_written(uv_write_t *r, int status)
{
    ac_wire_writing *x = (ac_wire_writing *)r;
    ac_wire *w = (ac_wire *)r->handle;
    w->writing = NULL;
    w->acked += x->n;
    segments_free(x->first);
    ac_mem_free(x);
    if (status != 0)
        ac_wire_close(w);
    if (w->closing)
        return;
    ac_wire_flush(w);
    if (!w->closing && !w->finishing && !ac_wire_unsent(w))
        w->ops->drained(w);
}

static unsigned gather(const ac_wire_queue *q, uv_buf_t bufs[GATHER])
{
    unsigned n = 0;
    for (ac_wire_segment *s = q->first; s && n < GATHER; s = s->next)
        bufs[n++] = uv_buf_init(s->bytes.p + s->at, (unsigned)(s->bytes.n - s->at));
    return n;
}

/* The system takes no more: hand it the first ones, and hear when they have left. */
static void write_later(ac_wire *w, ac_wire_queue *q, uv_buf_t *bufs, unsigned n)
{
    ac_wire_writing *x = ac_mem_alloc(sizeof *x);
    if (!x || uv_write(&x->request, &w->uv.stream, bufs, n, on_written) != 0) {
        ac_mem_free(x);
        ac_wire_close(w);
        return;
    }
    w->writing = x;
    ac_wire_segment **end = &x->first;
    for (unsigned i = 0; i < n; i++) {
        *end = q->first;
        end = &q->first->next;
        q->first = q->first->next;
        x->n += bufs[i].len;
    }
    *end = NULL;
    q->n -= x->n;
}

static void send_ready(ac_wire *w)
{
    ac_wire_queue *q = ready_of(w);
    while (q->first && !w->writing && !w->closing) {
        uv_buf_t bufs[GATHER];
        const unsigned n = gather(q, bufs);
        const int sent = uv_try_write(&w->uv.stream, bufs, n);
        if (sent > 0) {
            ac_wire_queue_take(q, (size_t)sent);
            w->acked += (size_t)sent;
        } else if (sent == UV_EAGAIN) {
            write_later(w, q, bufs, n);
        } else {
            ac_wire_close(w);
        }
    }
}

void ac_wire_flush(ac_wire *w)
{
    if (w->closing)
        return;
    do
        send_ready(w);
    while (w->tls && !w->closing && !w->writing && w->out.first && ac_wire_tls_encrypt(w));
    if (!w->finishing || w->closing || ac_wire_unsent(w))
        return;
    if (w->tls && !w->shut) {
        ac_wire_tls_goodbye(w);
        send_ready(w);
    }
    if (!w->closing && !ac_wire_unsent(w))
        shut(w);
}

void ac_wire_add(ac_wire *w, ac_sv bytes)
{
    if (!w->closing && !w->finishing && bytes.n && !ac_wire_queue_add(&w->out, bytes))
        ac_wire_close(w);
}

void ac_wire_own(ac_wire *w, ac_sb *bytes)
{
    ac_wire_segment *s = bytes->n && !w->closing && !w->finishing ? ac_mem_alloc(sizeof *s) : NULL;
    if (s) {
        s->bytes = *bytes;
        s->bytes.max = 0; /* nothing is added to it */
        *bytes = (ac_sb) { 0 };
        append(&w->out, s);
        return;
    }
    if (bytes->n && !w->finishing)
        ac_wire_close(w);
    ac_sb_cleanup(bytes);
    *bytes = (ac_sb) { 0 };
}

size_t ac_wire_unsent(const ac_wire *w)
{
    return w->out.n + (w->tls ? w->tls->out.n : 0) + (w->writing ? uv_stream_get_write_queue_size(&w->uv.stream) : 0);
}

uint64_t ac_wire_acked(const ac_wire *w)
{
    return w->acked + (w->writing ? w->writing->n - uv_stream_get_write_queue_size(&w->uv.stream) : 0);
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static void on_alloc(uv_handle_t *h, size_t wanted, uv_buf_t *buf)
{
    (void)wanted;
    ac_wire *w = (ac_wire *)h;
    *buf = uv_buf_init(w->room->raw, sizeof w->room->raw);
}

size_t ac_wire_deliver(ac_wire *w, ac_sv bytes)
{
    size_t taken = 0;
    do {
        w->again = false;
        taken += w->ops->bytes(w, ac_sv_sub(bytes, taken, bytes.n));
    } while (w->again && taken < bytes.n && !w->closing && !w->finishing);
    return taken;
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf);

static void hold_up(ac_wire *w)
{
    const bool full = w->kept.n >= AC_WIRE_KEEP;
    if (full == w->paused || w->closing || w->eof)
        return;
    w->paused = full;
    if (full)
        (void)uv_read_stop(&w->uv.stream);
    else
        ac_wire_start(w);
}

void ac_wire_start(ac_wire *w)
{
    const int rc = uv_read_start(&w->uv.stream, on_alloc, on_read);
    if (rc != 0 && rc != UV_EALREADY)
        ac_wire_close(w);
}

static void tell_end(ac_wire *w)
{
    if (w->closing || w->finishing || w->eof_told)
        return;
    w->eof_told = true;
    w->ops->ended(w);
}

static void keep(ac_wire *w, ac_sv bytes)
{
    w->kept.max = (size_t)2 * AC_WIRE_KEEP;
    ac_sb_add(&w->kept, bytes);
    if (w->kept.rc != AC_OK)
        ac_wire_close(w);
    hold_up(w);
}

/* Bytes that are not among the kept ones. */
static void take_in(ac_wire *w, ac_sv bytes)
{
    ac_sv rest = bytes;
    w->delivering = true;
    if (w->tls)
        ac_wire_tls_read(w, &rest);
    else
        rest = ac_sv_sub(bytes, ac_wire_deliver(w, bytes), bytes.n);
    w->delivering = false;
    if (w->closing)
        return;
    if (w->finishing)
        rest = AC_SV("");
    keep(w, rest);
    ac_wire_flush(w);
    if (w->tls && w->tls->ended)
        tell_end(w);
}

static void discard(ac_wire *w, size_t n)
{
    w->discarded += n;
    if (w->discarded > AC_WIRE_DISCARD)
        ac_wire_close(w);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    ac_wire *w = (ac_wire *)s;
    if (n == UV_EOF) {
        w->eof = true;
        (void)uv_read_stop(s);
        if (w->shut)
            ac_wire_close(w);
        else
            tell_end(w);
    } else if (n < 0) {
        ac_wire_close(w);
    } else if (n > 0 && w->finishing) {
        discard(w, (size_t)n);
    } else if (n > 0 && !w->kept.n && !(w->tls && w->tls->plain.n)) {
        take_in(w, (ac_sv) { buf->base, (size_t)n });
    } else if (n > 0) {
        keep(w, (ac_sv) { buf->base, (size_t)n });
    }
}

void ac_wire_resume(ac_wire *w)
{
    if (w->delivering) {
        w->again = true;
        return;
    }
    if (w->closing || w->finishing || (!w->kept.n && !(w->tls && w->tls->plain.n)))
        return;
    AC_AUTO(ac_sb) waiting = w->kept;
    w->kept = (ac_sb) { 0 };
    take_in(w, ac_sb_view(&waiting));
}

void ac_wire_finish(ac_wire *w)
{
    if (w->closing || w->finishing)
        return;
    w->finishing = true;
    ac_sb_cleanup(&w->kept);
    w->kept = (ac_sb) { 0 };
    if (w->paused && !w->eof)
        ac_wire_start(w); /* to drop what comes */
    ac_wire_flush(w);
}

void ac_wire_init(ac_wire *w, const ac_wire_ops *ops, ac_wire_room *room)
{
    *w = (ac_wire) { .ops = ops, .room = room };
}
