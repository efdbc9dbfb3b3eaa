/** Port: words from a picture of a page. */
#ifndef AC_PORT_OCR_H
#define AC_PORT_OCR_H

#include "core/media_write.h"

typedef struct ac_ocr ac_ocr;

/** A grey picture, 0 black to 255 white, rows from the top. Borrowed. */
typedef struct {
    const unsigned char *pixels;
    uint32_t width, height, stride; /* pixels, pixels, bytes from row to row */
    float dpi;
} ac_bitmap;

typedef struct {
    const char *name;
    ac_page_source (*page)(ac_ocr *, const ac_bitmap *, ac_mw *, float *turned);
    void (*file)(ac_ocr *, ac_sv bytes, ac_mw *);
} ac_ocr_ops;

struct ac_ocr {
    const ac_ocr_ops *ops; /* first member of each adapter's struct */
};

/** Write the words of one page with their boxes; ac_mw_page and ac_mw_page_end are the caller's.
 *  turned  degrees by which the picture had to be turned clockwise; returns where the text comes from */
static inline ac_page_source ac_ocr_page(ac_ocr *o, const ac_bitmap *picture, ac_mw *out, float *turned)
{
    return o->ops->page(o, picture, out, turned);
}
/** Write all pages of a file with pictures (PNG, JPEG, TIFF, BMP, WebP, GIF). */
static inline void ac_ocr_file(ac_ocr *o, ac_sv bytes, ac_mw *out) { o->ops->file(o, bytes, out); }

#endif
