/* Characters of one byte, and UTF-16, to UTF-8, by our own tables: iconv opens files, which the sandbox forbids. */
#ifndef AC_ADAPTER_MARKUP_CHARSET_H
#define AC_ADAPTER_MARKUP_CHARSET_H

#include "base/str.h"

typedef enum {
    CHARSET_437, CHARSET_850, CHARSET_852, CHARSET_858, CHARSET_1250, CHARSET_1251, CHARSET_1252, CHARSET_1253, CHARSET_1254,
    CHARSET_1257, CHARSET_8859_2, CHARSET_8859_15, CHARSET_MAC,
    CHARSET_TABLES,
    CHARSET_UTF8 = CHARSET_TABLES, CHARSET_UTF16LE, CHARSET_UTF16BE,
    CHARSET_UNKNOWN,
    CHARSET_UNREAD,             /* known, but not read here: of one byte for each letter, */
    CHARSET_UNREAD_PAIRS,       /* or of two for most, as in East Asia */
} charset;

extern const uint16_t charset_upper[CHARSET_TABLES][128];

/* By a name of HTML or XML, "windows-1252"; ISO 8859-1 and ASCII are read as Windows-1252, as browsers do. */
charset charset_named(ac_sv name);
/* By the number of a Windows code page, 1252. */
charset charset_codepage(int64_t page);
/* Told by a byte order mark, whose length goes to *bom; CHARSET_UNKNOWN without one. */
charset charset_marked(ac_sv bytes, size_t *bom);

/* The character of one byte in one of the tables. */
uint32_t charset_char(charset set, unsigned char byte);
/* Append one character; what is none becomes U+FFFD. */
void charset_put(ac_sb *out, uint32_t character);
/* Append all of bytes; what is not of the set becomes U+FFFD. */
void charset_decode(charset set, ac_sv bytes, ac_sb *out);

#endif
