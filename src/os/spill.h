/** Records put aside on disk by bucket, so that more of them can be sorted than fit into memory: what belongs together goes into
 *  one bucket, and each bucket is small enough to be read back at once. One thread. */
#ifndef AC_OS_SPILL_H
#define AC_OS_SPILL_H

#include "base/str.h"

typedef struct ac_spill ac_spill;

/** buckets in files without names in the folder dir: they are gone when this process is, however it ends.
 *  errors  as ac_file_write; AC_EBUSY (too many open files), AC_ENOMEM. The caller frees it. */
AC_NODISCARD ac_rc ac_spill_new(const char *dir, size_t buckets, ac_spill **out, ac_err *err);
void ac_spill_free(ac_spill *s); /* NULL is fine */
static inline void ac_spill_cleanup_ptr(ac_spill **s) { ac_spill_free(*s); }

/** Append to a bucket. errors  AC_EIO (no space left ...) */
AC_NODISCARD ac_rc ac_spill_add(ac_spill *s, size_t bucket, ac_sv data, ac_err *err);

/** All of a bucket, in the order in which it came; then the bucket's space is given back. out is emptied first and its memory used again.
 *  errors  AC_EIO, AC_ENOMEM, AC_ELIMIT (larger than out->max) */
AC_NODISCARD ac_rc ac_spill_take(ac_spill *s, size_t bucket, ac_sb *out, ac_err *err);

uint64_t ac_spill_bytes(const ac_spill *s); /* added so far */

#endif
