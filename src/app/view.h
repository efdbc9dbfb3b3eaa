/** One note's result as a page to read. */
#ifndef AC_APP_VIEW_H
#define AC_APP_VIEW_H

#include "app/page.h"
#include "app/process.h"

enum { /* blocks of a page, in this order: what matters first, the note itself last */
    AC_VIEW_TOP = 1 << 0,
    AC_VIEW_GUIDELINES = 1 << 1,
    AC_VIEW_NARRATIVE = 1 << 2,  /* the summary in sentences */
    AC_VIEW_SUMMARY = 1 << 3,    /* the summary as lists */
    AC_VIEW_FACTS = 1 << 4,      /* everything found, with assertion and codes */
    AC_VIEW_TIMELINE = 1 << 5,
    AC_VIEW_SOAP = 1 << 6,
    AC_VIEW_IDENTIFIERS = 1 << 7,
    AC_VIEW_NOTE = 1 << 8,       /* the text with line numbers, identifiers and findings coloured */
    AC_VIEW_COVERAGE = 1 << 9,
};

typedef struct {
    uint32_t blocks;   /* AC_VIEW_ bits */
    bool markdown, colour;
    unsigned width;    /* columns */
} ac_view_options;

/** The parts that ac_process must compute for these blocks. */
uint32_t ac_view_parts(uint32_t blocks);

/** Append the page to out. errors: AC_ELIMIT, AC_ENOMEM. Thread: any, one at a time per note. */
AC_NODISCARD ac_rc ac_view(const ac_result *r, const ac_process_extra *extra, const ac_view_options *opt, ac_sb *out,
                           ac_err *err);

/** The block AC_VIEW_FACTS. */
AC_NODISCARD ac_rc ac_view_facts(ac_page *p, const ac_result *r, ac_err *err);
/** The block AC_VIEW_NOTE. */
void ac_view_note(ac_page *p);
ac_style ac_kind_style(uint8_t kind);

#endif
