/** Use case: the bytes of a document of any kind in, one result for each patient of it out. */
#ifndef AC_APP_RUN_H
#define AC_APP_RUN_H

#include "app/intake.h"
#include "app/process.h"

/** One result, as long as render() has not returned. */
typedef struct {
    ac_sv id;      /* of the document; of several results "ID#1", "ID#2" ... */
    ac_sv patient; /* whose it is: as the caller says, else as the document does; empty: not said */
    const ac_intake *in;
    const ac_intake_part *part; /* NULL: the document is the note */
    const ac_result *result;
    const ac_process_extra *extra;
    const ac_deid_options *deid;
} ac_run_result;

typedef struct {
    void *context;
    /** The document was read; in->faults may name parts of it that were not. May be NULL. */
    ac_rc (*read)(void *context, const ac_intake *in, ac_err *err);
    /** How the identifiers of that patient (empty: of nobody in particular, only of this document) are replaced. */
    ac_rc (*deid)(void *context, ac_sv patient, ac_sv id, ac_deid_options *out, ac_err *err);
    ac_rc (*render)(void *context, const ac_run_result *r, ac_err *err);
} ac_run_ops;

typedef struct {
    ac_sv id, patient;   /* patient: empty: as the document says */
    const ac_lang *lang; /* NULL: found out */
    ac_date note_date;   /* year 0: as the document says */
    size_t max_bytes;
    uint32_t parts;  /* AC_PART_ */
    bool text_only;  /* bytes are a note, whatever they look like */
    bool one;        /* a document of several patients is refused */
    ac_media *media; /* NULL: only text, FHIR and HL7 v2 */
    ac_media_options reading;
    ac_clock *clock; /* NULL: no timings */
    uint64_t until_ns; /* by clock: no step of the engine begins after it; 0: never */
    const struct ac_vocabs *vocabs;
} ac_run_options;

/** Most bytes an arena may take for documents of that size. */
size_t ac_run_arena_max(size_t max_bytes);

/** Run the engine over a document.
 *  bytes   borrowed until it returns
 *  arena   everything of it; each of several patients gets one of its own
 *  errors  as ac_intake_read, ac_process, and what deid and render return
 *  thread  any, one at a time per arena */
AC_NODISCARD ac_rc ac_run(const ac_run_options *opt, const ac_run_ops *ops, ac_sv bytes, ac_arena *arena, ac_err *err);

/** Was everything read that the document holds? */
bool ac_run_is_complete(const ac_note *note);

#endif
