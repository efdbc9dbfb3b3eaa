#include "net/sse.h"
#include "kit/test.h"

static bool becomes(ac_sse_event e, const char *expected)
{
    AC_AUTO(ac_sb) out = AC_SB(1000);
    return ac_sse_format(&e, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), ac_sv_z(expected));
}

AC_TEST(sse, events)
{
    CHECK(becomes((ac_sse_event) { .data = AC_SV("x") }, "data: x\n\n"));
    CHECK(becomes((ac_sse_event) { AC_SV("7"), AC_SV("done"), AC_SV("{}") }, "id: 7\nevent: done\ndata: {}\n\n"));
    CHECK(becomes((ac_sse_event) { .data = AC_SV("a\nb\r\nc\rd\n") }, "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"));
    CHECK(becomes((ac_sse_event) { .event = AC_SV("e") }, "event: e\ndata: \n\n"));
}

AC_TEST(sse, an_id_cannot_begin_another_field)
{
    AC_AUTO(ac_sb) out = AC_SB(1000);
    static const ac_sse_event bad[] = { { { "1\ndata: x", 9 }, { "", 0 }, { "", 0 } }, { { "1", 1 }, { "a\rb", 3 }, { "", 0 } }, { { "a\0b", 3 }, { "", 0 }, { "", 0 } } };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(ac_sse_format(&bad[i], &out, NULL) == AC_EINPUT && !out.n);
    AC_AUTO(ac_sb) small = AC_SB(10);
    CHECK(ac_sse_format(&(ac_sse_event) { .data = AC_SV("too long for it") }, &small, NULL) == AC_ELIMIT);
}
