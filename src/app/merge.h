/** Summaries of several documents of one patient as one: what they say in the same words is said once, with all places
 * where it stands; nothing else is brought together, weighed or left out. Pure. */
#ifndef AC_APP_MERGE_H
#define AC_APP_MERGE_H

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "core/id.h"

typedef struct ac_merge ac_merge;

typedef struct {
    ac_id job, document; /* document: none: the text came with the job */
    int64_t created_ms;
    bool complete; /* all of the document was read */
} ac_merge_source;

/** Everything of it is the arena's. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_merge_new(ac_arena *arena, ac_merge **out, ac_err *err);

/** result: an object of aceso/result/1; it may go when this returns.
 *  errors  AC_EINPUT (it is none), AC_ELIMIT: too much for one summary, and not all of it is there */
AC_NODISCARD ac_rc ac_merge_add(ac_merge *m, const ac_merge_source *source, const ac_json *result, ac_err *err);

/** "sources": [...], "summary": {...}: members of an object. Newest first, by the date of the note, else the day it
 * came. Once, as the last thing. */
void ac_merge_write(ac_merge *m, ac_jw *w);

#endif
