/* A job from its beginning to its end. */
#include "contract/store_contract.h"

#define CASE(name) void ac_store_case_##name(const ac_store_maker *m)
#define ROOM()     AC_AUTO(ac_store_room) r = ac_store_room_of(m)

enum { NOW = AC_CONTRACT_NOW };

CASE(jobs_come_back_as_they_were)
{
    ROOM();
    const ac_job put = { .id.v = ac_store_next_id(&r),
                         .tenant = ac_contract_tenant(4),
                         .patient.v = ac_contract_id(41),
                         .batch = ac_contract_id(42),
                         .key = ac_contract_id(43),
                         .document = ac_contract_id(44),
                         .kind = AC_JOB_SUMMARY,
                         .priority = 7,
                         .attempts_max = 5,
                         .total = 12,
                         .delete_ms = 99999999,
                         .input = AC_SV("sealed \0 input") };
    (void)ac_store_put_job(&r, NOW, put);
    ac_job got = ac_store_see(&r, put.id);
    CHECK(ac_id_eq(got.id.v, put.id.v) && ac_id_eq(got.tenant.v, put.tenant.v) &&
          ac_id_eq(got.patient.v, put.patient.v));
    CHECK(ac_id_eq(got.batch, put.batch) && ac_id_eq(got.key, put.key) && ac_id_eq(got.document, put.document));
    CHECK(got.kind == AC_JOB_SUMMARY && got.state == AC_JOB_QUEUED && got.priority == 7 && got.attempts_max == 5);
    CHECK(got.attempt == 0 && got.token == 0 && got.total == 12 && got.event == 1 && got.delete_ms == 99999999);
    CHECK(got.created_ms == NOW && got.run_at_ms == NOW && !got.started_ms && !got.ended_ms && !got.lease_ms);
    CHECK(ac_sv_eq(got.input, put.input) && got.checkpoint.n == 0 && got.result.n == 0);
    CHECK(ac_store_job(r.s, put.id, false, r.a, &got, NULL) == AC_OK && got.input.n == 0);
    CHECK(ac_store_do(&r, NOW, &(ac_change) { .kind = AC_CHANGE_JOB_PUT, .job = put }, 1) == AC_ECONFLICT);
}

static size_t count(ac_store_room *r, ac_job_query q)
{
    size_t n = 0;
    ac_id before = { { 0 } };
    for (;;) {
        ac_job_list page = { 0 };
        q.before = before;
        q.max = 3;
        CHECK(ac_store_jobs(r->s, &q, r->a, &page, NULL) == AC_OK && page.n <= 3);
        for (size_t i = 0; i < page.n; before = page.at[i++].id.v)
            CHECK(ac_id_none(before) || ac_id_cmp(page.at[i].id.v, before) < 0);
        if (!page.n)
            return n;
        n += page.n;
    }
}

CASE(jobs_are_listed_by_what_is_asked)
{
    ROOM();
    for (uint64_t i = 0; i < 24; i++)
        (void)ac_store_put_job(&r, NOW,
                               (ac_job) { .tenant = ac_contract_tenant(i % 2),
                                          .patient.v = ac_contract_id(100 + i % 3),
                                          .batch = i % 4 ? ac_contract_id(200) : (ac_id) { { 0 } },
                                          .document = ac_contract_id(300 + i % 6),
                                          .kind = i % 8 ? AC_JOB_PROCESS : AC_JOB_SUMMARY,
                                          .input = AC_SV("in") });
    CHECK(count(&r, (ac_job_query) { .max = 1 }) == 24);
    CHECK(count(&r, (ac_job_query) { .tenant = ac_contract_tenant(1) }) == 12);
    CHECK(count(&r, (ac_job_query) { .patient.v = ac_contract_id(101) }) == 8);
    CHECK(count(&r, (ac_job_query) { .patient.v = ac_contract_id(101), .tenant = ac_contract_tenant(1) }) == 4);
    CHECK(count(&r, (ac_job_query) { .batch = ac_contract_id(200) }) == 18);
    CHECK(count(&r, (ac_job_query) { .batch = ac_contract_id(200), .patient.v = ac_contract_id(100) }) == 6);
    CHECK(count(&r, (ac_job_query) { .document = ac_contract_id(305) }) == 4);
    CHECK(count(&r, (ac_job_query) { .document = ac_contract_id(305), .tenant = ac_contract_tenant(0) }) == 0);
    CHECK(count(&r, (ac_job_query) { .kinds = 1u << AC_JOB_SUMMARY }) == 3);
    CHECK(ac_store_take(&r, NOW, 5).n == 5);
    CHECK(count(&r, (ac_job_query) { .states = 1u << AC_JOB_RUNNING }) == 5);
    CHECK(count(&r, (ac_job_query) { .states = 1u << AC_JOB_RUNNING | 1u << AC_JOB_QUEUED }) == 24);
    CHECK(count(&r, (ac_job_query) { .states = 1u << AC_JOB_DEAD }) == 0);
    ac_job_list page = { 0 };
    CHECK(ac_store_jobs(r.s, &(ac_job_query) { .max = 1, .whole = true }, r.a, &page, NULL) == AC_OK);
    CHECK(page.n == 1 && ac_sv_eq(page.at[0].input, AC_SV("in")));
}

static ac_rc step(ac_store_room *r, const ac_job *leased, uint32_t number, ac_sv checkpoint)
{
    const ac_change c = { .kind = AC_CHANGE_JOB_STEP,
                          .job = { .id = leased->id,
                                   .token = leased->token,
                                   .step = number,
                                   .done = 1,
                                   .total = 2,
                                   .checkpoint = checkpoint } };
    return ac_store_do(r, NOW + 10, &c, 1);
}

CASE(a_job_runs_step_by_step)
{
    ROOM();
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .input = AC_SV("in") });
    ac_job_list taken = ac_store_take(&r, NOW + 5, 9);
    CHECK(taken.n == 1);
    if (!taken.n)
        return;
    ac_job *job = &taken.at[0];
    CHECK(ac_id_eq(job->id.v, id.v) && job->state == AC_JOB_RUNNING && job->attempt == 1 && job->token);
    CHECK(job->started_ms == NOW + 5 && job->lease_ms == NOW + 1005 && ac_sv_eq(job->input, AC_SV("in")));
    CHECK(ac_store_take(&r, NOW + 5, 9).n == 0);
    CHECK(step(&r, job, 1, AC_SV("one")) == AC_OK && step(&r, job, 2, AC_SV("")) == AC_OK);
    ac_job got = ac_store_see(&r, id);
    CHECK(got.step == 2 && got.done == 1 && got.total == 2 && ac_sv_eq(got.checkpoint, AC_SV("one")));
    CHECK(step(&r, job, 3, AC_SV("three, longer")) == AC_OK);
    const ac_change end = { .kind = AC_CHANGE_JOB_END,
                            .job = { .id = id,
                                     .token = job->token,
                                     .state = AC_JOB_INCOMPLETE,
                                     .error = AC_ELIMIT,
                                     .delete_ms = NOW + 777,
                                     .result = AC_SV("result") } };
    CHECK(ac_store_do(&r, NOW + 20, &end, 1) == AC_OK);
    got = ac_store_see(&r, id);
    CHECK(got.state == AC_JOB_INCOMPLETE && got.error == AC_ELIMIT && got.ended_ms == NOW + 20 && !got.lease_ms);
    CHECK(got.delete_ms == NOW + 777 && ac_sv_eq(got.result, AC_SV("result")) && ac_sv_eq(got.input, AC_SV("in")));
    CHECK(ac_sv_eq(got.checkpoint, AC_SV("three, longer")) && got.step == 3);
    CHECK(ac_store_do(&r, NOW + 21, &end, 1) == AC_ECONFLICT && step(&r, job, 4, AC_SV("")) == AC_ECONFLICT);
}

CASE(every_change_of_a_job_is_an_event)
{
    ROOM();
    static const ac_job_state states[] = { AC_JOB_QUEUED, AC_JOB_RUNNING, AC_JOB_RUNNING,
                                           AC_JOB_QUEUED, AC_JOB_RUNNING, AC_JOB_FAILED };
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
    ac_job_list taken = ac_store_take(&r, NOW + 1, 1);
    CHECK(taken.n == 1 && step(&r, &taken.at[0], 1, AC_SV("")) == AC_OK);
    CHECK(ac_store_end(&r, NOW + 20, &taken.at[0], AC_JOB_QUEUED) == AC_OK);
    taken = ac_store_take(&r, NOW + 30, 1);
    CHECK(taken.n == 1 && ac_store_end(&r, NOW + 40, &taken.at[0], AC_JOB_FAILED) == AC_OK);
    ac_job_events events = { 0 };
    CHECK(ac_store_events(r.s, id, 0, 100, r.a, &events, NULL) == AC_OK && events.n == 6);
    for (size_t i = 0; i < events.n && i < 6; i++)
        CHECK(events.at[i].number == i + 1 && events.at[i].state == states[i] && ac_id_eq(events.at[i].job.v, id.v));
    CHECK(events.n == 6 && events.at[2].step == 1 && events.at[5].at_ms == NOW + 40 && events.at[4].attempt == 2);
    CHECK(ac_store_see(&r, id).event == 6);
    CHECK(ac_store_events(r.s, id, 4, 1, r.a, &events, NULL) == AC_OK && events.n == 1 && events.at[0].number == 5);
    CHECK(ac_store_events(r.s, (ac_job_id) { ac_contract_id(5555) }, 0, 1, r.a, &events, NULL) == AC_ENOTFOUND);
}

CASE(only_the_last_token_counts)
{
    ROOM();
    ac_swept swept;
    bool cancel = true;
    (void)ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
    ac_job_list first = ac_store_take(&r, NOW, 1);
    CHECK(ac_store_sweep(r.s, NOW + 5000, &swept, NULL) == AC_OK && swept.requeued == 1);
    CHECK(step(&r, &first.at[0], 1, AC_SV("")) == AC_ECONFLICT);
    ac_job_list second = ac_store_take(&r, NOW + 5001, 1);
    CHECK(second.n == 1 && second.at[0].token > first.at[0].token && second.at[0].attempt == 2);
    CHECK(step(&r, &first.at[0], 1, AC_SV("stale")) == AC_ECONFLICT);
    CHECK(ac_store_end(&r, NOW + 5002, &first.at[0], AC_JOB_COMPLETED) == AC_ECONFLICT);
    CHECK(ac_store_renew(r.s, first.at[0].id, first.at[0].token, NOW + 5002, 9000, &cancel, NULL) == AC_ECONFLICT);
    CHECK(ac_store_renew(r.s, (ac_job_id) { ac_contract_id(5555) }, 1, NOW, 9, &cancel, NULL) == AC_ECONFLICT);
    ac_store_room_reopen(&r);
    ac_job_list third = ac_store_take(&r, NOW + 9000, 1);
    CHECK(third.n == 1 && third.at[0].token > second.at[0].token);
    CHECK(ac_store_end(&r, NOW + 9001, &second.at[0], AC_JOB_COMPLETED) == AC_ECONFLICT);
    CHECK(ac_store_see(&r, first.at[0].id).checkpoint.n == 0);
    CHECK(ac_store_end(&r, NOW + 9001, &third.at[0], AC_JOB_COMPLETED) == AC_OK);
}

CASE(a_job_that_is_to_be_retried_waits_for_its_time)
{
    ROOM();
    ac_swept swept;
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .priority = 9 });
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    const ac_change later = { .kind = AC_CHANGE_JOB_END,
                              .job = { .id = id,
                                       .token = taken.at[0].token,
                                       .state = AC_JOB_QUEUED,
                                       .error = AC_EIO,
                                       .run_at_ms = NOW + 5000 } };
    CHECK(ac_store_do(&r, NOW, &later, 1) == AC_OK);
    ac_job got = ac_store_see(&r, id);
    CHECK(got.state == AC_JOB_QUEUED && got.error == AC_EIO && got.run_at_ms == NOW + 5000 && got.attempt == 1);
    ac_job_id other = ac_store_put_job(&r, NOW, (ac_job) { .priority = 1 });
    taken = ac_store_take(&r, NOW + 4999, 9); /* it keeps nobody waiting */
    CHECK(taken.n == 1 && ac_id_eq(taken.at[0].id.v, other.v));
    CHECK(ac_store_end(&r, NOW + 4999, &taken.at[0], AC_JOB_COMPLETED) == AC_OK);
    CHECK(ac_store_sweep(r.s, NOW + 100, &swept, NULL) == AC_OK && swept.next_ms == NOW + 5000);
    taken = ac_store_take(&r, NOW + 5000, 9);
    CHECK(taken.n == 1 && ac_id_eq(taken.at[0].id.v, id.v) && taken.at[0].attempt == 2);
}

CASE(a_lease_that_runs_out_is_queued_again_or_dead)
{
    ROOM();
    ac_swept swept;
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 2 });
    CHECK(ac_store_take(&r, NOW, 1).n == 1);
    CHECK(ac_store_sweep(r.s, NOW + 999, &swept, NULL) == AC_OK && swept.requeued == 0 && swept.next_ms == NOW + 1000);
    CHECK(ac_store_sweep(r.s, NOW + 1000, &swept, NULL) == AC_OK && swept.requeued == 1 && swept.dead == 0);
    CHECK(ac_store_see(&r, id).state == AC_JOB_QUEUED && ac_store_take(&r, NOW + 1001, 1).n == 1);
    CHECK(ac_store_sweep(r.s, NOW + 9000, &swept, NULL) == AC_OK && swept.requeued == 1 && swept.dead == 1);
    CHECK(ac_store_see(&r, id).state == AC_JOB_DEAD && ac_store_take(&r, NOW + 9001, 1).n == 0);
}

CASE(a_lease_that_is_renewed_does_not_run_out)
{
    ROOM();
    ac_swept swept;
    bool cancel = true;
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 2 });
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    CHECK(ac_store_renew(r.s, id, taken.at[0].token, NOW + 900, 1000, &cancel, NULL) == AC_OK && !cancel);
    CHECK(ac_store_see(&r, id).lease_ms == NOW + 1900);
    CHECK(ac_store_sweep(r.s, NOW + 1500, &swept, NULL) == AC_OK && swept.requeued == 0);
    CHECK(ac_store_end(&r, NOW + 1600, &taken.at[0], AC_JOB_COMPLETED) == AC_OK);
    CHECK(ac_store_renew(r.s, id, taken.at[0].token, NOW + 1700, 1000, &cancel, NULL) == AC_ECONFLICT);
}

static ac_rc one(ac_store_room *r, ac_change_kind kind, ac_job_id id)
{
    return ac_store_do(r, NOW + 50, &(ac_change) { .kind = kind, .job = { .id = id } }, 1);
}

CASE(a_queued_job_is_cancelled_at_once)
{
    ROOM();
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
    CHECK(one(&r, AC_CHANGE_JOB_CANCEL, id) == AC_OK && ac_store_see(&r, id).state == AC_JOB_CANCELLED);
    CHECK(ac_store_take(&r, NOW, 1).n == 0 && ac_store_see(&r, id).ended_ms == NOW + 50);
    CHECK(one(&r, AC_CHANGE_JOB_CANCEL, id) == AC_ECONFLICT);
    CHECK(one(&r, AC_CHANGE_JOB_CANCEL, (ac_job_id) { ac_contract_id(5555) }) == AC_ENOTFOUND);
}

CASE(a_running_job_is_asked_to_stop)
{
    ROOM();
    bool cancel = false;
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    CHECK(one(&r, AC_CHANGE_JOB_CANCEL, id) == AC_OK && ac_store_see(&r, id).state == AC_JOB_RUNNING);
    CHECK(one(&r, AC_CHANGE_JOB_CANCEL, id) == AC_OK && ac_store_see(&r, id).cancel); /* twice is fine */
    CHECK(ac_store_renew(r.s, id, taken.at[0].token, NOW + 60, 1000, &cancel, NULL) == AC_OK && cancel);
    CHECK(ac_store_end(&r, NOW + 70, &taken.at[0], AC_JOB_CANCELLED) == AC_OK);
    CHECK(ac_store_see(&r, id).state == AC_JOB_CANCELLED);
}

CASE(who_was_asked_to_stop_is_not_queued_again)
{
    ROOM();
    ac_swept swept;
    ac_job_id ended = ac_store_put_job(&r, NOW, (ac_job) { .priority = 5 });
    ac_job_id lost = ac_store_put_job(&r, NOW, (ac_job) { .priority = 4 });
    ac_job_id done = ac_store_put_job(&r, NOW, (ac_job) { .priority = 3 });
    ac_job_list taken = ac_store_take(&r, NOW, 3);
    CHECK(taken.n == 3 && one(&r, AC_CHANGE_JOB_CANCEL, ended) == AC_OK &&
          one(&r, AC_CHANGE_JOB_CANCEL, lost) == AC_OK);
    CHECK(one(&r, AC_CHANGE_JOB_CANCEL, done) == AC_OK);
    CHECK(ac_store_end(&r, NOW + 60, &taken.at[0], AC_JOB_QUEUED) == AC_OK);
    CHECK(ac_store_end(&r, NOW + 60, &taken.at[2], AC_JOB_COMPLETED) == AC_OK); /* it was faster */
    CHECK(ac_store_sweep(r.s, NOW + 9000, &swept, NULL) == AC_OK);
    CHECK(ac_store_see(&r, ended).state == AC_JOB_CANCELLED && ac_store_see(&r, lost).state == AC_JOB_CANCELLED);
    CHECK(ac_store_see(&r, done).state == AC_JOB_COMPLETED);
}

CASE(a_dead_job_is_revived)
{
    ROOM();
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .attempts_max = 1 });
    CHECK(one(&r, AC_CHANGE_JOB_REVIVE, id) == AC_ECONFLICT);
    ac_job_list taken = ac_store_take(&r, NOW, 1);
    CHECK(one(&r, AC_CHANGE_JOB_REVIVE, id) == AC_ECONFLICT);
    CHECK(ac_store_end(&r, NOW, &taken.at[0], AC_JOB_DEAD) == AC_OK && one(&r, AC_CHANGE_JOB_REVIVE, id) == AC_OK);
    ac_job got = ac_store_see(&r, id);
    CHECK(got.state == AC_JOB_QUEUED && got.attempt == 0 && got.error == AC_OK && !got.ended_ms && !got.delete_ms);
    taken = ac_store_take(&r, NOW + 60, 1);
    CHECK(taken.n == 1 && taken.at[0].attempt == 1);
    CHECK(one(&r, AC_CHANGE_JOB_REVIVE, (ac_job_id) { ac_contract_id(5555) }) == AC_ENOTFOUND);
}

CASE(a_job_is_deleted_when_it_has_ended)
{
    ROOM();
    ac_job_events events = { 0 };
    ac_job_id id = ac_store_put_job(&r, NOW, (ac_job) { .input = AC_SV("in") });
    CHECK(one(&r, AC_CHANGE_JOB_DELETE, id) == AC_ECONFLICT && one(&r, AC_CHANGE_JOB_CANCEL, id) == AC_OK);
    CHECK(one(&r, AC_CHANGE_JOB_DELETE, id) == AC_OK && one(&r, AC_CHANGE_JOB_DELETE, id) == AC_ENOTFOUND);
    CHECK(ac_id_none(ac_store_see(&r, id).id.v));
    CHECK(ac_store_events(r.s, id, 0, 9, r.a, &events, NULL) == AC_ENOTFOUND);
    (void)ac_store_put_job(&r, NOW, (ac_job) { .id = id }); /* nothing of it stays: its number of events begins anew */
    CHECK(ac_store_see(&r, id).event == 1 && ac_store_see(&r, id).input.n == 0);
}
