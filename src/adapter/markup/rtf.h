/* RTF to running text: our own small reader of Microsoft's Rich Text Format 1.9.1. */
#ifndef AC_ADAPTER_MARKUP_RTF_H
#define AC_ADAPTER_MARKUP_RTF_H

#include "core/media_write.h"

/* bytes   borrowed. Tells the media type, too; a document that ends before its last group does is AC_MEDIA_TRUNCATED. */
void rtf_read(ac_sv bytes, ac_mw *out);

#endif
