/** A process that knows secrets and patients leaves nothing of its memory behind. */
#ifndef AC_OS_DUMPS_H
#define AC_OS_DUMPS_H

#include "base/err.h"

/** From now on a crash leaves no core, neither as a file nor with a collector of crashes, and no other process of the
 * same user may look into this one's memory (prctl(2), PR_SET_DUMPABLE). Programs that are started from here begin
 * anew. errors  AC_EIO */
AC_NODISCARD ac_rc ac_dumps_refuse(ac_err *err);

#endif
