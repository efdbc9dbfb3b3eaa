#include "os/gather.h"

#include "base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { NS_PER_US = 1000, NS_PER_S = 1000000000 };

/* Lives on the stack of the one who asks. */
typedef struct {
    ac_gather_task task; /* first */
    ac_gather *gather;
    pthread_cond_t done;
    bool is_done;
} asker;

struct ac_gather {
    pthread_mutex_t lock;
    pthread_cond_t work;
    ac_gather_options opt;
    struct queue {
        ac_gather_task *first, **last;
    } urgent, patient;
    size_t n;     /* that wait */
    size_t wants; /* how many the thread waits for */
    ac_gather_task **taken;
    void **asked;
    pthread_t thread;
    bool stop;
};

static struct timespec in_us(uint32_t us)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)us * NS_PER_US;
    t.tv_sec += t.tv_nsec / NS_PER_S;
    t.tv_nsec %= NS_PER_S;
    return t;
}

/* Those who were together the last time have just been told, and many ask again at once: without a moment's patience
 * the first of them would go alone. */
static void wait_for(ac_gather *g, size_t last)
{
    g->wants = 1;
    while (!g->n && !g->stop)
        pthread_cond_wait(&g->work, &g->lock);
    if (!g->opt.window_us || g->n >= last || g->stop)
        return;
    struct timespec until = in_us(g->opt.window_us);
    g->wants = last;
    while (g->n < last && !g->stop)
        if (pthread_cond_timedwait(&g->work, &g->lock, &until) != 0)
            return;
}

/* The first ones of a queue, up to so many in all. */
static size_t take_from(ac_gather *g, struct queue *q, size_t n, size_t most)
{
    for (; q->first && n < most; n++) {
        g->taken[n] = q->first;
        g->asked[n] = q->first->what;
        q->first = q->first->next;
    }
    if (!q->first)
        q->last = &q->first;
    return n;
}

static size_t take(ac_gather *g)
{
    const size_t most = g->opt.together, kept = g->patient.first && most > 1 ? (most - 1) / AC_GATHER_SHARE + 1 : 0;
    const size_t urgent = take_from(g, &g->urgent, 0, most - kept);
    const size_t share = urgent ? (urgent - 1) / AC_GATHER_SHARE + 1 : most;
    const size_t n = take_from(g, &g->patient, urgent, urgent + share < most ? urgent + share : most);
    g->n -= n;
    return n;
}

static void *work(void *arg)
{
    ac_gather *g = arg;
    size_t n = 0;
    pthread_mutex_lock(&g->lock);
    for (;;) {
        wait_for(g, n);
        if (!(n = take(g)))
            break;
        pthread_mutex_unlock(&g->lock);
        g->opt.run(g->opt.context, g->asked, n);
        for (size_t i = 0; i < n; i++)
            g->taken[i]->done(g->taken[i]);
        if (g->opt.after)
            g->opt.after(g->opt.context);
        pthread_mutex_lock(&g->lock);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

static int start(ac_gather *g)
{
    sigset_t all, before; /* signals are the business of the threads that were there before */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int number = pthread_create(&g->thread, NULL, work, g);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return number;
}

static void release(ac_gather *g)
{
    ac_mem_free(g->taken);
    ac_mem_free(g->asked);
    ac_mem_free(g);
}

ac_rc ac_gather_new(const ac_gather_options *opt, ac_gather **out, ac_err *err)
{
    ac_gather *g = ac_mem_alloc(sizeof *g);
    if (!g)
        return ac_fail(err, AC_ENOMEM, "no room for a thread's work");
    g->opt = *opt;
    g->urgent.last = &g->urgent.first;
    g->patient.last = &g->patient.first;
    g->taken = ac_mem_alloc(opt->together * sizeof(ac_gather_task *));
    g->asked = ac_mem_alloc(opt->together * sizeof(void *));
    if (!g->taken || !g->asked) {
        release(g);
        return ac_fail(err, AC_ENOMEM, "no room for a thread's work");
    }
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->work, &attr);
    pthread_condattr_destroy(&attr);
    if (start(g) != 0) {
        pthread_cond_destroy(&g->work);
        pthread_mutex_destroy(&g->lock);
        release(g);
        return ac_fail(err, AC_ENOMEM, "no thread could be started");
    }
    *out = g;
    return AC_OK;
}

void ac_gather_free(ac_gather *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&g->lock);
    g->stop = true;
    pthread_cond_signal(&g->work);
    pthread_mutex_unlock(&g->lock);
    pthread_join(g->thread, NULL);
    pthread_cond_destroy(&g->work);
    pthread_mutex_destroy(&g->lock);
    release(g);
}

/* Under the lock. *wake: the thread waits for it. */
static ac_rc put(ac_gather *g, ac_gather_task *t, bool *wake, ac_err *err)
{
    if (g->n >= g->opt.waiting)
        return ac_fail(err, AC_EBUSY, "%zu wait already", g->opt.waiting);
    struct queue *q = t->patient ? &g->patient : &g->urgent;
    t->next = NULL;
    *q->last = t;
    q->last = &t->next;
    g->n++;
    *wake = g->n == 1 || g->n == g->wants;
    return AC_OK;
}

ac_rc ac_gather_post(ac_gather *g, ac_gather_task *t, ac_err *err)
{
    bool wake = false;
    pthread_mutex_lock(&g->lock);
    ac_rc rc = put(g, t, &wake, err);
    pthread_mutex_unlock(&g->lock);
    if (wake) /* without the lock, which it would only wait for */
        pthread_cond_signal(&g->work);
    return rc;
}

static void answer(ac_gather_task *t)
{
    asker *a = (asker *)t;
    ac_gather *g = a->gather;
    pthread_mutex_lock(&g->lock);
    a->is_done = true;
    pthread_cond_signal(&a->done);
    pthread_mutex_unlock(&g->lock);
}

ac_rc ac_gather_ask(ac_gather *g, void *what, ac_err *err)
{
    asker me = { .task = { .what = what, .done = answer }, .gather = g };
    pthread_cond_init(&me.done, NULL);
    pthread_mutex_lock(&g->lock);
    bool wake = false;
    ac_rc rc = put(g, &me.task, &wake, err); /* I do not leave before it is taken out again */
    if (wake)
        pthread_cond_signal(&g->work);
    while (rc == AC_OK && !me.is_done)
        pthread_cond_wait(&me.done, &g->lock);
    pthread_mutex_unlock(&g->lock);
    pthread_cond_destroy(&me.done);
    return rc;
}
