#include "net/sse.h"

#include "net/http_stream.h"

#include <stdio.h>

enum { BUFFER = 64 * 1024, EVENT_MAX = 16 << 20, CHUNK_HEAD = 24, HEAD_MAX = 64 };

struct ac_sse {
    ac_http_stream stream; /* first */
    ac_sse_options opt;
    uint64_t sent;         /* when something was, last */
    bool chunked;
};

/* ---- events -------------------------------------------------------------------------------------------------------- */

static bool is_one_line(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\n' || s.p[i] == '\r' || !s.p[i])
            return false;
    return true;
}

static void add_field(ac_sb *out, ac_sv name, ac_sv value)
{
    ac_sb_add(out, name);
    ac_sb_add(out, value);
    ac_sb_add_char(out, '\n');
}

/* CR, LF and CRLF all end a line of data. */
static void add_data(ac_sb *out, ac_sv data)
{
    do {
        size_t n = 0;
        while (n < data.n && data.p[n] != '\n' && data.p[n] != '\r')
            n++;
        add_field(out, AC_SV("data: "), ac_sv_sub(data, 0, n));
        if (n == data.n)
            return;
        n += data.p[n] == '\r' && n + 1 < data.n && data.p[n + 1] == '\n' ? 2 : 1;
        data = ac_sv_sub(data, n, data.n);
    } while (true);
}

ac_rc ac_sse_format(const ac_sse_event *e, ac_sb *out, ac_err *err)
{
    if (!is_one_line(e->id) || !is_one_line(e->event))
        return ac_fail(err, AC_EINPUT, "a line end in the id or name of an event");
    if (e->id.n)
        add_field(out, AC_SV("id: "), e->id);
    if (e->event.n)
        add_field(out, AC_SV("event: "), e->event);
    add_data(out, e->data);
    ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

/* ---- the connection ------------------------------------------------------------------------------------------------ */

static void write_bytes(ac_sse *s, ac_sv bytes)
{
    char size[CHUNK_HEAD];
    ac_wire *w = &s->stream.conn->wire;
    if (s->chunked) {
        const int n = snprintf(size, sizeof size, "%zx\r\n", bytes.n);
        ac_wire_add(w, (ac_sv) { size, n > 0 ? (size_t)n : 0 });
    }
    ac_wire_add(w, bytes);
    if (s->chunked)
        ac_wire_add(w, AC_SV("\r\n"));
    s->sent = ac_loop_now(s->stream.loop);
}

static void send_now(ac_http_stream *stream, int kind, ac_sv bytes)
{
    (void)kind;
    if (bytes.n && ac_http_stream_has_room(stream, bytes.n + CHUNK_HEAD))
        write_bytes((ac_sse *)stream, bytes);
}

static void close_now(ac_http_stream *stream)
{
    ac_http_conn *c = stream->conn;
    if (((ac_sse *)stream)->chunked)
        ac_wire_add(&c->wire, AC_SV("0\r\n\r\n"));
    ac_http_finish(c);
    ac_http_settle(c);
}

static void free_now(ac_http_stream *stream) { ac_mem_free(stream); }

static void on_bytes(ac_http_conn *c, ac_sv bytes) { (void)c, (void)bytes; } /* there is nothing to say in this direction */

static void on_stop(ac_http_conn *c) { close_now(c->state); }

static uint32_t on_look(ac_http_conn *c, uint64_t now)
{
    ac_sse *s = c->state;
    const uint32_t every = c->server->settings.keepalive_ms;
    if (now - s->sent >= every && !ac_wire_unsent(&c->wire))
        write_bytes(s, AC_SV(":\n\n"));
    return now - s->sent >= every ? every : every - (uint32_t)(now - s->sent);
}

static void on_gone(ac_http_conn *c)
{
    ac_sse *s = c->state;
    c->server->counts.streams--;
    if (s->opt.closed)
        s->opt.closed(s->opt.context, s);
    ac_http_stream_gone(&s->stream);
}

static const ac_http_upper upper = { on_bytes, on_stop, on_look, on_gone };
static const ac_http_stream_ops ops = { send_now, close_now, free_now };

/* ---- for others ---------------------------------------------------------------------------------------------------- */

/* A body without an end; its bytes come from elsewhere. */
static ac_rc never(void *context, ac_sb *to, size_t room, bool *last, ac_err *err)
{
    (void)context, (void)to, (void)room, (void)last;
    return ac_fail(err, AC_EBUSY, "no bytes of its own");
}

static ac_reply *head_of(ac_reply *head)
{
    static const ac_reply_source nothing = { NULL, never, NULL };
    ac_reply *p = head ? head : ac_reply_new(200);
    ac_reply_header(p, "X-Accel-Buffering", AC_SV("no")); /* nginx as a proxy would hold events back */
    ac_reply_pull(p, "text/event-stream", AC_REPLY_LENGTH_UNKNOWN, &nothing);
    return p;
}

ac_sse *ac_sse_open(ac_http_request *pub, ac_reply *head, const ac_sse_options *opt)
{
    ac_http_req *r = (ac_http_req *)pub;
    ac_http_conn *c = r->conn;
    ac_sse *s = c && !r->replied && !r->refuse ? ac_mem_alloc(sizeof *s) : NULL;
    ac_reply *p = head_of(head);
    if (!s || !p || p->bad || r->pub.method == AC_HTTP_HEAD) {
        const bool only_head = s && p && !p->bad;
        ac_mem_free(s);
        ac_reply_free(p);
        p = only_head ? ac_reply_new(200) : NULL;
        ac_reply_body(p, "text/event-stream", AC_SV(""));
        ac_http_reply(pub, p);
        return NULL;
    }
    ac_http_stream_init(&s->stream, &ops, r->server->loop, opt->buffer_max ? opt->buffer_max : BUFFER);
    s->opt = *opt;
    s->chunked = !r->head.http10;
    s->stream.conn = c;
    ac_http_write_head(r, p);
    ac_reply_free(p);
    (void)ac_http_take_over(pub, &upper, s, 200);
    c->server->counts.streams++;
    c->upper_due = ac_loop_now(s->stream.loop) + c->server->settings.keepalive_ms;
    AC_AUTO(ac_sb) retry = AC_SB(HEAD_MAX);
    ac_sb_addf(&retry, "retry: %u\n\n", opt->retry_ms);
    write_bytes(s, opt->retry_ms ? ac_sb_view(&retry) : AC_SV(":\n\n")); /* so that the client sees it open */
    ac_http_settle(c);
    return s;
}

ac_rc ac_sse_send(ac_sse *s, const ac_sse_event *e, ac_err *err)
{
    AC_AUTO(ac_sb) bytes = AC_SB(EVENT_MAX);
    AC_TRY(err, ac_sse_format(e, &bytes, err));
    return ac_http_stream_send(&s->stream, 0, ac_sb_view(&bytes), err);
}

ac_rc ac_sse_send_raw(ac_sse *s, ac_sv bytes, ac_err *err) { return ac_http_stream_send(&s->stream, 0, bytes, err); }
void ac_sse_close(ac_sse *s) { ac_http_stream_close(&s->stream); }
bool ac_sse_is_closed(const ac_sse *s) { return atomic_load(&s->stream.closed); }

ac_sse *ac_sse_retain(ac_sse *s)
{
    ac_http_stream_retain(&s->stream);
    return s;
}

void ac_sse_release(ac_sse *s)
{
    if (s)
        ac_http_stream_release(&s->stream);
}
