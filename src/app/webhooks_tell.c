/* Deliveries: made with the end of a job, looked at, sent again. A delivery is a job whose batch is its webhook and
 * whose document is the job that it tells of; its id follows from those and the job's lease, so that nothing is told
 * twice. */
#include "app/repeat.h"
#include "app/webhooks_parts.h"
#include "base/json_read.h"
#include "core/trace_json.h"

enum { DEPTH = 2, NOTE_MAX = 4 << 10, ATTEMPTS = 1 << 30, LOST_MAX = 200, JOB_ARENA = 4 << 20, LIST_ARENA = 1 << 20 };

const ac_sv ac_delivery_input = { "delivery", 8 }, ac_delivery_result = { "delivered", 9 };

/* ---- notes ---- */

ac_rc ac_delivery_seal(ac_webhooks *w, const ac_job *d, ac_sv field, const ac_delivery_note *note, ac_arena *arena,
                       ac_sv *out, ac_err *err)
{
    AC_AUTO(ac_sb) json = AC_SB(NOTE_MAX);
    ac_jw j = ac_jw_to(&json, 0);
    ac_jw_object(&j);
    ac_jw_ku64(&j, "of", (uint64_t)note->of);
    ac_jw_ku64(&j, "attempt", note->attempt);
    ac_jw_ku64(&j, "tries", note->tries);
    ac_jw_ku64(&j, "status", (uint64_t)note->status);
    ac_jw_trace(&j, &note->trace);
    ac_jw_end_object(&j);
    AC_TRY(err, ac_sb_done(&json, err));
    return ac_vault_seal(w->o.vault, d->key, d->id.v, field, ac_sb_view(&json), arena, out, err);
}

static ac_rc open_note(ac_webhooks *w, const ac_job *d, ac_sv field, ac_sv sealed, ac_arena *arena,
                       ac_delivery_note *out, ac_err *err)
{
    ac_sv text;
    ac_json *j;
    AC_TRY(err, ac_vault_unseal(w->o.vault, d->key, d->id.v, field, sealed, NOTE_MAX, arena, &text, err));
    AC_TRY(err, ac_json_parse(text, DEPTH, arena, &j, err));
    const int64_t of = ac_json_i64(j, "of", AC_JOB_STATES);
    *out = (ac_delivery_note) { .of = of >= 0 && of < AC_JOB_STATES ? (ac_job_state)of : AC_JOB_STATES,
                                .attempt = (uint32_t)ac_json_i64(j, "attempt", 0),
                                .tries = (uint32_t)ac_json_i64(j, "tries", 0),
                                .status = (int)ac_json_i64(j, "status", 0) };
    ac_json_trace(j, &out->trace);
    return AC_OK;
}

ac_rc ac_delivery_open(ac_webhooks *w, const ac_job *d, ac_arena *arena, ac_delivery_note *out, ac_err *err)
{
    if (d->result.n)
        return open_note(w, d, ac_delivery_result, d->result, arena, out, err);
    return open_note(w, d, ac_delivery_input, d->input, arena, out, err);
}

/* ---- the end of a job ---- */

static ac_id delivery_id(ac_webhooks *w, ac_id hook, const ac_webhook_end *end)
{
    unsigned char mac[AC_MAC_SIZE];
    char bytes[2 * AC_ID_BYTES + sizeof(uint64_t) + 1];
    memcpy(bytes, hook.b, AC_ID_BYTES);
    memcpy(bytes + AC_ID_BYTES, end->job->id.v.b, AC_ID_BYTES);
    memcpy(bytes + (size_t)2 * AC_ID_BYTES, &end->job->token, sizeof end->job->token);
    bytes[sizeof bytes - 1] = (char)end->state;
    ac_vault_mac(w->o.vault, AC_VAULT_LOOKUP, AC_SV("webhook delivery"), (ac_sv) { bytes, sizeof bytes }, mac);
    return ac_id_make(ac_id_ms(end->job->id.v), mac);
}

static ac_rc delivery_of(ac_webhooks *w, ac_id hook, const ac_webhook_end *end, ac_arena *arena, ac_change *out,
                         ac_err *err)
{
    ac_delivery_note note = { .of = end->state, .attempt = end->job->attempt };
    if (end->trace)
        note.trace = *end->trace;
    ac_job d = { .id.v = delivery_id(w, hook, end),
                 .tenant = end->job->tenant,
                 .batch = hook,
                 .document = end->job->id.v,
                 .kind = AC_JOB_WEBHOOK,
                 .priority = AC_JOB_PRIORITY,
                 .attempts_max = ATTEMPTS, /* tries are counted in its result */
                 .created_ms = end->now_ms,
                 .run_at_ms = end->now_ms };
    AC_TRY(err, ac_access_tenant_key(w->o.access, d.tenant, &d.key, err));
    AC_TRY(err, ac_delivery_seal(w, &d, ac_delivery_input, &note, arena, &d.input, err));
    *out = (ac_change) { .kind = AC_CHANGE_JOB_PUT, .job = d };
    return AC_OK;
}

static size_t whom(ac_webhooks *w, const ac_webhook_end *end, ac_id out[AC_WEBHOOKS_MAX])
{
    size_t n = 0;
    ac_spin_lock(&w->lock);
    for (size_t i = 0; i < w->n && n < AC_WEBHOOKS_MAX; i++) {
        const ac_hook_row *r = &w->rows[i];
        if (r->on && r->events >> end->state & 1 && ac_id_eq(r->tenant.v, end->job->tenant.v) &&
            (r->all || ac_id_eq(r->id, end->chosen)) && (!end->late || r->since_ms <= end->now_ms))
            out[n++] = r->id;
    }
    ac_spin_unlock(&w->lock);
    return n;
}

static void add_made(ac_webhooks *w, size_t n)
{
    ac_spin_lock(&w->lock);
    w->counts.made += n;
    ac_spin_unlock(&w->lock);
}

ac_rc ac_webhooks_changes(ac_webhooks *w, const ac_webhook_end *end, ac_arena *arena, ac_change **out, size_t *n,
                          ac_err *err)
{
    ac_id hooks[AC_WEBHOOKS_MAX];
    *n = 0;
    if (!w || !ac_job_ended(end->state) || end->job->kind == AC_JOB_WEBHOOK)
        return AC_OK;
    const size_t all = whom(w, end, hooks);
    ac_change *changes = all ? ac_arena_alloc(arena, all * sizeof *changes) : NULL;
    if (!all)
        return AC_OK;
    if (!changes)
        return ac_fail(err, AC_ELIMIT, "no room for deliveries");
    for (size_t i = 0; i < all; i++)
        AC_TRY(err, delivery_of(w, hooks[i], end, arena, &changes[i], err));
    add_made(w, end->late ? 0 : all);
    *out = changes;
    *n = all;
    return AC_OK;
}

/* Each alone, so that one that is there already stops no other. */
static ac_rc tell_late(ac_webhooks *w, const ac_webhook_end *end, ac_arena *arena, ac_err *err)
{
    ac_change *changes = NULL;
    size_t n;
    AC_TRY(err, ac_webhooks_changes(w, end, arena, &changes, &n, err));
    for (size_t i = 0; i < n; i++) {
        ac_job there;
        const ac_commit one = { .changes = &changes[i], .n = 1, .now_ms = ac_clock_now_ms(w->o.clock) };
        if (ac_store_job(w->o.store, changes[i].job.id, false, arena, &there, NULL) == AC_OK)
            continue;
        const ac_rc rc = ac_store_commit(w->o.store, &one, NULL, err);
        if (rc != AC_OK && rc != AC_ECONFLICT)
            return rc;
        add_made(w, rc == AC_OK);
    }
    return AC_OK;
}

static ac_rc look_late(ac_webhooks *w, const ac_late *how, ac_job_id id, ac_err *err)
{
    ac_job job;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(JOB_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (ac_store_job(w->o.store, id, true, arena, &job, NULL) != AC_OK || !ac_job_ended(job.state))
        return AC_OK; /* it has gone, or was queued again: what happens to it is told then */
    ac_webhook_end end = { .job = &job, .state = job.state, .now_ms = job.ended_ms, .late = true };
    (void)!how->chosen(how->context, &job, arena, &end.chosen, NULL);
    return tell_late(w, &end, arena, err);
}

ac_rc ac_webhooks_catch_up(ac_webhooks *w, const ac_late *how, ac_err *err)
{
    ac_job_list jobs = { 0 };
    const int64_t since = ac_clock_now_ms(w->o.clock) - how->window_ms;
    const ac_job_query q = { .states = 1u << AC_JOB_DEAD | 1u << AC_JOB_CANCELLED,
                             .kinds = ~(1u << AC_JOB_WEBHOOK),
                             .max = LOST_MAX };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(LIST_ARENA);
    if (!ac_webhooks_counted(w).targets)
        return AC_OK;
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_jobs(w->o.store, &q, arena, &jobs, err));
    for (size_t i = 0; i < jobs.n; i++)
        if (jobs.at[i].ended_ms >= since)
            AC_TRY(err, look_late(w, how, jobs.at[i].id, err));
    return AC_OK;
}

/* ---- looking, and sending again ---- */

static ac_rc look(ac_webhooks *w, const ac_job *d, ac_arena *arena, ac_delivery *out, ac_err *err)
{
    ac_delivery_note note;
    AC_TRY(err, ac_delivery_open(w, d, arena, &note, err));
    *out = (ac_delivery) { .id = d->id.v,
                           .webhook = d->batch,
                           .job.v = d->document,
                           .of = note.of,
                           .state = d->state,
                           .tries = note.tries,
                           .status = note.status,
                           .error = d->error,
                           .created_ms = d->created_ms,
                           .next_ms = d->state == AC_JOB_QUEUED ? d->run_at_ms : 0,
                           .ended_ms = d->ended_ms };
    return AC_OK;
}

ac_rc ac_webhooks_deliveries(ac_webhooks *w, const ac_principal *who, ac_id id, const ac_job_query *page,
                             ac_arena *arena, ac_deliveries *out, ac_err *err)
{
    ac_hook h;
    ac_job_list jobs = { 0 };
    AC_TRY(err, ac_hook_of(w, who, id, arena, &h, err));
    if (h.hook.form.all && who->n_confined)
        return ac_fail(err, AC_EDENIED, "who is confined to some patients sees no deliveries of all jobs");
    const ac_job_query q = { .tenant = who->tenant,
                             .batch = id,
                             .kinds = 1u << AC_JOB_WEBHOOK,
                             .states = page->states,
                             .before = page->before,
                             .max = page->max,
                             .whole = true };
    AC_TRY(err, ac_store_jobs(w->o.store, &q, arena, &jobs, err));
    for (size_t i = 0; i < jobs.n; i++) {
        ac_delivery *d = ac_vec_push(out, arena);
        if (!d)
            return ac_fail(err, AC_ELIMIT, "no room for the deliveries");
        AC_TRY(err, look(w, &jobs.at[i], arena, d, err));
    }
    return AC_OK;
}

ac_rc ac_webhooks_again(ac_webhooks *w, const ac_principal *who, ac_id id, ac_id delivery, ac_err *err)
{
    ac_job d;
    ac_once once;
    ac_id before;
    const int64_t now = ac_clock_now_ms(w->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(AC_HOOK_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_job(w->o.store, (ac_job_id) { delivery }, false, arena, &d, err));
    if (d.kind != AC_JOB_WEBHOOK || !ac_id_eq(d.tenant.v, who->tenant.v) || !ac_id_eq(d.batch, id))
        return ac_fail(err, AC_ENOTFOUND, "no such delivery");
    AC_TRY(err, ac_repeat_begin(w->o.access, who, &once, &before, err));
    if (ac_repeated(who))
        return AC_OK;
    const ac_change changes[] = { { .kind = AC_CHANGE_JOB_REVIVE, .job = { .id = d.id, .run_at_ms = now } },
                                  ac_audit_of(who, now, AC_AUDIT_RETRY, AC_WHAT_WEBHOOK, id,
                                              (ac_patient_id) { { { 0 } } }, AC_OK) };
    const ac_commit commit = { .changes = changes, .n = 2, .now_ms = now };
    before = delivery;
    return ac_repeat_commit(w->o.access, who, &commit, &once, &before, err);
}

static ac_rc ping(ac_webhooks *w, const ac_principal *who, const ac_hook *h, const ac_once *once, ac_arena *arena,
                  ac_job *d, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(w->o.clock);
    *d = (ac_job) { .id.v = ac_vault_id(w->o.vault, err),
                    .tenant = who->tenant,
                    .batch = h->item.id,
                    .key = h->item.key,
                    .kind = AC_JOB_WEBHOOK,
                    .priority = AC_JOB_PRIORITY_MAX,
                    .attempts_max = ATTEMPTS,
                    .created_ms = now,
                    .run_at_ms = now };
    if (ac_id_none(d->id.v))
        return AC_EIO;
    AC_TRY(err, ac_delivery_seal(w, d, ac_delivery_input, &(ac_delivery_note) { .of = AC_JOB_STATES }, arena, &d->input,
                                 err));
    const ac_change changes[] = { { .kind = AC_CHANGE_JOB_PUT, .job = *d },
                                  ac_audit_of(who, now, AC_AUDIT_EXECUTE, AC_WHAT_WEBHOOK, h->item.id,
                                              (ac_patient_id) { { { 0 } } }, AC_OK) };
    const ac_commit commit = { .changes = changes, .n = 2, .now_ms = now };
    AC_TRY(err, ac_repeat_commit(w->o.access, who, &commit, once, &d->id.v, err));
    add_made(w, !ac_repeated(who));
    return AC_OK;
}

ac_rc ac_webhooks_ping(ac_webhooks *w, const ac_principal *who, ac_id id, ac_delivery *out, ac_err *err)
{
    ac_hook h;
    ac_once once;
    ac_job d;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(AC_HOOK_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_hook_of(w, who, id, arena, &h, err));
    AC_TRY(err, ac_repeat_begin(w->o.access, who, &once, &d.id.v, err));
    if (ac_id_none(d.id.v))
        AC_TRY(err, ping(w, who, &h, &once, arena, &d, err));
    if (ac_repeated(who))
        AC_TRY(err, ac_store_job(w->o.store, d.id, true, arena, &d, err));
    return look(w, &d, arena, out, err);
}
