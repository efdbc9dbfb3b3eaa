/* How long data is kept, over the real store, at times of the test's own. */
#include "app/documents.h"
#include "app/jobs.h"
#include "app/patients.h"
#include "app/retention.h"
#include "app/tenants.h"

#include "adapter/blobs/blobs.h"
#include "main/world_testing.h"

#define DAY AC_TEST_DAY
enum { TEXT_MAX = 1 << 16, WHILE_MS = 60000 };
typedef struct {
    ac_test_world w; /* first */
    ac_blobs *blobs;
    ac_service *service;
} room;

static void room_cleanup(room *r)
{
    while (!ac_jobs_stop(r->service)) {} /* leases come and ends go on the store's thread */
    ac_service_free(r->service);
    ac_blobs_free(r->blobs);
    ac_test_world_close(&r->w);
}

static void open_room(room *r)
{
    *r = (room) { .service = NULL };
    ac_test_world_open(&r->w, "retention", (size_t)64 << 20);
    CHECK(ac_blobs_open(ac_test_folder("retention", "blobs"), &r->blobs, NULL) == AC_OK);
    const ac_service_options opt = { .store = r->w.store,
                                     .blobs = r->blobs,
                                     .crypto = r->w.crypto,
                                     .clock = &r->w.clock,
                                     .vault = r->w.vault,
                                     .access = r->w.access,
                                     .max_bytes = TEXT_MAX,
                                     .attempts = 1,
                                     .lease_ms = 1000,
                                     .slots = 1 };
    CHECK(ac_service_new(&opt, &r->service, NULL) == AC_OK);
}

static ac_patient_id patient(room *r, const char *reference)
{
    bool fresh;
    ac_patient_info p = { 0 };
    CHECK(ac_patients_add(r->service, &r->w.admin, ac_sv_z(reference), r->w.arena, &p, &fresh, NULL) == AC_OK);
    return p.id;
}

static ac_document_id document(room *r, ac_patient_id of)
{
    ac_upload *u = NULL;
    ac_document_id id = { { { 0 } } };
    const ac_upload_options opt = { .name = AC_SV("a"), .type = AC_SV("text/plain"), .patient = of };
    CHECK(ac_upload_begin(r->service, &r->w.admin, &opt, &u, NULL) == AC_OK);
    CHECK(ac_upload_add(u, AC_SV("Cough."), NULL) == AC_OK && ac_upload_end(u, &id, NULL) == AC_OK);
    return id;
}

static ac_job_id job(room *r, ac_patient_id of)
{
    ac_submitted done = { 0 };
    ac_arena *arena = NULL;
    bool worked = false;
    const ac_submission sub = { .bytes = AC_SV("Cough since yesterday."), .text = true, .patient = of, .priority = 4 };
    CHECK(ac_jobs_submit(r->service, &r->w.admin, &sub, 1, AC_SV(""), NULL, &done, NULL) == AC_OK);
    ac_job got = { 0 };
    while (!ac_job_ended(got.state)) { /* leases and ends come from the store's thread */
        CHECK(ac_jobs_work(r->service, &arena, &worked, NULL) == AC_OK);
        CHECK(ac_jobs_get(r->service, &r->w.admin, done.first, r->w.arena, &got, NULL) == AC_OK);
    }
    ac_arena_free(arena);
    return done.first;
}

static bool job_is_there(room *r, ac_job_id id)
{
    ac_job got;
    return ac_jobs_get(r->service, &r->w.admin, id, r->w.arena, &got, NULL) == AC_OK;
}
static bool document_is_there(room *r, ac_document_id id)
{
    uint64_t size;
    ac_document_info got;
    const bool row = ac_documents_get(r->service, &r->w.admin, id, r->w.arena, &got, NULL) == AC_OK;
    CHECK((ac_blobs_size(r->blobs, id.v, &size, NULL) == AC_OK) == row);
    return row;
}
static bool patient_is_there(room *r, ac_patient_id id)
{
    ac_patient_info got;
    return ac_patients_get(r->service, &r->w.admin, id, r->w.arena, &got, NULL) == AC_OK;
}
static size_t events_of(room *r, ac_job_id id)
{
    ac_job_events got = { 0 };
    CHECK(ac_jobs_events(r->service, &r->w.admin, id, 0, r->w.arena, &got, NULL) == AC_OK);
    return got.n;
}

/* The records of passes: how many of what went. */
static uint64_t told(room *r, ac_audit_what what)
{
    ac_audit_records all = { 0 };
    uint64_t n = 0;
    const ac_audit_query q = { .tenant = r->w.admin.tenant, .max = AC_LIST_MAX };
    CHECK(ac_store_audit(r->w.store, &q, r->w.arena, &all, NULL) == AC_OK);
    for (size_t i = 0; i < all.n; i++)
        n += all.at[i].action == AC_AUDIT_RETENTION && all.at[i].what == what ? all.at[i].detail : 0;
    return n;
}

static void keep(room *r)
{
    for (int i = 0; i < 2; i++) /* the second time there is nothing to do */
        CHECK(ac_retention_keep(r->service, WHILE_MS, NULL) == AC_OK);
}

AC_TEST(retention, each_rule_removes_what_is_old_enough_and_nothing_else)
{
    AC_AUTO(room) r;
    open_room(&r);
    const ac_patient_id idle = patient(&r, "idle"), busy = patient(&r, "busy");
    const ac_document_id old = document(&r, busy);
    const ac_job_id first = job(&r, idle);
    r.w.ms += 10 * DAY;
    const ac_document_id young = document(&r, busy);
    const ac_job_id second = job(&r, busy);
    r.w.ms += 6 * DAY;
    keep(&r); /* without rules */
    CHECK(document_is_there(&r, old) && job_is_there(&r, first) && patient_is_there(&r, idle));

    ac_retention rules = { .days = { [AC_RULE_DOCUMENTS] = 7, [AC_RULE_EVENTS] = 5 } };
    ac_retention_counts would;
    CHECK(ac_retention_count(r.service, &r.w.admin, &rules, &would, NULL) == AC_OK);
    CHECK(would.n[AC_RULE_DOCUMENTS] == 1 && would.n[AC_RULE_EVENTS] == 2 && !would.n[AC_RULE_PATIENTS]);
    CHECK(document_is_there(&r, old) && events_of(&r, first) == 3); /* it was a question */
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    keep(&r);
    CHECK(!document_is_there(&r, old) && document_is_there(&r, young));
    CHECK(!events_of(&r, first) && !events_of(&r, second) && job_is_there(&r, first));
    CHECK(told(&r, AC_WHAT_DOCUMENT) == 1 && told(&r, AC_WHAT_JOB) == 2);

    rules = (ac_retention) { .days = { [AC_RULE_RESULTS] = 14 } };
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    keep(&r);
    CHECK(!job_is_there(&r, first) && job_is_there(&r, second) && told(&r, AC_WHAT_RESULT) == 1);

    rules = (ac_retention) { .days = { [AC_RULE_PATIENTS] = 12 } };
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    keep(&r);
    CHECK(!patient_is_there(&r, idle) && patient_is_there(&r, busy) && told(&r, AC_WHAT_PATIENT) == 1);
    r.w.ms += 7 * DAY; /* an hour has passed, so it begins again */
    keep(&r);
    CHECK(!patient_is_there(&r, busy) && !document_is_there(&r, young) && !job_is_there(&r, second));
    ac_retention read;
    CHECK(ac_retention_get(r.service, &r.w.admin, &read, NULL) == AC_OK && read.days[AC_RULE_PATIENTS] == 12);
}

AC_TEST(retention, what_is_on_hold_stays)
{
    AC_AUTO(room) r;
    open_room(&r);
    const ac_patient_id p = patient(&r, "held");
    const ac_document_id doc = document(&r, p);
    const ac_job_id done = job(&r, p);
    const ac_retention rules = {
        .days = { [AC_RULE_DOCUMENTS] = 1, [AC_RULE_RESULTS] = 1, [AC_RULE_EVENTS] = 1, [AC_RULE_PATIENTS] = 1 }
    };
    ac_retention_counts would;
    CHECK(ac_patients_hold(r.service, &r.w.admin, p, true, NULL) == AC_OK);
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    r.w.ms += 30 * DAY;
    CHECK(ac_retention_count(r.service, &r.w.admin, &rules, &would, NULL) == AC_OK);
    CHECK(would.held == 4 && !would.n[AC_RULE_DOCUMENTS] && !would.n[AC_RULE_PATIENTS]);
    keep(&r);
    CHECK(ac_store_sweep(r.w.store, r.w.ms, NULL, NULL) == AC_OK);
    CHECK(document_is_there(&r, doc) && job_is_there(&r, done) && events_of(&r, done) == 3 && patient_is_there(&r, p));
    CHECK(ac_patients_delete(r.service, &r.w.admin, p, NULL) == AC_ECONFLICT && patient_is_there(&r, p));
    CHECK(ac_documents_remove(r.service, &r.w.admin, doc, NULL) == AC_ECONFLICT && document_is_there(&r, doc));
    CHECK(ac_jobs_remove(r.service, &r.w.admin, done, NULL) == AC_ECONFLICT);
    CHECK(ac_patients_hold(r.service, &r.w.admin, p, false, NULL) == AC_OK);
    r.w.ms += 2 * DAY;
    keep(&r);
    CHECK(!patient_is_there(&r, p) && !document_is_there(&r, doc) && !job_is_there(&r, done));
}

/* Of a document, to begin in so many days. */
static ac_job_id job_later(room *r, ac_document_id of, int64_t days)
{
    ac_submitted done = { 0 };
    const ac_submission sub = { .document = of.v, .priority = 4, .run_at_ms = r->w.ms + days * DAY };
    CHECK(ac_jobs_submit(r->service, &r->w.admin, &sub, 1, AC_SV(""), NULL, &done, NULL) == AC_OK);
    return done.first;
}

static ac_job work_off(room *r, ac_job_id id)
{
    ac_job got = { 0 };
    ac_arena *arena = NULL;
    bool worked = false;
    CHECK(ac_store_sweep(r->w.store, r->w.ms, &(ac_swept) { 0 }, NULL) == AC_OK);
    while (!ac_job_ended(got.state)) {
        CHECK(ac_jobs_work(r->service, &arena, &worked, NULL) == AC_OK);
        CHECK(ac_jobs_get(r->service, &r->w.admin, id, r->w.arena, &got, NULL) == AC_OK);
    }
    ac_arena_free(arena);
    return got;
}

AC_TEST(retention, what_a_job_waits_to_read_stays_until_it_has_ended)
{
    AC_AUTO(room) r;
    open_room(&r);
    const ac_patient_id p = patient(&r, "waits");
    const ac_document_id doc = document(&r, p), plain = document(&r, p);
    const ac_job_id later = job_later(&r, doc, 20);
    (void)job(&r, p); /* a newer one, which has ended */
    const ac_retention rules = { .days = { [AC_RULE_DOCUMENTS] = 3, [AC_RULE_PATIENTS] = 3 } };
    ac_retention_counts would;
    r.w.ms += 10 * DAY;
    CHECK(ac_retention_count(r.service, &r.w.admin, &rules, &would, NULL) == AC_OK);
    CHECK(would.n[AC_RULE_DOCUMENTS] == 1 && !would.n[AC_RULE_PATIENTS] && !would.held);
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    keep(&r);
    CHECK(!document_is_there(&r, plain) && document_is_there(&r, doc) && patient_is_there(&r, p));
    r.w.ms += 10 * DAY;
    CHECK(work_off(&r, later).state == AC_JOB_COMPLETED);
    keep(&r);
    CHECK(!document_is_there(&r, doc) && patient_is_there(&r, p));
    r.w.ms += 4 * DAY;
    keep(&r);
    CHECK(!patient_is_there(&r, p) && !job_is_there(&r, later));
}

AC_TEST(retention, a_job_whose_document_was_deleted_says_so)
{
    AC_AUTO(room) r;
    ac_sv why = { 0 };
    open_room(&r);
    const ac_document_id doc = document(&r, patient(&r, "deleted"));
    const ac_job_id later = job_later(&r, doc, 1);
    CHECK(ac_documents_remove(r.service, &r.w.admin, doc, NULL) == AC_OK); /* somebody says so: it goes */
    r.w.ms += 2 * DAY;
    const ac_job ended = work_off(&r, later);
    CHECK(ended.state == AC_JOB_FAILED && ended.error == AC_ENOTFOUND && ended.attempt == 1);
    CHECK(ac_jobs_reason(r.service, &ended, r.w.arena, &why, NULL) == AC_OK);
    CHECK(ac_sv_eq(why, AC_SV("the document was deleted")));
}

AC_TEST(retention, rules_are_each_tenants_own)
{
    AC_AUTO(room) r;
    char text[AC_KEY_TEXT];
    ac_tenant_info other;
    open_room(&r);
    CHECK(ac_tenants_add(r.w.access, &r.w.admin, AC_SV("other"), text, r.w.arena, &other, NULL) == AC_OK);
    const ac_document_id here = document(&r, (ac_patient_id) { { { 0 } } });
    const ac_principal host = r.w.admin;
    r.w.admin.tenant = other.id;
    const ac_document_id there = document(&r, (ac_patient_id) { { { 0 } } });
    const ac_retention rules = { .days = { [AC_RULE_DOCUMENTS] = 3 } };
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    r.w.ms += 4 * DAY;
    keep(&r);
    CHECK(!document_is_there(&r, there));
    r.w.admin = host;
    CHECK(document_is_there(&r, here));
    CHECK(ac_retention_set(r.service, &r.w.admin, &(ac_retention) { .days = { AC_RULE_DAYS_MAX + 1 } }, NULL) ==
          AC_EINPUT);
}

AC_TEST(retention, more_than_a_page_goes)
{
    enum { MANY = 250 };
    AC_AUTO(room) r;
    ac_document_infos left = { 0 };
    open_room(&r);
    const ac_patient_id p = patient(&r, "many"), held = patient(&r, "held");
    for (int i = 0; i < MANY; i++)
        (void)document(&r, i % 5 ? p : held);
    CHECK(ac_patients_hold(r.service, &r.w.admin, held, true, NULL) == AC_OK);
    const ac_retention rules = { .days = { [AC_RULE_DOCUMENTS] = 3 } };
    ac_retention_counts would;
    r.w.ms += 4 * DAY;
    CHECK(ac_retention_count(r.service, &r.w.admin, &rules, &would, NULL) == AC_OK);
    CHECK(would.n[AC_RULE_DOCUMENTS] == MANY / 5 * 4 && would.held == MANY / 5 && !would.more);
    CHECK(ac_retention_set(r.service, &r.w.admin, &rules, NULL) == AC_OK);
    keep(&r);
    CHECK(ac_documents_list(r.service, &r.w.admin, (ac_patient_id) { { { 0 } } }, (ac_id) { { 0 } }, AC_LIST_MAX,
                            r.w.arena, &left, NULL) == AC_OK);
    CHECK(left.n == MANY / 5 && told(&r, AC_WHAT_DOCUMENT) == MANY / 5 * 4);
}
