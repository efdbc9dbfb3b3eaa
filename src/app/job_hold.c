/* The jobs that this process has leased: those that wait here, those that are worked on, those whose end is on its way
 * to the disk. A thread that works waits for the disk neither before a job nor after it: some jobs are leased ahead,
 * and an end is begun and left to itself. */
#include "app/job_hold.h"

#include "core/log.h"

enum {
    AHEAD_US = 20000,    /* of work is leased ahead: the next disk write but one is never that late */
    AHEAD_MAX = 32,      /* jobs, however short they are: what is lost with the process is begun again */
    ENDS_MAX = 16 << 20, /* bytes of results on their way to the disk */
    YOUNG_MS = 1000,     /* nobody has to hear so soon that a job is still alive */
    MEAN_OF = 8
};

/* What one lease has brought. */
struct ac_basket {
    ac_later later; /* first */
    ac_service *s;
    ac_lease lease;
    ac_arena *arena;
    ac_basket *next;
    size_t left; /* jobs that are not over */
};

size_t ac_hold_slots(size_t threads) { return threads + AHEAD_MAX + AHEAD_MAX / 4; }

static void free_basket(ac_basket *b)
{
    ac_arena_free(b->arena);
    ac_mem_free(b);
}

static void wake(ac_service *s)
{
    if (s->o.wake)
        s->o.wake(s->o.wake_context);
}

/* ---- leasing --------------------------------------------------------------------------------------------------------
 */

/* Under the lock: how many should be here, waiting or on their way. */
static size_t wanted(const ac_service *s)
{
    const uint64_t n = (uint64_t)AHEAD_US * s->o.slots / (s->mean_us + 1);
    return n < 1 ? 1 : n < AHEAD_MAX ? (size_t)n : AHEAD_MAX;
}

/* Under the lock: a slot for each; there were as many free when the lease was begun, and nobody else takes any. */
static void place(ac_service *s, ac_basket *b, int64_t now)
{
    size_t slot = 0;
    for (size_t i = 0; i < b->left; i++) {
        while (s->slots[slot].phase != AC_HELD_NONE)
            slot++;
        s->slots[slot] = (ac_held) { .phase = AC_HELD_WAITS,
                                     .job = b->later.leased.at[i].id,
                                     .token = b->later.leased.at[i].token,
                                     .since_ms = now,
                                     .row = &b->later.leased.at[i],
                                     .basket = b,
                                     .turn = s->turns++ };
    }
    s->held += b->left;
    s->waiting += b->left;
}

static void arrived(ac_later *l)
{
    ac_basket *b = (ac_basket *)l;
    ac_service *s = b->s;
    const ac_rc rc = l->rc;
    b->left = rc == AC_OK ? l->leased.n : 0;
    const size_t n = b->left;
    ac_spin_lock(&s->lock);
    place(s, b, b->lease.now_ms);
    s->dry = n < b->lease.max;
    s->leasing = false;
    ac_spin_unlock(&s->lock);
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "lease_failed", AC_F("error", rc));
    if (n)
        wake(s);
    else
        free_basket(b);
}

/* Under the lock: how many are to be leased now. */
static size_t due(ac_service *s)
{
    const size_t want = wanted(s), room = s->n_slots - s->held;
    if (s->leasing || s->stopping || (s->waiting && (s->dry || s->waiting * 2 > want)))
        return 0;
    if (want == 1 && s->running >= s->o.slots)
        return 0;
    s->starved |= !room;
    return want - s->waiting < room ? want - s->waiting : room;
}

ac_rc ac_hold_more(ac_service *s, ac_err *err)
{
    ac_spin_lock(&s->lock);
    const size_t n = due(s);
    s->leasing |= n > 0;
    ac_spin_unlock(&s->lock);
    if (!n)
        return AC_OK;
    ac_basket *b = ac_mem_alloc(sizeof *b);
    ac_rc rc = b && (b->arena = ac_arena_new(n * AC_LEASED_BYTES)) ? AC_OK : ac_fail(err, AC_ENOMEM, "out of memory");
    if (rc == AC_OK) {
        b->later.done = arrived;
        b->s = s;
        b->lease = (ac_lease) { .now_ms = ac_clock_now_ms(s->o.clock),
                                .lease_ms = s->o.lease_ms,
                                .kinds = 1u << AC_JOB_PROCESS | 1u << AC_JOB_SUMMARY,
                                .max = n };
        rc = ac_store_lease_later(s->o.store, &b->lease, b->arena, &b->later, err);
    }
    if (rc == AC_OK)
        return AC_OK;
    if (b)
        free_basket(b);
    ac_spin_lock(&s->lock);
    s->leasing = false;
    ac_spin_unlock(&s->lock);
    return rc;
}

void ac_jobs_queued(ac_service *s)
{
    ac_spin_lock(&s->lock);
    s->dry = false;
    ac_spin_unlock(&s->lock);
    if (ac_hold_more(s, NULL) != AC_OK) /* a thread that works tries again */
        wake(s);
}

/* ---- working --------------------------------------------------------------------------------------------------------
 */

/* Under the lock: the one that came first. */
static bool first_waiting(const ac_service *s, size_t *out)
{
    bool found = false;
    for (size_t i = 0; s->waiting && i < s->n_slots; i++)
        if (s->slots[i].phase == AC_HELD_WAITS && (!found || s->slots[i].turn < s->slots[*out].turn)) {
            *out = i;
            found = true;
        }
    return found;
}

bool ac_hold_take(ac_service *s, size_t *slot, const ac_job **job)
{
    ac_spin_lock(&s->lock);
    const bool full = s->ending_bytes > ENDS_MAX, found = !full && first_waiting(s, slot);
    s->starved |= full;
    if (found) {
        *job = s->slots[*slot].row;
        s->slots[*slot].phase = AC_HELD_RUNS;
        s->waiting--;
        s->running++;
    }
    ac_spin_unlock(&s->lock);
    return found;
}

ac_held ac_hold_look(ac_service *s, size_t slot)
{
    ac_spin_lock(&s->lock);
    const ac_held h = s->slots[slot];
    ac_spin_unlock(&s->lock);
    return h;
}

void ac_hold_cancel(ac_service *s, ac_job_id job)
{
    ac_spin_lock(&s->lock);
    for (size_t i = 0; i < s->n_slots; i++)
        s->slots[i].cancel |= s->slots[i].phase != AC_HELD_NONE && ac_id_eq(s->slots[i].job.v, job.v);
    ac_spin_unlock(&s->lock);
}

void ac_hold_end(ac_service *s, size_t slot, uint64_t us, size_t bytes)
{
    ac_spin_lock(&s->lock);
    ac_basket *b = s->slots[slot].basket;
    const bool last = --b->left == 0;
    s->slots[slot].basket = NULL;
    s->slots[slot].row = NULL;
    s->slots[slot].phase = AC_HELD_ENDS;
    s->slots[slot].bytes = bytes;
    s->ending_bytes += bytes;
    s->running--;
    s->mean_us = (s->mean_us * (MEAN_OF - 1) + us) / MEAN_OF;
    ac_spin_unlock(&s->lock);
    if (last)
        free_basket(b);
}

void ac_hold_leave(ac_service *s, size_t slot)
{
    ac_spin_lock(&s->lock);
    const bool starved = s->starved;
    s->starved = false;
    s->ending_bytes -= s->slots[slot].bytes;
    s->slots[slot] = (ac_held) { .phase = AC_HELD_NONE };
    s->held--;
    ac_spin_unlock(&s->lock);
    if (starved)
        wake(s);
}

/* ---- signs of life --------------------------------------------------------------------------------------------------
 */

static ac_rc beat(ac_service *s, size_t slot, int64_t now)
{
    bool cancel = false;
    const ac_held at = ac_hold_look(s, slot);
    if (at.phase == AC_HELD_NONE || now - at.since_ms < YOUNG_MS)
        return AC_OK;
    ac_rc rc = ac_store_renew(s->o.store, at.job, at.token, now, s->o.lease_ms, &cancel, NULL);
    ac_spin_lock(&s->lock);
    ac_held *same = &s->slots[slot];
    if (same->token == at.token) { /* else another job has come into the slot */
        same->cancel |= rc == AC_OK && cancel;
        same->lost |= rc == AC_ECONFLICT;
    }
    ac_spin_unlock(&s->lock);
    return rc;
}

bool ac_jobs_beat(ac_service *s)
{
    const int64_t now = ac_clock_now_ms(s->o.clock);
    bool heard = true;
    for (size_t i = 0; i < s->n_slots; i++)
        heard &= beat(s, i, now) != AC_EFULL;
    ac_job_ends_again(s);
    return heard;
}

/* ---- the end --------------------------------------------------------------------------------------------------------
 */

bool ac_jobs_stop(ac_service *s)
{
    ac_spin_lock(&s->lock);
    s->stopping = true;
    const bool quiet = !s->leasing && s->held == s->waiting;
    ac_spin_unlock(&s->lock);
    if (!quiet)
        ac_job_ends_again(s);
    return quiet;
}

void ac_jobs_return(ac_service *s)
{
    size_t slot;
    const ac_job *job;
    while (ac_hold_take(s, &slot, &job)) {
        const ac_change back = { .kind = AC_CHANGE_JOB_RETURN, .job = { .id = job->id, .token = job->token } };
        const ac_commit commit = { .changes = &back, .n = 1, .now_ms = ac_clock_now_ms(s->o.clock) };
        (void)!ac_store_commit(s->o.store, &commit, NULL, NULL); /* else it is queued again at the next start */
        ac_hold_end(s, slot, s->mean_us, 0);
        ac_hold_leave(s, slot);
    }
}
