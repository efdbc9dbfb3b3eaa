/** JSON reader (RFC 8259, strict): bytes in, a tree in an arena out. Numbers keep their text, because FHIR decimals
 *  must not lose their precision (1.50 is not 1.5). Duplicate keys, bad UTF-8, lone surrogates and bytes after the
 *  value are refused. No recursion: depth is a limit, not a stack. Any thread; pure. */
#ifndef AC_BASE_JSON_READ_H
#define AC_BASE_JSON_READ_H

#include "base/arena.h"

typedef enum { AC_JSON_NULL, AC_JSON_FALSE, AC_JSON_TRUE, AC_JSON_NUMBER, AC_JSON_STRING, AC_JSON_ARRAY, AC_JSON_OBJECT } ac_json_type;

typedef struct ac_json ac_json;
struct ac_json {
    ac_json_type type;
    size_t n;          /* children of an array or object */
    ac_sv text;        /* string: its characters, unescaped; number: as written */
    ac_sv key;         /* of a member of an object */
    ac_json *first, *next; /* children in order; next sibling */
    size_t at;         /* byte of the source where the value begins */
};

/** Parse one value. err names the byte where it went wrong, never the text.
 *  errors  AC_EINPUT (not JSON), AC_ELIMIT (deeper than depth_max, or the arena is full) */
AC_NODISCARD ac_rc ac_json_parse(ac_sv source, unsigned depth_max, ac_arena *arena, ac_json **out, ac_err *err);

/** Member of an object; NULL when j is NULL, no object, or has no such member. */
const ac_json *ac_json_get(const ac_json *j, const char *key);
/** Text of a string member; empty when it is missing or no string. */
ac_sv ac_json_text(const ac_json *j, const char *key);
/** Value of a member that is a whole number; fallback when it is missing or none. */
int64_t ac_json_i64(const ac_json *j, const char *key, int64_t fallback);
/** Value of a number member; fallback when it is missing or no number. */
double ac_json_number(const ac_json *j, const char *key, double fallback);

#endif
