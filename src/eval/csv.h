/** Comma-separated values (RFC 4180): quoted cells may hold commas, line ends and doubled quotes. */
#ifndef AC_EVAL_CSV_H
#define AC_EVAL_CSV_H

#include "base/arena.h"

enum { AC_CSV_CELLS = 32 };

typedef struct {
    ac_sv cell[AC_CSV_CELLS]; /* unquoted; further cells of a longer row are read over */
    size_t n;
} ac_csv_row;

/** The next row that is not empty. *done at the end of the file. Errors: AC_ELIMIT. A quote that nothing closes takes
 *  the rest of the file. */
AC_NODISCARD ac_rc ac_csv_next(ac_sv *rest, ac_arena *arena, ac_csv_row *out, bool *done, ac_err *err);

/** The column with that name in a header row; AC_CSV_CELLS when there is none. */
size_t ac_csv_column(const ac_csv_row *header, const char *name);

#endif
