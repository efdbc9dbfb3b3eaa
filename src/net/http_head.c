#include "net/http_head.h"

#include "net/http_field.h"

enum { METHOD_MAX = 32, VERSION_ROOM = 16 };
enum { OK = 0, MORE = 0, WHOLE = 200, BAD = 400, TOO_LARGE = 431, TARGET_TOO_LONG = 414, EXPECTATION = 417, NOT_IMPLEMENTED = 501, VERSION = 505 };

/* ---- where it ends ------------------------------------------------------------------------------------------------- */

static bool is_control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

/* A line has ended; n bytes without CRLF. */
static int end_line(ac_head_scan *s, ac_sv all, size_t n, const ac_head_limits *limits)
{
    ac_sv line = ac_sv_sub(all, s->line, s->line + n);
    const bool leading = !n && !s->first_done && s->line == 0;
    s->line += n + 2;
    if (leading) { /* RFC 9112, 2.2: an empty line before the request is left over from the one before */
        s->begin = s->line;
        return MORE;
    }
    if (!s->first_done) {
        s->first_done = true;
        if (n > limits->target + METHOD_MAX + VERSION_ROOM)
            return TARGET_TOO_LONG;
        ac_head unused = { 0 };
        return ac_head_request_line(line, &unused, limits->target);
    }
    if (!n)
        return WHOLE;
    if (line.p[0] == ' ' || line.p[0] == '\t') /* obs-fold */
        return BAD;
    return ++s->headers > limits->headers ? TOO_LARGE : MORE;
}

static int too_long(const ac_head_scan *s, const ac_head_limits *limits)
{
    if (!s->first_done && s->at - s->begin > limits->target + METHOD_MAX + VERSION_ROOM)
        return TARGET_TOO_LONG;
    return s->at - s->begin > limits->head ? TOO_LARGE : MORE;
}

int ac_head_look(ac_head_scan *s, ac_sv all, const ac_head_limits *limits)
{
    while (s->at < all.n) {
        const unsigned char c = (unsigned char)all.p[s->at];
        int status = MORE;
        if (s->cr) {
            if (c != '\n')
                return BAD;
            s->cr = false;
            status = end_line(s, all, s->at - 1 - s->line, limits);
        } else if (c == '\r') {
            s->cr = true;
        } else if (is_control(c) || (s->at == s->begin && !ac_is_token(all.p[s->at]))) {
            return BAD;
        }
        s->at++;
        if (status == MORE)
            status = too_long(s, limits);
        if (status != MORE)
            return status;
    }
    return MORE;
}

/* ---- the request line ---------------------------------------------------------------------------------------------- */

static const char *const method_names[] = {
#define NAME(name) #name,
    AC_HTTP_METHODS(NAME)
#undef NAME
};

static ac_http_method method_of(ac_sv name)
{
    for (size_t i = 0; i < AC_HTTP_OTHER; i++)
        if (ac_sv_eq(name, ac_sv_z(method_names[i])))
            return (ac_http_method)i;
    return AC_HTTP_OTHER;
}

static int read_version(ac_sv v, ac_head *h)
{
    if (v.n != 8 || !ac_sv_starts(v, AC_SV("HTTP/")) || !ac_is_digit(v.p[5]) || v.p[6] != '.' || !ac_is_digit(v.p[7]))
        return BAD;
    h->http10 = v.p[7] == '0';
    return v.p[5] == '1' && v.p[7] <= '1' ? OK : VERSION;
}

static bool is_visible(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x21 || s.p[i] == 0x7f || s.p[i] == '#')
            return false;
    return s.n;
}

int ac_head_request_line(ac_sv line, ac_head *h, size_t target_max)
{
    ac_sv rest = line, version;
    if (!ac_sv_split(&rest, ' ', &h->method_name) || !ac_is_token_all(h->method_name) || h->method_name.n > METHOD_MAX)
        return BAD;
    if (!ac_sv_split(&rest, ' ', &h->target) || !is_visible(h->target))
        return BAD;
    version = rest;
    h->method = method_of(h->method_name);
    const int status = read_version(version, h);
    if (status != OK)
        return status;
    return h->target.n > target_max ? TARGET_TOO_LONG : OK;
}

/* Letters, digits and what else an address and a port consist of; no user information. */
static bool is_host(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_alnum(s.p[i]) && !memchr("-._~:[]%!$&'()*+,;=", s.p[i], 19))
            return false;
    return true;
}

static int split_target(ac_head *h)
{
    ac_sv t = h->target;
    static const ac_sv schemes[] = { { "http://", 7 }, { "https://", 8 } };
    if (ac_sv_eq(h->method_name, AC_SV("CONNECT")))
        return NOT_IMPLEMENTED;
    if (ac_sv_eq(t, AC_SV("*")) && h->method == AC_HTTP_OPTIONS) {
        h->path = t;
        return OK;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (t.n > schemes[i].n && ac_sv_eq_nocase(ac_sv_sub(t, 0, schemes[i].n), schemes[i])) {
            t = ac_sv_sub(t, schemes[i].n, t.n);
            const size_t n = ac_sv_find_any(t, "/?");
            h->host = ac_sv_sub(t, 0, n);
            t = ac_sv_sub(t, n, t.n);
            if (!h->host.n || !is_host(h->host))
                return BAD;
            break;
        }
    const size_t n = ac_sv_find_any(t, "?");
    h->path = n ? ac_sv_sub(t, 0, n) : h->host.n ? AC_SV("/") : AC_SV("");
    h->query = ac_sv_sub(t, n + 1, t.n);
    return h->path.n && h->path.p[0] == '/' ? OK : BAD;
}

/* ---- headers ------------------------------------------------------------------------------------------------------- */

static int read_header(char *line, size_t n, ac_http_header *to)
{
    const char *colon = memchr(line, ':', n);
    const size_t name = colon ? (size_t)(colon - line) : 0;
    for (size_t i = 0; i < name; i++) {
        if (!ac_is_token(line[i]))
            return BAD;
        line[i] = ac_lower(line[i]);
    }
    to->name = (ac_sv) { line, name };
    to->value = ac_sv_trim((ac_sv) { line + name + 1, name < n ? n - name - 1 : 0 });
    return name ? OK : BAD;
}

typedef struct {
    bool length, chunked, host;
} seen;

static int read_length(ac_sv v, ac_head *h)
{
    uint64_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (!ac_is_digit(v.p[i]) || n > (INT64_MAX - 9) / 10)
            return BAD;
        n = n * 10 + (uint64_t)(v.p[i] - '0');
    }
    h->length = n;
    return v.n ? OK : BAD;
}

static int on_length(ac_head *h, seen *s, ac_sv v)
{
    if (s->length || s->chunked)
        return BAD;
    s->length = true;
    return read_length(v, h);
}

static int on_encoding(ac_head *h, seen *s, ac_sv v)
{
    if (s->length || s->chunked || h->http10)
        return BAD;
    s->chunked = true;
    h->length = AC_HTTP_CHUNKED;
    return ac_sv_eq_nocase(v, AC_SV("chunked")) ? OK : NOT_IMPLEMENTED;
}

static int on_host(ac_head *h, seen *s, ac_sv v)
{
    if (s->host || !is_host(v))
        return BAD;
    s->host = true;
    h->host = h->host.n ? h->host : v; /* that of an absolute target counts more */
    return OK;
}

static int on_connection(ac_head *h, seen *s, ac_sv v)
{
    (void)s;
    h->close = h->close || ac_field_has(v, "close");
    h->upgrade = h->upgrade || ac_field_has(v, "upgrade");
    return OK;
}

static int on_expect(ac_head *h, seen *s, ac_sv v)
{
    (void)s;
    h->waits = !h->http10;
    return ac_sv_eq_nocase(v, AC_SV("100-continue")) ? OK : EXPECTATION;
}

static const struct {
    const char *name;
    int (*read)(ac_head *h, seen *s, ac_sv v);
} framing[] = {
    { "content-length", on_length }, { "transfer-encoding", on_encoding }, { "host", on_host }, { "connection", on_connection }, { "expect", on_expect },
};

static int look_at(const ac_http_header *f, ac_head *h, seen *s)
{
    for (size_t i = 0; i < sizeof framing / sizeof framing[0]; i++)
        if (ac_sv_eq(f->name, ac_sv_z(framing[i].name)))
            return framing[i].read(h, s, f->value);
    return OK;
}

static size_t line_end(const char *p, size_t n)
{
    const char *cr = memchr(p, '\r', n);
    return cr ? (size_t)(cr - p) : n;
}

static int read_headers(char *p, size_t n, ac_arena *arena, ac_head *h)
{
    AC_VEC(ac_http_header) found = { 0 };
    seen s = { 0 };
    int status = OK;
    for (size_t at = 0; at < n && p[at] != '\r' && status == OK;) {
        const size_t end = line_end(p + at, n - at);
        ac_http_header *f = ac_vec_push(&found, arena);
        status = f ? read_header(p + at, end, f) : TOO_LARGE;
        if (status == OK)
            status = look_at(f, h, &s);
        at += end + 2;
    }
    h->headers = found.at;
    h->n_headers = found.n;
    return status == OK && !s.host && !h->http10 ? BAD : status;
}

int ac_head_parse(char *head, size_t n, ac_arena *arena, ac_head *out)
{
    const size_t line = line_end(head, n);
    *out = (ac_head) { 0 };
    int status = ac_head_request_line((ac_sv) { head, line }, out, SIZE_MAX);
    out->close = out->http10;
    if (status == OK)
        status = split_target(out);
    if (status == OK)
        status = line + 2 <= n ? read_headers(head + line + 2, n - line - 2, arena, out) : BAD;
    return status;
}
