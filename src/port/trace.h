/** Port: where spans go. A span is a piece of work with a beginning and an end, and typed fields like those of the log
 * (core/log.h): no text of others fits in. No tracer (NULL): nobody asks. Any thread; nothing of it waits. */
#ifndef AC_PORT_TRACE_H
#define AC_PORT_TRACE_H

#include "core/log.h"
#include "core/trace.h"

typedef struct ac_tracer ac_tracer;

/** Numbers of OTLP (opentelemetry/proto/trace/v1/trace.proto). */
typedef enum { AC_SPAN_INTERNAL = 1, AC_SPAN_SERVER, AC_SPAN_CLIENT, AC_SPAN_PRODUCER, AC_SPAN_CONSUMER } ac_span_kind;

enum { AC_SPAN_FIELDS = 8 };

typedef struct {
    ac_trace at;
    unsigned char parent[AC_SPAN_BYTES]; /* all zero: it begins the trace */
    ac_span_kind kind;
    ac_sv verb, name;          /* words of tables of ours, static; the span is called "verb name"; one may be empty */
    uint64_t begin_ns, end_ns; /* ticks of the system's clock */
    bool failed;
    size_t n;
    ac_log_field fields[AC_SPAN_FIELDS];
} ac_trace_span;

typedef struct {
    uint64_t sent, dropped, waiting; /* spans; dropped: no room, or refused by whom they were sent to */
    uint64_t failed;                 /* requests that sent nothing */
} ac_trace_counts;

typedef struct {
    void (*begin)(ac_tracer *, const ac_trace *parent, ac_trace *out);
    void (*put)(ac_tracer *, const ac_trace_span *);
    ac_trace_counts (*counts)(ac_tracer *);
} ac_tracer_ops;

struct ac_tracer {
    const ac_tracer_ops *ops; /* first member of each adapter's struct */
};

/** A place for a new span: in its parent's trace, as its parent is sampled, with its state, which stays the parent's;
 * parent NULL or none: in a new trace. */
static inline void ac_tracer_begin(ac_tracer *t, const ac_trace *parent, ac_trace *out)
{
    t->ops->begin(t, parent, out);
}

/** It has ended; copied. Spans that are not sampled may be left out by the caller. */
static inline void ac_tracer_put(ac_tracer *t, const ac_trace_span *span) { t->ops->put(t, span); }
static inline ac_trace_counts ac_tracer_counted(ac_tracer *t) { return t->ops->counts(t); }

/** For ac_trace_span.fields: up to AC_SPAN_FIELDS. */
#define AC_SPAN_ADD(span, key, v)                                                                                      \
    do {                                                                                                               \
        if ((span)->n < AC_SPAN_FIELDS)                                                                                \
            (span)->fields[(span)->n++] = AC_F(key, v);                                                                \
    } while (0)

#endif
