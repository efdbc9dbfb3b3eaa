/* Paths that stay open. */
#include "e2e/net/httpd.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>

static void sse_closed(void *context, ac_sse *s)
{
    app *a = context;
    for (size_t i = 0; i < a->n_streams; i++)
        if (a->streams[i] == s) {
            a->streams[i] = a->streams[--a->n_streams];
            ac_sse_release(s);
            return;
        }
}

static void open_sse(ac_http_request *r, void *arg)
{
    app *a = arg;
    if (ac_http_is_gone(r) || a->n_streams == STREAMS)
        return;
    const ac_sse_options opt = { a, sse_closed, 2000, (size_t)number(r, "buffer", 0) };
    ac_sv last = ac_http_get(r, "last-event-id");
    ac_reply *head = ac_reply_new(200);
    ac_reply_header(head, "X-Last", last.p ? last : AC_SV("none"));
    ac_sse *s = ac_sse_open(r, head, &opt);
    if (s)
        a->streams[a->n_streams++] = s;
}

void get_sse(app *a, state *s, ac_http_request *r)
{
    (void)s;
    open_sse(r, a);
}

static void *visit_later(void *arg)
{
    ac_http_request *r = arg;
    (void)poll(NULL, 0, 20);
    ac_http_visit(r, open_sse, ((state *)r->user)->app);
    return NULL;
}

void get_sse_later(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    in_thread(r, visit_later);
}

void on_tick(ac_timer *t)
{
    app *a = (app *)((char *)t - offsetof(app, tick));
    char id[24];
    AC_AUTO(ac_sb) bytes = AC_SB(JSON_MAX);
    const int n = snprintf(id, sizeof id, "%llu", (unsigned long long)++a->event);
    const ac_sse_event e = { { id, (size_t)n }, AC_SV("tick"), AC_SV("{\"a\":1}\nsecond line") };
    if (ac_sse_format(&e, &bytes, NULL) == AC_OK)
        for (size_t i = a->n_streams; i; i--)
            if (i <= a->n_streams)
                (void)ac_sse_send_raw(a->streams[i - 1], ac_sb_view(&bytes), NULL);
    ac_loop_after(a->loop, t, (uint32_t)a->tick_ms);
}

/* Sends as fast as it can, from a thread of its own: who does not read is cut off. */
static void *flood(void *arg)
{
    ac_sse *s = arg;
    static const char text[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    ac_sse_event e = { .data = { text, sizeof text - 1 } };
    for (int i = 0; i < 100000 && !ac_sse_is_closed(s); i++) {
        if (ac_sse_send(s, &e, NULL) != AC_OK)
            break;
        if (i % 100 == 0)
            (void)poll(NULL, 0, 1);
    }
    ac_sse_close(s);
    ac_sse_release(s);
    return NULL;
}

void get_flood(app *a, state *s, ac_http_request *r)
{
    (void)a, (void)s;
    pthread_t t;
    const ac_sse_options opt = { NULL, NULL, 0, 32768 };
    ac_sse *x = ac_sse_open(r, NULL, &opt);
    if (x && pthread_create(&t, NULL, flood, x) == 0)
        (void)pthread_detach(t);
}

static void ws_message(void *context, ac_ws *ws, bool text, ac_sv data)
{
    (void)context;
    if (ac_sv_eq(data, AC_SV("close me")))
        ac_ws_close(ws, 4001, AC_SV("as you wish"));
    else
        (void)ac_ws_send(ws, text, data, NULL);
}

static void ws_closed(void *context, ac_ws *ws, uint16_t code)
{
    app *a = context;
    a->ws_closed++;
    a->ws_code = code;
    ac_ws_release(ws);
}

void get_ws(app *a, state *s, ac_http_request *r)
{
    (void)s;
    const ac_ws_options opt = { .context = a, .message = ws_message, .closed = ws_closed, .message_max = 65536, .queue_max = 1 << 20,
                                .ping_ms = (uint32_t)number(r, "ping", 30000), .pong_ms = 500,
                                .protocol = ac_http_param(r, "protocol").p ? AC_SV("aceso.1") : AC_SV("") };
    (void)ac_ws_open(r, &opt);
}
