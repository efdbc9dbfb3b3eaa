#include "core/audit_head.h"

#include "kit/test.h"

static ac_audit_head example(uint64_t number)
{
    ac_audit_head h = { .number = number, .at_ms = 1795318246142 };
    memset(h.mac, 0xab, sizeof h.mac);
    memset(h.key, 0x01, sizeof h.key);
    memset(h.signature, 0xf0, sizeof h.signature);
    return h;
}

AC_TEST(audit_head, what_is_written_is_read)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    static const uint64_t numbers[] = { 0, 7, 10, 123456789, INT64_MAX };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        AC_AUTO(ac_sb) line = AC_SB(1 << 12);
        const ac_audit_head h = example(numbers[i]);
        ac_audit_head back = { .number = 1 };
        ac_jw w = ac_jw_to(&line, 0);
        ac_jw_audit_head(&w, &h);
        CHECK(ac_audit_head_read(ac_sb_view(&line), a, &back, NULL) == AC_OK);
        CHECK(back.number == h.number && back.at_ms == h.at_ms && memcmp(back.mac, h.mac, sizeof h.mac) == 0 &&
              memcmp(back.key, h.key, sizeof h.key) == 0 &&
              memcmp(back.signature, h.signature, sizeof h.signature) == 0);
    }
}

AC_TEST(audit_head, what_is_signed_is_text)
{
    char buf[AC_HEAD_TEXT];
    ac_audit_head h = example(42);
    CHECK(ac_sv_eq(ac_audit_head_text(&h, buf),
                   AC_SV("aceso/audit-head/1\n42\n1795318246142\n"
                         "abababababababababababababababababababababababababababababababab\n")));
    h.number = UINT64_MAX;
    h.at_ms = INT64_MAX;
    CHECK(ac_audit_head_text(&h, buf).n <= AC_HEAD_TEXT);
}

AC_TEST(audit_head, anything_else_is_none)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    AC_AUTO(ac_sb) line = AC_SB(1 << 12);
    const ac_audit_head h = example(42);
    ac_audit_head back;
    ac_jw w = ac_jw_to(&line, 0);
    ac_jw_audit_head(&w, &h);
    for (size_t i = 0; i < line.n; i++) {
        CHECK(ac_audit_head_read((ac_sv) { line.p, i }, a, &back, NULL) == AC_EINPUT);
        const char was = line.p[i];
        line.p[i] = '~';
        CHECK(ac_audit_head_read(ac_sb_view(&line), a, &back, NULL) == AC_EINPUT);
        line.p[i] = was;
        ac_arena_reset(a);
    }
    CHECK(ac_audit_head_read(AC_SV("[]"), a, &back, NULL) == AC_EINPUT);
}
