/* What many threads do at once. */
#include "contract/store_contract.h"

#include <stdatomic.h>

#define CASE(name) void ac_store_case_##name(const ac_store_maker *m)
#define ROOM()     AC_AUTO(ac_store_room) r = ac_store_room_of(m)

enum { NOW = AC_CONTRACT_NOW, THREADS = 8, JOBS = 200 };

typedef struct {
    ac_store_room *room;
    atomic_size_t won, lost, other, seen[JOBS + 1];
    ac_job job;
    atomic_bool flag;
} racing;

static void note(racing *race, ac_rc rc)
{
    atomic_fetch_add(rc == AC_OK ? &race->won : rc == AC_ECONFLICT ? &race->lost : &race->other, 1);
}

/* Takes jobs until there are none, and ends each. */
static void worker(void *context, size_t i)
{
    racing *race = context;
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    (void)i;
    for (;;) {
        ac_job_list taken = { 0 };
        const ac_lease l = { .now_ms = NOW, .lease_ms = 1000, .kinds = UINT32_MAX, .max = 3 };
        CHECK(ac_store_lease(race->room->s, &l, a, &taken, NULL) == AC_OK);
        if (!taken.n)
            return;
        for (size_t k = 0; k < taken.n; k++) {
            atomic_fetch_add(&race->seen[taken.at[k].total % (JOBS + 1)], 1);
            note(race, ac_store_end(race->room, NOW, &taken.at[k], AC_JOB_COMPLETED));
        }
    }
}

CASE(a_job_is_leased_once_by_many_threads)
{
    ROOM();
    racing race = { .room = &r };
    for (uint32_t i = 1; i <= JOBS; i++)
        (void)ac_store_put_job(&r, NOW,
                               (ac_job) { .total = i, .priority = 4, .tenant = ac_contract_tenant(i % 3 + 1) });
    ac_contract_threads(THREADS, worker, &race);
    CHECK(race.won == JOBS && race.lost == 0 && race.other == 0 && race.seen[0] == 0);
    for (size_t i = 1; i <= JOBS; i++)
        CHECK(race.seen[i] == 1);
}

static void ender(void *context, size_t i)
{
    racing *race = context;
    note(race, ac_store_end(race->room, NOW, &race->job, i % 2 ? AC_JOB_COMPLETED : AC_JOB_FAILED));
}

CASE(one_of_racing_ends_wins)
{
    ROOM();
    for (int round = 0; round < 10; round++) {
        racing race = { .room = &r };
        ac_job_events events = { 0 };
        (void)ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
        ac_job_list taken = ac_store_take(&r, NOW, 1);
        CHECK(taken.n == 1);
        race.job = taken.at[0];
        ac_contract_threads(THREADS, ender, &race);
        CHECK(race.won == 1 && race.lost == THREADS - 1 && race.other == 0);
        CHECK(ac_store_events(r.s, race.job.id, 0, 100, r.a, &events, NULL) == AC_OK && events.n == 3);
    }
}

static void requester(void *context, size_t i)
{
    racing *race = context;
    ac_committed did = { 0 };
    const ac_id id = ac_contract_id(1000 + i);
    const ac_change put = { .kind = AC_CHANGE_JOB_PUT, .job = { .id.v = id, .attempts_max = 1 } };
    const ac_commit c = {
        .changes = &put,
        .n = 1,
        .now_ms = NOW,
        .once = { .key = ac_contract_lookup(1), .body = ac_contract_lookup(2), .outcome = id, .forget_ms = NOW + 9 }
    };
    const ac_rc rc = ac_store_commit(race->room->s, &c, &did, NULL);
    atomic_fetch_add(rc != AC_OK ? &race->other : did.replayed ? &race->lost : &race->won, 1);
    atomic_fetch_add(&race->seen[did.replayed ? did.outcome.b[15] % JOBS : id.b[15] % JOBS], 1);
}

CASE(one_of_racing_requests_is_done)
{
    ROOM();
    racing race = { .room = &r };
    ac_store_counts counts = { .bytes = 0 };
    ac_contract_threads(THREADS, requester, &race);
    CHECK(race.won == 1 && race.lost == THREADS - 1 && race.other == 0);
    CHECK(ac_store_counted(r.s, &counts, NULL) == AC_OK && counts.jobs[0][AC_JOB_QUEUED] == 1);
    size_t told = 0; /* all were told the same job */
    for (size_t i = 0; i < JOBS; i++)
        told += race.seen[i] == THREADS;
    CHECK(told == 1);
}

static void canceller(void *context, size_t i)
{
    racing *race = context;
    const ac_change cancel = { .kind = AC_CHANGE_JOB_CANCEL, .job = { .id = race->job.id } };
    if (i)
        note(race, ac_store_do(race->room, NOW, &cancel, 1));
    else
        atomic_store(&race->flag, ac_store_end(race->room, NOW, &race->job, AC_JOB_QUEUED) == AC_OK);
}

/* Whoever is first: who asked for it to stop and was told "yes" never sees it run again. */
CASE(a_cancel_that_races_an_end_is_seen_or_too_late)
{
    ROOM();
    for (int round = 0; round < 20; round++) {
        racing race = { .room = &r };
        (void)ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
        ac_job_list taken = ac_store_take(&r, NOW, 1);
        CHECK(taken.n == 1);
        race.job = taken.at[0];
        ac_contract_threads(3, canceller, &race);
        CHECK(race.flag && race.won >= 1 && race.other == 0);
        CHECK(ac_store_see(&r, race.job.id).state == AC_JOB_CANCELLED && ac_store_take(&r, NOW, 1).n == 0);
    }
}

static void auditor(void *context, size_t i)
{
    racing *race = context;
    for (uint64_t k = 0; k < 40; k++) {
        const ac_change both[] = {
            { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = ac_contract_tenant(i), .detail = k } },
            { .kind = AC_CHANGE_ITEM_PUT, /* every fourth is there already: its record goes with it */
              .item = { .kind = AC_ITEM_WEBHOOK, .id = ac_contract_id(1000 * (i + 1) + (k % 4 == 3 ? k - 1 : k)) } }
        };
        note(race, ac_store_do(race->room, NOW, both, 2));
    }
}

CASE(audit_numbers_have_no_gaps_under_threads)
{
    ROOM();
    racing race = { .room = &r };
    ac_audit_records page = { 0 };
    ac_contract_threads(THREADS, auditor, &race);
    CHECK(race.won == THREADS * 30 && race.lost == THREADS * 10 && race.other == 0);
    CHECK(ac_store_audit_good(&r, THREADS * 30));
    CHECK(ac_store_audit(r.s, &(ac_audit_query) { .tenant = ac_contract_tenant(3), .max = 100 }, r.a, &page, NULL) ==
          AC_OK);
    CHECK(page.n == 30);
    for (size_t i = 1; i < page.n; i++)
        CHECK(page.at[i].detail > page.at[i - 1].detail); /* one thread's records in its order */
}

static void reader(void *context, size_t i)
{
    racing *race = context;
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (uint64_t k = 0; k < 50; k++) {
        const ac_stored item = { .kind = AC_ITEM_KEY, .id = ac_contract_id(1000 * (i + 1) + k), .sealed = AC_SV("x") };
        ac_stored got;
        CHECK(ac_store_put_item(race->room, item) == AC_OK);
        CHECK(ac_store_item(race->room->s, AC_ITEM_KEY, item.id, a, &got, NULL) == AC_OK);
        ac_arena_reset(a);
    }
}

CASE(who_committed_sees_it)
{
    ROOM();
    racing race = { .room = &r };
    ac_contract_threads(THREADS, reader, &race);
}
