#include "core/log.h"

#include "kit/test.h"

static void keep(void *context, ac_sv line)
{
    ac_sb *out = context;
    ac_sb_add(out, line);
}

static int64_t now(void *context)
{
    (void)context;
    return 1700000000123;
}

AC_TEST(log, a_line_is_an_object_of_typed_fields)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 12);
    const ac_id id = { .b = { 1, 2, 3 } };
    const ac_rc why = AC_EIO;
    ac_log_to(&(ac_log_sink) { &out, keep, now, AC_LOG_INFO });
    AC_LOG(AC_LOG_DEBUG, "nobody_sees_this", AC_F("n", (uint64_t)1));
    AC_LOG(AC_LOG_WARN, "job_ended", AC_F("job", id), AC_F("bytes", (uint64_t)42), AC_F("state", AC_WORD("dead")),
           AC_F("error", why));
    ac_log_to(NULL);
    AC_LOG(AC_LOG_ERROR, "nobody_sees_this", AC_F("n", (uint64_t)1));
    CHECK(ac_sv_eq(ac_sb_view(&out), AC_SV("{\"ms\":1700000000123,\"level\":\"warn\",\"event\":\"job_ended\",\"job\":"
                                           "\"01020300-0000-0000-0000-000000000000\","
                                           "\"bytes\":42,\"state\":\"dead\",\"error\":\"AC_EIO\"}\n")));
}
