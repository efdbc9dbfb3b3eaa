#include "api/routes.h"

#include "api/openapi.h"
#include "base/json_read.h"
#include "kit/test.h"

#include <ctype.h>

#define UUID "01a200d6-0e7c-7bb0-9e9a-c27c13843459"
enum { ARENA = 64 << 20, DEPTH = 32, STATUS_LEAST = 101, STATUS_MOST = 501 };

static bool is_word(const char *s)
{
    for (const char *p = s; *p; p++)
        if (!isalnum((unsigned char)*p))
            return false;
    return s[0] && islower((unsigned char)s[0]);
}

AC_TEST(route, every_row_is_whole)
{
    size_t n;
    const ac_route *all = ac_api_routes(&n);
    CHECK(n > 20 && n < AC_ROUTES_MAX);
    for (size_t i = 0; i < n; i++) {
        const ac_route *r = &all[i];
        const bool open = r->flags & AC_ROUTE_PUBLIC;
        CHECK(open != (r->scope || r->any)); /* a key with a scope, or for everybody */
        CHECK((r->scope & ~(uint32_t)AC_SCOPE_ALL) == 0 && (r->any & ~(uint32_t)AC_SCOPE_ALL) == 0);
        CHECK(r->run && r->path[0] == '/' && r->tag[0] && r->summary[0] && is_word(r->id));
        CHECK(r->status >= STATUS_LEAST && r->status <= STATUS_MOST);
        CHECK(!r->answer || r->answer->name); /* answers are described */
        CHECK(!(r->body && r->flags & (AC_ROUTE_UPLOAD | AC_ROUTE_ANY_BODY)));
        CHECK(!(r->body || r->flags & (AC_ROUTE_UPLOAD | AC_ROUTE_ANY_BODY)) == !r->body_max);
        CHECK(!r->body || (r->method != AC_HTTP_GET && r->method != AC_HTTP_DELETE));
        for (size_t k = 0; k < i; k++) {
            CHECK(strcmp(all[k].id, r->id) != 0);
            CHECK(all[k].method != r->method || strcmp(all[k].path, r->path) != 0);
        }
    }
}

AC_TEST(route, only_health_and_documentation_are_public)
{
    static const char *const open[] = { "/health", "/health/live", "/health/ready", "/openapi.json", "/docs", "/",
                                        "/.well-known/oauth-protected-resource" };
    size_t n;
    const ac_route *all = ac_api_routes(&n);
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof open / sizeof *open; k++)
            known |= !strcmp(all[i].path, open[k]);
        CHECK(!(all[i].flags & AC_ROUTE_PUBLIC) || (known && all[i].method == AC_HTTP_GET));
    }
}

static const char *found(ac_http_method method, const char *path)
{
    const ac_match m = ac_route_find(method, ac_sv_z(path));
    return m.route ? m.route->id : "";
}

AC_TEST(route, the_one_that_is_meant)
{
    const ac_match m = ac_route_find(AC_HTTP_GET, AC_SV("/v1/jobs/" UUID));
    char id[AC_ID_TEXT];
    size_t n;
    CHECK(m.route && m.route == &ac_api_routes(&n)[m.index] && m.index < n);
    ac_id_format(m.args[0], id);
    CHECK(ac_sv_eq((ac_sv) { id, sizeof id }, AC_SV(UUID)) && ac_id_none(m.args[1]));
    CHECK(!strcmp(found(AC_HTTP_GET, "/health"), "health") && !strcmp(found(AC_HTTP_GET, "/health/live"), "live"));
    CHECK(!strcmp(found(AC_HTTP_HEAD, "/health"), "health")); /* a HEAD is a GET */
    CHECK(!strcmp(found(AC_HTTP_POST, "/submit"), "legacySubmit"));
    CHECK(!strcmp(found(AC_HTTP_POST, "/submit/"), "legacySubmit")); /* their clients say it so */
}

AC_TEST(route, what_else_the_path_has)
{
    const ac_match m = ac_route_find(AC_HTTP_DELETE, AC_SV("/submit"));
    CHECK(!m.route && m.allowed == 1u << AC_HTTP_POST);
    const ac_match jobs = ac_route_find(AC_HTTP_PUT, AC_SV("/v1/jobs"));
    CHECK(!jobs.route && jobs.allowed == (1u << AC_HTTP_POST | 1u << AC_HTTP_GET));
    CHECK(!ac_route_find(AC_HTTP_OTHER, AC_SV("/submit")).route &&
          ac_route_find(AC_HTTP_OTHER, AC_SV("/submit")).allowed);
    CHECK(!ac_route_find(AC_HTTP_HEAD, AC_SV("/submit")).route);
}

AC_TEST(route, paths_that_are_nowhere)
{
    static const char *const none[] = {
        "",
        "/",
        "//",
        "/v1",
        "/v1/jobs/1",
        ("/v1/jobs/" UUID "x"),
        "/v1/jobs/{job_id}",
        "/v1/jobs/../keys",
        ("/v1/jobs/" UUID "/../../keys"),
        "/v1//jobs",
        "//v1/jobs",
        "/v1/jobs//",
        "/V1/JOBS",
        ("/v1/jobs/" UUID "/nothing"),
        ("/submit/" UUID),
        "/submit\n",
        "/../../etc/passwd",
    };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const ac_match m = ac_route_find(AC_HTTP_GET, ac_sv_z(none[i]));
        CHECK(!m.route && !m.allowed);
    }
    CHECK(!ac_route_find(AC_HTTP_GET, (ac_sv) { "/health\0x", 9 }).route);
}

/* Every reference leads somewhere, and every route that can do something is there. */
static void check_refs(const ac_json *root, const ac_json *j, unsigned depth)
{
    const ac_sv ref = ac_json_text(j, "$ref");
    if (ref.n) {
        ac_sv rest = ref, part;
        const ac_json *at = root;
        CHECK(ac_sv_split(&rest, '/', &part) && ac_sv_eq(part, AC_SV("#")));
        while (ac_sv_split(&rest, '/', &part)) {
            const ac_json *m = at ? at->first : NULL;
            while (m && !ac_sv_eq(m->key, part))
                m = m->next;
            at = m;
        }
        CHECK(at);
    }
    for (const ac_json *m = depth && j ? j->first : NULL; m; m = m->next)
        check_refs(root, m, depth - 1);
}

AC_TEST(route, openapi_describes_them)
{
    AC_AUTO(ac_sb) out = AC_SB(16 << 20);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_json *j;
    size_t n, described = 0, rows = 0;
    const ac_route *all = ac_api_routes(&n);
    ac_openapi_write(&out, AC_SV(""));
    const ac_rc rc = ac_json_parse(ac_sb_view(&out), DEPTH, arena, &j, NULL); /* a member twice is refused */
    CHECK(rc == AC_OK);
    if (rc != AC_OK)
        return;
    check_refs(j, j, DEPTH);
    const ac_json *paths = ac_json_get(j, "paths");
    for (const ac_json *p = paths->first; p; p = p->next)
        described += p->n;
    for (size_t i = 0; i < n; i++)
        rows += ac_openapi_has(&all[i]);
    CHECK(described == rows && rows > 20);
}
