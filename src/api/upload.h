/** The other end of an upload: what is done with a document that is on the disk. */
#ifndef AC_API_UPLOAD_H
#define AC_API_UPLOAD_H

#include "api/call.h"

/** Submit a job for c->stored, as the query says. */
AC_NODISCARD ac_rc ac_stored_submit(ac_call *c, ac_job *out, ac_err *err);

#endif
