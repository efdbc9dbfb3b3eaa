#include "core/audit_head.h"

#include "base/hex.h"
#include "base/json_read.h"

#define SCHEMA "aceso/audit-head/1"

enum { DEPTH = 2 };

static char *put_text(char *p, ac_sv s)
{
    memcpy(p, s.p, s.n);
    return p + s.n;
}

static char *put_number(char *p, uint64_t v)
{
    char digits[20];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n)
        *p++ = digits[--n];
    *p++ = '\n';
    return p;
}

ac_sv ac_audit_head_text(const ac_audit_head *h, char buf[AC_HEAD_TEXT])
{
    char *p = put_text(buf, AC_SV(SCHEMA "\n"));
    p = put_number(p, h->number);
    p = put_number(p, (uint64_t)h->at_ms);
    p = ac_hex_put(p, h->mac, sizeof h->mac);
    *p++ = '\n';
    return (ac_sv) { buf, (size_t)(p - buf) };
}
_Static_assert(sizeof SCHEMA + 2 * 21 + 2 * AC_AUDIT_MAC + 1 <= AC_HEAD_TEXT, "room for the longest");

static void put_hex(ac_jw *w, const char *key, const unsigned char *bytes, size_t n)
{
    char text[2 * AC_HEAD_SIGNATURE];
    (void)ac_hex_put(text, bytes, n);
    ac_jw_kstring(w, key, (ac_sv) { text, 2 * n });
}

void ac_jw_audit_head(ac_jw *w, const ac_audit_head *h)
{
    ac_jw_object(w);
    ac_jw_kstring(w, "schema", AC_SV(SCHEMA));
    ac_jw_ku64(w, "number", h->number);
    ac_jw_ku64(w, "at_ms", (uint64_t)h->at_ms);
    put_hex(w, "mac", h->mac, sizeof h->mac);
    put_hex(w, "key", h->key, sizeof h->key);
    put_hex(w, "signature", h->signature, sizeof h->signature);
    ac_jw_end_object(w);
}

static bool take_hex(const ac_json *j, const char *key, unsigned char *out, size_t n)
{
    const ac_sv text = ac_json_text(j, key);
    return text.n == 2 * n && ac_hex_read(text, out);
}

ac_rc ac_audit_head_read(ac_sv line, ac_arena *arena, ac_audit_head *out, ac_err *err)
{
    ac_json *j;
    ac_audit_head h = { .number = 0 };
    AC_TRY(err, ac_json_parse(line, DEPTH, arena, &j, err));
    const int64_t number = ac_json_i64(j, "number", -1);
    h.at_ms = ac_json_i64(j, "at_ms", -1);
    if (!ac_sv_eq(ac_json_text(j, "schema"), AC_SV(SCHEMA)) || number < 0 || h.at_ms < 0 ||
        !take_hex(j, "mac", h.mac, sizeof h.mac) || !take_hex(j, "key", h.key, sizeof h.key) ||
        !take_hex(j, "signature", h.signature, sizeof h.signature))
        return ac_fail(err, AC_EINPUT, "no head of an audit log");
    h.number = (uint64_t)number;
    *out = h;
    return AC_OK;
}
