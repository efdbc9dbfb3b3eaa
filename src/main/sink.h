/** Where results go: all to standard output, one file per input, or one file per note of a batch. Owner's thread. */
#ifndef AC_MAIN_SINK_H
#define AC_MAIN_SINK_H

#include "main/notes.h"
#include "os/outfile.h"

typedef struct {
    const ac_settings *s;
    ac_outfile file;
    const ac_input *open_for; /* batch input whose file is open */
    const ac_input *lost_for; /* batch input whose file could not be written: told once, its other notes are passed over */
    bool kept;                /* a file that is not whole was left under its .part name; path is its name without that */
    const char *where;        /* for messages */
    char path[4096];
    uint64_t *seen;           /* hashes of the ids in the running batch input, open addressing */
    size_t n_seen, cap_seen;
} ac_sink;

/** errors  AC_EINPUT: two inputs would be written to the same file; as ac_dir_make. where is set */
AC_NODISCARD ac_rc ac_sink_open(ac_sink *k, const ac_settings *s, const ac_inputs *inputs, ac_err *err);
AC_NODISCARD ac_rc ac_sink_write(ac_sink *k, const ac_work *w, ac_err *err);
/** True when no later result can be written either. */
bool ac_sink_lost(const ac_sink *k);
/** whole: every result is there. Otherwise an open file keeps its .part name. */
AC_NODISCARD ac_rc ac_sink_finish(ac_sink *k, bool whole, ac_err *err);
void ac_sink_close(ac_sink *k);

#endif
