/** The whole terminal, for a picture that changes: what stood on it before comes back, however the process ends
 * (SIGKILL apart). One at a time; the thread that began it. */
#ifndef AC_OS_SCREEN_H
#define AC_OS_SCREEN_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/** Standard input and output are terminals that can do that. Keys come at once from here on, and are not shown.
 *  errors  AC_EINPUT: they are not, or too dumb */
AC_NODISCARD ac_rc ac_screen_begin(ac_err *err);
void ac_screen_end(void);

enum { AC_KEY_NONE = 0, AC_KEY_RESIZED = -1, AC_KEY_CLOSED = -2 }; /* the terminal is gone */

/** The next key, or what happened meanwhile; waits for it so long. */
int ac_screen_key(int64_t ms);

/** Columns and rows; 80 by 24 when unknown. Of any descriptor. */
void ac_terminal_size(int fd, unsigned *columns, unsigned *rows);

#endif
