#include "adapter/fetch/fetch.h"

#include "adapter/fetch/fetch_parts.h"
#include "base/spin.h"

#include <netinet/in.h>
#include <unistd.h>

enum {
    IDLE_MAX = 32,      /* lines kept for the next request */
    CONNECT_MS = 10000, /* unless the request says */
    LOOK_MS = 100,      /* how often somebody who may cancel is asked */
    WAIT_MS = 1000,
    CONNECTIONS = 2, /* of one line */
    MAX_AGE_S = 300, /* of a connection: then its name is looked up again */
    HIGH_STATUS = 600,
    REFUSAL_MAX = 64 << 10 /* of an answer that is no 2xx to somebody who takes pieces */
};

/** One request at a time, and the connections that it leaves. */
typedef struct {
    const ac_curl_functions *curl;
    CURL *easy;
    CURLM *multi;
    uint64_t key;
} line;

typedef struct {
    ac_fetch port;
    ac_spin lock;
    line idle[IDLE_MAX]; /* the longest unused first */
    size_t n;
} fetch;

/** One request under way. */
typedef struct {
    const ac_fetch_request *r;
    const ac_target *t;
    const ac_curl_functions *curl;
    CURL *easy;
    ac_head head;
    ac_sb body;
    size_t got;
    uint64_t read;
    ac_rc rc;             /* what a callback of ours had to say */
    bool denied, allowed; /* addresses that were looked at */
    struct curl_slist *headers;
} course;

static void course_cleanup(course *c)
{
    c->curl->slist_free_all(c->headers);
    ac_sb_cleanup(&c->body);
}

/* ---- lines ---- */

static void line_cleanup(line *l)
{
    if (!l->curl)
        return;
    l->curl->easy_cleanup(l->easy);
    (void)l->curl->multi_cleanup(l->multi);
    *l = (line) { 0 };
}

static ac_rc line_new(const ac_target *t, line *out, ac_err *err)
{
    const ac_curl_functions *curl = t->curl;
    line l = { curl, curl->easy_init(), curl->multi_init(), t->key };
    if (!l.easy || !l.multi || curl->multi_setopt(l.multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS) != CURLM_OK) {
        line_cleanup(&l);
        return ac_fail(err, AC_ENOMEM, "out of memory");
    }
    *out = l;
    return AC_OK;
}

/* The last one that was used for it. */
static bool take_idle(fetch *f, uint64_t key, line *out)
{
    ac_spin_lock(&f->lock);
    size_t i = f->n;
    while (i && f->idle[i - 1].key != key)
        i--;
    if (i) {
        *out = f->idle[i - 1];
        memmove(&f->idle[i - 1], &f->idle[i], (f->n - i) * sizeof *f->idle);
        f->n--;
    }
    ac_spin_unlock(&f->lock);
    return i > 0;
}

static void keep_idle(fetch *f, line *l)
{
    line oldest = { 0 };
    ac_spin_lock(&f->lock);
    if (f->n == IDLE_MAX) {
        oldest = f->idle[0];
        memmove(&f->idle[0], &f->idle[1], (IDLE_MAX - 1) * sizeof *f->idle);
        f->n--;
    }
    f->idle[f->n++] = *l;
    ac_spin_unlock(&f->lock);
    line_cleanup(&oldest);
}

/* ---- what libcurl asks ---- */

static bool may_connect(course *c, const struct curl_sockaddr *to)
{
    ac_address a;
    if (to->family == AF_UNIX)
        return c->r->unix_socket.n > 0;
    if (c->r->reach == AC_REACH_ANY)
        return true;
    if (!ac_address_of(&to->addr, to->addrlen, &a))
        return false;
    return ac_address_in(&a, c->r->ranges, c->r->n_ranges) || (c->t->https && ac_address_is_public(&a));
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    course *c = context;
    if (purpose != CURLSOCKTYPE_IPCXN || !may_connect(c, to)) {
        c->denied = true;
        return CURL_SOCKET_BAD;
    }
    c->allowed = true;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t take_header(char *p, size_t size, size_t n, void *context)
{
    course *c = context;
    return ac_head_line(&c->head, (ac_sv) { p, size * n }) ? size * n : CURL_WRITEFUNC_ERROR;
}

static size_t body_max(const ac_fetch_request *r) { return r->max_bytes ? r->max_bytes : r->chunk ? REFUSAL_MAX : 0; }

/* Its status is known by now. */
static bool went_well(const course *c)
{
    long status = 0;
    (void)c->curl->easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300;
}

static size_t take_body(char *p, size_t size, size_t n, void *context)
{
    course *c = context;
    const ac_sv bytes = { p, size * n };
    const bool piece = c->r->chunk && went_well(c);
    const size_t max = piece && !c->r->max_bytes ? SIZE_MAX : body_max(c->r);
    if (bytes.n > max - c->got) {
        c->rc = AC_ELIMIT;
        return CURL_WRITEFUNC_ERROR;
    }
    c->got += bytes.n;
    if (!piece)
        ac_sb_add(&c->body, bytes);
    else if (bytes.n && !c->r->chunk(c->r->context, bytes))
        c->rc = AC_ECANCELLED;
    if (c->body.rc != AC_OK)
        c->rc = c->body.rc;
    return c->rc == AC_OK ? bytes.n : CURL_WRITEFUNC_ERROR;
}

static size_t give_body(char *p, size_t size, size_t n, void *context)
{
    course *c = context;
    const uint64_t left = c->r->read_bytes - c->read;
    const size_t room = size * n, most = room < left ? room : (size_t)left;
    const size_t got = most ? c->r->read(c->r->context, p, most) : 0;
    if (got > most || (!got && left)) {
        c->rc = AC_EINPUT;
        return CURL_READFUNC_ABORT;
    }
    c->read += got;
    return got;
}

/* ---- the request ---- */

/* In order, until one fails. */
#define SET(option, value)                                                                                             \
    do {                                                                                                               \
        if (rc == CURLE_OK)                                                                                            \
            rc = c->curl->easy_setopt(c->easy, option, value);                                                         \
    } while (0)

static CURLcode set_rules(course *c)
{
    CURLcode rc = CURLE_OK;
    const ac_fetch_request *r = c->r;
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L); /* who hangs in a look-up of a name is not waited for */
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_MAXLIFETIME_CONN, (long)MAX_AGE_S);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_USERAGENT, "aceso/" AC_VERSION);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(r->connect_ms > 0 ? r->connect_ms : CONNECT_MS));
    SET(CURLOPT_TIMEOUT_MS, (long)(r->timeout_ms > 0 ? r->timeout_ms : 0));
    return rc;
}

static CURLcode set_callbacks(course *c)
{
    CURLcode rc = CURLE_OK;
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, c);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, c);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, c);
    return rc;
}

static CURLcode set_body(course *c, ac_arena *a)
{
    CURLcode rc = CURLE_OK;
    const ac_fetch_request *r = c->r;
    const bool body = r->body.n || r->read;
    const ac_sv method = ac_arena_printf(a, "%.*s", (int)r->method.n, r->method.p ? r->method.p : "");
    if (!method.p)
        return CURLE_OUT_OF_MEMORY;
    if (ac_sv_eq(method, AC_SV("HEAD"))) {
        SET(CURLOPT_NOBODY, 1L);
    } else if (r->read) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_READFUNCTION, give_body);
        SET(CURLOPT_READDATA, c);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->read_bytes);
        SET(CURLOPT_FRESH_CONNECT,
            1L); /* it can be read but once, so it cannot be sent anew where a kept connection turns out closed */
    } else if (body || ac_sv_eq(method, AC_SV("POST")) || ac_sv_eq(method, AC_SV("PUT"))) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
        SET(CURLOPT_POSTFIELDS, r->body.p ? r->body.p : "");
    } else {
        SET(CURLOPT_HTTPGET, 1L);
    }
    if (method.n && !ac_sv_eq(method, AC_SV("HEAD")))
        SET(CURLOPT_CUSTOMREQUEST, method.p);
    return rc;
}

static CURLcode set_places(course *c, ac_arena *a)
{
    CURLcode rc = CURLE_OK;
    const ac_fetch_request *r = c->r;
    SET(CURLOPT_CURLU, c->t->url);
    if (r->ca_file.n) {
        const ac_sv z = ac_arena_printf(a, "%.*s", (int)r->ca_file.n, r->ca_file.p);
        if (!z.p)
            return CURLE_OUT_OF_MEMORY;
        SET(CURLOPT_CAINFO, z.p);
        SET(CURLOPT_CAPATH, NULL);
    }
    if (r->unix_socket.n) {
        const ac_sv z = ac_arena_printf(a, "%.*s", (int)r->unix_socket.n, r->unix_socket.p);
        if (!z.p)
            return CURLE_OUT_OF_MEMORY;
        SET(CURLOPT_UNIX_SOCKET_PATH, z.p);
    }
    return rc;
}

static bool add_header(course *c, ac_arena *a, ac_sv name, ac_sv value)
{
    /* ';' says that the header is to be sent, and empty */
    const ac_sv z = value.n ? ac_arena_printf(a, "%.*s: %.*s", (int)name.n, name.p, (int)value.n, value.p)
                            : ac_arena_printf(a, "%.*s;", (int)name.n, name.p);
    struct curl_slist *more = z.p ? c->curl->slist_append(c->headers, z.p) : NULL;
    c->headers = more ? more : c->headers;
    return more != NULL;
}

/* Headers of the caller; what libcurl would add of its own accord is taken away. */
static CURLcode set_headers(course *c, ac_arena *a)
{
    static const char *const ours[] = { "Expect:", "Content-Type:" };
    CURLcode rc = CURLE_OK;
    bool typed = false;
    for (size_t i = 0; i < c->r->n_headers; i++) {
        typed |= ac_sv_eq_nocase(c->r->headers[i].name, AC_SV("content-type"));
        if (!add_header(c, a, c->r->headers[i].name, c->r->headers[i].value))
            return CURLE_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < (typed ? 1u : 2u); i++) {
        struct curl_slist *more = c->curl->slist_append(c->headers, ours[i]);
        if (!more)
            return CURLE_OUT_OF_MEMORY;
        c->headers = more;
    }
    SET(CURLOPT_HTTPHEADER, c->headers);
    return rc;
}

static CURLcode prepare(course *c, ac_arena *a)
{
    c->curl->easy_reset(c->easy); /* keeps connections, names and sessions */
    CURLcode rc = set_rules(c);
    rc = rc == CURLE_OK ? set_callbacks(c) : rc;
    rc = rc == CURLE_OK ? set_places(c, a) : rc;
    rc = rc == CURLE_OK ? set_body(c, a) : rc;
    return rc == CURLE_OK ? set_headers(c, a) : rc;
}

/* ---- its course ---- */

static bool is_cancelled(const course *c) { return c->r->cancelled && c->r->cancelled(c->r->context); }

static bool is_done(const line *l, CURLcode *out)
{
    int left = 0;
    const CURLMsg *said = l->curl->multi_info_read(l->multi, &left);
    if (!said || said->msg != CURLMSG_DONE)
        return false;
    *out = said->data.result;
    return true;
}

static CURLcode drive(const line *l, course *c)
{
    CURLcode out = CURLE_OK;
    int running = 0;
    while (l->curl->multi_perform(l->multi, &running) == CURLM_OK) {
        if (is_done(l, &out))
            return out;
        if (is_cancelled(c)) {
            c->rc = AC_ECANCELLED;
            return CURLE_ABORTED_BY_CALLBACK;
        }
        if (l->curl->multi_poll(l->multi, NULL, 0, c->r->cancelled ? LOOK_MS : WAIT_MS, NULL) != CURLM_OK)
            break;
    }
    return CURLE_OUT_OF_MEMORY;
}

static ac_rc ended(CURLcode code, ac_err *err)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return ac_fail(err, AC_EBUSY, "the host's name is not known");
    case CURLE_COULDNT_CONNECT:
        return ac_fail(err, AC_EBUSY, "nobody answers there");
    case CURLE_OPERATION_TIMEDOUT:
        return ac_fail(err, AC_EBUSY, "no answer in time");
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return ac_fail(err, AC_EBUSY, "the connection broke");
    case CURLE_PARTIAL_FILE:
        return ac_fail(err, AC_EIO, "the answer was cut short");
    case CURLE_PEER_FAILED_VERIFICATION:
        return ac_fail(err, AC_EIO, "the certificate does not verify");
    case CURLE_SSL_CONNECT_ERROR:
        return ac_fail(err, AC_EIO, "TLS failed");
    case CURLE_SSL_CACERT_BADFILE:
        return ac_fail(err, AC_EIO, "the file of trusted certificates cannot be read");
    case CURLE_OUT_OF_MEMORY:
        return ac_fail(err, AC_ENOMEM, "out of memory");
    default:
        return ac_fail(err, AC_EIO, "the answer is no HTTP (%d)", (int)code);
    }
}

static ac_rc failed(const course *c, CURLcode code, ac_err *err)
{
    const ac_rc ours = c->rc != AC_OK ? c->rc : c->head.rc;
    if (ours == AC_ELIMIT)
        return ac_fail(err, ours, "the answer is too long");
    if (ours != AC_OK)
        return ac_fail(err, ours, "the request was ended");
    if (c->denied && !c->allowed)
        return ac_fail(err, AC_EDENIED, "that address may not be reached");
    return ended(code, err);
}

static ac_rc finish(course *c, ac_arena *a, ac_fetch_answer *answer, ac_err *err)
{
    long status = 0;
    AC_TRY(err, ac_sb_done(&c->body, err));
    (void)c->curl->easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 100 || status >= HIGH_STATUS)
        return ac_fail(err, AC_EIO, "the answer is no HTTP");
    answer->status = (int)status;
    answer->body = ac_arena_copy(a, ac_sb_view(&c->body));
    return answer->body.p || !c->body.n ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for the answer");
}

static ac_rc go(const line *l, course *c, ac_arena *a, ac_err *err)
{
    CURLcode code = prepare(c, a);
    if (code != CURLE_OK)
        return ac_fail(err, code == CURLE_OUT_OF_MEMORY ? AC_ENOMEM : AC_EINTERNAL, "the request cannot be made");
    if (l->curl->multi_add_handle(l->multi, l->easy) != CURLM_OK)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    code = drive(l, c);
    (void)l->curl->multi_remove_handle(l->multi, l->easy);
    if (code == CURLE_OK && c->rc == AC_OK)
        return finish(c, a, c->head.out, err);
    return failed(c, code, err);
}

static ac_rc op_send(ac_fetch *port, const ac_fetch_request *r, ac_arena *a, ac_fetch_answer *out, ac_err *err)
{
    fetch *f = (fetch *)port;
    AC_AUTO(ac_target) t = { 0 };
    ac_fetch_answer answer = { 0 };
    line l = { 0 };
    AC_TRY(err, ac_target_headers(r, err));
    AC_TRY(err, ac_target_open(r, &t, err));
    AC_AUTO(course)
    c = { .r = r, .t = &t, .curl = t.curl, .head = { a, &answer, 0, AC_OK }, .body = AC_SB(body_max(r)) };
    if (!take_idle(f, t.key, &l))
        AC_TRY(err, line_new(&t, &l, err));
    c.easy = l.easy;
    const ac_rc rc = go(&l, &c, a, err);
    if (rc == AC_OK) {
        l.curl->easy_reset(l.easy); /* it points to what ends here */
        keep_idle(f, &l);
        *out = answer;
    } else {
        line_cleanup(&l);
    }
    return rc;
}

static ac_rc op_check(ac_fetch *port, const ac_fetch_request *r, ac_err *err)
{
    AC_AUTO(ac_target) t = { 0 };
    (void)port;
    AC_TRY(err, ac_target_headers(r, err));
    return ac_target_open(r, &t, err);
}

static void op_free(ac_fetch *port)
{
    fetch *f = (fetch *)port;
    for (size_t i = 0; i < f->n; i++)
        line_cleanup(&f->idle[i]);
    ac_mem_free(f);
}

ac_rc ac_fetch_new(ac_fetch **out, ac_err *err)
{
    static const ac_fetch_ops ops = { .name = "curl", .check = op_check, .send = op_send, .free = op_free };
    fetch *f = ac_mem_alloc(sizeof *f);
    if (!f)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    f->port.ops = &ops;
    ac_spin_init(&f->lock);
    *out = &f->port;
    return AC_OK;
}
