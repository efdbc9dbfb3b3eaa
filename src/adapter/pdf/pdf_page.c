#include "adapter/pdf/pdf_page.h"

#include "adapter/pdf/pdf_flow.h"

#include <math.h>

/* A page whose text is fewer words than this, with pictures over most of it, is a scan with a stamp on it. */
enum { FEW_WORDS = 25, OCR_DPI = 300, BLANK_DPI = 72, INK = 160, PIXELS_MAX = 40 * 1000 * 1000 };
static const double MOSTLY = 0.5, WORTH_READING = 0.1; /* of the page's area; what is smaller is a logo */

/* ---- the text layer ------------------------------------------------------------------------------------------------ */

typedef struct {
    char *text;               /* UTF-8 */
    PopplerRectangle *boxes;  /* one per character of it */
    guint n_boxes;
} layer;

static void layer_cleanup(layer *l)
{
    g_free(l->text);
    g_free(l->boxes);
}

static layer read_layer(PopplerPage *page)
{
    layer l = { .text = poppler_page_get_text(page) };
    if (l.text && !poppler_page_get_text_layout(page, &l.boxes, &l.n_boxes))
        l.n_boxes = 0;
    return l;
}

/* What a font without a map to Unicode gives: the replacement character, private use, control characters. */
static bool is_junk(gunichar c)
{
    return c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || (c < ' ' && c != '\n' && c != '\t' && c != '\f');
}

typedef struct {
    size_t words, letters, junk;
} census;

static census count(const char *text)
{
    census c = { 0 };
    bool in = false;
    for (const char *p = text ? text : ""; *p; p = g_utf8_next_char(p)) {
        gunichar ch = g_utf8_get_char(p);
        bool space = g_unichar_isspace(ch);
        c.words += !space && !in;
        c.letters += g_unichar_isalnum(ch) != 0;
        c.junk += is_junk(ch);
        in = !space;
    }
    return c;
}

static ac_box join(ac_box a, const PopplerRectangle *r)
{
    return (ac_box) { fminf(a.x0, (float)r->x1), fminf(a.y0, (float)r->y1), fmaxf(a.x1, (float)r->x2), fmaxf(a.y1, (float)r->y2) };
}

/* poppler gives the characters with a blank between words and a line feed between lines; their order is ours to find. */
static void write_layer(const layer *l, ac_mw *out)
{
    AC_AUTO(ac_flow_words) words = { 0 };
    const char *begin = NULL;
    ac_box box = { 0 };
    guint i = 0;
    for (const char *p = l->text; p; p = *p ? g_utf8_next_char(p) : NULL, i++) {
        const bool blank = !*p || g_unichar_isspace(g_utf8_get_char(p));
        const PopplerRectangle *r = i < l->n_boxes ? &l->boxes[i] : NULL;
        if (blank && begin && !ac_flow_add(&words, (ac_sv) { begin, (size_t)(p - begin) }, box))
            ac_mw_fail(out, AC_MEDIA_MEMORY);
        if (blank)
            begin = NULL;
        else if (begin && r)
            box = join(box, r);
        else if (!begin)
            box = r ? (ac_box) { (float)r->x1, (float)r->y1, (float)r->x2, (float)r->y2 } : (ac_box) { 0 };
        if (!blank && !begin)
            begin = p;
    }
    ac_flow_write(&words, out);
}

/* ---- what is drawn ------------------------------------------------------------------------------------------------- */

/* The part of the page that pictures cover, each counted alone: 1 and more for a scan. */
static double picture_share(PopplerPage *page, double width, double height)
{
    double area = 0;
    GList *images = poppler_page_get_image_mapping(page);
    for (GList *l = images; l; l = l->next) {
        const PopplerImageMapping *m = l->data;
        area += fabs((m->area.x2 - m->area.x1) * (m->area.y2 - m->area.y1));
    }
    poppler_page_free_image_mapping(images);
    return width > 0 && height > 0 ? area / (width * height) : 0;
}

bool ac_pdf_surface(PopplerPage *page, double dpi, ac_surface *out)
{
    ac_surface s = { .scale = dpi / 72 };
    poppler_page_get_size(page, &s.width, &s.height);
    if (s.width * s.scale * s.height * s.scale > PIXELS_MAX) /* a poster: as sharp as the limit allows */
        s.scale = sqrt(PIXELS_MAX / (s.width * s.height));
    const double w = ceil(s.width * s.scale), h = ceil(s.height * s.scale);
    if (!(w >= 1 && h >= 1 && w < INT16_MAX && h < INT16_MAX))
        return false;
    s.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    s.cr = cairo_create(s.surface);
    cairo_set_source_rgb(s.cr, 1, 1, 1);
    cairo_paint(s.cr);
    cairo_scale(s.cr, s.scale, s.scale);
    cairo_save(s.cr);
    poppler_page_render_for_printing_with_options(page, s.cr, POPPLER_PRINT_DOCUMENT);
    cairo_restore(s.cr);
    cairo_surface_flush(s.surface);
    *out = s;
    if (cairo_status(s.cr) == CAIRO_STATUS_SUCCESS)
        return true;
    ac_surface_cleanup(out);
    return false;
}

void ac_surface_cleanup(ac_surface *s)
{
    cairo_destroy(s->cr);
    cairo_surface_destroy(s->surface);
}

/* In grey, for reading; the caller frees its pixels with g_free. */
static bool grey_of(const ac_surface *s, ac_bitmap *out)
{
    const int w = cairo_image_surface_get_width(s->surface), h = cairo_image_surface_get_height(s->surface);
    unsigned char *grey = g_try_malloc((size_t)w * (size_t)h);
    for (int y = 0; grey && y < h; y++) {
        const unsigned char *row = cairo_image_surface_get_data(s->surface) + (ptrdiff_t)y * cairo_image_surface_get_stride(s->surface);
        for (int x = 0; x < w; x++) /* BGRx; the weights of ITU-R BT.601 in 1/256 */
            grey[(size_t)y * (size_t)w + (size_t)x] = (unsigned char)((29 * row[4 * x] + 150 * row[4 * x + 1] + 77 * row[4 * x + 2]) >> 8);
    }
    *out = (ac_bitmap) { grey, (uint32_t)w, (uint32_t)h, (uint32_t)w, (float)(s->scale * 72) };
    return grey;
}

/* The words that the text layer has told already need no second reading. */
static void whiten(const ac_surface *s, const layer *known)
{
    cairo_set_source_rgb(s->cr, 1, 1, 1);
    for (guint i = 0; known && i < known->n_boxes; i++) {
        const PopplerRectangle *r = &known->boxes[i];
        cairo_rectangle(s->cr, r->x1, r->y1, r->x2 - r->x1, r->y2 - r->y1);
    }
    cairo_fill(s->cr);
    cairo_surface_flush(s->surface);
}

static bool draw(PopplerPage *page, double dpi, const layer *known, ac_bitmap *out)
{
    ac_surface s;
    if (!ac_pdf_surface(page, dpi, &s))
        return false;
    whiten(&s, known);
    bool drawn = grey_of(&s, out);
    ac_surface_cleanup(&s);
    return drawn;
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

typedef enum { READ_TEXT, READ_PICTURE, READ_BOTH, READ_NOTHING } way;

static way choose(const ac_pdf_options *opt, PopplerPage *page, const char *text, bool pictures)
{
    double width, height;
    poppler_page_get_size(page, &width, &height);
    const census c = count(text);
    if (c.letters && c.junk * 10 > c.letters)
        return READ_PICTURE;
    const double share = pictures || c.words < FEW_WORDS ? picture_share(page, width, height) : 0;
    if (c.words < FEW_WORDS && share >= MOSTLY)
        return READ_PICTURE;
    if (c.words)
        return share > (opt->ocr_all ? 0 : WORTH_READING) ? READ_BOTH : READ_TEXT;
    return share > 0 ? READ_PICTURE : READ_NOTHING;
}

static ac_page_source read_picture(const ac_pdf_options *opt, PopplerPage *page, uint32_t index, const layer *known, ac_mw *out,
                                   float *turned)
{
    ac_bitmap picture;
    if (!opt->ocr || !draw(page, OCR_DPI, known, &picture)) {
        ac_mw_warn(out, opt->ocr ? AC_MEDIA_PAGE_UNREAD : AC_MEDIA_NO_OCR, index);
        return AC_PAGE_FAILED;
    }
    ac_page_source source = ac_ocr_page(opt->ocr, &picture, out, turned);
    g_free((void *)(uintptr_t)picture.pixels);
    return source;
}

/* Nothing is drawn on it, either: letters that are outlines are no text. */
static bool is_blank(PopplerPage *page)
{
    ac_bitmap picture;
    if (!draw(page, BLANK_DPI, NULL, &picture))
        return false;
    size_t n = (size_t)picture.width * picture.height, i = 0;
    while (i < n && picture.pixels[i] > INK)
        i++;
    g_free((void *)(uintptr_t)picture.pixels);
    return i == n;
}

/* Notes that people have put on the page; what they typed into its forms is drawn, and so part of its text. */
static void read_annotations(PopplerPage *page, ac_mw *out)
{
    GList *list = poppler_page_get_annot_mapping(page);
    for (GList *l = list; l; l = l->next) {
        const PopplerAnnotMapping *m = l->data;
        char *text = poppler_annot_get_contents(m->annot);
        if (text && *text && poppler_annot_get_annot_type(m->annot) != POPPLER_ANNOT_FREE_TEXT) { /* which is drawn, too */
            ac_mw_gap(out, AC_GAP_BLOCK);
            ac_mw_text(out, ac_sv_z(text));
        }
        g_free(text);
    }
    poppler_page_free_annot_mapping(list);
}

void ac_pdf_page_read(const ac_pdf_options *opt, PopplerPage *page, uint32_t index, bool pictures, ac_mw *out)
{
    double width, height;
    poppler_page_get_size(page, &width, &height);
    ac_mw_page(out, (float)width, (float)height);
    AC_AUTO(layer) text = read_layer(page);
    const way w = choose(opt, page, text.text, pictures || opt->ocr_all);
    ac_page_source source = AC_PAGE_EMPTY;
    float turned = 0;
    if (w == READ_TEXT || w == READ_BOTH)
        write_layer(&text, out);
    if (w == READ_BOTH) {
        ac_mw_gap(out, AC_GAP_BLOCK);
        (void)read_picture(opt, page, index, &text, out, &turned);
    }
    if (w == READ_PICTURE || (w == READ_NOTHING && !is_blank(page)))
        source = read_picture(opt, page, index, NULL, out, &turned);
    else if (w != READ_NOTHING)
        source = AC_PAGE_TEXT;
    read_annotations(page, out);
    ac_mw_page_end(out, source, turned);
}

void ac_pdf_warm_up(void)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 8, 8);
    cairo_t *cr = cairo_create(surface);
    cairo_select_font_face(cr, "Helvetica", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_show_text(cr, "a"); /* fontconfig reads what fonts there are */
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}
