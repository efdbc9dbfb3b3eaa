/** Bytes as hexadecimal digits, in lower case. Pure. */
#ifndef AC_BASE_HEX_H
#define AC_BASE_HEX_H

#include "base/str.h"

/** 2 * n digits, not NUL-terminated. Returns the place behind them. */
char *ac_hex_put(char *out, const void *bytes, size_t n);

/** s.n / 2 bytes. False: an odd number of digits, or something else than digits in lower case. */
bool ac_hex_read(ac_sv s, void *out);

#endif
