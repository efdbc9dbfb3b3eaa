/** The result of a job as it is stored: within the job's row, or, when it is large, in a blob of the job's id; and
 * back, piece by piece. */
#ifndef AC_APP_JOB_RESULT_H
#define AC_APP_JOB_RESULT_H

#include "app/service_parts.h"

/** How many results there are in a text: one a line. */
uint64_t ac_result_count(ac_sv text);

/** Seal what is to be the job's result; a large one is on the disk when this returns AC_OK, and *sealed says so.
 *  errors  AC_EFULL, AC_EIO, AC_EBUSY (another attempt is writing its own), AC_ENOTFOUND (the key is gone), AC_ENOMEM
 */
AC_NODISCARD ac_rc ac_result_seal(ac_service *s, const ac_job *job, ac_sv text, ac_arena *arena, ac_sv *sealed,
                                  ac_err *err);

/** whole: a job that has a result. fields: only these members of each object (parted by commas, borrowed as long as the
 * stream); p is NULL: all. errors  AC_EIO, AC_ENOTFOUND (it is gone), AC_ENOMEM */
AC_NODISCARD ac_rc ac_result_open(ac_service *s, const ac_job *whole, ac_sv fields, ac_result_stream **out,
                                  ac_err *err);

/** The same, all of it. errors  AC_ELIMIT, too: more than max bytes, or than the arena has room for */
AC_NODISCARD ac_rc ac_result_text(ac_service *s, const ac_job *whole, ac_sv fields, size_t max, ac_arena *arena,
                                  ac_sv *out, ac_err *err);

#endif
