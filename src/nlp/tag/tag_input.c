#include "nlp/tag/tag_input.h"

_Static_assert((int)AC_TAG_TEMPLATES - (int)AC_TAG_LEX == (int)AC_TAG_CLASSES, "one slot for each kind of class");

typedef struct {
    const ac_note *note;
    ac_tag_class *at;
    uint32_t token; /* spans come in ascending order: the search goes on where the last one began */
} filling;

static void set(filling *f, uint32_t token, ac_tag_template t, unsigned value)
{
    f->at[(size_t)token * AC_TAG_CLASSES + (size_t)(t - AC_TAG_LEX)] = ac_tag_class_of(t, value);
}

static ac_tag_place place_of(bool first, bool last)
{
    return first && last ? AC_TAG_SINGLE : first ? AC_TAG_BEGIN : last ? AC_TAG_END : AC_TAG_INSIDE;
}

static void fill_span(filling *f, ac_span span, ac_tag_template t, unsigned value)
{
    const ac_tokens *tokens = &f->note->tokens;
    while (f->token < tokens->n && tokens->at[f->token].end <= span.begin)
        f->token++;
    for (uint32_t i = f->token; i < tokens->n && tokens->at[i].begin < span.end; i++) {
        bool first = i == f->token, last = i + 1 == tokens->n || tokens->at[i + 1].begin >= span.end;
        set(f, i, t, value * AC_TAG_PLACES + (unsigned)place_of(first, last));
    }
}

static void fill_marks(filling *f)
{
    for (size_t i = 0; i < f->note->marks.n; i++) {
        const ac_mark *m = &f->note->marks.at[i];
        for (uint32_t k = m->token_begin; k < m->token_end; k++)
            set(f, k, AC_TAG_SIG, m->kind * AC_TAG_PLACES + (unsigned)place_of(k == m->token_begin, k + 1 == m->token_end));
    }
}

ac_rc ac_tag_input_of(const ac_note *note, ac_tag_input *out, ac_err *err)
{
    filling f = { .note = note, .at = ac_arena_alloc(note->arena, (note->tokens.n + 1) * AC_TAG_CLASSES * sizeof *f.at) };
    if (!f.at)
        return ac_fail(err, AC_ELIMIT, "no room for the classes of a note's words");
    for (size_t i = 0; i < note->entities.n; i++)
        fill_span(&f, note->entities.at[i].span, AC_TAG_LEX, note->entities.at[i].kind);
    f.token = 0;
    for (size_t i = 0; i < note->phi.n; i++)
        fill_span(&f, note->phi.at[i].span, AC_TAG_PHI, note->phi.at[i].type);
    f.token = 0;
    for (size_t i = 0; i < note->times.n; i++)
        fill_span(&f, note->times.at[i].span, AC_TAG_TIME, note->times.at[i].kind);
    fill_marks(&f);
    for (uint32_t i = 0; note->name_words && i < note->tokens.n; i++)
        if (note->name_words[i])
            set(&f, i, AC_TAG_NAME, note->name_words[i]);
    *out = (ac_tag_input) { .note = note, .classes = f.at };
    return AC_OK;
}
