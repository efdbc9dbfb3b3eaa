/** What the files of webhooks share. */
#ifndef AC_APP_WEBHOOKS_PARTS_H
#define AC_APP_WEBHOOKS_PARTS_H

#include "app/access_parts.h"
#include "app/webhooks.h"
#include "base/spin.h"

enum { AC_HOOK_SEALED_MAX = 1 << 14, AC_HOOK_ARENA = 1 << 17 };

/** A webhook with what nobody else sees. */
typedef struct {
    ac_webhook hook;
    ac_stored item;
    ac_key secret, old; /* old: signs, too, until old_until_ms */
    int64_t old_until_ms;
} ac_hook;

/** What is asked at every end of a job. */
typedef struct {
    ac_id id;
    ac_tenant_id tenant;
    uint32_t events;
    bool all, on;
    int64_t since_ms; /* that it is as it is */
} ac_hook_row;

struct ac_webhooks {
    ac_webhooks_options o;
    ac_spin lock; /* of all below */
    ac_hook_row *rows;
    size_t n;
    uint64_t asked, loaded; /* readings of the rows: the last one asked for wins */
    ac_webhooks_counts counts;
};

/** Of whatever tenant. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_hook_open(ac_webhooks *w, ac_id id, ac_arena *arena, ac_hook *out, ac_err *err);
/** Of his. */
AC_NODISCARD ac_rc ac_hook_of(ac_webhooks *w, const ac_principal *who, ac_id id, ac_arena *arena, ac_hook *out,
                              ac_err *err);
/** Its bytes anew, into its item. */
AC_NODISCARD ac_rc ac_hook_seal(ac_webhooks *w, ac_hook *h, ac_arena *arena, ac_err *err);
/** Read the rows again: a webhook has changed. */
AC_NODISCARD ac_rc ac_hooks_load(ac_webhooks *w, ac_err *err);

/** What a delivery knows of itself: sealed, input and result. */
typedef struct {
    ac_job_state of;  /* AC_JOB_STATES: a test */
    uint32_t attempt; /* of the job, when it came to that state */
    uint32_t tries;
    int status;
    ac_trace trace; /* of that attempt */
} ac_delivery_note;
AC_NODISCARD ac_rc ac_delivery_seal(ac_webhooks *w, const ac_job *d, ac_sv field, const ac_delivery_note *note,
                                    ac_arena *arena, ac_sv *out, ac_err *err);
/** The input's, with tries and status of the result where there is one. */
AC_NODISCARD ac_rc ac_delivery_open(ac_webhooks *w, const ac_job *d, ac_arena *arena, ac_delivery_note *out,
                                    ac_err *err);
extern const ac_sv ac_delivery_input, ac_delivery_result;

/** The server itself, in the audit log. */
static inline ac_principal ac_hook_server(ac_tenant_id tenant)
{
    return (ac_principal) { .tenant = tenant, .kind = AC_ACTOR_SERVER };
}

#endif
