/** Messages that were answered a while ago, so that one that comes again is answered again and gives no second result. One thread. */
#ifndef AC_MAIN_MLLP_SEEN_H
#define AC_MAIN_MLLP_SEEN_H

#include "main/mllp_job.h"

typedef struct {
    uint64_t print[AC_MLLP_PRINT];
    enum { AC_SEEN_NOTHING, AC_SEEN_RUNNING, AC_SEEN_DONE } state;
    ac_hl7_outcome outcome; /* of a message that is done */
    ac_hl7_error error;
    ac_sv place;
    bool stored;            /* it was accepted, whatever became of it */
} ac_mllp_known;

typedef struct {
    ac_mllp_known *at;      /* a ring: the oldest is forgotten first */
    size_t max, next;
} ac_mllp_seen;

AC_NODISCARD ac_rc ac_mllp_seen_new(size_t max, ac_mllp_seen *out, ac_err *err);
void ac_mllp_seen_cleanup(ac_mllp_seen *s);

/** What is known of a message with that fingerprint, NULL when nothing. Borrowed until the next call. */
const ac_mllp_known *ac_mllp_seen_find(const ac_mllp_seen *s, const ac_mllp_job *j);

void ac_mllp_seen_begin(ac_mllp_seen *s, const ac_mllp_job *j); /* it is being worked on */
void ac_mllp_seen_end(ac_mllp_seen *s, const ac_mllp_job *j);   /* remember how it ended; of one to be tried again: forget it */

#endif
