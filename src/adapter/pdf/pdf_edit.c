#include "adapter/pdf/pdf_edit.h"

#include "adapter/pdf/pdf_page.h"
#include "adapter/pdf/pdf_write.h"

#include <cairo-pdf.h>
#include <math.h>

static const double REDACT_DPI = 200, MARGIN = 1.5; /* points around a region, for what letters stick out */

/* ---- redaction ------------------------------------------------------------------------------------------------------ */

static void paint_over(cairo_t *cr, const ac_layout *edit, uint32_t page)
{
    cairo_set_source_rgb(cr, 0, 0, 0);
    for (size_t i = 0; i < edit->regions.n; i++) {
        const ac_region *r = &edit->regions.at[i];
        if (r->page != page)
            continue;
        cairo_rectangle(cr, (double)r->box.x0 - MARGIN, (double)r->box.y0 - MARGIN, (double)(r->box.x1 - r->box.x0) + 2 * MARGIN,
                        (double)(r->box.y1 - r->box.y0) + 2 * MARGIN);
        cairo_fill(cr);
    }
}

/* Rows of three bytes a pixel, of one when there is no colour on the page; the caller frees them with g_free. */
static unsigned char *pixels_of(cairo_surface_t *surface, ac_pdf_picture *out)
{
    const int w = cairo_image_surface_get_width(surface), h = cairo_image_surface_get_height(surface);
    const ptrdiff_t stride = cairo_image_surface_get_stride(surface);
    const unsigned char *data = cairo_image_surface_get_data(surface);
    bool grey = true;
    for (int y = 0; y < h && grey; y++)
        for (int x = 0; x < w && grey; x++) {
            const unsigned char *p = data + y * stride + 4 * (ptrdiff_t)x;
            grey = p[0] == p[1] && p[1] == p[2];
        }
    const size_t bytes = grey ? 1 : 3;
    unsigned char *pixels = g_try_malloc((size_t)w * (size_t)h * bytes), *to = pixels;
    for (int y = 0; pixels && y < h; y++)
        for (int x = 0; x < w; x++, to += bytes) { /* cairo has BGRx in memory on the little-endian machines that this is built for */
            const unsigned char *p = data + y * stride + 4 * (ptrdiff_t)x;
            to[0] = p[2];
            if (!grey)
                to[1] = p[1], to[2] = p[0];
        }
    *out = (ac_pdf_picture) { pixels, (uint32_t)w, (uint32_t)h, grey };
    return pixels;
}

static size_t words_from(const ac_layout *edit, uint32_t page)
{
    size_t i = 0;
    while (i < edit->words.n && edit->words.at[i].page < page)
        i++;
    return i;
}

static void redact_page(ac_pdf_writer *w, PopplerPage *page, uint32_t index, const ac_layout *edit)
{
    ac_surface drawn;
    ac_pdf_picture picture;
    if (!ac_pdf_surface(page, REDACT_DPI, &drawn)) {
        ac_mw_fail(w->out, AC_MEDIA_MEMORY);
        return;
    }
    paint_over(drawn.cr, edit, index);
    cairo_surface_flush(drawn.surface);
    unsigned char *pixels = pixels_of(drawn.surface, &picture);
    if (pixels)
        ac_pdf_write_page(w, drawn.width, drawn.height, &picture, edit, words_from(edit, index), words_from(edit, index + 1));
    else
        ac_mw_fail(w->out, AC_MEDIA_MEMORY);
    g_free(pixels);
    ac_surface_cleanup(&drawn);
}

void ac_pdf_redact(ac_sv bytes, const ac_layout *edit, ac_mw *out)
{
    PopplerDocument *doc = ac_pdf_open(bytes, out);
    if (!doc)
        return;
    const int n = poppler_document_get_n_pages(doc);
    ac_pdf_writer w;
    ac_pdf_write_begin(&w, out);
    for (int i = 0; i < n && !ac_mw_over(out); i++) {
        PopplerPage *page = poppler_document_get_page(doc, i);
        if (page)
            redact_page(&w, page, (uint32_t)i, edit);
        else
            ac_mw_fail(out, AC_MEDIA_PAGE_UNREAD);
        g_clear_object(&page);
        ac_mw_progress(out, (uint32_t)i + 1, (uint32_t)n);
    }
    ac_pdf_write_end(&w);
    ac_pdf_writer_cleanup(&w);
    g_object_unref(doc);
}

/* ---- annotation ------------------------------------------------------------------------------------------------------ */

static cairo_status_t take_bytes(void *context, const unsigned char *data, unsigned int n)
{
    ac_mw *out = context;
    ac_mw_file(out, (ac_sv) { (const char *)data, n });
    return ac_mw_over(out) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void frame(cairo_t *cr, const ac_layout *edit, uint32_t page)
{
    cairo_set_line_width(cr, 0.8);
    for (size_t i = 0; i < edit->regions.n; i++) {
        const ac_region *r = &edit->regions.at[i];
        if (r->page != page)
            continue;
        cairo_set_source_rgba(cr, (double)(r->colour >> 16 & 0xFF) / 255, (double)(r->colour >> 8 & 0xFF) / 255,
                              (double)(r->colour & 0xFF) / 255, 0.9);
        cairo_rectangle(cr, (double)r->box.x0 - 0.5, (double)r->box.y0 - 0.5, (double)(r->box.x1 - r->box.x0) + 1,
                        (double)(r->box.y1 - r->box.y0) + 1);
        cairo_stroke(cr);
    }
}

void ac_pdf_annotate(ac_sv bytes, const ac_layout *edit, ac_mw *out)
{
    PopplerDocument *doc = ac_pdf_open(bytes, out);
    if (!doc)
        return;
    const int n = poppler_document_get_n_pages(doc);
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take_bytes, out, 612, 792);
    cairo_t *cr = cairo_create(surface);
    for (int i = 0; i < n && !ac_mw_over(out); i++) {
        double width, height;
        PopplerPage *page = poppler_document_get_page(doc, i);
        if (!page) {
            ac_mw_fail(out, AC_MEDIA_PAGE_UNREAD);
            break;
        }
        poppler_page_get_size(page, &width, &height);
        cairo_pdf_surface_set_size(surface, width, height);
        cairo_save(cr);
        poppler_page_render_for_printing(page, cr);
        cairo_restore(cr);
        frame(cr, edit, (uint32_t)i);
        cairo_show_page(cr);
        g_object_unref(page);
        ac_mw_progress(out, (uint32_t)i + 1, (uint32_t)n);
    }
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    cairo_surface_destroy(surface);
    g_object_unref(doc);
}
