/** The other end of an upload: what is done with a document that is on the disk. */
#ifndef AC_API_UPLOAD_H
#define AC_API_UPLOAD_H

#include "api/call.h"
#include "app/documents.h"

/** Submit a job for c->stored, as the query says. info: what is known of the document. Where an idempotency key says
 * that the same was uploaded before, c->stored, job and document are those of before. */
AC_NODISCARD ac_rc ac_stored_submit(ac_call *c, ac_job *out, ac_document_info *info, ac_err *err);

#endif
