/** The route table as an OpenAPI 3.1 document. */
#ifndef AC_API_OPENAPI_H
#define AC_API_OPENAPI_H

#include "base/str.h"

void ac_openapi_write(ac_sb *out);

#endif
