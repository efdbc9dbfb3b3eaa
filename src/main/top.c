#include "main/top.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ROUTES_MAX = 256,
    BOUNDS_MAX = 64,
    NAME_COLUMN = 22,
    NUMBER_COLUMN = 9,
    WORD_MAX = 40,
    LABEL_COLUMN = 10,
    WIDEST = 200,
    KILO = 1024
};

static const char REQUESTS[] = "aceso_http_requests_total", DURATIONS[] = "aceso_http_request_duration_seconds";

/* ---- numbers ---- */

static double total(const ac_top_page *p, const char *name)
{
    return ac_metrics_sum(&p->now, name, NULL, AC_SV(""), NULL);
}

static bool has(const ac_top_page *p, const char *name)
{
    bool found;
    (void)ac_metrics_sum(&p->now, name, NULL, AC_SV(""), &found);
    return found;
}

/* How much a counter has grown. A server that was started anew counts from nothing. */
static double grown(const ac_top_page *p, const char *name, const char *label, ac_sv value)
{
    const double now = ac_metrics_sum(&p->now, name, label, value, NULL);
    const double before = p->seconds > 0 ? ac_metrics_sum(&p->before, name, label, value, NULL) : 0;
    return now >= before ? now - before : now;
}

static double rate(const ac_top_page *p, const char *name, const char *label, ac_sv value)
{
    return p->seconds > 0 ? grown(p, name, label, value) / p->seconds : 0;
}

typedef struct {
    double bound, count;
} bucket;

static int by_bound(const void *a, const void *b)
{
    const double x = ((const bucket *)a)->bound, y = ((const bucket *)b)->bound;
    return (x > y) - (x < y);
}

static bool bound_of(ac_sv le, double *out)
{
    *out = (double)INFINITY;
    return ac_sv_eq(le, AC_SV("+Inf")) || ac_sv_to_double(le, out);
}

static void add_bucket(bucket *at, size_t *n, double bound, double count)
{
    for (size_t i = 0; i < *n; i++)
        if (at[i].bound == bound || (isinf(at[i].bound) && isinf(bound))) {
            at[i].count += count;
            return;
        }
    if (*n < BOUNDS_MAX)
        at[(*n)++] = (bucket) { bound, count };
}

static void add_buckets(const ac_metrics_list *list, const char *name, const char *label, ac_sv value, double sign,
                        bucket *at, size_t *n)
{
    double bound;
    for (size_t i = 0; i < list->n; i++) {
        const ac_metric *m = &list->at[i];
        if (ac_sv_eq(m->name, ac_sv_z(name)) && (!label || ac_sv_eq(ac_metric_label_of(m, label), value)) &&
            bound_of(ac_metric_label_of(m, "le"), &bound) && isfinite(m->value))
            add_bucket(at, n, bound, sign * m->value);
    }
}

double ac_top_quantile(const ac_top_page *p, const char *histogram, const char *label, ac_sv value, double share,
                       bool *above)
{
    char name[WORD_MAX * 2];
    bucket at[BOUNDS_MAX];
    size_t n = 0;
    *above = false;
    (void)snprintf(name, sizeof name, "%s_bucket", histogram);
    add_buckets(&p->now, name, label, value, 1, at, &n);
    if (p->seconds > 0)
        add_buckets(&p->before, name, label, value, -1, at, &n);
    qsort(at, n, sizeof *at, by_bound);
    const double rank = n ? share * at[n - 1].count : 0;
    if (!n || !(at[n - 1].count > 0))
        return -1;
    for (size_t i = 0; i < n; i++) {
        const double low = i ? at[i - 1].bound : 0, below = i ? at[i - 1].count : 0;
        if (at[i].count < rank)
            continue;
        *above = isinf(at[i].bound);
        if (*above || !(at[i].count > below))
            return *above ? low : at[i].bound;
        return low + (at[i].bound - low) * (rank - below) / (at[i].count - below);
    }
    return at[n - 1].bound;
}

/* ---- words ---- */

static const char *number(double v, char buf[WORD_MAX])
{
    static const char units[] = " kMGT";
    size_t unit = 0;
    if (fabs(v) < 100000) {
        (void)snprintf(buf, WORD_MAX, v < 10 && v != floor(v) ? "%.1f" : "%.0f", v);
        return buf;
    }
    for (; fabs(v) >= 1000 && units[unit + 1]; unit++)
        v /= 1000;
    (void)snprintf(buf, WORD_MAX, "%.1f%c", v, units[unit]);
    return buf;
}

static const char *bytes(double v, char buf[WORD_MAX])
{
    static const char *const units[] = { "B", "KB", "MB", "GB", "TB" };
    size_t unit = 0;
    for (; v >= KILO && unit + 1 < sizeof units / sizeof *units; unit++)
        v /= KILO;
    (void)snprintf(buf, WORD_MAX, v < 10 && unit ? "%.1f %s" : "%.0f %s", v, units[unit]);
    return buf;
}

static const char *duration(double s, bool above, char buf[WORD_MAX])
{
    const char *more = above ? ">" : "";
    if (s < 0)
        (void)snprintf(buf, WORD_MAX, "-");
    else if (s < 1)
        (void)snprintf(buf, WORD_MAX, s < 0.01 ? "%s%.1f ms" : "%s%.0f ms", more, s * 1000);
    else if (s < 120)
        (void)snprintf(buf, WORD_MAX, "%s%.1f s", more, s);
    else
        (void)snprintf(buf, WORD_MAX, s < 7200 ? "%s%.0f min" : "%s%.0f h", more, s < 7200 ? s / 60 : s / 3600);
    return buf;
}

/* ---- lines ---- */

/* A line under way: cut at the terminal's width, in characters. */
typedef struct {
    const ac_top_page *p;
    ac_sb *out;
    size_t at, lines;
} pen;

static bool full(const pen *w) { return w->p->rows && w->lines + 1 >= w->p->rows; }

/* What a terminal might obey: ASCII's, and those of Latin-1 (U+0080 to U+009F). */
static bool is_control(ac_sv s)
{
    const unsigned char c = (unsigned char)s.p[0];
    return c < ' ' || c == 0x7F || (c == 0xC2 && (unsigned char)s.p[1] < 0xA0);
}

static void put(pen *w, ac_sv s)
{
    for (size_t n; s.n; s = ac_sv_sub(s, n, s.n)) {
        n = ac_utf8_length(s);
        if (w->at >= w->p->columns)
            return;
        w->at++;
        if (!n || is_control(s)) {
            n = n ? n : 1;
            ac_sb_add_char(w->out, '?');
        } else {
            ac_sb_add(w->out, ac_sv_sub(s, 0, n));
        }
    }
}

static void put_z(pen *w, const char *z) { put(w, ac_sv_z(z)); }

static void pad_to(pen *w, size_t column)
{
    while (w->at < column && w->at < w->p->columns) {
        ac_sb_add_char(w->out, ' ');
        w->at++;
    }
}

static void put_right(pen *w, const char *z, size_t width)
{
    const size_t n = ac_sv_z(z).n;
    pad_to(w, w->at + (n < width ? width - n : 0));
    put_z(w, z);
}

static void style(pen *w, const char *code)
{
    if (w->p->colour)
        ac_sb_addf(w->out, "\033[%sm", code);
}

static void end_line(pen *w)
{
    style(w, "0");
    ac_sb_add_char(w->out, '\n');
    w->at = 0;
    w->lines++;
}

static void label(pen *w, const char *word)
{
    style(w, "1");
    put_z(w, word);
    style(w, "0");
    pad_to(w, LABEL_COLUMN);
}

/* "12 queued"; in between a dot. */
static void item(pen *w, bool *first, const char *value, const char *word)
{
    if (!*first)
        put_z(w, " · ");
    *first = false;
    put_z(w, value);
    put_z(w, " ");
    put_z(w, word);
}

static void rate_item(pen *w, bool *first, const char *metric, const char *name, const char *value, const char *word)
{
    char buf[WORD_MAX], text[WORD_MAX + 4];
    if (w->p->seconds > 0)
        (void)snprintf(text, sizeof text, "%s/s", number(rate(w->p, metric, name, ac_sv_z(value)), buf));
    else
        (void)snprintf(text, sizeof text, "%s", number(grown(w->p, metric, name, ac_sv_z(value)), buf));
    item(w, first, text, word);
}

static void draw_head(pen *w)
{
    const ac_top_page *p = w->p;
    char text[WORD_MAX];
    style(w, "7");
    put_z(w, "aceso top · ");
    put_z(w, p->server);
    put_z(w, " · ");
    put_z(w, p->health);
    put_z(w, " · ");
    put_z(w, p->time);
    if (p->seconds > 0)
        (void)snprintf(text, sizeof text, " · the last %.1f s", p->seconds);
    else
        (void)snprintf(text, sizeof text, " · since its start");
    put_z(w, text);
    if (p->colour)
        pad_to(w, p->columns < WIDEST ? p->columns : WIDEST);
    end_line(w);
    if (p->trouble) {
        style(w, "31");
        put_z(w, p->trouble);
        end_line(w);
    }
}

static void draw_jobs(pen *w)
{
    static const char *const ends[] = { "completed", "incomplete", "failed", "cancelled", "dead" };
    char buf[WORD_MAX];
    bool first = true;
    const double ended = grown(w->p, "aceso_jobs_ended_total", NULL, AC_SV(""));
    label(w, "Jobs");
    rate_item(w, &first, "aceso_jobs_submitted_total", NULL, "", "submitted");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (i == 0 || grown(w->p, "aceso_jobs_ended_total", "state", ac_sv_z(ends[i])) > 0)
            rate_item(w, &first, "aceso_jobs_ended_total", "state", ends[i], ends[i]);
    if (grown(w->p, "aceso_jobs_retried_total", NULL, AC_SV("")) > 0)
        rate_item(w, &first, "aceso_jobs_retried_total", NULL, "", "tried again");
    if (ended > 0) {
        item(w, &first, duration(grown(w->p, "aceso_job_work_seconds_total", NULL, AC_SV("")) / ended, false, buf),
             "of work each");
        item(w, &first, duration(grown(w->p, "aceso_job_wait_seconds_total", NULL, AC_SV("")) / ended, false, buf),
             "in the queue");
    }
    end_line(w);
}

/* "12 queued": how many are in each of some states, the first one always. */
static void states(pen *w, bool *first, const char *metric, const char *const *words, size_t n)
{
    char buf[WORD_MAX];
    for (size_t i = 0; i < n; i++) {
        const double there = ac_metrics_sum(&w->p->now, metric, "state", ac_sv_z(words[i]), NULL);
        if (there > 0 || i == 0)
            item(w, first, number(there, buf), words[i]);
    }
}

/* Of whatever kind. */
static double largest(const ac_top_page *p, const char *name)
{
    double most = 0;
    for (size_t i = 0; i < p->now.n; i++)
        if (ac_sv_eq(p->now.at[i].name, ac_sv_z(name)) && p->now.at[i].value > most)
            most = p->now.at[i].value;
    return most;
}

static void draw_queue(pen *w)
{
    static const char *const words[] = {
        "queued", "running", "completed", "incomplete", "failed", "cancelled", "dead"
    };
    char buf[WORD_MAX];
    bool first = true;
    label(w, "Queue");
    states(w, &first, "aceso_jobs", words, sizeof words / sizeof *words);
    item(w, &first, duration(largest(w->p, "aceso_job_oldest_seconds"), false, buf), "the oldest that waits");
    end_line(w);
}

static void draw_server(pen *w)
{
    char buf[WORD_MAX];
    bool first = true;
    label(w, "Server");
    item(w, &first, number(total(w->p, "aceso_http_connections_open"), buf), "connections");
    item(w, &first, number(total(w->p, "aceso_event_followers"), buf), "event streams");
    item(w, &first, bytes(total(w->p, "aceso_store_bytes"), buf), "database");
    if (has(w->p, "process_resident_memory_bytes"))
        item(w, &first, bytes(total(w->p, "process_resident_memory_bytes"), buf), "memory");
    if (has(w->p, "process_cpu_seconds_total") && w->p->seconds > 0)
        item(w, &first, number(100 * rate(w->p, "process_cpu_seconds_total", NULL, AC_SV("")), buf),
             "% of a processor");
    rate_item(w, &first, "aceso_http_bad_requests_total", NULL, "", "bad requests");
    end_line(w);
}

/* Where there are any: the queue of deliveries, and tries by what came of them. */
static void draw_webhooks(pen *w)
{
    static const char *const words[] = { "waiting", "sending", "dead" };
    static const char TRIES[] = "aceso_webhook_tries_total";
    char buf[WORD_MAX], word[WORD_MAX];
    bool first = true;
    if (total(w->p, "aceso_webhook_targets") <= 0 && total(w->p, TRIES) <= 0 && total(w->p, "aceso_webhook_queue") <= 0)
        return;
    label(w, "Webhooks");
    item(w, &first, number(total(w->p, "aceso_webhook_targets"), buf), "switched on");
    states(w, &first, "aceso_webhook_queue", words, sizeof words / sizeof *words);
    if (largest(w->p, "aceso_webhook_oldest_seconds") > 0)
        item(w, &first, duration(largest(w->p, "aceso_webhook_oldest_seconds"), false, buf), "the oldest that waits");
    for (size_t i = 0; i < w->p->now.n; i++) {
        const ac_metric *m = &w->p->now.at[i];
        const ac_sv outcome = ac_metric_label_of(m, "outcome");
        if (!ac_sv_eq(m->name, ac_sv_z(TRIES)) || !(m->value > 0) || outcome.n >= WORD_MAX)
            continue;
        memcpy(word, outcome.p, outcome.n);
        word[outcome.n] = '\0';
        rate_item(w, &first, TRIES, "outcome", word, word);
    }
    end_line(w);
}

/* ---- routes ---- */

typedef struct {
    ac_sv name;
    double now, all; /* requests in between, and since the start */
} route;

static int by_use(const void *a, const void *b)
{
    const route *x = a, *y = b;
    if (x->now != y->now)
        return x->now < y->now ? 1 : -1;
    return x->all != y->all ? (x->all < y->all ? 1 : -1) : ac_sv_cmp(x->name, y->name);
}

static size_t find_routes(const ac_top_page *p, route at[ROUTES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < p->now.n; i++) {
        const ac_metric *m = &p->now.at[i];
        const ac_sv name = ac_metric_label_of(m, "route");
        if (!name.n || !ac_sv_eq(m->name, ac_sv_z(REQUESTS)))
            continue;
        size_t k = 0;
        while (k < n && !ac_sv_eq(at[k].name, name))
            k++;
        if (k == ROUTES_MAX)
            continue;
        if (k == n)
            at[n++] = (route) { name, grown(p, REQUESTS, "route", name),
                                ac_metrics_sum(&p->now, REQUESTS, "route", name, NULL) };
    }
    qsort(at, n, sizeof *at, by_use);
    return n;
}

/* Requests of a route that were answered so, in between. */
static double answered(const ac_top_page *p, ac_sv name, const char *status)
{
    double n[2] = { 0, 0 };
    const ac_metrics_list *lists[] = { &p->now, &p->before };
    for (size_t k = 0; k < (p->seconds > 0 ? 2u : 1u); k++)
        for (size_t i = 0; i < lists[k]->n; i++) {
            const ac_metric *m = &lists[k]->at[i];
            if (ac_sv_eq(m->name, ac_sv_z(REQUESTS)) && ac_sv_eq(ac_metric_label_of(m, "route"), name) &&
                ac_sv_eq(ac_metric_label_of(m, "status"), ac_sv_z(status)))
                n[k] += m->value;
        }
    return n[0] >= n[1] ? n[0] - n[1] : n[0];
}

static void draw_route(pen *w, const route *r)
{
    char buf[WORD_MAX];
    bool above;
    const double errors = answered(w->p, r->name, "5xx");
    put(w, r->name);
    pad_to(w, NAME_COLUMN);
    put_right(w, w->p->seconds > 0 ? number(r->now / w->p->seconds, buf) : "-", NUMBER_COLUMN);
    const double p50 = ac_top_quantile(w->p, DURATIONS, "route", r->name, 0.5, &above);
    put_right(w, duration(p50, above, buf), NUMBER_COLUMN);
    const double p99 = ac_top_quantile(w->p, DURATIONS, "route", r->name, 0.99, &above);
    put_right(w, duration(p99, above, buf), NUMBER_COLUMN);
    put_right(w, number(answered(w->p, r->name, "4xx"), buf), NUMBER_COLUMN);
    if (errors > 0)
        style(w, "31");
    put_right(w, number(errors, buf), NUMBER_COLUMN);
    style(w, "0");
    put_right(w, number(r->all, buf), NUMBER_COLUMN);
    end_line(w);
}

static void draw_routes(pen *w)
{
    static const char *const columns[] = { "req/s", "p50", "p99", "4xx", "5xx", "since start" };
    route at[ROUTES_MAX] = { 0 };
    const size_t n = find_routes(w->p, at);
    if (full(w))
        return;
    end_line(w);
    style(w, "1");
    put_z(w, "Requests");
    pad_to(w, NAME_COLUMN);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        put_right(w, columns[i], i == 5 ? NUMBER_COLUMN + 3 : NUMBER_COLUMN);
    end_line(w);
    for (size_t i = 0; i < n && !full(w); i++)
        draw_route(w, &at[i]);
}

void ac_top_draw(const ac_top_page *page, ac_sb *out)
{
    pen w = { page, out, 0, 0 };
    draw_head(&w);
    draw_jobs(&w);
    draw_queue(&w);
    draw_server(&w);
    draw_webhooks(&w);
    draw_routes(&w);
}
