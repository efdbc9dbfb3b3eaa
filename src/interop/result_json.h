/** The result of one note as JSON, schema "aceso/result/1": docs/result-format.md says what every field means. */
#ifndef AC_INTEROP_RESULT_JSON_H
#define AC_INTEROP_RESULT_JSON_H

#include "core/result.h"

enum { /* ac_result_json_options.parts; schema, document and coverage are always written */
    AC_PART_TEXT = 1 << 0,
    AC_PART_SECTIONS = 1 << 1,
    AC_PART_ENTITIES = 1 << 2, /* with relations */
    AC_PART_PHI = 1 << 3,
    AC_PART_DEIDENTIFIED = 1 << 4,
    AC_PART_CLINICAL_SUMMARY = 1 << 5,
    AC_PART_SOAP = 1 << 6,
    AC_PART_SUMMARY = 1 << 7,
    AC_PART_TIMELINE = 1 << 8,
    AC_PART_GUIDELINES = 1 << 9,
    AC_PART_UNSUPPORTED = 1 << 10,
    AC_PART_TIMING = 1 << 11,
    AC_PART_ALL = (1 << 12) - 1,
    AC_PART_MENTIONS = 1 << 12, /* not among all: asked for by name */
};

/** How long a step took. */
typedef struct {
    ac_sv name;
    uint64_t ns;
} ac_step_time;

typedef struct {
    uint32_t parts;            /* AC_PART_ bits; 0 is AC_PART_ALL */
    int indent;                /* blanks per level; 0 writes one line, without a line end */
    ac_sv source;              /* document.source: what the document came in as; empty writes null */
    ac_sv media_type;          /* document.type: what it is, "text/plain", "application/fhir+json"; empty writes null */
    bool hide_phi;             /* phi[].text is left out: for output that must not repeat what was removed */
    const ac_step_time *times; /* borrowed; part timing_ms */
    size_t n_times;
} ac_result_json_options;

/** Append the result to out.
 *  opt     NULL: everything, on one line
 *  errors  AC_ELIMIT, AC_ENOMEM (out or the note's arena is full)
 *  thread  any, one at a time per note (the arena holds a table of code points); pure */
AC_NODISCARD ac_rc ac_result_json(const ac_result *r, const ac_result_json_options *opt, ac_sb *out, ac_err *err);

#endif
