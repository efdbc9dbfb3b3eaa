/* Paths that take bodies and answer. */
#include "e2e/net/httpd.h"

#include "base/json_write.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>

enum { PIECE = 8192, STACK = 128 * 1024 };

uint64_t number(const ac_http_request *r, const char *name, uint64_t fallback)
{
    int64_t v;
    return ac_sv_to_i64(ac_http_param(r, name), &v) && v >= 0 ? (uint64_t)v : fallback;
}

static ac_reply *json_reply(int status, ac_sv text)
{
    ac_reply *p = ac_reply_new(status);
    ac_reply_body(p, "application/json", text);
    return p;
}

/* ---- paths that answer at once ------------------------------------------------------------------------------------- */

void get_health(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    ac_http_reply(r, json_reply(200, AC_SV("{\"status\":\"ok\"}")));
}

void get_show(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    ac_reply *p = ac_reply_new(200);
    ac_jw w = ac_jw_to(ac_reply_text(p, "application/json", JSON_MAX), 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "method", r->method_name);
    ac_jw_kstring(&w, "path", r->path);
    ac_jw_kstring(&w, "host", r->host);
    ac_jw_kstring(&w, "peer", r->peer);
    ac_jw_kbool(&w, "tls", r->tls);
    ac_jw_kbool(&w, "local", r->local);
    ac_jw_kstring(&w, "cookie", ac_http_cookie(r, "session"));
    ac_jw_ku64(&w, "headers", r->n_headers);
    ac_jw_kobject(&w, "params");
    for (size_t i = 0; i < r->params.n; i++) {
        ac_jw_key(&w, AC_SV("p"));
        ac_jw_string(&w, r->params.at[i].name);
        ac_jw_key(&w, AC_SV("v"));
        ac_jw_string(&w, r->params.at[i].value);
    }
    ac_jw_end_object(&w);
    ac_jw_end_object(&w);
    ac_http_reply(r, p);
}

void get_big(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    ac_reply *p = ac_reply_new(200);
    const size_t n = (size_t)number(r, "n", 100000);
    ac_sb *out = ac_reply_text(p, "application/json", n + 1);
    char *room = ac_sb_room(out, n);
    for (size_t i = 0; room && i < n; i++)
        room[i] = "{\"line\":\"of text\"}\n"[i % 19];
    ac_reply_etag(p, AC_SV("v1-abc"));
    if (ac_http_param(r, "secret").p)
        ac_reply_secret(p);
    ac_http_reply(r, p);
}

void get_bad(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    ac_reply *p = ac_reply_new(200);
    ac_reply_header(p, "X-Split", AC_SV("a\r\nSet-Cookie: b"));
    ac_http_reply(r, p);
}

void get_counts(app *a, state *s, ac_http_request *r)
{
    (void)s;
    const ac_http_counts c = ac_http_counted(a->server);
    ac_reply *p = ac_reply_new(200);
    ac_jw w = ac_jw_to(ac_reply_text(p, "application/json", JSON_MAX), 0);
    ac_jw_object(&w);
    ac_jw_ku64(&w, "open", c.open);
    ac_jw_ku64(&w, "requests", c.requests);
    ac_jw_ku64(&w, "bad", c.bad);
    ac_jw_ku64(&w, "late", c.late);
    ac_jw_ku64(&w, "streams", c.streams);
    ac_jw_ku64(&w, "sockets", c.sockets);
    ac_jw_ku64(&w, "gone", a->gone);
    ac_jw_ku64(&w, "done", a->done);
    ac_jw_ku64(&w, "ws_closed", a->ws_closed);
    ac_jw_ku64(&w, "ws_code", a->ws_code);
    ac_jw_end_object(&w);
    ac_http_reply(r, p);
}

void get_never(app *a, state *s, ac_http_request *r) { (void)a, (void)s, (void)r; }

void post_stop(app *a, state *s, ac_http_request *r)
{
    (void)s;
    ac_http_reply(r, json_reply(202, AC_SV("{}")));
    ac_loop_stop(a->loop);
}

/* ---- bodies -------------------------------------------------------------------------------------------------------- */

static void on_echo(ac_http_request *r)
{
    AC_AUTO(ac_sb) body = { 0 };
    ac_http_body_move(r, &body);
    ac_reply *p = ac_reply_new(200);
    ac_reply_own(p, "application/json", &body);
    ac_http_reply(r, p);
}

void post_whole(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    (void)ac_http_body(r, AC_BODY_WHOLE, JSON_MAX);
}

void post_stream(app *a, state *s, ac_http_request *r)
{
    (void)a;
    s->slow = ac_http_param(r, "slow").p;
    (void)ac_http_body(r, AC_BODY_STREAM, number(r, "max", UINT64_MAX - 1));
}

static ac_rc on_part(void *context, const ac_part *part, ac_err *err)
{
    state *s = context;
    (void)err;
    ac_sb_addf(&s->text, "[%.*s|%.*s|%.*s|", (int)part->name.n, part->name.p, (int)part->filename.n, part->filename.p ? part->filename.p : "",
               (int)part->type.n, part->type.p);
    s->bytes = 0;
    return AC_OK;
}

static ac_rc on_part_data(void *context, ac_sv bytes, ac_err *err)
{
    (void)err;
    ((state *)context)->bytes += bytes.n;
    return AC_OK;
}

static ac_rc on_part_end(void *context, ac_err *err)
{
    state *s = context;
    (void)err;
    ac_sb_addf(&s->text, "%llu]", (unsigned long long)s->bytes);
    return AC_OK;
}

void post_form(app *a, state *s, ac_http_request *r)
{
    (void)a;
    const ac_multipart_ops ops = { s, on_part, on_part_data, on_part_end };
    const ac_multipart_limits limits = { 16, 4096, 1ULL << 32 };
    s->text = AC_SB(JSON_MAX);
    s->rc = ac_multipart_new(ac_http_get(r, "content-type"), &ops, &limits, &s->form, NULL);
    (void)ac_http_body(r, AC_BODY_STREAM, 1ULL << 32);
}

void on_resume_timer(ac_timer *t)
{
    state *s = (state *)((char *)t - offsetof(state, timer));
    ac_http_resume(s->r);
}

void on_body(void *context, ac_http_request *r, ac_sv piece)
{
    app *a = context;
    state *s = r->user;
    if (s->form) {
        s->rc = s->rc == AC_OK ? ac_multipart_feed(s->form, piece, NULL) : s->rc;
        return;
    }
    s->bytes += piece.n;
    for (size_t i = 0; i < piece.n; i += 997)
        s->sum += (unsigned char)piece.p[i];
    if (s->slow) {
        ac_http_pause(r);
        ac_loop_after(a->loop, &s->timer, 100);
    }
}

void on_end(void *context, ac_http_request *r)
{
    app *a = context;
    state *s = r->user;
    char text[128];
    if (ac_sv_eq(r->path, AC_SV("/echo"))) {
        on_echo(r);
    } else if (s->form || ac_sv_eq(r->path, AC_SV("/form"))) {
        s->rc = s->form && s->rc == AC_OK ? ac_multipart_end(s->form, NULL) : s->rc;
        ac_http_reply(r, s->rc == AC_OK ? json_reply(200, ac_sb_view(&s->text)) : ac_reply_error(400, "bad_form", AC_SV("no"), AC_SV("")));
    } else if (ac_sv_eq(r->path, AC_SV("/stream")) || ac_sv_eq(r->path, AC_SV("/guarded"))) {
        const int n = snprintf(text, sizeof text, "{\"bytes\":%llu}", (unsigned long long)s->bytes);
        ac_http_reply(r, json_reply(200, (ac_sv) { text, (size_t)n }));
    } else if (ac_sv_eq(r->path, AC_SV("/drop"))) {
        ac_http_reply(r, ac_reply_new(204));
    }
    (void)a;
}

void post_drop(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    (void)ac_http_body(r, AC_BODY_DROP, JSON_MAX);
}

/* ---- answers from elsewhere ---------------------------------------------------------------------------------------- */

static void *work(void *arg)
{
    ac_http_request *r = arg;
    const uint64_t ms = number(r, "ms", 50);
    for (uint64_t i = 0; i < ms && !ac_http_is_gone(r); i += 10)
        (void)poll(NULL, 0, 10);
    ac_http_answer(r, json_reply(200, AC_SV("{\"worked\":true}")));
    return NULL;
}

void in_thread(ac_http_request *r, void *(*run)(void *))
{
    pthread_t t;
    pthread_attr_t attr;
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attr, STACK);
    ac_http_hold(r);
    if (pthread_create(&t, &attr, run, r) != 0)
        ac_http_answer(r, NULL);
    (void)pthread_attr_destroy(&attr);
}

void get_work(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    in_thread(r, work);
}

static void let_in(ac_http_request *r, void *arg)
{
    (void)arg;
    if (ac_http_is_gone(r))
        return;
    if (ac_http_param(r, "deny").p)
        ac_http_reply(r, ac_reply_error(401, "unauthorized", AC_SV("who are you?"), AC_SV("")));
    else
        ac_http_resume(r);
}

static void *guard(void *arg)
{
    (void)poll(NULL, 0, 100);
    ac_http_visit(arg, let_in, NULL);
    return NULL;
}

/* Nothing is taken before another thread has said that it is fine. */
void post_guarded(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    if (ac_http_body(r, AC_BODY_STREAM, JSON_MAX) != AC_OK)
        return;
    ac_http_pause(r);
    in_thread(r, guard);
}

static ac_rc pull(void *context, ac_sb *to, size_t room, bool *last, ac_err *err)
{
    state *s = context;
    (void)err;
    if (s->slow && !ac_timer_is_set(&s->timer)) { /* every other time there is nothing yet */
        ac_loop_after(s->app->loop, &s->timer, 10);
        return AC_EBUSY;
    }
    size_t n = s->left < PIECE ? (size_t)s->left : PIECE;
    n = n < room ? n : room;
    char *p = ac_sb_room(to, n);
    if (p)
        memset(p, 'x', n);
    s->left -= n;
    *last = !s->left;
    return AC_OK;
}

static void on_more_timer(ac_timer *t)
{
    state *s = (state *)((char *)t - offsetof(state, timer));
    s->slow = false;
    ac_http_more(s->r);
}

void get_source(app *a, state *s, ac_http_request *r)
{
    (void)a;
    const ac_reply_source source = { s, pull, NULL };
    ac_reply *p = ac_reply_new(200);
    s->left = number(r, "n", 100000);
    s->slow = ac_http_param(r, "slow").p;
    s->timer.fire = on_more_timer;
    const uint64_t lie = number(r, "lie", 0);
    ac_reply_pull(p, "application/octet-stream", ac_http_param(r, "chunks").p ? AC_REPLY_LENGTH_UNKNOWN : s->left + lie, &source);
    ac_http_reply(r, p);
}
