/** A page for people: titles, headings, items with citations; as plain or coloured text, or as Markdown. */
#ifndef AC_APP_PAGE_H
#define AC_APP_PAGE_H

#include "core/result.h"
#include "nlp/text/normalise.h"

/* style, its ANSI SGR parameters */
#define AC_STYLE_LIST(X)                                                                                               \
    X(AC_STYLE_PLAIN, "0")                                                                                             \
    X(AC_STYLE_TITLE, "1")                                                                                             \
    X(AC_STYLE_HEADING, "1;36")                                                                                        \
    X(AC_STYLE_DIM, "2")                                                                                               \
    X(AC_STYLE_PHI, "30;43")                                                                                           \
    X(AC_STYLE_PROBLEM, "31")                                                                                          \
    X(AC_STYLE_SYMPTOM, "35")                                                                                          \
    X(AC_STYLE_MEDICATION, "32")                                                                                       \
    X(AC_STYLE_RESULT, "34")                                                                                           \
    X(AC_STYLE_PROCEDURE, "36")                                                                                        \
    X(AC_STYLE_OTHER, "33")                                                                                            \
    X(AC_STYLE_CRITICAL, "1;31")                                                                                       \
    X(AC_STYLE_WARNING, "1;33")

#define AC_STYLE_ENUM(id, sgr) id,
typedef enum { AC_STYLE_LIST(AC_STYLE_ENUM) AC_STYLE_COUNT } ac_style;
#undef AC_STYLE_ENUM

typedef struct {
    const ac_note *note;
    ac_sb *out;        /* borrowed */
    bool markdown;
    bool colour;       /* ANSI; never with Markdown */
    unsigned width;    /* columns of text */
    ac_cp_map cps;
    uint32_t *lines;   /* where each line of the note begins */
    size_t n_lines;
    ac_style style;    /* now on */
} ac_page;

/** One entry of a list. Everything but text may be empty. */
typedef struct {
    const char *mark;  /* a glyph; NULL: a bullet */
    ac_style style;    /* of the mark */
    ac_sv text, label, detail; /* label: a word in brackets; detail: codes, dim */
    ac_sv lead;                /* before the text, in as many columns at least; a date */
    unsigned lead_width;
    bool column;               /* details of all entries stand below each other */
    const ac_spans *evidence;  /* NULL: none */
} ac_entry;

/** errors  AC_ELIMIT when the note's arena is full */
AC_NODISCARD ac_rc ac_page_begin(ac_page *p, const ac_note *note, ac_sb *out, ac_err *err);

void ac_page_style(ac_page *p, ac_style s);             /* does nothing without colour */
void ac_page_words(ac_page *p, ac_style s, ac_sv words); /* in that style, then plain again */
void ac_page_title(ac_page *p, ac_sv left, ac_sv right);
void ac_page_heading(ac_page *p, ac_sv words);
void ac_page_subheading(ac_page *p, ac_sv words);
void ac_page_entry(ac_page *p, const ac_entry *e);
void ac_page_line(ac_page *p, ac_sv words);             /* a paragraph, wrapped */

/** The words of text, which was put together aside. Where memory ran out over it, the page fails too. */
ac_sv ac_page_aside(const ac_page *p, const ac_sb *text);

/** Append "[3:12, 5:1]": line and column (in characters, from 1) of the first span on each line, the first few. */
void ac_page_cite(const ac_page *p, const ac_spans *evidence, ac_sb *out);

#endif
