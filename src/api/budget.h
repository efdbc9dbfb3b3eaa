/** How much one request may take, by the role of who makes it: bytes of its body, and time. Pure. */
#ifndef AC_API_BUDGET_H
#define AC_API_BUDGET_H

#include "app/access.h"

/*    role                 bytes of a body  of an upload  seconds  of an upload */
#define AC_BUDGET_LIST(X)                                                                                              \
    X(AC_ROLE_ADMIN, 64 << 20, (uint64_t)8 << 30, 300, 6 * 3600)                                                       \
    X(AC_ROLE_CLINICIAN, 8 << 20, (uint64_t)1 << 30, 60, 3600)                                                         \
    X(AC_ROLE_INTEGRATOR, 64 << 20, (uint64_t)8 << 30, 300, 6 * 3600)                                                  \
    X(AC_ROLE_RESEARCHER, 4 << 20, (uint64_t)256 << 20, 60, 3600)                                                      \
    X(AC_ROLE_AUDITOR, 64 << 10, 64 << 10, 60, 60)

typedef struct {
    uint64_t bytes, upload_bytes;
    uint32_t seconds, upload_seconds; /* from its headers to what it asks for; 0: no limit */
} ac_budget;

typedef struct {
    ac_budget of[AC_ROLES];
} ac_budgets;

ac_budgets ac_budgets_default(void);

/** Change what a table says: a line for each role, its name and four numbers in the order above, parted by blanks;
 * lines that are empty or begin with # say nothing. errors  AC_EINPUT, with the number of the line */
AC_NODISCARD ac_rc ac_budgets_read(ac_sv text, ac_budgets *budgets, ac_err *err);

/** The smallest body that somebody may not send. */
uint64_t ac_budgets_least(const ac_budgets *b);

#endif
