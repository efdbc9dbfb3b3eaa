#include "adapter/pdf/pdf_write.h"

#include <zlib.h>

#define UNLIMITED AC_SB(SIZE_MAX / 2)

enum { CATALOG = 1, PAGES = 2, FONT = 3, FIRST_FREE = 4, PER_PAGE = 3 }; /* object numbers; of a page: itself, its picture, its content */

static void emit(ac_pdf_writer *w, ac_sv bytes)
{
    ac_mw_file(w->out, bytes);
    w->at += bytes.n;
}

/* Begin object number: where it begins is remembered. */
static void object(ac_pdf_writer *w, uint32_t number)
{
    const size_t need = number * sizeof(uint64_t);
    while (w->offsets.n < need && w->offsets.rc == AC_OK)
        ac_sb_add(&w->offsets, (ac_sv) { "\0\0\0\0\0\0\0", sizeof(uint64_t) });
    if (w->offsets.n >= need)
        memcpy(w->offsets.p + need - sizeof(uint64_t), &w->at, sizeof w->at);
    AC_AUTO(ac_sb) head = AC_SB(64);
    ac_sb_addf(&head, "%u 0 obj\n", number);
    emit(w, ac_sb_view(&head));
}

void ac_pdf_write_begin(ac_pdf_writer *w, ac_mw *out)
{
    *w = (ac_pdf_writer) { .out = out, .offsets = UNLIMITED, .pages = UNLIMITED };
    emit(w, AC_SV("%PDF-1.5\n%\xE2\xE3\xCF\xD3\n"));
    object(w, FONT);
    emit(w, AC_SV("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n"));
}

/* A stream with its dictionary's own entries; packed when that succeeds. */
static void stream(ac_pdf_writer *w, uint32_t number, const char *entries, ac_sv data)
{
    uLongf n = compressBound((uLong)data.n);
    Bytef *packed = ac_mem_alloc(n);
    if (!packed || compress2(packed, &n, (const Bytef *)data.p, (uLong)data.n, 6) != Z_OK) {
        ac_mem_free(packed);
        ac_mw_fail(w->out, AC_MEDIA_MEMORY);
        return;
    }
    AC_AUTO(ac_sb) head = AC_SB(512);
    ac_sb_addf(&head, "<<%s/Filter/FlateDecode/Length %lu>>\nstream\n", entries, (unsigned long)n);
    object(w, number);
    emit(w, ac_sb_view(&head));
    emit(w, (ac_sv) { (const char *)packed, n });
    emit(w, AC_SV("\nendstream\nendobj\n"));
    ac_mem_free(packed);
}

/* ---- words ---------------------------------------------------------------------------------------------------------- */

/* The first code point of s in WinAnsiEncoding (Latin-1 and some marks), '?' when it has none; what cannot be shown cannot be copied wrongly. */
static char win_ansi(ac_sv *s)
{
    static const struct { ac_sv utf8; unsigned char code; } marks[] = {
        { { "\u20AC", 3 }, 0x80 }, { { "\u2026", 3 }, 0x85 }, { { "\u2018", 3 }, 0x91 }, { { "\u2019", 3 }, 0x92 },
        { { "\u201C", 3 }, 0x93 }, { { "\u201D", 3 }, 0x94 }, { { "\u2022", 3 }, 0x95 }, { { "\u2013", 3 }, 0x96 },
        { { "\u2014", 3 }, 0x97 },
    };
    const size_t n = ac_utf8_length(*s);
    const ac_sv one = ac_sv_sub(*s, 0, n ? n : 1);
    *s = ac_sv_sub(*s, one.n, s->n);
    if (n == 1)
        return one.p[0];
    if (n == 2 && (unsigned char)one.p[0] <= 0xC3)
        return (char)((one.p[0] & 3) << 6 | (one.p[1] & 0x3F));
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (ac_sv_eq(one, marks[i].utf8))
            return (char)marks[i].code;
    return '?';
}

/* Over the picture, invisible (text rendering mode 3), as high as its box and stretched to its width; letters of Helvetica are half as
 * wide as high, near enough for a selection. */
static void add_word(ac_sb *content, double page_height, const ac_word *word, ac_sv text)
{
    const double size = (double)(word->box.y1 - word->box.y0), width = (double)(word->box.x1 - word->box.x0);
    const size_t letters = text.n ? text.n : 1;
    if (!(size > 0.5 && width > 0))
        return;
    ac_sb_addf(content, "/F %.2f Tf %.1f Tz 1 0 0 1 %.2f %.2f Tm (", size, 100 * width / (0.5 * size * (double)letters),
               (double)word->box.x0, page_height - (double)word->box.y1 + 0.2 * size);
    while (text.n) {
        const char c = win_ansi(&text);
        if (c == '(' || c == ')' || c == '\\')
            ac_sb_add_char(content, '\\');
        ac_sb_add_char(content, c);
    }
    ac_sb_add(content, AC_SV(" ) Tj\n")); /* whose blank keeps it apart from the next one */
}

void ac_pdf_write_page(ac_pdf_writer *w, double width, double height, const ac_pdf_picture *picture, const ac_layout *layout,
                       size_t first, size_t end)
{
    const uint32_t page = FIRST_FREE + PER_PAGE * w->n_pages;
    AC_AUTO(ac_sb) content = UNLIMITED;
    ac_sb_addf(&content, "q %.2f 0 0 %.2f 0 0 cm /P Do Q\nBT 3 Tr\n", width, height);
    for (size_t i = first; i < end; i++)
        add_word(&content, height, &layout->words.at[i], ac_span_text(layout->text, layout->words.at[i].span));
    ac_sb_add(&content, AC_SV("ET\n"));
    AC_AUTO(ac_sb) entries = AC_SB(512);
    ac_sb_addf(&entries, "/Type/XObject/Subtype/Image/Width %u/Height %u/BitsPerComponent 8/ColorSpace/%s", picture->width, picture->height,
               picture->grey ? "DeviceGray" : "DeviceRGB");
    ac_sb_add_char(&entries, '\0');
    if (content.rc != AC_OK || entries.rc != AC_OK) {
        ac_mw_fail(w->out, AC_MEDIA_MEMORY);
        return;
    }
    object(w, page);
    ac_sb line = AC_SB(512);
    ac_sb_addf(&line, "<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Contents %u 0 R/Resources<</Font<</F %d 0 R>>/XObject<</P %u 0 R>>>>>>\nendobj\n",
               PAGES, width, height, page + 2, FONT, page + 1);
    emit(w, ac_sb_view(&line));
    ac_sb_cleanup(&line);
    const size_t bytes = (size_t)picture->width * picture->height * (picture->grey ? 1 : 3);
    stream(w, page + 1, entries.p, (ac_sv) { (const char *)picture->pixels, bytes });
    stream(w, page + 2, "", ac_sb_view(&content));
    ac_sb_addf(&w->pages, "%u 0 R ", page);
    w->n_pages++;
}

void ac_pdf_write_end(ac_pdf_writer *w)
{
    AC_AUTO(ac_sb) tail = UNLIMITED;
    object(w, CATALOG);
    emit(w, AC_SV("<</Type/Catalog/Pages 2 0 R>>\nendobj\n"));
    object(w, PAGES);
    ac_sb_addf(&tail, "<</Type/Pages/Count %u/Kids[", w->n_pages);
    ac_sb_add(&tail, ac_sb_view(&w->pages));
    ac_sb_add(&tail, AC_SV("]>>\nendobj\n"));
    emit(w, ac_sb_view(&tail));
    ac_sb_clear(&tail);
    const uint64_t table = w->at;
    const size_t objects = w->offsets.n / sizeof(uint64_t);
    ac_sb_addf(&tail, "xref\n0 %zu\n0000000000 65535 f \n", objects + 1);
    for (size_t i = 0; i < objects; i++) {
        uint64_t offset;
        memcpy(&offset, w->offsets.p + i * sizeof offset, sizeof offset);
        ac_sb_addf(&tail, "%010llu 00000 n \n", (unsigned long long)offset);
    }
    ac_sb_addf(&tail, "trailer\n<</Size %zu/Root 1 0 R>>\nstartxref\n%llu\n%%%%EOF\n", objects + 1, (unsigned long long)table);
    emit(w, ac_sb_view(&tail));
    if (tail.rc != AC_OK || w->offsets.rc != AC_OK || w->pages.rc != AC_OK)
        ac_mw_fail(w->out, AC_MEDIA_MEMORY);
}

void ac_pdf_writer_cleanup(ac_pdf_writer *w)
{
    ac_sb_cleanup(&w->offsets);
    ac_sb_cleanup(&w->pages);
}
