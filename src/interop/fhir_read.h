/** FHIR R4 in: a Bundle or a single resource becomes an ac_record. */
#ifndef AC_INTEROP_FHIR_READ_H
#define AC_INTEROP_FHIR_READ_H

#include "base/json_read.h"
#include "interop/record.h"

/** Read a parsed document.
 *  json    borrowed: strings of the record point into it
 *  arena   owns the record
 *  out     untouched on error. out->coverage counts what is not in it
 *  errors  AC_EINPUT (no FHIR resource), AC_ELIMIT (the arena is full)
 *  thread  any; pure; linear in the size of the document */
AC_NODISCARD ac_rc ac_fhir_read(const ac_json *json, ac_arena *arena, ac_record *out, ac_err *err);

#endif
