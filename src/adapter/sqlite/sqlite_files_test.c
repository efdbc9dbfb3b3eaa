#include "adapter/sqlite/sqlite_faulty_testing.h"
#include "adapter/sqlite/sqlite_testing.h"

#include "kit/test.h"

enum { ITEMS = 200, BYTES = 2000, FEW = 16 };

/* Two hundred frames and more. */
static ac_rc put_items(ac_store *s, size_t from)
{
    static const char sealed[BYTES] = "sealed";
    ac_change changes[ITEMS];
    for (size_t i = 0; i < ITEMS; i++)
        changes[i] = (ac_change) {
            .kind = AC_CHANGE_ITEM_PUT,
            .item = { .kind = AC_ITEM_DOCUMENT, .id = ac_contract_id(from + i), .sealed = { sealed, BYTES } }
        };
    return ac_store_commit(s, &(ac_commit) { .changes = changes, .n = ITEMS, .now_ms = AC_CONTRACT_NOW }, NULL, NULL);
}

static ac_rc read_item(ac_store *s, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_stored item;
    return ac_store_item(s, AC_ITEM_DOCUMENT, ac_contract_id(n), a, &item, NULL);
}

static ac_store *open_faulty(void)
{
    ac_store *s = NULL;
    sq_test_clear(sq_test_folder());
    sq_faulty_begin(1);
    CHECK(sq_test_open(sq_test_folder(), SQ_FAULTY, &s, NULL) == AC_OK);
    return s;
}

AC_TEST(sqlite, a_large_transaction_reaches_the_log_in_few_writes)
{
    ac_store *s = open_faulty();
    if (!s)
        return;
    CHECK(put_items(s, 1) == AC_OK);
    const uint64_t before = sq_faulty_ops();
    CHECK(put_items(s, 1 + ITEMS) == AC_OK);
    CHECK(sq_faulty_ops() > before && sq_faulty_ops() - before <= FEW);
    CHECK(read_item(s, 1) == AC_OK && read_item(s, (size_t)2 * ITEMS) == AC_OK);
    ac_store_free(s);
    sq_test_clear(sq_test_folder());
}

/* What a lease changes is seen by readers at once, though nobody waits for the disk. */
AC_TEST(sqlite, what_is_not_synchronised_is_read_all_the_same)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_store *s = open_faulty();
    if (!s)
        return;
    const ac_job_id id = { ac_contract_id(7) };
    const ac_change put = { .kind = AC_CHANGE_JOB_PUT, .job = { .id = id, .attempts_max = 2 } };
    CHECK(ac_store_commit(s, &(ac_commit) { .changes = &put, .n = 1, .now_ms = AC_CONTRACT_NOW }, NULL, NULL) == AC_OK);
    ac_job_list taken = { 0 };
    ac_job job;
    CHECK(ac_store_lease(s, &(ac_lease) { .now_ms = AC_CONTRACT_NOW, .lease_ms = 1000, .kinds = 1, .max = 1 }, a,
                         &taken, NULL) == AC_OK);
    CHECK(taken.n == 1 && ac_store_job(s, id, false, a, &job, NULL) == AC_OK && job.state == AC_JOB_RUNNING);
    ac_store_free(s);
    sq_test_clear(sq_test_folder());
}
