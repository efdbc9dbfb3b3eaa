/* Threads that do jobs sleep until there is one; one thread keeps house every second. */
#include "main/rotate.h"
#include "main/server.h"

#include "app/documents.h"
#include "app/jobs.h"
#include "app/retention.h"
#include "app/tenants.h"
#include "core/log.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    ORPHANS_EVERY = 3600,
    FLUSH_EVERY = 60,
    FAILED_WAIT_S = 1,
    IDLE_WAIT_S = 5,
    SETTLE_NS = 1000000,
    NICE = 10,
    ROTATE_MS = 300,
    RETENTION_MS = 300,
    TELL_LATE_MS = 5 * 60 * 1000
};

typedef struct {
    ac_workers *all;
    pthread_t thread;
} worker;

struct ac_workers {
    ac_service *service;
    ac_data *data;
    ac_api *api;
    pthread_mutex_t lock;
    pthread_cond_t wake, house;
    uint64_t woken; /* counts, so that a call between looking and sleeping is not lost */
    bool stopping;
    size_t n;
    pthread_t keeper;
    bool keeps;
    worker at[];
};

/* false: it is time to stop */
static bool sleep_until(ac_workers *w, pthread_cond_t *cond, uint64_t seen, long seconds)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* whatever is done to the machine's clock */
    until.tv_sec += seconds;
    pthread_mutex_lock(&w->lock);
    while (!w->stopping && (cond != &w->wake || w->woken == seen) &&
           pthread_cond_timedwait(cond, &w->lock, &until) == 0) {}
    const bool go_on = !w->stopping;
    pthread_mutex_unlock(&w->lock);
    return go_on;
}

static uint64_t seen_now(ac_workers *w)
{
    pthread_mutex_lock(&w->lock);
    const uint64_t n = w->woken;
    pthread_mutex_unlock(&w->lock);
    return n;
}

static bool is_stopping(ac_workers *w)
{
    pthread_mutex_lock(&w->lock);
    const bool stopping = w->stopping;
    pthread_mutex_unlock(&w->lock);
    return stopping;
}

static void *work(void *arg)
{
    ac_workers *w = ((worker *)arg)->all;
    ac_arena *arena = NULL;
    /* To accept comes before to do: what is accepted is not lost. A thread has its own priority in Linux. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    while (!is_stopping(w)) {
        bool done = false;
        const uint64_t seen = seen_now(w);
        const ac_rc rc = ac_jobs_work(w->service, &arena, &done, NULL);
        if (rc != AC_OK)
            AC_LOG(AC_LOG_ERROR, "job_store_failed", AC_F("error", rc));
        if (!done && !sleep_until(w, &w->wake, seen, rc == AC_OK ? IDLE_WAIT_S : FAILED_WAIT_S))
            break;
    }
    ac_arena_free(arena);
    return NULL;
}

static void tell_late(ac_workers *w)
{
    const ac_rc rc = ac_service_tell_late(w->service, TELL_LATE_MS, NULL);
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "webhooks_not_told", AC_F("error", rc));
}

static void keep_house(ac_workers *w, uint64_t turn)
{
    ac_swept swept = { 0 };
    size_t orphans = 0;
    const bool heard = ac_jobs_beat(w->service);
    const ac_rc rc = heard ? ac_store_sweep(w->data->store, ac_clock_now_ms(ac_clock_system()), &swept, NULL) : AC_OK;
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "sweep_failed", AC_F("error", rc));
    if (swept.requeued || swept.dead)
        AC_LOG(AC_LOG_WARN, "leases_ran_out", AC_F("requeued", (uint64_t)swept.requeued),
               AC_F("dead", (uint64_t)swept.dead));
    if (turn % FLUSH_EVERY == FLUSH_EVERY - 1)
        ac_access_flush(w->data->access);
    if (turn % FLUSH_EVERY == FLUSH_EVERY - 1 || swept.dead)
        tell_late(w);
    ac_rotate_look(w->data);
    const ac_rc rotated = ac_tenants_keep(w->data->access, ROTATE_MS, NULL);
    if (rotated != AC_OK)
        AC_LOG(AC_LOG_ERROR, "key_rotation_failed", AC_F("error", rotated));
    const ac_rc kept = ac_retention_keep(w->service, RETENTION_MS, NULL);
    if (kept != AC_OK)
        AC_LOG(AC_LOG_ERROR, "retention_failed", AC_F("error", kept));
    if (turn % ORPHANS_EVERY == 0 && ac_documents_sweep(w->service, &orphans, NULL) == AC_OK && orphans)
        AC_LOG(AC_LOG_INFO, "orphans_removed", AC_F("blobs", (uint64_t)orphans));
    ac_api_tick(w->api);
}

static void *keep(void *arg)
{
    ac_workers *w = arg;
    uint64_t turn = 0;
    do
        keep_house(w, turn++);
    while (sleep_until(w, &w->house, 0, 1));
    return NULL;
}

ac_rc ac_workers_start(ac_service *s, ac_data *d, ac_api *api, size_t threads, ac_workers **out, ac_err *err)
{
    ac_workers *w = ac_mem_alloc(sizeof *w + threads * sizeof w->at[0]);
    if (!w)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    w->service = s;
    w->data = d;
    w->api = api;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&w->wake, &steady);
    pthread_cond_init(&w->house, &steady);
    pthread_condattr_destroy(&steady);
    *out = w;
    for (; w->n < threads; w->n++) {
        w->at[w->n] = (worker) { .all = w };
        if (pthread_create(&w->at[w->n].thread, NULL, work, &w->at[w->n]) != 0)
            return ac_fail(err, AC_EIO, "a thread cannot be started");
    }
    w->keeps = pthread_create(&w->keeper, NULL, keep, w) == 0;
    return w->keeps ? AC_OK : ac_fail(err, AC_EIO, "a thread cannot be started");
}

void ac_workers_wake(ac_workers *w)
{
    pthread_mutex_lock(&w->lock);
    w->woken++;
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

/* What was leased and begun ends; the rest goes back, since it is the store's and not this process's. */
static void settle(ac_workers *w)
{
    while (!ac_jobs_stop(w->service))
        (void)nanosleep(&(struct timespec) { .tv_nsec = SETTLE_NS }, NULL);
    ac_jobs_return(w->service);
}

void ac_workers_stop(ac_workers *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->wake);
    pthread_cond_broadcast(&w->house);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < w->n; i++)
        pthread_join(w->at[i].thread, NULL);
    if (w->keeps)
        pthread_join(w->keeper, NULL);
    settle(w);
}

void ac_workers_free(ac_workers *w)
{
    if (!w)
        return;
    pthread_cond_destroy(&w->wake);
    pthread_cond_destroy(&w->house);
    pthread_mutex_destroy(&w->lock);
    ac_mem_free(w);
}
