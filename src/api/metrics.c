#include "api/metrics.h"

#include "api/routes.h"

#include <stdatomic.h>

/* Upper ends of the classes of durations, microseconds. */
static const uint64_t bounds[] = { 500,    1000,   2500,   5000,    10000,   25000,   50000,
                                   100000, 250000, 500000, 1000000, 2500000, 10000000 };
enum { BOUNDS = sizeof bounds / sizeof *bounds, CLASSES = 6 };

typedef struct {
    _Atomic uint64_t status[CLASSES]; /* 1xx to 5xx; 0: 499, the client was gone */
    _Atomic uint64_t below[BOUNDS + 1];
    _Atomic uint64_t us, received, sent;
} counters;

struct ac_metrics {
    counters at[AC_ROUTES_MAX + 1]; /* the last one: no route */
};

ac_metrics *ac_metrics_new(void) { return ac_mem_alloc(sizeof(ac_metrics)); }
void ac_metrics_free(ac_metrics *m) { ac_mem_free(m); }

static void add(_Atomic uint64_t *to, uint64_t n) { atomic_fetch_add_explicit(to, n, memory_order_relaxed); }
static uint64_t get(_Atomic uint64_t *from) { return atomic_load_explicit(from, memory_order_relaxed); }

void ac_metrics_request(ac_metrics *m, size_t route, int status, uint64_t us, uint64_t received, uint64_t sent)
{
    enum { CLIENT_GONE = 499 };
    counters *c = &m->at[route < AC_ROUTES_MAX ? route : AC_ROUTES_MAX];
    size_t i = 0;
    while (i < BOUNDS && us > bounds[i])
        i++;
    add(&c->status[status == CLIENT_GONE ? 0 : status / 100 % CLASSES], 1);
    add(&c->below[i], 1);
    add(&c->us, us);
    add(&c->received, received);
    add(&c->sent, sent);
}

static void head(ac_sb *out, const char *name, const char *type, const char *help)
{
    ac_sb_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static const char *route_name(const ac_route *routes, size_t n, size_t i) { return i < n ? routes[i].id : "none"; }

static uint64_t total(counters *c)
{
    uint64_t n = 0;
    for (size_t i = 0; i <= BOUNDS; i++)
        n += get(&c->below[i]);
    return n;
}

static void write_requests(ac_metrics *m, ac_sb *out)
{
    static const char *const classes[CLASSES] = { "gone", "1xx", "2xx", "3xx", "4xx", "5xx" };
    size_t n;
    const ac_route *routes = ac_api_routes(&n);
    head(out, "aceso_http_requests_total", "counter", "Requests by route and class of status.");
    for (size_t r = 0; r <= AC_ROUTES_MAX; r++)
        for (size_t i = 0; i < CLASSES; i++)
            if (get(&m->at[r].status[i]))
                ac_sb_addf(out, "aceso_http_requests_total{route=\"%s\",status=\"%s\"} %llu\n",
                           route_name(routes, n, r), classes[i], (unsigned long long)get(&m->at[r].status[i]));
}

static void write_durations(ac_metrics *m, ac_sb *out)
{
    size_t n;
    const ac_route *routes = ac_api_routes(&n);
    head(out, "aceso_http_request_duration_seconds", "histogram",
         "From the headers of a request to the end of its answer.");
    for (size_t r = 0; r <= AC_ROUTES_MAX; r++) {
        counters *c = &m->at[r];
        uint64_t sum = 0;
        if (!total(c))
            continue;
        for (size_t i = 0; i < BOUNDS; i++) {
            sum += get(&c->below[i]);
            ac_sb_addf(out, "aceso_http_request_duration_seconds_bucket{route=\"%s\",le=\"%g\"} %llu\n",
                       route_name(routes, n, r), (double)bounds[i] / 1e6, (unsigned long long)sum);
        }
        sum += get(&c->below[BOUNDS]);
        ac_sb_addf(out, "aceso_http_request_duration_seconds_bucket{route=\"%s\",le=\"+Inf\"} %llu\n",
                   route_name(routes, n, r), (unsigned long long)sum);
        ac_sb_addf(out, "aceso_http_request_duration_seconds_sum{route=\"%s\"} %.6f\n", route_name(routes, n, r),
                   (double)get(&c->us) / 1e6);
        ac_sb_addf(out, "aceso_http_request_duration_seconds_count{route=\"%s\"} %llu\n", route_name(routes, n, r),
                   (unsigned long long)sum);
    }
}

static void one(ac_sb *out, const char *name, const char *type, const char *help, double value)
{
    head(out, name, type, help);
    ac_sb_addf(out, "%s %.15g\n", name, value);
}

/* Seconds that the oldest one waits; 0: none does. */
static double age_of(const ac_metrics_outside *o, ac_job_kind kind)
{
    const int64_t since = o->store.oldest_ms[kind];
    return since ? (double)(o->now_ms - since) / 1e3 : 0;
}

/* Deliveries are jobs of the same queue, and nobody's who looks at his jobs. */
static void write_jobs(const ac_metrics_outside *o, ac_sb *out)
{
    head(out, "aceso_jobs", "gauge", "Jobs in the store by kind and state.");
    for (int k = 0; k < AC_JOB_KINDS; k++)
        for (int s = 0; s < AC_JOB_STATES && k != AC_JOB_WEBHOOK; s++)
            ac_sb_addf(out, "aceso_jobs{kind=\"%s\",state=\"%s\"} %llu\n", ac_job_kind_name((ac_job_kind)k),
                       ac_job_state_name((ac_job_state)s), (unsigned long long)o->store.jobs[k][s]);
    head(out, "aceso_jobs_ended_total", "counter", "Jobs that ended since the start, by state.");
    for (int s = 0; s < AC_JOB_STATES; s++)
        if (ac_job_ended((ac_job_state)s))
            ac_sb_addf(out, "aceso_jobs_ended_total{state=\"%s\"} %llu\n", ac_job_state_name((ac_job_state)s),
                       (unsigned long long)o->jobs.ended[s]);
    one(out, "aceso_jobs_submitted_total", "counter", "Jobs that were accepted since the start.",
        (double)o->jobs.submitted);
    one(out, "aceso_jobs_retried_total", "counter", "Attempts that failed and are tried again.",
        (double)o->jobs.retried);
    one(out, "aceso_job_work_seconds_total", "counter", "Time that ended jobs took to be worked on.",
        (double)o->jobs.work_us / 1e6);
    one(out, "aceso_job_wait_seconds_total", "counter", "Time that ended jobs waited in the queue.",
        (double)o->jobs.wait_us / 1e6);
    head(out, "aceso_job_oldest_seconds", "gauge", "Age of the oldest job that is due and waits, by kind.");
    for (int k = 0; k < AC_JOB_KINDS; k++)
        if (k != AC_JOB_WEBHOOK)
            ac_sb_addf(out, "aceso_job_oldest_seconds{kind=\"%s\"} %.15g\n", ac_job_kind_name((ac_job_kind)k),
                       age_of(o, (ac_job_kind)k));
}

static void write_deliveries(const ac_metrics_outside *o, ac_sb *out)
{
    const uint64_t *n = o->store.jobs[AC_JOB_WEBHOOK];
    const uint64_t dropped = n[AC_JOB_INCOMPLETE] + n[AC_JOB_FAILED] + n[AC_JOB_CANCELLED];
    const struct {
        const char *state;
        uint64_t n;
    } rows[] = { { "waiting", n[AC_JOB_QUEUED] },
                 { "sending", n[AC_JOB_RUNNING] },
                 { "delivered", n[AC_JOB_COMPLETED] },
                 { "dropped", dropped },
                 { "dead", n[AC_JOB_DEAD] } };
    head(out, "aceso_webhook_queue", "gauge", "Webhook deliveries in the store by state.");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ac_sb_addf(out, "aceso_webhook_queue{state=\"%s\"} %llu\n", rows[i].state, (unsigned long long)rows[i].n);
    one(out, "aceso_webhook_oldest_seconds", "gauge", "Age of the oldest delivery that is due and waits.",
        age_of(o, AC_JOB_WEBHOOK));
}

static void write_webhooks(const ac_webhooks_counts *w, ac_sb *out)
{
    static const char *const classes[] = { "none", "1xx", "2xx", "3xx", "4xx", "5xx" };
    head(out, "aceso_webhook_tries_total", "counter", "Tries of webhook deliveries since the start, by what came of them.");
    for (int t = 0; t < AC_TOLD_OUTCOMES; t++)
        ac_sb_addf(out, "aceso_webhook_tries_total{outcome=\"%s\"} %llu\n", ac_told_word((ac_told)t),
                   (unsigned long long)w->tries[t]);
    head(out, "aceso_webhook_answers_total", "counter", "Answers of webhook receivers, by class of status; none: nobody answered.");
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        ac_sb_addf(out, "aceso_webhook_answers_total{status=\"%s\"} %llu\n", classes[i], (unsigned long long)w->statuses[i]);
    one(out, "aceso_webhook_deliveries_total", "counter", "Webhook deliveries that were queued since the start.", (double)w->made);
    one(out, "aceso_webhook_postponed_total", "counter", "Deliveries that waited for others of their target, or because it fails.",
        (double)w->postponed);
    one(out, "aceso_webhook_targets", "gauge", "Webhooks that are switched on.", (double)w->targets);
}

static void write_issuer(const ac_issuer_counts *c, int64_t now_ms, ac_sb *out)
{
    head(out, "aceso_issuer_fetches_total", "counter", "Times that the keys of the issuer of tokens were fetched.");
    ac_sb_addf(out, "aceso_issuer_fetches_total{outcome=\"ok\"} %llu\n", (unsigned long long)c->fetched);
    ac_sb_addf(out, "aceso_issuer_fetches_total{outcome=\"failed\"} %llu\n", (unsigned long long)c->failed);
    one(out, "aceso_issuer_keys", "gauge", "Keys of the issuer that are known.", (double)c->keys);
    if (c->fetched_ms)
        one(out, "aceso_issuer_keys_age_seconds", "gauge", "Since the keys of the issuer were fetched.",
            (double)(now_ms - c->fetched_ms) / 1e3);
}

void ac_metrics_write(ac_metrics *m, const ac_metrics_outside *o, ac_sb *out)
{
    write_requests(m, out);
    write_durations(m, out);
    write_jobs(o, out);
    write_deliveries(o, out);
    write_webhooks(&o->webhooks, out);
    if (o->issuer)
        write_issuer(o->issuer, o->now_ms, out);
    if (o->traces) {
        one(out, "aceso_trace_spans_sent_total", "counter", "Spans that the collector took.", (double)o->trace.sent);
        one(out, "aceso_trace_spans_dropped_total", "counter", "Spans for which there was no room, or that were refused.",
            (double)o->trace.dropped);
        one(out, "aceso_trace_spans_waiting", "gauge", "Spans that wait to be sent.", (double)o->trace.waiting);
        one(out, "aceso_trace_requests_failed_total", "counter", "Requests to the collector that sent nothing.",
            (double)o->trace.failed);
    }
    if (o->process.memory) { /* by the names that all programs have for them */
        one(out, "process_resident_memory_bytes", "gauge", "Memory of the process.", (double)o->process.memory);
        one(out, "process_cpu_seconds_total", "counter", "Time that its threads have had a processor.",
            o->process.cpu_seconds);
    }
    one(out, "aceso_store_bytes", "gauge", "Size of the database.", (double)o->store.bytes);
    one(out, "aceso_event_followers", "gauge", "Clients that follow jobs by event stream or WebSocket.",
        (double)o->followers);
    one(out, "aceso_http_connections_total", "counter", "Connections that were accepted.", (double)o->http.connections);
    one(out, "aceso_http_connections_open", "gauge", "Connections that are open.", (double)o->http.open);
    one(out, "aceso_http_bad_requests_total", "counter", "Requests that broke a rule of HTTP.", (double)o->http.bad);
    one(out, "aceso_http_late_total", "counter", "Clients that were too slow.", (double)o->http.late);
}
