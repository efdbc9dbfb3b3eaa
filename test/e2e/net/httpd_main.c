/* A server for the tests of src/net: every way to take a body and to answer has a path. Not shipped.
 * httpd_main [key=value ...]: port, unix, tls=CERT:KEY, tls12, fd, and the settings that tests shorten. Says "ready PORT" on standard output. */
#include "e2e/net/httpd.h"

#include "os/stop.h"
#include "os/systemd.h"

#include <stdio.h>
#include <stdlib.h>

enum { TICK_MS = 1000 };

/* ---- which of them ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *path;
    handler *run;
} routes[] = {
    { "/health", get_health }, { "/show", get_show }, { "/big", get_big }, { "/bad", get_bad }, { "/counts", get_counts }, { "/never", get_never },
    { "/stop", post_stop }, { "/echo", post_whole }, { "/stream", post_stream }, { "/form", post_form }, { "/drop", post_drop }, { "/work", get_work },
    { "/source", get_source }, { "/guarded", post_guarded }, { "/sse", get_sse }, { "/sse_later", get_sse_later }, { "/flood", get_flood }, { "/ws", get_ws },
};

static void on_request(void *context, ac_http_request *r)
{
    app *a = context;
    state *s = ac_mem_alloc(sizeof *s);
    if (!s) {
        ac_http_reply(r, NULL);
        return;
    }
    *s = (state) { .app = a, .r = r, .timer = { .fire = on_resume_timer } };
    r->user = s;
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (ac_sv_eq(r->path, ac_sv_z(routes[i].path))) {
            routes[i].run(a, s, r);
            return;
        }
    ac_http_reply(r, ac_reply_error(404, "not_found", AC_SV("no such path"), AC_SV("")));
}

static void on_gone(void *context, ac_http_request *r)
{
    (void)r;
    ((app *)context)->gone++;
}

static void on_done(void *context, ac_http_request *r, const ac_http_outcome *o)
{
    app *a = context;
    state *s = r->user;
    (void)o;
    a->done++;
    if (!s)
        return;
    ac_loop_unset(a->loop, &s->timer);
    ac_multipart_free(s->form);
    ac_sb_cleanup(&s->text);
    ac_mem_free(s);
}

static bool allow(void *context, ac_sv origin, const ac_http_request *r)
{
    (void)context, (void)r;
    return ac_sv_eq(origin, AC_SV("https://friend.example"));
}

/* ---- start --------------------------------------------------------------------------------------------------------- */

static void on_hangup(void *context)
{
    app *a = context;
    ac_err err = { 0 };
    if (a->tls && ac_tls_reload(a->tls, &err) != AC_OK)
        (void)fprintf(stderr, "httpd: %s\n", err.text);
}

static void on_stopping(void *context)
{
    (void)context;
    (void)ac_systemd_notify(AC_SV("STOPPING=1"), NULL);
}

typedef struct {
    const char *unix_path, *certificate, *key;
    uint16_t port;
    bool tls12, cors;
} arguments;

static void read_argument(char *arg, app *a, arguments *out)
{
    char *value = strchr(arg, '=');
    int64_t n = 0;
    if (!value)
        return;
    *value++ = '\0';
    (void)ac_sv_to_i64(ac_sv_z(value), &n);
    const struct {
        const char *name;
        uint32_t *to;
    } times[] = {
        { "head_ms", &a->settings.head_ms }, { "idle_ms", &a->settings.idle_ms }, { "body_ms", &a->settings.body_ms }, { "write_ms", &a->settings.write_ms },
        { "rate", &a->settings.rate }, { "linger_ms", &a->settings.linger_ms }, { "keepalive_ms", &a->settings.keepalive_ms },
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (strcmp(arg, times[i].name) == 0)
            *times[i].to = (uint32_t)n;
    out->port = strcmp(arg, "port") == 0 ? (uint16_t)n : out->port;
    out->unix_path = strcmp(arg, "unix") == 0 ? value : out->unix_path;
    out->certificate = strcmp(arg, "certificate") == 0 ? value : out->certificate;
    out->key = strcmp(arg, "key") == 0 ? value : out->key;
    out->tls12 = out->tls12 || strcmp(arg, "tls12") == 0;
    out->cors = out->cors || strcmp(arg, "cors") == 0;
    a->tick_ms = strcmp(arg, "tick_ms") == 0 ? (uint64_t)n : a->tick_ms;
    a->settings.connections = strcmp(arg, "connections") == 0 ? (size_t)n : a->settings.connections;
    if (strcmp(arg, "per_address") == 0) {
        a->settings.per_address = (size_t)n;
        a->settings.count_local = true;
    }
}

static ac_rc listen_all(app *a, const arguments *x, uint16_t *port, ac_err *err)
{
    int fd = 0;
    const size_t n = ac_systemd_sockets(&fd);
    if (x->certificate) {
        const ac_tls_options opt = { x->certificate, x->key, x->tls12 };
        if (strcmp(x->key, x->certificate) != 0)
            AC_TRY(err, ac_tls_self_sign(x->certificate, x->key, 30, err));
        AC_TRY(err, ac_tls_new(&opt, &a->tls, err));
    }
    for (size_t i = 0; i < n; i++)
        AC_TRY(err, ac_http_listen_fd(a->server, fd + (int)i, a->tls, err));
    if (x->unix_path)
        AC_TRY(err, ac_http_listen_unix(a->server, x->unix_path, 0600, err));
    return ac_http_listen(a->server, "127.0.0.1", x->port, a->tls, port, err);
}

int main(int argc, char **argv)
{
    static app a;
    arguments x = { 0 };
    uint16_t port = 0;
    ac_err err = { 0 };
    a.settings = ac_http_defaults();
    a.tick_ms = TICK_MS;
    for (int i = 1; i < argc; i++)
        read_argument(argv[i], &a, &x);
    a.settings.origin = x.cors ? allow : NULL;
    ac_stop_install();
    const ac_loop_options loop = { 10000, true, on_hangup, on_stopping, &a };
    const ac_http_handler h = { .context = &a,
                                .on_request = on_request,
                                .on_body = on_body,
                                .on_end = on_end,
                                .on_gone = on_gone,
                                .on_done = on_done };
    ac_rc rc = ac_loop_new(&loop, &a.loop, &err);
    rc = rc == AC_OK ? ac_http_server_new(a.loop, &a.settings, &h, &a.server, &err) : rc;
    rc = rc == AC_OK ? listen_all(&a, &x, &port, &err) : rc;
    if (rc == AC_OK) {
        a.tick.fire = on_tick;
        ac_loop_after(a.loop, &a.tick, (uint32_t)a.tick_ms);
        (void)printf("ready %u\n", port);
        (void)fflush(stdout);
        (void)ac_systemd_notify(AC_SV("READY=1"), NULL);
        rc = ac_loop_run(a.loop, &err);
    }
    if (rc != AC_OK)
        (void)fprintf(stderr, "httpd: %s\n", err.text);
    ac_http_server_free(a.server);
    ac_tls_free(a.tls);
    ac_loop_free(a.loop);
    return rc == AC_OK ? 0 : 1;
}
