/** Keys, and what is sealed with them: the master key seals the keys of tenants, theirs seal those of patients
 * (envelope encryption). Whoever removes a patient's key has removed all that was sealed with it, wherever copies of it
 * may lie. Any thread. */
#ifndef AC_APP_VAULT_H
#define AC_APP_VAULT_H

#include "port/clock.h"
#include "port/crypto.h"
#include "port/store.h"

typedef struct ac_vault ac_vault;

/* Keys of the server as a whole, made when its folder is new */
#define AC_VAULT_KEY_LIST(X)                                                                                           \
    X(AC_VAULT_AUDIT)  /* chains the audit log */                                                                      \
    X(AC_VAULT_LOOKUP) /* hashes by which rows are found again */                                                      \
    X(AC_VAULT_LOG)    /* pseudonyms in logs and in the audit log */

#define AC_VAULT_KEY_ENUM(id) id,
typedef enum { AC_VAULT_KEY_LIST(AC_VAULT_KEY_ENUM) AC_VAULT_KEYS } ac_vault_key;
#undef AC_VAULT_KEY_ENUM

typedef struct {
    ac_store *store; /* all borrowed */
    ac_crypto *crypto;
    ac_clock *clock;
    const ac_key *master; /* copied; the caller wipes his */
} ac_vault_options;

/** errors  AC_EDENIED: the data was sealed with another master key; those of the store */
AC_NODISCARD ac_rc ac_vault_open(const ac_vault_options *opt, ac_vault **out, ac_err *err);
void ac_vault_free(ac_vault *v); /* wipes; NULL is fine */
static inline void ac_vault_cleanup_ptr(ac_vault **v) { ac_vault_free(*v); }

/** Keyed hash of label and bytes. */
void ac_vault_mac(ac_vault *v, ac_vault_key which, ac_sv label, ac_sv bytes, unsigned char out[AC_MAC_SIZE]);
/** The hash by which a row with this text is found. Never all zero. */
ac_lookup ac_vault_lookup(ac_vault *v, ac_tenant_id tenant, ac_sv label, ac_sv text);
/** As a pseudonym for logs: the first 16 bytes of the hash. */
ac_id ac_vault_pseudonym(ac_vault *v, ac_sv label, ac_sv text);

/** Sign with a key of the installation's own, which comes of the one that chains the audit log.
 *  errors  AC_EINTERNAL: the crypto library refuses */
AC_NODISCARD ac_rc ac_vault_sign(ac_vault *v, ac_sv bytes, unsigned char out[AC_SIGNATURE_BYTES], ac_err *err);
AC_NODISCARD ac_rc ac_vault_sign_public(ac_vault *v, ac_sign_public *out, ac_err *err);
/** Was it signed with the key that belongs to that one? */
bool ac_vault_signed(ac_vault *v, const ac_sign_public *key, ac_sv bytes,
                     const unsigned char signature[AC_SIGNATURE_BYTES]);

ac_id ac_vault_id(ac_vault *v, ac_err *err); /* a new one; none: no random bytes */

/** A new key under parent (none: the master key), as a change to be committed by the caller. It can be used at once,
 * and is kept in memory until ac_vault_stored (it was committed) or ac_vault_forget (it was not). arena   owns what is
 * sealed in put errors  AC_ENOTFOUND (no such parent), those of the store, AC_ENOMEM */
AC_NODISCARD ac_rc ac_vault_make(ac_vault *v, ac_id id, ac_id parent, ac_tenant_id tenant, ac_arena *arena,
                                 ac_change *put, ac_err *err);

/** Seal a key with another parent, as a change to be committed by the caller. item: as it is stored now
 *  errors  AC_EIO (it does not open), those of the store */
AC_NODISCARD ac_rc ac_vault_rewrap(ac_vault *v, const ac_stored *item, ac_id parent, ac_arena *arena, ac_change *out,
                                   ac_err *err);

/** Seal text with a key; it opens only for the same object and field.
 *  errors  AC_ENOTFOUND (no such key: its patient is gone), those of the store, AC_ENOMEM */
AC_NODISCARD ac_rc ac_vault_seal(ac_vault *v, ac_id key, ac_id object, ac_sv field, ac_sv text, ac_arena *arena,
                                 ac_sv *out, ac_err *err);

/** errors  AC_ENOTFOUND (as above), AC_EIO (it does not open: damaged, or not of this object), AC_ELIMIT (more than max
 * bytes) */
AC_NODISCARD ac_rc ac_vault_unseal(ac_vault *v, ac_id key, ac_id object, ac_sv field, ac_sv sealed, size_t max,
                                   ac_arena *arena, ac_sv *out, ac_err *err);

/** A keyed hash with a key of the vault itself: what has to be the same for one patient and differ for others. */
AC_NODISCARD ac_rc ac_vault_derive(ac_vault *v, ac_id key, ac_sv purpose, ac_key *out, ac_err *err);

/** A new key was committed. */
void ac_vault_stored(ac_vault *v, ac_id key);
/** The key must not stay in memory: it was removed, or never stored. */
void ac_vault_forget(ac_vault *v, ac_id key);

/** Seal all keys that the master key seals with another one, in one transaction. The old one opens nothing afterwards.
 *  n  how many, may be NULL */
AC_NODISCARD ac_rc ac_vault_rotate(ac_vault *v, const ac_key *master, const ac_audit_record *audit, size_t *n,
                                   ac_err *err);

/** For the store: v is an ac_vault **, so that it can be opened after the store. Before that there is nothing to chain.
 */
void ac_vault_chain(void *v, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC]);

#endif
