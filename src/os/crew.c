#include "os/crew.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdbool.h>

typedef struct {
    ac_crew *crew;
    size_t number;
    pthread_t thread;
} hand;

struct ac_crew {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    ac_crew_task *first, **last;
    size_t waiting, bound;
    bool stopping;
    size_t n; /* threads that run */
    hand hands[];
};

static ac_crew_task *take(ac_crew *c)
{
    ac_crew_task *t = NULL;
    pthread_mutex_lock(&c->lock);
    while (!c->first && !c->stopping)
        pthread_cond_wait(&c->wake, &c->lock);
    if (c->first) {
        t = c->first;
        c->first = t->next;
        c->last = c->first ? c->last : &c->first;
        c->waiting--;
    }
    pthread_mutex_unlock(&c->lock);
    return t;
}

static void *work(void *arg)
{
    const hand *h = arg;
    for (ac_crew_task *t = take(h->crew); t; t = take(h->crew))
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
    pthread_cond_init(&c->wake, NULL);
    for (size_t i = 0; i < threads; i++) {
        c->hands[i] = (hand) { .crew = c, .number = i };
        if (pthread_create(&c->hands[i].thread, NULL, work, &c->hands[i]) != 0) {
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
        pthread_cond_signal(&c->wake);
    }
    pthread_mutex_unlock(&c->lock);
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
    pthread_cond_broadcast(&c->wake);
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < c->n; i++)
        pthread_join(c->hands[i].thread, NULL);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    ac_mem_free(c);
}
