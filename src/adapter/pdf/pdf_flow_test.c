#include "adapter/pdf/pdf_flow.h"

#include "core/media_read.h"
#include "kit/test.h"

typedef struct {
    ac_flow_words words;
    ac_sb text;   /* what came out */
} page;

static void page_cleanup(page *p)
{
    ac_flow_words_cleanup(&p->words);
    ac_arena_free(p->words.arena);
    ac_sb_cleanup(&p->text);
}

static bool keep_text(void *context, ac_sv packet)
{
    if (packet.p[0] == AC_PACKET_TEXT)
        ac_sb_add(context, ac_sv_sub(packet, 1, packet.n));
    return true;
}

/* The words of a line from x on, ten points high and five points a letter. */
static void line(page *p, float x, float y, const char *text)
{
    ac_sv rest = ac_sv_z(text), word;
    while (ac_sv_split(&rest, ' ', &word)) {
        const float width = 5 * (float)word.n;
        CHECK(ac_flow_add(&p->words, word, (ac_box) { x, y, x + width, y + 10 }));
        x += width + 3;
    }
}

static ac_sv read_page(page *p)
{
    ac_mw out;
    p->text = AC_SB(1 << 20);
    p->words.arena = ac_arena_new(1 << 20);
    ac_mw_init(&out, keep_text, &p->text, 1 << 20);
    ac_mw_page(&out, 612, 792);
    ac_flow_write(&p->words, &out);
    ac_mw_page_end(&out, AC_PAGE_TEXT, 0);
    ac_mw_cleanup(&out);
    return ac_sb_view(&p->text);
}

AC_TEST(pdf_flow, lines_and_blocks)
{
    AC_AUTO(page) p = { 0 };
    line(&p, 72, 140, "below a gap");
    line(&p, 72, 100, "first line");
    line(&p, 72, 112, "second line");
    CHECK(ac_sv_eq(read_page(&p), AC_SV("first line\nsecond line\n\nbelow a gap")));
}

AC_TEST(pdf_flow, a_form_is_read_by_rows)
{
    AC_AUTO(page) p = { 0 };
    line(&p, 72, 100, "Name: Ann Bell");
    line(&p, 400, 101, "MRN: 12");
    line(&p, 72, 114, "Born: 1957");
    line(&p, 400, 115, "Ward: 4 B");
    CHECK(ac_sv_eq(read_page(&p), AC_SV("Name: Ann Bell MRN: 12\nBorn: 1957 Ward: 4 B")));
}

AC_TEST(pdf_flow, a_table_is_read_by_rows)
{
    AC_AUTO(page) p = { 0 };
    const char *cells[4][3] = { { "Sodium", "139", "135 - 145" }, { "Potassium", "5.9", "3.5 - 5.1" }, { "Creatinine", "1.8", "0.6 - 1.2" }, { "Urea", "40", "10 - 50" } };
    for (int c = 2; c >= 0; c--)
        for (int r = 0; r < 4; r++)
            line(&p, 72 + 130 * (float)c, 100 + 14 * (float)r, cells[r][c]);
    CHECK(ac_sv_eq(read_page(&p), AC_SV("Sodium 139 135 - 145\nPotassium 5.9 3.5 - 5.1\nCreatinine 1.8 0.6 - 1.2\nUrea 40 10 - 50")));
}

AC_TEST(pdf_flow, columns_of_running_text_are_read_one_after_the_other)
{
    AC_AUTO(page) p = { 0 };
    line(&p, 60, 80, "A title that stands over all of the columns of this page here");
    static char texts[3][4][32];
    for (int c = 0; c < 3; c++)
        for (int r = 0; r < 4; r++) {
            memcpy(texts[c][r], "column 0 has some text in row 0", 32);
            texts[c][r][7] = (char)('1' + c);
            texts[c][r][30] = (char)('1' + r);
            line(&p, 60 + 190 * (float)c, 100 + 12 * (float)r, texts[c][r]);
        }
    line(&p, 60, 170, "And below all of them one line more that goes across the whole page");
    ac_sv got = read_page(&p);
    const char *one = memmem(got.p, got.n, "column 1 has some text in row 4", 31), *two = memmem(got.p, got.n, "column 2 has some text in row 1", 31);
    const char *three = memmem(got.p, got.n, "column 3 has some text in row 1", 31), *end = memmem(got.p, got.n, "And below", 9);
    CHECK(ac_sv_starts(got, AC_SV("A title")) && one && one < two && two < three && three < end);
}

static void piece(page *p, float x, float y, float width, const char *text)
{
    CHECK(ac_flow_add(&p->words, ac_sv_z(text), (ac_box) { x, y, x + width, y + 10 }));
}

AC_TEST(pdf_flow, pieces_that_touch_are_one_word)
{
    AC_AUTO(page) p = { 0 };
    piece(&p, 72, 100, 8, "H");
    piece(&p, 80.1f, 102, 4, "2"); /* lower, as an index is */
    piece(&p, 84, 100, 8, "O");
    piece(&p, 95, 100, 20, "500");
    piece(&p, 114.5f, 100, 10, "mg");
    piece(&p, 127, 100, 10, "now");
    CHECK(ac_sv_eq(read_page(&p), AC_SV("H2O 500mg now")));
}

AC_TEST(pdf_flow, what_is_drawn_twice_is_read_once)
{
    AC_AUTO(page) p = { 0 };
    line(&p, 72, 100, "Allergies: penicillin");
    line(&p, 72.4f, 100.2f, "Allergies: penicillin");
    const char *letters[] = { "B", "o", "l", "d" };
    for (int i = 0; i < 8; i++) { /* each letter twice, one after the other */
        const int pair = i / 2;
        piece(&p, 200 + 5 * (float)pair + 0.3f * (float)(i % 2), 100, 5, letters[pair]);
    }
    line(&p, 72, 112, "no no");    /* said twice is another thing */
    CHECK(ac_sv_eq(read_page(&p), AC_SV("Allergies: penicillin Bold\nno no")));
}

AC_TEST(pdf_flow, a_heading_with_space_between_its_letters)
{
    AC_AUTO(page) p = { 0 };
    const char *text = "PLAN OF CARE";
    static char letters[24];
    for (int i = 0; text[i]; i++) {
        letters[2 * i] = text[i];
        if (text[i] != ' ')
            piece(&p, 72 + 8 * (float)i, 100, 5, &letters[2 * i]);
    }
    line(&p, 72, 140, "A B 1 2 3 4");
    piece(&p, 72, 160, 4, "-");
    piece(&p, 77, 160, 5, "7");
    piece(&p, 83, 160, 4, "-");
    CHECK(ac_sv_eq(read_page(&p), AC_SV("PLAN O F CARE\n\nA B 1 2 3 4\n\n-7-"))); /* two letters may be two words */
}

AC_TEST(pdf_flow, nothing_and_odd_boxes)
{
    AC_AUTO(page) none = { 0 };
    CHECK(read_page(&none).n == 0);
    AC_AUTO(page) p = { 0 };
    for (int i = 0; i < 3000; i++) /* all at one place, upside down, without height */
        CHECK(ac_flow_add(&p.words, AC_SV("a"), (ac_box) { 5, 5, (float)(i % 7) - 3, (float)(i % 5) }));
    CHECK(read_page(&p).n >= 5999);
}
