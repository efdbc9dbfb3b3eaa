#include "adapter/markup/office_write.h"

#include "adapter/markup/markup_testing.h"

#define DOCX "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#define ODT  "application/vnd.oasis.opendocument.text"

static const char letter[] = "Patient: [PATIENT]\nBP < 120 & stable\n\nSodium 139\nPotassium 5.9 high\nPlan";

static ac_layout edit_of(const char *type, ac_cell *cells, size_t n)
{
    return (ac_layout) { .media_type = ac_sv_z(type), .text = ac_sv_z(letter), .cells = { cells, n, n } };
}

static ac_cell cell_of(const char *words, uint32_t row, uint32_t column)
{
    const char *at = strstr(letter, words);
    return (ac_cell) { ac_span_of((size_t)(at - letter), (size_t)(at - letter) + strlen(words)), 0, row, column };
}

AC_TEST(office_write, what_is_written_is_read_again)
{
    static const char *const types[] = { DOCX, ODT };
    ac_cell cells[] = { cell_of("Sodium", 0, 0), cell_of("139", 0, 2), cell_of("Potassium", 1, 0), cell_of("5.9", 1, 1),
                        cell_of("high", 1, 2) };
    for (size_t i = 0; i < 2; i++) {
        ac_heading heading = { ac_span_of(sizeof letter - 1 - 4, sizeof letter - 1) }; /* Plan */
        ac_layout edit = edit_of(types[i], cells, 5);
        edit.headings.at = &heading;
        edit.headings.n = 1;
        AC_AUTO(ac_sb) file = AC_SB(1 << 20);
        markup_read m;
        CHECK(office_write(&edit, &file) && file.rc == AC_OK);
        markup_read_init(&m, AC_MEDIA_ZIP, ac_sb_view(&file), 1 << 20);
        CHECK(ac_sv_eq(m.reader.layout.media_type, edit.media_type));
        CHECK(
            markup_text_is(&m, i ? "Patient: [PATIENT]\nBP < 120 & stable\n\nSodium 139\nPotassium 5.9 high\n\nPlan"
                                 : "Patient: [PATIENT]\nBP < 120 & stable\n\nSodium 139\nPotassium 5.9 high\n\nPlan"));
        CHECK(m.reader.layout.cells.n == 5 && m.reader.layout.cells.at[1].column == 2 &&
              m.reader.layout.cells.at[4].row == 1);
        CHECK(m.reader.layout.headings.n == 1 && ac_sv_eq(ac_span_text(m.reader.layout.text, m.reader.layout.headings.at[0].span), AC_SV("Plan")));
        CHECK(m.reader.layout.meta.n == 0 && m.reader.layout.attachments.n == 0 && m.reader.layout.warnings.n == 0);
        markup_read_cleanup(&m);
    }
}

AC_TEST(office_write, its_words_stand_in_the_bytes_of_the_file)
{
    const ac_layout edit = edit_of(DOCX, NULL, 0);
    AC_AUTO(ac_sb) file = AC_SB(1 << 20);
    CHECK(office_write(&edit, &file) && memmem(file.p, file.n, "Patient: [PATIENT]", 18) &&
          memmem(file.p, file.n, "BP &lt; 120 &amp; stable", 24));
}

AC_TEST(office_write, other_types_and_files_that_are_too_large_are_refused)
{
    AC_AUTO(ac_sb) file = AC_SB(1 << 20);
    AC_AUTO(ac_sb) small = AC_SB(600);
    const ac_layout edit = edit_of("application/pdf", NULL, 0), large = edit_of(ODT, NULL, 0);
    CHECK(!office_write(&edit, &file) && file.n == 0);
    CHECK(office_write(&large, &small) && small.rc == AC_ELIMIT);
}

AC_TEST(office_write, odd_cells_end_in_a_file_that_can_be_read)
{
    ac_cell cells[] = { cell_of("Sodium", 7, 60000), cell_of("139", 7, 3), cell_of("Potassium", 0, 0) };
    const ac_layout edit = edit_of(DOCX, cells, 3);
    AC_AUTO(ac_sb) file = AC_SB(1 << 20);
    markup_read m;
    CHECK(office_write(&edit, &file) && file.rc == AC_OK && file.n < 20000);
    markup_read_init(&m, AC_MEDIA_ZIP, ac_sb_view(&file), 1 << 20);
    CHECK(markup_reason(&m) == AC_MEDIA_OK && m.reader.layout.cells.n == 3);
    markup_read_cleanup(&m);
}
