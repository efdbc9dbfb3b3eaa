#include "net/http_chunk.h"
#include "kit/test.h"

/* The body, cut after cut bytes; false when it is refused or not whole. *left: bytes behind it. */
static bool decode(ac_sv raw, size_t cut, ac_sb *out, size_t *left)
{
    ac_chunk c = { 0 };
    ac_sv parts[2] = { ac_sv_sub(raw, 0, cut), ac_sv_sub(raw, cut, raw.n) }, data;
    for (size_t i = 0; i < 2; i++)
        for (ac_chunk_event e; (e = ac_chunk_take(&c, &parts[i], &data)) != AC_CHUNK_MORE;) {
            *left = parts[i].n + (i == 0 ? parts[1].n : 0);
            if (e != AC_CHUNK_DATA)
                return e == AC_CHUNK_END;
            ac_sb_add(out, data);
        }
    return false;
}

AC_TEST(http_chunk, bodies_cut_anywhere)
{
    const ac_sv raw = AC_SV("5\r\nhello\r\n0A;name=\"v\"\r\n, \r\n world\r\n00\r\nX-T: 1\r\nY: 2\r\n\r\nGET");
    for (size_t cut = 0; cut <= raw.n; cut++) {
        AC_AUTO(ac_sb) out = AC_SB(100);
        size_t left = 0;
        CHECK(decode(raw, cut, &out, &left) && ac_sv_eq(ac_sb_view(&out), AC_SV("hello, \r\n world")) && left == 3);
    }
}

AC_TEST(http_chunk, what_is_refused)
{
    static const char *const bad[] = {
        "\r\n", "g\r\n", "-1\r\n", "+1\r\n", " 1\r\n", "0x1\r\n", "1 \r\na\r\n0\r\n\r\n", "1\na\r\n", "1\r\nab\r\n", "1\r\na\n0\r\n\r\n", "1\r\naXX0\r\n\r\n", "1\r\na\r\r",
        "ffffffffffffffff\r\n", "0000000000000000001\r\na", "1;\x01\r\n", "1;a\n", "0\r\n x\r\n\r\n", "0\r\nA: b\nC\r\n", "0\r\n\rx", "0\r\nA\r\rB",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ac_sv rest = ac_sv_z(bad[i]), data;
        ac_chunk c = { 0 };
        ac_chunk_event e;
        while ((e = ac_chunk_take(&c, &rest, &data)) == AC_CHUNK_DATA)
            continue;
        CHECK(e == AC_CHUNK_BAD);
        rest = AC_SV("0\r\n\r\n");
        CHECK(ac_chunk_take(&c, &rest, &data) == AC_CHUNK_BAD); /* for good */
    }
}
