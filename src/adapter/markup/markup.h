/** Reads what is marked up or packed: DOCX, ODT, HTML, RTF; any other XML becomes a tree. libxml2 and libarchive.
 *  Runs inside the sandbox of aceso-media: no file is opened, nothing is fetched. */
#ifndef AC_ADAPTER_MARKUP_H
#define AC_ADAPTER_MARKUP_H

#include "core/media_type.h"
#include "core/media_write.h"

/** Read one document into out; failures are told to out (ac_mw_fail).
 *  type    AC_MEDIA_ZIP, AC_MEDIA_RTF, AC_MEDIA_HTML or AC_MEDIA_XML
 *  bytes   borrowed
 *  thread  one: libxml2 keeps its settings in globals */
void ac_markup_read(ac_media_type type, ac_sv bytes, ac_mw *out);

/** Load what the libraries open files for (character encodings), before the sandbox closes. */
void ac_markup_warm_up(void);

#endif
