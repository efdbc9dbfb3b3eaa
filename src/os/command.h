/** What a command of the operator's says: a secret that another program keeps, for example. */
#ifndef AC_OS_COMMAND_H
#define AC_OS_COMMAND_H

#include "base/str.h"

/** Run it with sh -c and append what it writes to its standard output, at most out->max bytes. Its standard input is empty, its standard
 *  error is this program's. Waits until it ends.
 *  errors  AC_EIO (it cannot be started, or fails), AC_ELIMIT (it writes more), AC_ENOMEM */
AC_NODISCARD ac_rc ac_command_output(const char *command, ac_sb *out, ac_err *err);

#endif
