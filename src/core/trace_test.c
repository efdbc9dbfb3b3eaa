#include "core/trace.h"

#include "kit/test.h"

#define GOOD "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

AC_TEST(trace, a_parent_is_read_and_written)
{
    ac_trace t = { .sampled = false };
    char back[AC_TRACEPARENT];
    CHECK(ac_trace_none(&t));
    CHECK(ac_trace_parse(AC_SV(GOOD), &t) && t.sampled && t.trace[0] == 0x4b && t.span[7] == 0xb7 &&
          !ac_trace_none(&t));
    ac_trace_format(&t, back);
    CHECK(memcmp(back, GOOD, sizeof back) == 0);
    CHECK(ac_trace_parse(AC_SV("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"), &t) && !t.sampled);
    CHECK(ac_trace_parse(AC_SV("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03"), &t) && t.sampled);
}

AC_TEST(trace, a_later_version_may_say_more)
{
    ac_trace t;
    CHECK(ac_trace_parse(AC_SV("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), &t));
    CHECK(ac_trace_parse(AC_SV("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings"), &t));
    CHECK(!ac_trace_parse(AC_SV("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more"), &t));
}

AC_TEST(trace, what_is_no_parent_is_ignored)
{
    static const char *const bad[] = {
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473\n-00f067aa0ba902b7-01",
        "Zebulon Quackenbush was here, and nowhere else in the world",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ac_trace t = { .sampled = false };
        CHECK(!ac_trace_parse(ac_sv_z(bad[i]), &t) && ac_trace_none(&t));
    }
}
