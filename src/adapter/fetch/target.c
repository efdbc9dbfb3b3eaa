/* What is asked, before anybody is asked. */
#include "adapter/fetch/fetch_parts.h"

enum { PORT_MAX = 65535 };

static const ac_sv LOCALHOST = { "localhost", 9 };

void ac_target_cleanup(ac_target *t)
{
    if (t->url)
        t->curl->url_cleanup(t->url);
    t->url = NULL;
}

/* What libcurl has allocated. */
typedef struct {
    const ac_curl_functions *curl;
    char *z;
} text;

static void text_cleanup(text *t) { t->curl->free(t->z); }

/* Visible ASCII: no blank, no line break, no letter that looks like another. */
static bool is_plain(ac_sv url)
{
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '\\')
            return false;
    return url.n > 0;
}

static ac_rc parse(ac_sv url, ac_target *out, ac_err *err)
{
    char z[AC_FETCH_URL_MAX + 1];
    if (url.n > AC_FETCH_URL_MAX || !is_plain(url))
        return ac_fail(err, AC_EINPUT, "no URL, or one that is too long");
    memcpy(z, url.p, url.n);
    z[url.n] = '\0';
    const ac_curl_functions *curl = out->curl;
    CURLU *u = curl->url();
    if (!u)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const CURLUcode c = curl->url_set(u, CURLUPART_URL, z, CURLU_DISALLOW_USER);
    if (c == CURLUE_OK) {
        out->url = u;
        return AC_OK;
    }
    curl->url_cleanup(u);
    if (c == CURLUE_OUT_OF_MEMORY)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (c == CURLUE_USER_NOT_ALLOWED)
        return ac_fail(err, AC_EINPUT, "a URL with a user name");
    return ac_fail(err, AC_EINPUT, "not a URL");
}

static ac_sv without_dot(ac_sv host)
{
    return host.n && host.p[host.n - 1] == '.' ? ac_sv_sub(host, 0, host.n - 1) : host;
}

static ac_sv without_brackets(ac_sv host)
{
    return host.n > 1 && host.p[0] == '[' ? ac_sv_sub(host, 1, host.n - 1) : host;
}

/* "localhost" and all below it are this machine (RFC 6761). */
static bool is_this_machine(ac_sv host)
{
    if (host.n <= LOCALHOST.n)
        return ac_sv_eq_nocase(host, LOCALHOST);
    return host.p[host.n - LOCALHOST.n - 1] == '.' &&
           ac_sv_eq_nocase(ac_sv_sub(host, host.n - LOCALHOST.n, host.n), LOCALHOST);
}

/* What is seen of a host before its name is looked up; the address is looked at again when it is connected to. */
static ac_rc host_may(const ac_fetch_request *r, ac_sv host, ac_err *err)
{
    ac_address a;
    bool known = ac_address_parse(without_brackets(without_dot(host)), &a);
    if (is_this_machine(without_dot(host)))
        known = ac_address_parse(AC_SV("127.0.0.1"), &a);
    if (!known || ac_address_in(&a, r->ranges, r->n_ranges) || ac_address_is_public(&a))
        return AC_OK;
    return ac_fail(err, AC_EDENIED, "that address may not be reached");
}

static ac_rc may(const ac_fetch_request *r, ac_sv scheme, ac_sv host, unsigned port, ac_err *err)
{
    const bool https = ac_sv_eq(scheme, AC_SV("https"));
    if (!https && !ac_sv_eq(scheme, AC_SV("http")))
        return ac_fail(err, AC_EINPUT, "neither http nor https");
    if (r->reach == AC_REACH_ANY)
        return AC_OK;
    if (r->unix_socket.n)
        return ac_fail(err, AC_EDENIED, "a socket of this machine may not be reached");
    if (!https && !r->n_ranges)
        return ac_fail(err, AC_EDENIED, "https is needed");
    if (ac_port_is_refused(port))
        return ac_fail(err, AC_EDENIED, "that port may not be reached");
    return host_may(r, host, err);
}

static uint64_t mixed(uint64_t h, ac_sv s) /* FNV-1a; each part with its length */
{
    h = (h ^ s.n) * 0x100000001b3u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return h;
}

static uint64_t key_of(const ac_fetch_request *r, const ac_sv origin[3])
{
    uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)r->reach;
    for (size_t i = 0; i < 3; i++)
        h = mixed(h, origin[i]);
    for (size_t i = 0; i < r->n_ranges; i++) {
        h = mixed(h, (ac_sv) { (const char *)r->ranges[i].address, sizeof r->ranges[i].address });
        h = mixed(h ^ r->ranges[i].bits, AC_SV(""));
    }
    return mixed(mixed(h, r->ca_file), r->unix_socket);
}

static ac_rc look(const ac_fetch_request *r, ac_target *t, ac_err *err)
{
    const ac_curl_functions *curl = t->curl;
    AC_AUTO(text) scheme = { curl, NULL }, host = { curl, NULL }, port = { curl, NULL };
    int64_t number = 0;
    if (curl->url_get(t->url, CURLUPART_SCHEME, &scheme.z, 0) != CURLUE_OK ||
        curl->url_get(t->url, CURLUPART_HOST, &host.z, 0) != CURLUE_OK ||
        curl->url_get(t->url, CURLUPART_PORT, &port.z, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return ac_fail(err, AC_EINPUT, "a URL without scheme, host or port");
    const ac_sv origin[3] = { ac_sv_z(scheme.z), ac_sv_z(host.z), ac_sv_z(port.z) };
    if (!ac_sv_to_i64(origin[2], &number) || number < 1 || number > PORT_MAX)
        return ac_fail(err, AC_EINPUT, "no port");
    AC_TRY(err, may(r, origin[0], origin[1], (unsigned)number, err));
    t->https = ac_sv_eq(origin[0], AC_SV("https"));
    t->key = key_of(r, origin);
    return AC_OK;
}

ac_rc ac_target_open(const ac_fetch_request *r, ac_target *out, ac_err *err)
{
    ac_target t = { 0 };
    AC_TRY(err, ac_curl_load(&t.curl, err));
    AC_TRY(err, parse(r->url, &t, err));
    const ac_rc rc = look(r, &t, err);
    if (rc == AC_OK)
        *out = t;
    else
        ac_target_cleanup(&t);
    return rc;
}

static bool is_token(ac_sv name) /* RFC 9110, 5.6.2 */
{
    for (size_t i = 0; i < name.n; i++)
        if (!ac_is_alnum(name.p[i]) && !(name.p[i] && strchr("!#$%&'*+-.^_`|~", name.p[i])))
            return false;
    return name.n > 0;
}

static bool is_value(ac_sv value)
{
    for (size_t i = 0; i < value.n; i++)
        if (((unsigned char)value.p[i] < ' ' && value.p[i] != '\t') || value.p[i] == 0x7f)
            return false;
    return true;
}

ac_rc ac_target_headers(const ac_fetch_request *r, ac_err *err)
{
    static const char *const framing[] = { "host", "content-length", "transfer-encoding", "connection", "expect",
                                           "te",   "trailer",        "upgrade",           NULL };
    if (r->n_headers > AC_FETCH_HEADERS_MAX)
        return ac_fail(err, AC_EINPUT, "too many headers");
    if (r->method.n && !is_token(r->method))
        return ac_fail(err, AC_EINPUT, "no method");
    for (size_t i = 0; i < r->n_headers; i++)
        if (!is_token(r->headers[i].name) || !is_value(r->headers[i].value) ||
            ac_sv_one_of(r->headers[i].name, framing))
            return ac_fail(err, AC_EINPUT, "a header that is none, or not for callers to set");
    return AC_OK;
}

/* ---- the head of the answer ---- */

enum { HEAD_MAX = 64 << 10 };

static ac_sv *place_of(ac_fetch_answer *out, ac_sv name)
{
    const struct {
        const char *name;
        ac_sv *at;
    } places[] = { { "content-type", &out->content_type },
                   { "etag", &out->etag },
                   { "cache-control", &out->cache_control },
                   { "location", &out->location },
                   { "retry-after", &out->retry_after } };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (ac_sv_eq_nocase(name, ac_sv_z(places[i].name)))
            return places[i].at;
    return NULL;
}

bool ac_head_line(ac_head *h, ac_sv line)
{
    h->bytes += line.n;
    if (h->bytes > HEAD_MAX) {
        h->rc = AC_ELIMIT;
        return false;
    }
    if (ac_sv_starts(line, AC_SV("HTTP/"))) { /* one more: what came before was provisional */
        *h->out = (ac_fetch_answer) { 0 };
        return true;
    }
    ac_sv name, value = line;
    (void)ac_sv_split(&value, ':', &name);
    value = ac_sv_trim(value);
    ac_sv *at = place_of(h->out, name);
    if (!at || at->n || !value.n || !is_value(value))
        return true;
    *at = ac_arena_copy(h->arena, value);
    h->rc = at->p ? h->rc : AC_ELIMIT;
    return at->p != NULL;
}
