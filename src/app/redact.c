#include "app/redact.h"

enum { ROUNDS_MAX = 4, VALUE_LEAST = 3, NUMBER_LEAST = 5 }; /* bytes of a value worth looking for anywhere; digits of a number */

typedef struct {
    const ac_copy_options *opt;
    ac_arena *arena;
    AC_VEC(ac_sv) values;    /* what was to be hidden in any round */
    const ac_note *note;     /* of this round */
    bool *touched;           /* per word of the layout: it is to go */
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

/* ---- what must go ------------------------------------------------------------------------------------------------- */

static void touch(job *j, ac_span span)
{
    size_t i, end;
    for (ac_layout_words(j->note->layout, span, &i, &end); i < end; i++) {
        j->n_touched += !j->touched[i];
        j->touched[i] = true;
    }
}

/* A value that says nothing of anybody where it stands alone: initials, short numbers. */
static bool is_telling(ac_sv value)
{
    size_t letters = 0, digits = 0;
    for (size_t i = 0; i < value.n; i++) {
        digits += ac_is_digit(value.p[i]);
        letters += ac_is_alpha(value.p[i]) || (unsigned char)value.p[i] >= 0x80;
    }
    return letters ? letters + digits >= VALUE_LEAST : digits >= NUMBER_LEAST;
}

static bool is_word_byte(char c) { return ac_is_alnum(c) || (unsigned char)c >= 0x80; }

/* Wherever the value stands as words of its own. */
static void touch_value(job *j, ac_sv value)
{
    const ac_sv text = j->note->text;
    const char *end = text.p + text.n;
    for (const char *p = text.p; p && (p = memmem(p, (size_t)(end - p), value.p, value.n)); p++)
        if ((p == text.p || !is_word_byte(p[-1])) && (p + value.n == end || !is_word_byte(p[value.n])))
            touch(j, ac_span_of((size_t)(p - text.p), (size_t)(p - text.p) + value.n));
}

static ac_rc remember(job *j, ac_sv value, ac_err *err)
{
    value = ac_sv_trim(value);
    if (!is_telling(value))
        return AC_OK;
    for (size_t i = 0; i < j->values.n; i++)
        if (ac_sv_eq(j->values.at[i], value))
            return AC_OK;
    ac_sv *at = ac_vec_push(&j->values, j->arena);
    if (!at)
        return ac_fail(err, AC_ELIMIT, "no room for what is to be hidden");
    *at = value;
    return AC_OK;
}

static ac_rc find_all(job *j, const ac_result *r, ac_err *err)
{
    j->note = r->note;
    j->n_touched = 0;
    j->touched = ac_arena_alloc(j->arena, r->note->layout->words.n + 1);
    if (!j->touched)
        return ac_fail(err, AC_ELIMIT, "no room for what is to be hidden");
    for (size_t i = 0; i < r->deidentified.n_cuts; i++) {
        touch(j, r->deidentified.cuts[i].span);
        AC_TRY(err, remember(j, ac_span_text(r->note->text, r->deidentified.cuts[i].span), err));
    }
    for (size_t i = 0; i < j->values.n; i++)
        touch_value(j, j->values.at[i]);
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

/* The first copy is made in any case: what is not on the pages goes with it. Later ones only while something is still found. */
static ac_rc redact(job *j, ac_sv bytes, ac_sb *out, ac_copy_report *report, ac_err *err)
{
    AC_AUTO(ac_sb) last = AC_SB(out->max);
    for (report->rounds = 1; report->rounds <= ROUNDS_MAX; report->rounds++) {
        ac_result result;
        ac_layout edit;
        AC_TRY(err, read_again(j, bytes, &result, err));
        AC_TRY(err, find_all(j, &result, err));
        if (report->rounds > 1 && !j->n_touched)
            return AC_OK;
        AC_TRY(err, plan(j, &edit, err));
        report->pages = edit.pages.n;
        report->regions += edit.regions.n;
        AC_TRY(err, copy_of(j, AC_CHANGE_REDACT, bytes, &edit, out, err));
        ac_sb_clear(&last);
        ac_sb_add(&last, ac_sb_view(out));
        AC_TRY(err, ac_sb_done(&last, err));
        bytes = ac_sb_view(&last);
    }
    return ac_fail(err, AC_EINTERNAL, "what is to be hidden was still found in the copy: nothing is written");
}

ac_rc ac_redact(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out, ac_copy_report *report, ac_err *err)
{
    job j = { .opt = opt, .arena = arena };
    *report = (ac_copy_report) { 0 };
    ac_rc rc = redact(&j, bytes, out, report, err);
    if (rc != AC_OK)
        ac_sb_clear(out);
    return rc;
}

/* ---- where facts were found ----------------------------------------------------------------------------------------- */

/* colour-blind safe (Okabe and Ito 2008), 0xRRGGBB */
static uint32_t colour_of(const ac_entity *e)
{
    static const uint32_t by_kind[AC_KIND_COUNT] = {
        [AC_KIND_PROBLEM] = 0xD55E00, [AC_KIND_SYMPTOM] = 0xE69F00, [AC_KIND_MEDICATION] = 0x0072B2, [AC_KIND_ALLERGY] = 0xCC79A7,
        [AC_KIND_LAB] = 0x009E73, [AC_KIND_VITAL] = 0x56B4E9, [AC_KIND_PROCEDURE] = 0x6A3D9A,
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
            *region = (ac_region) { note->layout->words.at[i].page, note->layout->words.at[i].box, colour_of(&note->entities.at[k]) };
        }
    }
    return AC_OK;
}

ac_rc ac_annotate(const ac_copy_options *opt, ac_sv bytes, ac_arena *arena, ac_sb *out, ac_copy_report *report, ac_err *err)
{
    job j = { .opt = opt, .arena = arena };
    ac_result result;
    AC_TRY(err, read_again(&j, bytes, &result, err));
    ac_layout edit = { .text = result.note->layout->text, .pages = result.note->layout->pages };
    AC_TRY(err, frame_entities(result.note, arena, &edit, err));
    *report = (ac_copy_report) { edit.pages.n, edit.regions.n, 1 };
    return copy_of(&j, AC_CHANGE_ANNOTATE, bytes, &edit, out, err);
}
