/** FHIR R4 out: an ac_record becomes JSON. */
#ifndef AC_INTEROP_FHIR_WRITE_H
#define AC_INTEROP_FHIR_WRITE_H

#include "base/json_write.h"
#include "interop/record.h"

/** Append the whole record as a Bundle, or as the resource alone when it came as one (record->bundle is false and
 *  it has exactly one entry, and what that contains). Members that are empty are left out. Errors: AC_ELIMIT, AC_ENOMEM. Pure. */
AC_NODISCARD ac_rc ac_fhir_write(const ac_record *record, int indent, ac_sb *out, ac_err *err);

#endif
