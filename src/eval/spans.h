/** Comparing typed spans: exact or overlapping, with and without their type. */
#ifndef AC_EVAL_SPANS_H
#define AC_EVAL_SPANS_H

#include "eval/session.h"

enum { AC_SPAN_TYPES = 64 };

typedef struct {
    ac_span span;
    uint32_t type; /* index into the score's types */
} ac_typed;

typedef struct {
    ac_typed *at;
    size_t n, cap;
} ac_typed_list;

typedef struct {
    struct {
        ac_sv name;
        ac_count exact, overlap;
    } types[AC_SPAN_TYPES];
    size_t n_types;
    ac_count any_exact, any_overlap; /* the type does not matter */
} ac_span_score;

/** The index of a type, added when new; name must outlive the score. AC_SPAN_TYPES when there is no room. */
uint32_t ac_span_type(ac_span_score *s, ac_sv name);

/** Append a span; empty ones and those of a type without room are left out. */
AC_NODISCARD ac_rc ac_typed_add(ac_arena *arena, ac_typed_list *list, ac_span span, uint32_t type, ac_err *err);

/** Ascending by begin, end, type. */
void ac_typed_sort(ac_typed_list *list);

/** Compare the spans of one document; both lists are sorted in place. One gold span pairs with one found span at most:
 *  equal ones first, then those that overlap, from left to right. Errors of the exact comparison go to the report. */
AC_NODISCARD ac_rc ac_spans_compare(ac_eval *e, const ac_eval_doc *d, ac_span_score *s, ac_typed_list *gold,
                                    ac_typed_list *found, ac_err *err);

/** Rows: exact and overlap by type and over all types, and without types. */
AC_NODISCARD ac_rc ac_spans_report(ac_eval *e, const ac_span_score *s, ac_err *err);

#endif
