/** Use cases of tenants: several organisations on one server, of which none knows of another. The first one is the
 * host: its administrators add the others and disable them. Each has a key of its own, under the master key, and it can
 * be changed while the server runs. Any thread. */
#ifndef AC_APP_TENANTS_H
#define AC_APP_TENANTS_H

#include "app/access.h"

enum { AC_TENANT_NAME_MAX = 100 };

typedef struct {
    ac_tenant_id id;
    ac_sv name;
    bool host, disabled;
    bool rotating; /* keys are still sealed with a key of before */
    int64_t created_ms;
} ac_tenant_info;
typedef AC_VEC(ac_tenant_info) ac_tenant_infos;

/** A tenant and the key of its first administrator, both or none. text: what that key's holder says, kept nowhere.
 *  errors  AC_EINPUT (name) */
AC_NODISCARD ac_rc ac_tenants_add(ac_access *a, const ac_principal *by, ac_sv name, char text[AC_KEY_TEXT],
                                  ac_arena *arena, ac_tenant_info *out, ac_err *err);

/** His own, or any if he has the scope for tenants. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_tenants_get(ac_access *a, const ac_principal *by, ac_tenant_id id, ac_arena *arena,
                                  ac_tenant_info *out, ac_err *err);
AC_NODISCARD ac_rc ac_tenants_list(ac_access *a, const ac_principal *by, ac_id before, size_t max, ac_arena *arena,
                                   ac_tenant_infos *out, ac_err *err);

/** Its keys open nothing while it is disabled; what it has submitted is worked on, and nothing is removed.
 *  errors  AC_ENOTFOUND, AC_ECONFLICT (the host) */
AC_NODISCARD ac_rc ac_tenants_disable(ac_access *a, const ac_principal *by, ac_tenant_id id, bool disabled,
                                      ac_err *err);

/** Give it another key. New patients come under it at once; ac_tenants_keep brings the others there, and then removes
 * the old one. errors  as ac_tenants_get; AC_ECONFLICT: the rotation before has not ended */
AC_NODISCARD ac_rc ac_tenants_rotate(ac_access *a, const ac_principal *by, ac_tenant_id id, ac_err *err);

/** Go on with rotations for about so long; it may be cut off at any moment. To be called now and then.
 *  errors  those of the store: the next time is soon enough */
AC_NODISCARD ac_rc ac_tenants_keep(ac_access *a, int64_t ms, ac_err *err);

#endif
