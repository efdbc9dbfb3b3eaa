/* Submissions become jobs: checked, sealed, and on the disk before anybody is told. */
#include "app/repeat.h"
#include "app/service_parts.h"
#include "nlp/deid/deid.h"

/* What a batch needs while it is prepared. */
typedef struct {
    ac_service *s;
    const ac_principal *who;
    ac_arena *arena;
    int64_t now;
    ac_id batch;
    ac_job first;  /* without its sealed parts */
    bool referred; /* a patient was found by a reference */
    AC_VEC(ac_change) changes;
    AC_VEC(ac_id) fresh;      /* keys of patients that are added with it */
    AC_VEC(ac_sv) references; /* of those patients, in the same order */
} desk;

ac_rc ac_submission_check(ac_service *s, const ac_principal *who, const ac_submission *sub, ac_err *err)
{
    ac_deid_profile profile;
    ac_deid_mode mode;
    if (sub->name.n > AC_NAME_MAX || !ac_utf8_is(sub->name))
        return ac_fail(err, AC_EINPUT, "a name has at most %d bytes of UTF-8", AC_NAME_MAX);
    if ((sub->profile.n && !ac_deid_profile_from(sub->profile, &profile)) ||
        (sub->mode.n && !ac_deid_mode_from(sub->mode, &mode)))
        return ac_fail(err, AC_EINPUT, "an unknown profile or mode of de-identification");
    if (sub->priority > AC_JOB_PRIORITY_MAX)
        return ac_fail(err, AC_EINPUT, "priority: from %d to %d", AC_JOB_PRIORITY_MIN, AC_JOB_PRIORITY_MAX);
    if (!ac_id_none(sub->webhook) && !(s->o.webhooks && ac_webhooks_has(s->o.webhooks, who->tenant, sub->webhook)))
        return ac_fail(err, AC_ENOTFOUND, "no such webhook");
    return AC_OK;
}

static ac_rc check(ac_service *s, const ac_principal *who, const ac_submission *sub, ac_err *err)
{
    if (!sub->bytes.n && ac_id_none(sub->document))
        return ac_fail(err, AC_EINPUT, "there is nothing in it");
    if (sub->bytes.n > AC_INLINE_MAX)
        return ac_fail(err, AC_ELIMIT, "more than %d bytes: store it as a document first", AC_INLINE_MAX);
    return ac_submission_check(s, who, sub, err);
}

static ac_change *push(desk *d) { return ac_vec_push(&d->changes, d->arena); }

/* One that an earlier submission of the same batch adds. */
static bool added_before(const desk *d, ac_sv reference, ac_id *out)
{
    for (size_t i = 0; i < d->references.n; i++)
        if (ac_sv_eq(d->references.at[i], reference)) {
            *out = d->fresh.at[i];
            return true;
        }
    return false;
}

static ac_rc add_patient(desk *d, ac_sv reference, ac_patient_id *patient, ac_id *key, ac_err *err)
{
    ac_change changes[2];
    size_t n;
    if (added_before(d, reference, key)) {
        patient->v = *key;
        return AC_OK;
    }
    AC_TRY(err, ac_patient_refer(d->s, d->who, reference, d->arena, patient, key, changes, &n, err));
    d->referred |= !n;
    if (!n)
        return AC_OK;
    ac_id *fresh = ac_vec_push(&d->fresh, d->arena);
    ac_sv *name = ac_vec_push(&d->references, d->arena);
    if (!fresh || !name) {
        ac_vault_forget(d->s->o.vault, *key);
        return ac_fail(err, AC_ELIMIT, "no room for the patients of a batch");
    }
    *fresh = *key;
    *name = reference;
    for (size_t i = 0; i < n; i++) {
        ac_change *c = push(d);
        if (!c)
            return ac_fail(err, AC_ELIMIT, "no room for the patients of a batch");
        *c = changes[i];
    }
    ac_change *audit = push(d);
    if (!audit)
        return ac_fail(err, AC_ELIMIT, "no room for the patients of a batch");
    *audit = ac_audit_of(d->who, d->now, AC_AUDIT_CREATE, AC_WHAT_PATIENT, patient->v, *patient, AC_OK);
    return AC_OK;
}

/* Whose it is, and the key that seals it: a stored document's own patient, the one who is named, or nobody and the
 * tenant's key. */
static ac_rc find_patient(desk *d, const ac_submission *sub, ac_patient_id *patient, ac_id *key, ac_err *err)
{
    ac_stored item;
    if (!ac_id_none(sub->document)) {
        AC_TRY(err, ac_store_item(d->s->o.store, AC_ITEM_DOCUMENT, sub->document, d->arena, &item, err));
        if (!ac_id_eq(item.tenant.v, d->who->tenant.v))
            return ac_fail(err, AC_ENOTFOUND, "no such document");
        patient->v = item.owner;
        *key = item.key;
        return ac_access_patient(d->s->o.access, d->who, *patient, err);
    }
    if (!ac_id_none(sub->patient.v)) {
        AC_TRY(err, ac_patient_row(d->s, d->who, sub->patient, d->arena, &item, err));
        *patient = sub->patient;
        *key = item.key;
        return AC_OK;
    }
    if (sub->reference.n)
        return add_patient(d, sub->reference, patient, key, err);
    *patient = (ac_patient_id) { { { 0 } } };
    AC_TRY(err, ac_access_patient(d->s->o.access, d->who, *patient, err));
    return ac_access_tenant_key(d->s->o.access, d->who->tenant, key, err);
}

/* What a job hangs on is to be there still when it is stored: else nobody could open it, or be told of it. */
static ac_rc need(desk *d, ac_item_kind kind, ac_id id, ac_err *err)
{
    ac_change *c = ac_id_none(id) ? NULL : push(d);
    if (c)
        *c = (ac_change) { .kind = AC_CHANGE_ITEM_NEED, .item = { .kind = kind, .id = id } };
    return c || ac_id_none(id) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for a batch of that size");
}

static bool is_first(const desk *d) { return ac_id_none(d->first.id.v); }

static ac_rc add_job(desk *d, const ac_submission *sub, ac_job_id *id, ac_err *err)
{
    const ac_service_options *o = &d->s->o;
    ac_job job = { .id.v = ac_vault_id(o->vault, err),
                   .tenant = d->who->tenant,
                   .batch = d->batch,
                   .document = sub->document,
                   .kind = AC_JOB_PROCESS,
                   .priority = sub->priority,
                   .attempts_max = o->attempts,
                   .created_ms = d->now,
                   .run_at_ms = sub->run_at_ms > d->now ? sub->run_at_ms : d->now };
    if (ac_id_none(job.id.v))
        return AC_EIO;
    AC_TRY(err, check(d->s, d->who, sub, err));
    AC_TRY(err, find_patient(d, sub, &job.patient, &job.key, err));
    AC_TRY(err, need(d, AC_ITEM_PATIENT, job.patient.v, err));
    AC_TRY(err, need(d, AC_ITEM_DOCUMENT, job.document, err));
    AC_TRY(err, need(d, AC_ITEM_WEBHOOK, sub->webhook, err));
    ac_submission traced = *sub;
    traced.trace = d->who->trace;
    AC_TRY(err, ac_job_input_seal(d->s, &job, &traced, d->arena, &job.input, err));
    ac_change *c = push(d), *audit = push(d);
    if (!c || !audit)
        return ac_fail(err, AC_ELIMIT, "no room for a batch of that size");
    d->changes.at[d->changes.n - 2] = (ac_change) { .kind = AC_CHANGE_JOB_PUT, .job = job };
    *audit = ac_audit_of(d->who, d->now, AC_AUDIT_CREATE, AC_WHAT_JOB, job.id.v, job.patient, AC_OK);
    *id = job.id;
    if (is_first(d)) {
        d->first = job;
        d->first.input = (ac_sv) { 0 };
        d->first.event = 1;
    }
    return AC_OK;
}

/* ---- once ---- */

/* A hash over what was asked for. */
static ac_rc once_of(desk *d, const ac_submission *subs, size_t n, ac_sv once, ac_once *out, ac_err *err)
{
    AC_AUTO(ac_sb) all = AC_SB(SIZE_MAX / 2);
    if (!once.n)
        return AC_OK;
    for (size_t i = 0; i < n; i++) {
        const ac_submission *s = &subs[i];
        const ac_sv stored = { (const char *)s->document.b, AC_ID_BYTES };
        const ac_sv parts[] = { s->bytes,     s->content.n ? s->content : stored,
                                s->name,      { (const char *)s->patient.v.b, AC_ID_BYTES },
                                s->reference, s->profile,
                                s->mode,      { (const char *)s->webhook.b, AC_ID_BYTES } };
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            ac_repeat_feed(&all, parts[k]);
        ac_sb_addf(&all, "%d %d %d-%d-%d %u %lld %lld;", s->text, s->has_lang ? (int)s->lang : -1, s->note_date.year,
                   s->note_date.month, s->note_date.day, s->priority, (long long)s->keep_ms, (long long)s->run_at_ms);
    }
    AC_TRY(err, ac_sb_done(&all, err));
    const ac_rc rc = ac_repeat_of(d->s->o.access, d->who->tenant, once, ac_sb_view(&all), out, err);
    ac_crypto_wipe(d->s->o.crypto, all.p, all.n);
    return rc;
}

static void settle_fresh(const desk *d, bool stored)
{
    for (size_t i = 0; i < d->fresh.n; i++)
        (stored ? ac_vault_stored : ac_vault_forget)(d->s->o.vault, d->fresh.at[i]);
}

static ac_rc prepare(desk *d, const ac_submission *subs, size_t n, ac_sv once, ac_job_id *ids, ac_commit *commit,
                     ac_err *err)
{
    ac_job_id id;
    if (!n || n > AC_SUBMIT_MAX)
        return ac_fail(err, AC_EINPUT, "from 1 to %d documents at once", AC_SUBMIT_MAX);
    d->now = ac_clock_now_ms(d->s->o.clock);
    if (n > 1 && ac_id_none(d->batch = ac_vault_id(d->s->o.vault, err)))
        return AC_EIO;
    AC_TRY(err, once_of(d, subs, n, once, &commit->once, err));
    for (size_t i = 0; i < n; i++) {
        AC_TRY(err, add_job(d, &subs[i], &id, err));
        if (ids)
            ids[i] = id;
    }
    AC_TRY(err, ac_to_do(d->s, d->who, err));
    commit->changes = d->changes.at;
    commit->n = d->changes.n;
    commit->now_ms = d->now;
    commit->once.outcome = n > 1 ? d->batch : d->first.id.v;
    return AC_OK;
}

/* What came of the commit. */
static ac_submitted outcome(const desk *d, size_t n, ac_rc rc, const ac_committed *did)
{
    ac_service *s = d->s;
    ac_submitted out = { .replayed = did->replayed, .batch = d->batch, .first = d->first.id, .job = d->first };
    settle_fresh(d, rc == AC_OK && !did->replayed);
    if (rc == AC_ECONFLICT)
        ac_tenant_forget(s->o.access, d->who->tenant); /* it may have got another key */
    if (did->replayed && n > 1)
        out = (ac_submitted) { .replayed = true, .batch = did->outcome };
    else if (did->replayed)
        out = (ac_submitted) { .replayed = true, .first.v = did->outcome };
    if (rc == AC_OK && !did->replayed) {
        ac_spin_lock(&s->lock);
        s->counts.submitted += n;
        ac_spin_unlock(&s->lock);
    }
    return out;
}

/* A patient that two requests add at the same moment is a conflict for one of them, which finds him the second time;
 * one who was deleted at that moment is added again. */
static bool is_worth_another(const desk *d, ac_rc rc)
{
    return (rc == AC_ECONFLICT && d->fresh.n) || (rc == AC_ENOTFOUND && d->referred);
}

ac_rc ac_jobs_submit(ac_service *s, const ac_principal *who, const ac_submission *subs, size_t n, ac_sv once,
                     ac_job_id *ids, ac_submitted *out, ac_err *err)
{
    for (int round = 0;; round++) {
        ac_commit commit = { .n = 0 };
        ac_committed did = { 0 };
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)(n + 1) * 3 * AC_INLINE_MAX + (1 << 20));
        desk d = { .s = s, .who = who, .arena = arena };
        if (!arena)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        ac_rc rc = prepare(&d, subs, n, once, ids, &commit, err);
        const bool prepared = rc == AC_OK;
        if (prepared)
            rc = ac_store_commit(s->o.store, &commit, &did, err);
        *out = outcome(&d, n, rc, &did);
        if (!prepared || round || !is_worth_another(&d, rc))
            return rc;
    }
}

/* ---- without waiting ---- */

struct ac_submitting {
    ac_later later; /* first */
    desk d;
    size_t n;
    ac_commit commit;
    void (*done)(void *context, const ac_submit_end *end);
    void *context;
};

ac_rc ac_submit_prepare(ac_service *s, const ac_principal *who, const ac_submission *subs, size_t n, ac_sv once,
                        ac_arena *arena, ac_job_id *ids, ac_submitting **out, ac_submitted *will_be, ac_err *err)
{
    ac_submitting *p = ac_arena_alloc(arena, sizeof *p);
    if (!p)
        return ac_fail(err, AC_ELIMIT, "no room for a batch of that size");
    p->d = (desk) { .s = s, .who = who, .arena = arena };
    p->n = n;
    ac_rc rc = prepare(&p->d, subs, n, once, ids, &p->commit, err);
    if (rc != AC_OK)
        settle_fresh(&p->d, false);
    *will_be = (ac_submitted) { .batch = p->d.batch, .first = p->d.first.id, .job = p->d.first };
    *out = p;
    return rc;
}

static void committed(ac_later *l)
{
    ac_submitting *p = (ac_submitting *)l;
    const ac_submit_end end = {
        .rc = l->rc, .err = l->err, .out = outcome(&p->d, p->n, l->rc, &l->did), .again = is_worth_another(&p->d, l->rc)
    };
    p->done(p->context, &end);
}

ac_rc ac_submit_begin(ac_submitting *p, void (*done)(void *context, const ac_submit_end *end), void *context,
                      ac_err *err)
{
    p->later.done = committed;
    p->done = done;
    p->context = context;
    ac_rc rc = ac_store_commit_later(p->d.s->o.store, &p->commit, &p->later, err);
    if (rc != AC_OK)
        settle_fresh(&p->d, false);
    return rc;
}

void ac_submit_drop(ac_submitting *p) { settle_fresh(&p->d, false); }

ac_rc ac_jobs_now(ac_service *s, const ac_principal *who, const ac_submission *sub, uint32_t parts, bool hide_phi,
                  ac_arena *arena, ac_sb *out, ac_err *err)
{
    bool incomplete;
    const ac_job_input in = { .how = *sub, .bytes = sub->bytes };
    desk d = { .s = s, .who = who, .arena = arena, .now = ac_clock_now_ms(s->o.clock) };
    ac_job job = { .id.v = who->request, .tenant = who->tenant };
    AC_TRY(err, check(s, who, sub, err));
    if (!ac_may(who, AC_SCOPE_RESULTS) && !hide_phi)
        return ac_fail(err, AC_EDENIED, "no scope for results with identifiers");
    if (sub->reference.n)
        return ac_fail(err, AC_EINPUT, "nothing is stored, so no patient is added: give patient_id");
    AC_TRY(err, find_patient(&d, sub, &job.patient, &job.key, err));
    AC_TRY(err,
           ac_audit_write(s->o.access, who, AC_AUDIT_EXECUTE, AC_WHAT_RESULT, job.id.v, job.patient, AC_OK, 0, err));
    AC_TRY(err, ac_input_run(s, &job, &in,
                             &(ac_job_form) { .parts = parts, .hide_phi = hide_phi, .until_ns = who->until_ns }, arena,
                             out, &incomplete, err));
    return ac_in_time(s, who, err);
}
