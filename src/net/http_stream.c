#include "net/http_stream.h"

typedef struct {
    ac_task task; /* first */
    ac_http_stream *stream;
    int kind;
    size_t n;
    char bytes[];
} message;

void ac_http_stream_init(ac_http_stream *s, const ac_http_stream_ops *ops, ac_loop *loop, size_t max)
{
    s->ops = ops;
    s->loop = loop;
    s->max = max;
    atomic_init(&s->refs, 2);
    atomic_init(&s->posted, 0);
    atomic_init(&s->closed, false);
    atomic_init(&s->slow, false);
}

void ac_http_stream_retain(ac_http_stream *s) { atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed); }

void ac_http_stream_release(ac_http_stream *s)
{
    if (atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1)
        s->ops->free(s);
}

static void on_close(ac_task *t)
{
    ac_http_stream *s = (ac_http_stream *)((char *)t - offsetof(ac_http_stream, close_task));
    if (s->conn && atomic_load(&s->slow))
        ac_http_drop(s->conn);
    else if (s->conn)
        s->ops->close(s);
    ac_http_stream_release(s);
}

void ac_http_stream_close(ac_http_stream *s)
{
    if (atomic_exchange(&s->closed, true))
        return;
    ac_http_stream_retain(s);
    s->close_task.run = on_close;
    ac_loop_post(s->loop, &s->close_task);
}

static ac_rc cut_off(ac_http_stream *s, ac_err *err)
{
    atomic_store(&s->slow, true);
    ac_http_stream_close(s);
    return ac_fail(err, AC_ELIMIT, "the client takes too little");
}

bool ac_http_stream_has_room(ac_http_stream *s, size_t n)
{
    if (ac_wire_unsent(&s->conn->wire) + n <= s->max)
        return true;
    ac_wire_flush(&s->conn->wire); /* it may only wait for that */
    if (ac_wire_unsent(&s->conn->wire) + n <= s->max)
        return true;
    (void)cut_off(s, NULL);
    return false;
}

static void on_message(ac_task *t)
{
    message *m = (message *)t;
    ac_http_stream *s = m->stream;
    atomic_fetch_sub_explicit(&s->posted, m->n, memory_order_relaxed);
    if (s->conn)
        s->ops->send(s, m->kind, (ac_sv) { m->bytes, m->n });
    if (s->conn)
        ac_http_settle(s->conn);
    ac_http_stream_release(s);
    ac_mem_free(m);
}

ac_rc ac_http_stream_send(ac_http_stream *s, int kind, ac_sv bytes, ac_err *err)
{
    if (atomic_load(&s->closed))
        return ac_fail(err, AC_ECANCELLED, "the client has gone");
    if (bytes.n > s->max)
        return cut_off(s, err);
    if (ac_loop_is_here(s->loop)) {
        s->ops->send(s, kind, bytes);
        if (s->conn)
            ac_http_settle(s->conn);
        return atomic_load(&s->slow) ? ac_fail(err, AC_ELIMIT, "the client takes too little") : AC_OK;
    }
    if (atomic_fetch_add_explicit(&s->posted, bytes.n, memory_order_relaxed) + bytes.n > s->max) {
        atomic_fetch_sub_explicit(&s->posted, bytes.n, memory_order_relaxed);
        return cut_off(s, err);
    }
    message *m = ac_mem_grow(NULL, sizeof *m + bytes.n);
    if (!m) {
        atomic_fetch_sub_explicit(&s->posted, bytes.n, memory_order_relaxed);
        return ac_fail(err, AC_ENOMEM, "no room for a message");
    }
    *m = (message) { .task = { on_message, NULL }, .stream = s, .kind = kind, .n = bytes.n };
    if (bytes.n)
        memcpy(m->bytes, bytes.p, bytes.n);
    ac_http_stream_retain(s);
    ac_loop_post(s->loop, &m->task);
    return AC_OK;
}

void ac_http_stream_gone(ac_http_stream *s)
{
    s->conn = NULL;
    atomic_store(&s->closed, true);
    ac_http_stream_release(s);
}
