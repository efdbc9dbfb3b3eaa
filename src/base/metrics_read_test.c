#include "base/metrics_read.h"

#include "kit/test.h"

#include <math.h>

static ac_rc read_text(ac_arena *a, ac_sv text, ac_metrics_list *out) { return ac_metrics_read(text, a, out, NULL); }

AC_TEST(metrics_read, what_the_format_allows)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_metrics_list m = { 0 };
    CHECK(
        read_text(
            a,
            AC_SV(
                "# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n"
                "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
                "http_requests_total{method=\"post\",code=\"400\",}    3 1395066363000\n\n"
                "msdos{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot find:\\n\\\"FILE.TXT\\\" \\\\n\"} 1.458255915e9\n"
                "\tmetric_without_labels 12.47 \n"
                "weird { le = \"+Inf\" , } +Inf -3982045\n"
                "job:rate:sum{} -Inf\nnan NaN\nwithout_line_end 1e-05"),
            &m) == AC_OK);
    CHECK(m.n == 8 && m.at[0].value == 1027 && m.at[0].n_labels == 2);
    CHECK(ac_sv_eq(ac_metric_label_of(&m.at[1], "code"), AC_SV("400")) && !ac_metric_label_of(&m.at[1], "path").n);
    CHECK(ac_sv_eq(ac_metric_label_of(&m.at[2], "path"), AC_SV("C:\\DIR\\FILE.TXT")));
    CHECK(ac_sv_eq(ac_metric_label_of(&m.at[2], "error"), AC_SV("Cannot find:\n\"FILE.TXT\" \\n")) &&
          m.at[2].value == 1458255915);
    CHECK(ac_sv_eq(m.at[4].name, AC_SV("weird")) && isinf(m.at[4].value) &&
          ac_sv_eq(ac_metric_label_of(&m.at[4], "le"), AC_SV("+Inf")));
    CHECK(m.at[5].value < 0 && isinf(m.at[5].value) && isnan(m.at[6].value) && m.at[7].value == 1e-05);
}

AC_TEST(metrics_read, sums)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_metrics_list m = { 0 };
    bool found;
    CHECK(read_text(a, AC_SV("x{s=\"a\"} 1\nx{s=\"b\"} 2\nx{s=\"a\",t=\"\"} 4\nx{s=\"a\"} NaN\ny 7\n"), &m) == AC_OK);
    CHECK(ac_metrics_sum(&m, "x", NULL, AC_SV(""), NULL) == 7 &&
          ac_metrics_sum(&m, "x", "s", AC_SV("a"), &found) == 5 && found);
    CHECK(ac_metrics_sum(&m, "z", NULL, AC_SV(""), &found) == 0 && !found);
    CHECK(ac_metrics_sum(&m, "x", "s", AC_SV("c"), &found) == 0 && !found);
}

AC_TEST(metrics_read, what_it_does_not)
{
    static const char *const bad[] = { "x",
                                       "x ",
                                       "x one",
                                       "1x 1",
                                       "x{ 1",
                                       "x{a} 1",
                                       "x{a=} 1",
                                       "x{a=b} 1",
                                       "x{a=\"b} 1",
                                       "x{a=\"b\"",
                                       "x{a=\"b\"c=\"d\"} 1",
                                       "x{,} 1",
                                       "x{a:b=\"c\"} 1",
                                       "x{a=\"\\",
                                       "x{a=\"\\\"} 1",
                                       "x 1 2 3",
                                       "x 1 later",
                                       "x 1,5",
                                       "x 0x10",
                                       "x infinit",
                                       "<html>",
                                       "{} 1",
                                       "x} 1",
                                       "x 1e999" };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ac_metrics_list m = { 0 };
        ac_err err = { 0 };
        CHECK(ac_metrics_read(ac_sv_z(bad[i]), a, &m, &err) == AC_EINPUT && err.text[0]);
    }
}

AC_TEST(metrics_read, an_error_names_the_line_and_repeats_nothing)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_metrics_list m = { 0 };
    ac_err err = { 0 };
    CHECK(ac_metrics_read(AC_SV("ok 1\n\ncanary?\n"), a, &m, &err) == AC_EINPUT);
    CHECK(strstr(err.text, "line 3") && !strstr(err.text, "canary"));
}

AC_TEST(metrics_read, hostile_input_ends_with_a_limit_and_not_with_us)
{
    AC_AUTO(ac_sb) text = AC_SB(4 << 20);
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_metrics_list m = { 0 };
    ac_sb_add(&text, AC_SV("x{"));
    for (int i = 0; i <= AC_METRIC_LABELS_MAX; i++)
        ac_sb_add(&text, AC_SV("a=\"b\","));
    ac_sb_add(&text, AC_SV("} 1\n"));
    CHECK(read_text(a, ac_sb_view(&text), &m) == AC_ELIMIT && !m.n);
    ac_sb_clear(&text);
    for (int i = 0; i < 200000; i++)
        ac_sb_add(&text, AC_SV("x 1\n"));
    CHECK(read_text(a, ac_sb_view(&text), &m) == AC_ELIMIT && !m.n);
    ac_sb_clear(&text);
    ac_sb_add(&text, AC_SV("x{a=\""));
    for (int i = 0; i < 1000000; i++)
        ac_sb_add(&text, AC_SV("\\\\"));
    CHECK(read_text(a, ac_sb_view(&text), &m) == AC_EINPUT);
    CHECK(read_text(a, (ac_sv) { "x\0{} 1", 6 }, &m) == AC_EINPUT);
}
