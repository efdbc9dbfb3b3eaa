/** Some members of a JSON object, as they were written. Pure. */
#ifndef AC_APP_MEMBERS_H
#define AC_APP_MEMBERS_H

#include "base/arena.h"

enum { AC_MEMBER_NAME = 64 };

/** Is name one of names, which are parted by commas? */
bool ac_members_is_one_of(ac_sv names, ac_sv name);

/** Objects one after the other, in pieces of any size; of each those members whose names are among names (parted by
 * commas), as they were written, in their old order, and a line feed. In constant memory. */
typedef struct {
    ac_sv names; /* borrowed */
    enum { AC_MEMBERS_OUTSIDE, AC_MEMBERS_FIRST, AC_MEMBERS_NAME, AC_MEMBERS_COLON, AC_MEMBERS_VALUE, AC_MEMBERS_MORE } at;
    bool keep, any, quoted, escaped;
    unsigned depth;
    size_t n;
    char name[AC_MEMBER_NAME]; /* so long are none of ours */
} ac_members_filter;

static inline ac_members_filter ac_members_filter_of(ac_sv names) { return (ac_members_filter) { .names = names }; }
/** Append what of them is kept. errors  AC_EINPUT (no JSON objects), AC_ELIMIT, AC_ENOMEM */
AC_NODISCARD ac_rc ac_members_pass(ac_members_filter *f, ac_sv bytes, ac_sb *out, ac_err *err);
/** That was all. errors  AC_EINPUT: it ended within an object */
AC_NODISCARD ac_rc ac_members_end(const ac_members_filter *f, ac_err *err);

/** The value of one of its members, as it was written, the arena's; empty: there is none. errors  AC_EINPUT (no JSON object), AC_ELIMIT, AC_ENOMEM */
AC_NODISCARD ac_rc ac_members_value(ac_sv object, ac_sv name, ac_arena *arena, ac_sv *out, ac_err *err);

#endif
