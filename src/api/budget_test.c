#include "api/budget.h"

#include "kit/test.h"

static ac_rc read_it(const char *text, ac_budgets *out)
{
    ac_err err = { 0 };
    *out = ac_budgets_default();
    const ac_rc rc = ac_budgets_read(ac_sv_z(text), out, &err);
    CHECK((rc == AC_OK) == !err.text[0]);
    return rc;
}

AC_TEST(budget, a_table_changes_what_it_names)
{
    ac_budgets b;
    const ac_budgets before = ac_budgets_default();
    CHECK(read_it("# role bytes upload seconds upload\n\n researcher\t1000 2000 3 4 \nadmin 9 8 7 6", &b) == AC_OK);
    CHECK(b.of[AC_ROLE_RESEARCHER].bytes == 1000 && b.of[AC_ROLE_RESEARCHER].upload_bytes == 2000);
    CHECK(b.of[AC_ROLE_RESEARCHER].seconds == 3 && b.of[AC_ROLE_RESEARCHER].upload_seconds == 4);
    CHECK(b.of[AC_ROLE_ADMIN].bytes == 9 && ac_budgets_least(&b) == 9);
    CHECK(b.of[AC_ROLE_CLINICIAN].bytes == before.of[AC_ROLE_CLINICIAN].bytes);
    CHECK(read_it("", &b) == AC_OK && memcmp(&b, &before, sizeof b) == 0);
}

AC_TEST(budget, a_line_that_says_something_else_is_named)
{
    static const char *const wrong[] = {
        "nobody 1 2 3 4", "admin",          "admin 1 2 3",       "admin 1 2 3 4 5",       "admin -1 2 3 4",
        "admin 1 2 3 x",  "admin 1k 2 3 4", "admin 1 2 86401 4", "admin 9999999999 2 3 4"
    };
    ac_budgets b;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(read_it(wrong[i], &b) == AC_EINPUT);
    ac_err err = { 0 };
    CHECK(ac_budgets_read(AC_SV("#\nadmin 1 2 3 4\nx"), &b, &err) == AC_EINPUT && strstr(err.text, "line 3"));
}
