/* The real aceso-media, as it is built beside the tests. */
#include "adapter/media_worker/media_worker.h"

#include "kit/test.h"
#include "os/file.h"

typedef struct {
    ac_media *media;
    ac_arena *arena;
    ac_media_document doc;
    ac_err err;
} bench;

static void bench_cleanup(bench *b)
{
    ac_media_free(b->media);
    ac_arena_free(b->arena);
}

static bench begin(const ac_media_worker_options *opt)
{
    bench b = { .arena = ac_arena_new(64 << 20) };
    CHECK(ac_media_worker_new(opt, &b.media, &b.err) == AC_OK);
    return b;
}

static ac_rc read_bytes(bench *b, ac_sv bytes)
{
    const ac_media_options opt = { .max_bytes = 16 << 20 };
    return ac_media_read(b->media, &opt, bytes, b->arena, &b->doc, &b->err);
}

/* A PDF of one page per text, written without a cross-reference table: readers rebuild it. */
static void add_page(ac_sb *out, int n, const char *content, const char *resources)
{
    ac_sb_addf(out, "%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<<%s>>>>endobj\n", n, n + 1, resources);
    ac_sb_addf(out, "%d 0 obj<</Length %zu>>stream\n", n + 1, strlen(content));
    ac_sb_add(out, ac_sv_z(content));
    ac_sb_add(out, AC_SV("\nendstream endobj\n"));
}

static void make_pdf(ac_sb *out, const char *content)
{
    ac_sb_add(out, AC_SV("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                         "9 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n"));
    add_page(out, 3, content, "/Font<</F 9 0 R>>");
    ac_sb_add(out, AC_SV("trailer<</Root 1 0 R/Info<</Title(Letter)>>>>\n%%EOF\n"));
}

AC_TEST(media_worker, a_pdf_keeps_its_words_and_places)
{
    AC_AUTO(bench) b = begin(&(ac_media_worker_options) { 0 });
    AC_AUTO(ac_sb) pdf = AC_SB(1 << 16);
    make_pdf(&pdf, "BT /F 12 Tf 72 720 Td (Penicillin allergy) Tj 0 -14 Td (Metformin 500 mg) Tj ET");
    CHECK(read_bytes(&b, ac_sb_view(&pdf)) == AC_OK);
    const ac_layout *l = &b.doc.layout;
    CHECK(ac_sv_eq(l->media_type, AC_SV("application/pdf")));
    CHECK(ac_sv_eq(l->text, AC_SV("Penicillin allergy\nMetformin 500 mg")));
    CHECK(l->pages.n == 1 && l->pages.at[0].source == AC_PAGE_TEXT && l->words.n == 5);
    const ac_box metformin = l->words.at[2].box; /* drawn 72 points from the left, its base line 86 from the top */
    CHECK(metformin.x0 > 71 && metformin.x0 < 74 && metformin.y0 > 70 && metformin.y1 < 92 && metformin.y1 > metformin.y0 + 8);
    CHECK(l->meta.n >= 1 && ac_sv_eq(l->meta.at[0].value, AC_SV("Letter")));
}

AC_TEST(media_worker, what_cannot_be_read_says_why_and_the_next_document_is_read)
{
    const struct {
        ac_sv bytes;
        const char *says;
    } rows[] = {
        { AC_SV("%PDF-1.4\n1 0 obj<<"), "ends too early" }, { AC_SV("%PDF-1.4\nnothing\n%%EOF\n"), "damaged" },
        { AC_SV("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), "damaged" }, { AC_SV("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "cannot be read" },
    };
    AC_AUTO(bench) b = begin(&(ac_media_worker_options) { 0 });
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(read_bytes(&b, rows[i].bytes) == AC_EINPUT);
        CHECK(strstr(b.err.text, rows[i].says));
    }
    AC_AUTO(ac_sb) pdf = AC_SB(1 << 16);
    make_pdf(&pdf, "BT /F 12 Tf 72 720 Td (still here) Tj ET");
    CHECK(read_bytes(&b, ac_sb_view(&pdf)) == AC_OK && ac_sv_eq(b.doc.layout.text, AC_SV("still here")));
}

AC_TEST(media_worker, a_missing_program_is_said)
{
    AC_AUTO(bench) b = begin(&(ac_media_worker_options) { .program = "/nonexistent/aceso-media" });
    CHECK(read_bytes(&b, AC_SV("%PDF-1.4")) == AC_ENOTFOUND || b.err.rc == AC_EIO);
}
