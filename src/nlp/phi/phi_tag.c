#include "nlp/phi/phi_tag.h"

#include "nlp/entity/mark.h"
#include "nlp/tag/tag_input.h"

#include <stdlib.h>

/* Margins that the tagger needs to draw other borders than the rules or to give another type, chosen on halves of the corpus it is
 * trained on (data/models/es-phi.md). A rule as sure as PROVEN has checked the value itself and is not outvoted. */
enum { BORDER = 2 * AC_TAG_UNIT, RETYPE = 2 * AC_TAG_UNIT };
#define PROVEN 0.97f

static const struct {
    ac_lang lang;
    const char *model;
} models[] = {
    { AC_LANG_ES, "es-phi" },
};

typedef struct {
    ac_note *note;
    const ac_tag_model *m;
    const ac_tagged_list *tagged;
    ac_phi_list out;
} voting;

static bool has(ac_sv text, bool (*is)(char))
{
    for (size_t i = 0; i < text.n; i++)
        if (is(text.p[i]))
            return true;
    return false;
}

/* The models know types of the corpus; two of them are several of ours. */
static ac_phi_type type_of(ac_sv name, ac_sv text)
{
    ac_phi_type t = 0;
    while (t < AC_PHI_OTHER && !ac_sv_eq(ac_phi_meddocan_name(t), name))
        t++;
    if (t == AC_PHI_RELATIVE && !has(text, ac_is_upper))
        return AC_PHI_KINSHIP;
    if (t == AC_PHI_LOCATION && has(text, ac_is_digit))
        return AC_PHI_ZIP;
    bool number = ac_sv_starts(name, AC_SV("ID_")); /* the corpus also files what describes a patient there: "la menor" */
    return number && !has(text, ac_is_digit) ? AC_PHI_OTHER : t;
}

static ac_rc keep(voting *v, ac_phi_item item, ac_err *err)
{
    ac_phi_item *slot = ac_vec_push(&v->out, v->note->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for the identifiers of a note");
    *slot = item;
    return AC_OK;
}

static ac_span span_of(const voting *v, size_t tag)
{
    return ac_tokens_span(v->note, v->tagged->at[tag].token_begin, v->tagged->at[tag].token_end);
}

static ac_phi_type type_at(const voting *v, size_t tag)
{
    return type_of(ac_tag_type_name(v->m, v->tagged->at[tag].type), ac_span_text(v->note->text, span_of(v, tag)));
}

static double years(ac_sv text)
{
    double n = 0;
    size_t i = 0;
    while (i < text.n && !ac_is_digit(text.p[i]))
        i++;
    for (; i < text.n && ac_is_digit(text.p[i]) && n < 1000; i++)
        n = n * 10 + (text.p[i] - '0');
    return n;
}

static ac_date date_at(const ac_note *note, ac_span span)
{
    for (size_t i = 0; i < note->times.n; i++)
        if (note->times.at[i].kind == AC_TIME_DATE && ac_span_overlaps(note->times.at[i].span, span))
            return note->times.at[i].date;
    return (ac_date) { 0 };
}

static ac_rc keep_tagged(voting *v, size_t tag, ac_err *err)
{
    const ac_tagged *t = &v->tagged->at[tag];
    ac_span span = span_of(v, tag);
    ac_sv text = ac_span_text(v->note->text, span);
    ac_phi_type type = type_at(v, tag);
    return keep(v, (ac_phi_item) {
        .span = span, .type = (uint8_t)type, .method = AC_METHOD_TAGGER,
        .confidence = (float)t->margin / (float)(t->margin + AC_TAG_UNIT), .reason = "tagger",
        .date = type == AC_PHI_DATE ? date_at(v->note, span) : (ac_date) { 0 },
        .number = type == AC_PHI_AGE ? years(text) : 0,
    }, err);
}

static bool same_name(const voting *v, const ac_phi_item *item, size_t tag)
{
    return ac_sv_eq(ac_phi_meddocan_name((ac_phi_type)item->type), ac_tag_type_name(v->m, v->tagged->at[tag].type));
}

/* What of a rule's span no tagged span covers stays covered. */
static ac_rc keep_rest(voting *v, ac_phi_item item, size_t tag, ac_err *err)
{
    uint32_t end = item.span.end;
    for (; tag <= v->tagged->n; tag++) {
        ac_span t = tag < v->tagged->n ? span_of(v, tag) : ac_span_of(end, end);
        item.span.end = t.begin < end ? t.begin : end;
        while (item.span.begin < item.span.end && !ac_is_alnum(v->note->text.p[item.span.begin]) && (unsigned char)v->note->text.p[item.span.begin] < 0x80)
            item.span.begin++;
        while (item.span.begin < item.span.end && !ac_is_alnum(v->note->text.p[item.span.end - 1]) && (unsigned char)v->note->text.p[item.span.end - 1] < 0x80)
            item.span.end--;
        if (item.span.begin < item.span.end)
            AC_TRY(err, keep(v, item, err));
        if (t.begin >= end)
            break;
        item.span.begin = t.end;
    }
    return AC_OK;
}

/* One rule's item against the tagged spans from tag on that overlap it. A tagged span that only leaves out a part of it does not win:
 * what is hidden too far is hidden. */
static ac_rc vote_on(voting *v, ac_phi_item item, size_t tag, bool *taken, ac_err *err)
{
    bool overlapped = false, border = true, within = true;
    for (size_t k = tag; k < v->tagged->n && span_of(v, k).begin < item.span.end; k++) {
        ac_span span = span_of(v, k);
        overlapped = true;
        if (span.begin == item.span.begin && span.end == item.span.end) {
            taken[k] = true;
            bool same = same_name(v, &item, k);
            if (same)
                item.method = AC_METHOD_VOTE;
            else if (v->tagged->at[k].margin >= RETYPE && item.confidence < PROVEN && type_at(v, k) != AC_PHI_OTHER)
                return keep_tagged(v, k, err);
            return keep(v, item, err);
        }
        border = border && v->tagged->at[k].margin >= BORDER;
        within = within && same_name(v, &item, k) && ac_span_contains(item.span, span);
    }
    if (!overlapped)
        return keep(v, item, err);
    if (border && !within && item.confidence < PROVEN)
        return keep_rest(v, item, tag, err);
    for (size_t k = tag; k < v->tagged->n && span_of(v, k).begin < item.span.end; k++)
        taken[k] = true;
    return keep(v, item, err);
}

static int by_place(const void *a, const void *b)
{
    const ac_phi_item *x = a, *y = b;
    return (x->span.begin > y->span.begin) - (x->span.begin < y->span.begin);
}

static ac_rc vote(voting *v, ac_err *err)
{
    bool *taken = ac_arena_alloc(v->note->arena, v->tagged->n + 1);
    if (!taken)
        return ac_fail(err, AC_ELIMIT, "no room to vote");
    for (size_t i = 0, tag = 0; i < v->note->phi.n; i++) {
        while (tag < v->tagged->n && span_of(v, tag).end <= v->note->phi.at[i].span.begin)
            tag++;
        AC_TRY(err, vote_on(v, v->note->phi.at[i], tag, taken, err));
    }
    for (size_t k = 0; k < v->tagged->n; k++)
        if (!taken[k])
            AC_TRY(err, keep_tagged(v, k, err));
    if (v->out.n)
        qsort(v->out.at, v->out.n, sizeof v->out.at[0], by_place);
    v->note->phi = v->out;
    return AC_OK;
}

ac_rc ac_step_phi_tags(ac_note *note, ac_err *err)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        const ac_tag_model *m = models[i].lang == note->lang ? ac_tag_model_find(ac_sv_z(models[i].model)) : NULL;
        ac_tag_input in;
        ac_tagged_list tagged = { 0 };
        if (!m)
            continue;
        AC_TRY(err, ac_tag_input_of(note, &in, err));
        AC_TRY(err, ac_tag_run(m, &in, &tagged, err));
        voting v = { .note = note, .m = m, .tagged = &tagged };
        AC_TRY(err, vote(&v, err));
    }
    return AC_OK;
}
