#include "os/mac.h"

#include "kit/test.h"

#include <string.h>

/* RFC 4231, test case 6: a key longer than a block. */
AC_TEST(mac, derived_key_is_hmac_sha256)
{
    static const unsigned char want[] = { 0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f, 0x0d, 0x8a, 0x26,
                                          0xaa, 0xcb, 0xf5, 0xb7, 0x7f, 0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28,
                                          0xc5, 0x14, 0x05, 0x46, 0x04, 0x0f, 0x0e, 0xe3, 0x7f, 0x54 };
    char key[131];
    ac_mac_key k;
    memset(key, 0xaa, sizeof key);
    CHECK(ac_mac_key_derive((ac_sv) { key, sizeof key }, AC_SV("Test Using Larger Than Block-Size Key - Hash Key First"), &k,
                            NULL) == AC_OK);
    CHECK(memcmp(k.bytes, want, sizeof want) == 0);
    ac_mac_key_cleanup(&k);
    CHECK(k.bytes[0] == 0 && k.bytes[31] == 0);
}

AC_TEST(mac, a_short_secret_is_refused)
{
    ac_mac_key k;
    CHECK(ac_mac_key_derive(AC_SV("fifteen bytes.."), AC_SV("x"), &k, NULL) == AC_EINPUT);
    CHECK(ac_mac_key_derive(AC_SV("sixteen bytes..."), AC_SV("x"), &k, NULL) == AC_OK);
}

AC_TEST(mac, the_function_depends_on_key_label_and_value)
{
    ac_mac_key a, b;
    CHECK(ac_mac_key_derive(AC_SV("0123456789abcdef"), AC_SV("patient 1"), &a, NULL) == AC_OK);
    CHECK(ac_mac_key_derive(AC_SV("0123456789abcdef"), AC_SV("patient 2"), &b, NULL) == AC_OK);
    uint64_t v = ac_mac_prf(&a, AC_SV("name"), AC_SV("Ellison"));
    CHECK(v == ac_mac_prf(&a, AC_SV("name"), AC_SV("Ellison")));
    CHECK(v != ac_mac_prf(&b, AC_SV("name"), AC_SV("Ellison")));
    CHECK(v != ac_mac_prf(&a, AC_SV("city"), AC_SV("Ellison")));
    CHECK(v != ac_mac_prf(&a, AC_SV("name"), AC_SV("Ellisom")));
    CHECK(ac_mac_prf(&a, AC_SV("ab"), AC_SV("c")) != ac_mac_prf(&a, AC_SV("a"), AC_SV("bc")));
    CHECK(ac_mac_prf(&a, AC_SV(""), AC_SV("")) != 0);
    char large[2000];
    memset(large, 'x', sizeof large);
    CHECK(ac_mac_prf(&a, AC_SV("l"), (ac_sv) { large, 2000 }) != ac_mac_prf(&a, AC_SV("l"), (ac_sv) { large, 1999 }));
}

AC_TEST(mac, random_keys_differ)
{
    ac_mac_key a, b;
    CHECK(ac_mac_key_random(&a, NULL) == AC_OK && ac_mac_key_random(&b, NULL) == AC_OK);
    CHECK(memcmp(a.bytes, b.bytes, sizeof a.bytes) != 0);
}
