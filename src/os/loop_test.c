#include "os/loop.h"
#include "kit/test.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

enum { POSTS = 2000, POSTERS = 3, STOP_MS = 10000 };

typedef struct {
    ac_task task; /* first */
    struct world *world;
    int from, number;
} post;

typedef struct world {
    ac_loop_member member; /* first */
    ac_loop *loop;
    pthread_t threads[POSTERS];
    post posts[POSTERS][POSTS];
    int next[POSTERS];
    int done, disorder, stops, hangups;
    bool stays; /* it does not leave when asked to stop */
} world;

static void on_post(ac_task *t)
{
    post *p = (post *)t;
    world *w = p->world;
    w->disorder += p->number != w->next[p->from]++ || !ac_loop_is_here(w->loop);
    if (++w->done == POSTERS * POSTS)
        ac_loop_stop(w->loop);
}

typedef struct {
    world *world;
    int from;
} poster;

static void *run_poster(void *arg)
{
    poster *p = arg;
    for (int i = 0; i < POSTS; i++) {
        post *x = &p->world->posts[p->from][i];
        *x = (post) { { on_post, NULL }, p->world, p->from, i };
        ac_loop_post(p->world->loop, &x->task);
    }
    return NULL;
}

static void on_stop(ac_loop_member *m)
{
    world *w = (world *)m;
    w->stops++;
    if (!w->stays)
        ac_loop_leave(w->loop, m);
}

static void on_hangup(void *context) { ((world *)context)->hangups++; }

AC_TEST(loop, tasks_of_many_threads_in_their_order)
{
    static world w;
    poster posters[POSTERS];
    w = (world) { .member = { .stop = on_stop } };
    CHECK(ac_loop_new(&(ac_loop_options) { .stop_ms = STOP_MS }, &w.loop, NULL) == AC_OK);
    ac_loop_join(w.loop, &w.member);
    for (int i = 0; i < POSTERS; i++) {
        posters[i] = (poster) { &w, i };
        CHECK(pthread_create(&w.threads[i], NULL, run_poster, &posters[i]) == 0);
    }
    CHECK(ac_loop_run(w.loop, NULL) == AC_OK);
    for (int i = 0; i < POSTERS; i++)
        (void)pthread_join(w.threads[i], NULL);
    CHECK(w.done == POSTERS * POSTS && !w.disorder && w.stops == 1);
    ac_loop_free(w.loop);
}

static void on_timer(ac_timer *t)
{
    (void)t;
    (void)kill(getpid(), SIGHUP);
    (void)kill(getpid(), SIGTERM);
}

AC_TEST(loop, signals_and_an_end_that_does_not_come)
{
    static world w;
    ac_timer timer = { .fire = on_timer };
    w = (world) { .member = { .stop = on_stop }, .stays = true };
    CHECK(ac_loop_new(&(ac_loop_options) { .stop_ms = 100, .signals = true, .hangup = on_hangup, .context = &w }, &w.loop, NULL) == AC_OK);
    ac_loop_join(w.loop, &w.member);
    ac_loop_after(w.loop, &timer, 10);
    CHECK(ac_loop_run(w.loop, NULL) == AC_ECANCELLED);
    CHECK(w.stops == 1 && w.hangups == 1 && ac_loop_stopping(w.loop));
    ac_loop_leave(w.loop, &w.member);
    ac_loop_free(w.loop);
}

static void on_late(ac_task *t) { ((post *)t)->number++; }

AC_TEST(loop, a_task_that_comes_too_late_is_still_run)
{
    ac_loop *l = NULL;
    post late = { { on_late, NULL }, NULL, 0, 0 };
    CHECK(ac_loop_new(&(ac_loop_options) { .stop_ms = STOP_MS }, &l, NULL) == AC_OK);
    ac_loop_stop(l);
    CHECK(ac_loop_run(l, NULL) == AC_OK);
    ac_loop_post(l, &late.task);
    CHECK(!late.number);
    ac_loop_free(l);
    CHECK(late.number == 1);
    CHECK(ac_loop_new(&(ac_loop_options) { 0 }, &l, NULL) == AC_OK);
    ac_loop_free(l); /* never run */
}

AC_TEST(loop, without_memory)
{
    AC_EACH_OOM(i) {
        ac_loop *l = NULL;
        ac_rc rc = ac_loop_new(&(ac_loop_options) { 0 }, &l, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        ac_loop_free(l);
    }
}
