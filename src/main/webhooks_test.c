/* Webhooks over the real store and a receiver that answers what the test says, at times of the test's own. */
#include "app/webhooks.h"

#include "main/world_testing.h"

#include <stdio.h>

#define DAY AC_TEST_DAY
enum { BACKOFF = 10000, BACKOFF_MAX = 6 * 3600 * 1000, TRIES = 12, ENDS = 0x7c /* all states that end a job */ };

/* A receiver: what it answers, and what it has heard. */
typedef struct {
    ac_fetch port;
    ac_rc rc;
    int status;
    ac_sv retry_after;
    unsigned heard;
    char id[AC_ID_TEXT + 1], body[2048];
} receiver;

static ac_rc check(ac_fetch *f, const ac_fetch_request *r, ac_err *err)
{
    (void)f;
    return ac_sv_starts(r->url, AC_SV("https://")) ? AC_OK : ac_fail(err, AC_EDENIED, "no");
}

static ac_rc answer(ac_fetch *f, const ac_fetch_request *r, ac_arena *a, ac_fetch_answer *out, ac_err *err)
{
    receiver *it = (receiver *)f;
    (void)a;
    it->heard++;
    (void)snprintf(it->body, sizeof it->body, "%.*s", (int)r->body.n, r->body.p);
    for (size_t i = 0; i < r->n_headers; i++)
        if (ac_sv_eq(r->headers[i].name, AC_SV("webhook-id")))
            (void)snprintf(it->id, sizeof it->id, "%.*s", (int)r->headers[i].value.n, r->headers[i].value.p);
    if (it->rc != AC_OK)
        return ac_fail(err, it->rc, "no answer");
    *out = (ac_fetch_answer) { .status = it->status, .retry_after = it->retry_after };
    return AC_OK;
}

typedef struct {
    ac_test_world w; /* first */
    receiver receiver;
    ac_webhooks *hooks;
} room;

static void room_cleanup(room *r)
{
    ac_webhooks_free(r->hooks);
    ac_test_world_close(&r->w);
}

static ac_webhooks_options options_of(room *r)
{
    return (ac_webhooks_options) { .store = r->w.store,
                                   .vault = r->w.vault,
                                   .crypto = r->w.crypto,
                                   .clock = &r->w.clock,
                                   .access = r->w.access,
                                   .fetch = &r->receiver.port,
                                   .timeout_ms = 1000,
                                   .backoff_ms = BACKOFF,
                                   .backoff_max_ms = BACKOFF_MAX,
                                   .tries = TRIES,
                                   .give_up_ms = 5 * DAY,
                                   .keep_ms = 7 * DAY,
                                   .overlap_ms = DAY };
}

static void open_room(room *r)
{
    static const ac_fetch_ops fetch_ops = { .name = "test", .check = check, .send = answer };
    *r = (room) { .receiver = { .port = { &fetch_ops }, .status = 200 } };
    ac_test_world_open(&r->w, "webhooks", (size_t)16 << 20);
    const ac_webhooks_options opt = options_of(r);
    CHECK(ac_webhooks_new(&opt, &r->hooks, NULL) == AC_OK);
}

static ac_id add_hook(room *r, bool all, uint32_t events)
{
    char secret[AC_WEBHOOK_SECRET_MAX];
    ac_webhook h = { 0 };
    const ac_webhook_form f = { .url = AC_SV("https://a.example/"), .events = events, .all = all, .on = true };
    CHECK(ac_webhooks_add(r->hooks, &r->w.admin, &f, r->w.arena, secret, &h, NULL) == AC_OK);
    CHECK(!strncmp(secret, "whsec_", 6) && strlen(secret) == 6 + 44);
    return h.id;
}

static ac_rc commit(room *r, const ac_change *changes, size_t n)
{
    return ac_store_commit(r->w.store, &(ac_commit) { .changes = changes, .n = n, .now_ms = r->w.ms }, NULL, NULL);
}

/* A job that is leased. */
static ac_job leased(room *r)
{
    ac_job_list jobs = { 0 };
    const ac_job j = {
        .id.v = ac_vault_id(r->w.vault, NULL), .tenant = r->w.admin.tenant, .attempts_max = 3, .run_at_ms = r->w.ms
    };
    CHECK(commit(r, &(ac_change) { .kind = AC_CHANGE_JOB_PUT, .job = j }, 1) == AC_OK);
    const ac_lease l = { .now_ms = r->w.ms, .lease_ms = 1000, .kinds = 1u << AC_JOB_PROCESS, .max = 1 };
    CHECK(ac_store_lease(r->w.store, &l, r->w.arena, &jobs, NULL) == AC_OK && jobs.n == 1);
    return jobs.n ? jobs.at[0] : j;
}

/* Ends it; how many are to be told. */
static size_t end(room *r, const ac_job *job, ac_job_state state, ac_id chosen)
{
    ac_change changes[1 + AC_WEBHOOKS_MAX] = {
        { .kind = AC_CHANGE_JOB_END,
          .job = { .id = job->id, .token = job->token, .state = state, .run_at_ms = r->w.ms } }
    };
    ac_change *told = NULL;
    size_t n = 0;
    const ac_webhook_end e = { job, state, chosen, r->w.ms, false, NULL };
    CHECK(ac_webhooks_changes(r->hooks, &e, r->w.arena, &told, &n, NULL) == AC_OK);
    for (size_t i = 0; i < n; i++)
        changes[1 + i] = told[i];
    CHECK(commit(r, changes, 1 + n) == AC_OK);
    return n;
}

/* Sends all that is due. */
static size_t send_due(room *r, ac_told *last)
{
    ac_job_list jobs = { 0 };
    CHECK(ac_webhooks_lease(r->hooks, 100, 60000, r->w.arena, &jobs, NULL) == AC_OK);
    for (size_t i = 0; i < jobs.n; i++)
        CHECK(ac_webhooks_deliver(r->hooks, &jobs.at[i], NULL, NULL, last, NULL) == AC_OK);
    return jobs.n;
}

static ac_delivery only(room *r, ac_id hook)
{
    ac_deliveries list = { 0 };
    const ac_job_query page = { .max = 10 };
    CHECK(ac_webhooks_deliveries(r->hooks, &r->w.admin, hook, &page, r->w.arena, &list, NULL) == AC_OK && list.n == 1);
    return list.n ? list.at[0] : (ac_delivery) { 0 };
}

static const ac_id NONE = { { 0 } };

AC_TEST(webhooks, an_end_is_told_to_those_whom_it_concerns)
{
    AC_AUTO(room) r;
    open_room(&r);
    (void)add_hook(&r, true, ENDS);
    (void)add_hook(&r, true, 1u << AC_JOB_DEAD);
    const ac_id named = add_hook(&r, false, ENDS);
    const ac_job job = leased(&r), other = leased(&r), again = leased(&r);
    CHECK(end(&r, &job, AC_JOB_COMPLETED, NONE) == 1);
    CHECK(end(&r, &other, AC_JOB_FAILED, named) == 2);
    CHECK(end(&r, &again, AC_JOB_QUEUED, named) == 0); /* no end */
    ac_job stranger = job;
    ac_change *told = NULL;
    size_t n = 1;
    stranger.tenant.v.b[0] ^= 1;
    CHECK(ac_webhooks_changes(r.hooks, &(ac_webhook_end) { &stranger, AC_JOB_DEAD, named, AC_TEST_BEGIN, false, NULL },
                              r.w.arena, &told, &n, NULL) == AC_OK &&
          n == 0);
    CHECK(ac_webhooks_changes(NULL, &(ac_webhook_end) { &job, AC_JOB_DEAD, named, AC_TEST_BEGIN, false, NULL },
                              r.w.arena, &told, &n, NULL) == AC_OK &&
          n == 0);
    ac_told last;
    CHECK(send_due(&r, &last) == 3 && r.receiver.heard == 3 && last == AC_TOLD);
    CHECK(send_due(&r, &last) == 0);
}

AC_TEST(webhooks, what_is_not_taken_comes_later_and_later_and_ends)
{
    AC_AUTO(room) r;
    ac_told told = AC_TOLD;
    open_room(&r);
    const ac_id hook = add_hook(&r, true, ENDS);
    const ac_job job = leased(&r);
    CHECK(end(&r, &job, AC_JOB_COMPLETED, NONE) == 1);
    r.receiver.status = 500;
    for (unsigned i = 1; i <= TRIES; i++) {
        char before[sizeof r.receiver.id];
        memcpy(before, r.receiver.id, sizeof before);
        CHECK(send_due(&r, &told) == 1 && r.receiver.heard == i);
        CHECK(i == 1 || !strcmp(before, r.receiver.id));
        const ac_delivery d = only(&r, hook);
        int64_t most = BACKOFF;
        for (unsigned k = 1; k < i && most < BACKOFF_MAX; k++)
            most *= 4;
        most = most < BACKOFF_MAX ? most : BACKOFF_MAX;
        CHECK(d.tries == i && d.status == 500 && told == (i < TRIES ? AC_TOLD_LATER : AC_TOLD_DEAD));
        CHECK(i == TRIES || (d.next_ms >= r.w.ms && d.next_ms <= r.w.ms + most));
        r.w.ms += most + 1;
    }
    CHECK(only(&r, hook).state == AC_JOB_DEAD && send_due(&r, &told) == 0);
    r.receiver.status = 204;
    CHECK(ac_webhooks_again(r.hooks, &r.w.admin, hook, only(&r, hook).id, NULL) == AC_OK);
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD && only(&r, hook).state == AC_JOB_COMPLETED);
}

AC_TEST(webhooks, a_receiver_may_say_when)
{
    AC_AUTO(room) r;
    ac_told told;
    open_room(&r);
    const ac_id hook = add_hook(&r, true, ENDS);
    const ac_job job = leased(&r);
    (void)end(&r, &job, AC_JOB_COMPLETED, NONE);
    r.receiver.status = 503;
    r.receiver.retry_after = AC_SV("3600");
    CHECK(send_due(&r, &told) == 1 && only(&r, hook).next_ms == AC_TEST_BEGIN + 3600 * 1000);
    r.w.ms += 3600 * 1000;
    r.receiver.retry_after = AC_SV("9223372036854775807");
    CHECK(send_due(&r, &told) == 1 && only(&r, hook).next_ms == r.w.ms + BACKOFF_MAX);
}

AC_TEST(webhooks, days_of_failure_switch_it_off_and_success_forgets_them)
{
    AC_AUTO(room) r;
    ac_told told;
    ac_webhook h;
    open_room(&r);
    const ac_id hook = add_hook(&r, true, ENDS);
    for (int day = 0; day <= 6; day++, r.w.ms += DAY) {
        const ac_job job = leased(&r);
        r.receiver.rc = day == 0 ? AC_OK : AC_EBUSY;
        const size_t n = end(&r, &job, AC_JOB_COMPLETED, NONE);
        CHECK(n == 1);
        CHECK(send_due(&r, &told) >= 1);
        CHECK(ac_webhooks_get(r.hooks, &r.w.admin, hook, r.w.arena, &h, NULL) == AC_OK);
        CHECK((h.failing_ms != 0) == (day > 0) && h.off == (day < 6 ? AC_WEBHOOK_ON : AC_WEBHOOK_FAILING));
    }
    const ac_job job = leased(&r);
    CHECK(end(&r, &job, AC_JOB_COMPLETED, NONE) == 0);
    while (send_due(&r, &told)) /* what waited is dropped, and nobody is asked */
        CHECK(told == AC_TOLD_NOTHING);
    const ac_webhook_form f = { .url = AC_SV("https://a.example/"), .events = ENDS, .all = true, .on = true };
    CHECK(ac_webhooks_change(r.hooks, &r.w.admin, hook, &f, r.w.arena, &h, NULL) == AC_OK && h.off == AC_WEBHOOK_ON &&
          !h.failing_ms);
    CHECK(ac_webhooks_counted(r.hooks).targets == 1);
}

AC_TEST(webhooks, nothing_is_told_that_did_not_happen)
{
    AC_AUTO(room) r;
    ac_told told;
    ac_change *changes = NULL;
    size_t n;
    open_room(&r);
    (void)add_hook(&r, true, ENDS);
    const ac_job job = leased(&r);
    /* a cancellation that came too late: the job was leased before */
    ac_job before = job;
    before.attempt--;
    CHECK(ac_webhooks_changes(r.hooks,
                              &(ac_webhook_end) { &before, AC_JOB_CANCELLED, NONE, AC_TEST_BEGIN, false, NULL },
                              r.w.arena, &changes, &n, NULL) == AC_OK);
    CHECK(n == 1 && commit(&r, changes, 1) == AC_OK);
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD_NOTHING && r.receiver.heard == 0);
    /* dead, queued again, and then told: it was dead */
    CHECK(end(&r, &job, AC_JOB_DEAD, NONE) == 1);
    CHECK(commit(&r, &(ac_change) { .kind = AC_CHANGE_JOB_REVIVE, .job = { .id = job.id, .run_at_ms = AC_TEST_BEGIN } },
                 1) == AC_OK);
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD && strstr(r.receiver.body, "\"job.dead\""));
    /* deleted, and then told */
    const ac_job gone = leased(&r);
    CHECK(end(&r, &gone, AC_JOB_COMPLETED, NONE) == 1);
    CHECK(commit(&r, &(ac_change) { .kind = AC_CHANGE_JOB_DELETE, .job = { .id = gone.id } }, 1) == AC_OK);
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD_NOTHING && r.receiver.heard == 1);
}

static ac_rc chosen_none(void *context, const ac_job *whole, ac_arena *arena, ac_id *out, ac_err *err)
{
    (void)context;
    (void)whole;
    (void)arena;
    (void)err;
    *out = NONE;
    return AC_OK;
}

AC_TEST(webhooks, what_the_store_gave_up_is_told_once)
{
    AC_AUTO(room) r;
    ac_told told;
    ac_swept swept;
    open_room(&r);
    const ac_late how = { chosen_none, NULL, DAY };
    const ac_job job = leased(&r); /* three times, each time its worker is lost */
    for (int i = 0; i < 3; i++) {
        ac_job_list jobs = { 0 };
        r.w.ms += 2000;
        CHECK(ac_store_sweep(r.w.store, r.w.ms, &swept, NULL) == AC_OK && swept.dead == (i == 2));
        const ac_lease l = { .now_ms = r.w.ms, .lease_ms = 1000, .kinds = 1u << AC_JOB_PROCESS, .max = 1 };
        CHECK(ac_store_lease(r.w.store, &l, r.w.arena, &jobs, NULL) == AC_OK);
    }
    CHECK(ac_webhooks_catch_up(r.hooks, &how, NULL) == AC_OK && send_due(&r, &told) == 0); /* nobody is there */
    r.w.ms++;
    (void)add_hook(&r, true, ENDS);
    CHECK(ac_webhooks_catch_up(r.hooks, &how, NULL) == AC_OK && send_due(&r, &told) == 0); /* he came later */
    r.w.ms += 1000;
    CHECK(commit(&r, &(ac_change) { .kind = AC_CHANGE_JOB_REVIVE, .job = { .id = job.id, .run_at_ms = r.w.ms } }, 1) ==
          AC_OK);
    for (int i = 0; i < 3; i++) {
        ac_job_list jobs = { 0 };
        const ac_lease l = { .now_ms = r.w.ms, .lease_ms = 1000, .kinds = 1u << AC_JOB_PROCESS, .max = 1 };
        CHECK(ac_store_lease(r.w.store, &l, r.w.arena, &jobs, NULL) == AC_OK && jobs.n == 1);
        r.w.ms += 2000;
        CHECK(ac_store_sweep(r.w.store, r.w.ms, &swept, NULL) == AC_OK);
    }
    for (int i = 0; i < 3; i++)
        CHECK(ac_webhooks_catch_up(r.hooks, &how, NULL) == AC_OK);
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD && r.receiver.heard == 1 &&
          strstr(r.receiver.body, "\"job.dead\""));
    CHECK(ac_webhooks_counted(r.hooks).made == 1);
}

AC_TEST(webhooks, what_is_put_off_counts_no_try)
{
    AC_AUTO(room) r;
    ac_job_list jobs = { 0 };
    ac_told told;
    open_room(&r);
    const ac_id hook = add_hook(&r, true, ENDS);
    const ac_job job = leased(&r);
    (void)end(&r, &job, AC_JOB_COMPLETED, NONE);
    CHECK(ac_webhooks_lease(r.hooks, 10, 60000, r.w.arena, &jobs, NULL) == AC_OK && jobs.n == 1);
    CHECK(ac_webhooks_postpone(r.hooks, jobs.at, jobs.n, 5000, 9000, NULL) == AC_OK);
    CHECK(ac_webhooks_postpone(r.hooks, jobs.at, jobs.n, 5000, 9000, NULL) == AC_OK); /* taken from us: no harm */
    const ac_delivery d = only(&r, hook);
    CHECK(d.tries == 0 && d.next_ms >= AC_TEST_BEGIN + 5000 && d.next_ms <= AC_TEST_BEGIN + 9000 &&
          send_due(&r, &told) == 0);
    r.w.ms += 9001;
    r.receiver.rc = AC_ECANCELLED; /* the server stops while it waits for the answer */
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD_LATER && only(&r, hook).tries == 0);
    r.receiver.rc = AC_OK;
    CHECK(send_due(&r, &told) == 1 && told == AC_TOLD && only(&r, hook).tries == 1);
}

AC_TEST(webhooks, forms_that_are_refused)
{
    AC_AUTO(room) r;
    char secret[AC_WEBHOOK_SECRET_MAX];
    ac_webhook h;
    open_room(&r);
    const ac_webhook_form good = { .url = AC_SV("https://a.example/"), .events = ENDS, .on = true };
    ac_webhook_form bad[] = { good, good, good };
    bad[0].url = AC_SV("http://a.example/");
    bad[1].events = 0;
    bad[2].events = 1u << AC_JOB_RUNNING;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(ac_webhooks_add(r.hooks, &r.w.admin, &bad[i], r.w.arena, secret, &h, NULL) == AC_EINPUT);
    ac_principal confined = r.w.admin;
    confined.n_confined = 1;
    bad[0] = good;
    bad[0].all = true;
    CHECK(ac_webhooks_add(r.hooks, &confined, &bad[0], r.w.arena, secret, &h, NULL) == AC_EDENIED);
    const ac_id all = add_hook(&r, true, ENDS);
    CHECK(ac_webhooks_change(r.hooks, &confined, all, &good, r.w.arena, &h, NULL) == AC_EDENIED);
    for (int i = 1; i < AC_WEBHOOKS_MAX; i++)
        (void)add_hook(&r, false, ENDS);
    CHECK(ac_webhooks_add(r.hooks, &r.w.admin, &good, r.w.arena, secret, &h, NULL) == AC_ECONFLICT);
    ac_principal stranger = r.w.admin;
    stranger.tenant.v.b[3] ^= 1;
    CHECK(ac_webhooks_get(r.hooks, &stranger, all, r.w.arena, &h, NULL) == AC_ENOTFOUND &&
          !ac_webhooks_has(r.hooks, stranger.tenant, all));
    CHECK(ac_webhooks_remove(r.hooks, &stranger, all, NULL) == AC_ENOTFOUND &&
          ac_webhooks_remove(r.hooks, &r.w.admin, all, NULL) == AC_OK);
    CHECK(!ac_webhooks_has(r.hooks, r.w.admin.tenant, all));
}

AC_TEST(webhooks, they_are_there_when_the_server_comes_again)
{
    AC_AUTO(room) r;
    open_room(&r);
    const ac_id hook = add_hook(&r, true, ENDS);
    ac_webhooks_free(r.hooks);
    const ac_webhooks_options opt = options_of(&r);
    CHECK(ac_webhooks_new(&opt, &r.hooks, NULL) == AC_OK && ac_webhooks_has(r.hooks, r.w.admin.tenant, hook));
    const ac_job job = leased(&r);
    CHECK(end(&r, &job, AC_JOB_INCOMPLETE, NONE) == 1);
}

AC_TEST(webhooks, every_allocation_may_fail)
{
    AC_AUTO(room) r;
    open_room(&r);
    (void)add_hook(&r, true, ENDS);
    const ac_job job = leased(&r);
    CHECK(end(&r, &job, AC_JOB_COMPLETED, NONE) == 1);
    ac_job_list jobs = { 0 };
    CHECK(ac_webhooks_lease(r.hooks, 1, 60000, r.w.arena, &jobs, NULL) == AC_OK && jobs.n == 1);
    ac_rc rc = AC_ENOMEM;
    AC_EACH_OOM(i)
    {
        ac_told told;
        rc = rc == AC_OK ? AC_OK : ac_webhooks_deliver(r.hooks, &jobs.at[0], NULL, NULL, &told, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM || rc == AC_ELIMIT || rc == AC_EIO);
    }
    CHECK(rc == AC_OK);
}
