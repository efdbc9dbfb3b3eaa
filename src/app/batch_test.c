#include "app/batch.h"

#include "kit/test.h"

static ac_rc parse(ac_arena *a, const char *line, ac_batch_note *out)
{
    return ac_batch_parse(ac_sv_z(line), a, out, NULL);
}

AC_TEST(batch, all_members)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_batch_note n;
    CHECK(parse(a,
                "{\"id\":\"n1\",\"text\":\"A\\nB\",\"lang\":\"es\",\"note_date\":\"2024-02-29\",\"patient\":\"p\","
                "\"specialty\":[1]}",
                &n) == AC_OK);
    CHECK(ac_sv_eq(n.id, AC_SV("n1")) && ac_sv_eq(n.text, AC_SV("A\nB")) && ac_sv_eq(n.patient, AC_SV("p")));
    CHECK(n.has_lang && n.lang == AC_LANG_ES);
    CHECK(n.note_date.year == 2024 && n.note_date.month == 2 && n.note_date.day == 29);
}

AC_TEST(batch, text_alone_is_enough)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_batch_note n;
    CHECK(parse(a, " {\"text\":\"x\",\"id\":17,\"lang\":null,\"note_date\":null} ", &n) == AC_OK);
    CHECK(ac_sv_eq(n.id, AC_SV("17")) && !n.has_lang && n.note_date.year == 0 && !n.patient.n);
    CHECK(parse(a, "{\"text\":\"x\",\"id\":null,\"patient\":null}", &n) == AC_OK && !n.id.n && !n.n_unused);
}

AC_TEST(batch, members_that_are_not_used_are_named)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_batch_note n;
    CHECK(parse(a, "{\"text\":\"x\",\"Lang\":\"es\",\"spec-1\":[{\"id\":1}],\"Mary Ellison\":1,\"\":2}", &n) == AC_OK);
    CHECK(n.n_unused == 4 && ac_sv_eq(n.unused[0], AC_SV("Lang")) && ac_sv_eq(n.unused[1], AC_SV("spec-1")));
    CHECK(ac_sv_eq(n.unused[2], AC_SV("?")) && ac_sv_eq(n.unused[3], AC_SV("?")) && !n.has_lang);
    AC_AUTO(ac_sb) many = AC_SB(4096);
    ac_sb_add(&many, AC_SV("{\"text\":\"x\""));
    for (unsigned i = 0; i < 99; i++)
        ac_sb_addf(&many, ",\"m%u\":0", i);
    ac_sb_add_char(&many, '}');
    CHECK(ac_batch_parse(ac_sb_view(&many), a, &n, NULL) == AC_OK && n.n_unused == AC_BATCH_UNUSED_MAX);
}

AC_TEST(batch, bad_lines)
{
    static const char *const lines[] = { "",
                                         "not json",
                                         "[]",
                                         "\"text\"",
                                         "{}",
                                         "{\"text\":1}",
                                         "{\"text\":\"x\"",
                                         "{\"text\":\"x\"}{}",
                                         "{\"text\":\"x\",\"lang\":\"fr\"}",
                                         "{\"text\":\"x\",\"lang\":1}",
                                         "{\"text\":\"x\",\"note_date\":\"2023-02-29\"}",
                                         "{\"text\":\"x\",\"note_date\":20230201}",
                                         "{\"text\":\"x\",\"text\":\"y\"}",
                                         "{\"text\":\"x\",\"id\":{}}",
                                         "{\"text\":\"x\",\"patient\":true}" };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_batch_note n = { .id = AC_SV("untouched") };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        CHECK(parse(a, lines[i], &n) == AC_EINPUT);
    CHECK(ac_sv_eq(n.id, AC_SV("untouched")));
}

AC_TEST(batch, dates)
{
    static const char *const bad[] = { "",           "2024-1-01",  "2024-13-01", "2024-00-10",  "2024-04-31",
                                       "2100-02-29", "2024/01/01", "0000-01-01", "2024-01-01 ", "+024-01-01",
                                       "2024-01-99" };
    ac_date d;
    CHECK(ac_date_read(AC_SV("2000-02-29"), &d) && d.day == 29);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!ac_date_read(ac_sv_z(bad[i]), &d));
}
