/* A leased job from its sealed input to its sealed result. */
#include "app/job_read.h"
#include "app/job_summary.h"
#include "core/log.h"
#include "interop/fhir_bundle.h"
#include "nlp/deid/deid.h"

#include <stdio.h>

enum { ARENA_KEEP = 4 << 20, ERROR_SHIFT_MAX = 20 };

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
    ac_job_reading reading;
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
    w->incomplete = in->faults.n > 0;
    return ac_job_reading_done(&w->reading, err);
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
    if (w->in.spans)
        ac_job_spans_steps(w->in.spans, r->extra->times, r->extra->n_times);
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

static uint32_t time_left(const work *w)
{
    const uint64_t now = ac_clock_ticks_ns(w->s->o.clock), until = w->form->until_ns;
    if (!until)
        return 0;
    return until > now + 1000000 ? (uint32_t)((until - now) / 1000000) : 1;
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
    ac_run_options opt = { .id = how->name.n ? how->name : id,
                           .lang = how->has_lang ? &how->lang : NULL,
                           .note_date = how->note_date,
                           .max_bytes = o->max_bytes,
                           .parts = w->parts,
                           .text_only = how->text,
                           .reading = { .lang = how->has_lang ? ac_lang_name(how->lang) : AC_SV(""),
                                        .max_bytes = o->max_bytes,
                                        .deadline_ms = time_left(w) },
                           .clock = o->clock,
                           .vocabs = o->vocabs };
    ac_job_reading_begin(&w->reading, w->s, w->job, w->form, w->arena, &opt);
    ac_rc rc = ac_run(&opt, &(ac_run_ops) { w, look_at, deid_of, render }, bytes, w->arena, err);
    ac_job_reading_cleanup(&w->reading);
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

/* An end on its way to the disk. */
typedef struct {
    ac_later later; /* first */
    ac_service *s;
    size_t slot;
    ac_commit commit;
    uint64_t us, wait_us;
    size_t bytes;        /* of the result in clear */
    ac_change changes[]; /* the end, its record, deliveries; behind them, what they point to */
} ending;

static void count(const ending *e)
{
    ac_service *s = e->s;
    const ac_job_state state = e->changes[0].job.state;
    ac_spin_lock(&s->lock);
    ac_jobs_counts *c = &s->counts;
    if (state == AC_JOB_QUEUED) {
        c->retried++;
    } else {
        c->ended[state]++;
        c->work_us += e->us;
        c->wait_us += e->wait_us;
        c->bytes += e->bytes;
    }
    ac_spin_unlock(&s->lock);
}

/* AC_ECONFLICT: somebody else has it, or it is gone: what was done here is forgotten. Another error: its lease runs
 * out, and it is done again. */
static void ended(ac_later *l)
{
    ending *e = (ending *)l;
    const ac_rc rc = l->rc;
    if (rc == AC_OK)
        count(e);
    else if (rc != AC_ECONFLICT)
        AC_LOG(AC_LOG_ERROR, "job_end_failed", AC_F("job", e->changes[0].job.id.v), AC_F("error", rc));
    ac_hold_leave(e->s, e->slot);
    ac_mem_free(e);
}

/* What came of an attempt. */
typedef struct {
    ac_rc why;
    ac_job_state state;
    ac_sv result; /* sealed; or the reason why there is none */
    int64_t keep_ms;
    ac_id webhook;   /* that the submission names */
    ac_change *told; /* the deliveries of it */
    size_t n_told;
    uint64_t began_ns, us;
    size_t bytes;
    ac_job_spans spans;
} outcome;

static ac_rc tell(ac_service *s, const ac_job *job, outcome *o, ac_arena *arena, ac_err *err)
{
    const ac_trace *trace = o->spans.tracer ? &o->spans.span.at : NULL;
    const ac_webhook_end end = { job, o->state, o->webhook, ac_clock_now_ms(s->o.clock), false, trace };
    return ac_webhooks_changes(s->o.webhooks, &end, arena, &o->told, &o->n_told, err);
}

static ac_sv moved(ac_sv bytes, char **room)
{
    char *at = *room;
    if (bytes.n)
        memcpy(at, bytes.p, bytes.n);
    *room += bytes.n;
    return (ac_sv) { at, bytes.n };
}

/* NULL: out of memory */
static ending *ending_alloc(const outcome *o, char **room)
{
    const size_t n = 2 + o->n_told;
    size_t bytes = o->result.n;
    for (size_t i = 0; i < o->n_told; i++)
        bytes += o->told[i].job.input.n;
    ending *e = ac_mem_alloc(sizeof *e + n * sizeof e->changes[0] + bytes);
    if (e)
        *room = (char *)&e->changes[n];
    return e;
}

/* NULL: out of memory */
static ending *ending_of(ac_service *s, size_t slot, const ac_job *job, const outcome *o)
{
    const int64_t now = ac_clock_now_ms(s->o.clock), waited = job->started_ms - job->created_ms;
    const ac_principal server = { .tenant = job->tenant, .kind = AC_ACTOR_SERVER };
    char *room = NULL;
    ending *e = ending_alloc(o, &room);
    if (!e)
        return NULL;
    e->later.done = ended;
    e->s = s;
    e->slot = slot;
    e->changes[0] = (ac_change) { .kind = AC_CHANGE_JOB_END,
                                  .job = { .id = job->id,
                                           .token = job->token,
                                           .state = o->state,
                                           .error = o->why,
                                           .result = moved(o->result, &room),
                                           .run_at_ms = o->state == AC_JOB_QUEUED ? retry_at(s, job, now) : 0,
                                           .delete_ms = ac_job_delete_at(s, job->tenant, o->keep_ms, now) } };
    e->changes[1] = ac_audit_of(&server, now, AC_AUDIT_EXECUTE, AC_WHAT_JOB, job->id.v, job->patient, o->why);
    e->changes[1].audit.detail = (uint64_t)o->state;
    for (size_t i = 0; i < o->n_told; i++) {
        e->changes[2 + i] = o->told[i];
        e->changes[2 + i].job.input = moved(o->told[i].job.input, &room);
    }
    e->commit = (ac_commit) { .changes = e->changes, .n = 2 + o->n_told, .now_ms = now, .patient = true };
    e->us = o->us;
    e->wait_us = waited > 0 ? (uint64_t)waited * 1000 : 0;
    e->bytes = o->bytes;
    return e;
}

static ac_rc end(ac_service *s, size_t slot, const ac_job *job, outcome *o, ac_arena *arena, ac_err *err)
{
    const bool lost = ac_hold_look(s, slot).lost;
    ending *e = lost || tell(s, job, o, arena, err) != AC_OK ? NULL : ending_of(s, slot, job, o);
    ac_hold_end(s, slot, o->us, o->result.n);
    ac_rc rc = lost ? AC_OK : e ? ac_store_commit_later(s->o.store, &e->commit, &e->later, err) : AC_ENOMEM;
    if (rc == AC_OK && !lost)
        return AC_OK;
    ac_mem_free(e);
    ac_hold_leave(s, slot); /* its lease runs out, and it is done again */
    return lost ? AC_OK : rc;
}

static void do_job(ac_service *s, size_t slot, const ac_job *job, ac_arena *arena, outcome *o)
{
    AC_AUTO(ac_sb) out = AC_SB(AC_RESULT_MAX);
    const ac_job_form json = { .held = true, .slot = slot };
    bool incomplete = false;
    ac_job_input in = { 0 };
    ac_err why = { 0 };
    o->why = ac_job_input_open(s, job, arena, &in, &why);
    o->spans = ac_job_spans_begin(s, job, &in.how.trace, o->began_ns);
    in.spans = o->spans.tracer ? &o->spans : NULL;
    if (o->why == AC_OK)
        o->why = job->kind == AC_JOB_SUMMARY ? ac_summary_run(s, job, &out, &incomplete, &why)
                                             : ac_input_run(s, job, &in, &json, arena, &out, &incomplete, &why);
    if (o->why == AC_OK)
        o->why =
            ac_vault_seal(s->o.vault, job->key, job->id.v, AC_FIELD_RESULT, ac_sb_view(&out), arena, &o->result, &why);
    if (out.p)
        ac_crypto_wipe(s->o.crypto, out.p, out.n);
    o->state = state_of(job, o->why, incomplete, false);
    if (ac_job_has_reason(o->state)) /* without it, the code says enough */
        (void)!ac_vault_seal(s->o.vault, job->key, job->id.v, AC_FIELD_REASON, ac_sv_z(why.text), arena, &o->result,
                             NULL);
    o->keep_ms = in.how.keep_ms;
    o->webhook = in.how.webhook;
    o->bytes = out.n;
}

static ac_rc take_and_do(ac_service *s, ac_arena *arena, bool *done, ac_err *err)
{
    size_t slot;
    const ac_job *job;
    outcome o = { .state = AC_JOB_CANCELLED, .began_ns = ac_clock_ticks_ns(s->o.clock) };
    *done = ac_hold_take(s, &slot, &job);
    const ac_rc more = ac_hold_more(s, err); /* whether it got one or not: another thread may have been quicker */
    if (!*done)
        return more;
    const ac_held before = ac_hold_look(s, slot);
    if (!before.cancel && !before.lost)
        do_job(s, slot, job, arena, &o);
    else if (s->o.webhooks)
        (void)!ac_job_webhook(s, job, arena, &o.webhook, NULL);
    if (ac_hold_look(s, slot).cancel)
        o.state = AC_JOB_CANCELLED;
    if (o.state == AC_JOB_CANCELLED || o.state == AC_JOB_QUEUED)
        o.result = (ac_sv) { 0 };
    o.us = (ac_clock_ticks_ns(s->o.clock) - o.began_ns) / 1000;
    ac_job_spans_end(&o.spans, s, o.state, o.why);
    return end(s, slot, job, &o, arena, err);
}

ac_rc ac_jobs_work(ac_service *s, ac_arena **arena, bool *done, ac_err *err)
{
    *done = false;
    if (!*arena && !(*arena = ac_arena_new(ac_run_arena_max(s->o.max_bytes))))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    ac_rc rc = take_and_do(s, *arena, done, err);
    if (ac_arena_used(*arena) > ARENA_KEEP) {
        ac_arena_free(*arena);
        *arena = NULL;
    } else if (*done) {
        ac_arena_reset(*arena);
    }
    return rc;
}
