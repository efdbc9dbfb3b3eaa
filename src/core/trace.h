/** Where in a trace something happens: W3C Trace Context (https://www.w3.org/TR/trace-context/, level 1). Pure. */
#ifndef AC_CORE_TRACE_H
#define AC_CORE_TRACE_H

#include "base/str.h"

enum {
    AC_TRACE_BYTES = 16,
    AC_SPAN_BYTES = 8,
    AC_TRACEPARENT = 55,
    AC_TRACESTATE = 512,        /* bytes that are passed on */
    AC_TRACESTATE_MEMBERS = 32, /* a list with more is malformed */
};

/** All zero: none. */
typedef struct {
    unsigned char trace[AC_TRACE_BYTES], span[AC_SPAN_BYTES];
    bool sampled; /* it is recorded */
    ac_sv state;  /* what others say of it (tracestate), passed on as it is and never looked into; borrowed */
} ac_trace;

static inline bool ac_trace_none(const ac_trace *t)
{
    static const unsigned char zero[AC_TRACE_BYTES];
    return memcmp(t->trace, zero, sizeof zero) == 0;
}

/** The value of a traceparent header. False: it is not one, and the sender's trace is to be ignored; *out is untouched
 * then. */
bool ac_trace_parse(ac_sv header, ac_trace *out);

/** The values of tracestate headers, in order, as one to be passed on: members without the space around them, empty ones
 * and those whose key came before left out. Of more than AC_TRACESTATE bytes members go as a whole: those of more than
 * 128 bytes first, then the last ones. False: malformed, and to be ignored as a whole; out and *n are untouched then. */
bool ac_trace_state_read(const ac_sv *headers, size_t n_headers, char out[AC_TRACESTATE], size_t *n);

/** The way back, version 00; not NUL-terminated. */
void ac_trace_format(const ac_trace *t, char out[AC_TRACEPARENT]);

#endif
