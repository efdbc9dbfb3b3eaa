#include "os/bigfile.h"
#include "os/mapping.h"
#include "os/spill.h"

#include "kit/test.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

AC_TEST(spill, what_goes_into_a_bucket_comes_back_in_order)
{
    enum { N = 40000 };
    char dir[] = "/tmp/aceso-spill-XXXXXX";
    ac_err err = { 0 };
    CHECK(mkdtemp(dir) != NULL);
    {
        AC_AUTO_PTR(ac_spill) s = NULL;
        AC_AUTO(ac_sb) out = AC_SB(1 << 20);
        AC_AUTO(ac_sb) small = AC_SB(16);
        CHECK(ac_spill_new("/no/such", 2, &s, &err) == AC_ENOTFOUND);
        CHECK(ac_spill_new(dir, 3, &s, &err) == AC_OK);
        for (uint32_t i = 0; i < N; i++)
            CHECK(ac_spill_add(s, i % 2, (ac_sv) { (const char *)&i, sizeof i }, &err) == AC_OK);
        CHECK(ac_spill_bytes(s) == N * sizeof(uint32_t));
        for (uint32_t bucket = 0; bucket < 2; bucket++) {
            CHECK(ac_spill_take(s, bucket, &out, &err) == AC_OK && out.n == N / 2 * sizeof(uint32_t));
            const uint32_t *got = (const void *)out.p;
            for (uint32_t i = 0; i < N / 2; i++)
                CHECK(got[i] == 2 * i + bucket);
        }
        CHECK(ac_spill_take(s, 2, &out, &err) == AC_OK && out.n == 0);
        CHECK(ac_spill_add(s, 2, AC_SV("seventeen letters"), &err) == AC_OK && ac_spill_take(s, 2, &small, &err) == AC_ELIMIT);
        CHECK(ac_spill_take(s, 2, &out, &err) == AC_OK && ac_sv_eq(ac_sb_view(&out), AC_SV("seventeen letters")));
        CHECK(ac_spill_take(s, 2, &out, &err) == AC_OK && out.n == 0); /* it was taken */
    }
    CHECK(rmdir(dir) == 0); /* nothing is left */
}

AC_TEST(bigfile, a_file_has_its_name_only_when_it_is_whole)
{
    static const char header[8] = "header!!";
    char dir[] = "/tmp/aceso-big-XXXXXX", path[64];
    unsigned char one[AC_DIGEST_BYTES], two[AC_DIGEST_BYTES];
    ac_err err = { 0 };
    ac_sv map;
    CHECK(mkdtemp(dir) != NULL);
    (void)snprintf(path, sizeof path, "%s/big", dir);
    {
        AC_AUTO_PTR(ac_bigfile) f = NULL; /* given up */
        CHECK(ac_bigfile_new(path, sizeof header, &f, &err) == AC_OK && ac_bigfile_add(f, AC_SV("half"), &err) == AC_OK);
    }
    CHECK(access(path, F_OK) != 0);
    {
        AC_AUTO_PTR(ac_bigfile) f = NULL;
        CHECK(ac_bigfile_new(path, sizeof header, &f, &err) == AC_OK);
        for (int i = 0; i < 300; i++)
            CHECK(ac_bigfile_add(f, AC_SV("0123456789"), &err) == AC_OK && ac_bigfile_zeros(f, 9999, &err) == AC_OK);
        CHECK(ac_bigfile_at(f) == sizeof header + 300 * 10009 && access(path, F_OK) != 0);
        CHECK(ac_bigfile_digest(f, one, &err) == AC_OK && ac_bigfile_commit(f, (ac_sv) { header, sizeof header }, &err) == AC_OK);
    }
    CHECK(ac_mapping_open(path, &map, &err) == AC_OK && map.n == sizeof header + 300 * 10009);
    CHECK(memcmp(map.p, header, sizeof header) == 0 && memcmp(map.p + map.n - 10009, "0123456789\0", 11) == 0);
    ac_mapping_read_through(map);
    CHECK(ac_digest(ac_sv_sub(map, sizeof header, map.n), two, &err) == AC_OK && memcmp(one, two, sizeof one) == 0);
    CHECK(remove(path) == 0 && map.p[0] == 'h'); /* what is mapped stays */
    ac_mapping_close(map);
    AC_AUTO_PTR(ac_bigfile) none = NULL;
    CHECK(ac_bigfile_new("/no/such/folder/file", 8, &none, &err) == AC_ENOTFOUND);
    CHECK(rmdir(dir) == 0);
}

AC_TEST(mapping, what_is_no_file_is_refused)
{
    ac_err err = { 0 };
    ac_sv map = { "", 0 };
    CHECK(ac_mapping_open("/no/such", &map, &err) == AC_ENOTFOUND);
    CHECK(ac_mapping_open("/tmp", &map, &err) == AC_EINPUT);
    CHECK(ac_mapping_open("/dev/null", &map, &err) == AC_EINPUT);
    ac_mapping_close(map);
}
