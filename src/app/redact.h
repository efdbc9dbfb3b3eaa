/** Use cases: a redacted copy of a document with pages, and one that shows where facts were found. */
#ifndef AC_APP_REDACT_H
#define AC_APP_REDACT_H

#include "app/process.h"
#include "port/media.h"

typedef struct {
    ac_media *media;
    const ac_process_options *process; /* language, note date, what is hidden (deid); its parts are not used */
    ac_media_options reading;          /* of every reading; all pictures are looked at, whatever it says */
} ac_copy_options;

typedef struct {
    size_t pages, regions;             /* of the document; painted over or framed */
    uint32_t rounds;                   /* how often it was read */
} ac_copy_report;

/** A copy in which what the profile hides is gone: its words and the pixels below them, metadata, attachments, annotations, hidden layers, older
 *  versions. The copy is read again, text and picture, until nothing to hide is found in it; when it is still found after some rounds, there
 *  is no copy: AC_EINTERNAL, and out is empty.
 *  bytes   a PDF or a file of pictures; borrowed
 *  arena   for the work; holds document text afterwards
 *  out     the copy; its limit is that of a copy
 *  errors  AC_EINPUT (cannot be read; has no pages), AC_ELIMIT, AC_ENOMEM, AC_EIO, AC_EINTERNAL
 *  thread  any, one at a time per arena */
AC_NODISCARD ac_rc ac_redact(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out, ac_copy_report *report, ac_err *err);

/** A copy with a coloured frame around every entity: its colour says the kind, grey that it is absent. Otherwise as ac_redact. */
AC_NODISCARD ac_rc ac_annotate(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out, ac_copy_report *report, ac_err *err);

#endif
