/* OpenDocument texts, packed or flat: headers, body, footers, notes, comments, in this order, as running text. */
#ifndef AC_ADAPTER_MARKUP_ODT_H
#define AC_ADAPTER_MARKUP_ODT_H

#include "adapter/markup/zip.h"

/* z is open. Tells the media type, too. */
void odt_read(zip *z, ac_mw *out);
/* One file that is all of it, of root element office:document. */
void odt_read_flat(ac_sv bytes, ac_mw *out);

#endif
