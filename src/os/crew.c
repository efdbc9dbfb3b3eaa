#include "os/crew.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdbool.h>

typedef struct hand {
    ac_crew *crew;
    size_t number;
    pthread_t thread;
    pthread_cond_t wake;
    struct hand *under; /* sleeps, too */
    bool called;
} hand;

struct ac_crew {
    pthread_mutex_t lock;
    ac_crew_task *first, **last;
    size_t waiting, bound;
    hand *idle;     /* who fell asleep last is on top: his memory is still warm */
    size_t calling; /* those that have been called and are not there yet: 0 or 1 */
    bool stopping;
    size_t n; /* threads that run */
    hand hands[];
};

/* Under the lock. Who is to be woken, after it: one after the other, for short tasks are done by few threads, that need
 * not be woken for each; a thread that is going to wait has called the next one before. NULL: nobody. */
static hand *call_one(ac_crew *c)
{
    hand *h = c->idle;
    if (!c->first || !h || c->calling)
        return NULL;
    c->idle = h->under;
    c->calling = 1;
    h->called = true;
    return h;
}

/* Without the lock, which who wakes up would only wait for. */
static void wake(hand *h)
{
    if (h)
        pthread_cond_signal(&h->wake);
}

/* Under the lock. */
static void sleep_until_called(hand *h)
{
    ac_crew *c = h->crew;
    h->under = c->idle;
    c->idle = h;
    while (!h->called && !c->stopping)
        pthread_cond_wait(&h->wake, &c->lock);
    c->calling -= h->called;
    h->called = false;
}

static ac_crew_task *take(hand *h)
{
    ac_crew *c = h->crew;
    ac_crew_task *t = NULL;
    hand *called = NULL;
    pthread_mutex_lock(&c->lock);
    while (!c->first && !c->stopping)
        sleep_until_called(h);
    if (c->first) {
        t = c->first;
        c->first = t->next;
        c->last = c->first ? c->last : &c->first;
        c->waiting--;
        called = call_one(c);
    }
    pthread_mutex_unlock(&c->lock);
    wake(called);
    return t;
}

static void *work(void *arg)
{
    hand *h = arg;
    for (ac_crew_task *t = take(h); t; t = take(h))
        t->run(t, h->number);
    return NULL;
}

ac_rc ac_crew_new(size_t threads, size_t bound, ac_crew **out, ac_err *err)
{
    ac_crew *c = ac_mem_alloc(sizeof *c + threads * sizeof c->hands[0]);
    if (!c)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    c->bound = bound;
    c->last = &c->first;
    pthread_mutex_init(&c->lock, NULL);
    for (size_t i = 0; i < threads; i++) {
        c->hands[i] = (hand) { .crew = c, .number = i };
        pthread_cond_init(&c->hands[i].wake, NULL);
        if (pthread_create(&c->hands[i].thread, NULL, work, &c->hands[i]) != 0) {
            pthread_cond_destroy(&c->hands[i].wake);
            ac_crew_free(c);
            return ac_fail(err, AC_EIO, "a thread cannot be started");
        }
        c->n++;
    }
    *out = c;
    return AC_OK;
}

ac_rc ac_crew_submit(ac_crew *c, ac_crew_task *t, ac_err *err)
{
    ac_rc rc = AC_OK;
    hand *called = NULL;
    t->next = NULL;
    pthread_mutex_lock(&c->lock);
    if (c->stopping)
        rc = AC_ECANCELLED;
    else if (c->waiting >= c->bound)
        rc = AC_EBUSY;
    if (rc == AC_OK) {
        *c->last = t;
        c->last = &t->next;
        c->waiting++;
        called = call_one(c);
    }
    pthread_mutex_unlock(&c->lock);
    wake(called);
    return rc == AC_OK ? AC_OK : ac_fail(err, rc, rc == AC_EBUSY ? "too much is waiting" : "it is stopping");
}

size_t ac_crew_waiting(ac_crew *c)
{
    pthread_mutex_lock(&c->lock);
    const size_t n = c->waiting;
    pthread_mutex_unlock(&c->lock);
    return n;
}

void ac_crew_free(ac_crew *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    for (size_t i = 0; i < c->n; i++)
        pthread_cond_signal(&c->hands[i].wake);
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < c->n; i++)
        pthread_join(c->hands[i].thread, NULL);
    for (size_t i = 0; i < c->n; i++)
        pthread_cond_destroy(&c->hands[i].wake);
    pthread_mutex_destroy(&c->lock);
    ac_mem_free(c);
}
