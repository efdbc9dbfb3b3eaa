#include "nlp/phi/phi_value.h"

#include "kit/test.h"

enum { ARENA = 1 << 20 };

/* A note whose first seven bytes are its only identifier; where its value stands again. */
static ac_span again(ac_arena *arena, ac_sv text)
{
    ac_phi_item item = { .span = ac_span_of(0, 7), .type = AC_PHI_MRN, .confidence = 0.9f };
    ac_note note = { .arena = arena, .text = text, .phi = { &item, 1, 1 } };
    ac_phi_values values;
    ac_phi_pieces pieces = { 0 };
    CHECK(ac_phi_values_init(&note, NULL, false, &values, NULL) == AC_OK);
    CHECK(ac_phi_values_find(&note, NULL, &values, &pieces, NULL) == AC_OK);
    return pieces.n == 2 ? pieces.at[1].span : ac_span_of(0, 0);
}

AC_TEST(phi_value, a_value_is_found_again_without_what_stands_before_it)
{
    for (int a = 'a'; a <= 'z'; a++)
        for (int b = 'a'; b <= 'z'; b++) {
            AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
            char text[] = "xx12345 (xx12345).";
            text[0] = text[9] = (char)a;
            text[1] = text[10] = (char)b;
            ac_span s = again(arena, ac_sv_z(text));
            CHECK(s.begin == 9 && s.end == 16);
            text[8] = ' ';
            s = again(arena, ac_sv_z(text));
            CHECK(s.begin == 9 && s.end == 16);
        }
}

AC_TEST(phi_value, a_part_of_a_word_is_no_value)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    CHECK(again(arena, AC_SV("ab12345 xab12345 ab123456")).end == 0);
    CHECK(again(arena, AC_SV("ab12345 AB12345")).begin == 8);
}
