/** A record becomes a chart: a text that a person can read, in sections, one fact a line, written in the record's own words, with what
 *  the record says in its structure as given facts beside it (core/given.h). What it holds in free text stands below, for the engine. */
#ifndef AC_INTEROP_CHART_H
#define AC_INTEROP_CHART_H

#include "core/given.h"
#include "interop/record.h"
#include "interop/record_refs.h"

/** Free text that came beside the record. */
typedef struct {
    ac_sv path, title, text; /* where in the source; what it is called, may be empty; UTF-8 */
} ac_chart_passage;

typedef struct {
    const ac_record *record;
    const ac_chart_passage *passages; /* of the one patient that the record is about */
    size_t n_passages;
    const ac_lang *lang;              /* NULL: found out from the words of the record */
} ac_chart_source;

/** Where a string of the record stands in the text. */
typedef struct {
    const char *p; /* the string's first byte */
    ac_span span;
} ac_chart_words;

/** One patient's chart. */
typedef struct {
    ac_sv text;            /* UTF-8, lines end in \n */
    ac_lang lang;
    ac_date date;          /* the newest that the record gives; year 0 when none */
    ac_given given;        /* spans in bytes of text; entry is an index into record.entries */
    ac_sv subject;         /* what tells this patient from others: an identifier or an id; empty when nothing does */
    const ac_refs *refs;           /* of the record */
    AC_VEC(uint32_t) entries;      /* indices of record.entries, ascending: this patient's resources and those that are nobody's own */
    AC_VEC(ac_chart_words) words;  /* ascending by p */
    size_t left_out;       /* resources that do not hold: entered in error, cancelled */
    size_t unread;         /* attachments that are no text */
} ac_chart;

typedef AC_VEC(ac_chart) ac_charts;

/** Make the charts: one for each patient, never a line of two. A clinical resource that says of nobody whom it is about goes into the chart of
 *  the only patient, and into none where there are several.
 *  source  borrowed, like all strings of the record
 *  arena   owns the charts
 *  out     at least one; untouched on error
 *  errors  AC_ELIMIT (the arena is full)
 *  thread  any; pure; linear in the record but for sorting */
AC_NODISCARD ac_rc ac_charts_make(const ac_chart_source *source, ac_arena *arena, ac_charts *out, ac_err *err);

/** Where the string stands in the chart; false when it is not there. Pure; a binary search. */
bool ac_chart_find(const ac_chart *chart, ac_sv string, ac_span *out);

#endif
