#include "main/progress.h"

#include "os/clock.h"
#include "os/terminal.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR = 28, FRAME_NS = 100000000 };

ac_progress ac_progress_start(bool wanted)
{
    ac_progress p = { .on = wanted && ac_is_terminal(STDERR_FILENO), .clock = ac_clock_system() };
    p.start = p.last = ac_clock_ticks_ns(p.clock);
    return p;
}

void ac_progress_step(ac_progress *p, double share) { ac_progress_to(p, p->notes + 1, share); }

void ac_progress_to(ac_progress *p, uint64_t notes, double share)
{
    p->notes = notes;
    if (!p->on)
        return;
    uint64_t now = ac_clock_ticks_ns(p->clock);
    if (now - p->last < FRAME_NS)
        return;
    p->last = now;
    double seconds = (double)(now - p->start) / 1e9, left = share > 0 ? seconds * (1 - share) / share : 0;
    int full = (int)(share * BAR);
    (void)fputs("\r\033[K[", stderr);
    for (int i = 0; i < BAR; i++)
        (void)fputs(i < full ? "█" : "·", stderr);
    (void)fprintf(stderr, "] %3.0f %%  %llu notes%s%s  %.0f/s  %.0f s left", share * 100, (unsigned long long)p->notes,
                  p->what ? " " : "", p->what ? p->what : "", (double)p->notes / seconds, left);
    (void)fflush(stderr);
    p->drawn = true;
}

void ac_progress_clear(ac_progress *p)
{
    if (p->drawn)
        (void)fputs("\r\033[K", stderr);
    p->drawn = false;
}
