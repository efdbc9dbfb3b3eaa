#include "app/job_read.h"

enum {
    TELL_MS = 1000,        /* between two events of progress */
    KEEP_MS = 200,         /* what was read faster is read again */
    RECORD_MAX = 16 << 20, /* bytes of a recording; a document with more is read again, too */
    SEALED_MAX = 2 << 20   /* and one with more of it as it is stored */
};

static const ac_sv CHECKPOINT = { "checkpoint", 10 };

static ac_rc tell(const ac_job_reading *r, ac_job news, ac_err *err)
{
    news.id = r->job->id;
    news.token = r->job->token;
    const ac_change change = { .kind = AC_CHANGE_JOB_STEP, .job = news };
    const ac_commit commit = { .changes = &change, .n = 1, .now_ms = ac_clock_now_ms(r->s->o.clock) };
    return ac_store_commit(r->s->o.store, &commit, NULL, err);
}

/* What nobody waits for any more is not read to its end. */
static bool go_on(void *context, uint32_t done, uint32_t total)
{
    ac_job_reading *r = context;
    const int64_t now = ac_clock_now_ms(r->s->o.clock);
    const ac_held held = ac_hold_look(r->s, r->form->slot);
    if (held.cancel || held.lost)
        return false;
    if (now - r->told_ms < TELL_MS)
        return true;
    r->told_ms = now;
    return tell(r, (ac_job) { .done = done, .total = total }, NULL) != AC_ECONFLICT;
}

void ac_job_reading_begin(ac_job_reading *r, ac_service *s, const ac_job *job, const ac_job_form *form, ac_arena *arena,
                          ac_run_options *opt)
{
    ac_sv earlier = { 0 };
    *r = (ac_job_reading) { .s = s, .job = job, .form = form, .arena = arena };
    r->began_ms = r->told_ms = ac_clock_now_ms(s->o.clock);
    if (job->checkpoint.n && ac_vault_unseal(s->o.vault, job->key, job->id.v, CHECKPOINT, job->checkpoint, RECORD_MAX,
                                             arena, &earlier, NULL) != AC_OK)
        earlier = AC_SV(""); /* it is only read anew */
    ac_recall_init(&r->recall, s->o.media, earlier, RECORD_MAX);
    opt->media = s->o.media ? &r->recall.port : NULL;
    if (form->held) {
        opt->reading.progress = go_on;
        opt->reading.context = r;
    }
}

ac_rc ac_job_reading_done(ac_job_reading *r, ac_err *err)
{
    ac_sv sealed = { 0 };
    const ac_sv record = ac_recall_record(&r->recall);
    if (!r->form->held || !record.n || ac_clock_now_ms(r->s->o.clock) - r->began_ms < KEEP_MS)
        return AC_OK;
    AC_TRY(err, ac_vault_seal(r->s->o.vault, r->job->key, r->job->id.v, CHECKPOINT, record, r->arena, &sealed, err));
    const ac_rc rc = tell(r, (ac_job) { .step = 1, .checkpoint = sealed.n <= SEALED_MAX ? sealed : AC_SV("") }, err);
    return rc == AC_ECONFLICT ? rc : AC_OK; /* without it, the end of the job may still be stored */
}

void ac_job_reading_cleanup(ac_job_reading *r)
{
    if (r->recall.record.p)
        ac_crypto_wipe(r->s->o.crypto, r->recall.record.p, r->recall.record.n);
    ac_media_free(&r->recall.port);
}
