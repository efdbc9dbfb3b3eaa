/* The bytes of a request: the same however they are cut, nothing in the result that is not allowed there, and where llhttp, which other servers
 * use, takes the request as well, it sees the same headers and the same body: nobody in between can be made to see another request. */
#include "fuzz/fuzz.h"
#include "net/http_chunk.h"
#include "net/http_field.h"
#include "net/http_head.h"

#include <stdlib.h>

enum { ARENA = 1 << 20, BODY = 1 << 16 };

static const ac_head_limits limits = { 2000, 4000, 32 };

typedef struct {
    int status;
    size_t head, end; /* bytes to the end of the head, of the message; end is 0: it is not whole or refused */
    ac_head h;
    ac_sb body;
} seen;

static void look(ac_sv all, size_t step, ac_head_scan *scan, int *status)
{
    *scan = (ac_head_scan) { 0 };
    for (size_t n = step; !*status; n += step) {
        *status = ac_head_look(scan, ac_sv_sub(all, 0, n), &limits);
        if (n >= all.n)
            return;
    }
}

static void take_body(ac_sv rest, size_t step, seen *s, size_t at)
{
    ac_chunk c = { 0 };
    ac_sv data;
    for (size_t i = 0; i < rest.n; i += step) {
        ac_sv piece = ac_sv_sub(rest, i, i + step);
        for (ac_chunk_event e; (e = ac_chunk_take(&c, &piece, &data)) != AC_CHUNK_MORE;) {
            if (e == AC_CHUNK_END)
                s->end = at + (i + step < rest.n ? i + step : rest.n) - piece.n;
            if (e != AC_CHUNK_DATA)
                return;
            ac_sb_add(&s->body, data);
        }
    }
}

static void read_all(ac_sv all, size_t step, ac_arena *arena, seen *s)
{
    ac_head_scan scan;
    look(all, step, &scan, &s->status);
    if (s->status != 200)
        return;
    const size_t n = scan.at - scan.begin;
    char *copy = ac_arena_alloc(arena, n);
    memcpy(copy, all.p + scan.begin, n);
    s->head = scan.at;
    const int refused = ac_head_parse(copy, n, arena, &s->h);
    s->status = refused ? refused : 200;
    if (refused)
        return;
    ac_sv rest = ac_sv_sub(all, scan.at, all.n);
    if (s->h.length == AC_HTTP_CHUNKED) {
        take_body(rest, step, s, scan.at);
    } else {
        ac_sb_add(&s->body, ac_sv_sub(rest, 0, s->h.length < rest.n ? (size_t)s->h.length : rest.n));
        s->end = s->h.length <= rest.n ? scan.at + (size_t)s->h.length : 0;
    }
}

static void must(bool fine)
{
    if (!fine)
        abort();
}

static void check(const seen *s, ac_arena *arena)
{
    ac_sv path;
    ac_url_params params;
    must(s->h.path.n && (s->h.path.p[0] == '/' || s->h.path.p[0] == '*') && s->h.n_headers <= limits.headers);
    for (size_t i = 0; i < s->h.n_headers; i++) {
        must(ac_is_token_all(s->h.headers[i].name));
        for (size_t j = 0; j < s->h.headers[i].value.n; j++)
            must(!memchr("\r\n\0", s->h.headers[i].value.p[j], 3));
    }
    if (ac_url_path(s->h.path, arena, &path, NULL) == AC_OK)
        must(path.p[0] == '/' && ac_utf8_is(path) && !memchr(path.p, 0, path.n));
    if (ac_url_query(s->h.query, 16, arena, &params, NULL) == AC_OK)
        must(params.n <= 16);
}

#ifdef AC_HAVE_LLHTTP
#include <llhttp.h>

typedef struct {
    llhttp_t parser; /* first */
    ac_sb url, values, body;
    size_t headers;
    uint64_t length;
    bool chunked, whole;
} other;

static int on_url(llhttp_t *p, const char *at, size_t n)
{
    ac_sb_add(&((other *)p)->url, (ac_sv) { at, n });
    return 0;
}

static int on_value(llhttp_t *p, const char *at, size_t n)
{
    ac_sb_add(&((other *)p)->values, (ac_sv) { at, n });
    return 0;
}

static int on_value_end(llhttp_t *p)
{
    other *o = (other *)p;
    while (o->values.n && (o->values.p[o->values.n - 1] == ' ' || o->values.p[o->values.n - 1] == '\t')) /* it keeps blanks at the end */
        o->values.n--;
    ac_sb_add_char(&o->values, '\n');
    o->headers++;
    return 0;
}

static int on_headers(llhttp_t *p)
{
    ((other *)p)->chunked = p->flags & F_CHUNKED;
    return 0;
}

static int on_body(llhttp_t *p, const char *at, size_t n)
{
    ac_sb_add(&((other *)p)->body, (ac_sv) { at, n });
    return 0;
}

static int on_whole(llhttp_t *p)
{
    ((other *)p)->whole = true;
    return HPE_PAUSED;
}

static void compare(ac_sv all, const seen *s)
{
    AC_AUTO(ac_sb) values = AC_SB(BODY);
    other o = { .url = AC_SB(BODY), .values = AC_SB(BODY), .body = AC_SB(BODY) };
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_header_value = on_value;
    settings.on_header_value_complete = on_value_end;
    settings.on_headers_complete = on_headers;
    settings.on_body = on_body;
    settings.on_message_complete = on_whole;
    llhttp_init(&o.parser, HTTP_REQUEST, &settings);
    const llhttp_errno_t e = llhttp_execute(&o.parser, all.p, all.n);
    for (size_t i = 0; i < s->h.n_headers; i++) {
        ac_sb_add(&values, s->h.headers[i].value);
        ac_sb_add_char(&values, '\n');
    }
    if ((e == HPE_OK || e == HPE_PAUSED) && o.whole && s->end) {
        const size_t end = e == HPE_PAUSED ? (size_t)(llhttp_get_error_pos(&o.parser) - all.p) : all.n;
        must(ac_sv_eq(ac_sb_view(&o.url), s->h.target) && ac_sv_eq(ac_sb_view(&o.body), ac_sb_view(&s->body)) && end == s->end);
        must(o.chunked == (s->h.length == AC_HTTP_CHUNKED) && (o.chunked || (o.headers == s->h.n_headers && ac_sv_eq(ac_sb_view(&o.values), ac_sb_view(&values)))));
    }
    ac_sb_cleanup(&o.url);
    ac_sb_cleanup(&o.values);
    ac_sb_cleanup(&o.body);
}
#else
static void compare(ac_sv all, const seen *s) { (void)all, (void)s; }
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (n < 2 || n > BODY || !arena)
        return 0;
    ac_sv all = { (const char *)data + 1, n - 1 };
    seen whole = { .body = AC_SB(BODY) }, cut = { .body = AC_SB(BODY) };
    read_all(all, all.n, arena, &whole);
    read_all(all, data[0] % 7 + 1, arena, &cut);
    must(whole.status == cut.status && whole.head == cut.head && whole.end == cut.end && whole.h.n_headers == cut.h.n_headers);
    must(ac_sv_eq(ac_sb_view(&whole.body), ac_sb_view(&cut.body)));
    if (whole.status == 200) {
        check(&whole, arena);
        compare(all, &whole);
    }
    ac_sb_cleanup(&whole.body);
    ac_sb_cleanup(&cut.body);
    return 0;
}
