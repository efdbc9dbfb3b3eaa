/** Use case: one document in, everything that was asked for out. */
#ifndef AC_APP_PROCESS_H
#define AC_APP_PROCESS_H

#include "interop/result_json.h"
#include "nlp/deid/deid.h"
#include "nlp/text/normalise.h"
#include "port/clock.h"

typedef struct {
    ac_sv id;                    /* of the document; borrowed */
    const ac_lang *lang;         /* NULL: detected */
    ac_date note_date;           /* year 0: read from the text */
    size_t max_bytes;            /* of the source; more is AC_ELIMIT */
    uint32_t parts;              /* AC_PART_ bits: only these are computed, and what they need */
    const ac_deid_options *deid; /* for AC_PART_DEIDENTIFIED; borrowed */
    ac_clock *clock;             /* NULL: no timings */
    uint64_t until_ns;           /* by clock: no step begins after it; 0: never */
    uint64_t read_ns;            /* what it took the caller to get source out of the document: the first of the timings; 0: nothing */
    const struct ac_vocabs *vocabs; /* what the user brought (nlp/lexicon/vocabulary.h); NULL: only the lexicon; borrowed */
    const struct ac_given *given; /* what the source gives in its structure, with spans in bytes of source; NULL: it is all text; borrowed */
    const struct ac_layout *layout; /* where on which page the words of source stand, with spans in bytes of source; NULL: it has no pages; borrowed */
} ac_process_options;

/** What the result itself does not carry. */
typedef struct {
    ac_source source;            /* the way back to the bytes of the document */
    double lang_confidence;      /* 1 when the caller said the language */
    ac_step_time *times;         /* read, normalise, language, the steps, the outputs, in the order in which they ran */
    uint64_t *bytes;             /* arena bytes that each of them took */
    size_t n_times;
} ac_process_extra;

enum { AC_PROCESS_STEPS_MAX = 64 };

/** Run the engine on one document.
 *  source  borrowed until the result is dropped
 *  arena   owns everything; out and extra die with it
 *  errors  AC_EINPUT (not text), AC_ELIMIT (too large), AC_ENOMEM, AC_ETIMEOUT
 *  thread  any, one at a time per arena */
AC_NODISCARD ac_rc ac_process(const ac_process_options *opt, ac_sv source, ac_arena *arena, ac_result *out,
                              ac_process_extra *extra, ac_err *err);

/** Names of the steps that these parts need, in order; returns how many. */
size_t ac_process_plan(uint32_t parts, ac_sv *names, size_t max);

#endif
