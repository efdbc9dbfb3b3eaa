#include "adapter/pdf/pdf_page.h"

#include "adapter/pdf/pdf_table.h"

#include <math.h>

/* A page whose text is fewer words than this, with pictures over most of it, is a scan with a stamp on it. */
enum { FEW_WORDS = 25, OCR_DPI = 300, BLANK_DPI = 72, INK = 160, PIXELS_MAX = 40 * 1000 * 1000 };
static const double MOSTLY = 0.5, WORTH_READING = 0.1; /* of the page's area; what is smaller is a logo */

/* ---- the text layer ------------------------------------------------------------------------------------------------ */

typedef struct {
    ac_flow_words words;
    size_t letters, junk, turned[4]; /* pieces, by the quarters that they lie turned by */
    ac_pdf_rule *rules;
    size_t n_rules;
    AC_VEC(ac_flow_word) comments;
    AC_VEC(ac_attachment) files;
    bool hidden;              /* something lies upon the page that it does not show */
    double pictures;          /* the part of the page that pictures cover, each counted alone: 1 and more for a scan */
    bool failed;
} layer;

static void layer_cleanup(layer *l) { ac_flow_words_cleanup(&l->words); }

/* What a font without a map to Unicode gives: the replacement character, private use, control characters. */
static bool is_junk(uint32_t c) { return c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || c < ' '; }

static bool is_letter(uint32_t c) { return c < 0x80 ? ac_is_alnum((char)c) : g_unichar_isalnum(c) != 0; }
static bool is_line_end(uint32_t c) { return c == '\r' || c == '\n'; }
static bool is_blank(uint32_t c) { return c <= ' ' || (c >= 0x80 && g_unichar_isspace(c)); }

/* Characters without a blank among them. */
static bool take_part(layer *l, const ac_pdf_drawn *d, size_t begin, size_t end)
{
    const float step = (d->x1 - d->x0) / (float)d->n;
    char *text = ac_arena_alloc(l->words.arena, 4 * (end - begin));
    size_t n = 0;
    for (size_t i = begin; text && i < end; i++) {
        n += ac_utf8_put(d->chars[i], text + n);
        l->letters += is_letter(d->chars[i]);
        l->junk += is_junk(d->chars[i]);
    }
    const ac_box box = { begin ? d->x0 + step * (float)begin : d->x0, d->y0, end < d->n ? d->x0 + step * (float)end : d->x1, d->y1 };
    return text && ac_flow_add(&l->words, (ac_sv) { text, n }, box);
}

static bool take_words(layer *l, const ac_pdf_drawn *d)
{
    size_t begin = 0;
    for (size_t i = 0; i <= d->n; i++) {
        if (i < d->n && !is_blank(d->chars[i]))
            continue;
        if (begin < i && !take_part(l, d, begin, i))
            return false;
        begin = i + 1;
    }
    return true;
}

/* Blanks end words before they come here, but not those in what a file says that its glyphs mean (ActualText). */
static bool take_word(void *context, const ac_pdf_drawn *d)
{
    layer *l = context;
    l->turned[d->turn & 3]++;
    return take_words(l, d);
}

/* A field's value has lines; each has its share of the field's height. */
static bool take_value(layer *l, const ac_pdf_drawn *d)
{
    size_t lines = 1, line = 0, begin = 0;
    for (size_t i = 0; i < d->n; i++)
        lines += is_line_end(d->chars[i]);
    const float height = (d->y1 - d->y0) / (float)lines;
    for (size_t i = 0; i <= d->n; i++) {
        if (i < d->n && !is_line_end(d->chars[i]))
            continue;
        const float top = d->y0 + height * (float)line++;
        const ac_pdf_drawn one = { d->chars + begin, i - begin, d->x0, top, d->x1, top + height, 0 };
        if (one.n && !take_words(l, &one))
            return false;
        begin = i + 1;
    }
    return true;
}

static ac_sv text_of(layer *l, const ac_pdf_drawn *d)
{
    char *text = ac_arena_alloc(l->words.arena, 4 * d->n + 1);
    size_t n = 0;
    for (size_t i = 0; text && i < d->n; i++)
        n += ac_utf8_put(d->chars[i] == '\r' ? '\n' : d->chars[i], text + n);
    return (ac_sv) { text, n };
}

static bool take_note(void *context, ac_pdf_note_kind kind, const ac_pdf_drawn *d, uint64_t file_bytes)
{
    layer *l = context;
    if (kind == AC_PDF_VALUE)
        return take_value(l, d);
    l->hidden |= kind == AC_PDF_HIDDEN;
    const ac_sv text = text_of(l, d);
    ac_flow_word *comment = kind == AC_PDF_COMMENT ? ac_vec_push(&l->comments, l->words.arena) : NULL;
    ac_attachment *file = kind == AC_PDF_FILE ? ac_vec_push(&l->files, l->words.arena) : NULL;
    if (comment)
        comment->text = text;
    if (file)
        *file = (ac_attachment) { text, AC_SV(""), file_bytes };
    return text.p && (comment || file || kind == AC_PDF_HIDDEN);
}

static bool take_rules(void *context, const ac_pdf_rule *rules, size_t n)
{
    layer *l = context;
    l->rules = ac_arena_alloc(l->words.arena, n * sizeof *rules);
    l->n_rules = n;
    if (l->rules)
        memcpy(l->rules, rules, n * sizeof *rules);
    return l->rules;
}

/* ---- what is drawn ------------------------------------------------------------------------------------------------- */

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
    for (size_t i = 0; known && i < known->words.n; i++) {
        const ac_box *b = &known->words.at[i].box;
        cairo_rectangle(s->cr, (double)b->x0, (double)b->y0, (double)(b->x1 - b->x0), (double)(b->y1 - b->y0));
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

/* Its words, and how much of it pictures cover, where that decides anything. */
static layer read_layer(const ac_pdf_source *pdf, uint32_t index, double area)
{
    layer l = { .words.arena = pdf->arena };
    const ac_pdf_taker taker = { take_word, take_note, take_rules, &l };
    ac_arena_reset(pdf->arena);
    l.failed = !ac_pdf_core_page(pdf->core, index, &taker, pdf->pictures ? &l.pictures : NULL);
    if (!l.failed && !pdf->pictures && l.words.n < FEW_WORDS) { /* a picture within the content, perhaps */
        layer_cleanup(&l);
        l = (layer) { .words.arena = pdf->arena };
        l.failed = !ac_pdf_core_page(pdf->core, index, &taker, &l.pictures);
    }
    l.pictures = area > 0 ? l.pictures / area : 0;
    return l;
}

/* How most of the text lies: a wide table on a tall page, perhaps. */
static int most_turned(const layer *l)
{
    int most = 0;
    for (int i = 1; i < 4; i++)
        most = l->turned[i] > l->turned[most] ? i : most;
    return most;
}

static way choose(const ac_pdf_options *opt, const layer *l)
{
    if (l->letters && l->junk * 10 > l->letters)
        return READ_PICTURE;
    if (l->words.n < FEW_WORDS && l->pictures >= MOSTLY)
        return READ_PICTURE;
    if (l->words.n)
        return l->pictures > (opt->ocr_all ? 0 : WORTH_READING) ? READ_BOTH : READ_TEXT;
    return l->pictures > 0 ? READ_PICTURE : READ_NOTHING;
}

static ac_page_source read_picture(const ac_pdf_source *pdf, PopplerPage *page, uint32_t index, const layer *known, float *turned)
{
    ac_bitmap picture;
    ac_ocr *ocr = pdf->opt->ocr;
    if (!ocr || !draw(page, OCR_DPI, known, &picture)) {
        ac_mw_warn(pdf->out, ocr ? AC_MEDIA_PAGE_UNREAD : AC_MEDIA_NO_OCR, index);
        return AC_PAGE_FAILED;
    }
    ac_page_source source = ac_ocr_page(ocr, &picture, pdf->out, turned);
    g_free((void *)(uintptr_t)picture.pixels);
    return source;
}

/* Nothing is drawn on it, either: letters that are outlines are no text. */
static bool nothing_drawn(PopplerPage *page)
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

/* Notes that people have put on the page, and files that hang on it. */
static void write_notes(const layer *l, uint32_t index, ac_mw *out)
{
    for (size_t i = 0; i < l->comments.n; i++) {
        ac_mw_gap(out, AC_GAP_BLOCK);
        ac_mw_text(out, l->comments.at[i].text);
    }
    for (size_t i = 0; i < l->files.n; i++)
        ac_mw_attachment(out, l->files.at[i].name, AC_SV(""), l->files.at[i].bytes);
    if (l->files.n)
        ac_mw_warn(out, AC_MEDIA_ATTACHMENT_UNREAD, index);
    if (l->hidden)
        ac_mw_warn(out, AC_MEDIA_HIDDEN_FIELD, index);
}

void ac_pdf_page_read(const ac_pdf_source *pdf, PopplerPage *page, uint32_t index)
{
    double width, height;
    ac_mw *out = pdf->out;
    poppler_page_get_size(page, &width, &height);
    ac_mw_page(out, (float)width, (float)height);
    AC_AUTO(layer) text = read_layer(pdf, index, width * height);
    const way w = choose(pdf->opt, &text);
    ac_page_source source = AC_PAGE_EMPTY;
    float turned = 0;
    if (text.failed)
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    text.words.turn = most_turned(&text);
    text.words.width = (float)width;
    text.words.height = (float)height;
    if (w == READ_TEXT || w == READ_BOTH)
        ac_table_write(&text.words, text.rules, text.n_rules, pdf->tables, out);
    if (w == READ_BOTH) {
        ac_mw_gap(out, AC_GAP_BLOCK);
        (void)read_picture(pdf, page, index, &text, &turned);
    }
    if (w == READ_PICTURE || (w == READ_NOTHING && !nothing_drawn(page)))
        source = read_picture(pdf, page, index, NULL, &turned);
    else if (w != READ_NOTHING)
        source = AC_PAGE_TEXT;
    write_notes(&text, index, out);
    ac_mw_page_end(out, source, turned);
}

void ac_pdf_warm_up(void)
{
    ac_pdf_core_warm_up();
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 8, 8);
    cairo_t *cr = cairo_create(surface);
    cairo_select_font_face(cr, "Helvetica", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_show_text(cr, "a"); /* fontconfig reads what fonts there are */
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}
