/** What the files of the vault share: vault.c, and vault_rotate.c with the change of the master key. */
#ifndef AC_APP_VAULT_PARTS_H
#define AC_APP_VAULT_PARTS_H

#include "app/keyring.h"
#include "app/vault.h"
#include "base/spin.h"

#define AC_KEY_FIELD AC_SV("key")

struct ac_vault {
    ac_store *store;
    ac_crypto *crypto;
    ac_clock *clock;
    ac_key master;
    ac_key own[AC_VAULT_KEYS];
    int64_t id_ms;     /* of the last id, */
    unsigned id_count; /* and its number within that millisecond */
    ac_spin lock;      /* of the master key, ids and what is below */
    ac_key next;       /* the master key that it will be, while it is changed */
    bool changing;
    size_t roots; /* keys that were sealed with the master key and are not stored yet */
    ac_keyring *ring;
};

ac_key ac_vault_master(ac_vault *v);
void ac_vault_pause(void); /* for others to get on: a millisecond */

/** Seal for a place: an object and a field of it. errors  AC_ENOMEM, AC_ELIMIT (of the arena) */
AC_NODISCARD ac_rc ac_vault_seal_with(ac_vault *v, const ac_key *key, ac_id object, ac_sv field, ac_sv text,
                                      ac_arena *arena, ac_sv *out, ac_err *err);
/** A stored key, with the one that seals it. errors  AC_EIO: it is another one, or it was damaged */
AC_NODISCARD ac_rc ac_vault_open_key(ac_vault *v, const ac_key *parent, const ac_stored *item, ac_key *out,
                                     ac_err *err);

#endif
