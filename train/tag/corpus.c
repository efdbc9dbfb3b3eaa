#include "tag/corpus.h"

#include "eval/brat.h"
#include "nlp/phi/phi.h"
#include "nlp/pipeline.h"
#include "nlp/tag/tag_input.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1 << 30, SLOTS = 1 << 24, FILE_MAX = 64 << 20, SEQUENCE_MAX = 400 };

static const char *const pharma[][2] = {
    { "NORMALIZABLES", "drug" }, { "NO_NORMALIZABLES", "drug" }, { "PROTEINAS", "protein" }, { NULL, NULL },
};
static const char *const same[][2] = { { NULL, NULL } };
static const char *const cases[][2] = {
    { "Age", "Age" }, { "Sex", "Sex" }, { "Sign_symptom", "Sign_symptom" }, { "Disease_disorder", "Disease_disorder" },
    { "Medication", "Medication" }, { "Dosage", "Dosage" }, { "Administration", "Administration" }, { "Frequency", "Frequency" },
    { "Duration", "Duration" }, { "Lab_value", "Lab_value" }, { "Diagnostic_procedure", "Diagnostic_procedure" },
    { "Therapeutic_procedure", "Therapeutic_procedure" }, { "Biological_structure", "Biological_structure" },
    { "Severity", "Severity" }, { "Date", "Date" }, { "Clinical_event", "Clinical_event" }, { NULL, NULL },
};
/* What the rules cannot find by a shape or a check: people and places. */
static const char *const people[][2] = {
    { "PATIENT", "NAME" }, { "STAFF", "NAME" }, { "RELATIVE", "NAME" }, { "LOCATION", "LOCATION" }, { "STREET", "LOCATION" },
    { "HOSPITAL", "HOSPITAL" }, { "ORGANISATION", "HOSPITAL" }, { "UNSCORED", "?" }, { NULL, NULL },
};
enum { BY_LEXICON = 1 << 0, BY_TIMES = 1 << (AC_TAG_TIME - AC_TAG_LEX) | 1 << (AC_TAG_SIG - AC_TAG_LEX), BY_RULES = 1 << (AC_TAG_PHI - AC_TAG_LEX) | 1 << (AC_TAG_NAME - AC_TAG_LEX) };
static const task tasks[] = {
    { "es-pharma", "es", BY_LEXICON, pharma },
    { "es-phi", "es", BY_RULES, same },
    { "en-clinical", "en", BY_LEXICON | BY_TIMES, cases },
    { "en-phi", "en", BY_RULES, people },
};

const task *task_find(ac_sv name)
{
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
        if (ac_sv_eq(ac_sv_z(tasks[i].task), name))
            return &tasks[i];
    return NULL;
}

/* ---- features ---------------------------------------------------------------------------------------------------- */

static bool printable(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
            return false;
    return true;
}

static uint32_t *slot_of(corpus *c, uint64_t key, int offset)
{
    size_t i = ac_tag_mix(key, (uint64_t)offset + 8) & (c->n_slots - 1);
    while (c->slots[i] && (c->features.at[c->slots[i] - 1].key != key || c->features.at[c->slots[i] - 1].offset != offset))
        i = (i + 1) & (c->n_slots - 1);
    return &c->slots[i];
}

static ac_rc add(corpus *c, ac_tag_template t, ac_sv value, int offset, ac_err *err)
{
    uint64_t key = ac_tag_key(t, value);
    if (!printable(value))
        return AC_OK;
    uint32_t *slot = slot_of(c, key, offset);
    if (!*slot) {
        feature *f = ac_vec_push(&c->features, c->arena);
        if (!f || c->features.n * 2 > c->n_slots)
            return ac_fail(err, AC_ELIMIT, "no room for a feature");
        *f = (feature) { .key = key, .name = (uint32_t)c->names.n, .offset = (int8_t)offset, .template = (uint8_t)t };
        ac_sb_addf(&c->names, "%s=", ac_tag_template_name(t));
        ac_sb_add(&c->names, value);
        ac_sb_add_char(&c->names, '\0');
        *slot = (uint32_t)c->features.n;
    }
    c->features.at[*slot - 1].count++;
    uint32_t *id = ac_vec_push(&c->ids, c->arena);
    if (!id)
        return ac_fail(err, AC_ELIMIT, "no room for a feature");
    *id = *slot - 1;
    return AC_OK;
}

/* Of one token: the features of its word and of its classes. */
typedef struct {
    ac_tag_word word;
    ac_tag_feature at[AC_TAG_WORD_FEATURES + AC_TAG_CLASSES];
    char names[AC_TAG_CLASSES][AC_TAG_NAME_BYTES];
    size_t n;
} token_features;

static void read_features(const task *t, const ac_tag_input *in, uint32_t i, token_features *f)
{
    const ac_token *token = &in->note->tokens.at[i];
    ac_tag_word_read(ac_sv_sub(in->note->text, token->begin, token->end), (ac_token_kind)token->kind, &f->word);
    f->n = ac_tag_norm_features(&f->word, (ac_token_kind)token->kind, f->at);
    f->n += ac_tag_shape_features(&f->word, f->at + f->n);
    for (size_t k = 0; k < AC_TAG_CLASSES; k++) {
        ac_tag_class c = in->classes[(size_t)i * AC_TAG_CLASSES + k];
        uint64_t key;
        ac_tag_template of;
        if (!c || !(t->classes & 1u << k) || !ac_tag_key_read(ac_tag_class_name(c, f->names[k]), &key, &of, &f->at[f->n].value))
            continue;
        f->at[f->n++].template = (uint8_t)of;
    }
}

static ac_rc add_around(corpus *c, const token_features *f, uint32_t n, uint32_t i, ac_err *err)
{
    for (int d = -AC_TAG_REACH; d <= AC_TAG_REACH; d++) {
        int64_t at = (int64_t)i + d;
        for (size_t k = 0; at >= 0 && at < n && k < f[at].n; k++)
            if (abs(d) <= ac_tag_template_reach((ac_tag_template)f[at].at[k].template))
                AC_TRY(err, add(c, (ac_tag_template)f[at].at[k].template, f[at].at[k].value, d, err));
    }
    return AC_OK;
}

/* ---- documents --------------------------------------------------------------------------------------------------- */

static ac_sv type_of(const task *t, ac_sv name)
{
    if (!t->types[0][0])
        return name;
    for (size_t i = 0; t->types[i][0]; i++)
        if (ac_sv_eq(ac_sv_z(t->types[i][0]), name))
            return ac_sv_z(t->types[i][1]);
    return AC_SV("");
}

static ac_rc add_gold(const task *t, corpus *c, const ac_brat *b, document *doc, ac_err *err)
{
    doc->gold = ac_arena_alloc(c->arena, (b->marks.n + 1) * sizeof *doc->gold);
    if (!doc->gold)
        return ac_fail(err, AC_ELIMIT, "no room for annotations");
    for (size_t i = 0; i < b->marks.n; i++) {
        ac_sv name = type_of(t, b->marks.at[i].type);
        size_t k = 0;
        while (k < c->n_types && !ac_sv_eq(c->types[k], name))
            k++;
        if (!name.n || ac_sv_eq(name, AC_SV("?")) || k == TYPES_MAX)
            continue;
        if (k == c->n_types)
            c->types[c->n_types++] = ac_arena_copy(c->arena, name);
        doc->gold[doc->n_gold++] = (mark) { b->marks.at[i].span, (uint32_t)k };
    }
    return AC_OK;
}

static int longer_first(const void *a, const void *b)
{
    const mark *x = a, *y = b;
    uint32_t n = ac_span_len(x->span), m = ac_span_len(y->span);
    return n != m ? (n < m ? 1 : -1) : (x->span.begin > y->span.begin) - (x->span.begin < y->span.begin);
}

static void label(corpus *c, const ac_note *note, const document *doc)
{
    for (size_t i = 0; i < doc->n_gold; i++) {
        const mark *m = &doc->gold[i];
        uint32_t at = ac_note_token_at(note, m->span.begin), end = at;
        bool free = at < note->tokens.n;
        while (end < note->tokens.n && note->tokens.at[end].begin < m->span.end)
            free = !c->gold.at[doc->token + end++] && free;
        bool exact = free && end > at && note->tokens.at[at].begin == m->span.begin && note->tokens.at[end - 1].end == m->span.end;
        c->lost += !exact;
        for (uint32_t k = at; free && k < end; k++)
            c->gold.at[doc->token + k] = (uint8_t)(1 + 2 * m->type + (k > at));
    }
}

/* Titles and degrees stand beside names and are outside for sure. */
static const uint64_t beside_names = UINT64_C(1) << AC_PHI_WORD_TITLE | UINT64_C(1) << AC_PHI_WORD_STAFF_TITLE | UINT64_C(1) << AC_PHI_WORD_CREDENTIAL;

static void mask(const task *t, corpus *c, const ac_note *note, const ac_brat *b, const document *doc)
{
    for (size_t i = 0; i < b->marks.n; i++) {
        ac_span span = b->marks.at[i].span;
        if (!ac_sv_eq(type_of(t, b->marks.at[i].type), AC_SV("?")))
            continue;
        for (uint32_t k = ac_note_token_at(note, span.begin); k < note->tokens.n && note->tokens.at[k].begin < span.end; k++)
            if (!c->gold.at[doc->token + k] && !(note->phi_words && note->phi_words[k] & beside_names))
                c->gold.at[doc->token + k] = MASKED;
    }
}

static ac_rc add_sequences(corpus *c, const ac_note *note, document *doc, ac_err *err)
{
    doc->seq = (uint32_t)c->seqs.n;
    uint32_t begin = 0;
    for (uint32_t i = 1; i <= note->tokens.n; i++) {
        uint32_t s = i < note->tokens.n ? ac_note_sentence_at(note, note->tokens.at[i].begin) : 0;
        bool starts = i == note->tokens.n || s == AC_NONE || note->sentences.at[s].token_begin == i || i - begin > SEQUENCE_MAX;
        if (!starts || (i < note->tokens.n && c->gold.at[doc->token + i] && c->gold.at[doc->token + i] % 2 == 0))
            continue;
        sequence *q = ac_vec_push(&c->seqs, c->arena);
        if (!q)
            return ac_fail(err, AC_ELIMIT, "no room for a sequence");
        *q = (sequence) { doc->token + begin, i - begin, (uint32_t)c->docs.n - 1 };
        begin = i;
    }
    doc->n_seq = (uint32_t)c->seqs.n - doc->seq;
    return AC_OK;
}

static ac_rc add_tokens(const task *t, corpus *c, const ac_note *note, ac_err *err)
{
    uint32_t n = (uint32_t)note->tokens.n;
    token_features *f = ac_arena_alloc(note->arena, (n + 1) * sizeof *f);
    ac_tag_input in;
    AC_TRY(err, ac_tag_input_of(note, &in, err));
    for (uint32_t i = 0; f && i < n; i++)
        read_features(t, &in, i, &f[i]);
    for (uint32_t i = 0; i < n; i++) {
        ac_span *token = ac_vec_push(&c->tokens, c->arena);
        uint32_t *first = ac_vec_push(&c->first, c->arena);
        if (!f || !token || !first || !ac_vec_push(&c->gold, c->arena))
            return ac_fail(err, AC_ELIMIT, "no room for a token");
        *token = ac_span_of(note->tokens.at[i].begin, note->tokens.at[i].end);
        *first = (uint32_t)c->ids.n;
        AC_TRY(err, add_around(c, f, n, i, err));
    }
    return AC_OK;
}

/* The steps before the taggers. */
static ac_rc analyse(const task *t, ac_note *note, ac_err *err)
{
    size_t n;
    const ac_step *steps = ac_steps(&n);
    for (size_t i = 0; i < n; i++) {
        if (ac_sv_eq(ac_sv_z(steps[i].name), AC_SV("tags")) || (t->classes & BY_RULES && ac_sv_eq(ac_sv_z(steps[i].name), AC_SV("patient"))))
            break;
        if (ac_sv_eq(ac_sv_z(steps[i].name), AC_SV("phi_tags")))
            continue;
        AC_TRY(err, steps[i].run(note, err));
    }
    return AC_OK;
}

static ac_rc add_document(const task *t, corpus *c, ac_eval_doc *d, const ac_brat *b, ac_err *err)
{
    document *doc = ac_vec_push(&c->docs, c->arena);
    if (!doc)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    *doc = (document) { .token = (uint32_t)c->tokens.n, .name = ac_arena_copy(c->arena, d->id) };
    AC_TRY(err, analyse(t, &d->note, err));
    doc->n = (uint32_t)d->note.tokens.n;
    AC_TRY(err, add_tokens(t, c, &d->note, err));
    AC_TRY(err, add_gold(t, c, b, doc, err));
    qsort(doc->gold, doc->n_gold, sizeof *doc->gold, longer_first);
    label(c, &d->note, doc);
    mask(t, c, &d->note, b, doc);
    return add_sequences(c, &d->note, doc, err);
}

static ac_rc read_all(const task *t, corpus *c, ac_eval *e, ac_err *err)
{
    ac_lang lang;
    ac_eval_doc d;
    ac_brat b;
    bool done, known = ac_lang_from(ac_sv_z(t->lang), &lang);
    for (size_t i = 0; known;) {
        AC_TRY(err, ac_brat_next(e, &i, &lang, &d, &b, &done, err));
        if (done)
            break;
        AC_TRY(err, add_document(t, c, &d, &b, err));
    }
    uint32_t *last = ac_vec_push(&c->first, c->arena);
    if (last)
        *last = (uint32_t)c->ids.n;
    return last ? ac_sb_done(&c->names, err) : ac_fail(err, AC_ELIMIT, "no room for the end");
}

ac_rc corpus_read(const task *t, const char *path, corpus *out, ac_err *err)
{
    AC_AUTO(ac_sb) buffer = AC_SB(FILE_MAX);
    AC_AUTO(ac_sb) buffer2 = AC_SB(FILE_MAX);
    AC_AUTO_PTR(ac_arena) scratch = ac_arena_new((size_t)1 << 30);
    *out = (corpus) { .arena = ac_arena_new((size_t)12 << 30), .names = AC_SB(NAMES_MAX), .n_slots = SLOTS };
    out->slots = ac_mem_alloc(SLOTS * sizeof *out->slots);
    ac_names files = { 0 }, ann = { 0 };
    ac_eval_report report = { 0 };
    if (!scratch || !out->arena || !out->slots)
        return ac_fail(err, AC_ENOMEM, "no memory to start with");
    AC_TRY(err, ac_dir_walk(path, out->arena, &files, err));
    for (size_t i = 0; i < files.n; i++) {
        ac_sv *to = ac_sv_ends(files.at[i], AC_SV(".ann")) ? ac_vec_push(&ann, out->arena) : NULL;
        if (to)
            *to = files.at[i];
    }
    ac_eval_options options = { .path = path };
    ac_eval e = { .opt = &options, .arena = out->arena, .scratch = scratch, .buffer = &buffer, .buffer2 = &buffer2, .report = &report,
                  .files = ann.at, .n_files = ann.n };
    return read_all(t, out, &e, err);
}

void corpus_cleanup(corpus *c)
{
    ac_mem_free(c->slots);
    ac_sb_cleanup(&c->names);
    ac_arena_free(c->arena);
}
