/* deid --redact and process --annotate: a copy of each document, instead of its text. */
#include "main/notes.h"

#include "app/redact.h"
#include "os/file.h"
#include "os/outfile.h"

#include <stdio.h>
#include <string.h>

enum { COPY_MAX = 1 << 30, PATH_BYTES = 4096 };

/* The name of the input's file, below the output folder. */
static bool copy_path(const ac_settings *s, const ac_input *in, bool folder, char *path)
{
    const char *slash = strrchr(in->path, '/');
    int n = folder ? snprintf(path, PATH_BYTES, "%s/%s", s->out_dir, slash ? slash + 1 : in->path)
                   : snprintf(path, PATH_BYTES, "%s", s->annotate ? s->annotate : s->out_dir);
    return n > 0 && n < PATH_BYTES;
}

/* Whose key it is: as the caller says, else as the document does. */
typedef struct {
    const ac_settings *s;
    ac_sv document;
    ac_mac_key key;
} owner;

static ac_rc take_key(void *context, ac_sv patient, ac_deid_options *deid, ac_err *err)
{
    owner *o = context;
    ac_mac_key_cleanup(&o->key);
    return ac_settings_deid(o->s, o->s->patient.n ? o->s->patient : patient, o->document, &o->key, deid, err);
}

static ac_rc make_copy(const ac_settings *s, const ac_input *in, ac_sv bytes, ac_arena *arena, ac_sb *out,
                       ac_copy_report *report, ac_err *err)
{
    const ac_deid_options deid = { s->profile, s->mode, NULL, NULL };
    const ac_process_options process = { .id = AC_SV("copy"),
                                         .lang = s->lang_given ? &s->lang : NULL,
                                         .note_date = s->note_date,
                                         .max_bytes = s->max_bytes,
                                         .deid = &deid,
                                         .vocabs = &s->vocabs };
    owner o = { .s = s, .document = ac_sv_z(in->path) };
    const ac_copy_options opt = { s->media, &process, ac_settings_reading(s), take_key, &o };
    ac_rc rc = s->annotate ? ac_annotate(&opt, bytes, arena, out, report, err)
                           : ac_redact(&opt, bytes, arena, out, report, err);
    ac_mac_key_cleanup(&o.key);
    return rc;
}

static void tell(const ac_settings *s, const char *path, const ac_copy_report *r)
{
    if (s->annotate || r->pages)
        ac_say("%s: %zu pages, %zu words %s", path, r->pages, r->regions, s->annotate ? "framed" : "painted over");
    else
        ac_say("%s: %zu parts, %zu values replaced, %llu fields, elements or pictures left out", path, r->parts, r->replaced,
               (unsigned long long)r->left_out);
}

static ac_rc copy_file(const ac_settings *s, const ac_input *in, bool folder, ac_err *err)
{
    char path[PATH_BYTES];
    ac_copy_report report;
    AC_AUTO(ac_sb) bytes = AC_SB(s->max_bytes);
    AC_AUTO(ac_sb) copy = AC_SB(COPY_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ac_run_arena_max(s->max_bytes));
    if (in->rc != AC_OK)
        return ac_fail(err, in->rc, "cannot be read");
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (!copy_path(s, in, folder, path))
        return ac_fail(err, AC_EINPUT, "name too long");
    if (strcmp(in->path, "-") != 0 && ac_same_file(in->path, path))
        return ac_fail(err, AC_EINPUT, "the copy would overwrite the document");
    AC_TRY(err, ac_file_read(in->path, &bytes, err));
    AC_TRY(err, make_copy(s, in, ac_sb_view(&bytes), arena, &copy, &report, err));
    AC_TRY(err, ac_file_write(path, ac_sb_view(&copy), err));
    if (!s->quiet)
        tell(s, path, &report);
    return AC_OK;
}

int ac_copies_run(const ac_settings *s, const ac_inputs *inputs)
{
    const bool folder = !s->annotate && (inputs->n > 1 || ac_is_dir(s->out_dir));
    bool failed = false;
    ac_err err = { 0 };
    if (folder && ac_dir_make(s->out_dir, &err) != AC_OK) {
        ac_say("%s: %s", s->out_dir, err.text);
        return AC_EXIT_FAILED;
    }
    for (size_t i = 0; i < inputs->n; i++) {
        if (copy_file(s, &inputs->at[i], folder, &err) == AC_OK)
            continue;
        ac_say("%s: %s", inputs->at[i].path, inputs->at[i].rc != AC_OK ? inputs->at[i].why : err.text);
        failed = true;
    }
    return failed ? AC_EXIT_FAILED : AC_EXIT_OK;
}
