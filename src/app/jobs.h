/** Use cases of jobs: submit, work, look, cancel. Plain functions that wait for the store; main/ decides which thread
 * runs them. Nothing of a document is stored in clear, and whoever looks at one has a record written before he sees it.
 */
#ifndef AC_APP_JOBS_H
#define AC_APP_JOBS_H

#include "app/service.h"
#include "core/vocab.h"

/* ---- submit ---- */

enum { AC_SUBMIT_MAX = 1000, AC_NAME_MAX = 256, AC_REF_MAX = 256, AC_INLINE_MAX = 256 << 10 };

/** One document. Views are borrowed. */
typedef struct {
    ac_sv bytes;           /* at most AC_INLINE_MAX; larger ones are stored first: */
    ac_id document;        /* that was stored; none: bytes */
    ac_sv content;         /* a digest of it, by which the same request is known again; empty: by its id */
    bool text;             /* bytes are a note, whatever they look like */
    ac_sv name;            /* what the caller calls it: document.id of the result; empty: the job's id */
    ac_patient_id patient; /* none: reference says who */
    ac_sv reference;       /* the caller's name of the patient (a record number); found or added. Empty, and no patient:
                              nobody's */
    bool has_lang;
    ac_lang lang;
    ac_date note_date;   /* year 0: read from the text */
    ac_sv profile, mode; /* of de-identification, by name; empty: safe-harbor, tag */
    uint32_t priority;
    int64_t run_at_ms; /* 0: now */
    int64_t keep_ms;   /* 0: the server's own */
    ac_id webhook;     /* that is told of its end; none: those that are told of all */
    ac_trace trace;    /* of the request that it came with; filled when it becomes a job */
} ac_submission;

typedef struct {
    bool replayed;   /* this key came before, with the same content */
    ac_id batch;     /* of several */
    ac_job_id first; /* the only one, or the first of the batch */
    ac_job job;      /* the same as it was stored, without its sealed parts; not when replayed */
} ac_submitted;

/** Acknowledged means: on the disk.
 *  once    the caller's key for this request; empty: none. The content that it belongs to is hashed from the
 * submissions ids     NULL or n entries to be filled; not filled when replayed errors  AC_EINPUT, AC_ENOTFOUND
 * (patient, document), AC_ECONFLICT (once came with another content), AC_EBUSY, AC_EIO */
AC_NODISCARD ac_rc ac_jobs_submit(ac_service *s, const ac_principal *who, const ac_submission *subs, size_t n,
                                  ac_sv once, ac_job_id *ids, ac_submitted *out, ac_err *err);

/** What can be said of a submission before its document is there: to be asked before anything of it is kept. errors
 * AC_EINPUT, AC_ENOTFOUND (webhook) */
AC_NODISCARD ac_rc ac_submission_check(ac_service *s, const ac_principal *who, const ac_submission *sub, ac_err *err);

/** The same in two steps, and nobody waits. All that it is given stays the caller's, and where it is, until done is
 * called or the second step has failed. will_be: what is acknowledged unless it is replayed or fails. errors  as before
 */
typedef struct ac_submitting ac_submitting;
AC_NODISCARD ac_rc ac_submit_prepare(ac_service *s, const ac_principal *who, const ac_submission *subs, size_t n,
                                     ac_sv once, ac_arena *arena, ac_job_id *ids, ac_submitting **out,
                                     ac_submitted *will_be, ac_err *err);

typedef struct {
    ac_rc rc; /* as of ac_jobs_submit */
    ac_err err;
    ac_submitted out;
    bool again; /* it is worth another try: ac_jobs_submit */
} ac_submit_end;
/** done: once, on a thread of the store, short; the arena may be freed there. errors  AC_EBUSY, AC_ENOMEM: done is not
 * called. All else is told */
AC_NODISCARD ac_rc ac_submit_begin(ac_submitting *p, void (*done)(void *context, const ac_submit_end *end),
                                   void *context, ac_err *err);
/** Instead of beginning. */
void ac_submit_drop(ac_submitting *p);

/** A job that makes one summary of what all documents of a patient say, with the places where it stands.
 *  errors  AC_ENOTFOUND, those of the store */
AC_NODISCARD ac_rc ac_jobs_summarise(ac_service *s, const ac_principal *who, ac_patient_id patient, ac_job_id *out,
                                     ac_err *err);

/** Do it now, and store nothing of it.
 *  parts     AC_PART_ of the result (interop/result_json.h); without a scope for results with identifiers only
 * de-identified text and what goes with it hide_phi  the result repeats no identifiers out       one result a line,
 * appended errors    as ac_jobs_submit and those of the engine */
AC_NODISCARD ac_rc ac_jobs_now(ac_service *s, const ac_principal *who, const ac_submission *sub, uint32_t parts,
                               bool hide_phi, ac_arena *arena, ac_sb *out, ac_err *err);

/* ---- look ---- */

/** The job without its sealed parts. errors  AC_ENOTFOUND: also of others' jobs */
AC_NODISCARD ac_rc ac_jobs_get(ac_service *s, const ac_principal *who, ac_job_id id, ac_arena *arena, ac_job *out,
                               ac_err *err);
/** Why it failed, for people; "": it did not, or there is no more to say than its error does. job: from ac_jobs_get */
AC_NODISCARD ac_rc ac_jobs_reason(ac_service *s, const ac_job *job, ac_arena *arena, ac_sv *out, ac_err *err);
AC_NODISCARD ac_rc ac_jobs_list(ac_service *s, const ac_principal *who, const ac_job_query *q, ac_arena *arena,
                                ac_job_list *out, ac_err *err);
AC_NODISCARD ac_rc ac_jobs_events(ac_service *s, const ac_principal *who, ac_job_id id, uint64_t after, ac_arena *arena,
                                  ac_job_events *out, ac_err *err);

/** A result on its way out, in little memory however large it is. One thread at a time. */
typedef struct ac_result_stream ac_result_stream;
/** Append some more of it. *last: that was all. errors  AC_EIO, AC_ENOTFOUND (it was removed meanwhile), AC_ELIMIT */
AC_NODISCARD ac_rc ac_result_next(ac_result_stream *r, ac_sb *to, bool *last, ac_err *err);
uint64_t ac_result_lines(const ac_result_stream *r); /* how many objects it is, each in a line */
void ac_result_close(ac_result_stream *r);           /* NULL is fine */
static inline void ac_result_stream_cleanup_ptr(ac_result_stream **r) { ac_result_close(*r); }

typedef struct {
    ac_job job;
    ac_sv results;     /* aceso/result/1 objects, one a line; empty: none (yet) */
    bool deidentified; /* he may see no more: only what has no identifiers */
} ac_job_result;

/** Its outcome, and a record that it was read.
 *  fields  only these members, parted by commas; p is NULL: all
 *  errors  as ac_jobs_get; AC_EDENIED (no scope for results), AC_ELIMIT (there is no room for it in the arena) */
AC_NODISCARD ac_rc ac_jobs_result(ac_service *s, const ac_principal *who, ac_job_id id, ac_sv fields, ac_arena *arena,
                                  ac_job_result *out, ac_err *err);
/** The same as a stream of lines instead of results; NULL: there is none (yet). The service has to live longer. */
AC_NODISCARD ac_rc ac_jobs_result_open(ac_service *s, const ac_principal *who, ac_job_id id, ac_sv fields,
                                       ac_arena *arena, ac_job_result *out, ac_result_stream **stream, ac_err *err);

/** FHIR bundles of its document, one a line for each patient in it, identified only for those who may. now: instant,
 * when they are made. errors  as ac_jobs_result; AC_ECONFLICT: it has not ended with a result */
AC_NODISCARD ac_rc ac_jobs_fhir(ac_service *s, const ac_principal *who, ac_job_id id, bool identified, ac_sv now,
                                ac_arena *arena, ac_sb *out, ac_err *err);

/* ---- change ---- */

AC_NODISCARD ac_rc ac_jobs_cancel(ac_service *s, const ac_principal *who, ac_job_id id,
                                  ac_err *err); /* AC_ECONFLICT: it has ended */
AC_NODISCARD ac_rc ac_jobs_retry(ac_service *s, const ac_principal *who, ac_job_id id,
                                 ac_err *err); /* AC_ECONFLICT: it is not dead */
AC_NODISCARD ac_rc ac_jobs_remove(ac_service *s, const ac_principal *who, ac_job_id id,
                                  ac_err *err); /* AC_ECONFLICT: it has not ended */

/* ---- work ---- */

/** Do a job that has been leased, and have the next ones leased. Its end is begun: it is on the disk, and to be seen, a
 * little later.
 *  arena   *arena may be replaced by one of another size
 *  done    false: there was none to do; the service's wake tells when there may be one
 *  errors  those of the store; a job that fails is no error */
AC_NODISCARD ac_rc ac_jobs_work(ac_service *s, ac_arena **arena, bool *done, ac_err *err);

/** For the store's watcher: a job may be leased. */
void ac_jobs_queued(ac_service *s);

/** A sign of life for all that is leased; every third of lease_ms, or more often: so soon is a cancelled job noticed.
 * What the store did not take before is tried again. false: there is no room for signs of life, so that no lease may be
 * held to have run out */
bool ac_jobs_beat(ac_service *s);

/** Lease nothing more. false: leases or ends are on their way; ask again. */
AC_NODISCARD bool ac_jobs_stop(ac_service *s);
/** Then: give back what was leased and not begun, as if it had not been. No thread works any more. */
void ac_jobs_return(ac_service *s);

/** Sums since the start; durations in microseconds. */
typedef struct {
    uint64_t submitted, ended[AC_JOB_STATES], retried;
    uint64_t work_us, wait_us; /* of jobs that ended: in the engine, in the queue */
    uint64_t bytes;
} ac_jobs_counts;
ac_jobs_counts ac_jobs_counted(ac_service *s);

#endif
