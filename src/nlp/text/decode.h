/** Reading bytes as characters: which encoding, and the next character of it. Used by normalise.c only. */
#ifndef AC_NLP_DECODE_H
#define AC_NLP_DECODE_H

#include "base/str.h"

typedef enum { AC_ENC_UTF8, AC_ENC_UTF16LE, AC_ENC_UTF16BE, AC_ENC_CP1252, AC_ENC_BINARY } ac_encoding;

/** What the bytes are, and how many of them are a byte order mark. */
typedef struct {
    ac_encoding encoding;
    size_t bom;       /* bytes */
    size_t text_max;  /* the most UTF-8 bytes that decoding and composing can make of the source */
} ac_decode_plan;

ac_decode_plan ac_decode_detect(ac_sv source);
const char *ac_encoding_name(ac_encoding e);

enum { AC_CP_INVALID = -1 };

/** The character at s.p (s.n > 0). *len is the bytes it takes, at least 1. AC_CP_INVALID for bytes that are none;
 *  for UTF-8 *len is then the longest part that started well (Unicode 15, section 3.9, "maximal subpart"). */
int32_t ac_decode_utf8(ac_sv s, size_t *len);
int32_t ac_decode_utf16(ac_sv s, bool big_endian, size_t *len);

#endif
