#include "adapter/crypto/crypto.h"

#include "adapter/crypto/pack.h"
#include "kit/test.h"

static const ac_key key = { { 1, 2, 3 } };
static const ac_sv here = { "job:input", 9 };

static ac_crypto *crypto(void)
{
    ac_crypto *c = NULL;
    CHECK(ac_crypto_new(&c, NULL) == AC_OK);
    return c;
}

/* Is text the same after sealing and opening? *n: the length of what was sealed. */
static bool comes_back(ac_crypto *c, ac_sv text, size_t *n)
{
    AC_AUTO(ac_sb) sealed = AC_SB(1 << 30), out = AC_SB(1 << 30);
    if (ac_crypto_seal(c, &key, here, text, &sealed, NULL) != AC_OK)
        return false;
    *n = sealed.n;
    return ac_crypto_open(c, &key, here, ac_sb_view(&sealed), text.n, &out, NULL) == AC_OK &&
           ac_sv_eq(ac_sb_view(&out), text);
}

AC_TEST(crypto, text_comes_back)
{
    AC_AUTO_PTR(ac_crypto) c = crypto();
    AC_AUTO(ac_sb) noise = AC_SB(1 << 20), words = AC_SB(1 << 20);
    size_t n;
    CHECK(ac_crypto_random(c, ac_sb_room(&noise, 100000), 100000, NULL) == AC_OK);
    while (words.n < 100000)
        ac_sb_add(&words, AC_SV("The patient denies chest pain. "));
    CHECK(comes_back(c, AC_SV(""), &n) && n <= AC_SEAL_EXTRA);
    CHECK(comes_back(c, AC_SV("\0"), &n) && n <= 1 + AC_SEAL_EXTRA);
    for (size_t k = 1; k < 200; k++)
        CHECK(comes_back(c, ac_sv_sub(ac_sb_view(&words), 0, k), &n) && n <= k + AC_SEAL_EXTRA);
    CHECK(comes_back(c, ac_sb_view(&noise), &n) && n <= noise.n + AC_SEAL_EXTRA);
    CHECK(comes_back(c, ac_sb_view(&words), &n) && n < words.n / 20); /* packed */
}

AC_TEST(crypto, a_hundred_megabytes)
{
    AC_AUTO_PTR(ac_crypto) c = crypto();
    AC_AUTO(ac_sb) text = AC_SB(100 << 20);
    size_t n;
    char *p = ac_sb_room(&text, 100 << 20);
    CHECK(p != NULL);
    for (size_t i = 0; p && i < text.n; i++)
        p[i] = (char)(i % 251 + i / 997);
    CHECK(comes_back(c, ac_sb_view(&text), &n));
}

AC_TEST(crypto, the_same_text_never_looks_the_same)
{
    AC_AUTO_PTR(ac_crypto) c = crypto();
    AC_AUTO(ac_sb) one = AC_SB(1000), two = AC_SB(1000);
    CHECK(ac_crypto_seal(c, &key, here, AC_SV("text"), &one, NULL) == AC_OK);
    CHECK(ac_crypto_seal(c, &key, here, AC_SV("text"), &two, NULL) == AC_OK);
    CHECK(one.n == two.n && !ac_sv_eq(ac_sb_view(&one), ac_sb_view(&two)));
}

/* Nobody can tell what is wrong, and nothing is appended. */
static bool refused(ac_crypto *c, const ac_key *k, ac_sv where, ac_sv sealed)
{
    static const char text[] = "it does not open: another key, another place, or it was changed";
    AC_AUTO(ac_sb) out = AC_SB(1000);
    ac_err err = { 0 };
    return ac_crypto_open(c, k, where, sealed, 1000, &out, &err) == AC_EIO && strcmp(err.text, text) == 0 && !out.n;
}

AC_TEST(crypto, it_opens_with_its_key_at_its_place_unchanged_only)
{
    AC_AUTO_PTR(ac_crypto) c = crypto();
    AC_AUTO(ac_sb) sealed = AC_SB(1000);
    ac_key other = key;
    other.b[31] ^= 1;
    CHECK(ac_crypto_seal(c, &key, here, AC_SV("text of some length"), &sealed, NULL) == AC_OK);
    const ac_sv all = ac_sb_view(&sealed);
    CHECK(refused(c, &other, here, all) && refused(c, &key, AC_SV("job:result"), all) &&
          refused(c, &key, AC_SV(""), all));
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.p[i] ^= 1;
        CHECK(refused(c, &key, here, all));
        sealed.p[i] ^= 1;
        CHECK(refused(c, &key, here, ac_sv_sub(all, 0, i)) &&
              (i == 0 || refused(c, &key, here, ac_sv_sub(all, i, all.n))));
    }
    CHECK(refused(c, &key, here, (ac_sv) { NULL, 0 }) && !refused(c, &key, here, all));
}

AC_TEST(crypto, no_more_than_allowed_comes_out)
{
    AC_AUTO_PTR(ac_crypto) c = crypto();
    AC_AUTO(ac_sb) text = AC_SB(64 << 20), sealed = AC_SB(1 << 20), out = AC_SB(64 << 20);
    char *p = ac_sb_room(&text, 50 << 20); /* 50 MB of one byte: a few KB when packed */
    CHECK(p != NULL);
    memset(p, 'a', text.n);
    CHECK(ac_crypto_seal(c, &key, here, ac_sb_view(&text), &sealed, NULL) == AC_OK && sealed.n < 10000);
    CHECK(ac_crypto_open(c, &key, here, ac_sb_view(&sealed), text.n - 1, &out, NULL) == AC_ELIMIT);
    CHECK(out.n == 0 && out.cap == 0); /* no memory was taken for it */
    CHECK(ac_crypto_open(c, &key, here, ac_sb_view(&sealed), text.n, &out, NULL) == AC_OK && out.n == text.n);
    AC_AUTO(ac_sb) small = AC_SB(10), few = AC_SB(1000);
    CHECK(ac_crypto_seal(c, &key, here, AC_SV("some text"), &small, NULL) == AC_ELIMIT);
    CHECK(ac_crypto_seal(c, &key, here, AC_SV("some text"), &few, NULL) == AC_OK);
    ac_sb_clear(&out);
    CHECK(ac_crypto_open(c, &key, here, ac_sb_view(&few), 8, &out, NULL) == AC_ELIMIT && out.n == 0);
}

/* Frames that lie about their length, or are cut, or are none. */
AC_TEST(crypto, what_is_packed_badly_is_refused)
{
    unsigned char packed[300];
    size_t n;
    AC_AUTO_PTR(ac_packer) p = NULL;
    CHECK(ac_packer_new(&p, NULL) == AC_OK);
    AC_AUTO(ac_sb) out = AC_SB(1 << 20), text = AC_SB(1000);
    while (text.n < 280)
        ac_sb_add(&text, AC_SV("abcabcabc "));
    CHECK(ac_pack(p, ac_sb_view(&text), packed, &n, NULL) == AC_OK && n < 100 && packed[0] == 1);
    for (size_t i = 0; i < n; i++)
        CHECK(ac_unpack(p, (ac_sv) { (const char *)packed, i }, 1000, &out, NULL) == AC_EIO && out.n == 0);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            packed[i] ^= (unsigned char)(1 << bit);
            const ac_rc rc = ac_unpack(p, (ac_sv) { (const char *)packed, n }, 1000, &out, NULL);
            CHECK(rc == AC_OK || rc == AC_EIO || rc == AC_ELIMIT);
            CHECK(out.n <= 1000 && (rc == AC_OK || out.n == 0));
            ac_sb_clear(&out);
            packed[i] ^= (unsigned char)(1 << bit);
        }
    CHECK(ac_unpack(p, AC_SV("\2text"), 1000, &out, NULL) == AC_EIO &&
          ac_unpack(p, AC_SV("\1text"), 9, &out, NULL) == AC_EIO);
}

AC_TEST(crypto, hash_and_wipe)
{
    AC_AUTO_PTR(ac_crypto) c = crypto();
    unsigned char one[AC_MAC_SIZE], two[AC_MAC_SIZE];
    ac_key gone = key;
    ac_crypto_mac(c, &key, AC_SV("a"), one);
    ac_crypto_mac(c, &key, AC_SV("b"), two);
    CHECK(memcmp(one, two, sizeof one) != 0);
    ac_crypto_wipe(c, &gone, sizeof gone);
    CHECK(gone.b[0] == 0 && gone.b[1] == 0 && gone.b[2] == 0);
}

AC_TEST(crypto, memory_may_run_out)
{
    AC_AUTO(ac_sb) good = AC_SB(1000);
    AC_AUTO_PTR(ac_crypto) whole = crypto();
    CHECK(ac_crypto_seal(whole, &key, here, AC_SV("text"), &good, NULL) == AC_OK);
    AC_EACH_OOM(i)
    {
        AC_AUTO_PTR(ac_crypto) c = NULL;
        AC_AUTO(ac_sb) sealed = AC_SB(1000), out = AC_SB(1000);
        ac_rc rc = ac_crypto_new(&c, NULL);
        if (rc == AC_OK)
            rc = ac_crypto_seal(c, &key, here, AC_SV("text"), &sealed, NULL);
        if (rc == AC_OK)
            rc = ac_crypto_open(c, &key, here, ac_sb_view(&good), 100, &out, NULL);
        CHECK(rc == AC_OK ? ac_sv_eq(ac_sb_view(&out), AC_SV("text")) : rc == AC_ENOMEM);
    }
}
