/* One document through the engine. */
#include "eval/session.h"
#include "nlp/context/context.h"
#include "nlp/text/decode.h"
#include "nlp/text/language.h"
#include "nlp/pipeline.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

enum { SOURCE_MAX = 64 << 20 };

void ac_eval_next(ac_eval *e) { ac_arena_reset(e->scratch); }

ac_rc ac_eval_read(ac_eval *e, const char *path, ac_sb *buffer, ac_sv *out, ac_err *err)
{
    e->report->file = ac_arena_copy(e->arena, ac_sv_z(path));
    ac_sb_clear(buffer);
    AC_TRY(err, ac_file_read(path, buffer, err));
    *out = ac_sb_view(buffer);
    return AC_OK;
}

ac_sv ac_eval_base(ac_sv path)
{
    size_t begin = path.n, end = path.n;
    while (begin > 0 && path.p[begin - 1] != '/')
        begin--;
    for (size_t i = path.n; i > begin + 1; i--)
        if (path.p[i - 1] == '.') {
            end = i - 1;
            break;
        }
    return ac_sv_sub(path, begin, end);
}

const char *ac_eval_partner(ac_eval *e, ac_sv path, const char *ending)
{
    ac_sv base = ac_eval_base(path);
    size_t keep = (size_t)(base.p - path.p) + base.n, n = strlen(ending);
    char *p = ac_arena_alloc(e->scratch, keep + n + 2);
    if (!p)
        return NULL;
    memcpy(p, path.p, keep);
    p[keep] = '.';
    memcpy(p + keep + 1, ending, n + 1);
    return p;
}

ac_rc ac_eval_open(ac_eval *e, ac_sv id, ac_sv raw, const ac_lang *lang, ac_eval_doc *out, ac_err *err)
{
    ac_eval_doc d = { .id = id, .note = { .arena = e->scratch, .id = id } };
    AC_TRY(err, ac_cp_map_new(raw, e->scratch, &d.points, err));
    AC_TRY(err, ac_normalise(raw, SOURCE_MAX, e->scratch, &d.source, err));
    d.note.text = d.source.text;
    d.note.coverage = d.source.coverage;
    d.note.lang = lang ? *lang : ac_detect_language(d.note.text, NULL);
    *out = d;
    return AC_OK;
}

ac_rc ac_eval_prepare(ac_eval_doc *d, ac_err *err)
{
    static const char *const wanted[] = { "fold", "tokens", "sections", "turns", "sentences", "times" };
    size_t n;
    const ac_step *steps = ac_steps(&n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof wanted / sizeof wanted[0]; k++)
            if (ac_sv_eq(ac_sv_z(steps[i].name), ac_sv_z(wanted[k])))
                AC_TRY(err, steps[i].run(&d->note, err));
    return AC_OK;
}

ac_rc ac_eval_inject(ac_eval_doc *d, ac_span span, ac_err *err)
{
    uint32_t sentence = ac_note_sentence_at(&d->note, span.begin);
    if (span.begin >= span.end || sentence == AC_NONE)
        return AC_OK;
    ac_entity *x = ac_vec_push(&d->note.entities, d->note.arena);
    if (!x)
        return ac_fail(err, AC_ELIMIT, "no room for an entity");
    *x = (ac_entity) { .span = span, .kind = AC_KIND_PROBLEM, .concept = AC_NONE, .sentence = sentence,
                       .fact = AC_NONE, .confidence = 1 };
    return AC_OK;
}

static int by_span(const void *a, const void *b)
{
    const ac_entity *x = a, *y = b;
    if (x->span.begin != y->span.begin)
        return x->span.begin < y->span.begin ? -1 : 1;
    return (x->span.end > y->span.end) - (x->span.end < y->span.end);
}

ac_rc ac_eval_judge(ac_eval_doc *d, ac_err *err)
{
    if (d->note.entities.n)
        qsort(d->note.entities.at, d->note.entities.n, sizeof d->note.entities.at[0], by_span);
    AC_TRY(err, ac_step_context(&d->note, err));
    return AC_OK;
}

ac_assertion ac_eval_assertion(const ac_eval_doc *d, ac_span span)
{
    ac_entity key = { .span = span };
    const ac_entity *x = NULL;
    if (d->note.entities.n)
        x = bsearch(&key, d->note.entities.at, d->note.entities.n, sizeof key, by_span);
    return x ? (ac_assertion)x->assertion : AC_ASSERTION_COUNT;
}

ac_span ac_eval_span(const ac_eval_doc *d, uint32_t begin, uint32_t end)
{
    uint32_t a = ac_source_text_at(&d->source, ac_byte_of_cp(&d->points, begin));
    uint32_t b = ac_source_text_at(&d->source, ac_byte_of_cp(&d->points, end));
    return ac_span_of(a, b < a ? a : b);
}

/* ---- what is hidden ---------------------------------------------------------------------------------------------- */

/* Bytes of the character at i. The text is valid UTF-8. */
static size_t step_over(ac_sv s, size_t i)
{
    size_t n = 1;
    while (i + n < s.n && ((unsigned char)s.p[i + n] & 0xC0) == 0x80)
        n++;
    return n;
}

ac_rc ac_eval_masked(ac_eval_doc *d, ac_deid_profile profile, const uint8_t **out, ac_err *err)
{
    ac_deid_options mask = { profile, AC_DEID_MASK, NULL, NULL };
    ac_deidentified masked;
    AC_TRY(err, ac_deidentify(&d->note, &mask, &masked, err));
    ac_sv a = d->note.text, b = masked.text;
    uint8_t *flags = ac_arena_alloc(d->note.arena, a.n + 1);
    if (!flags)
        return ac_fail(err, AC_ELIMIT, "no room for masks");
    size_t i = 0, k = 0;
    while (i < a.n && k < b.n) { /* a mask has as many characters as what it hides */
        size_t n = step_over(a, i);
        if (b.p[k] == '*' && a.p[i] != '*')
            memset(flags + i, 1, n);
        k += step_over(b, k);
        i += n;
    }
    if (i != a.n || k != b.n)
        return ac_fail(err, AC_EINTERNAL, "the masked text has another length");
    *out = flags;
    return AC_OK;
}

/* ASCII letters and digits; beyond ASCII, everything but Latin-1 signs and general punctuation. */
static bool is_alnum(int32_t cp)
{
    if (cp < 0x80)
        return ac_is_alnum((char)cp);
    return cp >= 0xC0 && cp != 0xD7 && cp != 0xF7 && !(cp >= 0x2000 && cp <= 0x206F);
}

ac_count ac_eval_covered(ac_sv text, ac_span span, const uint8_t *flags)
{
    ac_count c = { 0 };
    ac_sv s = ac_span_text(text, span);
    for (size_t i = 0, n; i < s.n; i += n) {
        int32_t cp = ac_decode_utf8(ac_sv_sub(s, i, s.n), &n);
        if (!is_alnum(cp))
            continue;
        c.tp += flags[span.begin + i] != 0;
        c.fn += flags[span.begin + i] == 0;
    }
    return c;
}
