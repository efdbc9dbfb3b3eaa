#include "nlp/entity/entity_tag.h"

#include "core/given.h"
#include "nlp/entity/entity.h"
#include "nlp/entity/mark.h"
#include "nlp/entity/measure.h"
#include "nlp/entity/sig.h"
#include "nlp/lexicon/terms.h"
#include "nlp/tag/tag_input.h"
#include "nlp/text/fold.h"

#include <stdlib.h>

/* The mentions of which an entity may be made, and how much better than no mention they have to be. Most stay mentions: of the
 * chemicals that a corpus marks, cadmium is a poison, eosin a stain and silk a suture. A dose, route, form or frequency beside it makes
 * a medication, a result beside it a laboratory test. */
enum { SURE = 2 * AC_TAG_UNIT };
static const char *const substances[] = { "drug", "protein" };

static const struct {
    ac_lang lang;
    const char *model;
    bool makes_entities; /* else its mentions are told and change nothing, so they are looked for only when they are wanted */
} models[] = {
    { AC_LANG_ES, "es-pharma", true },
    { AC_LANG_EN, "en-clinical", false },
};

/* AC_KIND_COUNT: nothing says that it is one. */
static ac_kind kind_of(const ac_note *note, const ac_mention *mention)
{
    bool substance = false;
    for (size_t i = 0; i < sizeof substances / sizeof substances[0]; i++)
        substance = substance || ac_sv_eq(ac_sv_z(substances[i]), mention->type);
    if (substance && ac_measure_supports(note, mention->span))
        return AC_KIND_LAB;
    return substance && ac_sig_supports(note, mention->span) ? AC_KIND_MEDICATION : AC_KIND_COUNT;
}

static float confidence_of(int32_t margin) { return margin > 0 ? (float)margin / (float)(margin + AC_TAG_UNIT) : 0; }

static ac_rc add_mention(ac_note *note, const ac_tag_model *m, const ac_tagged *t, ac_err *err)
{
    ac_mention *to = ac_vec_push(&note->mentions, note->arena);
    if (!to)
        return ac_fail(err, AC_ELIMIT, "no room for mentions");
    *to = (ac_mention) { ac_tokens_span(note, t->token_begin, t->token_end), ac_tag_type_name(m, t->type), ac_tag_model_name(m),
                         confidence_of(t->margin) };
    return AC_OK;
}

static ac_rc add_entity(ac_note *note, const ac_mention *mention, ac_kind kind, ac_err *err)
{
    return ac_entity_add(note, (ac_entity) { .span = mention->span, .kind = (uint8_t)kind, .concept = AC_NONE, .method = AC_METHOD_TAGGER,
                         .confidence = mention->confidence }, err);
}

static int by_place(const void *a, const void *b)
{
    const ac_entity *x = a, *y = b;
    return (x->span.begin > y->span.begin) - (x->span.begin < y->span.begin);
}

/* A word that the lexicon knows and that was refused by what stands around it ("PCR" of a virus is no C-reactive protein). */
static bool is_refused(const ac_note *note, ac_span span)
{
    ac_term_hit hit;
    uint32_t at = ac_fold_at(&note->folded, span.begin);
    return ac_terms_longest(ac_terms_lexicon(), &note->folded, note->text, at, note->lang, &hit);
}

/* Whether entities [from, known) leave the span free; one of the same words has the tagger's vote. */
static bool is_free(ac_note *note, ac_span span, size_t from, size_t known)
{
    bool free = true;
    for (size_t k = from; k < known && note->entities.at[k].span.begin < span.end; k++) {
        ac_entity *x = &note->entities.at[k];
        free = free && !ac_span_overlaps(x->span, span);
        if (x->span.begin == span.begin && x->span.end == span.end)
            x->method = AC_METHOD_VOTE;
    }
    return free;
}

/* The tagged spans against the entities of the lexicon, both ascending. */
static ac_rc vote(ac_note *note, const ac_tag_model *m, const ac_tagged_list *tagged, ac_err *err)
{
    size_t known = note->entities.n, e = 0, phi = 0;
    for (size_t i = 0; i < tagged->n; i++) {
        AC_TRY(err, add_mention(note, m, &tagged->at[i], err));
        const ac_mention *mention = &note->mentions.at[note->mentions.n - 1];
        while (e < known && note->entities.at[e].span.end <= mention->span.begin)
            e++;
        if (!is_free(note, mention->span, e, known) || tagged->at[i].margin < SURE || is_refused(note, mention->span) ||
            ac_hidden_by_phi(note, &phi, mention->span))
            continue;
        ac_kind kind = kind_of(note, mention);
        if (kind != AC_KIND_COUNT)
            AC_TRY(err, add_entity(note, mention, kind, err));
    }
    if (note->entities.n > known)
        qsort(note->entities.at, note->entities.n, sizeof note->entities.at[0], by_place);
    return AC_OK;
}

/* "y", "con", "mg": neither a substance nor its end, which "2b" may be. */
static bool is_small_word(const ac_note *note, const ac_token *t)
{
    enum { SMALL = 3 };
    return t->end - t->begin <= SMALL && t->shape & AC_SHAPE_SPACE_BEFORE && ac_is_lower(note->text.p[t->begin]);
}

/* A word that no entity holds and no list of ours names: tokens come in ascending order, and so do entities. */
static bool is_unknown_word(const ac_note *note, uint32_t token, size_t *entity)
{
    const ac_token *t = &note->tokens.at[token];
    while (*entity < note->entities.n && note->entities.at[*entity].span.end <= t->begin)
        ++*entity;
    bool held = *entity < note->entities.n && note->entities.at[*entity].span.begin < t->end;
    return !held && t->kind == AC_TOKEN_WORD && note->marks.first[token] == AC_NONE && !(note->phi_words && note->phi_words[token]) &&
           !is_small_word(note, t);
}

/* Figures or a word of data/sig stand within reach of ac_sig_supports and ac_measure_supports, which cost more to ask. */
static bool has_support_near(const ac_note *note, uint32_t token, const ac_sentence *s)
{
    enum { BEFORE = 6, BEHIND = 3 };
    uint32_t from = token > s->token_begin + BEFORE ? token - BEFORE : s->token_begin;
    for (uint32_t t = from; t < s->token_end && t <= token + BEHIND; t++)
        if (note->tokens.at[t].kind == AC_TOKEN_NUMBER || note->marks.first[t] != AC_NONE)
            return true;
    return false;
}

static bool may_become_entity(const ac_note *note, const ac_sentence *s, size_t *entity)
{
    for (uint32_t t = s->token_begin; t < s->token_end; t++) {
        ac_span span = { note->tokens.at[t].begin, note->tokens.at[t].end };
        if (is_unknown_word(note, t, entity) && has_support_near(note, t, s) &&
            (ac_sig_supports(note, span) || ac_measure_supports(note, span)))
            return true;
    }
    return false;
}

/* The sentences in which a mention may become an entity, because a word is taken or measured that the lexicon does not know: few, and
 * the others' time is worth saving. */
static ac_rc find_supported(const ac_note *note, const bool **out, bool *any, ac_err *err)
{
    bool *may = ac_arena_alloc(note->arena, note->sentences.n + 1);
    if (!may)
        return ac_fail(err, AC_ELIMIT, "no room to tag a note");
    for (size_t i = 0, entity = 0; note->marks.first && i < note->sentences.n; i++) {
        may[i] = may_become_entity(note, &note->sentences.at[i], &entity);
        *any = *any || may[i];
    }
    *out = may;
    return AC_OK;
}

ac_rc ac_step_entity_tags(ac_note *note, ac_err *err)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        bool runs = models[i].lang == note->lang && (note->wants_mentions || models[i].makes_entities);
        const ac_tag_model *m = runs ? ac_tag_model_find(ac_sv_z(models[i].model)) : NULL;
        const bool *wanted = NULL;
        bool any = note->wants_mentions;
        ac_tag_input in;
        ac_tagged_list tagged = { 0 };
        if (m && !any)
            AC_TRY(err, find_supported(note, &wanted, &any, err));
        if (!m || !any)
            continue;
        AC_TRY(err, ac_tag_input_of(note, &in, err));
        in.wanted = wanted;
        if (!ac_note_wants_open(note, &in.wanted))
            return ac_fail(err, AC_ELIMIT, "no room to tag a note");
        AC_TRY(err, ac_tag_run(m, &in, &tagged, err));
        AC_TRY(err, vote(note, m, &tagged, err));
        note->tagged = true;
    }
    return AC_OK;
}
