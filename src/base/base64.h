/** Base64 (RFC 4648). */
#ifndef AC_BASE_BASE64_H
#define AC_BASE_BASE64_H

#include "base/arena.h"

/** Section 4, with padding, without line ends. p is NULL when the arena, which owns it, is full. Any thread. */
ac_sv ac_base64_write(ac_arena *arena, ac_sv bytes);

/** The bytes that a text stands for. White space may stand anywhere, padding at the end alone, where it may be missing.
 *  errors  AC_EINPUT (no base64: nothing is better than half of a document), AC_ELIMIT (the arena is full); *out is
 * empty then */
AC_NODISCARD ac_rc ac_base64_read(ac_arena *arena, ac_sv text, ac_sv *out);

/** base64url without padding (section 5, RFC 7515 appendix C), strictly: one text for the same bytes. No white space,
 * no padding, no bits that are left over. errors  as before */
AC_NODISCARD ac_rc ac_base64url_read(ac_arena *arena, ac_sv text, ac_sv *out);

#endif
