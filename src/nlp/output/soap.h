/** The note in four parts: what is told, what is found, what it is, what to do. */
#ifndef AC_NLP_SOAP_H
#define AC_NLP_SOAP_H

#include "core/result.h"

/** A note with sections keeps its sentences, by section. Text without sections is sorted by content. A dialogue is
 * turned into the sentences of a note. note must be analysed; out lives in its arena. Errors: AC_ELIMIT, AC_ENOMEM.
 * Pure. */
AC_NODISCARD ac_rc ac_soap_make(const ac_note *note, ac_soap *out, ac_err *err);

#endif
