/** Reads PDF: the words of its text layer with their boxes; pages without usable text are drawn and read by text recognition. poppler-glib, cairo.
 *  Runs inside the sandbox of aceso-media. */
#ifndef AC_ADAPTER_PDF_H
#define AC_ADAPTER_PDF_H

#include "port/ocr.h"

typedef struct {
    uint32_t max_pages; /* 0: no limit */
    bool ocr_all;       /* look for words in every picture, however small, of pages that have text, too */
    bool begun;         /* what is said of the whole document was said */
    uint32_t page;      /* the first to be read */
    uint32_t tables;    /* found before it */
    ac_ocr *ocr;        /* NULL: pages without text stay empty, with a warning */
} ac_pdf_options;

/** Read one document into out; failures are told to out (ac_mw_fail).
 *  bytes   borrowed
 *  thread  one */
void ac_pdf_read(const ac_pdf_options *opt, ac_sv bytes, ac_mw *out);

/** Load what the libraries open files for, before the sandbox closes. */
void ac_pdf_warm_up(void);

#endif
