#include "net/tls_parts.h"

#include "os/file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <time.h>
#include <unistd.h>

/* TLS 1.2: forward secrecy and AEAD only */
#define CIPHERS_12 "ECDHE+AESGCM:ECDHE+CHACHA20"

/* What is spoken on it: HTTP/1.1, or a client that does not say. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_n, const unsigned char *in, unsigned n, void *arg)
{
    static const unsigned char ours[] = { 8, 'h', 't', 't', 'p', '/', '1', '.', '1' };
    (void)ssl, (void)arg;
    for (unsigned at = 0; at < n && at + 1 + in[at] <= n; at += 1U + in[at])
        if (in[at] == ours[0] && memcmp(in + at + 1, ours + 1, ours[0]) == 0) {
            *out = ours + 1;
            *out_n = ours[0];
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static ac_rc may_read(const char *path, ac_err *err)
{
    int fd;
    AC_TRY(err, ac_file_open_read(path, &fd, err));
    (void)close(fd);
    return AC_OK;
}

static bool configure(SSL_CTX *c, bool tls12)
{
    (void)SSL_CTX_set_options(c, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    (void)SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF); /* clients keep their own tickets */
    SSL_CTX_set_alpn_select_cb(c, on_alpn, NULL);
    return SSL_CTX_set_min_proto_version(c, tls12 ? TLS1_2_VERSION : TLS1_3_VERSION) && SSL_CTX_set_cipher_list(c, CIPHERS_12);
}

static int64_t end_of(const SSL_CTX *c)
{
    struct tm t;
    const X509 *x = SSL_CTX_get0_certificate(c);
    return x && ASN1_TIME_to_tm(X509_get0_notAfter(x), &t) ? (int64_t)timegm(&t) : 0;
}

ac_rc ac_tls_reload(ac_tls *t, ac_err *err)
{
    AC_TRY(err, may_read(t->certificate, err));
    AC_TRY(err, may_read(t->key, err));
    ERR_clear_error();
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    if (!c || !configure(c, t->tls12)) {
        SSL_CTX_free(c);
        return ac_fail(err, AC_ENOMEM, "no room for TLS");
    }
    if (SSL_CTX_use_certificate_chain_file(c, t->certificate) != 1 || SSL_CTX_use_PrivateKey_file(c, t->key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(c) != 1) {
        SSL_CTX_free(c);
        ERR_clear_error();
        return ac_fail(err, AC_EINPUT, "certificate and key are not PEM files that belong together");
    }
    SSL_CTX_free(t->context); /* connections that use it hold it */
    t->context = c;
    t->expires = end_of(c);
    return AC_OK;
}

int64_t ac_tls_expires(const ac_tls *t) { return t->expires; }

static char *copy_of(const char *s)
{
    const size_t n = strlen(s) + 1;
    char *p = ac_mem_alloc(n);
    if (p)
        memcpy(p, s, n);
    return p;
}

ac_rc ac_tls_new(const ac_tls_options *opt, ac_tls **out, ac_err *err)
{
    AC_AUTO_PTR(ac_tls) t = ac_mem_alloc(sizeof *t);
    if (!t)
        return ac_fail(err, AC_ENOMEM, "no room for TLS");
    t->certificate = copy_of(opt->certificate);
    t->key = copy_of(opt->key);
    t->tls12 = opt->tls12;
    t->method = ac_wire_method_new();
    if (!t->certificate || !t->key || !t->method)
        return ac_fail(err, AC_ENOMEM, "no room for TLS");
    AC_TRY(err, ac_tls_reload(t, err));
    *out = AC_MOVE(&t);
    return AC_OK;
}

void ac_tls_free(ac_tls *t)
{
    if (!t)
        return;
    SSL_CTX_free(t->context);
    BIO_meth_free(t->method);
    ac_mem_free(t->certificate);
    ac_mem_free(t->key);
    ac_mem_free(t);
}
