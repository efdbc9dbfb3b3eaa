/* TLS between the socket and the owner of a wire: OpenSSL reads from what has come and writes into the queue, it never sees the socket. */
#include "net/tls_parts.h"
#include "net/wire_parts.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

enum { AHEAD = 128 * 1024 /* bytes that are encrypted before they can leave */ };

/* ---- what OpenSSL reads from and writes to ------------------------------------------------------------------------- */

static int bio_write(BIO *b, const char *p, size_t n, size_t *written)
{
    ac_wire *w = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    *written = n;
    return ac_wire_queue_add(&w->tls->out, (ac_sv) { p, n });
}

static int bio_read(BIO *b, char *p, size_t n, size_t *got)
{
    ac_wire *w = BIO_get_data(b);
    ac_sv *in = &w->tls->in;
    BIO_clear_retry_flags(b);
    *got = n < in->n ? n : in->n;
    if (!*got) {
        BIO_set_retry_read(b);
        return 0;
    }
    memcpy(p, in->p, *got);
    *in = ac_sv_sub(*in, *got, in->n);
    return 1;
}

static long bio_ctrl(BIO *b, int command, long number, void *p)
{
    (void)b, (void)number, (void)p;
    return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *ac_wire_method_new(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");
    if (m && BIO_meth_set_write_ex(m, bio_write) && BIO_meth_set_read_ex(m, bio_read) && BIO_meth_set_ctrl(m, bio_ctrl))
        return m;
    BIO_meth_free(m);
    return NULL;
}

/* ---- a wire's TLS -------------------------------------------------------------------------------------------------- */

ac_rc ac_wire_use_tls(ac_wire *w, const ac_tls *tls, ac_err *err)
{
    ac_wire_tls *t = ac_mem_alloc(sizeof *t);
    SSL *ssl = t ? SSL_new(tls->context) : NULL;
    BIO *bio = ssl ? BIO_new(tls->method) : NULL;
    if (!bio) {
        SSL_free(ssl);
        ac_mem_free(t);
        return ac_fail(err, AC_ENOMEM, "no room for a TLS connection");
    }
    BIO_set_data(bio, w);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_accept_state(ssl);
    t->ssl = ssl;
    w->tls = t;
    return AC_OK;
}

/* An alert may be waiting to be told; then it is over. */
static void fail(ac_wire *w)
{
    ac_wire_queue_cleanup(&w->out);
    ac_wire_flush(w);
    ac_wire_close(w);
}

static bool deliver(ac_wire *w, ac_sv plain)
{
    ac_sv rest = ac_sv_sub(plain, ac_wire_deliver(w, plain), plain.n);
    AC_AUTO(ac_sb) left = AC_SB(rest.n);
    ac_sb_add(&left, rest);
    ac_sb before = w->tls->plain; /* plain may lie there */
    w->tls->plain = left;
    left = before;
    if (w->tls->plain.rc != AC_OK)
        ac_wire_close(w);
    return !rest.n && !w->closing && !w->finishing;
}

/* True: there may be more. */
static bool read_record(ac_wire *w)
{
    char plain[SSL3_RT_MAX_PLAIN_LENGTH];
    size_t n;
    ERR_clear_error();
    if (SSL_read_ex(w->tls->ssl, plain, sizeof plain, &n))
        return deliver(w, (ac_sv) { plain, n });
    const int why = SSL_get_error(w->tls->ssl, 0);
    if (why == SSL_ERROR_ZERO_RETURN)
        w->tls->ended = true;
    else if (why != SSL_ERROR_WANT_READ)
        fail(w);
    return false;
}

void ac_wire_tls_read(ac_wire *w, ac_sv *raw)
{
    ac_wire_tls *t = w->tls;
    t->in = *raw;
    if (!t->plain.n || deliver(w, ac_sb_view(&t->plain)))
        while (read_record(w))
            continue;
    *raw = t->ended ? AC_SV("") : t->in;
    t->in = AC_SV("");
}

bool ac_wire_tls_encrypt(ac_wire *w)
{
    ac_wire_tls *t = w->tls;
    bool some = false;
    while (w->out.first && t->out.n < AHEAD) {
        const ac_wire_segment *s = w->out.first;
        size_t n;
        ERR_clear_error();
        if (!SSL_write_ex(t->ssl, s->bytes.p + s->at, s->bytes.n - s->at, &n)) {
            if (SSL_get_error(t->ssl, 0) != SSL_ERROR_WANT_READ) /* that is: after the handshake */
                ac_wire_close(w);
            break;
        }
        ac_wire_queue_take(&w->out, n);
        some = true;
    }
    return some && !w->closing;
}

void ac_wire_tls_goodbye(ac_wire *w)
{
    ERR_clear_error();
    if (SSL_is_init_finished(w->tls->ssl))
        (void)SSL_shutdown(w->tls->ssl);
}

void ac_wire_tls_cleanup(ac_wire *w)
{
    ac_wire_tls *t = w->tls;
    SSL_free(t->ssl);
    ERR_clear_error();
    ac_sb_cleanup(&t->plain);
    ac_wire_queue_cleanup(&t->out);
    ac_mem_free(t);
    w->tls = NULL;
}
