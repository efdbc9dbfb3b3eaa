/** A PDF opened, and one page of it. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_PAGE_H
#define AC_ADAPTER_PDF_PAGE_H

#include "adapter/pdf/pdf.h"

#include <cairo.h>
#include <poppler.h>

/** The document, which the caller unrefs; NULL after telling out why it cannot be read. bytes must outlive it. */
PopplerDocument *ac_pdf_open(ac_sv bytes, ac_mw *out);

/** Write the page: its own words, or those of its picture; then its annotations.
 *  pictures  there are some in the file, perhaps on this page; looking for them means going through the page once more */
void ac_pdf_page_read(const ac_pdf_options *opt, PopplerPage *page, uint32_t index, bool pictures, ac_mw *out);

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
