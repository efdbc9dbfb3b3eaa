#include "nlp/text/normalise.h"

#include "kit/test.h"

#include <string.h>

#define BYTES(lit) ((ac_sv) { "" lit, sizeof(lit) - 1 })

static ac_source read_all(ac_arena *arena, ac_sv in)
{
    ac_source out = { 0 };
    CHECK(ac_normalise(in, 1 << 20, arena, &out, NULL) == AC_OK);
    return out;
}

AC_TEST(normalise, encodings)
{
    static const struct {
        ac_sv in, out;
        const char *encoding;
        unsigned replaced, dropped;
    } rows[] = {
        { BYTES("plain\ttext\n"), BYTES("plain\ttext\n"), "utf-8", 0, 0 },
        { BYTES("\xEF\xBB\xBF" "a\xC3\xB1o"), BYTES("a\xC3\xB1o"), "utf-8", 0, 3 },
        { BYTES("a\xF1o \x93x\x94"), BYTES("a\xC3\xB1o \xE2\x80\x9Cx\xE2\x80\x9D"), "windows-1252", 0, 0 },
        { BYTES("a\xF1o\x81"), BYTES("a\xC3\xB1o\xEF\xBF\xBD"), "windows-1252", 1, 0 },
        { BYTES("\xFF\xFE" "a\0\xF1\0o\0"), BYTES("a\xC3\xB1o"), "utf-16le", 0, 2 },
        { BYTES("\xFE\xFF\0a\0\xF1\0o"), BYTES("a\xC3\xB1o"), "utf-16be", 0, 2 },
        { BYTES("h\0i\0 \0m\0e\0"), BYTES("hi me"), "utf-16le", 0, 0 },
        { BYTES("\0h\0i\0 \0m\0e"), BYTES("hi me"), "utf-16be", 0, 0 },
        { BYTES("\xFF\xFE" "a\0\r\0\n\0b\0x"), BYTES("a\nb\xEF\xBF\xBD"), "utf-16le", 1, 2 },
        { BYTES("\xFE\xFF\0a\0\r\0\n\0b"), BYTES("a\nb"), "utf-16be", 0, 2 },
        { BYTES("\xFF\xFE\x3D\xD8\x00\xDE!\0\x00\xDC"), BYTES("\xF0\x9F\x98\x80!\xEF\xBF\xBD"), "utf-16le", 2, 2 },
        { BYTES("\xC3\xA9\xC3\xA9 \xFF \xE2\x82 x\xC3\xA9"), BYTES("\xC3\xA9\xC3\xA9 \xEF\xBF\xBD \xEF\xBF\xBD x\xC3\xA9"), "utf-8", 3, 0 },
        { BYTES("a\r\nb\rc\fd\x0B" "e\xC2\x85" "f\xE2\x80\xA8g"), BYTES("a\nb\nc\nd\ne\nf\ng"), "utf-8", 0, 0 },
        { BYTES("a\0b\x01" "c\x7F" "d\xC2\x90" "e\xC2\xAD" "f\xE2\x80\x8Bg\xEF\xBB\xBFh"), BYTES("abcdefgh"), "utf-8", 0, 13 },
        { BYTES("e\xCC\x81 n\xCC\x83"), BYTES("\xC3\xA9 \xC3\xB1"), "utf-8", 0, 0 },
        { BYTES("e\xCC\x82\xCC\xA3"), BYTES("\xE1\xBB\x87"), "utf-8", 0, 0 },
        { BYTES("\xE2\x84\xAB \xE2\x84\xA6"), BYTES("\xC3\x85 \xCE\xA9"), "utf-8", 0, 0 },
        { BYTES("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"), BYTES("\xEA\xB0\x81"), "utf-8", 0, 0 },
        { BYTES("\xEA\xB0\x80 \xE1\xBB\x87 \xF0\x9F\x98\x80"), BYTES("\xEA\xB0\x80 \xE1\xBB\x87 \xF0\x9F\x98\x80"), "utf-8", 0, 0 },
        { BYTES("\xCC\x81 a"), BYTES("\xCC\x81 a"), "utf-8", 0, 0 },
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_source s = read_all(arena, rows[i].in);
        CHECK(ac_sv_eq(s.text, rows[i].out));
        CHECK(s.coverage.encoding && strcmp(s.coverage.encoding, rows[i].encoding) == 0);
        CHECK(s.coverage.bytes_replaced == rows[i].replaced && s.coverage.bytes_dropped == rows[i].dropped);
        CHECK(s.coverage.bytes_in == rows[i].in.n && s.coverage.bytes_read + s.coverage.bytes_dropped == rows[i].in.n);
        CHECK(ac_source_offset(&s, (uint32_t)s.text.n) == rows[i].in.n);
    }
}

AC_TEST(normalise, surrogates_and_overlong_forms_are_no_utf8)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_source s = read_all(arena, AC_SV("\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1 \xED\xA0\x80"));
    CHECK(ac_sv_ends(s.text, AC_SV(" \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")) && s.coverage.bytes_replaced == 3);
    s = read_all(arena, AC_SV("\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1 \xF4\x90\x80\x80 \xE0\x80"));
    CHECK(s.coverage.bytes_replaced == 6);
    s = read_all(arena, AC_SV("\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1\xC3\xB1 \xF0\x80\x80 \xF1\x80"));
    CHECK(s.coverage.bytes_replaced == 5);
}

AC_TEST(normalise, offsets_lead_back_to_the_source)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_sv in = BYTES("\xEF\xBB\xBF" "ab\r\nc\0d e\xCC\x81z");
    ac_source s = read_all(arena, in);
    CHECK(ac_sv_eq(s.text, AC_SV("ab\ncd \xC3\xA9z")));
    static const uint64_t at[] = { 3, 4, 5, 7, 9, 10, 11, 11, 14, 15 };
    for (uint32_t i = 0; i < sizeof at / sizeof at[0]; i++)
        CHECK(ac_source_offset(&s, i) == at[i]);
    CHECK(ac_source_text_at(&s, 3) == 0 && ac_source_text_at(&s, 5) == 2 && ac_source_text_at(&s, 6) == 2);
    CHECK(ac_source_text_at(&s, 8) == 4 && ac_source_text_at(&s, 9) == 4 && ac_source_text_at(&s, 12) == 6);
    CHECK(ac_source_text_at(&s, 14) == 8 && ac_source_text_at(&s, 15) == 9 && ac_source_text_at(&s, 99) == 9);
    s = read_all(arena, BYTES("\xFF\xFE" "a\0b\0\xF1\0c\0"));
    CHECK(ac_source_offset(&s, 1) == 4 && ac_source_offset(&s, 3) == 6 && ac_source_offset(&s, 4) == 8);
    CHECK(ac_source_text_at(&s, 4) == 1 && ac_source_text_at(&s, 6) == 2 && ac_source_text_at(&s, 8) == 4);
}

AC_TEST(normalise, what_is_no_text_is_refused)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    static const ac_sv bad[] = { BYTES(""), BYTES(" \n\t "), BYTES("%PDF-1.4 text"), BYTES("PK\x03\x04zip"), BYTES("\x89PNG\r\n"),
                                 BYTES("\0\0\0\0\0"), BYTES("\x01\x02\x03\x04\x05\x06\x07\x08 text"), BYTES("\xFF\xFE") };
    ac_source out;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(ac_normalise(bad[i], 100, arena, &out, NULL) == AC_EINPUT);
    CHECK(ac_normalise(AC_SV("too long"), 7, arena, &out, NULL) == AC_ELIMIT);
    char dicom[140] = { [128] = 'D', 'I', 'C', 'M' };
    CHECK(ac_normalise((ac_sv) { dicom, sizeof dicom }, 1000, arena, &out, NULL) == AC_EINPUT);
}

AC_TEST(normalise, a_full_arena_is_an_error)
{
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (int i = 0; i < 3000; i++)
        ac_sb_add(&text, AC_SV("a\xF1o "));
    for (size_t room = 512; room < 60000; room *= 2) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(room);
        ac_source out;
        ac_cp_map map;
        CHECK(ac_normalise(ac_sb_view(&text), 1 << 20, arena, &out, NULL) == AC_ELIMIT);
        CHECK(room > 512 || ac_cp_map_new((ac_sv) { text.p, 1u << 13 }, arena, &map, NULL) != AC_EINPUT);
    }
}

AC_TEST(normalise, long_runs_of_marks_stay_linear)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 24);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    while (text.n < 200000)
        ac_sb_add(&text, AC_SV("\xCC\x81\xCC\xA3"));
    ac_source s = read_all(arena, ac_sb_view(&text));
    CHECK(s.text.n == text.n);
}

AC_TEST(normalise, several_runs_from_one_place)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    AC_AUTO(ac_sb) text = AC_SB(1000);
    ac_source s;
    ac_sb_add(&text, AC_SV("ab e"));
    for (size_t i = 0; i < 70; i++) /* more marks than are composed at once, out of order */
        ac_sb_add(&text, i % 2 ? AC_SV("\xCC\x81") : AC_SV("\xCC\xA3"));
    ac_sb_add(&text, AC_SV("z"));
    CHECK(ac_normalise(ac_sb_view(&text), 1 << 16, a, &s, NULL) == AC_OK);
    for (uint32_t i = 0; i < s.text.n; i++)
        CHECK(ac_source_text_at(&s, ac_source_offset(&s, i)) <= i);
    CHECK(ac_source_text_at(&s, 3) == 3 && ac_source_text_at(&s, text.n - 1) == s.text.n - 1);
}

AC_TEST(normalise, code_points)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (int i = 0; i < 300; i++)
        ac_sb_add(&text, AC_SV("a\xC3\xB1\xE2\x82\xAC")); /* 3 code points, 6 bytes */
    ac_cp_map m;
    CHECK(ac_cp_map_new(ac_sb_view(&text), arena, &m, NULL) == AC_OK);
    for (uint32_t i = 0; i < 300; i++) {
        CHECK(ac_cp_of_byte(&m, 6 * i) == 3 * i && ac_cp_of_byte(&m, 6 * i + 3) == 3 * i + 2);
        CHECK(ac_byte_of_cp(&m, 3 * i) == 6 * i && ac_byte_of_cp(&m, 3 * i + 2) == 6 * i + 3);
    }
    CHECK(ac_cp_of_byte(&m, 5000) == 900 && ac_byte_of_cp(&m, 900) == 1800 && ac_byte_of_cp(&m, 5000) == 1800);
    CHECK(ac_cp_map_new(AC_SV(""), arena, &m, NULL) == AC_OK && ac_cp_of_byte(&m, 0) == 0 && ac_byte_of_cp(&m, 3) == 0);
}
