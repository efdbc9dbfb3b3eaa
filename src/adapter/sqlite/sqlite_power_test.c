/* What was acknowledged is there when the power is back, and nothing by halves; a disk that is full is told. */
#include "adapter/sqlite/sqlite_faulty_testing.h"
#include "adapter/sqlite/sqlite_testing.h"

#include "kit/test.h"

#include <stdatomic.h>

enum { THREADS = 4, EACH = 60, ALL = THREADS * EACH, ROUNDS = 40, OPS = 900 };

typedef struct {
    ac_store *s;
    atomic_bool acknowledged[ALL];
    bool stop_at_failure, leases;
} power;

static ac_job_id job_of(size_t n) { return (ac_job_id) { ac_contract_id(n + 1) }; }

/* Three rows and a record that belong together. */
static ac_rc put(ac_store *s, size_t n, ac_err *err)
{
    static const char input[600] = "input";
    const ac_change changes[] = {
        { .kind = AC_CHANGE_ITEM_PUT, .item = { .kind = AC_ITEM_DOCUMENT, .id = job_of(n).v } },
        { .kind = AC_CHANGE_JOB_PUT, .job = { .id = job_of(n), .attempts_max = 2, .input = { input, sizeof input } } },
        { .kind = AC_CHANGE_AUDIT, .audit = { .object = job_of(n).v } }
    };
    return ac_store_commit(s, &(ac_commit) { .changes = changes, .n = 3, .now_ms = AC_CONTRACT_NOW }, NULL, err);
}

/* Not synchronised by itself: what is acknowledged after it must not hang in the air. */
static void lease_some(ac_store *s, size_t thread)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_job_list taken = { 0 };
    const ac_lease l = { .now_ms = AC_CONTRACT_NOW, .lease_ms = 1000, .kinds = 1, .max = 2 };
    if (thread == 0)
        (void)!ac_store_lease(s, &l, a, &taken, NULL);
}

static void put_many(void *context, size_t thread)
{
    power *p = context;
    for (size_t i = 0; i < EACH; i++) {
        if (p->leases && i % 4 == 3)
            lease_some(p->s, thread);
        const size_t n = thread * EACH + i;
        const ac_rc rc = put(p->s, n, NULL);
        atomic_store(&p->acknowledged[n], rc == AC_OK);
        if (rc != AC_OK && p->stop_at_failure)
            return;
    }
}

/* Of each number all is there or nothing; what was acknowledged is. *n: how many there are. */
static bool whole(ac_store *s, const power *p, uint64_t *n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(16 << 20);
    bool good = true;
    *n = 0;
    for (size_t i = 0; i < ALL && good; i++) {
        ac_job job = { .kind = AC_JOB_PROCESS };
        ac_stored item;
        ac_job_events events = { 0 };
        const ac_rc rc = ac_store_job(s, job_of(i), true, a, &job, NULL);
        good = (rc == AC_OK || (rc == AC_ENOTFOUND && !p->acknowledged[i])) &&
               ac_store_item(s, AC_ITEM_DOCUMENT, job_of(i).v, a, &item, NULL) == rc &&
               ac_store_events(s, job_of(i), 0, 9, a, &events, NULL) == rc &&
               (rc != AC_OK || (job.input.n == 600 && events.n == job.event && (p->leases || events.n == 1)));
        *n += rc == AC_OK;
    }
    return good;
}

static ac_rc open_small_log(const char *vfs, ac_store **out, ac_err *err)
{
    const ac_sqlite_options opt = { .folder = sq_test_folder(),
                                    .chain = ac_contract_chain,
                                    .now_ms = AC_CONTRACT_NOW,
                                    .log_pages = 40, /* so that it is copied often */
                                    .vfs = vfs };
    return ac_sqlite_open(&opt, out, err);
}

static void power_goes(uint64_t seed, size_t *lost)
{
    power p = { .stop_at_failure = true, .leases = seed % 2 };
    ac_store_room again = { .a = ac_arena_new(16 << 20) };
    uint64_t n = 0;
    sq_test_clear(sq_test_folder());
    sq_faulty_begin(seed);
    CHECK(open_small_log(SQ_FAULTY, &p.s, NULL) == AC_OK);
    if (!p.s)
        return;
    sq_faulty_power(1 + seed * 7919 % OPS);
    ac_contract_threads(THREADS, put_many, &p);
    *lost += sq_faulty_met();
    ac_store_free(p.s);
    if (!sq_faulty_met())
        sq_faulty_power(1);
    sq_faulty_back();
    CHECK(open_small_log(NULL, &again.s, NULL) == AC_OK);
    CHECK(again.s && whole(again.s, &p, &n) && ac_store_audit_good(&again, n));
    ac_store_free(again.s);
    ac_arena_free(again.a);
}

AC_TEST(sqlite, nothing_acknowledged_is_lost_with_the_power)
{
    size_t lost = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        power_goes(seed, &lost);
    CHECK(lost > ROUNDS / 2);
    sq_test_clear(sq_test_folder());
}

/* While a store is made, too: it is there or can be made again. */
AC_TEST(sqlite, the_power_may_go_while_it_is_made)
{
    bool met = true;
    for (uint64_t after = 1; met && after < 200; after += 3) {
        ac_store *s = NULL;
        sq_test_clear(sq_test_folder());
        sq_faulty_begin(after);
        sq_faulty_power(after);
        const ac_rc rc = open_small_log(SQ_FAULTY, &s, NULL);
        met = sq_faulty_met();
        CHECK(rc == AC_OK || (rc == AC_EIO && met));
        ac_store_free(s);
        s = NULL;
        sq_faulty_back();
        CHECK(open_small_log(NULL, &s, NULL) == AC_OK && s && put(s, 1, NULL) == AC_OK);
        ac_store_free(s);
    }
    CHECK(!met);
    sq_test_clear(sq_test_folder());
}

AC_TEST(sqlite, a_full_disk_is_told_and_passes)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64 << 20);
    for (uint64_t after = 1; after <= 12; after++) {
        power p = { .stop_at_failure = false };
        ac_err err = { 0 };
        ac_job job;
        uint64_t n = 0;
        sq_test_clear(sq_test_folder());
        sq_faulty_begin(after);
        CHECK(open_small_log(SQ_FAULTY, &p.s, NULL) == AC_OK && p.s);
        if (!p.s)
            return;
        sq_faulty_full(after);
        ac_rc rc = AC_OK;
        for (size_t i = 0; i < EACH && rc == AC_OK; i++) {
            p.acknowledged[n] = (rc = put(p.s, n, &err)) == AC_OK;
            n += rc == AC_OK;
        }
        CHECK(rc == AC_EFULL && strstr(err.text, "full"));
        CHECK(ac_store_job(p.s, job_of(n), true, a, &job, NULL) == AC_ENOTFOUND); /* it can still be read */
        CHECK(n == 0 || ac_store_job(p.s, job_of(0), true, a, &job, NULL) == AC_OK);
        sq_faulty_full(0);
        ac_contract_threads(THREADS, put_many, &p);
        const size_t before = (size_t)n;
        CHECK(whole(p.s, &p, &n) && n == ALL && before <= n);
        CHECK(ac_store_audit_good(&(ac_store_room) { .s = p.s, .a = a }, n)); /* nothing of what was undone counts */
        ac_store_counts counts = { .bytes = 0 };
        CHECK(ac_store_counted(p.s, &counts, NULL) == AC_OK && counts.jobs[0][AC_JOB_QUEUED] == n);
        ac_store_free(p.s);
    }
    sq_test_clear(sq_test_folder());
}
