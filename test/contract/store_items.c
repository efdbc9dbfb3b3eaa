/* Items, commits, requests that come again, the audit log. */
#include "contract/store_contract.h"

#define CASE(name) void ac_store_case_##name(const ac_store_maker *m)
#define ROOM()     AC_AUTO(ac_store_room) r = ac_store_room_of(m)

static ac_stored patient(ac_store_room *r, uint64_t lookup)
{
    return (ac_stored) { .kind = AC_ITEM_PATIENT,
                         .id = ac_store_next_id(r),
                         .tenant = ac_contract_tenant(1),
                         .lookup = ac_contract_lookup(lookup),
                         .sealed = AC_SV("sealed") };
}

CASE(items_come_back_as_they_were)
{
    ROOM();
    ac_stored put = patient(&r, 1), got = { 0 };
    put.owner = ac_contract_id(77);
    put.key = ac_contract_id(78);
    put.delete_ms = 1234567890123;
    put.sealed = AC_SV("any \0 bytes");
    CHECK(ac_store_put_item(&r, put) == AC_OK);
    CHECK(ac_store_item(r.s, AC_ITEM_PATIENT, put.id, r.a, &got, NULL) == AC_OK);
    CHECK(got.kind == AC_ITEM_PATIENT && ac_id_eq(got.id, put.id) && ac_id_eq(got.tenant.v, put.tenant.v));
    CHECK(ac_id_eq(got.owner, put.owner) && ac_id_eq(got.key, put.key) && got.version == 1);
    CHECK(memcmp(&got.lookup, &put.lookup, sizeof got.lookup) == 0);
    CHECK(got.created_ms == AC_CONTRACT_NOW && got.updated_ms == AC_CONTRACT_NOW && got.delete_ms == put.delete_ms);
    CHECK(ac_sv_eq(got.sealed, put.sealed));
    CHECK(ac_store_put_item(&r, put) == AC_ECONFLICT); /* its id is taken */
    CHECK(ac_store_item(r.s, AC_ITEM_KEY, put.id, r.a, &got, NULL) == AC_ENOTFOUND);
    put.kind = AC_ITEM_KEY; /* the same id for another kind is another item; nothing sealed is fine */
    put.sealed = AC_SV("");
    put.owner = (ac_id) { { 0 } };
    CHECK(ac_store_put_item(&r, put) == AC_OK);
    CHECK(ac_store_item(r.s, AC_ITEM_KEY, put.id, r.a, &got, NULL) == AC_OK && got.sealed.n == 0);
    const ac_change gone = { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_KEY, .id = put.id } };
    CHECK(ac_store_do(&r, 1, &gone, 1) == AC_OK && ac_store_do(&r, 1, &gone, 1) == AC_ENOTFOUND);
    CHECK(ac_store_item(r.s, AC_ITEM_KEY, put.id, r.a, &got, NULL) == AC_ENOTFOUND);
}

CASE(an_item_is_found_by_its_lookup)
{
    ROOM();
    ac_stored put = patient(&r, 1), got = { 0 };
    const ac_lookup other = ac_contract_lookup(2), none = { { 0 } };
    CHECK(ac_store_put_item(&r, put) == AC_OK);
    CHECK(ac_store_find(r.s, AC_ITEM_PATIENT, put.tenant, &put.lookup, r.a, &got, NULL) == AC_OK);
    CHECK(ac_id_eq(got.id, put.id));
    CHECK(ac_store_find(r.s, AC_ITEM_PATIENT, put.tenant, &other, r.a, &got, NULL) == AC_ENOTFOUND);
    CHECK(ac_store_find(r.s, AC_ITEM_PATIENT, put.tenant, &none, r.a, &got, NULL) == AC_ENOTFOUND);
    CHECK(ac_store_find(r.s, AC_ITEM_KEY, put.tenant, &put.lookup, r.a, &got, NULL) == AC_ENOTFOUND);
    CHECK(ac_store_find(r.s, AC_ITEM_PATIENT, ac_contract_tenant(2), &put.lookup, r.a, &got, NULL) == AC_ENOTFOUND);
}

CASE(a_lookup_is_unique_for_kind_and_tenant)
{
    ROOM();
    ac_stored one = patient(&r, 1), two = patient(&r, 1), none = patient(&r, 1);
    CHECK(ac_store_put_item(&r, one) == AC_OK && ac_store_put_item(&r, two) == AC_ECONFLICT);
    two.tenant = ac_contract_tenant(2);
    CHECK(ac_store_put_item(&r, two) == AC_OK);
    two.id = ac_store_next_id(&r);
    two.kind = AC_ITEM_CREDENTIAL;
    two.tenant = (ac_tenant_id) { { { 0 } } };
    CHECK(ac_store_put_item(&r, two) == AC_OK);
    two.id = ac_store_next_id(&r);
    CHECK(ac_store_put_item(&r, two) == AC_ECONFLICT); /* no tenant is one, too */
    none.lookup = (ac_lookup) { { 0 } };
    CHECK(ac_store_put_item(&r, none) == AC_OK);
    none.id = ac_store_next_id(&r);
    CHECK(ac_store_put_item(&r, none) == AC_OK); /* none is never the same */
}

CASE(an_item_is_replaced_at_its_version_only)
{
    ROOM();
    ac_stored put = patient(&r, 1), got = { 0 }, other = patient(&r, 2);
    ac_change change = { .kind = AC_CHANGE_ITEM_REPLACE, .item = put };
    CHECK(ac_store_put_item(&r, put) == AC_OK && ac_store_put_item(&r, other) == AC_OK);
    change.item.version = 1;
    change.item.lookup = ac_contract_lookup(3);
    change.item.owner = ac_contract_id(5);
    change.item.sealed = AC_SV("new");
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW + 5, &change, 1) == AC_OK);
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW + 6, &change, 1) == AC_ECONFLICT);
    CHECK(ac_store_find(r.s, AC_ITEM_PATIENT, put.tenant, &change.item.lookup, r.a, &got, NULL) == AC_OK);
    CHECK(got.version == 2 && ac_sv_eq(got.sealed, AC_SV("new")) && got.created_ms == AC_CONTRACT_NOW);
    CHECK(got.updated_ms == AC_CONTRACT_NOW + 5 && ac_id_eq(got.owner, ac_contract_id(5)));
    CHECK(ac_store_find(r.s, AC_ITEM_PATIENT, put.tenant, &put.lookup, r.a, &got, NULL) == AC_ENOTFOUND);
    change.item.version = 2;
    change.item.lookup = other.lookup;
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, &change, 1) == AC_ECONFLICT); /* the lookup is another's */
    change.item.id = ac_store_next_id(&r);
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, &change, 1) == AC_ENOTFOUND);
}

/* Of so many items, is page after page there what the question asks for, newest first, each once? */
static bool pages_give(ac_store_room *r, ac_item_query q, size_t n)
{
    size_t seen = 0;
    ac_id before = { { 0 } };
    for (;;) {
        ac_stored_list page = { 0 };
        q.before = before;
        if (ac_store_items(r->s, &q, r->a, &page, NULL) != AC_OK || page.n > q.max)
            return false;
        for (size_t i = 0; i < page.n; before = page.at[i++].id)
            if ((!ac_id_none(before) && ac_id_cmp(page.at[i].id, before) >= 0) || page.at[i].kind != q.kind)
                return false;
        if (!page.n)
            return seen == n;
        seen += page.n;
    }
}

CASE(items_are_listed_in_pages)
{
    ROOM();
    for (uint64_t i = 0; i < 20; i++) {
        ac_stored item = patient(&r, i);
        item.tenant = ac_contract_tenant(i % 2);
        item.owner = i % 5 ? (ac_id) { { 0 } } : ac_contract_id(900);
        item.kind = i % 4 == 3 ? AC_ITEM_WEBHOOK : AC_ITEM_PATIENT;
        CHECK(ac_store_put_item(&r, item) == AC_OK);
    }
    const ac_tenant_id t0 = ac_contract_tenant(0), t1 = ac_contract_tenant(1);
    CHECK(pages_give(&r, (ac_item_query) { .kind = AC_ITEM_PATIENT, .max = 4 }, 15));
    CHECK(pages_give(&r, (ac_item_query) { .kind = AC_ITEM_PATIENT, .tenant = t0, .max = 3 }, 10));
    CHECK(pages_give(&r, (ac_item_query) { .kind = AC_ITEM_PATIENT, .tenant = t1, .max = 1 }, 5));
    CHECK(pages_give(&r, (ac_item_query) { .kind = AC_ITEM_PATIENT, .owner = ac_contract_id(900), .max = 2 }, 3));
    CHECK(pages_give(
        &r, (ac_item_query) { .kind = AC_ITEM_PATIENT, .tenant = t0, .owner = ac_contract_id(900), .max = 9 }, 2));
    CHECK(pages_give(&r, (ac_item_query) { .kind = AC_ITEM_KEY, .max = AC_LIST_MAX }, 0));
}

CASE(a_commit_is_all_or_nothing)
{
    ROOM();
    ac_stored one = patient(&r, 1), two = patient(&r, 2), again = patient(&r, 1);
    const ac_change changes[] = { { .kind = AC_CHANGE_ITEM_PUT, .item = one },
                                  { .kind = AC_CHANGE_AUDIT, .audit = { .action = AC_AUDIT_CREATE } },
                                  { .kind = AC_CHANGE_JOB_PUT, .job = { .id.v = ac_contract_id(50) } },
                                  { .kind = AC_CHANGE_ITEM_PUT, .item = two },
                                  { .kind = AC_CHANGE_ITEM_PUT, .item = again } };
    ac_stored got;
    ac_job job;
    ac_store_counts counts = { .bytes = 0 };
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, changes, 5) == AC_ECONFLICT);
    CHECK(ac_store_item(r.s, AC_ITEM_PATIENT, one.id, r.a, &got, NULL) == AC_ENOTFOUND);
    CHECK(ac_store_job(r.s, changes[2].job.id, true, r.a, &job, NULL) == AC_ENOTFOUND);
    CHECK(ac_store_counted(r.s, &counts, NULL) == AC_OK && counts.jobs[0][AC_JOB_QUEUED] == 0);
    CHECK(ac_store_audit_good(&r, 0));
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, changes, 4) == AC_OK);
    CHECK(ac_store_item(r.s, AC_ITEM_PATIENT, two.id, r.a, &got, NULL) == AC_OK);
    CHECK(ac_store_audit_good(&r, 1));
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, NULL, 0) == AC_OK); /* nothing is fine */
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, &(ac_change) { .kind = AC_CHANGE_PROBE }, 1) == AC_OK);
    CHECK(ac_store_audit_good(&r, 1));
}

CASE(what_was_committed_is_there_after_opening_again)
{
    ROOM();
    ac_stored one = patient(&r, 1), got = { 0 };
    CHECK(ac_store_put_item(&r, one) == AC_OK);
    ac_job_id id = ac_store_put_job(&r, AC_CONTRACT_NOW, (ac_job) { .input = AC_SV("in") });
    CHECK(ac_store_do(&r, 5, &(ac_change) { .kind = AC_CHANGE_AUDIT, .audit = { .detail = 7 } }, 1) == AC_OK);
    ac_store_room_reopen(&r);
    CHECK(ac_store_item(r.s, AC_ITEM_PATIENT, one.id, r.a, &got, NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_store_see(&r, id).input, AC_SV("in")));
    CHECK(ac_store_do(&r, 5, &(ac_change) { .kind = AC_CHANGE_AUDIT, .audit = { .detail = 8 } }, 1) == AC_OK);
    CHECK(ac_store_audit_good(&r, 2));
}

static size_t audit_of(ac_store_room *r, ac_tenant_id tenant, bool server, uint64_t after)
{
    ac_audit_records found = { 0 };
    const ac_audit_query q = { .tenant = tenant, .server = server, .after = after, .max = 10 };
    CHECK(ac_store_audit(r->s, &q, r->a, &found, NULL) == AC_OK);
    for (size_t i = 1; i < found.n; i++)
        CHECK(found.at[i].number > found.at[i - 1].number);
    return found.n;
}

CASE(the_audit_log_is_read_by_whom_it_concerns)
{
    ROOM();
    const ac_tenant_id none = { { { 0 } } }, one = ac_contract_tenant(1), two = ac_contract_tenant(2);
    const ac_change changes[] = { { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = one } },
                                  { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = none } },
                                  { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = two } },
                                  { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = one } } };
    CHECK(ac_store_do(&r, AC_CONTRACT_NOW, changes, 4) == AC_OK);
    CHECK(audit_of(&r, one, false, 0) == 2 && audit_of(&r, two, false, 0) == 1 && audit_of(&r, none, false, 0) == 4);
    CHECK(audit_of(&r, one, true, 0) == 3 && audit_of(&r, two, true, 0) == 2); /* and what is nobody's */
    CHECK(audit_of(&r, one, true, 1) == 2 && audit_of(&r, one, true, 4) == 0);
}

/* ---- requests ---- */

static ac_rc ask_once(ac_store_room *r, uint64_t key, uint64_t body, int64_t now_ms, ac_id job, ac_committed *out)
{
    const ac_change put = { .kind = AC_CHANGE_JOB_PUT, .job = { .id.v = job, .tenant = ac_contract_tenant(1) } };
    const ac_commit c = { .changes = &put,
                          .n = 1,
                          .now_ms = now_ms,
                          .once = { .key = ac_contract_lookup(key),
                                    .body = ac_contract_lookup(body),
                                    .tenant = ac_contract_tenant(1),
                                    .outcome = job,
                                    .forget_ms = now_ms + 1000 } };
    return ac_store_commit(r->s, &c, out, NULL);
}

/* What the store says of a request without being asked to do it. */
static ac_rc ask_of(ac_store_room *r, uint64_t key, uint64_t body, int64_t now_ms, ac_id *outcome)
{
    const ac_once once = { .key = ac_contract_lookup(key),
                           .body = ac_contract_lookup(body),
                           .tenant = ac_contract_tenant(1) };
    return ac_store_came(r->s, &once, now_ms, outcome, NULL);
}

CASE(what_came_of_a_request_is_known_until_it_is_forgotten)
{
    ROOM();
    ac_committed did = { 0 };
    ac_id outcome = { { 0 } };
    const ac_id one = ac_store_next_id(&r);
    CHECK(ask_of(&r, 1, 1, 5000, &outcome) == AC_ENOTFOUND && ac_id_none(outcome));
    CHECK(ask_once(&r, 1, 1, 5000, one, &did) == AC_OK);
    CHECK(ask_of(&r, 1, 2, 5001, &outcome) == AC_ECONFLICT && ac_id_none(outcome));
    CHECK(ask_of(&r, 2, 1, 5001, &outcome) == AC_ENOTFOUND);
    CHECK(ask_of(&r, 1, 1, 5999, &outcome) == AC_OK && ac_id_eq(outcome, one));
    CHECK(ask_of(&r, 1, 1, 6001, &outcome) == AC_ENOTFOUND);
}

CASE(the_same_request_again_changes_nothing)
{
    ROOM();
    ac_committed did = { 0 };
    const ac_id one = ac_store_next_id(&r), two = ac_store_next_id(&r);
    CHECK(ask_once(&r, 1, 1, 5000, one, &did) == AC_OK && !did.replayed);
    CHECK(ask_once(&r, 1, 1, 5001, two, &did) == AC_OK && did.replayed && ac_id_eq(did.outcome, one));
    CHECK(ac_id_none(ac_store_see(&r, (ac_job_id) { two }).id.v));
    CHECK(ask_once(&r, 1, 2, 5002, two, &did) == AC_ECONFLICT);
    CHECK(ask_once(&r, 1, 1, 5003, two, NULL) == AC_OK);
    CHECK(ac_id_none(ac_store_see(&r, (ac_job_id) { two }).id.v));
    ac_store_room_reopen(&r);
    CHECK(ask_once(&r, 1, 1, 5004, two, &did) == AC_OK && did.replayed && ac_id_eq(did.outcome, one));
    CHECK(ask_once(&r, 2, 1, 5005, two, &did) == AC_OK && !did.replayed);
}

CASE(a_request_that_failed_is_not_remembered)
{
    ROOM();
    ac_committed did = { 0 };
    const ac_id one = ac_store_next_id(&r), two = ac_store_next_id(&r);
    CHECK(ask_once(&r, 1, 1, 5000, one, &did) == AC_OK);
    CHECK(ask_once(&r, 2, 1, 5000, one, &did) == AC_ECONFLICT); /* the job is there already */
    CHECK(ask_once(&r, 2, 1, 5000, two, &did) == AC_OK && !did.replayed);
}

CASE(requests_are_forgotten)
{
    ROOM();
    ac_committed did = { 0 };
    ac_swept swept;
    const ac_id ids[] = { ac_store_next_id(&r), ac_store_next_id(&r), ac_store_next_id(&r) };
    CHECK(ask_once(&r, 1, 1, 5000, ids[0], &did) == AC_OK && ask_once(&r, 2, 1, 5900, ids[1], &did) == AC_OK);
    CHECK(ac_store_sweep(r.s, 6500, &swept, NULL) == AC_OK);
    CHECK(ask_once(&r, 1, 2, 6501, ids[2], &did) == AC_OK && !did.replayed);
    CHECK(ask_once(&r, 2, 1, 6502, ids[2], &did) == AC_OK && did.replayed);
    CHECK(ask_once(&r, 2, 2, 6950, ac_store_next_id(&r), &did) == AC_OK && !did.replayed); /* its time is over */
}

/* ---- audit ---- */

CASE(audit_records_are_chained)
{
    ROOM();
    ac_audit_records page = { 0 };
    for (uint64_t i = 1; i <= 250; i++) {
        const ac_change change = { .kind = AC_CHANGE_AUDIT,
                                   .audit = { .number = 9999, .action = AC_AUDIT_READ, .detail = i, .mac = { 1 } } };
        CHECK(ac_store_do(&r, AC_CONTRACT_NOW + (int64_t)i, &change, 1) == AC_OK);
    }
    CHECK(ac_store_audit_good(&r, 250));
    CHECK(ac_store_audit(r.s, &(ac_audit_query) { .after = 249, .max = 10 }, r.a, &page, NULL) == AC_OK);
    CHECK(page.n == 1 && page.at[0].detail == 250 && page.at[0].at_ms == AC_CONTRACT_NOW + 250);
    CHECK(ac_store_audit(r.s, &(ac_audit_query) { .last = true, .max = 9 }, r.a, &page, NULL) == AC_OK);
    CHECK(page.n == 1 && page.at[0].number == 250);
}

CASE(audit_records_are_listed_by_tenant_and_patient)
{
    ROOM();
    for (uint64_t i = 0; i < 24; i++) {
        ac_change change = { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = ac_contract_tenant(i % 2), .detail = i } };
        if (i % 3 == 0)
            change.audit.patient.v = ac_contract_id(i % 4 + 10);
        CHECK(ac_store_do(&r, AC_CONTRACT_NOW, &change, 1) == AC_OK);
    }
    ac_audit_query q = { .tenant = ac_contract_tenant(1), .max = 100 };
    ac_audit_records page = { 0 };
    CHECK(ac_store_audit(r.s, &q, r.a, &page, NULL) == AC_OK && page.n == 12 && page.at[0].detail == 1);
    q.after = page.at[3].number;
    q.max = 2;
    CHECK(ac_store_audit(r.s, &q, r.a, &page, NULL) == AC_OK && page.n == 2 && page.at[0].detail == 9);
    q = (ac_audit_query) { .patient.v = ac_contract_id(10), .max = 100 };
    CHECK(ac_store_audit(r.s, &q, r.a, &page, NULL) == AC_OK && page.n == 2); /* 0, 12 */
    CHECK(page.at[1].detail == 12 && ac_id_eq(page.at[1].patient.v, ac_contract_id(10)));
    q.tenant = ac_contract_tenant(1);
    CHECK(ac_store_audit(r.s, &q, r.a, &page, NULL) == AC_OK && page.n == 0);
}
