#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    int http, retry;
    const char *name, *code, *text;
} rc_table[AC_RC_COUNT] = {
#define AC_RC_ROW(name, http, retry, code, text) [name] = { http, retry, #name, code, text },
    AC_RC_LIST(AC_RC_ROW)
#undef AC_RC_ROW
};

ac_rc ac_err_pass(ac_err *err, ac_rc rc, const char *file, int line)
{
    if (err && err->depth < sizeof err->trace / sizeof err->trace[0])
        err->trace[err->depth++] = (ac_frame){ file, line };
    return rc;
}

ac_rc ac_err_set(ac_err *err, ac_rc rc, const char *file, int line, const char *fmt, ...)
{
    if (!err)
        return rc;
    err->rc = rc;
    err->depth = 0;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return ac_err_pass(err, rc, file, line);
}

int ac_rc_http(ac_rc rc) { return rc_table[rc].http; }
int ac_rc_retry(ac_rc rc) { return rc_table[rc].retry; }
const char *ac_rc_name(ac_rc rc) { return rc_table[rc].name; }
const char *ac_rc_code(ac_rc rc) { return rc_table[rc].code; }
const char *ac_rc_text(ac_rc rc) { return rc_table[rc].text; }
