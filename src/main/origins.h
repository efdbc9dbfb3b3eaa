/** Which web pages of other origins may use the API from a browser (CORS): a list that somebody wrote. Pure; any thread. */
#ifndef AC_MAIN_ORIGINS_H
#define AC_MAIN_ORIGINS_H

#include "base/err.h"
#include "base/str.h"

/** Is it a list as "https://console.example.org,http://localhost:5173"? "*" is none: who may use the API has a key, and a page of
 *  anybody's is nobody to be trusted with it. errors  AC_EINPUT */
AC_NODISCARD ac_rc ac_origins_check(const char *list, ac_err *err);

/** Is origin, as a browser says it, one of the list? */
bool ac_origins_have(const char *list, ac_sv origin);

#endif
