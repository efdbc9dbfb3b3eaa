/** Where in a trace something happens: W3C Trace Context (https://www.w3.org/TR/trace-context/, level 1). Pure. */
#ifndef AC_CORE_TRACE_H
#define AC_CORE_TRACE_H

#include "base/str.h"

enum { AC_TRACE_BYTES = 16, AC_SPAN_BYTES = 8, AC_TRACEPARENT = 55 };

/** All zero: none. */
typedef struct {
    unsigned char trace[AC_TRACE_BYTES], span[AC_SPAN_BYTES];
    bool sampled; /* it is recorded */
} ac_trace;

static inline bool ac_trace_none(const ac_trace *t)
{
    static const unsigned char zero[AC_TRACE_BYTES];
    return memcmp(t->trace, zero, sizeof zero) == 0;
}

/** The value of a traceparent header. False: it is not one, and the sender's trace is to be ignored; *out is untouched
 * then. */
bool ac_trace_parse(ac_sv header, ac_trace *out);

/** The way back, version 00; not NUL-terminated. */
void ac_trace_format(const ac_trace *t, char out[AC_TRACEPARENT]);

#endif
