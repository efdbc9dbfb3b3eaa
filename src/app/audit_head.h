/** The audit log's head, signed with the installation's own key: it comes of the key that chains the log, so it needs
 * no place of its own, and stays when the master key changes. */
#ifndef AC_APP_AUDIT_HEAD_H
#define AC_APP_AUDIT_HEAD_H

#include "app/vault.h"
#include "core/audit_head.h"

/** Of the last record that is on the disk. errors  those of the store; AC_EINTERNAL (the crypto library refuses) */
AC_NODISCARD ac_rc ac_audit_head_sign(ac_store *store, ac_vault *vault, int64_t now_ms, ac_audit_head *out,
                                      ac_err *err);

/** Was it signed with that key? */
bool ac_audit_head_is_of(ac_vault *vault, const ac_audit_head *h, const ac_sign_public *key);

/** Does the log have that record? errors  AC_ECONFLICT (it ends before, or another one has that number); those of the
 * store */
AC_NODISCARD ac_rc ac_audit_head_check(ac_store *store, const ac_audit_head *h, ac_err *err);

#endif
