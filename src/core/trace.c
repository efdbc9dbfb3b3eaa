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

/* ---- tracestate (3.3) ---- */

enum { KEY_MAX = 256, TENANT_MAX = 241, SYSTEM_MAX = 14, VALUE_MAX = 256, MEMBER_LONG = 128 };

typedef struct {
    ac_sv at[AC_TRACESTATE_MEMBERS];
    size_t n, seen; /* seen: those whose key came before, too */
    size_t bytes;   /* with commas */
} members;

static bool is_key_part(ac_sv s, size_t most, bool digit_first)
{
    bool good = s.n && s.n <= most && (ac_is_lower(s.p[0]) || (digit_first && ac_is_digit(s.p[0])));
    for (size_t i = 1; i < s.n && good; i++)
        good = ac_is_lower(s.p[i]) || ac_is_digit(s.p[i]) || memchr("_-*/", s.p[i], 4);
    return good;
}

static bool is_key(ac_sv s)
{
    ac_sv tenant;
    if (!s.n || !memchr(s.p, '@', s.n))
        return is_key_part(s, KEY_MAX, false);
    (void)ac_sv_split(&s, '@', &tenant);
    return is_key_part(tenant, TENANT_MAX, true) && is_key_part(s, SYSTEM_MAX, false);
}

static bool is_value(ac_sv s)
{
    bool good = s.n && s.n <= VALUE_MAX && s.p[s.n - 1] != ' ';
    for (size_t i = 0; i < s.n && good; i++)
        good = s.p[i] >= ' ' && s.p[i] <= '~' && s.p[i] != ',' && s.p[i] != '=';
    return good;
}

static ac_sv without_space(ac_sv s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = ac_sv_sub(s, 1, s.n);
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static bool has_key(const members *m, ac_sv key)
{
    for (size_t i = 0; i < m->n; i++)
        if (ac_sv_starts(m->at[i], key) && m->at[i].p[key.n] == '=')
            return true;
    return false;
}

static bool add_member(members *m, ac_sv member)
{
    const char *equals = member.n ? memchr(member.p, '=', member.n) : NULL;
    const size_t at = equals ? (size_t)(equals - member.p) : 0;
    const ac_sv key = ac_sv_sub(member, 0, at);
    if (!equals || !is_key(key) || !is_value(ac_sv_sub(member, at + 1, member.n)) || m->seen++ == AC_TRACESTATE_MEMBERS)
        return false;
    if (!has_key(m, key)) {
        m->at[m->n++] = member;
        m->bytes += member.n + 1;
    }
    return true;
}

static void remove_member(members *m, size_t i)
{
    m->bytes -= m->at[i].n + 1;
    m->n--;
    memmove(&m->at[i], &m->at[i + 1], (m->n - i) * sizeof m->at[0]);
}

static void shorten(members *m)
{
    for (size_t i = m->n; i-- > 0 && m->bytes > AC_TRACESTATE + 1;)
        if (m->at[i].n > MEMBER_LONG)
            remove_member(m, i);
    while (m->bytes > AC_TRACESTATE + 1)
        remove_member(m, m->n - 1);
}

bool ac_trace_state_read(const ac_sv *headers, size_t n_headers, char out[AC_TRACESTATE], size_t *n)
{
    members m = { .n = 0 };
    for (size_t i = 0; i < n_headers; i++) {
        ac_sv rest = headers[i], member;
        while (ac_sv_split(&rest, ',', &member)) {
            member = without_space(member);
            if (member.n && !add_member(&m, member))
                return false;
        }
    }
    shorten(&m);
    *n = 0;
    for (size_t i = 0; i < m.n; i++) {
        if (i)
            out[(*n)++] = ',';
        memcpy(out + *n, m.at[i].p, m.at[i].n);
        *n += m.at[i].n;
    }
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
