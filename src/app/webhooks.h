/** Webhooks: who wants to be told that jobs have ended, and the telling. A delivery is a job of the durable queue that
 * is made in the transaction that ends the job it tells of: nothing is lost, and nothing is told that did not happen.
 * It is tried until it is taken, with the same webhook-id each time, signed as the Standard Webhooks specification
 * says. Any thread. */
#ifndef AC_APP_WEBHOOKS_H
#define AC_APP_WEBHOOKS_H

#include "app/access.h"
#include "core/job.h"
#include "port/fetch.h"
#include "port/trace.h"

typedef struct ac_webhooks ac_webhooks;

enum { AC_WEBHOOKS_MAX = 16 /* of a tenant */, AC_WEBHOOK_NAME_MAX = 100, AC_WEBHOOK_SECRET_MAX = 64 };

/*    why it is off        wire word */
#define AC_WEBHOOK_OFF_LIST(X)                                                                                         \
    X(AC_WEBHOOK_ON, "")                                                                                               \
    X(AC_WEBHOOK_OFF, "by hand")                                                                                       \
    X(AC_WEBHOOK_GONE, "gone")       /* the receiver answered 410 */                                                   \
    X(AC_WEBHOOK_FAILING, "failing") /* it took nothing for days */

#define AC_WEBHOOK_OFF_ENUM(id, ...) id,
typedef enum { AC_WEBHOOK_OFF_LIST(AC_WEBHOOK_OFF_ENUM) AC_WEBHOOK_OFFS } ac_webhook_off;
#undef AC_WEBHOOK_OFF_ENUM
ac_sv ac_webhook_off_word(ac_webhook_off why);

typedef struct {
    ac_store *store; /* all borrowed */
    ac_vault *vault;
    ac_crypto *crypto;
    ac_clock *clock;
    ac_access *access;
    ac_fetch *fetch;
    ac_tracer *tracer; /* NULL: none */
    const ac_fetch_range *ranges; /* addresses that are allowed besides public ones; without https, too */
    size_t n_ranges;
    ac_sv ca_file;      /* PEM, instead of the system's; "": the system's */
    int64_t timeout_ms; /* of a try */
    int64_t backoff_ms; /* before the second try, at most; four times as long before each further one */
    int64_t backoff_max_ms;
    uint32_t tries;     /* of a delivery */
    int64_t give_up_ms; /* a webhook that takes nothing for so long is switched off */
    int64_t keep_ms;    /* deliveries, after their end */
    int64_t overlap_ms; /* how long the secret before the last change still signs, too */
} ac_webhooks_options;

/** errors  those of the store and the vault */
AC_NODISCARD ac_rc ac_webhooks_new(const ac_webhooks_options *opt, ac_webhooks **out, ac_err *err);
void ac_webhooks_free(ac_webhooks *w);
static inline void ac_webhooks_cleanup_ptr(ac_webhooks **w) { ac_webhooks_free(*w); }

/* ---- webhooks ---- */

/** What its owner says. Views are borrowed. */
typedef struct {
    ac_sv url, name;
    uint32_t events; /* bits 1 << ac_job_state, of states that end a job */
    bool all;        /* tells of every job of the tenant; else of those that name it */
    bool on;
} ac_webhook_form;

typedef struct {
    ac_id id;
    ac_webhook_form form;
    ac_webhook_off off;
    int64_t created_ms, updated_ms;
    int64_t failing_ms; /* since when nothing was taken; 0: it is */
} ac_webhook;
typedef AC_VEC(ac_webhook) ac_webhook_list;

/** secret: "whsec_..." to check signatures with, NUL-terminated; it is never shown again.
 *  errors  AC_EINPUT (the form; a URL that may not be reached), AC_EDENIED (all, by one who is confined to patients),
 * AC_ECONFLICT (too many) */
AC_NODISCARD ac_rc ac_webhooks_add(ac_webhooks *w, const ac_principal *who, const ac_webhook_form *form,
                                   ac_arena *arena, char secret[AC_WEBHOOK_SECRET_MAX], ac_webhook *out, ac_err *err);
/* Of his tenant; views are the arena's. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_webhooks_get(ac_webhooks *w, const ac_principal *who, ac_id id, ac_arena *arena, ac_webhook *out,
                                   ac_err *err);
AC_NODISCARD ac_rc ac_webhooks_list(ac_webhooks *w, const ac_principal *who, ac_id before, size_t max, ac_arena *arena,
                                    ac_webhook_list *out, ac_err *err);
/** Everything as the form says; switched on, it has failed at nothing. errors  as ac_webhooks_add; AC_ECONFLICT:
 * somebody else changed it now */
AC_NODISCARD ac_rc ac_webhooks_change(ac_webhooks *w, const ac_principal *who, ac_id id, const ac_webhook_form *form,
                                      ac_arena *arena, ac_webhook *out, ac_err *err);
/** A new secret. The one before signs beside it for a while. */
AC_NODISCARD ac_rc ac_webhooks_rotate(ac_webhooks *w, const ac_principal *who, ac_id id,
                                      char secret[AC_WEBHOOK_SECRET_MAX], ac_err *err);
AC_NODISCARD ac_rc ac_webhooks_remove(ac_webhooks *w, const ac_principal *who, ac_id id, ac_err *err);

/** Is there one of that tenant with that id? */
bool ac_webhooks_has(ac_webhooks *w, ac_tenant_id tenant, ac_id id);

/* ---- deliveries ---- */

typedef struct {
    ac_id id, webhook;
    ac_job_id job;   /* that it tells of; none: a test */
    ac_job_state of; /* the state that it tells; AC_JOB_STATES: a test */
    ac_job_state
        state; /* its own: queued, running, completed: taken; dead; cancelled: there was nothing to tell any more */
    uint32_t tries;
    int status;  /* of the last answer; 0: none */
    ac_rc error; /* of the last try; AC_OK with a status that is no success: that */
    int64_t created_ms, next_ms, ended_ms;
} ac_delivery;
typedef AC_VEC(ac_delivery) ac_deliveries;

/** Newest first; states: bits 1 << ac_job_state, 0: any. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_webhooks_deliveries(ac_webhooks *w, const ac_principal *who, ac_id id, const ac_job_query *page,
                                          ac_arena *arena, ac_deliveries *out, ac_err *err);
/** Send one that is dead again. errors  AC_ENOTFOUND, AC_ECONFLICT: it is not dead */
AC_NODISCARD ac_rc ac_webhooks_again(ac_webhooks *w, const ac_principal *who, ac_id id, ac_id delivery, ac_err *err);
/** A test, which is sent like all others, also where the webhook is off. */
AC_NODISCARD ac_rc ac_webhooks_ping(ac_webhooks *w, const ac_principal *who, ac_id id, ac_delivery *out, ac_err *err);

/* ---- telling ---- */

/** What has happened to a job: its end. */
typedef struct {
    const ac_job *job;  /* id, tenant, token, attempt, as it was leased or looked at */
    ac_job_state state; /* that it goes to; one that is no end is told nobody */
    ac_id chosen;       /* the webhook that its submission names; none: none */
    int64_t now_ms;     /* when */
    bool late;          /* it was some time ago: those who were not there then are not told */
    const ac_trace *trace; /* where the job stands in a trace; NULL: nobody asks */
} ac_webhook_end;

/** Changes that make its deliveries, to be committed with it.
 *  w    NULL: there are none
 *  out  the arena's, with their bytes; *n: at most AC_WEBHOOKS_MAX.  errors  those of the vault, AC_ELIMIT (the arena
 * is full) */
AC_NODISCARD ac_rc ac_webhooks_changes(ac_webhooks *w, const ac_webhook_end *end, ac_arena *arena, ac_change **out,
                                       size_t *n, ac_err *err);

/** How to tell of jobs that the store itself has ended: their workers were lost too often, or an attempt that failed
 * had been asked to stop. */
typedef struct {
    ac_rc (*chosen)(void *context, const ac_job *whole, ac_arena *arena, ac_id *out,
                    ac_err *err); /* the webhook that its input names */
    void *context;
    int64_t window_ms; /* those that ended so long ago, at most */
} ac_late;
/** After the start, and now and then; what was told before is not told again. errors  those of the store */
AC_NODISCARD ac_rc ac_webhooks_catch_up(ac_webhooks *w, const ac_late *how, ac_err *err);

/* ---- sending ---- */

/** Deliveries that are due, for lease_ms. */
AC_NODISCARD ac_rc ac_webhooks_lease(ac_webhooks *w, size_t max, int64_t lease_ms, ac_arena *arena, ac_job_list *out,
                                     ac_err *err);
/** Not now: later, each at some time from from_ms to to_ms on from now. No try is counted. */
AC_NODISCARD ac_rc ac_webhooks_postpone(ac_webhooks *w, const ac_job *leased, size_t n, int64_t from_ms, int64_t to_ms,
                                        ac_err *err);

typedef enum { AC_TOLD, AC_TOLD_LATER, AC_TOLD_DEAD, AC_TOLD_NOTHING, AC_TOLD_OUTCOMES } ac_told;
/** One try, and what comes of it. cancelled: ends the wait; may be NULL.
 *  *out     AC_TOLD: taken; AC_TOLD_LATER: to be tried again; AC_TOLD_DEAD: given up; AC_TOLD_NOTHING: the webhook is
 * gone or off, or the job is errors   those of the store: the delivery is there as before */
AC_NODISCARD ac_rc ac_webhooks_deliver(ac_webhooks *w, const ac_job *leased, bool (*cancelled)(void *context),
                                       void *context, ac_told *out, ac_err *err);

/** Sums since the start. */
typedef struct {
    uint64_t made, tries[AC_TOLD_OUTCOMES], postponed;
    uint64_t statuses[6]; /* of answers, by class; 0: no answer */
    uint64_t targets;     /* webhooks that are on, now */
} ac_webhooks_counts;
ac_webhooks_counts ac_webhooks_counted(ac_webhooks *w);
const char *ac_told_word(ac_told t);

#endif
