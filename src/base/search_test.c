#include "base/search.h"

#include "kit/test.h"

AC_TEST(search, any_number_of_elements)
{
    static const int at[] = { 1, 3, 3, 3, 8, 9, 12, 40 };
    for (size_t n = 0; n <= sizeof at / sizeof at[0]; n++)
        for (int x = 0; x < 42; x++) {
            size_t before = 0;
            while (before < n && at[before] < x)
                before++;
            CHECK(AC_COUNT_BEFORE(i, n, at[i] < x) == before);
            CHECK(AC_LAST_BEFORE(i, n, at[i] < x) == (before ? before - 1 : 0));
        }
}
