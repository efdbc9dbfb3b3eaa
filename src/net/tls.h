/** TLS for a server: which certificate, which versions. TLS 1.3, and 1.2 where it is asked for. Loop thread. */
#ifndef AC_NET_TLS_H
#define AC_NET_TLS_H

#include "base/str.h"

typedef struct ac_tls ac_tls;

typedef struct {
    const char *certificate; /* PEM file: the server's own first, then those that signed it. NUL-terminated, copied */
    const char *key;         /* PEM file, not encrypted */
    bool tls12;              /* TLS 1.2 is fine, too (only with forward secrecy and AEAD) */
} ac_tls_options;

/** errors  AC_EINPUT (not readable as PEM, key and certificate do not belong together), AC_ENOTFOUND, AC_EDENIED, AC_ENOMEM, AC_EIO */
AC_NODISCARD ac_rc ac_tls_new(const ac_tls_options *opt, ac_tls **out, ac_err *err);

/** Read the files again: new connections get the new certificate, those that are open keep theirs. After an error all stays as it was. */
AC_NODISCARD ac_rc ac_tls_reload(ac_tls *t, ac_err *err);

/** When the certificate ends, seconds since 1970. */
int64_t ac_tls_expires(const ac_tls *t);

void ac_tls_free(ac_tls *t); /* after the servers that use it; NULL is fine */
static inline void ac_tls_cleanup_ptr(ac_tls **t) { ac_tls_free(*t); }

/** Write a new EC P-256 key and a certificate signed by itself, for localhost, 127.0.0.1 and ::1, for days; both files have mode 0600.
 *  Browsers and clients have to be told to trust it.
 *  errors  AC_EDENIED, AC_ENOTFOUND, AC_EIO, AC_ENOMEM */
AC_NODISCARD ac_rc ac_tls_self_sign(const char *certificate, const char *key, unsigned days, ac_err *err);

#endif
