/* Requests as spans (https://opentelemetry.io/docs/specs/semconv/http/http-spans/). The route's template stands for the
 * path; of what the client sends only traceparent is used, and tracestate passed on: it is text of others, which the
 * W3C forbids to identify anybody, and stands nowhere else. */
#include "api/api_parts.h"

static const char *const methods[] = {
#define METHOD(name) [AC_HTTP_##name] = #name,
    AC_HTTP_METHODS(METHOD)
#undef METHOD
        [AC_HTTP_OTHER] = "_OTHER",
};

/* NULL: there is none, or more than one. */
static const ac_http_header *sent(const ac_http_request *r)
{
    const ac_http_header *found = NULL;
    for (size_t i = 0; i < r->n_headers; i++)
        if (ac_sv_eq(r->headers[i].name, AC_SV("traceparent"))) {
            if (found)
                return NULL;
            found = &r->headers[i];
        }
    return found;
}

/* As the request has it, for as long as the request lives; malformed, or no room: none. */
static ac_sv state_of(const ac_http_request *r)
{
    size_t n = 0, bytes = 0;
    ac_sv *values = ac_arena_alloc(r->arena, (r->n_headers + 1) * sizeof *values);
    char *state = ac_arena_alloc(r->arena, AC_TRACESTATE);
    for (size_t i = 0; i < r->n_headers && values; i++)
        if (ac_sv_eq(r->headers[i].name, AC_SV("tracestate")))
            values[n++] = r->headers[i].value;
    return n && state && ac_trace_state_read(values, n, state, &bytes) ? (ac_sv) { state, bytes } : (ac_sv) { NULL, 0 };
}

void ac_visit_trace_begin(ac_visit *v, const ac_http_request *r)
{
    const ac_http_header *h = sent(r);
    ac_trace parent = { .sampled = false };
    const bool child = h && ac_trace_parse(h->value, &parent);
    if (child) /* without the one, the other says nothing */
        parent.state = state_of(r);
    ac_tracer_begin(v->api->o.tracer, child ? &parent : NULL, &v->trace);
    memcpy(v->parent, parent.span, sizeof v->parent);
}

void ac_visit_trace_end(const ac_visit *v, const ac_http_request *r, const ac_http_outcome *o)
{
    enum { SERVER_ERROR = 500 };
    const ac_route *route = v->match.route;
    if (!v->trace.sampled)
        return;
    ac_trace_span s = { .at = v->trace,
                        .kind = AC_SPAN_SERVER,
                        .verb = ac_sv_z(methods[r->method]),
                        .name = ac_sv_z(route ? route->path : NULL),
                        .begin_ns = v->began_ns,
                        .end_ns = ac_clock_ticks_ns(v->api->o.clock),
                        .failed = o->status >= SERVER_ERROR };
    memcpy(s.parent, v->parent, sizeof s.parent);
    AC_SPAN_ADD(&s, "http.request.method", (ac_word_field) { methods[r->method] });
    if (route)
        AC_SPAN_ADD(&s, "http.route", (ac_word_field) { route->path });
    AC_SPAN_ADD(&s, "http.response.status_code", (uint64_t)o->status);
    AC_SPAN_ADD(&s, "http.request.body.size", o->received);
    AC_SPAN_ADD(&s, "http.response.body.size", o->sent);
    AC_SPAN_ADD(&s, "url.scheme", (ac_word_field) { r->tls ? "https" : "http" });
    if (!ac_id_none(v->who.request))
        AC_SPAN_ADD(&s, "aceso.request.id", v->who.request);
    ac_tracer_put(v->api->o.tracer, &s);
}
