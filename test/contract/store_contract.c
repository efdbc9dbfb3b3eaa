#include "contract/store_contract.h"

#include <pthread.h>

enum { THREADS_MAX = 64 };

/* No secret, but it depends on every byte and on their order. */
static void toy_mac(void *context, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC])
{
    uint64_t h = 0xcbf29ce484222325;
    (void)context;
    for (size_t i = 0; i < n; i++)
        h = (h ^ bytes[i]) * 0x100000001b3;
    for (size_t i = 0; i < AC_AUDIT_MAC; i++)
        out[i] = (unsigned char)(h >> (i % 8 * 8) ^ i);
}

const ac_audit_chain ac_contract_chain = { toy_mac, NULL };

ac_store_room ac_store_room_of(const ac_store_maker *m)
{
    m->clear(m->context);
    ac_store_room r = { .maker = m, .s = m->open(m->context), .a = ac_arena_new(64 << 20), .ids = 1 };
    CHECK(r.s && r.a);
    return r;
}

void ac_store_room_cleanup(ac_store_room *r)
{
    ac_store_free(r->s);
    ac_arena_free(r->a);
    r->maker->clear(r->maker->context);
}

void ac_store_room_reopen(ac_store_room *r)
{
    ac_store_free(r->s);
    r->s = r->maker->open(r->maker->context);
    CHECK(r->s);
}

ac_id ac_contract_id(uint64_t n)
{
    ac_id id = { .b = { 1 } };
    for (int i = 0; i < 8; i++)
        id.b[15 - i] = (unsigned char)(n >> (i * 8));
    return id;
}

ac_id ac_store_next_id(ac_store_room *r) { return ac_contract_id(r->ids++); }

ac_tenant_id ac_contract_tenant(uint64_t n)
{
    ac_tenant_id t = { ac_contract_id(n) };
    t.v.b[0] = 2;
    return t;
}

ac_lookup ac_contract_lookup(uint64_t n)
{
    ac_lookup l = { .b = { 3 } };
    memcpy(l.b + 8, &n, sizeof n);
    return l;
}

ac_rc ac_store_do(ac_store_room *r, int64_t now_ms, const ac_change *changes, size_t n)
{
    return ac_store_commit(r->s, &(ac_commit) { .changes = changes, .n = n, .now_ms = now_ms }, NULL, NULL);
}

ac_rc ac_store_put_item(ac_store_room *r, ac_stored item)
{
    return ac_store_do(r, AC_CONTRACT_NOW, &(ac_change) { .kind = AC_CHANGE_ITEM_PUT, .item = item }, 1);
}

ac_job_id ac_store_put_job(ac_store_room *r, int64_t now_ms, ac_job job)
{
    job.id.v = ac_id_none(job.id.v) ? ac_store_next_id(r) : job.id.v;
    job.tenant = ac_id_none(job.tenant.v) ? ac_contract_tenant(1) : job.tenant;
    job.attempts_max = job.attempts_max ? job.attempts_max : 3;
    CHECK(ac_store_do(r, now_ms, &(ac_change) { .kind = AC_CHANGE_JOB_PUT, .job = job }, 1) == AC_OK);
    return job.id;
}

ac_job_list ac_store_take(ac_store_room *r, int64_t now_ms, size_t max)
{
    ac_job_list out = { 0 };
    const ac_lease l = { .now_ms = now_ms, .lease_ms = 1000, .kinds = (1u << AC_JOB_KINDS) - 1, .max = max };
    CHECK(ac_store_lease(r->s, &l, r->a, &out, NULL) == AC_OK);
    return out;
}

ac_job ac_store_see(ac_store_room *r, ac_job_id id)
{
    ac_job job = { .kind = AC_JOB_PROCESS };
    const ac_rc rc = ac_store_job(r->s, id, true, r->a, &job, NULL);
    CHECK(rc == AC_OK || rc == AC_ENOTFOUND);
    return job;
}

ac_rc ac_store_end(ac_store_room *r, int64_t now_ms, const ac_job *leased, ac_job_state to)
{
    const ac_change end = { .kind = AC_CHANGE_JOB_END,
                            .job = { .id = leased->id, .token = leased->token, .state = to } };
    return ac_store_do(r, now_ms, &end, 1);
}

bool ac_store_audit_good(ac_store_room *r, uint64_t n)
{
    unsigned char mac[AC_AUDIT_MAC] = { 0 };
    uint64_t number = 0;
    for (;;) {
        ac_audit_records page = { 0 };
        if (ac_store_audit(r->s, &(ac_audit_query) { .after = number, .max = 100 }, r->a, &page, NULL) != AC_OK)
            return false;
        for (size_t i = 0; i < page.n; i++) {
            if (!ac_audit_follows(&ac_contract_chain, number, mac, &page.at[i]))
                return false;
            number = page.at[i].number;
            memcpy(mac, page.at[i].mac, sizeof mac);
        }
        if (page.n < 100)
            return number == n;
    }
}

/* ---- threads
 * ------------------------------------------------------------------------------------------------------------
 */

typedef struct {
    void (*run)(void *context, size_t i);
    void *context;
    size_t i;
} thread_work;

static void *thread_run(void *arg)
{
    const thread_work *w = arg;
    w->run(w->context, w->i);
    return NULL;
}

void ac_contract_threads(size_t n, void (*run)(void *context, size_t i), void *context)
{
    pthread_t id[THREADS_MAX];
    thread_work work[THREADS_MAX];
    for (size_t i = 0; i < n; i++) {
        work[i] = (thread_work) { run, context, i };
        CHECK(pthread_create(&id[i], NULL, thread_run, &work[i]) == 0);
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(id[i], NULL);
}
