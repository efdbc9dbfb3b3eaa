/** Inside the attributes step. */
#ifndef AC_NLP_ATTRIBUTE_PARSE_H
#define AC_NLP_ATTRIBUTE_PARSE_H

#include "nlp/entity/entity.h"
#include "nlp/entity/mark.h"

/** attribute_time.c: onset, duration and date of the entity. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_attribute_times(ac_note *note, const ac_place *p, ac_err *err);

/** Append to the entity unless it has that kind already. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_attribute_add(ac_note *note, uint32_t entity, ac_attr a, ac_err *err);

#endif
