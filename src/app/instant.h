/** Moments as text: RFC 3339. Pure. */
#ifndef AC_APP_INSTANT_H
#define AC_APP_INSTANT_H

#include "base/str.h"

/** "2026-05-10T14:00:00+02:00": milliseconds since 1970, UTC; finer fractions are cut off. False: it is none, or before
 * 1970. */
bool ac_instant_read(ac_sv s, int64_t *ms);

#endif
