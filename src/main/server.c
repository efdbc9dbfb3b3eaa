#include "main/server_courier.h"

#include "adapter/fetch/fetch.h"
#include "app/jobs.h"
#include "core/log.h"
#include "main/audit_heads.h"
#include "main/origins.h"
#include "main/otlp.h"
#include "os/crew.h"
#include "os/loop.h"
#include "os/systemd.h"
#include "os/terminal.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum {
    CREW = 32,
    CREW_WAITING = 4096,
    STOP_MS = 20000,
    ATTEMPTS = 5,
    BACKOFF_MS = 1000,
    BACKOFF_MAX_MS = 5 * 60 * 1000,
    LEASE_MS = 30000,
    TELL_LATE_MS = 24 * 3600 * 1000,
    HTTP_TARGET = 8 << 10,
    CONNECTIONS = 12000,
    HEAP_KEPT = 8 << 20,
    HEAPS = 3
};

typedef struct {
    const ac_settings *settings;
    const ac_server_options *opt;
    ac_data data;
    ac_service *service;
    ac_crew *crew;
    ac_sso *sso; /* NULL: none */
    ac_api *api;
    ac_loop *loop;
    ac_tls *tls;
    ac_http_server *http;
    ac_workers *_Atomic workers; /* NULL: not yet */
    ac_courier *_Atomic courier;
    ac_fetch *fetch;
    ac_otlp_options otlp_options;
    ac_otlp *otlp;      /* NULL: no traces */
    ac_head_ship *ship; /* NULL: no heads are shipped */
    bool noted;         /* its start is in the audit log */
} server;

/* ---- what the parts tell each other ---- */

static void queued(void *context)
{
    server *s = context;
    if (s->workers)
        ac_jobs_queued(s->service);
}

static void wake(void *context)
{
    server *s = context;
    if (s->workers)
        ac_workers_wake(s->workers);
}

static void event(void *context, const ac_job *job, const ac_job_event *e)
{
    server *s = context;
    ac_api_event(s->api, job, e); /* there is one: jobs are changed by what came with it */
    if (job->kind == AC_JOB_WEBHOOK && e->state == AC_JOB_QUEUED)
        ac_courier_wake(s->courier);
}

static void stopping(void *context)
{
    server *s = context;
    (void)ac_systemd_notify(AC_SV("STOPPING=1"), NULL);
    ac_api_stop(s->api);
    ac_sso_stop(s->sso);
}

static ac_process_use use(void) { return (ac_process_use) { ac_rss(), ac_cpu_seconds() }; }

static void hangup(void *context)
{
    server *s = context;
    const ac_rc rc = s->tls ? ac_tls_reload(s->tls, NULL) : AC_OK;
    AC_LOG(rc == AC_OK ? AC_LOG_INFO : AC_LOG_ERROR, "certificate_read_again", AC_F("error", rc));
}

static void log_line(void *context, ac_sv line)
{
    (void)context;
    (void)!fwrite(line.p, 1, line.n, stderr); /* one call: lines of several threads do not mix */
}

static int64_t log_now(void *context)
{
    (void)context;
    return ac_clock_now_ms(ac_clock_system());
}

/* ---- starting ---- */

static ac_rc start_service(server *s, ac_err *err)
{
    const ac_settings *t = s->settings;
    ac_courier *courier = NULL;
    ac_rc rc = ac_courier_new(s->opt, &s->data, s->fetch, ac_otlp_tracer(s->otlp), &courier, err);
    s->courier = courier;
    AC_TRY(err, rc);
    const ac_service_options service = { .store = s->data.store,
                                         .blobs = s->data.blobs,
                                         .crypto = s->data.crypto,
                                         .clock = ac_clock_system(),
                                         .media = t->media,
                                         .tracer = ac_otlp_tracer(s->otlp),
                                         .vault = s->data.vault,
                                         .access = s->data.access,
                                         .webhooks = ac_courier_webhooks(courier),
                                         .vocabs = &t->vocabs,
                                         .max_bytes = t->max_bytes,
                                         .attempts = ATTEMPTS,
                                         .backoff_ms = BACKOFF_MS,
                                         .backoff_max_ms = BACKOFF_MAX_MS,
                                         .lease_ms = LEASE_MS,
                                         .keep_ms = s->opt->keep_ms,
                                         .slots = t->jobs,
                                         .wake = wake,
                                         .wake_context = s };
    AC_TRY(err, ac_service_new(&service, &s->service, err));
    AC_TRY(err, ac_crew_new(CREW, CREW_WAITING, &s->crew, err));
    if (s->opt->sso.issuer)
        AC_TRY(err, ac_sso_new(&s->opt->sso, &s->data, s->fetch, s->crew, &s->sso, err));
    const ac_api_options api = { .service = s->service,
                                 .access = s->data.access,
                                 .webhooks = ac_courier_webhooks(courier),
                                 .store = s->data.store,
                                 .vault = s->data.vault,
                                 .clock = ac_clock_system(),
                                 .tracer = ac_otlp_tracer(s->otlp),
                                 .crew = s->crew,
                                 .by_address = s->opt->by_address,
                                 .by_key = s->opt->by_key,
                                 .budgets = s->opt->budgets,
                                 .process = use,
                                 .log_requests = s->opt->log_requests };
    AC_TRY(err, ac_api_new(&api, &s->api, err));
    return AC_OK;
}

static void tell_ready(const char *text)
{
    (void)printf("listening on %s\n", text);
    (void)fflush(stdout);
}

static ac_rc listen_unix(server *s, ac_err *err)
{
    enum { OWNER_AND_GROUP = 0660 };
    char text[AC_PATH_MAX];
    AC_TRY(err, ac_http_listen_unix(s->http, s->opt->path, OWNER_AND_GROUP, err));
    (void)snprintf(text, sizeof text, "unix:%s", s->opt->path);
    tell_ready(text);
    return AC_OK;
}

static ac_rc listen_all(server *s, ac_err *err)
{
    int first;
    const size_t given = ac_systemd_sockets(&first);
    uint16_t port = s->opt->port, other;
    for (size_t i = 0; i < given; i++)
        AC_TRY(err, ac_http_listen_fd(s->http, first + (int)i, s->tls, err));
    if (given)
        return AC_OK;
    if (s->opt->path)
        return listen_unix(s, err);
    AC_TRY(err, ac_http_listen(s->http, s->opt->hosts[0], port, s->tls, &port, err));
    if (s->opt->n_hosts > 1) { /* a machine without IPv6 is fine */
        const ac_rc rc = ac_http_listen(s->http, s->opt->hosts[1], port, s->tls, &other, err);
        if (rc != AC_OK && rc != AC_ENOTFOUND)
            return rc;
    }
    char text[sizeof s->opt->hosts[0] + 32];
    (void)snprintf(text, sizeof text, "%s://%s:%u", s->tls ? "https" : "http", s->opt->hosts[0], port);
    tell_ready(text);
    return AC_OK;
}

/* The given certificate, else one that signs itself and lies in the folder. */
static ac_rc open_tls(server *s, ac_err *err)
{
    enum { DAYS = 825 }; /* what browsers take at most */
    char certificate[AC_PATH_MAX + 16], key[AC_PATH_MAX + 16];
    if (s->opt->certificate)
        return ac_tls_new(&(ac_tls_options) { s->opt->certificate, s->opt->key, false }, &s->tls, err);
    if (!s->opt->generate_tls)
        return AC_OK;
    (void)snprintf(certificate, sizeof certificate, "%s/tls.crt", s->data.folder);
    (void)snprintf(key, sizeof key, "%s/tls.key", s->data.folder);
    ac_rc rc = ac_tls_new(&(ac_tls_options) { certificate, key, false }, &s->tls, err);
    if (rc != AC_ENOTFOUND)
        return rc;
    AC_TRY(err, ac_tls_self_sign(certificate, key, DAYS, err));
    return ac_tls_new(&(ac_tls_options) { certificate, key, false }, &s->tls, err);
}

static bool is_welcome(void *context, ac_sv origin, const ac_http_request *r)
{
    (void)r;
    return ac_origins_have(context, origin);
}

static ac_rc start_http(server *s, ac_err *err)
{
    const ac_loop_options loop = {
        .stop_ms = STOP_MS, .signals = true, .hangup = hangup, .stopping = stopping, .context = s
    };
    ac_http_settings http = ac_http_defaults();
    const ac_http_handler handler = ac_api_handler(s->api);
    http.connections = s->opt->connections ? s->opt->connections : CONNECTIONS;
    http.target = HTTP_TARGET;
    http.hsts =
        s->opt->certificate; /* not with a certificate of our own making: browsers would never forget it of localhost */
    if (s->opt->cors) {
        http.origin = is_welcome;
        http.origin_context = (void *)(uintptr_t)s->opt->cors; /* read only */
    }
    AC_TRY(err, open_tls(s, err));
    AC_TRY(err, ac_loop_new(&loop, &s->loop, err));
    AC_TRY(err, ac_http_server_new(s->loop, &http, &handler, &s->http, err));
    ac_api_server(s->api, s->http);
    return listen_all(s, err);
}

static ac_rc note(server *s, ac_audit_action action, ac_err *err)
{
    const ac_principal self = { .tenant = s->data.tenant, .kind = AC_ACTOR_SERVER };
    return ac_audit_write(s->data.access, &self, action, AC_WHAT_SERVER, (ac_id) { { 0 } },
                          (ac_patient_id) { { { 0 } } }, AC_OK, 0, err);
}

static ac_rc start_traces(server *s, ac_err *err)
{
    AC_TRY(err, ac_otlp_options_read(s->opt->otlp, &s->otlp_options, err));
    AC_TRY(err, ac_fetch_new(&s->fetch, err));
    return s->otlp_options.url[0] ? ac_otlp_new(&s->otlp_options, s->fetch, &s->otlp, err) : AC_OK;
}

static ac_rc start(server *s, ac_err *err)
{
    ac_workers *workers = NULL;
    AC_TRY(err, start_traces(s, err));
    AC_TRY(err, ac_data_open(s->opt->folder, s->opt->master, &(ac_store_watcher) { s, queued, event }, &s->data, err));
    if (s->data.fresh_key)
        ac_say("the master key is in %s/master.key: keep a copy of it in another place, nothing can be read without it",
               s->opt->folder);
    if (s->opt->ship) /* before anything is written to a log that may be an older one */
        AC_TRY(err, ac_head_ship_new(s->opt->ship, s->opt->ship_ms, &s->data, s->fetch, &s->ship, err));
    AC_TRY(err, note(s, AC_AUDIT_START, err));
    s->noted = true;
    if (s->ship)
        AC_TRY(err, ac_head_ship_begin(s->ship, err));
    AC_TRY(err, ac_data_first_key(&s->data, err));
    AC_TRY(err, start_service(s, err));
    AC_TRY(err, start_http(s, err));
    ac_rc rc = ac_workers_start(s->service, &s->data, s->api, s->settings->jobs, &workers, err);
    s->workers = workers;
    AC_TRY(err, rc);
    ac_sso_start(s->sso);
    rc = ac_service_tell_late(s->service, TELL_LATE_MS, NULL);
    if (rc != AC_OK)
        AC_LOG(AC_LOG_ERROR, "webhooks_not_told", AC_F("error", rc));
    AC_TRY(err, ac_courier_start(s->courier, err));
    (void)ac_systemd_notify(AC_SV("READY=1"), NULL);
    return AC_OK;
}

/* Workers wake the crew, the crew posts to the loop. */
static void stop(server *s)
{
    ac_workers_stop(s->workers);
    ac_courier_stop(s->courier);
    ac_sso_stop(s->sso);
    ac_crew_free(s->crew);
    ac_sso_free(s->sso);
    ac_http_server_free(s->http);
    ac_loop_free(s->loop);
    if (s->noted)
        (void)!note(s, AC_AUDIT_STOP, NULL);
    ac_head_ship_free(s->ship);   /* the last head is of that record */
    ac_store_free(s->data.store); /* its thread tells the API */
    s->data.store = NULL;
    ac_workers_free(s->workers);
    ac_api_free(s->api);
    ac_service_free(s->service);
    ac_courier_free(s->courier);
    ac_tls_free(s->tls);
    ac_data_close(&s->data);
    ac_otlp_free(s->otlp); /* who has spans is gone */
    ac_fetch_free(s->fetch);
    ac_otlp_options_cleanup(&s->otlp_options);
}

int ac_server_run(const ac_settings *settings, const ac_server_options *opt)
{
    server s = { .settings = settings, .opt = opt };
    ac_err err = { 0 };
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT); /* what one request gives back, the next one takes */
    (void)mallopt(M_ARENA_MAX, HEAPS);
    ac_log_to(&(ac_log_sink) { NULL, log_line, log_now, AC_LOG_INFO });
    ac_rc rc = start(&s, &err);
    if (rc == AC_OK)
        rc = ac_loop_run(s.loop, &err);
    if (rc == AC_ECANCELLED) {
        ac_say("%s", err.text);
        _exit(AC_EXIT_FAILED); /* threads may still be at work; what was acknowledged is on the disk */
    }
    stop(&s);
    if (rc == AC_OK)
        return AC_EXIT_OK;
    ac_say("%s: %s", opt->folder, err.text);
    return AC_EXIT_FAILED;
}
