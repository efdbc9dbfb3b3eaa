/** Values of tests and vital signs: number and unit or words, reference range, flag. */
#ifndef AC_NLP_MEASURE_H
#define AC_NLP_MEASURE_H

#include "core/note.h"

/** Step: reads entities, marks, tokens, sentences, times, patient.sex; fills value of labs and vitals and their attributes
 *  VALUE (where it stands), RANGE (as the text gives it), BASELINE ("baseline 1.6": the value it is compared with, norm
 *  "baseline" or "previous") and FLAG ("high", "low", "critical-high", "critical-low",
 *  "abnormal", "critical"; the text's own word, else computed from the range of the text or of the lexicon: its span is
 *  then the value's). A value belongs to one test only. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_measures(ac_note *note, ac_err *err);

/** True when a value stands beside term: an ambiguous word ("K", "T", "P") is a test here. Needs marks and times. */
bool ac_measure_supports(const ac_note *note, ac_span term);

/** False when a number stands beside term that this test could hardly have ("P 80" is no phosphate). For words that name
 *  several tests. Needs marks and times. */
bool ac_measure_plausible(const ac_note *note, ac_span term, uint32_t concept);

/** False when the code says another test than this result is: a LOINC code for mg/dL does not fit a value in mmol/L. */
bool ac_measure_code_fits(const ac_entity *e, ac_code_system system);

#endif
