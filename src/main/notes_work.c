/* One note, on a worker thread: bytes in, the output's bytes out. */
#include "main/notes.h"

#include "app/batch.h"
#include "interop/fhir_bundle.h"
#include "os/clock.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

enum { KEEP_MAX = 1 << 20, INDENT_JSON = 2, FAULTS_MAX = 64 << 20 };

typedef struct {
    ac_work *w;
    ac_arena *arena;
    ac_mac_key key;     /* this patient's */
    ac_batch_note note; /* of a batch: id, text, language, date, patient */
} job;

static ac_rc read_line(job *j, ac_err *err)
{
    ac_work *w = j->w;
    AC_TRY(err, ac_batch_parse(ac_sb_view(&w->source), j->arena, &j->note, err));
    ac_sb_add(&w->id, j->note.id);
    for (size_t i = 0; i < j->note.n_unused; i++) {
        ac_sb_add(&w->unused, j->note.unused[i]);
        ac_sb_add_char(&w->unused, ',');
    }
    AC_TRY(err, ac_sb_done(&w->unused, err));
    return ac_sb_done(&w->id, err);
}

static ac_rc read_note(job *j, ac_err *err)
{
    ac_work *w = j->w;
    if (w->read) {
        w->source.max = w->s->max_bytes;
        AC_TRY(err, ac_file_read(w->input->path, &w->source, err));
    }
    if (w->line)
        return read_line(j, err);
    j->note.id = strcmp(w->input->path, "-") == 0 ? AC_SV("stdin") : ac_sv_z(w->input->path);
    j->note.text = ac_sb_view(&w->source);
    return AC_OK;
}

static ac_rc deid_of(void *context, ac_sv patient, ac_sv id, ac_deid_options *out, ac_err *err)
{
    job *j = context;
    return ac_settings_deid(j->w->s, patient, id, &j->key, out, err);
}

static ac_rc name_faults(void *context, const ac_intake *in, ac_err *err)
{
    ac_work *w = ((job *)context)->w;
    for (size_t i = 0; i < in->faults.n; i++)
        ac_sb_addf(&w->faults, "message %lu: %s\n", (unsigned long)in->faults.at[i].number, in->faults.at[i].err.text);
    return ac_sb_done(&w->faults, err);
}

static ac_rc add_deid(const ac_work *w, const ac_run_result *r, ac_sb *out, ac_err *err)
{
    if (r->in->parts.n > 1 || ((w->s->many || w->line) && !w->s->out_dir)) {
        ac_sb_add(out, AC_SV("==> "));
        for (size_t i = 0; i < r->id.n; i++) /* an id with a line end must not look like two notes */
            ac_sb_add_char(out, (unsigned char)r->id.p[i] < ' ' ? '?' : r->id.p[i]);
        ac_sb_add(out, AC_SV(" <==\n"));
    }
    ac_sb_add(out, r->result->deidentified.text);
    if (!ac_sv_ends(r->result->deidentified.text, AC_SV("\n")))
        ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

static ac_rc add_json(ac_work *w, const ac_run_result *r, ac_err *err)
{
    ac_result_json_options opt = { .parts = w->s->parts,
                                   .indent = w->s->one_line ? 0 : INDENT_JSON,
                                   .source = r->in->source,
                                   .media_type = r->in->media_type,
                                   .hide_phi = w->s->command == AC_CMD_DEID };
    if (w->s->parts & AC_PART_TIMING) {
        opt.times = r->extra->times;
        opt.n_times = r->extra->n_times;
    }
    return ac_result_json(r->result, &opt, &w->out, err);
}

static ac_rc add_fhir(job *j, const ac_run_result *r, ac_err *err)
{
    char pseudonym[17];
    const ac_work *w = j->w;
    (void)snprintf(pseudonym, sizeof pseudonym, "%016llx",
                   (unsigned long long)ac_mac_prf(&j->key, AC_SV("fhir patient id"), AC_SV("")));
    ac_fhir_options opt = { .indent = w->s->one_line ? 0 : INDENT_JSON,
                            .identified = w->s->identified,
                            .text = true,
                            .now = w->at.n ? w->at : w->s->at,
                            .patient_id = r->patient.n ? ac_sv_z(pseudonym) : AC_SV("") };
    if (r->part) {
        opt.record = r->part->record;
        opt.chart = &r->part->chart;
    }
    return ac_fhir_bundle(r->result, &opt, &j->w->out, err);
}

static ac_rc render(void *context, const ac_run_result *r, ac_err *err)
{
    job *j = context;
    ac_work *w = j->w;
    ac_view_options view;
    switch (w->s->format) {
    case AC_FORMAT_TEXT:
    case AC_FORMAT_MARKDOWN:
        if (!w->s->view.blocks)
            return add_deid(w, r, &w->out, err);
        view = w->s->view;
        if (w->line && w->s->note_if_alone)
            view.blocks &= ~(uint32_t)AC_VIEW_NOTE; /* standard input turned out to be a batch */
        AC_TRY(err, ac_view(r->result, r->extra, &view, &w->out, err));
        break;
    case AC_FORMAT_FHIR:
        AC_TRY(err, add_fhir(j, r, err));
        break;
    default:
        AC_TRY(err, add_json(w, r, err));
    }
    if (w->out.n && w->out.p[w->out.n - 1] != '\n')
        ac_sb_add_char(&w->out, '\n');
    return ac_sb_done(&w->out, err);
}

static ac_rc run(ac_work *w, ac_arena *arena, ac_err *err)
{
    const ac_settings *s = w->s;
    job j = { .w = w, .arena = arena };
    AC_TRY(err, read_note(&j, err));
    const bool timed = s->parts & AC_PART_TIMING || s->command == AC_CMD_PROCESS;
    const ac_run_options opt = { .id = j.note.id,
                                 .patient = j.note.patient.n ? j.note.patient : s->patient,
                                 .lang = j.note.has_lang ? &j.note.lang
                                         : s->lang_given ? &s->lang
                                                         : NULL,
                                 .note_date = j.note.note_date.year ? j.note.note_date : s->note_date,
                                 .max_bytes = s->max_bytes,
                                 .parts = s->parts,
                                 .text_only = w->line,
                                 .media = s->media,
                                 .reading = ac_settings_reading(s),
                                 .one = !s->one_line && (s->format == AC_FORMAT_JSON || s->format == AC_FORMAT_FHIR),
                                 .clock = timed ? ac_clock_system() : NULL,
                                 .vocabs = &s->vocabs };
    ac_rc rc = ac_run(&opt, &(ac_run_ops) { &j, name_faults, deid_of, render }, j.note.text, arena, err);
    ac_mac_key_cleanup(&j.key);
    return rc;
}

void ac_work_run(void *worker, void *item)
{
    ac_arena **arena = worker;
    ac_work *w = item;
    if (!*arena)
        *arena = ac_arena_new(ac_run_arena_max(w->s->max_bytes));
    w->out.max = SIZE_MAX / 2;
    w->id.max = 1u << 20;
    w->unused.max = 1u << 12;
    w->faults.max = FAULTS_MAX;
    w->rc = *arena ? run(w, *arena, &w->err) : ac_fail(&w->err, AC_ENOMEM, "out of memory");
    if (!*arena)
        return;
    if (ac_arena_used(*arena) > KEEP_MAX) { /* give a large note's memory back */
        ac_arena_free(*arena);
        *arena = NULL;
    } else {
        ac_arena_reset(*arena);
    }
}

void ac_work_cleanup(ac_work *w)
{
    ac_sb_cleanup(&w->source);
    ac_sb_cleanup(&w->out);
    ac_sb_cleanup(&w->id);
    ac_sb_cleanup(&w->unused);
    ac_sb_cleanup(&w->faults);
}
