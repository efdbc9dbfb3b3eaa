#include "os/clock.h"

#include <time.h>

static uint64_t read_ns(clockid_t id)
{
    struct timespec t;
    return clock_gettime(id, &t) == 0 ? (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec : 0;
}

static uint64_t ticks_ns(ac_clock *c)
{
    (void)c;
    return read_ns(CLOCK_MONOTONIC);
}

static uint64_t cpu_ns(ac_clock *c)
{
    (void)c;
    return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

static ac_date today(ac_clock *c)
{
    (void)c;
    time_t now = time(NULL);
    struct tm tm;
    if (!gmtime_r(&now, &tm))
        return (ac_date) { 0, 0, 0 };
    return (ac_date) { (int16_t)(tm.tm_year + 1900), (uint8_t)(tm.tm_mon + 1), (uint8_t)tm.tm_mday };
}

ac_sv ac_clock_instant(char buf[AC_INSTANT_TEXT])
{
    time_t now = time(NULL);
    struct tm tm;
    size_t n = gmtime_r(&now, &tm) ? strftime(buf, AC_INSTANT_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) : 0;
    return (ac_sv) { buf, n };
}

ac_clock *ac_clock_system(void)
{
    static const ac_clock_ops ops = { "system", ticks_ns, today };
    static ac_clock system_clock = { &ops };
    return &system_clock;
}

ac_clock *ac_clock_cpu(void)
{
    static const ac_clock_ops ops = { "cpu", cpu_ns, today };
    static ac_clock cpu_clock = { &ops };
    return &cpu_clock;
}
