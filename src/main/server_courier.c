#include "main/server_courier.h"

#include "adapter/fetch/reach.h"
#include "core/log.h"
#include "os/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum {
    THREADS = 24,
    TARGETS = 256, /* known at the same time */
    LEASE_AT_ONCE = 64,
    IN_HAND = 512,       /* leased and not sent yet, in all */
    WAITING = 64,        /* of them, of one target that takes them, */
    WAITING_NEW = 8,     /* of another */
    AT_ONCE_NEW = 2,     /* requests to a target that has taken nothing yet, */
    AT_ONCE = 4,         /* to one that has, */
    AT_ONCE_FAILING = 1, /* to one that failed the last time */
    FAILURES = 3,        /* one after the other: it is left alone, */
    ALONE_MS = 10000,    /* for so long, then twice as long */
    ALONE_MAX_MS = 10 * 60 * 1000,
    BUSY_MIN_MS = 100, /* when others of the same target come first: as long as those take, */
    BUSY_MAX_MS = 10 * 60 * 1000,
    FIRST_GUESS_MS = 50, /* with an answer in so long */
    SMOOTH = 8,
    FULL_MS = 2000, /* when there is no place or memory for one more target */
    SPREAD_MS = 5000,
    LEASE_MS = 5 * 60 * 1000, /* longer than all that wait for one target can take */
    IDLE_S = 1,
    TIMEOUT_MS = 10000,
    BACKOFF_MAX_MS = 6 * 3600 * 1000,
    TRIES = 12,
    RANGES = 32,
    MS = 1000
};
static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
enum { GIVE_UP_DAYS = 5, KEEP_DAYS = 7, OVERLAP_DAYS = 1 };

typedef struct parcel parcel;
struct parcel {
    parcel *next;
    ac_job job;
    char bytes[]; /* what the job's parts point to */
};

typedef struct {
    ac_id id; /* of the webhook; none: a free place */
    parcel *first, *last;
    size_t waiting, sending;
    unsigned failures;
    bool proven;         /* it has taken something */
    int64_t mean_ms;     /* of an answer, lately */
    size_t away;         /* deliveries that wait in the queue for others of its own */
    int64_t alone_until; /* it is left alone until then */
    uint64_t used;       /* turn of its last use */
} target;

struct ac_courier {
    ac_webhooks *webhooks;
    ac_fetch_range ranges[RANGES];
    size_t n_ranges;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t come, ready;
    uint64_t woken, turn;
    target targets[TARGETS];
    size_t in_hand, next; /* next: target, by turns */
    atomic_bool stopping;
    size_t n_threads;
    pthread_t leaser, senders[THREADS];
    bool leases;
};

static int64_t now_ms(void) { return ac_clock_now_ms(ac_clock_system()); }

static bool is_stopping(void *context) { return ((ac_courier *)context)->stopping; }

/* ---- targets; under the lock ---- */

static bool is_idle(const target *t) { return !t->waiting && !t->sending; }

/* NULL: all places are in use */
static target *target_of(ac_courier *c, ac_id id)
{
    target *oldest = NULL;
    for (size_t i = 0; i < TARGETS; i++) {
        target *t = &c->targets[i];
        if (ac_id_eq(t->id, id)) {
            t->used = ++c->turn;
            return t;
        }
        if (is_idle(t) && (!oldest || t->used < oldest->used))
            oldest = t;
    }
    if (oldest)
        *oldest = (target) { .id = id, .used = ++c->turn, .mean_ms = FIRST_GUESS_MS };
    return oldest;
}

static size_t at_once(const target *t) { return t->failures ? AT_ONCE_FAILING : t->proven ? AT_ONCE : AT_ONCE_NEW; }

static size_t may_wait(const target *t) { return t->proven && !t->failures ? WAITING : WAITING_NEW; }

/* How long it needs for n. */
static int64_t needs(const target *t, size_t n)
{
    const int64_t ms = BUSY_MIN_MS + (int64_t)n * t->mean_ms / (int64_t)at_once(t);
    return ms < BUSY_MAX_MS ? ms : BUSY_MAX_MS;
}

static void append(target *t, parcel *p)
{
    if (t->last)
        t->last->next = p;
    else
        t->first = p;
    t->last = p;
    t->waiting++;
}

static parcel *take(target *t)
{
    parcel *p = t->first;
    t->first = p->next;
    t->last = t->first ? t->last : NULL;
    t->waiting--;
    p->next = NULL;
    return p;
}

/* By turns, so that no target has more of the threads than others that wait. */
static target *next_target(ac_courier *c)
{
    for (size_t i = 0; i < TARGETS; i++) {
        target *t = &c->targets[(c->next + i) % TARGETS];
        if (t->waiting && t->sending < at_once(t)) {
            c->next = (c->next + i + 1) % TARGETS;
            return t;
        }
    }
    return NULL;
}

/* ---- the senders ---- */

/* How long it is left alone, now that one more try has failed; 0: not yet. */
static int64_t alone_for(unsigned failures)
{
    const unsigned more = failures - FAILURES;
    if (failures < FAILURES)
        return 0;
    return more > 6 ? ALONE_MAX_MS : (int64_t)ALONE_MS << more;
}

static void postpone(ac_courier *c, const ac_job *jobs, size_t n, int64_t from_ms, int64_t to_ms)
{
    const ac_rc rc = n ? ac_webhooks_postpone(c->webhooks, jobs, n, from_ms, to_ms, NULL) : AC_OK;
    if (rc != AC_OK) /* their leases run out */
        AC_LOG(AC_LOG_ERROR, "webhook_store_failed", AC_F("error", rc));
}

/* What became of a try; what waits for a target that is left alone now is given back: *dropped, a list. */
static int64_t settle(ac_courier *c, target *t, ac_rc rc, ac_told told, parcel **dropped)
{
    int64_t alone = 0;
    const bool failed = rc != AC_OK || told == AC_TOLD_LATER || told == AC_TOLD_DEAD;
    *dropped = NULL;
    t->sending--;
    t->proven |= told == AC_TOLD && rc == AC_OK;
    t->failures = failed ? t->failures + 1 : 0;
    alone = alone_for(t->failures);
    if (!alone)
        return 0;
    t->alone_until = now_ms() + alone;
    *dropped = t->first;
    c->in_hand -= t->waiting;
    t->first = t->last = NULL;
    t->waiting = 0;
    return alone;
}

static void give_back(ac_courier *c, parcel *list, int64_t alone)
{
    ac_job jobs[WAITING];
    size_t n = 0;
    for (parcel *p = list; p && n < WAITING; p = p->next)
        jobs[n++] = p->job;
    postpone(c, jobs, n, alone, alone + SPREAD_MS);
    for (parcel *p = list, *next; p; p = next) {
        next = p->next;
        ac_mem_free(p);
    }
}

static void send_one(ac_courier *c, target *t)
{
    ac_told told = AC_TOLD_LATER;
    parcel *p = take(t), *dropped;
    t->sending++; /* so that its place stays its own */
    pthread_mutex_unlock(&c->lock);
    const int64_t began = now_ms();
    const ac_rc rc = ac_webhooks_deliver(c->webhooks, &p->job, is_stopping, c, &told, NULL);
    const int64_t took = now_ms() - began;
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "webhook_store_failed", AC_F("error", rc));
    pthread_mutex_lock(&c->lock);
    if (c->in_hand-- == IN_HAND) { /* there is room in hand */
        c->woken++;
        pthread_cond_signal(&c->come);
    }
    t->mean_ms = ((SMOOTH - 1) * t->mean_ms + (took > 0 ? took : 1) + SMOOTH - 1) / SMOOTH;
    const int64_t alone = settle(c, t, rc, told, &dropped);
    if (dropped) {
        pthread_mutex_unlock(&c->lock);
        give_back(c, dropped, alone);
        pthread_mutex_lock(&c->lock);
    }
    ac_mem_free(p);
}

static void *send_all(void *context)
{
    ac_courier *c = context;
    pthread_mutex_lock(&c->lock);
    while (!c->stopping) {
        target *t = next_target(c);
        if (t)
            send_one(c, t);
        else
            pthread_cond_wait(&c->ready, &c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- the one who leases ---- */

static parcel *parcel_of(const ac_job *job)
{
    parcel *p = ac_mem_alloc(sizeof *p + job->input.n + job->result.n);
    if (!p)
        return NULL;
    p->job = *job;
    p->job.checkpoint = (ac_sv) { NULL, 0 };
    if (job->input.n)
        memcpy(p->bytes, job->input.p, job->input.n);
    if (job->result.n)
        memcpy(p->bytes + job->input.n, job->result.p, job->result.n);
    p->job.input.p = p->bytes;
    p->job.result.p = p->bytes + job->input.n;
    return p;
}

/* Between when and when it may be looked at again; to 0: it is in hand now. */
typedef struct {
    int64_t from, to;
} later;

static later put_in_hand(ac_courier *c, const ac_job *job)
{
    target *t = target_of(c, job->batch);
    const int64_t now = now_ms();
    if (!t)
        return (later) { FULL_MS, FULL_MS + SPREAD_MS };
    if (t->alone_until > now)
        return (later) { t->alone_until - now, t->alone_until - now + SPREAD_MS };
    if (t->waiting >= may_wait(t)) {
        t->away++;
        return (later) { needs(t, t->waiting), needs(t, t->waiting + 2 * t->away) };
    }
    parcel *p = parcel_of(job);
    if (!p)
        return (later) { FULL_MS, FULL_MS + SPREAD_MS };
    append(t, p);
    t->away -= t->away > 0;
    c->in_hand++;
    pthread_cond_signal(&c->ready);
    return (later) { 0, 0 };
}

static bool lease_some(ac_courier *c, size_t max)
{
    ac_job_list jobs = { 0 };
    ac_job back[LEASE_AT_ONCE];
    later waits[LEASE_AT_ONCE];
    size_t n = 0;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(4 << 20);
    const ac_rc rc = arena ? ac_webhooks_lease(c->webhooks, max, LEASE_MS, arena, &jobs, NULL) : AC_ENOMEM;
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "webhook_store_failed", AC_F("error", rc));
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; rc == AC_OK && i < jobs.n; i++) {
        const later l = put_in_hand(c, &jobs.at[i]);
        back[n] = jobs.at[i];
        waits[n] = l;
        n += l.to > 0;
    }
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0, same; i < n; i += same) { /* those of one target in one commit */
        for (same = 1; i + same < n && ac_id_eq(back[i + same].batch, back[i].batch); same++) {}
        postpone(c, back + i, same, waits[i].from, waits[i + same - 1].to);
    }
    return rc == AC_OK && jobs.n;
}

static void wait_for(ac_courier *c, uint64_t seen)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* whatever is done to the machine's clock */
    until.tv_sec += IDLE_S;
    while (!c->stopping && c->woken == seen && pthread_cond_timedwait(&c->come, &c->lock, &until) == 0) {}
}

static void *lease_all(void *context)
{
    ac_courier *c = context;
    pthread_mutex_lock(&c->lock);
    while (!c->stopping) {
        const uint64_t seen = c->woken;
        const size_t room = IN_HAND - c->in_hand;
        pthread_mutex_unlock(&c->lock);
        const bool some = room && lease_some(c, room < LEASE_AT_ONCE ? room : LEASE_AT_ONCE);
        pthread_mutex_lock(&c->lock);
        if (!some)
            wait_for(c, seen);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- all ---- */

static ac_rc ranges_of(ac_courier *c, const char *list, ac_err *err)
{
    ac_sv rest = ac_sv_z(list), one;
    while (rest.n && ac_sv_split(&rest, ',', &one)) {
        if (c->n_ranges == RANGES)
            return ac_fail(err, AC_EINPUT, "at most %d ranges of addresses", RANGES);
        AC_TRY(err, ac_fetch_range_parse(ac_sv_trim(one), &c->ranges[c->n_ranges++], err));
    }
    return AC_OK;
}

static ac_rc open_webhooks(ac_courier *c, const ac_server_options *opt, ac_data *d, ac_fetch *fetch, ac_tracer *tracer,
                           ac_err *err)
{
    AC_TRY(err, ranges_of(c, opt->webhook_private, err));
    const ac_webhooks_options o = { .store = d->store,
                                    .vault = d->vault,
                                    .crypto = d->crypto,
                                    .clock = ac_clock_system(),
                                    .access = d->access,
                                    .fetch = fetch,
                                    .tracer = tracer,
                                    .ranges = c->ranges,
                                    .n_ranges = c->n_ranges,
                                    .ca_file = ac_sv_z(opt->webhook_ca),
                                    .timeout_ms = TIMEOUT_MS,
                                    .backoff_ms = opt->webhook_backoff_ms,
                                    .backoff_max_ms = BACKOFF_MAX_MS,
                                    .tries = TRIES,
                                    .give_up_ms = GIVE_UP_DAYS * DAY_MS,
                                    .keep_ms = KEEP_DAYS * DAY_MS,
                                    .overlap_ms = OVERLAP_DAYS * DAY_MS };
    return ac_webhooks_new(&o, &c->webhooks, err);
}

ac_rc ac_courier_new(const ac_server_options *opt, ac_data *d, ac_fetch *fetch, ac_tracer *tracer, ac_courier **out,
                     ac_err *err)
{
    ac_courier *c = ac_mem_alloc(sizeof *c);
    if (!c)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    pthread_mutex_init(&c->lock, NULL);
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&c->come, &steady);
    pthread_condattr_destroy(&steady);
    pthread_cond_init(&c->ready, NULL);
    const ac_rc rc = open_webhooks(c, opt, d, fetch, tracer, err);
    if (rc == AC_OK)
        *out = c;
    else
        ac_courier_free(c);
    return rc;
}

ac_webhooks *ac_courier_webhooks(ac_courier *c) { return c->webhooks; }

ac_rc ac_courier_start(ac_courier *c, ac_err *err)
{
    for (; c->n_threads < THREADS; c->n_threads++)
        if (pthread_create(&c->senders[c->n_threads], NULL, send_all, c) != 0)
            return ac_fail(err, AC_EIO, "a thread cannot be started");
    c->leases = pthread_create(&c->leaser, NULL, lease_all, c) == 0;
    return c->leases ? AC_OK : ac_fail(err, AC_EIO, "a thread cannot be started");
}

void ac_courier_wake(ac_courier *c)
{
    pthread_mutex_lock(&c->lock);
    c->woken++;
    pthread_cond_signal(&c->come);
    pthread_mutex_unlock(&c->lock);
}

void ac_courier_stop(ac_courier *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_broadcast(&c->come);
    pthread_cond_broadcast(&c->ready);
    pthread_mutex_unlock(&c->lock);
    for (; c->n_threads; c->n_threads--)
        (void)pthread_join(c->senders[c->n_threads - 1], NULL);
    if (c->leases)
        (void)pthread_join(c->leaser, NULL);
    c->leases = false;
}

void ac_courier_free(ac_courier *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < TARGETS; i++) /* leased still: they are queued again when the store is opened */
        while (c->targets[i].waiting)
            ac_mem_free(take(&c->targets[i]));
    ac_webhooks_free(c->webhooks);
    pthread_cond_destroy(&c->ready);
    pthread_cond_destroy(&c->come);
    pthread_mutex_destroy(&c->lock);
    ac_mem_free(c);
}
