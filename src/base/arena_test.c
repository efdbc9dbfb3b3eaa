#include "base/arena.h"

#include "kit/test.h"

#include <stdint.h>

typedef struct {
    int *at;
    size_t n, cap;
} ints;

AC_TEST(arena, is_zeroed_aligned_and_bounded)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1000);
    unsigned char *p = ac_arena_alloc(a, 100);
    CHECK(p && (uintptr_t)p % 16 == 0 && p[0] == 0 && p[99] == 0);
    CHECK(ac_arena_alloc(a, 1000) == NULL && ac_arena_alloc(a, SIZE_MAX) == NULL);
    CHECK(ac_arena_alloc(a, 500) != NULL && ac_arena_used(a) <= 1000);
}

AC_TEST(arena, reset_wipes_and_starts_again)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (int round = 0; round < 3; round++) {
        unsigned char *big = ac_arena_alloc(a, 200000), *small = ac_arena_alloc(a, 64);
        CHECK(big && small && big[0] == 0 && small[0] == 0 && small[63] == 0);
        big[0] = small[0] = small[63] = 0xFF;
        ac_arena_reset(a);
        CHECK(ac_arena_used(a) == 0);
    }
    AC_AUTO_PTR(ac_arena) fresh = ac_arena_new(16);
    ac_arena_reset(fresh);
    CHECK(ac_arena_alloc(fresh, 16) != NULL);
}

AC_TEST(arena, scratch_is_wiped_and_handed_back)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_arena_back(a, ac_arena_here(a)); /* nothing yet */
    unsigned char *kept = ac_arena_alloc(a, 100);
    size_t used = ac_arena_used(a);
    ac_arena_mark here = ac_arena_here(a);
    unsigned char *scratch = ac_arena_alloc(a, 5000);
    CHECK(kept && scratch);
    kept[0] = scratch[0] = scratch[4999] = 0xFF;
    ac_arena_back(a, here);
    CHECK(ac_arena_used(a) == used && kept[0] == 0xFF);
    unsigned char *again = ac_arena_alloc(a, 5000);
    CHECK(again == scratch && again[0] == 0 && again[4999] == 0);
    CHECK(ac_arena_alloc(a, 200000)); /* a block of its own: what lies in it stays */
    ac_arena_back(a, here);
    CHECK(ac_arena_used(a) > 200000);
}

AC_TEST(arena, the_next_turn_finds_room_for_as_much_in_one_block)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (int turn = 0; turn < 3; turn++) {
        unsigned char *first = ac_arena_alloc(a, 60000), *last = NULL;
        CHECK(first != NULL);
        for (int i = 0; i < 8; i++) {
            last = ac_arena_alloc(a, 60000);
            CHECK(last && last[0] == 0 && last[59999] == 0);
            memset(last, 0xFF, 60000);
        }
        CHECK(turn == 0 || (size_t)(last - first) < 9 * 60032);
        ac_arena_reset(a);
        CHECK(ac_arena_used(a) == 0);
    }
}

AC_TEST(arena, vectors_grow_and_survive_a_full_arena)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1024);
    ints v = { 0 };
    int pushed = 0;
    for (int *slot; (slot = ac_vec_push(&v, a)); pushed++)
        *slot = pushed;
    CHECK(pushed >= 64 && v.n == (size_t)pushed);
    for (int i = 0; i < pushed; i++)
        CHECK(v.at[i] == i);
}

AC_TEST(arena, text)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64);
    CHECK(ac_sv_eq(ac_arena_printf(a, "%d-%s", 7, "x"), AC_SV("7-x")));
    CHECK(ac_sv_eq(ac_arena_copy(a, AC_SV("abc")), AC_SV("abc")));
    CHECK(ac_arena_printf(a, "%0100d", 1).p == NULL && ac_arena_copy(a, (ac_sv) { "x", 1 }).p != NULL);
}

AC_TEST(arena, every_allocation_may_fail)
{
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        if (!a)
            continue;
        void *p = ac_arena_alloc(a, 100), *q = ac_arena_alloc(a, 100000);
        CHECK(!p || p != q);
    }
}
