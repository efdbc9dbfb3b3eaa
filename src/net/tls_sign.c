/* A certificate for this machine alone, until there is a real one. */
#include "net/tls.h"

#include "os/file.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

enum { X509_V3 = 2, SERIAL_BYTES = 16, DAY_S = 24 * 3600 };

static bool add_extension(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    const bool fine = e && X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
    return fine;
}

static bool set_serial(X509 *x)
{
    unsigned char bytes[SERIAL_BYTES];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return false;
    bytes[0] &= 0x7f; /* positive */
    BIGNUM *n = BN_bin2bn(bytes, sizeof bytes, NULL);
    const bool fine = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
    BN_free(n);
    return fine;
}

static bool fill(X509 *x, EVP_PKEY *key, unsigned days)
{
    static const struct {
        int nid;
        const char *value;
    } extensions[] = {
        { NID_basic_constraints, "critical,CA:FALSE" },
        { NID_key_usage, "critical,digitalSignature" },
        { NID_ext_key_usage, "serverAuth" },
        { NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1" },
    };
    X509_NAME *name = X509_get_subject_name(x);
    bool fine = X509_set_version(x, X509_V3) && set_serial(x) && X509_gmtime_adj(X509_getm_notBefore(x), -DAY_S) &&
                X509_gmtime_adj(X509_getm_notAfter(x), (long)days * DAY_S) && X509_set_pubkey(x, key) &&
                X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0) &&
                X509_set_issuer_name(x, name);
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0] && fine; i++)
        fine = add_extension(x, extensions[i].nid, extensions[i].value);
    return fine && X509_sign(x, key, EVP_sha256());
}

static ac_rc write_bio(const char *path, BIO *b, ac_err *err)
{
    char *p = NULL;
    const long n = BIO_get_mem_data(b, &p);
    return n > 0 ? ac_file_write(path, (ac_sv) { p, (size_t)n }, err) : ac_fail(err, AC_ENOMEM, "no room for a certificate");
}

ac_rc ac_tls_self_sign(const char *certificate, const char *key, unsigned days, ac_err *err)
{
    EVP_PKEY *k = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    BIO *key_text = BIO_new(BIO_s_secmem()), *text = BIO_new(BIO_s_mem());
    ac_rc rc = AC_OK;
    if (!k || !x || !key_text || !text || !fill(x, k, days) || !PEM_write_bio_PrivateKey(key_text, k, NULL, NULL, 0, NULL, NULL) ||
        !PEM_write_bio_X509(text, x))
        rc = ac_fail(err, AC_ENOMEM, "no certificate could be made");
    rc = rc == AC_OK ? write_bio(key, key_text, err) : rc;
    rc = rc == AC_OK ? write_bio(certificate, text, err) : rc;
    ERR_clear_error();
    BIO_free(text);
    BIO_free(key_text);
    X509_free(x);
    EVP_PKEY_free(k);
    return rc;
}
