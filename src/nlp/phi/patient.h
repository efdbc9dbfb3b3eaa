/** The patient as the note tells it: age, sex, birth date, name, each with the words that say so. */
#ifndef AC_NLP_PATIENT_H
#define AC_NLP_PATIENT_H

#include "core/note.h"

/** Step: reads text, folded, tokens, sentences, sections, times, phi; fills patient. What the note does not say stays
 * empty; an age is not computed from a birth date. errors  none thread  any; pure; linear */
AC_NODISCARD ac_rc ac_step_patient(ac_note *note, ac_err *err);

#endif
