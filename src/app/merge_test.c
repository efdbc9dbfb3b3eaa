#include "app/merge.h"

#include "kit/test.h"

enum { ARENA = 16 << 20, DEPTH = 16 };

static ac_rc add(ac_merge *m, ac_arena *a, unsigned char job, const char *json)
{
    ac_json *j = NULL;
    const ac_merge_source s = { .job.b = { job }, .created_ms = (int64_t)job * 86400000, .complete = true };
    CHECK(ac_json_parse(ac_sv_z(json), DEPTH, a, &j, NULL) == AC_OK);
    return ac_merge_add(m, &s, j, NULL);
}

static const char *written(ac_merge *m, ac_sb *out)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_merge_write(m, &w);
    ac_jw_end_object(&w);
    ac_sb_add_char(out, '\0');
    CHECK(ac_sb_done(out, NULL) == AC_OK);
    return out->p;
}

AC_TEST(merge, the_same_words_stand_once_and_the_newest_come_first)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(ARENA);
    AC_AUTO(ac_sb) out = AC_SB(ARENA);
    ac_merge *m = NULL;
    CHECK(ac_merge_new(a, &m, NULL) == AC_OK);
    CHECK(add(m, a, 9,
              "{\"document\":{\"id\":\"a\",\"note_date\":\"1970-01-03\"},\"summary\":{\"problems\":["
              "{\"text\":\"Asthma\",\"evidence\":[{\"begin\":1,\"end\":7}]},"
              "{\"text\":\"asma bronquial cr\xc3\xb3nica\",\"evidence\":[]}]}}") == AC_OK);
    CHECK(add(m, a, 5,
              "{\"document\":{\"id\":\"b\",\"note_date\":null},\"summary\":{\"problems\":["
              "{\"text\":\"Possible: asthma\",\"evidence\":[]},"
              "{\"text\":\"asthma \",\"evidence\":[]},{\"text\":\"ASTHMA\",\"evidence\":[{\"begin\":3,\"end\":4}]}],"
              "\"allergies\":[{\"text\":\"Asthma\",\"evidence\":[]}],\"top\":[{\"text\":\"never\"}]}}") == AC_OK);
    const char *text = written(m, &out);
    CHECK(strstr(text, "\"name\":\"b\"") <
          strstr(text, "\"name\":\"a\"")); /* the sixth of January is after the third */
    const char *possible = strstr(text, "Possible: asthma"), *spanish = strstr(text, "asma bronquial");
    CHECK(possible && spanish && possible < spanish);
    CHECK(strstr(text, "{\"text\":\"Asthma\",\"citations\":[{\"source\":1,\"evidence\":[{\"begin\":1,\"end\":7}]},"
                       "{\"source\":0,\"evidence\":[]},{\"source\":0,\"evidence\":[{\"begin\":3,\"end\":4}]}]}"));
    CHECK(strstr(text, "\"allergies\":[{\"text\":\"Asthma\",\"citations\":[{\"source\":0,\"evidence\":[]}]}]"));
    CHECK(!strstr(text, "never") && strstr(text, "\"questions\":[]"));
}

AC_TEST(merge, what_is_no_result_is_refused)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(ARENA);
    AC_AUTO(ac_sb) out = AC_SB(ARENA);
    ac_merge *m = NULL;
    CHECK(ac_merge_new(a, &m, NULL) == AC_OK);
    CHECK(add(m, a, 1, "{}") == AC_EINPUT && add(m, a, 1, "{\"document\":{}}") == AC_EINPUT);
    CHECK(add(m, a, 1, "{\"document\":1,\"summary\":{\"problems\":[1,null,{\"text\":7},{\"text\":\"\"}]}}") == AC_OK);
    CHECK(strstr(written(m, &out), "\"problems\":[]"));
}

AC_TEST(merge, too_much_is_a_limit)
{
    enum { ENOUGH = 1 << 15 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)256 << 20);
    AC_AUTO(ac_sb) json = AC_SB(ARENA);
    ac_merge *m = NULL;
    CHECK(ac_merge_new(a, &m, NULL) == AC_OK);
    ac_sb_add(&json, AC_SV("{\"document\":{},\"summary\":{\"problems\":[{\"text\":\"0\"}"));
    for (int i = 1; i < ENOUGH; i++)
        ac_sb_addf(&json, ",{\"text\":\"%d\"}", i);
    ac_sb_add(&json, AC_SV("]}}"));
    ac_sb_add_char(&json, '\0');
    CHECK(add(m, a, 1, json.p) == AC_ELIMIT);
    AC_AUTO_PTR(ac_arena) little = ac_arena_new(1 << 12);
    CHECK(ac_merge_new(little, &m, NULL) == AC_ENOMEM);
}
