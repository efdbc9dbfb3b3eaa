#include "interop/hl7/hl7_message.h"
#include "interop/hl7/hl7_text.h"
#include "kit/test.h"

#define HEAD "MSH|^~\\&|LAB|HOSP|||20260301101500+0100||ORU^R01|C1|P|2.5"

static bool parse(ac_arena *a, ac_sv s, ac_hl7_message *m) { return ac_hl7_parse(s, a, m, NULL) == AC_OK; }

static ac_sv text(ac_arena *a, const ac_hl7_message *m, ac_sv piece)
{
    ac_sv out = AC_SV("?");
    return ac_hl7_text(m, piece, a, &out, NULL) == AC_OK ? out : AC_SV("?");
}

static bool gives(ac_arena *a, ac_sv message, ac_sv expected) /* OBX-5 of its second segment */
{
    ac_hl7_message m;
    return parse(a, message, &m) && m.n_segments > 1 &&
           ac_sv_eq(text(a, &m, ac_hl7_get(&m, &m.segments[1], 5, 0, 0, 0)), expected);
}

AC_TEST(hl7_message, is_recognised_by_its_first_segment)
{
    CHECK(ac_hl7_is(AC_SV(HEAD)));
    CHECK(ac_hl7_is(AC_SV("\xEF\xBB\xBF\r\n \x0BMSH|^~\\&|")));
    CHECK(ac_hl7_is(AC_SV("FHS|^~\\&|A\rMSH|^~\\&")) && ac_hl7_is(AC_SV("BHS$%~\\&$A")));
    CHECK(!ac_hl7_is(AC_SV("")) && !ac_hl7_is(AC_SV("MSH")) && !ac_hl7_is(AC_SV("MSHA")) && !ac_hl7_is(AC_SV("MSH note")));
    CHECK(!ac_hl7_is(AC_SV("Patient seen. MSH|^~\\&|")) && !ac_hl7_is(AC_SV("PID|1\rMSH|^~\\&|")));
}

AC_TEST(hl7_message, fields_lie_where_the_standard_counts_them)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_hl7_message m;
    ac_sv s = AC_SV(HEAD "\rPID|1||77^^^H&1.2.3&ISO^MR~\"\"||Roe&van^Jane\r\nOBX|1|ST|A^B\nOBX|2");
    CHECK(parse(a, s, &m) && m.n_segments == 4);
    CHECK(ac_sv_eq(ac_hl7_get(&m, m.segments, 1, 0, 0, 0), AC_SV("|")));
    CHECK(ac_sv_eq(ac_hl7_get(&m, m.segments, 2, 1, 1, 1), AC_SV("^~\\&")));
    CHECK(ac_sv_eq(ac_hl7_get(&m, m.segments, 9, 1, 2, 0), AC_SV("R01")));
    const ac_hl7_segment *pid = ac_hl7_find(&m, "PID");
    CHECK(pid && ac_sv_eq(ac_hl7_get(&m, pid, 3, 1, 4, 2), AC_SV("1.2.3")));
    CHECK(ac_hl7_is_null(ac_hl7_get(&m, pid, 3, 2, 0, 0)) && !ac_hl7_is_null(ac_hl7_get(&m, pid, 2, 0, 0, 0)));
    CHECK(ac_sv_eq(ac_hl7_get(&m, pid, 5, 1, 1, 2), AC_SV("van")) && ac_hl7_get(&m, pid, 99, 1, 1, 1).n == 0);
    CHECK(ac_sv_eq(ac_hl7_get(&m, pid, 5, 1, 2, 0), AC_SV("Jane")));
    CHECK(ac_hl7_get(&m, pid, 3, 1, 1, 0).p == s.p + sizeof HEAD - 1 + 8); /* a view of the source */
    CHECK(m.segments[3].nth == 2 && !ac_hl7_find(&m, "ZZZ"));
}

AC_TEST(hl7_message, separators_are_those_of_the_header)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_hl7_message m;
    CHECK(parse(a, AC_SV("MSH$*~\\&#$X*Y$H"), &m) && m.trunc == '#');
    CHECK(ac_sv_eq(ac_hl7_get(&m, m.segments, 3, 1, 2, 0), AC_SV("Y")));
    CHECK(parse(a, AC_SV("MSH|^|A^B&C~D"), &m) && m.sub_sep == 0);
    CHECK(ac_sv_eq(ac_hl7_get(&m, m.segments, 3, 1, 2, 1), AC_SV("B&C~D")) && !ac_hl7_get(&m, m.segments, 3, 2, 0, 0).n);
    const ac_sv bad[] = { AC_SV("MSH|"), AC_SV("MSH||"), AC_SV("MSH|^^"), AC_SV("MSH|^~\\&#!|"), AC_SV("MSH|a~\\&|"),
                          AC_SV("MSH|^|~|"), AC_SV("MSH|^~| |"), AC_SV("PID|1"), AC_SV("") };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(parse(a, bad[i], &m) == (i == 5 || i == 6)); /* these two are odd but clear */
}

AC_TEST(hl7_message, a_text_broken_over_lines_stays_one_field)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    CHECK(gives(a, AC_SV(HEAD "\nOBX|1|TX|A||first line\nsecond line\r\n\r\n  third|\nOBX|2"), AC_SV("first line\nsecond line\n\n  third")));
}

AC_TEST(hl7_message, files_hold_messages_batches_and_framing)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_hl7_parts p = { 0 };
    CHECK(ac_hl7_cut(AC_SV(HEAD "\r\n" HEAD "\nPID|1\n\n"), a, &p, NULL) == AC_OK && p.n == 2);
    CHECK(ac_sv_ends(p.at[1], AC_SV("PID|1")) && ac_sv_starts(p.at[0], AC_SV("MSH|")));
    p = (ac_hl7_parts) { 0 };
    ac_sv batch = AC_SV("FHS|^~\\&\rBHS|^~\\&\r" HEAD "\rPID|1\rBTS|1\rBHS|^~\\&\r" HEAD "\rPID|2\rBTS|1\rFTS|2\r");
    CHECK(ac_hl7_cut(batch, a, &p, NULL) == AC_OK && p.n == 2 && ac_sv_ends(p.at[0], AC_SV("PID|1")));
    p = (ac_hl7_parts) { 0 };
    CHECK(ac_hl7_cut(AC_SV("\x0B" HEAD "\r\x1C\r\x0B" HEAD "\x1C"), a, &p, NULL) == AC_OK && p.n == 2);
    CHECK(ac_hl7_cut(AC_SV("PID|1\r" HEAD), a, &p, NULL) == AC_EINPUT && ac_hl7_cut(AC_SV("FHS|^~\\&\r"), a, &p, NULL) == AC_EINPUT);
    CHECK(ac_hl7_cut(AC_SV(" \r\n"), a, &p, NULL) == AC_EINPUT);
}

AC_TEST(hl7_message, escape_sequences_become_what_they_stand_for)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
#define OBX5(t) AC_SV(HEAD "\rOBX|1|FT|A||" t "|")
    CHECK(gives(a, OBX5("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\P\\g"), AC_SV("a|b^c&d~e\\f#g")));
    CHECK(gives(a, OBX5("one\\.br\\two\\.sp2\\three\\.ce\\four\\.in+4\\five\\.sk3\\six"), AC_SV("one\ntwo\n\nthree\nfourfive   six")));
    CHECK(gives(a, OBX5("\\H\\loud\\N\\ \\X41\\\\X0D0A\\\\X0a\\z"), AC_SV("loud A\n\nz")));
    CHECK(gives(a, OBX5("C:\\temp\\new \\Zlocal\\ 5 mg\\dL \\X4\\ \\XZZ\\ \\.zz\\ end\\"),
                AC_SV("C:\\temp\\new \\Zlocal\\ 5 mg\\dL \\X4\\ \\XZZ\\ \\.zz\\ end\\"))); /* not HL7's: left as they are */
    CHECK(gives(a, OBX5("a\\C2842\\b"), AC_SV("ab")));
    CHECK(gives(a, OBX5("a\\M2442\\b"), AC_SV("?")) && gives(a, OBX5("\\C2D46\\b"), AC_SV("?")));
    CHECK(gives(a, OBX5("\\.sp99999999999999999999\\x"), AC_SV("\nx")) && gives(a, OBX5("\\.sp999\\x"), AC_SV("\n\n\n\n\n\n\n\nx")));
    CHECK(gives(a, OBX5("x\x01\x7Fy\\X00\\z"), AC_SV("x  y z")));
}

AC_TEST(hl7_message, charsets_become_utf8)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
#define SET(set, t) AC_SV(HEAD "||||||" set "\rOBX|1|ST|A||" t)
    CHECK(gives(a, SET("", "ni\xC3\xB1o"), AC_SV("niño")) && gives(a, SET("", "ni\xF1o"), AC_SV("niño")));
    CHECK(gives(a, SET("8859/1", "\xC3\xB1 \x80 \x81"), AC_SV("Ã± € \xEF\xBF\xBD")));
    CHECK(gives(a, SET("8859/15", "\xA4 \xBD \xF1 \x80"), AC_SV("€ œ ñ \xEF\xBF\xBD")));
    CHECK(gives(a, SET("UNICODE UTF-8", "\xF1 \xC3\xB1 \xED\xA0\x80"), AC_SV("\xEF\xBF\xBD ñ \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")));
    CHECK(gives(a, SET("UNICODE UTF-8~8859/1", "\xC3\xB1"), AC_SV("ñ")) && gives(a, SET("ascii", "\xF1"), AC_SV("ñ")));
    CHECK(gives(a, SET("8859/1", "\\XF1\\"), AC_SV("ñ")) && gives(a, SET("utf-8", "\\XC3B1\\"), AC_SV("ñ")));
    ac_hl7_message m;
    CHECK(ac_hl7_parse(SET("ISO IR87", "x"), a, &m, NULL) == AC_EINPUT);
}

AC_TEST(hl7_message, hostile_sizes_end_in_an_error_or_a_result)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)64 << 20);
    AC_AUTO(ac_sb) b = AC_SB(1 << 22);
    ac_hl7_message m;
    ac_sb_add(&b, AC_SV(HEAD "\r"));
    for (size_t i = 0; i < AC_HL7_SEGMENTS_MAX; i++)
        ac_sb_add(&b, AC_SV("Z0\rZ01\r"));
    CHECK(ac_hl7_parse(ac_sb_view(&b), a, &m, NULL) == AC_ELIMIT);
    ac_sb_clear(&b);
    ac_sb_add(&b, AC_SV(HEAD "\rOBX|"));
    for (size_t i = 0; i < 1000000; i++)
        ac_sb_add(&b, AC_SV("\\^|"));
    ac_arena_reset(a);
    CHECK(parse(a, ac_sb_view(&b), &m) && m.segments[1].n == 1000001);
    CHECK(ac_sv_eq(text(a, &m, ac_hl7_get(&m, &m.segments[1], 1000000, 0, 0, 0)), AC_SV("\\^")));
    CHECK(text(a, &m, m.segments[1].bytes).n == m.segments[1].bytes.n);
}
