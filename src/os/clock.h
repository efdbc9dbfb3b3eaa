/** The machine's clock behind the clock port. */
#ifndef AC_OS_CLOCK_H
#define AC_OS_CLOCK_H

#include "port/clock.h"

ac_clock *ac_clock_system(void); /* static; any thread */
ac_clock *ac_clock_cpu(void);    /* its ticks are the time that the calling thread has had a processor; static; any thread */

enum { AC_INSTANT_TEXT = 24 };
/** The present as "2026-05-10T12:00:00Z"; empty when the machine cannot say. buf owns the bytes. */
ac_sv ac_clock_instant(char buf[AC_INSTANT_TEXT]);

#endif
