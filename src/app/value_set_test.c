#include "app/value_set.h"

#include "kit/test.h"

#include <stdio.h>

static size_t found(const ac_value_set *v, const char *text)
{
    size_t n = 0, at = 0;
    ac_span span;
    while (ac_value_set_next(v, ac_sv_z(text), &at, &span))
        n++;
    return n;
}

AC_TEST(value_set, values_are_found_whatever_their_case_and_what_parts_their_words)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_value_set v;
    ac_value_set_init(&v, a);
    CHECK(!found(&v, "Margaret Ellison"));
    CHECK(ac_value_set_add(&v, AC_SV("Margaret Ellison")) && ac_value_set_add(&v, AC_SV("(415) 555-2671")) &&
          ac_value_set_add(&v, AC_SV("Íñigo Güell")));
    CHECK(found(&v, "MARGARET, ELLISON. 415.555.2671") == 2);
    CHECK(found(&v, "margaret_ellison") == 1 && found(&v, "Íñigo Güell") == 1);
    CHECK(!found(&v, "Margaret took Ellison; 4155552671; 415 555; Margarete Ellison"));
}

AC_TEST(value_set, what_tells_nothing_alone_is_not_looked_for)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_value_set v;
    ac_value_set_init(&v, a);
    CHECK(ac_value_set_add(&v, AC_SV("M.")) && ac_value_set_add(&v, AC_SV("120")) &&
          ac_value_set_add(&v, AC_SV(" -- ")) && ac_value_set_add(&v, AC_SV("")));
    CHECK(v.n == 0 && !found(&v, "M. 120 --"));
}

AC_TEST(value_set, many_values_and_no_room)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 22);
    AC_AUTO_PTR(ac_arena) small = ac_arena_new(256);
    ac_value_set v;
    char text[32];
    ac_value_set_init(&v, a);
    for (int i = 0; i < 5000; i++) {
        (void)snprintf(text, sizeof text, "Patient %06d", i);
        CHECK(ac_value_set_add(&v, ac_sv_z(text)));
    }
    CHECK(v.n == 5000 && found(&v, "patient 004321 and patient 000007 but not patient 999999") == 2);
    ac_value_set_init(&v, small);
    CHECK(!ac_value_set_add(&v, AC_SV("Margaret Ellison")) && !found(&v, "Margaret Ellison"));
}
