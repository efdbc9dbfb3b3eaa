/** Lines of a stream, one at a time, in bounded memory. One thread. */
#ifndef AC_OS_LINES_H
#define AC_OS_LINES_H

#include "base/str.h"

typedef struct ac_lines ac_lines;

/** path "-" is standard input. max: longest line that is given out.
 *  errors  as ac_file_read; AC_ENOMEM. The caller closes it. */
AC_NODISCARD ac_rc ac_lines_open(const char *path, size_t max, ac_lines **out, ac_err *err);
void ac_lines_free(ac_lines *l); /* NULL is fine */

/** The next line without its line end; *line is borrowed until the next call. *more is false at the end.
 *  errors  AC_ELIMIT (the line was too long; it is skipped and reading can go on), AC_EIO, AC_ENOMEM, AC_ECANCELLED
 *          (a signal came while waiting: ask ac_stop_signal) */
AC_NODISCARD ac_rc ac_lines_next(ac_lines *l, ac_sv *line, bool *more, ac_err *err);

/** True when the next call will not wait: a whole line is here, more bytes are here, or the stream has ended. */
bool ac_lines_ready(ac_lines *l);

/** The beginning of the stream as far as it is here (at most 64 KB); waits for the first bytes only. Any time before
 *  the first line was taken. */
AC_NODISCARD ac_rc ac_lines_peek(ac_lines *l, ac_sv *out, ac_err *err);

/** Take everything that is left into out, lines and all. errors  as ac_file_read */
AC_NODISCARD ac_rc ac_lines_rest(ac_lines *l, ac_sb *out, ac_err *err);

uint64_t ac_lines_bytes(const ac_lines *l); /* taken so far */

static inline void ac_lines_cleanup_ptr(ac_lines **l) { ac_lines_free(*l); }

#endif
