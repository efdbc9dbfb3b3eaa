/* Word documents (Office Open XML): headers, body, footers, footnotes, endnotes, comments, in this order, as running text. */
#ifndef AC_ADAPTER_MARKUP_DOCX_H
#define AC_ADAPTER_MARKUP_DOCX_H

#include "adapter/markup/zip.h"

/* z is open; main is its document part, of which main->bytes are there. Tells the media type, too. */
void docx_read(zip *z, const zip_part *main, ac_mw *out);

#endif
