/* Dialogues: ACI-BENCH (whole visits) and MTS-Dialog (one section each). The SOAP note that the engine writes is compared
 * with the clinician's, and every number, drug and negation in it must be in the dialogue. */
#include "app/process.h"
#include "eval/csv.h"
#include "eval/mapping.h"
#include "eval/rouge.h"
#include "eval/session.h"
#include "nlp/pipeline.h"

#include <stdlib.h>

typedef struct {
    uint32_t *at; /* concepts, ascending */
    size_t n;
} concepts;

typedef struct {
    ac_rouge rouge;                     /* sums */
    uint64_t n, empty;
    uint64_t parts, parts_right;
    ac_count number, drug, negation;    /* of our text; tp: in the dialogue, fn: not */
    ac_count kept;                      /* concepts of the clinician's note that the dialogue has; tp: in ours */
} dialogue_score;

typedef struct {
    ac_sv id, text;
    ac_note note;     /* of the dialogue */
    ac_soap soap;
    ac_sv written;    /* our note */
} visit;

static ac_rc write_note(const ac_soap *soap, ac_arena *arena, ac_sv *out, ac_err *err)
{
    const ac_items *part[] = { &soap->subjective, &soap->objective, &soap->assessment, &soap->plan };
    AC_AUTO(ac_sb) text = AC_SB(1u << 26);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < part[i]->n; k++) {
            ac_sb_add(&text, part[i]->at[k].text);
            ac_sb_add_char(&text, '\n');
        }
    AC_TRY(err, ac_sb_done(&text, err));
    *out = ac_arena_copy(arena, ac_sb_view(&text));
    return out->p ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for a note");
}

static ac_rc run_engine(ac_eval *e, visit *v, ac_err *err)
{
    ac_result result;
    ac_process_extra extra;
    ac_process_options opt = { .id = v->id, .max_bytes = 1u << 24,
                               .parts = AC_PART_SOAP | AC_PART_ENTITIES | AC_PART_SECTIONS };
    AC_TRY(err, ac_process(&opt, v->text, e->scratch, &result, &extra, err));
    v->note = *result.note;
    v->soap = result.soap;
    return write_note(&v->soap, e->scratch, &v->written, err);
}

/* ---- facts ------------------------------------------------------------------------------------------------------- */

enum { MED = 1 << AC_KIND_MEDICATION, FINDING = 1 << AC_KIND_PROBLEM | 1 << AC_KIND_SYMPTOM };

static bool counts(const ac_entity *x, uint32_t kinds, bool absent_only)
{
    return x->concept != AC_NONE && !x->in_header && kinds >> x->kind & 1 && (!absent_only || x->assertion == AC_ABSENT);
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static ac_rc concepts_of(const ac_note *note, uint32_t kinds, bool absent_only, ac_arena *arena, concepts *out, ac_err *err)
{
    concepts c = { ac_arena_alloc(arena, (note->entities.n + 1) * sizeof *c.at), 0 };
    if (!c.at)
        return ac_fail(err, AC_ELIMIT, "no room for concepts");
    for (size_t i = 0; i < note->entities.n; i++)
        if (counts(&note->entities.at[i], kinds, absent_only))
            c.at[c.n++] = note->entities.at[i].concept;
    qsort(c.at, c.n, sizeof *c.at, by_number);
    size_t n = 0;
    for (size_t i = 0; i < c.n; i++)
        if (n == 0 || c.at[n - 1] != c.at[i])
            c.at[n++] = c.at[i];
    c.n = n;
    *out = c;
    return AC_OK;
}

static bool has(const concepts *c, uint32_t concept)
{
    return c->n && bsearch(&concept, c->at, c->n, sizeof concept, by_number);
}

/* The same words with the same denial, read as another concept in other company: "folate" the vitamin and the test. */
static bool same_words(const ac_note *source, const ac_note *ours, const ac_entity *x)
{
    ac_sv words = ac_span_text(ours->text, x->span);
    for (size_t i = 0; i < source->entities.n; i++) {
        const ac_entity *y = &source->entities.at[i];
        if ((x->assertion == AC_ABSENT) == (y->assertion == AC_ABSENT) &&
            ac_sv_eq_nocase(words, ac_span_text(source->text, y->span)))
            return true;
    }
    return false;
}

/* Every entity of our note with one of these kinds must be a concept of the dialogue. */
static ac_rc check_entities(ac_eval *e, const ac_eval_doc *ours, const visit *v, uint32_t kinds, bool absent_only,
                            ac_count *count, ac_err *err)
{
    concepts source;
    AC_TRY(err, concepts_of(&v->note, kinds, absent_only, e->scratch, &source, err));
    for (size_t i = 0; i < ours->note.entities.n; i++) {
        const ac_entity *x = &ours->note.entities.at[i];
        if (!counts(x, kinds, absent_only))
            continue;
        bool there = has(&source, x->concept) || same_words(&v->note, &ours->note, x);
        ac_count_decision(count, true, there);
        if (!there)
            AC_TRY(err, ac_eval_error_add(e, ours, AC_EVAL_SPURIOUS, x->span, AC_SV(""),
                                          absent_only ? AC_SV("negation") : AC_SV("drug"), err));
    }
    return AC_OK;
}

typedef struct {
    ac_sv *at;
    size_t n;
} numbers;

static int by_bytes(const void *a, const void *b)
{
    const ac_sv *x = a, *y = b;
    return ac_sv_cmp(*x, *y);
}

static bool numbers_of(const ac_note *note, ac_arena *arena, numbers *out)
{
    *out = (numbers) { ac_arena_alloc(arena, (note->tokens.n + 1) * sizeof(ac_sv)), 0 };
    for (size_t i = 0; out->at && i < note->tokens.n; i++)
        if (note->tokens.at[i].kind == AC_TOKEN_NUMBER)
            out->at[out->n++] = ac_sv_sub(note->text, note->tokens.at[i].begin, note->tokens.at[i].end);
    if (out->at)
        qsort(out->at, out->n, sizeof(ac_sv), by_bytes);
    return out->at != NULL;
}

static ac_rc check_numbers(ac_eval *e, const ac_eval_doc *ours, const visit *v, ac_count *count, ac_err *err)
{
    numbers source;
    if (!numbers_of(&v->note, e->scratch, &source))
        return ac_fail(err, AC_ELIMIT, "no room for numbers");
    for (size_t i = 0; i < ours->note.tokens.n; i++) {
        const ac_token *t = &ours->note.tokens.at[i];
        ac_sv s = ac_sv_sub(ours->note.text, t->begin, t->end);
        if (t->kind != AC_TOKEN_NUMBER)
            continue;
        bool there = bsearch(&s, source.at, source.n, sizeof s, by_bytes) != NULL;
        ac_count_decision(count, true, there);
        if (!there)
            AC_TRY(err, ac_eval_error_add(e, ours, AC_EVAL_SPURIOUS, ac_span_of(t->begin, t->end), AC_SV(""),
                                          AC_SV("number"), err));
    }
    return AC_OK;
}

static ac_rc count_kept(ac_eval *e, const ac_eval_doc *ours, const ac_eval_doc *gold, const visit *v, ac_count *kept,
                        ac_err *err)
{
    concepts said = { 0 }, wanted = { 0 }, written = { 0 };
    AC_TRY(err, concepts_of(&v->note, MED | FINDING, false, e->scratch, &said, err));
    AC_TRY(err, concepts_of(&gold->note, MED | FINDING, false, e->scratch, &wanted, err));
    if (ours)
        AC_TRY(err, concepts_of(&ours->note, MED | FINDING, false, e->scratch, &written, err));
    for (size_t i = 0; i < wanted.n; i++)
        if (has(&said, wanted.at[i]))
            ac_count_decision(kept, true, has(&written, wanted.at[i]));
    return AC_OK;
}

static ac_rc score_facts(ac_eval *e, const visit *v, ac_sv reference, dialogue_score *s, ac_err *err)
{
    ac_eval_doc ours, gold;
    bool any = ac_sv_trim(v->written).n > 0;
    AC_TRY(err, ac_eval_open(e, v->id, reference, &v->note.lang, &gold, err));
    AC_TRY(err, ac_analyse(&gold.note, err));
    if (any) {
        AC_TRY(err, ac_eval_open(e, v->id, v->written, &v->note.lang, &ours, err));
        AC_TRY(err, ac_analyse(&ours.note, err));
        AC_TRY(err, check_numbers(e, &ours, v, &s->number, err));
        AC_TRY(err, check_entities(e, &ours, v, MED, false, &s->drug, err));
        AC_TRY(err, check_entities(e, &ours, v, FINDING, true, &s->negation, err));
    }
    return count_kept(e, any ? &ours : NULL, &gold, v, &s->kept, err);
}

/* ---- corpora ----------------------------------------------------------------------------------------------------- */

/* The part with the most text. */
static char main_part(const ac_soap *soap)
{
    const ac_items *part[] = { &soap->subjective, &soap->objective, &soap->assessment, &soap->plan };
    size_t best = 0;
    char letter = '-';
    for (size_t i = 0; i < 4; i++) {
        size_t n = 0;
        for (size_t k = 0; k < part[i]->n; k++)
            n += part[i]->at[k].text.n;
        if (n > best) {
            best = n;
            letter = "SOAP"[i];
        }
    }
    return letter;
}

/* Nothing came of a dialogue: show how it begins. */
static ac_rc note_empty(ac_eval *e, const visit *v, ac_sv section, ac_err *err)
{
    enum { SHOWN = 60 };
    ac_eval_doc d = { .id = v->id, .note = v->note };
    ac_sv name = ac_arena_copy(e->arena, section.n ? section : AC_SV("note"));
    size_t end = v->note.text.n < SHOWN ? v->note.text.n : SHOWN;
    while (end < v->note.text.n && ((unsigned char)v->note.text.p[end] & 0xC0) == 0x80)
        end++;
    return name.p ? ac_eval_error_add(e, &d, AC_EVAL_MISSED, ac_span_of(0, end), name, AC_SV(""), err)
                  : ac_fail(err, AC_ELIMIT, "no room for an error example");
}

static ac_rc score_visit(ac_eval *e, visit *v, ac_sv reference, ac_sv section, dialogue_score *s, ac_err *err)
{
    ac_rouge r;
    char part = ac_mts_part(section);
    if (!ac_sv_trim(v->text).n || !ac_sv_trim(reference).n)
        return AC_OK;
    AC_TRY(err, run_engine(e, v, err));
    AC_TRY(err, ac_rouge_score(reference, v->written, e->scratch, &r, err));
    s->rouge.one += r.one;
    s->rouge.two += r.two;
    s->rouge.lsum += r.lsum;
    s->n++;
    if (!ac_sv_trim(v->written).n) {
        s->empty++;
        AC_TRY(err, note_empty(e, v, section, err));
    }
    s->parts += part != '-';
    s->parts_right += part != '-' && part == main_part(&v->soap);
    return score_facts(e, v, reference, s, err);
}

static ac_rc report_facts(ac_eval *e, const char *type, ac_count c, ac_err *err)
{
    return ac_eval_part(e, "unsupported", ac_sv_z(type), c.fn, c.tp + c.fn, err);
}

static ac_rc report_dialogue(ac_eval *e, const dialogue_score *s, ac_err *err)
{
    double n = s->n ? (double)s->n : 1;
    AC_TRY(err, ac_eval_value(e, "rouge-1", AC_SV(""), s->rouge.one / n, s->n, err));
    AC_TRY(err, ac_eval_value(e, "rouge-2", AC_SV(""), s->rouge.two / n, s->n, err));
    AC_TRY(err, ac_eval_value(e, "rouge-lsum", AC_SV(""), s->rouge.lsum / n, s->n, err));
    ac_count all = s->number;
    ac_count_add(&all, s->drug);
    ac_count_add(&all, s->negation);
    AC_TRY(err, report_facts(e, "", all, err));
    AC_TRY(err, report_facts(e, "number", s->number, err));
    AC_TRY(err, report_facts(e, "drug", s->drug, err));
    AC_TRY(err, report_facts(e, "negation", s->negation, err));
    AC_TRY(err, ac_eval_share(e, "facts-kept", s->kept.tp, s->kept.tp + s->kept.fn, err));
    AC_TRY(err, ac_eval_share(e, "nothing-written", s->empty, s->n, err));
    if (s->parts)
        AC_TRY(err, ac_eval_share(e, "soap-part-accuracy", s->parts_right, s->parts, err));
    return AC_OK;
}

enum { COLUMNS = 4 }; /* id, dialogue, reference text, section (may be missing) */

/* The rows below the header. */
static ac_rc score_rows(ac_eval *e, ac_sv rest, const size_t column[COLUMNS], size_t width, ac_arena *cells,
                        dialogue_score *s, ac_err *err)
{
    for (uint64_t number = 2;; number++) {
        ac_csv_row row;
        bool done;
        ac_sv c[COLUMNS] = { 0 };
        AC_TRY(err, ac_csv_next(&rest, cells, &row, &done, err));
        if (done)
            return AC_OK;
        if (row.n != width) /* most likely a quote that is not closed */
            return ac_fail(err, AC_EINPUT, "row %lu has %lu cells instead of %lu", (unsigned long)number,
                           (unsigned long)row.n, (unsigned long)width);
        for (size_t k = 0; k < COLUMNS; k++)
            c[k] = column[k] < row.n ? row.cell[column[k]] : AC_SV("");
        ac_eval_next(e);
        AC_TRY(err, score_visit(e, &(visit) { .id = c[0], .text = c[1] }, c[2], c[3], s, err));
    }
}

static ac_rc score_table(ac_eval *e, const char *const names[COLUMNS], ac_err *err)
{
    dialogue_score s = { 0 };
    AC_AUTO_PTR(ac_arena) cells = ac_arena_new((size_t)1 << 30);
    if (!cells)
        return ac_fail(err, AC_ENOMEM, "no memory for a table");
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file;
        ac_csv_row row;
        bool done;
        size_t column[COLUMNS];
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer, &file, err));
        AC_TRY(err, ac_csv_next(&file, cells, &row, &done, err));
        for (size_t k = 0; k < COLUMNS; k++)
            column[k] = done ? AC_CSV_CELLS : ac_csv_column(&row, names[k]);
        if (column[1] == AC_CSV_CELLS || column[2] == AC_CSV_CELLS)
            return ac_fail(err, AC_EINPUT, "a column is missing in line 1");
        AC_TRY(err, score_rows(e, file, column, row.n, cells, &s, err));
    }
    return report_dialogue(e, &s, err);
}

ac_rc ac_score_aci_bench(ac_eval *e, ac_err *err)
{
    static const char *const names[COLUMNS] = { "encounter_id", "dialogue", "note", "" };
    return score_table(e, names, err);
}

ac_rc ac_score_mts_dialog(ac_eval *e, ac_err *err)
{
    static const char *const names[COLUMNS] = { "ID", "dialogue", "section_text", "section_header" };
    return score_table(e, names, err);
}
