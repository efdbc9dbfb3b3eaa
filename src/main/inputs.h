/** The INPUT arguments as a list of files. */
#ifndef AC_MAIN_INPUTS_H
#define AC_MAIN_INPUTS_H

#include "base/arena.h"
#include "os/lines.h"

typedef enum { AC_INPUT_AUTO, AC_INPUT_TEXT, AC_INPUT_LINES } ac_input_kind;

typedef struct {
    const char *path; /* NUL-terminated; "-" is standard input */
    ac_sv stem;       /* its name below an output folder, without extension */
    ac_rc rc;         /* not AC_OK: it cannot be read, and why */
    const char *why;
} ac_input;

typedef struct {
    ac_input *at;
    size_t n, cap;
} ac_inputs;

/** Files stay, folders become the files below them, patterns the files that match. Something that does not exist is an
 *  entry with rc set, so that the others are done. errors: AC_ELIMIT */
AC_NODISCARD ac_rc ac_inputs_expand(char **args, size_t n, ac_arena *arena, ac_inputs *out, ac_err *err);

/** By its name: .jsonl and .ndjson hold lines. */
bool ac_input_has_lines(const char *path);

/** Does the stream hold one note a line? Nothing was taken from it yet. by_name: its name says so. */
bool ac_lines_are_notes(ac_lines *lines, ac_input_kind kind, bool by_name);

#endif
