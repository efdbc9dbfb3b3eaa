#include "main/otlp.h"

#include "core/log.h"
#include "os/cipher.h"
#include "os/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum {
    QUEUE = 8192,
    BATCH = 512,
    EVERY_MS = 2000,
    CONNECT_MS = 2000,
    TIMEOUT_MS = 10000,
    LAST_MS = 2000,
    BODY_MAX = 8 << 20,
    ANSWER_MAX = 64 << 10,
    ARENA = 256 << 10,
    RETRY_MAX_MS = 60000,
    MS = 1000,
    NS_PER_MS = 1000000
};

struct ac_otlp {
    ac_tracer port;
    const ac_otlp_options *opt;
    ac_fetch *fetch;
    char instance[AC_ID_TEXT + 1];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    _Atomic bool stopping;
    bool runs, told; /* told: that nobody is there; once, until somebody is */
    size_t first, n; /* of the ring */
    ac_trace_counts counts;
    uint64_t until_ns; /* of the last requests, when it stops */
    ac_trace_span batch[BATCH];
    ac_trace_span ring[QUEUE];
};

/* ---- those who have spans ---- */

static void begin(ac_tracer *t, const ac_trace *parent, ac_trace *out)
{
    const ac_otlp *o = (const ac_otlp *)t;
    const bool child = parent && !ac_trace_none(parent);
    ac_trace made = { .sampled = false };
    if (ac_cipher_random(made.span, sizeof made.span, NULL) != AC_OK ||
        (!child && ac_cipher_random(made.trace, sizeof made.trace, NULL) != AC_OK)) {
        *out = (ac_trace) { .sampled = false };
        return;
    }
    if (child) {
        memcpy(made.trace, parent->trace, sizeof made.trace);
        made.state = parent->state;
    }
    made.sampled = ac_sampler_takes(&o->opt->sampler, parent, made.trace);
    *out = made;
}

/* Its state becomes a copy of its own; without memory for that, there is none. */
static void own_state(ac_trace_span *span)
{
    char *copy = span->at.state.n ? ac_mem_alloc(span->at.state.n) : NULL;
    if (copy)
        memcpy(copy, span->at.state.p, span->at.state.n);
    span->at.state = (ac_sv) { copy, copy ? span->at.state.n : 0 };
}

static void forget_states(ac_trace_span *spans, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_mem_free((char *)(uintptr_t)spans[i].at.state.p);
        spans[i].at.state = (ac_sv) { NULL, 0 };
    }
}

static void put(ac_tracer *t, const ac_trace_span *span)
{
    ac_otlp *o = (ac_otlp *)t;
    ac_trace_span own = *span;
    own_state(&own);
    pthread_mutex_lock(&o->lock);
    const bool full = o->n == QUEUE;
    if (full)
        o->counts.dropped++;
    else
        o->ring[(o->first + o->n++) % QUEUE] = own;
    if (o->n == BATCH)
        pthread_cond_signal(&o->wake);
    pthread_mutex_unlock(&o->lock);
    if (full)
        forget_states(&own, 1);
}

static ac_trace_counts counted(ac_tracer *t)
{
    ac_otlp *o = (ac_otlp *)t;
    pthread_mutex_lock(&o->lock);
    ac_trace_counts c = o->counts;
    c.waiting = o->n;
    pthread_mutex_unlock(&o->lock);
    return c;
}

static const ac_tracer_ops ops = { begin, put, counted };

/* ---- the thread that sends ---- */

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / MS;
    t.tv_nsec += ms % MS * NS_PER_MS;
    t.tv_sec += t.tv_nsec / (MS * NS_PER_MS);
    t.tv_nsec %= MS * NS_PER_MS;
    return t;
}

/* Wait for a batch, or for so long. Returns how many spans were taken. */
static size_t take(ac_otlp *o)
{
    const struct timespec until = in_ms(EVERY_MS);
    pthread_mutex_lock(&o->lock);
    while (o->n < BATCH && !o->stopping && pthread_cond_timedwait(&o->wake, &o->lock, &until) == 0) {}
    const size_t n = o->n < BATCH ? o->n : BATCH;
    for (size_t i = 0; i < n; i++)
        o->batch[i] = o->ring[(o->first + i) % QUEUE];
    o->first = (o->first + n) % QUEUE;
    o->n -= n;
    pthread_mutex_unlock(&o->lock);
    return n;
}

static void pause_for(ac_otlp *o, int64_t ms)
{
    const struct timespec until = in_ms(ms);
    pthread_mutex_lock(&o->lock);
    while (!o->stopping && pthread_cond_timedwait(&o->wake, &o->lock, &until) == 0) {}
    pthread_mutex_unlock(&o->lock);
}

static int64_t offset_ns(void)
{
    return ac_clock_now_ms(ac_clock_system()) * NS_PER_MS - (int64_t)ac_clock_ticks_ns(ac_clock_system());
}

static bool is_late(void *context)
{
    const ac_otlp *o = context;
    return o->stopping && ac_clock_ticks_ns(ac_clock_system()) > o->until_ns;
}

/* Which answers ask for another try: OTLP/HTTP, "Retryable Response Codes". */
static bool may_retry(ac_rc rc, int status)
{
    return rc == AC_EBUSY || (rc == AC_OK && (status == 429 || status == 502 || status == 503 || status == 504));
}

static ac_rc send_once(ac_otlp *o, ac_sv body, ac_fetch_answer *answer, ac_arena *arena)
{
    ac_fetch_header headers[AC_OTLP_HEADERS + 1];
    memcpy(headers, o->opt->headers, o->opt->n_headers * sizeof headers[0]);
    headers[o->opt->n_headers] = (ac_fetch_header) { AC_SV("Content-Type"), AC_SV("application/json") };
    const ac_fetch_request r = { .method = AC_SV("POST"),
                                 .url = ac_sv_z(o->opt->url),
                                 .headers = headers,
                                 .n_headers = o->opt->n_headers + 1,
                                 .body = body,
                                 .reach = AC_REACH_ANY,
                                 .connect_ms = CONNECT_MS,
                                 .timeout_ms = TIMEOUT_MS,
                                 .max_bytes = ANSWER_MAX,
                                 .context = o,
                                 .cancelled = is_late };
    return ac_fetch_send(o->fetch, &r, arena, answer, NULL);
}

static void note(ac_otlp *o, size_t n, bool sent, bool refused)
{
    pthread_mutex_lock(&o->lock);
    o->counts.sent += sent ? n : 0;
    o->counts.dropped += sent ? 0 : refused ? n : 0;
    o->counts.failed += !sent;
    pthread_mutex_unlock(&o->lock);
}

/* Until somebody has taken it, or will never, or the server stops. Meanwhile the queue fills, and what finds no room is
 * dropped. */
static void deliver(ac_otlp *o, ac_sv body, size_t n)
{
    for (int64_t wait_ms = MS;; wait_ms = wait_ms * 2 < RETRY_MAX_MS ? wait_ms * 2 : RETRY_MAX_MS) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        ac_fetch_answer answer = { .status = 0 };
        int64_t asked;
        const ac_rc rc = arena ? send_once(o, body, &answer, arena) : AC_ENOMEM;
        const bool sent = rc == AC_OK && answer.status >= 200 && answer.status < 300;
        const bool again = !sent && may_retry(rc, answer.status) && !o->stopping;
        note(o, n, sent, !again);
        if (!sent && !o->told)
            AC_LOG(AC_LOG_WARN, "traces_not_taken", AC_F("error", rc), AC_F("status", (uint64_t)answer.status));
        o->told = !sent;
        if (!again)
            return;
        const bool said = ac_sv_to_i64(answer.retry_after, &asked) && asked > 0 && asked <= RETRY_MAX_MS / MS;
        pause_for(o, said ? asked * MS : wait_ms);
    }
}

static void *run(void *arg)
{
    ac_otlp *o = arg;
    for (;;) {
        AC_AUTO(ac_sb) body = AC_SB(BODY_MAX);
        const size_t n = take(o);
        if (!n && o->stopping)
            return NULL;
        const ac_otlp_source from = { o->opt->service, o->instance, offset_ns() };
        if (n && !is_late(o) && ac_otlp_json(&from, o->batch, n, &body, NULL) == AC_OK)
            deliver(o, ac_sb_view(&body), n);
        else if (n)
            note(o, n, false, true);
        forget_states(o->batch, n);
    }
}

/* ---- life ---- */

ac_rc ac_otlp_new(const ac_otlp_options *opt, ac_fetch *fetch, ac_otlp **out, ac_err *err)
{
    unsigned char random[AC_ID_RANDOM];
    pthread_condattr_t steady;
    AC_TRY(err, ac_cipher_random(random, sizeof random, err));
    ac_otlp *o = ac_mem_alloc(sizeof *o);
    if (!o)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    o->port.ops = &ops;
    o->opt = opt;
    o->fetch = fetch;
    ac_id_format(ac_id_make(ac_clock_now_ms(ac_clock_system()), random), o->instance);
    pthread_mutex_init(&o->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&o->wake, &steady);
    pthread_condattr_destroy(&steady);
    o->runs = pthread_create(&o->thread, NULL, run, o) == 0;
    if (!o->runs) {
        ac_otlp_free(o);
        return ac_fail(err, AC_EIO, "a thread cannot be started");
    }
    *out = o;
    return AC_OK;
}

void ac_otlp_free(ac_otlp *o)
{
    if (!o)
        return;
    pthread_mutex_lock(&o->lock);
    o->until_ns = ac_clock_ticks_ns(ac_clock_system()) + (uint64_t)LAST_MS * NS_PER_MS;
    o->stopping = true;
    pthread_cond_signal(&o->wake);
    pthread_mutex_unlock(&o->lock);
    if (o->runs)
        pthread_join(o->thread, NULL);
    pthread_cond_destroy(&o->wake);
    pthread_mutex_destroy(&o->lock);
    for (; o->n; o->n--) /* whoever had one after the last request */
        forget_states(&o->ring[o->first++ % QUEUE], 1);
    ac_mem_free(o);
}

ac_tracer *ac_otlp_tracer(ac_otlp *o) { return o ? &o->port : NULL; }
