/** What every store has to do (port/store.h), as tests over whichever adapter opens one. */
#ifndef AC_TEST_STORE_CONTRACT_H
#define AC_TEST_STORE_CONTRACT_H

#include "kit/test.h"
#include "port/store.h"

/** The adapter under test. The audit chain of the store is ac_contract_chain. */
typedef struct {
    ac_store *(*open)(void *context); /* again after a free: what was in it is there; NULL fails the test */
    void (*clear)(void *context);     /* the next one that is opened is empty */
    void *context;
} ac_store_maker;

extern const ac_audit_chain ac_contract_chain;

#define AC_STORE_CONTRACT(X)                                                                                           \
    X(items_come_back_as_they_were)                                                                                    \
    X(an_item_is_found_by_its_lookup)                                                                                  \
    X(a_lookup_is_unique_for_kind_and_tenant)                                                                          \
    X(an_item_is_replaced_at_its_version_only)                                                                         \
    X(items_are_listed_in_pages)                                                                                       \
    X(a_commit_is_all_or_nothing)                                                                                      \
    X(what_was_committed_is_there_after_opening_again)                                                                 \
    X(what_came_of_a_request_is_known_until_it_is_forgotten)                                                           \
    X(the_audit_log_is_read_by_whom_it_concerns)                                                                       \
    X(the_same_request_again_changes_nothing)                                                                          \
    X(a_request_that_failed_is_not_remembered)                                                                         \
    X(requests_are_forgotten)                                                                                          \
    X(audit_records_are_chained)                                                                                       \
    X(audit_records_are_listed_by_tenant_and_patient)                                                                  \
    X(jobs_come_back_as_they_were)                                                                                     \
    X(jobs_are_listed_by_what_is_asked)                                                                                \
    X(a_job_runs_step_by_step)                                                                                         \
    X(every_change_of_a_job_is_an_event)                                                                               \
    X(only_the_last_token_counts)                                                                                      \
    X(a_job_that_is_to_be_retried_waits_for_its_time)                                                                  \
    X(a_lease_that_runs_out_is_queued_again_or_dead)                                                                   \
    X(a_job_that_is_returned_was_never_leased)                                                                         \
    X(a_job_that_is_returned_for_later_waits)                                                                          \
    X(one_that_was_begun_before_comes_alone)                                                                           \
    X(a_lease_that_is_renewed_does_not_run_out)                                                                        \
    X(a_queued_job_is_cancelled_at_once)                                                                               \
    X(a_running_job_is_asked_to_stop)                                                                                  \
    X(who_was_asked_to_stop_is_not_queued_again)                                                                       \
    X(a_dead_job_is_revived)                                                                                           \
    X(a_job_is_deleted_when_it_has_ended)                                                                              \
    X(jobs_of_a_dead_process_are_queued_again)                                                                         \
    X(what_is_old_is_swept)                                                                                            \
    X(jobs_are_counted)                                                                                                \
    X(a_patient_is_shredded)                                                                                           \
    X(a_shred_leaves_the_keys_of_others)                                                                               \
    X(what_is_on_hold_stays)                                                                                           \
    X(a_key_stays_as_long_as_something_needs_it)                                                                       \
    X(higher_priority_goes_first)                                                                                      \
    X(tenants_take_turns)                                                                                              \
    X(who_comes_late_does_not_wait_for_a_thousand)                                                                     \
    X(a_thousand_that_become_due_do_not_go_first)                                                                      \
    X(kinds_take_turns)                                                                                                \
    X(only_kinds_that_are_asked_for_are_leased)                                                                        \
    X(the_watcher_hears_what_happens)                                                                                  \
    X(a_job_is_leased_once_by_many_threads)                                                                            \
    X(one_of_racing_ends_wins)                                                                                         \
    X(one_of_racing_requests_is_done)                                                                                  \
    X(a_cancel_that_races_an_end_is_seen_or_too_late)                                                                  \
    X(audit_numbers_have_no_gaps_under_threads)                                                                        \
    X(who_committed_sees_it)                                                                                           \
    X(what_is_begun_is_told_once)                                                                                      \
    X(what_is_begun_is_done_before_the_end)                                                                            \
    X(a_lease_that_is_begun_is_told)                                                                                   \
    X(what_has_to_be_idle_is)                                                                                          \
    X(what_is_needed_is_there)                                                                                         \
    X(nobody_gets_a_job_after_he_was_shredded)                                                                         \
    X(what_was_acknowledged_survives_a_kill)

#define AC_STORE_CASE(name) void ac_store_case_##name(const ac_store_maker *m);
AC_STORE_CONTRACT(AC_STORE_CASE)
#undef AC_STORE_CASE

/* ---- for the cases themselves ---- */

/** A store that is empty, an arena, and ids in ascending order. */
typedef struct {
    const ac_store_maker *maker;
    ac_store *s;
    ac_arena *a;
    uint64_t ids;
} ac_store_room;

enum { AC_CONTRACT_NOW = 1000000 }; /* ms */

ac_store_room ac_store_room_of(const ac_store_maker *m);
void ac_store_room_cleanup(ac_store_room *r);
void ac_store_room_reopen(ac_store_room *r);

ac_id ac_contract_id(uint64_t n); /* ascending */
ac_id ac_store_next_id(ac_store_room *r);
ac_tenant_id ac_contract_tenant(uint64_t n);
ac_lookup ac_contract_lookup(uint64_t n);

ac_rc ac_store_do(ac_store_room *r, int64_t now_ms, const ac_change *changes, size_t n);
ac_rc ac_store_put_item(ac_store_room *r, ac_stored item);
/** A queued job; what is not given gets a value. Its id. */
ac_job_id ac_store_put_job(ac_store_room *r, int64_t now_ms, ac_job job);
ac_job_list ac_store_take(ac_store_room *r, int64_t now_ms, size_t max); /* of all kinds, for 1,000 ms */
ac_job ac_store_see(ac_store_room *r, ac_job_id id);                     /* whole; all zero: not there */
ac_rc ac_store_end(ac_store_room *r, int64_t now_ms, const ac_job *leased, ac_job_state to);
/** Is the whole audit log one chain of n records? */
bool ac_store_audit_good(ac_store_room *r, uint64_t n);

/** Run it in so many threads at once: run(context, 0), run(context, 1) ... */
void ac_contract_threads(size_t n, void (*run)(void *context, size_t i), void *context);

#endif
