#include "interop/sheet.h"

#include "kit/test.h"

static uint64_t always_5(void *ctx, ac_sv label, ac_sv value) { return (void)ctx, (void)label, (void)value, 5; }
static uint32_t same(const void *ctx, uint32_t at) { return (void)ctx, at; }

static ac_sheet of(ac_arena *a, const ac_deid_options *deid)
{
    ac_sheet s;
    ac_sheet_init(&s, deid, a);
    return s;
}

AC_TEST(sheet, what_goes_is_replaced_in_the_piece_in_which_it_begins)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    AC_AUTO(ac_sheet) s = of(a, &tags);
    const ac_sv pieces[] = { AC_SV("Mrs. Jane "), AC_SV("Roe"), AC_SV(" has asthma") };
    for (size_t i = 0; i < 3; i++)
        CHECK(ac_sv_eq(ac_sheet_words(&s, i ? AC_SHEET_GOES_ON : AC_SHEET_LINE, pieces[i]), pieces[i]));
    CHECK(ac_sheet_words(&s, AC_SHEET_LINE, AC_SV("")).n == 0);
    CHECK(ac_sheet_close(&s, NULL) == AC_OK && ac_sv_eq(s.text, AC_SV("Mrs. Jane Roe has asthma")));
    ac_deid_cut cut = { ac_span_of(5, 13), AC_SV("[PATIENT]"), 5 };
    const ac_deidentified made = { .cuts = &cut, .n_cuts = 1 };
    CHECK(ac_sheet_fill(&s, s.text, &made, same, NULL, NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_sheet_words(&s, AC_SHEET_LINE, pieces[0]), AC_SV("Mrs. [PATIENT]")));
    CHECK(ac_sheet_words(&s, AC_SHEET_GOES_ON, pieces[1]).n == 0);
    CHECK(ac_sheet_done(&s, NULL) == AC_EINTERNAL); /* one was not asked for */
    CHECK(ac_sv_eq(ac_sheet_words(&s, AC_SHEET_GOES_ON, pieces[2]), pieces[2]) && ac_sheet_done(&s, NULL) == AC_OK);
    CHECK(ac_sheet_words(&s, AC_SHEET_LINE, pieces[2]).n == 0 &&
          ac_sheet_done(&s, NULL) == AC_EINTERNAL); /* one too many */
}

AC_TEST(sheet, what_stands_for_a_value_is_no_value)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    AC_AUTO(ac_sheet) s = of(a, &tags);
    CHECK(ac_sheet_known(&s, AC_PHI_PATIENT, AC_SV("[PATIENT]")).n == 9 &&
          ac_sheet_known(&s, AC_PHI_MRN, AC_SV("***")).n == 3);
    CHECK(ac_sheet_known(&s, AC_PHI_ZIP, AC_SV("627")).n == 3 && ac_sheet_known(&s, AC_PHI_PATIENT, AC_SV("")).n == 0);
    CHECK(ac_sheet_coded(&s, AC_SV("F")).n == 1 && s.given.phi.n == 0 && s.pieces.n == 0);
    CHECK(ac_sheet_known(&s, AC_PHI_ZIP, AC_SV("62704")).n == 5 && s.given.phi.n == 1 && s.given.closed.n == 1);
    CHECK(ac_sheet_coded(&s, AC_SV("2345-7")).n == 6 && s.given.entities.n == 1 &&
          ac_sv_eq(ac_sb_view(&s.building), AC_SV("62704\n2345-7")));
}

AC_TEST(sheet, dates_leave_as_profile_and_mode_say)
{
    static const struct {
        ac_deid_options deid;
        const char *date, *birth, *old; /* of 20260310081500+0100, 19850502 and 19300502 */
    } rows[] = {
        { { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL }, "2026", "1985", "" },
        { { AC_DEID_MEDDOCAN, AC_DEID_MASK, NULL, NULL }, "", "", "" },
        { { AC_DEID_LIMITED, AC_DEID_TAG, NULL, NULL }, "20260310081500+0100", "19850502", "19300502" },
        { { AC_DEID_SAFE_HARBOR, AC_DEID_DATE_SHIFT, always_5, NULL }, "20250415", "19840607", "" },
        { { AC_DEID_SAFE_HARBOR, AC_DEID_SURROGATE, NULL, NULL }, "2026", "1985", "" },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(ac_sheet) s = of(a, &rows[i].deid);
        s.year = 2026;
        CHECK(ac_sv_eq(ac_sheet_hl7_date(&s, AC_SV("20260310081500+0100"), false), ac_sv_z(rows[i].date)));
        CHECK(ac_sv_eq(ac_sheet_hl7_date(&s, AC_SV("19850502"), true), ac_sv_z(rows[i].birth)));
        CHECK(ac_sv_eq(ac_sheet_hl7_date(&s, AC_SV("19300502"), true), ac_sv_z(rows[i].old)));
        CHECK(ac_sheet_hl7_date(&s, AC_SV("Ellison"), false).n == 0 &&
              ac_sheet_hl7_date(&s, AC_SV("2026 Ellison"), false).n == 0);
    }
}

AC_TEST(sheet, a_month_is_moved_as_a_month_and_an_impossible_day_is_left_out)
{
    static const ac_deid_options shifted = { AC_DEID_SAFE_HARBOR, AC_DEID_DATE_SHIFT, always_5, NULL };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    AC_AUTO(ac_sheet) s = of(a, &shifted);
    CHECK(ac_sv_eq(ac_sheet_hl7_date(&s, AC_SV("202603"), false), AC_SV("202504")));
    CHECK(ac_sv_eq(ac_sheet_hl7_date(&s, AC_SV("20260399"), false), AC_SV("202504")));
    CHECK(ac_sv_eq(ac_sheet_hl7_date(&s, AC_SV("20269901"), false), AC_SV("2026")));
    CHECK(ac_sheet_hl7_date(&s, AC_SV("0000"), false).n == 0 &&
          ac_sheet_hl7_date(&s, AC_SV("19850502"), true).n == 0); /* nobody says when */
}

AC_TEST(sheet, no_room_fails_in_the_end)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64);
    AC_AUTO(ac_sheet) s = of(a, &tags);
    for (int i = 0; i < 100; i++)
        (void)ac_sheet_known(&s, AC_PHI_MRN, AC_SV("00473391"));
    CHECK(ac_sheet_close(&s, NULL) == AC_ELIMIT && ac_sheet_done(&s, NULL) == AC_ELIMIT);
}
