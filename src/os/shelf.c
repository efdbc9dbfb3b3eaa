#include "os/shelf.h"

#include "base/mem.h"

#include <pthread.h>

struct ac_shelf {
    pthread_mutex_t lock;
    pthread_cond_t back;
    size_t n;
    void *things[];
};

ac_shelf *ac_shelf_new(size_t n)
{
    ac_shelf *s = ac_mem_alloc(sizeof *s + n * sizeof(void *));
    if (!s)
        return NULL;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->back, NULL);
    return s;
}

void ac_shelf_free(ac_shelf *s)
{
    if (!s)
        return;
    pthread_cond_destroy(&s->back);
    pthread_mutex_destroy(&s->lock);
    ac_mem_free(s);
}

void ac_shelf_put(ac_shelf *s, void *thing)
{
    pthread_mutex_lock(&s->lock);
    s->things[s->n++] = thing;
    pthread_cond_signal(&s->back);
    pthread_mutex_unlock(&s->lock);
}

void *ac_shelf_take(ac_shelf *s)
{
    pthread_mutex_lock(&s->lock);
    while (!s->n)
        pthread_cond_wait(&s->back, &s->lock);
    void *thing = s->things[--s->n];
    pthread_mutex_unlock(&s->lock);
    return thing;
}
