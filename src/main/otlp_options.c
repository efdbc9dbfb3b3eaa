#include "main/otlp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_TEXT_MAX = 16 << 10 };

static const char *text_of(const char *name)
{
    const char *v = getenv(name);
    return v && v[0] ? v : NULL; /* an empty variable is none, says the specification */
}

/* An endpoint is a base that paths of signals are put behind; one of traces alone is used as it is. */
static ac_rc read_url(const char *option, ac_otlp_options *out, ac_err *err)
{
    static const char path[] = "/v1/traces";
    const char *whole = option ? NULL : text_of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    const char *base = whole ? whole : option ? option : text_of("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (!base)
        return AC_OK;
    ac_sv b = ac_sv_z(base);
    while (!whole && b.n && b.p[b.n - 1] == '/')
        b.n--;
    const size_t end = sizeof path - 1;
    const bool there = whole || (b.n >= end && ac_sv_eq(ac_sv_sub(b, b.n - end, b.n), (ac_sv) { path, end }));
    const int n = snprintf(out->url, sizeof out->url, "%.*s%s", (int)(b.n < AC_FETCH_URL_MAX ? b.n : AC_FETCH_URL_MAX),
                           b.p, there ? "" : path);
    if (n >= (int)sizeof out->url || (strncmp(base, "http://", 7) != 0 && strncmp(base, "https://", 8) != 0))
        return ac_fail(err, AC_EINPUT,
                       "where traces go (--otlp, OTEL_EXPORTER_OTLP_ENDPOINT): an http or https URL is expected");
    return AC_OK;
}

/* ---- headers: NAME=VALUE,NAME=VALUE, as W3C Baggage ---- */

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Percent-decoded, appended. False: not what a header may have. */
static bool decode(ac_sv s, ac_sb *out)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '%') {
            if (i + 2 >= s.n || digit(s.p[i + 1]) < 0 || digit(s.p[i + 2]) < 0)
                return false;
            c = (unsigned char)(digit(s.p[i + 1]) * 16 + digit(s.p[i + 2]));
            i += 2;
        }
        if (c < ' ' || c == 0x7f)
            return false;
        ac_sb_add_char(out, (char)c);
    }
    return true;
}

static ac_rc read_headers(ac_otlp_options *o, ac_err *err)
{
    const char *given = text_of("OTEL_EXPORTER_OTLP_TRACES_HEADERS");
    given = given ? given : text_of("OTEL_EXPORTER_OTLP_HEADERS");
    struct {
        size_t name, value, end;
    } at[AC_OTLP_HEADERS];
    ac_sv rest = ac_sv_z(given ? given : ""), pair, name;
    size_t n = 0;
    while (rest.n) {
        if (!ac_sv_split(&rest, ',', &pair) || !ac_sv_trim(pair).n)
            continue;
        if (n == AC_OTLP_HEADERS || !ac_sv_split(&pair, '=', &name) || !pair.p)
            return ac_fail(err, AC_EINPUT, "OTEL_EXPORTER_OTLP_HEADERS: at most %d of NAME=VALUE,NAME=VALUE",
                           AC_OTLP_HEADERS);
        at[n].name = o->text.n;
        bool good = decode(ac_sv_trim(name), &o->text);
        at[n].value = o->text.n;
        good = decode(ac_sv_trim(pair), &o->text) && good;
        at[n].end = o->text.n;
        if (!good || at[n].value == at[n].name)
            return ac_fail(err, AC_EINPUT, "OTEL_EXPORTER_OTLP_HEADERS: a name or a value that no header can have");
        n++;
    }
    AC_TRY(err, ac_sb_done(&o->text, err));
    for (size_t i = 0; i < n; i++)
        o->headers[i] = (ac_fetch_header) { { o->text.p + at[i].name, at[i].value - at[i].name },
                                            { o->text.p + at[i].value, at[i].end - at[i].value } };
    o->n_headers = n;
    return AC_OK;
}

/* ---- sampling ---- */

static ac_rc read_sampler(ac_sampler *out, ac_err *err)
{
    static const struct {
        const char *name;
        bool by_parent, ratio;
        double most;
    } samplers[] = {
        { "parentbased_always_on", true, false, 1 },
        { "parentbased_always_off", true, false, 0 },
        { "parentbased_traceidratio", true, true, 1 },
        { "always_on", false, false, 1 },
        { "always_off", false, false, 0 },
        { "traceidratio", false, true, 1 },
    };
    const char *name = text_of("OTEL_TRACES_SAMPLER"), *arg = text_of("OTEL_TRACES_SAMPLER_ARG");
    name = name ? name : samplers[0].name;
    for (size_t i = 0; i < sizeof samplers / sizeof samplers[0]; i++) {
        if (strcmp(samplers[i].name, name) != 0)
            continue;
        *out = (ac_sampler) { samplers[i].by_parent, samplers[i].most };
        if (samplers[i].ratio && arg &&
            (!ac_sv_to_double(ac_sv_z(arg), &out->ratio) || out->ratio < 0 || out->ratio > 1))
            return ac_fail(err, AC_EINPUT, "OTEL_TRACES_SAMPLER_ARG: a number from 0 to 1");
        return AC_OK;
    }
    return ac_fail(err, AC_EINPUT, "OTEL_TRACES_SAMPLER: [parentbased_]always_on, _always_off or _traceidratio");
}

bool ac_sampler_takes(const ac_sampler *s, const ac_trace *parent, const unsigned char trace[AC_TRACE_BYTES])
{
    static const double whole = 72057594037927936; /* 2^56: seven bytes that are random (W3C Trace Context, level 2) */
    uint64_t random = 0;
    if (s->by_parent && parent && !ac_trace_none(parent))
        return parent->sampled;
    for (size_t i = AC_TRACE_BYTES - 7; i < AC_TRACE_BYTES; i++)
        random = random << 8 | trace[i];
    return (double)random >= (1 - s->ratio) * whole && s->ratio > 0;
}

/* ---- all of it ---- */

ac_rc ac_otlp_options_read(const char *url, ac_otlp_options *out, ac_err *err)
{
    const char *off = text_of("OTEL_SDK_DISABLED"), *protocol = text_of("OTEL_EXPORTER_OTLP_PROTOCOL");
    const char *service = text_of("OTEL_SERVICE_NAME");
    *out = (ac_otlp_options) { .text = AC_SB(HEADER_TEXT_MAX) };
    if (!url && off && ac_sv_eq_nocase(ac_sv_z(off), AC_SV("true")))
        return AC_OK;
    AC_TRY(err, read_url(url, out, err));
    if (!out->url[0])
        return AC_OK;
    if (protocol && strncmp(protocol, "http/", 5) != 0)
        return ac_fail(err, AC_EINPUT, "OTEL_EXPORTER_OTLP_PROTOCOL: traces go by HTTP (http/json) alone");
    if (snprintf(out->service, sizeof out->service, "%s", service ? service : "aceso") >= (int)sizeof out->service)
        return ac_fail(err, AC_EINPUT, "OTEL_SERVICE_NAME: at most %d bytes", AC_OTLP_SERVICE - 1);
    AC_TRY(err, read_sampler(&out->sampler, err));
    return read_headers(out, err);
}

void ac_otlp_options_cleanup(ac_otlp_options *o) { ac_sb_cleanup(&o->text); }
