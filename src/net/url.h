/** Request targets (RFC 3986, strict): percent-escapes, paths, query parameters. Pure; any thread. */
#ifndef AC_NET_URL_H
#define AC_NET_URL_H

#include "base/arena.h"

typedef struct {
    ac_sv name, value; /* decoded */
} ac_url_param;

typedef AC_VEC(ac_url_param) ac_url_params;

/** Undo percent-escapes. The result is UTF-8 without control characters.
 *  plus    '+' means a blank (query and form values)
 *  errors  AC_EINPUT (broken escape, %00 or another control character, no UTF-8), AC_ELIMIT */
AC_NODISCARD ac_rc ac_url_decode(ac_sv s, bool plus, ac_arena *arena, ac_sv *out, ac_err *err);

/** The path of a request target, decoded. It begins with '/' and names one thing only: refused are dot segments, empty segments but the
 *  last, backslashes, and escapes of '/', '\', '.' segments and control characters.
 *  errors  AC_EINPUT, AC_ELIMIT */
AC_NODISCARD ac_rc ac_url_path(ac_sv raw, ac_arena *arena, ac_sv *out, ac_err *err);

/** "a=1&b=x%20y": parameters in order; of application/x-www-form-urlencoded bodies, too.
 *  errors  AC_EINPUT (see ac_url_decode), AC_ELIMIT (more than max, or the arena is full) */
AC_NODISCARD ac_rc ac_url_query(ac_sv raw, size_t max, ac_arena *arena, ac_url_params *out, ac_err *err);

#endif
