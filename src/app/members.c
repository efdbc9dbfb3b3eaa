#include "app/members.h"

#include "base/json_read.h"
#include "base/json_write.h"

enum { DEPTH = 64 };

static bool is_one_of(ac_sv names, ac_sv name)
{
    ac_sv one;
    while (ac_sv_split(&names, ',', &one))
        if (ac_sv_eq(one, name))
            return true;
    return false;
}

/* A value ends before the comma that parts it from the next member's key, or before the closing brace. Names are our
 * own words, without commas. */
static ac_sv raw_of(ac_sv object, const ac_json *m)
{
    ac_sv raw = ac_sv_sub(object, m->at, m->next ? m->next->at : object.n);
    const char *end = memrchr(raw.p, m->next ? ',' : '}', raw.n);
    return (ac_sv) { raw.p, end ? (size_t)(end - raw.p) : raw.n };
}

ac_rc ac_members_keep(ac_sv object, ac_sv names, ac_arena *arena, ac_sb *out, ac_err *err)
{
    ac_json *j;
    ac_jw w = ac_jw_to(out, 0);
    AC_TRY(err, ac_json_parse(object, DEPTH, arena, &j, err));
    if (j->type != AC_JSON_OBJECT)
        return ac_fail(err, AC_EINPUT, "no JSON object");
    ac_jw_object(&w);
    for (const ac_json *m = j->first; m; m = m->next)
        if (is_one_of(names, m->key)) {
            ac_jw_key(&w, m->key);
            ac_jw_raw(&w, raw_of(object, m));
        }
    ac_jw_end_object(&w);
    ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

ac_rc ac_members_value(ac_sv object, ac_sv name, ac_arena *arena, ac_sv *out, ac_err *err)
{
    ac_json *j;
    *out = (ac_sv) { 0 };
    AC_TRY(err, ac_json_parse(object, DEPTH, arena, &j, err));
    if (j->type != AC_JSON_OBJECT)
        return ac_fail(err, AC_EINPUT, "no JSON object");
    for (const ac_json *m = j->first; m; m = m->next)
        if (ac_sv_eq(m->key, name)) {
            *out = ac_arena_copy(arena, ac_sv_trim(raw_of(object, m)));
            return out->p ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for a member");
        }
    return AC_OK;
}

ac_rc ac_members_keep_lines(ac_sv lines, ac_sv names, ac_arena *arena, ac_sb *out, ac_err *err)
{
    ac_sv line;
    while (ac_sv_split(&lines, '\n', &line))
        if (line.n)
            AC_TRY(err, ac_members_keep(line, names, arena, out, err));
    return AC_OK;
}
