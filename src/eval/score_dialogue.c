#include "eval/session.h"
ac_rc ac_score_aci_bench(ac_eval *e, ac_err *err) { (void)e; (void)err; return AC_OK; }
ac_rc ac_score_mts_dialog(ac_eval *e, ac_err *err) { (void)e; (void)err; return AC_OK; }
