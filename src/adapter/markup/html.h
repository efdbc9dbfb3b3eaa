/* HTML and XHTML to running text: what a browser shows, block by block. libxml2's forgiving parser. */
#ifndef AC_ADAPTER_MARKUP_HTML_H
#define AC_ADAPTER_MARKUP_HTML_H

#include "core/media_write.h"

/* bytes   borrowed; in the encoding of its mark, else of its meta element, else UTF-8, else Windows-1252.
 * Tells the media type, too. */
void html_read(ac_sv bytes, ac_mw *out);

#endif
