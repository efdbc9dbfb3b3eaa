/** Who may do what: roles, scopes, API keys, patients that a key is confined to, and the way around that in an
 * emergency (break-glass). Denied unless allowed. Any thread. */
#ifndef AC_APP_ACCESS_H
#define AC_APP_ACCESS_H

#include "app/vault.h"
#include "core/trace.h"

/*    scope                      word                 what it allows */
#define AC_SCOPE_LIST(X)                                                                                               \
    X(AC_SCOPE_JOBS_WRITE, "jobs:write", "submit documents and texts, cancel and retry jobs")                          \
    X(AC_SCOPE_JOBS_READ, "jobs:read", "see jobs and their progress")                                                  \
    X(AC_SCOPE_RESULTS, "results:read", "read results with identifiers")                                               \
    X(AC_SCOPE_DEIDENTIFIED, "results:deidentified", "read results without identifiers")                               \
    X(AC_SCOPE_DOCUMENTS, "documents:read", "read the documents themselves")                                           \
    X(AC_SCOPE_PATIENTS, "patients:read", "find and list patients")                                                    \
    X(AC_SCOPE_PATIENTS_WRITE, "patients:write", "add patients")                                                       \
    X(AC_SCOPE_PATIENTS_DELETE, "patients:delete", "delete a patient and all that belongs to it")                      \
    X(AC_SCOPE_WEBHOOKS, "webhooks:write", "register, change and remove webhooks")                                             \
    X(AC_SCOPE_KEYS, "keys:write", "issue and revoke API keys")                                                        \
    X(AC_SCOPE_AUDIT, "audit:read", "read the audit log")                                                              \
    X(AC_SCOPE_METRICS, "metrics:read", "read metrics")                                                                \
    X(AC_SCOPE_MODELS, "models:read", "see models")                                                                    \
    X(AC_SCOPE_MODELS_WRITE, "models:write", "load and switch models")                                                 \
    X(AC_SCOPE_GLASS, "break-glass", "reach patients one is not confined to, with a reason and for a time")            \
    X(AC_SCOPE_REVIEW, "break-glass:review", "see and review what was reached that way")                               \
    X(AC_SCOPE_TENANTS, "tenants:write", "add, list, enable and disable tenants")                                      \
    X(AC_SCOPE_WEBHOOKS_READ, "webhooks:read", "see webhooks and what became of their deliveries")

#define AC_SCOPE_ENUM(id, ...) id##_BIT,
enum { AC_SCOPE_LIST(AC_SCOPE_ENUM) AC_SCOPES };
#undef AC_SCOPE_ENUM
#define AC_SCOPE_BIT(id, ...) id = 1u << id##_BIT,
typedef enum { AC_SCOPE_NONE = 0, AC_SCOPE_LIST(AC_SCOPE_BIT) AC_SCOPE_ALL = (1u << AC_SCOPES) - 1 } ac_scope;
#undef AC_SCOPE_BIT

/* What concerns the server as a whole: only keys of its first tenant, the host, have these. */
enum { AC_SCOPES_OF_HOST = AC_SCOPE_TENANTS | AC_SCOPE_METRICS | AC_SCOPE_MODELS_WRITE };

/*    role                  word           its scopes */
#define AC_ROLE_LIST(X)                                                                                                \
    X(AC_ROLE_ADMIN, "admin", AC_SCOPE_ALL)                                                                            \
    X(AC_ROLE_CLINICIAN, "clinician",                                                                                  \
      AC_SCOPE_JOBS_WRITE | AC_SCOPE_JOBS_READ | AC_SCOPE_RESULTS | AC_SCOPE_DEIDENTIFIED | AC_SCOPE_DOCUMENTS |       \
          AC_SCOPE_PATIENTS | AC_SCOPE_PATIENTS_WRITE | AC_SCOPE_MODELS | AC_SCOPE_GLASS)                              \
    X(AC_ROLE_INTEGRATOR, "integrator",                                                                                \
      AC_SCOPE_JOBS_WRITE | AC_SCOPE_JOBS_READ | AC_SCOPE_RESULTS | AC_SCOPE_DEIDENTIFIED | AC_SCOPE_DOCUMENTS |       \
          AC_SCOPE_PATIENTS | AC_SCOPE_PATIENTS_WRITE | AC_SCOPE_WEBHOOKS | AC_SCOPE_WEBHOOKS_READ |           \
          AC_SCOPE_MODELS | AC_SCOPE_METRICS)        \
    X(AC_ROLE_RESEARCHER, "researcher",                                                                                \
      AC_SCOPE_JOBS_WRITE | AC_SCOPE_JOBS_READ | AC_SCOPE_DEIDENTIFIED | AC_SCOPE_MODELS)                              \
    X(AC_ROLE_AUDITOR, "auditor", AC_SCOPE_AUDIT | AC_SCOPE_METRICS | AC_SCOPE_REVIEW)

#define AC_ROLE_ENUM(id, ...) id,
typedef enum { AC_ROLE_LIST(AC_ROLE_ENUM) AC_ROLES } ac_role;
#undef AC_ROLE_ENUM

enum { AC_CONFINED_MAX = 16, AC_KEY_TEXT = 96, AC_KEY_NAME_MAX = 100, AC_ONCE_MAX = 256 };

/** A request that may come again (app/repeat.h). */
typedef struct {
    ac_sv key;        /* what its sender calls it; empty: nothing, so that no two are the same */
    ac_sv path, body; /* what two with one key have the same */
    bool came;        /* it came before: nothing was done, and the answer is the first one's */
} ac_repeat;

/** Of a request it is decided once, by whoever comes first: its handler does what cannot be undone, or it is told that
 * its time is up and nothing was done. */
typedef enum {
    AC_DEADLINE_NEW,  /* nobody knows yet whose it is */
    AC_DEADLINE_OPEN,
    AC_DEADLINE_DOES, /* it waits for what comes of it, however long that takes */
    AC_DEADLINE_LATE  /* it was answered: whatever comes of it is dropped */
} ac_deadline_state;
typedef _Atomic ac_deadline_state ac_deadline;

/** false: the other one was decided. Any thread. */
bool ac_deadline_does(ac_deadline *d);

/** Somebody who was recognised. */
typedef struct {
    ac_tenant_id tenant;
    ac_actor_kind kind;
    ac_id actor; /* of the audit log */
    ac_role role;
    uint32_t scopes;    /* AC_SCOPE_ */
    int64_t expires_ms; /* when he is nobody any more; 0: never */
    size_t n_confined;  /* 0: to nobody */
    ac_patient_id confined[AC_CONFINED_MAX];
    ac_id request;     /* of the request that he makes now */
    uint64_t until_ns; /* when its time is up, by the monotonic clock; 0: never */
    ac_deadline *deadline; /* of the request, as long as that is there; NULL: none */
    ac_trace trace;    /* where that stands in a trace; none: nobody asks */
    ac_repeat *repeat; /* that request; NULL: it is none that may come again */
} ac_principal;

ac_sv ac_scope_word(ac_scope s);
ac_sv ac_role_word(ac_role r);
bool ac_role_from(ac_sv word, ac_role *out);
bool ac_scope_from(ac_sv word, uint32_t *bit);
uint32_t ac_role_scopes(ac_role r);

typedef struct ac_access ac_access;

typedef struct {
    ac_store *store; /* all borrowed */
    ac_vault *vault;
    ac_crypto *crypto;
    ac_clock *clock;
    int64_t once_ms; /* how long a request is known again; a tenant may have a rule of its own */
} ac_access_options;

AC_NODISCARD ac_rc ac_access_new(const ac_access_options *opt, ac_access **out, ac_err *err);
void ac_access_free(ac_access *a);
static inline void ac_access_cleanup_ptr(ac_access **a) { ac_access_free(*a); }

/* ---- tenants ---- */

/** The host: the first tenant of a folder, made when there is none. Others: app/tenants.h. errors  those of the store */
AC_NODISCARD ac_rc ac_access_first_tenant(ac_access *a, ac_tenant_id *out, ac_err *err);

/*    rule                        member of the API      what goes after so many days */
#define AC_RULE_LIST(X)                                                                                                \
    X(AC_RULE_DOCUMENTS, "documents_days")     /* documents, since they were stored */                                 \
    X(AC_RULE_RESULTS, "results_days")         /* jobs with their results, since their end */                          \
    X(AC_RULE_EVENTS, "events_days")           /* events of jobs, since their end; the job stays */                    \
    X(AC_RULE_PATIENTS, "patients_days")       /* patients, since their last document, job or change */                \
    X(AC_RULE_IDEMPOTENCY, "idempotency_days") /* what requests are remembered by */

#define AC_RULE_ENUM(id, ...) id,
typedef enum { AC_RULE_LIST(AC_RULE_ENUM) AC_RULES } ac_rule;
#undef AC_RULE_ENUM
enum { AC_RULE_DAYS_MAX = 36500 };

/** How long a tenant's data is kept. 0: no rule; what the server does without one holds. */
typedef struct {
    uint32_t days[AC_RULES];
} ac_retention;

const char *ac_rule_word(ac_rule r);

/* ---- API keys ---- */

typedef struct {
    ac_sv name; /* for people; sealed */
    ac_role role;
    uint32_t scopes;    /* 0: those of the role; else some of them */
    int64_t expires_ms; /* 0: never */
    size_t n_confined;
    ac_patient_id confined[AC_CONFINED_MAX];
} ac_key_grant;

typedef struct {
    ac_id id;
    ac_key_grant grant;
    int64_t created_ms, used_ms; /* used: 0: not yet */
} ac_key_info;
typedef AC_VEC(ac_key_info) ac_key_infos;

/** Make a key. text: what its holder says ("aceso_..."), NUL-terminated; it is kept nowhere: only its hash is.
 *  by      NULL: the server itself, at its first start. A request of his that may come again (app/repeat.h) gets the
 * same key again
 *  key     its grant is given, and scopes are filled in when there are none; the rest is filled
 *  errors  AC_EINPUT (a scope that the role has not, a name that is too long), AC_EDENIED (more than by has himself),
 * AC_ENOTFOUND (it came before, and the key was revoked), AC_ECONFLICT (it came before with another content) */
AC_NODISCARD ac_rc ac_access_issue(ac_access *a, const ac_principal *by, ac_tenant_id tenant, ac_key_info *key,
                                   char text[AC_KEY_TEXT], ac_err *err);

/** Whose key is it? errors  AC_EAUTH (none of ours, expired, revoked: the same answer for all), those of the store */
AC_NODISCARD ac_rc ac_access_recognise(ac_access *a, ac_sv text, ac_principal *out, ac_err *err);

AC_NODISCARD ac_rc ac_access_list(ac_access *a, const ac_principal *by, ac_id before, size_t max, ac_arena *arena,
                                  ac_key_infos *out, ac_err *err);

/** Gone at once. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_access_revoke(ac_access *a, const ac_principal *by, ac_id id, ac_err *err);

/** Write down when keys were last used; to be called now and then. */
void ac_access_flush(ac_access *a);

/* ---- may he? ---- */

static inline bool ac_may(const ac_principal *p, ac_scope scope)
{
    return (p->scopes & (uint32_t)scope) == (uint32_t)scope;
}

/** May he see that patient, or through an open break-glass? None (nobody's data): yes, unless he is confined.
 *  errors  AC_ENOTFOUND: no, in the words of one who does not know that there is such a patient */
AC_NODISCARD ac_rc ac_access_patient(ac_access *a, const ac_principal *p, ac_patient_id patient, ac_err *err);

/** A record of what he does, to be committed with it. */
ac_change ac_audit_of(const ac_principal *p, int64_t now_ms, ac_audit_action action, ac_audit_what what, ac_id object,
                      ac_patient_id patient, ac_rc outcome);

/** Write one record alone. */
AC_NODISCARD ac_rc ac_audit_write(ac_access *a, const ac_principal *p, ac_audit_action action, ac_audit_what what,
                                  ac_id object, ac_patient_id patient, ac_rc outcome, uint64_t detail, ac_err *err);

/** Records of his tenant, oldest first, and one more record: that they were read. */
AC_NODISCARD ac_rc ac_audit_read(ac_access *a, const ac_principal *p, const ac_audit_query *q, ac_arena *arena, ac_audit_records *out, ac_err *err);

/* ---- break-glass ---- */

enum { AC_GLASS_MIN_MS = 60 * 1000, AC_GLASS_MAX_MS = 24 * 3600 * 1000, AC_REASON_MIN = 10, AC_REASON_MAX = 1000 };

/** Reach a patient for a while. reason: sealed with the tenant's key.
 *  errors  AC_EINPUT (no or a too long reason, a time out of range), AC_ENOTFOUND (no such patient) */
AC_NODISCARD ac_rc ac_glass_break(ac_access *a, const ac_principal *p, ac_patient_id patient, ac_sv reason,
                                  int64_t for_ms, ac_id *out, ac_err *err);

typedef struct {
    ac_id id, actor;
    ac_patient_id patient;
    ac_sv reason;
    int64_t created_ms, until_ms, reviewed_ms; /* reviewed: 0: not yet */
    ac_id reviewer;
    bool accepted;
} ac_glass;
typedef AC_VEC(ac_glass) ac_glasses;

AC_NODISCARD ac_rc ac_glass_list(ac_access *a, const ac_principal *by, ac_id before, size_t max, ac_arena *arena,
                                 ac_glasses *out, ac_err *err);

/** errors  AC_EDENIED (his own), AC_ECONFLICT (reviewed already), AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_glass_review(ac_access *a, const ac_principal *by, ac_id id, bool accepted, ac_err *err);

#endif
