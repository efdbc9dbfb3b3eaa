#include "nlp/entity/entity_tag.h"

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
} models[] = {
    { AC_LANG_ES, "es-pharma" },
    { AC_LANG_EN, "en-clinical" },
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
    ac_entity *e = ac_vec_push(&note->entities, note->arena);
    if (!e)
        return ac_fail(err, AC_ELIMIT, "no room for entities");
    uint32_t sentence = ac_note_sentence_at(note, mention->span.begin);
    *e = (ac_entity) {
        .span = mention->span,
        .kind = (uint8_t)kind,
        .assertion = AC_PRESENT,
        .method = AC_METHOD_TAGGER,
        .in_header = ac_in_header(note, mention->span, sentence),
        .concept = AC_NONE,
        .sentence = sentence,
        .fact = AC_NONE,
        .confidence = mention->confidence,
    };
    return AC_OK;
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

/* Marks without which, and without figures, ac_sig_supports and ac_measure_supports find nothing. */
static const ac_sig_kind supporting[] = { AC_SIG_ROUTE, AC_SIG_DOSE, AC_SIG_FORM, AC_SIG_FREQUENCY, AC_SIG_WHEN, AC_SIG_AS_NEEDED, AC_SIG_NUMBER,
                                          AC_SIG_EVERY, AC_SIG_TIMES, AC_SIG_PER, AC_SIG_TREATED, AC_SIG_RESULT, AC_SIG_FLAG };

_Static_assert((int)AC_SIG_COUNT <= 64, "a bit for each kind");

/* The sentences in which a mention may become an entity: half of a note, whose time is worth saving. */
static const bool *sentences_that_support(const ac_note *note)
{
    bool *may = ac_arena_alloc(note->arena, note->sentences.n + 1);
    uint64_t kinds = 0;
    for (size_t i = 0; i < sizeof supporting / sizeof supporting[0]; i++)
        kinds |= UINT64_C(1) << supporting[i];
    for (size_t i = 0, mark = 0; may && i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        for (uint32_t t = s->token_begin; t < s->token_end && !may[i]; t++)
            may[i] = note->tokens.at[t].kind == AC_TOKEN_NUMBER || note->tokens.at[t].shape & AC_SHAPE_HAS_DIGIT;
        while (mark < note->marks.n && note->marks.at[mark].token_begin < s->token_begin)
            mark++;
        for (; mark < note->marks.n && note->marks.at[mark].token_begin < s->token_end; mark++)
            may[i] = may[i] || kinds >> note->marks.at[mark].kind & 1;
    }
    return may;
}

ac_rc ac_step_entity_tags(ac_note *note, ac_err *err)
{
    const bool *wanted = note->wants_mentions ? NULL : sentences_that_support(note);
    if (!note->wants_mentions && !wanted)
        return ac_fail(err, AC_ELIMIT, "no room to tag a note");
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        const ac_tag_model *m = models[i].lang == note->lang ? ac_tag_model_find(ac_sv_z(models[i].model)) : NULL;
        ac_tag_input in;
        ac_tagged_list tagged = { 0 };
        if (!m)
            continue;
        AC_TRY(err, ac_tag_input_of(note, &in, err));
        in.wanted = wanted;
        AC_TRY(err, ac_tag_run(m, &in, &tagged, err));
        AC_TRY(err, vote(note, m, &tagged, err));
        note->tagged = true;
    }
    return AC_OK;
}
