#include "core/id.h"

#include "kit/test.h"

static const unsigned char RANDOM[AC_ID_RANDOM] = { 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6 };

static ac_sv text_of(ac_id id, char out[AC_ID_TEXT])
{
    ac_id_format(id, out);
    return (ac_sv) { out, AC_ID_TEXT };
}

AC_TEST(id, is_a_uuid_of_version_7)
{
    char text[AC_ID_TEXT];
    ac_id id = ac_id_make(0x017f22e279b0, RANDOM); /* the example of RFC 9562, appendix A.6 */
    CHECK(ac_sv_eq(text_of(id, text), AC_SV("017f22e2-79b0-7fff-bfff-010203040506")));
    CHECK(ac_id_ms(id) == 0x017f22e279b0);
}

AC_TEST(id, sorts_by_time)
{
    CHECK(ac_id_cmp(ac_id_make(1000, RANDOM), ac_id_make(1001, RANDOM)) < 0);
    CHECK(ac_id_cmp(ac_id_make(255, RANDOM), ac_id_make(256, RANDOM)) < 0);
    CHECK(ac_id_ms(ac_id_make(-5, RANDOM)) == 0);
}

AC_TEST(id, reads_what_it_writes_and_nothing_else)
{
    char text[AC_ID_TEXT];
    ac_id id = ac_id_make(1234567890123, RANDOM), back = { { 0 } };
    CHECK(ac_id_parse(text_of(id, text), &back) && ac_id_eq(id, back) && !ac_id_none(back));
    CHECK(ac_id_parse(AC_SV("123E4567-E89B-12D3-A456-426614174000"), &back) && back.b[1] == 0x3e &&
          !ac_id_eq(id, back));
    const ac_sv bad[] = { AC_SV(""),
                          AC_SV("123e4567-e89b-12d3-a456-42661417400"),
                          AC_SV("123e4567-e89b-12d3-a456-4266141740000"),
                          AC_SV("123e4567e89b-12d3-a456-426614174000-"),
                          AC_SV("123e4567-e89b-12d3-a456-42661417400g"),
                          AC_SV("../../../../../../../../../../etc/pa") };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!ac_id_parse(bad[i], &id));
    CHECK(ac_id_none((ac_id) { { 0 } }));
}
