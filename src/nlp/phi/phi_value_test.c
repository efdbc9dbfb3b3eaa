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

/* "Jane Roe" at the beginning; then items of which each is a part of that value. */
static ac_phi_pieces parts_of(ac_arena *arena, ac_sv text, ac_span first, ac_span second)
{
    ac_phi_item items[] = { { .span = ac_span_of(0, 8), .type = AC_PHI_PATIENT, .confidence = 0.9f },
                            { .span = first, .type = AC_PHI_RELATIVE, .confidence = 0.9f },
                            { .span = second, .type = AC_PHI_STAFF, .confidence = 0.9f } };
    ac_note note = { .arena = arena, .text = text, .phi = { items, ac_span_len(second) ? 3 : 2, 3 } };
    ac_phi_values values;
    ac_phi_pieces pieces = { 0 };
    CHECK(ac_phi_values_init(&note, NULL, false, &values, NULL) == AC_OK);
    CHECK(ac_phi_values_find(&note, NULL, &values, &pieces, NULL) == AC_OK);
    return pieces;
}

static bool is_piece(const ac_phi_piece *p, uint32_t begin, uint32_t end, uint32_t item)
{
    return p->span.begin == begin && p->span.end == end && p->item == item;
}

AC_TEST(phi_value, a_value_of_which_only_a_part_was_recognised_is_found_whole)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    const ac_sv text = AC_SV("Jane Roe. Then Jane Roe came.");
    const ac_span none = { 0, 0 };
    ac_phi_pieces p = parts_of(arena, text, ac_span_of(20, 23), none); /* the family name */
    CHECK(p.n == 2 && is_piece(&p.at[1], 15, 23, 0));
    p = parts_of(arena, text, ac_span_of(15, 19), none); /* the first name */
    CHECK(p.n == 2 && is_piece(&p.at[1], 15, 23, 0));
    p = parts_of(arena, text, ac_span_of(15, 19), ac_span_of(20, 23)); /* both, apart */
    CHECK(p.n == 2 && is_piece(&p.at[1], 15, 23, 0));
    p = parts_of(arena, text, ac_span_of(20, 28), none); /* with what stands behind it */
    CHECK(p.n == 2 && is_piece(&p.at[1], 15, 28, 0));
    p = parts_of(arena, text, ac_span_of(10, 14), none); /* beside it */
    CHECK(p.n == 3 && is_piece(&p.at[1], 10, 14, 1) && is_piece(&p.at[2], 15, 23, 0));
}
