/** The measuring behind `aceso bench`: rounds over notes, tallies per step, and the report. */
#ifndef AC_MAIN_BENCH_H
#define AC_MAIN_BENCH_H

#include "app/process.h"

enum { AC_BENCH_NOTE_BYTES = 2560, AC_BENCH_BUCKETS = 40 * 16 };

typedef struct {
    ac_sv *at;
    size_t n, cap;
} ac_bench_notes;

/** Times of one step: exact sum, and a histogram with 16 buckets per power of two (6 % wide at most). */
typedef struct {
    ac_sv name;
    uint64_t ns, bytes, n;
    uint32_t bucket[AC_BENCH_BUCKETS];
} ac_bench_step;

typedef struct {
    ac_bench_step *steps; /* AC_PROCESS_STEPS_MAX of them, zeroed */
    size_t n_steps;
    ac_bench_step whole;  /* the whole note */
    uint64_t text_bytes, wall_ns;
    uint64_t cpu_ns;      /* of all threads together: what other programs take is not in it */
} ac_bench_tally;

typedef struct {
    const ac_bench_notes *notes;
    uint32_t parts;
    uint64_t ns; /* how long */
    const ac_lang *lang;
    ac_clock *clock;
    bool json;   /* write the result as JSON too */
    const struct ac_vocabs *vocabs;
} ac_bench_options;

typedef struct {
    const ac_bench_options *opt;
    ac_bench_tally tally; /* steps: the caller frees */
    ac_sb written;        /* the JSON of the last note */
    ac_rc rc;
} ac_bench_run;

void ac_bench_work(void *worker, void *run); /* for the pool; run is an ac_bench_run * */
void ac_bench_add(ac_bench_tally *sum, const ac_bench_tally *part);
uint64_t ac_bench_percentile(const ac_bench_step *s, double share); /* ns */

typedef struct {
    const ac_bench_notes *notes;
    size_t jobs;
    bool json;
    size_t modes; /* written so far */
} ac_bench_report;

void ac_bench_begin(ac_bench_report *r, ac_sb *out);
void ac_bench_mode(ac_bench_report *r, const char *name, const ac_bench_tally *t, ac_sb *out);
void ac_bench_end(ac_bench_report *r, uint64_t peak_rss, ac_sb *out);

/** The notes of data/samples, separated by form feeds. */
ac_sv ac_bench_samples(void);

#endif
