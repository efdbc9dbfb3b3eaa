/* E3C: disorders as spans, their polarity and modality (XMI), and the same as IOB. */
#include "eval/mapping.h"
#include "eval/spans.h"
#include "eval/xmi.h"
#include "nlp/pipeline.h"

typedef struct {
    uint32_t begin, end; /* bytes of the sofa */
    bool negative;
    char modality;       /* 'A'ctual, 'H'edged, 'I' hypothetical, 'G'eneric */
} event;

typedef struct {
    ac_sv text; /* of the sofa */
    struct {
        ac_span *at;
        size_t n, cap;
    } disorders; /* bytes of the sofa */
    struct {
        event *at;
        size_t n, cap;
    } events;
} e3c_file;

typedef struct {
    ac_span_score score;
    ac_count negative, hedged, hypothetical;
    uint64_t documents;
} e3c;

static char modality_of(ac_sv s)
{
    if (ac_sv_eq(s, AC_SV("HEDGED")))
        return 'H';
    if (ac_sv_starts(s, AC_SV("HYPOTHETICAL")))
        return 'I';
    return ac_sv_eq(s, AC_SV("GENERIC")) ? 'G' : 'A';
}

static bool sofa_of(ac_sv file, ac_arena *arena, ac_sv *out)
{
    ac_xml_tag tag;
    while (ac_xml_next(&file, &tag))
        if (ac_sv_eq(tag.name, AC_SV("cas:Sofa"))) {
            *out = ac_xml_attr(&tag, "sofaString", arena);
            return out->p != NULL;
        }
    return false;
}

static ac_rc add_tag(const ac_xml_tag *tag, ac_span s, ac_arena *arena, e3c_file *f, ac_err *err)
{
    if (ac_sv_eq(tag->name, AC_SV("custom:CLINENTITY"))) {
        ac_span *to = ac_vec_push(&f->disorders, arena);
        if (!to)
            return ac_fail(err, AC_ELIMIT, "no room for an annotation");
        *to = s;
    } else {
        event *to = ac_vec_push(&f->events, arena);
        if (!to)
            return ac_fail(err, AC_ELIMIT, "no room for an annotation");
        *to = (event) { s.begin, s.end, ac_sv_eq(ac_xml_attr(tag, "polarity", arena), AC_SV("NEG")),
                        modality_of(ac_xml_attr(tag, "contextualModality", arena)) };
    }
    return AC_OK;
}

static ac_rc read_file(ac_sv file, ac_arena *arena, e3c_file *out, ac_err *err)
{
    e3c_file f = { 0 };
    ac_xml_tag tag;
    size_t units;
    if (!sofa_of(file, arena, &f.text))
        return ac_fail(err, AC_EINPUT, "no text in an XMI file");
    const uint32_t *bytes = ac_utf16_bytes(f.text, arena, &units);
    if (!bytes)
        return ac_fail(err, AC_ELIMIT, "no room for offsets");
    while (ac_xml_next(&file, &tag)) {
        if (!ac_sv_eq(tag.name, AC_SV("custom:CLINENTITY")) && !ac_sv_eq(tag.name, AC_SV("custom:EVENT")))
            continue;
        int64_t b = ac_xml_number(&tag, "begin", -1, arena), c = ac_xml_number(&tag, "end", -1, arena);
        if (b < 0 || c <= b || (uint64_t)c > units)
            return ac_fail(err, AC_EINPUT, "an annotation is not within its text");
        AC_TRY(err, add_tag(&tag, ac_span_of(bytes[b], bytes[c]), arena, &f, err));
    }
    *out = f;
    return AC_OK;
}

/* Sofa bytes are source bytes: straight to the note's text. */
static ac_span to_note(const ac_eval_doc *d, ac_span s)
{
    return ac_span_of(ac_source_text_at(&d->source, s.begin), ac_source_text_at(&d->source, s.end));
}

static ac_rc found_disorders(ac_eval *e, const ac_eval_doc *d, uint32_t type, ac_typed_list *found, ac_err *err)
{
    for (size_t i = 0; i < d->note.entities.n; i++)
        if (ac_is_disorder(&d->note.entities.at[i]) && !d->note.entities.at[i].in_header)
            AC_TRY(err, ac_typed_add(e->scratch, found, d->note.entities.at[i].span, type, err));
    return AC_OK;
}

static ac_rc score_spans(ac_eval *e, ac_sv id, const e3c_file *f, e3c *x, ac_err *err)
{
    ac_eval_doc d = { 0 };
    ac_typed_list gold = { 0 }, found = { 0 };
    uint32_t type = ac_span_type(&x->score, AC_SV("disorder"));
    AC_TRY(err, ac_eval_open(e, id, f->text, NULL, &d, err));
    AC_TRY(err, ac_analyse(&d.note, err));
    for (size_t i = 0; i < f->disorders.n; i++)
        AC_TRY(err, ac_typed_add(e->scratch, &gold, to_note(&d, f->disorders.at[i]), type, err));
    AC_TRY(err, found_disorders(e, &d, type, &found, err));
    return ac_spans_compare(e, &d, &x->score, &gold, &found, err);
}

static const event *event_in(const e3c_file *f, ac_span disorder)
{
    for (size_t i = 0; i < f->events.n; i++)
        if (ac_span_overlaps(ac_span_of(f->events.at[i].begin, f->events.at[i].end), disorder))
            return &f->events.at[i];
    return NULL;
}

/* Gold disorders, judged by context; the event within each says what is right. */
static ac_rc score_assertions(ac_eval *e, ac_sv id, const e3c_file *f, e3c *x, ac_err *err)
{
    ac_eval_doc d;
    AC_TRY(err, ac_eval_open(e, id, f->text, NULL, &d, err));
    AC_TRY(err, ac_eval_prepare(&d, err));
    for (size_t i = 0; i < f->disorders.n; i++)
        AC_TRY(err, ac_eval_inject(&d, to_note(&d, f->disorders.at[i]), err));
    AC_TRY(err, ac_eval_judge(&d, err));
    for (size_t i = 0; i < f->disorders.n; i++) {
        ac_span s = to_note(&d, f->disorders.at[i]);
        const event *ev = event_in(f, f->disorders.at[i]);
        ac_assertion a = ac_eval_assertion(&d, s);
        if (!ev || a == AC_ASSERTION_COUNT)
            continue;
        ac_count_decision(&x->negative, ev->negative, a == AC_ABSENT);
        ac_count_decision(&x->hedged, ev->modality == 'H', a == AC_POSSIBLE);
        ac_count_decision(&x->hypothetical, ev->modality == 'I', a == AC_HYPOTHETICAL || a == AC_CONDITIONAL);
        if (ev->negative != (a == AC_ABSENT))
            AC_TRY(err, ac_eval_error_add(e, &d, AC_EVAL_TYPE, s, ev->negative ? AC_SV("NEG") : AC_SV("POS"),
                                          ac_assertion_name(a), err));
    }
    return AC_OK;
}

ac_rc ac_score_e3c(ac_eval *e, ac_err *err)
{
    e3c x = { 0 };
    e->counts_only = true; /* it is measured with and never developed on */
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file, id = ac_eval_base(e->files[i]);
        e3c_file f = { 0 };
        ac_eval_next(e);
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer, &file, err));
        AC_TRY(err, read_file(file, e->scratch, &f, err));
        AC_TRY(err, score_spans(e, id, &f, &x, err));
        AC_TRY(err, score_assertions(e, id, &f, &x, err));
    }
    AC_TRY(err, ac_eval_count(e, "exact", AC_SV("disorder"), x.score.any_exact, err));
    AC_TRY(err, ac_eval_count(e, "overlap", AC_SV("disorder"), x.score.any_overlap, err));
    AC_TRY(err, ac_eval_count(e, "polarity", AC_SV("negative"), x.negative, err));
    AC_TRY(err, ac_eval_count(e, "modality", AC_SV("hedged"), x.hedged, err));
    return ac_eval_count(e, "modality", AC_SV("hypothetical"), x.hypothetical, err);
}

/* ---- IOB: "word TAG" a line, an empty line after each sentence ---------------------------------------------------- */

static ac_rc score_block(ac_eval *e, ac_sv id, ac_sv lines, ac_span_score *s, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(1u << 20);
    ac_typed_list gold = { 0 }, found = { 0 };
    uint32_t type = ac_span_type(s, AC_SV("disorder"));
    ac_sv line;
    ac_eval_doc d;
    while (ac_sv_split(&lines, '\n', &line)) {
        ac_sv word;
        line = ac_sv_trim(line);
        if (!line.n)
            continue;
        if (!ac_sv_split(&line, ' ', &word) || !line.n)
            return ac_fail(err, AC_EINPUT, "a word has no tag");
        size_t begin = text.n;
        ac_sb_add(&text, word);
        char tag = line.p[0];
        if (tag == 'B' || (tag == 'I' && !gold.n))
            AC_TRY(err, ac_typed_add(e->scratch, &gold, ac_span_of(begin, text.n), type, err));
        else if (tag == 'I')
            gold.at[gold.n - 1].span.end = (uint32_t)text.n;
        ac_sb_add_char(&text, ' ');
    }
    AC_TRY(err, ac_sb_done(&text, err));
    if (!ac_sv_trim(ac_sb_view(&text)).n)
        return AC_OK;
    AC_TRY(err, ac_eval_open(e, id, ac_sb_view(&text), NULL, &d, err));
    AC_TRY(err, ac_analyse(&d.note, err));
    for (size_t i = 0; i < gold.n; i++)
        gold.at[i].span = to_note(&d, gold.at[i].span);
    AC_TRY(err, found_disorders(e, &d, type, &found, err));
    return ac_spans_compare(e, &d, s, &gold, &found, err);
}

/* The bytes up to the next empty line. */
static ac_sv next_block(ac_sv *rest)
{
    ac_sv all = *rest, line;
    while (ac_sv_split(rest, '\n', &line))
        if (!ac_sv_trim(line).n)
            return ac_sv_sub(all, 0, (size_t)(line.p - all.p));
    return all;
}

ac_rc ac_score_e3c_iob(ac_eval *e, ac_err *err)
{
    ac_span_score s = { 0 };
    e->counts_only = true;
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file;
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer, &file, err));
        for (uint64_t n = 1; file.n; n++) {
            ac_sv block = next_block(&file);
            ac_eval_next(e);
            AC_TRY(err, score_block(e, ac_arena_printf(e->scratch, "sentence %lu", (unsigned long)n), block, &s, err));
        }
    }
    AC_TRY(err, ac_eval_count(e, "exact", AC_SV("disorder"), s.any_exact, err));
    return ac_eval_count(e, "overlap", AC_SV("disorder"), s.any_overlap, err);
}
