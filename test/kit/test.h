/** Test kit over cmocka: AC_TEST registers itself, so adding a test is writing it.
 *  CHECK records a failure and goes on, so that cleanup attributes run; the test fails when it returns. */
#ifndef AC_TEST_KIT_H
#define AC_TEST_KIT_H

#include "base/mem.h"

#include <stdint.h>

void ac_test_add(const char *suite, const char *name, void (*run)(void));
void ac_test_check(int ok, const char *expr, const char *file, int line); /* any thread */

#define AC_TEST(suite, name)                                                                                           \
    static void suite##_##name(void);                                                                                  \
    __attribute__((constructor)) static void suite##_##name##_add(void)                                                \
    {                                                                                                                  \
        ac_test_add(#suite, #name, suite##_##name);                                                                    \
    }                                                                                                                  \
    static void suite##_##name(void)

/* For the analyzer a check holds: else it examines what follows once for each way in which those before it fail. */
#ifdef __clang_analyzer__
_Noreturn void ac_test_stop(void);
#define CHECK(expr) ((expr) ? (void)0 : ac_test_stop())
#else
#define CHECK(expr) ac_test_check(!!(expr), #expr, __FILE__, __LINE__)
#endif

/** Run the body again and again, failing allocation 1, 2, 3 ... until none is left to fail. */
#define AC_EACH_OOM(i)                                                                                                 \
    for (long i = 1, fired_ = 1; fired_ && (ac_mem_fail_at(i), 1);                                                     \
         fired_ = ac_mem_fail_left() <= 0, ac_mem_fail_at(0), i++)

#endif
