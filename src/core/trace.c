#include "core/trace.h"

#include "base/hex.h"

enum { VERSION = 2, TRACE = 3, SPAN = 36, FLAGS = 53, SAMPLED = 1 };

static bool all_zero(const unsigned char *p, size_t n)
{
    unsigned char any = 0;
    for (size_t i = 0; i < n; i++)
        any |= p[i];
    return !any;
}

bool ac_trace_parse(ac_sv h, ac_trace *out)
{
    unsigned char version, flags;
    ac_trace t = { .sampled = false };
    if (h.n < AC_TRACEPARENT || h.p[VERSION] != '-' || h.p[SPAN - 1] != '-' || h.p[FLAGS - 1] != '-' ||
        !ac_hex_read(ac_sv_sub(h, 0, VERSION), &version) || !ac_hex_read(ac_sv_sub(h, TRACE, SPAN - 1), t.trace) ||
        !ac_hex_read(ac_sv_sub(h, SPAN, FLAGS - 1), t.span) ||
        !ac_hex_read(ac_sv_sub(h, FLAGS, AC_TRACEPARENT), &flags))
        return false;
    /* A later version may say more behind that. */
    if (version == 0xff || (h.n > AC_TRACEPARENT && (version == 0 || h.p[AC_TRACEPARENT] != '-')))
        return false;
    if (all_zero(t.trace, sizeof t.trace) || all_zero(t.span, sizeof t.span))
        return false;
    t.sampled = flags & SAMPLED;
    *out = t;
    return true;
}

void ac_trace_format(const ac_trace *t, char out[AC_TRACEPARENT])
{
    const unsigned char version = 0, flags = t->sampled ? SAMPLED : 0;
    char *p = ac_hex_put(out, &version, 1);
    *p++ = '-';
    p = ac_hex_put(p, t->trace, sizeof t->trace);
    *p++ = '-';
    p = ac_hex_put(p, t->span, sizeof t->span);
    *p++ = '-';
    (void)ac_hex_put(p, &flags, 1);
}
