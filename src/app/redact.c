/* Copies of documents with pages, and which way a document goes. */
#include "app/redact_job.h"

#include "app/intake.h"
#include "interop/ccda/ccda_read.h"

typedef struct {
    const ac_copy_options *opt;
    ac_arena *arena;
    ac_deid_options tags; /* pages are painted over, whatever the mode */
    ac_value_set *values; /* what was to be hidden in any round before */
    const ac_note *note;  /* of this round */
    bool *touched;        /* per word of the layout: it is to go */
    size_t n_touched;
} job;

static ac_rc read_again(job *j, ac_sv bytes, ac_result *result, ac_err *err)
{
    ac_media_document doc = { 0 };
    ac_media_options reading = j->opt->reading;
    ac_process_extra extra;
    reading.ocr_all = true;
    AC_TRY(err, ac_media_read(j->opt->media, &reading, bytes, j->arena, &doc, err));
    if (!doc.layout.pages.n)
        return ac_fail(err, AC_EINPUT, "only a PDF or a picture can be copied so: this document has no pages");
    ac_layout *layout = ac_arena_alloc(j->arena, sizeof *layout);
    if (!layout)
        return ac_fail(err, AC_ELIMIT, "no room for the layout of the document");
    *layout = doc.layout;
    ac_process_options process = *j->opt->process;
    process.layout = layout;
    process.deid = &j->tags;
    process.parts = AC_PART_ENTITIES | AC_PART_PHI | AC_PART_DEIDENTIFIED;
    if (!ac_sv_trim(layout->text).n) { /* pages with nothing on them: the engine wants text */
        *result = (ac_result) { 0 };
        ac_note *empty = ac_arena_alloc(j->arena, sizeof *empty);
        if (!empty)
            return ac_fail(err, AC_ELIMIT, "no room for a note");
        empty->layout = layout;
        result->note = empty;
        return AC_OK;
    }
    return ac_process(&process, layout->text, j->arena, result, &extra, err);
}

static ac_rc copy_of(const job *j, ac_media_change how, ac_sv bytes, const ac_layout *edit, ac_sb *out, ac_err *err)
{
    ac_sb_clear(out);
    return ac_media_make(j->opt->media, &j->opt->reading, how, bytes, edit, out, err);
}

/* ---- what must go -------------------------------------------------------------------------------------------------
 */

static void touch(job *j, ac_span span)
{
    size_t i, end;
    for (ac_layout_words(j->note->layout, span, &i, &end); i < end; i++) {
        j->n_touched += !j->touched[i];
        j->touched[i] = true;
    }
}

/* What the engine hides, which it has looked for in all of the text; and what was hidden in rounds before, when
 * recognition read it otherwise. */
static ac_rc find_all(job *j, const ac_result *r, ac_err *err)
{
    size_t at = 0;
    ac_span span;
    j->note = r->note;
    j->n_touched = 0;
    j->touched = ac_arena_alloc(j->arena, r->note->layout->words.n + 1);
    if (!j->touched)
        return ac_fail(err, AC_ELIMIT, "no room for what is to be hidden");
    while (ac_value_set_next(j->values, j->note->text, &at, &span))
        touch(j, span);
    for (size_t i = 0; i < r->deidentified.n_cuts; i++) {
        touch(j, r->deidentified.cuts[i].span);
        if (!ac_value_set_add(j->values, ac_span_text(r->note->text, r->deidentified.cuts[i].span)))
            return ac_fail(err, AC_ELIMIT, "no room for what is to be hidden");
    }
    return AC_OK;
}

/* The words that go as regions, the others as words. */
static ac_rc plan(const job *j, ac_layout *edit, ac_err *err)
{
    const ac_layout *l = j->note->layout;
    *edit = (ac_layout) { .text = l->text, .pages = l->pages };
    for (size_t i = 0; i < l->words.n; i++) {
        const ac_word *w = &l->words.at[i];
        ac_region *region = j->touched[i] ? ac_vec_push(&edit->regions, j->arena) : NULL;
        ac_word *kept = j->touched[i] ? NULL : ac_vec_push(&edit->words, j->arena);
        if (!region && !kept)
            return ac_fail(err, AC_ELIMIT, "no room for the words of the document");
        if (region)
            *region = (ac_region) { .page = w->page, .box = w->box };
        else
            *kept = *w;
    }
    return AC_OK;
}

/* The first copy is made in any case: what is not on the pages goes with it. Later ones only while something is still
 * found. */
ac_rc ac_redact_pages(ac_redact_job *all, ac_sv bytes, ac_sb *out, ac_err *err)
{
    AC_AUTO(ac_sb) last = AC_SB(out->max);
    job j = { .opt = all->opt,
              .arena = all->arena,
              .tags = { all->deid.profile, AC_DEID_TAG, NULL, NULL },
              .values = &all->values };
    ac_copy_report *report = all->report;
    for (report->rounds = 1; report->rounds <= AC_REDACT_ROUNDS; report->rounds++) {
        ac_result result;
        ac_layout edit;
        AC_TRY(err, read_again(&j, bytes, &result, err));
        AC_TRY(err, find_all(&j, &result, err));
        if (report->rounds > 1 && !j.n_touched)
            return AC_OK;
        AC_TRY(err, plan(&j, &edit, err));
        report->pages = edit.pages.n;
        report->regions += edit.regions.n;
        AC_TRY(err, copy_of(&j, AC_CHANGE_REDACT, bytes, &edit, out, err));
        ac_sb_clear(&last);
        ac_sb_add(&last, ac_sb_view(out));
        AC_TRY(err, ac_sb_done(&last, err));
        bytes = ac_sb_view(&last);
    }
    return ac_fail(err, AC_EINTERNAL, AC_REDACT_STILL);
}

/* ---- which way ------------------------------------------------------------------------------------------------------
 */

/* Packed or marked up: what it is turns out when it has been read. */
static ac_rc redact_media(ac_redact_job *j, ac_sv bytes, ac_sb *out, ac_err *err)
{
    static const char *const office[] = { "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                          "application/vnd.oasis.opendocument.text", NULL };
    const ac_media_type type = ac_media_type_of(bytes);
    ac_media_document doc = { 0 };
    if (type != AC_MEDIA_ZIP && type != AC_MEDIA_XML)
        return ac_redact_pages(j, bytes, out, err);
    AC_TRY(err, ac_media_read(j->opt->media, &j->opt->reading, bytes, j->arena, &doc, err));
    if (ac_ccda_is(doc.tree))
        return ac_redact_by_sheet(j, &ac_redact_ccda, bytes, out, err);
    if (type == AC_MEDIA_ZIP && !doc.tree && ac_sv_one_of(doc.layout.media_type, office))
        return ac_redact_by_sheet(j, &ac_redact_office, bytes, out, err);
    return ac_fail(err, AC_EINPUT, "there are no redacted copies of documents of this kind");
}

static ac_rc redact_any(ac_redact_job *j, ac_sv bytes, ac_sb *out, ac_err *err)
{
    switch (ac_intake_kind_of(bytes)) {
    case AC_INTAKE_HL7:
        return ac_redact_hl7(j, bytes, out, err);
    case AC_INTAKE_FHIR:
        return ac_redact_fhir(j, bytes, false, out, err);
    case AC_INTAKE_FHIR_LINES:
        return ac_redact_fhir(j, bytes, true, out, err);
    case AC_INTAKE_MEDIA:
        return redact_media(j, bytes, out, err);
    default:
        return ac_fail(err, AC_EINPUT, "plain text: aceso deid without --redact gives the text that may leave");
    }
}

ac_rc ac_redact(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out, ac_copy_report *report,
                ac_err *err)
{
    ac_redact_job j = { .opt = opt, .arena = arena, .report = report, .deid = *opt->process->deid };
    *report = (ac_copy_report) { 0 };
    ac_value_set_init(&j.values, arena);
    ac_rc rc = redact_any(&j, bytes, out, err);
    if (rc != AC_OK)
        ac_sb_clear(out);
    return rc;
}

/* ---- where facts were found -----------------------------------------------------------------------------------------
 */

/* colour-blind safe (Okabe and Ito 2008), 0xRRGGBB */
static uint32_t colour_of(const ac_entity *e)
{
    static const uint32_t by_kind[AC_KIND_COUNT] = {
        [AC_KIND_PROBLEM] = 0xD55E00,   [AC_KIND_SYMPTOM] = 0xE69F00, [AC_KIND_MEDICATION] = 0x0072B2,
        [AC_KIND_ALLERGY] = 0xCC79A7,   [AC_KIND_LAB] = 0x009E73,     [AC_KIND_VITAL] = 0x56B4E9,
        [AC_KIND_PROCEDURE] = 0x6A3D9A,
    };
    if (e->assertion == AC_ABSENT)
        return 0x999999;
    return by_kind[e->kind] ? by_kind[e->kind] : 0x666666;
}

static ac_rc frame_entities(const ac_note *note, ac_arena *arena, ac_layout *edit, ac_err *err)
{
    for (size_t k = 0; k < note->entities.n; k++) {
        size_t i, end;
        for (ac_layout_words(note->layout, note->entities.at[k].span, &i, &end); i < end; i++) {
            ac_region *region = ac_vec_push(&edit->regions, arena);
            if (!region)
                return ac_fail(err, AC_ELIMIT, "no room for the frames");
            *region = (ac_region) { note->layout->words.at[i].page, note->layout->words.at[i].box,
                                    colour_of(&note->entities.at[k]) };
        }
    }
    return AC_OK;
}

ac_rc ac_annotate(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out, ac_copy_report *report,
                  ac_err *err)
{
    job j = { .opt = opt, .arena = arena, .tags = { opt->process->deid->profile, AC_DEID_TAG, NULL, NULL } };
    ac_result result;
    AC_TRY(err, read_again(&j, bytes, &result, err));
    ac_layout edit = { .text = result.note->layout->text, .pages = result.note->layout->pages };
    AC_TRY(err, frame_entities(result.note, arena, &edit, err));
    *report = (ac_copy_report) { .pages = edit.pages.n, .regions = edit.regions.n, .rounds = 1 };
    return copy_of(&j, AC_CHANGE_ANNOTATE, bytes, &edit, out, err);
}
