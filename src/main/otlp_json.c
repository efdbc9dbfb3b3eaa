#include "main/otlp.h"

#include "base/hex.h"
#include "base/json_write.h"

/* OTLP's JSON: names in lowerCamelCase, identities as hexadecimal digits, 64-bit numbers as text. */

static void put_hex(ac_jw *w, const char *key, const unsigned char *bytes, size_t n)
{
    char text[2 * AC_TRACE_BYTES];
    (void)ac_hex_put(text, bytes, n);
    ac_jw_kstring(w, key, (ac_sv) { text, 2 * n });
}

static void put_number(ac_jw *w, const char *key, uint64_t v)
{
    AC_AUTO(ac_sb) text = AC_SB(24);
    ac_sb_add_u64(&text, v);
    ac_jw_kstring(w, key, ac_sb_view(&text));
}

static void begin_attribute(ac_jw *w, const char *key)
{
    ac_jw_object(w);
    ac_jw_kstring(w, "key", ac_sv_z(key));
    ac_jw_key(w, AC_SV("value"));
    ac_jw_object(w);
}

static void end_attribute(ac_jw *w)
{
    ac_jw_end_object(w);
    ac_jw_end_object(w);
}

static void put_word(ac_jw *w, const char *key, ac_sv v)
{
    begin_attribute(w, key);
    ac_jw_kstring(w, "stringValue", v);
    end_attribute(w);
}

static void put_field(ac_jw *w, const ac_log_field *f)
{
    char text[AC_ID_TEXT];
    switch (f->type) {
    case AC_LOG_U64:
        begin_attribute(w, f->key);
        put_number(w, "intValue", f->number & INT64_MAX);
        end_attribute(w);
        break;
    case AC_LOG_ID:
        ac_id_format(f->id, text);
        put_word(w, f->key, (ac_sv) { text, AC_ID_TEXT });
        break;
    case AC_LOG_WORD:
        put_word(w, f->key, ac_sv_z(f->word));
        break;
    }
}

static void put_name(ac_jw *w, const ac_trace_span *s)
{
    AC_AUTO(ac_sb) name = AC_SB(256);
    ac_sb_add(&name, s->verb);
    ac_sb_add(&name, s->verb.n && s->name.n ? AC_SV(" ") : AC_SV(""));
    ac_sb_add(&name, s->name);
    ac_jw_kstring(w, "name", ac_sb_view(&name));
}

static void put_span(ac_jw *w, const ac_trace_span *s, int64_t offset_ns)
{
    static const unsigned char none[AC_SPAN_BYTES];
    enum { ERROR = 2 };
    ac_jw_object(w);
    put_hex(w, "traceId", s->at.trace, sizeof s->at.trace);
    put_hex(w, "spanId", s->at.span, sizeof s->at.span);
    if (memcmp(s->parent, none, sizeof none) != 0)
        put_hex(w, "parentSpanId", s->parent, sizeof s->parent);
    if (s->at.state.n)
        ac_jw_kstring(w, "traceState", s->at.state);
    put_name(w, s);
    ac_jw_ku64(w, "kind", s->kind);
    put_number(w, "startTimeUnixNano", s->begin_ns + (uint64_t)offset_ns);
    put_number(w, "endTimeUnixNano", s->end_ns + (uint64_t)offset_ns);
    ac_jw_key(w, AC_SV("attributes"));
    ac_jw_array(w);
    for (size_t i = 0; i < s->n; i++)
        put_field(w, &s->fields[i]);
    ac_jw_end_array(w);
    ac_jw_key(w, AC_SV("status"));
    ac_jw_object(w);
    if (s->failed)
        ac_jw_ku64(w, "code", ERROR);
    ac_jw_end_object(w);
    ac_jw_end_object(w);
}

static void put_resource(ac_jw *w, const ac_otlp_source *from)
{
    ac_jw_key(w, AC_SV("resource"));
    ac_jw_object(w);
    ac_jw_key(w, AC_SV("attributes"));
    ac_jw_array(w);
    put_word(w, "service.name", ac_sv_z(from->service));
    put_word(w, "service.version", AC_SV(AC_VERSION));
    put_word(w, "service.instance.id", ac_sv_z(from->instance));
    ac_jw_end_array(w);
    ac_jw_end_object(w);
}

ac_rc ac_otlp_json(const ac_otlp_source *from, const ac_trace_span *spans, size_t n, ac_sb *out, ac_err *err)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_key(&w, AC_SV("resourceSpans"));
    ac_jw_array(&w);
    ac_jw_object(&w);
    put_resource(&w, from);
    ac_jw_key(&w, AC_SV("scopeSpans"));
    ac_jw_array(&w);
    ac_jw_object(&w);
    ac_jw_key(&w, AC_SV("scope"));
    ac_jw_object(&w);
    ac_jw_kstring(&w, "name", AC_SV("aceso"));
    ac_jw_kstring(&w, "version", AC_SV(AC_VERSION));
    ac_jw_end_object(&w);
    ac_jw_key(&w, AC_SV("spans"));
    ac_jw_array(&w);
    for (size_t i = 0; i < n; i++)
        put_span(&w, &spans[i], from->offset_ns);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
    return ac_sb_done(out, err);
}
