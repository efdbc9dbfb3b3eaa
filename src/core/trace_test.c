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

/* What is passed on of these headers; NULL: nothing, they are malformed. */
static bool passes(const ac_sv *headers, size_t n, const char *expected)
{
    char out[AC_TRACESTATE];
    size_t bytes = 7;
    const bool read = ac_trace_state_read(headers, n, out, &bytes);
    return expected ? read && ac_sv_eq((ac_sv) { out, bytes }, ac_sv_z(expected)) : !read && bytes == 7;
}

static bool passes_one(const char *header, const char *expected)
{
    const ac_sv h = ac_sv_z(header);
    return passes(&h, 1, expected);
}

AC_TEST(trace, a_state_is_passed_on_as_it_is)
{
    static const char *const same[] = { "vendor=opaque", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
                                        "fw529a3039@dt=FfFf/;:\"\\ x,0tenant@system-2=1",
                                        "a_-*/9=!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~" };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        CHECK(passes_one(same[i], same[i]));
    CHECK(passes_one(" a=1 ,\tb=2\t", "a=1,b=2") && passes_one("a= 1", "a= 1"));
    CHECK(passes_one("", "") && passes_one(" , ,", "") && passes_one(",a=1,,b=2,", "a=1,b=2"));
    CHECK(passes_one("a=1,b=2,a=3", "a=1,b=2") && passes_one("ab=1,a=2", "ab=1,a=2"));
    const ac_sv several[] = { AC_SV("a=1"), AC_SV(""), AC_SV("b=2, a=9"), AC_SV("c=3") };
    CHECK(passes(several, 4, "a=1,b=2,c=3") && passes(several, 0, ""));
}

AC_TEST(trace, a_malformed_state_is_dropped_as_a_whole)
{
    static const char *const bad[] = { "a",     "=1",     "a=",         "a=1=2", "A=1",    "1a=1", "a b=1",
                                       "a=1,b", "a=\x7f", "a=\xc3\xa9", "a=\tb", "a@=1",   "@b=1", "a@b@c=1",
                                       "a@B=1", "a@9=1",  "a=1,\x01=2", "a =1",  "a@b,c=1" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(passes_one(bad[i], NULL));
    const ac_sv zero = { "a=1\0b", 5 };
    CHECK(passes(&zero, 1, NULL));
    const ac_sv several[] = { AC_SV("a=1"), AC_SV("b") };
    CHECK(passes(several, 2, NULL));
}

/* n times "kN=" and size of another letter. */
static ac_sv list_of(ac_sb *out, size_t n, size_t size)
{
    ac_sb_clear(out);
    for (size_t i = 0; i < n; i++) {
        ac_sb_addf(out, "%sk%zu=", i ? "," : "", i);
        for (size_t k = 0; k < size; k++)
            ac_sb_add_char(out, 'v');
    }
    return ac_sb_view(out);
}

AC_TEST(trace, a_state_has_its_limits)
{
    AC_AUTO(ac_sb) text = AC_SB(1 << 16);
    AC_AUTO(ac_sb) more = AC_SB(1 << 16);
    char out[AC_TRACESTATE];
    size_t n = 0;
    ac_sv h = list_of(&text, AC_TRACESTATE_MEMBERS, 1);
    CHECK(ac_trace_state_read(&h, 1, out, &n) && ac_sv_eq((ac_sv) { out, n }, h));
    h = list_of(&text, AC_TRACESTATE_MEMBERS + 1, 1);
    CHECK(!ac_trace_state_read(&h, 1, out, &n));
    h = list_of(&text, 1, 256);
    CHECK(ac_trace_state_read(&h, 1, out, &n) && ac_sv_eq((ac_sv) { out, n }, h));
    h = list_of(&text, 1, 257);
    CHECK(!ac_trace_state_read(&h, 1, out, &n));
    h = list_of(&text, 8, 60); /* 8 * 63 + 7 = 511 bytes */
    CHECK(h.n == 511 && ac_trace_state_read(&h, 1, out, &n) && n == 511);
    ac_sb_add(&text, AC_SV(",z=1"));
    h = ac_sb_view(&text);
    CHECK(ac_trace_state_read(&h, 1, out, &n) && n == 511 &&
          ac_sv_starts(h, (ac_sv) { out, n })); /* the last one goes */
    ac_sb_add(&more, AC_SV("long="));
    for (int i = 0; i < 130; i++)
        ac_sb_add_char(&more, 'w');
    const ac_sv both[] = { ac_sb_view(&more), list_of(&text, 8, 60) };
    CHECK(ac_trace_state_read(both, 2, out, &n) && ac_sv_eq((ac_sv) { out, n }, both[1])); /* long ones go first */
    h = list_of(&text, AC_TRACESTATE_MEMBERS, 100);
    CHECK(ac_trace_state_read(&h, 1, out, &n) && n <= AC_TRACESTATE && n > AC_TRACESTATE - 104 && out[n - 1] == 'v');
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
