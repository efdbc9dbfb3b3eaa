/* Redacted copies of documents that are words in a structure: the loop that they share, and what a message, a C-CDA
 * document and an Office file are to it. */
#include "app/redact_job.h"

#include "interop/ccda/ccda_read.h"
#include "interop/ccda/ccda_redact.h"
#include "interop/chart/chart.h"
#include "interop/hl7/hl7_read.h"
#include "interop/hl7/hl7_redact.h"
#include "nlp/text/language.h"

enum { WORDS_LEAST = 2, MADE_LEAST = 2, DIGITS_LEAST = 5, ARENA_PER_BYTE = 512, ROUND_ARENA = 64 << 20 };

/* ---- what was hidden ---- */

ac_rc ac_redact_read_words(ac_redact_job *j, ac_sv text, const ac_given *given, ac_result *out, ac_process_extra *extra,
                           ac_err *err)
{
    ac_process_options process = *j->opt->process;
    process.parts = AC_PART_PHI | AC_PART_DEIDENTIFIED;
    process.deid = &j->deid;
    process.given = given;
    process.lang = j->lang;
    process.max_bytes = SIZE_MAX; /* it is the document that was measured */
    return ac_process(&process, text, j->arena, out, extra, err);
}

static bool is_keyed(ac_deid_mode mode) { return mode == AC_DEID_SURROGATE || mode == AC_DEID_DATE_SHIFT; }

static bool moves_dates(const ac_deid_options *deid) { return deid->prf && is_keyed(deid->mode); }

/* Would it identify wherever it stands? A first name, a city, an age may stand elsewhere and mean something else: there
 * the engine decides. A moved date may be one that another date was before. */
static bool is_sought(const ac_redact_job *j, const ac_phi_item *item, ac_sv value)
{
    size_t words = 0, digits = 0;
    bool in_word = false;
    for (size_t i = 0; i < value.n; i++) {
        const bool letter = ac_is_alnum(value.p[i]) || (unsigned char)value.p[i] >= 0x80;
        words += letter && !in_word;
        in_word = letter;
        digits += ac_is_digit(value.p[i]);
    }
    switch ((ac_phi_type)item->type) {
    case AC_PHI_AGE:
    case AC_PHI_SEX:
    case AC_PHI_KINSHIP:
    case AC_PHI_PROFESSION:
    case AC_PHI_OTHER:
        return false;
    case AC_PHI_DATE:
        return digits >= DIGITS_LEAST && !moves_dates(&j->deid);
    default:
        return words >= WORDS_LEAST || digits >= DIGITS_LEAST;
    }
}

ac_rc ac_redact_remember(ac_redact_job *j, const ac_result *r, ac_err *err)
{
    for (size_t i = 0; i < r->note->phi.n; i++) {
        const ac_phi_item *item = &r->note->phi.at[i];
        const ac_sv value = ac_span_text(r->note->text, item->span);
        const bool guess = item->method != AC_METHOD_SOURCE &&
                           ac_note_is_closed(r->note, item->span.begin); /* a number may be a result */
        if (!guess && ac_deid_hides(j->deid.profile, r->note, item) && is_sought(j, item, value) &&
            !ac_value_set_add(&j->values, value))
            return ac_fail(err, AC_ELIMIT, "no room for what is to be hidden");
    }
    return AC_OK;
}

ac_rc ac_redact_check(const ac_redact_job *j, ac_sv bytes, ac_err *err)
{
    size_t at = 0;
    ac_span span;
    return ac_value_set_next(&j->values, bytes, &at, &span) ? ac_fail(err, AC_EINTERNAL, AC_REDACT_STILL) : AC_OK;
}

/* Words that stand before names; not names themselves. */
static bool is_title(ac_sv word)
{
    static const char *const titles[] = { "Mr",   "Mrs", "Ms",  "Miss", "Dr",  "Prof", "Sr", "Sra",
                                          "Srta", "Dra", "Don", "Doña", "Dña", "D",    NULL };
    return ac_sv_one_of(word, titles);
}

static bool is_word_byte(char c) { return ac_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80; }

bool ac_redact_is_made(ac_sv text, ac_span cut)
{
    bool made = false, telling = false;
    for (size_t i = cut.begin, end; i < cut.end; i = end) {
        for (end = i; end < cut.end && is_word_byte(text.p[end]);)
            end++;
        const ac_sv word = ac_sv_sub(text, i, end);
        const bool bracketed = word.n && i && text.p[i - 1] == '[' && end < text.n && text.p[end] == ']';
        const bool name = word.n && !bracketed && !ac_is_lower(word.p[0]) && !is_title(word);
        made |= bracketed || text.p[i] == '*';
        telling |= name && (word.n >= MADE_LEAST || ac_is_digit(word.p[0]));
        end += end == i;
    }
    return made && !telling;
}

/* ---- the loop ---- */

static uint32_t place_in_text(const void *source, uint32_t at) { return ac_source_text_at(source, at); }
static uint32_t same_place(const void *source, uint32_t at) { return (void)source, at; }

/* Of a copy that was made already. */
static void drop_made(ac_sv text, ac_deidentified *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->n_cuts; i++)
        if (!ac_redact_is_made(text, d->cuts[i].span))
            d->cuts[kept++] = d->cuts[i];
    d->n_cuts = kept;
}

/* What the engine finds on the sheet; how much of it goes. */
static ac_rc read_sheet(ac_redact_job *j, ac_sheet *s, bool first, size_t *cuts, ac_err *err)
{
    static const ac_deidentified nothing = { 0 };
    ac_result result;
    ac_process_extra extra;
    *cuts = 0;
    if (!ac_sv_trim(s->text).n)
        return ac_sheet_fill(s, s->text, &nothing, same_place, NULL, err);
    if (!j->lang && ac_sv_trim(ac_sb_view(&s->prose)).n) { /* codes and names have none */
        double sure;
        j->found = ac_detect_language(ac_sb_view(&s->prose), &sure);
        j->lang = &j->found;
    }
    AC_TRY(err, ac_redact_read_words(j, s->text, &s->given, &result, &extra, err));
    if (first)
        AC_TRY(err, ac_redact_remember(j, &result, err));
    else
        drop_made(result.note->text, &result.deidentified);
    *cuts = result.deidentified.n_cuts;
    return ac_sheet_fill(s, result.note->text, &result.deidentified, place_in_text, &extra.source, err);
}

bool ac_redact_finds_again(const ac_redact_job *j)
{
    return j->deid.mode == AC_DEID_TAG || j->deid.mode == AC_DEID_MASK || !j->deid.prf;
}

typedef struct {
    ac_sheet sheet;
    ac_sb made;
    size_t cuts;
} round_of;

static void round_of_cleanup(round_of *r)
{
    ac_sheet_cleanup(&r->sheet);
    ac_sb_cleanup(&r->made);
}

/* Read bytes, and write them anew unless nothing is to be hidden in them any more. */
static ac_rc one_round(ac_redact_job *j, const ac_redact_format *format, ac_sv bytes, bool first, round_of *r,
                       ac_err *err)
{
    AC_AUTO(ac_sb) unused = AC_SB(r->made.max);
    void *doc;
    AC_TRY(err, format->read(j, bytes, &doc, err));
    if (first && j->opt->key && is_keyed(j->deid.mode)) {
        ac_sv subject = AC_SV("");
        AC_TRY(err, format->subject(j, doc, &subject, err));
        AC_TRY(err, j->opt->key(j->opt->context, subject, &j->deid, err));
    }
    ac_sheet_init(&r->sheet, &j->deid, j->arena);
    AC_TRY(err, format->walk(j, doc, &r->sheet, &unused, err));
    AC_TRY(err, ac_sheet_close(&r->sheet, err));
    if (!first && !ac_redact_finds_again(j))
        return ac_redact_check(j, r->sheet.text, err);
    AC_TRY(err, read_sheet(j, &r->sheet, first, &r->cuts, err));
    if (!first && !r->cuts)
        return ac_redact_check(j, r->sheet.text, err);
    j->report->replaced += r->cuts;
    AC_TRY(err, format->walk(j, doc, &r->sheet, &r->made, err));
    j->report->left_out += first ? r->sheet.left_out : 0;
    return ac_sheet_done(&r->sheet, err);
}

static ac_rc rounds(ac_redact_job *j, const ac_redact_format *format, ac_sv bytes, ac_sb *out, ac_err *err)
{
    AC_AUTO(ac_sb) last = AC_SB(out->max);
    for (uint32_t k = 1; k <= AC_REDACT_ROUNDS; k++) {
        AC_AUTO(round_of) r = { .made = AC_SB(out->max) };
        j->report->rounds = k > j->report->rounds ? k : j->report->rounds;
        AC_TRY(err, one_round(j, format, bytes, k == 1, &r, err));
        if (k > 1 && !r.cuts) {
            AC_TRY(err, ac_redact_check(j, bytes, err));
            ac_sb_add(out, bytes);
            j->report->parts++;
            return ac_sb_done(out, err);
        }
        ac_sb_clear(&last);
        ac_sb_add(&last, ac_sb_view(&r.made));
        AC_TRY(err, ac_sb_done(&last, err));
        bytes = ac_sb_view(&last);
        ac_arena_reset(j->arena);
    }
    return ac_fail(err, AC_EINTERNAL, AC_REDACT_STILL);
}

/* In memory of its own, of which each round has all. */
ac_rc ac_redact_by_sheet(ac_redact_job *j, const ac_redact_format *format, ac_sv bytes, ac_sb *out, ac_err *err)
{
    ac_arena *whole = j->arena;
    AC_AUTO_PTR(ac_arena) own = ac_arena_new(ROUND_ARENA + j->opt->process->max_bytes * ARENA_PER_BYTE);
    if (!own)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    j->arena = own;
    j->lang = j->opt->process->lang;
    const ac_rc rc = rounds(j, format, bytes, out, err);
    j->arena = whole;
    return rc;
}

/* ---- whose document it is, as the chart says ---- */

static ac_rc subject_of(ac_redact_job *j, const ac_record *record, ac_sv *out, ac_err *err)
{
    ac_charts charts;
    AC_TRY(err, ac_charts_make(&(ac_chart_source) { .record = record, .lang = j->opt->process->lang }, j->arena,
                               &charts, err));
    *out = charts.n ? charts.at[0].subject : AC_SV("");
    return AC_OK;
}

/* ---- HL7 v2 ---- */

static ac_rc hl7_read(ac_redact_job *j, ac_sv bytes, void **doc, ac_err *err)
{
    ac_hl7_message *m = ac_arena_alloc(j->arena, sizeof *m);
    if (!m)
        return ac_fail(err, AC_ELIMIT, "no room for a message");
    *doc = m;
    return ac_hl7_parse(bytes, j->arena, m, err);
}

static ac_rc hl7_subject(ac_redact_job *j, void *doc, ac_sv *out, ac_err *err)
{
    ac_hl7_messages messages;
    AC_TRY(err, ac_hl7_read(((const ac_hl7_message *)doc)->bytes, j->arena, &messages, err));
    return subject_of(j, &messages.at[0].record, out, err);
}

static ac_rc hl7_walk(ac_redact_job *j, void *doc, ac_sheet *sheet, ac_sb *out, ac_err *err)
{
    return ac_hl7_redact(doc, j->number, sheet, out, err);
}

/* Each message is a document of its own. What one of them hides is looked for in all, unless invented values stand
 * there: another patient may have that name. */
ac_rc ac_redact_hl7(ac_redact_job *j, ac_sv bytes, ac_sb *out, ac_err *err)
{
    static const ac_redact_format format = { hl7_read, hl7_subject, hl7_walk };
    ac_hl7_parts parts = { 0 };
    AC_TRY(err, ac_hl7_cut(bytes, j->arena, &parts, err));
    for (j->number = 1; j->number <= parts.n; j->number++) {
        if (moves_dates(&j->deid))
            ac_value_set_init(&j->values, j->arena);
        AC_TRY(err, ac_redact_by_sheet(j, &format, parts.at[j->number - 1], out, err));
    }
    return moves_dates(&j->deid) ? AC_OK : ac_redact_check(j, ac_sb_view(out), err);
}

/* ---- C-CDA ---- */

static ac_rc read_media(ac_redact_job *j, ac_sv bytes, ac_media_document *doc, ac_err *err)
{
    ac_media_options reading = j->opt->reading;
    reading.ocr_all = true;
    return ac_media_read(j->opt->media, &reading, bytes, j->arena, doc, err);
}

static ac_rc ccda_read(ac_redact_job *j, ac_sv bytes, void **doc, ac_err *err)
{
    ac_media_document *d = ac_arena_alloc(j->arena, sizeof *d);
    if (!d)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    *doc = d;
    AC_TRY(err, read_media(j, bytes, d, err));
    return ac_ccda_is(d->tree) ? AC_OK : ac_fail(err, AC_EINPUT, "XML of a kind that cannot be redacted");
}

static ac_rc ccda_subject(ac_redact_job *j, void *doc, ac_sv *out, ac_err *err)
{
    ac_ccda *document = ac_arena_alloc(j->arena, sizeof *document);
    if (!document)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    AC_TRY(err, ac_ccda_read(((const ac_media_document *)doc)->tree, j->arena, document, err));
    return subject_of(j, &document->record, out, err);
}

static ac_rc ccda_walk(ac_redact_job *j, void *doc, ac_sheet *sheet, ac_sb *out, ac_err *err)
{
    (void)j;
    return ac_ccda_redact(((const ac_media_document *)doc)->tree, sheet, out, err);
}

const ac_redact_format ac_redact_ccda = { ccda_read, ccda_subject, ccda_walk };

/* ---- Office files: paragraphs and tables ---- */

typedef struct {
    ac_media_document media;
    ac_sv bytes;
} office;

static ac_rc office_read(ac_redact_job *j, ac_sv bytes, void **doc, ac_err *err)
{
    office *o = ac_arena_alloc(j->arena, sizeof *o);
    if (!o)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    o->bytes = bytes;
    *doc = o;
    return read_media(j, bytes, &o->media, err);
}

static ac_rc office_subject(ac_redact_job *j, void *doc, ac_sv *out, ac_err *err)
{
    (void)j, (void)doc, (void)err;
    *out = AC_SV("");
    return AC_OK;
}

/* Who wrote it is told by the old file only: a name to be looked for, but nothing of the new one. */
static void put_authors(const ac_layout *l, ac_sheet *sheet)
{
    for (size_t i = 0; i < l->meta.n; i++)
        if (ac_sv_eq(l->meta.at[i].name, AC_SV("author")) || ac_sv_eq(l->meta.at[i].name, AC_SV("last_modified_by")))
            (void)ac_sheet_known(sheet, AC_PHI_STAFF, l->meta.at[i].value);
}

/* The text up to there, as a piece that goes on where the last one ended. */
static void put_until(const ac_layout *l, size_t *at, size_t end, ac_sheet *sheet, ac_sb *text)
{
    if (end > *at)
        ac_sb_add(text, ac_sheet_words(sheet, *at ? AC_SHEET_GOES_ON : AC_SHEET_LINE, ac_sv_sub(l->text, *at, end)));
    *at = end > *at ? end : *at;
}

/* Copies of the cells and headings, and the ends of their spans in the order of the text. */
static uint32_t **take_ends(const ac_layout *l, ac_layout *edit, ac_arena *arena)
{
    const size_t cells = l->cells.n, headings = l->headings.n;
    edit->cells.at = ac_arena_alloc(arena, (cells + 1) * sizeof *edit->cells.at);
    edit->headings.at = ac_arena_alloc(arena, (headings + 1) * sizeof *edit->headings.at);
    uint32_t **ends = ac_arena_alloc(arena, 2 * (cells + headings + 1) * sizeof *ends);
    if (!edit->cells.at || !edit->headings.at || !ends)
        return NULL;
    edit->cells.n = cells;
    edit->headings.n = headings;
    for (size_t i = 0; i < cells; i++)
        edit->cells.at[i] = l->cells.at[i];
    for (size_t i = 0; i < headings; i++)
        edit->headings.at[i] = l->headings.at[i];
    for (size_t n = 0, c = 0, h = 0; n < 2 * (cells + headings); n++) {
        uint32_t *cell =
            c < 2 * cells ? (c % 2 ? &edit->cells.at[c / 2].span.end : &edit->cells.at[c / 2].span.begin) : NULL;
        uint32_t *heading = h < 2 * headings
                                ? (h % 2 ? &edit->headings.at[h / 2].span.end : &edit->headings.at[h / 2].span.begin)
                                : NULL;
        const bool next_is_cell = cell && (!heading || *cell <= *heading);
        ends[n] = next_is_cell ? cell : heading;
        c += next_is_cell;
        h += !next_is_cell;
    }
    return ends;
}

static ac_rc put_text(const ac_layout *l, ac_sheet *sheet, ac_layout *edit, ac_sb *text, ac_err *err)
{
    size_t at = 0;
    uint32_t **ends = take_ends(l, edit, sheet->arena);
    if (!ends)
        return ac_fail(err, AC_ELIMIT, "no room for the tables of the document");
    for (size_t i = 0; i < 2 * (l->cells.n + l->headings.n); i++) {
        put_until(l, &at, *ends[i], sheet, text);
        *ends[i] = (uint32_t)text->n;
    }
    put_until(l, &at, l->text.n, sheet, text);
    return ac_sb_done(text, err);
}

static ac_rc office_walk(ac_redact_job *j, void *doc, ac_sheet *sheet, ac_sb *out, ac_err *err)
{
    const office *o = doc;
    const ac_layout *l = &o->media.layout;
    AC_AUTO(ac_sb) text = AC_SB(UINT32_MAX);
    ac_layout edit = { .media_type = l->media_type };
    put_authors(l, sheet);
    AC_TRY(err, put_text(l, sheet, &edit, &text, err));
    sheet->left_out = l->attachments.n;
    edit.text = ac_sb_view(&text);
    return sheet->filled ? ac_media_make(j->opt->media, &j->opt->reading, AC_CHANGE_REDACT, o->bytes, &edit, out, err)
                         : AC_OK;
}

const ac_redact_format ac_redact_office = { office_read, office_subject, office_walk };
