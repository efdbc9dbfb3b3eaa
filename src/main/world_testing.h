/** What a server keeps and asks, for tests: the real store with keys and access over it, at a time of the test's own.
 */
#ifndef AC_MAIN_WORLD_TESTING_H
#define AC_MAIN_WORLD_TESTING_H

#include "app/access.h"

#include "adapter/crypto/crypto.h"
#include "adapter/sqlite/sqlite_testing.h"
#include "kit/folder.h"
#include "kit/test.h"

#define AC_TEST_DAY   ((int64_t)24 * 3600 * 1000)
#define AC_TEST_BEGIN ((int64_t)1780000000000)

typedef struct {
    ac_clock clock; /* first */
    int64_t ms;     /* what it tells */
    const char *name;
    ac_crypto *crypto;
    ac_store *store;
    ac_vault *vault;
    ac_access *access;
    ac_arena *arena;
    ac_principal admin; /* of the first tenant, with all scopes */
} ac_test_world;

static inline uint64_t ac_test_ticks(ac_clock *c)
{
    (void)c;
    return 0;
}
static inline int64_t ac_test_now(ac_clock *c) { return ((ac_test_world *)c)->ms; }
static inline ac_date ac_test_today(ac_clock *c)
{
    (void)c;
    return (ac_date) { 2026, 6, 1 };
}

/** name: of its folder, ac_test_folder(name, ""), which is empty now. w stays where it is. */
static inline void ac_test_world_open(ac_test_world *w, const char *name, size_t arena)
{
    static const ac_clock_ops ops = { "test", ac_test_ticks, ac_test_today, ac_test_now };
    const ac_key master = { { 1 } };
    *w = (ac_test_world) { .clock = { &ops }, .ms = AC_TEST_BEGIN, .name = name, .arena = ac_arena_new(arena) };
    ac_test_remove(ac_test_folder(name, ""));
    CHECK(ac_crypto_new(&w->crypto, NULL) == AC_OK);
    CHECK(sq_test_open(ac_test_folder(name, ""), NULL, &w->store, NULL) == AC_OK);
    CHECK(ac_vault_open(&(ac_vault_options) { w->store, w->crypto, &w->clock, &master }, &w->vault, NULL) == AC_OK);
    CHECK(ac_access_new(&(ac_access_options) { w->store, w->vault, w->crypto, &w->clock, AC_TEST_DAY }, &w->access,
                        NULL) == AC_OK);
    CHECK(ac_access_first_tenant(w->access, &w->admin.tenant, NULL) == AC_OK);
    w->admin.kind = AC_ACTOR_KEY;
    w->admin.scopes = AC_SCOPE_ALL;
}

/** After all that is over it. */
static inline void ac_test_world_close(ac_test_world *w)
{
    ac_access_free(w->access);
    ac_store_free(w->store);
    ac_vault_free(w->vault);
    ac_crypto_free(w->crypto);
    ac_arena_free(w->arena);
    ac_test_remove(ac_test_folder(w->name, ""));
}

#endif
