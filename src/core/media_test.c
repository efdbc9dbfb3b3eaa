/* Both sides of a document on its way out of the sandbox: what is written is what is read, and nothing that a worker says is believed. */
#include "core/media_read.h"

#include "kit/test.h"

#include <math.h>

typedef struct {
    ac_mw writer;
    ac_mr reader;
    ac_arena *arena;
    ac_rc rc;          /* of the first packet that was refused */
    size_t packets;
} conveyor;

static bool carry(void *context, ac_sv packet)
{
    conveyor *p = context;
    p->packets++;
    if (p->rc == AC_OK)
        p->rc = ac_mr_packet(&p->reader, packet, NULL);
    return true;
}

static void conveyor_init(conveyor *p, uint64_t max)
{
    *p = (conveyor) { .arena = ac_arena_new(64 << 20) };
    ac_mr_init(&p->reader, p->arena, max);
    ac_mw_init(&p->writer, carry, p, max);
}

static void conveyor_cleanup(conveyor *p)
{
    ac_mw_cleanup(&p->writer);
    ac_mr_cleanup(&p->reader);
    ac_arena_free(p->arena);
}

static ac_rc finish(conveyor *p)
{
    (void)ac_mw_done(&p->writer);
    return p->rc != AC_OK ? p->rc : ac_mr_end(&p->reader, NULL);
}

static void put(ac_mw *w, const char *word, float x)
{
    ac_mw_word(w, ac_sv_z(word), (ac_box) { x, 10, x + 20, 22 }, 93);
}

/* A reader dies within its second page; that page is left out, and another reader goes on behind it. */
AC_TEST(media, another_writer_goes_on_where_one_has_failed)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 20);
    ac_mw *w = &p.writer;
    ac_mw_back(w);
    ac_mw_type(w, AC_SV("application/pdf"));
    ac_mw_meta(w, AC_SV("title"), AC_SV("of one that died at once"));
    ac_mw_back(w);
    ac_mw_meta(w, AC_SV("title"), AC_SV("Informe"));
    for (int page = 0; page < 2; page++) {
        ac_mw_page(w, 612, 792);
        ac_mw_cell(w, 0, 0, 0);
        put(w, page ? "lost" : "kept", 10);
        ac_mw_cell_end(w);
        if (!page)
            ac_mw_page_end(w, AC_PAGE_TEXT, 0);
    }
    ac_mw_warn(w, AC_MEDIA_LOW_CONFIDENCE, 1);
    ac_mw_back(w);
    ac_mw_cleanup(w);
    ac_mw_init(w, carry, &p, 1 << 20);
    ac_mw_resume(w, 1, 4, 1);
    ac_mw_page(w, 0, 0);
    ac_mw_page_end(w, AC_PAGE_FAILED, 0);
    ac_mw_warn(w, AC_MEDIA_PAGE_UNREAD, 1);
    ac_mw_page(w, 612, 792);
    put(w, "tos", 5);
    ac_mw_page_end(w, AC_PAGE_TEXT, 0);
    CHECK(finish(&p) == AC_OK && p.reader.failed == AC_MEDIA_OK);
    const ac_layout *l = &p.reader.layout;
    CHECK(ac_sv_eq(l->text, AC_SV("kept\n\ftos")) && l->words.n == 2 && l->cells.n == 1 && l->pages.n == 3 && l->meta.n == 1);
    CHECK(l->pages.at[1].source == AC_PAGE_FAILED && l->words.at[1].page == 2 && l->warnings.n == 1);
    CHECK(ac_sv_eq(ac_span_text(l->text, l->words.at[1].span), AC_SV("tos")));
}

AC_TEST(media, words_keep_their_places)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 20);
    ac_mw *w = &p.writer;
    ac_mw_type(w, AC_SV("application/pdf"));
    ac_mw_meta(w, AC_SV("title"), AC_SV("Informe"));
    ac_mw_page(w, 612, 792);
    put(w, "Señora", 10);
    ac_mw_gap(w, AC_GAP_BLANK);
    ac_mw_gap(w, AC_GAP_BLANK);
    put(w, "Ruiz", 40);
    ac_mw_gap(w, AC_GAP_LINE);
    put(w, "fiebre", 10);
    ac_mw_page_end(w, AC_PAGE_TEXT, 0);
    ac_mw_page(w, 612, 792);
    ac_mw_page_end(w, AC_PAGE_EMPTY, 0);
    ac_mw_page(w, 300, 400);
    put(w, "tos", 5);
    ac_mw_page_end(w, AC_PAGE_OCR, 90);
    ac_mw_warn(w, AC_MEDIA_LOW_CONFIDENCE, 2);
    ac_mw_region(w, (ac_region) { 2, { 1, 2, 3, 4 }, 0xFF8000 });
    ac_mw_progress(w, 3, 3);
    CHECK(finish(&p) == AC_OK && p.reader.failed == AC_MEDIA_OK);
    const ac_layout *l = &p.reader.layout;
    CHECK(ac_sv_eq(l->text, AC_SV("Señora Ruiz\nfiebre\n\ftos")));
    CHECK(l->pages.n == 3 && l->pages.at[1].source == AC_PAGE_EMPTY && l->pages.at[2].turned == 90);
    CHECK(ac_sv_eq(ac_span_text(l->text, l->pages.at[0].span), AC_SV("Señora Ruiz\nfiebre")));
    CHECK(ac_span_len(l->pages.at[1].span) == 0 && ac_sv_eq(ac_span_text(l->text, l->pages.at[2].span), AC_SV("tos")));
    CHECK(l->words.n == 4 && l->words.at[3].page == 2 && l->words.at[1].box.x0 == 40 && l->words.at[1].confidence == 93);
    CHECK(ac_sv_eq(ac_span_text(l->text, l->words.at[2].span), AC_SV("fiebre")));
    CHECK(l->warnings.n == 1 && ac_sv_eq(ac_media_note_name(l->warnings.at[0].note), AC_SV("low_confidence")));
    CHECK(l->regions.n == 1 && l->regions.at[0].box.y1 == 4 && l->regions.at[0].colour == 0xFF8000);
    size_t first, end;
    ac_layout_words(l, ac_span_of(3, 9), &first, &end);
    CHECK(first == 0 && end == 2);
    ac_layout_words(l, ac_span_of(l->text.n, l->text.n), &first, &end);
    CHECK(first == end);
}

AC_TEST(media, places_that_no_page_has_lose_no_words)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 20);
    ac_mw_page(&p.writer, INFINITY, 1e9f);
    ac_mw_word(&p.writer, AC_SV("fever"), (ac_box) { NAN, -INFINITY, 3e38f, 12 }, 100);
    ac_mw_page_end(&p.writer, AC_PAGE_TEXT, 0);
    CHECK(finish(&p) == AC_OK && ac_sv_eq(p.reader.layout.text, AC_SV("fever")));
    const ac_box *b = &p.reader.layout.words.at[0].box;
    CHECK(b->x0 == 0 && b->y0 < -1000 && b->x1 > 1000 && b->y1 == 12);
}

AC_TEST(media, text_is_mended_and_may_be_long)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 20);
    AC_AUTO(ac_sb) long_text = AC_SB(1 << 20);
    for (int i = 0; i < 30000; i++)
        ac_sb_add(&long_text, AC_SV("añb "));
    ac_mw_text(&p.writer, AC_SV("a\x01" "b\xFF" "c"));
    ac_mw_gap(&p.writer, AC_GAP_BLOCK);
    ac_mw_text(&p.writer, ac_sb_view(&long_text));
    CHECK(finish(&p) == AC_OK);
    CHECK(p.reader.layout.text.n == 9 + long_text.n);
    CHECK(ac_sv_starts(p.reader.layout.text, AC_SV("a b\xEF\xBF\xBD" "c\n\nañb ")));
    CHECK(ac_sv_ends(p.reader.layout.text, AC_SV("añb ")));
}

AC_TEST(media, a_tree_comes_through)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 20);
    ac_mw *w = &p.writer;
    const ac_tree_attr code[] = { { AC_SV("code"), AC_SV("J45") }, { AC_SV("xsi:type"), AC_SV("CD") } };
    ac_mw_element(w, AC_SV("urn:hl7-org:v3"), AC_SV("ClinicalDocument"), 1, NULL, 0);
    ac_mw_element(w, AC_SV(""), AC_SV("title"), 2, NULL, 0);
    ac_mw_chars(w, AC_SV("Alta"));
    ac_mw_element_end(w);
    ac_mw_element(w, AC_SV(""), AC_SV("value"), 3, code, 2);
    ac_mw_element_end(w);
    ac_mw_element(w, AC_SV(""), AC_SV("value"), 4, NULL, 0);
    ac_mw_element_end(w);
    ac_mw_element_end(w);
    CHECK(finish(&p) == AC_OK);
    const ac_tree_node *root = p.reader.tree;
    CHECK(root && ac_sv_eq(root->name, AC_SV("ClinicalDocument")) && ac_sv_eq(root->space, AC_SV("urn:hl7-org:v3")));
    CHECK(ac_sv_eq(ac_tree_at(root, "title")->first->text, AC_SV("Alta")));
    const ac_tree_node *value = ac_tree_child(root, AC_SV("value"));
    CHECK(ac_sv_eq(ac_tree_attr_of(value, AC_SV("code")), AC_SV("J45")) && value->line == 3);
    CHECK(ac_tree_next(value)->line == 4 && !ac_tree_next(ac_tree_next(value)));
    CHECK(!ac_tree_at(root, "title/none") && !ac_tree_attr_of(NULL, AC_SV("code")).n);
}

AC_TEST(media, long_text_of_an_element_is_cut_between_characters)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 20);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (int i = 0; i < 40000; i++)
        ac_sb_add(&text, i % 3 ? AC_SV("\u20AC") : AC_SV("e\u0301x"));
    ac_mw_element(&p.writer, AC_SV(""), AC_SV("text"), 1, NULL, 0);
    ac_mw_chars(&p.writer, ac_sb_view(&text));
    ac_mw_element_end(&p.writer);
    CHECK(finish(&p) == AC_OK);
    size_t n = 0;
    for (const ac_tree_node *t = p.reader.tree ? p.reader.tree->first : NULL; t; t = t->next)
        n += t->text.n;
    CHECK(n == text.n);
}

AC_TEST(media, limits_end_the_document)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 100);
    for (int i = 0; i < 40; i++)
        ac_mw_text(&p.writer, AC_SV("abcdef"));
    CHECK(finish(&p) == AC_OK && p.reader.failed == AC_MEDIA_TOO_LARGE);
    AC_AUTO(conveyor) deep;
    conveyor_init(&deep, 1 << 20);
    for (int i = 0; i < 300; i++)
        ac_mw_element(&deep.writer, AC_SV(""), AC_SV("a"), 1, NULL, 0);
    CHECK(finish(&deep) == AC_OK && deep.reader.failed == AC_MEDIA_TOO_DEEP);
}

AC_TEST(media, silence_is_no_document)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 100);
    ac_mw_text(&p.writer, AC_SV("abc"));
    CHECK(ac_mr_end(&p.reader, NULL) == AC_EINPUT);
}

/* Every packet of a document with one byte changed, at each place: refused, or read without harm. */
AC_TEST(media, changed_packets_do_no_harm)
{
    for (size_t at = 0; at < 40; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            char words[] = "\2\0\0\0\0\3\0\0\0\0\0\x80?\0\0\x80?\0\0\0@\0\0\0@\x5d";
            char page[] = "\3\0\0\x80?\0\0\x80?";
            AC_AUTO(conveyor) p;
            conveyor_init(&p, 1 << 16);
            CHECK(ac_mr_packet(&p.reader, AC_SV("\1abc"), NULL) == AC_OK);
            if (at < sizeof page - 1)
                page[at] = (char)(page[at] ^ (1 << bit));
            else if (at - sizeof page + 1 < sizeof words - 1)
                words[at - sizeof page + 1] = (char)(words[at - sizeof page + 1] ^ (1 << bit));
            ac_rc first = ac_mr_packet(&p.reader, (ac_sv) { page, sizeof page - 1 }, NULL);
            ac_rc second = ac_mr_packet(&p.reader, (ac_sv) { words, sizeof words - 1 }, NULL);
            CHECK(first == AC_OK || first == AC_EINPUT);
            CHECK(second == AC_OK || second == AC_EINPUT);
            for (size_t i = 0; i < p.reader.layout.words.n; i++)
                CHECK(p.reader.layout.words.at[i].span.end <= 3);
        }
}

AC_TEST(media, foreign_packets_are_refused)
{
    AC_AUTO(conveyor) p;
    conveyor_init(&p, 1 << 16);
    const ac_sv bad[] = { AC_SV(""), AC_SV("\xFF"), AC_SV("\4\0\0\0\0\0\0\0\0\0"), AC_SV("\x0B"), AC_SV("\2abc"), AC_SV("\x0Axyz"),
                          AC_SV("\6\xFF\xFF\xFF\xFF"), AC_SV("\x09\0\0\0\0\0\0\0\0"), AC_SV("\x0E\0") };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(ac_mr_packet(&p.reader, bad[i], NULL) != AC_OK);
}
