/** Ctrl-C and closed pipes: the program is told, finishes what it writes, and ends. */
#ifndef AC_OS_STOP_H
#define AC_OS_STOP_H

#include <stdbool.h>

/** From now on SIGINT and SIGTERM only set a flag (a second one ends the process), and a closed pipe is a write error. Nothing has
 *  asked yet. */
void ac_stop_install(void);
int ac_stop_signal(void); /* 0: go on; otherwise the signal that asked to stop */

#endif
