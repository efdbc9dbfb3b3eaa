/* The server: where it listens, whom it lets in, how it ends. */
#include "net/http_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 1024, BUCKETS = 4096, SPARE_FILES = 64, OVER_MAX = 64 /* connections that are told that there is no room */, KEEPALIVE_S = 60, SCRATCH = 64 * 1024 };

typedef struct ac_http_listener {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv; /* first */
    struct ac_http_listener *next;
    ac_http_server *server;
    const ac_tls *tls;
    bool ip;
} listener;

struct ac_http_address {
    ac_http_address *next;
    size_t n;
    uint8_t key[16];
};

ac_http_settings ac_http_defaults(void)
{
    return (ac_http_settings) {
        .connections = 10000, .per_address = 256, .head = 32 * 1024, .target = 8 * 1024, .headers = 128, .params = 128, .arena_max = 512 * 1024,
        .head_ms = 10000, .idle_ms = 60000, .body_ms = 15000, .write_ms = 15000, .rate = 1024, .linger_ms = 2000, .keepalive_ms = 15000, .gzip_min = 1024,
    };
}

/* ---- addresses ----------------------------------------------------------------------------------------------------- */

/* FNV-1a over what counts: of IPv6, where each has many, the network. */
static size_t bucket_of(const uint8_t key[16])
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < 16; i++)
        h = (h ^ key[i]) * 16777619U;
    return h % BUCKETS;
}

static void key_of(const ac_http_conn *c, uint8_t key[16])
{
    memcpy(key, c->address, 16);
    if (!c->ipv4)
        memset(key + 8, 0, 8);
}

static ac_http_address **find_address(ac_http_server *s, const uint8_t key[16])
{
    ac_http_address **a = &s->addresses[bucket_of(key)];
    while (*a && memcmp((*a)->key, key, 16) != 0)
        a = &(*a)->next;
    return a;
}

/* False: this address has too many. */
static bool count_in(ac_http_conn *c)
{
    ac_http_server *s = c->server;
    uint8_t key[16];
    if (!c->ip || !s->settings.per_address || (c->local && !s->settings.count_local))
        return true;
    key_of(c, key);
    ac_http_address **a = find_address(s, key);
    if (!*a) {
        *a = ac_mem_alloc(sizeof **a);
        if (!*a)
            return false;
        memcpy((*a)->key, key, sizeof key);
    }
    if ((*a)->n >= s->settings.per_address)
        return false;
    (*a)->n++;
    c->counted = true;
    return true;
}

static void count_out(ac_http_conn *c)
{
    uint8_t key[16];
    if (!c->counted)
        return;
    key_of(c, key);
    ac_http_address **at = find_address(c->server, key), *a = *at;
    if (--a->n)
        return;
    *at = a->next;
    ac_mem_free(a);
}

static void read_peer(ac_http_conn *c)
{
    struct sockaddr_storage a;
    int n = sizeof a;
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }, one[16] = { [15] = 1 };
    c->local = !c->ip;
    if (!c->ip || uv_tcp_getpeername(&c->wire.uv.tcp, (struct sockaddr *)&a, &n) != 0)
        return;
    if (a.ss_family == AF_INET6) {
        memcpy(c->address, &((struct sockaddr_in6 *)&a)->sin6_addr, 16);
        c->ipv4 = memcmp(c->address, mapped, sizeof mapped) == 0;
    } else {
        memcpy(c->address, mapped, sizeof mapped);
        memcpy(c->address + 12, &((struct sockaddr_in *)&a)->sin_addr, 4);
        c->ipv4 = true;
    }
    c->local = c->ipv4 ? c->address[12] == 127 : memcmp(c->address, one, sizeof one) == 0;
}

/* ---- connections --------------------------------------------------------------------------------------------------- */

void ac_http_conn_closed(ac_http_conn *c)
{
    ac_http_server *s = c->server;
    *c->at = c->next;
    if (c->next)
        c->next->at = c->at;
    count_out(c);
    s->counts.open--;
    ac_mem_free(c);
    ac_http_leave_if_done(s);
}

static void link_conn(ac_http_server *s, ac_http_conn *c)
{
    c->next = s->conns;
    c->at = &s->conns;
    if (c->next)
        c->next->at = &c->next;
    s->conns = c;
    s->counts.open++;
}

/* Its handle is there. Is there room, too? */
static void admit(ac_http_conn *c, const listener *l)
{
    ac_http_server *s = c->server;
    const bool room = s->counts.open <= s->settings.connections && count_in(c) && !s->stopping;
    s->counts.connections++;
    s->counts.refused += !room;
    if (room && l->tls && ac_wire_use_tls(&c->wire, l->tls, NULL) != AC_OK) {
        ac_http_drop(c);
        return;
    }
    if (room || (!l->tls && s->counts.open < s->settings.connections + OVER_MAX))
        ac_http_conn_begin(c);
    if (!room && l->tls)
        ac_http_drop(c);
    else if (!room)
        ac_http_refuse(c, 503);
}

static void on_connection(uv_stream_t *stream, int status)
{
    listener *l = (listener *)stream;
    ac_http_server *s = l->server;
    uv_loop_t *loop = ac_loop_uv(s->loop);
    ac_http_conn *c = status == 0 ? ac_mem_alloc(sizeof *c) : NULL;
    if (!c)
        return;
    ac_wire_init(&c->wire, NULL, &s->room);
    c->server = s;
    c->ip = l->ip;
    c->tls = l->tls;
    if ((l->ip ? uv_tcp_init(loop, &c->wire.uv.tcp) : uv_pipe_init(loop, &c->wire.uv.pipe, 0)) != 0) {
        ac_mem_free(c);
        return;
    }
    link_conn(s, c);
    ac_http_conn_prepare(c);
    if (uv_accept(stream, &c->wire.uv.stream) != 0) {
        ac_http_drop(c);
        return;
    }
    if (l->ip) {
        (void)uv_tcp_nodelay(&c->wire.uv.tcp, 1);
        (void)uv_tcp_keepalive(&c->wire.uv.tcp, 1, KEEPALIVE_S);
    }
    read_peer(c);
    admit(c, l);
}

/* ---- listening ----------------------------------------------------------------------------------------------------- */

static void on_listener_closed(uv_handle_t *h) { ac_mem_free(h); }

static listener *listener_new(ac_http_server *s, const ac_tls *tls, bool ip, ac_err *err)
{
    listener *l = ac_mem_alloc(sizeof *l);
    if (!l || (ip ? uv_tcp_init(ac_loop_uv(s->loop), &l->uv.tcp) : uv_pipe_init(ac_loop_uv(s->loop), &l->uv.pipe, 0)) != 0) {
        ac_mem_free(l);
        (void)ac_fail(err, AC_ENOMEM, "no room to listen");
        return NULL;
    }
    l->server = s;
    l->tls = tls;
    l->ip = ip;
    return l;
}

/* rc: of what was done with it so far */
static ac_rc listen_on(listener *l, int rc, ac_err *err)
{
    ac_http_server *s = l->server;
    rc = rc ? rc : uv_listen(&l->uv.stream, BACKLOG, on_connection);
    if (rc) {
        uv_close(&l->uv.handle, on_listener_closed);
        return ac_loop_failed(err, rc);
    }
    l->next = s->listeners;
    s->listeners = l;
    return AC_OK;
}

ac_rc ac_http_listen(ac_http_server *s, const char *host, uint16_t port, ac_tls *tls, uint16_t *bound, ac_err *err)
{
    struct sockaddr_storage a = { 0 };
    int n = sizeof a;
    if (uv_ip4_addr(host, port, (struct sockaddr_in *)&a) != 0 && uv_ip6_addr(host, port, (struct sockaddr_in6 *)&a) != 0)
        return ac_fail(err, AC_EINPUT, "not an IP address");
    listener *l = listener_new(s, tls, true, err);
    if (!l)
        return AC_ENOMEM;
    AC_TRY(err, listen_on(l, uv_tcp_bind(&l->uv.tcp, (const struct sockaddr *)&a, a.ss_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0), err));
    if (uv_tcp_getsockname(&l->uv.tcp, (struct sockaddr *)&a, &n) == 0)
        *bound = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port : ((struct sockaddr_in *)&a)->sin_port);
    return AC_OK;
}

/* A socket that a process before this one left behind: nobody answers there. */
static ac_rc remove_dead(const char *path, ac_err *err)
{
    struct stat st;
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    const size_t n = strlen(path);
    if (!n || n >= sizeof a.sun_path)
        return ac_fail(err, AC_EINPUT, "the path of the socket is too long");
    if (lstat(path, &st) != 0)
        return AC_OK;
    memcpy(a.sun_path, path, n);
    const int fd = S_ISSOCK(st.st_mode) ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    const bool dead = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) != 0 && errno == ECONNREFUSED;
    if (fd >= 0)
        (void)close(fd);
    return dead && unlink(path) == 0 ? AC_OK : ac_fail(err, AC_EBUSY, "something else is in the socket's place");
}

/* The mode of the socket that was bound just now: of that file itself, should somebody who may write in the folder have
 * put a link in its place. 0, or an error of libuv. */
static int set_mode(const char *path, mode_t mode)
{
    char name[64];
    struct stat st;
    const int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return uv_translate_sys_error(errno);
    (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int rc = fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == geteuid() ? 0 : UV_EACCES;
    if (!rc && chmod(name, mode) != 0)
        rc = uv_translate_sys_error(errno);
    (void)close(fd);
    return rc;
}

/* The file is born with what the process's umask leaves, which is not touched: it is that of all threads, and others
 * may be making files. Nobody gets in before the mode is set: a socket that is bound and does not listen refuses
 * everybody (ECONNREFUSED), and keeps nobody waiting. */
ac_rc ac_http_listen_unix(ac_http_server *s, const char *path, unsigned mode, ac_err *err)
{
    AC_TRY(err, remove_dead(path, err));
    listener *l = listener_new(s, NULL, false, err);
    if (!l)
        return AC_ENOMEM;
    const int rc = uv_pipe_bind(&l->uv.pipe, path);
    return listen_on(l, rc ? rc : set_mode(path, (mode_t)mode), err);
}

ac_rc ac_http_listen_fd(ac_http_server *s, int fd, ac_tls *tls, ac_err *err)
{
    struct sockaddr_storage a = { 0 };
    socklen_t n = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
        return ac_fail(err, AC_EINPUT, "not a socket");
    const bool ip = a.ss_family == AF_INET || a.ss_family == AF_INET6;
    listener *l = listener_new(s, tls, ip, err);
    return l ? listen_on(l, ip ? uv_tcp_open(&l->uv.tcp, fd) : uv_pipe_open(&l->uv.pipe, fd), err) : AC_ENOMEM;
}

/* ---- beginning and end --------------------------------------------------------------------------------------------- */

static void close_listeners(ac_http_server *s)
{
    for (listener *l = s->listeners, *next; l; l = next) {
        next = l->next;
        uv_close(&l->uv.handle, on_listener_closed);
    }
    s->listeners = NULL;
}

void ac_http_leave_if_done(ac_http_server *s)
{
    if (s->stopping && !s->conns && !s->orphans)
        ac_loop_leave(s->loop, &s->member);
}

static void on_stop(ac_loop_member *m)
{
    ac_http_server *s = (ac_http_server *)m;
    s->stopping = true;
    close_listeners(s);
    for (ac_http_conn *c = s->conns; c; c = c->next) {
        if (c->phase == AC_PHASE_IDLE)
            ac_http_finish(c);
        else if (c->phase == AC_PHASE_UPPER)
            c->upper->stop(c);
        ac_http_settle(c);
    }
    ac_http_leave_if_done(s);
}

/* No more connections than files may be open. */
static size_t connections_possible(size_t wanted)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur == RLIM_INFINITY)
        return wanted;
    if (r.rlim_cur < r.rlim_max && r.rlim_cur < wanted + SPARE_FILES) {
        r.rlim_cur = r.rlim_max < wanted + SPARE_FILES ? r.rlim_max : wanted + SPARE_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &r);
        (void)getrlimit(RLIMIT_NOFILE, &r);
    }
    const size_t files = r.rlim_cur > (size_t)2 * SPARE_FILES ? (size_t)r.rlim_cur - SPARE_FILES : (size_t)r.rlim_cur / 2;
    return wanted < files ? wanted : files;
}

ac_rc ac_http_server_new(ac_loop *loop, const ac_http_settings *settings, const ac_http_handler *h, ac_http_server **out, ac_err *err)
{
    unsigned char random[4];
    ac_http_server *s = ac_mem_alloc(sizeof *s);
    ac_http_address **addresses = ac_mem_alloc(BUCKETS * sizeof(ac_http_address *));
    if (!s || !addresses) {
        ac_mem_free(s);
        ac_mem_free((void *)addresses);
        return ac_fail(err, AC_ENOMEM, "no room for a server");
    }
    *s = (ac_http_server) { .member = { .stop = on_stop }, .loop = loop, .settings = *settings, .handler = *h, .addresses = addresses, .scratch = AC_SB(SCRATCH) };
    s->limits = (ac_head_limits) { settings->target, settings->head, settings->headers };
    s->settings.connections = connections_possible(settings->connections);
    if (RAND_bytes(random, sizeof random) != 1) {
        ac_http_server_free(s);
        return ac_fail(err, AC_EIO, "no random bytes");
    }
    (void)snprintf(s->id_prefix, sizeof s->id_prefix, "%02x%02x%02x%02x", random[0], random[1], random[2], random[3]);
    ac_loop_join(loop, &s->member);
    *out = s;
    return AC_OK;
}

void ac_http_server_free(ac_http_server *s)
{
    if (!s)
        return;
    close_listeners(s);
    ac_loop_leave(s->loop, &s->member);
    for (size_t i = 0; i < s->n_arenas; i++)
        ac_arena_free(s->arenas[i]);
    ac_mem_free((void *)s->addresses);
    ac_sb_cleanup(&s->scratch);
    ac_mem_free(s);
}

ac_http_counts ac_http_counted(const ac_http_server *s)
{
    const ac_http_tally *c = &s->counts;
    return (ac_http_counts) { .connections = c->connections,
                              .requests = c->requests,
                              .refused = c->refused,
                              .bad = c->bad,
                              .late = c->late,
                              .gone = c->gone,
                              .open = c->open,
                              .streams = c->streams,
                              .sockets = c->sockets };
}

ac_sv ac_http_date(ac_http_server *s)
{
    const int64_t now = (int64_t)time(NULL);
    if (now != s->date_at) {
        s->date_at = now;
        s->date_n = ac_field_date(now, s->date).n;
    }
    return (ac_sv) { s->date, s->date_n };
}
