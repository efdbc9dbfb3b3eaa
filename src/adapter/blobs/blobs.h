/** Blobs (port/blobs.h) as files: FOLDER/xx/ID, where xx are the last two letters of the id; mode 0600 below 0700. What
 * is being written lies in FOLDER/new, what a process that was killed left there is removed at opening. */
#ifndef AC_ADAPTER_BLOBS_H
#define AC_ADAPTER_BLOBS_H

#include "port/blobs.h"

/** folder: made if it is not there. The caller frees it; all blobs have to be ended or abandoned before.
 *  errors  AC_EBUSY (another process has it), AC_EDENIED, AC_EINPUT (name too long, or no folder), AC_EIO, AC_ENOMEM */
AC_NODISCARD ac_rc ac_blobs_open(const char *folder, ac_blobs **out, ac_err *err);

#endif
