#include "adapter/pdf/pdf_grid.h"

#include "kit/test.h"

#define GRIDS(rules_) grids_of((rules_), sizeof(rules_) / sizeof(rules_)[0], a)

static ac_grids grids_of(const ac_pdf_rule *rules, size_t n, ac_arena *a)
{
    ac_grids g;
    CHECK(ac_grids_of(rules, n, a, &g));
    return g;
}

AC_TEST(pdf_grid, cells_between_lines)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    const ac_pdf_rule rules[] = { { 10, 10, 110, 10 }, { 110, 30, 10, 30 }, { 10, 50, 60, 50 }, { 60.5f, 50.4f, 110, 50.4f }, /* in pieces, either way */
                                  { 10, 10, 10, 50 },  { 60, 50, 60, 10 },  { 110, 10, 110, 50 } };
    const ac_grids g = GRIDS(rules);
    CHECK(g.n == 1 && g.at[0].columns == 2 && g.at[0].rows == 2);
    CHECK(ac_grid_field(&g.at[0], 20, 20) == 0 && ac_grid_field(&g.at[0], 80, 20) == 1 && ac_grid_field(&g.at[0], 80, 40) == 3);
    CHECK(ac_grid_field(&g.at[0], 5, 20) == UINT32_MAX && ac_grid_field(&g.at[0], 20, 51) == UINT32_MAX);
    for (uint32_t f = 0; f < 4; f++)
        CHECK(g.at[0].first[f] == f);
}

AC_TEST(pdf_grid, fields_without_a_line_between_them_are_one_cell)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    const ac_pdf_rule rules[] = { { 10, 10, 160, 10 }, { 60, 30, 160, 30 }, { 10, 50, 160, 50 }, { 10, 10, 10, 50 }, { 60, 10, 60, 50 },
                                  { 110, 30, 110, 50 }, { 160, 10, 160, 50 } };
    const ac_grids g = GRIDS(rules);
    CHECK(g.n == 1 && g.at[0].columns == 3 && g.at[0].rows == 2);
    const uint32_t want[] = { 0, 1, 1, 0, 4, 5 }; /* down, and across */
    for (uint32_t f = 0; f < 6; f++)
        CHECK(g.at[0].first[f] == want[f]);
}

AC_TEST(pdf_grid, what_is_no_grid)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    const ac_pdf_rule frame[] = { { 10, 10, 110, 10 }, { 10, 50, 110, 50 }, { 10, 10, 10, 50 }, { 110, 10, 110, 50 } };
    const ac_pdf_rule apart[] = { { 10, 10, 110, 10 }, { 10, 30, 110, 30 }, { 10, 50, 110, 50 }, { 200, 10, 200, 50 }, { 220, 10, 220, 50 }, { 240, 10, 240, 50 } };
    const ac_pdf_rule bent[] = { { 10, 10, 110, 10 }, { 10, 30, 60, 30 }, { 10, 50, 110, 50 }, { 10, 10, 10, 50 }, { 60, 10, 60, 30 }, { 110, 10, 110, 50 } };
    CHECK(GRIDS(frame).n == 0 && GRIDS(apart).n == 0 && GRIDS(bent).n == 0); /* the last has a cell like an L */
    CHECK(grids_of(frame, 0, a).n == 0);
}

AC_TEST(pdf_grid, of_grids_at_one_height_none_and_of_nested_ones_the_outer)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 22);
    ac_pdf_rule rules[12];
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 3; i++) {
            const float at = 20 * (float)i, x = 200 * (float)k;
            rules[6 * k + i] = (ac_pdf_rule) { x, at, x + 40, at };
            rules[6 * k + 3 + i] = (ac_pdf_rule) { x + at, 0, x + at, 40 };
        }
    CHECK(grids_of(rules, 6, a).n == 1 && grids_of(rules, 12, a).n == 0);
    for (int i = 0; i < 3; i++) { /* the second around the first */
        const float at = -100 + 110 * (float)i;
        rules[6 + i] = (ac_pdf_rule) { -100, at - 5, 120, at - 5 };
        rules[9 + i] = (ac_pdf_rule) { at - 5 + (i == 1), -105, at - 5 + (i == 1), 120 };
    }
    const ac_grids g = grids_of(rules, 12, a);
    CHECK(g.n <= 1);
}

AC_TEST(pdf_grid, a_drawing_ends_in_time)
{
    enum { MANY = 4000 };
    static ac_pdf_rule rules[MANY];
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    AC_AUTO_PTR(ac_arena) small = ac_arena_new(1 << 10);
    for (int i = 0; i < MANY; i++) {
        const int pair = i / 2;
        const float at = (float)pair * 0.7f, far = (float)(i * 37 % 1000);
        rules[i] = i % 2 ? (ac_pdf_rule) { far, at, far + 20, at } : (ac_pdf_rule) { at, far, at, far + 20 };
    }
    CHECK(grids_of(rules, MANY, a).n < MANY);
    ac_grids g;
    CHECK(!ac_grids_of(rules, MANY, small, &g));
}
