/** What the files of the service share. */
#ifndef AC_APP_SERVICE_PARTS_H
#define AC_APP_SERVICE_PARTS_H

#include "app/access_parts.h"
#include "app/jobs.h"
#include "base/spin.h"
#include "interop/result_json.h"

enum {
    AC_SEALED_JSON_MAX = 1 << 16,
    AC_RESULT_WITHIN = 64 << 20, /* bytes of a result that may lie in the row of its job: earlier versions stored all so */
    AC_LEASED_BYTES = 4 << 20 /* a leased job has at most */
};

/** Bytes of a result. It is made in memory, and takes less there than what it is made of. */
#define AC_RESULT_MAX ((size_t)4 << 30)

typedef struct ac_basket ac_basket;
typedef struct ac_ending ac_ending;

/* A job that this process has leased. */
typedef struct {
    enum { AC_HELD_NONE, AC_HELD_WAITS, AC_HELD_RUNS, AC_HELD_ENDS } phase;
    bool cancel; /* was asked for */
    bool lost;   /* the job is somebody else's now */
    ac_job_id job;
    uint64_t token, turn;
    int64_t since_ms;
    const ac_job *row; /* whole, in the basket; until it ends */
    ac_basket *basket;
    size_t bytes; /* of its end */
} ac_held;

/* Where the removal of what was kept long enough is: one step after the other, by one thread. */
typedef struct {
    bool running;
    int64_t next_ms;     /* when it begins again */
    ac_id tenants_after; /* tenants before this one were looked at */
    ac_tenant_id tenant; /* none: the next one is to be taken */
    int rule;
    ac_id before; /* what came after this was looked at */
    uint64_t counts[AC_RULES];
} ac_retention_pass;

struct ac_service {
    ac_service_options o;
    int64_t began_ms;
    ac_retention_pass pass; /* of the thread that keeps house */
    _Atomic bool rules_changed;
    ac_spin lock; /* of all below */
    ac_jobs_counts counts;
    int64_t tested_ms; /* the last self-test, */
    ac_self_test tested; /* and what came of it */
    bool rendering;    /* a bundle that needs much memory */
    /* job_hold.c: */
    size_t n_slots, held, waiting, running; /* of slots: all, taken ones, and those in the first two phases */
    uint64_t turns, mean_us;                /* mean_us: of one job's work, lately */
    size_t ending_bytes;
    ac_ending *unstored; /* ends that the store did not take: job_end.c */
    bool leasing;  /* a lease is on its way */
    bool dry;      /* the last one brought less than was asked for */
    bool starved;  /* a thread waits for an end to be stored */
    bool stopping; /* nothing is leased any more */
    ac_held slots[];
};

/* What a job's result holds, sealed: of one that failed, why. */
#define AC_FIELD_RESULT AC_SV("result")
#define AC_FIELD_REASON AC_SV("reason")
static inline bool ac_job_has_reason(ac_job_state s) { return s == AC_JOB_FAILED || s == AC_JOB_DEAD; }

/** To be asked before what cannot be undone: from then on there is an end of it to be told. errors  AC_ETIMEOUT */
AC_NODISCARD ac_rc ac_to_do(ac_service *s, const ac_principal *who, ac_err *err);

/** When a job that ends now is removed; 0: never. own_ms: what its submitter said, 0: nothing. */
int64_t ac_job_delete_at(ac_service *s, ac_tenant_id tenant, int64_t own_ms, int64_t now);

/** The job, if it is his to see. errors  AC_ENOTFOUND also for others' */
AC_NODISCARD ac_rc ac_service_job(ac_service *s, const ac_principal *who, ac_job_id id, bool whole, ac_arena *arena,
                                  ac_job *out, ac_err *err);

/** An attempt of a job as a span, below the request that it came with, and the engine's steps below it (job_trace.c). */
typedef struct {
    ac_tracer *tracer; /* NULL: it is not recorded */
    ac_trace_span span;
    uint64_t next_ns; /* where the next step begins */
} ac_job_spans;

/** What a job's input says: how, and what. The note's bytes are in the arena. */
typedef struct {
    ac_submission how;
    ac_sv bytes;
    ac_job_spans *spans; /* NULL: nobody asks */
} ac_job_input;

ac_job_spans ac_job_spans_begin(ac_service *s, const ac_job *job, const ac_trace *parent, uint64_t began_ns);
void ac_job_spans_steps(ac_job_spans *j, const ac_step_time *times, size_t n);
void ac_job_spans_end(ac_job_spans *j, ac_service *s, ac_job_state state, ac_rc why);
AC_NODISCARD ac_rc ac_job_input_seal(ac_service *s, const ac_job *job, const ac_submission *sub, ac_arena *arena,
                                     ac_sv *out, ac_err *err);
AC_NODISCARD ac_rc ac_job_input_open(ac_service *s, const ac_job *job, ac_arena *arena, ac_job_input *out, ac_err *err);

/** The webhook that its input names; none: none. */
AC_NODISCARD ac_rc ac_job_webhook(void *service, const ac_job *whole, ac_arena *arena, ac_id *out, ac_err *err);

/** What its document becomes. */
typedef struct {
    uint32_t parts;  /* AC_PART_ of a result; 0: all */
    bool hide_phi;   /* of a result: no identifiers in it */
    bool fhir;       /* a bundle for each patient; else aceso/result/1 */
    bool identified; /* of a bundle */
    ac_sv now;       /* of a bundle: instant */
    bool held;       /* it is an attempt at the job, which is held in: */
    size_t slot;
    uint64_t until_ns; /* it has no more time to read the document; 0: as much as it takes */
} ac_job_form;
/** Run the engine over a job's document: one result a line, appended to out. */
AC_NODISCARD ac_rc ac_job_run(ac_service *s, const ac_job *job, const ac_job_form *form, ac_arena *arena, ac_sb *out,
                              bool *incomplete, ac_err *err);

/** The same with an input that was not sealed. */
AC_NODISCARD ac_rc ac_input_run(ac_service *s, const ac_job *job, const ac_job_input *in, const ac_job_form *form,
                                ac_arena *arena, ac_sb *out, bool *incomplete, ac_err *err);

/** The bytes of a stored document, appended. errors  AC_ELIMIT (more than out may hold), AC_ENOTFOUND, AC_EIO */
AC_NODISCARD ac_rc ac_document_bytes(ac_service *s, ac_id key, ac_id document, ac_sb *out, ac_err *err);

/** His, and his to see. errors  AC_ENOTFOUND also for others' */
AC_NODISCARD ac_rc ac_document_row(ac_service *s, const ac_principal *who, ac_document_id id, ac_arena *arena,
                                   ac_stored *out, ac_err *err);
/** Remove its row, what was said of it, and then its bytes. idle: only when no job of it waits or runs.
 *  errors  AC_ENOTFOUND, AC_ECONFLICT (on hold, or not idle) */
AC_NODISCARD ac_rc ac_document_forget(ac_service *s, const ac_principal *who, const ac_stored *row, bool idle,
                                      ac_arena *arena, ac_err *err);
/** The same of a patient, with all that is his. */
AC_NODISCARD ac_rc ac_patient_forget(ac_service *s, const ac_principal *who, ac_patient_id id, bool idle, ac_err *err);

/** Of that tenant with that reference; made when there is none: then changes (room for two) is filled, to be committed
 * with what is done for it. */
AC_NODISCARD ac_rc ac_patient_refer(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena,
                                    ac_patient_id *out, ac_id *key, ac_change *changes, size_t *n, ac_err *err);
/** The same, and on the disk when it returns AC_OK. *fresh: the patient was added now. */
AC_NODISCARD ac_rc ac_patient_ensure(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena,
                                     ac_patient_id *out, bool *fresh, ac_err *err);
/** His, and his to see. */
AC_NODISCARD ac_rc ac_patient_row(ac_service *s, const ac_principal *who, ac_patient_id id, ac_arena *arena,
                                  ac_stored *out, ac_err *err);

#endif
