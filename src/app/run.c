#include "app/run.h"

#include "core/layout.h"

typedef struct {
    const ac_run_options *opt;
    const ac_run_ops *ops;
    ac_arena *arena;
    ac_sv id, text;
    uint64_t read_ns; /* what reading took, when it was no text */
    ac_intake in;
    const ac_intake_part *part; /* the one that is worked on; NULL: the document is the note */
} run;

size_t ac_run_arena_max(size_t max_bytes) { return ((size_t)64 << 20) + max_bytes * 512; }

static ac_rc read_document(run *r, ac_sv bytes, ac_err *err)
{
    const ac_run_options *o = r->opt;
    const ac_intake_options intake = { o->lang, o->media, o->reading };
    const uint64_t began = o->clock ? ac_clock_ticks_ns(o->clock) : 0;
    r->text = bytes;
    if (o->text_only) {
        r->in = (ac_intake) { .kind = AC_INTAKE_TEXT, .media_type = AC_SV("text/plain"), .source = AC_SV("batch") };
        return AC_OK;
    }
    AC_TRY(err, ac_intake_read(&intake, bytes, r->arena, &r->in, err));
    r->read_ns = o->clock && r->in.kind != AC_INTAKE_TEXT ? ac_clock_ticks_ns(o->clock) - began : 0;
    r->text = r->in.text;
    return AC_OK;
}

static ac_sv patient_of(const run *r)
{
    if (r->opt->patient.n)
        return r->opt->patient;
    return r->part ? r->part->chart.subject : AC_SV("");
}

static ac_rc run_one(run *r, ac_err *err)
{
    const ac_run_options *o = r->opt;
    const ac_chart *chart = r->part ? &r->part->chart : NULL;
    ac_deid_options deid;
    ac_result result;
    ac_process_extra extra;
    AC_TRY(err, r->ops->deid(r->ops->context, patient_of(r), r->id, &deid, err));
    ac_process_options opt = { .id = r->id,
                               .note_date = o->note_date,
                               .max_bytes = o->max_bytes,
                               .parts = o->parts,
                               .deid = &deid,
                               .lang = o->lang,
                               .vocabs = o->vocabs,
                               .layout = r->in.layout,
                               .clock = o->clock,
                               .until_ns = o->until_ns,
                               .read_ns = r->read_ns };
    if (chart) {
        opt.lang = &chart->lang;
        opt.given = &chart->given;
        opt.note_date = opt.note_date.year ? opt.note_date : chart->date;
        opt.max_bytes = SIZE_MAX; /* it is the document that was measured */
    }
    AC_TRY(err, ac_process(&opt, chart ? chart->text : r->text, r->arena, &result, &extra, err));
    const ac_run_result done = { r->id, patient_of(r), &r->in, r->part, &result, &extra, &deid };
    return r->ops->render(r->ops->context, &done, err);
}

/* Each of several patients in memory of their own, so that many take no more than one does. */
static ac_rc run_part(const run *whole, size_t i, ac_arena *own, ac_err *err)
{
    run part = *whole;
    part.part = &whole->in.parts.at[i];
    part.arena = own;
    part.id = ac_arena_printf(own, "%.*s#%lu", (int)whole->id.n, whole->id.p, (unsigned long)part.part->number);
    if (!part.id.p)
        return ac_fail(err, AC_ELIMIT, "no room for a note");
    AC_TRY(err, run_one(&part, err));
    ac_arena_reset(own);
    return AC_OK;
}

static ac_rc run_parts(run *r, ac_err *err)
{
    size_t n = r->in.parts.n;
    r->part = &r->in.parts.at[0];
    if (n == 1)
        return run_one(r, err);
    if (r->opt->one)
        return ac_fail(err, AC_EINPUT, "it holds %lu patients: ask for --format ndjson, which gives a result for each",
                       (unsigned long)n);
    AC_AUTO_PTR(ac_arena) own = ac_arena_new(ac_run_arena_max(r->opt->max_bytes));
    if (!own)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++)
        AC_TRY(err, run_part(r, i, own, err));
    return AC_OK;
}

ac_rc ac_run(const ac_run_options *opt, const ac_run_ops *ops, ac_sv bytes, ac_arena *arena, ac_err *err)
{
    run r = { .opt = opt, .ops = ops, .arena = arena, .id = opt->id };
    AC_TRY(err, read_document(&r, bytes, err));
    if (ops->read)
        AC_TRY(err, ops->read(ops->context, &r.in, err));
    return r.in.parts.n ? run_parts(&r, err) : run_one(&r, err);
}

static bool pages_are_complete(const ac_layout *l)
{
    for (size_t i = 0; i < l->pages.n; i++)
        if (l->pages.at[i].source == AC_PAGE_FAILED)
            return false;
    return true;
}

bool ac_run_is_complete(const ac_note *note)
{
    const struct ac_given *given = note->given;
    return !note->coverage.truncated && (!note->layout || pages_are_complete(note->layout)) &&
           (!given || (!given->coverage.resources_unread && !given->coverage.attachments_unread));
}
