#include "adapter/ocr/picture_edit.h"

#include "adapter/ocr/picture_file.h"

#include <math.h>

enum { JPEG_QUALITY = 92, MARGIN = 3, FRAME = 3 }; /* pixels */

typedef void mark(PIX *pix, BOX *box, uint32_t colour);

static void black(PIX *pix, BOX *box, uint32_t colour)
{
    (void)colour;
    (void)pixSetInRectArbitrary(pix, box, 0); /* of 8 and 32 bits: black */
}

static void framed(PIX *pix, BOX *box, uint32_t colour)
{
    (void)pixRenderBoxArb(pix, box, FRAME, (l_uint8)(colour >> 16), (l_uint8)(colour >> 8), (l_uint8)colour);
}

/* Without palette and transparency, so that black is black and no other colour can be told from below it. */
static PIX *plain(PIX *source, bool colour)
{
    PIX *flat = pixRemoveAlpha(source);
    PIX *direct = flat ? pixRemoveColormap(flat, REMOVE_CMAP_BASED_ON_SRC) : NULL;
    pixDestroy(&flat);
    PIX *out = NULL;
    if (direct)
        out = colour || pixGetDepth(direct) == 32 ? pixConvertTo32(direct) : pixConvertTo8(direct, FALSE);
    pixDestroy(&direct);
    return out;
}

static PIX *changed(PIX *source, const ac_layout *edit, uint32_t page, mark *how)
{
    PIX *pix = plain(source, how == framed);
    const float unit = ac_picture_dpi(source) / 72;
    for (size_t i = 0; pix && i < edit->regions.n; i++) {
        const ac_region *r = &edit->regions.at[i];
        if (r->page != page)
            continue;
        const int x = (int)floorf(r->box.x0 * unit) - MARGIN, y = (int)floorf(r->box.y0 * unit) - MARGIN;
        const int x1 = (int)ceilf(r->box.x1 * unit) + MARGIN, y1 = (int)ceilf(r->box.y1 * unit) + MARGIN;
        BOX *box = boxCreateValid(x < 0 ? 0 : x, y < 0 ? 0 : y, x1 - (x < 0 ? 0 : x), y1 - (y < 0 ? 0 : y));
        if (box)
            how(pix, box, r->colour);
        boxDestroy(&box);
    }
    if (pix) {
        pixSetResolution(pix, pixGetXRes(source), pixGetYRes(source));
        (void)pixSetText(pix, NULL);
    }
    return pix;
}

static void write_out(l_uint8 *data, size_t n, int rc, ac_mw *out)
{
    if (rc == 0 && data)
        ac_mw_file(out, (ac_sv) { (const char *)data, n });
    else
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    lept_free(data);
}

static void edit_tiff(ac_sv bytes, const ac_layout *edit, mark *how, ac_mw *out)
{
    PIXA *pages = pixaCreate(0);
    size_t offset = 0;
    do {
        PIX *source = pixReadMemFromMultipageTiff((const l_uint8 *)bytes.p, bytes.n, &offset);
        PIX *pix = source ? changed(source, edit, (uint32_t)pixaGetCount(pages), how) : NULL;
        pixDestroy(&source);
        if (!pix || pixaAddPix(pages, pix, L_INSERT) != 0) {
            pixaDestroy(&pages);
            ac_mw_fail(out, AC_MEDIA_DAMAGED);
            return;
        }
    } while (offset);
    l_uint8 *data = NULL;
    size_t n = 0;
    const int rc = pixaWriteMemMultipageTiff(&data, &n, pages);
    write_out(data, n, rc, out);
    pixaDestroy(&pages);
}

static void edit_file(ac_sv bytes, const ac_layout *edit, mark *how, ac_mw *out)
{
    l_int32 format = 0;
    const ac_media_note wrong = ac_picture_check(bytes, &format);
    if (wrong != AC_MEDIA_OK) {
        ac_mw_fail(out, wrong);
        return;
    }
    if (ac_picture_is_tiff(format)) {
        edit_tiff(bytes, edit, how, out);
        return;
    }
    PIX *source = pixReadMem((const l_uint8 *)bytes.p, bytes.n);
    PIX *pix = source ? changed(source, edit, 0, how) : NULL;
    pixDestroy(&source);
    if (!pix) {
        ac_mw_fail(out, AC_MEDIA_DAMAGED);
        return;
    }
    l_uint8 *data = NULL;
    size_t n = 0;
    const int rc = format == IFF_JFIF_JPEG ? pixWriteMemJpeg(&data, &n, pix, JPEG_QUALITY, 0)
                                           : pixWriteMem(&data, &n, pix, format == IFF_BMP ? IFF_BMP : IFF_PNG);
    write_out(data, n, rc, out);
    pixDestroy(&pix);
}

void ac_picture_redact(ac_sv bytes, const ac_layout *edit, ac_mw *out) { edit_file(bytes, edit, black, out); }
void ac_picture_annotate(ac_sv bytes, const ac_layout *edit, ac_mw *out) { edit_file(bytes, edit, framed, out); }
