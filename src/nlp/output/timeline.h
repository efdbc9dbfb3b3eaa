/** What happened when: the facts of a note that the text ties to a date. */
#ifndef AC_NLP_TIMELINE_H
#define AC_NLP_TIMELINE_H

#include "core/result.h"

/** Events with a calendar date, ascending; equal dates keep the note's order. A date is the one that the text gives, or
 * a relative time ("3 days ago") resolved against the note's date. Facts whose date is not sure are left out. The words
 * of an event leave its calendar date out, for it stands beside them. note must be analysed; out lives in its arena.
 * Errors: AC_ELIMIT, AC_ENOMEM. Pure. */
AC_NODISCARD ac_rc ac_timeline_make(const ac_note *note, ac_timeline *out, ac_err *err);

/** The same as a list of statements that tell their dates. */
AC_NODISCARD ac_rc ac_chronology_make(const ac_note *note, ac_items *out, ac_err *err);

#endif
