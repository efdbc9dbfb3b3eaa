/** Writes PDF files that are nothing but pictures of pages, with their words invisibly above them so that they can be searched and copied
 *  (ISO 32000-1). Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_WRITE_H
#define AC_ADAPTER_PDF_WRITE_H

#include "core/media_write.h"

/** Rows from the top, one byte a pixel when grey, else three. Borrowed. */
typedef struct {
    const unsigned char *pixels;
    uint32_t width, height;
    bool grey;
} ac_pdf_picture;

typedef struct {
    ac_mw *out;          /* takes the bytes of the file */
    uint64_t at;         /* bytes written */
    ac_sb offsets;       /* uint64_t each: where an object begins; of object i+1 at i */
    ac_sb pages;         /* "4 0 R 8 0 R " */
    uint32_t n_pages;
} ac_pdf_writer;

void ac_pdf_write_begin(ac_pdf_writer *w, ac_mw *out);
/** A page of that many points, the picture all over it; words are those of layout from first to end, their text is layout->text's. */
void ac_pdf_write_page(ac_pdf_writer *w, double width, double height, const ac_pdf_picture *picture, const ac_layout *layout,
                       size_t first, size_t end);
/** Complete the file. */
void ac_pdf_write_end(ac_pdf_writer *w);
void ac_pdf_writer_cleanup(ac_pdf_writer *w);

#endif
