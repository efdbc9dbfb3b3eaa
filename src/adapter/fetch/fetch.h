/** Requests (port/fetch.h) by libcurl, HTTP/1.1 and TLS 1.2 or later. Kept connections belong to where they lead and
 * under which rules they were made: none is used by a request with other rules. Neither the environment's proxies nor
 * netrc, cookies, HSTS and alternative services. */
#ifndef AC_ADAPTER_FETCH_H
#define AC_ADAPTER_FETCH_H

#include "port/fetch.h"

/** The caller frees it, when no request is under way. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_fetch_new(ac_fetch **out, ac_err *err);

#endif
