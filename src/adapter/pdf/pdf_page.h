/** A PDF opened, and one page of it. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_PAGE_H
#define AC_ADAPTER_PDF_PAGE_H

#include "adapter/pdf/pdf.h"
#include "adapter/pdf/pdf_core.h"

#include <cairo.h>
#include <poppler.h>

/** The document, which the caller unrefs; NULL after telling out why it cannot be read. bytes must outlive it. */
PopplerDocument *ac_pdf_open(ac_sv bytes, ac_mw *out);

/** What reading a page needs of its document. */
typedef struct {
    const ac_pdf_options *opt;
    ac_pdf_core *core;
    ac_arena *arena;          /* emptied with each page */
    uint32_t *tables;         /* found so far */
    bool pictures;            /* there are some in the file, perhaps on this page */
    ac_mw *out;
} ac_pdf_source;

/** Write the page: its own words, or those of its picture; then its annotations. */
void ac_pdf_page_read(const ac_pdf_source *pdf, PopplerPage *page, uint32_t index);

/** A page drawn: without the notes that people have put on it. */
typedef struct {
    cairo_surface_t *surface; /* RGB24 */
    cairo_t *cr;              /* its unit is the point */
    double width, height;     /* points */
    double scale;             /* pixels per point */
} ac_surface;

/** That many dots an inch, or fewer for a very large page; false when there is no memory for it. */
bool ac_pdf_surface(PopplerPage *page, double dpi, ac_surface *out);
void ac_surface_cleanup(ac_surface *s);

#endif
