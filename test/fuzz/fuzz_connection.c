/* A whole server in this thread, and a connection that says what the input says: requests, or the frames of a WebSocket that is open already.
 * In the end nobody is there any more, and every request that began has ended. The first byte: bit 0 WebSocket, the rest where the bytes are cut. */
#include "fuzz/fuzz.h"
#include "net/sse.h"
#include "net/ws.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

enum { INPUT_MAX = 32 * 1024, TURNS = 200 };

typedef struct {
    ac_loop *loop;
    ac_http_server *server;
    struct sockaddr_un address;
    socklen_t size;
    size_t begun, done;
} world;

static void on_message(void *context, ac_ws *ws, bool text, ac_sv data)
{
    (void)context;
    if (text && !ac_utf8_is(data))
        abort();
    (void)ac_ws_send(ws, text, data, NULL);
}

static void on_ws_closed(void *context, ac_ws *ws, uint16_t code)
{
    (void)context, (void)code;
    ac_ws_release(ws);
}

static void on_sse_closed(void *context, ac_sse *s)
{
    (void)context;
    ac_sse_release(s);
}

static void on_request(void *context, ac_http_request *r)
{
    static const ac_ws_options ws = { .message = on_message, .closed = on_ws_closed, .message_max = 4096, .queue_max = 65536 };
    static const ac_sse_options sse = { .closed = on_sse_closed };
    ((world *)context)->begun++;
    if (ac_ws_is_asked(r))
        (void)ac_ws_open(r, &ws);
    else if (ac_sv_eq(r->path, AC_SV("/e")))
        (void)ac_sse_open(r, NULL, &sse);
    else if (ac_sv_eq(r->path, AC_SV("/s")))
        (void)ac_http_body(r, AC_BODY_STREAM, 1000);
    else if (ac_sv_eq(r->path, AC_SV("/w")))
        (void)ac_http_body(r, AC_BODY_WHOLE, 1000);
    else if (!ac_sv_eq(r->path, AC_SV("/n")))
        ac_http_reply(r, ac_reply_error(404, "not_found", AC_SV("no"), AC_SV("")));
}

static void on_end(void *context, ac_http_request *r)
{
    (void)context;
    ac_reply *p = ac_reply_new(200);
    ac_reply_body(p, "text/plain", r->body);
    if (!ac_sv_eq(r->path, AC_SV("/n"))) /* never answered */
        ac_http_reply(r, p);
    else
        ac_reply_free(p);
}

static void on_done(void *context, ac_http_request *r, const ac_http_outcome *o)
{
    (void)r, (void)o;
    ((world *)context)->done++;
}

static void start(world *w)
{
    const ac_loop_options loop = { .stop_ms = 1000 };
    const ac_http_handler h = { .context = w, .on_request = on_request, .on_end = on_end, .on_done = on_done };
    ac_http_settings settings = ac_http_defaults();
    settings.head = 8192;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    w->address.sun_family = AF_UNIX;
    w->size = sizeof w->address;
    if (bind(fd, (struct sockaddr *)&w->address, sizeof(sa_family_t)) != 0 || getsockname(fd, (struct sockaddr *)&w->address, &w->size) != 0 ||
        listen(fd, 8) != 0 || ac_loop_new(&loop, &w->loop, NULL) != AC_OK || ac_http_server_new(w->loop, &settings, &h, &w->server, NULL) != AC_OK ||
        ac_http_listen_fd(w->server, fd, NULL, NULL) != AC_OK)
        abort();
}

/* The server's turns, while the client takes what comes. */
static void turn(world *w, int fd, int n)
{
    char heard[4096];
    for (int i = 0; i < n; i++) {
        (void)uv_run(ac_loop_uv(w->loop), UV_RUN_NOWAIT);
        while (recv(fd, heard, sizeof heard, MSG_DONTWAIT) > 0)
            continue;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static world w;
    static const char hello[] = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
    if (!w.loop)
        start(&w);
    if (!n || n > INPUT_MAX)
        return 0;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&w.address, w.size) != 0)
        abort();
    const size_t cut = 1 + (size_t)(data[0] >> 1) * (n - 1) / 128;
    if (data[0] & 1)
        (void)send(fd, hello, sizeof hello - 1, MSG_NOSIGNAL);
    (void)send(fd, data + 1, cut - 1, MSG_NOSIGNAL);
    turn(&w, fd, 3);
    (void)send(fd, data + cut, n - cut, MSG_NOSIGNAL);
    turn(&w, fd, 3);
    (void)shutdown(fd, SHUT_WR);
    for (int i = 0; i < TURNS && ac_http_counted(w.server).open; i++)
        turn(&w, fd, 1);
    (void)close(fd);
    const ac_http_counts c = ac_http_counted(w.server);
    if (c.open || c.streams || c.sockets || w.begun != w.done)
        abort();
    return 0;
}
