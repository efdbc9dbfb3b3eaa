/** Reading the files of a release into a builder. */
#ifndef AC_VOCAB_IMPORT_H
#define AC_VOCAB_IMPORT_H

#include "vocab/build.h"

typedef struct {
    uint8_t lang, kind;   /* of plain lists that do not say: AC_LANG_COUNT, AC_KIND_COUNT when nobody did */
} ac_vocab_import_options;

/** What a file was. */
typedef struct {
    const ac_release_layout *layout;
    uint64_t lines, bad, first_bad, bytes;
} ac_vocab_file;

/** Read one file, in memory for one line.
 *  errors  as ac_lines_open; AC_EINPUT (no layout that is known; more lines are not as the layout says than are), those of the builder,
 *          AC_ECANCELLED (a signal). out is filled as far as it came. */
AC_NODISCARD ac_rc ac_vocab_import(ac_vocab_builder *b, const char *path, const ac_vocab_import_options *opt, ac_vocab_file *out, ac_err *err);

#endif
