/** A trained model as the text of data/models. */
#ifndef AC_TRAIN_EXPORT_H
#define AC_TRAIN_EXPORT_H

#include "tag/crf.h"

AC_NODISCARD ac_rc model_write(const task *k, const corpus *c, const crf *m, const char *path, ac_err *err);

#endif
