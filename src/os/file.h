/** Whole files and folders. Names in error texts are the caller's business: an ac_err carries no path. */
#ifndef AC_OS_FILE_H
#define AC_OS_FILE_H

#include "base/arena.h"

/** Append the whole file (NULL-terminated path, or "-" for standard input) to out.
 *  errors  AC_ENOTFOUND, AC_EDENIED, AC_EINPUT (a folder), AC_ELIMIT (larger than out->max), AC_EIO; thread any */
AC_NODISCARD ac_rc ac_file_read(const char *path, ac_sb *out, ac_err *err);

/** Write a file as a whole: it has the old content or the new one, never a part (temporary name, fsync, rename). Mode 0600 & umask. */
AC_NODISCARD ac_rc ac_file_write(const char *path, ac_sv data, ac_err *err);

/** Create a folder and its parents; fine when it exists. */
AC_NODISCARD ac_rc ac_dir_make(const char *path, ac_err *err);

/** errors  AC_ENOTFOUND, AC_EDENIED, AC_EIO */
AC_NODISCARD ac_rc ac_file_remove(const char *path, ac_err *err);

bool ac_is_dir(const char *path);

/** For the other files of os/: open for reading (errors as ac_file_read; the caller closes *fd); an errno as an error. */
AC_NODISCARD ac_rc ac_file_open_read(const char *path, int *fd, ac_err *err);
AC_NODISCARD ac_rc ac_file_error(ac_err *err, int number);
/** For them, too: write all of it, also after a signal. 0, or the errno. */
AC_NODISCARD int ac_file_put(int fd, ac_sv data);

typedef struct {
    ac_sv *at; /* names, NUL-terminated in the arena, sorted by bytes; files only, not folders, none that starts with '.' */
    size_t n, cap;
} ac_names;

/** The files below a folder, as paths that start with path. Links are not followed into folders. */
AC_NODISCARD ac_rc ac_dir_walk(const char *path, ac_arena *arena, ac_names *out, ac_err *err);

#endif
