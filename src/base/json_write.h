/** JSON writer over a string builder: commas and escapes are its business, nesting is the caller's. One thread. */
#ifndef AC_BASE_JSON_WRITE_H
#define AC_BASE_JSON_WRITE_H

#include "base/str.h"

#include <string.h>

typedef struct {
    ac_sb *out;    /* borrowed; ac_sb_done(out) reports any failure */
    int indent;    /* blanks per level; 0 writes everything on one line */
    unsigned depth;
    bool comma;    /* a value stands before, on this level */
    bool key;      /* a key was just written */
} ac_jw;

static inline ac_jw ac_jw_to(ac_sb *out, int indent) { return (ac_jw) { .out = out, .indent = indent }; }

void ac_jw_object(ac_jw *j);                    /* { */
void ac_jw_end_object(ac_jw *j);                /* } */
void ac_jw_array(ac_jw *j);
void ac_jw_end_array(ac_jw *j);
void ac_jw_string(ac_jw *j, ac_sv s);           /* UTF-8; bytes that are not become U+FFFD */
void ac_jw_u64(ac_jw *j, uint64_t v);
void ac_jw_i64(ac_jw *j, int64_t v);
void ac_jw_double(ac_jw *j, double v);          /* NAN and infinity become null */
void ac_jw_bool(ac_jw *j, bool v);
void ac_jw_null(ac_jw *j);
void ac_jw_raw(ac_jw *j, ac_sv json);           /* one complete value, already JSON */

void ac_jw_key_indented(ac_jw *j, ac_sv key);   /* ac_jw_key, where lines are indented */
/** key: a word of the program's own, with nothing in it to escape. Inline: most are literals, and a result has thousands. */
static inline void ac_jw_key(ac_jw *j, ac_sv key)
{
    if (j->indent) {
        ac_jw_key_indented(j, key);
        return;
    }
    char *room = ac_sb_room(j->out, key.n + 3 + j->comma);
    if (room) {
        *room = ',';
        room += j->comma;
        room[0] = '"';
        memcpy(room + 1, key.p, key.n);
        room[key.n + 1] = '"';
        room[key.n + 2] = ':';
    }
    j->comma = j->key = true;
}

/* Key and value in one. Inline, so that the compiler measures the key. */
#define AC_JW_KEYED(name, parameter, call)                                                                             \
    static inline void name parameter                                                                                  \
    {                                                                                                                  \
        ac_jw_key(j, (ac_sv) { key, strlen(key) });                                                                    \
        call;                                                                                                          \
    }
AC_JW_KEYED(ac_jw_kstring, (ac_jw *j, const char *key, ac_sv v), ac_jw_string(j, v))
AC_JW_KEYED(ac_jw_ku64, (ac_jw *j, const char *key, uint64_t v), ac_jw_u64(j, v))
AC_JW_KEYED(ac_jw_kdouble, (ac_jw *j, const char *key, double v), ac_jw_double(j, v))
AC_JW_KEYED(ac_jw_kbool, (ac_jw *j, const char *key, bool v), ac_jw_bool(j, v))
AC_JW_KEYED(ac_jw_kobject, (ac_jw *j, const char *key), ac_jw_object(j))
AC_JW_KEYED(ac_jw_karray, (ac_jw *j, const char *key), ac_jw_array(j))
#undef AC_JW_KEYED

#endif
