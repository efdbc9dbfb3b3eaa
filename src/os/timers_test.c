#include "os/timers.h"
#include "kit/test.h"

typedef struct {
    ac_timer timer; /* first */
    ac_timers *wheel;
    ac_timer *victim;
    uint64_t again; /* set again for this time */
    int fired;
} thing;

static void fired(ac_timer *t)
{
    thing *x = (thing *)t;
    x->fired++;
    if (x->victim)
        ac_timers_unset(x->wheel, x->victim);
    if (x->again)
        ac_timers_set(x->wheel, t, x->again);
    x->again = 0;
}

static thing make(ac_timers *w) { return (thing) { .timer = { .fire = fired }, .wheel = w }; }

AC_TEST(timers, fire_in_time_and_once)
{
    ac_timers w;
    enum { START = 1000000 };
    ac_timers_init(&w, START);
    static const uint64_t delays[] = { 0, 1, 49, 50, 51, 1000, 12800, 12801, 60000, 3600000 };
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        thing x = make(&w);
        uint64_t now = START;
        ac_timers_init(&w, START);
        ac_timers_set(&w, &x.timer, START + delays[i]);
        CHECK(w.n == 1 && ac_timer_is_set(&x.timer));
        for (; now < START + delays[i]; now += 25) {
            ac_timers_run(&w, now);
            CHECK(!x.fired);
        }
        ac_timers_run(&w, START + delays[i] + (uint64_t)2 * AC_TIMERS_TICK_MS);
        CHECK(x.fired == 1 && !w.n && !ac_timer_is_set(&x.timer));
        ac_timers_run(&w, START + delays[i] + 100000);
        CHECK(x.fired == 1);
    }
}

AC_TEST(timers, moved_earlier_and_later)
{
    ac_timers w;
    ac_timers_init(&w, 0);
    thing x = make(&w), y = make(&w);
    ac_timers_set(&w, &x.timer, 100);
    ac_timers_set(&w, &x.timer, 5000);
    ac_timers_set(&w, &y.timer, 90000);
    ac_timers_set(&w, &y.timer, 200);
    ac_timers_run(&w, 1000);
    CHECK(!x.fired && y.fired == 1 && w.n == 1);
    ac_timers_run(&w, 6000);
    CHECK(x.fired == 1);
    ac_timers_set(&w, &x.timer, 7000);
    ac_timers_unset(&w, &x.timer);
    ac_timers_unset(&w, &x.timer); /* once more is fine */
    ac_timers_run(&w, 1000000);    /* far more than once around */
    CHECK(x.fired == 1 && !w.n);
}

AC_TEST(timers, changed_while_they_fire)
{
    ac_timers w;
    ac_timers_init(&w, 0);
    thing a = make(&w), b = make(&w);
    a.victim = &b.timer;
    b.victim = &a.timer;
    ac_timers_set(&w, &a.timer, 100);
    ac_timers_set(&w, &b.timer, 100); /* the same slot: the one that comes first stops the other */
    ac_timers_run(&w, 1000);
    CHECK(a.fired + b.fired == 1 && !w.n);
    thing c = make(&w);
    c.again = 1000; /* over already: at once, but in a later tick */
    ac_timers_set(&w, &c.timer, 1100);
    ac_timers_run(&w, 1200);
    CHECK(c.fired == 2 && !w.n);
}
