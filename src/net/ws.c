#include "net/ws.h"

#include "net/http_stream.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <wslay/wslay.h>

enum { MESSAGE = 1 << 20, QUEUE = 1 << 20, PING_MS = 30000, PONG_MS = 10000, FRAME_HEAD = 14, REASON_MAX = 123, KEY = 24, ACCEPT = 28, VERSION_WANTED = 426 };

struct ac_ws {
    ac_http_stream stream; /* first */
    ac_ws_options opt;
    wslay_event_context_ptr wslay;
    ac_sv in;              /* what came and was not read yet */
    uint64_t heard, pinged;
    uint64_t goodbye;      /* when it was said; 0: it was not */
    bool reading;          /* wslay is */
    bool failed;           /* wslay has */
    bool broken;           /* so is what came */
    atomic_bool closing;   /* somebody has said with which code */
    uint16_t close_code;
    uint8_t reason_n;
    char reason[REASON_MAX];
};

/* ---- wslay's doors ------------------------------------------------------------------------------------------------- */

static ssize_t on_recv(wslay_event_context_ptr x, uint8_t *to, size_t n, int flags, void *context)
{
    ac_ws *ws = context;
    (void)flags;
    n = n < ws->in.n ? n : ws->in.n;
    if (!n) {
        wslay_event_set_error(x, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    memcpy(to, ws->in.p, n);
    ws->in = ac_sv_sub(ws->in, n, ws->in.n);
    return (ssize_t)n;
}

static ssize_t on_send(wslay_event_context_ptr x, const uint8_t *p, size_t n, int flags, void *context)
{
    ac_ws *ws = context;
    (void)x, (void)flags;
    ac_wire_add(&ws->stream.conn->wire, (ac_sv) { (const char *)p, n });
    return (ssize_t)n;
}

static void on_message(wslay_event_context_ptr x, const struct wslay_event_on_msg_recv_arg *m, void *context)
{
    ac_ws *ws = context;
    (void)x;
    const bool text = m->opcode == WSLAY_TEXT_FRAME;
    if (m->opcode == WSLAY_CONNECTION_CLOSE && m->msg_length == 1) /* half a code; wslay lets it pass */
        ws->broken = true;
    if ((text || m->opcode == WSLAY_BINARY_FRAME) && ws->opt.message && !ws->goodbye)
        ws->opt.message(ws->opt.context, ws, text, (ac_sv) { m->msg_length ? (const char *)m->msg : "", m->msg_length });
}

/* ---- the connection ------------------------------------------------------------------------------------------------ */

/* All that wslay has to say goes to the wire. Where both have said goodbye it is over. */
static void flush(ac_ws *ws)
{
    ac_http_conn *c = ws->stream.conn;
    ws->failed = wslay_event_send(ws->wslay) != 0 || ws->failed;
    if (ws->reading) /* wslay is at work: it must not go now */
        return;
    if (ws->failed)
        ac_http_drop(c);
    if (ws->failed || !wslay_event_get_close_sent(ws->wslay))
        return;
    if (!ws->goodbye) {
        ws->goodbye = ac_loop_now(ws->stream.loop);
        c->upper_due = ws->goodbye + ws->opt.pong_ms;
        atomic_store(&ws->stream.closed, true);
    }
    if (wslay_event_get_close_received(ws->wslay) || !wslay_event_get_read_enabled(ws->wslay))
        ac_http_finish(c);
}

/* Where frames themselves are broken wslay gives up without a code. */
static void break_off(ac_http_conn *c, uint16_t code)
{
    const char close[] = { (char)0x88, 2, (char)(code >> 8), (char)(code & 0xff) };
    ac_wire_add(&c->wire, (ac_sv) { close, sizeof close });
    ac_http_finish(c);
}

static void on_bytes(ac_http_conn *c, ac_sv bytes)
{
    ac_ws *ws = c->state;
    ws->heard = ac_loop_now(ws->stream.loop);
    ws->in = bytes;
    ws->reading = true;
    const int rc = wslay_event_recv(ws->wslay);
    ws->reading = false;
    ws->in = AC_SV("");
    if (c->wire.closing)
        ac_http_drop(c);
    else if (rc != 0 || ws->broken)
        break_off(c, rc == WSLAY_ERR_NOMEM ? AC_WS_INTERNAL : AC_WS_PROTOCOL);
    else if (ac_http_stream_has_room(&ws->stream, 0))
        flush(ws);
}

static void say_goodbye(ac_ws *ws, uint16_t code, ac_sv reason)
{
    if (ws->goodbye)
        return;
    (void)wslay_event_queue_close(ws->wslay, code, (const uint8_t *)reason.p, reason.n);
    flush(ws);
}

static void on_stop(ac_http_conn *c) { say_goodbye(c->state, AC_WS_GOING_AWAY, AC_SV("")); }

static uint32_t on_look(ac_http_conn *c, uint64_t now)
{
    ac_ws *ws = c->state;
    if (ws->goodbye) {
        ac_http_finish(c);
        return 0;
    }
    if (ws->pinged > ws->heard && now - ws->pinged >= ws->opt.pong_ms) {
        ac_http_drop(c);
        return 0;
    }
    if (ws->pinged > ws->heard)
        return (uint32_t)(ws->opt.pong_ms - (now - ws->pinged));
    if (now - ws->heard < ws->opt.ping_ms)
        return (uint32_t)(ws->opt.ping_ms - (now - ws->heard));
    const struct wslay_event_msg ping = { WSLAY_PING, NULL, 0 };
    (void)wslay_event_queue_msg(ws->wslay, &ping);
    ws->pinged = now;
    flush(ws);
    return ws->opt.pong_ms;
}

static void on_gone(ac_http_conn *c)
{
    ac_ws *ws = c->state;
    const uint16_t code = wslay_event_get_close_received(ws->wslay) ? wslay_event_get_status_code_received(ws->wslay) : AC_WS_ABNORMAL;
    c->server->counts.sockets--;
    atomic_store(&ws->stream.closed, true);
    if (ws->opt.closed)
        ws->opt.closed(ws->opt.context, ws, code ? code : AC_WS_NO_STATUS);
    wslay_event_context_free(AC_MOVE(&ws->wslay));
    ac_http_stream_gone(&ws->stream);
}

static void send_now(ac_http_stream *stream, int kind, ac_sv bytes)
{
    ac_ws *ws = (ac_ws *)stream;
    const struct wslay_event_msg m = { (uint8_t)kind, (const uint8_t *)bytes.p, bytes.n };
    if (ws->goodbye || !ac_http_stream_has_room(stream, bytes.n + FRAME_HEAD))
        return;
    ws->failed = wslay_event_queue_msg(ws->wslay, &m) != 0;
    flush(ws);
}

static void close_now(ac_http_stream *stream)
{
    ac_ws *ws = (ac_ws *)stream;
    ac_http_conn *c = stream->conn;
    say_goodbye(ws, ws->close_code, (ac_sv) { ws->reason, ws->reason_n });
    ac_http_settle(c);
}

static void free_now(ac_http_stream *stream) { ac_mem_free(stream); }

static const ac_http_upper upper = { on_bytes, on_stop, on_look, on_gone };
static const ac_http_stream_ops ops = { send_now, close_now, free_now };

/* ---- the handshake ------------------------------------------------------------------------------------------------- */

bool ac_ws_is_asked(const ac_http_request *r)
{
    ac_sv upgrade = ac_http_get(r, "upgrade");
    return upgrade.p && ac_field_has(upgrade, "websocket");
}

/* Base64 of 16 bytes. */
static bool is_key(ac_sv key)
{
    for (size_t i = 0; i < KEY - 2 && key.n == KEY; i++)
        if (!ac_is_alnum(key.p[i]) && key.p[i] != '+' && key.p[i] != '/')
            return false;
    return key.n == KEY && key.p[KEY - 2] == '=' && key.p[KEY - 1] == '=';
}

static ac_reply *refuse(int status, ac_sv why) { return ac_reply_error(status, ac_status_code(status), why, AC_SV("")); }

/* What the request is refused with; NULL: it is fine. */
static ac_reply *check(const ac_http_req *r, const ac_ws_options *opt)
{
    const ac_http_request *p = &r->pub;
    if (p->method != AC_HTTP_GET || r->head.http10 || !r->head.upgrade || !ac_ws_is_asked(p) || p->length)
        return refuse(400, AC_SV("not a WebSocket handshake"));
    if (!ac_sv_eq(ac_http_get(p, "sec-websocket-version"), AC_SV("13"))) {
        ac_reply *reply = refuse(VERSION_WANTED, AC_SV("WebSocket version 13 is spoken here"));
        ac_reply_header(reply, "Sec-WebSocket-Version", AC_SV("13"));
        ac_reply_header(reply, "Upgrade", AC_SV("websocket"));
        return reply;
    }
    if (!is_key(ac_http_get(p, "sec-websocket-key")))
        return refuse(400, AC_SV("no proper Sec-WebSocket-Key"));
    if (!ac_http_origin_ok(r))
        return refuse(403, AC_SV("this origin may not open WebSockets here"));
    ac_sv offered = ac_http_get(p, "sec-websocket-protocol"), one;
    bool spoken = !opt->protocol.n;
    while (!spoken && ac_field_next(&offered, &one))
        spoken = ac_sv_eq(one, opt->protocol);
    return spoken ? NULL : refuse(400, AC_SV("the protocol of this WebSocket was not offered"));
}

static ac_reply *welcome(const ac_http_req *r, const ac_ws_options *opt)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char whole[KEY + sizeof guid - 1], hash[SHA_DIGEST_LENGTH], accept[ACCEPT + 1];
    memcpy(whole, ac_http_get(&r->pub, "sec-websocket-key").p, KEY);
    memcpy(whole + KEY, guid, sizeof guid - 1);
    if (!SHA1(whole, sizeof whole, hash) || EVP_EncodeBlock(accept, hash, sizeof hash) != ACCEPT)
        return NULL;
    ac_reply *p = ac_reply_new(101);
    ac_reply_header(p, "Connection", AC_SV("Upgrade"));
    ac_reply_header(p, "Upgrade", AC_SV("websocket"));
    ac_reply_header(p, "Sec-WebSocket-Accept", (ac_sv) { (const char *)accept, ACCEPT });
    if (opt->protocol.n)
        ac_reply_header(p, "Sec-WebSocket-Protocol", opt->protocol);
    return p;
}

static ac_ws *ws_new(const ac_http_req *r, const ac_ws_options *opt)
{
    static const struct wslay_event_callbacks callbacks = { on_recv, on_send, NULL, NULL, NULL, NULL, on_message };
    ac_ws *ws = ac_mem_alloc(sizeof *ws);
    if (!ws || wslay_event_context_server_init(&ws->wslay, &callbacks, ws) != 0) {
        ac_mem_free(ws);
        return NULL;
    }
    ac_http_stream_init(&ws->stream, &ops, r->server->loop, opt->queue_max ? opt->queue_max : QUEUE);
    ws->opt = *opt;
    ws->opt.ping_ms = opt->ping_ms ? opt->ping_ms : PING_MS;
    ws->opt.pong_ms = opt->pong_ms ? opt->pong_ms : PONG_MS;
    ws->heard = ac_loop_now(ws->stream.loop);
    wslay_event_config_set_max_recv_msg_length(ws->wslay, opt->message_max ? opt->message_max : MESSAGE);
    return ws;
}

ac_ws *ac_ws_open(ac_http_request *pub, const ac_ws_options *opt)
{
    ac_http_req *r = (ac_http_req *)pub;
    if (!r->conn || r->replied || r->refuse)
        return NULL;
    ac_reply *refusal = check(r, opt);
    ac_reply *p = refusal ? NULL : welcome(r, opt);
    ac_ws *ws = p ? ws_new(r, opt) : NULL;
    if (!ws || p->bad) {
        if (ws)
            wslay_event_context_free(ws->wslay);
        ac_mem_free(ws);
        ac_reply_free(p);
        ac_http_reply(pub, refusal);
        return NULL;
    }
    ac_http_conn *c = ws->stream.conn = r->conn;
    ac_http_write_head(r, p);
    ac_reply_free(p);
    (void)ac_http_take_over(pub, &upper, ws, 101);
    c->server->counts.sockets++;
    c->upper_due = ws->heard + ws->opt.ping_ms;
    ac_http_settle(c);
    return ws;
}

/* ---- for others ---------------------------------------------------------------------------------------------------- */

ac_rc ac_ws_send(ac_ws *ws, bool text, ac_sv data, ac_err *err)
{
    if (text && !ac_utf8_is(data))
        return ac_fail(err, AC_EINPUT, "the message is not UTF-8");
    return ac_http_stream_send(&ws->stream, text ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME, data, err);
}

void ac_ws_close(ac_ws *ws, uint16_t code, ac_sv reason)
{
    if (atomic_exchange(&ws->closing, true))
        return;
    ws->close_code = code;
    ws->reason_n = (uint8_t)(reason.n < REASON_MAX ? reason.n : REASON_MAX);
    memcpy(ws->reason, reason.p, ws->reason_n);
    ac_http_stream_close(&ws->stream);
}

bool ac_ws_is_closed(const ac_ws *ws) { return atomic_load(&ws->stream.closed); }

ac_ws *ac_ws_retain(ac_ws *ws)
{
    ac_http_stream_retain(&ws->stream);
    return ws;
}

void ac_ws_release(ac_ws *ws)
{
    if (ws)
        ac_http_stream_release(&ws->stream);
}
