/* Health, metrics, documentation, models. */
#include "api/api_parts.h"
#include "api/openapi.h"
#include "api/routes.h"
#include "app/access_token.h"

enum { TEXT_MAX = 16 << 20 };

static const ac_field health_fields[] = {
    { "status", AC_FIELD_WORD, true, 0, 0, "ok degraded", NULL, "" },
    { "version", AC_FIELD_TEXT, true, 0, 32, NULL, NULL, "" },
    { "store", AC_FIELD_WORD, true, 0, 0, "ok failed", NULL, "" },
    { "engine", AC_FIELD_WORD, true, 0, 0, "ok failed", NULL, "a note was worked on, from end to end" },
    { "jobs_waiting", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "" },
    { 0 },
};
static const ac_schema health_schema = { "Health", health_fields };
static const ac_field live_fields[] = { { "status", AC_FIELD_WORD, true, 0, 0, "ok", NULL, "" }, { 0 } };
static const ac_schema live_schema = { "Live", live_fields };
static const ac_field model_fields[] = {
    { "name", AC_FIELD_TEXT, true, 0, 100, NULL, NULL, "" },
    { "task", AC_FIELD_TEXT, true, 0, 100, NULL, NULL, "" },
    { "where", AC_FIELD_TEXT, true, 0, 100, NULL, NULL, "" },
    { 0 },
};
static const ac_schema model_schema = { "Model", model_fields };
static const ac_field models_fields[] = { { "models", AC_FIELD_LIST, true, 0, 0, NULL, &model_schema, "" }, { 0 } };
static const ac_schema models_schema = { "Models", models_fields };
static const ac_field message_fields[] = { { "message", AC_FIELD_TEXT, true, 0, 1000, NULL, NULL, "" }, { 0 } };
const ac_schema ac_schema_message = { "Message", message_fields };

static const ac_field metadata_fields[] = {
    { "resource", AC_FIELD_TEXT, true, 0, 2048, NULL, NULL, "" },
    { "authorization_servers", AC_FIELD_WORDS, true, 0, 0, NULL, NULL, "the issuer whose tokens are taken" },
    { "bearer_methods_supported", AC_FIELD_WORDS, true, 0, 0, NULL, NULL, "" },
    { "scopes_supported", AC_FIELD_WORDS, true, 0, 0, NULL, NULL, "" },
    { "resource_name", AC_FIELD_TEXT, true, 0, 100, NULL, NULL, "" },
    { 0 },
};
static const ac_schema metadata_schema = { "ProtectedResource", metadata_fields };

static ac_rc get_live(ac_call *c, ac_err *err)
{
    (void)err;
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "status", AC_SV("ok"));
    ac_jw_end_object(&w);
    return AC_OK;
}

static void put_health(ac_jw *w, bool store, bool engine, uint64_t waiting)
{
    ac_jw_object(w);
    ac_jw_kstring(w, "status", store && engine ? AC_SV("ok") : AC_SV("degraded"));
    ac_jw_kstring(w, "version", AC_SV(AC_VERSION));
    ac_jw_kstring(w, "store", store ? AC_SV("ok") : AC_SV("failed"));
    ac_jw_kstring(w, "engine", engine ? AC_SV("ok") : AC_SV("failed"));
    ac_jw_ku64(w, "jobs_waiting", waiting);
    ac_jw_end_object(w);
}

/* One tiny note from end to end, one question to the store and one durable write. */
static ac_rc get_health(ac_call *c, ac_err *err)
{
    ac_store_counts counts = { 0 };
    (void)err;
    const ac_self_test test = ac_service_self_test(c->service, c->arena);
    const bool store = ac_store_counted(c->api->o.store, &counts, NULL) == AC_OK && test.store == AC_OK;
    const bool engine = test.engine == AC_OK;
    ac_jw w = ac_call_json(c, store && engine ? 200 : 503);
    put_health(&w, store, engine,
               counts.jobs[AC_JOB_PROCESS][AC_JOB_QUEUED] + counts.jobs[AC_JOB_SUMMARY][AC_JOB_QUEUED]);
    return AC_OK;
}

/* The store is the one that can keep it waiting. */
ac_reply *ac_health_late(void)
{
    ac_reply *p = ac_reply_new(503);
    ac_jw w = ac_jw_to(ac_reply_text(p, "application/json", TEXT_MAX), 0);
    put_health(&w, false, true, 0);
    return p;
}

static ac_rc get_metrics(ac_call *c, ac_err *err)
{
    ac_api *a = c->api;
    ac_metrics_outside o = { .jobs = ac_jobs_counted(c->service), .followers = a->n_followers, .now_ms = c->now_ms };
    const ac_token_options *tokens = ac_access_tokens(c->access);
    const ac_issuer_counts issuer = tokens ? ac_issuer_counted(tokens->issuer) : (ac_issuer_counts) { 0 };
    o.issuer = tokens ? &issuer : NULL;
    AC_TRY(err, ac_store_counted(a->o.store, &o.store, err));
    if (a->o.webhooks)
        o.webhooks = ac_webhooks_counted(a->o.webhooks);
    o.traces = a->o.tracer;
    if (o.traces)
        o.trace = ac_tracer_counted(a->o.tracer);
    if (a->server)
        o.http = ac_http_counted(a->server);
    if (a->o.process)
        o.process = a->o.process();
    c->reply = ac_reply_new(200);
    ac_metrics_write(a->metrics, &o, ac_reply_text(c->reply, "text/plain; version=0.0.4; charset=utf-8", TEXT_MAX));
    return AC_OK;
}

static ac_rc get_openapi(ac_call *c, ac_err *err)
{
    (void)err;
    c->reply = ac_reply_new(200);
    ac_reply_header(c->reply, "Cache-Control", AC_SV("no-cache")); /* kept, and asked for again with its ETag */
    const ac_token_options *tokens = ac_access_tokens(c->access);
    ac_openapi_write(ac_reply_text(c->reply, "application/json", TEXT_MAX), tokens ? tokens->url : AC_SV(""));
    return AC_OK;
}

/* OAuth 2.0 Protected Resource Metadata (RFC 9728): where a client gets tokens for this server. */
static ac_rc get_metadata(ac_call *c, ac_err *err)
{
    const ac_token_options *tokens = ac_access_tokens(c->access);
    AC_AUTO(ac_sb) origin = AC_SB(2 << 10);
    if (!tokens)
        return ac_fail(err, AC_ENOTFOUND, "no tokens are taken here");
    ac_own_address(c->http, &origin);
    const bool named = ac_sv_starts(tokens->audience, AC_SV("https://"));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "resource", named ? tokens->audience : ac_sb_view(&origin));
    ac_jw_karray(&w, "authorization_servers");
    ac_jw_string(&w, tokens->url);
    ac_jw_end_array(&w);
    ac_jw_karray(&w, "bearer_methods_supported");
    ac_jw_string(&w, AC_SV("header"));
    ac_jw_end_array(&w);
    ac_jw_karray(&w, "scopes_supported");
    for (unsigned i = 0; i < AC_SCOPES; i++)
        ac_jw_string(&w, ac_scope_word((ac_scope)(1u << i)));
    ac_jw_end_array(&w);
    ac_jw_kstring(&w, "resource_name", AC_SV("Aceso"));
    ac_jw_end_object(&w);
    return AC_OK;
}

static void escape(ac_sb *out, const char *text)
{
    for (const char *p = text; *p; p++)
        switch (*p) {
        case '<':
            ac_sb_add(out, AC_SV("&lt;"));
            break;
        case '>':
            ac_sb_add(out, AC_SV("&gt;"));
            break;
        case '&':
            ac_sb_add(out, AC_SV("&amp;"));
            break;
        default:
            ac_sb_add_char(out, *p);
        }
}

static void document_fields(ac_sb *out, const char *title, const ac_schema *s)
{
    if (!s || !s->fields)
        return;
    ac_sb_addf(out, "<h4>%s</h4><table>", title);
    for (const ac_field *f = s->fields; f->name; f++) {
        ac_sb_addf(out, "<tr><td><code>%s</code>%s<td>", f->name, f->required ? " *" : "");
        escape(out, f->help ? f->help : "");
        if (f->words) {
            ac_sb_add(out, AC_SV(" <small>"));
            escape(out, f->words);
            ac_sb_add(out, AC_SV("</small>"));
        }
    }
    ac_sb_add(out, AC_SV("</table>"));
}

static void document_route(ac_sb *out, const ac_route *r)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
    ac_sb_addf(out, "<section id=\"%s\"><h3><b>%s</b> <code>%s</code></h3><p>", r->id, names[r->method], r->path);
    escape(out, r->summary);
    ac_sb_add(out, AC_SV(". "));
    escape(out, r->text ? r->text : "");
    ac_sb_add(out, AC_SV("</p>"));
    for (unsigned i = 0; i < AC_SCOPES; i++)
        if ((r->scope | r->any) >> i & 1)
            ac_sb_addf(out, "<kbd>%.40s</kbd> ", ac_scope_word((ac_scope)(1u << i)).p);
    document_fields(out, "Parameters", r->query);
    document_fields(out, "Body", r->body);
    ac_sb_add(out, AC_SV("</section>"));
}

static ac_rc get_docs(ac_call *c, ac_err *err)
{
    size_t n;
    const ac_route *routes = ac_api_routes(&n);
    (void)err;
    c->reply = ac_reply_new(200);
    ac_sb *out = ac_reply_text(c->reply, "text/html; charset=utf-8", TEXT_MAX);
    ac_reply_header(c->reply, "Cache-Control", AC_SV("no-cache"));
    ac_reply_header(c->reply, "Content-Security-Policy",
                    AC_SV("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"));
    ac_sb_add(out, AC_SV("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                         "content=\"width=device-width\"><title>Aceso API</title>"
                         "<style>body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}h3 "
                         "b{display:inline-block;min-width:5em}"
                         "section{border-top:1px solid #ccc}table{border-collapse:collapse}td{padding:.1em 1em .1em "
                         "0;vertical-align:top}small{color:#555}"
                         "kbd{background:#eee;padding:0 .3em}</style><h1>Aceso API</h1><p>Machine-readable: <a "
                         "href=\"/openapi.json\">openapi.json</a>. Say "
                         "<code>Authorization: Bearer KEY</code>. * is mandatory.</p>"));
    for (size_t i = 0; i < n; i++) {
        if (!i || strcmp(routes[i - 1].tag, routes[i].tag) != 0)
            ac_sb_addf(out, "<h2>%s</h2>", routes[i].tag);
        document_route(out, &routes[i]);
    }
    ac_sb_add(out, AC_SV("</html>\n"));
    return AC_OK;
}

static ac_rc get_models(ac_call *c, ac_err *err)
{
    (void)err;
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    ac_jw_karray(&w, "models");
    ac_jw_object(&w);
    ac_jw_kstring(&w, "name", AC_SV("aceso"));
    ac_jw_kstring(&w, "task", AC_SV("extraction, de-identification, summaries"));
    ac_jw_kstring(&w, "where", AC_SV("built in"));
    ac_jw_end_object(&w);
    ac_jw_end_array(&w);
    ac_jw_end_object(&w);
    return AC_OK;
}

static ac_rc not_here(ac_call *c, ac_err *err)
{
    (void)err;
    c->reply = ac_reply_error(501, "not_implemented", AC_SV("this server has no speech models"), AC_SV(""));
    return AC_OK;
}

#define OPEN      (AC_ROUTE_PUBLIC | AC_ROUTE_FREE)
#define AUDIO_MAX ((uint64_t)1 << 30)
const ac_route ac_routes_system[] = {
    { AC_HTTP_GET, "/health", 0, 0, OPEN | AC_ROUTE_HEALTH | AC_ROUTE_FLEETING, 0, NULL, NULL, &health_schema, 200,
      get_health, "System", "health", "Does everything work?", "It writes to the disk as a job would, and has one tiny note worked on; once in a second." },
    { AC_HTTP_GET, "/health/live", 0, 0, OPEN | AC_ROUTE_FLEETING, 0, NULL, NULL, &live_schema, 200, get_live, "System",
      "live", "Is the server there?", NULL },
    { AC_HTTP_GET, "/health/ready", 0, 0, OPEN | AC_ROUTE_HEALTH | AC_ROUTE_FLEETING, 0, NULL, NULL, &health_schema,
      200, get_health, "System", "ready", "Can it take requests?", NULL },
    { AC_HTTP_GET, "/metrics", AC_SCOPE_METRICS, 0, AC_ROUTE_FREE | AC_ROUTE_FLEETING, 0, NULL, NULL, NULL, 200,
      get_metrics, "System", "metrics", "Metrics for Prometheus", NULL },
    { AC_HTTP_GET, "/openapi.json", 0, 0, OPEN, 0, NULL, NULL, &ac_schema_any, 200, get_openapi, "System", "openapi",
      "This API as OpenAPI 3.1", NULL },
    { AC_HTTP_GET, AC_METADATA_PATH, 0, 0, AC_ROUTE_PUBLIC | AC_ROUTE_MAYBE, 0, NULL, NULL, &metadata_schema, 200,
      get_metadata, "System", "protectedResource", "Whose tokens are taken", "RFC 9728." },
    { AC_HTTP_GET, "/docs", 0, 0, OPEN | AC_ROUTE_PAGE, 0, NULL, NULL, NULL, 200, get_docs, "System", "docs",
      "This API as a page to read", NULL },
    { AC_HTTP_GET, "/v1/models", AC_SCOPE_MODELS, 0, 0, 0, NULL, NULL, &models_schema, 200, get_models, "System",
      "listModels", "List models", NULL },
    { AC_HTTP_POST, "/v1/transcriptions", AC_SCOPE_JOBS_WRITE, 0, AC_ROUTE_ANY_BODY, AUDIO_MAX, NULL, NULL, NULL, 501,
      not_here, "System", "transcribe", "Transcribe a recording", "Not yet: 501." },
};
const size_t ac_routes_system_n = sizeof ac_routes_system / sizeof *ac_routes_system;
