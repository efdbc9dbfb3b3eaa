/** A line on the terminal that tells how far the run is. Nothing in a pipe. */
#ifndef AC_MAIN_PROGRESS_H
#define AC_MAIN_PROGRESS_H

#include "port/clock.h"

typedef struct {
    bool on;
    ac_clock *clock;
    uint64_t start, last; /* ticks */
    uint64_t notes;
    const char *what; /* was done to them, for people; NULL: nothing is said */
    bool drawn;
} ac_progress;

/** on: only when asked, standard error is a terminal, and nothing else is written to it. */
ac_progress ac_progress_start(bool wanted);
void ac_progress_step(ac_progress *p, double share); /* one more note; share of the work that is done, 0..1 */
void ac_progress_to(ac_progress *p, uint64_t notes, double share); /* so many notes by now */
void ac_progress_clear(ac_progress *p);              /* before something else is written; the next step draws again */

#endif
