/** What is known of a file of pictures before it is unpacked. Inside of adapter/ocr. */
#ifndef AC_ADAPTER_PICTURE_FILE_H
#define AC_ADAPTER_PICTURE_FILE_H

#include "core/layout.h"

#include <leptonica/allheaders.h>

/** Can it be unpacked within limits? format: Leptonica's IFF_ number. */
ac_media_note ac_picture_check(ac_sv bytes, l_int32 *format);

static inline bool ac_picture_is_tiff(l_int32 format) { return format >= IFF_TIFF && format <= IFF_TIFF_ZIP; }

/** Dots an inch. A scanner says it; who says nothing, or nonsense, is taken to have scanned a page of letter width. */
float ac_picture_dpi(PIX *pix);

#endif
