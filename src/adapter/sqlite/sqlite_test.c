#include "adapter/sqlite/sqlite_store.h"

#include "adapter/sqlite/sqlite_testing.h"

#include "kit/test.h"

static ac_store *open_again(void *context)
{
    ac_store *s = NULL;
    (void)context;
    CHECK(sq_test_open(sq_test_folder(), NULL, &s, NULL) == AC_OK);
    return s;
}

static void forget_all(void *context)
{
    (void)context;
    sq_test_clear(sq_test_folder());
}

static const ac_store_maker maker = { open_again, forget_all, NULL };

#define CASE(name)                                                                                                     \
    AC_TEST(sqlite, name) { ac_store_case_##name(&maker); }
#ifndef __CPPCHECK__ /* which does not look into test/ */
AC_STORE_CONTRACT(CASE)
#endif

__attribute__((destructor)) static void leave(void)
{
    sq_test_clear(sq_test_folder());
    (void)rmdir(sq_test_folder());
}
