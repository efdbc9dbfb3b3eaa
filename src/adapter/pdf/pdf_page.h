/** One page of a PDF. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_PAGE_H
#define AC_ADAPTER_PDF_PAGE_H

#include "adapter/pdf/pdf.h"

#include <poppler.h>

/** Write the page: its own words, or those of its picture; then its annotations. */
void ac_pdf_page_read(const ac_pdf_options *opt, PopplerPage *page, uint32_t index, ac_mw *out);

/** The page as a grey picture of that resolution, or less for a very large one; false when there is no memory for it.
 *  The caller frees pixels with g_free. */
bool ac_pdf_page_draw(PopplerPage *page, double dpi, ac_bitmap *out);

#endif
