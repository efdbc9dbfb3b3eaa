/* A request: from its head to the end of its body. */
#include "net/http_parts.h"

#include <netinet/in.h>

enum { PEER_MAX = 64 };

/* ---- making one ---------------------------------------------------------------------------------------------------- */

static ac_arena *arena_of(ac_http_server *s)
{
    return s->n_arenas ? s->arenas[--s->n_arenas] : ac_arena_new(s->settings.arena_max + s->settings.head);
}

static ac_sv peer_of(const ac_http_conn *c, ac_arena *arena)
{
    char *text = c->ip ? ac_arena_alloc(arena, PEER_MAX) : NULL;
    const void *address = c->ipv4 ? c->address + 12 : c->address;
    if (!text || uv_inet_ntop(c->ipv4 ? AF_INET : AF_INET6, address, text, PEER_MAX) != 0)
        return AC_SV("");
    return ac_sv_z(text);
}

static ac_sv id_of(ac_http_server *s, ac_arena *arena)
{
    return ac_arena_printf(arena, "%s-%llx", s->id_prefix, (unsigned long long)++s->ids);
}

static int fill(ac_http_req *r, ac_http_conn *c, ac_sv head)
{
    ac_http_request *p = &r->pub;
    char *copy = ac_arena_alloc(p->arena, head.n);
    if (!copy)
        return 503;
    memcpy(copy, head.p, head.n);
    const int status = ac_head_parse(copy, head.n, p->arena, &r->head);
    if (status)
        return status;
    const ac_head *h = &r->head;
    p->method = h->method;
    p->method_name = h->method_name;
    p->query = h->query;
    p->headers = h->headers;
    p->n_headers = h->n_headers;
    p->host = h->host;
    p->length = h->length;
    p->path = h->path;
    if (!ac_sv_eq(h->path, AC_SV("*")) && ac_url_path(h->path, p->arena, &p->path, NULL) != AC_OK)
        return 400;
    const ac_rc rc = ac_url_query(h->query, c->server->settings.params, p->arena, &p->params, NULL);
    if (rc != AC_OK)
        return rc == AC_ELIMIT ? 414 : 400;
    p->id = id_of(c->server, p->arena);
    p->peer = peer_of(c, p->arena);
    p->local = c->local;
    p->tls = c->tls;
    r->close = h->close;
    return p->id.p ? 0 : 503;
}

bool ac_http_origin_ok(const ac_http_req *r)
{
    const ac_http_settings *s = &r->server->settings;
    ac_sv origin = ac_http_get(&r->pub, "origin");
    if (!origin.p)
        return true;
    const size_t scheme = r->pub.tls ? 8 : 7;
    const bool own = ac_sv_starts(origin, r->pub.tls ? AC_SV("https://") : AC_SV("http://")) &&
                     ac_sv_eq_nocase(ac_sv_sub(origin, scheme, origin.n), r->pub.host);
    return own || (s->origin && s->origin(s->origin_context, origin, &r->pub));
}

/* CORS: a browser asks what it may send. Where no other origin is allowed the handler sees it as any other request. */
static bool answer_preflight(ac_http_req *r)
{
    ac_sv method = ac_http_get(&r->pub, "access-control-request-method"), headers = ac_http_get(&r->pub, "access-control-request-headers");
    if (r->pub.method != AC_HTTP_OPTIONS || !method.p || !r->server->settings.origin || !ac_http_get(&r->pub, "origin").p || !ac_http_origin_ok(r))
        return false;
    ac_reply *p = ac_reply_new(204);
    ac_reply_header(p, "Access-Control-Allow-Methods", method);
    if (headers.p)
        ac_reply_header(p, "Access-Control-Allow-Headers", headers);
    ac_reply_header(p, "Access-Control-Max-Age", AC_SV("600"));
    ac_http_reply(&r->pub, p);
    return true;
}

static void end_body(ac_http_req *r)
{
    const ac_http_handler *h = &r->server->handler;
    r->body_done = true;
    r->conn->phase = AC_PHASE_WORK;
    if (r->held) /* another thread has it: it is not to be changed, and its handler knows that it has no body */
        return;
    r->pub.body = ac_sb_view(&r->body);
    if (h->on_end)
        h->on_end(h->context, &r->pub);
}

/* A client that waits for it is told to send its body. */
static void invite(ac_http_req *r)
{
    if (r->head.waits && !r->paused)
        ac_wire_add(&r->conn->wire, AC_SV("HTTP/1.1 100 Continue\r\n\r\n"));
    r->head.waits = r->head.waits && r->paused;
}

/* The handler has seen the head: is there a body, and does it want it? */
static void go_on(ac_http_conn *c, ac_http_req *r)
{
    if (r->refuse) {
        ac_http_fail(r, r->refuse, false);
    } else if (r->pub.length && !r->body_taken) {
        ac_http_fail(r, 413, true);
    } else if (!r->pub.length && !r->paused) {
        end_body(r);
    } else {
        c->phase = AC_PHASE_BODY;
        c->since = ac_loop_now(c->server->loop);
        invite(r);
    }
}

void ac_http_begin(ac_http_conn *c, ac_sv head)
{
    ac_http_server *s = c->server;
    ac_arena *arena = arena_of(s);
    ac_http_req *r = arena ? ac_arena_alloc(arena, sizeof *r) : NULL;
    if (!r) {
        ac_arena_free(arena);
        ac_http_refuse(c, 503);
        return;
    }
    *r = (ac_http_req) { .pub = { .arena = arena }, .conn = c, .server = s };
    atomic_init(&r->gone, false);
    atomic_init(&r->late, 0);
    const int status = fill(r, c, head);
    if (status) {
        ac_arena_free(arena);
        ac_http_refuse(c, status);
        return;
    }
    s->counts.requests++;
    c->any = true;
    c->request = r;
    c->phase = AC_PHASE_WORK;
    r->since = ac_loop_now(s->loop);
    r->body_done = !r->pub.length;
    if (answer_preflight(r))
        return;
    r->deciding = true;
    s->handler.on_request(s->handler.context, &r->pub);
    if (c->request != r) /* it is answered, and may be gone */
        return;
    r->deciding = false;
    if (!r->replied && !ac_http_is_over(c))
        go_on(c, r);
}

/* ---- its body ------------------------------------------------------------------------------------------------------ */

ac_rc ac_http_body(ac_http_request *pub, ac_http_body_mode mode, uint64_t max)
{
    ac_http_req *r = (ac_http_req *)pub;
    r->body_taken = true;
    r->mode = mode;
    r->max = max;
    r->body = AC_SB(max < SIZE_MAX / 2 ? (size_t)max : SIZE_MAX / 2);
    if (pub->length != AC_HTTP_CHUNKED && pub->length > max)
        r->refuse = 413;
    return r->refuse ? AC_ELIMIT : AC_OK;
}

void ac_http_body_max(ac_http_request *pub, uint64_t max)
{
    ac_http_req *r = (ac_http_req *)pub;
    r->max = max < r->max ? max : r->max;
}

/* False: the request has ended, or wants no more for now. */
static bool feed(ac_http_conn *c, ac_http_req *r, ac_sv piece)
{
    const ac_http_handler *h = &c->server->handler;
    r->received += piece.n;
    if (r->received > r->max) {
        ac_http_fail(r, 413, true);
        return false;
    }
    if (r->mode == AC_BODY_WHOLE)
        ac_sb_add(&r->body, piece);
    else if (r->mode == AC_BODY_STREAM && h->on_body && piece.n)
        h->on_body(h->context, &r->pub, piece);
    if (c->request != r || c->phase != AC_PHASE_BODY)
        return false;
    if (r->body.rc != AC_OK) {
        ac_http_fail(r, 503, true);
        return false;
    }
    return !r->paused;
}

static size_t take_chunks(ac_http_conn *c, ac_http_req *r, ac_sv bytes)
{
    ac_sv rest = bytes, piece;
    for (;;) {
        switch (ac_chunk_take(&r->chunk, &rest, &piece)) {
        case AC_CHUNK_DATA:
            if (!feed(c, r, piece))
                return bytes.n - rest.n;
            continue;
        case AC_CHUNK_END: end_body(r); break;
        case AC_CHUNK_BAD:
            c->server->counts.bad++;
            ac_http_fail(r, 400, true);
            return bytes.n;
        case AC_CHUNK_MORE: break;
        }
        return bytes.n - rest.n;
    }
}

size_t ac_http_take_body(ac_http_conn *c, ac_sv bytes)
{
    ac_http_req *r = c->request;
    if (r->pub.length == AC_HTTP_CHUNKED)
        return take_chunks(c, r, bytes);
    const uint64_t left = r->pub.length - r->received;
    const size_t n = left < bytes.n ? (size_t)left : bytes.n;
    const bool last = n == left;
    (void)feed(c, r, ac_sv_sub(bytes, 0, n));
    if (last && c->request == r && c->phase == AC_PHASE_BODY && !r->paused)
        end_body(r);
    return n;
}

void ac_http_pause(ac_http_request *pub)
{
    ac_http_req *r = (ac_http_req *)pub;
    if (r->paused)
        return;
    r->paused = true;
    r->paused_at = ac_loop_now(r->server->loop);
}

void ac_http_resume(ac_http_request *pub)
{
    ac_http_req *r = (ac_http_req *)pub;
    if (!r->paused)
        return;
    r->paused = false;
    r->paused_ms += ac_loop_now(r->server->loop) - r->paused_at;
    if (!r->conn)
        return;
    ac_http_conn *c = r->conn;
    if (c->phase == AC_PHASE_BODY && r->received == r->pub.length)
        end_body(r);
    else if (c->phase == AC_PHASE_BODY)
        invite(r);
    ac_http_settle(c);
}

void ac_http_body_move(ac_http_request *pub, ac_sb *out)
{
    ac_http_req *r = (ac_http_req *)pub;
    *out = r->body;
    r->body = (ac_sb) { 0 };
    pub->body = AC_SV("");
}

/* ---- what it says -------------------------------------------------------------------------------------------------- */

ac_sv ac_http_get(const ac_http_request *r, const char *name)
{
    const ac_sv wanted = ac_sv_z(name);
    for (size_t i = 0; i < r->n_headers; i++)
        if (ac_sv_eq(r->headers[i].name, wanted))
            return r->headers[i].value.p ? r->headers[i].value : AC_SV("");
    return (ac_sv) { NULL, 0 };
}

ac_sv ac_http_param(const ac_http_request *r, const char *name)
{
    const ac_sv wanted = ac_sv_z(name);
    for (size_t i = 0; i < r->params.n; i++)
        if (ac_sv_eq(r->params.at[i].name, wanted))
            return r->params.at[i].value;
    return (ac_sv) { NULL, 0 };
}

ac_sv ac_http_cookie(const ac_http_request *r, const char *name)
{
    const ac_sv header = AC_SV("cookie");
    for (size_t i = 0; i < r->n_headers; i++) {
        ac_sv found = ac_sv_eq(r->headers[i].name, header) ? ac_field_cookie(r->headers[i].value, ac_sv_z(name)) : (ac_sv) { NULL, 0 };
        if (found.p)
            return found;
    }
    return (ac_sv) { NULL, 0 };
}

bool ac_http_is_type(const ac_http_request *r, const char *type)
{
    const ac_sv value = ac_http_get(r, "content-type");
    return ac_sv_eq_nocase(ac_sv_trim(ac_sv_sub(value, 0, ac_sv_find_any(value, ";"))), ac_sv_z(type));
}
