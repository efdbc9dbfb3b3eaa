#include "api/api_parts.h"

#include "app/access_token.h"
#include "base/hex.h"
#include "core/log.h"

enum { DEPTH = 16 };

/* ---- making ---- */

ac_rc ac_api_new(const ac_api_options *opt, ac_api **out, ac_err *err)
{
    AC_AUTO_PTR(ac_api) a = ac_mem_alloc(sizeof *a);
    if (!a)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    a->o = *opt;
    ac_spin_init(&a->lock);
    a->least_budget = ac_budgets_least(&opt->budgets);
    a->metrics = ac_metrics_new();
    if (!a->metrics)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_limit_new(&opt->by_address, &a->by_address, err));
    AC_TRY(err, ac_limit_new(&opt->by_key, &a->by_key, err));
    *out = AC_MOVE(&a);
    return AC_OK;
}

void ac_api_free(ac_api *a)
{
    if (!a)
        return;
    ac_limit_free(a->by_address);
    ac_limit_free(a->by_key);
    ac_metrics_free(a->metrics);
    ac_mem_free(a);
}

void ac_api_server(ac_api *a, const ac_http_server *s) { a->server = s; }

/* ---- limits ---- */

static uint64_t hash(ac_sv s)
{
    uint64_t h = 0xcbf29ce484222325; /* FNV-1a */
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
    return h;
}

static void header_u32(ac_reply *p, const char *name, uint32_t v)
{
    AC_AUTO(ac_sb) b = AC_SB(16);
    ac_sb_add_u64(&b, v);
    ac_reply_header(p, name, ac_sb_view(&b));
}

/* draft-ietf-httpapi-ratelimit-headers-06, which most clients know. */
static void put_limit(ac_reply *p, const ac_limit_answer *a)
{
    AC_AUTO(ac_sb) policy = AC_SB(64);
    if (!a->limit)
        return;
    ac_sb_addf(&policy, "%u;w=%u;burst=%u", a->limit, a->window_s, a->burst);
    header_u32(p, "RateLimit-Limit", a->limit);
    header_u32(p, "RateLimit-Remaining", a->left);
    header_u32(p, "RateLimit-Reset", a->allowed ? a->full_s : a->wait_s);
    ac_reply_header(p, "RateLimit-Policy", ac_sb_view(&policy));
}

static ac_reply *too_many(const ac_limit_answer *a)
{
    ac_reply *p = ac_error_reply(AC_ERATE, AC_SV(""), NULL);
    header_u32(p, "Retry-After", a->wait_s);
    put_limit(p, a);
    return p;
}

/* Of two limits the one that is nearer is told. */
static void keep_limit(ac_visit *v, const ac_limit_answer *a)
{
    if (a->limit && (!v->limit.limit || a->left < v->limit.left))
        v->limit = *a;
}

/* ---- who, and may he ---- */

static ac_sv token_of(const ac_visit *v, const ac_http_request *r)
{
    const ac_sv header = ac_http_get(r, "authorization");
    if (header.n > 7 && ac_sv_eq_nocase(ac_sv_sub(header, 0, 7), AC_SV("Bearer ")))
        return ac_sv_trim(ac_sv_sub(header, 7, header.n));
    /* A browser cannot send headers with a WebSocket or an EventSource. */
    const ac_sv param =
        v->match.route->flags & (AC_ROUTE_SOCKET | AC_ROUTE_EVENTS) ? ac_http_param(r, "access_token") : (ac_sv) { 0 };
    return param.p ? param : AC_SV("");
}

static void deny(ac_visit *v, ac_rc rc)
{
    ac_principal nobody = v->who;
    if (rc == AC_EAUTH)
        nobody.kind = AC_ACTOR_NOBODY;
    (void)!ac_audit_write(v->api->o.access, &nobody, AC_AUDIT_DENY, AC_WHAT_ROUTE, (ac_id) { { 0 } },
                          (ac_patient_id) { { { 0 } } }, rc, v->match.index, NULL);
}

/* Nobody can tell at the moment whether the token is good: that is not the client's fault. */
static ac_reply *issuer_is_silent(const ac_err *err)
{
    ac_reply *p = ac_reply_error(503, "issuer_unavailable", ac_sv_z(err->text), AC_SV(""));
    ac_reply_header(p, "Retry-After", AC_SV("5"));
    return p;
}

static ac_rc recognise(ac_visit *v, const ac_http_request *r, ac_reply **refused, ac_err *err)
{
    ac_access *access = v->api->o.access;
    const ac_sv text = token_of(v, r);
    const bool token = ac_access_is_token(access, text);
    const ac_rc rc =
        token ? ac_access_token(access, text, &v->who, err) : ac_access_recognise(access, text, &v->who, err);
    if (rc == AC_EAUTH || rc == AC_EDENIED)
        v->entry = text.n ? AC_ENTRY_REFUSED : AC_ENTRY_SILENT;
    if (rc == AC_EBUSY && token)
        *refused = issuer_is_silent(err);
    return rc;
}

ac_rc ac_visit_authorise(ac_visit *v, ac_http_request *r, ac_reply **refused, ac_err *err)
{
    const ac_route *route = v->match.route;
    ac_api *a = v->api;
    const ac_id request = ac_vault_id(a->o.vault, err);
    if (!(route->flags & AC_ROUTE_PUBLIC)) {
        ac_rc rc = recognise(v, r, refused, err);
        v->who.request = request;
        v->who.trace = v->trace;
        if (rc == AC_OK &&
            ((v->who.scopes & route->scope) != route->scope || (route->any && !(v->who.scopes & route->any)))) {
            v->entry = AC_ENTRY_REFUSED;
            rc = ac_fail(err, AC_EDENIED, "the key does not have the scope that this needs");
        }
        if (rc == AC_EAUTH || rc == AC_EDENIED)
            deny(v, rc);
        AC_TRY(err, rc);
        const ac_limit_answer l = ac_limit_take(a->by_key, hash((ac_sv) { (const char *)v->who.actor.b, AC_ID_BYTES }),
                                                ac_clock_now_ms(a->o.clock));
        if (!l.allowed) {
            *refused = too_many(&l);
            return AC_ERATE;
        }
        keep_limit(v, &l);
    }
    v->who.request = request;
    v->who.trace = v->trace;
    return ac_admit_clock(v, r, err);
}

/* ---- what is asked ---- */

static const ac_field *param_field(const ac_schema *s, ac_sv name)
{
    for (const ac_field *f = s ? s->fields : NULL; f && f->name; f++)
        if (ac_sv_eq(name, ac_sv_z(f->name)))
            return f;
    return NULL;
}

static ac_rc check_query(ac_visit *v, ac_call *c, ac_err *err)
{
    const ac_route *route = v->match.route;
    for (size_t i = 0; i < c->http->params.n; i++) {
        const ac_url_param *p = &c->http->params.at[i];
        const ac_field *f = param_field(route->query, p->name);
        if (!f && route->flags & (AC_ROUTE_SOCKET | AC_ROUTE_EVENTS) && ac_sv_eq(p->name, AC_SV("access_token")))
            continue;
        if (!f)
            return ac_fail(err, AC_EINPUT, "an unknown parameter");
        c->where = ac_sv_z(f->name);
        for (size_t k = 0; k < i; k++)
            if (ac_sv_eq(c->http->params.at[k].name, p->name))
                return ac_fail(err, AC_EINPUT, "it is given twice");
        const ac_rc rc = ac_field_check_text(f, p->value, err);
        if (rc != AC_OK)
            return rc == AC_ELIMIT ? AC_EINPUT : rc; /* "too large" is said of bodies */
    }
    c->where = AC_SV("");
    for (const ac_field *f = route->query ? route->query->fields : NULL; f && f->name; f++)
        if (f->required && !ac_http_param(c->http, f->name).p) {
            c->where = ac_sv_z(f->name);
            return ac_fail(err, AC_EINPUT, "it is missing");
        }
    return AC_OK;
}

/* The request as one that may come again. */
static ac_rc check_repeat(ac_call *c, ac_err *err)
{
    const ac_sv key = c->route->flags & AC_ROUTE_ONCE ? ac_http_get(c->http, "idempotency-key") : (ac_sv) { 0 };
    if (key.n > AC_ONCE_MAX) {
        c->where = AC_SV("Idempotency-Key");
        return ac_fail(err, AC_EINPUT, "at most %d bytes", AC_ONCE_MAX);
    }
    c->repeat = (ac_repeat) { .key = key, .path = c->http->path, .body = c->bytes };
    c->who.repeat = key.n ? &c->repeat : NULL;
    return AC_OK;
}

static ac_rc check_body(ac_call *c, ac_err *err)
{
    ac_json *j;
    if (!c->route->body)
        return AC_OK;
    AC_TRY(err, ac_json_parse(c->bytes, DEPTH, c->arena, &j, err));
    AC_TRY(err, ac_schema_check(c->route->body, j, &c->where, err));
    c->body = j;
    return AC_OK;
}

ac_rc ac_visit_call(ac_visit *v, ac_http_request *r, ac_call *c, ac_err *err)
{
    ac_api *a = v->api;
    *c = (ac_call) { .api = a,
                     .service = a->o.service,
                     .access = a->o.access,
                     .webhooks = a->o.webhooks,
                     .route = v->match.route,
                     .http = r,
                     .who = v->who,
                     .bytes = r->body,
                     .now_ms = ac_clock_now_ms(a->o.clock),
                     .arena = ac_arena_new((size_t)AC_CALL_ARENA + r->body.n * 32) };
    memcpy(c->args, v->match.args, sizeof c->args);
    if (!c->arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, check_query(v, c, err));
    AC_TRY(err, check_repeat(c, err));
    AC_TRY(err, check_body(c, err));
    return ac_in_time(c->service, &c->who, err);
}

/* Who has the answer already need not be sent it again. The hash is keyed, so that a tag in somebody's log says nothing
 * of what was read. */
static void put_tag(const ac_visit *v, const ac_http_request *r, ac_reply *p)
{
    enum { HALF = AC_MAC_SIZE / 2 };
    unsigned char mac[AC_MAC_SIZE];
    char tag[2 * HALF];
    const ac_sv body = ac_reply_bytes(p);
    const bool reading = r->method == AC_HTTP_GET || r->method == AC_HTTP_HEAD;
    if (!reading || !body.n || ac_reply_status(p) != 200 || v->match.route->flags & AC_ROUTE_FLEETING)
        return;
    ac_vault_mac(v->api->o.vault, AC_VAULT_LOOKUP, AC_SV("entity tag"), body, mac);
    (void)ac_hex_put(tag, mac, HALF);
    ac_reply_etag(p, (ac_sv) { tag, sizeof tag });
}

/* What changes something, and does not say itself when it does so, is from here on waited for. */
static ac_rc begin(ac_visit *v, ac_err *err)
{
    const ac_route *route = v->match.route;
    return route->method == AC_HTTP_GET || route->flags & (AC_ROUTE_LONG | AC_ROUTE_UPLOAD) || ac_deadline_does(&v->deadline)
               ? AC_OK
               : ac_fail(err, AC_ETIMEOUT, "the time for a request is up: nothing was done");
}

void ac_visit_answer(ac_visit *v, ac_http_request *r, ac_call *c, ac_rc rc, const ac_err *err)
{
    ac_reply *p = AC_MOVE(&c->reply);
    if (rc != AC_OK) {
        ac_reply_free(p);
        p = ac_error_reply(rc, c->where, err);
        ac_challenge(v, r, rc, err, p);
        if (ac_rc_http(rc) >= 500)
            AC_LOG(AC_LOG_ERROR, "request_failed", AC_F("request", v->who.request),
                   AC_F("route", (uint64_t)v->match.index), AC_F("error", rc));
    }
    put_tag(v, r, p);
    put_limit(p, &v->limit);
    if (rc == AC_OK && c->repeat.came)
        ac_reply_header(p, "Idempotent-Replay", AC_SV("true"));
    char id[AC_ID_TEXT];
    ac_id_format(v->who.request, id);
    ac_reply_header(p, "Request-Id", (ac_sv) { id, sizeof id }); /* the one that the audit log knows */
    if (!ac_trace_none(&v->trace)) {
        char trace[AC_TRACEPARENT];
        ac_trace_format(&v->trace, trace);
        ac_reply_header(p, "Traceresponse", (ac_sv) { trace, sizeof trace });
    }
    ac_arena_free(AC_MOVE(&c->arena));
    ac_http_answer(r, p);
}

/* On a thread of the crew. */
static void work(ac_http_request *r, void *arg)
{
    ac_visit *v = arg;
    ac_reply *refused = NULL;
    ac_err err = { 0 };
    ac_call *c = &v->call;
    ac_rc rc = v->known ? AC_OK : ac_visit_authorise(v, r, &refused, &err);
    if (refused) {
        ac_http_answer(r, refused);
        return;
    }
    if (rc == AC_OK)
        rc = ac_visit_call(v, r, c, &err);
    if (rc == AC_OK && ac_follow_is_asked(v, r)) {
        ac_arena_free(AC_MOVE(&c->arena));
        ac_follow(v, r);
        return;
    }
    c->may_later = true;
    if (rc == AC_OK)
        rc = begin(v, &err);
    if (rc == AC_OK)
        rc = v->match.route->run(c, &err);
    if (rc != (ac_rc)AC_LATER)
        ac_visit_answer(v, r, c, rc, &err);
}

/* ---- the loop's thread ---- */

static void refuse(ac_http_request *r, int status, const char *code, ac_sv message)
{
    ac_http_reply(r, ac_reply_error(status, code, message, AC_SV("")));
}

static void no_route(ac_http_request *r, const ac_match *m)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
    AC_AUTO(ac_sb) allow = AC_SB(128);
    if (!m->allowed) {
        refuse(r, 404, "not_found", AC_SV("there is nothing at this path"));
        return;
    }
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (m->allowed >> i & 1)
            ac_sb_addf(&allow, "%s%s", allow.n ? ", " : "", names[i]);
    ac_reply *p = r->method == AC_HTTP_OPTIONS
                      ? ac_reply_new(204)
                      : ac_reply_error(405, "method_not_allowed", AC_SV("not with this method"), AC_SV(""));
    ac_reply_header(p, "Allow", ac_sb_view(&allow));
    ac_http_reply(r, p);
}

/* false: it was answered */
static bool take_body(ac_visit *v, ac_http_request *r)
{
    const ac_route *route = v->match.route;
    if (route->flags & AC_ROUTE_ANY_BODY)
        return ac_http_body(r, AC_BODY_DROP, route->body_max) == AC_OK;
    if (!route->body)
        return true; /* a body is refused */
    const ac_sv type = ac_http_get(r, "content-type");
    if (type.p && !ac_http_is_type(r, "application/json")) {
        refuse(r, 415, "unsupported_media_type", AC_SV("application/json is expected"));
        return false;
    }
    if (ac_http_body(r, AC_BODY_WHOLE, route->body_max) != AC_OK)
        return false;
    ac_admit(v, r);
    return true;
}

static void on_request(void *context, ac_http_request *r)
{
    ac_api *a = context;
    ac_visit *v = ac_arena_alloc(r->arena, sizeof *v);
    if (!v) {
        ac_http_reply(r, NULL);
        return;
    }
    *v = (ac_visit) { .api = a, .match = ac_route_find(r->method, r->path), .began_ns = ac_clock_ticks_ns(a->o.clock) };
    r->user = v;
    if (a->o.tracer)
        ac_visit_trace_begin(v, r);
    if (!v->match.route) {
        no_route(r, &v->match);
        return;
    }
    if (!(v->match.route->flags & AC_ROUTE_FREE) && r->peer.n) { /* who comes through a Unix socket has no address */
        const ac_limit_answer l = ac_limit_take(a->by_address, hash(r->peer), ac_clock_now_ms(a->o.clock));
        if (!l.allowed) {
            ac_http_reply(r, too_many(&l));
            return;
        }
        keep_limit(v, &l);
    }
    ac_admit_clock_any(v, r);
    if (v->match.route->flags & AC_ROUTE_UPLOAD)
        ac_upload_start(v, r);
    else
        (void)take_body(v, r);
}

static void on_body(void *context, ac_http_request *r, ac_sv piece)
{
    (void)context;
    ac_upload_piece(r->user, r, piece);
}

static void on_end(void *context, ac_http_request *r)
{
    ac_visit *v = r->user;
    ac_api *a = context;
    if (!v || !v->match.route)
        return;
    if (v->match.route->flags & AC_ROUTE_UPLOAD)
        ac_upload_finish(v, r);
    else
        ac_http_hand(r, a->o.crew, work, v);
}

static void on_late(void *context, ac_http_request *r)
{
    (void)context;
    if (r->user)
        ac_admit_late(r->user, r);
}

static void on_done(void *context, ac_http_request *r, const ac_http_outcome *o)
{
    ac_api *a = context;
    ac_visit *v = r->user;
    if (!v)
        return;
    const uint64_t us = (ac_clock_ticks_ns(a->o.clock) - v->began_ns) / 1000;
    const size_t route = v->match.route ? v->match.index : SIZE_MAX;
    if (!ac_trace_none(&v->trace))
        ac_visit_trace_end(v, r, o);
    ac_metrics_request(a->metrics, route, o->status, us, o->received, o->sent);
    if (a->o.log_requests)
        AC_LOG(AC_LOG_INFO, "request", AC_F("request", v->who.request), AC_F("route", (uint64_t)route),
               AC_F("status", (uint64_t)o->status), AC_F("us", us), AC_F("received", o->received),
               AC_F("sent", o->sent), AC_F("actor", v->who.actor));
    ac_upload_drop(v);
}

ac_http_handler ac_api_handler(ac_api *a)
{
    return (ac_http_handler) {
        .context = a, .on_request = on_request, .on_body = on_body, .on_end = on_end, .on_late = on_late, .on_done = on_done
    };
}
