#include "os/timers.h"

/* The tick at which a time has been reached. */
static uint64_t tick_of(uint64_t due) { return due / AC_TIMERS_TICK_MS + 1; }

static void unlink_it(ac_timer *t)
{
    *t->at = t->next;
    if (t->next)
        t->next->at = t->at;
    t->next = NULL;
    t->at = NULL;
}

static void link_it(ac_timer **list, ac_timer *t)
{
    t->next = *list;
    t->at = list;
    if (t->next)
        t->next->at = &t->next;
    *list = t;
}

static void insert(ac_timers *w, ac_timer *t)
{
    const uint64_t tick = tick_of(t->due);
    link_it(&w->slots[(tick > w->tick ? tick : w->tick + 1) % AC_TIMERS_SLOTS], t);
}

void ac_timers_init(ac_timers *w, uint64_t now_ms) { *w = (ac_timers) { .tick = now_ms / AC_TIMERS_TICK_MS }; }

void ac_timers_set(ac_timers *w, ac_timer *t, uint64_t due_ms)
{
    const bool later = t->at && due_ms >= t->due; /* it moves when its slot is looked at */
    t->due = due_ms;
    if (later)
        return;
    if (t->at)
        unlink_it(t);
    else
        w->n++;
    insert(w, t);
}

void ac_timers_unset(ac_timers *w, ac_timer *t)
{
    if (!t->at)
        return;
    unlink_it(t);
    w->n--;
}

static void run_slot(ac_timers *w, ac_timer **slot, uint64_t now_ms)
{
    ac_timer *list = *slot; /* apart, so that what is set again meanwhile is not met again */
    *slot = NULL;
    if (list)
        list->at = &list;
    while (list) {
        ac_timer *t = list;
        unlink_it(t);
        if (t->due > now_ms) {
            insert(w, t);
        } else {
            w->n--;
            t->fire(t);
        }
    }
}

void ac_timers_run(ac_timers *w, uint64_t now_ms)
{
    const uint64_t now = now_ms / AC_TIMERS_TICK_MS;
    if (now > w->tick + AC_TIMERS_SLOTS)
        w->tick = now - AC_TIMERS_SLOTS; /* once around meets all of them */
    while (w->tick < now) {
        w->tick++;
        run_slot(w, &w->slots[w->tick % AC_TIMERS_SLOTS], now_ms);
    }
}
