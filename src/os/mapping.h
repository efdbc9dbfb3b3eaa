/** A file as read-only memory that all processes which map it share. */
#ifndef AC_OS_MAPPING_H
#define AC_OS_MAPPING_H

#include "base/str.h"

/** Map the whole of a regular file; in time that does not depend on its size. The bytes last until ac_mapping_close, also when the
 *  file is replaced or removed meanwhile. A file that is cut short while it is mapped ends the process (SIGBUS): replace, do not write over.
 *  errors  as ac_file_read; AC_EINPUT (no regular file, or empty); AC_ENOMEM. Any thread. */
AC_NODISCARD ac_rc ac_mapping_open(const char *path, ac_sv *out, ac_err *err);
void ac_mapping_close(ac_sv m); /* of nothing: fine */

/** It will be read from here to there, once. */
void ac_mapping_read_through(ac_sv m);

#endif
