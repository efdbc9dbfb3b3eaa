/* One try of a delivery: what it says, its signature, and what comes of the answer (standardwebhooks.com,
 * specification 1.0). */
#include "app/webhooks_parts.h"
#include "base/base64.h"
#include "core/job_json.h"

enum {
    BODY_MAX = 4 << 10,
    ANSWER_MAX = 1 << 20,
    EVENTS_MAX = 1000,
    SEND_ARENA = 1 << 20,
    MS = 1000,
    PING_TRIES = 3,
    TIMES = 2 /* doubled: 4 */
};

static const ac_patient_id NOBODY = { { { 0 } } };

const char *ac_told_word(ac_told t)
{
    static const char *const words[AC_TOLD_OUTCOMES] = { "delivered", "retried", "dead", "dropped" };
    return words[t];
}

/** A try. */
typedef struct {
    ac_webhooks *w;
    const ac_job *d;
    ac_arena *arena;
    ac_hook hook;
    ac_delivery_note note;
    ac_job_event event; /* what is told; number 0: a test */
    ac_fetch_answer answer;
    ac_rc rc; /* of the request */
    int64_t now;
} attempt;

/* ---- is there something to tell? ---- */

/* The job's last event of that state and attempt. A job that is gone took its events with it: then there is nothing to
 * tell. */
static ac_rc find_event(attempt *a, bool *found, ac_err *err)
{
    ac_job_events events = { 0 };
    ac_job job;
    *found = false;
    ac_rc rc = ac_store_job(a->w->o.store, (ac_job_id) { a->d->document }, false, a->arena, &job, err);
    if (rc == AC_OK && job.state == a->note.of && job.attempt == a->note.attempt) {
        a->event = (ac_job_event) { job.id,   job.event, job.ended_ms, job.state, job.attempt,
                                    job.step, job.done,  job.total,    job.error };
        *found = true;
        return AC_OK;
    }
    if (rc == AC_OK) /* it was queued again */
        rc = ac_store_events(a->w->o.store, job.id, 0, EVENTS_MAX, a->arena, &events, err);
    if (rc == AC_ENOTFOUND)
        return AC_OK;
    AC_TRY(err, rc);
    for (size_t i = events.n; i && !*found; i--) {
        a->event = events.at[i - 1];
        *found = a->event.state == a->note.of && a->event.attempt == a->note.attempt;
    }
    return AC_OK;
}

static ac_rc begin(attempt *a, bool *found, ac_err *err)
{
    *found = false;
    ac_rc rc = ac_delivery_open(a->w, a->d, a->arena, &a->note, err);
    if (rc == AC_OK)
        rc = ac_hook_open(a->w, a->d->batch, a->arena, &a->hook, err);
    if (rc == AC_ENOTFOUND) /* the webhook, or the key that sealed them */
        return AC_OK;
    AC_TRY(err, rc);
    if (a->note.of == AC_JOB_STATES) {
        *found = true;
        return AC_OK;
    }
    return a->hook.hook.form.on ? find_event(a, found, err) : AC_OK;
}

/* ---- what is said ---- */

static void put_links(ac_jw *j, ac_job_id id)
{
    char job[] = "/v1/jobs/000000000000000000000000000000000000/result";
    const size_t at = sizeof "/v1/jobs/" - 1;
    ac_id_format(id.v, job + at);
    ac_jw_kobject(j, "links");
    ac_jw_kstring(j, "job", (ac_sv) { job, at + AC_ID_TEXT });
    ac_jw_kstring(j, "result", (ac_sv) { job, sizeof job - 1 });
    ac_jw_end_object(j);
}

static ac_rc write_body(const attempt *a, ac_sb *out, ac_err *err)
{
    char type[32];
    ac_sb word = AC_SB(sizeof type);
    const bool test = a->note.of == AC_JOB_STATES;
    ac_sb_add(&word, AC_SV("job."));
    ac_sb_add(&word, ac_sv_z(test ? "" : ac_job_state_name(a->note.of)));
    ac_jw j = ac_jw_to(out, 0);
    ac_jw_object(&j);
    ac_jw_kstring(&j, "type", test ? AC_SV("ping") : ac_sb_view(&word));
    ac_jw_kinstant(&j, "timestamp", test ? a->d->created_ms : a->event.at_ms);
    ac_jw_kobject(&j, "data");
    if (test) {
        ac_jw_kid(&j, "webhook_id", a->d->batch);
    } else {
        ac_jw_job_event_members(&j, &a->event);
        put_links(&j, a->event.job);
    }
    ac_jw_end_object(&j);
    ac_jw_end_object(&j);
    ac_sb_cleanup(&word);
    return ac_sb_done(out, err);
}

static bool sign(const attempt *a, const ac_key *key, ac_sv said, ac_sb *out)
{
    unsigned char mac[AC_MAC_SIZE];
    ac_crypto_mac(a->w->o.crypto, key, said, mac);
    const ac_sv digits = ac_base64_write(a->arena, (ac_sv) { (const char *)mac, sizeof mac });
    ac_sb_add(out, ac_sv_z(out->n ? " v1," : "v1,"));
    ac_sb_add(out, digits);
    return digits.p;
}

/* "v1,..." by the secret, and by the one before while that holds. */
static ac_rc signatures(const attempt *a, ac_sv id, ac_sv seconds, ac_sv body, ac_sb *out, ac_err *err)
{
    AC_AUTO(ac_sb) said = AC_SB((size_t)2 * BODY_MAX);
    ac_sb_add(&said, id);
    ac_sb_add_char(&said, '.');
    ac_sb_add(&said, seconds);
    ac_sb_add_char(&said, '.');
    ac_sb_add(&said, body);
    AC_TRY(err, ac_sb_done(&said, err));
    bool ok = sign(a, &a->hook.secret, ac_sb_view(&said), out);
    if (a->hook.old_until_ms > a->now)
        ok &= sign(a, &a->hook.old, ac_sb_view(&said), out);
    return ok ? ac_sb_done(out, err) : ac_fail(err, AC_ENOMEM, "out of memory");
}

/* What is in the answer's body is of no interest. */
static bool look_away(void *context, ac_sv bytes)
{
    (void)context;
    (void)bytes;
    return true;
}

/* A span of its own, below the job's. */
static void begin_span(const attempt *a, ac_trace_span *s)
{
    ac_tracer *t = a->w->o.tracer;
    *s = (ac_trace_span) { .at = a->note.trace };
    if (!t || ac_trace_none(&a->note.trace))
        return;
    ac_tracer_begin(t, &a->note.trace, &s->at);
    memcpy(s->parent, a->note.trace.span, sizeof s->parent);
    s->kind = AC_SPAN_CLIENT;
    s->verb = AC_SV("POST");
    s->name = AC_SV("webhook");
    s->begin_ns = ac_clock_ticks_ns(a->w->o.clock);
}

static void end_span(const attempt *a, ac_trace_span *s)
{
    if (!a->w->o.tracer || !s->at.sampled)
        return;
    s->end_ns = ac_clock_ticks_ns(a->w->o.clock);
    s->failed = a->rc != AC_OK || a->answer.status / 100 != 2;
    AC_SPAN_ADD(s, "http.request.method", AC_WORD("POST"));
    AC_SPAN_ADD(s, "aceso.webhook.id", a->d->batch);
    if (a->rc == AC_OK)
        AC_SPAN_ADD(s, "http.response.status_code", (uint64_t)a->answer.status);
    else
        AC_SPAN_ADD(s, "error.type", a->rc);
    ac_tracer_put(a->w->o.tracer, s);
}

static ac_rc send(attempt *a, bool (*cancelled)(void *context), void *context, ac_err *err)
{
    char id[AC_ID_TEXT];
    AC_AUTO(ac_sb) body = AC_SB(BODY_MAX);
    AC_AUTO(ac_sb) signature = AC_SB(BODY_MAX);
    AC_AUTO(ac_sb) seconds = AC_SB(32);
    ac_id_format(a->d->id.v, id);
    const ac_sv name = { id, AC_ID_TEXT };
    ac_sb_add_u64(&seconds, (uint64_t)(a->now / MS));
    AC_TRY(err, write_body(a, &body, err));
    AC_TRY(err, signatures(a, name, ac_sb_view(&seconds), ac_sb_view(&body), &signature, err));
    ac_trace_span span;
    char trace[AC_TRACEPARENT];
    begin_span(a, &span);
    ac_trace_format(&span.at, trace);
    const ac_fetch_header headers[] = {
        { AC_SV("Content-Type"), AC_SV("application/json") }, { AC_SV("webhook-id"), name },
        { AC_SV("webhook-timestamp"), ac_sb_view(&seconds) }, { AC_SV("webhook-signature"), ac_sb_view(&signature) },
        { AC_SV("traceparent"), { trace, sizeof trace } },    { AC_SV("tracestate"), span.at.state }
    };
    const size_t untraced = sizeof headers / sizeof *headers - 2, traced = 1 + (span.at.state.n > 0);
    const ac_webhooks_options *o = &a->w->o;
    const ac_fetch_request r = { .url = a->hook.hook.form.url,
                                 .headers = headers,
                                 .n_headers = untraced + (ac_trace_none(&span.at) ? 0 : traced),
                                 .body = ac_sb_view(&body),
                                 .ranges = o->ranges,
                                 .n_ranges = o->n_ranges,
                                 .ca_file = o->ca_file,
                                 .connect_ms = o->timeout_ms,
                                 .timeout_ms = o->timeout_ms,
                                 .max_bytes = ANSWER_MAX,
                                 .chunk = look_away,
                                 .context = context,
                                 .cancelled = cancelled };
    a->rc = ac_fetch_send(o->fetch, &r, a->arena, &a->answer, NULL);
    end_span(a, &span);
    return AC_OK;
}

/* ---- what comes of it ---- */

static bool is_taken(const attempt *a) { return a->rc == AC_OK && a->answer.status / 100 == 2; }

/* Full jitter, and not before the receiver says. */
static int64_t next_try(const attempt *a)
{
    const ac_webhooks_options *o = &a->w->o;
    uint64_t random = 0;
    int64_t most = o->backoff_ms, asked = 0;
    for (uint32_t i = 1; i < a->note.tries && most < o->backoff_max_ms; i++)
        most <<= TIMES;
    most = most > o->backoff_max_ms ? o->backoff_max_ms : most;
    (void)!ac_crypto_random(o->crypto, &random, sizeof random, NULL);
    int64_t wait = (int64_t)(random % (uint64_t)(most + 1));
    if (a->answer.retry_after.n && ac_sv_to_i64(a->answer.retry_after, &asked) && asked > 0)
        asked = asked > o->backoff_max_ms / MS ? o->backoff_max_ms : asked * MS;
    else
        asked = 0;
    return a->now + (wait > asked ? wait : asked);
}

static ac_told judge(const attempt *a, bool found)
{
    const uint32_t tries = a->note.of == AC_JOB_STATES ? PING_TRIES : a->w->o.tries;
    enum { GONE = 410 };
    if (!found)
        return AC_TOLD_NOTHING;
    if (is_taken(a))
        return AC_TOLD;
    if (a->rc == AC_ECANCELLED)
        return AC_TOLD_LATER;
    return (a->rc == AC_OK && a->answer.status == GONE) || a->note.tries >= tries ? AC_TOLD_DEAD : AC_TOLD_LATER;
}

static ac_rc settle(attempt *a, ac_told told, ac_err *err)
{
    static const ac_job_state states[AC_TOLD_OUTCOMES] = { AC_JOB_COMPLETED, AC_JOB_QUEUED, AC_JOB_DEAD,
                                                           AC_JOB_CANCELLED };
    const ac_principal server = ac_hook_server(a->d->tenant);
    ac_job ended = { .id = a->d->id, .token = a->d->token, .state = states[told], .error = a->rc };
    if (told == AC_TOLD_LATER)
        ended.run_at_ms = a->rc == AC_ECANCELLED ? a->now : next_try(a);
    else
        ended.delete_ms = a->now + a->w->o.keep_ms;
    if (told != AC_TOLD_NOTHING)
        AC_TRY(err, ac_delivery_seal(a->w, a->d, ac_delivery_result, &a->note, a->arena, &ended.result, err));
    ac_change changes[] = { { .kind = AC_CHANGE_JOB_END, .job = ended },
                            ac_audit_of(&server, a->now, AC_AUDIT_EXPORT, AC_WHAT_WEBHOOK, a->d->batch, NOBODY,
                                        told == AC_TOLD  ? AC_OK
                                        : a->rc == AC_OK ? AC_EIO
                                                         : a->rc) };
    changes[1].audit.detail = (uint64_t)a->note.status;
    const size_t n = told == AC_TOLD || told == AC_TOLD_DEAD ? 2 : 1; /* what was taken or given up is on record */
    return ac_store_commit(a->w->o.store, &(ac_commit) { .changes = changes, .n = n, .now_ms = a->now }, NULL, err);
}

/* How the webhook fares. Somebody else may have changed it meanwhile: then the next try is soon enough. */
static void remember(attempt *a)
{
    ac_webhook *h = &a->hook.hook;
    enum { GONE = 410 };
    const bool taken = is_taken(a), gone = a->rc == AC_OK && a->answer.status == GONE;
    const bool late = h->failing_ms && a->now - h->failing_ms >= a->w->o.give_up_ms;
    const bool news = taken ? h->failing_ms != 0 : gone || late || !h->failing_ms;
    if (!news || a->rc == AC_ECANCELLED)
        return;
    h->failing_ms = taken ? 0 : h->failing_ms ? h->failing_ms : a->now;
    if (gone || (!taken && late))
        h->off = gone ? AC_WEBHOOK_GONE : AC_WEBHOOK_FAILING;
    const ac_principal server = ac_hook_server(a->d->tenant);
    if (ac_hook_seal(a->w, &a->hook, a->arena, NULL) != AC_OK)
        return;
    const ac_change changes[] = { { .kind = AC_CHANGE_ITEM_REPLACE, .item = a->hook.item },
                                  ac_audit_of(&server, a->now, AC_AUDIT_UPDATE, AC_WHAT_WEBHOOK, h->id, NOBODY,
                                              AC_OK) };
    const ac_commit commit = { .changes = changes, .n = 2, .now_ms = a->now };
    if (ac_store_commit(a->w->o.store, &commit, NULL, NULL) == AC_OK)
        (void)!ac_hooks_load(a->w, NULL);
}

static void count(attempt *a, ac_told told, bool found)
{
    ac_spin_lock(&a->w->lock);
    a->w->counts.tries[told]++;
    if (found)
        a->w->counts.statuses[a->rc == AC_OK ? a->answer.status / 100 % 6 : 0]++;
    ac_spin_unlock(&a->w->lock);
}

static ac_rc try_once(attempt *a, bool (*cancelled)(void *context), void *context, ac_told *out, ac_err *err)
{
    bool found = false;
    AC_TRY(err, begin(a, &found, err));
    if (found) {
        AC_TRY(err, send(a, cancelled, context, err));
        a->note.tries += a->rc != AC_ECANCELLED;
        a->note.status = a->rc == AC_OK ? a->answer.status : 0;
        a->now = ac_clock_now_ms(a->w->o.clock);
    }
    *out = judge(a, found);
    const ac_rc rc = settle(a, *out, err);
    if (rc != AC_OK && rc != AC_ECONFLICT) /* conflict: it was taken from us, and will be told again */
        return rc;
    if (found && a->note.of != AC_JOB_STATES)
        remember(a);
    count(a, *out, found);
    return AC_OK;
}

ac_rc ac_webhooks_deliver(ac_webhooks *w, const ac_job *leased, bool (*cancelled)(void *context), void *context,
                          ac_told *out, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(SEND_ARENA);
    attempt a = { .w = w, .d = leased, .arena = arena, .now = ac_clock_now_ms(w->o.clock) };
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_rc rc = try_once(&a, cancelled, context, out, err);
    ac_crypto_wipe(w->o.crypto, &a.hook.secret, sizeof a.hook.secret);
    ac_crypto_wipe(w->o.crypto, &a.hook.old, sizeof a.hook.old);
    ac_arena_reset(arena); /* wipes what the secrets were read from */
    return rc;
}

/* ---- the queue ---- */

ac_rc ac_webhooks_lease(ac_webhooks *w, size_t max, int64_t lease_ms, ac_arena *arena, ac_job_list *out, ac_err *err)
{
    const ac_lease l = {
        .now_ms = ac_clock_now_ms(w->o.clock), .lease_ms = lease_ms, .kinds = 1u << AC_JOB_WEBHOOK, .max = max
    };
    return ac_store_lease(w->o.store, &l, arena, out, err);
}

ac_rc ac_webhooks_postpone(ac_webhooks *w, const ac_job *leased, size_t n, int64_t from_ms, int64_t to_ms, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(w->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(n * sizeof(ac_change) + AC_HOOK_ARENA);
    ac_change *changes = arena ? ac_arena_alloc(arena, n * sizeof *changes) : NULL;
    if (!changes)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        uint64_t random = 0;
        (void)!ac_crypto_random(w->o.crypto, &random, sizeof random, NULL);
        const int64_t wait = from_ms + (int64_t)(random % (uint64_t)(to_ms - from_ms + 1));
        changes[i] = (ac_change) { .kind = AC_CHANGE_JOB_END,
                                   .job = { .id = leased[i].id,
                                            .token = leased[i].token,
                                            .state = AC_JOB_QUEUED,
                                            .error = leased[i].error,
                                            .run_at_ms = now + wait } };
    }
    ac_rc rc = ac_store_commit(w->o.store, &(ac_commit) { .changes = changes, .n = n, .now_ms = now }, NULL, err);
    for (size_t i = 0; i < n && rc == AC_ECONFLICT; i++) { /* one of them was taken from us: the others alone */
        const ac_commit one = { .changes = &changes[i], .n = 1, .now_ms = now };
        const ac_rc alone = ac_store_commit(w->o.store, &one, NULL, err);
        if (alone != AC_OK && alone != AC_ECONFLICT)
            return alone;
    }
    if (rc != AC_OK && rc != AC_ECONFLICT)
        return rc;
    ac_spin_lock(&w->lock);
    w->counts.postponed += n;
    ac_spin_unlock(&w->lock);
    return AC_OK;
}
