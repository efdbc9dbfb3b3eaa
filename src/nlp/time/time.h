/** Dates, relative times, durations, ages and clock times in English and Spanish. Words live in data/sig/time.tsv. */
#ifndef AC_NLP_TIME_H
#define AC_NLP_TIME_H

#include "core/note.h"

/** Step: reads text, folded, tokens, lang, note_date; fills marks, times (ascending, not overlapping) and, when the
 *  caller gave none, note_date from a line such as "Date of admission: 05/10/2023".
 *  DATE      date is as exact as the text; without a year it takes the one that puts it before the note date, else 0
 *  RELATIVE  amount in unit from the note date, date resolved; unit 0: relative to something else ("postoperative day 3")
 *  DURATION  amount in unit; of a range, the low end
 *  AGE       amount in unit ('a' unless said otherwise)
 *  CLOCK     amount in hours since midnight
 *  Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_times(ac_note *note, ac_err *err);

/** The date that the text itself gives for the note, by the words before it; year 0 when none. Needs marks and times. */
ac_date ac_note_date_from_text(const ac_note *note);

/** The first time expression that ends after byte at: an index into note->times (its n when none). */
size_t ac_time_after(const ac_note *note, uint32_t at);

/** The time expression that overlaps span, or NULL. */
const ac_time_expr *ac_time_at(const ac_note *note, ac_span span);

/** UCUM code of a unit of ac_timing and ac_time_expr: 'o' is "mo"; empty for unit 0. Static. */
ac_sv ac_period_ucum(char unit);

#endif
