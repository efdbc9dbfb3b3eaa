#include "base/err.h"

#include "kit/test.h"

#include <string.h>

static ac_rc inner(ac_err *err) { return ac_fail(err, AC_ELIMIT, "%d of %d", 3, 2); }

static ac_rc outer(ac_err *err)
{
    AC_TRY(err, inner(err));
    return AC_OK;
}

AC_TEST(err, carries_code_text_and_trace)
{
    ac_err err = { 0 };
    CHECK(outer(&err) == AC_ELIMIT && err.rc == AC_ELIMIT);
    CHECK(strcmp(err.text, "3 of 2") == 0 && err.depth == 2 && err.trace[0].line < err.trace[1].line);
    CHECK(outer(NULL) == AC_ELIMIT);
}

AC_TEST(err, every_code_has_a_name_and_a_status)
{
    for (int rc = 0; rc < AC_RC_COUNT; rc++) {
        CHECK(strncmp(ac_rc_name((ac_rc)rc), "AC_", 3) == 0 && ac_rc_text((ac_rc)rc)[0]);
        CHECK(ac_rc_http((ac_rc)rc) >= 200 && ac_rc_http((ac_rc)rc) < 600);
    }
}
