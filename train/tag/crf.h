/** A linear-chain conditional random field, trained by AdaGrad with dual averaging (Duchi, Hazan, Singer 2011), whose L1 term
 *  leaves most weights at zero. One thread, fixed order: the same corpus and compiler give the same model. */
#ifndef AC_TRAIN_CRF_H
#define AC_TRAIN_CRF_H

#include "tag/corpus.h"

typedef struct {
    float rate, l1, drop; /* step; weight of the L1 term; share of features left out of each sequence */
    float lean;           /* taken off every step to outside: for those who would rather mark too much than too little */
    int epochs;
    uint32_t least;       /* rarer features are left out */
} crf_options;

typedef struct {
    size_t n_labels, width; /* width: labels padded to 8 */
    uint32_t *row;          /* per feature of the corpus: its row, or AC_NONE */
    size_t n_rows;
    float *sum, *square;    /* per row and label: gradients so far */
    float *weight;          /* after crf_train */
    float *edge, *edge_sum, *edge_square; /* from * width + to */
} crf;

/** use: per document, whether to train on it. */
AC_NODISCARD ac_rc crf_train(const corpus *c, const uint8_t *use, const crf_options *o, crf *out, ac_err *err);
void crf_cleanup(crf *m);

/** Best labels of tokens [token, token + n). */
AC_NODISCARD ac_rc crf_tag(const crf *m, const corpus *c, uint32_t token, uint32_t n, uint8_t *labels, ac_err *err);

#endif
