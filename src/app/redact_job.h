/** What the files of redaction share. Inside redact*.c only. */
#ifndef AC_APP_REDACT_JOB_H
#define AC_APP_REDACT_JOB_H

#include "app/redact.h"
#include "app/value_set.h"
#include "interop/sheet.h"

enum { AC_REDACT_ROUNDS = 4 };
#define AC_REDACT_STILL "what is to be hidden was still found in the copy: nothing is written"

typedef struct ac_redact_job {
    const ac_copy_options *opt;
    ac_arena *arena;
    ac_copy_report *report;
    ac_deid_options deid; /* of the patient whose part is written */
    ac_value_set values;  /* what was hidden in any round */
    const ac_lang *lang;  /* of the words; NULL: found out, of each part anew */
    ac_lang found;        /* what lang points to then */
    size_t number;        /* of the message in its file */
} ac_redact_job;

/** One kind of document as words on a sheet. */
typedef struct {
    /** errors  AC_EINPUT ... ; *doc lives in the job's arena. */
    ac_rc (*read)(ac_redact_job *j, ac_sv bytes, void **doc, ac_err *err);
    /** Whose document it is, for its key; empty when nobody says. */
    ac_rc (*subject)(ac_redact_job *j, void *doc, ac_sv *out, ac_err *err);
    /** One walk (sheet.h); out is worth something after the second. */
    ac_rc (*walk)(ac_redact_job *j, void *doc, ac_sheet *sheet, ac_sb *out, ac_err *err);
} ac_redact_format;

/** Write the document anew, read it again, until nothing is found; out is appended to. */
AC_NODISCARD ac_rc ac_redact_by_sheet(ac_redact_job *j, const ac_redact_format *format, ac_sv bytes, ac_sb *out,
                                      ac_err *err);

/** The engine on words of the document. text: not only blanks */
AC_NODISCARD ac_rc ac_redact_read_words(ac_redact_job *j, ac_sv text, const ac_given *given, ac_result *out,
                                        ac_process_extra *extra, ac_err *err);
/** What the result hides is added to the values that must not be found again. errors  AC_ELIMIT */
AC_NODISCARD ac_rc ac_redact_remember(ac_redact_job *j, const ac_result *r, ac_err *err);
/** Of a copy: does the engine see something there only because of what stands for a value ("Mrs. [PATIENT]")? Then it may stay. */
bool ac_redact_is_made(ac_sv text, ac_span cut);
/** May the engine look for anything in a copy? Invented names look like names: only what was there before is looked for among them. */
bool ac_redact_finds_again(const ac_redact_job *j);
/** errors  AC_EINTERNAL: a value stands in these bytes */
AC_NODISCARD ac_rc ac_redact_check(const ac_redact_job *j, ac_sv bytes, ac_err *err);

AC_NODISCARD ac_rc ac_redact_hl7(ac_redact_job *j, ac_sv bytes, ac_sb *out, ac_err *err);
AC_NODISCARD ac_rc ac_redact_fhir(ac_redact_job *j, ac_sv bytes, bool lines, ac_sb *out, ac_err *err);
AC_NODISCARD ac_rc ac_redact_pages(ac_redact_job *j, ac_sv bytes, ac_sb *out, ac_err *err);
extern const ac_redact_format ac_redact_ccda, ac_redact_office;

#endif
