/** The API of the server: requests in, use cases, answers out. */
#ifndef AC_API_API_H
#define AC_API_API_H

#include "api/budget.h"
#include "api/limit.h"
#include "api/metrics.h"
#include "app/service.h"
#include "net/http.h"

typedef struct ac_api ac_api;
struct ac_crew;

typedef struct {
    ac_service *service; /* all borrowed */
    ac_access *access;
    ac_webhooks *webhooks;
    ac_store *store;
    ac_vault *vault;
    ac_clock *clock;
    ac_tracer *tracer; /* NULL: none */
    struct ac_crew *crew;                /* threads that may wait */
    ac_limit_options by_address, by_key; /* requests */
    ac_budgets budgets;                  /* of roles */
    ac_process_use (*process)(void); /* NULL: not known */
    bool log_requests;
} ac_api_options;

AC_NODISCARD ac_rc ac_api_new(const ac_api_options *opt, ac_api **out, ac_err *err);
/** After the HTTP server and the crew. NULL is fine. */
void ac_api_free(ac_api *a);
static inline void ac_api_cleanup_ptr(ac_api **a) { ac_api_free(*a); }

ac_http_handler ac_api_handler(ac_api *a);

/** The server that the handler was given to: for its counters. */
void ac_api_server(ac_api *a, const ac_http_server *s);

/** For the store's watcher: something happened to a job. Any thread, short. */
void ac_api_event(ac_api *a, const ac_job *job, const ac_job_event *e);

/** Now and then (a second): whoever could not be told is told again. Any thread. */
void ac_api_tick(ac_api *a);

/** The server is going to stop: streams end. Loop thread. */
void ac_api_stop(ac_api *a);

#endif
