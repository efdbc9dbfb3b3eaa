#include "nlp/entity/entity_tag.h"

#include "nlp/entity/entity.h"
#include "nlp/entity/mark.h"
#include "nlp/entity/measure.h"
#include "nlp/tag/tag_input.h"

#include <stdlib.h>

/* Tuned by cross-validation, see data/models. */
enum { ALONE = 1 * AC_TAG_UNIT };

/* What the types of the models are here. A type that no row names is none. */
static const struct {
    const char *type;
    ac_substance substance;
} types[] = {
    { "drug", AC_SUBSTANCE_CHEMICAL },
    { "protein", AC_SUBSTANCE_PROTEIN },
};

static const struct {
    ac_lang lang;
    const char *model;
} models[] = {
    { AC_LANG_ES, "es-pharma" },
};

static ac_substance substance_of(const ac_tag_model *m, size_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ac_sv_eq(ac_sv_z(types[i].type), ac_tag_type_name(m, type)))
            return types[i].substance;
    return AC_SUBSTANCE_NONE;
}

static ac_rc add(ac_note *note, ac_span span, ac_substance substance, int32_t margin, ac_err *err)
{
    ac_entity *e = ac_vec_push(&note->entities, note->arena);
    if (!e)
        return ac_fail(err, AC_ELIMIT, "no room for entities");
    uint32_t sentence = ac_note_sentence_at(note, span.begin);
    bool lab = substance == AC_SUBSTANCE_PROTEIN || ac_measure_supports(note, span);
    *e = (ac_entity) {
        .span = span,
        .kind = lab ? AC_KIND_LAB : AC_KIND_MEDICATION,
        .assertion = AC_PRESENT,
        .method = AC_METHOD_TAGGER,
        .substance = (uint8_t)substance,
        .in_header = ac_in_header(note, span, sentence),
        .concept = AC_NONE,
        .sentence = sentence,
        .fact = AC_NONE,
        .confidence = (float)margin / (float)(margin + AC_TAG_UNIT),
    };
    return AC_OK;
}

static int by_place(const void *a, const void *b)
{
    const ac_entity *x = a, *y = b;
    return (x->span.begin > y->span.begin) - (x->span.begin < y->span.begin);
}

/* The tagged spans against the entities of the lexicon, both ascending. */
static ac_rc vote(ac_note *note, const ac_tag_model *m, const ac_tagged_list *tagged, ac_err *err)
{
    size_t known = note->entities.n, e = 0;
    for (size_t i = 0; i < tagged->n; i++) {
        const ac_tagged *t = &tagged->at[i];
        ac_span span = ac_tokens_span(note, t->token_begin, t->token_end);
        ac_substance substance = substance_of(m, t->type);
        while (e < known && note->entities.at[e].span.end <= span.begin)
            e++;
        bool free = true;
        for (size_t k = e; k < known && note->entities.at[k].span.begin < span.end; k++) {
            ac_entity *x = &note->entities.at[k];
            free = false;
            if (x->span.begin == span.begin && x->span.end == span.end) {
                x->substance = (uint8_t)substance;
                x->method = AC_METHOD_VOTE;
            }
        }
        if (free && substance != AC_SUBSTANCE_NONE && t->margin >= ALONE)
            AC_TRY(err, add(note, span, substance, t->margin, err));
    }
    if (note->entities.n > known)
        qsort(note->entities.at, note->entities.n, sizeof note->entities.at[0], by_place);
    return AC_OK;
}

ac_rc ac_step_entity_tags(ac_note *note, ac_err *err)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        const ac_tag_model *m = models[i].lang == note->lang ? ac_tag_model_find(ac_sv_z(models[i].model)) : NULL;
        ac_tag_input in;
        ac_tagged_list tagged = { 0 };
        if (!m)
            continue;
        AC_TRY(err, ac_tag_input_of(note, &in, err));
        AC_TRY(err, ac_tag_run(m, &in, &tagged, err));
        AC_TRY(err, vote(note, m, &tagged, err));
        note->substances = true;
    }
    return AC_OK;
}
