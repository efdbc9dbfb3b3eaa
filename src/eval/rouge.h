/** ROUGE (Lin, 2004) as the package rouge-score computes it without stemming: words are runs of ASCII letters and digits,
 *  lower case; sentences of ROUGE-Lsum are lines. */
#ifndef AC_EVAL_ROUGE_H
#define AC_EVAL_ROUGE_H

#include "base/arena.h"

typedef struct {
    double one, two, lsum; /* F1 */
} ac_rouge;

/** errors AC_ELIMIT. Time: the product of both lengths. */
AC_NODISCARD ac_rc ac_rouge_score(ac_sv reference, ac_sv candidate, ac_arena *arena, ac_rouge *out, ac_err *err);

#endif
