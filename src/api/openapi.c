#include "api/openapi_parts.h"

#include "api/routes.h"

#include <stdio.h>

enum { NO_CONTENT = 204, UNWELL = 503 };

static const char *const methods[] = { "get", "head", "post", "put", "patch", "delete", "options" };

/* ---- operations ---- */

static void put_parameter(ac_openapi *o, const char *in, const char *name, bool required, const char *help,
                          const ac_field *f)
{
    ac_jw_object(&o->w);
    ac_jw_kstring(&o->w, "name", ac_sv_z(name));
    ac_jw_kstring(&o->w, "in", ac_sv_z(in));
    ac_jw_kbool(&o->w, "required", required);
    ac_jw_kstring(&o->w, "description", ac_sv_z(help));
    if (f && f->type == AC_FIELD_WORDS) { /* parted by commas */
        ac_jw_kstring(&o->w, "style", AC_SV("form"));
        ac_jw_kbool(&o->w, "explode", false);
    }
    ac_jw_kobject(&o->w, "schema");
    if (f) {
        ac_openapi_put_value(o, f, false);
    } else {
        ac_openapi_put_type(o, "string", false);
        ac_jw_kstring(&o->w, "format", AC_SV("uuid"));
    }
    ac_jw_end_object(&o->w);
    ac_jw_end_object(&o->w);
}

static const ac_field once = { "Idempotency-Key",
                               AC_FIELD_TEXT,
                               false,
                               1,
                               AC_ONCE_MAX,
                               NULL,
                               NULL,
                               "the same request with the same key does nothing more and has the outcome of the first "
                               "one; with other content it is 409" };

static void put_parameters(ac_openapi *o, const ac_route *r)
{
    ac_sv rest = ac_sv_z(r->path), part;
    ac_jw_karray(&o->w, "parameters");
    while (ac_sv_split(&rest, '/', &part))
        if (part.n > 2 && part.p[0] == '{') {
            char name[64];
            (void)snprintf(name, sizeof name, "%.*s", (int)part.n - 2, part.p + 1);
            put_parameter(o, "path", name, true, "UUID", NULL);
        }
    for (const ac_field *f = r->query ? r->query->fields : NULL; f && f->name; f++)
        put_parameter(o, "query", f->name, f->required, f->help, f);
    if (r->flags & AC_ROUTE_ONCE)
        put_parameter(o, "header", "Idempotency-Key", false, once.help, &once);
    ac_jw_end_array(&o->w);
}

static void put_content(ac_openapi *o, const char *type, const ac_schema *s)
{
    ac_jw_key(&o->w, ac_sv_z(type));
    ac_jw_object(&o->w);
    ac_jw_key(&o->w, AC_SV("schema"));
    if (s) {
        ac_openapi_put_ref(o, s);
    } else {
        ac_jw_object(&o->w);
        ac_openapi_put_type(o, "string", false);
        ac_jw_end_object(&o->w);
    }
    ac_jw_end_object(&o->w);
}

static void put_body(ac_openapi *o, const ac_route *r)
{
    if (!r->body && !(r->flags & AC_ROUTE_UPLOAD))
        return;
    ac_jw_kobject(&o->w, "requestBody");
    ac_jw_kbool(&o->w, "required", true);
    ac_jw_kobject(&o->w, "content");
    if (r->body) {
        put_content(o, "application/json", r->body);
    } else {
        put_content(o, "application/octet-stream", NULL);
        ac_jw_key(&o->w, AC_SV("multipart/form-data"));
        ac_jw_raw(&o->w, AC_SV("{\"schema\":{\"type\":\"object\",\"properties\":{\"file\":{\"type\":\"string\","
                               "\"format\":\"binary\"}},\"required\":[\"file\"]}}"));
    }
    ac_jw_end_object(&o->w);
    ac_jw_end_object(&o->w);
}

static void put_answers(ac_openapi *o, const ac_route *r)
{
    if (r->flags & AC_ROUTE_FHIR) {
        put_content(o, "application/fhir+json", r->answer);
        put_content(o, "application/fhir+ndjson", NULL);
    } else if (r->flags & AC_ROUTE_BYTES) {
        put_content(o, "*/*", NULL);
    } else if (r->flags & AC_ROUTE_LINES) {
        put_content(o, "application/x-ndjson", NULL);
    } else if (r->flags & AC_ROUTE_PAGE) {
        put_content(o, "text/html", NULL);
    } else {
        put_content(o, r->answer ? "application/json" : "text/plain", r->answer);
    }
    if (r->flags & AC_ROUTE_FHIR_TOO)
        put_content(o, "application/fhir+json", &ac_schema_any);
    if (r->flags & AC_ROUTE_EVENTS)
        put_content(o, "text/event-stream", NULL);
}

static void put_response(ac_openapi *o, int status, const char *help, const ac_route *r)
{
    char code[8];
    (void)snprintf(code, sizeof code, "%d", status);
    ac_jw_key(&o->w, ac_sv_z(code));
    ac_jw_object(&o->w);
    ac_jw_kstring(&o->w, "description", ac_sv_z(help));
    if (status != NO_CONTENT) {
        ac_jw_kobject(&o->w, "content");
        put_answers(o, r);
        ac_jw_end_object(&o->w);
    }
    ac_jw_end_object(&o->w);
}

/* What is wrong, in the form of the answer, or an error as everywhere. */
static void put_unwell(ac_openapi *o, const char *code, const char *help, const ac_route *r)
{
    ac_jw_key(&o->w, ac_sv_z(code));
    ac_jw_object(&o->w);
    ac_jw_kstring(&o->w, "description", ac_sv_z(help));
    ac_jw_kobject(&o->w, "content");
    ac_jw_kobject(&o->w, "application/json");
    ac_jw_kobject(&o->w, "schema");
    ac_jw_karray(&o->w, "anyOf");
    ac_openapi_put_ref(o, r->answer);
    ac_jw_raw(&o->w, AC_SV("{\"$ref\":\"#/components/schemas/Error\"}"));
    ac_jw_end_array(&o->w);
    for (int i = 0; i < 4; i++)
        ac_jw_end_object(&o->w);
}

static void put_error(ac_openapi *o, const ac_route *r, int status, const char *name)
{
    char code[12], ref[96];
    (void)snprintf(code, sizeof code, "%d", status);
    if (status == UNWELL && r->flags & AC_ROUTE_HEALTH) {
        put_unwell(o, code, "Something does not work: it says what. Or too much is waiting", r);
        return;
    }
    (void)snprintf(ref, sizeof ref, "#/components/responses/%s", name);
    ac_jw_key(&o->w, ac_sv_z(code));
    ac_jw_object(&o->w);
    ac_jw_kstring(&o->w, "$ref", ac_sv_z(ref));
    ac_jw_end_object(&o->w);
}

/* Errors: status, name of the component, what it means. */
static const struct {
    int status;
    const char *name, *help;
} errors[] = {
    { 400, "BadRequest", "The request is not as it should be" },
    { 401, "Unauthenticated", "No valid API key or token" },
    { 403, "Forbidden", "The key or token does not have the scope" },
    { 404, "NotFound", "There is no such thing, or not for this key" },
    { 409, "Conflict", "It is not in the state that this needs, or the idempotency key came with another body" },
    { 413, "TooLarge", "More than the limit" },
    { 415, "UnsupportedMediaType", "Another content type is expected" },
    { 429, "TooManyRequests", "The limit of requests is reached: see Retry-After" },
    { 500, "Internal", "Something went wrong within the server; its log says what, under the Request-Id" },
    { 503, "Overloaded", "Too much is waiting, or the issuer of the token cannot be reached: see Retry-After" },
    { 504, "Timeout", "It took longer than the role may take: nothing was done" },
    { 507, "StorageFull", "The disk of the server is full: nothing was changed" },
};
enum { ERRORS = sizeof errors / sizeof *errors };

static bool may_answer(const ac_route *r, int status)
{
    switch (status) {
    case 401:
    case 403:
    case 504:
        return !(r->flags & AC_ROUTE_PUBLIC);
    case 429:
        return !(r->flags & AC_ROUTE_FREE);
    case 404:
        return strchr(r->path, '{') || r->body || r->flags & (AC_ROUTE_UPLOAD | AC_ROUTE_MAYBE);
    case 409:
        return r->method == AC_HTTP_POST || r->method == AC_HTTP_DELETE || r->method == AC_HTTP_PUT ||
               strchr(r->path, '{');
    case 413:
    case 415:
        return r->body || r->flags & AC_ROUTE_UPLOAD;
    default:
        return true;
    }
}

/* One that a client may have already. */
static bool is_tagged(const ac_route *r)
{
    return r->method == AC_HTTP_GET && !(r->flags & (AC_ROUTE_FLEETING | AC_ROUTE_SOCKET));
}

static void put_responses(ac_openapi *o, const ac_route *r)
{
    ac_jw_kobject(&o->w, "responses");
    put_response(o, r->status, r->summary, r);
    if (r->flags & AC_ROUTE_FOUND)
        put_response(o, 200, "It was there before", r);
    if (r->flags & AC_ROUTE_EVENTS) {
        ac_jw_key(&o->w, AC_SV("204"));
        ac_jw_raw(&o->w, AC_SV("{\"description\":\"Of a stream: the job has ended, and Last-Event-ID was its last event\"}"));
    }
    if (is_tagged(r)) {
        ac_jw_key(&o->w, AC_SV("304"));
        ac_jw_raw(&o->w, AC_SV("{\"description\":\"It is as If-None-Match says\"}"));
    }
    for (size_t i = 0; i < ERRORS; i++)
        if (may_answer(r, errors[i].status))
            put_error(o, r, errors[i].status, errors[i].name);
    ac_jw_end_object(&o->w);
}

/* An API key, or a token: which has no scope of ours, or enough of them. */
static void put_security(ac_openapi *o, const ac_route *r)
{
    ac_jw_karray(&o->w, "security");
    if (!(r->flags & AC_ROUTE_PUBLIC))
        ac_jw_raw(&o->w, AC_SV("{\"key\":[]}"));
    if (!(r->flags & AC_ROUTE_PUBLIC) && o->issuer.n)
        ac_jw_raw(&o->w, AC_SV("{\"oidc\":[]}"));
    ac_jw_end_array(&o->w);
}

static void put_operation(ac_openapi *o, const ac_route *r)
{
    ac_jw_key(&o->w, ac_sv_z(methods[r->method]));
    ac_jw_object(&o->w);
    ac_jw_kstring(&o->w, "operationId", ac_sv_z(r->id));
    ac_jw_kstring(&o->w, "summary", ac_sv_z(r->summary));
    ac_jw_kstring(&o->w, "description", ac_sv_z(r->text ? r->text : r->summary));
    ac_jw_karray(&o->w, "tags");
    ac_jw_string(&o->w, ac_sv_z(r->tag));
    ac_jw_end_array(&o->w);
    put_security(o, r);
    put_parameters(o, r);
    put_body(o, r);
    put_responses(o, r);
    ac_jw_end_object(&o->w);
}

bool ac_openapi_has(const ac_route *r) { return r->status >= 200 && r->status < 300; }

static bool same_path(const ac_route *a, const ac_route *b)
{
    return ac_openapi_has(a) && ac_openapi_has(b) && !strcmp(a->path, b->path);
}

/* One path with all its methods; only the first route of a path writes it. */
static void put_path(ac_openapi *o, const ac_route *routes, size_t n, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (same_path(&routes[k], &routes[i]))
            return;
    ac_jw_key(&o->w, ac_sv_z(routes[i].path));
    ac_jw_object(&o->w);
    for (size_t k = i; k < n; k++)
        if (same_path(&routes[k], &routes[i]))
            put_operation(o, &routes[k]);
    ac_jw_end_object(&o->w);
}

static void put_schemes(ac_openapi *o)
{
    AC_AUTO(ac_sb) url = AC_SB(2 << 10);
    ac_jw_kobject(&o->w, "securitySchemes");
    ac_jw_key(&o->w, AC_SV("key"));
    ac_jw_raw(&o->w, AC_SV("{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An API key, or a token "
                           "of the OpenID Connect issuer\"}"));
    if (o->issuer.n) {
        ac_sb_add(&url, ac_sv_sub(o->issuer, 0, o->issuer.n - ac_sv_ends(o->issuer, AC_SV("/"))));
        ac_sb_add(&url, AC_SV("/.well-known/openid-configuration"));
        ac_jw_kobject(&o->w, "oidc");
        ac_jw_kstring(&o->w, "type", AC_SV("openIdConnect"));
        ac_jw_kstring(&o->w, "openIdConnectUrl", ac_sb_view(&url));
        ac_jw_kstring(&o->w, "description", AC_SV("An access token of the issuer, as Authorization: Bearer TOKEN"));
        ac_jw_end_object(&o->w);
    }
    ac_jw_end_object(&o->w);
}

static void put_components(ac_openapi *o)
{
    ac_jw_kobject(&o->w, "components");
    put_schemes(o);
    ac_jw_kobject(&o->w, "responses");
    for (size_t i = 0; i < ERRORS; i++) {
        ac_jw_key(&o->w, ac_sv_z(errors[i].name));
        ac_jw_object(&o->w);
        ac_jw_kstring(&o->w, "description", ac_sv_z(errors[i].help));
        ac_jw_key(&o->w, AC_SV("content"));
        ac_jw_raw(&o->w,
                  AC_SV("{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/Error\"}},"
                        "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}"));
        ac_jw_end_object(&o->w);
    }
    ac_jw_end_object(&o->w);
    ac_jw_kobject(&o->w, "schemas");
    ac_jw_key(&o->w, AC_SV("Error"));
    ac_jw_raw(&o->w, AC_SV("{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"error\"],"
                           "\"properties\":{\"error\":{\"type\":\"object\","
                           "\"required\":[\"code\",\"message\"],\"properties\":{\"code\":{\"type\":\"string\"},"
                           "\"message\":{\"type\":\"string\"},"
                           "\"details\":{\"type\":[\"object\",\"null\"]}}}}}"));
    ac_jw_key(&o->w, AC_SV("Problem"));
    ac_jw_raw(&o->w,
              AC_SV("{\"type\":\"object\",\"description\":\"RFC 9457, where Accept names application/problem+json\","
                    "\"required\":[\"type\",\"title\",\"status\",\"detail\",\"code\",\"error\"],"
                    "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
                    "\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":\"string\"},"
                    "\"code\":{\"type\":\"string\"},\"error\":{\"type\":\"object\"}}}"));
    for (size_t i = 0; i < o->n; i++)
        ac_openapi_put_schema(o, o->seen[i]);
    ac_jw_end_object(&o->w);
    ac_jw_end_object(&o->w);
}

void ac_openapi_write(ac_sb *out, ac_sv issuer)
{
    size_t n;
    const ac_route *routes = ac_api_routes(&n);
    ac_openapi o = { .w = ac_jw_to(out, 0), .issuer = issuer };
    ac_jw_object(&o.w);
    ac_jw_kstring(&o.w, "openapi", AC_SV("3.1.0"));
    ac_jw_key(&o.w, AC_SV("info"));
    ac_jw_raw(&o.w, AC_SV("{\"title\":\"Aceso\",\"version\":\"" AC_VERSION
                          "\",\"summary\":\"Clinical documents in, de-identified text, coded facts and summaries out\","
                          "\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"},\"contact\":{\"name\":\"The Aceso "
                          "authors\"},\"description\":\"Every answer that is "
                          "an error has a stable code. Every read and write of a patient's data leaves a record in the "
                          "audit log.\"}"));
    ac_jw_karray(&o.w, "servers");
    ac_jw_raw(&o.w, AC_SV("{\"url\":\"/\",\"description\":\"This server\"}"));
    ac_jw_end_array(&o.w);
    ac_jw_karray(&o.w, "tags");
    for (size_t i = 0; i < n; i++)
        if (!i || strcmp(routes[i - 1].tag, routes[i].tag) != 0) {
            ac_jw_object(&o.w);
            ac_jw_kstring(&o.w, "name", ac_sv_z(routes[i].tag));
            ac_jw_kstring(&o.w, "description", ac_sv_z(routes[i].tag));
            ac_jw_end_object(&o.w);
        }
    ac_jw_end_array(&o.w);
    ac_jw_kobject(&o.w, "paths");
    for (size_t i = 0; i < n; i++) {
        if (!ac_openapi_has(&routes[i]))
            continue;
        ac_openapi_note_schema(&o, routes[i].body);
        ac_openapi_note_schema(&o, routes[i].answer);
        put_path(&o, routes, n, i);
    }
    ac_jw_end_object(&o.w);
    put_components(&o);
    ac_jw_end_object(&o.w);
}
