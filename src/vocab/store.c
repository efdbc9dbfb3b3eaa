#include "vocab/store.h"

#include "os/bigfile.h"
#include "os/file.h"
#include "os/mapping.h"

#include <stdlib.h>
#include <string.h>

enum { ACTIVE_MAX = 1 << 16 };

static const char suffix[] = ".acv";

/* ---- the folder --------------------------------------------------------------------------------------------------- */

static ac_sv folder_of(const char *data, ac_arena *arena)
{
    const char *home = getenv("ACESO_HOME"), *xdg = getenv("XDG_DATA_HOME"), *user = getenv("HOME");
    if (data || (home && *home))
        return ac_arena_printf(arena, "%s/vocabularies", data ? data : home);
    if (xdg && *xdg == '/')
        return ac_arena_printf(arena, "%s/aceso/vocabularies", xdg);
    return user && *user ? ac_arena_printf(arena, "%s/.local/share/aceso/vocabularies", user) : (ac_sv) { NULL, 0 };
}

/* As people count: 9 before 10, 2025AB before 2026AA. */
static int natural(ac_sv a, ac_sv b)
{
    size_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        size_t x = i, y = k;
        while (x < a.n && ac_is_digit(a.p[x]))
            x++;
        while (y < b.n && ac_is_digit(b.p[y]))
            y++;
        if (x > i && y > k) {
            for (; i + 1 < x && a.p[i] == '0'; i++)
                continue;
            for (; k + 1 < y && b.p[k] == '0'; k++)
                continue;
            int c = x - i != y - k ? (x - i > y - k) - (x - i < y - k) : ac_sv_cmp(ac_sv_sub(a, i, x), ac_sv_sub(b, k, y));
            if (c)
                return c;
            i = x;
            k = y;
        } else if (a.p[i] != b.p[k]) {
            return (unsigned char)a.p[i] < (unsigned char)b.p[k] ? -1 : 1;
        } else {
            i++;
            k++;
        }
    }
    return (i < a.n) - (k < b.n);
}

static int by_id(const void *a, const void *b) { return natural(((const ac_vocab_place *)a)->id, ((const ac_vocab_place *)b)->id); }

static ac_rc add_place(ac_vocab_store *s, ac_sv path, ac_arena *arena, ac_err *err)
{
    size_t begin = path.n;
    while (begin && path.p[begin - 1] != '/')
        begin--;
    ac_sv name = ac_sv_sub(path, begin, path.n);
    if (!ac_sv_ends(name, ac_sv_z(suffix)) || !memchr(name.p, '@', name.n) || begin != s->dir.n + 1)
        return AC_OK;
    ac_vocab_place *p = ac_vec_push(s, arena);
    ac_sv id = ac_arena_printf(arena, "%.*s", (int)(name.n - (sizeof suffix - 1)), name.p);
    if (!p || !id.p)
        return ac_fail(err, AC_ELIMIT, "too many vocabularies");
    *p = (ac_vocab_place) { .id = id, .path = path };
    return AC_OK;
}

static ac_rc read_active(ac_vocab_store *s, ac_arena *arena, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(ACTIVE_MAX);
    ac_sv path = ac_arena_printf(arena, "%s/active", s->dir.p), line;
    if (!path.p)
        return ac_fail(err, AC_ELIMIT, "no room for a path");
    ac_rc rc = ac_file_read(path.p, &text, err);
    if (rc != AC_OK)
        return rc == AC_ENOTFOUND ? AC_OK : rc;
    ac_sv rest = ac_sb_view(&text);
    while (ac_sv_split(&rest, '\n', &line))
        for (size_t i = 0; i < s->n; i++)
            s->at[i].active |= ac_sv_eq(s->at[i].id, ac_sv_trim(line));
    return AC_OK;
}

ac_rc ac_vocab_store_open(const char *data, ac_arena *arena, ac_vocab_store *out, ac_err *err)
{
    ac_vocab_store s = { .dir = folder_of(data, arena) };
    ac_names names = { 0 };
    if (!s.dir.p)
        return ac_fail(err, AC_EINPUT, "no folder for vocabularies: give --data or set ACESO_HOME");
    if (ac_is_dir(s.dir.p)) {
        AC_TRY(err, ac_dir_walk(s.dir.p, arena, &names, err));
        for (size_t i = 0; i < names.n; i++)
            AC_TRY(err, add_place(&s, names.at[i], arena, err));
        AC_TRY(err, read_active(&s, arena, err));
    }
    if (s.n)
        qsort(s.at, s.n, sizeof s.at[0], by_id);
    *out = s;
    return AC_OK;
}

const ac_vocab_place *ac_vocab_store_find(const ac_vocab_store *s, ac_sv name)
{
    bool whole = name.n && memchr(name.p, '@', name.n);
    for (size_t i = s->n; i-- > 0;) { /* the latest edition is the last */
        ac_sv id = s->at[i].id;
        if (whole ? ac_sv_eq(id, name) : id.n > name.n && ac_sv_starts(id, name) && id.p[name.n] == '@')
            return &s->at[i];
    }
    return NULL;
}

ac_rc ac_vocab_store_use(const ac_vocab_store *s, ac_err *err)
{
    AC_AUTO(ac_sb) path = AC_SB(8192);
    AC_AUTO(ac_sb) text = AC_SB(ACTIVE_MAX);
    ac_sb_addf(&path, "%s/active", s->dir.p);
    ac_sb_add_char(&path, '\0');
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].active)
            ac_sb_addf(&text, "%s\n", s->at[i].id.p);
    AC_TRY(err, ac_sb_done(&path, err));
    AC_TRY(err, ac_sb_done(&text, err));
    return ac_file_write(path.p, ac_sb_view(&text), err);
}

/* ---- mapped ------------------------------------------------------------------------------------------------------- */

ac_rc ac_vocab_map(const char *path, ac_sv *map, ac_vocab *out, ac_err *err)
{
    ac_sv m;
    AC_TRY(err, ac_mapping_open(path, &m, err));
    ac_rc rc = ac_vocab_open(m, out, err);
    if (rc == AC_OK)
        *map = m;
    else
        ac_mapping_close(m);
    return rc;
}

static ac_rc open_one(const ac_vocab_place *p, ac_vocab_set *set, ac_err *err)
{
    AC_TRY(err, ac_vocab_map(p->path.p, &set->maps[set->n], &set->at[set->n], err));
    set->n++;
    return AC_OK;
}

ac_rc ac_vocab_set_open(const ac_vocab_store *s, ac_sv names, ac_arena *arena, ac_vocab_set *out, ac_sv *which, ac_err *err)
{
    ac_sv name;
    bool *wanted = ac_arena_alloc(arena, s->n + 1);
    *out = (ac_vocab_set) { .at = ac_arena_alloc(arena, (s->n + 1) * sizeof out->at[0]), .maps = ac_arena_alloc(arena, (s->n + 1) * sizeof out->maps[0]) };
    if (!wanted || !out->at || !out->maps)
        return ac_fail(err, AC_ELIMIT, "too many vocabularies");
    while (ac_sv_split(&names, ',', &name)) {
        const ac_vocab_place *p = ac_vocab_store_find(s, name);
        bool active = ac_sv_eq(name, AC_SV("active"));
        *which = ac_arena_printf(arena, "%.*s", (int)(name.n < 200 ? name.n : 200), name.p);
        for (size_t i = 0; i < s->n; i++)
            wanted[i] |= (active && s->at[i].active) || p == &s->at[i];
        if (!p && !active && name.n && !ac_sv_eq(name, AC_SV("none")))
            return ac_fail(err, AC_ENOTFOUND, "no such vocabulary (see aceso vocab list)");
    }
    for (size_t i = 0; i < s->n; i++)
        if (wanted[i]) {
            *which = s->at[i].id;
            AC_TRY(err, open_one(&s->at[i], out, err));
        }
    return AC_OK;
}

void ac_vocab_set_close(ac_vocab_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        ac_mapping_close(set->maps[i]);
    set->n = 0;
}

ac_rc ac_vocab_verify(ac_sv map, const ac_vocab *v, ac_err *err)
{
    unsigned char digest[AC_DIGEST_BYTES];
    ac_mapping_read_through(map);
    AC_TRY(err, ac_digest(ac_sv_sub(map, AC_VOCAB_HEADER, map.n), digest, err));
    if (memcmp(digest, v->header->digest, sizeof digest) != 0)
        return ac_fail(err, AC_EINPUT, "the file is damaged: its digest is another one");
    return ac_vocab_check(v, err);
}
