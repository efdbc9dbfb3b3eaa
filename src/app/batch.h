/** One line of batch input: {"id", "text", "lang"?, "note_date"?, "patient"?}. Corpora carry members of their own: they are
 *  named, so that a misspelled one is not lost in silence, and not used. */
#ifndef AC_APP_BATCH_H
#define AC_APP_BATCH_H

#include "base/arena.h"
#include "core/types.h"
#include "core/vocab.h"

enum { AC_BATCH_UNUSED_MAX = 16 };

typedef struct {
    ac_sv id;         /* empty: none given; a number is taken as it is written */
    ac_sv text;
    ac_sv patient;    /* whose note it is; empty: not said */
    bool has_lang;
    ac_lang lang;
    ac_date note_date;/* year 0: not given */
    ac_sv unused[AC_BATCH_UNUSED_MAX]; /* names of the first other members; "?" where a name is more than a plain word */
    size_t n_unused;
} ac_batch_note;

/** errors  AC_EINPUT (no JSON object, no text, a member of the wrong type, a language or a date that is none), AC_ELIMIT. err never quotes the line.
 *  Everything in out lives in the arena. */
AC_NODISCARD ac_rc ac_batch_parse(ac_sv line, ac_arena *arena, ac_batch_note *out, ac_err *err);

/** "2024-02-29": a real date, or false. */
bool ac_date_read(ac_sv s, ac_date *out);

#endif
