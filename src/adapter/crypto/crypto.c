#include "adapter/crypto/crypto.h"

#include "adapter/crypto/ed25519.h"
#include "adapter/crypto/pack.h"
#include "os/cipher.h"

enum {
    VERSION = 1,
    HEAD = 1 + AC_CIPHER_NONCE,
    AROUND = HEAD + AC_CIPHER_TAG, /* of what is encrypted */
    WHERE_MAX = 4096
};
_Static_assert(AROUND + AC_PACK_EXTRA <= AC_SEAL_EXTRA, "what the port promises");
_Static_assert(sizeof(ac_key) == AC_CIPHER_KEY && (int)AC_MAC_SIZE == (int)AC_CIPHER_MAC, "one size");

typedef struct {
    ac_crypto port; /* first */
    ac_packer *packer;
    ac_cipher_tools *tools;
} crypto;

static ac_packer *packer_of(ac_crypto *c) { return ((crypto *)c)->packer; }

static ac_cipher_tools *tools_of(ac_crypto *c) { return ((crypto *)c)->tools; }

static ac_rc op_random(ac_crypto *c, void *out, size_t n, ac_err *err)
{
    (void)c;
    return ac_cipher_random(out, n, err);
}

static void op_mac(ac_crypto *c, const ac_key *key, ac_sv bytes, unsigned char out[AC_MAC_SIZE])
{
    ac_cipher_mac_with(tools_of(c), key->b, bytes, out);
}

static void op_wipe(ac_crypto *c, void *p, size_t n)
{
    (void)c;
    ac_cipher_wipe(p, n);
}

/* Text in memory of ours: wiped when it is given back. */
typedef struct {
    unsigned char *p;
    size_t n, cap;
} secret;

static void secret_cleanup(secret *s)
{
    ac_cipher_wipe(s->p, s->cap);
    ac_mem_free(s->p);
}

static ac_rc secret_new(secret *s, size_t n, ac_err *err)
{
    s->p = ac_mem_alloc(n);
    s->cap = n;
    return s->p ? AC_OK : ac_fail(err, AC_ENOMEM, "no room for %zu bytes of text", n);
}

/* The version is authenticated with the place. */
static ac_rc place(ac_sv where, char *buf, ac_sv *out, ac_err *err)
{
    if (where.n >= WHERE_MAX)
        return ac_fail(err, AC_ELIMIT, "the name of a place has %zu bytes", where.n);
    buf[0] = VERSION;
    if (where.n)
        memcpy(buf + 1, where.p, where.n);
    *out = (ac_sv) { buf, where.n + 1 };
    return AC_OK;
}

static ac_rc op_seal(ac_crypto *c, const ac_key *key, ac_sv where, ac_sv text, ac_sb *out, ac_err *err)
{
    char buf[WHERE_MAX];
    AC_AUTO(secret) packed = { .p = NULL };
    ac_cipher cipher = { .key = key->b, .tools = tools_of(c) };
    AC_TRY(err, place(where, buf, &cipher.where, err));
    if (text.n > AC_PACK_MAX)
        return ac_fail(err, AC_ELIMIT, "%zu bytes are too many to be sealed at once", text.n);
    AC_TRY(err, secret_new(&packed, text.n + AC_PACK_EXTRA, err));
    AC_TRY(err, ac_pack(packer_of(c), text, packed.p, &packed.n, err));
    const size_t before = out->n;
    unsigned char *p = (unsigned char *)ac_sb_room(out, packed.n + AROUND);
    if (!p)
        return ac_sb_done(out, err);
    p[0] = VERSION;
    cipher.nonce = p + 1;
    ac_rc rc = ac_cipher_random(p + 1, AC_CIPHER_NONCE, err);
    if (rc == AC_OK)
        rc = ac_cipher_seal(&cipher, (ac_sv) { (const char *)packed.p, packed.n }, p + HEAD, p + HEAD + packed.n, err);
    if (rc != AC_OK)
        out->n = before;
    return rc;
}

static ac_rc op_open(ac_crypto *c, const ac_key *key, ac_sv where, ac_sv sealed, size_t max, ac_sb *out, ac_err *err)
{
    char buf[WHERE_MAX];
    AC_AUTO(secret) packed = { .p = NULL };
    const unsigned char *p = (const unsigned char *)sealed.p;
    ac_cipher cipher = { .key = key->b, .tools = tools_of(c) };
    AC_TRY(err, place(where, buf, &cipher.where, err));
    if (sealed.n <= AROUND || p[0] != VERSION)
        return ac_fail(err, AC_EIO, "it does not open: another key, another place, or it was changed");
    packed.n = sealed.n - AROUND;
    AC_TRY(err, secret_new(&packed, packed.n, err));
    cipher.nonce = p + 1;
    AC_TRY(err, ac_cipher_open(&cipher, ac_sv_sub(sealed, HEAD, HEAD + packed.n), p + HEAD + packed.n, packed.p, err));
    return ac_unpack(packer_of(c), (ac_sv) { (const char *)packed.p, packed.n }, max, out, err);
}

static void op_free(ac_crypto *c)
{
    ac_packer_free(packer_of(c));
    ac_cipher_tools_free(tools_of(c));
    ac_mem_free(c);
}

static const ac_crypto_ops ops = { .name = "openssl",
                                   .random = op_random,
                                   .mac = op_mac,
                                   .seal = op_seal,
                                   .open = op_open,
                                   .sign_public = ac_ed25519_public,
                                   .sign = ac_ed25519_sign,
                                   .verify = ac_ed25519_verify,
                                   .wipe = op_wipe,
                                   .free = op_free };

ac_rc ac_crypto_new(ac_crypto **out, ac_err *err)
{
    crypto *c = ac_mem_alloc(sizeof *c);
    if (!c)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    c->port.ops = &ops;
    ac_rc rc = ac_packer_new(&c->packer, err);
    if (rc == AC_OK)
        rc = ac_cipher_tools_new(&c->tools, err);
    if (rc == AC_OK)
        *out = &c->port;
    else
        op_free(&c->port);
    return rc;
}
