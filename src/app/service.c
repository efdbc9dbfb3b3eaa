#include "app/job_hold.h"

#include <stdatomic.h>

ac_rc ac_service_new(const ac_service_options *opt, ac_service **out, ac_err *err)
{
    const size_t n = ac_hold_slots(opt->slots);
    ac_service *s = ac_mem_alloc(sizeof *s + n * sizeof s->slots[0]);
    if (!s)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    s->o = *opt;
    s->began_ms = ac_clock_now_ms(opt->clock);
    s->n_slots = n;
    s->mean_us = 100000; /* not known: one by one at first */
    ac_spin_init(&s->lock);
    *out = s;
    return AC_OK;
}

void ac_service_free(ac_service *s) { ac_mem_free(s); }

ac_rc ac_service_tell_late(ac_service *s, int64_t window_ms, ac_err *err)
{
    return s->o.webhooks ? ac_webhooks_catch_up(s->o.webhooks, &(ac_late) { ac_job_webhook, s, window_ms }, err) : AC_OK;
}

bool ac_deadline_does(ac_deadline *d)
{
    ac_deadline_state was = AC_DEADLINE_OPEN;
    return atomic_compare_exchange_strong(d, &was, AC_DEADLINE_DOES) || was == AC_DEADLINE_DOES;
}

static ac_rc is_late(ac_err *err)
{
    return ac_fail(err, AC_ETIMEOUT, "the time that the role has for a request is up: nothing was done");
}

ac_rc ac_to_do(ac_service *s, const ac_principal *who, ac_err *err)
{
    if (!who->deadline)
        return ac_in_time(s, who, err);
    if (atomic_load(who->deadline) == AC_DEADLINE_OPEN)
        AC_TRY(err, ac_in_time(s, who, err));
    return ac_deadline_does(who->deadline) ? AC_OK : is_late(err);
}

ac_rc ac_in_time(ac_service *s, const ac_principal *who, ac_err *err)
{
    return who->until_ns && ac_clock_ticks_ns(s->o.clock) > who->until_ns
               ? is_late(err)
               : AC_OK;
}

ac_rc ac_service_job(ac_service *s, const ac_principal *who, ac_job_id id, bool whole, ac_arena *arena, ac_job *out,
                     ac_err *err)
{
    AC_TRY(err, ac_store_job(s->o.store, id, whole, arena, out, err));
    if (!ac_id_eq(out->tenant.v, who->tenant.v) || out->kind == AC_JOB_WEBHOOK) /* a delivery: app/webhooks shows it */
        return ac_fail(err, AC_ENOTFOUND, "no such job");
    return ac_access_patient(s->o.access, who, out->patient, err);
}
