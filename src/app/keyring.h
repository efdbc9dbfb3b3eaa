/** Keys in memory: a cache of those that are stored, which may lose any of them, and all that were made and are not
 * stored yet, which are nowhere else. Any thread. */
#ifndef AC_APP_KEYRING_H
#define AC_APP_KEYRING_H

#include "core/id.h"
#include "port/crypto.h"

typedef struct ac_keyring ac_keyring;

/** crypto: to wipe with. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_keyring_new(ac_crypto *crypto, ac_keyring **out, ac_err *err);
void ac_keyring_free(ac_keyring *r); /* NULL is fine */
static inline void ac_keyring_cleanup_ptr(ac_keyring **r) { ac_keyring_free(*r); }

/** A key that is stored. */
void ac_keyring_cache(ac_keyring *r, ac_id id, const ac_key *key);
/** One that is not: kept until ac_keyring_stored or ac_keyring_forget. root: it is sealed with the master key.
 *  errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_keyring_keep(ac_keyring *r, ac_id id, const ac_key *key, bool root, ac_err *err);
/** It is stored now. Was it kept, and a root? */
bool ac_keyring_stored(ac_keyring *r, ac_id id);
/** It must not stay in memory. Was it kept, and a root? */
bool ac_keyring_forget(ac_keyring *r, ac_id id);

bool ac_keyring_find(ac_keyring *r, ac_id id, ac_key *out);

#endif
