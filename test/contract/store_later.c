/* What is begun and told later; what has to be there for a commit. */
#include "contract/store_contract.h"

#include <stdatomic.h>
#include <time.h>

#define CASE(name) void ac_store_case_##name(const ac_store_maker *m)
#define ROOM()     AC_AUTO(ac_store_room) r = ac_store_room_of(m)

enum { NOW = AC_CONTRACT_NOW, MANY = 40, THREADS = 4 };

typedef struct {
    ac_later later; /* first */
    ac_store *s;
    atomic_int *left;
    ac_change changes[2];
    ac_commit commit;
    ac_lease lease;
    ac_arena *arena;
} begun;

static void told(ac_later *l)
{
    begun *b = (begun *)l;
    atomic_fetch_sub(b->left, 1);
}

static void wait_for_all(atomic_int *left)
{
    while (atomic_load(left) > 0)
        (void)nanosleep(&(struct timespec) { .tv_nsec = 100000 }, NULL);
}

static void begin_put(begun *b, ac_store *s, ac_id id, atomic_int *left)
{
    *b = (begun) { .later.done = told, .s = s, .left = left };
    b->changes[0] =
        (ac_change) { .kind = AC_CHANGE_JOB_PUT,
                      .job = { .id.v = id, .tenant = ac_contract_tenant(1), .attempts_max = 3, .input = AC_SV("in") } };
    b->changes[1] = (ac_change) { .kind = AC_CHANGE_AUDIT, .audit = { .action = AC_AUDIT_CREATE, .object = id } };
    b->commit = (ac_commit) { .changes = b->changes, .n = 2, .now_ms = NOW };
    atomic_fetch_add(left, 1);
    CHECK(ac_store_commit_later(s, &b->commit, &b->later, NULL) == AC_OK);
}

CASE(what_is_begun_is_told_once)
{
    ROOM();
    static begun all[MANY];
    atomic_int left = 0;
    for (size_t i = 0; i < MANY; i++) /* each fourth takes an id that is taken */
        begin_put(&all[i], r.s, ac_contract_id(i % 4 == 3 ? 1 : i + 1), &left);
    wait_for_all(&left);
    size_t done = 0;
    for (size_t i = 0; i < MANY; i++) {
        done += all[i].later.rc == AC_OK;
        CHECK(all[i].later.rc == AC_OK || ((i % 4 == 3 || i == 0) && all[i].later.rc == AC_ECONFLICT));
        CHECK(i % 4 == 3 || ac_sv_eq(ac_store_see(&r, all[i].changes[0].job.id).input, AC_SV("in")));
    }
    CHECK(atomic_load(&left) == 0 && done == MANY * 3 / 4 && ac_store_audit_good(&r, done));
}

CASE(what_is_begun_is_done_before_the_end)
{
    ROOM();
    static begun all[MANY];
    atomic_int left = 0;
    for (size_t i = 0; i < MANY; i++)
        begin_put(&all[i], r.s, ac_contract_id(i + 1), &left);
    ac_store_room_reopen(&r);
    CHECK(atomic_load(&left) == 0);
    for (size_t i = 0; i < MANY; i++)
        CHECK(all[i].later.rc == AC_OK && ac_store_see(&r, all[i].changes[0].job.id).state == AC_JOB_QUEUED);
}

/* The end of a job, begun when it was told that the job is leased. */
static void end_of(ac_later *l)
{
    begun *b = (begun *)l;
    CHECK(l->rc == AC_OK);
    if (l->leased.n) {
        const ac_job *job = &l->leased.at[0];
        CHECK(ac_sv_eq(job->input, AC_SV("in")));
        b->changes[0] = (ac_change) { .kind = AC_CHANGE_JOB_END,
                                      .job = { .id = job->id, .token = job->token, .state = AC_JOB_COMPLETED } };
        b->commit = (ac_commit) { .changes = b->changes, .n = 1, .now_ms = NOW };
        l->leased.n = 0;
        CHECK(ac_store_commit_later(b->s, &b->commit, l, NULL) == AC_OK);
        return;
    }
    atomic_fetch_sub(b->left, 1);
}

CASE(a_lease_that_is_begun_is_told)
{
    ROOM();
    static begun all[MANY];
    atomic_int left = MANY;
    for (size_t i = 0; i < MANY - 1; i++) /* for the last one there is none */
        (void)ac_store_put_job(&r, NOW, (ac_job) { .input = AC_SV("in") });
    for (size_t i = 0; i < MANY; i++) {
        begun *b = &all[i];
        *b = (begun) { .later.done = end_of, .s = r.s, .left = &left, .arena = ac_arena_new(1 << 20) };
        b->lease = (ac_lease) { .now_ms = NOW, .lease_ms = 1000, .kinds = 1u << AC_JOB_PROCESS, .max = 1 };
        CHECK(ac_store_lease_later(r.s, &b->lease, b->arena, &b->later, NULL) == AC_OK);
    }
    wait_for_all(&left);
    ac_store_counts counts;
    CHECK(ac_store_counted(r.s, &counts, NULL) == AC_OK && counts.jobs[0][AC_JOB_COMPLETED] == MANY - 1);
    for (size_t i = 0; i < MANY; i++)
        ac_arena_free(all[i].arena);
}

/* ---- what comes back ---- */

static ac_rc give_back(ac_store_room *r, const ac_job *leased)
{
    const ac_change c = { .kind = AC_CHANGE_JOB_RETURN, .job = { .id = leased->id, .token = leased->token } };
    return ac_store_do(r, NOW, &c, 1);
}

CASE(a_job_that_is_returned_was_never_leased)
{
    ROOM();
    const ac_job_id first = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 1, .input = AC_SV("in") });
    (void)ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 1 });
    const ac_job was = ac_store_take(&r, NOW, 1).at[0];
    CHECK(ac_id_eq(was.id.v, first.v) && give_back(&r, &was) == AC_OK && give_back(&r, &was) == AC_ECONFLICT);
    const ac_job now = ac_store_see(&r, first);
    CHECK(now.state == AC_JOB_QUEUED && now.attempt == 0 && now.event == 3 && !now.lease_ms);
    ac_job_list taken = ac_store_take(&r, NOW, 2); /* at its old place, and not alone */
    CHECK(taken.n == 2 && ac_id_eq(taken.at[0].id.v, first.v) && taken.at[0].token > was.token);
    CHECK(ac_store_end(&r, NOW, &was, AC_JOB_COMPLETED) == AC_ECONFLICT);
    const ac_change stop = { .kind = AC_CHANGE_JOB_CANCEL, .job = { .id = first } };
    CHECK(ac_store_do(&r, NOW, &stop, 1) == AC_OK && give_back(&r, &taken.at[0]) == AC_OK);
    CHECK(ac_store_see(&r, first).state == AC_JOB_CANCELLED);
}

/* There is no room for what came of it: the attempt does not count, and is not made again at once. */
CASE(a_job_that_is_returned_for_later_waits)
{
    ROOM();
    const ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 1, .input = AC_SV("in") });
    for (int i = 0; i < 3; i++) {
        const int64_t now = NOW + 100 * i;
        const ac_job was = ac_store_take(&r, now, 1).at[0];
        const ac_change c = {
            .kind = AC_CHANGE_JOB_RETURN,
            .job = { .id = was.id, .token = was.token, .error = AC_EFULL, .run_at_ms = now + 100 }
        };
        CHECK(was.attempt == 1 && ac_store_do(&r, now, &c, 1) == AC_OK);
        const ac_job now_is = ac_store_see(&r, id);
        CHECK(now_is.state == AC_JOB_QUEUED && now_is.attempt == 0 && now_is.error == AC_EFULL);
        CHECK(now_is.run_at_ms == now + 100 && ac_store_take(&r, now + 99, 1).n == 0);
    }
    const ac_job was = ac_store_take(&r, NOW + 300, 1).at[0];
    const ac_change stop = { .kind = AC_CHANGE_JOB_CANCEL, .job = { .id = id } };
    const ac_change c = { .kind = AC_CHANGE_JOB_RETURN,
                          .job = { .id = was.id, .token = was.token, .run_at_ms = NOW + 900 } };
    CHECK(ac_store_do(&r, NOW + 300, &stop, 1) == AC_OK && ac_store_do(&r, NOW + 300, &c, 1) == AC_OK);
    CHECK(ac_store_see(&r, id).state == AC_JOB_CANCELLED);
}

CASE(one_that_was_begun_before_comes_alone)
{
    ROOM();
    for (int i = 0; i < 5; i++)
        (void)ac_store_put_job(&r, NOW, (ac_job) { .priority = i == 2 ? 5 : 4 });
    CHECK(ac_store_take(&r, NOW, 1).n == 1);
    ac_store_room_reopen(&r); /* the one of priority 5 is queued again */
    ac_job_list taken = ac_store_take(&r, NOW, 5);
    CHECK(taken.n == 1 && taken.at[0].attempt == 2);
    CHECK(ac_store_take(&r, NOW, 2).n == 2);
    ac_store_room_reopen(&r); /* three were begun, and two of them are the oldest of the rest */
    for (int i = 0; i < 3; i++)
        CHECK(ac_store_take(&r, NOW, 5).n == 1);
    CHECK(ac_store_take(&r, NOW, 5).n == 2);
}

/* ---- what has to be there ---- */

static ac_stored patient_of(ac_id id, ac_tenant_id tenant)
{
    return (ac_stored) { .kind = AC_ITEM_PATIENT, .id = id, .tenant = tenant, .key = ac_contract_id(7) };
}

CASE(what_is_needed_is_there)
{
    ROOM();
    const ac_id id = ac_store_next_id(&r), job = ac_store_next_id(&r);
    const ac_change changes[] = {
        { .kind = AC_CHANGE_ITEM_NEED, .item = { .kind = AC_ITEM_PATIENT, .id = id } },
        { .kind = AC_CHANGE_JOB_PUT, .job = { .id.v = job, .patient.v = id, .tenant = ac_contract_tenant(1) } },
    };
    CHECK(ac_store_do(&r, NOW, changes, 2) == AC_ENOTFOUND && ac_id_none(ac_store_see(&r, (ac_job_id) { job }).id.v));
    CHECK(ac_store_put_item(&r, (ac_stored) { .kind = AC_ITEM_DOCUMENT, .id = id }) == AC_OK);
    CHECK(ac_store_do(&r, NOW, changes, 2) == AC_ENOTFOUND); /* of another kind */
    CHECK(ac_store_put_item(&r, patient_of(id, ac_contract_tenant(1))) == AC_OK);
    CHECK(ac_store_do(&r, NOW, changes, 2) == AC_OK && ac_store_see(&r, (ac_job_id) { job }).state == AC_JOB_QUEUED);
}

CASE(what_has_to_be_idle_is)
{
    ROOM();
    const ac_id doc = ac_store_next_id(&r), patient = ac_store_next_id(&r);
    const ac_change idle[] = { { .kind = AC_CHANGE_ITEM_IDLE, .item = { .kind = AC_ITEM_DOCUMENT, .id = doc } },
                               { .kind = AC_CHANGE_ITEM_IDLE, .item = { .kind = AC_ITEM_PATIENT, .id = patient } },
                               { .kind = AC_CHANGE_ITEM_IDLE, .item = { .kind = AC_ITEM_WEBHOOK, .id = doc } } };
    (void)ac_store_put_job(&r, NOW, (ac_job) { .kind = AC_JOB_WEBHOOK, .document = doc, .patient.v = patient });
    CHECK(ac_store_do(&r, NOW, idle, 2) == AC_OK); /* telling somebody needs neither */
    CHECK(ac_store_do(&r, NOW, &idle[2], 1) == AC_EINPUT);
    (void)ac_store_take(&r, NOW, 1);
    const ac_job of = { .document = doc, .patient.v = patient, .attempts_max = 1, .run_at_ms = NOW + 1000 };
    (void)ac_store_put_job(&r, NOW, of);
    const ac_change removed[] = { idle[0], { .kind = AC_CHANGE_AUDIT } };
    CHECK(ac_store_do(&r, NOW, removed, 2) == AC_ECONFLICT && ac_store_do(&r, NOW, &idle[1], 1) == AC_ECONFLICT);
    CHECK(ac_store_audit_good(&r, 0)); /* nothing was done */
    CHECK(ac_store_sweep(r.s, NOW + 1000, &(ac_swept) { 0 }, NULL) == AC_OK);
    const ac_job_list taken = ac_store_take(&r, NOW + 1000, 1);
    CHECK(ac_store_do(&r, NOW, &idle[0], 1) == AC_ECONFLICT && ac_store_do(&r, NOW, &idle[1], 1) == AC_ECONFLICT);
    CHECK(ac_store_end(&r, NOW + 1000, &taken.at[0], AC_JOB_COMPLETED) == AC_OK);
    CHECK(ac_store_do(&r, NOW, idle, 2) == AC_OK);
}

typedef struct {
    ac_store_room *room;
    ac_id patient;
    atomic_uint_fast64_t ids;
} leaving;

static void submit_or_shred(void *context, size_t i)
{
    leaving *l = context;
    const ac_change gone = { .kind = AC_CHANGE_SHRED, .item = { .kind = AC_ITEM_PATIENT, .id = l->patient } };
    for (size_t k = 0; k < MANY; k++) {
        const ac_change changes[] = {
            { .kind = AC_CHANGE_ITEM_NEED, .item = gone.item },
            { .kind = AC_CHANGE_JOB_PUT,
              .job = { .id.v = ac_contract_id(atomic_fetch_add(&l->ids, 1)), .patient.v = l->patient } },
        };
        const ac_rc rc = i == 0 && k == 2 ? ac_store_do(l->room, NOW, &gone, 1) : ac_store_do(l->room, NOW, changes, 2);
        CHECK(rc == AC_OK || rc == AC_ENOTFOUND);
    }
}

CASE(nobody_gets_a_job_after_he_was_shredded)
{
    ROOM();
    for (int round = 0; round < 5; round++) {
        leaving l = { .room = &r, .patient = ac_store_next_id(&r) };
        ac_job_list jobs = { 0 };
        atomic_store(&l.ids, (uint64_t)(round + 1) * 100000);
        CHECK(ac_store_put_item(&r, patient_of(l.patient, ac_contract_tenant(1))) == AC_OK);
        ac_contract_threads(THREADS, submit_or_shred, &l);
        const ac_job_query his = { .patient.v = l.patient, .max = AC_LIST_MAX };
        CHECK(ac_store_jobs(r.s, &his, r.a, &jobs, NULL) == AC_OK && jobs.n == 0);
    }
}
