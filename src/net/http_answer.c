/* Answers: at once, later, from another thread, or piece by piece. */
#include "net/http_parts.h"

#include <stdio.h>

enum { COPY_MAX = 16 * 1024, PIECE = 64 * 1024, PIECES = 16 /* in one go, so that others have their turn */, HEAD_MAX = 48 * 1024, CHUNK_HEAD = 24 };

/* ---- writing ------------------------------------------------------------------------------------------------------- */

/* CORS: a page of another origin may read it. */
static void allow_origin(const ac_http_req *r, ac_sb *more)
{
    ac_sv origin = r && r->server->settings.origin ? ac_http_get(&r->pub, "origin") : (ac_sv) { NULL, 0 };
    if (!r || !r->server->settings.origin)
        return;
    ac_sb_add(more, AC_SV("Vary: Origin\r\n"));
    if (!origin.p || !ac_http_origin_ok(r))
        return;
    ac_sb_add(more, AC_SV("Access-Control-Allow-Origin: "));
    ac_sb_add(more, origin);
    ac_sb_add(more, AC_SV("\r\nAccess-Control-Expose-Headers: Content-Disposition, ETag, Idempotent-Replay, Location, RateLimit-Limit, RateLimit-Policy, "
                           "RateLimit-Remaining, RateLimit-Reset, Request-Id, Retry-After, Traceresponse, WWW-Authenticate\r\n"));
}

static bool write_head(ac_http_conn *c, ac_http_req *r, const ac_reply *p, bool close)
{
    ac_http_server *s = c->server;
    AC_AUTO(ac_sb) more = AC_SB(HEAD_MAX);
    allow_origin(r, &more);
    const ac_reply_head head = {
        .date = ac_http_date(s),
        .id = r ? r->pub.id : AC_SV(""),
        .tls_hsts = c->tls && s->settings.hsts,
        .close = close,
        .http10 = r && r->head.http10,
        .chunked = p->kind == AC_REPLY_SOURCE && p->length == AC_REPLY_LENGTH_UNKNOWN,
        .more = ac_sb_view(&more),
    };
    ac_sb_clear(&s->scratch);
    if (more.rc != AC_OK || ac_reply_write_head(p, &head, &s->scratch, NULL) != AC_OK)
        return false;
    ac_wire_add(&c->wire, ac_sb_view(&s->scratch));
    return true;
}

void ac_http_write(ac_http_conn *c, ac_http_req *r, ac_reply *p, bool close)
{
    const bool head = r && r->pub.method == AC_HTTP_HEAD;
    if (!p || !write_head(c, r, p, close)) {
        ac_reply_free(p);
        ac_http_drop(c);
        return;
    }
    if (r)
        r->sent += head ? 0 : p->body.n;
    if (!head && p->body.n <= COPY_MAX)
        ac_wire_add(&c->wire, ac_sb_view(&p->body));
    else if (!head)
        ac_wire_own(&c->wire, &p->body);
    ac_reply_free(p);
}

void ac_http_write_head(ac_http_req *r, const ac_reply *p)
{
    if (!write_head(r->conn, r, p, false))
        ac_wire_close(&r->conn->wire);
}

/* ---- the end of a request ------------------------------------------------------------------------------------------ */

static void done(ac_http_req *r)
{
    ac_http_server *s = r->server;
    ac_arena *arena = r->pub.arena;
    const ac_http_outcome o = { r->status, r->received, r->sent, ac_loop_now(s->loop) - r->since };
    if (s->handler.on_done)
        s->handler.on_done(s->handler.context, &r->pub, &o);
    ac_reply_free(r->reply);
    ac_sb_cleanup(&r->body);
    if (s->n_arenas < sizeof s->arenas / sizeof s->arenas[0]) {
        ac_arena_reset(arena);
        s->arenas[s->n_arenas++] = arena;
    } else {
        ac_arena_free(arena);
    }
}

void ac_http_gone(ac_http_req *r)
{
    const ac_http_handler *h = &r->server->handler;
    r->conn = NULL;
    atomic_store_explicit(&r->gone, true, memory_order_relaxed);
    ac_reply_free(AC_MOVE(&r->reply));
    if (h->on_gone)
        h->on_gone(h->context, &r->pub);
    r->server->orphans += r->held;
    if (!r->held)
        done(r);
}

/* The one who held it does not any more. */
static void adopt(ac_http_req *r)
{
    ac_http_server *s = r->server;
    s->orphans--;
    done(r);
    ac_http_leave_if_done(s);
}

static void fail_with(ac_http_req *r, int status, ac_reply *p, bool tell)
{
    ac_http_conn *c = r->conn;
    c->request = NULL;
    r->status = status;
    r->refuse = status;
    ac_http_write(c, r, p, true);
    ac_http_finish(c);
    if (tell) {
        ac_http_gone(r);
    } else {
        r->conn = NULL;
        done(r);
    }
}

void ac_http_fail(ac_http_req *r, int status, bool tell)
{
    fail_with(r, status, ac_reply_error(status, ac_status_code(status), ac_sv_z(ac_status_text(status)), AC_SV("")), tell);
}

void ac_http_overtake(ac_http_request *pub, ac_reply *reply)
{
    const ac_reply_asked asked = { .gzip_min = 0 };
    ac_reply *p = ac_reply_settle(reply, &asked);
    fail_with((ac_http_req *)pub, ac_reply_status(p), p, true);
}

void ac_http_end(ac_http_req *r)
{
    ac_http_conn *c = r->conn;
    c->request = NULL;
    r->conn = NULL;
    const bool close = r->close;
    done(r);
    if (close) {
        ac_http_finish(c);
        return;
    }
    c->phase = AC_PHASE_IDLE;
    c->since = ac_loop_now(c->server->loop);
}

ac_http_conn *ac_http_take_over(ac_http_request *pub, const ac_http_upper *upper, void *state, int status)
{
    ac_http_req *r = (ac_http_req *)pub;
    ac_http_conn *c = r->conn;
    c->request = NULL;
    c->phase = AC_PHASE_UPPER;
    c->upper = upper;
    c->state = state;
    r->status = status;
    r->conn = NULL;
    done(r);
    return c;
}

/* ---- piece by piece ------------------------------------------------------------------------------------------------ */

static void cut(ac_http_conn *c) { ac_http_drop(c); }

static void send_piece(ac_http_conn *c, ac_http_req *r, ac_sb *piece, bool last)
{
    char size[CHUNK_HEAD];
    r->sent += piece->n;
    const bool framed = r->chunked && !r->head.http10;
    if (framed && piece->n) {
        const int n = snprintf(size, sizeof size, "%zx\r\n", piece->n);
        ac_wire_add(&c->wire, (ac_sv) { size, n > 0 ? (size_t)n : 0 });
    }
    const bool some = piece->n;
    ac_wire_own(&c->wire, piece);
    if (framed)
        ac_wire_add(&c->wire, last ? some ? AC_SV("\r\n0\r\n\r\n") : AC_SV("0\r\n\r\n") : AC_SV("\r\n"));
}

/* One piece. False: there is none for now, or it is over. */
static bool pull(ac_http_conn *c, ac_http_req *r)
{
    AC_AUTO(ac_sb) piece = AC_SB((size_t)2 * PIECE);
    const ac_reply_source *source = &r->reply->source;
    bool last = false;
    const size_t room = r->source_left < PIECE ? (size_t)r->source_left : PIECE;
    const ac_rc rc = source->pull(source->context, &piece, room, &last, NULL);
    if (c->request != r) /* cut from within */
        return false;
    if (rc == AC_EBUSY) {
        r->parked = true;
        return false;
    }
    if (rc != AC_OK || piece.rc != AC_OK || (!piece.n && !last) || (!r->chunked && (piece.n > r->source_left || (last && piece.n != r->source_left)))) {
        cut(c);
        return false;
    }
    r->source_left -= r->chunked ? 0 : piece.n;
    last = last || !r->source_left;
    send_piece(c, r, &piece, last);
    if (last)
        ac_http_end(r);
    return !last;
}

static void on_next_turn(ac_task *t)
{
    ac_http_req *r = (ac_http_req *)((char *)t - offsetof(ac_http_req, task));
    r->held = false;
    if (r->conn)
        ac_http_settle(r->conn);
    else
        adopt(r);
}

void ac_http_pump(ac_http_conn *c)
{
    ac_http_req *r = c->request;
    for (int i = 0; i < PIECES && !r->parked && !r->held; i++) {
        ac_wire_flush(&c->wire);
        if (c->wire.closing || ac_wire_unsent(&c->wire) || !pull(c, r))
            return;
    }
    if (r->parked || r->held)
        return;
    r->held = true; /* by its own task */
    r->task.run = on_next_turn;
    ac_loop_post(c->server->loop, &r->task);
}

void ac_http_more(ac_http_request *pub)
{
    ac_http_req *r = (ac_http_req *)pub;
    r->parked = false;
    if (r->conn && r->reply)
        ac_http_settle(r->conn);
}

/* ---- the answer ---------------------------------------------------------------------------------------------------- */

static ac_reply_asked asked_by(const ac_http_req *r)
{
    return (ac_reply_asked) {
        .gzip_min = r->server->settings.gzip_min,
        .gzip = ac_field_accepts(ac_http_get(&r->pub, "accept-encoding"), "gzip"),
        .problem = ac_field_accepts(ac_http_get(&r->pub, "accept"), "application/problem+json"),
        .get = r->pub.method == AC_HTTP_GET || r->pub.method == AC_HTTP_HEAD,
        .none_match = ac_http_get(&r->pub, "if-none-match"),
    };
}

static void begin_source(ac_http_conn *c, ac_http_req *r, ac_reply *p)
{
    r->chunked = p->length == AC_REPLY_LENGTH_UNKNOWN;
    r->source_left = p->length;
    r->close = r->close || (r->chunked && r->head.http10);
    if (!write_head(c, r, p, r->close)) {
        ac_reply_free(p);
        ac_http_drop(c);
        return;
    }
    r->reply = p;
    c->phase = AC_PHASE_SOURCE;
    if (r->pub.method == AC_HTTP_HEAD || !p->length)
        ac_http_end(r);
}

/* p is as it is to be sent. */
static void send_settled(ac_http_req *r, ac_reply *p)
{
    ac_http_conn *c = r->conn;
    if (!c || r->replied || r->refuse) {
        ac_reply_free(p);
        return;
    }
    r->replied = true;
    r->status = ac_reply_status(p);
    r->close = r->close || !r->body_done || (p && p->last) || c->server->stopping;
    if (p && p->kind == AC_REPLY_SOURCE) {
        begin_source(c, r, p);
    } else {
        ac_http_write(c, r, p, r->close);
        if (c->request == r)
            ac_http_end(r);
    }
    ac_http_settle(c);
}

void ac_http_reply(ac_http_request *pub, ac_reply *reply)
{
    ac_http_req *r = (ac_http_req *)pub;
    const ac_reply_asked asked = asked_by(r);
    send_settled(r, ac_reply_settle(reply, &asked));
}

/* ---- from another thread ------------------------------------------------------------------------------------------- */

void ac_http_hold(ac_http_request *pub) { ((ac_http_req *)pub)->held = true; }

void ac_http_until(ac_http_request *pub, uint32_t ms)
{
    ac_http_req *r = (ac_http_req *)pub;
    atomic_store_explicit(&r->late, ms ? r->since + ms : 0, memory_order_relaxed);
}

bool ac_http_is_gone(const ac_http_request *pub) { return atomic_load_explicit(&((const ac_http_req *)pub)->gone, memory_order_relaxed); }

static void on_answer(ac_task *t)
{
    ac_http_req *r = (ac_http_req *)((char *)t - offsetof(ac_http_req, task));
    r->held = false;
    const bool gone = !r->conn;
    send_settled(r, AC_MOVE(&r->answer));
    if (gone)
        adopt(r);
}

void ac_http_answer(ac_http_request *pub, ac_reply *reply)
{
    ac_http_req *r = (ac_http_req *)pub;
    const ac_reply_asked asked = asked_by(r);
    r->answer = ac_http_is_gone(pub) ? reply : ac_reply_settle(reply, &asked);
    r->task.run = on_answer;
    ac_loop_post(r->server->loop, &r->task);
}

static void on_visit(ac_task *t)
{
    ac_http_req *r = (ac_http_req *)((char *)t - offsetof(ac_http_req, task));
    const bool gone = !r->conn;
    r->held = false;
    r->visit(&r->pub, r->visit_arg);
    if (gone && !r->held)
        adopt(r);
}

void ac_http_visit(ac_http_request *pub, void (*visit)(ac_http_request *r, void *arg), void *arg)
{
    ac_http_req *r = (ac_http_req *)pub;
    r->visit = visit;
    r->visit_arg = arg;
    r->task.run = on_visit;
    ac_loop_post(r->server->loop, &r->task);
}
