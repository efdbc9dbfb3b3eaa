#include "app/members.h"

#include "base/json_read.h"

enum { DEPTH = 64 };

bool ac_members_is_one_of(ac_sv names, ac_sv name)
{
    ac_sv one;
    while (ac_sv_split(&names, ',', &one))
        if (ac_sv_eq(one, name))
            return true;
    return false;
}

/* ---- as they come ---- */

static ac_rc refused(ac_err *err) { return ac_fail(err, AC_EINPUT, "no JSON object"); }

/* How many bytes of s still belong to the value; fewer than all: it ends there. */
static size_t value_in(ac_members_filter *f, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i];
        if (f->quoted) {
            f->quoted = f->escaped || c != '"';
            f->escaped = !f->escaped && c == '\\';
        } else if (c == '"') {
            f->quoted = true;
        } else if (c == '{' || c == '[') {
            f->depth++;
        } else if (c == '}' || c == ']') {
            if (!f->depth)
                return i;
            f->depth--;
        } else if (c == ',' && !f->depth) {
            return i;
        }
    }
    return s.n;
}

/* Names are our own words: nothing in them is escaped. */
static void name_ends(ac_members_filter *f, ac_sb *out)
{
    const ac_sv name = { f->name, f->n };
    f->keep = f->n < sizeof f->name && ac_members_is_one_of(f->names, name);
    f->at = AC_MEMBERS_COLON;
    if (!f->keep)
        return;
    if (f->any)
        ac_sb_add_char(out, ',');
    ac_sb_add_char(out, '"');
    ac_sb_add(out, name);
    ac_sb_add(out, AC_SV("\":"));
    f->any = true;
}

static void object_begins(ac_members_filter *f, ac_sb *out)
{
    ac_sb_add_char(out, '{');
    f->any = false;
    f->at = AC_MEMBERS_FIRST;
}

static void object_ends(ac_members_filter *f, ac_sb *out)
{
    ac_sb_add(out, AC_SV("}\n"));
    f->at = AC_MEMBERS_OUTSIDE;
}

/* What is between values. false: it does not belong there */
static bool sign(ac_members_filter *f, char c, ac_sb *out)
{
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (f->at == AC_MEMBERS_NAME) {
        if (c == '"')
            name_ends(f, out);
        else if (f->n < sizeof f->name)
            f->name[f->n++] = c;
    } else if (f->at == AC_MEMBERS_OUTSIDE && c == '{') {
        object_begins(f, out);
    } else if ((f->at == AC_MEMBERS_FIRST || f->at == AC_MEMBERS_MORE) && c == '}') {
        object_ends(f, out);
    } else if (f->at == AC_MEMBERS_FIRST && c == '"') {
        f->at = AC_MEMBERS_NAME;
        f->n = 0;
    } else if (f->at == AC_MEMBERS_MORE && c == ',') {
        f->at = AC_MEMBERS_FIRST;
    } else if (f->at == AC_MEMBERS_COLON && c == ':') {
        f->at = AC_MEMBERS_VALUE;
    } else {
        return blank;
    }
    return true;
}

ac_rc ac_members_pass(ac_members_filter *f, ac_sv bytes, ac_sb *out, ac_err *err)
{
    while (bytes.n) {
        size_t n = 1;
        if (f->at == AC_MEMBERS_VALUE) {
            n = value_in(f, bytes);
            if (f->keep)
                ac_sb_add(out, ac_sv_sub(bytes, 0, n));
            f->at = n < bytes.n ? AC_MEMBERS_MORE : AC_MEMBERS_VALUE;
        } else if (!sign(f, bytes.p[0], out)) {
            return refused(err);
        }
        bytes = ac_sv_sub(bytes, n, bytes.n);
    }
    return ac_sb_done(out, err);
}

ac_rc ac_members_end(const ac_members_filter *f, ac_err *err)
{
    return f->at == AC_MEMBERS_OUTSIDE ? AC_OK : refused(err);
}

/* ---- one of a whole object ---- */

/* A value ends before the comma that parts it from the next member's key, or before the closing brace. Names are our
 * own words, without commas. */
static ac_sv raw_of(ac_sv object, const ac_json *m)
{
    ac_sv raw = ac_sv_sub(object, m->at, m->next ? m->next->at : object.n);
    const char *end = memrchr(raw.p, m->next ? ',' : '}', raw.n);
    return (ac_sv) { raw.p, end ? (size_t)(end - raw.p) : raw.n };
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
