/** A job: one piece of work that is acknowledged once, done once, and never lost. */
#ifndef AC_CORE_JOB_H
#define AC_CORE_JOB_H

#include "core/id.h"

/*    state                wire word     ended */
#define AC_JOB_STATE_LIST(X)                                                                                           \
    X(AC_JOB_QUEUED, "queued", 0)                                                                                      \
    X(AC_JOB_RUNNING, "running", 0)                                                                                    \
    X(AC_JOB_COMPLETED, "completed", 1)                                                                                \
    X(AC_JOB_INCOMPLETE, "incomplete", 1) /* there is a result, and its coverage says what is missing */               \
    X(AC_JOB_FAILED, "failed", 1)         /* the input cannot be worked on: trying again will not help */              \
    X(AC_JOB_CANCELLED, "cancelled", 1)                                                                                \
    X(AC_JOB_DEAD, "dead", 1) /* tried as often as allowed; an operator may queue it again */

#define AC_JOB_STATE_ENUM(id, ...) id,
typedef enum { AC_JOB_STATE_LIST(AC_JOB_STATE_ENUM) AC_JOB_STATES } ac_job_state;
#undef AC_JOB_STATE_ENUM

/*    kind               wire word */
#define AC_JOB_KIND_LIST(X)                                                                                            \
    X(AC_JOB_PROCESS, "process") /* one document through the engine */                                                 \
    X(AC_JOB_SUMMARY, "summary") /* all documents of a patient */                                                      \
    X(AC_JOB_WEBHOOK, "webhook") /* tell a webhook that a job has ended */

#define AC_JOB_KIND_ENUM(id, ...) id,
typedef enum { AC_JOB_KIND_LIST(AC_JOB_KIND_ENUM) AC_JOB_KINDS } ac_job_kind;
#undef AC_JOB_KIND_ENUM

enum { AC_JOB_PRIORITY_MIN = 0, AC_JOB_PRIORITY = 4, AC_JOB_PRIORITY_MAX = 9 };

/** What the store keeps of a job. Times: milliseconds since 1970, UTC; 0: not yet. */
typedef struct {
    ac_job_id id;
    ac_tenant_id tenant;
    ac_patient_id patient; /* none: of a webhook job */
    ac_id batch;           /* jobs that were submitted together; none: alone */
    ac_id key;             /* of the vault: what input, checkpoint and result are sealed with */
    ac_id document;        /* what it works on, when that was stored before; none: the input says all */
    ac_job_kind kind;
    ac_job_state state;
    uint32_t priority; /* AC_JOB_PRIORITY_MIN to _MAX; larger goes first */
    uint32_t attempt;  /* begun so far */
    uint32_t attempts_max;
    uint64_t token;             /* fencing: another one for each lease */
    uint32_t step, done, total; /* progress: steps finished; pieces of the present one */
    uint64_t event;             /* sequence number of its last event */
    ac_rc error;                /* of the last attempt; AC_OK: none */
    bool cancel;                /* was asked for while it ran */
    int64_t created_ms, run_at_ms, started_ms, ended_ms, lease_ms, delete_ms;
    ac_sv input, checkpoint, result; /* sealed; empty: none, or not asked for */
} ac_job;

/** One thing that happened to a job. Numbers are ascending, without gaps, from 1. */
typedef struct {
    ac_job_id job;
    uint64_t number;
    int64_t at_ms;
    ac_job_state state;
    uint32_t attempt, step, done, total;
    ac_rc error;
} ac_job_event;

const char *ac_job_state_name(ac_job_state s);
const char *ac_job_kind_name(ac_job_kind k);
bool ac_job_state_parse(ac_sv word, ac_job_state *out);
bool ac_job_ended(ac_job_state s);

/** May a job go from one state to the other? */
bool ac_job_may(ac_job_state from, ac_job_state to);

#endif
