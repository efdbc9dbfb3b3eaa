/** What JSON objects of the API consist of, as tables: requests are checked against them, and OpenAPI is written from
 * them. */
#ifndef AC_API_FIELD_H
#define AC_API_FIELD_H

#include "base/json_read.h"

typedef enum {
    AC_FIELD_TEXT,    /* min, max: bytes */
    AC_FIELD_ID,      /* UUID */
    AC_FIELD_DATE,    /* YYYY-MM-DD */
    AC_FIELD_INSTANT, /* RFC 3339; in answers UTC */
    AC_FIELD_NUMBER,  /* whole; min, max */
    AC_FIELD_BOOL,
    AC_FIELD_WORD,   /* one of words, which are parted by blanks */
    AC_FIELD_WORDS,  /* a list of them; in a query: parted by commas */
    AC_FIELD_IDS,    /* a list of UUIDs; min, max: how many */
    AC_FIELD_OBJECT, /* of */
    AC_FIELD_LIST,   /* of objects; min, max: how many */
    AC_FIELD_ANY,    /* any JSON value; only in answers and where the names of members are not ours */
} ac_field_type;

typedef struct ac_schema ac_schema;

typedef struct {
    const char *name;
    ac_field_type type;
    bool required;
    int64_t min, max;
    const char *words;
    const ac_schema *of;
    const char *help;
} ac_field;

struct ac_schema {
    const char *name;       /* of the component in OpenAPI */
    const ac_field *fields; /* ends with a row without name; NULL: any JSON object */
};

/** Check an object: no unknown members, none missing, each of its type and within its limits.
 *  where   receives the name of the member that is wrong, one of ours; empty: none of them (an unknown member, or no
 * object) errors  AC_EINPUT with words of our own */
AC_NODISCARD ac_rc ac_schema_check(const ac_schema *s, const ac_json *j, ac_sv *where, ac_err *err);

/** The same for one value that came as text, in a query. */
AC_NODISCARD ac_rc ac_field_check_text(const ac_field *f, ac_sv value, ac_err *err);

/** One of the words of a list that are parted by blanks? */
bool ac_words_have(const char *words, ac_sv word);

#endif
