/* A leased job from its sealed input to its sealed result. */
#include "app/job_end.h"
#include "app/job_read.h"
#include "app/job_result.h"
#include "app/job_summary.h"
#include "interop/fhir_bundle.h"
#include "nlp/deid/deid.h"

#include <stdio.h>

enum { ARENA_KEEP = 4 << 20 };

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
    const ac_rc rc = ac_document_bytes(w->s, w->job->key, w->job->document, stored, err);
    if (rc == AC_ENOTFOUND)
        return ac_fail(err, rc, "the document was deleted");
    AC_TRY(err, rc);
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
                           .until_ns = w->form->until_ns,
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

static ac_rc probe(ac_service *s, int64_t now)
{
    const ac_change change = { .kind = AC_CHANGE_PROBE };
    return ac_store_commit(s->o.store, &(ac_commit) { .changes = &change, .n = 1, .now_ms = now }, NULL, NULL);
}

ac_self_test ac_service_self_test(ac_service *s, ac_arena *arena)
{
    enum { SECOND = 1000 };
    const int64_t now = ac_clock_now_ms(s->o.clock);
    ac_spin_lock(&s->lock);
    const bool due = now - s->tested_ms >= SECOND;
    ac_self_test t = s->tested;
    s->tested_ms = due ? now : s->tested_ms;
    ac_spin_unlock(&s->lock);
    if (!due)
        return t;
    t = (ac_self_test) { .engine = self_test(arena), .store = probe(s, now) };
    ac_spin_lock(&s->lock);
    s->tested = t;
    ac_spin_unlock(&s->lock);
    return t;
}

/* ---- one after the other --------------------------------------------------------------------------------------------
 */

static void do_job(ac_service *s, size_t slot, const ac_job *job, ac_arena *arena, ac_job_outcome *o)
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
        o->why = ac_result_seal(s, job, ac_sb_view(&out), arena, &o->result, &why);
    if (out.p)
        ac_crypto_wipe(s->o.crypto, out.p, out.n);
    o->state = ac_job_state_after(job, o->why, incomplete);
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
    ac_job_outcome o = { .state = AC_JOB_CANCELLED, .began_ns = ac_clock_ticks_ns(s->o.clock) };
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
    return ac_job_end(s, slot, job, &o, arena, err);
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
