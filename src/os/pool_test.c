#include "os/pool.h"

#include "kit/test.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 500, THREADS = 4, WINDOW = 7 };

typedef struct {
    int number, answer;
} item;

static void square(void *worker, void *arg)
{
    item *i = arg;
    struct timespec nap = { 0, (i->number % 5) * 20000L }; /* later items overtake earlier ones */
    (void)nanosleep(&nap, NULL);
    i->answer = i->number * i->number;
    (*(int *)worker)++;
}

static int run_all(size_t threads, size_t window)
{
    static item items[ITEMS];
    int done[THREADS] = { 0 }, taken = 0, wrong = 0;
    void *workers[THREADS] = { &done[0], &done[1], &done[2], &done[3] };
    AC_AUTO_PTR(ac_pool) pool = NULL;
    CHECK(ac_pool_new(&(ac_pool_options) { threads, window, square, workers }, &pool, NULL) == AC_OK);
    for (int i = 0; i < ITEMS; i++) {
        items[i] = (item) { i, 0 };
        while (ac_pool_full(pool)) {
            const item *t = ac_pool_take(pool);
            wrong += t->number != taken || t->answer != taken * taken;
            taken++;
        }
        CHECK(ac_pool_submit(pool, &items[i], NULL) == AC_OK);
    }
    for (const item *t; (t = ac_pool_take(pool)); taken++)
        wrong += t->number != taken || t->answer != taken * taken;
    CHECK(taken == ITEMS);
    CHECK(done[0] + done[1] + done[2] + done[3] == ITEMS);
    return wrong;
}

AC_TEST(pool, results_come_in_the_order_of_the_work)
{
    CHECK(run_all(1, 1) == 0);
    CHECK(run_all(1, WINDOW) == 0);
    CHECK(run_all(THREADS, WINDOW) == 0);
}

AC_TEST(pool, a_full_window_refuses)
{
    int count = 0;
    void *workers[] = { &count };
    item a = { 1, 0 }, b = { 2, 0 }, c = { 3, 0 };
    AC_AUTO_PTR(ac_pool) pool = NULL;
    CHECK(ac_pool_new(&(ac_pool_options) { 1, 2, square, workers }, &pool, NULL) == AC_OK);
    CHECK(ac_pool_take(pool) == NULL);
    CHECK(ac_pool_try_take(pool) == NULL);
    CHECK(ac_pool_submit(pool, &a, NULL) == AC_OK);
    CHECK(ac_pool_submit(pool, &b, NULL) == AC_OK);
    CHECK(ac_pool_full(pool) && ac_pool_pending(pool) == 2);
    CHECK(ac_pool_submit(pool, &c, NULL) == AC_EBUSY);
    CHECK(ac_pool_take(pool) == &a);
    CHECK(ac_pool_take(pool) == &b);
    CHECK(ac_pool_pending(pool) == 0);
}

AC_TEST(pool, every_allocation_may_fail)
{
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_pool) pool = NULL;
        void *workers[1] = { NULL };
        ac_rc rc = ac_pool_new(&(ac_pool_options) { 1, 1, square, workers }, &pool, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
    }
    ac_pool_free(NULL);
}
