#include "os/mac.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>

enum { SECRET_MIN = 16, SHORT_MAX = 512 };

ac_rc ac_mac_key_random(ac_mac_key *out, ac_err *err)
{
    size_t have = 0;
    while (have < sizeof out->bytes) {
        ssize_t n = getrandom(out->bytes + have, sizeof out->bytes - have, 0);
        if (n < 0 && errno != EINTR)
            return ac_fail(err, AC_EIO, "no random bytes: system error %d", errno);
        have += n > 0 ? (size_t)n : 0;
    }
    return AC_OK;
}

static bool mac(ac_sv key, ac_sv message, unsigned char out[AC_MAC_BYTES])
{
    unsigned n = 0;
    return HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)message.p, message.n, out, &n) && n == AC_MAC_BYTES;
}

ac_rc ac_mac_key_derive(ac_sv secret, ac_sv purpose, ac_mac_key *out, ac_err *err)
{
    if (secret.n < SECRET_MIN || secret.n > INT32_MAX)
        return ac_fail(err, AC_EINPUT, "a key needs at least %d bytes, this one has %zu", SECRET_MIN, secret.n);
    ac_mac_key k = { 0 };
    if (!mac(secret, purpose, k.bytes))
        return ac_fail(err, AC_EINTERNAL, "the crypto library has no HMAC-SHA256");
    *out = k;
    ac_mac_key_cleanup(&k);
    return AC_OK;
}

/* The label's length in front keeps ("ab", "c") and ("a", "bc") apart. */
static ac_sv message(ac_sv label, ac_sv value, char *buf)
{
    uint32_t n = (uint32_t)label.n;
    memcpy(buf, &n, sizeof n);
    if (label.n)
        memcpy(buf + sizeof n, label.p, label.n);
    if (value.n)
        memcpy(buf + sizeof n + label.n, value.p, value.n);
    return (ac_sv) { buf, sizeof n + label.n + value.n };
}

uint64_t ac_mac_prf(void *ctx, ac_sv label, ac_sv value)
{
    const ac_mac_key *k = ctx;
    unsigned char digest[AC_MAC_BYTES];
    char small[SHORT_MAX], *large = NULL;
    size_t n = sizeof(uint32_t) + label.n + value.n;
    char *buf = n <= sizeof small ? small : (large = ac_mem_alloc(n));
    bool ok = buf && mac((ac_sv) { (const char *)k->bytes, sizeof k->bytes }, message(label, value, buf), digest);
    ac_mem_free(large);
    if (!ok)
        abort(); /* a predictable surrogate would be worse */
    uint64_t v = 0;
    for (size_t i = 0; i < sizeof v; i++)
        v = v << 8 | digest[i];
    return v;
}

void ac_mac_key_cleanup(ac_mac_key *k) { OPENSSL_cleanse(k->bytes, sizeof k->bytes); }
