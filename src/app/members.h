/** Some members of a JSON object, as they were written. Pure. */
#ifndef AC_APP_MEMBERS_H
#define AC_APP_MEMBERS_H

#include "base/arena.h"

/** Append the object again with only those members whose names are among names (parted by commas), in their old order, and a line feed.
 *  errors  AC_EINPUT (no JSON object), AC_ELIMIT, AC_ENOMEM */
AC_NODISCARD ac_rc ac_members_keep(ac_sv object, ac_sv names, ac_arena *arena, ac_sb *out, ac_err *err);

/** The value of one of its members, as it was written, the arena's; empty: there is none. errors  as before */
AC_NODISCARD ac_rc ac_members_value(ac_sv object, ac_sv name, ac_arena *arena, ac_sv *out, ac_err *err);

/** ac_members_keep with each line of lines. */
AC_NODISCARD ac_rc ac_members_keep_lines(ac_sv lines, ac_sv names, ac_arena *arena, ac_sb *out, ac_err *err);

#endif
