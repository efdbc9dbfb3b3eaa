#include "core/job.h"

#include "kit/test.h"

AC_TEST(job, words_are_read_as_they_are_written)
{
    ac_job_state s;
    for (int i = 0; i < AC_JOB_STATES; i++)
        CHECK(ac_job_state_parse(ac_sv_z(ac_job_state_name((ac_job_state)i)), &s) && s == (ac_job_state)i);
    CHECK(!ac_job_state_parse(AC_SV("Queued"), &s) && !ac_job_state_parse(AC_SV(""), &s));
    for (int k = 0; k < AC_JOB_KINDS; k++)
        CHECK(ac_job_kind_name((ac_job_kind)k)[0]);
}

AC_TEST(job, what_has_ended_stays_so_unless_it_is_dead)
{
    for (int from = 0; from < AC_JOB_STATES; from++)
        for (int to = 0; to < AC_JOB_STATES; to++)
            if (ac_job_ended((ac_job_state)from))
                CHECK(ac_job_may((ac_job_state)from, (ac_job_state)to) == (from == AC_JOB_DEAD && to == AC_JOB_QUEUED));
    CHECK(ac_job_may(AC_JOB_QUEUED, AC_JOB_RUNNING) && !ac_job_may(AC_JOB_QUEUED, AC_JOB_COMPLETED));
    CHECK(ac_job_may(AC_JOB_RUNNING, AC_JOB_QUEUED) && ac_job_may(AC_JOB_RUNNING, AC_JOB_DEAD));
}
