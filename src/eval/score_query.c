/* De-identification of short texts: ASQ-PHI (values to find in a query) and presidio-research (spans). */
#include "base/json_read.h"
#include "eval/mapping.h"
#include "eval/spans.h"
#include "nlp/pipeline.h"

#include <string.h>

/* ---- ASQ-PHI ----------------------------------------------------------------------------------------------------- */

typedef struct {
    ac_count covered[AC_SPAN_TYPES]; /* by gold type; tp: every letter and digit of the value is hidden */
    ac_span_score types;             /* names only */
    uint64_t phi, hard, over_redacted, chars, chars_hidden;
} asq;

/* Every occurrence of the value is hidden. False when it occurs nowhere. */
static bool value_hidden(ac_sv text, ac_sv value, const uint8_t *flags, ac_span *first)
{
    size_t from = 0;
    bool found = false, hidden = true;
    while (value.n && from + value.n <= text.n) {
        const char *at = memmem(text.p + from, text.n - from, value.p, value.n);
        if (!at)
            break;
        ac_span s = ac_span_of((size_t)(at - text.p), (size_t)(at - text.p) + value.n);
        bool here = ac_eval_covered(text, s, flags).fn == 0;
        if (!found || (hidden && !here))
            *first = s;
        hidden = hidden && here;
        found = true;
        from = s.end;
    }
    return found && hidden;
}

static ac_rc score_value(ac_eval *e, const ac_eval_doc *d, const uint8_t *flags, const ac_json *tag, asq *a, ac_err *err)
{
    ac_source value;
    ac_span where = { 0 };
    if (!ac_json_text(tag, "value").n)
        return AC_OK;
    AC_TRY(err, ac_normalise(ac_json_text(tag, "value"), 1 << 16, e->scratch, &value, err));
    ac_sv name = ac_arena_copy(e->arena, ac_json_text(tag, "identifier_type"));
    uint32_t type = ac_span_type(&a->types, name);
    if (type >= AC_SPAN_TYPES || !name.p)
        return ac_fail(err, AC_ELIMIT, "too many types");
    bool hidden = value_hidden(d->note.text, value.text, flags, &where);
    a->covered[type].tp += hidden;
    a->covered[type].fn += !hidden;
    if (hidden)
        return AC_OK;
    bool some = ac_eval_covered(d->note.text, where, flags).tp > 0;
    return ac_eval_error_add(e, d, some ? AC_EVAL_BOUNDARY : AC_EVAL_MISSED, where, name, AC_SV(""), err);
}

static ac_rc note_over_redaction(ac_eval *e, const ac_eval_doc *d, ac_err *err)
{
    for (size_t i = 0; i < d->note.phi.n; i++)
        if (ac_deid_hides(AC_DEID_SAFE_HARBOR, &d->note, &d->note.phi.at[i]))
            AC_TRY(err, ac_eval_error_add(e, d, AC_EVAL_SPURIOUS, d->note.phi.at[i].span, AC_SV(""),
                                          ac_phi_name((ac_phi_type)d->note.phi.at[i].type), err));
    return AC_OK;
}

/* One query with its tags, a JSON object a line. */
static ac_rc score_query(ac_eval *e, ac_sv id, ac_sv query, ac_sv tags, asq *a, ac_err *err)
{
    ac_eval_doc d;
    const uint8_t *flags;
    ac_sv line;
    bool phi = false;
    AC_TRY(err, ac_eval_open(e, id, query, NULL, &d, err));
    AC_TRY(err, ac_analyse(&d.note, err));
    AC_TRY(err, ac_eval_masked(&d, AC_DEID_SAFE_HARBOR, &flags, err));
    while (ac_sv_split(&tags, '\n', &line)) {
        ac_json *tag;
        if (!ac_sv_trim(line).n)
            continue;
        AC_TRY(err, ac_json_parse(ac_sv_trim(line), 4, e->scratch, &tag, err));
        AC_TRY(err, score_value(e, &d, flags, tag, a, err));
        phi = true;
    }
    a->phi += phi;
    a->hard += !phi;
    ac_count c = ac_eval_covered(d.note.text, ac_span_of(0, d.note.text.n), flags);
    if (phi)
        return AC_OK;
    a->chars += c.tp + c.fn;
    a->chars_hidden += c.tp;
    a->over_redacted += c.tp > 0;
    return note_over_redaction(e, &d, err);
}

static ac_rc report_asq(ac_eval *e, const asq *a, ac_err *err)
{
    ac_count all = { 0 };
    for (size_t i = 0; i < a->types.n_types; i++)
        ac_count_add(&all, a->covered[i]);
    AC_TRY(err, ac_eval_share(e, "full-cover-recall", all.tp, all.tp + all.fn, err));
    AC_TRY(err, ac_eval_share(e, "hard-negatives-touched", a->over_redacted, a->hard, err));
    AC_TRY(err, ac_eval_share(e, "hard-negatives-characters", a->chars_hidden, a->chars, err));
    for (size_t i = 0; i < a->types.n_types; i++)
        AC_TRY(err, ac_eval_part(e, "full-cover-recall", a->types.types[i].name, a->covered[i].tp,
                                 a->covered[i].tp + a->covered[i].fn, err));
    return AC_OK;
}

/* The part before the mark; the mark itself is cut off. False when the mark is not there: then it is all of it. */
static bool cut(ac_sv *rest, ac_sv mark, ac_sv *part)
{
    const char *at = rest->n ? memmem(rest->p, rest->n, mark.p, mark.n) : NULL;
    size_t n = at ? (size_t)(at - rest->p) : rest->n;
    *part = ac_sv_sub(*rest, 0, n);
    *rest = ac_sv_sub(*rest, at ? n + mark.n : n, rest->n);
    return at != NULL;
}

ac_rc ac_score_asq(ac_eval *e, ac_err *err)
{
    asq a = { 0 };
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file, part;
        uint64_t number = 0;
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer, &file, err));
        (void)cut(&file, AC_SV("===QUERY==="), &part);
        while (file.n) {
            ac_sv query;
            (void)cut(&file, AC_SV("===QUERY==="), &part);
            ac_eval_next(e);
            number++;
            if (!cut(&part, AC_SV("===PHI_TAGS==="), &query))
                return ac_fail(err, AC_EINPUT, "query %lu has no list of tags", (unsigned long)number);
            query = ac_sv_trim(query);
            if (query.n)
                AC_TRY(err, score_query(e, ac_arena_printf(e->scratch, "%lu", (unsigned long)number), query, part, &a, err));
        }
    }
    return report_asq(e, &a, err);
}

/* ---- presidio-research ------------------------------------------------------------------------------------------- */

typedef struct {
    ac_count tokens;                 /* "is PII", words and numbers */
    ac_count spans[AC_SPAN_TYPES];   /* by gold type: touched at all */
    ac_span_score types;
    uint64_t sentences;
} presidio;

static bool any_overlap(const ac_typed_list *list, ac_span s)
{
    for (size_t i = 0; i < list->n; i++)
        if (ac_span_overlaps(list->at[i].span, s))
            return true;
    return false;
}

static ac_rc read_spans(ac_eval *e, const ac_eval_doc *d, const ac_json *sentence, presidio *p, ac_typed_list *gold,
                        ac_err *err)
{
    const ac_json *spans = ac_json_get(sentence, "spans");
    for (const ac_json *s = spans ? spans->first : NULL; s; s = s->next) {
        double b = ac_json_number(s, "start_position", -1), c = ac_json_number(s, "end_position", -1);
        if (!(b >= 0 && b < c && c <= ac_cp_of_byte(&d->points, (uint32_t)d->points.text.n)))
            return ac_fail(err, AC_EINPUT, "a span of sentence %lu is not within it", (unsigned long)p->sentences);
        uint32_t type = ac_span_type(&p->types, ac_arena_copy(e->arena, ac_json_text(s, "entity_type")));
        AC_TRY(err, ac_typed_add(e->scratch, gold, ac_eval_span(d, (uint32_t)b, (uint32_t)c), type, err));
    }
    return AC_OK;
}

/* Missed, or found with other limits. The types are another vocabulary than ours. */
static ac_rc note_gold(ac_eval *e, const ac_eval_doc *d, const ac_typed *gold, const ac_typed_list *found, const presidio *p,
                       ac_err *err)
{
    ac_eval_slip slip = { .gold_span = gold->span, .gold = p->types.types[gold->type].name };
    for (size_t i = 0; i < found->n; i++) {
        const ac_typed *f = &found->at[i];
        if (f->span.begin == gold->span.begin && f->span.end == gold->span.end)
            return AC_OK;
        if (!ac_span_overlaps(f->span, gold->span) || ac_span_len(slip.found_span))
            continue;
        slip.found_span = f->span;
        slip.found = ac_phi_name((ac_phi_type)f->type);
    }
    return ac_eval_slip_add(e, d, slip.found.n ? AC_EVAL_BOUNDARY : AC_EVAL_MISSED, &slip, err);
}

static ac_rc score_tokens(ac_eval *e, const ac_eval_doc *d, const ac_typed_list *gold, const ac_typed_list *found,
                          presidio *p, ac_err *err)
{
    for (size_t i = 0; i < d->note.tokens.n; i++) {
        const ac_token *t = &d->note.tokens.at[i];
        ac_span s = ac_span_of(t->begin, t->end);
        if (t->kind != AC_TOKEN_PUNCT)
            ac_count_decision(&p->tokens, any_overlap(gold, s), any_overlap(found, s));
    }
    for (size_t i = 0; i < gold->n; i++) {
        bool hit = any_overlap(found, gold->at[i].span);
        p->spans[gold->at[i].type].tp += hit;
        p->spans[gold->at[i].type].fn += !hit;
        AC_TRY(err, note_gold(e, d, &gold->at[i], found, p, err));
    }
    for (size_t i = 0; i < found->n; i++)
        if (!any_overlap(gold, found->at[i].span))
            AC_TRY(err, ac_eval_error_add(e, d, AC_EVAL_SPURIOUS, found->at[i].span, AC_SV(""),
                                          ac_phi_name((ac_phi_type)found->at[i].type), err));
    return AC_OK;
}

static ac_rc score_sentence(ac_eval *e, ac_arena *scratch, const ac_json *sentence, presidio *p, ac_err *err)
{
    ac_eval_doc d;
    ac_typed_list gold = { 0 }, found = { 0 };
    ac_sv text = ac_json_text(sentence, "full_text");
    if (!ac_sv_trim(text).n)
        return AC_OK;
    AC_TRY(err, ac_eval_open(e, ac_arena_printf(scratch, "%lu", (unsigned long)++p->sentences), text, NULL, &d, err));
    AC_TRY(err, ac_analyse(&d.note, err));
    AC_TRY(err, read_spans(e, &d, sentence, p, &gold, err));
    for (size_t i = 0; i < d.note.phi.n; i++)
        if (ac_presidio_counts((ac_phi_type)d.note.phi.at[i].type))
            AC_TRY(err, ac_typed_add(scratch, &found, d.note.phi.at[i].span, d.note.phi.at[i].type, err));
    return score_tokens(e, &d, &gold, &found, p, err);
}

ac_rc ac_score_presidio(ac_eval *e, ac_err *err)
{
    presidio p = { 0 };
    AC_AUTO_PTR(ac_arena) tree = ac_arena_new((size_t)1 << 30);
    if (!tree)
        return ac_fail(err, AC_ENOMEM, "no memory for a list of sentences");
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file;
        ac_json *j;
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer, &file, err));
        AC_TRY(err, ac_json_parse(file, 16, tree, &j, err));
        if (j->type != AC_JSON_ARRAY)
            return ac_fail(err, AC_EINPUT, "not a list of sentences");
        for (const ac_json *s = j->first; s; s = s->next) {
            ac_eval_next(e);
            AC_TRY(err, score_sentence(e, e->scratch, s, &p, err));
        }
    }
    AC_TRY(err, ac_eval_count(e, "is-pii", AC_SV(""), p.tokens, err));
    AC_TRY(err, ac_eval_value(e, "is-pii-f2", AC_SV(""), ac_f_beta(p.tokens, 2), p.tokens.tp + p.tokens.fn, err));
    for (size_t i = 0; i < p.types.n_types; i++)
        AC_TRY(err, ac_eval_part(e, "touched-recall", p.types.types[i].name, p.spans[i].tp,
                                 p.spans[i].tp + p.spans[i].fn, err));
    return AC_OK;
}
