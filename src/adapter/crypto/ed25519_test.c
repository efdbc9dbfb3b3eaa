#include "adapter/crypto/crypto.h"

#include "base/hex.h"
#include "kit/test.h"

/* RFC 8032, section 7.1, tests 1 and 2. */
static const struct {
    const char *key, *public_key, *signature;
    ac_sv message;
} vectors[] = {
    { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
      "655141438e7a100b",
      { "", 0 } },
    { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
      "b00d291612bb0c00",
      { "\x72", 1 } },
};

AC_TEST(ed25519, signatures_of_the_standard)
{
    AC_AUTO_PTR(ac_crypto) c = NULL;
    CHECK(ac_crypto_new(&c, NULL) == AC_OK);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        ac_key key = { { 0 } };
        ac_sign_public expected = { { 0 } }, public_key = { { 0 } };
        unsigned char wanted[AC_SIGNATURE_BYTES] = { 0 }, signature[AC_SIGNATURE_BYTES];
        CHECK(ac_hex_read(ac_sv_z(vectors[i].key), key.b) && ac_hex_read(ac_sv_z(vectors[i].public_key), expected.b) &&
              ac_hex_read(ac_sv_z(vectors[i].signature), wanted));
        CHECK(ac_crypto_sign_public(c, &key, &public_key, NULL) == AC_OK &&
              memcmp(&public_key, &expected, sizeof expected) == 0);
        CHECK(ac_crypto_sign(c, &key, vectors[i].message, signature, NULL) == AC_OK &&
              memcmp(signature, wanted, sizeof wanted) == 0);
        CHECK(ac_crypto_verify(c, &public_key, vectors[i].message, signature));
        CHECK(!ac_crypto_verify(c, &public_key, AC_SV("x"), signature));
        for (size_t k = 0; k < sizeof signature; k++) {
            signature[k] ^= 1;
            CHECK(!ac_crypto_verify(c, &public_key, vectors[i].message, signature));
            signature[k] ^= 1;
        }
        public_key.b[3] ^= 1;
        CHECK(!ac_crypto_verify(c, &public_key, vectors[i].message, signature));
    }
}
