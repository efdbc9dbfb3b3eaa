/** brat standoff: text-bound annotations, events and relations. */
#ifndef AC_EVAL_BRAT_H
#define AC_EVAL_BRAT_H

#include "eval/session.h"

typedef struct {
    uint32_t id;         /* the number of T12 */
    ac_sv type;          /* borrowed from the file */
    ac_span span;        /* of the note's text; from the first fragment to the last when discontinuous */
} ac_brat_mark;

typedef struct {
    ac_sv type;
    uint32_t from, to;   /* indices into marks (an event stands for its trigger), or AC_NONE */
} ac_brat_link;

typedef struct {
    struct {
        ac_brat_mark *at;
        size_t n, cap;
    } marks;             /* ascending by id */
    struct {
        ac_brat_link *at;
        size_t n, cap;
    } links;
    size_t mismatches;   /* marks whose quoted ASCII words are not what stands at their offsets */
} ac_brat;

/** Read an .ann file against its document. Lines of other kinds are passed over.
 *  file  borrowed by out; errors AC_EINPUT (a text-bound annotation is damaged or outside the text), AC_ELIMIT */
AC_NODISCARD ac_rc ac_brat_parse(ac_sv file, const ac_eval_doc *d, ac_arena *arena, ac_brat *out, ac_err *err);

/** The next document of a brat corpus: reads NAME.ann and NAME.txt, opens the document. *i is the caller's counter. */
AC_NODISCARD ac_rc ac_brat_next(ac_eval *e, size_t *i, const ac_lang *lang, ac_eval_doc *d, ac_brat *out, bool *done,
                                ac_err *err);

#endif
