/** One HL7 message on its way, from its bytes to the result on the disk. No connections here: mllp_server.h has them. */
#ifndef AC_MAIN_MLLP_JOB_H
#define AC_MAIN_MLLP_JOB_H

#include "interop/hl7/hl7_ack.h"
#include "main/notes.h"

enum { AC_MLLP_NAME = 128, AC_MLLP_PRINT = 2 };

/** Where things lie. Below out: a file for each result. */
typedef struct {
    const ac_settings *s;
    const char *out;       /* results */
    char *incoming;        /* messages that were accepted and whose results are not there yet, NAME.hl7 */
    char *rejected;        /* messages that gave no result, NAME.hl7 */
    ac_mac_key key;        /* of the fingerprints; new in each process */
} ac_mllp_folders;

typedef enum {
    AC_MLLP_CHECK,         /* look at the header, find name and fingerprint */
    AC_MLLP_STORE,         /* enhanced mode: the message itself goes to the disk */
    AC_MLLP_LOAD,          /* one that a process before this one has stored */
    AC_MLLP_PROCESS,       /* the result goes to the disk */
    AC_MLLP_KEEP,          /* it gave no result: the message itself is kept */
    AC_MLLP_DONE,
} ac_mllp_step;

typedef struct {
    const ac_mllp_folders *folders;
    ac_sb message;         /* owned */
    uint64_t number;       /* of the message in this process, from 1 */
    ac_mllp_step next;     /* what is to be done */
    char name[AC_MLLP_NAME];
    uint64_t print[AC_MLLP_PRINT]; /* sender and control id; all bytes */
    bool printed;          /* print is there */
    bool enhanced, stored; /* stored: it lies in incoming */
    bool loaded;           /* and came from there */
    bool silent;           /* an acknowledgement itself: never answered */
    ac_hl7_outcome outcome;
    ac_hl7_error error;
    ac_sv place;           /* of the error, static */
    ac_rc rc;              /* why; AC_OK when taken */
    bool retry;            /* it may go well later: nothing is remembered of it */
} ac_mllp_job;

/** Do the next step and set the one after it. On a worker's thread; worker is an ac_arena **. */
void ac_mllp_job_step(void *worker, ac_mllp_job *j);

/** It gives no result, with this outcome; what is left to be done is to keep it. */
void ac_mllp_job_refuse(ac_mllp_job *j, ac_hl7_outcome outcome, ac_hl7_error error, ac_rc rc);

void ac_mllp_job_cleanup(ac_mllp_job *j);

/** Make the folders. errors  AC_EDENIED, AC_EIO, AC_ENOMEM, AC_EBUSY (another process works there); cleaned up in any case */
AC_NODISCARD ac_rc ac_mllp_folders_open(const ac_settings *s, ac_mllp_folders *out, ac_err *err);
void ac_mllp_folders_cleanup(ac_mllp_folders *f);

#endif
