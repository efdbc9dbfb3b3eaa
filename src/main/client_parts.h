/** What the verbs of aceso client share. */
#ifndef AC_MAIN_CLIENT_PARTS_H
#define AC_MAIN_CLIENT_PARTS_H

#include "main/client.h"
#include "main/inputs.h"
#include "main/progress.h"

#include "core/job.h"
#include "os/outfile.h"

#include <stdio.h>

typedef enum { AC_CLIENT_UNSAID, AC_CLIENT_TEXT, AC_CLIENT_JSON, AC_CLIENT_FHIR } ac_client_format;

enum { AC_CLIENT_ARENA = 128 << 20, AC_CLIENT_PATH = 160, AC_CLIENT_RESULT_MAX = 1 << 30 };

/** One run of the command. args: what stands behind the verb. */
typedef struct {
    const ac_cli *cli;
    ac_client *client;
    char **args;
    size_t n_args;
    ac_arena *arena; /* of the whole run */
    ac_client_format format;
    ac_outfile out; /* standard output */
    size_t failed;  /* documents, jobs: each was named */
    bool lost;      /* nobody reads standard output any more, or it cannot be written */
} ac_client_run;

/** A line on standard output; run->lost when that fails. */
void ac_client_print(ac_client_run *run, ac_sv line);

/** run's exit code. */
int ac_client_exit(const ac_client_run *run);

/* ---- jobs ---- */

typedef AC_VEC(ac_id) ac_client_ids;

/** The JOB arguments. false: one is no id, it was named. */
bool ac_client_read_ids(ac_client_run *run, ac_client_ids *out);

/** What a job's JSON, or an event's, says. */
typedef struct {
    ac_id job;
    ac_job_state state;
    uint64_t event, attempt, step, done, total;
    ac_sv error; /* a stable word; empty: none */
} ac_client_job;
bool ac_client_job_of(const ac_json *j, ac_client_job *out);

/** What happened to a job, until it has ended; after a cut it goes on behind the last event.
 *  last    where to begin, 0: at the beginning; kept up to date
 *  told    each event; json: as the server wrote it. Any thread
 *  errors  as ac_client_send */
typedef struct {
    void *context;
    void (*told)(void *context, const ac_client_job *event, ac_sv json);
} ac_client_listener;
AC_NODISCARD ac_rc ac_client_follow(ac_client *c, ac_id job, uint64_t *last, const ac_client_listener *listener,
                                    ac_client_answer *out);

/** A job's result in the run's format (JSON when none was said), piece by piece, each once.
 *  errors  as ac_client_send; AC_EIO: what came is no result */
AC_NODISCARD ac_rc ac_client_result(ac_client_run *run, ac_id job, void *context,
                                    bool (*piece)(void *context, ac_sv bytes), ac_client_answer *out);

/** The same for all jobs of a batch, in ascending order of their ids, a result as a whole; empty: none, or too large
 * for that. errors  as ac_client_send: those that were not told are to be asked for one by one */
AC_NODISCARD ac_rc ac_client_batch(ac_client_run *run, ac_id batch, void *context,
                                   void (*each)(void *context, ac_id job, ac_sv result), ac_client_answer *out);

/** The de-identified texts of a result, or of several, appended. false: it has none */
bool ac_client_texts(ac_sv json, ac_sb *out);

/* ---- what is submitted ---- */

/** One document that the server has taken. */
typedef struct {
    const ac_input *in;
    uint64_t line; /* of a .jsonl file; 0: the whole file */
    ac_sv id;      /* of a note in it */
    ac_id batch;   /* none: alone */
    ac_client_job job;
    bool taken, known; /* by the server; how it ended */
} ac_client_note;
typedef AC_VEC(ac_client_note) ac_client_notes;

/** How documents are to be worked on: the same for all, unless a line says otherwise. Empty: not said. */
typedef struct {
    ac_sv lang, note_date, patient;
} ac_client_how;

typedef struct {
    ac_client_run *run;
    ac_client_how how;
    ac_client_notes notes;
    ac_sb pending;           /* notes that were not sent yet, as JSON, without commas between them: */
    AC_VEC(size_t) ends;     /* where each ends */
    size_t first;            /* the first one's place in notes */
    AC_VEC(ac_mac_key) sent; /* what the requests of this run were told apart by */
    ac_sv patient;           /* the last reference that the server was asked about, */
    ac_id patient_id;        /* and who that is there */
    ac_progress progress;
    double share; /* of the inputs that were read */
    size_t max_bytes;
    bool wait, fatal; /* fatal: nothing more can be sent; it was said why */
} ac_submit;

/** Adds a note to what will be sent, and sends when it is enough. text: UTF-8 of at most AC_INLINE_MAX bytes. */
void ac_submit_note(ac_submit *s, const ac_client_note *note, const ac_client_how *how, ac_sv name, ac_sv text);
void ac_submit_flush(ac_submit *s);
/** Sends a document of any kind and size: those bytes, or when file is not NULL what it holds from its beginning. */
void ac_submit_upload(ac_submit *s, const ac_client_note *note, const ac_client_how *how, ac_sv name, ac_sv bytes,
                      FILE *file);

/** Remembers it. NULL: there is no room, it was said. */
ac_client_note *ac_submit_keep(ac_submit *s, const ac_client_note *note);
/** What the server is to call it; empty where it cannot. */
ac_sv ac_submit_name(ac_sv name);

/** It could not be done: says which one, and why. */
void ac_submit_failed(ac_submit *s, const ac_client_note *note, const char *why);
/** As that; what has to do with all of them ends the run. */
void ac_submit_refused(ac_submit *s, const ac_client_note *note, ac_rc rc, const char *why);
/** The server has taken it. */
void ac_submit_taken(ac_submit *s, ac_client_note *note, ac_id batch, ac_id job);
/** One line of standard output. */
void ac_submit_print(ac_submit *s, const ac_client_note *note);

/** Waits for all that was taken, and writes results where --out says. */
void ac_submit_wait(ac_submit *s, const ac_inputs *inputs);

int ac_client_submit(ac_client_run *run);
int ac_client_watch(ac_client_run *run);

#endif
