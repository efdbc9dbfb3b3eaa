#include "net/reply_parts.h"

#include "base/json_write.h"
#include "net/http_field.h"

#include <stdio.h>
#include <zlib.h>

enum { GZIP = 16, GZIP_LEVEL = 2, GZIP_MEMORY = 8, ERROR_MAX = 64 * 1024, GZIP_GAIN = 10 /* a tenth less, at least */ };

/* ---- making one ---------------------------------------------------------------------------------------------------- */

ac_reply *ac_reply_new(int status)
{
    ac_reply *p = ac_mem_alloc(sizeof *p);
    if (p)
        *p = (ac_reply) { .status = status, .headers = AC_SB(AC_REPLY_HEADERS_MAX) };
    return p;
}

void ac_reply_free(ac_reply *p)
{
    if (!p)
        return;
    if (p->source.free)
        p->source.free(p->source.context);
    ac_sb_cleanup(&p->headers);
    ac_sb_cleanup(&p->body);
    ac_mem_free(p);
}

int ac_reply_status(const ac_reply *p) { return p ? p->status : 503; }

ac_sv ac_reply_bytes(const ac_reply *p)
{
    return p && p->kind == AC_REPLY_BYTES && p->body.rc == AC_OK ? ac_sb_view(&p->body) : AC_SV("");
}

static bool is_value(ac_sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (((unsigned char)v.p[i] < 0x20 && v.p[i] != '\t') || v.p[i] == 0x7f)
            return false;
    return true;
}

static void note_own(ac_reply *p, ac_sv name)
{
    static const char *const own[] = {
#define NAME(id, header, value) header,
        AC_REPLY_OWN_HEADERS(NAME)
#undef NAME
    };
    for (size_t i = 0; i < AC_REPLY_OWN_COUNT; i++)
        if (ac_sv_eq_nocase(name, ac_sv_z(own[i])))
            p->own |= 1U << i;
    p->encoded = p->encoded || ac_sv_eq_nocase(name, AC_SV("content-encoding"));
    p->identified = p->identified || ac_sv_eq_nocase(name, AC_SV("request-id"));
}

void ac_reply_header(ac_reply *p, const char *name, ac_sv value)
{
    ac_sv n = ac_sv_z(name);
    if (!p)
        return;
    if (!ac_is_token_all(n) || !is_value(value)) {
        p->bad = true;
        return;
    }
    note_own(p, n);
    ac_sb_add(&p->headers, n);
    ac_sb_add(&p->headers, AC_SV(": "));
    ac_sb_add(&p->headers, value);
    ac_sb_add(&p->headers, AC_SV("\r\n"));
    p->bad = p->bad || p->headers.rc != AC_OK;
}

void ac_reply_etag(ac_reply *p, ac_sv tag)
{
    if (!p)
        return;
    bool fine = tag.n && tag.n <= sizeof p->tag;
    for (size_t i = 0; i < tag.n && fine; i++)
        fine = tag.p[i] == '!' || (tag.p[i] >= '#' && tag.p[i] <= '~');
    p->bad = p->bad || !fine;
    if (!fine)
        return;
    memcpy(p->tag, tag.p, tag.n);
    p->tag_n = (uint8_t)tag.n;
}

ac_sb *ac_reply_text(ac_reply *p, const char *type, size_t max)
{
    static _Thread_local ac_sb nowhere;
    if (!p) {
        nowhere = (ac_sb) { .rc = AC_ENOMEM };
        return &nowhere;
    }
    p->type = type;
    ac_sb_cleanup(&p->body);
    p->body = AC_SB(max);
    return &p->body;
}

void ac_reply_body(ac_reply *p, const char *type, ac_sv body) { ac_sb_add(ac_reply_text(p, type, body.n), body); }

void ac_reply_own(ac_reply *p, const char *type, ac_sb *body)
{
    if (!p) {
        ac_sb_cleanup(body);
    } else {
        *ac_reply_text(p, type, body->max) = *body;
    }
    *body = (ac_sb) { .max = body->max };
}

void ac_reply_pull(ac_reply *p, const char *type, uint64_t length, const ac_reply_source *source)
{
    if (!p) {
        if (source->free)
            source->free(source->context);
        return;
    }
    p->kind = AC_REPLY_SOURCE;
    p->type = type;
    p->length = length;
    p->source = *source;
}

void ac_reply_secret(ac_reply *p)
{
    if (p)
        p->secret = true;
}

void ac_reply_last(ac_reply *p)
{
    if (p)
        p->last = true;
}

ac_reply *ac_reply_error(int status, const char *code, ac_sv message, ac_sv details)
{
    ac_reply *p = ac_reply_new(status);
    ac_jw w = ac_jw_to(ac_reply_text(p, "application/json", ERROR_MAX), 0);
    ac_jw_object(&w);
    ac_jw_kobject(&w, "error");
    ac_jw_kstring(&w, "code", ac_sv_z(code));
    ac_jw_key(&w, AC_SV("message"));
    const size_t at = p ? p->body.n : 0;
    ac_jw_string(&w, message);
    if (p)
        p->message = (ac_reply_part) { at, p->body.n };
    if (details.n) {
        ac_jw_key(&w, AC_SV("details"));
        ac_jw_raw(&w, details);
    }
    ac_jw_end_object(&w);
    ac_jw_end_object(&w);
    return p;
}

/* ---- handing it over ----------------------------------------------------------------------------------------------- */

static ac_reply *failure_of(ac_reply *p)
{
    if (!p)
        return ac_reply_error(503, ac_status_code(503), AC_SV("out of memory"), AC_SV(""));
    if (!p->bad && p->body.rc == AC_OK && p->status >= 200 && p->status <= 599)
        return p;
    const int status = p->body.rc == AC_ENOMEM ? 503 : 500;
    ac_reply_free(p);
    return ac_reply_error(status, ac_status_code(status), AC_SV("the answer could not be made"), AC_SV(""));
}

static void drop_body(ac_reply *p)
{
    ac_sb_cleanup(&p->body);
    p->body = (ac_sb) { 0 };
    if (p->source.free)
        p->source.free(p->source.context);
    p->source = (ac_reply_source) { 0 };
    p->kind = AC_REPLY_BYTES;
    p->type = NULL;
}

/* ---- gzip ---------------------------------------------------------------------------------------------------------- */

static bool is_compressible(const char *type)
{
    static const char *const parts[] = { "text/", "json", "xml", "javascript", "svg", "wasm", "yaml" };
    for (size_t i = 0; type && i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(type, parts[i]))
            return strcmp(type, "text/event-stream") != 0;
    return false;
}

/* Appends nothing unless all fits into out->max. */
static bool deflate_all(ac_sv from, ac_sb *out)
{
    z_stream z = { 0 };
    if (from.n > UINT32_MAX || deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, MAX_WBITS + GZIP, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    char *room = ac_sb_room(out, out->max);
    z.next_in = (Bytef *)(uintptr_t)from.p; /* zlib does not write there */
    z.avail_in = (uInt)from.n;
    z.next_out = (Bytef *)room;
    z.avail_out = (uInt)out->max;
    const bool whole = room && deflate(&z, Z_FINISH) == Z_STREAM_END;
    out->n = whole ? z.total_out : 0;
    (void)deflateEnd(&z);
    return whole;
}

static bool is_worth_gzip(const ac_reply *p, size_t min)
{
    return min && p->kind == AC_REPLY_BYTES && !p->secret && !p->encoded && p->body.n >= min && is_compressible(p->type);
}

static void shrink(ac_reply *p)
{
    AC_AUTO(ac_sb) smaller = AC_SB(p->body.n - p->body.n / GZIP_GAIN);
    if (!deflate_all(ac_sb_view(&p->body), &smaller))
        return;
    ac_sb whole = p->body;
    p->body = smaller;
    smaller = whole;
    p->gzipped = true;
}

/* RFC 9457. Its members stand before ours; code is what a program looks at, as in ours. */
static ac_reply *as_problem(ac_reply *p)
{
    AC_AUTO(ac_sb) body = AC_SB(2 * ERROR_MAX);
    const ac_sv ours = ac_sb_view(&p->body), code = AC_SV("{\"error\":{");
    ac_sb_add(&body, AC_SV("{\"type\":\"about:blank\",\"title\":\""));
    ac_sb_add(&body, ac_sv_z(ac_status_text(p->status)));
    ac_sb_addf(&body, "\",\"status\":%d,\"detail\":", p->status);
    ac_sb_add(&body, ac_sv_sub(ours, p->message.begin, p->message.end));
    ac_sb_add_char(&body, ',');
    ac_sb_add(&body, ac_sv_sub(ours, code.n, p->message.begin - sizeof("\"message\":") + 1)); /* "code":"...", */
    ac_sb_add(&body, ac_sv_sub(ours, 1, ours.n));
    if (body.rc != AC_OK)
        return p;
    ac_reply_own(p, "application/problem+json", &body);
    return p;
}

ac_reply *ac_reply_settle(ac_reply *p, const ac_reply_asked *asked)
{
    p = failure_of(p);
    if (!p)
        return NULL;
    if (p->message.end && asked->problem)
        p = as_problem(p);
    p->considered = is_worth_gzip(p, asked->gzip_min);
    if (p->status == 200 && p->tag_n && asked->get && asked->none_match.p && ac_field_matches(asked->none_match, (ac_sv) { p->tag, p->tag_n }))
        p->status = 304;
    if (!ac_reply_has_body(p->status))
        drop_body(p);
    else if (p->considered && asked->gzip)
        shrink(p);
    return p;
}

/* ---- the head ------------------------------------------------------------------------------------------------------ */

static void add_header(ac_sb *out, ac_sv name, ac_sv value)
{
    ac_sb_add(out, name);
    ac_sb_add(out, value);
    ac_sb_add(out, AC_SV("\r\n"));
}

static void add_own(const ac_reply *p, ac_sb *out)
{
    static const ac_sv lines[] = {
#define LINE(id, header, value) { header ": " value "\r\n", sizeof(header ": " value "\r\n") - 1 },
        AC_REPLY_OWN_HEADERS(LINE)
#undef LINE
    };
    for (size_t i = 0; i < AC_REPLY_OWN_COUNT; i++)
        if (!(p->own & (1U << i)))
            ac_sb_add(out, lines[i]);
}

static void add_tag(const ac_reply *p, ac_sb *out)
{
    if (!p->tag_n)
        return;
    ac_sb_add(out, p->considered ? AC_SV("ETag: W/\"") : AC_SV("ETag: \"")); /* the same, but for its coding */
    ac_sb_add(out, (ac_sv) { p->tag, p->tag_n });
    ac_sb_add(out, AC_SV("\"\r\n"));
}

static void add_length(const ac_reply *p, const ac_reply_head *h, ac_sb *out)
{
    if (!ac_reply_has_body(p->status))
        return;
    if (h->chunked) {
        if (!h->http10)
            ac_sb_add(out, AC_SV("Transfer-Encoding: chunked\r\n"));
        return;
    }
    ac_sb_add(out, AC_SV("Content-Length: "));
    ac_sb_add_u64(out, p->kind == AC_REPLY_SOURCE ? p->length : p->body.n);
    ac_sb_add(out, AC_SV("\r\n"));
}

ac_rc ac_reply_write_head(const ac_reply *p, const ac_reply_head *h, ac_sb *out, ac_err *err)
{
    ac_sb_add(out, AC_SV("HTTP/1.1 "));
    ac_sb_add_u64(out, (uint64_t)p->status);
    ac_sb_add_char(out, ' ');
    add_header(out, AC_SV(""), ac_sv_z(ac_status_text(p->status)));
    add_header(out, AC_SV("Date: "), h->date);
    if (p->type)
        add_header(out, AC_SV("Content-Type: "), ac_sv_z(p->type));
    add_length(p, h, out);
    if (h->close)
        ac_sb_add(out, AC_SV("Connection: close\r\n"));
    if (p->considered)
        ac_sb_add(out, AC_SV("Vary: Accept-Encoding\r\n"));
    if (p->gzipped)
        ac_sb_add(out, AC_SV("Content-Encoding: gzip\r\n"));
    add_tag(p, out);
    add_own(p, out);
    if (h->tls_hsts)
        ac_sb_add(out, AC_SV("Strict-Transport-Security: max-age=31536000\r\n"));
    if (h->id.n && !p->identified)
        add_header(out, AC_SV("Request-Id: "), h->id);
    ac_sb_add(out, h->more);
    ac_sb_add(out, ac_sb_view(&p->headers));
    ac_sb_add(out, AC_SV("\r\n"));
    return ac_sb_done(out, err);
}
