/** Where results go: standard output, or a file that has its name only once it is whole. One thread. */
#ifndef AC_OS_OUTFILE_H
#define AC_OS_OUTFILE_H

#include "base/str.h"

typedef struct {
    int fd;          /* -1: none */
    bool named;      /* a file, not standard output */
    bool closed_pipe;/* nobody reads any more */
    char path[4096]; /* of a file */
} ac_outfile;

/** path NULL: standard output. A file is written as PATH.part until ac_outfile_commit.
 *  errors  AC_EDENIED, AC_ENOTFOUND, AC_EINPUT (name too long), AC_EIO */
AC_NODISCARD ac_rc ac_outfile_open(ac_outfile *o, const char *path, ac_err *err);

/** All of data, or an error. AC_EIO with closed_pipe set when the reader has gone. */
AC_NODISCARD ac_rc ac_outfile_write(ac_outfile *o, ac_sv data, ac_err *err);

/** Give the file its name. Nothing to do for standard output. */
AC_NODISCARD ac_rc ac_outfile_commit(ac_outfile *o, ac_err *err);

/** Close; a file that was not committed keeps its .part name. */
void ac_outfile_close(ac_outfile *o);
void ac_outfile_discard(ac_outfile *o); /* close and remove what is not committed */

/** Both names exist and are one file. */
bool ac_same_file(const char *a, const char *b);

#endif
