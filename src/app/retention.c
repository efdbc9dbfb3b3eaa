#include "app/retention.h"

#include "app/patients.h"
#include "app/service_parts.h"

enum { PAGE = 100, LOOK_MAX = 200000, ARENA = 8 << 20, DAY_MS = 24 * 3600 * 1000, EVERY_MS = 3600 * 1000 };

/* One page of one rule of one tenant. */
typedef struct {
    ac_service *s;
    ac_tenant_id tenant;
    int64_t cutoff; /* what is older goes */
    bool dry;
    ac_arena *arena;
    ac_id before;
    size_t looked;
    uint64_t gone, held;
} page;

static ac_principal server_of(ac_tenant_id tenant)
{
    return (ac_principal) { .tenant = tenant, .kind = AC_ACTOR_SERVER };
}

/* Ids tell when they were made: nothing from the cutoff on has a smaller one. */
static ac_id id_at(int64_t ms)
{
    static const unsigned char zeros[AC_ID_RANDOM];
    return ac_id_make(ms > 0 ? ms : 0, zeros);
}

static ac_rc is_held(page *p, ac_id patient, bool *out, ac_err *err)
{
    ac_stored row;
    *out = false;
    if (ac_id_none(patient))
        return AC_OK;
    ac_rc rc = ac_store_item(p->s->o.store, AC_ITEM_PATIENT, patient, p->arena, &row, err);
    *out = rc == AC_OK && row.delete_ms == AC_HELD;
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

/* Does something wait for it, or work on it? What a rule would take from under a job stays until the job has ended. */
static ac_rc is_busy(page *p, ac_item_kind kind, ac_id id, bool *out, ac_err *err)
{
    ac_job_list one = { 0 };
    ac_job_query q = { .tenant = p->tenant, .kinds = ~(1u << AC_JOB_WEBHOOK), .max = 1 };
    for (int state = 0; state < AC_JOB_STATES; state++)
        q.states |= (uint32_t)!ac_job_ended((ac_job_state)state) << state;
    if (kind == AC_ITEM_DOCUMENT)
        q.document = id;
    else
        q.patient.v = id;
    AC_TRY(err, ac_store_jobs(p->s->o.store, &q, p->arena, &one, err));
    *out = one.n > 0;
    return AC_OK;
}

/* Somebody was faster, has just put it on hold, or has submitted a job for it: it is done, or not to be done. */
static bool is_not_ours(ac_rc rc) { return rc == AC_OK || rc == AC_ENOTFOUND || rc == AC_ECONFLICT; }

/* A job or its events go, with a record. */
static ac_rc remove_one(page *p, ac_change what, ac_audit_what kind, ac_id id, ac_id patient, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(p->s->o.clock);
    const ac_principal server = server_of(p->tenant);
    const ac_change changes[] = { what, ac_audit_of(&server, now, AC_AUDIT_DELETE, kind, id,
                                                    (ac_patient_id) { patient }, AC_OK) };
    ac_rc rc = ac_store_commit(p->s->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err);
    p->gone += rc == AC_OK;
    return is_not_ours(rc) ? AC_OK : rc;
}

/* ---- the rules ---- */

static ac_rc documents(page *p, ac_err *err)
{
    ac_stored_list rows = { 0 };
    const ac_principal server = server_of(p->tenant);
    const ac_item_query q = { .kind = AC_ITEM_DOCUMENT, .tenant = p->tenant, .before = p->before, .max = PAGE };
    AC_TRY(err, ac_store_items(p->s->o.store, &q, p->arena, &rows, err));
    p->looked = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        bool held, busy;
        p->before = rows.at[i].id;
        AC_TRY(err, is_held(p, rows.at[i].owner, &held, err));
        AC_TRY(err, is_busy(p, AC_ITEM_DOCUMENT, rows.at[i].id, &busy, err));
        p->held += held;
        p->gone += !held && !busy && p->dry;
        if (held || busy || p->dry)
            continue;
        const ac_rc rc = ac_document_forget(p->s, &server, &rows.at[i], true, p->arena, err);
        p->gone += rc == AC_OK;
        if (!is_not_ours(rc))
            return rc;
    }
    return AC_OK;
}

static ac_rc has_events(page *p, ac_job_id id, bool *out, ac_err *err)
{
    ac_job_events one = { 0 };
    const ac_rc rc = ac_store_events(p->s->o.store, id, 0, 1, p->arena, &one, err);
    *out = one.n > 0;
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

static ac_rc jobs(page *p, bool events, ac_err *err)
{
    ac_job_list list = { 0 };
    uint32_t ended = 0;
    for (int state = 0; state < AC_JOB_STATES; state++)
        ended |= (uint32_t)ac_job_ended((ac_job_state)state) << state;
    const ac_job_query q = { .tenant = p->tenant, .states = ended, .before = p->before, .max = PAGE };
    AC_TRY(err, ac_store_jobs(p->s->o.store, &q, p->arena, &list, err));
    p->looked = list.n;
    for (size_t i = 0; i < list.n; i++) {
        const ac_job *j = &list.at[i];
        bool held, there = true;
        p->before = j->id.v;
        if (j->ended_ms > p->cutoff)
            continue;
        AC_TRY(err, events ? has_events(p, j->id, &there, err) : AC_OK);
        AC_TRY(err, is_held(p, j->patient.v, &held, err));
        p->held += there && held;
        if (!there || held || p->dry) {
            p->gone += there && !held;
            continue;
        }
        const ac_change_kind kind = events ? AC_CHANGE_JOB_QUIET : AC_CHANGE_JOB_DELETE;
        AC_TRY(err, remove_one(p, (ac_change) { .kind = kind, .job = { .id = j->id } },
                               events ? AC_WHAT_JOB : AC_WHAT_RESULT, j->id.v, j->patient.v, err));
    }
    return AC_OK;
}

static ac_rc results(page *p, ac_err *err) { return jobs(p, false, err); }
static ac_rc events(page *p, ac_err *err) { return jobs(p, true, err); }

/* The end of the last of a patient's jobs: one that was submitted long ago may have waited for its time. Those who have
 * jobs at all are looked through only when nothing else speaks for them. */
static ac_rc last_end(page *p, ac_id patient, int64_t *out, ac_err *err)
{
    ac_job_query q = { .tenant = p->tenant, .patient.v = patient, .max = AC_LIST_MAX };
    ac_job_list jobs = { .n = AC_LIST_MAX };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    while (jobs.n == AC_LIST_MAX && *out <= p->cutoff) {
        ac_arena_reset(arena);
        AC_TRY(err, ac_store_jobs(p->s->o.store, &q, arena, &jobs, err));
        for (size_t i = 0; i < jobs.n; i++) {
            *out = jobs.at[i].ended_ms > *out ? jobs.at[i].ended_ms : *out;
            q.before = jobs.at[i].id.v;
        }
    }
    return AC_OK;
}

/* When something was last done with a patient: the newest document, the end of a job, a change of the patient itself;
 * now, while a job waits or runs. */
static ac_rc last_activity(page *p, const ac_stored *patient, int64_t *out, ac_err *err)
{
    bool busy;
    ac_stored_list newest = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_DOCUMENT, .tenant = p->tenant, .owner = patient->id, .max = 1 };
    AC_TRY(err, ac_store_items(p->s->o.store, &q, p->arena, &newest, err));
    *out = patient->updated_ms;
    if (newest.n && newest.at[0].created_ms > *out)
        *out = newest.at[0].created_ms;
    AC_TRY(err, is_busy(p, AC_ITEM_PATIENT, patient->id, &busy, err));
    if (busy)
        *out = INT64_MAX;
    return *out > p->cutoff ? AC_OK : last_end(p, patient->id, out, err);
}

static ac_rc patients(page *p, ac_err *err)
{
    ac_stored_list rows = { 0 };
    const ac_principal server = server_of(p->tenant);
    const ac_item_query q = { .kind = AC_ITEM_PATIENT, .tenant = p->tenant, .before = p->before, .max = PAGE };
    AC_TRY(err, ac_store_items(p->s->o.store, &q, p->arena, &rows, err));
    p->looked = rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        int64_t last;
        const bool held = rows.at[i].delete_ms == AC_HELD;
        p->before = rows.at[i].id;
        AC_TRY(err, last_activity(p, &rows.at[i], &last, err));
        if (last > p->cutoff)
            continue;
        p->held += held;
        p->gone += !held && p->dry;
        if (held || p->dry)
            continue;
        const ac_rc rc = ac_patient_forget(p->s, &server, (ac_patient_id) { rows.at[i].id }, true, err);
        p->gone += rc == AC_OK;
        if (!is_not_ours(rc))
            return rc;
    }
    return AC_OK;
}

static ac_rc nothing(page *p, ac_err *err)
{
    (void)p;
    (void)err;
    return AC_OK;
}

static const struct {
    ac_rc (*page)(page *p, ac_err *err);
    ac_audit_what what;
} rules_of[AC_RULES] = {
    [AC_RULE_DOCUMENTS] = { documents, AC_WHAT_DOCUMENT },
    [AC_RULE_RESULTS] = { results, AC_WHAT_RESULT },
    [AC_RULE_EVENTS] = { events, AC_WHAT_JOB },
    [AC_RULE_PATIENTS] = { patients, AC_WHAT_PATIENT },
    [AC_RULE_IDEMPOTENCY] = { nothing, AC_WHAT_SERVER }, /* the store forgets by itself */
};

/* ---- use cases ---- */

ac_rc ac_retention_get(ac_service *s, const ac_principal *who, ac_retention *out, ac_err *err)
{
    ac_known_tenant t;
    AC_TRY(err, ac_tenant_known(s->o.access, who->tenant, &t, err));
    *out = t.rules;
    return AC_OK;
}

static ac_rc check(const ac_retention *rules, ac_err *err)
{
    for (int r = 0; r < AC_RULES; r++)
        if (rules->days[r] > AC_RULE_DAYS_MAX)
            return ac_fail(err, AC_EINPUT, "at most %d days", AC_RULE_DAYS_MAX);
    return AC_OK;
}

ac_rc ac_retention_set(ac_service *s, const ac_principal *who, const ac_retention *rules, ac_err *err)
{
    ac_tenant_row t;
    ac_change changes[2];
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, check(rules, err));
    AC_TRY(err, ac_tenant_load(s->o.access, who->tenant, arena, &t, err));
    t.known.rules = *rules;
    AC_TRY(err, ac_tenant_seal(s->o.access, &t, arena, &changes[0], err));
    changes[1] =
        ac_audit_of(who, now, AC_AUDIT_UPDATE, AC_WHAT_TENANT, who->tenant.v, (ac_patient_id) { { { 0 } } }, AC_OK);
    AC_TRY(err, ac_store_commit(s->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err));
    ac_tenant_forget(s->o.access, who->tenant);
    s->rules_changed = true;
    return AC_OK;
}

ac_rc ac_retention_count(ac_service *s, const ac_principal *who, const ac_retention *rules, ac_retention_counts *out,
                         ac_err *err)
{
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, check(rules, err));
    *out = (ac_retention_counts) { .more = false };
    for (int r = 0; r < AC_RULES; r++) {
        page p = { .s = s, .tenant = who->tenant, .dry = true, .arena = arena };
        size_t looked = 0;
        p.cutoff = now - (int64_t)rules->days[r] * DAY_MS;
        p.before = id_at(p.cutoff);
        do {
            if (!rules->days[r])
                break;
            AC_TRY(err, rules_of[r].page(&p, err));
            ac_arena_reset(arena);
            looked += p.looked;
        } while (p.looked == PAGE && looked < LOOK_MAX);
        out->n[r] = p.gone;
        out->held += p.held;
        out->more |= looked >= LOOK_MAX;
    }
    return AC_OK;
}

/* ---- keeping house ---- */

/* The rule before has come to its end: what it did is told, if it did something. */
static ac_rc tell(ac_service *s, ac_tenant_id tenant, int rule, uint64_t n, ac_err *err)
{
    const ac_principal server = server_of(tenant);
    if (!n)
        return AC_OK;
    return ac_audit_write(s->o.access, &server, AC_AUDIT_RETENTION, rules_of[rule].what, (ac_id) { { 0 } },
                          (ac_patient_id) { { { 0 } } }, AC_OK, n, err);
}

static ac_rc next_tenant(ac_service *s, ac_arena *arena, ac_err *err)
{
    ac_retention_pass *at = &s->pass;
    ac_stored_list one = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_TENANT, .before = at->tenants_after, .max = 1 };
    AC_TRY(err, ac_store_items(s->o.store, &q, arena, &one, err));
    at->running = one.n > 0;
    if (!one.n)
        return AC_OK;
    at->tenant = one.at[0].tenant;
    at->tenants_after = at->tenant.v;
    at->rule = 0;
    at->before = (ac_id) { { 0 } };
    memset(at->counts, 0, sizeof at->counts);
    return AC_OK;
}

static ac_rc step(ac_service *s, ac_arena *arena, ac_err *err)
{
    ac_retention_pass *at = &s->pass;
    ac_known_tenant t;
    if (ac_id_none(at->tenant.v))
        return next_tenant(s, arena, err);
    AC_TRY(err, ac_tenant_known(s->o.access, at->tenant, &t, err));
    page p = { .s = s, .tenant = at->tenant, .arena = arena };
    if (t.rules.days[at->rule]) {
        p.cutoff = ac_clock_now_ms(s->o.clock) - (int64_t)t.rules.days[at->rule] * DAY_MS;
        p.before = ac_id_none(at->before) ? id_at(p.cutoff) : at->before;
        AC_TRY(err, rules_of[at->rule].page(&p, err));
        at->before = p.before;
        at->counts[at->rule] += p.gone;
    }
    if (p.looked == PAGE)
        return AC_OK;
    AC_TRY(err, tell(s, at->tenant, at->rule, at->counts[at->rule], err));
    at->before = (ac_id) { { 0 } };
    if (++at->rule == AC_RULES)
        at->tenant = (ac_tenant_id) { { { 0 } } };
    return AC_OK;
}

ac_rc ac_retention_keep(ac_service *s, int64_t ms, ac_err *err)
{
    ac_retention_pass *at = &s->pass;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    const uint64_t began = ac_clock_ticks_ns(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (atomic_exchange(&s->rules_changed, false) || (!at->running && now >= at->next_ms))
        *at = (ac_retention_pass) { .running = true, .next_ms = now + EVERY_MS };
    while (at->running && ac_clock_ticks_ns(s->o.clock) - began < (uint64_t)ms * 1000000) {
        AC_TRY(err, step(s, arena, err));
        ac_arena_reset(arena);
    }
    return AC_OK;
}

int64_t ac_job_delete_at(ac_service *s, ac_tenant_id tenant, int64_t own_ms, int64_t now)
{
    ac_known_tenant t;
    int64_t keep = own_ms ? own_ms : s->o.keep_ms;
    if (ac_tenant_known(s->o.access, tenant, &t, NULL) == AC_OK && t.rules.days[AC_RULE_RESULTS]) {
        const int64_t most = (int64_t)t.rules.days[AC_RULE_RESULTS] * DAY_MS;
        keep = own_ms && own_ms < most ? own_ms : most;
    }
    return keep ? now + keep : 0;
}
