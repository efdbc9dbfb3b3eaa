/* First pass: concepts. What was said of one concept, in whatever file, lies in one bucket. */
#include "vocab/build_parts.h"

#include "nlp/lexicon/plural.h"
#include "nlp/lexicon/vocabulary_words.h"
#include "nlp/text/fold.h"
#include "vocab/filter.h"

#include <string.h>

enum { DISPLAY_MAX = 1000, FORMS_MAX = 4 };

static ac_sv group_of(const ac_item_record *r) { return (ac_sv) { (const char *)(r + 1), r->group_n }; }
static ac_sv code_of(const ac_item_record *r) { return (ac_sv) { (const char *)(r + 1) + r->group_n, r->code_n }; }
static ac_sv term_of(const ac_item_record *r) { return (ac_sv) { (const char *)(r + 1) + r->group_n + r->code_n, r->term_n }; }

static bool is_name(const ac_item_record *r) { return r->what == AC_ITEM_TERM || r->what == AC_ITEM_NAME; }

/* By group; in it what is no name first; names by code, English before Spanish, the preferred first. */
static int by_group(const void *x, const void *y)
{
    const ac_record_ref *p = x, *q = y;
    if (p->hash != q->hash)
        return p->hash < q->hash ? -1 : 1;
    const ac_item_record *a = p->record, *b = q->record;
    int c = ac_sv_cmp(group_of(a), group_of(b));
    if (c == 0)
        c = (int)is_name(a) - (int)is_name(b);
    if (c == 0)
        c = (int)a->system - (int)b->system;
    if (c == 0)
        c = ac_sv_cmp(code_of(a), code_of(b));
    if (c == 0)
        c = (int)(b->langs & 1u << AC_LANG_EN) - (int)(a->langs & 1u << AC_LANG_EN);
    if (c == 0)
        c = (int)a->rank - (int)b->rank;
    return c ? c : (a->seq > b->seq) - (a->seq < b->seq);
}

/* What the lines that are no names say of the group. */
typedef struct {
    bool closed;
    uint8_t kind, order;
} verdict;

static verdict judge(const ac_record_ref *at, size_t n)
{
    verdict v = { false, AC_KIND_COUNT, AC_ORDER_NONE };
    for (size_t i = 0; i < n; i++) {
        const ac_item_record *r = at[i].record;
        v.closed |= r->what == AC_ITEM_CLOSED;
        if (r->what == AC_ITEM_KIND && (v.kind == AC_KIND_COUNT || r->order < v.order)) {
            v.kind = r->kind;
            v.order = r->order;
        }
    }
    return v;
}

/* A cut before a character that does not fit as a whole. */
static ac_sv cut(ac_sv s, size_t max)
{
    size_t n = s.n < max ? s.n : max;
    while (n < s.n && n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return ac_sv_sub(s, 0, n);
}

static ac_rc write_code(ac_vocab_builder *b, const ac_item_record *r, uint32_t *out, ac_err *err)
{
    uint64_t at = ac_bigfile_at(b->file) - b->header.codes.off;
    ac_sv code = code_of(r), display = cut(term_of(r), DISPLAY_MAX);
    ac_vocab_code head = { (uint16_t)code.n, (uint16_t)display.n };
    uint64_t bytes = sizeof head + code.n + display.n + 2;
    if (at / AC_VOCAB_ALIGN >= UINT32_MAX)
        return ac_fail(err, AC_ELIMIT, "more codes than a vocabulary can hold");
    *out = (uint32_t)(at / AC_VOCAB_ALIGN);
    AC_TRY(err, ac_bigfile_add(b->file, (ac_sv) { (const char *)&head, sizeof head }, err));
    AC_TRY(err, ac_bigfile_add(b->file, code, err));
    AC_TRY(err, ac_bigfile_zeros(b->file, 1, err));
    AC_TRY(err, ac_bigfile_add(b->file, display, err));
    AC_TRY(err, ac_bigfile_zeros(b->file, 1 + ac_vocab_pad(bytes, AC_VOCAB_ALIGN) - bytes, err));
    b->report.codes++;
    return AC_OK;
}

static ac_rc put_record(ac_vocab_builder *b, ac_term_record *t, ac_sv folded, ac_err *err)
{
    t->hash = ac_build_hash(folded);
    t->n = (uint16_t)folded.n;
    t->bytes = (uint32_t)ac_vocab_pad(sizeof *t + folded.n, AC_RECORD_ALIGN);
    b->records++;
    b->single_records += (ac_fold_word(folded, 0) & AC_FOLD_WORD_MAX) == folded.n;
    AC_TRY(err, ac_spill_add(b->terms, ac_build_bucket(t->hash), (ac_sv) { (const char *)t, sizeof *t }, err));
    AC_TRY(err, ac_spill_add(b->terms, ac_build_bucket(t->hash), folded, err));
    return ac_spill_add(b->terms, ac_build_bucket(t->hash), (ac_sv) { "\0\0\0\0\0\0\0", t->bytes - sizeof *t - folded.n }, err);
}

static bool has_plurals(uint8_t kind)
{
    return kind == AC_KIND_PROBLEM || kind == AC_KIND_SYMPTOM || kind == AC_KIND_PROCEDURE || kind == AC_KIND_DEVICE;
}

static ac_rc put_term(ac_vocab_builder *b, const ac_item_record *r, uint8_t kind, const ac_folded *f, uint32_t code, ac_err *err)
{
    ac_term_record t = { .rank = r->rank };
    ac_sv forms[FORMS_MAX];
    t.meaning = (ac_vocab_meaning) { .code = code, .kind = kind, .langs = r->langs, .system = r->system };
    if (ac_vocab_term_is_capitals(term_of(r)))
        t.meaning.flags = AC_VOCAB_CAPITALS;
    else if (kind == AC_KIND_MEDICATION && ac_vocab_term_is_everyday(f))
        t.meaning.flags = AC_VOCAB_SUPPORT;
    AC_TRY(err, put_record(b, &t, f->text, err));
    t.rank = AC_RANK_FORM;
    for (unsigned lang = 0; b->plurals && !t.meaning.flags && has_plurals(t.meaning.kind) && lang < AC_LANG_COUNT; lang++) {
        size_t n = r->langs >> lang & 1 ? ac_plurals(b->arena, f->text, (ac_lang)lang, forms, FORMS_MAX) : 0;
        t.meaning.langs = (uint8_t)(1u << lang);
        for (size_t i = 0; i < n; i++)
            if (forms[i].p && forms[i].n <= AC_TERM_BYTES_MAX)
                AC_TRY(err, put_record(b, &t, forms[i], err));
    }
    return AC_OK;
}

/* Marks at its end are none of a term's. */
static void trim_marks(ac_folded *f)
{
    while (f->text.n && memchr(" ,;:.", f->text.p[f->text.n - 1], 5))
        f->text.n--;
}

/* Fold a term and let the rules judge it. */
static ac_rc usable(ac_vocab_builder *b, ac_sv term, uint8_t kind, ac_folded *f, bool *counts, ac_err *err)
{
    ac_left why;
    ac_arena_reset(b->arena);
    AC_TRY(err, ac_fold(term, b->arena, f, err));
    trim_marks(f);
    *counts = ac_vocab_term_counts(term, f, kind, &why);
    if (!*counts)
        ac_build_left(b, why);
    return AC_OK;
}

/* The names of one code, the one that is shown first. */
static ac_rc code_names(ac_vocab_builder *b, const ac_record_ref *at, size_t n, const verdict *v, ac_err *err)
{
    uint32_t code = 0;
    bool written = false;
    for (size_t i = 0; i < n; i++) {
        const ac_item_record *r = at[i].record;
        uint8_t kind = r->kind < AC_KIND_COUNT ? r->kind : v->kind;
        ac_folded f;
        bool counts = false;
        if (r->what != AC_ITEM_TERM)
            continue;
        if (v->closed || kind >= AC_KIND_COUNT) {
            ac_build_left(b, v->closed ? AC_LEFT_SUPPRESSED : AC_LEFT_KIND);
            continue;
        }
        AC_TRY(err, usable(b, term_of(r), kind, &f, &counts, err));
        if (counts && !written) {
            AC_TRY(err, write_code(b, at[0].record, &code, err));
            written = true;
        }
        if (counts)
            AC_TRY(err, put_term(b, r, kind, &f, code, err));
    }
    return AC_OK;
}

static bool same_code(const ac_item_record *a, const ac_item_record *b)
{
    return a->system == b->system && ac_sv_eq(code_of(a), code_of(b));
}

static ac_rc group(ac_vocab_builder *b, const ac_record_ref *at, size_t n, ac_err *err)
{
    size_t first = 0;
    while (first < n && !is_name(at[first].record))
        first++;
    const verdict v = judge(at, first);
    for (size_t end; first < n; first = end) {
        for (end = first + 1; end < n && same_code(at[first].record, at[end].record); end++)
            continue;
        AC_TRY(err, code_names(b, at + first, end - first, &v, err));
    }
    return AC_OK;
}

/* The URI of a system that the release did not give. */
static void name_systems(ac_vocab_builder *b)
{
    for (size_t i = 0; i < b->n_systems; i++) {
        ac_sv uri = ac_release_cell(AC_RELEASE_SYSTEM, ac_sv_z(b->systems[i].name));
        if (!b->systems[i].uri[0] && uri.n < AC_VOCAB_URI_MAX)
            memcpy(b->systems[i].uri, uri.p, uri.n);
    }
}

ac_rc ac_build_groups(ac_vocab_builder *b, ac_err *err)
{
    name_systems(b);
    for (size_t bucket = 0; bucket < AC_BUCKETS; bucket++) {
        AC_TRY(err, ac_build_load(b, b->groups, bucket, by_group, err));
        for (size_t i = 0, end; i < b->n_refs; i = end) {
            for (end = i + 1; end < b->n_refs && b->refs[end].hash == b->refs[i].hash &&
                              ac_sv_eq(group_of(b->refs[end].record), group_of(b->refs[i].record)); end++)
                continue;
            AC_TRY(err, group(b, b->refs + i, end - i, err));
        }
    }
    return AC_OK;
}
