/** What the scorers share: the corpus at hand, one document at a time through the engine, and the report. */
#ifndef AC_EVAL_SESSION_H
#define AC_EVAL_SESSION_H

#include "eval/eval.h"
#include "nlp/deid/deid.h"
#include "nlp/text/normalise.h"

typedef struct {
    const ac_eval_options *opt;
    ac_arena *arena;        /* the report's */
    ac_arena *scratch;      /* one document's; ac_eval_next empties it */
    ac_sb *buffer;          /* of the file at hand */
    ac_sb *buffer2;         /* of its partner */
    ac_eval_report *report;
    ac_sv corpus;           /* name in the report */
    const ac_sv *files;     /* the corpus's, NUL-terminated, sorted */
    size_t n_files;
    ac_eval_errors errors;  /* every single one, of this corpus */
    uint64_t n_errors[AC_EVAL_GROUPS];
    bool counts_only;       /* the scorer says so: nobody may read this corpus's errors, so their words are not kept */
} ac_eval;

typedef ac_rc (*ac_eval_scorer)(ac_eval *e, ac_err *err);

/** A document on its way. */
typedef struct {
    ac_sv id;
    ac_cp_map points; /* code points of the raw bytes */
    ac_source source;
    ac_note note;
} ac_eval_doc;

/** Forget the last document. */
void ac_eval_next(ac_eval *e);
/** The bytes of a file; valid until the next call with the same buffer. path: NUL-terminated. */
AC_NODISCARD ac_rc ac_eval_read(ac_eval *e, const char *path, ac_sb *buffer, ac_sv *out, ac_err *err);
/** "dir/name.txt" -> "name". */
ac_sv ac_eval_base(ac_sv path);
/** The path with another ending ("txt"), NUL-terminated, in the scratch arena; NULL when that is full. */
const char *ac_eval_partner(ac_eval *e, ac_sv path, const char *ending);

/** Normalise raw and find the language (or take the one given). The note lives in the scratch arena. */
AC_NODISCARD ac_rc ac_eval_open(ac_eval *e, ac_sv id, ac_sv raw, const ac_lang *lang, ac_eval_doc *out, ac_err *err);
/** The steps before the entities, as far as context needs them. */
AC_NODISCARD ac_rc ac_eval_prepare(ac_eval_doc *d, ac_err *err);
/** An entity that the corpus gives, for context to judge; appended in any order, before ac_eval_judge. */
AC_NODISCARD ac_rc ac_eval_inject(ac_eval_doc *d, ac_span span, ac_err *err);
/** Sort the given entities and run context. */
AC_NODISCARD ac_rc ac_eval_judge(ac_eval_doc *d, ac_err *err);
/** Which assertion the entity with that span got; AC_ASSERTION_COUNT when it is not there. */
ac_assertion ac_eval_assertion(const ac_eval_doc *d, ac_span span);
/** Code points of the raw text (a byte order mark and both bytes of a line end count) to bytes of the note's text. */
ac_span ac_eval_span(const ac_eval_doc *d, uint32_t begin, uint32_t end);
/** One flag per byte of the note's text: hidden in the text that ac_deidentify gives. */
AC_NODISCARD ac_rc ac_eval_masked(ac_eval_doc *d, ac_deid_profile profile, const uint8_t **out, ac_err *err);
/** Letters and digits within the span, and those of them that are flagged. */
ac_count ac_eval_covered(ac_sv text, ac_span span, const uint8_t *flags); /* tp: flagged, fn: not */

/* The report. Names are copied. */
AC_NODISCARD ac_rc ac_eval_count(ac_eval *e, const char *measure, ac_sv type, ac_count count, ac_err *err);
AC_NODISCARD ac_rc ac_eval_value(ac_eval *e, const char *measure, ac_sv type, double value, uint64_t n, ac_err *err);
/** part of n; 0 of 0 is 0. */
AC_NODISCARD ac_rc ac_eval_part(ac_eval *e, const char *measure, ac_sv type, uint64_t part, uint64_t n, ac_err *err);
AC_NODISCARD ac_rc ac_eval_share(ac_eval *e, const char *measure, uint64_t part, uint64_t n, ac_err *err);

/** What was to be found and what was: spans of the document, empty when there is none; type names, static or in the report's arena. */
typedef struct {
    ac_span gold_span, found_span;
    ac_sv gold, found;
} ac_eval_slip;

/** Note an error. Does nothing when none were asked for. */
AC_NODISCARD ac_rc ac_eval_slip_add(ac_eval *e, const ac_eval_doc *d, ac_eval_group group, const ac_eval_slip *slip, ac_err *err);
/** The same where only one side has a span. */
AC_NODISCARD ac_rc ac_eval_error_add(ac_eval *e, const ac_eval_doc *d, ac_eval_group group, ac_span span, ac_sv gold,
                                     ac_sv found, ac_err *err);
/** Count equal errors, keep the most frequent of each group, and move them to the report. */
AC_NODISCARD ac_rc ac_eval_errors_close(ac_eval *e, ac_err *err);

static inline void ac_count_add(ac_count *to, ac_count c)
{
    to->tp += c.tp;
    to->fp += c.fp;
    to->fn += c.fn;
}

/** One yes-or-no decision. */
static inline void ac_count_decision(ac_count *c, bool gold, bool found)
{
    c->tp += gold && found;
    c->fp += !gold && found;
    c->fn += gold && !found;
}

/* One per format. */
ac_rc ac_score_meddocan(ac_eval *e, ac_err *err);
ac_rc ac_score_surrogate(ac_eval *e, ac_err *err);
ac_rc ac_score_notes(ac_eval *e, ac_err *err);
ac_rc ac_score_asq(ac_eval *e, ac_err *err);
ac_rc ac_score_presidio(ac_eval *e, ac_err *err);
ac_rc ac_score_negex(ac_eval *e, ac_err *err);
ac_rc ac_score_nubes(ac_eval *e, ac_err *err);
ac_rc ac_score_maccrobat(ac_eval *e, ac_err *err);
ac_rc ac_score_pharmaconer(ac_eval *e, ac_err *err);
ac_rc ac_score_e3c(ac_eval *e, ac_err *err);
ac_rc ac_score_e3c_iob(ac_eval *e, ac_err *err);
ac_rc ac_score_aci_bench(ac_eval *e, ac_err *err);
ac_rc ac_score_mts_dialog(ac_eval *e, ac_err *err);

#endif
