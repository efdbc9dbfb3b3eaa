/** The machine's clock behind the clock port. */
#ifndef AC_OS_CLOCK_H
#define AC_OS_CLOCK_H

#include "port/clock.h"

ac_clock *ac_clock_system(void); /* static; any thread */

#endif
