/** Traces in JSON. Pure. */
#ifndef AC_CORE_TRACE_JSON_H
#define AC_CORE_TRACE_JSON_H

#include "base/json_write.h"
#include "core/trace.h"

/** A member with the text of a traceparent; nothing where there is no trace. */
static inline void ac_jw_ktrace(ac_jw *w, const char *key, const ac_trace *t)
{
    char text[AC_TRACEPARENT];
    if (ac_trace_none(t))
        return;
    ac_trace_format(t, text);
    ac_jw_kstring(w, key, (ac_sv) { text, sizeof text });
}

#endif
