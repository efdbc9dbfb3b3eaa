/** Text recognition by Tesseract, with Leptonica for the pictures. Runs inside the sandbox of aceso-media: trained data is read before it
 *  closes. Files of pictures are decoded here, too. */
#ifndef AC_ADAPTER_OCR_H
#define AC_ADAPTER_OCR_H

#include "port/ocr.h"

/** Read the trained data of the languages that are installed; it stays until the process ends. Call it before ac_ocr_tesseract_new. */
void ac_ocr_warm_up(void);

/** lang       "en", "es", or empty: told by what is read
 *  max_pages  of a file of pictures; 0: no limit
 *  errors     AC_ENOTFOUND (no trained data for it), AC_ENOMEM. The caller frees it. */
AC_NODISCARD ac_rc ac_ocr_tesseract_new(ac_sv lang, uint32_t max_pages, ac_ocr **out, ac_err *err);
void ac_ocr_tesseract_free(ac_ocr *o); /* NULL is fine */

#endif
