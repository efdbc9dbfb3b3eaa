#include "app/job_end.h"

#include "core/log.h"

enum {
    ERROR_SHIFT_MAX = 20,
    FULL_MIN_MS = 2000, /* while the disk is full an attempt waits for half as long as the job is old, */
    FULL_MAX_MS = 60000 /* but not for longer */,
    AGAIN_MS = 1000, /* an end that was not taken is tried again after so long, then after twice as long */
    AGAIN_SHIFT_MAX = 4,
    AGAIN_TRIES = 5 /* unless it is for want of room: that ends some day */
};

/* ---- what comes of it ----------------------------------------------------------------------------------------------
 */

/* The job did nothing wrong: neither is the attempt counted, nor is the job ever dead of it. */
static bool is_uncounted(const ac_job_outcome *o) { return o->state == AC_JOB_QUEUED && o->why == AC_EFULL; }

ac_job_state ac_job_state_after(const ac_job *job, ac_rc rc, bool incomplete)
{
    if (rc == AC_OK)
        return incomplete ? AC_JOB_INCOMPLETE : AC_JOB_COMPLETED;
    if (!ac_rc_retry(rc))
        return AC_JOB_FAILED;
    return rc == AC_EFULL || job->attempt < job->attempts_max ? AC_JOB_QUEUED : AC_JOB_DEAD;
}

/* Full jitter (Brooker, "Exponential Backoff And Jitter", 2015): anywhere between now and the whole time. */
static int64_t within(ac_service *s, int64_t now, int64_t most)
{
    uint64_t random = 0;
    (void)!ac_crypto_random(s->o.crypto, &random, sizeof random, NULL);
    return now + (int64_t)(random % (uint64_t)(most + 1));
}

static int64_t retry_at(ac_service *s, const ac_job *job, int64_t now)
{
    const uint32_t doubled = job->attempt ? job->attempt - 1 : 0;
    const int64_t most = s->o.backoff_ms << (doubled < ERROR_SHIFT_MAX ? doubled : ERROR_SHIFT_MAX);
    return within(s, now, most > s->o.backoff_max_ms || most <= 0 ? s->o.backoff_max_ms : most);
}

static int64_t room_at(ac_service *s, const ac_job *job, int64_t now)
{
    const int64_t most = (now - job->created_ms) / 2;
    return FULL_MIN_MS / 2 + within(s, now, most < FULL_MIN_MS ? FULL_MIN_MS : most > FULL_MAX_MS ? FULL_MAX_MS : most);
}

/* ---- on its way -----------------------------------------------------------------------------------------------------
 */

/* Under s->lock while it is in the list of those that were not taken. */
struct ac_ending {
    ac_later later; /* first */
    ac_service *s;
    size_t slot;
    ac_commit commit;
    uint64_t us, wait_us;
    size_t bytes; /* of the result in clear */
    ac_ending *next;
    int64_t again_ms;
    unsigned tries;      /* that failed */
    ac_change changes[]; /* the end, its record, deliveries; behind them, what they point to */
};

static void count(const ac_ending *e)
{
    ac_service *s = e->s;
    const ac_job_state state = e->changes[0].job.state;
    ac_spin_lock(&s->lock);
    ac_jobs_counts *c = &s->counts;
    if (state == AC_JOB_QUEUED) {
        c->retried++;
    } else {
        c->ended[state]++;
        c->work_us += e->us;
        c->wait_us += e->wait_us;
        c->bytes += e->bytes;
    }
    ac_spin_unlock(&s->lock);
}

/* Its lease goes on, and its slot stays its own, so that nothing more is begun than there is room for in memory.
 * false: it is given up */
static bool keep(ac_ending *e, ac_rc rc)
{
    ac_service *s = e->s;
    const unsigned doubled = e->tries < AGAIN_SHIFT_MAX ? e->tries : AGAIN_SHIFT_MAX;
    e->tries++;
    e->again_ms = ac_clock_now_ms(s->o.clock) + ((int64_t)AGAIN_MS << doubled);
    ac_spin_lock(&s->lock);
    const bool given_up =
        (rc != AC_EFULL && e->tries >= AGAIN_TRIES) || (s->stopping && e->changes[0].kind == AC_CHANGE_JOB_RETURN);
    if (!given_up) {
        e->next = s->unstored;
        s->unstored = e;
    }
    ac_spin_unlock(&s->lock);
    return !given_up;
}

/* AC_ECONFLICT: somebody else has it, or it is gone: what was done here is forgotten. Where it is given up after
 * another error, its lease runs out, and it is done again. */
static void ended(ac_later *l)
{
    ac_ending *e = (ac_ending *)l;
    const ac_rc rc = l->rc;
    if (rc == AC_OK)
        count(e);
    if (rc != AC_OK && rc != AC_ECONFLICT) {
        AC_LOG(AC_LOG_ERROR, "job_end_failed", AC_F("job", e->changes[0].job.id.v), AC_F("error", rc));
        if (keep(e, rc))
            return;
    }
    ac_hold_leave(e->s, e->slot);
    ac_mem_free(e);
}

/* The process ends, and cannot wait for room: perhaps there is some for less. */
static void give_back(ac_ending *e)
{
    const ac_job job = { .id = e->changes[0].job.id, .token = e->changes[0].job.token, .state = AC_JOB_QUEUED };
    e->changes[0] = (ac_change) { .kind = AC_CHANGE_JOB_RETURN, .job = job };
    e->commit.n = 1;
}

/* One that is to be tried again now; NULL: none. */
static ac_ending *take_due(ac_service *s, int64_t now, bool *stopping)
{
    ac_ending *found = NULL;
    ac_spin_lock(&s->lock);
    *stopping = s->stopping;
    for (ac_ending **at = &s->unstored; *at; at = &(*at)->next)
        if (s->stopping || (*at)->again_ms <= now) {
            found = *at;
            *at = found->next;
            break;
        }
    ac_spin_unlock(&s->lock);
    return found;
}

void ac_job_ends_again(ac_service *s)
{
    const int64_t now = ac_clock_now_ms(s->o.clock);
    bool stopping;
    for (ac_ending *e; (e = take_due(s, now, &stopping));) {
        if (stopping)
            give_back(e);
        e->commit.now_ms = now;
        const ac_rc rc = ac_store_commit_later(s->o.store, &e->commit, &e->later, NULL);
        if (rc == AC_OK) /* it is the store's now, and may be gone already */
            continue;
        e->later.rc = rc;
        ended(&e->later);
    }
}

/* ---- beginning ------------------------------------------------------------------------------------------------------
 */

static ac_rc tell(ac_service *s, const ac_job *job, ac_job_outcome *o, ac_arena *arena, ac_err *err)
{
    const ac_trace *trace = o->spans.tracer ? &o->spans.span.at : NULL;
    const ac_webhook_end end = { job, o->state, o->webhook, ac_clock_now_ms(s->o.clock), false, trace };
    return ac_webhooks_changes(s->o.webhooks, &end, arena, &o->told, &o->n_told, err);
}

static ac_sv moved(ac_sv bytes, char **room)
{
    char *at = *room;
    if (bytes.n)
        memcpy(at, bytes.p, bytes.n);
    *room += bytes.n;
    return (ac_sv) { at, bytes.n };
}

/* NULL: out of memory */
static ac_ending *ending_alloc(const ac_job_outcome *o, char **room)
{
    const size_t n = 2 + o->n_told;
    size_t bytes = o->result.n;
    for (size_t i = 0; i < o->n_told; i++)
        bytes += o->told[i].job.input.n;
    ac_ending *e = ac_mem_alloc(sizeof *e + n * sizeof e->changes[0] + bytes);
    if (e)
        *room = (char *)&e->changes[n];
    return e;
}

static ac_change end_of(ac_service *s, const ac_job *job, const ac_job_outcome *o, ac_sv result, int64_t now)
{
    const bool uncounted = is_uncounted(o);
    const int64_t next = uncounted ? room_at(s, job, now) : retry_at(s, job, now);
    return (ac_change) { .kind = uncounted ? AC_CHANGE_JOB_RETURN : AC_CHANGE_JOB_END,
                         .job = { .id = job->id,
                                  .token = job->token,
                                  .state = o->state,
                                  .error = o->why,
                                  .result = result,
                                  .run_at_ms = o->state == AC_JOB_QUEUED ? next : 0,
                                  .delete_ms = ac_job_delete_at(s, job->tenant, o->keep_ms, now) } };
}

/* NULL: out of memory */
static ac_ending *ending_of(ac_service *s, size_t slot, const ac_job *job, const ac_job_outcome *o)
{
    const int64_t now = ac_clock_now_ms(s->o.clock), waited = job->started_ms - job->created_ms;
    const ac_principal server = { .tenant = job->tenant, .kind = AC_ACTOR_SERVER };
    char *room = NULL;
    ac_ending *e = ending_alloc(o, &room);
    if (!e)
        return NULL;
    e->later.done = ended;
    e->s = s;
    e->slot = slot;
    e->changes[0] = end_of(s, job, o, moved(o->result, &room), now);
    e->changes[1] = ac_audit_of(&server, now, AC_AUDIT_EXECUTE, AC_WHAT_JOB, job->id.v, job->patient, o->why);
    e->changes[1].audit.detail = (uint64_t)o->state;
    for (size_t i = 0; i < o->n_told; i++) {
        e->changes[2 + i] = o->told[i];
        e->changes[2 + i].job.input = moved(o->told[i].job.input, &room);
    }
    e->commit = (ac_commit) { .changes = e->changes, .n = 2 + o->n_told, .now_ms = now, .patient = true };
    e->us = o->us;
    e->wait_us = waited > 0 ? (uint64_t)waited * 1000 : 0;
    e->bytes = o->bytes;
    return e;
}

ac_rc ac_job_end(ac_service *s, size_t slot, const ac_job *job, ac_job_outcome *o, ac_arena *arena, ac_err *err)
{
    const bool lost = ac_hold_look(s, slot).lost;
    ac_ending *e = lost || tell(s, job, o, arena, err) != AC_OK ? NULL : ending_of(s, slot, job, o);
    ac_hold_end(s, slot, o->us, o->result.n);
    ac_rc rc = lost ? AC_OK : e ? ac_store_commit_later(s->o.store, &e->commit, &e->later, err) : AC_ENOMEM;
    if (rc == AC_OK && !lost)
        return AC_OK;
    ac_mem_free(e);
    ac_hold_leave(s, slot); /* its lease runs out, and it is done again */
    return lost ? AC_OK : rc;
}
