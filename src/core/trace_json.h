/** Traces in JSON. Pure. */
#ifndef AC_CORE_TRACE_JSON_H
#define AC_CORE_TRACE_JSON_H

#include "base/json_write.h"
#include "core/id_json.h"
#include "core/trace.h"

/** Members "trace" and "tracestate" with the texts of those headers; nothing where there is no trace. */
static inline void ac_jw_trace(ac_jw *w, const ac_trace *t)
{
    char text[AC_TRACEPARENT];
    if (ac_trace_none(t))
        return;
    ac_trace_format(t, text);
    ac_jw_kstring(w, "trace", (ac_sv) { text, sizeof text });
    if (t->state.n)
        ac_jw_kstring(w, "tracestate", t->state);
}

/** The same back; its state is a view into j. */
static inline void ac_json_trace(const ac_json *j, ac_trace *out)
{
    *out = (ac_trace) { .sampled = false };
    if (ac_trace_parse(ac_json_text(j, "trace"), out))
        out->state = ac_json_text(j, "tracestate");
}

#endif
