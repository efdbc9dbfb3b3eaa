/** The engine as a table of steps. The same rows drive the pipeline, its timings, the bench and the documentation. */
#ifndef AC_NLP_PIPELINE_H
#define AC_NLP_PIPELINE_H

#include "core/note.h"

typedef struct {
    const char *name;          /* as in timing_ms and `aceso bench` */
    const char *reads, *fills; /* fields of ac_note, for people and for docs/ */
    ac_rc (*run)(ac_note *note, ac_err *err);
} ac_step;

/** The steps in their order. Static. */
const ac_step *ac_steps(size_t *n);

/** Run all of them. note needs arena, text and lang; note_date when the caller knows it. Errors: AC_ELIMIT. Pure. */
AC_NODISCARD ac_rc ac_analyse(ac_note *note, ac_err *err);

#endif
