/* /v1/webhooks: who is told that jobs have ended, and what became of it. */
#include "api/routes.h"

#define EVENTS "job.completed job.incomplete job.failed job.cancelled job.dead"
#define STATES "waiting sending delivered dropped dead"
#define ERRORS "unreachable bad_answer not_allowed too_large internal"
enum { BODY = 8 << 10, DOT = 4 /* "job." */ };

/* ---- schemas ---- */

static const ac_field hook_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "" },
    { "url", AC_FIELD_TEXT, true, 0, AC_FETCH_URL_MAX, NULL, NULL, "" },
    { "name", AC_FIELD_TEXT, true, 0, AC_WEBHOOK_NAME_MAX, NULL, NULL, "" },
    { "events", AC_FIELD_WORDS, true, 0, 0, EVENTS, NULL, "" },
    { "all_jobs", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "false: only jobs that name it as webhook_id" },
    { "enabled", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "" },
    { "disabled_because", AC_FIELD_TEXT, false, 0, 20, NULL, NULL,
      "by hand; gone: the receiver answered 410; failing: it took nothing for five days" },
    { "failing_since", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "updated", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "secret", AC_FIELD_TEXT, false, 0, AC_WEBHOOK_SECRET_MAX, NULL, NULL,
      "only in the answer that makes it: what signatures are checked with" },
    { 0 },
};
static const ac_schema hook_schema = { "Webhook", hook_fields };
static const ac_field hook_new_fields[] = {
    { "url", AC_FIELD_TEXT, true, 1, AC_FETCH_URL_MAX, NULL, NULL,
      "https, on a public address unless the server allows others" },
    { "name", AC_FIELD_TEXT, false, 0, AC_WEBHOOK_NAME_MAX, NULL, NULL, "for people" },
    { "events", AC_FIELD_WORDS, false, 1, 5, EVENTS, NULL, "all of them when not given" },
    { "all_jobs", AC_FIELD_BOOL, false, 0, 0, NULL, NULL,
      "tell of every job; when not given, of those that name it as webhook_id" },
    { "enabled", AC_FIELD_BOOL, false, 0, 0, NULL, NULL, "true when not given" },
    { 0 },
};
static const ac_schema hook_new_schema = { "WebhookRequest", hook_new_fields };
static const ac_field hooks_fields[] = {
    { "webhooks", AC_FIELD_LIST, true, 0, 0, NULL, &hook_schema, "newest first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema hooks_schema = { "WebhookPage", hooks_fields };
static const ac_field secret_fields[] = {
    { "secret", AC_FIELD_TEXT, true, 0, AC_WEBHOOK_SECRET_MAX, NULL, NULL, "it is shown once" }, { 0 }
};
static const ac_schema secret_schema = { "WebhookSecret", secret_fields };
static const ac_field delivery_fields[] = {
    { "id", AC_FIELD_ID, true, 0, 0, NULL, NULL, "the webhook-id that the receiver sees, at every try" },
    { "type", AC_FIELD_WORD, true, 0, 0, EVENTS " ping", NULL, "" },
    { "job_id", AC_FIELD_ID, false, 0, 0, NULL, NULL, "" },
    { "state", AC_FIELD_WORD, true, 0, 0, STATES, NULL,
      "dropped: the job, or the webhook, was gone or off; dead: given up, see retry" },
    { "tries", AC_FIELD_NUMBER, true, 0, UINT32_MAX, NULL, NULL, "" },
    { "status", AC_FIELD_NUMBER, false, 100, 599, NULL, NULL, "of the last answer" },
    { "error", AC_FIELD_WORD, false, 0, 0, ERRORS, NULL,
      "why there was none: nobody answered in time; what answered is no HTTP, or its certificate does not verify; an "
      "address "
      "that this server may not reach; an answer without end; a fault of the server" },
    { "created", AC_FIELD_INSTANT, true, 0, 0, NULL, NULL, "" },
    { "next_try", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { "ended", AC_FIELD_INSTANT, false, 0, 0, NULL, NULL, "" },
    { 0 },
};
static const ac_schema delivery_schema = { "WebhookDelivery", delivery_fields };
static const ac_field deliveries_fields[] = {
    { "deliveries", AC_FIELD_LIST, true, 0, 0, NULL, &delivery_schema, "newest job first" },
    { "next", AC_FIELD_ID, false, 0, 0, NULL, NULL, "cursor of the next page" },
    { 0 },
};
static const ac_schema deliveries_schema = { "WebhookDeliveryPage", deliveries_fields };
static const ac_field deliveries_query_fields[] = {
    { "cursor", AC_FIELD_ID, false, 0, 0, NULL, NULL, "what \"next\" of the page before said" },
    { "limit", AC_FIELD_NUMBER, false, 1, AC_PAGE_MAX, NULL, NULL, "rows on a page; 50 when not given" },
    { "state", AC_FIELD_WORDS, false, 0, 0, STATES, NULL, "only these states" },
    { 0 },
};
static const ac_schema deliveries_query = { NULL, deliveries_query_fields };

/* ---- writing ---- */

static const char *const delivery_states[AC_JOB_STATES] = {
    [AC_JOB_QUEUED] = "waiting",     [AC_JOB_RUNNING] = "sending", [AC_JOB_COMPLETED] = "delivered",
    [AC_JOB_INCOMPLETE] = "dropped", [AC_JOB_FAILED] = "dropped",  [AC_JOB_CANCELLED] = "dropped",
    [AC_JOB_DEAD] = "dead",
};

static ac_sv reason_of(ac_rc rc)
{
    switch (rc) {
    case AC_EBUSY:
        return AC_SV("unreachable");
    case AC_EIO:
        return AC_SV("bad_answer");
    case AC_EDENIED:
        return AC_SV("not_allowed");
    case AC_ELIMIT:
        return AC_SV("too_large");
    default:
        return AC_SV("internal");
    }
}

static void put_type(ac_jw *w, ac_job_state state)
{
    AC_AUTO(ac_sb) word = AC_SB(64);
    ac_sb_add(&word, AC_SV("job."));
    ac_sb_add(&word, ac_sv_z(state < AC_JOB_STATES ? ac_job_state_name(state) : ""));
    ac_jw_string(w, state < AC_JOB_STATES ? ac_sb_view(&word) : AC_SV("ping"));
}

static void put_hook(ac_jw *w, const ac_webhook *h, const char *secret)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", h->id);
    ac_jw_kstring(w, "url", h->form.url);
    ac_jw_kstring(w, "name", h->form.name);
    ac_jw_karray(w, "events");
    for (int s = 0; s < AC_JOB_STATES; s++)
        if (h->form.events >> s & 1)
            put_type(w, (ac_job_state)s);
    ac_jw_end_array(w);
    ac_jw_kbool(w, "all_jobs", h->form.all);
    ac_jw_kbool(w, "enabled", h->off == AC_WEBHOOK_ON);
    ac_jw_key(w, AC_SV("disabled_because"));
    if (h->off == AC_WEBHOOK_ON)
        ac_jw_null(w);
    else
        ac_jw_string(w, ac_webhook_off_word(h->off));
    ac_jw_kinstant(w, "failing_since", h->failing_ms);
    ac_jw_kinstant(w, "created", h->created_ms);
    ac_jw_kinstant(w, "updated", h->updated_ms);
    if (secret)
        ac_jw_kstring(w, "secret", ac_sv_z(secret));
    ac_jw_end_object(w);
}

static void put_delivery(ac_jw *w, const ac_delivery *d)
{
    ac_jw_object(w);
    ac_jw_kid(w, "id", d->id);
    ac_jw_key(w, AC_SV("type"));
    put_type(w, d->of);
    ac_jw_kid(w, "job_id", d->job.v);
    ac_jw_kstring(w, "state", ac_sv_z(delivery_states[d->state]));
    ac_jw_ku64(w, "tries", d->tries);
    ac_jw_key(w, AC_SV("status"));
    if (d->status)
        ac_jw_u64(w, (uint64_t)d->status);
    else
        ac_jw_null(w);
    ac_jw_key(w, AC_SV("error"));
    if (d->error != AC_OK)
        ac_jw_string(w, reason_of(d->error));
    else
        ac_jw_null(w);
    ac_jw_kinstant(w, "created", d->created_ms);
    ac_jw_kinstant(w, "next_try", d->next_ms);
    ac_jw_kinstant(w, "ended", d->ended_ms);
    ac_jw_end_object(w);
}

/* ---- handlers ---- */

static ac_webhook_form form_of(const ac_call *c)
{
    ac_webhook_form f = { .url = ac_call_text(c, "url"),
                          .name = ac_call_text(c, "name"),
                          .all = ac_call_flag(c, "all_jobs", false),
                          .on = ac_call_flag(c, "enabled", true) };
    const ac_json *events = ac_json_get(c->body, "events");
    for (const ac_json *e = events ? events->first : NULL; e; e = e->next) {
        ac_job_state state;
        if (ac_job_state_parse(ac_sv_sub(e->text, DOT, e->text.n), &state))
            f.events |= 1u << state;
    }
    for (int s = 0; !events && s < AC_JOB_STATES; s++)
        f.events |= (uint32_t)ac_job_ended((ac_job_state)s) << s;
    return f;
}

static ac_rc post_hook(ac_call *c, ac_err *err)
{
    char secret[AC_WEBHOOK_SECRET_MAX];
    ac_webhook h;
    const ac_webhook_form form = form_of(c);
    c->where = AC_SV("url");
    AC_TRY(err, ac_webhooks_add(c->webhooks, &c->who, &form, c->arena, secret, &h, err));
    ac_jw w = ac_call_json(c, 0);
    put_hook(&w, &h, secret);
    ac_reply_secret(c->reply);
    return AC_OK;
}

static ac_rc put_webhook(ac_call *c, ac_err *err)
{
    ac_webhook h;
    const ac_webhook_form form = form_of(c);
    c->where = AC_SV("url");
    AC_TRY(err, ac_webhooks_change(c->webhooks, &c->who, c->args[0], &form, c->arena, &h, err));
    ac_jw w = ac_call_json(c, 0);
    put_hook(&w, &h, NULL);
    return AC_OK;
}

static ac_rc get_hook(ac_call *c, ac_err *err)
{
    ac_webhook h;
    AC_TRY(err, ac_webhooks_get(c->webhooks, &c->who, c->args[0], c->arena, &h, err));
    ac_jw w = ac_call_json(c, 0);
    put_hook(&w, &h, NULL);
    return AC_OK;
}

static ac_rc list_hooks(ac_call *c, ac_err *err)
{
    ac_webhook_list list = { 0 };
    const size_t max = ac_call_limit(c);
    AC_TRY(err, ac_webhooks_list(c->webhooks, &c->who, ac_call_cursor(c), max, c->arena, &list, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "webhooks");
    for (size_t i = 0; i < list.n; i++)
        put_hook(&w, &list.at[i], NULL);
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id : (ac_id) { { 0 } }, list.n == max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc delete_hook(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_webhooks_remove(c->webhooks, &c->who, c->args[0], err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

static ac_rc rotate_secret(ac_call *c, ac_err *err)
{
    char secret[AC_WEBHOOK_SECRET_MAX];
    AC_TRY(err, ac_webhooks_rotate(c->webhooks, &c->who, c->args[0], secret, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "secret", ac_sv_z(secret));
    ac_jw_end_object(&w);
    ac_reply_secret(c->reply);
    return AC_OK;
}

static ac_rc ping_hook(ac_call *c, ac_err *err)
{
    ac_delivery d;
    AC_TRY(err, ac_webhooks_ping(c->webhooks, &c->who, c->args[0], &d, err));
    ac_jw w = ac_call_json(c, 0);
    put_delivery(&w, &d);
    return AC_OK;
}

static uint32_t states_of(ac_sv words)
{
    uint32_t bits = 0;
    ac_sv word;
    while (words.n && ac_sv_split(&words, ',', &word))
        for (int s = 0; s < AC_JOB_STATES; s++)
            bits |= (uint32_t)ac_sv_eq(word, ac_sv_z(delivery_states[s])) << s;
    return bits;
}

static ac_rc list_deliveries(ac_call *c, ac_err *err)
{
    ac_deliveries list = { 0 };
    const ac_job_query page = { .states = states_of(ac_call_text(c, "state")),
                                .before = ac_call_cursor(c),
                                .max = ac_call_limit(c) };
    AC_TRY(err, ac_webhooks_deliveries(c->webhooks, &c->who, c->args[0], &page, c->arena, &list, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "deliveries");
    for (size_t i = 0; i < list.n; i++)
        put_delivery(&w, &list.at[i]);
    ac_jw_end_array(&w);
    ac_call_next(&w, list.n ? list.at[list.n - 1].id : (ac_id) { { 0 } }, list.n == page.max);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc retry_delivery(ac_call *c, ac_err *err)
{
    AC_TRY(err, ac_webhooks_again(c->webhooks, &c->who, c->args[0], c->args[1], err));
    c->reply = ac_reply_new(204);
    return AC_OK;
}

#define READ  AC_SCOPE_WEBHOOKS_READ
#define WRITE AC_SCOPE_WEBHOOKS
const ac_route ac_routes_webhooks[] = {
    { AC_HTTP_POST, "/v1/webhooks", WRITE, 0, AC_ROUTE_ONCE, BODY, &hook_new_schema, NULL, &hook_schema, 201, post_hook,
      "Webhooks", "addWebhook", "Register a webhook",
      "It is told when jobs end: POST with {\"type\", \"timestamp\", \"data\"}, signed as standardwebhooks.com "
      "describes. "
      "What is told are ids, states and numbers, never what a document says." },
    { AC_HTTP_GET, "/v1/webhooks", READ, 0, 0, 0, NULL, &ac_schema_page_query, &hooks_schema, 200, list_hooks,
      "Webhooks", "listWebhooks", "List webhooks", NULL },
    { AC_HTTP_GET, "/v1/webhooks/{webhook_id}", READ, 0, 0, 0, NULL, NULL, &hook_schema, 200, get_hook, "Webhooks",
      "getWebhook", "Read a webhook", NULL },
    { AC_HTTP_PUT, "/v1/webhooks/{webhook_id}", WRITE, 0, 0, BODY, &hook_new_schema, NULL, &hook_schema, 200,
      put_webhook, "Webhooks", "putWebhook", "Change a webhook",
      "Everything at once: what is not given is as it would be in a new one. Its secret stays." },
    { AC_HTTP_DELETE, "/v1/webhooks/{webhook_id}", WRITE, 0, 0, 0, NULL, NULL, NULL, 204, delete_hook, "Webhooks",
      "deleteWebhook", "Remove a webhook", "What waits to be delivered is dropped." },
    { AC_HTTP_POST, "/v1/webhooks/{webhook_id}/secret", WRITE, 0, AC_ROUTE_ONCE, 0, NULL, NULL, &secret_schema, 200,
      rotate_secret, "Webhooks", "rotateWebhookSecret", "Make a new secret",
      "For a day there are two signatures: by the new secret and by the one before." },
    { AC_HTTP_POST, "/v1/webhooks/{webhook_id}/ping", WRITE, 0, AC_ROUTE_ONCE, 0, NULL, NULL, &delivery_schema, 202,
      ping_hook, "Webhooks", "pingWebhook", "Send a test", "Tried three times, also where the webhook is disabled." },
    { AC_HTTP_GET, "/v1/webhooks/{webhook_id}/deliveries", READ, 0, 0, 0, NULL, &deliveries_query, &deliveries_schema,
      200, list_deliveries, "Webhooks", "listDeliveries", "What became of its deliveries?",
      "Those that ended are kept for a week." },
    { AC_HTTP_POST, "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry", WRITE, 0, AC_ROUTE_ONCE, 0, NULL, NULL,
      NULL, 204, retry_delivery, "Webhooks", "retryDelivery", "Send a dead delivery again", NULL },
};
const size_t ac_routes_webhooks_n = sizeof ac_routes_webhooks / sizeof *ac_routes_webhooks;
