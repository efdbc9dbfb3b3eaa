#include "eval/session.h"
ac_rc ac_score_e3c(ac_eval *e, ac_err *err) { (void)e; (void)err; return AC_OK; }
ac_rc ac_score_e3c_iob(ac_eval *e, ac_err *err) { (void)e; (void)err; return AC_OK; }
