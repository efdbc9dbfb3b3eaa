/** Spans to a collector: OTLP over HTTP with JSON (https://opentelemetry.io/docs/specs/otlp/, 1.3), from a thread of
 * its own. Who has a span never waits: when the queue is full, it is dropped and counted. */
#ifndef AC_MAIN_OTLP_H
#define AC_MAIN_OTLP_H

#include "port/fetch.h"
#include "port/trace.h"

enum { AC_OTLP_HEADERS = 16, AC_OTLP_SERVICE = 128 };

/** Which traces are recorded that nobody has decided on (OTEL_TRACES_SAMPLER). */
typedef struct {
    bool by_parent; /* as the sender of the request says, when he does */
    double ratio;   /* 0: none; 1: all */
} ac_sampler;

typedef struct {
    char url[AC_FETCH_URL_MAX]; /* "": no traces */
    char service[AC_OTLP_SERVICE];
    ac_sampler sampler;
    ac_fetch_header headers[AC_OTLP_HEADERS];
    size_t n_headers;
    ac_sb text; /* what the headers point to */
} ac_otlp_options;

/** From the option --otlp (NULL: not given) and the environment: OTEL_SDK_DISABLED, OTEL_EXPORTER_OTLP_ENDPOINT,
 * _TRACES_ENDPOINT, _HEADERS, _TRACES_HEADERS, _PROTOCOL, OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER,
 * OTEL_TRACES_SAMPLER_ARG. Values are never repeated in messages: they may be secrets. errors  AC_EINPUT (with the name
 * of what is wrong), AC_ENOMEM */
AC_NODISCARD ac_rc ac_otlp_options_read(const char *url, ac_otlp_options *out, ac_err *err);
void ac_otlp_options_cleanup(ac_otlp_options *o);

/** Is the trace to be recorded? Equal traces get equal answers, here and in other processes. */
bool ac_sampler_takes(const ac_sampler *s, const ac_trace *parent, const unsigned char trace[AC_TRACE_BYTES]);

/** Who sends. */
typedef struct {
    const char *service, *instance; /* instance: the process, as a UUID */
    int64_t offset_ns;              /* from ticks to nanoseconds since 1970 */
} ac_otlp_source;

/** An ExportTraceServiceRequest, appended. */
AC_NODISCARD ac_rc ac_otlp_json(const ac_otlp_source *from, const ac_trace_span *spans, size_t n, ac_sb *out,
                                ac_err *err);

typedef struct ac_otlp ac_otlp;

/** opt and fetch are borrowed. errors  AC_ENOMEM, AC_EIO */
AC_NODISCARD ac_rc ac_otlp_new(const ac_otlp_options *opt, ac_fetch *fetch, ac_otlp **out, ac_err *err);
/** What waits is sent, for two seconds at most. NULL is fine. */
void ac_otlp_free(ac_otlp *o);
ac_tracer *ac_otlp_tracer(ac_otlp *o); /* NULL of NULL */

#endif
