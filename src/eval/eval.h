/** Scores of the engine on annotated corpora (docs/evaluation.md). The corpora stay where they are: nothing here copies or
 *  ships them, and error examples quote them for the person who works on the rules. */
#ifndef AC_EVAL_EVAL_H
#define AC_EVAL_EVAL_H

#include "base/arena.h"

#include <stdint.h>

typedef struct {
    uint64_t tp, fp, fn;
} ac_count;

double ac_precision(ac_count c);            /* 0 when nothing was found */
double ac_recall(ac_count c);               /* 0 when there was nothing to find */
double ac_f_beta(ac_count c, double beta);

/** One number. Counted: tp, fp and fn stand and value is their F1. A share: value is count.tp of n. Otherwise value is
 *  a mean over n things, or an F-beta. */
typedef struct {
    ac_sv corpus, measure, type; /* type empty: over all types */
    bool counted, share;
    ac_count count;
    double value;                /* 0..1 */
    uint64_t n;
} ac_eval_row;

typedef struct {
    ac_eval_row *at;
    size_t n, cap;
} ac_eval_rows;

typedef enum { AC_EVAL_MISSED, AC_EVAL_SPURIOUS, AC_EVAL_BOUNDARY, AC_EVAL_TYPE, AC_EVAL_GROUPS } ac_eval_group;

/** One kind of error: the same words wrong in the same way. The sentence is that of its first occurrence. */
typedef struct {
    ac_sv corpus, document, gold, found, words, sentence; /* gold, found: type names, empty when there is none */
    uint8_t group;                                        /* ac_eval_group */
    uint64_t times;
} ac_eval_error;

typedef struct {
    ac_eval_error *at;
    size_t n, cap;
} ac_eval_errors;

typedef struct {
    ac_eval_rows rows;
    ac_eval_errors errors; /* at most options.errors per group, most frequent first */
    ac_sv file;            /* that was read last: when the run fails, the one that stopped it */
} ac_eval_report;

typedef struct {
    const char *path; /* a corpus, a file of one, or a folder with many */
    ac_sv format;     /* a name of ac_eval_format_name, or empty: by content */
    size_t errors;    /* of each group; 0: none */
} ac_eval_options;

/** Score every corpus found at or below the path.
 *  arena   owns the report
 *  out     on failure only out->file is set (empty when no file is to blame)
 *  errors  AC_ENOTFOUND (no such path, no corpus there), AC_EINPUT (unknown format, damaged file), AC_ELIMIT, AC_EIO
 *  thread  one */
AC_NODISCARD ac_rc ac_eval_run(const ac_eval_options *opt, ac_arena *arena, ac_eval_report *out, ac_err *err);

/** Names of the formats in order; empty past the last. Static. */
ac_sv ac_eval_format_name(size_t i);

/** The report as tables for people, or as one JSON object (aceso/eval/1). */
void ac_eval_write_text(const ac_eval_report *report, ac_sb *out);
void ac_eval_write_json(const ac_eval_report *report, ac_sb *out);

#endif
