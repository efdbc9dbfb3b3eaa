/** The character sets of one byte that western Europe writes in. */
#ifndef AC_BASE_LATIN_H
#define AC_BASE_LATIN_H

#include <stdint.h>

/** The character that a byte stands for; -1 when it stands for none. Any thread. */
int32_t ac_latin_1252(unsigned char c); /* Windows-1252, which what calls itself ISO 8859-1 or ASCII is read as */
int32_t ac_latin_9(unsigned char c);    /* ISO 8859-15 */

#endif
