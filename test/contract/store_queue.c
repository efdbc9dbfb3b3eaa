/* Who goes first, what housekeeping does, who is told. */
#include "contract/store_contract.h"

#define CASE(name) void ac_store_case_##name(const ac_store_maker *m)
#define ROOM()     AC_AUTO(ac_store_room) r = ac_store_room_of(m)

enum { NOW = AC_CONTRACT_NOW };

CASE(jobs_of_a_dead_process_are_queued_again)
{
    ROOM();
    ac_job_id again = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 2 });
    ac_job_id over = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 1 });
    CHECK(ac_store_take(&r, NOW, 2).n == 2);
    ac_store_room_reopen(&r);
    CHECK(ac_store_see(&r, again).state == AC_JOB_QUEUED && ac_store_see(&r, again).event == 3);
    CHECK(ac_store_see(&r, over).state == AC_JOB_DEAD);
    ac_job_list taken = ac_store_take(&r, NOW + 1, 2);
    CHECK(taken.n == 1 && taken.at[0].attempt == 2);
}

CASE(what_is_old_is_swept)
{
    ROOM();
    ac_swept swept;
    ac_stored item = { .kind = AC_ITEM_DOCUMENT, .id = ac_store_next_id(&r), .delete_ms = NOW + 100 }, got;
    CHECK(ac_store_put_item(&r, item) == AC_OK);
    item.id = ac_store_next_id(&r);
    item.delete_ms = 0;
    CHECK(ac_store_put_item(&r, item) == AC_OK);
    for (int i = 0; i < 500; i++)
        (void)ac_store_put_job(&r, NOW, (ac_job) { .delete_ms = NOW + 100, .input = AC_SV("in") });
    ac_job_id waits = ac_store_put_job(&r, NOW, (ac_job) { .delete_ms = NOW + 100, .priority = 0 });
    ac_job_list taken = ac_store_take(&r, NOW, 500);
    for (size_t i = 0; i < taken.n; i++)
        CHECK(ac_store_end(&r, NOW, &taken.at[i], AC_JOB_COMPLETED) == AC_OK);
    CHECK(ac_store_sweep(r.s, NOW + 99, &swept, NULL) == AC_OK && swept.deleted == 0 && swept.next_ms == NOW + 100);
    CHECK(ac_store_sweep(r.s, NOW + 100, &swept, NULL) == AC_OK && swept.deleted == 501);
    CHECK(ac_id_none(ac_store_see(&r, taken.at[0].id).id.v));
    CHECK(ac_store_see(&r, waits).state == AC_JOB_QUEUED); /* only what has ended */
    CHECK(ac_store_item(r.s, AC_ITEM_DOCUMENT, item.id, r.a, &got, NULL) == AC_OK);
    CHECK(ac_store_sweep(r.s, NOW + 200, &swept, NULL) == AC_OK && swept.deleted == 0);
}

CASE(jobs_are_counted)
{
    ROOM();
    ac_store_counts counts = { .bytes = 0 };
    CHECK(ac_store_counted(r.s, &counts, NULL) == AC_OK && counts.oldest_ms[0] == 0 && counts.jobs[0][AC_JOB_QUEUED] == 0);
    for (int i = 0; i < 9; i++)
        (void)ac_store_put_job(&r, NOW + i, (ac_job) { .attempts_max = 1 });
    (void)ac_store_put_job(&r, NOW, (ac_job) { .run_at_ms = NOW + 50000 });
    ac_job_list taken = ac_store_take(&r, NOW + 10, 4);
    CHECK(ac_store_end(&r, NOW, &taken.at[0], AC_JOB_COMPLETED) == AC_OK);
    CHECK(ac_store_end(&r, NOW, &taken.at[1], AC_JOB_FAILED) == AC_OK);
    (void)ac_store_put_job(&r, NOW - 5, (ac_job) { .kind = AC_JOB_WEBHOOK });
    CHECK(ac_store_counted(r.s, &counts, NULL) == AC_OK && counts.oldest_ms[0] == NOW + 4 && counts.bytes > 0);
    CHECK(counts.jobs[0][AC_JOB_QUEUED] == 6 && counts.jobs[0][AC_JOB_RUNNING] == 2 && counts.jobs[0][AC_JOB_COMPLETED] == 1);
    CHECK(counts.jobs[AC_JOB_WEBHOOK][AC_JOB_QUEUED] == 1 && counts.oldest_ms[AC_JOB_WEBHOOK] == NOW - 5);
    CHECK(!counts.oldest_ms[AC_JOB_SUMMARY]);
    ac_store_room_reopen(&r);
    const ac_change gone = { .kind = AC_CHANGE_JOB_DELETE, .job = { .id = taken.at[0].id } };
    CHECK(ac_store_do(&r, NOW, &gone, 1) == AC_OK && ac_store_counted(r.s, &counts, NULL) == AC_OK);
    CHECK(counts.jobs[0][AC_JOB_RUNNING] == 0 && counts.jobs[0][AC_JOB_DEAD] == 2 && counts.jobs[0][AC_JOB_COMPLETED] == 0);
}

/* ---- a patient goes ---- */

static ac_stored item_of(ac_store_room *r, ac_item_kind kind, ac_id owner, ac_id key)
{
    const ac_stored item = {
        .kind = kind, .id = ac_store_next_id(r), .owner = owner, .key = key, .sealed = AC_SV("s")
    };
    CHECK(ac_store_put_item(r, item) == AC_OK);
    return item;
}

static bool is_there(ac_store_room *r, const ac_stored *item)
{
    ac_stored got;
    return ac_store_item(r->s, item->kind, item->id, r->a, &got, NULL) == AC_OK;
}

static ac_rc shred(ac_store_room *r, ac_id patient)
{
    const ac_change c = { .kind = AC_CHANGE_SHRED, .item = { .kind = AC_ITEM_PATIENT, .id = patient } };
    return ac_store_do(r, NOW, &c, 1);
}

CASE(a_patient_is_shredded)
{
    ROOM();
    const ac_id none = { { 0 } };
    ac_stored top = item_of(&r, AC_ITEM_KEY, none, none), key = item_of(&r, AC_ITEM_KEY, top.id, top.id);
    ac_stored other_key = item_of(&r, AC_ITEM_KEY, top.id, top.id);
    ac_stored patient = item_of(&r, AC_ITEM_PATIENT, none, key.id);
    ac_stored other = item_of(&r, AC_ITEM_PATIENT, none, other_key.id);
    ac_stored document = item_of(&r, AC_ITEM_DOCUMENT, patient.id, key.id);
    ac_stored others = item_of(&r, AC_ITEM_DOCUMENT, other.id, other_key.id);
    ac_job_id jobs[4];
    for (size_t i = 0; i < 4; i++)
        jobs[i] =
            ac_store_put_job(&r, NOW, (ac_job) { .patient.v = i < 3 ? patient.id : other.id, .input = AC_SV("in") });
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    CHECK(shred(&r, patient.id) == AC_OK);
    CHECK(!is_there(&r, &patient) && !is_there(&r, &key) && !is_there(&r, &document));
    CHECK(is_there(&r, &top) && is_there(&r, &other_key) && is_there(&r, &other) && is_there(&r, &others));
    for (size_t i = 0; i < 3; i++)
        CHECK(ac_id_none(ac_store_see(&r, jobs[i]).id.v));
    CHECK(ac_sv_eq(ac_store_see(&r, jobs[3]).input, AC_SV("in")));
    CHECK(ac_store_end(&r, NOW, &taken.at[0], AC_JOB_COMPLETED) == AC_ECONFLICT); /* its worker is to drop it */
    CHECK(shred(&r, patient.id) == AC_ENOTFOUND && ac_store_take(&r, NOW, 9).n == 1);
}

CASE(a_shred_leaves_the_keys_of_others)
{
    ROOM();
    const ac_id none = { { 0 } };
    ac_stored shared = item_of(&r, AC_ITEM_KEY, none, none), parent = item_of(&r, AC_ITEM_KEY, none, none);
    ac_stored child = item_of(&r, AC_ITEM_KEY, parent.id, parent.id);
    ac_stored one = item_of(&r, AC_ITEM_PATIENT, none, shared.id), two = item_of(&r, AC_ITEM_PATIENT, none, shared.id);
    ac_stored three = item_of(&r, AC_ITEM_PATIENT, none, parent.id);
    CHECK(shred(&r, one.id) == AC_OK && is_there(&r, &shared));
    CHECK(shred(&r, two.id) == AC_OK && !is_there(&r, &shared));
    CHECK(shred(&r, three.id) == AC_OK && is_there(&r, &parent) && is_there(&r, &child));
}

CASE(what_is_on_hold_stays)
{
    ROOM();
    const ac_id none = { { 0 } };
    ac_stored p = item_of(&r, AC_ITEM_PATIENT, none, none), doc = item_of(&r, AC_ITEM_DOCUMENT, p.id, none);
    const ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .patient.v = p.id });
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    ac_job_events events = { 0 };
    ac_job end = { .id = id, .token = taken.at[0].token, .state = AC_JOB_COMPLETED, .delete_ms = NOW + 10 };
    CHECK(ac_store_do(&r, NOW, &(ac_change) { .kind = AC_CHANGE_JOB_END, .job = end }, 1) == AC_OK);
    p.version = 1;
    p.delete_ms = AC_HELD;
    CHECK(ac_store_do(&r, NOW, &(ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = p }, 1) == AC_OK);
    const ac_change doc_gone = { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_DOCUMENT, .id = doc.id } };
    const ac_change job_gone = { .kind = AC_CHANGE_JOB_DELETE, .job.id = id };
    const ac_change quiet = { .kind = AC_CHANGE_JOB_QUIET, .job.id = id };
    CHECK(shred(&r, p.id) == AC_ECONFLICT && ac_store_do(&r, NOW, &doc_gone, 1) == AC_ECONFLICT);
    CHECK(ac_store_do(&r, NOW, &job_gone, 1) == AC_ECONFLICT && ac_store_do(&r, NOW, &quiet, 1) == AC_ECONFLICT);
    CHECK(ac_store_sweep(r.s, NOW + 20, NULL, NULL) == AC_OK);
    CHECK(is_there(&r, &p) && is_there(&r, &doc) && !ac_id_none(ac_store_see(&r, id).id.v));
    p.version = 2;
    p.delete_ms = 0;
    CHECK(ac_store_do(&r, NOW, &(ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = p }, 1) == AC_OK);
    CHECK(ac_store_do(&r, NOW, &quiet, 1) == AC_OK && ac_store_do(&r, NOW, &doc_gone, 1) == AC_OK);
    CHECK(ac_store_events(r.s, id, 0, 100, r.a, &events, NULL) == AC_OK && !events.n);
    CHECK(ac_store_sweep(r.s, NOW + 20, NULL, NULL) == AC_OK && ac_id_none(ac_store_see(&r, id).id.v));
    CHECK(shred(&r, p.id) == AC_OK && !is_there(&r, &p));
}

CASE(a_key_stays_as_long_as_something_needs_it)
{
    ROOM();
    const ac_id none = { { 0 } };
    ac_stored top = item_of(&r, AC_ITEM_KEY, none, none), child = item_of(&r, AC_ITEM_KEY, top.id, top.id);
    ac_stored other = item_of(&r, AC_ITEM_KEY, none, none), used = item_of(&r, AC_ITEM_TENANT, none, other.id);
    ac_change gone = { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_KEY, .id = top.id } };
    CHECK(ac_store_do(&r, NOW, &gone, 1) == AC_ECONFLICT && is_there(&r, &top)); /* it seals a key */
    gone.item.id = other.id;
    CHECK(ac_store_do(&r, NOW, &gone, 1) == AC_ECONFLICT && is_there(&r, &other)); /* it seals something else */
    used.version = 1;
    used.key = top.id;
    CHECK(ac_store_do(&r, NOW, &(ac_change) { .kind = AC_CHANGE_ITEM_REPLACE, .item = used }, 1) == AC_OK);
    CHECK(ac_store_do(&r, NOW, &gone, 1) == AC_OK && !is_there(&r, &other));
    child.id = ac_store_next_id(&r);
    child.owner = other.id;
    CHECK(ac_store_put_item(&r, child) == AC_ECONFLICT && !is_there(&r, &child)); /* who would open it? */
}

/* ---- order ---- */

CASE(higher_priority_goes_first)
{
    ROOM();
    for (uint32_t p = 0; p <= AC_JOB_PRIORITY_MAX; p++)
        (void)ac_store_put_job(&r, NOW, (ac_job) { .priority = p });
    ac_job_list taken = ac_store_take(&r, NOW, 100);
    CHECK(taken.n == 10);
    for (size_t i = 0; i < taken.n; i++)
        CHECK(taken.at[i].priority == AC_JOB_PRIORITY_MAX - i);
}

/* How many of the next n jobs are that tenant's? */
static size_t share(ac_store_room *r, int64_t now_ms, size_t n, uint64_t tenant)
{
    size_t his = 0;
    for (size_t i = 0; i < n; i++) {
        ac_job_list taken = ac_store_take(r, now_ms, 1);
        CHECK(taken.n == 1);
        his += taken.n && ac_id_eq(taken.at[0].tenant.v, ac_contract_tenant(tenant).v);
    }
    return his;
}

static void put_many(ac_store_room *r, size_t n, uint64_t tenant, ac_job job)
{
    job.tenant = ac_contract_tenant(tenant);
    for (size_t i = 0; i < n; i++)
        (void)ac_store_put_job(r, NOW, job);
}

CASE(tenants_take_turns)
{
    ROOM();
    put_many(&r, 60, 1, (ac_job) { .priority = 4 });
    put_many(&r, 30, 2, (ac_job) { .priority = 4 });
    put_many(&r, 10, 3, (ac_job) { .priority = 4 });
    size_t second = share(&r, NOW, 30, 2);
    CHECK(second >= 9 && second <= 11);
    second = share(&r, NOW, 40, 2); /* the third has no more: the others have half each */
    CHECK(second >= 19 && second <= 21);
    CHECK(share(&r, NOW, 30, 1) == 30);
}

CASE(who_comes_late_does_not_wait_for_a_thousand)
{
    ROOM();
    put_many(&r, 1, 2, (ac_job) { .priority = 4 });
    put_many(&r, 200, 1, (ac_job) { .priority = 4 });
    CHECK(share(&r, NOW, 51, 1) == 50);
    put_many(&r, 1, 2, (ac_job) { .priority = 4 });
    CHECK(share(&r, NOW, 2, 2) == 1);
    put_many(&r, 40, 2, (ac_job) { .priority = 4 }); /* and has no credit for having been away */
    const size_t late = share(&r, NOW, 40, 2);
    CHECK(late >= 19 && late <= 21);
    put_many(&r, 1, 3, (ac_job) { .priority = 5 }); /* what one did elsewhere does not count here */
    CHECK(share(&r, NOW, 1, 3) == 1);
    put_many(&r, 1, 3, (ac_job) { .priority = 4 });
    CHECK(share(&r, NOW, 3, 3) == 1);
}

CASE(a_thousand_that_become_due_do_not_go_first)
{
    ROOM();
    put_many(&r, 100, 1, (ac_job) { .run_at_ms = NOW + 1000 });
    put_many(&r, 60, 2, (ac_job) { .priority = 0 });
    CHECK(share(&r, NOW, 20, 2) == 20);
    const size_t his = share(&r, NOW + 1000, 40, 2);
    CHECK(his >= 19 && his <= 21);
}

CASE(kinds_take_turns)
{
    ROOM();
    put_many(&r, 50, 1, (ac_job) { .kind = AC_JOB_WEBHOOK });
    put_many(&r, 3, 2, (ac_job) { .kind = AC_JOB_SUMMARY });
    CHECK(share(&r, NOW, 6, 2) == 3);
    put_many(&r, 60, 3, (ac_job) { .kind = AC_JOB_PROCESS }); /* whichever of them comes first in a list */
    const size_t his = share(&r, NOW, 20, 3);
    CHECK(his >= 9 && his <= 11);
}

CASE(only_kinds_that_are_asked_for_are_leased)
{
    ROOM();
    ac_job_list taken = { 0 };
    put_many(&r, 5, 1, (ac_job) { .kind = AC_JOB_PROCESS, .priority = 9 });
    put_many(&r, 2, 1, (ac_job) { .kind = AC_JOB_WEBHOOK });
    ac_lease l = { .now_ms = NOW, .lease_ms = 1000, .kinds = 1u << AC_JOB_WEBHOOK, .max = 100 };
    CHECK(ac_store_lease(r.s, &l, r.a, &taken, NULL) == AC_OK && taken.n == 2 && taken.at[0].kind == AC_JOB_WEBHOOK);
    l.kinds = 1u << AC_JOB_SUMMARY;
    CHECK(ac_store_lease(r.s, &l, r.a, &taken, NULL) == AC_OK && taken.n == 0);
    l.kinds = 0;
    CHECK(ac_store_lease(r.s, &l, r.a, &taken, NULL) == AC_OK && taken.n == 0);
}

/* ---- watching ---- */

typedef struct {
    size_t queued, events;
    ac_job last;
    ac_job_event event;
} heard;

static void hear_queued(void *context) { ((heard *)context)->queued++; }
static void hear_event(void *context, const ac_job *job, const ac_job_event *event)
{
    heard *h = context;
    h->events++;
    h->last = *job;
    h->event = *event;
}

static ac_rc step(ac_store_room *r, const ac_job *leased)
{
    const ac_change c = { .kind = AC_CHANGE_JOB_STEP, .job = { .id = leased->id, .token = leased->token, .step = 1 } };
    return ac_store_do(r, NOW, &c, 1);
}

CASE(the_watcher_hears_what_happens)
{
    heard h = { .events = 0 };
    ROOM();
    ac_store_watch(r.s, &(ac_store_watcher) { &h, hear_queued, hear_event });
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .input = AC_SV("secret") });
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    CHECK(step(&r, &taken.at[0]) == AC_OK && ac_store_end(&r, NOW, &taken.at[0], AC_JOB_COMPLETED) == AC_OK);
    const ac_change twice[] = { { .kind = AC_CHANGE_JOB_PUT, .job = { .id.v = ac_store_next_id(&r) } },
                                { .kind = AC_CHANGE_JOB_PUT, .job = { .id = id } } };
    CHECK(ac_store_do(&r, NOW, twice, 2) == AC_ECONFLICT); /* what was undone has not happened */
    (void)ac_store_put_job(&r, NOW, (ac_job) { .run_at_ms = NOW + 500 });
    ac_store_free(r.s); /* all has been told then */
    r.s = NULL;
    CHECK(h.events == 5 && h.queued == 1);
    CHECK(h.last.state == AC_JOB_QUEUED && h.last.input.n == 0 && h.event.number == 1);
}
