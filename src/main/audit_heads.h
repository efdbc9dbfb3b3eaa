/** Heads of the audit log in another place: sent there while the server runs, and held against the log later. */
#ifndef AC_MAIN_AUDIT_HEADS_H
#define AC_MAIN_AUDIT_HEADS_H

#include "app/audit_head.h"
#include "main/server.h"
#include "port/fetch.h"

/* ---- the public key ---- */

/** As PEM (RFC 8410), appended. */
AC_NODISCARD ac_rc ac_public_key_pem(const ac_sign_public *key, ac_sb *out, ac_err *err);
/** errors  AC_EINPUT (no PEM of an Ed25519 key), those of reading a file */
AC_NODISCARD ac_rc ac_public_key_read(const char *path, ac_sign_public *out, ac_err *err);

/* ---- checking ---- */

typedef struct {
    uint64_t n, last; /* heads; the number of the last record that one of them is of */
} ac_heads_found;

/** A file of heads, one a line: each is signed with that key, and the log has its record.
 *  errors  AC_EINPUT (a line that is none, with its number), AC_EDENIED (signed by somebody else), AC_ECONFLICT (the
 * log was cut off or changed), those of the store and of reading a file */
AC_NODISCARD ac_rc ac_heads_check(ac_data *d, const char *path, const ac_sign_public *key, ac_heads_found *out,
                                  ac_err *err);

/* ---- shipping ---- */

typedef struct ac_head_ship ac_head_ship;

/** Heads will go to a file (appended, and synchronised) or to an http or https URL (POST). Those that the file has
 *  already have to be in the log.
 *  to, d, fetch  borrowed
 *  errors  AC_EINPUT, AC_ECONFLICT, AC_EDENIED (as ac_heads_check), those of reading a file, AC_ENOMEM */
AC_NODISCARD ac_rc ac_head_ship_new(const char *to, int64_t every_ms, ac_data *d, ac_fetch *fetch, ac_head_ship **out,
                                    ac_err *err);

/** Send one now, every so often where there is something new, and one when it is freed. errors  those of the file;
 * AC_EIO */
AC_NODISCARD ac_rc ac_head_ship_begin(ac_head_ship *s, ac_err *err);
/** While the store is still there. NULL is fine. */
void ac_head_ship_free(ac_head_ship *s);

#endif
