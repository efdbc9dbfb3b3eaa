#include "os/crew.h"

#include "kit/test.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { THREADS = 4, TASKS = 500 };

typedef struct {
    ac_crew_task task;
    atomic_int *sum;
    atomic_bool *gate;
} job;

static void add_one(ac_crew_task *t, size_t thread)
{
    job *j = (job *)t;
    CHECK(thread < THREADS);
    while (j->gate && !atomic_load(j->gate)) {}
    atomic_fetch_add(j->sum, 1);
}

AC_TEST(crew, all_that_was_handed_in_is_done)
{
    static job jobs[TASKS];
    atomic_int sum = 0;
    ac_crew *crew = NULL;
    CHECK(ac_crew_new(THREADS, TASKS, &crew, NULL) == AC_OK);
    for (size_t i = 0; i < TASKS; i++) {
        jobs[i] = (job) { .task.run = add_one, .sum = &sum };
        CHECK(ac_crew_submit(crew, &jobs[i].task, NULL) == AC_OK);
    }
    ac_crew_free(crew);
    CHECK(sum == TASKS);
}

AC_TEST(crew, says_when_too_much_waits)
{
    job jobs[4];
    atomic_int sum = 0;
    atomic_bool gate = false;
    ac_crew *crew = NULL;
    CHECK(ac_crew_new(1, 2, &crew, NULL) == AC_OK);
    size_t taken = 0;
    for (size_t i = 0; i < 4; i++) {
        jobs[i] = (job) { .task.run = add_one, .sum = &sum, .gate = &gate };
        taken += ac_crew_submit(crew, &jobs[i].task, NULL) == AC_OK;
    }
    CHECK(taken == 2 || taken == 3); /* the thread may have taken one already */
    CHECK(ac_crew_waiting(crew) <= 2);
    atomic_store(&gate, true);
    ac_crew_free(crew);
    CHECK(sum == (int)taken);
}

AC_TEST(crew, every_allocation_may_fail)
{
    AC_EACH_OOM(i)
    {
        ac_crew *crew = NULL;
        ac_rc rc = ac_crew_new(1, 1, &crew, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        ac_crew_free(crew);
    }
}
