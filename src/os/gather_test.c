#include "os/gather.h"

#include "kit/test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS = 16, TIMES = 200 };

typedef struct {
    long sum; /* the thread's alone */
    size_t most, runs, afters;
    useconds_t slow;
} counter;

static void run(void *context, void **asked, size_t n)
{
    counter *c = context;
    for (size_t i = 0; i < n; i++)
        *(long *)asked[i] = c->sum += *(long *)asked[i];
    c->most = n > c->most ? n : c->most;
    c->runs++;
    if (c->slow)
        usleep(c->slow);
}

static void after(void *context) { ((counter *)context)->afters++; }

static ac_gather *gather_of(counter *c, size_t waiting, size_t together, uint32_t window_us)
{
    ac_gather *g = NULL;
    CHECK(ac_gather_new(&(ac_gather_options) { waiting, together, window_us, run, after, c }, &g, NULL) == AC_OK);
    return g;
}

static void *ask_often(void *g)
{
    for (int i = 0; i < TIMES; i++) {
        long v = 1;
        CHECK(ac_gather_ask(g, &v, NULL) == AC_OK && v >= 1);
    }
    return NULL;
}

static void from_threads(size_t n, void *(*body)(void *), void *arg)
{
    pthread_t id[THREADS];
    for (size_t i = 0; i < n; i++)
        CHECK(pthread_create(&id[i], NULL, body, arg) == 0);
    for (size_t i = 0; i < n; i++)
        pthread_join(id[i], NULL);
}

AC_TEST(gather, everybody_is_answered_once)
{
    counter c = { .sum = 0 };
    ac_gather *g = gather_of(&c, THREADS, 8, 100);
    from_threads(THREADS, ask_often, g);
    ac_gather_free(g);
    CHECK(c.sum == THREADS * TIMES && c.most > 1 && c.most <= 8 && c.afters == c.runs && c.runs < THREADS * TIMES);
}

AC_TEST(gather, who_is_alone_does_not_wait)
{
    counter c = { .sum = 0 };
    ac_gather *g = gather_of(&c, 4, 4, 10000000);
    for (long i = 1; i <= 3; i++) {
        long v = 1;
        CHECK(ac_gather_ask(g, &v, NULL) == AC_OK && v == i);
    }
    ac_gather_free(g);
    CHECK(c.runs == 3 && c.most == 1);
}

typedef struct {
    ac_gather *g;
    atomic_int refused;
} crowd;

static void *ask_once(void *arg)
{
    crowd *all = arg;
    long v = 1;
    const ac_rc rc = ac_gather_ask(all->g, &v, NULL);
    CHECK(rc == AC_OK || rc == AC_EBUSY);
    atomic_fetch_add(&all->refused, rc == AC_EBUSY);
    return NULL;
}

AC_TEST(gather, too_many_are_refused)
{
    counter c = { .slow = 50000 };
    crowd all = { .g = gather_of(&c, 2, 1, 0) };
    from_threads(THREADS, ask_once, &all);
    ac_gather_free(all.g);
    CHECK(atomic_load(&all.refused) > 0 && c.sum == THREADS - atomic_load(&all.refused));
}

typedef struct {
    ac_gather_task task;
    ac_gather *g;
    long v;
    int again;
    atomic_int *left;
} told;

static void tell(ac_gather_task *t)
{
    told *one = (told *)t;
    CHECK(one->v >= 1);
    one->v = 1;
    if (one->again--) /* from its own thread */
        CHECK(ac_gather_post(one->g, t, NULL) == AC_OK);
    else
        atomic_fetch_sub(one->left, 1);
}

AC_TEST(gather, who_does_not_wait_is_told)
{
    enum { ALL = 100, AGAIN = 3 };
    static told all[ALL];
    counter c = { .sum = 0 };
    atomic_int left = ALL;
    ac_gather *g = gather_of(&c, ALL + 1, 8, 100);
    for (int i = 0; i < ALL; i++) {
        long v = 1;
        all[i] = (told) { .task = { .what = &all[i].v, .done = tell }, .g = g, .v = 1, .again = AGAIN, .left = &left };
        CHECK(ac_gather_post(g, &all[i].task, NULL) == AC_OK);
        CHECK(i % 10 || ac_gather_ask(g, &v, NULL) == AC_OK); /* both ways at once */
    }
    while (atomic_load(&left))
        usleep(100);
    CHECK(c.sum == ALL * (AGAIN + 1) + ALL / 10);
    c.slow = 50000;
    all[0].again = all[1].again = 0;
    atomic_store(&left, 2);
    CHECK(ac_gather_post(g, &all[0].task, NULL) == AC_OK && ac_gather_post(g, &all[1].task, NULL) == AC_OK);
    ac_gather_free(g); /* what was begun is told first */
    CHECK(atomic_load(&left) == 0);
}

typedef struct {
    ac_gather_task task;
    long v;
    int *order, *n;
} ranked;

static void rank(ac_gather_task *t)
{
    ranked *r = (ranked *)t;
    r->order[(*r->n)++] = t->patient;
}

AC_TEST(gather, the_patient_come_last_and_do_come)
{
    enum { ALL = 8 * AC_GATHER_SHARE };
    static ranked all[ALL];
    int order[ALL] = { 0 }, n = 0, early = 0;
    counter c = { .slow = 20000 };
    ac_gather *g = gather_of(&c, ALL + 1, 1 + AC_GATHER_SHARE, 0);
    for (int i = 0; i < ALL; i++) { /* the first is at work while the others come */
        all[i] = (ranked) { { .what = &all[i].v, .done = rank, .patient = i % 2 }, 1, order, &n };
        CHECK(ac_gather_post(g, &all[i].task, NULL) == AC_OK);
    }
    ac_gather_free(g);
    for (int i = 0; i < ALL / 2; i++)
        early += order[i];
    CHECK(n == ALL && c.sum == ALL && early > 0 && early < ALL / 4);
}

AC_TEST(gather, memory_may_run_out)
{
    counter c = { .sum = 0 };
    AC_EACH_OOM(i)
    {
        AC_AUTO_PTR(ac_gather) g = NULL;
        const ac_rc rc = ac_gather_new(&(ac_gather_options) { 1, 1, 0, run, NULL, &c }, &g, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
    }
}
