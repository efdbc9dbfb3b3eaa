#include "os/pool.h"

#include "base/mem.h"

#include <pthread.h>

typedef struct {
    void *item;
    bool done;
} slot;

typedef struct {
    ac_pool *pool;
    void *context;
    pthread_t id;
} worker;

/* The slots are a ring. head: oldest item not yet taken; next: first one not yet started; n: items under way. */
struct ac_pool {
    pthread_mutex_t lock;
    pthread_cond_t work, ready;
    ac_pool_options opt;
    slot *slots;
    worker *workers;
    size_t head, next, n, waiting, started;
    bool stop;
};

static void *work(void *arg)
{
    worker *w = arg;
    ac_pool *p = w->pool;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->waiting && !p->stop)
            pthread_cond_wait(&p->work, &p->lock);
        if (p->stop)
            break;
        slot *s = &p->slots[p->next];
        p->next = (p->next + 1) % p->opt.window;
        p->waiting--;
        pthread_mutex_unlock(&p->lock);
        p->opt.run(w->context, s->item);
        pthread_mutex_lock(&p->lock);
        s->done = true;
        pthread_cond_signal(&p->ready);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

ac_rc ac_pool_new(const ac_pool_options *opt, ac_pool **out, ac_err *err)
{
    ac_pool *p = ac_mem_alloc(sizeof *p);
    if (!p)
        return ac_fail(err, AC_ENOMEM, "no room for a thread pool");
    p->opt = *opt;
    p->slots = ac_mem_alloc(opt->window * sizeof p->slots[0]);
    p->workers = ac_mem_alloc(opt->threads * sizeof p->workers[0]);
    if (!p->slots || !p->workers) {
        ac_mem_free(p->slots);
        ac_mem_free(p->workers);
        ac_mem_free(p);
        return ac_fail(err, AC_ENOMEM, "no room for a thread pool");
    }
    (void)pthread_mutex_init(&p->lock, NULL);
    (void)pthread_cond_init(&p->work, NULL);
    (void)pthread_cond_init(&p->ready, NULL);
    *out = p;
    return AC_OK;
}

void ac_pool_free(ac_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->started; i++)
        (void)pthread_join(p->workers[i].id, NULL);
    (void)pthread_cond_destroy(&p->ready);
    (void)pthread_cond_destroy(&p->work);
    (void)pthread_mutex_destroy(&p->lock);
    ac_mem_free(p->workers);
    ac_mem_free(p->slots);
    ac_mem_free(p);
}

/* One more thread while items wait; one note needs one thread, however many cores there are. */
static bool start_worker(ac_pool *p)
{
    worker *w = &p->workers[p->started];
    *w = (worker) { .pool = p, .context = p->opt.workers[p->started] };
    if (pthread_create(&w->id, NULL, work, w) != 0)
        return false;
    p->started++;
    return true;
}

ac_rc ac_pool_submit(ac_pool *p, void *item, ac_err *err)
{
    pthread_mutex_lock(&p->lock);
    bool full = p->n == p->opt.window;
    bool crowded = p->n >= p->started && p->started < p->opt.threads;
    pthread_mutex_unlock(&p->lock);
    if (full)
        return ac_fail(err, AC_EBUSY, "%zu items are under way", p->opt.window);
    if (crowded && !start_worker(p) && p->started == 0)
        return ac_fail(err, AC_ENOMEM, "no thread could be started");
    pthread_mutex_lock(&p->lock);
    p->slots[(p->head + p->n) % p->opt.window] = (slot) { .item = item };
    p->n++;
    p->waiting++;
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
    return AC_OK;
}

static void *take(ac_pool *p, bool wait)
{
    void *item = NULL;
    pthread_mutex_lock(&p->lock);
    while (wait && p->n && !p->slots[p->head].done)
        pthread_cond_wait(&p->ready, &p->lock);
    if (p->n && p->slots[p->head].done) {
        item = p->slots[p->head].item;
        p->head = (p->head + 1) % p->opt.window;
        p->n--;
    }
    pthread_mutex_unlock(&p->lock);
    return item;
}

void *ac_pool_take(ac_pool *p) { return take(p, true); }
void *ac_pool_try_take(ac_pool *p) { return take(p, false); }
bool ac_pool_full(const ac_pool *p) { return p->n == p->opt.window; }
size_t ac_pool_pending(const ac_pool *p) { return p->n; }
