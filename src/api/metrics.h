/** Counters and histograms in the text format of Prometheus (version 0.0.4). Any thread. */
#ifndef AC_API_METRICS_H
#define AC_API_METRICS_H

#include "app/issuer.h"
#include "app/jobs.h"
#include "net/http.h"

typedef struct ac_metrics ac_metrics;

ac_metrics *ac_metrics_new(void); /* NULL: out of memory */
void ac_metrics_free(ac_metrics *m);

/** route: number in the table, or SIZE_MAX: none. */
void ac_metrics_request(ac_metrics *m, size_t route, int status, uint64_t us, uint64_t received, uint64_t sent);

/** What the process takes of the machine. */
typedef struct {
    uint64_t memory; /* bytes; 0: not known */
    double cpu_seconds;
} ac_process_use;

/** What is counted elsewhere. */
typedef struct {
    ac_jobs_counts jobs;
    ac_store_counts store;
    ac_http_counts http;
    ac_webhooks_counts webhooks;
    uint64_t followers, waiting;
    bool traces; /* are recorded */
    ac_trace_counts trace;
    ac_process_use process;
    int64_t now_ms;
    const ac_issuer_counts *issuer; /* of tokens; NULL: none are taken */
} ac_metrics_outside;

void ac_metrics_write(ac_metrics *m, const ac_metrics_outside *o, ac_sb *out);

#endif
