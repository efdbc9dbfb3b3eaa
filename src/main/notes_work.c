/* One note, on a worker thread: bytes in, the output's bytes out. */
#include "main/notes.h"

#include "app/batch.h"
#include "app/intake.h"
#include "interop/fhir_bundle.h"
#include "os/clock.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

enum { KEEP_MAX = 1 << 20, INDENT_JSON = 2 };

size_t ac_work_arena_max(size_t max_bytes) { return ((size_t)64 << 20) + max_bytes * 512; }

typedef struct {
    const ac_settings *s;
    ac_arena *arena;
    ac_mac_key key;       /* this patient's */
    ac_deid_options deid;
    ac_batch_note note;   /* id, text, language, date, patient */
    uint64_t read_ns;     /* what reading took, when it was no text */
    ac_intake in;         /* what the document is; its parts when it has a structure */
    const ac_intake_part *part; /* the one that is worked on; NULL: the document is the note */
} job;

static ac_rc read_note(ac_work *w, job *j, ac_err *err)
{
    if (w->read) {
        w->source.max = w->s->max_bytes;
        AC_TRY(err, ac_file_read(w->input->path, &w->source, err));
    }
    if (w->line) {
        AC_TRY(err, ac_batch_parse(ac_sb_view(&w->source), j->arena, &j->note, err));
        ac_sb_add(&w->id, j->note.id);
        for (size_t i = 0; i < j->note.n_unused; i++) {
            ac_sb_add(&w->unused, j->note.unused[i]);
            ac_sb_add_char(&w->unused, ',');
        }
        AC_TRY(err, ac_sb_done(&w->unused, err));
        return ac_sb_done(&w->id, err);
    }
    j->note.id = strcmp(w->input->path, "-") == 0 ? AC_SV("stdin") : ac_sv_z(w->input->path);
    j->note.text = ac_sb_view(&w->source);
    const ac_intake_options intake = { w->s->lang_given ? &w->s->lang : NULL, w->s->media, ac_settings_reading(w->s) };
    const uint64_t began = ac_clock_ticks_ns(ac_clock_system());
    AC_TRY(err, ac_intake_read(&intake, j->note.text, j->arena, &j->in, err));
    j->read_ns = j->in.kind == AC_INTAKE_TEXT ? 0 : ac_clock_ticks_ns(ac_clock_system()) - began;
    j->note.text = j->in.text;
    return AC_OK;
}

/* Whose it is: as the caller says, else as the document does. */
static ac_sv patient_of(const job *j)
{
    if (j->note.patient.n || j->s->patient.n)
        return j->note.patient.n ? j->note.patient : j->s->patient;
    return j->part ? j->part->chart.subject : AC_SV("");
}

/* One key per patient; a document of nobody in particular is a patient of its own. */
static ac_rc prepare_deid(job *j, ac_err *err)
{
    const ac_settings *s = j->s;
    AC_AUTO(ac_sb) purpose = AC_SB(1u << 20);
    ac_sv patient = patient_of(j);
    ac_sb_add(&purpose, patient.n ? AC_SV("patient ") : AC_SV("document "));
    ac_sb_add(&purpose, patient.n ? patient : j->note.id);
    AC_TRY(err, ac_sb_done(&purpose, err));
    AC_TRY(err, ac_mac_key_derive((ac_sv) { (const char *)s->key.bytes, sizeof s->key.bytes }, ac_sb_view(&purpose), &j->key, err));
    j->deid = (ac_deid_options) { s->profile, s->mode, ac_mac_prf, &j->key };
    return AC_OK;
}

static ac_rc add_deid(const ac_work *w, const job *j, const ac_result *r, ac_sb *out, ac_err *err)
{
    if (j->in.parts.n > 1 || ((w->s->many || w->line) && !w->s->out_dir)) {
        ac_sb_add(out, AC_SV("==> "));
        for (size_t i = 0; i < r->note->id.n; i++) /* an id with a line end must not look like two notes */
            ac_sb_add_char(out, (unsigned char)r->note->id.p[i] < ' ' ? '?' : r->note->id.p[i]);
        ac_sb_add(out, AC_SV(" <==\n"));
    }
    ac_sb_add(out, r->deidentified.text);
    if (!ac_sv_ends(r->deidentified.text, AC_SV("\n")))
        ac_sb_add_char(out, '\n');
    return ac_sb_done(out, err);
}

static ac_rc add_json(ac_work *w, const job *j, const ac_result *r, const ac_process_extra *x, ac_err *err)
{
    ac_result_json_options opt = { .parts = w->s->parts, .indent = w->s->one_line ? 0 : INDENT_JSON,
                                   .source = w->line ? AC_SV("batch") : j->in.source,
                                   .media_type = w->line ? AC_SV("text/plain") : j->in.media_type,
                                   .hide_phi = w->s->command == AC_CMD_DEID };
    if (w->s->parts & AC_PART_TIMING) {
        opt.times = x->times;
        opt.n_times = x->n_times;
    }
    AC_TRY(err, ac_result_json(r, &opt, &w->out, err));
    return AC_OK;
}

static ac_rc add_fhir(ac_work *w, const job *j, const ac_result *r, ac_err *err)
{
    char pseudonym[17];
    ac_mac_key key = j->key;
    bool named = patient_of(j).n;
    (void)snprintf(pseudonym, sizeof pseudonym, "%016llx",
                   (unsigned long long)ac_mac_prf(&key, AC_SV("fhir patient id"), AC_SV("")));
    ac_fhir_options opt = { .indent = w->s->one_line ? 0 : INDENT_JSON, .identified = w->s->identified, .text = true,
                            .now = w->at.n ? w->at : w->s->at, .patient_id = named ? ac_sv_z(pseudonym) : AC_SV("") };
    if (j->part) {
        opt.record = j->part->record;
        opt.chart = &j->part->chart;
    }
    return ac_fhir_bundle(r, &opt, &w->out, err);
}

static ac_rc render(ac_work *w, const job *j, const ac_result *r, const ac_process_extra *x, ac_err *err)
{
    ac_view_options view;
    switch (w->s->format) {
    case AC_FORMAT_TEXT:
    case AC_FORMAT_MARKDOWN:
        if (!w->s->view.blocks)
            return add_deid(w, j, r, &w->out, err);
        view = w->s->view;
        if (w->line && w->s->note_if_alone)
            view.blocks &= ~(uint32_t)AC_VIEW_NOTE; /* standard input turned out to be a batch */
        AC_TRY(err, ac_view(r, x, &view, &w->out, err));
        break;
    case AC_FORMAT_FHIR:
        AC_TRY(err, add_fhir(w, j, r, err));
        break;
    default:
        AC_TRY(err, add_json(w, j, r, x, err));
    }
    if (w->out.n && w->out.p[w->out.n - 1] != '\n')
        ac_sb_add_char(&w->out, '\n');
    return ac_sb_done(&w->out, err);
}

static ac_rc run_one(ac_work *w, job *j, ac_err *err)
{
    ac_result result;
    ac_process_extra extra;
    const ac_chart *chart = j->part ? &j->part->chart : NULL;
    AC_TRY(err, prepare_deid(j, err));
    ac_process_options opt = { .id = j->note.id, .note_date = j->note.note_date.year ? j->note.note_date : w->s->note_date,
                               .max_bytes = w->s->max_bytes, .parts = w->s->parts, .deid = &j->deid, .vocabs = &w->s->vocabs, .layout = j->in.layout };
    opt.lang = j->note.has_lang ? &j->note.lang : w->s->lang_given ? &w->s->lang : NULL;
    opt.clock = w->s->parts & AC_PART_TIMING || w->s->command == AC_CMD_PROCESS ? ac_clock_system() : NULL;
    opt.read_ns = j->read_ns;
    if (chart) {
        opt.lang = &chart->lang;
        opt.given = &chart->given;
        opt.note_date = opt.note_date.year ? opt.note_date : chart->date;
        opt.max_bytes = SIZE_MAX; /* it is the document that was measured */
    }
    AC_TRY(err, ac_process(&opt, chart ? chart->text : j->note.text, j->arena, &result, &extra, err));
    ac_rc rc = render(w, j, &result, &extra, err);
    ac_mac_key_cleanup(&j->key);
    return rc;
}

/* Each of several patients in memory of their own, so that many take no more than one does. */
static ac_rc run_part(ac_work *w, job *j, size_t i, ac_arena *own, ac_err *err)
{
    job part = *j;
    part.part = &j->in.parts.at[i];
    part.arena = own;
    part.note.id = ac_arena_printf(own, "%.*s#%lu", (int)j->note.id.n, j->note.id.p, (unsigned long)(i + 1));
    if (!part.note.id.p)
        return ac_fail(err, AC_ELIMIT, "no room for a note");
    AC_TRY(err, run_one(w, &part, err));
    ac_arena_reset(own);
    return AC_OK;
}

/* A result for each patient: what can hold only one takes no document of several. */
static ac_rc run_parts(ac_work *w, job *j, ac_err *err)
{
    size_t n = j->in.parts.n;
    bool one_only = !w->s->one_line && (w->s->format == AC_FORMAT_JSON || w->s->format == AC_FORMAT_FHIR);
    j->part = &j->in.parts.at[0];
    if (n == 1)
        return run_one(w, j, err);
    if (one_only)
        return ac_fail(err, AC_EINPUT, "it holds %lu patients: ask for --format ndjson, which gives a result for each", (unsigned long)n);
    AC_AUTO_PTR(ac_arena) own = ac_arena_new(ac_work_arena_max(w->s->max_bytes));
    if (!own)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++)
        AC_TRY(err, run_part(w, j, i, own, err));
    return AC_OK;
}

static ac_rc run(ac_work *w, ac_arena *arena, ac_err *err)
{
    job j = { .s = w->s, .arena = arena };
    AC_TRY(err, read_note(w, &j, err));
    return j.in.parts.n ? run_parts(w, &j, err) : run_one(w, &j, err);
}

void ac_work_run(void *worker, void *item)
{
    ac_arena **arena = worker;
    ac_work *w = item;
    if (!*arena)
        *arena = ac_arena_new(ac_work_arena_max(w->s->max_bytes));
    w->out.max = SIZE_MAX / 2;
    w->id.max = 1u << 20;
    w->unused.max = 1u << 12;
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
}
