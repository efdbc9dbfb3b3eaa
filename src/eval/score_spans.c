/* Entities: MACCROBAT (typed spans and pairs) and PharmaCoNER (drugs and proteins). */
#include "eval/brat.h"
#include "eval/mapping.h"
#include "eval/spans.h"
#include "nlp/pipeline.h"

typedef struct {
    ac_span first, second;
} span_pair;

typedef struct {
    span_pair *at;
    size_t n, cap;
} span_pairs;

static ac_rc add_pair(ac_arena *arena, span_pairs *p, ac_span first, ac_span second, ac_err *err)
{
    span_pair *to = ac_vec_push(p, arena);
    if (!to)
        return ac_fail(err, AC_ELIMIT, "no room for a pair");
    *to = (span_pair) { first, second };
    return AC_OK;
}

/* Both ends overlap; each pair counts once. Documents have a few dozen pairs. */
static void compare_pairs(const span_pairs *gold, const span_pairs *found, uint8_t *used, ac_count *c)
{
    size_t matched = 0;
    for (size_t i = 0; i < gold->n; i++)
        for (size_t k = 0; k < found->n; k++)
            if (!used[k] && ac_span_overlaps(gold->at[i].first, found->at[k].first) &&
                ac_span_overlaps(gold->at[i].second, found->at[k].second)) {
                used[k] = 1;
                matched++;
                break;
            }
    c->tp += matched;
    c->fn += gold->n - matched;
    c->fp += found->n - matched;
}

/* ---- MACCROBAT --------------------------------------------------------------------------------------------------- */

typedef struct {
    ac_span_score score;
    ac_count dosage, value; /* pairs: medication with its dosage, test with its value */
    ac_count every;         /* exact, over all types of the corpus, also those that nothing maps to */
    uint64_t mismatches;
} maccrobat;

typedef struct {
    ac_eval_doc *d;
    maccrobat *m;
    ac_typed_list spans;
    span_pairs dosage, value;
} view;

static ac_rc add_named(view *v, const char *type, ac_span span, ac_err *err)
{
    if (!type)
        return AC_OK;
    return ac_typed_add(v->d->note.arena, &v->spans, span, ac_span_type(&v->m->score, ac_sv_z(type)), err);
}

static bool adjoin(ac_sv text, ac_span a, ac_span b)
{
    uint32_t i = a.end;
    while (i < b.begin && (text.p[i] == ' ' || text.p[i] == ','))
        i++;
    return i >= b.begin;
}

/* The corpus's Dosage is all that says how much and how often a drug is taken ("60 mg twice daily"). */
static ac_rc found_dosage(view *v, const ac_entity *x, ac_err *err)
{
    ac_typed_list parts = { 0 };
    ac_arena *arena = v->d->note.arena;
    for (size_t k = 0; k < x->attrs.n; k++)
        if (ac_is_dosage(&x->attrs.at[k]))
            AC_TRY(err, ac_typed_add(arena, &parts, x->attrs.at[k].span, 0, err));
    ac_typed_sort(&parts);
    for (size_t k = 0; k < parts.n; k++) {
        ac_span s = parts.at[k].span;
        while (k + 1 < parts.n && adjoin(v->d->note.text, s, parts.at[k + 1].span)) {
            k++;
            s.end = parts.at[k].span.end > s.end ? parts.at[k].span.end : s.end;
        }
        AC_TRY(err, add_named(v, "Dosage", s, err));
        AC_TRY(err, add_pair(arena, &v->dosage, s, x->span, err));
    }
    return AC_OK;
}

static ac_rc found_attrs(view *v, const ac_entity *x, ac_err *err)
{
    bool drug = x->kind == AC_KIND_MEDICATION;
    if (drug)
        AC_TRY(err, found_dosage(v, x, err));
    for (size_t k = 0; k < x->attrs.n; k++) {
        const ac_attr *a = &x->attrs.at[k];
        if (!drug || !ac_is_dosage(a))
            AC_TRY(err, add_named(v, ac_maccrobat_attr(a), a->span, err));
        if (a->kind == AC_ATTR_VALUE)
            AC_TRY(err, add_pair(v->d->note.arena, &v->value, a->span, x->span, err));
    }
    return AC_OK;
}

/* Two entities may share one attribute's words; as a span they count once. */
static void drop_doubles(ac_typed_list *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) {
        bool seen = false;
        for (size_t k = n; k > 0 && k + 16 > n && !seen; k--)
            seen = l->at[k - 1].type == l->at[i].type && l->at[k - 1].span.begin == l->at[i].span.begin &&
                   l->at[k - 1].span.end == l->at[i].span.end;
        if (!seen)
            l->at[n++] = l->at[i];
    }
    l->n = n;
}

/* Where a tagger has marked words its mark stands, elsewhere what lexicon and rules have found. Both lists are ascending. */
static ac_rc found_mentions(view *v, ac_err *err)
{
    const ac_mentions *mentions = &v->d->note.mentions;
    size_t n = 0, first = 0;
    ac_typed_sort(&v->spans);
    for (size_t i = 0; i < v->spans.n; i++) {
        ac_span span = v->spans.at[i].span;
        while (first < mentions->n && mentions->at[first].span.end <= span.begin)
            first++;
        if (first == mentions->n || mentions->at[first].span.begin >= span.end)
            v->spans.at[n++] = v->spans.at[i];
    }
    v->spans.n = n;
    for (size_t i = 0; i < mentions->n; i++) {
        const char *type = ac_maccrobat_scored(mentions->at[i].type);
        AC_TRY(err, add_named(v, type, mentions->at[i].span, err));
    }
    return AC_OK;
}

static ac_rc found_facts(view *v, ac_err *err)
{
    const ac_note *note = &v->d->note;
    for (size_t i = 0; i < note->entities.n; i++) {
        const ac_entity *x = &note->entities.at[i];
        if (x->in_header)
            continue;
        AC_TRY(err, add_named(v, ac_maccrobat_entity(x), x->span, err));
        AC_TRY(err, found_attrs(v, x, err));
    }
    for (size_t i = 0; i < note->times.n; i++)
        AC_TRY(err, add_named(v, ac_maccrobat_time((ac_time_kind)note->times.at[i].kind), note->times.at[i].span, err));
    AC_TRY(err, add_named(v, "Age", note->patient.age_span, err));
    AC_TRY(err, add_named(v, "Sex", note->patient.sex_span, err));
    AC_TRY(err, found_mentions(v, err));
    ac_typed_sort(&v->spans);
    drop_doubles(&v->spans);
    return AC_OK;
}

static ac_rc gold_facts(ac_eval *e, view *v, const ac_brat *b, ac_err *err)
{
    for (size_t i = 0; i < b->marks.n; i++) {
        const char *name = ac_maccrobat_scored(b->marks.at[i].type);
        v->m->every.fn += name == NULL;
        AC_TRY(err, add_named(v, name, b->marks.at[i].span, err));
    }
    for (size_t i = 0; i < b->links.n; i++) {
        const ac_brat_mark *from = &b->marks.at[b->links.at[i].from], *to = &b->marks.at[b->links.at[i].to];
        if (!ac_sv_eq(b->links.at[i].type, AC_SV("MODIFY")))
            continue;
        if (ac_sv_eq(from->type, AC_SV("Dosage")) && ac_sv_eq(to->type, AC_SV("Medication")))
            AC_TRY(err, add_pair(e->scratch, &v->dosage, from->span, to->span, err));
        if (ac_sv_eq(from->type, AC_SV("Lab_value")) && ac_sv_eq(to->type, AC_SV("Diagnostic_procedure")))
            AC_TRY(err, add_pair(e->scratch, &v->value, from->span, to->span, err));
    }
    return AC_OK;
}

static ac_rc score_report(ac_eval *e, ac_eval_doc *d, const ac_brat *b, maccrobat *m, ac_err *err)
{
    view gold = { .d = d, .m = m }, found = { .d = d, .m = m };
    d->note.wants_mentions = true;
    AC_TRY(err, ac_analyse(&d->note, err));
    AC_TRY(err, gold_facts(e, &gold, b, err));
    AC_TRY(err, found_facts(&found, err));
    uint8_t *used = ac_arena_alloc(e->scratch, found.dosage.n + 1), *used2 = ac_arena_alloc(e->scratch, found.value.n + 1);
    if (!used || !used2)
        return ac_fail(err, AC_ELIMIT, "no room for pairs");
    compare_pairs(&gold.dosage, &found.dosage, used, &m->dosage);
    compare_pairs(&gold.value, &found.value, used2, &m->value);
    m->mismatches += b->mismatches;
    return ac_spans_compare(e, d, &m->score, &gold.spans, &found.spans, err);
}

ac_rc ac_score_maccrobat(ac_eval *e, ac_err *err)
{
    maccrobat m = { 0 };
    ac_eval_doc d;
    ac_brat b;
    bool done;
    for (size_t i = 0;;) {
        AC_TRY(err, ac_brat_next(e, &i, NULL, &d, &b, &done, err));
        if (done)
            break;
        AC_TRY(err, score_report(e, &d, &b, &m, err));
    }
    AC_TRY(err, ac_spans_report(e, &m.score, err));
    for (size_t i = 0; i < m.score.n_types; i++)
        ac_count_add(&m.every, m.score.types[i].exact);
    AC_TRY(err, ac_eval_count(e, "exact-all-41-types", AC_SV(""), m.every, err));
    AC_TRY(err, ac_eval_count(e, "pair", AC_SV("medication-dosage"), m.dosage, err));
    AC_TRY(err, ac_eval_count(e, "pair", AC_SV("test-value"), m.value, err));
    return ac_eval_share(e, "gold-offset-errors", m.mismatches, m.score.any_exact.tp + m.score.any_exact.fn, err);
}

/* ---- PharmaCoNER ------------------------------------------------------------------------------------------------- */

/* The task does not score UNCLEAR. */
static const char *pharma_type(ac_sv type)
{
    if (ac_sv_eq(type, AC_SV("PROTEINAS")))
        return "protein";
    return ac_sv_ends(type, AC_SV("NORMALIZABLES")) ? "drug" : NULL;
}

static bool within_unclear(const ac_brat *b, ac_span s)
{
    for (size_t i = 0; i < b->marks.n; i++)
        if (ac_sv_eq(b->marks.at[i].type, AC_SV("UNCLEAR")) && ac_span_overlaps(b->marks.at[i].span, s))
            return true;
    return false;
}

/* The mentions, not the entities: the corpus marks "PSA" in "PSA total" and "hierro" in "déficit de hierro". */
static ac_rc pharma_found(ac_eval *e, const ac_eval_doc *d, const ac_brat *b, ac_span_score *s, ac_typed_list *found,
                          ac_err *err)
{
    for (size_t i = 0; i < d->note.mentions.n; i++) {
        const ac_mention *x = &d->note.mentions.at[i];
        if (!within_unclear(b, x->span))
            AC_TRY(err, ac_typed_add(e->scratch, found, x->span, ac_span_type(s, x->type), err));
    }
    return AC_OK;
}

ac_rc ac_score_pharmaconer(ac_eval *e, ac_err *err)
{
    ac_span_score s = { 0 };
    ac_eval_doc d;
    ac_brat b;
    bool done;
    uint64_t mismatches = 0;
    for (size_t i = 0;;) {
        ac_typed_list gold = { 0 }, found = { 0 };
        AC_TRY(err, ac_brat_next(e, &i, NULL, &d, &b, &done, err));
        if (done)
            break;
        d.note.wants_mentions = true;
        AC_TRY(err, ac_analyse(&d.note, err));
        for (size_t k = 0; k < b.marks.n; k++) {
            const char *type = pharma_type(b.marks.at[k].type);
            if (type)
                AC_TRY(err, ac_typed_add(e->scratch, &gold, b.marks.at[k].span, ac_span_type(&s, ac_sv_z(type)), err));
        }
        AC_TRY(err, pharma_found(e, &d, &b, &s, &found, err));
        AC_TRY(err, ac_spans_compare(e, &d, &s, &gold, &found, err));
        mismatches += b.mismatches;
    }
    AC_TRY(err, ac_spans_report(e, &s, err));
    return ac_eval_share(e, "gold-offset-errors", mismatches, s.any_exact.tp + s.any_exact.fn, err);
}
