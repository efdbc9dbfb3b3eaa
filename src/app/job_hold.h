/** The jobs that this process has leased. */
#ifndef AC_APP_JOB_HOLD_H
#define AC_APP_JOB_HOLD_H

#include "app/service_parts.h"

/** How many jobs a service with so many threads may have leased at a time. */
size_t ac_hold_slots(size_t threads);

/** Begin to lease some when few are left. errors  those of beginning a lease */
AC_NODISCARD ac_rc ac_hold_more(ac_service *s, ac_err *err);

/** One to be worked on, whole, until ac_hold_end. false: none is here, or too many ends wait for the disk */
bool ac_hold_take(ac_service *s, size_t *slot, const ac_job **job);

/** What is known of it now: was it cancelled, or lost? */
ac_held ac_hold_look(ac_service *s, size_t slot);

/** It was asked to stop. Another process that holds it hears so at its next sign of life. */
void ac_hold_cancel(ac_service *s, ac_job_id job);

/** The work on it is over, after so long; job is not valid any more. Its end, of so many bytes, is on its way. */
void ac_hold_end(ac_service *s, size_t slot, uint64_t us, size_t bytes);

/** Ends that the store did not take, for want of room or time, are tried again when they are due; all of them when the
 * service stops. */
void ac_job_ends_again(ac_service *s);

/** Its end is stored, or will never be. */
void ac_hold_leave(ac_service *s, size_t slot);

#endif
