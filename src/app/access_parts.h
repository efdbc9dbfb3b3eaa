/** What the files of access share. */
#ifndef AC_APP_ACCESS_PARTS_H
#define AC_APP_ACCESS_PARTS_H

#include "app/access.h"
#include "base/spin.h"
#include "core/id_json.h"

#include <stdatomic.h>

enum { AC_KNOWN_KEYS = 256, AC_KNOWN_TENANTS = 64, AC_KNOWN_MS = 5000, AC_RETIRING_MAX = 4 };

/* A key that was looked up a moment ago. */
typedef struct {
    ac_id id;
    ac_lookup secret;
    ac_principal who;
    int64_t checked_ms, used_ms, written_ms;
} ac_known_key;

/* A tenant without its name. */
typedef struct {
    ac_tenant_id id;
    ac_id above; /* the tenant's key, which the master key seals: it seals the keys of patients, and */
    ac_id own;   /* the one that seals what belongs to the tenant and to no patient */
    bool host, disabled;
    size_t n_retiring;
    ac_id retiring[AC_RETIRING_MAX]; /* tenant's keys of before, as long as they seal something */
    int64_t created_ms, checked_ms;
    ac_retention rules;
} ac_known_tenant;

struct ac_access {
    ac_access_options o;
    _Atomic bool rotating; /* a tenant may have a key that retires */
    ac_spin lock;          /* of all below: held for a copy */
    ac_known_tenant tenants[AC_KNOWN_TENANTS];
    ac_known_key known[AC_KNOWN_KEYS];
    struct ac_tokens *tokens; /* of an issuer; NULL: none are taken */
};

/** What the reference of a patient is sealed and found with. */
#define AC_PATIENT_FIELD AC_SV("patient")

/** What is known of a tenant; read when it was not lately. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_tenant_known(ac_access *a, ac_tenant_id id, ac_known_tenant *out, ac_err *err);
void ac_tenant_remember(ac_access *a, const ac_known_tenant *t);
void ac_tenant_forget(ac_access *a, ac_tenant_id id); /* it has been changed */

/** The key of the vault that seals what belongs to a tenant and to no patient. */
AC_NODISCARD ac_rc ac_access_tenant_key(ac_access *a, ac_tenant_id tenant, ac_id *out, ac_err *err);

/** One of a tenant's, as it is stored. Name and rules are the arena's. */
typedef struct {
    ac_stored row;
    ac_known_tenant known;
    ac_sv name;
} ac_tenant_row;
AC_NODISCARD ac_rc ac_tenant_load(ac_access *a, ac_tenant_id id, ac_arena *arena, ac_tenant_row *out, ac_err *err);
AC_NODISCARD ac_rc ac_tenant_open(ac_access *a, const ac_stored *item, ac_arena *arena, ac_tenant_row *out,
                                  ac_err *err);
/** Seal it as it is now: a change to be committed. */
AC_NODISCARD ac_rc ac_tenant_seal(ac_access *a, ac_tenant_row *t, ac_arena *arena, ac_change *out, ac_err *err);

/** A key to be committed, and what its holder says. by: who asks for it; NULL: nobody who may ask again */
AC_NODISCARD ac_rc ac_key_prepare(ac_access *a, const ac_principal *by, const ac_known_tenant *t, const ac_key_grant *g,
                                  ac_arena *arena, char text[AC_KEY_TEXT], ac_change *put, ac_err *err);

/** A key that the same request made before: its row, and what its holder says. errors  AC_ENOTFOUND: it was revoked */
AC_NODISCARD ac_rc ac_key_again(ac_access *a, const ac_principal *by, ac_id id, ac_arena *arena, ac_stored *out,
                                char text[AC_KEY_TEXT], ac_err *err);

/** Keys of a tenant are nobody's from now on, until they are looked up again. */
void ac_keys_forget(ac_access *a, ac_tenant_id tenant);

/** Has he broken the glass for that patient, and does it still hold? */
AC_NODISCARD ac_rc ac_glass_is_open(ac_access *a, const ac_principal *p, ac_patient_id patient, bool *open,
                                    ac_err *err);

#endif
