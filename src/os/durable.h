/** Files that survive a power cut once the call has returned: what is acknowledged must not be lost. Any thread. */
#ifndef AC_OS_DURABLE_H
#define AC_OS_DURABLE_H

#include "base/str.h"

/** Write folder/name as a whole, mode 0600. It never takes the place of another file: data, then name, then folder are synchronised.
 *  errors  AC_EBUSY (there is one of that name), AC_EINPUT (name too long), AC_EDENIED, AC_ENOTFOUND, AC_EIO */
AC_NODISCARD ac_rc ac_durable_write(const char *folder, const char *name, ac_sv data, ac_err *err);

/** Append a line (data ends with its line end) to a file, which is made when it is not there, mode 0600. What a power cut or a full
 *  disk left of a line before is ended first, so that no two become one. The file may be one that can only grow (chattr +a).
 *  errors  AC_EDENIED, AC_ENOTFOUND (its folder), AC_EFULL, AC_EIO */
AC_NODISCARD ac_rc ac_durable_append(const char *path, ac_sv data, ac_err *err);

/** Remove folder/name; not there is fine. Not synchronised: after a power cut it may be there again. */
AC_NODISCARD ac_rc ac_durable_remove(const char *folder, const char *name, ac_err *err);

/** Remove what a process that was killed had half written there. Nobody else may be writing. errors  AC_ENOTFOUND, AC_EDENIED, AC_EIO */
AC_NODISCARD ac_rc ac_durable_sweep(const char *folder, ac_err *err);

/** Create a folder that only its owner may look into, mode 0700; its parents as ac_dir_make. Fine when it exists. */
AC_NODISCARD ac_rc ac_durable_folder(const char *path, ac_err *err);

/** Be the only process that works in this folder, until the process ends. *fd: to be kept open.
 *  errors  AC_EBUSY (another one does), AC_EDENIED, AC_EIO */
AC_NODISCARD ac_rc ac_durable_lock(const char *folder, int *fd, ac_err *err);

#endif
