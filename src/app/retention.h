/** How long a tenant's data is kept, by rules of its own. What is on hold stays whatever they say. */
#ifndef AC_APP_RETENTION_H
#define AC_APP_RETENTION_H

#include "app/service.h"

/** What rules would remove, or have removed. */
typedef struct {
    uint64_t n[AC_RULES]; /* of AC_RULE_EVENTS: jobs whose events go; of AC_RULE_IDEMPOTENCY: not counted */
    uint64_t held;        /* would go, but is on hold */
    bool more;            /* it was too much to be looked at as a whole: these are the oldest of what there is */
} ac_retention_counts;

/** Of his own tenant. */
AC_NODISCARD ac_rc ac_retention_get(ac_service *s, const ac_principal *who, ac_retention *out, ac_err *err);

/** errors  AC_EINPUT (days), AC_ECONFLICT (somebody else changed the tenant meanwhile) */
AC_NODISCARD ac_rc ac_retention_set(ac_service *s, const ac_principal *who, const ac_retention *rules, ac_err *err);

/** What would these rules remove now? Nothing is. */
AC_NODISCARD ac_rc ac_retention_count(ac_service *s, const ac_principal *who, const ac_retention *rules,
                                      ac_retention_counts *out, ac_err *err);

/** Remove what was kept long enough, of all tenants, for about so long; it goes on where it was. To be called every
 * second or so, by one thread: it begins again each hour, and when rules were changed.
 *  errors  those of the store: the next time is soon enough */
AC_NODISCARD ac_rc ac_retention_keep(ac_service *s, int64_t ms, ac_err *err);

#endif
