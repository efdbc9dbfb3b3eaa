#include "interop/result_entity.h"

#include "interop/part.h"
#include "interop/result_layout.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/entity/entity.h"
#include "nlp/entity/measure.h"

enum { CODES_MAX = 16 };

ac_sv ac_method_name(uint8_t method)
{
    switch (method) {
    case AC_METHOD_LEXICON: return AC_SV("lexicon");
    case AC_METHOD_RULE: return AC_SV("rule");
    case AC_METHOD_CONTEXT: return AC_SV("context");
    case AC_METHOD_TAGGER: return AC_SV("tagger");
    case AC_METHOD_SOURCE: return AC_SV("source");
    default: return AC_SV("vote");
    }
}

void ac_jw_place(ac_jw *j, ac_span span, const ac_cp_map *cp)
{
    ac_jw_ku64(j, "begin", span.begin);
    ac_jw_ku64(j, "end", span.end);
    ac_jw_ku64(j, "cp_begin", ac_cp_of_byte(cp, span.begin));
    ac_jw_ku64(j, "cp_end", ac_cp_of_byte(cp, span.end));
}

/* Confidences come as float: 0.9f must not become 0.899999976158142. */
static void confidence(ac_jw *j, const char *key, float c)
{
    double v = c >= 0 && c <= 1 ? (double)c : 0;
    ac_jw_kdouble(j, key, (double)(uint64_t)(v * 1000 + 0.5) / 1000);
}

static void entity_id(ac_jw *j, uint32_t index)
{
    char buf[16];
    size_t at = sizeof buf;
    uint32_t v = index + 1;
    do
        buf[--at] = (char)('0' + v % 10);
    while (v /= 10);
    buf[--at] = 'e';
    ac_jw_string(j, (ac_sv) { buf + at, sizeof buf - at });
}

/* What a reader expects under "value": a number where the note gives one number, else words as a string. */
static void simple_value(ac_jw *j, const ac_quantity *q)
{
    AC_AUTO(ac_sb) text = AC_SB(128);
    ac_jw_key(j, AC_SV("value"));
    if (!q->has) {
        if (q->words.n)
            ac_jw_string(j, q->words);
        else
            ac_jw_null(j);
        return;
    }
    if (q->cmp == AC_CMP_EQ && !q->pair && !(q->high > q->low)) {
        ac_jw_double(j, q->low);
        return;
    }
    ac_sb_add(&text, ac_comparator_text(q->cmp));
    ac_sb_add_double(&text, q->low);
    if (q->pair || q->high > q->low) {
        ac_sb_add(&text, q->pair ? AC_SV("/") : AC_SV("-"));
        ac_sb_add_double(&text, q->pair ? ac_pair_second(q) : q->high);
    }
    ac_jw_string(j, ac_sb_view(&text));
    if (text.rc != AC_OK && j->out->rc == AC_OK)
        j->out->rc = text.rc;
}

/* The same for programs: nothing to parse. */
static void exact_value(ac_jw *j, const ac_quantity *q)
{
    ac_jw_kobject(j, "quantity");
    ac_jw_text_or_null(j, "comparator", ac_comparator_text(q->cmp));
    ac_jw_kdouble(j, "low", q->low);
    ac_jw_kdouble(j, "high", !q->pair && q->high > q->low ? q->high : q->low);
    if (q->pair)
        ac_jw_kdouble(j, "second", ac_pair_second(q));
    ac_jw_text_or_null(j, "unit", q->unit);
    ac_jw_end_object(j);
}

static void quantity(ac_jw *j, const ac_quantity *q)
{
    simple_value(j, q);
    ac_jw_text_or_null(j, "unit", q->has ? q->unit : AC_SV(""));
    if (q->has)
        exact_value(j, q);
}

static void timing(ac_jw *j, const ac_timing *t)
{
    ac_jw_kobject(j, "timing");
    ac_jw_kdouble(j, "count", t->count);
    ac_jw_kdouble(j, "period", t->period);
    if (t->period_max > 0)
        ac_jw_kdouble(j, "period_max", t->period_max);
    ac_jw_text_or_null(j, "unit", ac_period_unit(t->unit));
    ac_jw_text_or_null(j, "when", t->when);
    ac_jw_kbool(j, "as_needed", t->as_needed);
    ac_jw_end_object(j);
}

static void attribute(ac_jw *j, const ac_note *note, const ac_attr *a)
{
    ac_jw_object(j);
    if (a->span.end > a->span.begin) {
        ac_jw_kstring(j, "text", ac_span_text(note->text, a->span));
        ac_jw_ku64(j, "begin", a->span.begin);
        ac_jw_ku64(j, "end", a->span.end);
    }
    if (a->norm.n)
        ac_jw_kstring(j, "norm", a->norm);
    if (a->quantity.has || a->quantity.words.n)
        quantity(j, &a->quantity);
    if (a->timing.has)
        timing(j, &a->timing);
    if (a->entity < note->entities.n) {
        ac_jw_key(j, AC_SV("entity"));
        entity_id(j, a->entity);
    }
    ac_jw_end_object(j);
}

/* One array per kind: an entity can carry two doses or three reactions. */
static void attributes(ac_jw *j, const ac_note *note, const ac_entity *e)
{
    ac_jw_kobject(j, "attributes");
    for (unsigned kind = 0; kind < AC_ATTR_COUNT; kind++) {
        bool open = false;
        for (size_t i = 0; i < e->attrs.n; i++) {
            if (e->attrs.at[i].kind != kind)
                continue;
            if (!open) {
                ac_jw_key(j, ac_attr_name((ac_attr_kind)kind));
                ac_jw_array(j);
            }
            open = true;
            attribute(j, note, &e->attrs.at[i]);
        }
        if (open)
            ac_jw_end_array(j);
    }
    ac_jw_end_object(j);
}

/* A code of the lexicon. It does not say which edition of the code system the code was taken from. */
static void own_code(ac_jw *j, const ac_entity *e, const ac_code *code)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "system", ac_code_system_name(code->system));
    ac_jw_kstring(j, "code", code->code);
    ac_jw_kstring(j, "display", ac_concept_name(e->concept, AC_LANG_EN));
    ac_jw_key(j, AC_SV("version"));
    ac_jw_null(j);
    ac_jw_kstring(j, "vocabulary", AC_SV("aceso@" AC_VERSION));
    ac_jw_kstring(j, "method", AC_SV("lexicon"));
    confidence(j, "score", e->confidence);
    ac_jw_end_object(j);
}

/* Of a vocabulary of the user, or of the document itself. */
static void their_code(ac_jw *j, const ac_entity *e, const ac_entity_code *code)
{
    bool in_document = !code->vocabulary.n;
    ac_jw_object(j);
    ac_jw_kstring(j, "system", code->system);
    if (code->uri.n)
        ac_jw_kstring(j, "uri", code->uri);
    ac_jw_kstring(j, "code", code->code);
    ac_jw_kstring(j, "display", code->display);
    ac_jw_text_or_null(j, "version", code->own_edition ? code->edition : AC_SV(""));
    ac_jw_kstring(j, "vocabulary", in_document ? AC_SV("source") : code->vocabulary);
    ac_jw_kstring(j, "method", in_document ? AC_SV("source") : AC_SV("lexicon"));
    confidence(j, "score", e->confidence);
    ac_jw_end_object(j);
}

static void codes(ac_jw *j, const ac_entity *e)
{
    ac_code all[CODES_MAX];
    size_t n = e->concept != AC_NONE && !e->given ? ac_concept_codes_of(e->concept, (ac_assertion)e->assertion, all, CODES_MAX) : 0;
    ac_jw_karray(j, "codes");
    for (size_t i = 0; i < n && i < CODES_MAX; i++)
        if (ac_measure_code_fits(e, all[i].system))
            own_code(j, e, &all[i]);
    for (uint32_t i = 0; i < e->n_codes; i++)
        if (ac_entity_code_holds(e, &e->codes[i]))
            their_code(j, e, &e->codes[i]);
    ac_jw_end_array(j);
}

static void entity(ac_jw *j, const ac_note *note, uint32_t index, const ac_cp_map *cp)
{
    const ac_entity *e = &note->entities.at[index];
    bool known = e->concept != AC_NONE;
    ac_jw_object(j);
    ac_jw_key(j, AC_SV("id"));
    entity_id(j, index);
    ac_jw_kstring(j, "kind", ac_kind_name((ac_kind)e->kind));
    ac_jw_kstring(j, "text", ac_span_text(note->text, e->span));
    ac_jw_place(j, e->span, cp);
    ac_jw_boxes(j, note, e->span);
    ac_jw_text_or_null(j, "concept", known ? ac_concept_id(e->concept) : AC_SV(""));
    ac_sv display = e->given && e->n_codes ? e->codes[0].display : AC_SV("");
    ac_jw_text_or_null(j, "name", known ? ac_concept_name(e->concept, note->lang) : display);
    quantity(j, &e->value);
    attributes(j, note, e);
    ac_jw_kstring(j, "assertion", ac_assertion_name((ac_assertion)e->assertion));
    if (e->cue.end > e->cue.begin) {
        ac_spans cue = { .at = (ac_span *)&e->cue, .n = 1 };
        ac_jw_spans(j, "cue", &cue);
    }
    ac_jw_kbool(j, "header", e->in_header);
    ac_jw_key(j, AC_SV("fact"));
    if (e->fact != AC_NONE)
        ac_jw_u64(j, e->fact);
    else
        ac_jw_null(j);
    codes(j, e);
    confidence(j, "confidence", e->confidence);
    ac_jw_kstring(j, "method", ac_method_name(e->method));
    ac_jw_end_object(j);
}

void ac_jw_entities(ac_jw *j, const ac_note *note, const ac_cp_map *cp)
{
    ac_jw_karray(j, "entities");
    for (uint32_t i = 0; i < note->entities.n; i++)
        entity(j, note, i, cp);
    ac_jw_end_array(j);
}

void ac_jw_relations(ac_jw *j, const ac_note *note)
{
    ac_jw_karray(j, "relations");
    for (uint32_t i = 0; i < note->entities.n; i++) {
        const ac_attrs *attrs = &note->entities.at[i].attrs;
        for (size_t k = 0; k < attrs->n; k++) {
            if (attrs->at[k].entity >= note->entities.n)
                continue;
            ac_jw_object(j);
            ac_jw_kstring(j, "type", ac_attr_name((ac_attr_kind)attrs->at[k].kind));
            ac_jw_key(j, AC_SV("from"));
            entity_id(j, i);
            ac_jw_key(j, AC_SV("to"));
            entity_id(j, attrs->at[k].entity);
            ac_jw_end_object(j);
        }
    }
    ac_jw_end_array(j);
}

void ac_jw_mentions(ac_jw *j, const ac_note *note, const ac_cp_map *cp)
{
    ac_jw_karray(j, "mentions");
    for (size_t i = 0; i < note->mentions.n; i++) {
        const ac_mention *m = &note->mentions.at[i];
        ac_jw_object(j);
        ac_jw_kstring(j, "type", m->type);
        ac_jw_kstring(j, "text", ac_span_text(note->text, m->span));
        ac_jw_place(j, m->span, cp);
        confidence(j, "confidence", m->confidence);
        ac_jw_kstring(j, "model", m->model);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}
