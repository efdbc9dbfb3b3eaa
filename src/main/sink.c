#include "main/sink.h"

#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 120, SEEN_FIRST = 256 };

static int by_stem(const void *a, const void *b)
{
    return ac_sv_cmp(((const ac_input *)a)->stem, ((const ac_input *)b)->stem);
}

static ac_rc check_names(const ac_inputs *inputs, ac_err *err)
{
    ac_input *sorted = ac_mem_alloc((inputs->n + 1) * sizeof sorted[0]);
    if (!sorted)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (inputs->n) {
        memcpy(sorted, inputs->at, inputs->n * sizeof sorted[0]);
        qsort(sorted, inputs->n, sizeof sorted[0], by_stem);
    }
    bool twice = false;
    for (size_t i = 1; i < inputs->n; i++)
        twice |= sorted[i].rc == AC_OK && sorted[i - 1].rc == AC_OK && ac_sv_eq(sorted[i].stem, sorted[i - 1].stem);
    ac_mem_free(sorted);
    return twice ? ac_fail(err, AC_EINPUT, "two inputs have the same name and would be written to one file") : AC_OK;
}

ac_rc ac_sink_open(ac_sink *k, const ac_settings *s, const ac_inputs *inputs, ac_err *err)
{
    *k = (ac_sink) { .s = s, .file = { .fd = -1 }, .where = s->out_dir ? s->out_dir : "standard output" };
    if (!s->out_dir)
        return ac_outfile_open(&k->file, NULL, err);
    AC_TRY(err, check_names(inputs, err));
    return ac_dir_make(s->out_dir, err);
}

/* A name that stays in its folder, whatever the id is. */
static void safe_name(ac_sv id, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < id.n && n + 1 < cap; i++) {
        char c = id.p[i];
        bool plain = ac_is_alnum(c) || c == '-' || c == '_' || (c == '.' && n > 0);
        out[n++] = plain ? c : '_';
    }
    out[n] = '\0';
}

static ac_rc name_output(ac_sink *k, const ac_work *w, bool per_note, ac_err *err)
{
    char id[ID_MAX];
    const ac_sv stem = w->input->stem;
    int n;
    safe_name(ac_sb_view(&w->id), id, sizeof id);
    if (!per_note)
        n = snprintf(k->path, sizeof k->path, "%s/%.*s%s", k->s->out_dir, (int)stem.n, stem.p, ac_format_extension(k->s));
    else if (*id)
        n = snprintf(k->path, sizeof k->path, "%s/%.*s/%s%s", k->s->out_dir, (int)stem.n, stem.p, id, ac_format_extension(k->s));
    else
        n = snprintf(k->path, sizeof k->path, "%s/%.*s/%llu%s", k->s->out_dir, (int)stem.n, stem.p, (unsigned long long)w->line,
                     ac_format_extension(k->s));
    k->where = k->path;
    return n > 0 && (size_t)n < sizeof k->path ? AC_OK : ac_fail(err, AC_EINPUT, "name too long");
}

static ac_rc make_folder(ac_sink *k, ac_err *err)
{
    char *slash = strrchr(k->path, '/');
    *slash = '\0';
    ac_rc rc = ac_dir_make(k->path, err);
    *slash = '/';
    return rc;
}

static ac_rc open_output(ac_sink *k, const ac_work *w, bool per_note, ac_err *err)
{
    AC_TRY(err, name_output(k, w, per_note, err));
    if (ac_same_file(k->path, w->input->path))
        return ac_fail(err, AC_EINPUT, "is the input itself: choose another folder");
    AC_TRY(err, make_folder(k, err));
    return ac_outfile_open(&k->file, k->path, err);
}

/* ---- ids of one batch input: two notes must not share a file ------------------------------------------------------ */

static uint64_t hash(const char *s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return h | 1u;
}

static bool put(uint64_t *at, size_t cap, uint64_t h)
{
    size_t i = h >> 1 & (cap - 1);
    while (at[i] && at[i] != h)
        i = (i + 1) & (cap - 1);
    bool fresh = !at[i];
    at[i] = h;
    return fresh;
}

static ac_rc first_time(ac_sink *k, bool *fresh, ac_err *err)
{
    if (2 * (k->n_seen + 1) > k->cap_seen) {
        size_t cap = k->cap_seen ? 2 * k->cap_seen : SEEN_FIRST;
        uint64_t *at = ac_mem_alloc(cap * sizeof at[0]);
        if (!at)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        for (size_t i = 0; i < k->cap_seen; i++)
            if (k->seen[i])
                (void)put(at, cap, k->seen[i]);
        ac_mem_free(k->seen);
        k->seen = at;
        k->cap_seen = cap;
    }
    *fresh = put(k->seen, k->cap_seen, hash(k->path));
    k->n_seen += *fresh;
    return AC_OK;
}

static ac_rc write_one(ac_sink *k, const ac_work *w, bool per_note, ac_err *err)
{
    ac_rc rc = open_output(k, w, per_note, err);
    bool fresh = true;
    if (rc == AC_OK && per_note)
        rc = first_time(k, &fresh, err);
    if (rc == AC_OK && !fresh)
        rc = ac_fail(err, AC_EINPUT, "line %llu has an id that an earlier line has", (unsigned long long)w->line);
    if (rc == AC_OK)
        rc = ac_outfile_write(&k->file, ac_sb_view(&w->out), err);
    if (rc == AC_OK)
        rc = ac_outfile_commit(&k->file, err);
    if (rc != AC_OK)
        ac_outfile_discard(&k->file);
    return rc;
}

/* Formats that hold one note per file; the others collect a batch input's notes in one file. */
static bool one_note_per_file(const ac_settings *s)
{
    return !s->one_line && (s->format == AC_FORMAT_JSON || s->format == AC_FORMAT_FHIR);
}

/* One line more in the file of a batch input. A torn line must never look like a result: the file is all or nothing. */
static ac_rc write_line(ac_sink *k, const ac_work *w, ac_err *err)
{
    ac_rc rc = AC_OK;
    if (k->lost_for == w->input)
        return AC_OK;
    if (k->open_for != w->input) {
        AC_TRY(err, ac_sink_finish(k, true, err));
        rc = open_output(k, w, false, err);
        k->open_for = w->input;
    }
    if (rc == AC_OK)
        rc = ac_outfile_write(&k->file, ac_sb_view(&w->out), err);
    if (rc != AC_OK) {
        ac_outfile_discard(&k->file);
        k->open_for = NULL;
        k->lost_for = w->input;
    }
    return rc;
}

ac_rc ac_sink_write(ac_sink *k, const ac_work *w, ac_err *err)
{
    if (!k->s->out_dir)
        return ac_outfile_write(&k->file, ac_sb_view(&w->out), err);
    if (w->line && !one_note_per_file(k->s))
        return write_line(k, w, err);
    AC_TRY(err, ac_sink_finish(k, true, err));
    return write_one(k, w, w->line != 0, err);
}

bool ac_sink_lost(const ac_sink *k) { return !k->s->out_dir; }

ac_rc ac_sink_finish(ac_sink *k, bool whole, ac_err *err)
{
    if (!k->s->out_dir || !k->open_for)
        return AC_OK;
    k->open_for = NULL;
    if (whole)
        return ac_outfile_commit(&k->file, err);
    k->kept = true;
    ac_outfile_close(&k->file);
    return AC_OK;
}

void ac_sink_close(ac_sink *k)
{
    if (k->s && k->s->out_dir)
        ac_outfile_close(&k->file);
    ac_mem_free(k->seen);
    k->seen = NULL;
}
