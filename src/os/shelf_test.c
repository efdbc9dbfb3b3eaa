#include "os/shelf.h"

#include "kit/test.h"

#include <pthread.h>

enum { THREADS = 8, TIMES = 500, THINGS = 3 };

static void *use(void *shelf)
{
    for (int i = 0; i < TIMES; i++) {
        int *thing = ac_shelf_take(shelf); /* nobody else has it: no lock is needed */
        ++*thing;
        ac_shelf_put(shelf, thing);
    }
    return NULL;
}

AC_TEST(shelf, each_thing_is_one_threads_at_a_time)
{
    AC_AUTO_PTR(ac_shelf) s = ac_shelf_new(THINGS);
    int things[THINGS] = { 0 };
    pthread_t id[THREADS];
    CHECK(s);
    for (size_t i = 0; i < THINGS; i++)
        ac_shelf_put(s, &things[i]);
    for (size_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&id[i], NULL, use, s) == 0);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(id[i], NULL);
    CHECK(things[0] + things[1] + things[2] == THREADS * TIMES);
}
