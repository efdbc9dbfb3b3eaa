/** The audit log: who did what to whose data, as numbers and words of ours, never as text of others. Each record is
 * chained to the one before by a keyed hash, so that a change, a deletion or another order shows. Pure. Its terms are
 * those of FHIR R4 AuditEvent and DICOM PS3.15 A.5. */
#ifndef AC_CORE_AUDIT_H
#define AC_CORE_AUDIT_H

#include "core/id.h"

/*    action                  word               AuditEvent.action (http://hl7.org/fhir/audit-event-action) */
#define AC_AUDIT_ACTION_LIST(X)                                                                                        \
    X(AC_AUDIT_START, "start", "E") /* the server came up */                                                           \
    X(AC_AUDIT_STOP, "stop", "E")                                                                                      \
    X(AC_AUDIT_LOGIN, "login", "E") /* the first use of a token or a session */                                        \
    X(AC_AUDIT_DENY, "deny", "E")   /* somebody asked for what he may not have */                                      \
    X(AC_AUDIT_CREATE, "create", "C")                                                                                  \
    X(AC_AUDIT_READ, "read", "R")                                                                                      \
    X(AC_AUDIT_UPDATE, "update", "U")                                                                                  \
    X(AC_AUDIT_DELETE, "delete", "D")                                                                                  \
    X(AC_AUDIT_SHRED, "shred", "D") /* the key is gone, and with it what was sealed */                                 \
    X(AC_AUDIT_EXPORT, "export", "R")                                                                                  \
    X(AC_AUDIT_EXECUTE, "execute", "E") /* a job began or ended */                                                     \
    X(AC_AUDIT_CANCEL, "cancel", "U")                                                                                  \
    X(AC_AUDIT_RETRY, "retry", "U") /* a dead job was queued again */                                                  \
    X(AC_AUDIT_KEY_ISSUE, "key-issue", "C")                                                                            \
    X(AC_AUDIT_KEY_REVOKE, "key-revoke", "D")                                                                          \
    X(AC_AUDIT_KEY_ROTATE, "key-rotate", "U")                                                                          \
    X(AC_AUDIT_BREAK_GLASS, "break-glass", "E")                                                                        \
    X(AC_AUDIT_REVIEW, "review", "U")       /* of a break-glass */                                                     \
    X(AC_AUDIT_RETENTION, "retention", "D") /* what was kept long enough went; detail: how many */

#define AC_AUDIT_ACTION_ENUM(id, ...) id,
typedef enum { AC_AUDIT_ACTION_LIST(AC_AUDIT_ACTION_ENUM) AC_AUDIT_ACTIONS } ac_audit_action;
#undef AC_AUDIT_ACTION_ENUM

/*    what                    word */
#define AC_AUDIT_WHAT_LIST(X)                                                                                          \
    X(AC_WHAT_SERVER, "server")                                                                                        \
    X(AC_WHAT_JOB, "job")                                                                                              \
    X(AC_WHAT_DOCUMENT, "document")                                                                                    \
    X(AC_WHAT_PATIENT, "patient")                                                                                      \
    X(AC_WHAT_RESULT, "result")                                                                                        \
    X(AC_WHAT_KEY, "key")                                                                                              \
    X(AC_WHAT_WEBHOOK, "webhook")                                                                                      \
    X(AC_WHAT_AUDIT, "audit")                                                                                          \
    X(AC_WHAT_TENANT, "tenant")                                                                                        \
    X(AC_WHAT_ROUTE, "route") /* number: of the route table */

#define AC_AUDIT_WHAT_ENUM(id, ...) id,
typedef enum { AC_AUDIT_WHAT_LIST(AC_AUDIT_WHAT_ENUM) AC_AUDIT_WHATS } ac_audit_what;
#undef AC_AUDIT_WHAT_ENUM

typedef enum { AC_ACTOR_SERVER, AC_ACTOR_KEY, AC_ACTOR_USER, AC_ACTOR_NOBODY, AC_ACTORS } ac_actor_kind;

enum { AC_AUDIT_MAC = 32, AC_AUDIT_BYTES = 112 };

typedef struct {
    uint64_t number;     /* from 1, without gaps; given by the store */
    int64_t at_ms;       /* since 1970, UTC */
    ac_tenant_id tenant; /* none: of the server as a whole */
    ac_actor_kind actor_kind;
    ac_id actor; /* an API key; a user as a keyed hash of issuer and subject */
    ac_audit_action action;
    ac_audit_what what;
    ac_id object;
    ac_patient_id patient; /* whose data; none: nobody's */
    ac_id request;         /* of the HTTP request; none: the server's own doing */
    ac_rc outcome;
    uint64_t detail;                 /* route number, count, job state: by action */
    unsigned char mac[AC_AUDIT_MAC]; /* over the record before and this one; given by the store */
} ac_audit_record;

/** How records are chained: a MAC over (mac of the one before, bytes). Any thread. */
typedef struct {
    void (*mac)(void *context, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC]);
    void *context;
} ac_audit_chain;

const char *ac_audit_action_name(ac_audit_action a);
const char *ac_audit_action_fhir(ac_audit_action a);
const char *ac_audit_what_name(ac_audit_what w);

/** The bytes that are chained: all but the mac, in a fixed order, big-endian. */
void ac_audit_encode(const ac_audit_record *r, unsigned char out[AC_AUDIT_BYTES]);

/** The way back. False: a value is none of ours. */
bool ac_audit_decode(const unsigned char bytes[AC_AUDIT_BYTES], ac_audit_record *out);

/** Fill r->mac; before: the mac of the record before, all zero for the first. */
void ac_audit_seal(const ac_audit_chain *chain, const unsigned char before[AC_AUDIT_MAC], ac_audit_record *r);

/** Does r follow the record with that number and mac? */
bool ac_audit_follows(const ac_audit_chain *chain, uint64_t number, const unsigned char before[AC_AUDIT_MAC],
                      const ac_audit_record *r);

#endif
