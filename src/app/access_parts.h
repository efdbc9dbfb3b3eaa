/** What the files of access share. */
#ifndef AC_APP_ACCESS_PARTS_H
#define AC_APP_ACCESS_PARTS_H

#include "app/access.h"
#include "base/spin.h"
#include "core/id_json.h"

enum { AC_KNOWN_KEYS = 256, AC_KNOWN_MS = 5000 };

/* A key that was looked up a moment ago. */
typedef struct {
    ac_id id;
    ac_lookup secret;
    ac_principal who;
    int64_t checked_ms, used_ms, written_ms;
} ac_known_key;

struct ac_access {
    ac_access_options o;
    ac_spin lock;        /* of all below: held for a copy */
    ac_tenant_id tenant; /* the one asked for last, */
    ac_id tenant_key;    /* and its key */
    ac_known_key known[AC_KNOWN_KEYS];
};

/** The key of the vault that seals what belongs to a tenant and to no patient. */
AC_NODISCARD ac_rc ac_access_tenant_key(ac_access *a, ac_tenant_id tenant, ac_id *out, ac_err *err);

/** Has he broken the glass for that patient, and does it still hold? */
AC_NODISCARD ac_rc ac_glass_is_open(ac_access *a, const ac_principal *p, ac_patient_id patient, bool *open,
                                    ac_err *err);

#endif
