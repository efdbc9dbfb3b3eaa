#include "nlp/text/token.h"

#include "kit/test.h"

#include <string.h>

static ac_note tokens_of(ac_arena *arena, ac_sv text)
{
    ac_note note = { .arena = arena, .text = text };
    CHECK(ac_step_tokens(&note, NULL) == AC_OK);
    return note;
}

AC_TEST(token, words_numbers_and_marks)
{
    static const struct {
        const char *text, *tokens; /* joined by one blank */
    } rows[] = {
        { "BP 120/80, 3.5 mg", "BP 120 / 80 , 3.5 mg" },
        { "1,200 units 10mg 5.", "1,200 units 10 mg 5 ." },
        { "x-ray don't O'Brien's '", "x - ray don't O'Brien's '" },
        { "l\xE2\x80\x99h\xC3\xB4pital \xE2\x80\x99", "l\xE2\x80\x99h\xC3\xB4pital \xE2\x80\x99" },
        { "HbA1c B12 T4-L5", "HbA1c B12 T4 - L5" },
        { "5 kg/m\xC2\xB2 10\xC2\xB2", "5 kg / m\xC2\xB2 10 \xC2\xB2" },
        { "N\xC2\xBA" "Col: 2\xC2\xBA 37\xC2\xB0", "N\xC2\xBA" "Col : 2 \xC2\xBA 37 \xC2\xB0" },
        { "a\xC2\xA0z \xE2\x80\x83 \xC2\xB5g H\xE2\x82\x82O", "a z \xC2\xB5g H\xE2\x82\x82O" },
        { "\xCE\xB1-thal \xD0\x96 \xE2\x82\xAC", "\xCE\xB1 - thal \xD0\x96 \xE2\x82\xAC" },
        { "", "" },
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(ac_sb) got = AC_SB(1 << 16);
        ac_note note = tokens_of(arena, ac_sv_z(rows[i].text));
        for (size_t k = 0; k < note.tokens.n; k++) {
            ac_sb_add(&got, k ? AC_SV(" ") : AC_SV(""));
            ac_sb_add(&got, ac_sv_sub(note.text, note.tokens.at[k].begin, note.tokens.at[k].end));
        }
        CHECK(ac_sv_eq(ac_sb_view(&got), ac_sv_z(rows[i].tokens)));
    }
}

AC_TEST(token, shapes)
{
    static const struct {
        const char *word;
        unsigned shape;
    } rows[] = {
        { "Ana", AC_SHAPE_INITIAL_UPPER },
        { "BP", AC_SHAPE_INITIAL_UPPER | AC_SHAPE_ALL_UPPER },
        { "A", AC_SHAPE_INITIAL_UPPER },
        { "McDonald", AC_SHAPE_INITIAL_UPPER | AC_SHAPE_MIXED },
        { "pH", AC_SHAPE_MIXED },
        { "B12", AC_SHAPE_INITIAL_UPPER | AC_SHAPE_HAS_DIGIT },
        { "\xC3\x81ngel", AC_SHAPE_INITIAL_UPPER | AC_SHAPE_NON_ASCII },
        { "MU\xC3\x91OZ", AC_SHAPE_INITIAL_UPPER | AC_SHAPE_ALL_UPPER | AC_SHAPE_NON_ASCII },
        { "42", AC_SHAPE_HAS_DIGIT },
        { "\xE2\x82\xAC", AC_SHAPE_NON_ASCII },
        { "tos", 0 },
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_note note = tokens_of(arena, ac_sv_z(rows[i].word));
        CHECK(note.tokens.n == 1);
        CHECK(note.tokens.at[0].shape == (rows[i].shape | AC_SHAPE_LINE_START | AC_SHAPE_SPACE_BEFORE));
    }
    ac_note note = tokens_of(arena, AC_SV("a, b\n c"));
    CHECK(note.tokens.n == 4);
    CHECK(note.tokens.at[1].shape == 0);
    CHECK(note.tokens.at[2].shape == AC_SHAPE_SPACE_BEFORE);
    CHECK(note.tokens.at[3].shape == (AC_SHAPE_SPACE_BEFORE | AC_SHAPE_LINE_START));
}
