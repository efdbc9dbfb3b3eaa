/** Use cases: a redacted copy of a document in its own format, and one of a document with pages that shows where facts were found. */
#ifndef AC_APP_REDACT_H
#define AC_APP_REDACT_H

#include "app/process.h"
#include "port/media.h"

typedef struct {
    ac_media *media;
    const ac_process_options *process; /* language, note date, what is hidden (deid); its parts are not used */
    ac_media_options reading;          /* of every reading; all pictures are looked at, whatever it says */
    /** The keyed function of that patient into deid->prf and ctx; patient empty: nobody in particular. NULL: deid stays as process has it. */
    ac_rc (*key)(void *context, ac_sv patient, ac_deid_options *deid, ac_err *err);
    void *context;
} ac_copy_options;

typedef struct {
    size_t pages, regions;  /* of the document; painted over or framed */
    size_t parts, replaced; /* messages, patients or documents in it; values that were replaced. Both 0 for pages */
    uint64_t left_out;      /* fields, segments, elements, resources, pictures that did not come along */
    uint32_t rounds;        /* how often it was read */
} ac_copy_report;

/** A copy in which what the profile hides is gone. Nothing of the old file is edited: the copy is made anew of what was read and is known to be
 *  safe, so metadata, attachments, annotations, hidden layers, tracked changes and older versions do not come along.
 *  - a PDF, a file of pictures: the pages as pictures, painted over, with the words that stay above them; always with tags as mode
 *  - DOCX, ODT: paragraphs and tables of words
 *  - HL7 v2: the fields of a list (interop/hl7/hl7_redact.h); C-CDA: its elements (interop/ccda/ccda_redact.h); FHIR: the members that
 *    `aceso fhir` keeps
 *  The copy is read again, by the same way, until nothing to hide is found in it, and every value that was hidden is looked for in its bytes;
 *  when something is still found there is no copy: AC_EINTERNAL, and out is empty.
 *  bytes   the document; borrowed
 *  arena   for the work; holds document text afterwards
 *  out     the copy; its limit is that of a copy
 *  errors  AC_EINPUT (cannot be read; of a kind that has no redacted copies), AC_ELIMIT, AC_ENOMEM, AC_EIO, AC_EINTERNAL
 *  thread  any, one at a time per arena */
AC_NODISCARD ac_rc ac_redact(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out,
                             ac_copy_report *report, ac_err *err);

/** A copy of a document with pages with a coloured frame around every entity: its colour says the kind, grey that it is absent. Otherwise as
 *  ac_redact. */
AC_NODISCARD ac_rc ac_annotate(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out,
                               ac_copy_report *report, ac_err *err);

#endif
