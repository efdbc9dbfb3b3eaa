#include "main/inputs.h"

#include "base/json_read.h"
#include "os/file.h"

#include <glob.h>
#include <string.h>
#include <unistd.h>

/* The path below the folder that was walked (or the bare name), without the extension. */
static ac_sv stem_of(ac_sv path, size_t root)
{
    ac_sv s = ac_sv_sub(path, root, path.n);
    size_t dot = s.n;
    for (size_t i = s.n; i-- > 0 && s.p[i] != '/';)
        if (s.p[i] == '.' && i > 0 && s.p[i - 1] != '/') {
            dot = i;
            break;
        }
    return ac_sv_sub(s, 0, dot);
}

static size_t last_slash(ac_sv path)
{
    size_t at = 0;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '/')
            at = i + 1;
    return at;
}

static ac_rc add(ac_inputs *out, ac_input in, ac_arena *arena, ac_err *err)
{
    ac_input *slot = ac_vec_push(out, arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many inputs");
    *slot = in;
    return AC_OK;
}

static ac_rc add_file(ac_inputs *out, const char *path, ac_arena *arena, ac_err *err)
{
    ac_sv p = ac_sv_z(path), stem = strcmp(path, "-") == 0 ? AC_SV("stdin") : stem_of(p, last_slash(p));
    return add(out, (ac_input) { .path = path, .stem = stem }, arena, err);
}

static ac_rc add_folder(ac_inputs *out, const char *path, ac_arena *arena, ac_err *err)
{
    ac_names names = { 0 };
    ac_err why = { 0 };
    ac_rc rc = ac_dir_walk(path, arena, &names, &why);
    if (rc != AC_OK) {
        ac_sv text = ac_arena_copy(arena, ac_sv_z(why.text));
        return add(out, (ac_input) { .path = path, .rc = rc, .why = text.p ? text.p : "cannot be read" }, arena, err);
    }
    size_t root = strlen(path);
    while (root > 1 && path[root - 1] == '/')
        root--;
    for (size_t i = 0; i < names.n; i++)
        AC_TRY(err, add(out, (ac_input) { .path = names.at[i].p, .stem = stem_of(names.at[i], root + 1) }, arena, err));
    return AC_OK;
}

static ac_rc add_pattern(ac_inputs *out, const char *pattern, ac_arena *arena, ac_err *err)
{
    glob_t g = { 0 };
    ac_rc rc = AC_OK;
    if (glob(pattern, 0, NULL, &g) != 0)
        rc = add(out, (ac_input) { .path = pattern, .rc = AC_ENOTFOUND, .why = "no such file or folder" }, arena, err);
    for (size_t i = 0; i < g.gl_pathc && rc == AC_OK; i++) {
        ac_sv path = ac_arena_copy(arena, ac_sv_z(g.gl_pathv[i]));
        if (!path.p)
            rc = ac_fail(err, AC_ELIMIT, "too many inputs");
        else
            rc = ac_is_dir(path.p) ? add_folder(out, path.p, arena, err) : add_file(out, path.p, arena, err);
    }
    globfree(&g);
    return rc;
}

ac_rc ac_inputs_expand(char **args, size_t n, ac_arena *arena, ac_inputs *out, ac_err *err)
{
    ac_inputs found = { 0 };
    for (size_t i = 0; i < n; i++) {
        const char *arg = args[i];
        if (strcmp(arg, "-") == 0)
            AC_TRY(err, add_file(&found, arg, arena, err));
        else if (ac_is_dir(arg))
            AC_TRY(err, add_folder(&found, arg, arena, err));
        else if (strpbrk(arg, "*?[") && access(arg, F_OK) != 0)
            AC_TRY(err, add_pattern(&found, arg, arena, err));
        else
            AC_TRY(err, add_file(&found, arg, arena, err));
    }
    *out = found;
    return AC_OK;
}

bool ac_input_has_lines(const char *path)
{
    ac_sv p = ac_sv_z(path);
    return ac_sv_ends(p, AC_SV(".jsonl")) || ac_sv_ends(p, AC_SV(".ndjson"));
}

/* Standard input has no name: a first line that looks like batch input is batch input. */
static bool looks_like_lines(ac_lines *lines)
{
    ac_sv begin;
    if (ac_lines_peek(lines, &begin, NULL) != AC_OK)
        return false;
    ac_sv line;
    (void)ac_sv_split(&begin, '\n', &line);
    if (ac_sv_starts(line, AC_SV("\xEF\xBB\xBF")))
        line = ac_sv_sub(line, 3, line.n);
    line = ac_sv_trim(line);
    return line.n && line.p[0] == '{' && memmem(line.p, line.n, "\"text\"", 6);
}

/* A FHIR resource a line is one document: what says so is a member of the first line's object. Of a line that is longer than what can be seen,
 * the member that comes first tells. */
static bool looks_like_fhir(ac_lines *lines)
{
    enum { DEPTH = 64, ROOM = 16 << 20 };
    ac_sv begin, line;
    ac_json *json;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    if (!arena || ac_lines_peek(lines, &begin, NULL) != AC_OK)
        return false;
    (void)ac_sv_split(&begin, '\n', &line);
    line = ac_sv_trim(ac_sv_sub(line, ac_sv_starts(line, AC_SV("\xEF\xBB\xBF")) ? 3 : 0, line.n));
    if (!line.n || line.p[0] != '{')
        return false;
    if (ac_json_parse(line, DEPTH, arena, &json, NULL) == AC_OK)
        return ac_json_get(json, "resourceType");
    const char *resource = memmem(line.p, line.n, "\"resourceType\"", 14), *text = memmem(line.p, line.n, "\"text\"", 6);
    return resource && (!text || resource < text);
}

bool ac_lines_are_notes(ac_lines *lines, ac_input_kind kind, bool by_name)
{
    return kind == AC_INPUT_LINES ||
           (kind == AC_INPUT_AUTO && (by_name || looks_like_lines(lines)) && !looks_like_fhir(lines));
}
