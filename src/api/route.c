#include "api/routes.h"

/* The tables of the chapters, in the order of the documentation. */
static const struct {
    const ac_route *at;
    const size_t *n;
} chapters[] = {
#define AC_CHAPTER(name) { ac_routes_##name, &ac_routes_##name##_n },
    AC_CHAPTER_LIST(AC_CHAPTER)
#undef AC_CHAPTER
};

enum { CHAPTERS = sizeof chapters / sizeof *chapters };

static ac_route all[AC_ROUTES_MAX];
static struct {
    ac_sv path;
    size_t fixed; /* bytes before the first name: a path begins with them, or is of another route */
} patterns[AC_ROUTES_MAX];
static size_t n_all;

static void add(const ac_route *r)
{
    const ac_sv path = ac_sv_z(r->path);
    all[n_all] = *r;
    patterns[n_all].path = path;
    patterns[n_all++].fixed = strcspn(r->path, "{");
}

/* Copied once, before any thread runs, so that a route has one number. */
__attribute__((constructor)) static void collect(void)
{
    for (size_t c = 0; c < CHAPTERS; c++)
        for (size_t i = 0; i < *chapters[c].n && n_all < AC_ROUTES_MAX; i++)
            add(&chapters[c].at[i]);
}

const ac_route *ac_api_routes(size_t *n)
{
    *n = n_all;
    return all;
}

static bool is_name(ac_sv part) { return part.n > 2 && part.p[0] == '{' && part.p[part.n - 1] == '}'; }

static bool matches(ac_sv pattern, ac_sv path, ac_id *args)
{
    size_t n = 0;
    ac_sv a, b;
    if (ac_sv_ends(path, AC_SV("/")) && path.n > 1 && !ac_sv_ends(pattern, AC_SV("/")))
        path.n--; /* "/upload/" is "/upload" */
    for (;;) {
        const bool more = ac_sv_split(&pattern, '/', &a);
        if (more != ac_sv_split(&path, '/', &b))
            return false;
        if (!more)
            return true;
        if (is_name(a) ? n >= AC_ARGS_MAX || !ac_id_parse(b, &args[n++]) : !ac_sv_eq(a, b))
            return false;
    }
}

ac_match ac_route_find(ac_http_method method, ac_sv path)
{
    ac_match m = { 0 };
    const ac_http_method wanted = method == AC_HTTP_HEAD ? AC_HTTP_GET : method;
    for (size_t i = 0; i < n_all; i++) {
        ac_id args[AC_ARGS_MAX] = { 0 };
        if (!ac_sv_starts(path, ac_sv_sub(patterns[i].path, 0, patterns[i].fixed)) ||
            !matches(patterns[i].path, path, args))
            continue;
        m.allowed |= 1u << all[i].method;
        if (all[i].method == wanted && !m.route) {
            m.route = &all[i];
            m.index = i;
            memcpy(m.args, args, sizeof args);
        }
    }
    return m;
}
