/** The audit log on the wire: as JSON, and as FHIR R4 AuditEvent. */
#ifndef AC_API_AUDIT_JSON_H
#define AC_API_AUDIT_JSON_H

#include "api/call.h"

extern const ac_schema ac_schema_audit, ac_schema_audit_query, ac_schema_audit_head;

/** Answer with a page of records as a FHIR R4 Bundle of AuditEvents. full: there may be more. */
AC_NODISCARD ac_rc ac_audit_fhir(ac_call *c, const ac_audit_records *list, bool full, ac_err *err);

/** GET /v1/audit */
AC_NODISCARD ac_rc ac_get_audit(ac_call *c, ac_err *err);

/** GET /v1/audit/head */
AC_NODISCARD ac_rc ac_get_audit_head(ac_call *c, ac_err *err);

#endif
