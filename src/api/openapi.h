/** The route table as an OpenAPI 3.1 document. */
#ifndef AC_API_OPENAPI_H
#define AC_API_OPENAPI_H

#include "api/route.h"

/** issuer: whose tokens are taken beside API keys; "": nobody's. */
void ac_openapi_write(ac_sb *out, ac_sv issuer);

/** Is it described there? What answers 501 and nothing else is not, nor are WebSockets, for which OpenAPI has no words;
 * /docs shows both. */
bool ac_openapi_has(const ac_route *r);

#endif
