/** Scores of the engine on annotated corpora (docs/evaluation.md). The corpora stay where they are: nothing here copies or
 *  ships them, and error examples quote them for the person who works on the rules. */
#ifndef AC_EVAL_EVAL_H
#define AC_EVAL_EVAL_H

#include "base/arena.h"
#include "core/types.h"

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

/** One kind of error: the same words wrong in the same way, with the document and the sentence of its first occurrence.
 *  Of a corpus that is only counted (E3C) there are no words and no sentence. */
typedef struct {
    ac_sv corpus, document, gold, found; /* gold, found: type names, empty when there is none */
    ac_sv words, found_words;            /* found_words: where something else was found than the gold's words; else empty */
    ac_sv sentence;
    ac_span mark;                        /* the words in the sentence */
    uint8_t group;                       /* ac_eval_group */
    uint64_t times;
} ac_eval_error;

typedef struct {
    ac_eval_error *at;
    size_t n, cap;
} ac_eval_errors;

/** What there is of one group in one corpus, listed or not. */
typedef struct {
    ac_sv corpus;
    uint8_t group;
    uint64_t errors, kinds; /* all, and the different ones */
} ac_eval_total;

typedef struct {
    ac_eval_total *at;
    size_t n, cap;
} ac_eval_totals;

typedef struct {
    ac_eval_rows rows;
    ac_eval_errors errors; /* by corpus and group: at most options.errors each, most frequent first */
    ac_eval_totals totals; /* of the groups that have any, in the same order; none when no errors were asked for */
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

/** "missed", "spurious" ... Static. */
ac_sv ac_eval_group_name(ac_eval_group g);

/** Names of the formats in order; empty past the last. Static. */
ac_sv ac_eval_format_name(size_t i);

/** The report as tables for people, or as one JSON object (aceso/eval/1). */
void ac_eval_write_text(const ac_eval_report *report, ac_sb *out);
void ac_eval_write_json(const ac_eval_report *report, ac_sb *out);

#endif
