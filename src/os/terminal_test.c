#include "os/terminal.h"

#include "kit/test.h"

#include "os/clock.h"
#include "os/stop.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

AC_TEST(terminal, a_file_is_none)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    CHECK(!ac_is_terminal(fd) && !ac_terminal_colour(fd));
    CHECK(ac_terminal_width(fd) == 80);
    (void)close(fd);
    char name[64] = "", little[4] = "";
    ac_machine_name(name, sizeof name);
    ac_machine_name(little, sizeof little);
    CHECK(name[0] && little[0] && !little[3]);
    CHECK(ac_cores() >= 1 && ac_peak_rss() > 1 << 20);
}

AC_TEST(clock, time_goes_forward)
{
    ac_clock *c = ac_clock_system();
    uint64_t before = ac_clock_ticks_ns(c);
    CHECK(before > 0 && ac_clock_ticks_ns(c) >= before);
    before = ac_clock_ticks_ns(ac_clock_cpu());
    CHECK(before > 0 && ac_clock_ticks_ns(ac_clock_cpu()) >= before);
    ac_date d = ac_clock_today(c);
    CHECK(d.year >= 2024 && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= 31);
}

AC_TEST(stop, a_signal_sets_the_flag)
{
    void (*old_int)(int) = signal(SIGINT, SIG_DFL), (*old_term)(int) = signal(SIGTERM, SIG_DFL);
    void (*old_pipe)(int) = signal(SIGPIPE, SIG_DFL);
    ac_stop_install();
    CHECK(ac_stop_signal() == 0);
    CHECK(raise(SIGPIPE) == 0);
    CHECK(ac_stop_signal() == 0);
    CHECK(raise(SIGTERM) == 0);
    CHECK(ac_stop_signal() == SIGTERM);
    ac_stop_install(); /* a new start, for what is tested after this */
    CHECK(ac_stop_signal() == 0);
    (void)signal(SIGINT, old_int);
    (void)signal(SIGTERM, old_term);
    (void)signal(SIGPIPE, old_pipe);
}
