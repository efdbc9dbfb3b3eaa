#include "interop/part.h"

static size_t put(char *buf, size_t n, unsigned v, unsigned digits)
{
    for (unsigned i = digits; i > 0; i--, v /= 10)
        buf[n + i - 1] = (char)('0' + v % 10);
    return n + digits;
}

static size_t put_number(char *buf, uint32_t v)
{
    return put(buf, 0, v, (unsigned)ac_decimal_digits(v));
}

ac_sv ac_date_text(ac_date d, char buf[AC_DATE_TEXT])
{
    if (d.year < 1 || d.year > 9999)
        return (ac_sv) { buf, 0 };
    size_t n = put(buf, 0, (unsigned)d.year, 4);
    if (d.month >= 1 && d.month <= 12) {
        buf[n] = '-';
        n = put(buf, n + 1, d.month, 2);
        if (d.day >= 1 && d.day <= 31) {
            buf[n] = '-';
            n = put(buf, n + 1, d.day, 2);
        }
    }
    return (ac_sv) { buf, n };
}

ac_sv ac_period_unit(char unit)
{
    switch (unit) {
    case 's': return AC_SV("s");
    case 'i': return AC_SV("min");
    case 'h': return AC_SV("h");
    case 'd': return AC_SV("d");
    case 'w': return AC_SV("wk");
    case 'o': return AC_SV("mo");
    case 'a': return AC_SV("a");
    default: return AC_SV("");
    }
}

ac_sv ac_comparator_text(uint8_t cmp)
{
    switch (cmp) {
    case AC_CMP_LT: return AC_SV("<");
    case AC_CMP_LE: return AC_SV("<=");
    case AC_CMP_GT: return AC_SV(">");
    case AC_CMP_GE: return AC_SV(">=");
    case AC_CMP_ABOUT: return AC_SV("~");
    default: return AC_SV("");
    }
}

/* {"begin":1,"end":2} in one piece: a result consists of hundreds. */
static void span_on_a_line(ac_jw *j, ac_span s)
{
    char buf[64] = "{\"begin\":";
    size_t n = strlen(buf);
    n += put_number(buf + n, s.begin);
    memcpy(buf + n, ",\"end\":", 7);
    n += 7;
    n += put_number(buf + n, s.end);
    buf[n++] = '}';
    ac_jw_raw(j, (ac_sv) { buf, n });
}

void ac_jw_spans(ac_jw *j, const char *key, const ac_spans *spans)
{
    ac_jw_karray(j, key);
    for (size_t i = 0; i < spans->n; i++) {
        if (!j->indent) {
            span_on_a_line(j, spans->at[i]);
            continue;
        }
        ac_jw_object(j);
        ac_jw_ku64(j, "begin", spans->at[i].begin);
        ac_jw_ku64(j, "end", spans->at[i].end);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}
