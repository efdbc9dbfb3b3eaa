/** Writing a large file from its beginning to its end, with a header filled in last: other programs see all of it or nothing. One thread. */
#ifndef AC_OS_BIGFILE_H
#define AC_OS_BIGFILE_H

#include "base/str.h"

typedef struct ac_bigfile ac_bigfile;
enum { AC_DIGEST_BYTES = 32 };

/** A temporary file beside path, whose first header bytes are zero.
 *  errors  as ac_file_write; AC_ENOMEM. The caller frees it; without a commit that removes the file. */
AC_NODISCARD ac_rc ac_bigfile_new(const char *path, size_t header, ac_bigfile **out, ac_err *err);
void ac_bigfile_free(ac_bigfile *f); /* NULL is fine */
static inline void ac_bigfile_cleanup_ptr(ac_bigfile **f) { ac_bigfile_free(*f); }

AC_NODISCARD ac_rc ac_bigfile_add(ac_bigfile *f, ac_sv data, ac_err *err);
AC_NODISCARD ac_rc ac_bigfile_zeros(ac_bigfile *f, uint64_t n, ac_err *err);
uint64_t ac_bigfile_at(const ac_bigfile *f); /* bytes so far, the header's included */

/** SHA-256 of all that was added behind the header. Nothing may be added after it. errors  AC_EINTERNAL, AC_EIO */
AC_NODISCARD ac_rc ac_bigfile_digest(ac_bigfile *f, unsigned char out[AC_DIGEST_BYTES], ac_err *err);

/** Write the header, see that all is on the disk, and give the file its name. */
AC_NODISCARD ac_rc ac_bigfile_commit(ac_bigfile *f, ac_sv header, ac_err *err);

/** SHA-256 of bytes. errors  AC_EINTERNAL */
AC_NODISCARD ac_rc ac_digest(ac_sv bytes, unsigned char out[AC_DIGEST_BYTES], ac_err *err);

#endif
