#include "os/clock.h"

#include <stdatomic.h>
#include <time.h>

enum { NS_PER_MS = 1000000 };

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

/* What the machine's clock said when it was first asked, and the time that has gone by since. */
static int64_t now_ms(ac_clock *c)
{
    static _Atomic int64_t offset; /* 0: not asked yet */
    (void)c;
    const int64_t since = (int64_t)(read_ns(CLOCK_MONOTONIC) / NS_PER_MS);
    int64_t known = atomic_load(&offset);
    if (!known) {
        const int64_t first = (int64_t)(read_ns(CLOCK_REALTIME) / NS_PER_MS) - since;
        known = atomic_compare_exchange_strong(&offset, &known, first) ? first : known;
    }
    return known + since;
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
    static const ac_clock_ops ops = { "system", ticks_ns, today, now_ms };
    static ac_clock system_clock = { &ops };
    return &system_clock;
}

ac_clock *ac_clock_cpu(void)
{
    static const ac_clock_ops ops = { "cpu", cpu_ns, today, now_ms };
    static ac_clock cpu_clock = { &ops };
    return &cpu_clock;
}
