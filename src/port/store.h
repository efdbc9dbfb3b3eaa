/** Port: where everything that must not be lost lives. One call of ac_store_commit is one transaction, with the audit
 * records that belong to it. Nothing between its changes is read by the caller, so an adapter may run it again when the
 * database says "serialization failure".
 *
 *  The store sees ids, times, numbers and sealed bytes; it has no key and can tell nothing about a patient. Every
 * adapter passes test/contract/store_contract.c. All functions: any thread, blocking; many calls at once are one commit
 * of the disk. */
#ifndef AC_PORT_STORE_H
#define AC_PORT_STORE_H

#include "base/arena.h"
#include "core/audit.h"
#include "core/job.h"

typedef struct ac_store ac_store;

/* ---- items: everything but jobs ---- */

/*    kind                     what is sealed in it */
#define AC_ITEM_LIST(X)                                                                                                \
    X(AC_ITEM_KEY, "key")               /* a key of the vault, sealed with its parent's (owner): AC_STORED_KEY_MAX     \
                                           bytes at most; when it goes, no copy of them stays in any file */           \
    X(AC_ITEM_TENANT, "tenant")         /* name, settings */                                                           \
    X(AC_ITEM_CREDENTIAL, "credential") /* an API key: role, scopes, expiry; found by the hash of its secret */        \
    X(AC_ITEM_PATIENT, "patient")       /* what the caller calls the patient; found by a keyed hash of that */         \
    X(AC_ITEM_DOCUMENT, "document")     /* name, type, size, note date; its bytes are a blob of the same id */         \
    X(AC_ITEM_WEBHOOK, "webhook")       /* target, secret */                                                           \
    X(AC_ITEM_GLASS, "break-glass")     /* reason, until when, review */                                               \
    X(AC_ITEM_CORRECTION, "correction") /* what somebody said instead of what was read from a document */

#define AC_ITEM_ENUM(id, ...) id,
typedef enum { AC_ITEM_LIST(AC_ITEM_ENUM) AC_ITEM_KINDS } ac_item_kind;
#undef AC_ITEM_ENUM

enum { AC_LOOKUP_BYTES = 32, AC_LIST_MAX = 1000, AC_STORED_KEY_MAX = 127 };

/** A keyed hash under which an item is found again; all zero: none. */
typedef struct {
    unsigned char b[AC_LOOKUP_BYTES];
} ac_lookup;

typedef struct {
    ac_item_kind kind;
    ac_id id;
    ac_tenant_id tenant;
    ac_id owner;      /* of a key: its parent; of a document: its patient; none: nobody */
    ac_lookup lookup; /* unique for its kind and tenant */
    ac_id key;        /* what sealed is sealed with */
    uint64_t version; /* from 1; one more at each replacement */
    int64_t created_ms, updated_ms;
    int64_t delete_ms; /* when the store may remove it; 0: never; of a patient, AC_HELD: see there */
    ac_sv sealed;
} ac_stored;

/** A patient with this as delete_ms is on hold: neither the patient nor an item that he owns nor a job of his is
 * removed, by nobody and by no lapse of time. */
enum { AC_HELD = -1 };

/* ---- changes ---- */

typedef enum {
    AC_CHANGE_ITEM_NEED,    /* item: kind and id. Nothing changes, but it is there, and nobody takes it away before the
                               commit (SQL: FOR KEY SHARE).              AC_ENOTFOUND */
    AC_CHANGE_ITEM_IDLE,    /* item: kind (document or patient) and id. Nothing changes, but no job that has not ended
                               is of it, and none becomes so before the commit.  AC_ECONFLICT */
    AC_CHANGE_ITEM_PUT,     /* item: a new one, version 1.              AC_ECONFLICT: its id or lookup is taken; of a key:
                               its owner, the key that seals it, is gone */
    AC_CHANGE_ITEM_REPLACE, /* item: owner, lookup, key, times, sealed.  AC_ECONFLICT: its version is another now;
                               AC_ENOTFOUND */
    AC_CHANGE_ITEM_DELETE,  /* item: kind and id.                        AC_ENOTFOUND; AC_ECONFLICT: a key that an item
                               is  sealed with or has as its owner; something of a patient on hold */
    AC_CHANGE_SHRED,        /* item: kind and id of a patient: the items he owns, his jobs with all that belongs to them
                               and his key go; not a key that something else is sealed with or has as its owner.
                               AC_ENOTFOUND; AC_ECONFLICT: on hold */
    AC_CHANGE_JOB_PUT,      /* job: a new one, queued.  AC_ECONFLICT: its id is taken */
    AC_CHANGE_JOB_STEP,     /* job: id, token, step, done, total; checkpoint, when it has one.
                               AC_ECONFLICT: token or state, or the job is gone */
    AC_CHANGE_JOB_END,      /* job: id, token, state (an ended one, or queued with run_at_ms), error, result, delete_ms
                               (0: as it was). Who was asked to stop is cancelled, not queued.  AC_ECONFLICT: as before */
    AC_CHANGE_JOB_RETURN,   /* job: id, token, run_at_ms, error (AC_OK: as it was). Queued as if it had not been leased:
                               at its old place or, with a run_at_ms that is yet to come, not before it. Cancelled when
                               that was asked for.                          AC_ECONFLICT: as before */
    AC_CHANGE_JOB_CANCEL,   /* job: id, delete_ms (0: as it was). A queued one is cancelled; a running one is asked to
                               stop.  AC_ECONFLICT: it has ended; AC_ENOTFOUND */
    AC_CHANGE_JOB_REVIVE,   /* job: id, run_at_ms. A dead one is queued again with attempt 0.
                               AC_ECONFLICT: it is not dead; AC_ENOTFOUND */
    AC_CHANGE_JOB_DELETE,   /* job: id, one that has ended.  AC_ECONFLICT: it has not, or is on hold; AC_ENOTFOUND */
    AC_CHANGE_JOB_QUIET,    /* the same: only its events go */
    AC_CHANGE_AUDIT,        /* audit: appended; number and mac are the store's */
    AC_CHANGE_PROBE         /* nothing that anybody sees, but written as durably as all else: can it be? */
} ac_change_kind;

typedef struct {
    ac_change_kind kind;
    ac_stored item;
    ac_job job;
    ac_audit_record audit;
} ac_change;

/** "The same request again": one key and body have one outcome. */
typedef struct {
    ac_lookup key, body; /* key: all zero means that there is none */
    ac_tenant_id tenant;
    ac_id outcome; /* remembered for the next time: job, batch or document */
    int64_t forget_ms;
} ac_once;

typedef struct {
    const ac_change *changes; /* in order, all or none */
    size_t n;
    int64_t now_ms;
    bool patient; /* begun and waited for by nobody outside: of many, those that somebody waits for may go first, but
                     not for ever. A lease that is begun is so, too */
    ac_once once;
} ac_commit;

typedef struct {
    bool replayed; /* the same key and body came before: nothing was changed */
    ac_id outcome; /* then: what came of it */
} ac_committed;

/* ---- questions ---- */

/** Newest first, by id. */
typedef struct {
    ac_item_kind kind;
    ac_tenant_id tenant; /* none: of all */
    ac_id owner;         /* none: any */
    ac_id before;        /* the last id of the page before; none: from the newest */
    size_t max;          /* 1 to AC_LIST_MAX */
} ac_item_query;

typedef struct {
    ac_tenant_id tenant; /* none: of all */
    ac_patient_id patient;
    ac_id batch, document; /* none: any */
    uint32_t states;       /* bits 1 << ac_job_state; 0: any */
    uint32_t kinds;        /* bits 1 << ac_job_kind; 0: any */
    ac_id before;
    size_t max;
    bool whole; /* with input, checkpoint and result */
} ac_job_query;

typedef struct {
    ac_tenant_id tenant;   /* none: of all */
    bool server;           /* with a tenant and no patient: what concerns no tenant, too */
    ac_patient_id patient; /* none: any */
    uint64_t after;        /* number */
    size_t max;
    bool last; /* the last record alone, and nothing else of this is looked at */
} ac_audit_query;

typedef AC_VEC(ac_stored) ac_stored_list;
typedef AC_VEC(ac_job) ac_job_list;
typedef AC_VEC(ac_job_event) ac_job_events;
typedef AC_VEC(ac_audit_record) ac_audit_records;

/** Of each kind: how many jobs are in each state, and since when the oldest due one waits. */
typedef struct {
    uint64_t jobs[AC_JOB_KINDS][AC_JOB_STATES];
    int64_t oldest_ms[AC_JOB_KINDS]; /* 0: none waits */
    uint64_t bytes;    /* of the database */
} ac_store_counts;

/* ---- queue ---- */

/** Who takes jobs. */
typedef struct {
    int64_t now_ms, lease_ms; /* lease_ms: how long from now on a job is his without a sign of life */
    uint32_t kinds;           /* bits 1 << ac_job_kind he can do */
    size_t max;
} ac_lease;

/** What was begun and is waited for by nobody. It and all that it was begun with are the store's until done is called.
 */
typedef struct ac_later {
    void (*done)(struct ac_later *); /* once, on a thread of the store: short; it may begin another, and wait for none.
                                        It may be gone when this returns */
    ac_rc rc;                        /* what came of it, as the function that waits would have returned it */
    ac_err err;
    ac_committed did;   /* of a commit */
    ac_job_list leased; /* of a lease */
} ac_later;

/** What housekeeping did. */
typedef struct {
    size_t requeued; /* leases that ran out */
    size_t dead;     /* of them, those with no attempt left */
    size_t deleted;  /* jobs and items whose time had come */
    int64_t next_ms; /* when something is to be done again: a delayed job is due; 0: not known */
} ac_swept;

/** What the store tells of its own accord, on a thread of its own, after the commit: short; it may begin something
 * there (the functions with _later), and wait for nothing. */
typedef struct {
    void *context;
    void (*queued)(void *context);                                              /* a job may be leased */
    void (*event)(void *context, const ac_job *job, const ac_job_event *event); /* job: without its sealed parts */
} ac_store_watcher;

typedef struct {
    const char *name;
    ac_rc (*commit)(ac_store *, const ac_commit *, ac_committed *out, ac_err *);
    ac_rc (*item)(ac_store *, ac_item_kind, ac_id, ac_arena *, ac_stored *out, ac_err *);
    ac_rc (*find)(ac_store *, ac_item_kind, ac_tenant_id, const ac_lookup *, ac_arena *, ac_stored *out, ac_err *);
    ac_rc (*items)(ac_store *, const ac_item_query *, ac_arena *, ac_stored_list *out, ac_err *);
    ac_rc (*job)(ac_store *, ac_job_id, bool whole, ac_arena *, ac_job *out, ac_err *);
    ac_rc (*jobs)(ac_store *, const ac_job_query *, ac_arena *, ac_job_list *out, ac_err *);
    ac_rc (*events)(ac_store *, ac_job_id, uint64_t after, size_t max, ac_arena *, ac_job_events *out, ac_err *);
    ac_rc (*audit)(ac_store *, const ac_audit_query *, ac_arena *, ac_audit_records *out, ac_err *);
    ac_rc (*came)(ac_store *, const ac_once *, int64_t now_ms, ac_id *outcome, ac_err *);
    ac_rc (*counts)(ac_store *, ac_store_counts *out, ac_err *);
    ac_rc (*lease)(ac_store *, const ac_lease *, ac_arena *, ac_job_list *out, ac_err *);
    ac_rc (*renew)(ac_store *, ac_job_id, uint64_t token, int64_t now_ms, int64_t lease_ms, bool *cancel, ac_err *);
    ac_rc (*commit_later)(ac_store *, const ac_commit *, ac_later *, ac_err *);
    ac_rc (*lease_later)(ac_store *, const ac_lease *, ac_arena *, ac_later *, ac_err *);
    ac_rc (*sweep)(ac_store *, int64_t now_ms, ac_swept *out, ac_err *);
    void (*watch)(ac_store *, const ac_store_watcher *);
    void (*free)(ac_store *);
} ac_store_ops;

struct ac_store {
    const ac_store_ops *ops; /* first member of each adapter's struct */
};

/** One transaction: all changes or none, on the disk when it returns AC_OK.
 *  out     may be NULL
 *  errors  those of the changes above; AC_ECONFLICT: the same once.key came with another body; AC_EBUSY: too many wait,
 * try again; AC_EIO: the disk is full, cannot be written, or the database is damaged: nothing was changed */
AC_NODISCARD static inline ac_rc ac_store_commit(ac_store *s, const ac_commit *c, ac_committed *out, ac_err *err)
{
    return s->ops->commit(s, c, out, err);
}

/** Begin a commit, and be told when it is on the disk. Of several it is not said which is first.
 *  errors  those of beginning: AC_EBUSY, AC_ENOMEM; then done is not called. All else is told */
AC_NODISCARD static inline ac_rc ac_store_commit_later(ac_store *s, const ac_commit *c, ac_later *l, ac_err *err)
{
    return s->ops->commit_later(s, c, l, err);
}

/* Reading: out and its bytes are the arena's. errors  AC_ENOTFOUND (item, find, job, events of a job that is not
 * there), AC_EIO, AC_ENOMEM. What a commit that returned has written is seen. */
AC_NODISCARD static inline ac_rc ac_store_item(ac_store *s, ac_item_kind kind, ac_id id, ac_arena *a, ac_stored *out,
                                               ac_err *err)
{
    return s->ops->item(s, kind, id, a, out, err);
}
AC_NODISCARD static inline ac_rc ac_store_find(ac_store *s, ac_item_kind kind, ac_tenant_id tenant,
                                               const ac_lookup *lookup, ac_arena *a, ac_stored *out, ac_err *err)
{
    return s->ops->find(s, kind, tenant, lookup, a, out, err);
}
AC_NODISCARD static inline ac_rc ac_store_items(ac_store *s, const ac_item_query *q, ac_arena *a, ac_stored_list *out,
                                                ac_err *err)
{
    return s->ops->items(s, q, a, out, err);
}
AC_NODISCARD static inline ac_rc ac_store_job(ac_store *s, ac_job_id id, bool whole, ac_arena *a, ac_job *out,
                                              ac_err *err)
{
    return s->ops->job(s, id, whole, a, out, err);
}
AC_NODISCARD static inline ac_rc ac_store_jobs(ac_store *s, const ac_job_query *q, ac_arena *a, ac_job_list *out,
                                               ac_err *err)
{
    return s->ops->jobs(s, q, a, out, err);
}
/** Events with numbers above after, ascending. */
AC_NODISCARD static inline ac_rc ac_store_events(ac_store *s, ac_job_id id, uint64_t after, size_t max, ac_arena *a,
                                                 ac_job_events *out, ac_err *err)
{
    return s->ops->events(s, id, after, max, a, out, err);
}
AC_NODISCARD static inline ac_rc ac_store_audit(ac_store *s, const ac_audit_query *q, ac_arena *a,
                                                ac_audit_records *out, ac_err *err)
{
    return s->ops->audit(s, q, a, out, err);
}
/** What came of that request before; once: tenant, key and body. errors  AC_ENOTFOUND: it did not come; AC_ECONFLICT:
 * with another body */
AC_NODISCARD static inline ac_rc ac_store_came(ac_store *s, const ac_once *once, int64_t now_ms, ac_id *outcome,
                                               ac_err *err)
{
    return s->ops->came(s, once, now_ms, outcome, err);
}
AC_NODISCARD static inline ac_rc ac_store_counted(ac_store *s, ac_store_counts *out, ac_err *err)
{
    return s->ops->counts(s, out, err);
}

/** Take jobs that are due: the highest priority first, within it kinds by turns, and of a kind tenants by turns, so
 * that nobody's thousand keeps another's one waiting. Each gets a token that nobody had before, one attempt more, and
 * an event. None there: out is empty. The jobs are whole. One that was begun before comes alone: should it be what
 * makes processes die, no others lose an attempt with it.
 *
 *  A lease (and a renewal) need not be on the disk when it is told, only before any commit that returns after it: when
 * power goes, a store may forget it, and the job is queued as if it had not been leased. So a token may be given a
 * second time only when every process that could hold the first one has died with the store. A store that outlives its
 * workers, on another machine, has to make leases durable, or to begin with larger tokens after a crash. */
AC_NODISCARD static inline ac_rc ac_store_lease(ac_store *s, const ac_lease *l, ac_arena *a, ac_job_list *out,
                                                ac_err *err)
{
    return s->ops->lease(s, l, a, out, err);
}

/** The same, and be told. The arena is the store's until then. errors  as ac_store_commit_later */
AC_NODISCARD static inline ac_rc ac_store_lease_later(ac_store *s, const ac_lease *l, ac_arena *a, ac_later *later,
                                                      ac_err *err)
{
    return s->ops->lease_later(s, l, a, later, err);
}

/** A sign of life: his for lease_ms from now_ms on. *cancel: it was asked to stop. errors  AC_ECONFLICT: the job is
 * somebody else's, or has ended; drop it */
AC_NODISCARD static inline ac_rc ac_store_renew(ac_store *s, ac_job_id id, uint64_t token, int64_t now_ms,
                                                int64_t lease_ms, bool *cancel, ac_err *err)
{
    return s->ops->renew(s, id, token, now_ms, lease_ms, cancel, err);
}

/** Leases that ran out, delayed jobs that are due, what is to be deleted. To be called every second or so, and after
 * opening. */
AC_NODISCARD static inline ac_rc ac_store_sweep(ac_store *s, int64_t now_ms, ac_swept *out, ac_err *err)
{
    return s->ops->sweep(s, now_ms, out, err);
}

/** One watcher at a time, copied; before the first commit. */
static inline void ac_store_watch(ac_store *s, const ac_store_watcher *w) { s->ops->watch(s, w); }

/** What was begun is told first. */
static inline void ac_store_free(ac_store *s)
{
    if (s)
        s->ops->free(s);
}
static inline void ac_store_cleanup_ptr(ac_store **s) { ac_store_free(*s); }

#endif
