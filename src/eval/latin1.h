#ifndef AC_EVAL_LATIN1_H
#define AC_EVAL_LATIN1_H

#include "base/str.h"

/** ISO 8859-1 as UTF-8, in buffer (which is emptied first). *out is borrowed from it. */
AC_NODISCARD ac_rc ac_latin1_to_utf8(ac_sv s, ac_sb *buffer, ac_sv *out, ac_err *err);

#endif
