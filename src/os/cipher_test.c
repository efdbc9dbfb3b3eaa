#include "os/cipher.h"

#include "kit/test.h"

static size_t unhex(const char *hex, unsigned char *out)
{
    size_t n = 0;
    for (; hex[0] && hex[1]; hex += 2, n++) {
        const char *digits = "0123456789abcdef";
        out[n] = (unsigned char)((strchr(digits, hex[0]) - digits) << 4 | (strchr(digits, hex[1]) - digits));
    }
    return n;
}

static ac_sv view(const unsigned char *p, size_t n) { return (ac_sv) { (const char *)p, n }; }

/* McGrew and Viega, The Galois/Counter Mode of Operation (2005), as submitted to NIST: test cases 13 to 16. */
static const struct {
    const char *key, *nonce, *where, *text, *sealed, *tag;
} vectors[] = {
    { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "", "",
      "530f8afbc74536b9a963b4f1c4cb738b" },
    { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
      "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
    { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba"
      "637b391aafd255",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
      "bc"
      "c9f662898015ad",
      "b094dac5d93471bdec1a502270e3cc6c" },
    { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba"
      "637b39",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
      "bc"
      "c9f662",
      "76fc6ece0f4e1768cddf8853bb2d551b" },
};

AC_TEST(cipher, published_vectors)
{
    ac_cipher_tools *tools = NULL;
    CHECK(ac_cipher_tools_new(&tools, NULL) == AC_OK);
    for (size_t turn = 0; turn < 2 * sizeof vectors / sizeof vectors[0]; turn++) { /* each with them and without */
        const size_t i = turn / 2;
        unsigned char key[32], nonce[12], where[32], text[64], sealed[64], tag[16], out[64], got[16];
        unhex(vectors[i].key, key);
        unhex(vectors[i].nonce, nonce);
        const size_t nw = unhex(vectors[i].where, where), n = unhex(vectors[i].text, text);
        unhex(vectors[i].sealed, sealed);
        unhex(vectors[i].tag, tag);
        const ac_cipher c = { key, nonce, view(where, nw), turn % 2 ? tools : NULL };
        CHECK(ac_cipher_seal(&c, view(text, n), out, got, NULL) == AC_OK);
        CHECK(memcmp(out, sealed, n) == 0 && memcmp(got, tag, sizeof tag) == 0);
        CHECK(ac_cipher_open(&c, view(sealed, n), tag, out, NULL) == AC_OK && memcmp(out, text, n) == 0);
        tag[15] ^= 1;
        CHECK(ac_cipher_open(&c, view(sealed, n), tag, out, NULL) == AC_EIO);
        for (size_t k = 0; k < n; k++)
            CHECK(out[k] == 0); /* nothing that was not authenticated is left */
    }
    ac_cipher_tools_free(tools);
}

/* RFC 4231, test case 1 with its key filled up with zeros to 32 bytes, which is what HMAC does with a short key. */
AC_TEST(cipher, hmac_vector)
{
    unsigned char key[32] = { 0 }, out[32], expected[32], other[32] = { 1 };
    ac_cipher_tools *tools = NULL;
    CHECK(ac_cipher_tools_new(&tools, NULL) == AC_OK);
    memset(key, 0x0b, 20);
    unhex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", expected);
    ac_cipher_mac(key, AC_SV("Hi There"), out);
    CHECK(memcmp(out, expected, 32) == 0);
    for (int i = 0; i < 3; i++) { /* nothing of one key is left for the next */
        ac_cipher_mac_with(tools, other, AC_SV("something else"), out);
        ac_cipher_mac_with(tools, key, AC_SV("Hi There"), out);
        CHECK(memcmp(out, expected, 32) == 0);
    }
    ac_cipher_tools_free(tools);
    ac_cipher_mac(key, (ac_sv) { NULL, 0 }, out);
    CHECK(memcmp(out, expected, 32) != 0);
}

AC_TEST(cipher, random_bytes_differ)
{
    unsigned char a[1000], b[1000];
    CHECK(ac_cipher_random(a, sizeof a, NULL) == AC_OK && ac_cipher_random(b, sizeof b, NULL) == AC_OK);
    CHECK(memcmp(a, b, sizeof a) != 0);
    ac_cipher_wipe(a, sizeof a);
    for (size_t i = 0; i < sizeof a; i++)
        CHECK(a[i] == 0);
    ac_cipher_wipe(NULL, 0);
}
