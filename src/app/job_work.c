/* A leased job from its sealed input to its sealed result. */
#include "app/run.h"
#include "app/service_parts.h"
#include "interop/fhir_bundle.h"
#include "nlp/deid/deid.h"

#include <stdio.h>

enum { ARENA_KEEP = 4 << 20, ERROR_SHIFT_MAX = 20 };

static const ac_sv RESULT = { "result", 6 };

/* ---- what is being worked on ----------------------------------------------------------------------------------------
 */

static void take_slot(ac_service *s, size_t slot, const ac_job *job)
{
    ac_spin_lock(&s->lock);
    s->slots[slot] = (ac_slot) { .job = job->id, .token = job->token };
    ac_spin_unlock(&s->lock);
}

static ac_slot leave_slot(ac_service *s, size_t slot)
{
    ac_spin_lock(&s->lock);
    const ac_slot was = s->slots[slot];
    s->slots[slot] = (ac_slot) { 0 };
    ac_spin_unlock(&s->lock);
    return was;
}

static void beat(ac_service *s, size_t slot)
{
    bool cancel = false;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    ac_spin_lock(&s->lock);
    const ac_slot at = s->slots[slot];
    ac_spin_unlock(&s->lock);
    if (ac_id_none(at.job.v))
        return;
    ac_rc rc = ac_store_renew(s->o.store, at.job, at.token, now, s->o.lease_ms, &cancel, NULL);
    ac_spin_lock(&s->lock);
    ac_slot *same = &s->slots[slot];
    if (same->token == at.token) { /* else another job has come into the slot */
        same->cancel |= rc == AC_OK && cancel;
        same->lost |= rc == AC_ECONFLICT;
    }
    ac_spin_unlock(&s->lock);
}

void ac_jobs_beat(ac_service *s)
{
    for (size_t i = 0; i < s->o.slots; i++)
        beat(s, i);
}

/* ---- running --------------------------------------------------------------------------------------------------------
 */

typedef struct {
    ac_service *s;
    const ac_job *job;
    ac_arena *arena;
    ac_job_input in;
    ac_deid_profile profile;
    ac_deid_mode mode;
    ac_key key; /* of surrogates */
    uint32_t parts;
    const ac_job_form *form;
    bool incomplete;
    ac_sb *out;
} work;

/* The first eight bytes of a keyed hash; the label's length keeps ("ab", "c") and ("a", "bc") apart. */
static uint64_t prf(void *context, ac_sv label, ac_sv value)
{
    const work *w = context;
    unsigned char mac[AC_MAC_SIZE];
    ac_key purpose;
    uint64_t out;
    ac_crypto_mac(w->s->o.crypto, &w->key, label, purpose.b);
    ac_crypto_mac(w->s->o.crypto, &purpose, value, mac);
    memcpy(&out, mac, sizeof out);
    return out;
}

/* A patient's surrogates are the same in all that is sealed with the patient's key; what is nobody's stands alone. */
static ac_rc deid_of(void *context, ac_sv patient, ac_sv id, ac_deid_options *out, ac_err *err)
{
    work *w = context;
    const bool known = !ac_id_none(w->job->patient.v);
    AC_AUTO(ac_sb) purpose = AC_SB(1u << 20);
    (void)id;
    ac_sb_add(&purpose, AC_SV("surrogates"));
    if (!known) {
        ac_sb_add(&purpose, (ac_sv) { (const char *)w->job->id.v.b, AC_ID_BYTES });
        ac_sb_add(&purpose, patient);
    }
    AC_TRY(err, ac_sb_done(&purpose, err));
    AC_TRY(err, ac_vault_derive(w->s->o.vault, w->job->key, ac_sb_view(&purpose), &w->key, err));
    *out = (ac_deid_options) { w->profile, w->mode, prf, w };
    return AC_OK;
}

static ac_rc look_at(void *context, const ac_intake *in, ac_err *err)
{
    work *w = context;
    (void)err;
    w->incomplete = in->faults.n > 0;
    return AC_OK;
}

static ac_rc add_json(work *w, const ac_run_result *r, ac_err *err)
{
    const ac_result_json_options opt = { .parts = w->parts,
                                         .source = r->in->source,
                                         .media_type = r->in->media_type,
                                         .times = r->extra->times,
                                         .n_times = r->extra->n_times,
                                         .hide_phi = w->form->hide_phi };
    return ac_result_json(r->result, &opt, w->out, err);
}

static ac_rc add_fhir(work *w, const ac_run_result *r, ac_err *err)
{
    char pseudonym[17];
    const bool named = !ac_id_none(w->job->patient.v) || r->patient.n;
    (void)snprintf(pseudonym, sizeof pseudonym, "%016llx",
                   (unsigned long long)prf(w, AC_SV("fhir patient id"), AC_SV("")));
    ac_fhir_options opt = { .identified = w->form->identified,
                            .text = true,
                            .now = w->form->now,
                            .patient_id = named ? ac_sv_z(pseudonym) : AC_SV("") };
    if (r->part) {
        opt.record = r->part->record;
        opt.chart = &r->part->chart;
    }
    return ac_fhir_bundle(r->result, &opt, w->out, err);
}

static ac_rc render(void *context, const ac_run_result *r, ac_err *err)
{
    work *w = context;
    w->incomplete |= !ac_run_is_complete(r->result->note);
    AC_TRY(err, w->form->fhir ? add_fhir(w, r, err) : add_json(w, r, err));
    ac_sb_add_char(w->out, '\n');
    return ac_sb_done(w->out, err);
}

/* The document's bytes: in the input, or stored. */
static ac_rc bytes_of(work *w, ac_sb *stored, ac_sv *out, ac_err *err)
{
    *out = w->in.bytes;
    if (ac_id_none(w->job->document))
        return AC_OK;
    stored->max = w->s->o.max_bytes;
    AC_TRY(err, ac_document_bytes(w->s, w->job->key, w->job->document, stored, err));
    *out = ac_sb_view(stored);
    return AC_OK;
}

static ac_rc run(work *w, ac_sv id, ac_err *err)
{
    const ac_service_options *o = &w->s->o;
    const ac_submission *how = &w->in.how;
    AC_AUTO(ac_sb) stored = AC_SB(0);
    ac_sv bytes;
    AC_TRY(err, bytes_of(w, &stored, &bytes, err));
    w->profile = AC_DEID_SAFE_HARBOR;
    w->mode = AC_DEID_TAG;
    if ((how->profile.n && !ac_deid_profile_from(how->profile, &w->profile)) ||
        (how->mode.n && !ac_deid_mode_from(how->mode, &w->mode)))
        return ac_fail(err, AC_EINPUT, "an unknown profile or mode of de-identification");
    const ac_run_options opt = { .id = how->name.n ? how->name : id,
                                 .lang = how->has_lang ? &how->lang : NULL,
                                 .note_date = how->note_date,
                                 .max_bytes = o->max_bytes,
                                 .parts = w->parts,
                                 .text_only = how->text,
                                 .media = o->media,
                                 .reading = { .lang = how->has_lang ? ac_lang_name(how->lang) : AC_SV(""),
                                              .max_bytes = o->max_bytes },
                                 .clock = o->clock,
                                 .vocabs = o->vocabs };
    ac_rc rc = ac_run(&opt, &(ac_run_ops) { w, look_at, deid_of, render }, bytes, w->arena, err);
    if (stored.p)
        ac_crypto_wipe(o->crypto, stored.p, stored.n);
    ac_crypto_wipe(o->crypto, &w->key, sizeof w->key);
    return rc;
}

ac_rc ac_input_run(ac_service *s, const ac_job *job, const ac_job_input *in, const ac_job_form *form, ac_arena *arena,
                   ac_sb *out, bool *incomplete, ac_err *err)
{
    char id[AC_ID_TEXT];
    work w = { .s = s, .job = job, .in = *in, .arena = arena, .form = form, .out = out };
    w.parts = form->fhir ? AC_PART_ALL & ~(uint32_t)AC_PART_TIMING : form->parts ? form->parts : AC_PART_ALL;
    ac_id_format(job->id.v, id);
    AC_TRY(err, run(&w, (ac_sv) { id, AC_ID_TEXT }, err));
    *incomplete = w.incomplete;
    return AC_OK;
}

ac_rc ac_job_run(ac_service *s, const ac_job *job, const ac_job_form *form, ac_arena *arena, ac_sb *out,
                 bool *incomplete, ac_err *err)
{
    ac_job_input in;
    AC_TRY(err, ac_job_input_open(s, job, arena, &in, err));
    return ac_input_run(s, job, &in, form, arena, out, incomplete, err);
}

static ac_rc plain_tags(void *context, ac_sv patient, ac_sv id, ac_deid_options *out, ac_err *err)
{
    (void)context;
    (void)patient;
    (void)id;
    (void)err;
    *out = (ac_deid_options) { .profile = AC_DEID_SAFE_HARBOR, .mode = AC_DEID_TAG };
    return AC_OK;
}

static ac_rc look_for_facts(void *context, const ac_run_result *r, ac_err *err)
{
    *(bool *)context = r->result->note->entities.n > 0;
    (void)err;
    return AC_OK;
}

static ac_rc self_test(ac_arena *arena)
{
    bool found = false;
    const ac_run_options opt = {
        .id = AC_SV("self-test"), .max_bytes = 1 << 10, .parts = AC_PART_ENTITIES, .text_only = true
    };
    ac_rc rc = ac_run(&opt, &(ac_run_ops) { &found, NULL, plain_tags, look_for_facts },
                      AC_SV("Assessment: pneumonia. Plan: amoxicillin 500 mg."), arena, NULL);
    return rc == AC_OK && !found ? AC_EINTERNAL : rc;
}

ac_rc ac_service_self_test(ac_service *s, ac_arena *arena)
{
    enum { SECOND = 1000 };
    const int64_t now = ac_clock_now_ms(s->o.clock);
    ac_spin_lock(&s->lock);
    const bool due = now - s->tested_ms >= SECOND;
    ac_rc rc = s->tested;
    s->tested_ms = due ? now : s->tested_ms;
    ac_spin_unlock(&s->lock);
    if (!due)
        return rc;
    rc = self_test(arena);
    ac_spin_lock(&s->lock);
    s->tested = rc;
    ac_spin_unlock(&s->lock);
    return rc;
}

/* ---- the end --------------------------------------------------------------------------------------------------------
 */

/* Full jitter (Brooker, "Exponential Backoff And Jitter", 2015): anywhere between now and the whole time. */
static int64_t retry_at(ac_service *s, const ac_job *job, int64_t now)
{
    uint64_t random = 0;
    const uint32_t doubled = job->attempt ? job->attempt - 1 : 0;
    int64_t most = s->o.backoff_ms << (doubled < ERROR_SHIFT_MAX ? doubled : ERROR_SHIFT_MAX);
    most = most > s->o.backoff_max_ms || most <= 0 ? s->o.backoff_max_ms : most;
    (void)!ac_crypto_random(s->o.crypto, &random, sizeof random, NULL);
    return now + (int64_t)(random % (uint64_t)(most + 1));
}

/* What comes of an attempt that ended with rc. */
static ac_job_state state_of(const ac_job *job, ac_rc rc, bool incomplete, bool cancel)
{
    if (cancel)
        return AC_JOB_CANCELLED;
    if (rc == AC_OK)
        return incomplete ? AC_JOB_INCOMPLETE : AC_JOB_COMPLETED;
    if (!ac_rc_retry(rc))
        return AC_JOB_FAILED;
    return job->attempt < job->attempts_max ? AC_JOB_QUEUED : AC_JOB_DEAD;
}

static ac_rc end(ac_service *s, const ac_job *job, ac_rc why, ac_job_state state, ac_sv result, int64_t keep_ms,
                 ac_err *err)
{
    const int64_t now = ac_clock_now_ms(s->o.clock);
    const ac_job ended = { .id = job->id,
                           .token = job->token,
                           .state = state,
                           .error = why,
                           .result = result,
                           .run_at_ms = state == AC_JOB_QUEUED ? retry_at(s, job, now) : 0,
                           .delete_ms = ac_job_delete_at(s, job->tenant, keep_ms, now) };
    const ac_principal server = { .tenant = job->tenant, .kind = AC_ACTOR_SERVER };
    ac_change changes[] = { { .kind = AC_CHANGE_JOB_END, .job = ended },
                            ac_audit_of(&server, now, AC_AUDIT_EXECUTE, AC_WHAT_JOB, job->id.v, job->patient, why) };
    changes[1].audit.detail = (uint64_t)state;
    return ac_store_commit(s->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err);
}

static void count(ac_service *s, const ac_job *job, ac_job_state state, uint64_t us, size_t bytes)
{
    const int64_t waited = job->started_ms - job->created_ms;
    ac_spin_lock(&s->lock);
    ac_jobs_counts *c = &s->counts;
    if (state == AC_JOB_QUEUED) {
        c->retried++;
    } else {
        c->ended[state]++;
        c->work_us += us;
        c->wait_us += waited > 0 ? (uint64_t)waited * 1000 : 0;
        c->bytes += bytes;
    }
    ac_spin_unlock(&s->lock);
}

static ac_rc do_job(ac_service *s, size_t slot, const ac_job *job, ac_arena *arena, ac_err *err)
{
    AC_AUTO(ac_sb) out = AC_SB(SIZE_MAX / 2);
    static const ac_job_form json = { 0 };
    ac_err why = { 0 };
    ac_sv result = { 0 };
    bool incomplete = false;
    const uint64_t began = ac_clock_ticks_ns(s->o.clock);
    take_slot(s, slot, job);
    ac_job_input in = { 0 };
    ac_rc rc = ac_job_input_open(s, job, arena, &in, &why);
    if (rc == AC_OK)
        rc = ac_input_run(s, job, &in, &json, arena, &out, &incomplete, &why);
    if (rc == AC_OK)
        rc = ac_vault_seal(s->o.vault, job->key, job->id.v, RESULT, ac_sb_view(&out), arena, &result, &why);
    const ac_slot was = leave_slot(s, slot);
    const ac_job_state state = state_of(job, rc, incomplete, was.cancel);
    if (out.p)
        ac_crypto_wipe(s->o.crypto, out.p, out.n);
    const bool has_result = state == AC_JOB_COMPLETED || state == AC_JOB_INCOMPLETE;
    ac_rc ended =
        was.lost ? AC_ECONFLICT : end(s, job, rc, state, has_result ? result : (ac_sv) { 0 }, in.how.keep_ms, err);
    count(s, job, state, (ac_clock_ticks_ns(s->o.clock) - began) / 1000, out.n);
    return ended == AC_ECONFLICT ? AC_OK
                                 : ended; /* somebody else has it, or it is gone: what was done here is forgotten */
}

ac_rc ac_jobs_work(ac_service *s, size_t slot, ac_arena **arena, bool *done, ac_err *err)
{
    ac_job_list jobs = { 0 };
    const int64_t now = ac_clock_now_ms(s->o.clock);
    if (!*arena && !(*arena = ac_arena_new(ac_run_arena_max(s->o.max_bytes))))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_lease lease = { .now_ms = now, .lease_ms = s->o.lease_ms, .kinds = 1u << AC_JOB_PROCESS, .max = 1 };
    ac_rc rc = ac_store_lease(s->o.store, &lease, *arena, &jobs, err);
    *done = rc == AC_OK && jobs.n;
    if (*done)
        rc = do_job(s, slot, &jobs.at[0], *arena, err);
    if (ac_arena_used(*arena) > ARENA_KEEP) {
        ac_arena_free(*arena);
        *arena = NULL;
    } else {
        ac_arena_reset(*arena);
    }
    return rc;
}
