/** What a document is, told by its first bytes and never by its name. Only what cannot be read here is told apart: what is in a ZIP
 *  container, or which XML it is, is for aceso-media to find out. */
#ifndef AC_CORE_MEDIA_TYPE_H
#define AC_CORE_MEDIA_TYPE_H

#include "base/str.h"

/*    id                 media type                        for people */
#define AC_MEDIA_TYPE_LIST(X)                                                                                          \
    X(AC_MEDIA_TEXT, "text/plain", "text")                                                                             \
    X(AC_MEDIA_PDF, "application/pdf", "a PDF")                                                                        \
    X(AC_MEDIA_PNG, "image/png", "a PNG picture")                                                                      \
    X(AC_MEDIA_JPEG, "image/jpeg", "a JPEG picture")                                                                   \
    X(AC_MEDIA_TIFF, "image/tiff", "a TIFF picture")                                                                   \
    X(AC_MEDIA_BMP, "image/bmp", "a BMP picture")                                                                      \
    X(AC_MEDIA_WEBP, "image/webp", "a WebP picture")                                                                   \
    X(AC_MEDIA_GIF, "image/gif", "a GIF picture")                                                                      \
    X(AC_MEDIA_ZIP, "application/zip", "an Office or ZIP file")                                                        \
    X(AC_MEDIA_OLE, "application/x-ole-storage", "an old Office file")                                                 \
    X(AC_MEDIA_RTF, "application/rtf", "an RTF file")                                                                  \
    X(AC_MEDIA_HTML, "text/html", "an HTML file")                                                                      \
    X(AC_MEDIA_XML, "application/xml", "an XML file")                                                                  \
    X(AC_MEDIA_DICOM, "application/dicom", "a DICOM file")
#define AC_MEDIA_TYPE_ENUM(id, type, text) id,
typedef enum { AC_MEDIA_TYPE_LIST(AC_MEDIA_TYPE_ENUM) AC_MEDIA_TYPES } ac_media_type;
#undef AC_MEDIA_TYPE_ENUM

/** AC_MEDIA_TEXT when nothing else is sure; JSON and HL7 v2 are text, too. Looks at no more than the first 1,024 bytes. */
ac_media_type ac_media_type_of(ac_sv bytes);
ac_sv ac_media_type_name(ac_media_type type); /* the media type */

#endif
