#include "os/loop.h"

#include "base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <uv.h>

enum { SIGNALS = 3 };

struct ac_loop {
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t clock;
    uv_signal_t signals[SIGNALS];
    ac_loop_options opt;
    ac_timers timers;
    ac_timer patience;        /* after a request to stop */
    ac_loop_member *members;
    _Atomic(ac_task *) tasks; /* the last one first */
    atomic_bool asked;        /* to stop */
    pthread_t thread;
    bool stopping, over, forced, closed;
};

/* ---- errors --------------------------------------------------------------------------------------------------------
 */

static const struct {
    int number;
    ac_rc rc;
    const char *text;
} uv_errors[] = {
    { UV_EADDRINUSE, AC_EBUSY, "the address is in use" },
    { UV_EACCES, AC_EDENIED, "permission denied for that address" },
    { UV_EADDRNOTAVAIL, AC_ENOTFOUND, "not an address of this machine" },
    { UV_EAFNOSUPPORT, AC_ENOTFOUND, "not an address of this machine" },
    { UV_ENOENT, AC_ENOTFOUND, "no such folder" },
    { UV_EMFILE, AC_EBUSY, "too many open files" },
    { UV_ENOMEM, AC_ENOMEM, "out of memory" },
};

ac_rc ac_loop_failed(ac_err *err, int number)
{
    for (size_t i = 0; i < sizeof uv_errors / sizeof uv_errors[0]; i++)
        if (uv_errors[i].number == number)
            return ac_err_set(err, uv_errors[i].rc, __FILE__, __LINE__, "%s", uv_errors[i].text);
    return ac_fail(err, AC_EIO, "network error %d", number);
}

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static void close_own(ac_loop *l)
{
    l->closed = true;
    uv_close((uv_handle_t *)&l->clock, NULL);
    for (size_t i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&l->signals[i], NULL);
}

/* The handle that wakes the loop stays until it is freed: other threads may still use it. */
static void end_if_done(ac_loop *l)
{
    if (!l->stopping || l->over || l->members)
        return;
    l->over = true;
    close_own(l);
    uv_unref((uv_handle_t *)&l->wake);
}

static void force(ac_loop *l)
{
    l->forced = true;
    uv_stop(&l->uv);
}

static void on_patience_end(ac_timer *t) { force((ac_loop *)((char *)t - offsetof(ac_loop, patience))); }

static void begin_stop(ac_loop *l)
{
    if (l->stopping)
        return;
    l->stopping = true;
    uv_update_time(&l->uv);
    ac_loop_after(l, &l->patience, l->opt.stop_ms);
    if (l->opt.stopping)
        l->opt.stopping(l->opt.context);
    for (ac_loop_member *m = l->members, *next; m; m = next) {
        next = m->next;
        m->stop(m);
    }
    end_if_done(l);
}

/* ---- what wakes it ------------------------------------------------------------------------------------------------- */

static void run_tasks(ac_loop *l)
{
    ac_task *last = atomic_exchange_explicit(&l->tasks, NULL, memory_order_acquire), *first = NULL;
    while (last) {
        ac_task *t = last;
        last = t->next;
        t->next = first;
        first = t;
    }
    while (first) {
        ac_task *t = first;
        first = t->next;
        t->next = NULL;
        t->run(t);
    }
}

static void on_wake(uv_async_t *a)
{
    ac_loop *l = a->data;
    run_tasks(l);
    if (atomic_load(&l->asked))
        begin_stop(l);
}

static void on_clock(uv_timer_t *t)
{
    ac_loop *l = t->data;
    ac_timers_run(&l->timers, uv_now(&l->uv));
    if (!l->timers.n)
        (void)uv_timer_stop(t);
}

static void on_signal(uv_signal_t *s, int number)
{
    ac_loop *l = s->data;
    if (number == SIGHUP)
        l->opt.hangup(l->opt.context);
    else if (l->stopping)
        force(l);
    else
        begin_stop(l);
}

/* ---- the loop ------------------------------------------------------------------------------------------------------ */

static bool wanted(const ac_loop *l, int number) { return number == SIGHUP ? l->opt.hangup != NULL : l->opt.signals; }

static int init_handles(ac_loop *l)
{
    static const int numbers[SIGNALS] = { SIGINT, SIGTERM, SIGHUP };
    if (l->opt.signals)
        (void)signal(SIGPIPE, SIG_IGN); /* who has hung up is no reason to end */
    int rc = uv_async_init(&l->uv, &l->wake, on_wake);
    rc = rc ? rc : uv_timer_init(&l->uv, &l->clock);
    l->wake.data = l->clock.data = l;
    for (size_t i = 0; i < SIGNALS && !rc; i++) {
        rc = uv_signal_init(&l->uv, &l->signals[i]);
        l->signals[i].data = l;
        rc = rc || !wanted(l, numbers[i]) ? rc : uv_signal_start(&l->signals[i], on_signal, numbers[i]);
    }
    return rc;
}

ac_rc ac_loop_new(const ac_loop_options *opt, ac_loop **out, ac_err *err)
{
    ac_loop *l = ac_mem_alloc(sizeof *l);
    if (!l || uv_loop_init(&l->uv) != 0) {
        ac_mem_free(l);
        return ac_fail(err, AC_ENOMEM, "no room for an event loop");
    }
    l->opt = *opt;
    l->thread = pthread_self();
    l->patience.fire = on_patience_end;
    ac_timers_init(&l->timers, uv_now(&l->uv));
    int rc = init_handles(l);
    if (rc) { /* the loop is not run any more, so nothing is told of its handles */
        ac_mem_free(l);
        return ac_fail(err, AC_EIO, "no event loop (%d)", rc);
    }
    *out = l;
    return AC_OK;
}

ac_rc ac_loop_run(ac_loop *l, ac_err *err)
{
    l->thread = pthread_self();
    uv_update_time(&l->uv);
    int rc = uv_run(&l->uv, UV_RUN_DEFAULT);
    if (l->forced)
        return ac_fail(err, AC_ECANCELLED, "stopped before everything was done");
    return rc < 0 ? ac_fail(err, AC_EIO, "event loop error %d", rc) : AC_OK;
}

void ac_loop_free(ac_loop *l)
{
    if (!l)
        return;
    run_tasks(l);
    if (!l->closed)
        close_own(l);
    uv_close((uv_handle_t *)&l->wake, NULL);
    (void)uv_run(&l->uv, UV_RUN_DEFAULT);
    (void)uv_loop_close(&l->uv);
    ac_mem_free(l);
}

void ac_loop_stop(ac_loop *l)
{
    atomic_store(&l->asked, true);
    (void)uv_async_send(&l->wake);
}

void ac_loop_post(ac_loop *l, ac_task *t)
{
    ac_task *last = atomic_load_explicit(&l->tasks, memory_order_relaxed);
    do
        t->next = last;
    while (!atomic_compare_exchange_weak_explicit(&l->tasks, &last, t, memory_order_release, memory_order_relaxed));
    if (!last) /* otherwise the one before has woken it */
        (void)uv_async_send(&l->wake);
}

void ac_loop_join(ac_loop *l, ac_loop_member *m)
{
    m->next = l->members;
    m->at = &l->members;
    if (m->next)
        m->next->at = &m->next;
    l->members = m;
}

void ac_loop_leave(ac_loop *l, ac_loop_member *m)
{
    if (!m->at)
        return;
    *m->at = m->next;
    if (m->next)
        m->next->at = m->at;
    m->next = NULL;
    m->at = NULL;
    end_if_done(l);
}

bool ac_loop_stopping(const ac_loop *l) { return l->stopping; }
uint64_t ac_loop_now(const ac_loop *l) { return uv_now(&l->uv); }
bool ac_loop_is_here(const ac_loop *l) { return pthread_equal(l->thread, pthread_self()); }
struct uv_loop_s *ac_loop_uv(ac_loop *l) { return &l->uv; }

void ac_loop_after(ac_loop *l, ac_timer *t, uint32_t ms)
{
    if (!l->timers.n && !l->closed) {
        ac_timers_run(&l->timers, uv_now(&l->uv)); /* nothing to fire: only the time goes on */
        (void)uv_timer_start(&l->clock, on_clock, AC_TIMERS_TICK_MS, AC_TIMERS_TICK_MS);
    }
    ac_timers_set(&l->timers, t, uv_now(&l->uv) + ms);
}

void ac_loop_unset(ac_loop *l, ac_timer *t) { ac_timers_unset(&l->timers, t); }
